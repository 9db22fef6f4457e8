"""The oracles against each other, where both speak of the same."""

from dataclasses import replace

import networkx
from drawing import draw, parse
from hypothesis import assume, given, note
from hypothesis import strategies as st
from oracles.rules import needs_of
from oracles.timed import timed
from oracles.untimed import untimed, untimed_phase
from strategies import EVERYTHING, UNTIMED, inventories, plays, subsets

STILL = replace(UNTIMED, takes=0, delays=4, full=False, recovery=0)


def no_standby_needs_its_own_group(inventory):
    """A standby that needs what it stands by for: untimed it holds itself up, timed it fell before the failover."""
    graph = networkx.DiGraph()
    for need in needs_of(inventory):
        for read in (
            [need.one]
            if need.one
            else [*need.group.members, *(need.group.failover.needs if need.group.failover else ())]
        ):
            graph.add_edge(need.dependent, read)
    return not any(
        networkx.has_path(graph, member, group.dependent)
        for group in inventory.redundancies
        if group.active
        for member in group.members
    )


def test_a_standby_that_needs_its_own_group_stands_untimed_and_falls_timed():
    """As the design's formulas have it: founding looks at a failover's needs, not at its standby members."""
    text = "a -> x || y\ny -> a"
    assert untimed(parse(text), {"x"}) == {"a": 0, "x": 2, "y": 0}
    assert timed(parse(text), [(0, None, ["x"], [])], 2).at(1) == {"a": 2, "x": 2, "y": 2}


@given(st.data())
def test_the_first_second_is_the_untimed_answer_at_once(data):
    inventory = data.draw(inventories(STILL))
    assume(no_standby_needs_its_own_group(inventory))
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    note(draw(inventory))
    assert timed(inventory, [(0, None, removed, degraded)], 1).at(0) == untimed(inventory, removed, degraded)


@given(st.data())
def test_the_first_second_in_other_phases_is_the_untimed_answer_at_once(data):
    inventory = data.draw(inventories(STILL))
    assume(no_standby_needs_its_own_group(inventory))
    removed = data.draw(subsets(inventory))
    note(draw(inventory))
    for phase, states in timed(inventory, [(0, None, removed, ())], 1).phases[0].items():
        assert states == untimed_phase(inventory, phase, removed)


@given(st.data())
def test_long_after_a_loss_the_state_is_the_untimed_answer_eventually(data):
    inventory = data.draw(inventories(replace(UNTIMED, failovers=False, delays=3)))
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    note(draw(inventory))
    assert timed(inventory, [(0, None, removed, degraded)], 60).at(59) == untimed(
        inventory, removed, degraded, "eventually"
    )


@given(st.data())
def test_no_second_is_worse_than_eventually_while_nothing_moves_or_comes_back(data):
    inventory = data.draw(inventories(replace(UNTIMED, failovers=False)))
    play = data.draw(plays(inventory, 20))
    removed = {ident for stretch in play.stretches for ident in stretch[2]}
    degraded = {ident for stretch in play.stretches for ident in stretch[3]}
    note(draw(inventory))
    worst = untimed(inventory, removed, degraded, "eventually")
    for states in timed(inventory, play.stretches, play.horizon).states:
        assert all(states[ident] <= worst[ident] for ident in worst)


@given(st.data())
def test_before_the_first_phase_nothing_is_down_and_the_past_does_not_know_the_horizon(data):
    inventory = data.draw(inventories(EVERYTHING))
    play = data.draw(plays(inventory, 25))
    trace = timed(inventory, play.stretches, play.horizon)
    first = min(stretch[0] for stretch in play.stretches)
    assert all(not any(states.values()) for states in trace.states[:first])
    assert timed(inventory, play.stretches, play.horizon + 5).states[: play.horizon] == trace.states
