"""Which journeys break with the loss of each region, vendor and so on, as far as reports show it."""

from __future__ import annotations

from pydantic import Field

from blastradius.graph import DependencyGraph
from blastradius.model import Value
from blastradius.simulate import scenario
from blastradius.simulate.run import Run, judged


class HeatLoss(Value):
    """What the loss of one thing does."""

    id: str = Field(description="Id of what is lost.")
    name: str = Field(description="Its name.")
    breaks: tuple[str, ...] = Field(default=(), description="Ids of the journeys that break.")
    degrades: tuple[str, ...] = Field(default=(), description="Ids of those that are degraded.")
    unknown: tuple[str, ...] = Field(default=(), description="Ids of those of which nobody can say.")


class Heat(Value):
    """Every loss of one sort."""

    by: str = Field(description="Kind of what is lost.")
    losses: tuple[HeatLoss, ...] = Field(default=(), description="By id.")


def heat(graph: DependencyGraph, by: str) -> Heat:
    """Lose everything of a kind, one after the other.

    Args:
        graph: the system.
        by: the kind.
    """
    found = [one for id, one in sorted(graph.components.items()) if one.kind == by]
    return Heat(by=by, losses=tuple(_loss(graph, one.id, one.name) for one in found))


def _loss(graph: DependencyGraph, id: str, name: str) -> HeatLoss:
    run = Run(graph, scenario([f"id:{id}"]))
    ended: dict[str, list[str]] = {"breaks": [], "degrades": [], "unknown": [], "survives": []}
    for journey in sorted(graph.journeys.values(), key=lambda j: j.id):
        seen, at_worst, _ = judged(run, journey)
        ended["unknown" if at_worst == "breaks" != seen else seen].append(journey.id)
    return HeatLoss(
        id=id,
        name=name,
        breaks=tuple(ended["breaks"]),
        degrades=tuple(ended["degrades"]),
        unknown=tuple(ended["unknown"]),
    )
