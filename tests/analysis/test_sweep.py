"""Sweeps against `simulate`, loss by loss."""

from __future__ import annotations

from itertools import combinations

import pytest
from drawing import draw, parse
from hypothesis import given, note
from hypothesis import strategies as st
from strategies import EVERYTHING, TIGHT, gapped, inventories

from blastradius.analysis.sweep import counting, judging, pairs, sweep
from blastradius.analysis.sweep.judging import Judge
from blastradius.analysis.sweep.walking import Walking
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import (
    STATES,
    Component,
    Dependency,
    Failover,
    Gap,
    Inventory,
    Journey,
    JourneyEntry,
    Meta,
    Redundancy,
)
from blastradius.simulate import scenario, simulate
from blastradius.simulate.story import VERDICT_ORDER


def expected(graph, ident):
    """What `simulate` says of one loss, in the words of a sweep."""
    answer = simulate(graph, scenario([f"id:{ident}"]))
    ends = {
        verdict: tuple(sorted(journey.id for journey in answer.journeys if journey.verdict == verdict))
        for verdict in ("breaks", "degrades", "unknown")
    }
    states = [component.state for component in answer.components]
    exposed = sum(component.exposed for component in answer.components)
    return {**ends, "down": states.count("down"), "degraded": states.count("degraded"), "exposed": exposed}


#: Redundancies above all, so that two losses meet in one; recovery that outlasts nothing.
MEETING = EVERYTHING.but(soft=False, phases=False, delays=0, recovery=0, largest=6)
WAYS = {"plain": 1 << 60, "packed": -1}


def swept(graph, way, *question, **options):
    """A sweep by one way of counting, whatever the size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "PLAIN", WAYS[way])
        return sweep(graph, *question, **options)


def check(inventory):
    graph = DependencyGraph(inventory)
    wanted = {component.id: expected(graph, component.id) for component in inventory.components}
    for way in WAYS:
        for loss in swept(graph, way, "component").losses:
            of = wanted[loss.id]
            assert (way, loss.id, {key: getattr(loss, key) for key in of}) == (way, loss.id, of)


@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@given(data=st.data())
def test_a_sweep_says_what_simulate_says(features, data):
    inventory = data.draw(inventories(features))
    note(draw(inventory))
    check(inventory)


@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@given(data=st.data())
def test_a_sweep_does_not_know_what_simulate_does_not(features, data):
    inventory = data.draw(gapped(features))
    note(draw(inventory))
    note("\n".join(gap.model_dump_json(exclude_defaults=True) for gap in inventory.gaps))
    check(inventory)


@st.composite
def objected(draw_):
    """Failovers behind failovers and tolerances, journeys with an RTO; any loss touches what some active members need."""
    names = "abcdefgh"
    some = st.sets(st.integers(0, len(names) - 1), min_size=4, max_size=4).map(sorted)
    delay = st.none() | st.integers(0, 12)
    groups, needs = [], {}
    for first, *rest in draw_(st.lists(some, min_size=1, max_size=4)):
        active, standby, tool = draw_(st.permutations(rest))
        group = Redundancy(
            dependent=names[first],
            members=(names[active], names[standby]),
            active=(names[active],),
            failover=Failover(
                mode="automatic", takes=draw_(st.integers(0, 9)), needs=draw_(st.sampled_from([(), (names[tool],)]))
            ),
            tolerance=draw_(delay),
        )
        groups.append(group)
    for one, other in draw_(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=5)):
        # now and then a cycle
        if one < other or draw_(st.integers(0, 5)) == 0:
            strength = draw_(st.sampled_from(["hard", "hard", "soft"]))
            needs[one, other] = Dependency(dependent=one, dependency=other, strength=strength, tolerance=draw_(delay))
    unseen = draw_(st.lists(st.sampled_from([one.active[0] for one in groups]), min_size=1, max_size=3, unique=True))
    area = {"scope": "area", "reason": "not seen", "hides": "dependency"}
    gaps = [Gap(**area, component=one, reference="text") for one in unseen]
    for one in draw_(st.sampled_from([(), (), (draw_(st.sampled_from(names)),)])):
        gaps.append(Gap(**area, component=unseen[0], reference=one))
    slow = draw_(st.sampled_from(["", "", draw_(st.sampled_from(names))]))
    return Inventory(
        meta=Meta(assembled=True),
        components=tuple(
            Component(id=n, kind="service", name=n, provider="own", region="here", recovery=4 if n == slow else None)
            for n in names
        ),
        dependencies=tuple(needs.values()),
        redundancies=tuple(groups),
        journeys=tuple(
            Journey(
                id=f"journey:{number}",
                name=str(number),
                entries=tuple(JourneyEntry(component=one, tolerance=draw_(delay)) for one in entries),
                rto=draw_(st.integers(0, 12) | st.integers(0, 60)),
            )
            for number, entries in enumerate(["a", "b", draw_(st.sampled_from(["c", "ac", "bd"]))])
        ),
        gaps=tuple(gaps),
    )


@given(inventory=objected(), held=st.sampled_from([0, judging.HELD]))
def test_whether_an_objective_is_missed_with_everything_unseen_in_the_way(inventory, held):
    note(draw(inventory))
    note("\n".join(gap.model_dump_json(exclude_defaults=True) for gap in inventory.gaps))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "HELD", held)
        check(inventory)


@pytest.mark.parametrize(
    ("rto", "unknown"), [(8, ["b", "c1", "c2", "c3", "d1", "d2", "d3", "t"]), (9, ["b", "t"])], ids=["missed", "kept"]
)
def test_losses_that_leave_the_same_part_open_are_one_question(monkeypatch, rto, unknown):
    """What nobody saw of `a` hangs on a failover; of all losses only those that it reads make a difference."""
    others = "".join(f"\nc{n} -> d{n}" for n in range(4))
    inventory = parse(f"s -> a || b takes 9s needs t{others}\njourney j: s c0")
    gap = Gap(scope="x", reason="not seen", hides="dependency", component="a", reference="text")
    journeys = tuple(one.model_copy(update={"rto": rto}) for one in inventory.journeys)
    graph = DependencyGraph(inventory.model_copy(update={"journeys": journeys, "gaps": (gap,)}))
    walked, ask = [], Walking.parts_broken
    monkeypatch.setattr(Walking, "parts_broken", lambda self, parts: walked.extend(parts) or ask(self, parts))
    monkeypatch.setattr(Walking, "broken_at_worst", lambda self, asked: pytest.fail(str(asked)) if asked else iter(()))
    told = [loss.id for loss in sweep(graph, "component").losses if loss.unknown]
    assert (sorted(told), len(walked)) == (unknown, 1)


def test_what_is_degraded_beside_a_part_may_make_a_failover_come_in_time():
    """`a` is degraded by `m` from the first, so that `s` has moved away before it is down."""
    inventory = parse("m ~> x\na -> m\na -> y (20s)\ns -> a || b takes 9s\nc -> d\njourney j: s")
    area = {"scope": "area", "reason": "not seen", "hides": "dependency", "reference": "text"}
    gaps = tuple(Gap(component=one, **area) for one in "xy")
    journeys = tuple(one.model_copy(update={"rto": 5}) for one in inventory.journeys)
    inventory = inventory.model_copy(update={"gaps": gaps, "journeys": journeys})
    check(inventory)
    unknown = {loss.id for loss in sweep(DependencyGraph(inventory), "component").losses if loss.unknown}
    assert unknown == {"b"}


def together(graph, first, second):
    """What `simulate` says of two losses at once beyond both alone."""

    def told(*ids):
        answer = simulate(graph, scenario([f"id:{ident}" for ident in ids]))
        ends = {journey.id: VERDICT_ORDER.index(journey.verdict) for journey in answer.journeys}
        return ends, {component.id: STATES.index(component.state) for component in answer.components}

    (ends, states), apart = told(first, second), (told(first), told(second))
    worse = {node: end for node, end in ends.items() if end > max(one[0][node] for one in apart)}
    alone = {node: max(one[1][node] for one in apart) for node in states}
    found = {verdict: [] for verdict in ("breaks", "degrades", "unknown")}
    for node, end in sorted(worse.items()):
        found[VERDICT_ORDER[end]].append(node)
    return {
        **{verdict: tuple(ids) for verdict, ids in found.items()},
        "down": sum(state == 2 > alone[node] for node, state in states.items()),
        "degraded": sum(state == 1 > alone[node] for node, state in states.items()),
    }


def check_pairs(inventory, every, seen=True):
    graph = DependencyGraph(inventory)
    ids = sorted(component.id for component in inventory.components)
    wanted = {pair: together(graph, *pair) for pair in combinations(ids, 2)}
    wanted = {pair: told for pair, told in wanted.items() if any(told.values())}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "EVERY_PAIR", 400 if every == "all" else 0)
        patch.setattr(pairs, "WORTH", -1 if every == "met" else 1 << 60)
        found = {pair.ids: pair for pair in swept(graph, "packed", "component", 2).pairs}
    assert {pair: {key: getattr(one, key) for key in together_keys} for pair, one in found.items()} == wanted


together_keys = ("breaks", "degrades", "unknown", "down", "degraded")


@pytest.mark.parametrize("every", ["all", "filter", "met"])
@pytest.mark.parametrize("features", [EVERYTHING, MEETING], ids=["everything", "meeting"])
@given(data=st.data())
def test_pairs_are_those_that_do_more_than_both_and_none_is_missed(features, every, data):
    inventory = data.draw(inventories(features.but(largest=min(features.largest, 6))))
    note(draw(inventory))
    check_pairs(inventory, every)


@given(data=st.data())
def test_pairs_may_break_by_what_was_not_seen(data):
    inventory = data.draw(gapped(EVERYTHING.but(largest=4)))
    note(draw(inventory))
    note("\n".join(gap.model_dump_json(exclude_defaults=True) for gap in inventory.gaps))
    check_pairs(inventory, data.draw(st.sampled_from(["all", "filter", "met"])))


@pytest.mark.parametrize("every", ["all", "filter", "met"])
def test_a_pair_that_only_degrades_what_one_loss_may_break_unseen_is_not_listed(every):
    inventory = parse("journey j: z\nx\ny\nz")
    spare = Redundancy(dependent="journey:j", members=("x", "y"), required=1, strength="soft")
    gap = Gap(scope="z", component="z", hides="dependency", reason="not seen")
    check_pairs(inventory.model_copy(update={"redundancies": (spare,), "gaps": (gap,)}), every)


def test_a_loss_is_walked_only_where_a_failover_may_save_something():
    graph = DependencyGraph(parse("a -> x || y takes 4s\nb -> a\nc -> z (9s)\njourney j: b"))
    judged = Judge(graph, 1).judge([(graph.index[name],) for name in "xyz"], keep=True)
    assert list(judged.walked) == [0]
    assert judged.ends[0] == {graph.index["journey:j"]: "degrades"} or judged.ends[0] == {}


def test_losses_are_ranked_by_tier_revenue_and_reach():
    inventory = parse("a -> x\nb -> y\nc -> z\nd -> z\njourney one: a\njourney two: b\njourney three: c d")
    details = {"journey:one": (2, 50.0), "journey:two": (2, 90.0), "journey:three": (1, None)}
    journeys = tuple(
        journey.model_copy(update=dict(zip(("tier", "revenue_per_hour"), details[journey.id], strict=True)))
        for journey in inventory.journeys
    )
    result = sweep(DependencyGraph(inventory.model_copy(update={"journeys": journeys})), "component")
    assert [loss.id for loss in result.losses] == ["z", "c", "d", "y", "b", "x", "a"]
    assert [(loss.tier, loss.revenue_per_hour) for loss in result.losses[::3]] == [(1, None), (2, 90.0), (2, 50.0)]
    assert [(journey.name, journey.breaks) for journey in result.journeys] == [("three", 3), ("one", 2), ("two", 2)]
    kept = sweep(DependencyGraph(inventory), "component", top=2)
    assert (len(kept.losses), kept.omitted) == (2, 5)


@pytest.mark.parametrize(
    ("question", "words"), [({"by": "planet"}, "planet"), ({"order": 3}, "3"), ({"top": 0}, "top")]
)
def test_a_question_that_makes_no_sense(question, words):
    with pytest.raises(UsageError, match=words):
        sweep(DependencyGraph(parse("a -> b")), **question)


def test_two_losses_that_a_filter_must_not_miss():
    """A failover saves from the one loss; the other takes the standby, or what the failover needs."""
    for every in ("all", "filter", "met"):
        check_pairs(parse("a -> x || y takes 2s needs t\nb -> y\nc -> t\njourney j: a"), every)


def test_the_worst_pairs_are_those_of_all():
    graph = DependencyGraph(parse("a -> x | y\nb -> a\nc -> y | z\nd -> 2 of x y z\njourney j: b"))
    everything = sweep(graph, "component", 2)
    for top in (1, 2, 3):
        kept = sweep(graph, "component", 2, top=top)
        assert (kept.pairs, kept.omitted_pairs) == (everything.pairs[:top], len(everything.pairs) - top)
