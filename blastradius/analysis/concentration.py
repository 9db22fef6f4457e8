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
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from pydantic import Field

from blastradius.circuit import Circuit
from blastradius.engine import DOWN, found, settings
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
from blastradius.simulate.instants import Instant
from blastradius.simulate.proof import Proofs
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


def concentration(graph: DependencyGraph | Inventory, by: Sequence[str] = USUAL) -> Concentration:
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
    whole, own = _Side(graph.circuit), _Side(Circuit(_direct(graph.inventory)))
    scale = _Scale(graph)
    providers = [
        _provider(component, graph, whole, own, scale)
        for component in sorted(graph.components.values(), key=lambda one: one.id)
        if component.kind in asked
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


def kinds(by: Sequence[str]) -> tuple[Dimension, ...]:
    """Kinds of providers in their usual order.

    Raises:
        UsageError: when one is none of `DIMENSIONS`.
    """
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


class _Side:
    """One circuit that is asked about many losses: all of the system, or what is direct."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.codes = settings(circuit, "eventually")
        self.journeys = range(circuit.component_count, circuit.named_count)

    def users(self, id: str) -> list[str]:
        """Ids of the journeys that reach a component over any rule, members of groups and needs of failovers included."""
        circuit = self.circuit
        reached = {circuit.index[id]}
        work = list(reached)
        while work:
            node = work.pop()
            rules = list(circuit.users[circuit.users_start[node] : circuit.users_start[node + 1]])
            rules += [
                circuit.groups[circuit.roles[at]].rule
                for at in range(circuit.roles_start[node], circuit.roles_start[node + 1], 2)
            ]
            for rule in rules:
                target = circuit.rule_node[rule]
                if target not in reached:
                    reached.add(target)
                    work.append(target)
        return [circuit.ids[node] for node in self.journeys if node in reached]

    def lost(self, id: str) -> Lost:
        """What is eventually down without a component."""
        faults = {self.circuit.index[id]: DOWN}
        solution = found(self.circuit, faults, self.codes)
        state = solution.state
        moved = bytes(
            group.fails_over and bool(group.active) and all(state[need] != DOWN for need in group.needs)
            for group in self.circuit.groups
        )
        instant = Instant(0, bytes(state), bytes(solution.groups), faults, bytes(self.codes), moved)
        return Lost(self.circuit, instant, tuple(node for node in self.journeys if state[node] == DOWN))


@dataclass(frozen=True)
class Lost:
    """The state without a component, and the journeys down in it, by number."""

    circuit: Circuit
    instant: Instant
    journeys: tuple[int, ...]

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the journeys."""
        return [self.circuit.ids[node] for node in self.journeys]

    @cached_property
    def chains(self) -> dict[str, tuple[ChainLink, ...]]:
        """The shortest proof of each journey."""
        proofs = Proofs(self.circuit, self.instant)
        return {self.circuit.ids[node]: proofs.links(node) for node in self.journeys}


class _Scale:
    """What shares and sums are taken of, and what nobody saw."""

    def __init__(self, graph: DependencyGraph) -> None:
        self.count = len(graph.journeys)
        self.revenue = {id: one.revenue_per_hour for id, one in graph.journeys.items()}
        self.blind = blind(graph)
        self.doubtful = bool(graph.inventory.gaps or graph.roaming or self.blind)

    def share(self, journeys: Sequence[object]) -> float:
        return round(len(journeys) / self.count, 6) if self.count else 0.0

    def sum(self, journeys: Iterable[str]) -> float | None:
        stated = [value for id in journeys if (value := self.revenue[id]) is not None]
        return sum(stated) if stated else None


def _provider(component: Component, graph: DependencyGraph, whole: _Side, own: _Side, scale: _Scale) -> Concentrated:
    uses, uses_directly = whole.users(component.id), own.users(component.id)
    lost = whole.lost(component.id) if uses else None
    critical = lost.ids if lost else []
    direct = own.lost(component.id) if uses_directly else None
    directly = set(direct.ids) if direct else set()
    chains = direct.chains if direct else {}
    if lost and set(critical) - directly:  # proofs take longest: those that others bring only where there are some
        chains = {**lost.chains, **chains}
    return Concentrated(
        id=component.id,
        name=component.name,
        kind=component.kind,
        uses=tuple(uses),
        uses_directly=tuple(uses_directly),
        critical=tuple(Critical(journey=id, direct=id in directly, chain=chains[id]) for id in critical),
        unknown=_unknown(graph, component, critical, scale) if scale.doubtful else (),
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


def _unknown(graph: DependencyGraph, component: Component, critical: Sequence[str], scale: _Scale) -> tuple[str, ...]:
    """Journeys that stand by what was seen and are down with everything unseen in the way."""
    if len(critical) == scale.count:
        return ()
    phase = ScenarioPhase(remove=(f"id:{component.id}",))
    meant = Targets([(0, None, [component.id], [])], (component.id,), (), ())
    seen = trace(graph, meant.phases, None)
    asked = Scenario(name=component.id, phases=(phase,))
    state = doubted(graph, asked, meant, seen, scale.blind)[1].last.state
    down = (id for id in graph.journeys if state[graph.index[id]] == DOWN)
    return tuple(sorted(set(down) - set(critical)))
