"""Minimal cut sets: what has to be lost together for a journey to break, and how many such sets there are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Literal, get_args

from pydantic import Field

from blastradius.analysis.figures import Figures, figures_of
from blastradius.analysis.firstcuts import Sets, first_cuts
from blastradius.analysis.hidden import hidden
from blastradius.complaints import near
from blastradius.engine.diagrams.counting import by_order, cheapest
from blastradius.engine.diagrams.failing import When, failure
from blastradius.engine.diagrams.solving import BUDGET, Solution, solve
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import SCHEMA_VERSION, Coverage, Gap, Inventory, Value

By = Literal["region", "zone", "provider", "vendor", "platform", "account", "service", "component"]
BYS: tuple[By, ...] = get_args(By)
Sort = Literal["order", "probability"]
LIMIT = 20
_SORTED_WHOLE = 10_000
"""An order with no more sets than this is sorted by ids before it is cut short."""

_PARTS = 1 << 40
"""Parts of one in which the logarithm of a probability is counted."""


class OrderCount(Value):
    """How many minimal cut sets have so many elements."""

    order: int = Field(description="Elements.")
    count: int = Field(description="Sets; an exact whole number, however large.")


class CutSet(Value):
    """Losses that together are enough, and of which none can be spared."""

    ids: tuple[str, ...] = Field(description="Ids of what is lost, sorted.")
    names: tuple[str, ...] = Field(description="What people call them.")
    probability: float | None = Field(default=None, description="That all fail, where each has a figure.")


class JourneyCuts(Value):
    """The minimal cut sets of one journey, or of one top event of a fault tree."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    tier: int | None = Field(default=None, description="1 is the most critical.")
    counts: tuple[OrderCount, ...] = Field(default=(), description="Number of sets by order, the smallest first.")
    total: int = Field(default=0, description="Number of sets of all these orders.")
    complete_to: int | None = Field(
        default=None, description="Sets of more elements are not known; none where all are known."
    )
    single: tuple[str, ...] = Field(default=(), description="Ids of the single points of failure: sets of one.")
    sets: tuple[CutSet, ...] = Field(default=(), description="The first sets.")
    probability: float | None = Field(default=None, description="Of the top event, where a fault tree has figures.")
    gaps: tuple[Gap, ...] = Field(
        default=(), description="What nobody could see of what it needs: behind each there may be sets not listed."
    )


class Cuts(Value):
    """The answer: minimal cut sets by journey."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    by: tuple[str, ...] = Field(description="Kinds of what is lost; `component` is everything.")
    when: When = Field(description="`at_once`: what has a tolerance holds; `eventually`: tolerances have run out.")
    effect: Literal["breaks", "degrades"] = Field(description="What the sets do; `degrades` includes what breaks.")
    sort: Sort = Field(default="order", description="What the first sets are the first by.")
    journeys: tuple[JourneyCuts, ...] = Field(default=(), description="By tier, then id.")
    without_figure: tuple[str, ...] = Field(
        default=(), description="By probability only: ids without a figure; sets with one of them are not listed."
    )
    assumed: bool = Field(default=False, description="Whether a probability rests on an assumed figure.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of the whole.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def cuts(
    graph: DependencyGraph | Inventory,
    journeys: str | Sequence[str] = (),
    *,
    by: str | Sequence[str] = ("component",),
    when: When = "eventually",
    degrades: bool = False,
    max_order: int | None = None,
    limit: int = LIMIT,
    sort: Sort = "order",
    figures: Figures | None = None,
    budget: int = BUDGET,
) -> Cuts:
    """The minimal sets of losses that break journeys.

    Exact, with cycles and founded failovers, by decision diagrams; where one outgrows the budget, all sets up to the order
    that the answer states, which is at least that of single losses.

    Args:
        graph: the system, with the overlay applied.
        journeys: a name or id, or several; all where none.
        by: kinds of what is lost; `component` is everything that there is.
        when: which untimed rules: `at_once` or `eventually`.
        degrades: whether to ask for what degrades or breaks, not for what breaks.
        max_order: elements of a listed set at most.
        limit: sets to list per journey.
        sort: list by order or by probability.
        figures: how available things are, for probabilities.
        budget: nodes of a decision diagram at most.

    Raises:
        UsageError: when there is no such journey or kind.
    """
    graph = graph_of(graph)
    by = (by,) if isinstance(by, str) else by
    free = losable(graph, by)
    known = figures_of(graph, figures or Figures()) if sort == "probability" else {}
    chance = {id: figure.unavailability for id, figure in known.items()} if sort == "probability" else None
    unseen = hidden(graph)
    plane: Literal["down", "impaired"] = "impaired" if degrades else "down"
    names = {one: graph.name(one) for one in graph.ids}
    found = []
    ids = chosen(graph, journeys)
    tried: tuple[dict[int, Sets], int] | None = None
    for id in ids:
        solution = solve(failure(graph.circuit, graph.index[id], free, plane=plane, when=when), budget)
        listing = Listing(solution, names, chance)
        journey = graph.journeys[id]
        if solution.complete_to == 0:
            nodes = [graph.index[one] for one in ids]
            tried = tried or first_cuts(graph, nodes, free, when=when, degrades=degrades)
            sets = [tuple(sorted(graph.ids[one] for one in lost)) for lost in tried[0][graph.index[id]]]
            one = listing.few(sets, tried[1], limit, max_order)
        else:
            one = listing.answer(limit, max_order)
        found.append(one.model_copy(update={"id": id, "name": journey.name, "tier": journey.tier, "gaps": unseen[id]}))
    lost = {graph.ids[number] for number in free}
    return Cuts(
        by=tuple(dict.fromkeys(by)),
        when=when,
        effect="degrades" if degrades else "breaks",
        sort=sort,
        journeys=tuple(found),
        without_figure=tuple(sorted(lost - known.keys())) if sort == "probability" else (),
        assumed=any(figure.basis == "assumed" for figure in known.values()),
        gaps=graph.inventory.gaps,
        coverage=graph.inventory.coverage,
    )


def chosen(graph: DependencyGraph, journeys: str | Sequence[str]) -> list[str]:
    """Ids of journeys by name or id, all where none is named, by tier and id.

    Raises:
        UsageError: when there is no such journey.
    """
    names = {journey.name: id for id, journey in graph.journeys.items()}
    found = set[str]()
    for text in (journeys,) if isinstance(journeys, str) else journeys:
        id = text if text in graph.journeys else names.get(text) or f"journey:{text}"
        if id not in graph.journeys:
            raise UsageError(f"no journey {text!r}{near(text, names)}")
        found.add(id)
    return sorted(found or graph.journeys, key=lambda id: (graph.journeys[id].tier or math.inf, id))


def losable(graph: DependencyGraph, by: Sequence[str]) -> list[int]:
    """Numbers of the components of some kinds.

    Raises:
        UsageError: when there is no such kind.
    """
    for kind in by:
        if kind not in BYS:
            raise UsageError(f"--by: no kind {kind!r}: choose one of {', '.join(BYS)}")
    everything = "component" in by
    return sorted(graph.index[id] for id, one in graph.components.items() if everything or one.kind in by)


class Listing:
    """The sets of a solved formula in words.

    Args:
        solution: the solved formula.
        names: what people call each variable, by label.
        chance: probabilities by label, to list by; by order where none.
    """

    def __init__(self, solution: Solution, names: Mapping[str, str], chance: Mapping[str, float] | None = None) -> None:
        self.solution, self.names, self.chance = solution, names, chance

    def answer(self, limit: int, max_order: int | None) -> JourneyCuts:
        """Counts, single points of failure and the first sets."""
        counts = by_order(self.solution)
        ordered = sorted(counts.items())
        complete = self.solution.complete_to
        single = sorted(self._labels(one)[0] for one in cheapest(self.solution, lambda _: 1, 1) if one)
        rows = self._likely(max_order) if self.chance is not None else self._short(counts, limit, max_order)
        return JourneyCuts(
            id="",
            name="",
            counts=tuple(OrderCount(order=order, count=count) for order, count in ordered),
            total=sum(counts.values()),
            complete_to=complete,
            single=tuple(single),
            sets=tuple(islice(rows, limit)),
        )

    def few(self, sets: Sequence[tuple[str, ...]], complete_to: int, limit: int, max_order: int | None) -> JourneyCuts:
        """The same of sets that were found by trying all up to an order.

        Args:
            sets: ids of each, none of which holds another.
            complete_to: order up to which all were tried.
            limit: most sets that are listed.
            max_order: largest sets that are listed; any where unset.
        """
        counts = Counter(map(len, sets))
        listed = [self._set(ids) for ids in sets if max_order is None or len(ids) <= max_order]
        if self.chance is not None:
            listed = [one for one in listed if one.probability]
        listed.sort(key=lambda one: (-(one.probability or 0), len(one.ids), one.ids))
        return JourneyCuts(
            id="",
            name="",
            counts=tuple(OrderCount(order=order, count=counts[order]) for order in sorted(counts)),
            total=len(sets),
            complete_to=complete_to,
            single=tuple(sorted(ids[0] for ids in sets if len(ids) == 1)),
            sets=tuple(listed[:limit]),
        )

    def _labels(self, variables: Collection[int]) -> tuple[str, ...]:
        return tuple(sorted(self.solution.formula.labels[one] for one in variables))

    def _set(self, ids: tuple[str, ...]) -> CutSet:
        chance = None
        if self.chance is not None:
            chance = math.prod(self.chance.get(id, 0.0) for id in ids)
        return CutSet(ids=ids, names=tuple(self.names[id] for id in ids), probability=chance)

    def _likely(self, max_order: int | None) -> Iterator[CutSet]:
        chance, labels = self.chance or {}, self.solution.formula.labels

        def cost(variable: int) -> float:
            likely = chance.get(labels[variable], 0.0)
            # in whole parts, whose sum does not depend on the order in which a diagram has them
            return round(-math.log(likely) * _PARTS) if likely > 0 else math.inf

        rows = (self._set(self._labels(one)) for one in cheapest(self.solution, cost, max_order))
        for _, alike in groupby(rows, lambda one: sum(round(-math.log(chance[id]) * _PARTS) for id in one.ids)):
            first = list(islice(alike, _SORTED_WHOLE))
            yield from sorted(first, key=lambda one: (len(one.ids), one.ids))
            yield from alike  # noqa: B031 - those beyond the first

    def _short(self, counts: Mapping[int, int], limit: int, max_order: int | None) -> Iterator[CutSet]:
        """By order, then by ids where an order is small enough to be sorted as a whole."""
        rows = cheapest(self.solution, lambda _: 1, max_order)
        left = limit
        for order in sorted(counts):
            if left <= 0 or (max_order is not None and order > max_order):
                return
            whole = counts[order] <= _SORTED_WHOLE
            taken = [self._labels(one) for one in islice(rows, counts[order] if whole else left)]
            yield from (self._set(ids) for ids in sorted(taken)[:left])
            left -= len(taken)
