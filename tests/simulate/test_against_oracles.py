"""The engine against the oracles: every node, every second, every verdict."""

import pytest
from drawing import draw, parse
from hypothesis import given, note
from hypothesis import strategies as st
from oracles.timed import timed
from oracles.untimed import untimed
from strategies import EVERYTHING, TIGHT, Play, inventories, plays, subsets

from blastradius.engine import fixpoint
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Redundancy, Scenario, ScenarioPhase
from blastradius.simulate import simulate
from blastradius.simulate.walk import trace

STATES = ["up", "degraded", "down"]
CANNOT = {"startup": "start", "deploy": "change", "operate": "operate"}


def scenario_of(play: Play) -> Scenario:
    phases = [
        ScenarioPhase(
            at=at,
            duration=length,
            remove=tuple(f"id:{name}" for name in removed),
            degrade=tuple(f"id:{name}" for name in degraded),
        )
        for at, length, removed, degraded in play.stretches
    ]
    return Scenario(phases=tuple(phases), horizon=play.horizon)


def longest_ended_by_failover(downs):
    return max((down.end - down.start for down in downs if down.by_failover), default=None)


def journeys_expected(inventory, expected):
    """What the answer must say of each journey, by id."""
    found = {}
    for journey in inventory.journeys:
        downs = expected.journeys[journey.id]
        lengths = [down.end - down.start for down in downs]
        found[journey.id] = {
            "verdict": expected.verdict(journey),
            "at_worst": expected.verdict(journey),
            "degrades_at": expected.first(journey.id, 1),
            "breaks_at": expected.first(journey.id, 2),
            "interrupted_for": longest_ended_by_failover(downs),
            "downtime": sum(lengths),
            "meets_rto": None if journey.rto is None else max(lengths, default=0) <= journey.rto,
        }
    return found


def components_expected(inventory, expected):
    """What the answer must say of each component, by id."""
    found = {}
    for component in inventory.components:
        ident = component.id
        found[ident] = {
            "state": STATES[expected.states[-1][ident]],
            "cannot": {word for phase, word in CANNOT.items() if expected.phases[-1][phase][ident] == 2},
            "degrades_at": expected.first(ident, 1),
            "breaks_at": expected.first(ident, 2),
            "interrupted_for": longest_ended_by_failover(expected.components[ident]),
        }
    return found


def picked(results, expected):
    """Of each result only the fields that are expected of it."""
    return {r.id: {k: set(getattr(r, k)) if k == "cannot" else getattr(r, k) for k in expected[r.id]} for r in results}


@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@pytest.mark.parametrize("when", ["at_once", "eventually"])
@given(st.data())
def test_the_untimed_state_is_that_of_the_brute_force_fixpoint(when, features, data):
    inventory = data.draw(inventories(features))
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    note(draw(inventory))
    assert fixpoint(DependencyGraph(inventory), removed, degraded, when) == untimed(inventory, removed, degraded, when)


@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@given(st.data())
def test_the_timed_state_is_that_of_the_small_steps_at_every_second(features, data):
    inventory = data.draw(inventories(features))
    play = data.draw(plays(inventory))
    note(draw(inventory))
    note(repr(play))
    expected = timed(inventory, play.stretches, play.horizon)
    walked = trace(DependencyGraph(inventory), play.stretches, play.horizon)
    for second in range(play.horizon):
        assert (second, walked.at(second)) == (second, expected.at(second))


def sighted(inventory):
    """The same system with a need that never fails, so that something is seen of each phase that a journey asks for.

    The oracles know nothing of what nobody saw: where nothing at all is seen of a phase, the answer is `unknown`.
    """
    there = {(rule.dependent, rule.phase) for rule in (*inventory.dependencies, *inventory.redundancies)}
    wanted = set()
    for journey in inventory.journeys:
        names = {entry.component for entry in journey.entries}
        for rule in (*inventory.dependencies, *inventory.redundancies):
            if rule.dependent == journey.id:
                names.update(rule.members if isinstance(rule, Redundancy) else (rule.dependency,))
        wanted |= {(name, journey.phase) for name in names if journey.phase != "runtime"}
    added = [
        Dependency(dependent=name, dependency="steady", strength="soft", phase=phase)
        for name, phase in sorted(wanted - there)
    ]
    steady = Component(id="steady", kind="service", name="steady", provider="own", region="here")
    return inventory.model_copy(
        update={
            "components": (*inventory.components, steady),
            "dependencies": (*inventory.dependencies, *added),
        }
    )


def check_answer(inventory, play):
    """The whole answer of the product against the oracle."""
    inventory = sighted(inventory)
    expected = timed(inventory, play.stretches, play.horizon)
    answer = simulate(DependencyGraph(inventory), scenario_of(play))
    journeys, components = journeys_expected(inventory, expected), components_expected(inventory, expected)
    assert picked(answer.journeys, journeys) == journeys
    assert picked(answer.components, components) == components


@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@given(st.data())
def test_the_answer_is_that_of_the_small_steps(features, data):
    inventory = data.draw(inventories(features))
    play = data.draw(plays(inventory))
    note(draw(inventory))
    note(repr(play))
    check_answer(inventory, play)


@given(st.data())
def test_without_a_horizon_the_answer_is_that_of_the_small_steps_long_after(data):
    inventory = data.draw(inventories(EVERYTHING.but(largest=4, takes=3, delays=3, recovery=3)))
    play = data.draw(plays(inventory))
    note(draw(inventory))
    note(repr(play))
    inventory = sighted(inventory)
    expected = timed(inventory, play.stretches, 120)
    answer = simulate(DependencyGraph(inventory), scenario_of(play).model_copy(update={"horizon": None}))
    assert {c.id: c.state for c in answer.components} == {
        c.id: STATES[expected.at(119)[c.id]] for c in inventory.components
    }
    journeys = journeys_expected(inventory, expected)
    for ident, fields in journeys.items():
        if expected.at(119)[ident] == 2:
            fields["downtime"] = None
            if fields["meets_rto"] is not None:
                fields["meets_rto"] = False
    assert picked(answer.journeys, journeys) == journeys


#: Each shows one sentence of the design that random graphs rarely reach: (drawing, stretches, horizon).
CASES = {
    "failover stays moved": ("a -> x || y takes 2s needs t\njourney j: a", [(1, 4, "x", ""), (4, None, "t", "")], 12),
    "tool within its cycle": ("a -> x || y takes 2s needs t\nt -> a\njourney j: a", [(1, 9, "x", "")], 12),
    "cycle comes back": ("a: recovery 2s\nb: recovery 3s\na -> b\nb -> a\na -> x", [(1, 2, "x", "")], 12),
    "cycle through a failover's need comes back": (
        "a: recovery 2s\nt: recovery 2s\na -> x || y takes 9s needs t\nt -> a",
        [(0, 3, "x", "")],
        12,
    ),
    "cold waits": ("a: cold recovery 2s\na -> x @startup\na -> y", [(0, 9, "x", ""), (1, 2, "y", "")], 15),
    "planes apart": ("a -> x (3s)\njourney j: a", [(0, 2, "", "x"), (2, None, "x", "")], 12),
    "hardens": ("a ~> x hardens 5s (2s)\njourney j: a", [(1, None, "x", "")], 12),
    "another phase": ("a -> p (2s) @deploy\njourney j: a (3s) @deploy", [(1, 20, "p", "")], 25),
    "a move elsewhere in the instant of restore excuses nothing": (
        "a -> x || y takes 4s\nb -> z\njourney j: b\njourney k: a",
        [(1, None, "x", ""), (1, 4, "z", "")],
        9,
    ),
    "two moves of one instant end it together": (
        "a -> x || y takes 4s\nb -> v || w takes 4s\njourney j: a b",
        [(1, None, "x v", "")],
        9,
    ),
    "one loss carries over a failover into another": (
        "a -> x || y takes 3s\nb -> z\njourney j: a b",
        [(1, None, "x", ""), (3, 4, "z", "")],
        12,
    ),
    "a recovery that a failover lets begin": (
        "b: recovery 2s\nb -> x || y takes 3s\njourney j: b",
        [(1, None, "x", "")],
        12,
    ),
    "a failover of the deploy phase": ("a -> x || y takes 3s @deploy\njourney j: a @deploy", [(1, None, "x", "")], 9),
    "a failover comes before the timer that would fell its standby": (
        "a -> x || y takes 3s\ny -> a (3s)",
        [(1, None, "x", "")],
        9,
    ),
    "hardening waits for a longer tolerance": ("a ~> x hardens 2s (5s)", [(1, None, "x", "")], 9),
    "failovers due together move together": (
        "a -> x || y takes 3s\nb -> 1 of a || z takes 3s full 2",
        [(1, None, "x", ""), (6, None, "z", "")],
        9,
    ),
    "a failover from degraded to up": ("a -> x || y takes 3s\njourney j: a", [(1, None, "", "x")], 9),
    "full of the active": ("a -> 1 of x || y z full 3\njourney j: a", [(1, 2, "y", ""), (4, 2, "x", "")], 9),
    "moved shows the whole group though the active are better": (
        "a -> 1 of x || y z full 3\njourney j: a",
        [(1, 2, "x", ""), (5, None, "y", "")],
        9,
    ),
}


#: The same for untimed answers: (drawing, removed).
UNTIMED_CASES = {
    "a tool that needs what it fails over": ("dns -> x || y needs tool\ntool -> dns", "x"),
    "two tools that need each other": ("a -> x || y needs b\nb -> x || y needs a", "x"),
    "one founded failover founds the next": ("t -> x || y\na -> v || w needs t\nu -> a\nb -> v || w needs u", "x v"),
    "a founded failover that needs a group": ("a -> x || y needs t\nt -> a | z", "x"),
    "a standby that needs its own group": ("a -> x || y\ny -> a", "x"),
    "by hand without time": ("a -> x || y by hand", "x"),
}


@pytest.mark.parametrize("when", ["at_once", "eventually"])
@pytest.mark.parametrize("name", UNTIMED_CASES)
def test_a_drawn_untimed_case(name, when):
    inventory, removed = parse(UNTIMED_CASES[name][0]), UNTIMED_CASES[name][1].split()
    assert fixpoint(DependencyGraph(inventory), removed, (), when) == untimed(inventory, removed, (), when)


@pytest.mark.parametrize("name", CASES)
def test_a_drawn_case(name):
    text, stretches, horizon = CASES[name]
    inventory = parse(text)
    phases = tuple((at, length, tuple(removed.split()), tuple(bad.split())) for at, length, removed, bad in stretches)
    expected = timed(inventory, phases, horizon)
    walked = trace(DependencyGraph(inventory), phases, horizon)
    assert [walked.at(second) for second in range(horizon)] == expected.states
    check_answer(inventory, Play(phases, horizon))
