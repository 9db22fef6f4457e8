"""Incident files: the shipped ones are cited throughout, and others are read whatever they leave out."""

from __future__ import annotations

import pytest
from running import ROOT

from blastradius.catalog import incidents
from blastradius.catalog.incidents import checking
from blastradius.errors import InputError, UsageError

KNOWLEDGE = ROOT.parent / "shared" / "knowledge" / "incidents"
LEAST = "id: 2031-01-01-acme-x\nprovider: acme\ntrigger: {component: x}\nstart_utc: 2031-01-01T10:00Z\n"


@pytest.mark.parametrize("one", incidents.shipped(), ids=lambda one: one.id)
def test_every_shipped_record_has_sources_and_a_confidence_and_no_recollection_is_held_for_sure(one):
    assert incidents.problems(one) == []
    assert one.as_of


def test_a_shipped_file_bears_the_name_of_its_incident():
    assert [one.id for one in incidents.shipped()] == incidents.names()
    assert len(incidents.names()) == 8


def test_the_lint_finds_what_is_wrong(tmp_path):
    path = tmp_path / "x.yaml"
    rows = (
        "affected_services:\n"
        "  - {id: a, severity: down, source: [unverified], confidence: high}\n"
        "  - {id: a, severity: down, source: [nowhere]}\n"
        "  - {id: b, severity: down}\n"
        "sources: {unverified: {title: t}}\n"
    )
    path.write_text(LEAST + rows)
    found = "\n".join(incidents.problems(incidents.read(path)))
    for part in (
        "a: a recollection at high",
        "unknown source nowhere",
        "b: no source",
        "a: no confidence",
        "a twice",
        "no url",
    ):
        assert part in found


def test_the_lint_names_file_and_line_and_goes_on(tmp_path):
    (tmp_path / "a.yaml").write_text("id: x\nprovider: aws\n")
    (tmp_path / "b.yaml").write_text("id: [x\n")
    (tmp_path / "c.yaml").write_text(f"{LEAST}colour: red\naffected_services:\n  - {{id: a, severity: down}}\n")
    (tmp_path / "d.yaml").write_text("")
    (tmp_path / "e.yaml").write_text(LEAST)
    said = [str(one).removeprefix(f"{tmp_path}/") for one in checking.check(tmp_path)]
    assert said == [
        "a.yaml:1: trigger is missing: add it (and 1 more error in this file)",
        "b.yaml:2: broken YAML: while parsing a flow sequence, did not find expected ',' or ']'",
        "c.yaml:1: 2031-01-01-acme-x: colour: not known and passed over",
        "c.yaml:7: 2031-01-01-acme-x: affected_services a: no confidence: write high, medium or low",
        "c.yaml:7: 2031-01-01-acme-x: affected_services a: no source: name keys of the file's `sources`",
        "d.yaml:1: not one incident: expected keys such as id, provider, trigger, start_utc",
        f"e.yaml:1: 2031-01-01-acme-x: stands in {tmp_path / 'c.yaml'}, too",
    ]
    assert checking.count(tmp_path) == 1


def test_the_shipped_files_hold():
    assert checking.check() == []
    assert checking.count() > 400


def test_a_name_that_may_stand_in_a_broken_file_is_told_so(tmp_path):
    (tmp_path / "a.yaml").write_text("id: [x\n")
    (tmp_path / "c.yaml").write_text(LEAST)
    with pytest.raises(UsageError, match=r"no incident is called 'ours'.*not read: .*a.yaml:2: broken YAML"):
        incidents.chosen(["ours"], str(tmp_path))


def test_the_shipped_facts_are_those_that_were_collected():
    """Every claim of the collected files is shipped, with its severity; nothing is made up beside it."""
    if not KNOWLEDGE.is_dir():
        pytest.skip("the collected facts are not here")
    for collected in incidents.folder(KNOWLEDGE).incidents:
        shipped = incidents.incident(collected.id)
        for part in ("affected_services", "unaffected_services", "affected_vendors", "unaffected_vendors"):
            ours, theirs = getattr(shipped, part), getattr(collected, part)
            assert [(r.id, r.severity, r.plane, r.start_utc, r.end_utc, r.source) for r in ours] == [
                (r.id, r.severity, r.plane, r.start_utc, r.end_utc, r.source) for r in theirs
            ]
        assert [(p.name, p.start_utc, p.end_utc) for p in shipped.phases] == [
            (p.name, p.start_utc, p.end_utc) for p in collected.phases
        ]
        assert (shipped.start_utc, shipped.end_utc, shipped.trigger) == (
            collected.start_utc,
            collected.end_utc,
            collected.trigger,
        )


def test_little_is_enough(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(LEAST + "regions: eu-west-1\nend_utc: null\naffected_services: null\nphases: []\n")
    made = incidents.read(path)
    assert (made.places, made.end_utc, made.affected_services) == (("eu-west-1",), None, ())


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2031-01-01T10:00Z", "2031-01-01T10:00Z"),
        ("2031-01-01T10:00:30Z", "2031-01-01T10:00:30Z"),
        ("2031-01-01T10:00+02:00", "2031-01-01T08:00Z"),
        ("2031-01-01 10:00", "2031-01-01T10:00Z"),
        ("2031-01-01", "2031-01-01T00:00Z"),
    ],
)
def test_times_are_utc(tmp_path, text, instant):
    path = tmp_path / "x.yaml"
    path.write_text(LEAST.replace("2031-01-01T10:00Z", f'"{text}"'))
    assert incidents.written(incidents.read(path).start_utc) == instant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: [", "x.yaml:2: broken YAML"),
        ("- 1", "x.yaml: not one incident"),
        ("id: x", "x.yaml:1: provider is missing: add it"),
        (
            LEAST.replace("2031-01-01T10:00Z", "noon"),
            "x.yaml:4: start_utc: 'noon' is not a time: write 2025-10-20T06:48Z",
        ),
        (LEAST + "end_utc: 2030-01-01T00:00Z", "incident: it ends before it begins"),
        (
            LEAST + "affected_services: [1]",
            "x.yaml:5: affected_services[1]: 1 stands where keys and values are expected",
        ),
        (LEAST + 'affected_vendors: [{id: "*"}]', "x.yaml:5: affected_vendors[1].id: '*' is no name"),
        (LEAST + 'regions: ["\\u001b[31m"]', "is no name: no more than 200 characters"),
        (LEAST + "phases:\n  - {note: x}", "x.yaml:6: phases[1]: name is missing"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path, text, said):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        incidents.read(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_bad_file_does_not_keep_the_others_of_its_folder_from_being_read(tmp_path):
    (tmp_path / "a.yaml").write_text("id: [")
    (tmp_path / "b.yaml").write_text(
        LEAST + "mood: bad\naffected_services:\n  - {id: a, severity: down, colour: red}\n"
    )
    (tmp_path / "c.yaml").write_text(LEAST)
    (tmp_path / "notes.txt").write_text("no incident")
    found = incidents.folder(tmp_path)
    assert [one.id for one in found.incidents] == ["2031-01-01-acme-x"]
    assert [line.removeprefix(f"{tmp_path}/")[:8] for line in found.unread] == ["a.yaml:2", "c.yaml: "]
    assert found.remarks == (f"{tmp_path}/b.yaml: not known and passed over: affected_services.colour, mood",)


def test_a_folder_without_incidents_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no incident file"):
        incidents.folder(tmp_path)
    with pytest.raises(InputError, match="name a folder"):
        incidents.folder(tmp_path / "nowhere")


def test_a_part_of_a_name_will_do_where_only_one_has_it():
    assert incidents.incident("dynamodb").id == "2025-10-20-aws-dynamodb-dns"
    with pytest.raises(UsageError, match="2025-10-20-aws-dynamodb-dns, 2025-10-29-azure-front-door are called so"):
        incidents.incident("2025-10")
    with pytest.raises(UsageError, match="shipped: no incident is called 'dynamodb-nds'"):
        incidents.incident("dynamodb-nds")
    with pytest.raises(InputError, match=r"nowhere\.yaml: no such file"):
        incidents.incident("nowhere.yaml")
