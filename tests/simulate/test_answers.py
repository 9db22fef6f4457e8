"""What the answer says beside states: verdicts, hands, spares, deadlocks, proofs, costs. Each case is drawn."""

from __future__ import annotations

from datetime import date

import pytest
from drawing import parse

from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, JourneyResult, Policy
from blastradius.simulate import explain, scenario, simulate


def lose(drawing: str, *remove: str, duration: int | None = 3600, degrade: tuple[str, ...] = ()) -> BlastRadius:
    return simulate(DependencyGraph(parse(drawing)), scenario(remove, degrade, duration))


def journey(result: BlastRadius, name: str = "buy") -> JourneyResult:
    return next(j for j in result.journeys if j.id == f"journey:{name}")


def state(result: BlastRadius, component: str) -> str:
    return next(c.state for c in result.components if c.id == component)


SHOP = "journey buy: shop\nshop -> db\nshop ~> mail\n"


def test_a_hard_need_breaks_and_the_chain_names_every_edge() -> None:
    found = journey(lose(SHOP, "service:db"))
    assert found.verdict == "breaks"
    assert [(link.dependent, link.dependency) for link in found.chain] == [("journey:buy", "shop"), ("shop", "db")]
    assert found.chain[1].evidence[0].locator == "drawing:2"
    assert (found.breaks_at, found.downtime) == (0, 3600)


def test_a_soft_need_degrades() -> None:
    found = journey(lose(SHOP, "service:mail"))
    assert (found.verdict, found.degrades_at, found.breaks_at, found.downtime) == ("degrades", 0, None, 0)


def test_degrading_a_hard_need_degrades() -> None:
    assert journey(lose(SHOP, degrade=("service:db",))).verdict == "degrades"


def test_degrading_a_soft_need_does_nothing() -> None:
    assert journey(lose(SHOP, degrade=("service:mail",))).verdict == "survives"


def test_a_tolerance_longer_than_the_loss_survives() -> None:
    assert journey(lose("journey buy: shop\nshop -> db (2h)", "service:db")).verdict == "survives"


def test_a_tolerance_shorter_than_the_loss_breaks_when_it_has_run_out() -> None:
    found = journey(lose("journey buy: shop\nshop -> db (20m)", "service:db"))
    assert (found.verdict, found.breaks_at, found.downtime) == ("breaks", 1200, 2400)


def test_a_soft_need_that_hardens_degrades_first_and_breaks_later() -> None:
    found = journey(lose("journey buy: shop\nshop ~> mail hardens 20m", "service:mail"))
    assert (found.verdict, found.degrades_at, found.breaks_at) == ("breaks", 0, 1200)


def test_an_automatic_failover_within_the_rto_is_an_interruption_and_survives() -> None:
    found = journey(lose("journey buy: shop rto 10m\nshop -> a || b takes 5m", "service:a"))
    assert (found.verdict, found.interrupted_for, found.downtime, found.meets_rto) == ("survives", 300, 300, True)
    assert not found.by_hand


def test_a_failover_slower_than_the_rto_breaks() -> None:
    found = journey(lose("journey buy: shop rto 1m\nshop -> a || b takes 5m", "service:a"))
    assert (found.verdict, found.meets_rto) == ("breaks", False)


def test_a_dependent_that_tolerates_the_failover_sees_nothing() -> None:
    drawing = "journey buy: shop\nshop -> store (5m)\nstore -> a || b takes 5m"
    assert (journey(lose(drawing, "service:a")).verdict, journey(lose(drawing, "service:a")).breaks_at) == (
        "survives",
        None,
    )
    shorter = journey(lose(drawing.replace("(5m)", "(4m)"), "service:a"))
    assert (shorter.verdict, shorter.interrupted_for) == ("survives", 60)


def test_a_failover_unfinished_at_the_horizon_did_not_happen() -> None:
    assert journey(lose("journey buy: shop\nshop -> a || b takes 1h", "service:a")).verdict == "breaks"


def test_a_manual_failover_stands_by_hand_and_is_unrehearsed_where_nobody_tried_it() -> None:
    found = journey(lose("journey buy: shop\nshop -> a || b by hand takes 10m", "service:a"))
    assert (found.verdict, found.by_hand, found.unrehearsed) == ("survives", True, True)


def test_a_manual_failover_without_a_time_does_not_happen() -> None:
    found = journey(lose("journey buy: shop\nshop -> a || b by hand", "service:a"))
    assert (found.verdict, found.by_hand) == ("breaks", False)


@pytest.mark.parametrize(("today", "stale"), [(date(2026, 6, 1), False), (date(2027, 6, 1), True), (None, False)])
def test_a_rehearsal_ages_by_the_policy(today: date | None, stale: bool) -> None:
    inventory = parse("journey buy: shop\nshop -> a || b by hand takes 10m")
    group = inventory.redundancies[0]
    assert group.failover is not None
    tried = group.failover.model_copy(update={"rehearsed": date(2026, 3, 1)})
    inventory = inventory.model_copy(update={"redundancies": (group.model_copy(update={"failover": tried}),)})
    policy = Policy(rehearsed_within=180 * 86_400)
    asked = scenario(["service:a"], duration=3600)
    result = simulate(DependencyGraph(inventory), asked, today=today, policy=policy)
    assert journey(result).unrehearsed is stale


def test_a_failover_that_needs_what_fell_does_not_happen() -> None:
    drawing = "journey buy: shop\nshop -> a || b takes 1m needs tool\ntool -> a"
    assert journey(lose(drawing, "service:a")).verdict == "breaks"


def test_a_failover_whose_tool_needs_the_service_it_fails_over_is_no_way_out() -> None:
    drawing = "journey buy: shop\nshop -> a || b takes 1m needs tool\ntool -> shop"
    assert journey(lose(drawing, "service:a")).verdict == "breaks"


def test_a_failover_once_done_is_not_undone_by_losing_what_it_needed() -> None:
    drawing = "journey buy: shop\nshop -> a || b takes 1m needs tool\ntool -> power (10m)\na -> power"
    found = journey(lose(drawing, "service:power"))
    assert (found.verdict, found.interrupted_for) == ("survives", 60)


def test_the_lag_of_a_failover_used_is_held_against_the_rpo() -> None:
    drawing = "journey buy: shop rpo 1m\nshop -> a || b takes 1m lag 5m"
    assert journey(lose(drawing, "service:a")).meets_rpo is False
    assert journey(lose(drawing.replace("lag 5m", "lag 10s"), "service:a")).meets_rpo is True
    assert journey(lose(drawing.replace(" lag 5m", ""), "service:a")).meets_rpo is None


def test_cost_is_downtime_times_revenue() -> None:
    assert journey(lose("journey buy: shop revenue 1000\nshop -> db", "service:db", duration=1800)).cost == 500


def test_down_for_ever_has_no_downtime_in_seconds() -> None:
    found = journey(lose("journey buy: shop rto 1h revenue 10\nshop -> db", "service:db", duration=None))
    assert (found.verdict, found.downtime, found.cost, found.meets_rto) == ("breaks", None, None, False)


def test_a_lost_standby_exposes_and_the_journey_lists_it() -> None:
    result = lose("journey buy: shop\nshop -> store\nstore -> a || b", "service:b")
    assert journey(result).verdict == "survives"
    assert journey(result).exposed == ("store",)


def test_a_lost_need_of_a_failover_exposes() -> None:
    assert journey(lose("journey buy: shop\nshop -> a || b needs tool", "service:tool")).exposed == ("shop",)


def test_two_of_three_left_of_any_one_is_not_exposed() -> None:
    assert journey(lose("journey buy: shop\nshop -> a | b | c", "service:a")).exposed == ()
    assert journey(lose("journey buy: shop\nshop -> a | b | c", "service:a", "service:b")).exposed == ("shop",)


def test_startup_deploy_and_operate_needs_are_told_one_step_and_break_nothing() -> None:
    result = lose("journey buy: shop\nshop -> hub @startup\nshop -> ci @deploy\nshop -> watch @operate", "service:*")
    assert journey(result).verdict == "breaks"
    result = lose("journey buy: shop\nfront -> shop\nshop -> hub @startup\nhub -> disk", "service:disk")
    cannot = {c.id: c.cannot for c in result.components}
    assert journey(result).verdict == "survives"
    assert cannot == {"shop": ("start",), "front": (), "hub": (), "disk": ()}


def test_a_journey_of_another_phase_asks_whether_its_entries_can_be_changed() -> None:
    drawing = "journey fix: shop @deploy\nshop -> ci @deploy\nshop -> db"
    assert journey(lose(drawing, "service:ci"), "fix").verdict == "breaks"
    assert journey(lose(drawing, "service:db"), "fix").verdict == "survives"


def test_components_that_need_each_other_to_start_never_start() -> None:
    assert lose("a -> b @startup\nb -> a @startup\nc -> a\nx -> y\ny -> x", "service:x").deadlocks == ("a", "b", "c")


def test_a_cycle_of_runtime_needs_starts_together() -> None:
    assert lose("x -> y\ny -> x", "service:x").deadlocks == ()


def test_what_stands_and_could_not_be_started_again_is_unfounded() -> None:
    assert lose("shop -> hub @startup\nfront -> shop", "service:hub").unfounded == ("front", "shop")


def test_a_cycle_of_hard_needs_is_legal_and_comes_back() -> None:
    result = simulate(
        DependencyGraph(parse("x -> y\ny -> x\njourney buy: x")), scenario(["service:y"], duration=60, horizon=120)
    )
    assert state(result, "x") == "up"
    assert journey(result).downtime == 60


def test_components_wait_for_their_recovery_one_after_the_other() -> None:
    graph = DependencyGraph(parse("db: recovery 1m\nshop: recovery 2m\nshop -> db\njourney buy: shop"))
    result = simulate(graph, scenario(["service:db"], duration=60, horizon=3600))
    assert journey(result).downtime == 60 + 60 + 120


def test_a_proof_goes_on_through_what_would_still_have_to_recover() -> None:
    late = lose("db: recovery 40m\ndb -> disk\nworker -> db (30m)\njourney buy: worker", "id:disk", duration=6 * 3600)
    assert [link.dependency for link in journey(late).chain] == ["worker", "db", "disk"]
    drawn = parse("db: recovery 40m\nshop -> db\nshop -> web (30m)\nweb -> disk\njourney buy: shop")
    back = simulate(DependencyGraph(drawn), scenario(["id:db"], duration=60, horizon=1800))
    assert [link.dependency for link in journey(back).chain] == ["shop", "db"]


def test_components_of_one_cycle_recover_side_by_side() -> None:
    graph = DependencyGraph(parse("x: recovery 1m\ny: recovery 2m\nx -> y\ny -> x\njourney buy: x"))
    result = simulate(graph, scenario(["service:y"], duration=60, horizon=3600))
    assert journey(result).downtime == 60 + 120


def test_a_cold_component_waits_for_what_it_needs_to_start() -> None:
    graph = DependencyGraph(parse("shop: cold\nshop -> hub @startup\nshop -> db\njourney buy: shop"))
    result = simulate(graph, scenario(["service:db", "service:hub"], duration=60, horizon=3600))
    assert journey(result).downtime == 60
    asked = scenario(["service:db"], duration=60, horizon=3600).model_copy(
        update={
            "phases": (*scenario(["service:db"], duration=60).phases, *scenario(["service:hub"], duration=90).phases)
        }
    )
    assert journey(simulate(graph, asked)).downtime == 90


def test_a_selector_that_a_person_typed_and_matches_nothing_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"the nearest: .*shop"):
        lose(SHOP, "service:shpo")


def test_a_selector_of_a_scenario_file_that_matches_nothing_is_told_and_skipped() -> None:
    graph = DependencyGraph(parse(SHOP))
    result = simulate(graph, scenario(["service:db", "vendor:nobody"], duration=60), typed=False)
    assert result.not_present == ("vendor:nobody",)
    assert journey(result).verdict == "breaks"


def test_journeys_come_by_tier_then_verdict() -> None:
    drawing = (
        "journey a: shop\njourney b: mail tier 1\njourney c: shop tier 1\njourney d: mail tier 2\nshop -> db\nmail"
    )
    assert [j.name for j in lose(drawing, "service:db").journeys] == ["c", "b", "d", "a"]


def test_the_chain_is_the_shortest_and_ties_go_by_id() -> None:
    drawing = "journey buy: shop\nshop -> long\nlong -> z\nz -> db\nshop -> b\nshop -> a\na -> db\nb -> db"
    chain = journey(lose(drawing, "service:db")).chain
    assert [link.dependency for link in chain] == ["shop", "a", "db"]


def test_the_basis_of_an_answer_is_the_weakest_on_its_chain() -> None:
    inventory = parse("journey buy: shop\nshop -> db\ndb -> disk")
    weak = inventory.dependencies[1]
    guess = weak.model_copy(update={"evidence": (weak.evidence[0].model_copy(update={"basis": "inferred"}),)})
    inventory = inventory.model_copy(update={"dependencies": (inventory.dependencies[0], guess)})
    assert journey(simulate(DependencyGraph(inventory), scenario(["service:disk"]))).basis == "inferred"


def test_an_explanation_shows_every_failed_member_of_a_redundancy() -> None:
    graph = DependencyGraph(parse("journey buy: shop\nshop -> a | b\na -> x\nb -> x"))
    found = explain(graph, scenario(["service:x"], duration=60), "buy")
    lines = [(step.depth, step.id, step.note) for step in found.steps]
    assert lines == [
        (0, "journey:buy", None),
        (1, "shop", None),
        (2, "a", None),
        (3, "x", "removed"),
        (2, "b", None),
        (3, "x", "proved above"),
    ]


def test_an_explanation_says_what_a_failover_lacked() -> None:
    graph = DependencyGraph(parse("journey buy: shop\nshop -> a || b takes 1m needs tool"))
    found = explain(graph, scenario(["service:a", "service:tool"], duration=600), "buy")
    assert [step.note for step in found.steps if step.id == "shop"] == ["its failover needs tool, which is down"]


def test_an_explanation_of_what_stands_says_why() -> None:
    graph = DependencyGraph(parse("journey buy: shop\nshop -> a | b\nshop ~> mail\nshop -> db (2h)"))
    asked = scenario(["service:a", "service:db"], duration=600)
    assert explain(graph, asked, "buy").stands_by == (
        "shop goes on without db for 2h",
        "shop needs 1 of 2: up are b; down are a",
    )


def test_an_explanation_of_nobody_names_the_journeys() -> None:
    with pytest.raises(UsageError, match="buy"):
        explain(DependencyGraph(parse(SHOP)), scenario(["service:db"]), "bye")


def test_only_failovers_on_hard_paths_are_rested_on() -> None:
    inventory = parse(
        "journey buy: shop rpo 1m\nshop -> a1 || a2 by hand takes 5m lag 1s\n"
        "shop ~> side\nside -> b1 || b2 by hand takes 5m lag 1h"
    )
    tried = [
        group.model_copy(update={"failover": group.failover.model_copy(update={"rehearsed": date(2026, 3, 1)})})
        if group.dependent == "shop" and group.failover
        else group
        for group in inventory.redundancies
    ]
    graph = DependencyGraph(inventory.model_copy(update={"redundancies": tuple(tried)}))
    found = journey(simulate(graph, scenario(["service:a1", "service:b1"], duration=3600)))
    assert (found.by_hand, found.unrehearsed, found.meets_rpo) == (True, False, True)


def test_the_chain_of_a_broken_journey_is_that_of_the_stretch_that_breaks_it() -> None:
    drawing = "journey buy: shop rto 10m\nshop -> a || b takes 2m\nshop -> db (30m)"
    found = journey(lose(drawing, "service:a", "service:db"))
    assert (found.breaks_at, found.chain_at, found.interrupted_for) == (0, 1800, 120)
    assert found.chain[-1].dependency == "db"
    assert found.chain[-1].tolerance == 1800


def test_the_chain_of_a_very_deep_system_is_cut_in_components_and_whole_in_journeys() -> None:
    deep = "\n".join(f"s{n:04} -> s{n + 1:04}" for n in range(400)) + "\njourney buy: s0000"
    result = lose(deep, "service:s0400")
    assert max(len(c.because) for c in result.components) == 100
    assert len(journey(result).chain) == 401


def test_a_failover_that_could_not_happen_is_told():
    from blastradius.model import Component, Failover, Inventory, Journey, JourneyEntry, Meta, Redundancy
    from blastradius.reports.text.blast_radius import page
    from blastradius.reports.view import View

    for needs, told in (("tool",), ("web",)), ((), ()):
        inventory = Inventory(
            meta=Meta(assembled=True),
            components=tuple(
                Component(id=one, kind="service", name=one, provider="p", region="r")
                for one in ("a", "b", "tool", "web")
            ),
            redundancies=(
                Redundancy(
                    dependent="web",
                    members=("a", "b"),
                    active=("a",),
                    failover=Failover(mode="manual", takes=60, needs=needs),
                ),
            ),
            journeys=(Journey(id="journey:j", name="j", entries=(JourneyEntry(component="web"),)),),
        )
        result = simulate(DependencyGraph(inventory), scenario(["id:a", "id:tool"]))
        assert tuple(one.dependent for one in result.refused) == told
        said = "Failovers that could not happen: web, which needs tool"
        assert any(said in line for line in page(result, View())) == bool(told)
