"""Results in a notebook: frames with the types that their fields say, and what is shown without any script."""

from __future__ import annotations

import pandas
import pytest
from drawing import parse
from hypothesis import given, settings
from strategies import inventories

import blastradius as br
from blastradius.errors import UsageError
from blastradius.model import Evidence

EVIL = "<script>alert(1)</script>\"'&\u202e"


def system(drawing="shop -> db\nshop ~> mail\njourney buy: shop tier 1 rto 1h"):
    return br.DependencyGraph(parse(drawing))


def test_a_frame_has_a_column_for_each_field_with_its_type():
    found = br.frame(br.simulate(system(), ["id:db"], duration="2h"))
    assert list(found.columns) == list(br.model.JourneyResult.model_fields)
    types = {name: str(found[name].dtype) for name in ("id", "tier", "verdict", "by_hand", "cost", "chain", "gaps")}
    assert types == {
        "id": "string", "tier": "Int64", "verdict": "category", "by_hand": "boolean", "cost": "Float64",
        "chain": "string", "gaps": "Int64",
    }  # fmt: skip
    assert found.attrs["columns"]["tier"] == "1 is the most critical."
    row = found.iloc[0]
    assert (row["verdict"], row["downtime"], row["chain"]) == ("breaks", 7200, "journey:buy → shop → db")
    assert row["cost"] is pandas.NA


def test_any_list_of_a_result_can_be_asked_for():
    result = br.simulate(system(), ["id:db"])
    assert set(br.frame(result, "components")["id"]) == {"shop", "db", "mail"}
    assert br.frame(system()).shape[0] == 3
    with pytest.raises(UsageError, match=r"choose one of components, journeys, .*gaps"):
        br.frame(result, "nothing")


@settings(max_examples=30, deadline=None)
@given(inventories())
def test_every_frame_holds_every_row(inventory):
    graph = br.DependencyGraph(inventory)
    result = br.simulate(graph, [f"id:{graph.ids[0]}"])
    for name in ("components", "journeys", "gaps"):
        assert len(br.frame(result, name)) == len(getattr(result, name))
        assert len(br.frame(graph, name)) == len(getattr(inventory, name))


def test_a_result_shown_twice_gives_the_same_bytes_and_no_script():
    drawn = parse("shop -> db\njourney buy: shop")
    named = tuple(one.model_copy(update={"name": EVIL}) for one in drawn.components)
    graph = br.DependencyGraph(drawn.model_copy(update={"components": named}))
    for value in (graph, br.simulate(graph, ["id:db"]), br.regions(graph), br.diff(graph, graph)):
        shown = value._repr_mimebundle_()
        assert shown == value._repr_mimebundle_()
        assert "<script" not in shown["text/html"]
        assert "\u202e" not in shown["text/html"] + shown["text/plain"]
        assert shown["text/plain"]


def test_a_record_that_is_no_result_is_shown_as_python_does():
    value = Evidence(scanner="hand", locator="a:1")
    assert value._repr_mimebundle_() == {"text/plain": repr(value)}
