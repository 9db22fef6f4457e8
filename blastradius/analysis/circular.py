"""Failovers to something that needs what it takes over from: the untimed rules count them, the walk through time does not."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from blastradius.engine.cycles import cycles
from blastradius.graph import DependencyGraph
from blastradius.model import Value
from blastradius.simulate.proof import closure, surely


class Circular(Value):
    """A failover whose standby is down wherever that is down which it takes over from."""

    dependent: str = Field(description="Id of what fails over.")
    members: tuple[str, ...] = Field(description="Ids of the standby members that need it themselves.")


def circular(graph: DependencyGraph, journeys: Iterable[str]) -> tuple[Circular, ...]:
    """The failovers below some journeys that are counted as a way out and are none.

    The untimed rules found a failover on its needs alone: whether its standby needs what it should save is a matter of
    what was first, and they know no first. In a walk through time it is down with it, and never takes over.

    Args:
        graph: the system, with the overlay applied.
        journeys: ids of journeys.
    """
    circuit = graph.circuit
    if not any(group.active for group in circuit.groups):
        return ()
    below = set[int]().union(*(closure(circuit, graph.index[id]) for id in journeys))
    own = cycles(circuit)
    found = []
    for group in circuit.groups:
        rule = circuit.rules[group.rule]
        if not group.active or not group.fails_over or rule.node not in below or not rule.hard or rule.down_after:
            continue
        standby = set(group.members).difference(group.active).intersection(own[rule.node])
        needing = {circuit.ids[one] for one in standby if rule.node in surely(circuit, one)}
        if needing:
            found.append(Circular(dependent=group.record.dependent, members=tuple(sorted(needing))))
    return tuple(sorted(found, key=lambda one: (one.dependent, one.members)))
