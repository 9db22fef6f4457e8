"""What of a system is drawn: the part that fails piece by piece, all that stands in groups, never more than can be read.

A picture past some 300 nodes is read by nobody. So the proofs of the journeys are drawn piece by piece, with
them all that a loss touches where that is little, and the rest as groups by region, provider and service; what does not
fit is counted, not hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from pydantic import Field

from blastradius.graph import DependencyGraph
from blastradius.model import (
    PLACES,
    Basis,
    BlastRadius,
    Component,
    ComponentResult,
    Dependency,
    Evidence,
    Phase,
    Redundancy,
    Strength,
    Value,
    weakest,
)
from blastradius.model.records import Outline, Outlines, Records

MOST = 300
"""Nodes drawn at most, groups included."""
_WHOLE = 120
"""A system of no more components than that is drawn piece by piece where nothing is lost."""
_PIECES = 80
"""What a loss touches is drawn piece by piece up to so many; above that only the proofs and what was removed."""
_JOURNEYS = 80
_SAMPLE = 20
_LINES = 1500
_EVIDENCE = 5
_ROOM_FOR_GROUPS = 60

Mark = Literal["removed", "down", "degraded", "exposed", "up", "breaks", "unknown", "degrades", "survives"]


class PictureNode(Value):
    """One thing that is drawn: a component, a journey, or a group of components that fare alike."""

    id: str = Field(description="Id of the component or journey; of a group what it has in common.")
    name: str = Field(description="What people call it; for a group its service or kind.")
    kind: str = Field(description="Kind; `journey` for a journey; of a group the kind of its members.")
    mark: Mark = Field(default="up", description="What became of it: a state, for a journey its verdict.")
    provider: str | None = Field(default=None, description="Its provider.")
    region: str | None = Field(default=None, description="Its region.")
    count: int = Field(default=0, description="Members of a group; 0 for what is drawn by itself.")
    members: tuple[str, ...] = Field(default=(), description="Ids of a group's first members.")
    proven: bool = Field(default=False, description="It stands on the proof of a journey.")


class PictureEdge(Value):
    """`dependent` needs `dependency`; between groups the edges of their members come together."""

    dependent: str = Field(description="Id of the node that needs.")
    dependency: str = Field(description="Id of the node that is needed.")
    strength: Strength = Field(description="The strongest of the needs that come together.")
    phase: Phase = Field(
        default="runtime", description="For what; where several needs come together, that of the first."
    )
    alternative: bool = Field(default=False, description="One of several that can serve.")
    count: int = Field(default=1, description="How many needs come together.")
    basis: Basis = Field(description="Their weakest ground.")
    proven: bool = Field(default=False, description="A step of a journey's proof.")
    reason: str | None = Field(default=None, description="Why it is needed that much, where there is one need.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where the first of them stands.")


class Picture(Value):
    """What is drawn, and how much of the system that is."""

    nodes: tuple[PictureNode, ...] = Field(default=(), description="Journeys, components, then groups, each by id.")
    edges: tuple[PictureEdge, ...] = Field(default=(), description="By their ends.")
    grouped: int = Field(default=0, description="Components that are drawn as part of a group.")
    affected_grouped: int = Field(default=0, description="Of those, how many are down, degraded or without a spare.")
    places: int = Field(default=0, description="Regions, zones, accounts and providers that stand and are not drawn.")
    journeys: int = Field(default=0, description="Journeys that are not drawn.")
    lines: int = Field(default=0, description="Edges that are not drawn.")


def mark_of(one: ComponentResult, removed: Container[str]) -> Mark:
    """How a component is shown in every picture and table beside one: the worst that it was.

    A proof speaks of the worst, so what is back before the horizon is shown as it was meanwhile; what a failover took over
    is shown as it is since.

    Args:
        one: what became of it.
        removed: ids of what the scenario takes away.
    """
    if one.id in removed:
        return "removed"
    if one.interrupted_for is None and one.state != "down":
        if one.breaks_at is not None:
            return "down"
        if one.degrades_at is not None:
            return "degraded"
    return "exposed" if one.state == "up" and one.exposed else one.state


def picture(graph: DependencyGraph, answer: BlastRadius | None = None, *, most: int = MOST) -> Picture:
    """Choose what to draw of a system.

    Args:
        graph: the system.
        answer: what a loss does to it; the system as it stands where none.
        most: nodes at most, at least 20.
    """
    return _Chooser(graph, answer, max(most, 20)).picture()


_HIT: tuple[Mark, ...] = ("down", "degraded", "exposed")
#: What the members of a group have in common, from the finest division to none.
_KEYS: tuple[Callable[[Component], tuple[str, ...]], ...] = (
    lambda c: (c.region or "", c.provider or "", c.service or c.kind, c.kind),
    lambda c: (c.region or "", c.provider or "", c.kind),
    lambda c: (c.region or "", c.provider or ""),
    lambda c: (c.provider or "",),
    lambda c: (),
)


@dataclass
class _Joined:
    """Needs that come together in one edge."""

    strength: Strength
    phase: Phase
    alternative: bool
    proven: bool
    record: Dependency | Redundancy | Outline
    bases: set[Basis] = field(default_factory=set)
    count: int = 0


class _Chooser:
    def __init__(self, graph: DependencyGraph, answer: BlastRadius | None, most: int) -> None:
        self.graph, self.most, self.lost = graph, most, answer is not None
        self.marks: dict[str, Mark] = dict.fromkeys(graph.components, "up")
        self.chains: list[tuple[str, str]] = []
        self.order: list[str] = []
        self.journeys = sorted(graph.journeys)
        if answer is not None:
            self._read(answer)
        self.proven = {end for step in self.chains for end in step}

    def _read(self, answer: BlastRadius) -> None:
        """Marks of everything, and ids in the order in which they deserve to be drawn."""
        removed = set(answer.removed)
        for one in answer.components:
            self.marks[one.id] = mark_of(one, removed)
        hurt = sorted(answer.journeys, key=lambda j: j.verdict == "survives")
        for journey in hurt:
            self.marks[journey.id] = journey.verdict
            self.chains += [(link.dependent, link.dependency) for link in journey.chain or journey.chain_at_worst]
        ids = [end for step in self.chains for end in step] + list(answer.removed)
        hit = [id for id, mark in self.marks.items() if mark in _HIT]
        hit.sort(key=lambda id: (_HIT.index(self.marks[id]), id))
        self.order = [id for id in dict.fromkeys([*ids, *hit]) if id in self.graph.components]
        self.journeys = [journey.id for journey in hurt]

    def picture(self) -> Picture:
        """The picture."""
        journeys = self.journeys[: min(_JOURNEYS, self.most // 3)]
        room = self.most - len(journeys)
        places = {c.id for c in self.graph.components.values() if c.kind in PLACES and self.marks[c.id] == "up"}
        places -= self.proven
        order = self.order
        if not self.lost and len(self.graph.components) - len(places) <= min(_WHOLE, room):
            order = [id for id in sorted(self.graph.components) if id not in places]
        elif len(order) > _PIECES:
            # a wall of boxes says less than a group of them: the proofs and what was removed stay single
            order = [id for id in order if id in self.proven or self.marks[id] == "removed"]
        order = order[: max(room - _groups_room(room), 0)] if self.lost else order
        home = {id: id for id in (*journeys, *order)}
        rest = [c for id, c in sorted(self.graph.components.items()) if id not in home and id not in places]
        groups = self._groups(rest, room - len(order))
        for name, members in groups.items():
            home.update((member.id, name) for member in members)
        nodes = [self._journey(id) for id in sorted(journeys)]
        single = [*order, *(name for name, members in groups.items() if len(members) == 1)]
        nodes += [self._component(self.graph.components[id]) for id in sorted(single)]
        nodes += [self._group(name, members) for name, members in groups.items() if len(members) > 1]
        edges = list(self._edges(home))
        left = max(len(edges) - _LINES, 0)
        if left:
            # proofs first, then what is touched, then hard needs
            edges.sort(key=lambda e: (not e.proven, self.marks.get(e.dependency, "up") == "up", e.strength == "soft"))
            edges = sorted(edges[:_LINES], key=lambda e: (e.dependent, e.dependency))
        return Picture(
            nodes=tuple(nodes),
            edges=tuple(edges),
            lines=left,
            grouped=sum(len(members) for members in groups.values() if len(members) > 1),
            affected_grouped=sum(
                len(members) for members in groups.values() if len(members) > 1 and self.marks[members[0].id] != "up"
            ),
            places=len(places),
            journeys=len(self.graph.journeys) - len(journeys),
        )

    def _groups(self, rest: list[Component], room: int) -> dict[str, list[Component]]:
        """What is left by region, provider and service, more coarsely where that are too many groups."""
        groups: dict[tuple[str, ...], list[Component]] = {}
        for key in _KEYS:
            groups = {}
            for component in rest:
                groups.setdefault((self.marks[component.id], *key(component)), []).append(component)
            if len(groups) <= room:
                break
        alone = {members[0].id: members for members in groups.values() if len(members) == 1}
        free = (name for number in count(1) if (name := f"group:{number}") not in self.graph.components)
        return alone | {next(free): groups[key] for key in sorted(groups) if len(groups[key]) > 1}

    def _journey(self, id: str) -> PictureNode:
        return PictureNode(
            id=id, name=self.graph.name(id), kind="journey", mark=self.marks.get(id, "up"), proven=id in self.proven
        )

    def _component(self, one: Component) -> PictureNode:
        return PictureNode(
            id=one.id,
            name=one.name,
            kind=one.kind,
            mark=self.marks[one.id],
            provider=one.provider,
            region=one.region,
            proven=one.id in self.proven,
        )

    def _group(self, name: str, members: list[Component]) -> PictureNode:
        def common(texts: Iterable[str | None]) -> str | None:
            found = set(texts)
            return next(iter(found)) if len(found) == 1 else None

        kind = common(c.kind for c in members)
        what = common(c.service for c in members) or kind or "components"
        return PictureNode(
            id=name,
            name=what,
            kind=kind or "component",
            mark=self.marks[members[0].id],
            provider=common(c.provider for c in members),
            region=common(c.region for c in members),
            count=len(members),
            members=tuple(sorted(c.id for c in members)[:_SAMPLE]),
        )

    def _edges(self, home: dict[str, str]) -> Iterator[PictureEdge]:
        steps = set(self.chains)
        joined: dict[tuple[str, str], _Joined] = {}
        for record, dependency in _needs(self.graph):
            ends = home.get(record.dependent), home.get(dependency)
            if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
                continue
            proven = (record.dependent, dependency) in steps
            key = (ends[0], ends[1])
            edge = joined.get(key)
            if edge is None:
                group = isinstance(record, Redundancy)
                edge = joined[key] = _Joined(record.strength, record.phase, group, proven, record)
            elif (proven and not edge.proven) or (record.strength == "hard" and edge.strength == "soft"):
                edge.strength, edge.record = record.strength, record
            edge.proven |= proven
            edge.alternative &= isinstance(record, Redundancy)
            edge.bases.add(record.basis)
            edge.count += 1
        for dependent, dependency in sorted(joined):
            edge = joined[dependent, dependency]
            record = edge.record
            if isinstance(record, Outline):
                record = self.graph.inventory.dependencies[record.place]
            yield PictureEdge(
                dependent=dependent,
                dependency=dependency,
                strength=edge.strength,
                phase=edge.phase,
                alternative=edge.alternative,
                count=edge.count,
                basis=weakest(sorted(edge.bases)),
                proven=edge.proven,
                reason=record.reason if edge.count == 1 else None,
                evidence=record.evidence[:_EVIDENCE],
            )


def _groups_room(room: int) -> int:
    """Nodes kept for groups: what stands is to be seen, too."""
    return min(_ROOM_FOR_GROUPS, room // 3)


def _needs(graph: DependencyGraph) -> Iterator[tuple[Dependency | Redundancy | Outline, str]]:
    """Every need, a redundancy once per member, in the circuit's order, so that the order of records is irrelevant."""
    known = Outlines(graph.inventory)
    for rule in graph.circuit.rules:
        if isinstance(rule.records, Records):
            outline = known[rule.place]
            yield outline, outline.dependency
            continue
        record = rule.record
        if isinstance(record, Redundancy):
            yield from ((record, member) for member in record.members)
        else:
            yield record, record.dependency
