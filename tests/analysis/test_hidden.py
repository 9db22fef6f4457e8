"""What an analysis of every loss says is not seen is what any one loss can make unknown."""

from __future__ import annotations

from drawing import parse
from hypothesis import given, settings
from strategies import TIGHT, gapped

from blastradius.analysis.availability import availability
from blastradius.analysis.cuts import cuts
from blastradius.analysis.figures import Figures
from blastradius.analysis.hidden import hidden
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Gap
from blastradius.simulate import scenario, simulate


@settings(max_examples=150)
@given(gapped(TIGHT))
def test_a_verdict_that_some_loss_makes_unknown_has_a_gap_in_every_analysis(inventory):
    graph = DependencyGraph(inventory)
    found = hidden(graph)
    for id in graph.components:
        for journey in simulate(graph, scenario([f"id:{id}"])).journeys:
            if journey.verdict == "unknown":
                assert found[journey.id]
                assert set(journey.gaps) <= set(found[journey.id])


def test_a_gap_of_one_of_several_concerns_what_needs_any_of_them():
    gap = Gap(scope="deploy", candidates=("web", "api"), hides="dependency", reason="one of them calls a vendor")
    inventory = parse("journey buy: web\njourney other: db\nweb\napi\ndb").model_copy(update={"gaps": (gap,)})
    journeys = [one.model_copy(update={"slo": 0.9}) for one in inventory.journeys]
    graph = DependencyGraph(inventory.model_copy(update={"journeys": tuple(journeys)}))
    for result in (cuts(graph), availability(graph, figures=Figures(assume=0.999))):
        assert {one.name: one.gaps for one in result.journeys} == {"buy": (gap,), "other": ()}
    kept = {one.name: one.meets_slo for one in availability(graph, figures=Figures(assume=0.999)).journeys}
    assert kept == {"buy": None, "other": True}


def test_what_runs_on_nobody_knows_what_is_a_gap():
    inventory = parse("journey buy: db\ndb")
    place = {"provider": "aws", "region": "us-east-1"}
    platform = Component(id="aws:platform/us-east-1/rds", name="rds", kind="platform", **place)
    db = inventory.components[0].model_copy(update={"kind": "database", **place})
    graph = DependencyGraph(inventory.model_copy(update={"components": (db, platform)}))
    (journey,) = cuts(graph).journeys
    assert [gap.component for gap in journey.gaps] == ["db"]
    assert simulate(graph, scenario(["platform:rds"])).journeys[0].gaps == journey.gaps
