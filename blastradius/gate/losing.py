"""What falls with a domain, and through which needs: the one place where the gate asks the engine.

A loss is for good: tolerances have run out, failovers have happened where they can (`eventually`). Whatever answers
`state` for many domains at once, such as a packed sweep, can stand in for the fixpoint here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from blastradius.circuit import NEVER, Rule
from blastradius.engine import DOWN, found, settings
from blastradius.graph import DependencyGraph
from blastradius.model import PLACES, ChainLink
from blastradius.simulate.instants import Instant
from blastradius.simulate.proof import guilty, link

Step = tuple[int, int, int]
"""Node that falls, number of the rule through which it does, node that it falls with."""


class Losses:
    """Losses of one system, each computed when it is first asked for.

    Args:
        graph: the system.
        journeys: ids of the journeys that are judged.
    """

    def __init__(self, graph: DependencyGraph, journeys: Sequence[str]) -> None:
        self.graph, self.journeys = graph, tuple(journeys)
        self.nodes = [graph.index[one] for one in self.journeys]
        self._found: dict[str, Loss] = {}

    @cached_property
    def codes(self) -> bytearray:
        """What each rule passes on, made once."""
        return settings(self.graph.circuit, "eventually")

    def of(self, domain: str) -> Loss:
        """What falls when a component is lost for good.

        Args:
            domain: its id.
        """
        if domain not in self._found:
            self._found[domain] = Loss(self, domain)
        return self._found[domain]

    @cached_property
    def needed(self) -> frozenset[int]:
        """Every node that a judged journey needs over any rule of its phase, failovers' needs included."""
        circuit = self.graph.circuit
        seen = set(self.nodes)
        work = list(self.nodes)
        while work:
            for source in circuit.runtime_inputs(work.pop()):
                if source not in seen:
                    seen.add(source)
                    work.append(source)
        return frozenset(seen)

    @cached_property
    def needed_by(self) -> dict[str, frozenset[int]]:
        """The same for each judged journey by itself."""
        return {journey: frozenset(self._came(node)) for journey, node in zip(self.journeys, self.nodes, strict=True)}

    def judged(self, component: str) -> list[str]:
        """Ids of the judged journeys that need a component in any phase that they ask of it."""
        return self._judged.get(self.graph.index.get(component, -1), [])

    @cached_property
    def _judged(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for journey, nodes in self.needed_by.items():
            for node in {self.graph.circuit.node_of(number) for number in nodes}:
                found.setdefault(node, []).append(journey)
        return found

    def route(self, journey: str, component: str) -> tuple[ChainLink, ...]:
        """The shortest way of needs from a journey to a component; empty where there is none.

        Args:
            journey: its id.
            component: id of what it needs.
        """
        came = self._came(self.graph.index[journey])
        wanted = self.graph.index.get(component, -1)
        ends = [node for node in came if self.graph.circuit.node_of(node) == wanted]
        links: list[ChainLink] = []
        step = came[ends[0]] if ends else None
        while step is not None:
            links.append(link(self.graph.circuit, step[1], step[2]))
            step = came[step[0]]
        return tuple(links[::-1])

    def _came(self, start: int) -> dict[int, Step | None]:
        """Every node that a node needs, nearest first, with the step by which it was first reached."""
        circuit = self.graph.circuit
        came: dict[int, Step | None] = {start: None}
        work = [start]
        for node in work:
            for number in circuit.feeds[node]:
                rule = circuit.rules[number]
                group = circuit.groups[rule.group] if rule.group >= 0 else None
                for source in (*group.members, *group.needs) if group is not None else (rule.source,):
                    if source not in came:
                        came[source] = (node, number, source)
                        work.append(source)
        return came

    def behind(self, components: Iterable[str]) -> frozenset[str]:
        """Ids of some components and of all that they need over any rule.

        Args:
            components: their ids.
        """
        circuit = self.graph.circuit
        nodes = {node for one in components for node in self._came(self.graph.index[one])}
        return frozenset(circuit.ids[circuit.node_of(node)] for node in nodes)

    def needs(self, component: str) -> bool:
        """Whether a judged journey needs a component."""
        return self.graph.index.get(component, -1) in self.needed


class Loss:
    """What falls with one domain."""

    def __init__(self, losses: Losses, domain: str) -> None:
        self.losses, self.domain = losses, domain
        self.circuit = losses.graph.circuit
        self.node = losses.graph.index[domain]
        solution = found(self.circuit, {self.node: DOWN}, losses.codes)
        self.state, self.groups = solution.state, solution.groups
        self._trees: dict[int, dict[int, Step | None]] = {}

    def breaks(self, journey: str) -> bool:
        """Whether a journey is down."""
        return self.state[self.losses.graph.index[journey]] == DOWN

    @property
    def broken(self) -> list[int]:
        """Nodes of the judged journeys that are down."""
        return [node for node in self.losses.nodes if self.state[node] == DOWN]

    @cached_property
    def _instant(self) -> Instant:
        none = bytes(len(self.circuit.groups))
        return Instant(0, bytes(self.state), bytes(self.groups), {self.node: DOWN}, bytes(self.losses.codes), none)

    def causes(self, node: int) -> Iterator[Step]:
        """The rules through which a node is down, each with what it is down with."""
        circuit, state = self.circuit, self.state
        for number in circuit.feeds[node]:
            rule = circuit.rules[number]
            if rule.down_after == NEVER:
                continue
            if rule.group < 0:
                if state[rule.source] == DOWN:
                    yield node, number, rule.source
            elif self.groups[rule.group] == DOWN:
                for cause in guilty(circuit, self._instant, number):
                    yield node, number, cause

    @cached_property
    def steps(self) -> list[Step]:
        """Every step of every proof that a judged journey falls, by node, rule and cause."""
        seen = set(self.broken)
        work = list(seen)
        steps = []
        while work:
            for step in self.causes(work.pop()):
                steps.append(step)
                if step[2] not in seen:
                    seen.add(step[2])
                    work.append(step[2])
        return sorted(steps)

    @cached_property
    def reached(self) -> dict[int, int]:
        """Which of the broken journeys fall through a node: bit n stands for the n-th judged journey."""
        masks = {node: 1 << position for position, node in enumerate(self.losses.nodes) if self.state[node] == DOWN}
        work = list(masks)
        while work:
            node = work.pop()
            mask = masks[node]
            for _, _, cause in self._into.get(node, ()):
                before = masks.get(cause, 0)
                if mask | before != before:
                    masks[cause] = mask | before
                    work.append(cause)
        return masks

    def journeys(self, node: int) -> Iterator[str]:
        """Ids of the judged journeys that fall through a node."""
        mask = self.reached.get(node, 0)
        while mask:
            low = mask & -mask
            yield self.losses.journeys[low.bit_length() - 1]
            mask ^= low

    @cached_property
    def pins(self) -> list[Step]:
        """The steps into what is pinned to the domain: where a need leaves what is anywhere for what is only there."""
        pinned = {node for node, number, cause in self.steps if self._is_containment(self.circuit.rules[number], cause)}
        kept = []
        for step in self.steps:
            _, number, cause = step
            if self._is_containment(self.circuit.rules[number], cause):
                continue
            if cause in pinned or cause == self.node or self._is_foreign(cause):
                kept.append(step)
        return kept

    def _is_foreign(self, node: int) -> bool:
        component = self.losses.graph.components.get(self.circuit.ids[self.circuit.node_of(node)])
        return component is not None and component.kind in ("platform", "control-plane", "vendor", "external", *PLACES)

    def _is_containment(self, rule: Rule, cause: int) -> bool:
        """Whether a rule says where something is: it was made so, or somebody wrote that it needs a place."""
        if _placed(rule.record.evidence) or (self._is_foreign(rule.node) and self._is_foreign(cause)):
            return True
        components, ids = self.losses.graph.components, self.circuit.ids
        place = components.get(ids[cause]) if rule.record.dependent in components else None
        return place is not None and place.kind in PLACES

    def usable(self, number: int) -> int:
        """How many members of a group can still serve, standbys counted where a failover can reach them.

        Args:
            number: number of the group.
        """
        group = self.circuit.groups[number]
        moves = group.fails_over and all(self.state[need] != DOWN for need in group.needs)
        nodes = group.members if not group.active or moves else group.active
        return sum(self.state[node] != DOWN for node in nodes)

    def proof(self, component: int) -> tuple[ChainLink, ...]:
        """Why a node is down: the shortest chain to the domain.

        Args:
            component: its number; it is down.
        """
        return tuple(link(self.circuit, one, towards) for _, one, towards in _back(self._tree(component), self.node))

    def chain(self, journey: str, step: Step) -> tuple[ChainLink, ...]:
        """A proof that a journey falls with the domain by way of a step: the shortest before it, the shortest after.

        Args:
            journey: its id.
            step: one of `steps`, that the journey falls through.
        """
        node, _, cause = step
        path = [*_back(self._tree(self.losses.graph.index[journey]), node), step, *_back(self._tree(cause), self.node)]
        return tuple(link(self.circuit, number, towards) for _, number, towards in path)

    def _tree(self, start: int) -> dict[int, Step | None]:
        """The shortest ways of steps from a node to all that it falls through; ties are broken by the lowest numbers."""
        if start not in self._trees:
            came: dict[int, Step | None] = {start: None}
            frontier = [start]
            while frontier:
                reached: dict[int, Step] = {}
                for node in frontier:
                    for step in self._into.get(node) or sorted(self.causes(node)):
                        if step[2] not in came and step[2] not in reached:
                            reached[step[2]] = step
                came.update(reached)
                frontier = sorted(reached)
            self._trees[start] = came
        return self._trees[start]

    @cached_property
    def _into(self) -> dict[int, list[Step]]:
        found: dict[int, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step[0], []).append(step)
        return found

    def passes(self, journey: str, component: str, step: Step) -> bool:
        """Whether a journey's fall through a step may lead by way of a component.

        Args:
            journey: its id.
            component: id of the component.
            step: one of `steps`.
        """
        node = self.losses.graph.index.get(component, -1)
        if self.state[node] != DOWN or node not in self._tree(self.losses.graph.index[journey]):
            return False
        return step[2] in self._tree(node)


def _back(came: dict[int, Step | None], end: int) -> list[Step]:
    """The way through a tree to a node, from its root."""
    path: list[Step] = []
    last = came.get(end)
    while last is not None:
        path.append(last)
        last = came[last[0]]
    return path[::-1]


def _placed(evidence: Sequence[object]) -> bool:
    """Whether a rule only says where something is."""
    return bool(evidence) and all(str(getattr(one, "note", "") or "").startswith("placed in") for one in evidence)
