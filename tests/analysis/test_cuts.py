"""Cut sets and availability of journeys: the same as brute force over the oracle, and honest about what is not known."""

from __future__ import annotations

import json
import random

import pytest
from drawing import parse
from formulas import minimal_sets, probability_by_states
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.untimed import untimed
from strategies import UNTIMED, inventories

import blastradius as br
from blastradius.analysis.availability import availability
from blastradius.analysis.cuts import BYS, cuts, losable
from blastradius.analysis.figures import FigureEntry, Figures, fraction, read_figures, stated
from blastradius.analysis.firstcuts import first_cuts
from blastradius.engine.diagrams import solving
from blastradius.errors import InputError, UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Gap, Inventory, Journey, JourneyEntry, Meta, Redundancy
from blastradius.reports import View, render


def figure(match: str, share: float, low: float | None = None, high: float | None = None) -> FigureEntry:
    return FigureEntry(match=match, availability=share, low=low, high=high)


def system(gaps: tuple[Gap, ...] = (), slo: float | None = None) -> DependencyGraph:
    """A journey on a service with two databases in one region, and a mail vendor that it can do without."""
    place = {"provider": "aws", "region": "eu-west-1"}
    return DependencyGraph(
        Inventory(
            meta=Meta(assembled=True),
            components=(
                Component(id="web", name="web", kind="service", **place),
                Component(id="one", name="one", kind="database", service="rds", **place),
                Component(id="two", name="two", kind="database", service="rds", **place),
                Component(id="vendor:mail", name="mail", kind="vendor"),
                Component(id="aws:region/eu-west-1", name="eu-west-1", kind="region", provider="aws"),
            ),
            dependencies=(
                Dependency(dependent="web", dependency="vendor:mail", strength="soft"),
                *(Dependency(dependent=id, dependency="aws:region/eu-west-1") for id in ("web", "one", "two")),
            ),
            redundancies=(Redundancy(dependent="web", members=("one", "two"), required=1),),
            journeys=(Journey(id="journey:buy", name="buy", entries=(JourneyEntry(component="web"),), slo=slo),),
            gaps=gaps,
        )
    )


def ids(result, journey: int = 0) -> list[tuple[str, ...]]:
    return [one.ids for one in result.journeys[journey].sets]


def test_single_points_come_first_and_pairs_after():
    (journey,) = cuts(system()).journeys
    assert [one.ids for one in journey.sets] == [("aws:region/eu-west-1",), ("web",), ("one", "two")]
    assert journey.single == ("aws:region/eu-west-1", "web")
    assert [(one.order, one.count) for one in journey.counts] == [(1, 2), (2, 1)]
    assert journey.complete_to is None


def test_what_degrades_is_answered_apart():
    assert ids(cuts(system(), degrades=True)) == [("aws:region/eu-west-1",), ("vendor:mail",), ("web",), ("one", "two")]


def test_losses_are_of_the_kinds_that_are_asked_for():
    assert ids(cuts(system(), by=["region"])) == [("aws:region/eu-west-1",)]
    assert ids(cuts(system(), by=["vendor"])) == []
    assert ids(cuts(system(), by=["service", "region"])) == [("aws:region/eu-west-1",), ("web",)]
    with pytest.raises(UsageError, match="--by: no kind 'planet': choose one of region"):
        cuts(system(), by=["planet"])
    assert "component" in BYS


def test_the_listing_is_bounded_and_the_counts_are_not():
    (journey,) = cuts(system(), limit=1).journeys
    assert (len(journey.sets), journey.total) == (1, 3)
    (journey,) = cuts(system(), max_order=1).journeys
    assert ([len(one.ids) for one in journey.sets], journey.total) == ([1, 1], 3)


def test_by_probability_what_is_likely_comes_first_and_what_has_no_figure_is_named():
    stated = Figures(figures=(figure("database:*", 0.9), figure("region:*", 0.999)))
    result = cuts(system(), sort="probability", figures=stated)
    assert ids(result) == [("one", "two"), ("aws:region/eu-west-1",)]
    assert [one.probability for one in result.journeys[0].sets] == pytest.approx([0.01, 0.001])
    assert "web" in result.without_figure


def test_a_journey_with_gaps_never_looks_complete():
    gap = Gap(scope="web", component="web", reference="mystery", hides="dependency", reason="leads nowhere")
    result = cuts(system((gap,)))
    assert result.journeys[0].gaps == (gap,)
    assert "there may be sets that nobody could see" in render(result, "text", View())
    assert cuts(system()).journeys[0].gaps == ()


def test_a_journey_is_named_as_people_do():
    assert [one.name for one in cuts(system(), ["buy"]).journeys] == ["buy"]
    assert [one.name for one in cuts(system(), ["journey:buy"]).journeys] == ["buy"]
    with pytest.raises(UsageError, match="no journey 'by'; the nearest is buy"):
        cuts(system(), ["by"])


@settings(max_examples=40)
@given(inventories(UNTIMED.but(largest=5)), st.sampled_from(["at_once", "eventually"]), st.booleans())
def test_cuts_are_those_of_the_oracle(inventory, when, degrades):
    graph = DependencyGraph(inventory)
    result = cuts(graph, when=when, degrades=degrades, limit=10_000)
    for journey in result.journeys:
        wanted = minimal_sets(
            graph.components, lambda lost, id=journey.id: untimed(inventory, lost, when=when)[id] >= 2 - degrades
        )
        assert {frozenset(one.ids) for one in journey.sets} == wanted
        assert journey.total == len(wanted)


@settings(max_examples=40)
@given(inventories(UNTIMED.but(largest=5)), st.sampled_from(["at_once", "eventually"]))
def test_availability_is_the_sum_over_all_states(inventory, when):
    graph = DependencyGraph(inventory)
    chance = {id: 0.05 + 0.1 * at for at, id in enumerate(sorted(graph.components))}
    stated = Figures(figures=tuple(figure(f"id:{id}", 1 - down) for id, down in chance.items()))
    for journey in availability(graph, figures=stated, when=when).journeys:
        down = probability_by_states(chance, lambda lost, id=journey.id: untimed(inventory, lost, when=when)[id] == 2)
        assert journey.availability == pytest.approx(1 - down, abs=1e-12)
        for part in journey.importance:
            on, off = (
                probability_by_states(
                    {**chance, part.id: value}, lambda lost, id=journey.id: untimed(inventory, lost, when=when)[id] == 2
                )
                for value in (1.0, 0.0)
            )
            assert part.birnbaum == pytest.approx(on - off, abs=1e-9)
            assert part.fussell_vesely == pytest.approx((down - off) / down, abs=1e-9)
            assert part.raw == pytest.approx(on / down, rel=1e-9)
            assert (part.rrw is None) == (off == 0)
            if part.rrw is not None:
                assert part.rrw == pytest.approx(down / off, rel=1e-6)


def test_what_is_shared_counts_once():
    (journey,) = availability(system(), figures=Figures(figures=(figure("*:*", 0.9), figure("vendor:*", 0.9)))).journeys
    assert journey.availability == pytest.approx(0.9 * 0.9 * (1 - 0.1**2))


def test_intervals_go_in_and_come_out():
    stated = Figures(figures=(figure("region:*", 0.99, 0.9, 0.999),))
    (journey,) = availability(system(slo=0.95), figures=stated).journeys
    assert (journey.low, journey.availability, journey.high) == pytest.approx((0.9, 0.99, 0.999))
    assert journey.meets_slo is None
    assert journey.downtime == pytest.approx(0.01 * 365 * 86400)
    assert journey.allowed == pytest.approx(0.05 * 365 * 86400)
    whole = Figures(figures=(*stated.figures, figure("database:*", 1), figure("service:*", 1)))
    assert availability(system(slo=0.85), figures=whole).journeys[0].meets_slo is True
    assert availability(system(slo=0.85), figures=stated).journeys[0].meets_slo is None, "web has no figure"
    assert availability(system(slo=0.9999), figures=stated).journeys[0].meets_slo is False


def test_what_has_no_figure_is_named_and_never_fails():
    result = availability(system(), figures=Figures(figures=(figure("region:*", 0.99),)))
    assert result.journeys[0].without_figure == ("one", "two", "web")
    assert "3 parts without a figure, counted as never failing" in render(result, "text", View())


def test_an_assumed_figure_is_said_to_be_one():
    result = availability(system(), figures=Figures(figures=(figure("region:*", 0.99),), assume=0.999))
    assert result.journeys[0].assumed == 3
    assert {one.basis for one in result.figures} == {"given", "assumed"}
    for form in ("text", "markdown", "csv", "json"):
        assert "assumed" in render(result, form, View())


def test_published_service_levels_count_below_what_the_user_gives():
    place = {"provider": "aws", "region": "eu-west-1"}
    table = Component(id="aws:platform/eu-west-1/dynamodb", name="dynamodb", kind="platform", **place)
    host = Component(id="vendor:auth0", name="auth0", kind="vendor")
    entries = tuple(JourneyEntry(component=one.id) for one in (table, host))
    graph = DependencyGraph(
        Inventory(
            meta=Meta(assembled=True),
            components=(table, host),
            journeys=(Journey(id="journey:j", name="j", entries=entries),),
        )
    )
    figures = {one.id: one for one in availability(graph, figures=Figures(published=True, assume=0.5)).figures}
    assert (figures[table.id].availability, figures[table.id].basis) == (0.9999, "published")
    assert "slas.yaml aws dynamodb" in figures[table.id].source
    assert figures[host.id].basis == "published"
    given = availability(graph, figures=Figures(published=True, figures=(figure("platform:*", 0.9),)))
    assert {one.id: one.basis for one in given.figures} == {table.id: "given", host.id: "published"}
    assert "promise and do not measure" in render(given, "text", View())


def test_the_check_draws_the_same_each_time_and_agrees():
    stated = Figures(assume=0.9)
    first, second = (availability(system(), figures=stated, check=20_000, seed=7).journeys[0].check for _ in "ab")
    assert first == second
    assert first.agrees is True
    assert availability(system(), figures=stated, check=20_000, seed=8).journeys[0].check != first


def larger(count: int, seed: int) -> DependencyGraph:
    """A random system of many components, with cycles, groups and k of n."""
    chance = random.Random(seed)
    names = [f"c{number:03}" for number in range(count)]
    needs, groups = [], []
    for at, name in enumerate(names):
        below = names[at + 1 : at + 12] or names[:1]
        if chance.random() < 0.4:
            members = tuple(sorted(set(chance.choices(below, k=4)) - {name}))
            if len(members) > 1:
                groups.append(Redundancy(dependent=name, members=members, required=chance.randint(1, len(members) - 1)))
        elif chance.random() < 0.7:
            needs.append(Dependency(dependent=name, dependency=chance.choice(below)))
        if chance.random() < 0.05:
            needs.append(Dependency(dependent=chance.choice(below), dependency=name))
    return DependencyGraph(
        Inventory(
            meta=Meta(assembled=True),
            components=tuple(Component(id=n, name=n, kind="service", provider="own", region="here") for n in names),
            dependencies=tuple({(d.dependent, d.dependency): d for d in needs if d.dependent != d.dependency}.values()),
            redundancies=tuple(groups),
            journeys=(Journey(id="journey:j", name="j", entries=tuple(JourneyEntry(component=n) for n in names[:3])),),
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_larger_systems_lie_within_three_standard_deviations_of_drawing(seed):
    (journey,) = availability(larger(60, seed), figures=Figures(assume=0.97), check=20_000, seed=seed).journeys
    assert journey.check is not None
    assert 0.01 < 1 - journey.availability < 0.99
    assert abs(journey.check.availability - journey.availability) <= 3 * journey.check.sigma


def test_where_no_diagram_fits_the_answer_says_so(monkeypatch):
    monkeypatch.setattr(solving, "_by_diagram", lambda *_: None)
    monkeypatch.setattr(solving, "_MOST_ORDER", 1)
    graph = larger(60, 1)
    result = cuts(graph)
    assert result.journeys[0].complete_to == 1
    assert "complete up to order 1" in render(result, "text", View())
    answer = availability(graph, figures=Figures(assume=0.97), check=1_000)
    assert answer.journeys[0].availability is None
    assert answer.journeys[0].check.agrees is None
    assert "not computed" in render(answer, "text", View())


@settings(max_examples=60, deadline=None)
@given(inventories(UNTIMED.but(largest=5)), st.sampled_from(["at_once", "eventually"]), st.booleans())
def test_what_is_tried_is_what_diagrams_say_up_to_that_order(inventory, when, degrades):
    graph = DependencyGraph(inventory)
    whole = cuts(graph, when=when, degrades=degrades, limit=100_000)
    nodes = [graph.index[one.id] for one in whole.journeys]
    found, order = first_cuts(graph, nodes, losable(graph, ["component"]), when=when, degrades=degrades)
    assert order == 2
    for journey, node in zip(whole.journeys, nodes, strict=True):
        tried = {tuple(sorted(graph.ids[one] for one in lost)) for lost in found[node]}
        assert tried == {one.ids for one in journey.sets if len(one.ids) <= order}


def test_single_losses_are_known_where_no_diagram_fits():
    lines = [f"s{n} -> s{(n + 1) % 12} | s{(n * 5 + 3) % 12}" for n in range(12)]
    graph = DependencyGraph(parse("\n".join([*lines, "journey buy: s0 s5"])))
    exact, found = cuts(graph), cuts(graph, budget=1)
    assert found.journeys[0].complete_to == 2
    assert found.journeys[0].single == exact.journeys[0].single != ()
    assert list(found.journeys[0].counts) == [one for one in exact.journeys[0].counts if one.order <= 2]


def test_what_was_not_found_out_is_no_count():
    result = cuts(system())
    journey = result.journeys[0].model_copy(
        update={"counts": (), "single": (), "sets": (), "total": 0, "complete_to": 0}
    )
    text = render(result.model_copy(update={"journeys": (journey,)}), "text", View())
    assert "0 single" not in text
    assert "single losses not found out" in text


def test_counts_beyond_64_bits_can_be_written():
    result = cuts(system())
    journey = result.journeys[0].model_copy(update={"total": 2**80})
    assert (
        json.loads(render(result.model_copy(update={"journeys": (journey,)}), "json", View()))["journeys"][0]["total"]
        == 2**80
    )


@pytest.mark.parametrize(
    ("text", "share"), [("99.95%", 0.9995), (" 99.9 %", 0.999), ("0.9", 0.9), (1, 1.0), (0.5, 0.5)]
)
def test_shares_are_read_as_people_write_them(text, share):
    assert fraction(text) == share


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("figures:\n- {match: 'region:*', availability: 99.9}\n", "figures.yaml:2: .*99.9 is not from 0 to 1: write 99.95% or 0.9995"),
        ("figures:\n- {match: 'region:*', availability: often}\n", "figures.yaml:2: .*no availability"),
        ("figures:\n- {match: 'region:*'}\n", "figures.yaml:2: .*availability"),
        ("figures:\n- {match: 'region:*', availability: 90%, low: 95%}\n", "figures.yaml:2: .*no less"),
        ("figures:\n- {match: 'region:', availability: 90%}\n", "figures.yaml:2: "),
        ("figure: []\n", "figures.yaml:1: .*figure"),
    ],
)  # fmt: skip
def test_a_file_of_figures_that_is_wrong_is_one_line(tmp_path, content, what):
    path = tmp_path / "figures.yaml"
    path.write_text(content)
    with pytest.raises(UsageError, match=what):
        read_figures(path)


def test_figures_that_are_no_file_or_match_nothing(tmp_path):
    with pytest.raises(InputError, match=r"missing\.yaml"):
        read_figures(tmp_path / "missing.yaml")
    (tmp_path / "list.yaml").write_text("- 1\n")
    with pytest.raises(InputError, match="holds no figures"):
        read_figures(tmp_path / "list.yaml")
    with pytest.raises(UsageError, match="--assume: 'x' is no availability"):
        stated(None, "x")
    with pytest.raises(UsageError, match="figures: region:mars matches no component"):
        availability(system(), figures=Figures(figures=(figure("region:mars", 0.9),)))


def test_the_public_face_has_both():
    assert br.cuts(system()).journeys[0].total == 3
    assert br.availability(system(), figures=Figures(assume=1.0)).journeys[0].availability == 1.0


def test_what_is_left_without_a_part_keeps_its_digits():
    inventory = parse("journey buy: web\nweb -> a\na\nweb -> b | c\nb\nc")
    likely = {"web": 0.0, "a": 0.5, "b": 1e-9, "c": 1e-9}
    stated = Figures(figures=tuple(figure(f"id:{id}", 1 - down) for id, down in likely.items()))
    (journey,) = availability(DependencyGraph(inventory), figures=stated).journeys
    (first, *_) = journey.importance
    assert (first.id, first.rrw) == ("a", pytest.approx(0.5 / 1e-18, rel=1e-6))
