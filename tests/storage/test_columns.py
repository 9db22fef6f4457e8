"""Large inventories in columns: the same records, circuits and answers as in objects, and the same complaints."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import inventories

from blastradius import engine, storage
from blastradius.analysis.picture import picture
from blastradius.analysis.regions import regions
from blastradius.analysis.sweep import sweep
from blastradius.circuit import Circuit
from blastradius.engine.solve import _settings_of_many
from blastradius.errors import InputError
from blastradius.graph import DependencyGraph
from blastradius.model import Dependency, Evidence, Gap, Inventory, records
from blastradius.model.records import Records
from blastradius.pipeline import diff, explain, simulate
from blastradius.simulate.grounds import unhosted
from blastradius.simulate.proof import closure
from blastradius.storage import columns, jsonfile
from blastradius.wide import WideCircuit

ARRAYS = ("rule_node", "rule_source", "rule_impaired", "rule_down", "users_start", "users", "roles_start", "roles")


@pytest.fixture(autouse=True)
def small_pieces() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_PIECE", 150)
        yield


@st.composite
def unseen(draw: st.DrawFn) -> Inventory:
    """A random inventory in which places, and what some things need, are not known."""
    inventory = draw(inventories())
    ids = [one.id for one in inventory.components]
    kinds = st.sampled_from(["service", "database", "region", "platform", "cluster", "vendor"])
    components = tuple(
        one.model_copy(
            update={
                "kind": draw(kinds),
                "region": draw(st.sampled_from(["here", None])),
                "provider": draw(st.sampled_from(["own", None])),
            }
        )
        for one in inventory.components
    )
    one = st.sampled_from(ids)
    gap = st.builds(
        Gap,
        scope=one,
        reason=st.just("not seen"),
        hides=st.sampled_from(["location", "dependency"]),
        component=one,
        reference=st.none() | one,
    )
    gaps = tuple(draw(st.lists(gap, max_size=2)))
    return inventory.model_copy(update={"components": components, "gaps": gaps})


def both(inventory: Inventory) -> tuple[Inventory, Inventory]:
    """An inventory read into objects and into columns."""
    assume(inventory.dependencies)
    content = storage.dumps(inventory)
    large = columns.loads(content, "x")
    assert large is not None
    assert isinstance(large.components, Records)
    return jsonfile.loads(content, "x"), large


@settings(max_examples=60)
@given(inventories())
def test_the_circuit_from_columns_is_that_from_objects(inventory: Inventory) -> None:
    small, large = both(inventory)
    one, other = Circuit(small), DependencyGraph(large).circuit
    assert isinstance(other, WideCircuit)
    assert (one.ids, one.index, one.phase_nodes, one.groups) == (
        other.ids,
        other.index,
        other.phase_nodes,
        other.groups,
    )
    for name in ARRAYS:
        assert getattr(one, name) == getattr(other, name), name
    assert one.rule_hard == other.rule_hard
    for when in ("at_once", "eventually", "start"):
        assert engine.settings(one, when) == _settings_of_many(one, when)
    assert list(one.feeds) == list(other.feeds)
    assert [(*rule[:6], rule.record) for rule in one.rules] == [(*rule[:6], rule.record) for rule in other.rules]


@settings(max_examples=40)
@given(unseen(), st.sampled_from(["component", "region", "platform"]), st.sampled_from([1, 2]))
def test_a_sweep_over_columns_is_that_over_objects(inventory: Inventory, by: str, order: int) -> None:
    small, large = (DependencyGraph(one) for one in both(inventory))
    assert sweep(small, by, order) == sweep(large, by, order)  # type: ignore[arg-type]
    assert small.roaming == large.roaming
    assert small.slow == large.slow
    assert unhosted(small) == unhosted(large)


@settings(max_examples=25)
@given(unseen(), st.sampled_from([None, "3s"]))
def test_a_simulation_over_columns_is_that_over_objects(inventory: Inventory, duration: str | None) -> None:
    small, large = (DependencyGraph(one) for one in both(inventory))
    asked = ["id:" + inventory.components[0].id]
    assert simulate(small, asked, duration=duration) == simulate(large, asked, duration=duration)
    assert small.text() == large.text()
    assert list(small.networkx().edges(data=True)) == list(large.networkx().edges(data=True))


def test_dependencies_that_share_all_but_their_content_stand_in_one_order() -> None:
    inventory = parsed()
    (one,) = inventory.dependencies[:1]
    alike = [one.model_copy(update={"reason": reason}) for reason in ("c", "a", "b")]
    records = [*inventory.dependencies, *alike]
    orders = []
    for seed in range(5):
        random.Random(seed).shuffle(records)
        content = lines(inventory.model_copy(update={"dependencies": tuple(records)}))
        graph = DependencyGraph(found(content))
        orders.append([rule.record for rule in graph.circuit.rules])
    assert all(order == orders[0] for order in orders)
    assert orders[0] == [
        rule.record for rule in Circuit(inventory.model_copy(update={"dependencies": tuple(records)})).rules
    ]


def parsed() -> Inventory:
    from drawing import parse

    drawing = "shop -> db\nshop ~> mail\nshop -> a | b\ndb -> disk (20m)\nshop -> hub @startup\njourney buy: shop\n"
    inventory = parse(drawing)
    evidence = (Evidence(scanner="kubernetes", locator="a.yaml:1"),)
    dependencies = tuple(one.model_copy(update={"evidence": evidence}) for one in inventory.dependencies)
    gaps = (Gap(scope="a", reason="not seen", hides="dependency", component="a"),)
    return inventory.model_copy(update={"dependencies": dependencies, "gaps": gaps})


def lines(inventory: Inventory) -> bytes:
    """As written, the dependencies in the order that they have."""
    content = storage.dumps(inventory.model_copy(update={"dependencies": inventory.dependencies[:1]}))
    (only,) = (line for line in content.splitlines() if line.startswith(b'{"dependency"'))
    made = [one.model_dump_json(exclude_defaults=True).encode() for one in inventory.dependencies]
    return content.replace(only, b",\n".join(made))


def found(content: bytes) -> Inventory:
    inventory = columns.loads(content, "x")
    assert inventory is not None
    return inventory


WRONG = [
    (b'"strength":"soft"', b'"strength":"softly"'),
    (b'"strength":"soft"', b'"stength":"soft"'),
    (b'"strength":"soft"', b'"tolerance":"soon"'),
    (b'"dependency":"mail",', b""),
    (b'"dependency":"mail"', b'"dependency":"mial"'),
    (b'"dependency":"mail","dependent":"shop"', b'"dependency":"mail","dependent":"shoop"'),
    (b'"dependency":"mail"', b'"dependency":"journey:buy"'),
    (b'{"id":"mail","kind":"service"', b'{"id":"shop","kind":"service"'),
    (b'{"id":"mail","kind":"service"', b'{"id":"mail","kind":"services"'),
    (b'{"id":"mail",', b'{"id":"mail",,'),
    (b'"component":"shop"', b'"component":"nothing"'),
    (b'"members":["a","b"]', b'"members":["a","z"]'),
    (b'"required":1', b'"required":3'),
    (b'"hides":"dependency"', b'"hides":"everything"'),
    (b'"scanner":"kubernetes"', b'"scanner":"kuber\xff"'),
    (b'\n"gaps":', b'\n"gasp":'),
    (b"]}\n", b"]"),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG, ids=[one[1].decode("latin-1").strip() for one in WRONG])
def test_what_is_wrong_is_told_in_the_same_words(right: bytes, wrong: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    content = storage.dumps(parsed())
    assert right in content, content.decode()
    broken = content.replace(right, wrong, 1)
    with pytest.raises(InputError) as small:
        jsonfile.loads(broken, "x")
    monkeypatch.setattr(jsonfile, "LARGE", 0)
    with pytest.raises(InputError) as large:
        jsonfile.loads(broken, "x")
    assert str(large.value) == str(small.value)


def other_ways(content: bytes) -> list[bytes]:
    import orjson

    whole = orjson.loads(content)
    return [
        orjson.dumps(whole),
        orjson.dumps(whole, option=orjson.OPT_INDENT_2),
        content.replace(b"\n", b"\r\n"),
        content.replace(b",\n", b"\n,"),
        content.replace(b'},\n{"dependency"', b'}, {"dependency"'),
        b"\xef\xbb\xbf" + content,
    ]


def test_whatever_the_lines_the_records_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonfile, "LARGE", 0)
    inventory = parsed()
    content = storage.dumps(inventory)
    for one in [content, *other_ways(content)]:
        read = jsonfile.loads(one, "x")
        assert sorted(map(repr, read.dependencies)) == sorted(map(repr, inventory.dependencies))
        assert storage.dumps(read) == content


def test_only_what_is_asked_for_is_made_and_once() -> None:
    dependencies = found(storage.dumps(parsed())).dependencies
    assert isinstance(dependencies, Records)
    last = dependencies[-1]
    assert dependencies[len(dependencies) - 1] is last
    assert len(dependencies._made) == 1
    assert tuple(dependencies)[-1] is last
    assert dependencies[1:3] == tuple(dependencies)[1:3]
    with pytest.raises(IndexError):
        dependencies[len(dependencies)]
    again = pickle.loads(pickle.dumps(dependencies))
    assert again == dependencies
    assert isinstance(again[0], Dependency)


def test_all_of_them_at_once_are_those_that_were_asked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_AT_ONCE", 2)
    inventory = parsed()
    components = DependencyGraph(found(storage.dumps(inventory))).components
    shop = components["shop"]
    assert sorted(components.values(), key=lambda one: one.id) == sorted(inventory.components, key=lambda one: one.id)
    assert any(one is shop for one in components.values())
    assert dict(components) == {one.id: one for one in inventory.components}
    assert "nobody" not in components


def test_an_inventory_without_containment_is_left_to_objects() -> None:
    inventory = parsed()
    content = storage.dumps(
        inventory.model_copy(update={"meta": inventory.meta.model_copy(update={"assembled": False})})
    )
    assert columns.loads(content, "x") is None


@settings(max_examples=25)
@given(unseen())
def test_what_is_shown_of_columns_is_what_is_shown_of_objects(inventory: Inventory) -> None:
    small, large = (DependencyGraph(one) for one in both(inventory))
    asked = ["id:" + inventory.components[0].id]
    for answers in zip(*([None, simulate(one, asked)] for one in (small, large)), strict=True):
        assert picture(small, answers[0]) == picture(large, answers[1])
    for subject in ("id:" + one.id for one in inventory.components):
        assert explain(small, subject, asked) == explain(large, subject, asked)
    assert regions(small) == regions(large)
    assert small.systems == large.systems
    assert dict(small._called) == dict(large._called)
    for hard in (True, False):
        for node in range(small.circuit.named_count):
            assert closure(small.circuit, node, hard=hard) == closure(large.circuit, node, hard=hard)


@settings(max_examples=40)
@given(st.data())
def test_what_differs_in_columns_is_what_differs_in_objects(data: st.DataObject) -> None:
    before = data.draw(unseen())
    assume(before.dependencies)
    chosen = data.draw(st.lists(st.sampled_from(before.dependencies), min_size=1))
    changed = [
        one.model_copy(update=data.draw(st.sampled_from([{}, {"strength": "soft"}, {"phase": "deploy"}, SEEN])))
        for one in chosen
    ]
    after = before.model_copy(update={"dependencies": tuple(changed), "components": before.components})
    small, large = zip(both(before), both(after), strict=True)
    assert diff(*small) == diff(*large)


SEEN = {"evidence": (Evidence(scanner="kubernetes", locator="b.yaml:7"),)}
