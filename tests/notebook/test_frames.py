"""Results in a notebook: frames with the types that their fields say, and what is shown without any script."""

from __future__ import annotations

import pandas
import pytest
from documenting import answers
from drawing import parse
from hypothesis import given, settings
from running import ROOT
from strategies import inventories

import blastradius as br
from blastradius.analysis.drill import drill
from blastradius.analysis.runbook import runbook
from blastradius.errors import UsageError
from blastradius.model import Evidence
from blastradius.notebook.columns import columns, lists

EVIL = "<script>alert(1)</script>\"'&\u202e"


def system(drawing="shop -> db\nshop ~> mail\njourney buy: shop tier 1 rto 1h"):
    return br.DependencyGraph(parse(drawing))


def test_a_frame_has_a_column_for_each_field_with_its_type():
    found = br.frame(br.simulate(system(), ["id:db"], duration="2h"))
    assert list(found.columns) == list(br.model.JourneyResult.model_fields)
    assert list(br.frame(system(), "dependencies").columns[:2]) == ["dependent", "dependency"]
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


TYPES = {"Int64", "Float64", "boolean", "string", "category", "datetime64[s]", "object"}


def _kinds(made):
    return [(name, str(made[name].dtype)) for name in made.columns]


@pytest.mark.parametrize("name", answers())
def test_every_result_has_its_documented_columns_even_where_it_is_empty(name):
    kind = answers()[name]
    for of, record in lists(kind).items():
        promised = [(one.name, one.dtype) for one in columns(record)]
        assert len(dict(promised)) == len(promised)
        assert {dtype for _, dtype in promised} <= TYPES
        assert _kinds(br.frame(kind.model_construct(**{of: ()}), of)) == promised


def _results():
    graph = br.load(ROOT / "inventories" / "artifact-registry" / "inventory.yaml")
    scenario = br.Scenario(phases=[{"remove": ["region:us-east-1"], "for": "3h"}])
    yield graph.inventory
    yield br.simulate(graph, scenario=scenario)
    yield br.explain(graph, "scan", ["region:us-east-1"])
    yield br.report(graph, scenario)
    yield br.fixes(graph, scenario=scenario)
    yield br.drain(graph, ["region:us-east-1"])
    yield runbook(graph, scenario)
    yield drill(graph, scenario)
    yield br.availability(graph)
    yield br.replay("2025-10-20-aws-dynamodb-dns", graph)
    for ask in (br.sweep, br.cuts, br.concentration, br.regions, br.dns, br.amplification):
        yield ask(graph)


def test_full_tables_have_the_columns_of_empty_ones():
    seen = set()
    for result in _results():
        for of, record in lists(type(result)).items():
            made = br.frame(result, of)
            assert _kinds(made) == [(one.name, one.dtype) for one in columns(record)], (type(result), of)
            seen |= {dtype for _, dtype in _kinds(made) if len(made)}
            for name in made.columns[made.dtypes == "object"]:
                assert {type(value) for value in made[name]} <= {tuple, type(None)}
    assert seen == TYPES


def test_a_list_inside_a_record_says_whose_it_is():
    result = br.simulate(system("shop -> db\njourney buy: shop\njourney see: shop"), ["id:db"])
    links = br.frame(result, "journeys.chain")
    assert list(links["of"]) == ["journey:buy"] * 2 + ["journey:see"] * 2
    assert list(links["dependency"]) == ["shop", "db"] * 2
    assert br.frame(result, "journeys.chain.evidence")["of"][0] == "journey:buy / journey:buy"
    with pytest.raises(UsageError, match=r"JourneyResult has no list 'nothing': choose one of"):
        br.frame(result, "journeys.nothing")
    with pytest.raises(UsageError):
        br.frame(result, "")


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


def test_one_thing_may_be_named_by_a_plain_text():
    graph = system()
    assert br.simulate(graph, "id:db") == br.simulate(graph, ["id:db"])
    assert br.report(graph, by="service") == br.report(graph, by=["service"])
