"""Concentration: how many journeys rest on one region, provider, vendor or platform service, directly and through others.

The measures are those of Kashaf, Sekar and Agarwal, "Analyzing Third Party Service Dependencies in Modern Web Services:
Have We Learned from the Mirai-Dyn Incident?", IMC 2020 (doi:10.1145/3419394.3423664), with journeys in the place of
websites: *concentration* is the share that uses a provider, *impact* the share that critically depends on it, each
directly and with what other parties bring along (a vendor's vendor), and *amplification* what the latter is times the
former. Use is reachability; critical dependence is what the semantics of failure say: without it the journey is down
once every tolerance has run out and every founded failover has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from pydantic import Field

from blastradius.analysis.resting import Lost, Side
from blastradius.analysis.sweep.judging import Judge
from blastradius.circuit import Circuit
from blastradius.engine import DOWN
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import (
    FOREIGN,
    PLACES,
    SCHEMA_VERSION,
    ChainLink,
    Component,
    Coverage,
    Dependency,
    Gap,
    Inventory,
    Redundancy,
    Scenario,
    ScenarioPhase,
    Value,
)
from blastradius.simulate.doubt import doubted
from blastradius.simulate.grounds import Grounds
from blastradius.simulate.targets import Targets
from blastradius.simulate.unseen import blind
from blastradius.simulate.walk import trace

Dimension = Literal["region", "provider", "vendor", "platform", "control-plane", "zone", "account"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
USUAL: tuple[Dimension, ...] = ("provider", "region", "vendor", "platform")
"""What is looked at where nobody says."""
#: Parties whose own needs are a step on to another party.
_PARTIES = frozenset({"vendor", "external"})


class Critical(Value):
    """One journey that goes down with a provider."""

    journey: str = Field(description="Id of the journey.")
    direct: bool = Field(description="Whether it does so even where no other party's needs count.")
    chain: tuple[ChainLink, ...] = Field(default=(), description="The proof, from the journey to the provider.")


class Concentrated(Value):
    """What rests on one provider: a region, a cloud, a vendor, a platform service."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    kind: str = Field(description="Kind.")
    uses: tuple[str, ...] = Field(default=(), description="Ids of journeys that use it, directly or through others.")
    uses_directly: tuple[str, ...] = Field(default=(), description="Those that use it directly.")
    critical: tuple[Critical, ...] = Field(default=(), description="Journeys that are down without it, with the proof.")
    unknown: tuple[str, ...] = Field(
        default=(), description="Ids of journeys that are down without it only if what was not seen is in the way."
    )
    through: tuple[str, ...] = Field(
        default=(), description="Other parties' things that bring it into the proofs of critical journeys."
    )
    concentration: float = Field(description="Share of journeys that use it, directly or through others.")
    direct_concentration: float = Field(description="Share of journeys that use it directly.")
    concentration_amplification: float | None = Field(
        default=None, description="`concentration` / `direct_concentration`; null where nobody uses it directly."
    )
    impact: float = Field(description="Share of journeys that critically depend on it, directly or through others.")
    direct_impact: float = Field(description="Share of journeys that critically depend on it directly.")
    impact_amplification: float | None = Field(
        default=None, description="`impact` / `direct_impact`; null where no journey directly depends on it."
    )
    revenue_per_hour: float | None = Field(
        default=None, description="Sum over the critical journeys; null where none of them states it."
    )
    direct_revenue_per_hour: float | None = Field(
        default=None, description="Sum over those that critically depend on it directly; null as above."
    )


class Concentration(Value):
    """The answer: providers, those that most rest on first."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    by: tuple[Dimension, ...] = Field(description="Kinds of providers that were looked at.")
    journeys: int = Field(description="Journeys in all.")
    inferred: int = Field(default=0, description="Those that nobody declared.")
    revenue_per_hour: float | None = Field(
        default=None, description="Sum over all journeys; null where none states it."
    )
    unstated: int = Field(default=0, description="Journeys that state no revenue.")
    providers: tuple[Concentrated, ...] = Field(default=(), description="By impact, revenue, concentration, then id.")
    names: dict[str, str] = Field(
        default_factory=dict, description="Names of journeys and of the user's own components on a proof, by id."
    )
    gaps: tuple[Gap, ...] = Field(default=(), description="Everything that was not seen.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def concentration(graph: DependencyGraph | Inventory, by: str | Sequence[str] = USUAL) -> Concentration:
    """How many journeys use and critically depend on each provider, directly and through others.

    Direct is what a journey meets over the user's own components alone: a vendor that these call, the region that they or
    the platform services they use stand in. What a vendor, a host or a platform service needs of others is indirect.

    Args:
        graph: the system, the overlay applied.
        by: kinds of providers, some of `DIMENSIONS`.

    Raises:
        UsageError: when a kind is none of these.
    """
    graph = graph_of(graph)
    asked = kinds(by)
    whole, own = Side(graph.circuit), Side(Circuit(_direct(graph.inventory)))
    scale = _Scale(graph)
    named = [id for id in sorted(graph.components) if graph.components[id].kind in asked]
    fallen = whole.down(named)
    unknown = _unknown(graph, named, fallen, scale)
    providers = [
        _provider(graph, whole.lost(id, down), own.lost(id, near), scale, doubtful)
        for id, down, near, doubtful in zip(named, fallen, own.down(named), unknown, strict=True)
    ]
    stated = [one.revenue_per_hour for one in graph.journeys.values() if one.revenue_per_hour is not None]
    return Concentration(
        by=asked,
        journeys=len(graph.journeys),
        inferred=sum(one.inferred for one in graph.journeys.values()),
        revenue_per_hour=sum(stated) if stated else None,
        unstated=len(graph.journeys) - len(stated),
        providers=tuple(sorted(providers, key=_order)),
        names=_names(graph, providers),
        gaps=graph.inventory.gaps,
        coverage=graph.inventory.coverage,
    )


def kinds(by: str | Sequence[str]) -> tuple[Dimension, ...]:
    """Kinds of providers in their usual order.

    Raises:
        UsageError: when one is none of `DIMENSIONS`.
    """
    by = (by,) if isinstance(by, str) else by
    wrong = next((one for one in by if one not in DIMENSIONS), None)
    if wrong is not None:
        raise UsageError(f"--by: no kind {wrong!r}: choose one of {', '.join(DIMENSIONS)}")
    return tuple(one for one in DIMENSIONS if one in by)


def _order(one: Concentrated) -> tuple[float, float, float, float, str]:
    return (-one.impact, -(one.revenue_per_hour or 0), -len(one.unknown), -one.concentration, one.id)


def _names(graph: DependencyGraph, providers: Iterable[Concentrated]) -> dict[str, str]:
    met = {link.dependency for one in providers for critical in one.critical for link in critical.chain}
    own = {id for id in met if graph.components[id].kind not in FOREIGN}
    return {id: graph.name(id) for id in sorted({*graph.journeys, *own})}


def _direct(inventory: Inventory) -> Inventory:
    """The same system, in which other parties need nothing but the places that they are in."""
    kinds = {one.id: one.kind for one in inventory.components}

    def kept(record: Dependency | Redundancy) -> bool:
        kind = kinds.get(record.dependent)
        if kind is None or kind not in FOREIGN:  # a journey, or the user's own
            return True
        if isinstance(record, Redundancy) or kind in _PARTIES:
            return False
        return kinds[record.dependency] in PLACES

    return inventory.model_copy(
        update={
            "dependencies": tuple(one for one in inventory.dependencies if kept(one)),
            "redundancies": tuple(one for one in inventory.redundancies if kept(one)),
        }
    )


class _Scale:
    """What shares and sums are taken of, and what nobody saw."""

    def __init__(self, graph: DependencyGraph) -> None:
        self.count = len(graph.journeys)
        self.revenue = {id: one.revenue_per_hour for id, one in graph.journeys.items()}
        self.blind = blind(graph)
        self.doubtful = Grounds(graph).anything or bool(self.blind)

    def share(self, journeys: Sequence[object]) -> float:
        return round(len(journeys) / self.count, 6) if self.count else 0.0

    def sum(self, journeys: Iterable[str]) -> float | None:
        stated = [value for id in journeys if (value := self.revenue[id]) is not None]
        return sum(stated) if stated else None


def _provider(graph: DependencyGraph, lost: Lost, near: Lost, scale: _Scale, unknown: tuple[str, ...]) -> Concentrated:
    component = graph.components[lost.id]
    uses, uses_directly = lost.side.users(lost.id), near.side.users(lost.id)
    critical, directly = lost.ids, set(near.ids)
    chains = near.chains if directly else {}
    if set(critical) - directly:  # proofs take longest: those that others bring only where there are some
        chains = {**lost.chains, **chains}
    return Concentrated(
        id=component.id,
        name=component.name,
        kind=component.kind,
        uses=tuple(uses),
        uses_directly=tuple(uses_directly),
        critical=tuple(Critical(journey=id, direct=id in directly, chain=chains[id]) for id in critical),
        unknown=unknown,
        through=_through(graph, component, [chains[id] for id in critical if id not in directly]),
        concentration=scale.share(uses),
        direct_concentration=scale.share(uses_directly),
        concentration_amplification=_ratio(len(uses), len(uses_directly)),
        impact=scale.share(critical),
        direct_impact=scale.share(list(directly)),
        impact_amplification=_ratio(len(critical), len(directly)),
        revenue_per_hour=scale.sum(critical),
        direct_revenue_per_hour=scale.sum(sorted(directly)),
    )


def _ratio(whole: int, direct: int) -> float | None:
    return round(whole / direct, 3) if direct else None


def _through(graph: DependencyGraph, component: Component, chains: Iterable[Sequence[ChainLink]]) -> tuple[str, ...]:
    """The first thing of another party on each proof that only counts because of what that party needs."""
    seen = set()
    for chain in chains:
        for link in chain:
            met = graph.components[link.dependency]
            if met.kind in FOREIGN - PLACES and met.id != component.id:
                seen.add(met.id)
                break
    return tuple(sorted(seen))


def _unknown(
    graph: DependencyGraph, named: Sequence[str], fallen: Sequence[tuple[int, ...]], scale: _Scale
) -> list[tuple[str, ...]]:
    """For each provider the journeys that stand by what was seen and are down with everything unseen in the way.

    Most are known without a walk: none ends worse than with every tolerance run out and no failover, and none better than
    with tolerances off and founded failovers.
    """
    unknown: list[tuple[str, ...]] = [()] * len(named)
    if not scale.doubtful:
        return unknown
    judge = Judge(graph, len(named))
    losses = [(graph.index[id],) for id in named]
    worst = judge.fallen_at_worst(losses)
    if worst is None:
        return unknown
    open_ = [place for place, down in enumerate(worst) if set(down) - set(fallen[place])]
    surely = judge.fallen_anyway([losses[place] for place in open_])
    for place, sure in zip(open_, surely, strict=True):
        may = set(worst[place]) - set(fallen[place])
        if not may <= sure:
            may &= _down_at_worst(graph, named[place], scale)
        unknown[place] = tuple(sorted(graph.circuit.ids[node] for node in may))
    return unknown


def _down_at_worst(graph: DependencyGraph, id: str, scale: _Scale) -> set[int]:
    """Journeys, by number, that are down in the end with everything unseen in the way, by the walk."""
    meant = Targets([(0, None, [id], [])], (id,), (), ())
    seen = trace(graph, meant.phases, None)
    asked = Scenario(name=id, phases=(ScenarioPhase(remove=(f"id:{id}",)),))
    state = doubted(graph, asked, meant, seen, scale.blind)[1].last.state
    return {graph.index[one] for one in graph.journeys if state[graph.index[one]] == DOWN}
