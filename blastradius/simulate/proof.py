"""Proofs: the shortest chain from a failed node to a cause, at one instant.

A walk from all causes outwards over the rules that act gives each failed node its distance and the neighbour that
comes first by id among the nearest; following neighbours gives the shortest chain, ties broken by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blastradius.circuit import Circuit, Group
from blastradius.engine import DOWN
from blastradius.engine.solve import PASSES
from blastradius.model import ChainLink
from blastradius.simulate.instants import Instant
from blastradius.wide import WideCircuit


@dataclass(frozen=True, slots=True)
class Step:
    """`node` is as bad as it is because `cause` is, through `rule`."""

    rule: int
    cause: int


def relevant(group: Group, moved: bool) -> tuple[int, ...]:
    """The members whose failure shows: the active ones until it moved, then all."""
    return group.active if group.active and not moved else group.members


def guilty(circuit: Circuit, instant: Instant, number: int) -> list[int]:
    """The nodes through which a rule is as bad as it is: its input, or the failed members of its group."""
    source, place = circuit.input_of(number)
    state = instant.state
    if place < 0:
        return [source]
    worth = instant.groups[place]
    nodes = relevant(circuit.groups[place], bool(instant.moved[place]))
    return [node for node in nodes if state[node] and (worth != DOWN or state[node] == DOWN)]


def passed(circuit: Circuit, instant: Instant, number: int) -> int:
    """What a rule passes on at an instant."""
    source, place = circuit.input_of(number)
    value = instant.groups[place] if place >= 0 else instant.state[source]
    return PASSES[instant.codes[number]][value]


class Proofs:
    """Shortest chains of one instant, for every failed node.

    Args:
        circuit: the system.
        instant: a settled state.
    """

    def __init__(self, circuit: Circuit, instant: Instant) -> None:
        self.circuit, self.instant = circuit, instant
        self.step: dict[int, Step | None] = {}
        causes = [node for node, severity in instant.faults.items() if severity == instant.state[node]]
        self._spread([node for node in causes if node not in instant.recovering])
        # What has not recovered yet is a cause of its own only where nothing else keeps it down.
        self._spread([node for node in causes if node not in self.step])

    def _spread(self, causes: Iterable[int]) -> None:
        """Outwards from some causes, to all that they explain and that nothing explains so far."""
        frontier = sorted(causes)
        self.step.update(dict.fromkeys(frontier))
        while frontier:
            reached: dict[int, Step] = {}
            for node in frontier:
                for number in self._users(node):
                    target = self.circuit.rule_node[number]
                    if target not in self.step and target not in reached and self._explains(number, node, target):
                        reached[target] = Step(number, node)
            self.step.update(reached)
            frontier = sorted(reached)

    def _users(self, node: int) -> Iterator[int]:
        circuit = self.circuit
        yield from circuit.users[circuit.users_start[node] : circuit.users_start[node + 1]]
        for at in range(circuit.roles_start[node], circuit.roles_start[node + 1], 2):
            yield circuit.groups[circuit.roles[at]].rule

    def _explains(self, number: int, node: int, target: int) -> bool:
        worth = passed(self.circuit, self.instant, number)
        if not worth or worth != self.instant.state[target]:
            return False
        return self.circuit.rule_source[number] >= 0 or node in guilty(self.circuit, self.instant, number)

    def steps(self, node: int) -> list[tuple[int, Step]]:
        """The chain from a node to its cause; empty where it is not failed or is itself removed."""
        chain = []
        step = self.step.get(node)
        while step is not None:
            chain.append((node, step))
            node = step.cause
            step = self.step.get(node)
        return chain

    def links(self, node: int) -> tuple[ChainLink, ...]:
        """The chain as records with evidence."""
        return tuple(link(self.circuit, step.rule, step.cause) for _, step in self.steps(node))

    def ids(self, node: int) -> tuple[str, ...]:
        """Ids of the chain, from the node itself to the cause; one that is on it in two phases is named once."""
        nodes = [node, *(step.cause for _, step in self.steps(node))]
        return tuple(dict.fromkeys(self.circuit.ids[self.circuit.node_of(n)] for n in nodes))


def link(circuit: Circuit, number: int, cause: int) -> ChainLink:
    """One rule as a link of a chain, towards one of its inputs."""
    rule = circuit.rules[number]
    record = rule.record
    group = circuit.groups[rule.group].record.members if rule.group >= 0 else ()
    return ChainLink(
        dependent=record.dependent,
        dependency=circuit.ids[circuit.node_of(cause)],
        strength=record.strength,
        phase=record.phase,
        tolerance=record.tolerance,
        hardens_after=record.hardens_after,
        group=group,
        basis=record.basis,
        reason=record.reason,
        evidence=record.evidence,
    )


def closure(circuit: Circuit, node: int, *, hard: bool = False) -> set[int]:
    """Every node that a node needs, directly or through others, over runtime rules (only hard ones if asked).

    The needs of failovers belong to it: without them a failover does not happen.
    """
    if isinstance(circuit, WideCircuit):
        return circuit.closure(node, hard=hard)
    found = {node}
    work = [node]
    while work:
        for number in circuit.feeds[work.pop()]:
            if hard and not circuit.rule_hard[number]:
                continue
            for source in _inputs(circuit, *circuit.input_of(number)):
                if source not in found:
                    found.add(source)
                    work.append(source)
    return found


def surely(circuit: Circuit, node: int) -> set[int]:
    """What works wherever a node works: its hard needs and theirs, save what a spare or a tolerance stands in for."""
    found = {node}
    work = [node]
    while work:
        for number in circuit.feeds[work.pop()]:
            if not circuit.rule_hard[number] or circuit.rule_down[number]:
                continue
            source, place = circuit.input_of(number)
            sources: tuple[int, ...] = (source,)
            if place >= 0:
                group = circuit.groups[place]
                sources = group.members if group.required >= len(group.members) else ()
            work += [one for one in sources if one not in found]
            found.update(sources)
    return found


def _inputs(circuit: Circuit, source: int, group: int) -> Iterable[int]:
    if group < 0:
        return (source,)
    return (*circuit.groups[group].members, *circuit.groups[group].needs)
