"""From an inventory to a graph: integer arrays inside, networkx as the public view, plain text for reading."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from blastradius.collecting import collector_off
from blastradius.errors import UsageError
from blastradius.model import FOREIGN, Component, Dependency, Inventory, Journey, Kind, Redundancy
from blastradius.model.called import called
from blastradius.model.records import KINDS, PROVIDER, REGION, SLOW, SOLD, ById, ComponentColumns, Records
from blastradius.wide import circuit_of

if TYPE_CHECKING:
    import networkx as nx


class DependencyGraph:
    """A system's components and journeys and what they need.

    Args:
        inventory: assembled facts.

    Raises:
        UsageError: when a record names an id that is not there, or an id is used twice.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        records = inventory.components
        self.components: Mapping[str, Component] = (
            ById(records) if isinstance(records, Records) else {c.id: c for c in records}
        )
        self.journeys: dict[str, Journey] = {j.id: j for j in inventory.journeys}
        if len(self.components) != len(inventory.components):
            raise UsageError("inventory: two components share an id; scan again or rename one of them")
        try:
            with collector_off():
                self.circuit = circuit_of(inventory)
        except KeyError as error:
            raise UsageError(f"inventory: {error.args[0]!r} is named by a record and is no component of it") from None

    @property
    def ids(self) -> list[str]:
        """Ids of the components and journeys, in the order of their numbers."""
        return self.circuit.ids[: self.circuit.named_count]

    @property
    def index(self) -> dict[str, int]:
        """Number of each component and journey."""
        return self.circuit.index

    def told(self, node_id: str) -> tuple[str, Kind]:
        """Name and kind of a component."""
        if isinstance(self.components, ById):
            return self.components.told(node_id)
        component = self.components[node_id]
        return component.name, component.kind

    def name(self, node_id: str) -> str:
        """What people call a component or journey."""
        if isinstance(self.components, ById) and node_id in self.components:
            return self.components.told(node_id)[0]
        found = self.components.get(node_id) or self.journeys.get(node_id)
        return found.name if found is not None else node_id

    def called(self, node_id: str) -> str:
        """What to call a component or journey so that nobody takes it for another: its name, or its id."""
        return self._called.get(node_id, node_id)

    @cached_property
    def _called(self) -> Mapping[str, str]:
        components = ((id, *self.told(id)) for id in self.components)
        return called(components, ((one.id, one.name) for one in self.journeys.values()))

    @cached_property
    def roaming(self) -> tuple[Component, ...]:
        """The user's own components of which nobody knows the provider or the region, by id."""
        columns = self._columns
        if columns is not None:
            return self._some((columns.flags & (PROVIDER | REGION)) != PROVIDER | REGION, set(KINDS) - FOREIGN)
        own = (c for c in self.components.values() if c.kind not in FOREIGN)
        return tuple(sorted((c for c in own if c.provider is None or c.region is None), key=lambda c: c.id))

    def unsold(self, kinds: Collection[str]) -> tuple[Component, ...]:
        """The components of some kinds of which nobody knows the service or type, by id.

        Args:
            kinds: the kinds.
        """
        columns = self._columns
        if columns is not None:
            return self._some((columns.flags & SOLD) == 0, kinds)
        return tuple(one for one in self.of_kind(kinds) if one.service is None and one.type is None)

    @cached_property
    def slow(self) -> tuple[Component, ...]:
        """The components that take time to come back, by id."""
        columns = self._columns
        if columns is not None:
            return self._some((columns.flags & SLOW) > 0, KINDS)
        slow = (c for c in self.components.values() if c.recovery or c.restart == "cold")
        return tuple(sorted(slow, key=lambda c: c.id))

    def of_kind(self, kinds: Collection[str]) -> tuple[Component, ...]:
        """The components of some kinds, by id.

        Args:
            kinds: the kinds.
        """
        columns = self._columns
        if columns is not None:
            return self._some(columns.flags >= 0, kinds)
        return tuple(sorted((c for c in self.components.values() if c.kind in kinds), key=lambda c: c.id))

    @property
    def _columns(self) -> ComponentColumns | None:
        columns = getattr(self.inventory.components, "columns", None)
        return columns if isinstance(columns, ComponentColumns) else None

    def _some(self, chosen: Any, kinds: Collection[str]) -> tuple[Component, ...]:
        """The chosen components of some kinds, by id; only they are made."""
        import numpy as np

        columns = self._columns
        assert columns is not None
        wanted = np.array([kind in kinds for kind in KINDS])
        ids = sorted(columns.ids[place] for place in np.flatnonzero(wanted[columns.kind] & chosen).tolist())
        return tuple(self.components[id] for id in ids)

    @cached_property
    def systems(self) -> int:
        """How many systems the journeys are of: two that need nothing of the user's own in common are two systems."""
        circuit = self.circuit
        parent = list(range(circuit.named_count))
        foreign = bytearray(circuit.named_count)
        for one in self.of_kind(FOREIGN):
            foreign[circuit.index[one.id]] = 1

        def top(one: int) -> int:
            while (above := parent[one]) != one:
                parent[one] = parent[above]
                one = above
            return one

        def needed() -> Iterator[tuple[int, int]]:
            yield from zip(circuit.rule_node, circuit.rule_source, strict=True)
            for group in circuit.groups:
                node = circuit.rule_node[group.rule]
                yield from ((node, member) for member in group.members)

        for ends in needed():
            if ends[1] >= 0:
                node, source = map(circuit.node_of, ends)
                if not foreign[node] and not foreign[source]:
                    parent[top(source)] = top(node)
        return len({top(circuit.index[one]) for one in self.journeys})

    def networkx(self) -> nx.MultiDiGraph[Any]:
        """The public view: an edge from each dependent to what it needs; a redundancy is an edge per member.

        Node attributes: `kind`, `name`, `provider`, `region`. Edge attributes: `strength`, `phase`, `tolerance`,
        `basis`, and `redundancy` (the number of the group) for the members of one.
        """
        import networkx

        view: nx.MultiDiGraph[Any] = networkx.MultiDiGraph()
        for component in self.components.values():
            places = {"provider": component.provider, "region": component.region}
            view.add_node(component.id, kind=component.kind, name=component.name, **places)
        for journey in self.journeys.values():
            view.add_node(journey.id, kind="journey", name=journey.name, provider=None, region=None)
        for rule in self.circuit.rules:
            record = rule.record
            if isinstance(record, Dependency):
                view.add_edge(record.dependent, record.dependency, **_edge(record))
            elif isinstance(record, Redundancy):
                for member in record.members:
                    view.add_edge(record.dependent, member, redundancy=rule.group, **_edge(record))
        return view

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows of it: what its inventory holds."""
        return self.inventory._repr_mimebundle_(include, exclude)

    def text(self) -> str:
        """Adjacency as plain text: `->` hard, `~>` soft, `a | b` any of, one line a rule, sorted."""
        return "".join(f"{line}\n" for line in sorted(_line(rule.record) for rule in self.circuit.rules))


def graph_of(system: DependencyGraph | Inventory) -> DependencyGraph:
    """The graph of whatever a person asks about: a graph as it is, an inventory such as `scan` returns made into one.

    Args:
        system: a graph, or an inventory; no overlay is applied.

    Raises:
        UsageError: when it is neither, or its records contradict each other.
    """
    if isinstance(system, DependencyGraph):
        return system
    if isinstance(system, Inventory):
        return DependencyGraph(system)
    raise UsageError(f"a {type(system).__name__} is no system: ask what `load` or `scan` returned")


def _edge(record: Dependency | Redundancy) -> dict[str, Any]:
    return {
        "strength": record.strength,
        "phase": record.phase,
        "tolerance": record.tolerance,
        "basis": record.basis,
    }


def _line(record: Dependency | Redundancy) -> str:
    arrow = "->" if record.strength == "hard" else "~>"
    if isinstance(record, Dependency):
        needs = record.dependency
    else:
        needs = " | ".join(record.members)
        if record.required > 1:
            needs = f"{record.required} of {needs}"
        if record.full is not None:
            needs += f" full {record.full}"
        if record.failover is not None:
            by = " by hand" if record.failover.mode == "manual" else ""
            needs += f" active {' | '.join(record.active)}{by}"
            if record.failover.needs:
                needs += f" needs {' '.join(record.failover.needs)}"
    notes = "" if record.phase == "runtime" else f" @{record.phase}"
    if record.tolerance:
        notes += f" ({record.tolerance}s)"
    return f"{record.dependent} {arrow} {needs}{notes}"


def inventory_of(system: DependencyGraph | Inventory) -> Inventory:
    """The inventory of whatever a person asks about.

    Args:
        system: an inventory, or a graph.

    Raises:
        UsageError: when it is neither.
    """
    return system if isinstance(system, Inventory) else graph_of(system).inventory
