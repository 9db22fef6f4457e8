"""Adding entries to a file that people wrote: it reads as before plus the entries, and nothing else of it changes."""

from __future__ import annotations

import pytest
import yaml
from drawing import parse

from blastradius import overlay
from blastradius.errors import UsageError
from blastradius.overlay.writing import add, one_line

ENTRY = {"dependent": "id:web", "to": "id:db2", "day": "2026-05-01", "reason": 'drill: a "quoted" # word'}
OTHER = {"dependent": "id:web", "day": "2026-06-01"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "blastradius.yaml"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# nothing yet\n",
        "place:\n  - {match: 'id:web', provider: aws}\n",
        "rehearsals:\n- {dependent: 'id:web', day: 2026-01-01}  # by hand\n\n# after it\nplace:\n- {match: 'id:web', provider: aws}",
        "rehearsals:\n    - dependent: 'id:web'\n      day: 2026-01-01\n      reason: |\n        many\n        lines\n# the end\n",
    ],
)
def test_entries_come_to_the_end_of_their_section(path, before):
    path.write_text(before, encoding="utf-8")
    old = overlay.read(path)
    assert add(path, {"rehearsals": [ENTRY, OTHER]}) == 2
    new = overlay.read(path)
    assert new.rehearsals[: len(old.rehearsals)] == old.rehearsals
    assert [one.to for one in new.rehearsals[len(old.rehearsals) :]] == ["id:db2", None]
    assert new.place == old.place
    after = path.read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line in before.splitlines()] == before.splitlines()


def test_the_same_entry_is_added_once(path):
    assert add(path, {"rehearsals": [ENTRY, ENTRY]}) == 1
    content = path.read_bytes()
    assert add(path, {"rehearsals": [ENTRY]}) == 0
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "before", ["rehearsals: [{dependent: 'id:web', day: 2026-01-01}]\n", "rehearsals: []\n", "rehearsals:\n"]
)
def test_a_section_written_otherwise_is_left_alone(path, before):
    path.write_text(before, encoding="utf-8")
    with pytest.raises(UsageError, match=r"blastradius\.yaml:1: "):
        add(path, {"rehearsals": [ENTRY]})
    assert path.read_text(encoding="utf-8") == before


def test_all_sections_are_written_or_none(path):
    before = "annotate: [{dependent: 'id:a', dependency: 'id:b', strength: soft, reason: by hand}]\n"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(UsageError, match="annotate is not written as a list with dashes"):
        add(path, {"rehearsals": [ENTRY], "annotate": [{"dependent": "id:web"}]})
    assert path.read_text(encoding="utf-8") == before


def test_a_commented_entry_does_not_stand_there_and_one_written_otherwise_does(path):
    assert add(path, {"rehearsals": [OTHER]}) == 1
    path.write_text(f"rehearsals:\n  - {one_line(ENTRY)}\n#  - {one_line(OTHER)}\n", encoding="utf-8")
    assert add(path, {"rehearsals": [OTHER]}) == 1
    assert len(overlay.read(path).rehearsals) == 2
    path.write_text("rehearsals:\n- day: 2026-06-01\n  dependent: id:web\n", encoding="utf-8")
    assert add(path, {"rehearsals": [OTHER]}) == 0


def test_a_broken_file_is_left_alone(path):
    path.write_text("journies: {}\n", encoding="utf-8")
    with pytest.raises(UsageError):
        add(path, {"rehearsals": [ENTRY]})
    assert path.read_text(encoding="utf-8") == "journies: {}\n"


def applied(path, text, drawing="web -> db1 || db2 by hand takes 10m\njourney buy: web"):
    path.write_text(text, encoding="utf-8")
    return overlay.apply(parse(drawing), overlay.read(path))


def test_a_rehearsal_dates_the_failover_and_the_latest_counts(path):
    text = "rehearsals:\n- {dependent: 'id:web', day: 2026-03-01}\n- {dependent: 'id:web', to: 'id:db2', day: 2026-02-01}\n"
    (group,) = applied(path, text).redundancies
    assert str(group.failover.rehearsed) == "2026-03-01"
    assert [one.locator for one in group.evidence if one.basis == "observed"] == [
        "blastradius.yaml:2",
        "blastradius.yaml:3",
    ]


@pytest.mark.parametrize(
    "entry", ["{dependent: 'id:db1', day: 2026-03-01}", "{dependent: 'id:web', to: 'id:db1', day: 2026-03-01}"]
)
def test_a_rehearsal_of_nothing_is_an_error(path, entry):
    with pytest.raises(UsageError, match=r"blastradius\.yaml:2: .* has no failover"):
        applied(path, f"rehearsals:\n- {entry}\n")


def test_what_a_drill_showed_is_observed(path):
    text = "annotate:\n- {dependent: 'id:web', dependency: 'id:mail', strength: soft, observed: 2026-03-01, reason: drill}\n"
    found = applied(path, text, "web -> mail\njourney buy: web").dependencies
    (need,) = (one for one in found if one.dependency == "mail")
    assert (need.strength, need.basis) == ("soft", "observed")
    assert need.evidence[-1].note == "drill (seen on 2026-03-01)"


def test_what_applies_to_nothing_of_the_inventory_is_not_written(tmp_path):
    path = tmp_path / "blastradius.yaml"
    entry = {"dependent": "id:web", "dependency": "id:db", "strength": "soft", "reason": "seen"}
    with pytest.raises(UsageError, match=r"id:web matches no component.*nothing was written"):
        add(path, {"annotate": [entry]}, parse("shop -> db"))
    assert not path.exists()
    assert add(path, {"annotate": [entry]}, parse("web -> db")) == 1


def test_line_separators_of_unicode_end_no_line(tmp_path):
    path = tmp_path / "blastradius.yaml"
    entry = {"dependent": "id:a\u2028b\x85\x7f\U000e0001", "to": "id:c", "day": "2026-01-02", "reason": "drill"}
    assert add(path, {"rehearsals": [entry]}) == 1
    assert add(path, {"rehearsals": [entry]}) == 0
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["rehearsals"] == [entry | {"day": "2026-01-02"}]
