"""Failovers to what needs what it takes over from: named wherever the untimed rules count them."""

from __future__ import annotations

import json

import pytest
from drawing import parse
from hypothesis import given, settings
from strategies import inventories

from blastradius.analysis.availability import availability
from blastradius.analysis.circular import circular
from blastradius.analysis.concentration import concentration
from blastradius.analysis.cuts import cuts
from blastradius.graph import DependencyGraph
from blastradius.reports import View, render
from blastradius.simulate import scenario, simulate


def graph(text):
    return DependencyGraph(parse(text + "\njourney buy: config"))


def found(text):
    return [(one.dependent, one.members) for one in circular(graph(text), ["journey:buy"])]


@pytest.mark.parametrize(
    "text",
    ["config -> a || b takes 1m\nb -> config", "config -> a || b takes 1m\nb -> mesh\nmesh -> 2 of x config"],
)
def test_a_standby_that_needs_what_it_saves_is_named_in_every_untimed_answer(text):
    system = graph(text)
    assert found(text) == [("config", ("b",))]
    assert simulate(system, scenario(["id:a"], [], 3600, None)).journeys[0].verdict == "breaks"
    for result in (cuts(system), availability(system), concentration(system)):
        for form in ("text", "markdown"):
            words = " ".join(render(result, form, View()).split())
            assert "needs what it takes over from: config to b; `simulate` says that it is none" in words.replace(
                "\\", ""
            )
        assert json.loads(render(result, "json", View()))["circular"] == [{"dependent": "config", "members": ["b"]}]


@pytest.mark.parametrize(
    "text",
    [
        "config -> a || b takes 1m",
        "config -> a || b takes 1m\nb ~> config",
        "config -> a || b takes 1m\nb -> config (1h)",
        "config -> a || b takes 1m\nb -> config | file",
        "config -> a || b takes 1m\nb -> config @startup",
        "config -> a || b takes 1m\na -> config",
        "config -> a | b\nb -> config",
        "config\nother -> a || b takes 1m\nb -> other",
    ],
)
def test_what_would_take_over_is_not_named(text):
    assert found(text) == []


@settings(max_examples=60, deadline=None)
@given(inventories())
def test_what_is_named_is_down_in_the_walk_once_all_others_are_lost(inventory):
    system = DependencyGraph(inventory)
    groups = {one.dependent: one for one in inventory.redundancies if one.active}
    for one in circular(system, system.journeys):
        lost = [f"id:{member}" for member in groups[one.dependent].members if member not in one.members]
        states = {each.id: each.state for each in simulate(system, scenario(lost, [], None, None)).components}
        if len([each for each in inventory.redundancies if each.dependent == one.dependent]) == 1:
            assert states.get(one.dependent, "down") == "down"
