"""The graph shows all that an inventory says: as text, and in networkx."""

from __future__ import annotations

import networkx
import pytest
from drawing import parse

from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Inventory

DRAWING = """\
shop -> db (20m)
shop ~> mail
shop -> 2 of a b c full 3
store -> x || y by hand takes 10m needs tool
shop -> hub @startup
journey buy: shop
journey fix: shop @deploy
shop -> ci @deploy
"""


def test_adjacency_as_text() -> None:
    assert DependencyGraph(parse(DRAWING)).text().splitlines() == [
        "journey:buy -> shop",
        "journey:fix -> shop @deploy",
        "shop -> 2 of a | b | c full 3",
        "shop -> ci @deploy",
        "shop -> db (1200s)",
        "shop -> hub @startup",
        "shop ~> mail",
        "store -> x | y active x by hand needs tool",
    ]


def test_the_public_view_has_an_edge_for_each_need_and_member() -> None:
    view = DependencyGraph(parse(DRAWING)).networkx()
    assert view.nodes["shop"] == {"kind": "service", "name": "shop", "provider": "own", "region": "here"}
    assert view.nodes["journey:buy"]["kind"] == "journey"
    assert sorted(view.successors("shop")) == ["a", "b", "c", "ci", "db", "hub", "mail"]
    (tolerant,) = view.get_edge_data("shop", "db").values()
    assert (tolerant["strength"], tolerant["phase"], tolerant["tolerance"]) == ("hard", "runtime", 1200)
    groups = {view.get_edge_data("shop", member)[0]["redundancy"] for member in "abc"}
    assert len(groups) == 1
    assert networkx.has_path(view, "journey:buy", "db")


def test_the_circuit_is_the_same_whatever_the_order_of_the_records() -> None:
    inventory = parse(DRAWING)
    turned = inventory.model_copy(
        update={
            name: tuple(reversed(getattr(inventory, name)))
            for name in ("components", "dependencies", "redundancies", "journeys")
        }
    )
    one, other = DependencyGraph(inventory).circuit, DependencyGraph(turned).circuit
    assert one.ids == other.ids
    assert one.rules == other.rules
    assert one.groups == other.groups


def test_integer_arrays_can_be_viewed_without_a_copy() -> None:
    circuit = DependencyGraph(parse(DRAWING)).circuit
    assert memoryview(circuit.users).format == "i"
    assert circuit.users_start[-1] == len(circuit.users)


def test_a_record_that_names_nobody_is_refused() -> None:
    inventory = parse("shop -> db")
    lacking = inventory.model_copy(update={"components": inventory.components[1:]})
    with pytest.raises(UsageError, match="'db' is named by a record"):
        DependencyGraph(lacking)


def test_two_components_of_one_id_are_refused() -> None:
    twice = Component(id="a", kind="service", name="a")
    with pytest.raises(UsageError, match="share an id"):
        DependencyGraph(Inventory(components=(twice, twice)))


def test_journeys_that_share_only_what_is_others_are_of_different_systems():
    drawn = (
        "hub: kind vendor\nshop -> db\nshop -> hub\nblog -> hub\nadmin -> db\n"
        "journey checkout: shop\njourney read: blog\njourney manage: admin\n"
    )
    assert DependencyGraph(parse(drawn)).systems == 2
    assert DependencyGraph(parse(drawn + "blog -> db | shop")).systems == 1
    assert DependencyGraph(parse("web -> db")).systems == 0
