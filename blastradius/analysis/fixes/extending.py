"""A system in which every candidate change is there and can be switched off.

A change never takes anything away, it adds another way: what needed `db` then needs `db` or the change. The change
itself needs a switch; a scenario that removes the switch is the system without it. So one graph holds all combinations,
every one of them is an ordinary loss, and the rules by which failures travel stay those of the simulator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blastradius.analysis.fixes.finding import Candidate
from blastradius.assemble.contain import is_derived
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Failover, Redundancy

Record = Dependency | Redundancy
_PREFIX = "blastradius-fix"


@dataclass(frozen=True)
class Extended:
    """The system with all changes.

    Attributes:
        graph: its graph.
        switches: ids of the switches, in the order of the candidates.
        moved: components that a loss means by another id now: what was there before one more was added.
    """

    graph: DependencyGraph
    switches: tuple[str, ...]
    moved: dict[str, str]


def extended(graph: DependencyGraph, candidates: Sequence[Candidate], kept: frozenset[str]) -> Extended:
    """Add every candidate with its switch.

    Args:
        graph: the system.
        candidates: the changes.
        kept: kinds of places that one more member elsewhere still shares, such as `provider`.
    """
    builder = _Builder(graph, kept)
    for number, one in enumerate(candidates):
        builder.add(number, one)
    return builder.finished(len(candidates))


class _Builder:
    def __init__(self, graph: DependencyGraph, kept: frozenset[str]) -> None:
        self.graph, self.kept = graph, kept
        self.new: list[Component] = []
        self.dependencies: list[Dependency] = []
        self.redundancies: list[Redundancy] = []
        #: For each rule that something is changed about: further ways, by the switches that they need.
        self.ways: dict[int, list[tuple[int, Candidate]]] = {}
        self.members: list[tuple[int, Candidate]] = []

    def add(self, number: int, one: Candidate) -> None:
        """Take in a candidate under its number."""
        if one.rule is not None:
            self.ways.setdefault(one.rule, []).append((number, one))
        else:
            self.members.append((number, one))

    def finished(self, count: int) -> Extended:
        """The graph of it all."""
        inventory = self.graph.inventory
        switches = tuple(self._component(f"switch/{number}") for number in range(count))
        changed = {id(self.graph.circuit.rules[number].record) for number in self.ways}
        records: list[Record] = [one for one in inventory.dependencies if id(one) not in changed]
        records += [one for one in inventory.redundancies if id(one) not in changed]
        for rule, ways in sorted(self.ways.items()):
            records += self._either(rule, ways, switches)
        moved = {}
        for number, one in self.members:
            assert one.component is not None
            moved[one.component] = f"{one.component}#{_PREFIX}"
            records = self._copied(one.component, switches[number], records)
        dependencies = tuple(one for one in records if isinstance(one, Dependency))
        redundancies = tuple(one for one in records if isinstance(one, Redundancy))
        values = {
            "components": (*inventory.components, *self.new),
            "dependencies": dependencies,
            "redundancies": redundancies,
        }
        return Extended(DependencyGraph(inventory.model_copy(update=values)), switches, moved)

    def _component(self, name: str) -> str:
        # an external of a provider of its own: no gap and no loss of a place touches it
        id = f"{_PREFIX}:{name}"
        self.new.append(Component(id=id, kind="external", name=id, provider="own", region="global"))
        return id

    def _either(self, rule: int, ways: Iterable[tuple[int, Candidate]], switches: Sequence[str]) -> list[Record]:
        """What a dependent needs as before, or any of the changes."""
        record = self.graph.circuit.rules[rule].record
        assert isinstance(record, Dependency | Redundancy)
        plain: dict[str, object] = {"tolerance": None, "hardens_after": None, "strength": "hard", "phase": "runtime"}
        before = self._component(f"before/{rule}")
        found: list[Record] = [record.model_copy(update={**plain, "dependent": before})]
        alternatives = [before]
        for number, one in ways:
            way = self._component(f"way/{number}")
            alternatives.append(way)
            found.append(Dependency(dependent=way, dependency=switches[number]))
            if one.change.kind == "member" and isinstance(record, Redundancy):
                found += self._more(way, record, one, switches[number])
            found += self._way(way, record, one, plain)
            if one.change.kind == "tolerate":
                found.append(record.model_copy(update={"strength": "soft", "tolerance": None, "hardens_after": None}))
        fields = ("dependent", "strength", "phase", "tolerance", "hardens_after", "reason", "evidence")
        values = {name: getattr(record, name) for name in fields}
        return [*found, Redundancy(members=tuple(alternatives), **values)]

    def _more(self, way: str, record: Redundancy, one: Candidate, switch: str) -> Iterable[Record]:
        """The group with as many more members as are missing."""
        more = [self._component(f"{way.removeprefix(_PREFIX + ':')}/{number}") for number in range(one.more)]
        yield from (Dependency(dependent=id, dependency=switch) for id in more)
        yield Redundancy(dependent=way, members=(*record.members, *more), required=record.required)

    def _way(self, way: str, record: Record, one: Candidate, plain: dict[str, object]) -> Iterable[Record]:
        """What a change needs beside its switch."""
        if not isinstance(record, Redundancy) or one.change.kind not in ("need", "rehearse", "hot"):
            return
        values: dict[str, object] = {**plain, "dependent": way}
        if one.change.kind == "hot":
            yield record.model_copy(update={**values, "active": (), "failover": None})
            return
        assert record.failover is not None
        update: dict[str, object] = {"takes": record.failover.takes or 0}
        if one.change.kind == "need":
            update["needs"] = ()
        failover: Failover = record.failover.model_copy(update=update)
        yield record.model_copy(update={**values, "failover": failover})

    def _copied(self, component: str, switch: str, records: Iterable[Record]) -> list[Record]:
        """One more of a component: it needs what the first needs save where that is."""
        first, second = f"{component}#{_PREFIX}", self._component(f"copy/{component}")
        self.new.append(self.graph.components[component].model_copy(update={"id": first}))
        found: list[Record] = [
            Redundancy(dependent=component, members=(first, second)),
            Dependency(dependent=second, dependency=switch),
            *(Dependency(dependent=second, dependency=place) for place in self._shared(component)),
        ]
        for one in records:
            if one.dependent != component or one.phase != "runtime":
                found.append(one)
                continue
            found.append(one.model_copy(update={"dependent": first}))
            if not (isinstance(one, Dependency) and self._is_place(one)):
                found.append(one.model_copy(update={"dependent": second}))
        return found

    def _is_place(self, one: Dependency) -> bool:
        return is_derived(one) or self.graph.components[one.dependency].kind in (
            "region",
            "zone",
            "provider",
            "account",
        )

    def _shared(self, component: str) -> list[str]:
        """The places that one more elsewhere is still in: the same account, the same provider."""
        seen, work = {component}, [component]
        while work:
            node = work.pop()
            for one in self._places.get(node, ()):
                if one not in seen:
                    seen.add(one)
                    work.append(one)
        return sorted(one for one in seen if self.graph.components[one].kind in self.kept)

    @property
    def _places(self) -> dict[str, list[str]]:
        if not hasattr(self, "_found"):
            self._found: dict[str, list[str]] = {}
            for one in self.graph.inventory.dependencies:
                if one.dependency in self.graph.components and self._is_place(one):
                    self._found.setdefault(one.dependent, []).append(one.dependency)
        return self._found
