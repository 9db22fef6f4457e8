"""The part of a system that a loss can reach, as a system of its own: the timed walk over it costs by the loss.

What is all right with every tolerance run out and no failover is all right at every instant of the walk, so only the
rules of the others matter; what they read beside stands as a component without needs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from blastradius.circuit import Circuit
from blastradius.engine import DEGRADED, DOWN, settings, solve
from blastradius.engine.cycles import cycles
from blastradius.engine.solve import group_value
from blastradius.graph import DependencyGraph
from blastradius.model import (
    Component,
    Dependency,
    Inventory,
    Journey,
    Meta,
    Redundancy,
    Scenario,
    ScenarioPhase,
    Verdict,
)
from blastradius.simulate.doubt import at_worst
from blastradius.simulate.grounds import Ties
from blastradius.simulate.instants import Trace
from blastradius.simulate.proof import closure
from blastradius.simulate.spares import lost_spare
from blastradius.simulate.story import stories, verdict
from blastradius.simulate.targets import Targets
from blastradius.simulate.unseen import Touched
from blastradius.simulate.walk import trace

_HURT = re.compile(rb"[^\x00]")
_SCENARIO = Scenario(phases=(ScenarioPhase(remove=("*",)),))
"""A loss for ever; what is lost is said in node numbers."""


@dataclass(frozen=True)
class Walked:
    """What the timed walk says of a loss for ever.

    Attributes:
        state: severity of each component and journey in the end; empty where nobody asked.
        down: components down in the end.
        degraded: components degraded in the end.
        exposed: components without the spare they had.
        ends: verdicts of the journeys that do not survive, by node.
    """

    state: bytes | bytearray
    down: int
    degraded: int
    exposed: int
    ends: dict[int, Verdict]


class Parts:
    """Timed walks of losses for ever, each over the part it can reach.

    Args:
        graph: the system.
        tied: who may fall with whom by what nobody saw.
        blind: phase nodes of which nothing tells what they need.
    """

    def __init__(self, graph: DependencyGraph, tied: Ties, blind: Collection[int]) -> None:
        self.graph, self.tied, self.blind = graph, tied, frozenset(blind)
        index = graph.circuit.index
        self.bound = {index[one]: [index[other] for other, _ in pairs] for one, pairs in tied.items()}
        self._codes = settings(graph.circuit, "eventually")
        self._closures: dict[int, frozenset[int]] = {}

    @property
    def circuit(self) -> Circuit:
        """The circuit of the whole."""
        return self.graph.circuit

    def walk(self, lost: Sequence[int]) -> Walked:
        """Walk a loss.

        Args:
            lost: nodes that are down.
        """
        circuit = self.circuit
        reached = solve(circuit, dict.fromkeys(lost, DOWN), self._codes).state
        nodes = {found.start() for found in _HURT.finditer(reached)}
        part = self._part(nodes, reached)
        walked = trace(part, [(0, None, [circuit.ids[node] for node in lost], [])], None)
        state = bytearray(circuit.named_count)
        for number, name in enumerate(part.ids):
            state[circuit.index[name]] = walked.last.state[number]
        found = stories(walked)
        ends: dict[int, Verdict] = {
            circuit.index[journey.id]: end
            for journey in part.journeys.values()
            if (end := verdict(found.get(part.index[journey.id]), journey)) != "survives"
        }
        low, bad = (state.count(severity, 0, circuit.component_count) for severity in (DOWN, DEGRADED))
        return Walked(state, low, bad, self._exposed(nodes, state, part, walked), ends)

    def walks(self, losses: Iterable[Sequence[int]]) -> list[Walked]:
        """Walk several, one after the other."""
        return [self.walk(lost) for lost in losses]

    def _exposed(self, nodes: Iterable[int], state: bytearray, part: DependencyGraph, walked: Trace) -> int:
        """How many components have lost their spare in the end, groups outside the part included."""
        circuit, inner = self.circuit, part.circuit
        known = {id(group.record): number for number, group in enumerate(inner.groups)}
        found = set()
        for number in _groups(circuit, nodes):
            group = circuit.groups[number]
            node = circuit.rule_node[group.rule]
            if node >= circuit.component_count or node in found:
                continue
            place = known.get(id(group.record))
            if place is None:
                moved, value = False, group_value(group, state, moved=False, standby=False)
            else:
                moved, value = bool(walked.last.moved[place]), walked.last.groups[place]
            if lost_spare(circuit, group, state, moved=moved, value=value):
                found.add(node)
        return len(found)

    def breaks_at_worst(self, journeys: Collection[int], lost: Collection[int], doubted: Collection[int]) -> set[int]:
        """Which of some journeys break with everything unseen in the way.

        Args:
            journeys: nodes of journeys.
            lost: nodes that are down.
            doubted: nodes that the loss puts in doubt by where it is.
        """
        circuit = self.circuit
        keep = frozenset[int]().union(*(self.closure(journey) for journey in journeys))
        faults = dict.fromkeys((*lost, *doubted, *self.blind), DOWN)
        reached = solve(circuit, faults, self._codes, bound=self.bound).state
        part = self._part({node for node in keep if reached[node]}, reached, keep)
        ids = sorted(circuit.ids[node] for node in lost)
        seen = trace(part, [(0, None, ids, [])], None)
        inside = part.components.keys()
        tied = {one: [pair for pair in pairs if pair[0] in inside] for one, pairs in self.tied.items() if one in inside}
        found: Touched = {circuit.ids[node]: [] for node in sorted({*doubted} - {*lost})}
        targets = Targets([(0, None, ids, [])], tuple(ids), (), ())
        worst = stories(at_worst(part, _SCENARIO, targets, seen, self._blind_in(part), found, tied))
        broken = set()
        for node in journeys:
            name = circuit.ids[node]
            if name in part.journeys and verdict(worst.get(part.index[name]), part.journeys[name]) == "breaks":
                broken.add(node)
        return broken

    def _blind_in(self, part: DependencyGraph) -> list[int]:
        phases = {node: phase for (_, phase), node in self.circuit.phase_nodes.items() if node in self.blind}
        found = []
        for node, phase in sorted(phases.items()):
            owner = part.index.get(self.circuit.ids[self.circuit.node_of(node)])
            number = part.circuit.phase_node(owner, phase) if owner is not None else None
            if number is not None:
                found.append(number)
        return found

    def closure(self, journey: int) -> frozenset[int]:
        """Everything that a journey needs, and what that may fall with."""
        if journey not in self._closures:
            falls_with: dict[int, list[int]] = {}
            for one, others in self.bound.items():
                for other in others:
                    falls_with.setdefault(other, []).append(one)
            found: set[int] = set()
            work = [journey]
            while work:
                added = closure(self.circuit, work.pop()) - found
                found |= added
                work += [one for node in added & falls_with.keys() for one in falls_with[node] if one not in found]
            self._closures[journey] = frozenset(found)
        return self._closures[journey]

    @cached_property
    def _cycles(self) -> Mapping[int, tuple[int, ...]]:
        """A component's own cycle, where anything takes time to come back: whoever waits is judged by its cycle."""
        if not self.graph.slow:
            return {}
        return {node: cycle for node, cycle in enumerate(cycles(self.circuit)) if len(cycle) > 1}

    def _part(self, nodes: set[int], state: bytearray, keep: Collection[int] | None = None) -> DependencyGraph:
        """A system of the rules that feed some nodes, and of the failovers that may move beside them."""
        circuit = self.circuit
        fed = {member for node in nodes for member in self._cycles.get(node, (node,))}
        rules = {number for node in fed for number in circuit.feeds[node]}
        for number in _groups(circuit, nodes):
            group = circuit.groups[number]
            node = circuit.rule_node[group.rule]
            moves = group.fails_over and any(state[member] for member in group.active)
            if moves and (keep is None or node in keep):
                rules.add(group.rule)
        return DependencyGraph(_inventory(self.graph, nodes, sorted(rules)))


def _groups(circuit: Circuit, nodes: Iterable[int]) -> list[int]:
    """Groups in which some nodes take part."""
    roles, start = circuit.roles, circuit.roles_start
    return sorted({roles[at] for node in nodes for at in range(start[node], start[node + 1], 2)})


def _inventory(graph: DependencyGraph, nodes: Iterable[int], rules: Iterable[int]) -> Inventory:
    circuit = graph.circuit
    names = {circuit.ids[circuit.node_of(node)] for node in nodes}
    entries = sum(len(journey.entries) for journey in graph.inventory.journeys)
    dependencies: list[Dependency] = []
    redundancies: list[Redundancy] = []
    for number in rules:
        record = circuit.rules[number].record
        names.add(record.dependent)
        if isinstance(record, Redundancy):
            names.update(record.members, record.failover.needs if record.failover else ())
            redundancies.append(record)
        elif number >= entries:
            # those before are the entries of journeys, which come with them
            names.add(record.dependency)
            dependencies.append(record)
    journeys: list[Journey] = [graph.journeys[name] for name in sorted(names & graph.journeys.keys())]
    names.update(entry.component for journey in journeys for entry in journey.entries)
    components: list[Component] = [graph.components[name] for name in sorted(names & graph.components.keys())]
    return Inventory.model_construct(
        meta=Meta(assembled=True),
        components=tuple(components),
        dependencies=tuple(dependencies),
        redundancies=tuple(redundancies),
        journeys=tuple(journeys),
    )
