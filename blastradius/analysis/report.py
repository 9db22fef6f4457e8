"""Everything that one report shows: a loss, every loss of a sort, the picture, and what was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from blastradius.analysis.cuts import Cuts, cuts
from blastradius.analysis.fixes import Fixes, fixes
from blastradius.analysis.picture import Picture, picture
from blastradius.analysis.sweep import Sweep, check_by, sweep
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph, graph_of
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

_USUAL = ("region", "vendor")
_ROOTS = 3
"""Folders that give a system its name, where nobody named it."""
_SINGLES = 200
"""Single points of failure that a report holds at most."""
_MOST_COMPONENTS, _MOST_JOURNEYS = 3_000, 60
"""How large a system may be for its single points of failure, cut sets and fixes to be looked for on the way: above that
`sweep --by component`, `cuts` and `fixes` are asked by themselves, and the report says so."""
_CUT_ORDER = 3
_CUT_SETS = 60
_CUT_NODES = 30_000
"""Nodes of the decision diagrams of all journeys: a page is not worth a long wait, and says where it knows less."""


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
    sweeps: tuple[Sweep, ...] = Field(default=(), description="What every loss of a sort does, a sort after the other.")
    singles: Sweep | None = Field(
        default=None, description="What single components break; only those that break a journey, the worst first."
    )
    cuts: Cuts | None = Field(
        default=None,
        description="What breaks a journey together, up to three at a time; none for a system too large for a page.",
    )
    fixes: Fixes | None = Field(
        default=None,
        description="The smallest sets of changes by which journeys survive the chosen loss; none where none was chosen, "
        "or for a system too large for a page.",
    )
    picture: Picture = Field(default_factory=Picture, description="What is drawn.")
    gaps: tuple[Gap, ...] = Field(default=(), description="Everything that was not seen.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")
    inventory: Inventory = Field(
        default_factory=Inventory, exclude=True, description="The system itself; `scan` writes it."
    )


def report(
    graph: DependencyGraph | Inventory,
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
        UsageError: when a selector is malformed or matches nothing, or there is no such kind.
    """
    graph = graph_of(graph)
    by = (by,) if isinstance(by, str) else by
    for kind in by:
        try:
            check_by(kind)
        except UsageError as error:
            raise UsageError(str(error).replace("--by:", "--sweep:", 1)) from None
    answer = simulate(graph, scenario, typed=typed, today=today, policy=policy) if scenario is not None else None
    inventory = graph.inventory
    journeys = sorted(graph.journeys.values(), key=lambda j: (j.tier is None, j.tier or 0, j.id))
    small = 0 < len(journeys) <= _MOST_JOURNEYS and len(graph.components) <= _MOST_COMPONENTS
    return Report(
        title=inventory.meta.title or title or ", ".join(inventory.meta.roots[:_ROOTS]) or "System",
        source=inventory.meta.source,
        journeys=tuple(ReportJourney(id=j.id, name=j.name, tier=j.tier, inferred=j.inferred) for j in journeys),
        answer=answer,
        sweeps=tuple(sweep(graph, kind) for kind in dict.fromkeys(by or _USUAL)) if journeys else (),
        singles=_singles(graph) if small else None,
        cuts=cuts(graph, max_order=_CUT_ORDER, limit=_CUT_SETS, budget=_CUT_NODES // len(journeys)) if small else None,
        fixes=fixes(graph, scenario=scenario, typed=typed) if small and scenario is not None else None,
        picture=picture(graph, answer),
        gaps=inventory.gaps,
        coverage=inventory.coverage,
        inventory=inventory,
    )


def _singles(graph: DependencyGraph) -> Sweep:
    """The single losses that break a journey, whatever they are of."""
    found = sweep(graph, "component", top=_SINGLES)
    losses = tuple(loss for loss in found.losses if loss.breaks)
    # the worst come first: where one of those found breaks nothing, none that was left out does
    return found.model_copy(update={"losses": losses, "omitted": found.omitted if len(losses) == _SINGLES else 0})
