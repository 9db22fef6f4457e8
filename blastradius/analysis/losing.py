"""Whether journeys outlive each region they are served from: what looks multi-region, held against the simulator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import Field

from blastradius.analysis.pinned import Pinned
from blastradius.analysis.reading import Reading
from blastradius.engine.solve import MANY
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Inventory, Redundancy, Value, Verdict
from blastradius.model.records import outlines
from blastradius.simulate import scenario
from blastradius.simulate.judging import judged
from blastradius.simulate.run import Run

#: From the best end of a journey to the worst.
_WORST_LAST: tuple[Verdict, ...] = ("survives", "degrades", "unknown", "breaks")


class Loss(Value):
    """What becomes of the journeys when one region is lost for ever that serves, or that some of them need."""

    region: str = Field(description="The region that is lost.")
    verdict: Verdict = Field(description="The worst end of a journey; `unknown` where there is no journey.")
    journeys: int = Field(description="How many journeys were judged.")
    breaks: tuple[str, ...] = Field(default=(), description="Ids of the journeys that break.")
    unknown: tuple[str, ...] = Field(
        default=(), description="Ids of those that break if what was not seen is in the way."
    )
    degrades: tuple[str, ...] = Field(default=(), description="Ids of those that are degraded.")
    alone: tuple[str, ...] = Field(
        default=(),
        description="Of those that break, entry points in the lost region that nobody declared as journeys: they are "
        "gone with it, and nothing seen sends their users elsewhere.",
    )
    by_hand: tuple[str, ...] = Field(
        default=(), description="Ids of those that outlive it only if people move them, whether or not that is timed."
    )
    reading: tuple[str, ...] = Field(
        default=(),
        description="Ids of those that outlive it and are left with a copy to read of what they need, and nothing seen "
        "makes it take writes.",
    )


class End(NamedTuple):
    """How a journey ends, without the proof."""

    verdict: Verdict
    by_hand: bool


class Losing:
    """The journeys of a system under the loss of one region after the other, each walked once.

    Args:
        inventory: assembled facts, with the overlay applied.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._graph = DependencyGraph(inventory)
        moved = tuple(_moved(group) for group in inventory.redundancies)
        untimed = moved != inventory.redundancies
        self._moved = DependencyGraph(inventory.model_copy(update={"redundancies": moved})) if untimed else None
        self._reading = Reading(inventory)
        self._ends: dict[str, dict[str, End]] = {}
        self._outliving: dict[str, set[str]] = {}

    def journeys(self, among: Iterable[Component]) -> list[str]:
        """Ids of the journeys that rest on some components and on no others.

        Args:
            among: the components of one environment, or all.
        """
        kept = {one.id for one in among}
        inventory = self._graph.inventory
        wanted: dict[str, set[str]] = {one.id: {entry.component for entry in one.entries} for one in inventory.journeys}
        for dependency in outlines(inventory):
            if dependency.dependent in wanted:
                wanted[dependency.dependent].add(dependency.dependency)
        for group in inventory.redundancies:
            if group.dependent in wanted:
                wanted[group.dependent].update(group.members)
        return [id for id in sorted(wanted) if wanted[id] <= kept]

    def losses(
        self, regions: Iterable[str], journeys: Sequence[str], *, beside: Iterable[str] = ()
    ) -> tuple[Loss, ...]:
        """What becomes of some journeys when each of some regions is lost.

        Args:
            regions: names of regions that serve.
            journeys: ids of journeys.
            beside: names of regions that hold something and do not serve: told of where losing one breaks a journey.
        """
        serving = set(regions)
        asked = sorted({*serving, *beside})
        self._walk([region for region in asked if region not in self._ends and _parts(self._graph, region)])
        found = (self._loss(region, journeys) for region in asked)
        return tuple(loss for loss in found if loss.region in serving or loss.breaks)

    def _loss(self, region: str, journeys: Sequence[str]) -> Loss:
        if not _parts(self._graph, region):
            # calls were seen there, and nothing is placed there: the simulator can take nothing away
            return Loss(region=region, verdict="unknown", journeys=len(journeys), unknown=tuple(journeys))
        ends = self._ends[region]
        ended: dict[str, tuple[str, ...]] = {
            verdict: tuple(id for id in journeys if ends[id].verdict == verdict) for verdict in _WORST_LAST
        }
        outliving = self._outliving[region]
        left = [id for id in journeys if ends[id].verdict in ("survives", "degrades") and not ends[id].by_hand]
        return Loss(
            region=region,
            verdict=max((ends[id].verdict for id in journeys), key=_WORST_LAST.index, default="unknown"),
            journeys=len(journeys),
            breaks=ended["breaks"],
            unknown=ended["unknown"],
            degrades=ended["degrades"],
            alone=tuple(id for id in ended["breaks"] if id not in outliving and self._stands_in(id, region)),
            by_hand=tuple(id for id in journeys if ends[id].by_hand or id in outliving),
            reading=tuple(id for id in left if self._reading.without(region, id)),
        )

    def _walk(self, regions: Sequence[str]) -> None:
        """Find how each journey ends without each of some regions."""
        self._ends.update(zip(regions, _ends(self._graph, regions), strict=True))
        broken = {one: [id for id, end in self._ends[one].items() if end.verdict == "breaks"] for one in regions}
        again = [one for one in regions if broken[one]] if self._moved is not None else []
        moved = dict(zip(again, _ends(self._moved, again), strict=True)) if self._moved is not None else {}
        for one in regions:
            ends = moved.get(one, self._ends[one])
            self._outliving[one] = {id for id in broken[one] if ends[id].verdict != "breaks"}

    def _stands_in(self, journey: str, region: str) -> bool:
        """Whether a journey is nothing but an entry point in a region."""
        found = self._graph.journeys[journey]
        places = {self._graph.components[entry.component].region for entry in found.entries}
        return found.inferred and places == {region}


def _ends(graph: DependencyGraph, regions: Sequence[str]) -> list[dict[str, End]]:
    """How each journey ends without each region."""
    if len(graph.circuit.rules) >= MANY and regions:
        return _ends_of_many(graph, regions)
    return [_walked(graph, region) for region in regions]


def _walked(graph: DependencyGraph, region: str) -> dict[str, End]:
    run = Run(graph, scenario([f"id:{id}" for id in _parts(graph, region)]), typed=False)
    found = {}
    for journey in graph.inventory.journeys:
        seen, at_worst, by_hand = judged(run, journey)
        found[journey.id] = End("unknown" if at_worst == "breaks" and seen != "breaks" else seen, by_hand)
    return found


def _ends_of_many(graph: DependencyGraph, regions: Sequence[str]) -> list[dict[str, End]]:
    """The same from sweeps, which judge all losses at once: one of the system, one of it without hands."""
    from blastradius.analysis.sweep.judging import Judge

    losses = [tuple(sorted(graph.index[id] for id in _parts(graph, region))) for region in regions]
    ends = Judge(graph, len(losses)).judge(losses).ends
    without = ends
    if any(group.manual and group.fails_over for group in graph.circuit.groups):
        still = tuple(map(_unmoved, graph.inventory.redundancies))
        handless = DependencyGraph(graph.inventory.model_copy(update={"redundancies": still}))
        without = Judge(handless, len(losses)).judge(losses).ends
    found = []
    for place, of in enumerate(ends):
        told = {}
        for journey in graph.journeys:
            node = graph.index[journey]
            end: Verdict = of.get(node, "survives")
            told[journey] = End(end, end != "breaks" and without[place].get(node) == "breaks")
        found.append(told)
    return found


def _parts(graph: DependencyGraph, region: str) -> list[str]:
    """The region itself, by which all in it falls; else, where nobody put it into the graph, what is in it."""
    places = [one.id for one in graph.of_kind(("region",)) if one.name == region]
    return places or [one.id for one in graph.components.values() if one.region == region]


def _unmoved(group: Redundancy) -> Redundancy:
    """A group whose failover by hand does not happen."""
    if group.failover is None or group.failover.mode != "manual":
        return group
    return group.model_copy(update={"failover": group.failover.model_copy(update={"takes": None})})


def _moved(group: Redundancy) -> Redundancy:
    """A group whose failover by hand happens, though nobody says how long it takes."""
    if group.failover is None or group.failover.mode != "manual" or group.failover.takes is not None:
        return group
    return group.model_copy(update={"failover": group.failover.model_copy(update={"takes": 0})})


def holds(verdict: str, losses: Sequence[Loss]) -> bool | None:
    """Whether every journey outlives the loss of any one region that serves or that one needs; None where nobody can say.

    Args:
        verdict: where the system runs: only of what is multi-region can it hold.
        losses: what becomes of its journeys without each of its regions.
    """
    if any(loss.breaks for loss in losses):
        return False
    if verdict != "multi-region" or not losses or any(loss.verdict == "unknown" or loss.reading for loss in losses):
        return None
    return True


def summary(verdict: str, losses: Sequence[Loss], trapped: Sequence[Pinned]) -> str:
    """The answer in one glance: where a system runs, and what that is worth when one of its regions is lost.

    Args:
        verdict: where it runs.
        losses: what becomes of its journeys without each of its regions.
        trapped: what is pinned to one region.
    """
    if verdict != "multi-region":
        return verdict
    hurt = {loss.region: loss for loss in losses if set(loss.breaks) - set(loss.alone) - set(loss.by_hand)}
    judged = any(loss.journeys for loss in losses)
    pins = sorted({pin.region for pin in trapped if pin.region in hurt or not judged})
    if pins:
        return f"multi-region in shape, pinned to {' and '.join(pins)}"
    if hurt:
        return f"multi-region in shape: losing {' or '.join(sorted(hurt))} breaks journeys"
    if any(loss.by_hand for loss in losses):
        return "multi-region, moved by hand"
    if any(loss.alone for loss in losses):
        return "multi-region in shape: nothing seen sends the users of a lost region to another"
    if not judged:
        return "multi-region in shape: no journey tells whether it outlives a region"
    stopped = sorted(loss.region for loss in losses if loss.reading)
    if stopped:
        return f"multi-region to read: without {' or '.join(stopped)} nothing seen takes writes"
    if any(loss.unknown for loss in losses):
        return "multi-region in shape: whether it outlives a region is not known"
    return "multi-region: every journey outlives the loss of any one of its regions"
