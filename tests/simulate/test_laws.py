"""The laws of failure, on random graphs with every rule there is."""

import networkx
import pytest
from drawing import draw, parse
from hypothesis import given, note
from hypothesis import strategies as st
from strategies import EVERYTHING, HARD_ONLY, UNTIMED, inventories, plays, subsets

from blastradius.engine import fixpoint
from blastradius.graph import DependencyGraph
from blastradius.model import Inventory, Scenario, ScenarioPhase
from blastradius.simulate import simulate
from blastradius.simulate.walk import trace

WHENS = ["at_once", "eventually"]


def drawn(data, features=UNTIMED):
    inventory = data.draw(inventories(features))
    note(draw(inventory))
    return inventory


def scenario_of(play):
    return Scenario(
        phases=tuple(
            ScenarioPhase(at=at, duration=length, remove=ids(removed), degrade=ids(degraded))
            for at, length, removed, degraded in play.stretches
        ),
        horizon=play.horizon,
    )


def ids(names):
    return tuple(f"id:{name}" for name in names)


@pytest.mark.parametrize("when", WHENS)
@given(st.data())
def test_nothing_removed_nothing_falls(when, data):
    assert set(fixpoint(DependencyGraph(drawn(data)), (), (), when).values()) == {0}


@given(inventories(EVERYTHING))
def test_nothing_removed_nothing_falls_in_time(inventory):
    walked = trace(DependencyGraph(inventory), [(3, 5, (), ())], 30)
    assert all(set(walked.at(second).values()) == {0} for second in range(30))


@pytest.mark.parametrize("when", WHENS)
@given(st.data())
def test_removing_more_never_hurts_less(when, data):
    inventory = drawn(data)
    graph = DependencyGraph(inventory)
    few, some = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    more, others = few | data.draw(subsets(inventory)), some | data.draw(subsets(inventory))
    less_hurt = fixpoint(graph, few, some, when)
    more_hurt = fixpoint(graph, more, others, when)
    assert all(less_hurt[ident] <= more_hurt[ident] for ident in less_hurt)


@given(st.data())
def test_a_component_degraded_hurts_no_more_than_removed_and_brings_nothing_down(data):
    inventory = drawn(data)
    graph = DependencyGraph(inventory)
    chosen = data.draw(subsets(inventory))
    degraded = fixpoint(graph, (), chosen, "eventually")
    removed = fixpoint(graph, chosen, (), "eventually")
    assert all(degraded[ident] <= min(1, removed[ident]) for ident in degraded)


@given(st.data())
def test_at_once_is_no_worse_than_eventually(data):
    inventory = drawn(data)
    chosen = data.draw(subsets(inventory))
    now, later = (fixpoint(DependencyGraph(inventory), chosen, (), when) for when in WHENS)
    assert all(now[ident] <= later[ident] for ident in now)


@pytest.mark.parametrize("when", WHENS)
@given(st.data())
def test_a_removed_component_is_down_and_a_degraded_one_at_least_degraded(when, data):
    inventory = drawn(data)
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    states = fixpoint(DependencyGraph(inventory), removed, degraded, when)
    assert all(states[ident] == 2 for ident in removed)
    assert all(states[ident] >= 1 for ident in degraded)


@pytest.mark.parametrize("when", WHENS)
@given(st.data())
def test_all_hard_equals_the_ancestors_of_what_was_removed(when, data):
    inventory = drawn(data, HARD_ONLY)
    removed = data.draw(subsets(inventory))
    graph = networkx.DiGraph()
    graph.add_nodes_from(component.id for component in inventory.components)
    graph.add_edges_from((need.dependent, need.dependency) for need in inventory.dependencies)
    graph.add_edges_from((journey.id, entry.component) for journey in inventory.journeys for entry in journey.entries)
    expected = set(removed).union(*(networkx.ancestors(graph, ident) for ident in removed))
    states = fixpoint(DependencyGraph(inventory), removed, (), when)
    assert {ident for ident, severity in states.items() if severity == 2} == expected
    assert {ident for ident, severity in states.items() if severity == 1} == set()


def shuffled(data, inventory, *, within):
    """The same facts in another order; `within`: also those inside a record."""

    def mixed(records):
        return tuple(data.draw(st.permutations(records)))

    changes = {
        key: mixed(getattr(inventory, key)) for key in ("components", "dependencies", "redundancies", "journeys")
    }
    if within:
        changes["redundancies"] = tuple(
            group.model_copy(update={"members": mixed(group.members), "active": mixed(group.active)})
            for group in changes["redundancies"]
        )
        changes["journeys"] = tuple(j.model_copy(update={"entries": mixed(j.entries)}) for j in changes["journeys"])
    return inventory.model_copy(update=changes)


@pytest.mark.parametrize("when", WHENS)
@given(st.data())
def test_the_order_of_facts_does_not_matter(when, data):
    inventory = drawn(data)
    other = shuffled(data, inventory, within=True)
    removed = data.draw(subsets(inventory))
    assert fixpoint(DependencyGraph(inventory), removed, (), when) == fixpoint(
        DependencyGraph(other), removed, (), when
    )


@given(st.data())
def test_the_order_of_records_changes_no_byte_of_the_answer(data):
    inventory = drawn(data, EVERYTHING)
    other = shuffled(data, inventory, within=False)
    scenario = scenario_of(data.draw(plays(inventory)))
    one, two = (simulate(DependencyGraph(i), scenario).model_dump_json() for i in (inventory, other))
    assert one == two


@given(st.data())
def test_the_same_question_twice_has_the_same_answer(data):
    inventory = drawn(data, EVERYTHING)
    play = data.draw(plays(inventory))
    graph = DependencyGraph(inventory)
    first = simulate(graph, scenario_of(play))
    trace(graph, play.stretches, play.horizon)
    assert simulate(graph, scenario_of(play)) == first


def test_a_cycle_of_hard_needs_is_legal_and_has_no_failure_of_its_own():
    inventory: Inventory = parse("a -> b\nb -> a\nb -> c")
    assert set(fixpoint(DependencyGraph(inventory), ()).values()) == {0}
    assert fixpoint(DependencyGraph(inventory), ["c"]) == {"a": 2, "b": 2, "c": 2}
