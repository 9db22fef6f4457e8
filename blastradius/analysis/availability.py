"""How available each journey is: exact from figures of its parts, what they share counted once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Literal

from pydantic import Field

from blastradius.analysis.cuts import chosen
from blastradius.analysis.figures import Figure, Figures, complement, figures_of
from blastradius.analysis.hidden import hidden
from blastradius.engine.diagrams.failing import When, failure
from blastradius.engine.diagrams.probability import certain, probability, sensitivities, told
from blastradius.engine.diagrams.simplify import simplified
from blastradius.engine.diagrams.solving import BUDGET, Solution, solve
from blastradius.engine.sampling import sampled
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import SCHEMA_VERSION, Coverage, Gap, Inventory, Value

YEAR = 365 * 24 * 3600
"""Seconds of a year, as downtime is told."""
SIGMAS = 3
"""How far a sampled share may lie from the exact one, in standard deviations."""

_LITTLE = 0.01
_ANEW = 50_000_000
"""Nodes of diagrams that are gone through once more at most, for what is left without a part."""


class Importance(Value):
    """What one component has to do with the downtime of a journey.

    With P the unavailability of the journey, P1 and P0 the same with the component certainly down and certainly up, p its own:
    M. van der Borst, H. Schoonakker, *An overview of PSA importance measures*, Reliability Engineering & System Safety 72,
    2001.
    """

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    birnbaum: float = Field(description="P1 - P0: the probability that it decides.")
    fussell_vesely: float = Field(description="(P - P0) / P: the share of the downtime that goes with it.")
    raw: float | None = Field(description="P1 / P, risk achievement worth: downtime times this were it always down.")
    rrw: float | None = Field(
        description="P / P0, risk reduction worth: downtime divided by this were it never down; none where nothing is left."
    )


class Check(Value):
    """The same by drawing failures and walking the rules, which knows nothing of diagrams."""

    trials: int = Field(description="Draws.")
    seed: int = Field(description="Where the drawing began.")
    down: int = Field(description="Draws in which the journey was down.")
    availability: float = Field(description="The share in which it was not.")
    sigma: float = Field(description="Standard deviation of that share, by the exact availability where there is one.")
    agrees: bool | None = Field(
        description="Whether it lies within three standard deviations of the exact availability; none without one."
    )


class JourneyAvailability(Value):
    """How available one journey is."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    tier: int | None = Field(default=None, description="1 is the most critical.")
    availability: float | None = Field(description="Share of time that it is not down; none where no diagram fits.")
    low: float | None = Field(default=None, description="With every part at its worst figure.")
    high: float | None = Field(default=None, description="With every part at its best figure.")
    downtime: float | None = Field(default=None, description="Seconds a year of 365 days that it is down.")
    slo: float | None = Field(default=None, description="Availability promised.")
    allowed: float | None = Field(default=None, description="Seconds a year that the promise leaves.")
    meets_slo: bool | None = Field(
        default=None,
        description="Whether it keeps the promise; none where the interval holds both, or parts without a figure or gaps "
        "may yet break it.",
    )
    importance: tuple[Importance, ...] = Field(default=(), description="Components by their share of the downtime.")
    without_figure: tuple[str, ...] = Field(
        default=(), description="Ids that can break it and have no figure: counted as never failing."
    )
    assumed: int = Field(default=0, description="How many parts have an assumed figure.")
    check: Check | None = Field(default=None, description="By drawing, where asked for.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What nobody could see of what it needs.")


class Availability(Value):
    """The answer: how available each journey is."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    when: When = Field(description="`at_once`: what has a tolerance holds; `eventually`: tolerances have run out.")
    journeys: tuple[JourneyAvailability, ...] = Field(default=(), description="By tier, then id.")
    figures: tuple[Figure, ...] = Field(default=(), description="The figures that were used, by id.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of the whole.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def availability(
    graph: DependencyGraph | Inventory,
    journeys: str | Sequence[str] = (),
    *,
    figures: Figures | None = None,
    when: When = "eventually",
    check: int = 0,
    seed: int = 0,
    budget: int = BUDGET,
    progress: Callable[[str], None] | None = None,
    scheduler: str | None = None,
) -> Availability:
    """The share of time that journeys are not down.

    Components fail independently of each other; whatever several need is one component and fails once. A component without a
    figure never fails here, and the answer names it.

    Args:
        graph: the system, with the overlay applied.
        journeys: a name or id, or several; all where none.
        figures: how available components are, their needs apart.
        when: which untimed rules. Outages of figures have no length: `eventually` (none is outlasted) is the worse end.
        check: draws of a Monte Carlo check; none where 0.
        seed: where the drawing begins.
        budget: nodes of a decision diagram at most.
        progress: called with a line of text now and then.
        scheduler: address of a Dask scheduler whose workers draw, such as `tcp://127.0.0.1:8786`; this process does where
            unset. The answer is the same.

    Raises:
        UsageError: when there is no such journey, a figure matches nothing, or there is nothing for workers to draw.
        InputError: when the scheduler or its workers cannot be reached, or are lost.
    """
    if scheduler is not None and not check:
        raise UsageError("--scheduler: workers draw, and nothing is drawn: give --check N")
    graph = graph_of(graph)
    known = figures_of(graph, figures or Figures())
    ids = chosen(graph, journeys)
    work = _Work(graph, known, when, budget)
    down = _drawn(graph, ids, known, check, seed, when, progress, scheduler) if check else {}
    unseen = hidden(graph)
    found = []
    for id in ids:
        one = work.journey(id).model_copy(update={"gaps": unseen[id]})
        if one.meets_slo and (one.without_figure or one.gaps):
            one = one.model_copy(update={"meets_slo": None})
        if check:
            one = one.model_copy(update={"check": _check(one, down[graph.index[id]], check, seed)})
        found.append(one)
    return Availability(
        when=when,
        journeys=tuple(found),
        figures=tuple(known[id] for id in sorted(known)),
        gaps=graph.inventory.gaps,
        coverage=graph.inventory.coverage,
    )


def _drawn(
    graph: DependencyGraph,
    ids: Sequence[str],
    known: Mapping[str, Figure],
    trials: int,
    seed: int,
    when: When,
    progress: Callable[[str], None] | None,
    scheduler: str | None,
) -> dict[int, int]:
    """In how many draws each journey is down."""
    chance = {graph.index[id]: figure.unavailability for id, figure in known.items()}
    nodes = [graph.index[id] for id in ids]
    with ExitStack() as stack:
        cluster = None
        if scheduler is not None:
            from blastradius.engine.cluster import connected

            cluster = stack.enter_context(connected(scheduler))
        return sampled(graph.circuit, nodes, chance, trials, seed, when, progress=progress, cluster=cluster)


class _Work:
    def __init__(self, graph: DependencyGraph, known: Mapping[str, Figure], when: When, budget: int) -> None:
        self.graph, self.known, self.when, self.budget = graph, known, when, budget
        self.free = [graph.index[id] for id in sorted(graph.components)]

    def journey(self, id: str) -> JourneyAvailability:
        """Everything but the check and the gaps."""
        journey = self.graph.journeys[id]
        formula = simplified(failure(self.graph.circuit, self.graph.index[id], self.free, when=self.when))
        needed = set(formula.labels.values())
        base = JourneyAvailability(
            id=id,
            name=journey.name,
            tier=journey.tier,
            availability=None,
            slo=journey.slo,
            allowed=None if journey.slo is None else complement(journey.slo) * YEAR,
            without_figure=tuple(sorted(needed - self.known.keys())),
            assumed=sum(self.known[one].basis == "assumed" for one in needed & self.known.keys()),
        )
        # what has no figure never fails: it need not be in the formula, which may well fit then
        figured = [self.graph.index[one] for one in sorted(self.known)]
        solution = solve(failure(self.graph.circuit, self.graph.index[id], figured, when=self.when), self.budget)
        return base.model_copy(update=self._exact(solution, journey.slo)) if solution.exact else base

    def _chances(self, solution: Solution, end: Literal["availability", "low", "high"]) -> dict[int, float]:
        labels = solution.formula.labels
        return {variable: complement(getattr(self.known[label], end)) for variable, label in labels.items()}

    def _exact(self, solution: Solution, slo: float | None) -> dict[str, object]:
        chance = self._chances(solution, "availability")
        down, slope = sensitivities(solution, chance)
        down, slope = told(down), {variable: told(one) for variable, one in slope.items()}
        worst = told(probability(solution, self._chances(solution, "low")))
        best = told(probability(solution, self._chances(solution, "high")))
        meets = None
        if slo is not None and not 1.0 - worst < slo <= 1.0 - best:
            meets = 1.0 - worst >= slo
        return {
            "availability": complement(down),
            "low": complement(worst),
            "high": complement(best),
            "downtime": down * YEAR,
            "meets_slo": meets,
            "importance": self._importance(solution, chance, down, slope),
        }

    def _importance(
        self, solution: Solution, chance: Mapping[int, float], down: float, slope: Mapping[int, float]
    ) -> tuple[Importance, ...]:
        if down <= 0:
            return ()
        labels = solution.formula.labels
        spared = {variable: max(down - chance[variable] * slope[variable], 0.0) for variable in labels}
        # where little is left a difference has few true digits: that is computed anew
        little = [variable for variable, left in spared.items() if left < down * _LITTLE]
        if len(little) * sum(len(one.diagram.level) for one in solution.modules if one.diagram) <= _ANEW:
            spared |= {variable: told(left) for variable, left in certain(solution, chance, little, 0.0).items()}
        found = []
        for variable, label in labels.items():
            own, birnbaum, without = chance[variable], slope[variable], spared[variable]
            found.append(
                Importance(
                    id=label,
                    name=self.graph.name(label),
                    birnbaum=birnbaum,
                    fussell_vesely=own * birnbaum / down,
                    raw=(down + (1.0 - own) * birnbaum) / down,
                    rrw=down / without if without > 0 else None,
                )
            )
        return tuple(sorted(found, key=lambda one: (-one.fussell_vesely, one.id)))


def _check(journey: JourneyAvailability, down: int, trials: int, seed: int) -> Check:
    exact = journey.availability
    share = 1.0 - down / trials
    likely = share if exact is None else exact
    sigma = math.sqrt(likely * (1.0 - likely) / trials)
    # a rare failure may not be drawn at all: one draw more or less is never a contradiction
    agrees = None if exact is None else abs(share - exact) <= SIGMAS * sigma + 1.0 / trials
    return Check(trials=trials, seed=seed, down=down, availability=share, sigma=sigma, agrees=agrees)
