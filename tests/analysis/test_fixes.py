"""Fixes: a change that is switched off changes nothing, one that is on does what the edited system does, and the sets
are the smallest."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest
from drawing import parse
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import inventories

from blastradius.analysis.fixes import drain, fixes
from blastradius.analysis.fixes.extending import extended
from blastradius.analysis.fixes.finding import candidates
from blastradius.analysis.fixes.searching import smallest
from blastradius.analysis.fixes.trying import Trials, acting
from blastradius.engine import DOWN, found
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Scenario, ScenarioPhase
from blastradius.simulate import scenario, simulate

KEPT = frozenset({"provider", "account"})


def loss(*ids, duration=None):
    return scenario([f"id:{id}" for id in ids], [], duration, None)


def tried(graph, asked, removed, length):
    codes = acting(graph.circuit, length)
    settled = found(graph.circuit, {graph.index[id]: DOWN for id in removed}, codes)
    failing = {graph.index[id]: settled for id in graph.journeys if settled.state[graph.index[id]] == DOWN}
    every = [number for number, group in enumerate(graph.circuit.groups) if group.active]
    return candidates(graph, failing, bytes(codes), every, length)


@settings(max_examples=120, deadline=None)
@given(inventories(), st.data())
def test_changes_that_are_switched_off_change_nothing(inventory, data):
    graph = DependencyGraph(inventory)
    gone = data.draw(st.lists(st.sampled_from(sorted(graph.components)), min_size=1, max_size=2, unique=True))
    length = data.draw(st.sampled_from([None, 10, 60]))
    asked = loss(*gone, duration=length)
    found = tried(graph, asked, gone, length)
    trials = Trials(extended(graph, found, KEPT), asked, gone)
    told = {one.id: one.verdict for one in simulate(graph, asked).journeys if one.verdict != "unknown"}
    without = trials.verdicts(frozenset())
    assert {id: without[id] for id in told} == told
    settled = trials.solve(frozenset()).state
    before = Trials(extended(graph, (), KEPT), asked, gone).solve(frozenset()).state
    for id in graph.journeys:
        assert settled[trials.extended.graph.index[id]] == before[graph.index[id]]


@settings(max_examples=60, deadline=None)
@given(inventories(), st.data())
def test_many_sets_in_one_pass_fare_as_each_alone(inventory, data):
    graph = DependencyGraph(inventory)
    if not graph.journeys:
        return
    gone = data.draw(st.sampled_from(sorted(graph.components)))
    length = data.draw(st.sampled_from([None, 10, 60]))
    asked = loss(gone, duration=length)
    found = tried(graph, asked, [gone], length)
    trials = Trials(extended(graph, found, KEPT), asked, [gone])
    sets = data.draw(
        st.lists(
            st.frozensets(st.integers(0, len(found) - 1)) if found else st.just(frozenset()), min_size=8, max_size=12
        )
    )
    for id in graph.journeys:
        alone = [trials.solve(one).state[trials.extended.graph.index[id]] != DOWN for one in sets]
        assert trials.stand(sets, [id]) == alone


@settings(max_examples=80, deadline=None)
@given(inventories(), st.data())
def test_a_need_that_is_tolerated_is_the_same_as_one_that_is_soft(inventory, data):
    graph = DependencyGraph(inventory)
    gone = data.draw(st.lists(st.sampled_from(sorted(graph.components)), min_size=1, max_size=2, unique=True))
    asked = loss(*gone)
    all_changes = [one for one in tried(graph, asked, gone, None) if one.change.kind == "tolerate"]
    if not all_changes:
        return
    one = data.draw(st.sampled_from(all_changes))
    record = graph.circuit.rules[one.rule].record
    soft = record.model_copy(update={"strength": "soft", "tolerance": None, "hardens_after": None})
    edited = tuple(soft if need is record else need for need in inventory.dependencies)
    wanted = simulate(DependencyGraph(inventory.model_copy(update={"dependencies": edited})), asked)
    verdicts = Trials(extended(graph, [one], KEPT), asked, gone).verdicts(frozenset({0}))
    for journey in wanted.journeys:
        if journey.verdict != "unknown":
            assert verdicts[journey.id] == journey.verdict


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=8).flatmap(
        lambda weights: st.tuples(
            st.just(weights),
            st.lists(st.frozensets(st.integers(0, len(weights) - 1), min_size=1), max_size=6),
        )
    )
)
def test_the_sets_are_the_cheapest_of_all(case):
    weights, cores = case

    def suffices(sets):
        return [all(core & one for core in cores) for one in sets]

    result = smallest(weights, suffices, most=3)
    everything = range(len(weights))
    enough = [
        frozenset(one) for size in range(len(weights) + 1) for one in combinations(everything, size)
        if suffices([frozenset(one)])[0]
    ]  # fmt: skip
    minimal = [one for one in enough if not any(other < one for other in enough)]
    costs = sorted(sum(weights[n] for n in one) for one in minimal)
    assert result.exact
    assert set(result.sets) <= set(minimal)
    assert [sum(weights[n] for n in one) for one in result.sets] == costs[: len(result.sets)]
    assert len(result.sets) == min(3, len(minimal))


def test_nothing_suffices_where_all_changes_do_not():
    assert smallest([1, 1], lambda sets: [False] * len(sets)).sets == ()


@settings(max_examples=60, deadline=None)
@given(inventories(), st.data())
def test_every_set_mends_what_it_says_and_nothing_can_be_left_out(inventory, data):
    graph = DependencyGraph(inventory)
    if not graph.journeys:
        return
    gone = data.draw(st.sampled_from(sorted(graph.components)))
    asked = loss(gone)
    answer = fixes(graph, scenario=asked)
    broken = {one.id for one in simulate(graph, asked).journeys if one.verdict == "breaks"}
    assert {id for one in answer.losses for id in one.breaks} == broken
    for one in answer.losses:
        assert set(one.beyond) <= broken
        assert bool(one.ways) == bool(set(one.breaks) - set(one.beyond))


SHOP = """
web -> api
api -> db
api -> pay
pay: kind vendor
db: region east kind database
web: region west
api: region west
journey buy: web tier 1 revenue 1000
"""


def system(drawing=SHOP):
    return DependencyGraph(parse(drawing))


def kinds(answer):
    return [sorted(id.partition(":")[0] for id in way.changes) for one in answer.losses for way in one.ways]


def test_a_vendor_asks_for_a_fallback_before_anything_else():
    (one,) = fixes(system(), scenario=loss("pay")).losses
    assert one.ways[0].changes == ("fallback:api→pay",)
    assert one.revenue_per_hour == 1000


def test_only_some_kinds_of_changes_can_be_asked_for():
    answer = fixes(system(), scenario=loss("db"), only={"tolerate"})
    assert {change.change.kind for change in answer.changes} == {"tolerate"}


def test_a_failover_that_needs_what_it_saves_from_is_told_to_do_without():
    drawing = "web -> a || b takes 1m needs tool\ntool -> a\njourney buy: web"
    (one,) = fixes(system(drawing), scenario=loss("a")).losses
    assert ("need:web",) in [way.changes for way in one.ways]


def test_a_failover_by_hand_that_nobody_timed_is_to_be_rehearsed():
    drawing = "web -> a || b by hand\njourney buy: web"
    (one,) = fixes(system(drawing), scenario=loss("a")).losses
    assert one.ways[0].changes == ("rehearse:web",)
    assert one.ways[0].effort == 1


def test_a_failover_that_is_slower_than_the_rto_is_to_be_hot():
    drawing = "web -> a || b takes 2h\njourney buy: web rto 1h"
    (one,) = fixes(system(drawing), scenario=loss("a", duration=10_000)).losses
    assert ("hot:web",) in [way.changes for way in one.ways]


def test_what_nothing_mends_is_said():
    answer = fixes(system("web: region east\njourney buy: web"), scenario=loss("web"))
    assert answer.losses[0].beyond == ("journey:buy",)
    assert answer.losses[0].ways == ()


def test_one_change_can_mend_two_journeys():
    drawing = "a -> db\nb -> db\ndb -> disk\ndisk: kind vendor\njourney one: a\njourney two: b"
    (one,) = fixes(system(drawing), scenario=loss("disk")).losses
    assert one.ways[0].changes == ("fallback:db→disk",)
    assert one.exact


def test_a_journey_that_is_not_there_is_an_error():
    with pytest.raises(UsageError, match="sell: no such journey; there are buy"):
        fixes(system(), scenario=loss("db"), journeys=["sell"])


@pytest.mark.parametrize(
    ("drawing", "actions"),
    [
        ("web -> db\njourney buy: web", {"db": "build elsewhere"}),
        ("web -> db | other\njourney buy: web", {"db": "covered"}),
        ("web -> db || other takes 5m\njourney buy: web", {"db": "fail over"}),
        ("web\ndb\njourney buy: web", {"db": "not needed"}),
        ("web ~> db\njourney buy: web", {"db": "go without"}),
        ("web -> db @deploy\njourney buy: web", {"db": "for changes"}),
        ("web -> a || b takes 5m needs db\njourney buy: web", {"db": "keep until moved"}),
        ("web -> db || other by hand\njourney buy: web", {"db": "fail over"}),
        ("web -> db\ndb: kind vendor\njourney buy: web", {"db": "replace"}),
        ("web -> db\ndb: kind control-plane\njourney buy: web", {"db": "cannot be moved"}),
        ("web -> 2 of db x other\nx -> db\njourney buy: web", {"db": "build elsewhere"}),
    ],
)
def test_what_lives_in_a_place_is_told_what_becomes_of_it(drawing, actions):
    found = drain(system(drawing), ["id:db"])
    assert {one.id: one.action for one in found.steps} == actions


def test_a_drain_goes_from_needs_to_what_needs_them():
    drawing = "web -> api\napi -> db\nplace: kind region\nweb -> place\napi -> place\ndb -> place\njourney buy: web"
    found = drain(system(drawing), ["id:place"])
    assert [one.id for one in found.steps] == ["db", "api", "web"]
    assert found.breaks == ("journey:buy",)


def test_a_scenario_of_several_phases_is_mended_as_a_whole():
    asked = Scenario(
        phases=(ScenarioPhase(remove=("id:pay",), duration=60), ScenarioPhase(at=60, remove=("id:db",), duration=60)),
        horizon=120,
    )
    drawing = "web -> db\nweb -> pay\npay: kind vendor\njourney buy: web"
    (one,) = fixes(system(drawing), scenario=asked, typed=False).losses
    assert {id.partition(":")[0] for id in one.ways[0].changes} == {"fallback", "tolerate"}


def test_as_many_members_are_added_as_are_missing():
    drawing = "web -> 2 of a b c\na -> r\nb -> r\nc -> r\nr: kind region\njourney buy: web"
    (one,) = fixes(system(drawing), scenario=loss("r"), only={"member"}).losses
    (more,) = [w for w in one.ways if any(id.startswith("member:web") for id in w.changes)] or [None]
    answer = fixes(system(drawing), scenario=loss("r"), only={"member"})
    text = next(ranked.change.text for ranked in answer.changes if ranked.change.id.startswith("member:web"))
    assert text.startswith("give web 2 more of a, b, c")
    assert more is None or more.effort == 10


def test_another_provider_means_another_account():
    drawing = "web -> db\ndb: provider aws account 1\nweb -> aws\ndb -> acc\nacc -> aws\nacc: kind account\naws: kind provider\ndb -> aws\njourney buy: web"
    (one,) = fixes(system(drawing), scenario=loss("aws")).losses
    assert one.beyond == ()


def test_what_is_unknown_is_not_called_held():
    from blastradius.model import Gap

    drawn = parse("web -> pay\npay: kind vendor\nr: kind region\njourney buy: web")
    components = tuple(
        one.model_copy(update={"provider": None, "region": None}) if one.id == "pay" else one
        for one in drawn.components
    )
    gap = Gap(scope="pay", component="pay", reason="where pay runs is not known", hides="location")
    graph = DependencyGraph(drawn.model_copy(update={"components": components, "gaps": (gap,)}))
    answer = fixes(graph, scenario=loss("r"))
    assert [(one.name, one.journeys) for one in answer.unknown] == [("r", ("journey:buy",))]
    assert answer.held == ()


def test_a_drain_without_journeys_is_an_error():
    with pytest.raises(UsageError, match="no journey to move for"):
        drain(system("web -> db"), ["id:db"])


def test_lengths_are_taken_in_every_form_and_a_loss_is_told_once():
    graph = system()
    wanted = fixes(graph, scenario=scenario(["db"], [], 10_800, None))
    for length in (10_800, "3h", timedelta(hours=3)):
        assert fixes(graph, remove=["db"], duration=length) == wanted
        assert fixes(graph, by="database", duration=length).losses[0].breaks == wanted.losses[0].breaks
    for wrong in ({"remove": ["db"], "by": "region"}, {"scenario": loss("db"), "duration": "3h"}, {"duration": "soon"},
                  {"remove": ["db"], "duration": 1.5}, {"by": "database", "duration": 0}):  # fmt: skip
        with pytest.raises(UsageError):
            fixes(graph, **wrong)
