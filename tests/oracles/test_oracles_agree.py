"""The oracles against each other, where both speak of the same."""

from dataclasses import replace

from drawing import draw, parse
from hypothesis import given, note
from hypothesis import strategies as st
from oracles.timed import timed
from oracles.untimed import untimed, untimed_phase
from strategies import EVERYTHING, UNTIMED, inventories, plays, subsets

STILL = replace(UNTIMED, takes=0, delays=4, full=False, recovery=0)


def downs(states):
    return {ident for ident, severity in states.items() if severity == 2}


def test_a_standby_that_needs_its_own_group_falls_with_it():
    text = "a -> x || y\ny -> a"
    assert untimed(parse(text), {"x"}) == {"a": 2, "x": 2, "y": 2}
    assert timed(parse(text), [(0, None, ["x"], [])], 2).at(1) == {"a": 2, "x": 2, "y": 2}


@given(st.data())
def test_the_first_second_is_the_untimed_answer_at_once(data):
    """What is down; and nothing is worse. A move from down may lift what the untimed rules, which know no moves, and
    for which more must never hurt less, leave degraded."""
    inventory = data.draw(inventories(replace(STILL, full=True)))
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    note(draw(inventory))
    first, answer = timed(inventory, [(0, None, removed, degraded)], 1).at(0), untimed(inventory, removed, degraded)
    assert downs(first) == downs(answer)


@given(st.data())
def test_the_first_second_of_hard_needs_is_the_untimed_answer_at_once(data):
    inventory = data.draw(inventories(replace(STILL, soft=False)))
    removed = data.draw(subsets(inventory))
    note(draw(inventory))
    assert timed(inventory, [(0, None, removed, ())], 1).at(0) == untimed(inventory, removed)


@given(st.data())
def test_the_first_second_in_other_phases_is_the_untimed_answer_at_once(data):
    inventory = data.draw(inventories(STILL))
    removed = data.draw(subsets(inventory))
    note(draw(inventory))
    for phase, states in timed(inventory, [(0, None, removed, ())], 1).phases[0].items():
        assert downs(states) == downs(untimed_phase(inventory, phase, removed))


@given(st.data())
def test_long_after_a_loss_what_is_down_is_down_untimed_where_no_tolerance_runs(data):
    inventory = data.draw(inventories(replace(UNTIMED, delays=0)))
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    note(draw(inventory))
    last = timed(inventory, [(0, None, removed, degraded)], 60).at(59)
    assert downs(last) == downs(untimed(inventory, removed, degraded))


@given(st.data())
def test_long_after_a_loss_what_is_down_lies_between_both_untimed_answers(data):
    inventory = data.draw(inventories(UNTIMED))
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    note(draw(inventory))
    last = downs(timed(inventory, [(0, None, removed, degraded)], 100).at(99))
    assert downs(untimed(inventory, removed, degraded)) <= last
    assert last <= downs(untimed(inventory, removed, degraded, "eventually"))


@given(st.data())
def test_losing_more_hurts_no_less_untimed(data):
    inventory = data.draw(inventories(UNTIMED))
    removed, degraded = data.draw(subsets(inventory)), data.draw(subsets(inventory))
    more = removed | data.draw(subsets(inventory))
    note(draw(inventory))
    for when in ("at_once", "eventually"):
        one, other = (untimed(inventory, lost, degraded, when) for lost in (removed, more))
        assert all(one[ident] <= other[ident] for ident in one)


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
