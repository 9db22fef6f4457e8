"""Everything that one report shows: a loss, every loss of a sort, the picture, and what was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from blastradius.analysis.heat import Heat, heat
from blastradius.analysis.picture import Picture, picture
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import (
    SCHEMA_VERSION,
    BlastRadius,
    Coverage,
    Gap,
    Inventory,
    Policy,
    Scenario,
    Value,
)
from blastradius.simulate import simulate

DOMAINS = ("region", "zone", "provider", "vendor", "platform", "account", "service")
_USUAL = ("region", "vendor")


class ReportJourney(Value):
    """A journey, whatever is lost."""

    id: str = Field(description="Id.")
    name: str = Field(description="What people call it.")
    tier: int | None = Field(default=None, description="1 is the most critical.")
    inferred: bool = Field(default=False, description="Nobody declared it.")


class Report(Value):
    """One page about a system, for whatever format shows it."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    title: str = Field(description="What the system is called.")
    source: str | None = Field(default=None, description="Where its facts come from, for a hand-written one.")
    journeys: tuple[ReportJourney, ...] = Field(default=(), description="By tier, then id.")
    answer: BlastRadius | None = Field(default=None, description="What the chosen loss does; none where none is.")
    sweeps: tuple[Heat, ...] = Field(default=(), description="What every loss of a sort does, a sort after the other.")
    picture: Picture = Field(default_factory=Picture, description="What is drawn.")
    gaps: tuple[Gap, ...] = Field(default=(), description="Everything that was not seen.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")
    inventory: Inventory = Field(
        default_factory=Inventory, exclude=True, description="The system itself; `scan` writes it."
    )


def report(
    graph: DependencyGraph,
    scenario: Scenario | None = None,
    *,
    by: Sequence[str] = (),
    title: str | None = None,
    typed: bool = True,
    today: date | None = None,
    policy: Policy | None = None,
) -> Report:
    """Gather all that a report shows of a system.

    Args:
        graph: the system.
        scenario: a loss to look at closely; none for the system as it stands.
        by: kinds of which everything is lost one after the other; regions and vendors where none is named.
        title: what to call the system; what its inventory says where unset.
        typed: whether a person typed the selectors of the scenario just now.
        today: day on which rehearsals are judged old; none judges only their absence.
        policy: how old a rehearsal may be.

    Raises:
        UsageError: when a selector is malformed or matches nothing, or a sort of loss is not known.
    """
    for kind in by:
        if kind not in DOMAINS:
            raise UsageError(f"--sweep: no sort of loss {kind!r}: choose one of {', '.join(DOMAINS)}")
    answer = simulate(graph, scenario, typed=typed, today=today, policy=policy) if scenario is not None else None
    inventory = graph.inventory
    journeys = sorted(graph.journeys.values(), key=lambda j: (j.tier is None, j.tier or 0, j.id))
    return Report(
        title=inventory.meta.title or title or "System",
        source=inventory.meta.source,
        journeys=tuple(ReportJourney(id=j.id, name=j.name, tier=j.tier, inferred=j.inferred) for j in journeys),
        answer=answer,
        sweeps=tuple(heat(graph, kind) for kind in dict.fromkeys(by or _USUAL)) if journeys else (),
        picture=picture(graph, answer),
        gaps=inventory.gaps,
        coverage=inventory.coverage,
        inventory=inventory,
    )
