"""Reading `blastradius.yaml`: where it is found, and one clear line where it is wrong."""

import pytest

from blastradius import overlay
from blastradius.errors import InputError, UsageError


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "blastradius.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_it_is_found_in_the_folder_and_beside_the_file(written, tmp_path):
    assert overlay.find(tmp_path) is None
    path = written("place: []\n")
    assert overlay.find(tmp_path) == path
    assert overlay.find(tmp_path / "inventory.json") == path
    assert overlay.find(path) is None


@pytest.mark.parametrize("text", ["", "# all commented out\n", "journeys:\nplace:\n"])
def test_an_empty_file_says_nothing(text, written):
    read = overlay.read(written(text))
    assert not read.journeys
    assert not read.place


@pytest.mark.parametrize(("text", "slo"), [("99.9%", 0.999), ("'99.95 %'", 0.9995), ("0.999", 0.999), ("'0.9'", 0.9)])
def test_what_is_promised_is_a_share_or_per_cent(written, text, slo):
    read = overlay.read(written(f"journeys:\n  buy: {{entries: [x], slo: {text}}}\n"))
    assert read.journeys["buy"].slo == slo


BAD = {
    "a promise above all": (
        "journeys:\n  buy: {entries: [x], slo: 99.9}\n",
        ":2: .*99.9 is not from 0 to 1: write 99.95% or 0.9995",
    ),
    "a promise of all": ("journeys:\n  buy: {entries: [x], slo: 100%}\n", ":2: .*slo"),
    "a promise in words": ("journeys:\n  buy: {entries: [x], slo: soon}\n", ":2: .*is no availability"),
    "broken YAML": ("place:\n  - {match: [", ":2: broken YAML|:3: broken YAML"),
    "unknown key": ("journey:\n  a: {entries: [x]}\n", ":1: unknown key 'journey'; the nearest is journeys"),
    "unknown key in a journey": (
        "journeys:\n  buy:\n    entries: ['*:x']\n    rtoo: 3h\n",
        ":4: journeys.buy: unknown key 'rtoo'; the nearest is rto",
    ),
    "unknown key in an entry": (
        "journeys:\n  buy:\n    entries:\n    - {component: x, tolerence: 3h}\n",
        "journeys.buy.entries.*unknown key 'tolerence'; the nearest is tolerance",
    ),
    "unknown key in alternatives": (
        "journeys:\n  buy:\n    entries:\n    - any: [x, y]\n      require: 1\n",
        ":5: journeys.buy.entries.1.: unknown key 'require'; the nearest is required",
    ),
    "a journey without entries": ("journeys:\n  buy: {tier: 1}\n", ":2: journeys.buy: entries is missing: add it"),
    "a journey with no entry": ("journeys:\n  buy: {entries: []}\n", ":2: .*entries.*at least 1"),
    "absurd duration": ("journeys:\n  buy: {entries: [x], rto: 40000d}\n", ":2: .*longer than ten years"),
    "negative duration": ("journeys:\n  buy: {entries: [x], rto: -1h}\n", ":2: .*is not a duration"),
    "negative revenue": (
        "journeys:\n  buy: {entries: [x], revenue_per_hour: -1}\n",
        ":2: .*-1: input should be greater",
    ),
    "place nothing": ("place:\n- {match: x, reason: why}\n", ":2: .*sets nothing: write at least one of provider"),
    "annotate both": (
        "annotate:\n- {component: a, dependent: b, dependency: c, recovery: 1m, reason: why}\n",
        "name either dependent and dependency, or component",
    ),
    "annotate half": (
        "annotate:\n- {dependent: b, strength: soft, reason: why}\n",
        "name either dependent and dependency",
    ),
    "annotate without reason": (
        "annotate:\n- {dependent: b, dependency: c, strength: soft}\n",
        ":2: .*reason is missing: add it",
    ),
    "annotate a component with a strength": (
        "annotate:\n- {component: a, recovery: 1m, strength: soft, reason: why}\n",
        "strength does not belong to a component",
    ),
    "ignore nothing": ("ignore:\n- {reason: why}\n", "name one of: component; dependent and dependency; gap"),
    "ignore without reason": ("ignore:\n- {component: x}\n", ":2: .*reason is missing"),
    "same of three": ("same:\n- [a, b, c]\n", ":2: same"),
    "key twice": ("place: []\nplace: []\n", ":2: key 'place' is written twice"),
    "bytes that are no text": (b"place: \xff", ":1: is not UTF-8"),
    "several documents": ("place: []\n---\nplace: []\n", "a second document begins here"),
    "a wrong level": ("policy: {rules: {BR001: fatal}}\n", ":1: .*'fatal' is not allowed here"),
    "a waiver without a day": ("waivers:\n- {rule: BR001, match: x, reason: why, owner: me}\n", "until is missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_that_names_file_and_line(name, written):
    text, says = BAD[name]
    path = written(text)
    with pytest.raises(UsageError, match=says) as caught:
        overlay.read(path)
    assert str(caught.value).startswith(f"{path}:")
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        overlay.read(tmp_path / "blastradius.yaml")
