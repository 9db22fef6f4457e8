"""Inventories as JSON: the same bytes for the same facts, bounds, and errors with file and line."""

import gc
import gzip
import json
import random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius import storage
from blastradius.errors import InputError, UsageError
from blastradius.model import (
    CallCoverage,
    Component,
    Coverage,
    Dependency,
    Evidence,
    Failover,
    Gap,
    Inventory,
    Journey,
    JourneyEntry,
    Meta,
    Redundancy,
    ScannerCoverage,
)
from blastradius.storage.jsonfile import dumps, line_at, loads

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
IDS = st.sampled_from(["a", "b", "c:d/é", 'q"uote', "back\\slash"])
EVIDENCE = st.lists(st.builds(Evidence, scanner=TEXT, locator=TEXT, note=st.none() | TEXT), max_size=2).map(tuple)
SECONDS = st.none() | st.integers(0, 1000)
TAGS = st.dictionaries(TEXT, TEXT, max_size=2)


@st.composite
def inventories(draw):
    """An assembled inventory whose fields hold anything, its records sorted as they are written."""
    ids = draw(st.lists(IDS, min_size=1, unique=True))
    one = st.sampled_from(ids)
    some = st.lists(one, min_size=1, unique=True).map(tuple)
    rule = {"dependent": one, "tolerance": SECONDS, "reason": st.none() | TEXT, "evidence": EVIDENCE}
    component = {"kind": st.sampled_from(["service", "vendor"]), "name": TEXT, "tags": TAGS, "attributes": TAGS}
    component |= {"region": st.none() | TEXT, "recovery": SECONDS, "customer_facing": st.none() | st.booleans()}
    failover = st.builds(Failover, mode=st.just("manual"), needs=some, rehearsed=st.none() | st.dates())
    groups = draw(st.lists(st.builds(Redundancy, members=some, **rule), max_size=3))
    groups = [
        g.model_copy(update={"active": g.members, "failover": draw(failover)}) if draw(st.booleans()) else g
        for g in groups
    ]
    entries = st.lists(st.builds(JourneyEntry, component=one, tolerance=SECONDS), max_size=2).map(tuple)
    journeys = [
        draw(
            st.builds(
                Journey, id=st.just(f"journey:{n}"), name=TEXT, entries=entries, slo=st.none() | st.floats(0.1, 0.9)
            )
        )
        for n in range(draw(st.integers(0, 2)))
    ]
    made = Inventory(
        meta=Meta(assembled=True, roots=draw(st.lists(TEXT, max_size=2))),
        components=tuple(draw(st.builds(Component, id=st.just(i), evidence=EVIDENCE, **component)) for i in ids),
        dependencies=draw(
            st.lists(st.builds(Dependency, dependency=one, timeout=st.none() | st.floats(0, 9), **rule), max_size=4)
        ),
        redundancies=tuple(groups),
        journeys=tuple(journeys),
        gaps=draw(
            st.lists(
                st.builds(Gap, scope=TEXT, reason=TEXT, hides=st.just("location"), component=st.none() | one),
                max_size=2,
            )
        ),
        coverage=Coverage(
            scanners=draw(st.lists(st.builds(ScannerCoverage, scanner=TEXT, parsed=st.integers(0, 9)), max_size=2)),
            calls=draw(
                st.lists(
                    st.builds(CallCoverage, account=TEXT, region=TEXT, operation=TEXT, status=st.just("ok")), max_size=2
                )
            ),
        ),
    )
    return loads(dumps(made), "sorted")


@given(inventories())
def test_what_is_written_is_read_again_and_written_alike(inventory):
    written = dumps(inventory)
    again = loads(written, "x.json")
    assert again == inventory
    assert dumps(again) == written


@given(inventories(), st.randoms())
def test_the_order_of_records_does_not_change_the_bytes(inventory, chance):
    names = ("components", "dependencies", "redundancies", "journeys", "gaps")
    shuffled = {name: tuple(chance.sample(getattr(inventory, name), len(getattr(inventory, name)))) for name in names}
    assert dumps(inventory.model_copy(update=shuffled)) == dumps(inventory)


@given(inventories())
def test_the_file_has_its_version_first_sorted_keys_and_a_record_a_line(inventory):
    written = dumps(inventory)
    value = json.loads(written)
    assert list(value) == ["schema_version", *sorted(set(value) - {"schema_version"})]
    lines = written.decode().splitlines() if "\x85" not in written.decode() else written.decode().split("\n")
    for name in ("components", "dependencies", "redundancies", "journeys", "gaps"):
        for record in value[name]:
            line = orjson.dumps(record, option=orjson.OPT_SORT_KEYS).decode()
            assert any(one.rstrip(",") == line for one in written.decode().split("\n")), name
            assert list(record) == sorted(record)
            assert None not in record.values()
    assert lines


def small(**changes):
    value = {
        "schema_version": 1,
        "meta": {"assembled": True},
        "components": [{"id": "a", "kind": "service", "name": "a"}, {"id": "b", "kind": "database", "name": "b"}],
        "dependencies": [{"dependent": "a", "dependency": "b"}],
    }
    return value | changes


def test_files_are_read_by_their_content_also_compressed_and_with_byte_order_marks(tmp_path):
    want = loads(orjson.dumps(small()), "x")
    plain, packed, marked, wide = (tmp_path / name for name in ("a.json", "a.json.gz", "bom.json", "wide.json"))
    storage.write(plain, want)
    storage.write(packed, want)
    marked.write_bytes(b"\xef\xbb\xbf" + orjson.dumps(small()))
    wide.write_bytes(json.dumps(small()).encode("utf-16"))
    assert [storage.read(one) for one in (plain, packed, marked, wide)] == [want] * 4
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    packed_again = tmp_path / "b.json.gz"
    storage.write(packed_again, want)
    assert packed_again.read_bytes() == packed.read_bytes()
    assert packed.read_bytes()[4:8] == b"\0\0\0\0"


def test_text_that_is_no_unicode_is_written_so_that_it_can_be_read(tmp_path):
    odd = Component(id="a", kind="service", name="a", evidence=(Evidence(scanner="s", locator="b\udcff.yaml:1"),))
    written = dumps(Inventory(meta=Meta(assembled=True), components=(odd,)))
    assert loads(written, "x").components[0].evidence[0].locator == "b\\udcff.yaml:1"


BROKEN = {
    "empty": ("", ":1: is empty"),
    "cut off": ('{"schema_version": 1,\n"components": [\n', ":3: broken JSON"),
    "a comma too many": ('{"schema_version": 1,\n"components": [],\n}', ":3: broken JSON"),
    "no mapping": ("[]", ":1: .*a list stands where"),
    "nested too deep": ("[" * 100_000, ":1: broken JSON: recursion"),
    "unknown key": (small(componets=[]), "unknown key 'componets'; the nearest is components"),
    "unknown key in a record": (
        small(components=[{"id": "a", "kind": "service", "name": "a", "regoin": "x"}], dependencies=[]),
        r"components\[1\]: unknown key 'regoin'; the nearest is region",
    ),
    "unknown kind": (
        small(components=[{"id": "a", "kind": "servce", "name": "a"}], dependencies=[]),
        r"components\[1\]\.kind: 'servce' is not allowed here; the nearest is service",
    ),
    "missing key": (small(components=[{"id": "a", "name": "a"}], dependencies=[]), "kind is missing: add it"),
    "wrong version": (small(schema_version=2), "schema_version: 2 is not allowed here; known are 1"),
    "duplicate id": (small(components=small()["components"] * 2), "id 'a' is used twice"),
    "dangling id": (small(dependencies=[{"dependent": "a", "dependency": "bb"}]), "'bb' is no component here"),
    "dangling dependent": (small(dependencies=[{"dependent": "x", "dependency": "b"}]), "'x' is no component here"),
    "dangling member": (small(redundancies=[{"dependent": "a", "members": ["b", "c"]}]), "'c' is no component here"),
    "dangling entry": (
        small(journeys=[{"id": "journey:j", "name": "j", "entries": [{"component": "z"}]}]),
        "'z' is no component here",
    ),
    "a journey as dependency": (
        small(
            journeys=[{"id": "journey:j", "name": "j"}], dependencies=[{"dependent": "a", "dependency": "journey:j"}]
        ),
        "'journey:j' is no component here",
    ),
    "negative duration": (
        small(dependencies=[{"dependent": "a", "dependency": "b", "tolerance": -1}]),
        "-1: input should",
    ),
    "absurd duration": (
        small(dependencies=[{"dependent": "a", "dependency": "b", "tolerance": 10**12}]),
        "1000000000000: input should be less",
    ),
    "a fraction of a second": (
        small(dependencies=[{"dependent": "a", "dependency": "b", "tolerance": 0.5}]),
        "0.5 is no whole number; a duration is written 90s",
    ),
    "more required than members": (
        small(redundancies=[{"dependent": "a", "members": ["b"], "required": 2}]),
        "required: 2 is more than the 1 members",
    ),
    "not a number": ('{"journeys": [{"id": "journey:a", "name": "a", "slo": NaN}]}', "NaN|finite|nan"),
    "key twice": ('{"components": [],\n"components": []}', ":2: key 'components' is written twice"),
    "bytes that are no text": (b'{"schema_version": 1,\n"meta": {"title": "\xff"}}', ":2: is not UTF-8 text"),
    "an odd count of UTF-16 bytes": (b"\xff\xfe{", "is not UTF-16"),
    "not JSON at all": ("hello", ":1: broken JSON"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_bad_input_is_one_line_that_names_file_and_line(name, tmp_path):
    content, says = BROKEN[name]
    path = tmp_path / "inv.json"
    if isinstance(content, dict):
        content = json.dumps(content, indent=1)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=says) as caught:
        storage.read(path)
    text = str(caught.value)
    assert text.startswith(f"{path}:")
    assert text[len(str(path)) + 1 :].split(":")[0].isdigit()
    assert len(text.splitlines()) == 1
    assert len(text) < 500 + len(str(path))


def test_the_line_is_that_of_the_record(tmp_path):
    path = tmp_path / "inv.json"
    components = ",\n".join(f'{{"id": "c{n}", "kind": "service", "name": "c"}}' for n in range(100))
    path.write_text(
        '{"components": [\n' + components.replace('"c70", "kind": "service"', '"c70", "kind": "x"') + "\n]}"
    )
    with pytest.raises(InputError, match=":72: components\\[71\\]\\.kind: 'x'"):
        storage.read(path)


def test_a_missing_file_a_folder_and_an_unwritable_place_are_said(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        storage.read(tmp_path / "none.json")
    with pytest.raises(InputError, match="is a folder"):
        storage.read(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        storage.write(tmp_path / "none" / "x.json", Inventory())


def test_a_gzip_bomb_is_refused_before_it_fills_memory(tmp_path):
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b"[" * 200_000_000, 9))
    with pytest.raises(InputError, match=r"grows past [0-9,]+ bytes"):
        storage.read(bomb)


@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda b: b[:20] + b"x" * 20 + b[40:], lambda b: b[:5]])
def test_a_damaged_compressed_file_is_said_to_be_damaged(damage, tmp_path):
    path = tmp_path / "x.json.gz"
    chance = random.Random(1)
    path.write_bytes(damage(gzip.compress(chance.randbytes(5000))))
    with pytest.raises(InputError, match=r"damaged|cut off"):
        storage.read(path)


def test_a_huge_line_is_an_error_of_one_short_line(tmp_path):
    path = tmp_path / "long.json"
    path.write_bytes(b'{"components": [{"id": "' + b"x" * 20_000_000 + b'", "kind": "service", "name": "a"}]}')
    with pytest.raises(InputError, match=":1: components\\[1\\]\\.id: ") as caught:
        storage.read(path)
    assert len(str(caught.value)) < 400


def test_the_garbage_collector_is_left_as_it_was():
    for on in (True, False):
        (gc.enable if on else gc.disable)()
        try:
            loads(orjson.dumps(small()), "x")
            assert gc.isenabled() == on
        finally:
            gc.enable()


@given(
    st.recursive(
        st.none() | TEXT | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    )
)
def test_the_line_of_every_value_is_found_wherever_it_stands(value):
    text = json.dumps(value, indent=1, ensure_ascii=False)

    def walk(one, path):
        yield path, one
        for key, inner in one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ():
            yield from walk(inner, (*path, key))

    for path, one in walk(value, ()):
        line = text.split("\n")[line_at(text, path) - 1].strip()
        start = json.dumps(one, ensure_ascii=False)
        assert (start[:1] if isinstance(one, dict | list) else start) in line
