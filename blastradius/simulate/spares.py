"""Spares: which components lost theirs, and which failovers a journey rests on."""

from __future__ import annotations

from blastradius.circuit import Circuit, Group
from blastradius.engine import DOWN
from blastradius.model import PHASES
from blastradius.simulate.instants import Instant, Trace


def exposed(circuit: Circuit, instant: Instant) -> set[int]:
    """Nodes that are not down, on a runtime group that had a spare and has none now.

    Lost standbys and lost needs of a failover count: what cannot take over is no spare.
    """
    found = set()
    for number, group in enumerate(circuit.groups):
        node = circuit.rules[group.rule].node
        if node >= circuit.named_count or instant.state[node] == DOWN or instant.groups[number] == DOWN:
            continue
        before = len(group.members) if group.fails_over or not group.active else len(group.active)
        if before > group.required and _usable(group, number, instant) <= group.required:
            found.add(node)
    return found


def _usable(group: Group, number: int, instant: Instant) -> int:
    state = instant.state
    if group.active and not instant.moved[number]:
        can_move = group.fails_over and all(state[need] != DOWN for need in group.needs)
        nodes = group.members if can_move else group.active
    else:
        nodes = group.members
    return sum(state[node] != DOWN for node in nodes)


def cannot(circuit: Circuit, component: int, state: bytes) -> list[str]:
    """What cannot be done with a component: start, change, operate."""
    words = {"startup": "start", "deploy": "change", "operate": "operate"}
    found = []
    for phase in PHASES[1:]:
        node = circuit.phase_node(component, phase)
        if node is not None and state[node] == DOWN:
            found.append(words[phase])
    return found


def moved_groups(trace: Trace) -> list[int]:
    """Groups that failed over at any instant, in their order."""
    return [number for number, moved in enumerate(trace.last.moved) if moved]
