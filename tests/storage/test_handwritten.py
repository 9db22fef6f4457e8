"""Inventories that a person writes: less to write, and one clear line where something is wrong."""

import pytest

from blastradius import storage
from blastradius.errors import InputError

GOOD = """\
# a small shop
components:
  - id: shop/checkout
    kind: service
    region: us-east-1
    provider: aws
    account: 111122223333
    recovery: 15m
  - {id: shop/db, kind: database, name: Orders, tags: {tier: 1}}
dependencies:
  - dependent: shop/checkout
    dependency: shop/db
    tolerance: 1h30m
  - {dependent: shop/checkout, dependency: "vendor:stripe", strength: soft, hardens_after: 2d}
redundancies:
  - dependent: shop/db
    members: [shop/checkout]
    evidence: [{scanner: hand, locator: "docs.md:7", basis: assumed}]
journeys:
  - id: journey:buy
    name: buy
    entries: [{component: shop/checkout}]
    rto: 90s
gaps:
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "inventory.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_hand_written_inventory_needs_no_names_and_no_evidence(written):
    inventory = storage.read(written(GOOD))
    components = {one.id: one for one in inventory.components}
    assert components["shop/checkout"].name == "checkout"
    assert components["shop/db"].name == "Orders"
    assert components["shop/checkout"].account == "111122223333"
    assert components["shop/db"].tags == {"tier": "1"}
    assert components["shop/checkout"].recovery == 900
    plain = next(one for one in inventory.dependencies if one.dependency == "shop/db")
    assert plain.tolerance == 5400
    assert [(e.scanner, e.locator, e.basis) for e in plain.evidence] == [("hand", "inventory.yaml:11", "declared")]
    assert components["shop/db"].evidence[0].locator == "inventory.yaml:9"
    assert [e.locator for e in inventory.redundancies[0].evidence] == ["docs.md:7"]
    assert inventory.journeys[0].rto == 90
    assert inventory.journeys[0].evidence[0].locator == "inventory.yaml:20"


def test_reading_it_makes_the_containment_and_what_ids_of_known_shape_mean(written):
    inventory = storage.read(written(GOOD))
    assert inventory.meta.assembled
    pairs = {(one.dependent, one.dependency) for one in inventory.dependencies}
    assert ("shop/checkout", "aws:region/us-east-1") in pairs
    assert ("aws:region/us-east-1", "provider:aws") in pairs
    assert "vendor:stripe" in {one.id for one in inventory.components}


def test_a_hand_written_inventory_is_the_same_once_written_as_json(written, tmp_path):
    inventory = storage.read(written(GOOD))
    storage.write(tmp_path / "out.json.gz", inventory)
    again = storage.read(tmp_path / "out.json.gz")
    assert storage.dumps(again) == storage.dumps(inventory)


A = "components:\n  - {id: a, kind: service}\n  - {id: b, kind: service}\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
)
BROKEN = {
    "empty": ("", ":1: is empty"),
    "only comments": ("# nothing\n", ":1: is empty"),
    "broken YAML": ("components:\n  - {id: a\n  - b: [", ":3: broken YAML"),
    "a tab": ("components:\n\t- id: a", ":2: broken YAML"),
    "a list": ("- a\n- b\n", ":1: is no mapping"),
    "text": ("hello", ":1: is no mapping"),
    "two documents": (A + "---\n" + A, ":5: a second document begins here"),
    "unknown key": ("componets:\n  - {id: a}\n", ":1: unknown key 'componets'; the nearest is components"),
    "unknown key in a record": (
        "components:\n  - id: a\n    kind: service\n    regoin: x\n",
        r":4: components\[1\]: unknown key 'regoin'; the nearest is region",
    ),
    "unknown key deep inside": (
        A
        + "redundancies:\n- dependent: a\n  members: [b]\n  active: [b]\n  failover:\n    mode: manual\n    take: 5m\n",
        r":10: redundancies\[1\]\.failover: unknown key 'take'; the nearest is takes",
    ),
    "key twice": ("components:\n  - id: a\n    id: b\n", ":3: key 'id' is written twice"),
    "missing key": (
        "components:\n  - id: a\n  - id: b\n    kind: service\n",
        r":2: components\[1\]: kind is missing: add it",
    ),
    "unknown kind": (
        "components:\n  - id: a\n    kind: servce\n",
        ":3: .*'servce' is not allowed here; the nearest is service",
    ),
    "kind of nothing": ("components:\n  - id: a\n    kind:\n", ":3: .*nothing is not allowed here"),
    "a record that is text": ("components:\n  - a\n", r":2: components\[1\]: 'a' stands where keys and values"),
    "a mapping for a list": ("components:\n  id: a\n", ":1: components: a mapping stands where a list"),
    "a float for text": ("components:\n  - {id: 1.10, kind: service}\n", ":2: .*1.1 is no text: put it in quotes"),
    "negative duration": (
        A + "dependencies:\n- {dependent: a, dependency: b,\n   tolerance: -5}\n",
        ":6: .*-5: input should be greater",
    ),
    "negative duration as text": (
        A + "dependencies:\n- {dependent: a, dependency: b, tolerance: -5m}\n",
        ":5: .*is not a duration: write 90s",
    ),
    "absurd duration": (
        A + "dependencies:\n- {dependent: a, dependency: b, tolerance: 9999d}\n",
        ":5: .*longer than ten years",
    ),
    "a duration without a unit that is no number": (
        A + "dependencies:\n- {dependent: a, dependency: b, tolerance: soon}\n",
        ":5: .*'soon' is not a duration",
    ),
    "a fraction": (
        A + "dependencies:\n- {dependent: a, dependency: b, tolerance: 1.5}\n",
        ":5: .*1.5 is no whole number; a duration",
    ),
    "duplicate id": (
        "components:\n  - {id: a, kind: service}\n  - {id: a, kind: service}\n",
        ":3: id 'a' is used twice",
    ),
    "dangling id": (A + "dependencies:\n- dependent: a\n  dependency: bx\n", ":6: 'bx' is no component here"),
    "dangling id of a journey": (
        A + "journeys:\n- id: journey:x\n  name: x\n  entries:\n  - component: c\n",
        ":8: 'c' is no component here",
    ),
    "alias bomb": (BOMB, "aliases repeat"),
    "bytes that are no text": (b"components:\n  - {id: \xff}\n", ":2: is not UTF-8 text"),
    "too deep": ("a: " + "[" * 500 + "]" * 500, "nested deeper"),
    "a huge line": ("components: [{id: " + "x" * 5_000_000 + ", kind: service}]", ":1: .*should have at most 2048"),
    "several things wrong": (
        "components:\n  - {id: a}\n  - {id: b}\n",
        r"kind is missing: add it \(and 1 more error in this file\)",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_bad_input_is_one_line_that_names_file_and_line(name, written):
    text, says = BROKEN[name]
    path = written(text)
    with pytest.raises(InputError, match=says) as caught:
        storage.read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    assert len(message.splitlines()) == 1
    assert len(message) < 600 + len(str(path))


def test_a_cycle_of_hard_dependencies_is_legal(written):
    text = A + "dependencies:\n- {dependent: a, dependency: b}\n- {dependent: b, dependency: a}\n"
    assert len(storage.read(written(text)).dependencies) == 2


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml: no such file"):
        storage.read(tmp_path / "none.yaml")
