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
    state, moved, values = instant.state, instant.moved, instant.groups
    return {
        circuit.rule_node[group.rule]
        for number, group in enumerate(circuit.groups)
        if lost_spare(circuit, group, state, moved=bool(moved[number]), value=values[number])
    }


def lost_spare(circuit: Circuit, group: Group, state: bytes | bytearray, *, moved: bool, value: int) -> bool:
    """Whether the node of a runtime group is not down and has no spare left in it, having had one.

    Args:
        circuit: the system.
        group: the group.
        state: severities of nodes.
        moved: whether the group has failed over.
        value: severity of the group.
    """
    node = circuit.rule_node[group.rule]
    if node >= circuit.named_count or state[node] == DOWN or value == DOWN:
        return False
    before = len(group.members) if group.fails_over or not group.active else len(group.active)
    return before > group.required and _usable(group, state, moved) <= group.required


def _usable(group: Group, state: bytes | bytearray, moved: bool) -> int:
    nodes = group.members
    if group.active and not moved and not (group.fails_over and all(state[need] != DOWN for need in group.needs)):
        nodes = group.active
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
