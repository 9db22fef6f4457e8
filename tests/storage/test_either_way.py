"""Whatever becomes of a file's text, the large path and the small one read the same or complain in the same words."""

from __future__ import annotations

import re

import pytest
from drawing import parse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import inventories

from blastradius import storage
from blastradius.errors import InputError, NoMatchError
from blastradius.model import Component, Evidence, Gap, Inventory
from blastradius.model.records import Records, outlines
from blastradius.selectors import ComponentIndex, require, select
from blastradius.storage import columns, jsonfile

BITS = st.sampled_from(
    [
        b"", b",", b"\n", b",\n", b"\r\n", b"}", b"]", b"{}", b"null", b"\xff", b"\x00", b'"', b"\\", b" ", b"\n]", b"# no\n",
        b'"id":"n0"', b'"id":"nobody"', b'"dependency":"n1"', b'"dependency":"nobody"', b'"dependent":"nobody"',
        b'"strength":"softly"', b'"phase":3', b'"tolerance":-1', b'"unknown":1', b'"components":[]', b'"dependencies":[\n]',
        b'"kind":"servant"', b'"password":"hunter2"', b"\xef\xbb\xbf", b'"schema_version":2',
    ]
)  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """An inventory as written, then hurt in a few places: lines lost, doubled, exchanged, values swapped, bytes put in."""
    content = storage.dumps(draw(inventories()))
    for _ in range(draw(st.integers(1, 3))):
        lines = content.split(b"\n")
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        how = draw(st.sampled_from(["lose", "double", "exchange", "join", "put", "value", "cut", "key"]))
        if how == "lose":
            del lines[at]
        elif how == "double":
            lines.insert(other, lines[at])
        elif how == "exchange":
            lines[at], lines[other] = lines[other], lines[at]
        elif how == "join" and at:
            lines[at - 1 : at + 1] = [lines[at - 1] + lines[at]]
        content = b"\n".join(lines)
        place = draw(st.integers(0, len(content)))
        if how == "put":
            content = content[:place] + draw(BITS) + content[place:]
        elif how == "cut":
            content = content[:place]
        elif how in ("value", "key"):
            pattern = rb':("[^"]*"|\d+)' if how == "value" else rb'"[a-z_]+":'
            found = list(re.finditer(pattern, content))
            if found:
                one = found[draw(st.integers(0, len(found) - 1))]
                new = draw(st.sampled_from([b':"n0"', b':"nobody"', b":7", b":null", b":[]"]))
                content = content[: one.start()] + (new if how == "value" else b'"typo":') + content[one.end() :]
    return content


def outcome(content: bytes, large: int) -> tuple[str, object]:
    """What is read, or what is complained of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonfile, "LARGE", large)
        patch.setattr(columns, "_PIECE", 150)
        try:
            found = jsonfile.loads(content, "x.json")
        except InputError as error:
            return "wrong", str(error)
        return "read", found.model_copy(
            update={"components": tuple(found.components), "dependencies": tuple(found.dependencies)}
        )


CONTENT = storage.dumps(
    parse("shop -> db\nshop ~> mail\nshop -> a | b\nshop -> hub @startup\njourney buy: shop\n").model_copy(
        update={"gaps": (Gap(scope="a", reason="not seen", hides="dependency", component="a"),)}
    )
)
WHOLE = storage.dumps(Inventory())


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(mangled())
@example(WHOLE)
@example(
    WHOLE.replace(b'"components":[]', b'"components":[\n\n]').replace(b'"dependencies":[]', b'"dependencies":[\n]')
)
def test_both_paths_read_the_same_or_complain_alike(content: bytes) -> None:
    assert outcome(content, 0) == outcome(content, 1 << 60)


def test_the_first_complaint_is_the_same_where_several_are_due() -> None:
    content = CONTENT
    hurts = [
        (b'"strength":"soft"', b'"strength":"softly"'),
        (b'{"id":"mail",', b'{"id":"shop",'),
        (b'"dependency":"db"', b'"dependency":"bd"'),
        (b'"component":"shop"', b'"component":"nothing"'),
        (b'"members":["a","b"]', b'"members":["a","z"]'),
        (b'{"id":"hub","kind":"service"', b'{"id":"hub","kind":"services"'),
    ]
    said = set()
    for one in hurts:
        for other in hurts:
            assert one[0] in content, one[0]
            broken = content.replace(*one, 1).replace(*other, 1)
            assert outcome(broken, 0) == outcome(broken, 1 << 60)
            said.add(outcome(broken, 0))
    assert len(said) > 4
    assert all(kind == "wrong" for kind, _ in said)


def test_a_list_that_is_written_twice_is_no_matter_of_size() -> None:
    content = CONTENT
    for again in (b'"components": [],\n', b'"dependencies":[],\n'):
        twice = content.replace(b'"coverage":', again + b'"coverage":', 1).replace(b'"gaps":', again + b'"gaps":', 1)
        assert outcome(twice, 0) == outcome(twice, 1 << 60)


@st.composite
def named(draw: st.DrawFn) -> tuple[Component, ...]:
    texts = st.sampled_from(["web", "web-1", "wéb", "a/web", 'q"t', "back\\slash", "tab\t", "x", "region:here", "k=v"])
    return tuple(
        Component(
            id=f"c{number}:{draw(texts)}",
            name=draw(texts),
            kind=draw(st.sampled_from(["service", "database", "region"])),
            region=draw(st.sampled_from([None, "here", "there"])),
            aliases=tuple(draw(st.lists(texts, max_size=2))),
            identities=tuple(draw(st.lists(texts, max_size=1))),
            tags=draw(st.dictionaries(st.sampled_from(["team", "é"]), texts, max_size=2)),
        )
        for number in range(draw(st.integers(1, 6)))
    )


SELECTORS = [
    "service:web", "service:web*", "*:web", "*:w?b*", "*:*", "service:*@here", "*:web@there", "database:*", "tag:team=web",
    "tag:team=*", "tag:é=k=v", "id:web", "c0:web", "id:c0:web", "region:here", 'service:q"t', "*:back\\slash", "tag:*=x",
    "service:nobody", "*:wéb",
]  # fmt: skip


@settings(max_examples=60)
@given(named(), st.booleans(), st.integers(0, 3))
def test_a_selector_means_the_same_of_records_and_objects(
    components: tuple[Component, ...], escaped: bool, few: int
) -> None:
    from blastradius.selectors import large

    inventory = Inventory(components=components)
    content = storage.dumps(inventory).replace(b'"dependencies":[]', b'"dependencies":[\n\n]')
    if escaped:  # another writer's way
        content = content.replace("é".encode(), b"\\u00e9")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "first_wrong_id", lambda *args, **more: None)
        patch.setattr(large, "_FEW", few)
        whole = content.replace(b'"meta":{', b'"meta":{"assembled":true,')
        records = columns._Reader(
            whole,
            "x",
            columns.layout(whole),
            Inventory(),  # type: ignore[arg-type]
        )._components()
        assert isinstance(records, Records)
        for text in SELECTORS:
            assert select(text, ComponentIndex(records)) == select(text, components), text
        with pytest.raises(NoMatchError) as one:
            require("service:wbe", ComponentIndex(records))
        with pytest.raises(NoMatchError) as other:
            require("service:wbe", components)
        assert str(one.value) == str(other.value)


@given(inventories())
def test_an_outline_says_what_the_record_says(inventory: Inventory) -> None:
    large = columns.loads(storage.dumps(inventory), "x")
    for one in (inventory, large) if large is not None else (inventory,):
        for found in outlines(one):
            record = one.dependencies[found.place]
            said = (record.dependent, record.dependency, record.phase, record.strength, record.basis)
            assert found[:5] == said


def test_a_gap_or_secret_in_a_text_is_read_alike() -> None:
    evidence = (Evidence(scanner="files", locator="a.yaml:1", note='"components": [ password=hunter2'),)
    gap = Gap(scope="a", reason='"dependencies":[\n', hides="dependency", evidence=evidence)
    content = storage.dumps(Inventory(gaps=(gap,)))
    assert outcome(content, 0) == outcome(content, 1 << 60)
