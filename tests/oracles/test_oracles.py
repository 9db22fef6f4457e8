"""The oracles against the design's own words, worked out by hand."""

import pytest
from drawing import parse
from oracles.timed import Down, timed
from oracles.untimed import untimed, untimed_phase

U, G, D = 0, 1, 2


def at_once(text, *removed, degraded=()):
    return untimed(parse(text), set(removed), set(degraded))


def line(trace, ident):
    """The states of one node as a string of digits, a second each."""
    return "".join(str(state[ident]) for state in trace.states)


def run(text, horizon, *phases):
    return timed(parse(text), phases, horizon)


# --- untimed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arrow", "down", "degraded"), [("->", D, G), ("~>", G, U)])
def test_hard_is_as_bad_and_soft_is_degraded_by_what_is_down_only(arrow, down, degraded):
    assert at_once(f"a {arrow} b", "b")["a"] == down
    assert at_once(f"a {arrow} b", degraded=["b"])["a"] == degraded


@pytest.mark.parametrize(
    ("removed", "degraded", "expected"),
    [
        ("", "", U),
        ("x", "", G),  # two of three are left: enough, but not all three
        ("xy", "", D),
        ("", "x", G),  # the third best is not up
        ("x", "y", G),
        ("", "xy", G),
    ],
)
def test_k_of_n_with_full(removed, degraded, expected):
    assert at_once("a -> 2 of x y z full 3", *removed, degraded=degraded)["a"] == expected


@pytest.mark.parametrize(
    ("removed", "degraded", "expected"), [("x", "", U), ("", "x", U), ("x", "y", U), ("xy", "z", G)]
)
def test_any_of_without_full_shows_the_best(removed, degraded, expected):
    assert at_once("a -> x | y | z", *removed, degraded=degraded)["a"] == expected


def test_a_soft_redundancy_is_degraded_only_when_the_group_is_down():
    assert at_once("a ~> x | y", "x", degraded=["y"])["a"] == U
    assert at_once("a ~> x | y", "x", "y")["a"] == G


def test_a_cycle_stands_by_itself_and_falls_with_a_cause():
    cycle = "a -> b\nb -> c\nc -> a\nc -> d"
    assert set(at_once(cycle).values()) == {U}
    assert at_once(cycle, "d") == {"a": D, "b": D, "c": D, "d": D}


def test_a_failover_saves_unless_a_need_is_down():
    text = "a -> x || y needs tool"
    assert at_once(text, "x")["a"] == U
    assert at_once(text, "x", "tool")["a"] == D
    assert at_once(text, "tool")["a"] == U
    assert at_once(text, "x", "y")["a"] == D
    assert at_once(text, "x", degraded=["tool"])["a"] == U


def test_full_of_the_active_is_no_more_than_there_are_active():
    text = "a -> 1 of x || y z full 3"
    assert at_once(text)["a"] == U
    assert at_once(text, "y")["a"] == U
    assert at_once(text, "x")["a"] == G


def test_a_manual_failover_without_takes_does_not_happen():
    assert at_once("a -> x || y by hand", "x")["a"] == D
    assert at_once("a -> x || y by hand takes 10m", "x")["a"] == U


def test_a_tool_that_needs_what_it_fails_over_is_no_way_out():
    assert at_once("dns -> x || y needs tool\ntool -> dns", "x") == {"dns": D, "tool": D, "x": D, "y": U}


def test_two_failovers_whose_tools_need_each_other_are_no_way_out_but_one_founded_frees_both():
    text = "a -> x || y needs b\nb -> x || y needs a"
    assert at_once(text, "x") == {"a": D, "b": D, "x": D, "y": U}
    text = "a -> x || y needs tool\nb -> x || y needs a\ntool"
    assert at_once(text, "x")["b"] == U


def test_at_once_and_eventually_differ_by_tolerance_and_hardening():
    inventory = parse("a -> x (20m)\nb ~> x hardens 2h\nc ~> x (1m)\njourney j: x (5m)")
    assert untimed(inventory, {"x"}, when="at_once") == {"a": U, "b": G, "c": U, "x": D, "journey:j": U}
    assert untimed(inventory, {"x"}, when="eventually") == {"a": D, "b": D, "c": G, "x": D, "journey:j": D}


def test_a_journey_needs_every_entry_and_one_of_its_alternatives():
    text = "journey j: a b\njourney:j -> x | y"
    assert at_once(text, "b")["journey:j"] == D
    assert at_once(text, "x")["journey:j"] == U
    assert at_once(text, "x", "y")["journey:j"] == D


def test_a_journey_of_another_phase_asks_for_its_entries_in_that_phase():
    text = "shop -> pipeline @deploy\nshop -> db\njourney fix: shop @deploy\njourney buy: shop"
    states = at_once(text, "pipeline")
    assert (states["shop"], states["journey:fix"], states["journey:buy"]) == (U, D, U)
    states = at_once(text, "db")
    assert (states["journey:fix"], states["journey:buy"]) == (U, D)
    assert untimed_phase(parse(text), "deploy", {"pipeline"})["shop"] == D


# --- timed -----------------------------------------------------------------------------------------------------------


def test_a_removal_is_half_open():
    assert line(run("a -> b", 8, (2, 3, ["b"], [])), "a") == "00222000"


def test_a_tolerance_acts_once_it_was_bad_throughout_and_recovery_resets_it():
    assert line(run("a -> b (3s)", 8, (1, None, ["b"], [])), "a") == "00002222"
    assert line(run("a -> b (3s)", 8, (1, 3, ["b"], [])), "a") == "00000000"
    assert line(run("a -> b (3s)", 9, (0, 2, ["b"], []), (3, None, ["b"], [])), "a") == "000000222"
    assert line(run("a -> b (3s)", 9, (0, 2, ["b"], []), (2, 3, ["b"], [])), "a") == "000220000"


def test_each_plane_has_its_own_clock():
    degraded_then_down = [(0, 2, [], ["b"]), (2, None, ["b"], [])]
    assert line(run("a -> b (3s)", 8, *degraded_then_down), "a") == "00011222"


def test_a_soft_need_hardens_after_a_while():
    assert line(run("a ~> b hardens 3s", 6, (1, None, ["b"], [])), "a") == "011122"
    assert line(run("a ~> b hardens 4s (2s)", 7, (1, None, ["b"], [])), "a") == "0001122"
    assert line(run("a ~> b hardens 3s", 6, (0, None, [], ["b"])), "a") == "000000"


def test_without_tolerance_one_is_interrupted_for_takes_and_with_it_for_the_rest():
    text = "a -> x || y takes 4s\nb -> x || y takes 4s (1s)\nc -> x || y takes 4s (4s)\njourney j: a\njourney k: b"
    trace = run(text, 8, (1, None, ["x"], []))
    assert line(trace, "a") == "02222000"
    assert line(trace, "b") == "00222000"
    assert line(trace, "c") == "00000000"
    assert trace.journeys == {"journey:j": [Down(1, 5, True)], "journey:k": [Down(2, 5, True)]}


def test_a_failover_stays_moved_when_its_need_or_nothing_is_lost_later():
    trace = run("a -> x || y takes 2s needs tool", 9, (1, 4, ["x"], []), (4, None, ["tool"], []), (7, None, ["y"], []))
    assert line(trace, "a") == "022000000"
    assert trace.positions[2:4] == [frozenset(), frozenset({0})]


def test_the_timer_of_a_failover_starts_anew_when_its_need_was_down_meanwhile():
    assert line(run("a -> x || y takes 3s needs t", 10, (1, None, ["x"], []), (2, 2, ["t"], [])), "a") == "0222222000"


def test_a_failover_unfinished_at_the_horizon_did_not_happen():
    trace = run("a -> x || y takes 4s\njourney j: a", 5, (1, None, ["x"], []))
    assert trace.journeys["journey:j"] == [Down(1, 5, False)]
    assert trace.verdict(parse("journey j: a").journeys[0]) == "breaks"


def test_failover_at_the_instant_of_restore_ends_nothing_by_failover():
    trace = run("a -> x || y takes 4s\njourney j: a", 8, (1, 4, ["x"], []))
    assert trace.journeys["journey:j"] == [Down(1, 5, False)]
    assert trace.positions[-1] == frozenset()


def test_failovers_and_recoveries_come_before_timers_of_the_same_instant():
    assert line(run("a -> x || y takes 3s (3s)", 6, (1, None, ["x"], [])), "a") == "000000"
    assert line(run("x: recovery 2s\na -> x (4s)", 6, (0, 2, ["x"], [])), "a") == "000000"


def test_a_component_waits_its_recovery_once_it_is_restored():
    trace = run("x: recovery 3s\na -> x", 8, (1, 2, ["x"], []))
    assert line(trace, "x") == line(trace, "a") == "02222200"


def test_recovery_starts_once_what_stands_outside_its_own_cycle_is_back():
    text = "a: recovery 2s\nb: recovery 3s\na -> b\nb -> a\na -> base\nbase: recovery 1s"
    trace = run(text, 9, (0, 1, ["base"], []))
    assert line(trace, "base") == "220000000"
    # Both recoveries run side by side from 2; the cycle is up when the slower is done.
    assert line(trace, "a") == line(trace, "b") == "222220000"


def test_a_chain_of_recoveries_adds_up():
    assert line(run("a: recovery 2s\nb: recovery 3s\na -> b", 9, (0, 1, ["b"], [])), "a") == "222222000"


def test_a_loss_during_recovery_starts_it_anew():
    assert line(run("a: recovery 3s\na -> b", 10, (0, 1, ["b"], []), (3, 1, ["b"], [])), "a") == "2222222000"


def test_a_cold_component_waits_for_its_startup_rules_and_a_warm_one_does_not():
    text = "{}: {} recovery 1s\n{} -> registry @startup"
    for restart, expected in (("cold", "222222000"), ("warm", "222000000")):
        trace = run(text.format("a", restart, "a"), 9, (0, 2, ["a"], []), (0, 5, ["registry"], []))
        assert line(trace, "a") == expected


def test_only_what_is_coming_back_waits_for_startup_rules():
    assert line(run("a: cold\na -> registry @startup", 4, (0, None, ["registry"], [])), "a") == "0000"


def test_being_degraded_needs_no_recovery():
    assert line(run("a: recovery 5s\na -> b", 5, (0, 2, [], ["a", "b"])), "a") == "11000"


def test_overlapping_phases_add_up():
    assert line(run("a", 8, (0, 4, ["a"], []), (2, 4, ["a"], []), (5, 2, [], ["a"])), "a") == "22222210"


@pytest.mark.parametrize(
    ("rto", "verdict"), [("", "survives"), ("rto 4s", "survives"), ("rto 3s", "breaks"), ("rto 0s", "breaks")]
)
def test_an_interruption_ended_by_failover_is_excused_within_the_rto(rto, verdict):
    text = f"journey j: a {rto}\na -> x || y takes 4s"
    assert run(text, 9, (1, None, ["x"], [])).verdict(parse(text).journeys[0]) == verdict


def test_an_interruption_ended_by_restore_breaks_and_a_soft_loss_degrades():
    text = "journey j: a rto 1h\na -> x"
    assert run(text, 9, (1, 1, ["x"], [])).verdict(parse(text).journeys[0]) == "breaks"
    text = "journey j: a rto 1h\na ~> x"
    assert run(text, 9, (1, 1, ["x"], [])).verdict(parse(text).journeys[0]) == "degrades"
