"""Failovers to what needs what it takes over from are no way out, in any answer."""

from __future__ import annotations

import pytest
from drawing import parse

from blastradius.analysis.availability import availability
from blastradius.analysis.concentration import concentration
from blastradius.analysis.cuts import cuts
from blastradius.analysis.figures import FigureEntry, Figures
from blastradius.analysis.fixes import fixes
from blastradius.analysis.sweep import sweep
from blastradius.graph import DependencyGraph
from blastradius.simulate import scenario, simulate

NO_WAY_OUT = [
    "config -> a || b takes 1m\nb -> config",
    "config -> a || b takes 1m\nb -> mesh\nmesh -> 2 of x config",
    "config -> a || b takes 1m needs tool\ntool -> b\nb -> config",
]
WAY_OUT = [
    "config -> a || b takes 1m",
    "config -> a || b takes 1m\nb ~> config",
    "config -> a || b takes 1m\nb -> config | file",
    "config -> a || b takes 1m\nb -> config @startup",
    "config -> a || b takes 1m\na -> config",
]


def graph(text):
    return DependencyGraph(parse(text + "\njourney buy: config"))


def told(system):
    """What each answer says of the loss of `a` alone: whether it takes the journey down."""
    (listed,) = cuts(system).journeys
    figures = Figures(figures=(FigureEntry(match="id:a", availability=0.9),))
    (available,) = availability(system, figures=figures).journeys
    (broken,) = [one.breaks for one in sweep(system, "component").losses if one.id == "a"]
    return {
        "simulate": simulate(system, scenario(["id:a"])).journeys[0].verdict == "breaks",
        "cuts": "a" in listed.single,
        "availability": available.availability == pytest.approx(0.9),
        "sweep": broken == ("journey:buy",),
        "fixes": bool(fixes(system, remove=["id:a"]).losses),
    }


@pytest.mark.parametrize("text", NO_WAY_OUT)
def test_a_standby_that_needs_what_it_saves_saves_nothing(text):
    assert set(told(graph(text)).values()) == {True}, told(graph(text))


@pytest.mark.parametrize("text", WAY_OUT)
def test_what_would_take_over_does(text):
    assert set(told(graph(text)).values()) == {False}, told(graph(text))


def test_concentration_counts_it_as_down():
    for text, impact in (("b -> config", 1.0), ("b ~> config", 0.0)):
        system = DependencyGraph(parse(f"a: kind vendor\nconfig -> a || b takes 1m\n{text}\njourney buy: config"))
        assert [one.impact for one in concentration(system).providers if one.id == "a"] == [impact]
