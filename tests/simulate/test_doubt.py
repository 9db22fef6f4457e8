"""What may fall with what may fall: gaps that name a component, one after the other."""

from __future__ import annotations

from drawing import parse
from hypothesis import given
from hypothesis import strategies as st
from strategies import EVERYTHING, HARD_ONLY, inventories, plays

from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, Gap, Inventory, Scenario, ScenarioPhase
from blastradius.simulate import explain, scenario, simulate
from blastradius.simulate.run import Run


def may_need(component: str, reference: str) -> Gap:
    return Gap(
        scope=component,
        component=component,
        reference=reference,
        hides="dependency",
        reason=f"{component}, {reference}",
    )


def any_may_need(components: tuple[str, ...], reference: str) -> Gap:
    return Gap(scope="x", candidates=components, reference=reference, hides="dependency", reason=f"any, {reference}")


def may_be(component: str, other: str) -> Gap:
    return Gap(scope=component, component=component, same_as=other, hides="dependency", reason="may be the same")


def lose(drawing: str, gaps: list[Gap], remove: str = "id:db") -> BlastRadius:
    found = parse(drawing).model_copy(update={"gaps": tuple(gaps)})
    return simulate(DependencyGraph(found), scenario([remove], duration=60))


def verdicts(result: BlastRadius) -> tuple[str, str]:
    return result.journeys[0].verdict, result.journeys[0].at_worst


TWO = [may_need("api", "db"), may_need("web", "api")]


def test_two_uncertain_hops_in_a_row_are_as_unknown_as_one() -> None:
    result = lose("journey buy: web\nweb\napi\ndb", TWO)
    assert verdicts(result) == ("unknown", "breaks")
    assert [gap.reason for gap in result.journeys[0].gaps] == ["web, api", "api, db"]


def test_a_need_between_two_uncertain_hops_carries_the_doubt_on() -> None:
    gaps = [may_need("store", "db"), may_need("web", "api")]
    assert verdicts(lose("journey buy: web\napi -> store\nweb\ndb", gaps)) == ("unknown", "breaks")
    soft = lose("journey buy: web\napi ~> store\nweb\ndb", gaps)
    assert verdicts(soft) == ("survives", "survives")
    spare = lose("journey buy: web\napi -> store | other\nweb\ndb", gaps)
    assert verdicts(spare) == ("survives", "survives")


def test_both_members_of_a_redundancy_in_doubt_carry_it_on() -> None:
    gaps = [may_need("store", "db"), may_need("other", "db"), may_need("web", "api")]
    assert verdicts(lose("journey buy: web\napi -> store | other\nweb\ndb", gaps)) == ("unknown", "breaks")


def test_what_may_be_the_same_follows_what_falls_only_at_worst() -> None:
    for twin in (may_be("web", "api"), may_be("api", "web")):
        assert verdicts(lose("journey buy: web\nweb\napi\ndb", [may_need("api", "db"), twin])) == ("unknown", "breaks")


def test_a_need_that_somebody_stated_is_no_doubt() -> None:
    assert verdicts(lose("journey buy: web\nweb ~> api\ndb", TWO)) == ("survives", "degrades")


def test_a_circle_of_doubts_ends() -> None:
    circle = [*TWO, may_need("api", "web"), may_be("web", "other"), may_need("other", "api")]
    assert verdicts(lose("journey buy: other\nweb\napi\ndb", circle)) == ("unknown", "breaks")


def test_a_long_chain_of_doubts_takes_as_many_walks_as_a_short_one(monkeypatch) -> None:
    from blastradius.simulate.walk import Walk

    walks: list[int] = []
    run = Walk.run
    monkeypatch.setattr(Walk, "run", lambda self: walks.append(1) or run(self))

    def count(length: int) -> int:
        walks.clear()
        gaps = [may_need(f"n{k + 1}", f"n{k}") for k in range(length)]
        drawing = "\n".join([f"journey buy: n{length}", *(f"n{k}" for k in range(length + 1))])
        assert verdicts(lose(drawing, gaps, "id:n0")) == ("unknown", "breaks")
        return len(walks)

    assert count(200) == count(3)


def test_the_explanation_ends_at_what_was_not_seen() -> None:
    found = parse("journey buy: web\nweb\napi\ndb").model_copy(update={"gaps": tuple(TWO)})
    told = explain(DependencyGraph(found), scenario(["id:db"], duration=60), "buy")
    assert told.steps[-1].note == "not seen: web, api"


def test_each_of_several_that_may_need_what_falls_is_in_doubt() -> None:
    gaps = [any_may_need(("api", "web"), "db")]
    for entry in ("api", "web"):
        result = lose(f"journey buy: {entry}\nweb\napi\nother\ndb", gaps)
        assert verdicts(result) == ("unknown", "breaks")
        assert result.journeys[0].gaps == tuple(gaps)
    assert verdicts(lose("journey buy: other\nweb\napi\nother\ndb", gaps)) == ("survives", "survives")
    assert verdicts(lose("journey buy: web\nweb ~> db\napi", gaps)) == ("degrades", "degrades")
    assert verdicts(lose("journey buy: web\nweb\napi\nother\ndb", gaps, "id:other")) == ("survives", "survives")


def test_a_doubt_of_several_goes_on_from_each() -> None:
    gaps = [any_may_need(("api", "other"), "db"), any_may_need(("web",), "api")]
    assert verdicts(lose("journey buy: web\nweb\napi\nother\ndb", gaps)) == ("unknown", "breaks")


@st.composite
def doubtful(draw, features) -> tuple[Inventory, Scenario]:
    found = draw(inventories(features))
    names = st.sampled_from([component.id for component in found.components])
    pairs = draw(st.lists(st.tuples(st.booleans(), names, names), max_size=8))
    gaps = [(may_need if needs else may_be)(one, other) for needs, one, other in pairs]
    some = st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)
    gaps += [any_may_need(*pair) for pair in draw(st.lists(st.tuples(some, names), max_size=2))]
    play = draw(plays(found))
    phases = tuple(
        ScenarioPhase(
            at=at, duration=length, remove=tuple(f"id:{n}" for n in gone), degrade=tuple(f"id:{n}" for n in hurt)
        )
        for at, length, gone, hurt in play.stretches
    )
    return found.model_copy(update={"gaps": tuple(gaps)}), Scenario(phases=phases, horizon=play.horizon)


def tied(inventory: Inventory) -> set[tuple[str, str]]:
    """Who may fall with whom, the long way."""
    stated = {(one.dependent, one.dependency) for one in inventory.dependencies if one.phase == "runtime"}
    pairs = set()
    for gap in inventory.gaps:
        if gap.same_as is not None:
            pairs |= {(gap.same_as, gap.component), (gap.component, gap.same_as)}
        else:
            pairs |= {
                (gap.reference, one) for one in gap.candidates or [gap.component] if (one, gap.reference) not in stated
            }
    return pairs


def down(run: Run, stories) -> set[str]:
    return {run.circuit.ids[node] for node, story in stories.items() if story.downs} | set(run.targets.removed)


@given(doubtful(EVERYTHING))
def test_whatever_may_fall_with_something_down_at_worst_is_in_doubt(case) -> None:
    inventory, asked = case
    run = Run(DependencyGraph(inventory), asked)
    fell = down(run, run.worst_stories)
    known = set(run.targets.removed) | run.touched.keys()
    assert all(other in known for one, other in tied(inventory) if one in fell)


@given(doubtful(HARD_ONLY), st.data())
def test_nothing_is_in_doubt_without_a_cause(case, data) -> None:
    """The least set: what plain hard needs and ties reach from what was removed."""
    inventory, _ = case
    removed = data.draw(st.lists(st.sampled_from([c.id for c in inventory.components]), min_size=1, max_size=3))
    run = Run(DependencyGraph(inventory), scenario([f"id:{name}" for name in removed], duration=60))
    edges = tied(inventory) | {(one.dependency, one.dependent) for one in inventory.dependencies}
    reached = set(removed)
    while more := {other for one, other in edges if one in reached} - reached:
        reached |= more
    assert down(run, run.worst_stories) & {c.id for c in inventory.components} == reached
    assert run.touched.keys() <= reached
