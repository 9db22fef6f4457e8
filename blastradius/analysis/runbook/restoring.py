"""In which order things come back once what was lost is back."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.analysis.runbook.result import Restored
from blastradius.circuit import Circuit
from blastradius.engine import DOWN, UP
from blastradius.engine.cycles import cycles
from blastradius.engine.solve import group_value
from blastradius.model import FOREIGN
from blastradius.simulate.run import Run


def restored(run: Run) -> Iterable[Restored]:
    """Waves of the user's own components that fell: each stands on those before it, by run-time and startup needs.

    Args:
        run: the scenario, walked.
    """
    circuit, graph = run.circuit, run.graph
    # what a failover brought back meanwhile only has to be moved back
    fallen = {node for node in range(circuit.component_count) if run.seen.last.state[node] == DOWN}
    for wave, together in _waves(circuit, fallen, run.seen.last.moved):
        own = [graph.components[circuit.ids[node]] for node in wave]
        own = [one for one in own if one.kind not in FOREIGN]
        if not own:
            continue
        own.sort(key=lambda one: one.id)
        yield Restored(
            names=tuple(graph.called(one.id) for one in own if one.recovery is None),
            slow=tuple((graph.called(one.id), one.recovery) for one in own if one.recovery is not None),
            cold=tuple(graph.called(one.id) for one in own if one.restart == "cold"),
            together=together,
        )


def _waves(circuit: Circuit, fallen: set[int], moved: bytes) -> Iterable[tuple[list[int], bool]]:
    state = bytearray(len(circuit.ids))
    for node in fallen:
        state[node] = DOWN
    remaining = set(fallen)
    own_cycle = cycles(circuit)
    while remaining:
        ready = [node for node in sorted(remaining) if _stands(circuit, node, state, moved)]
        together = False
        if not ready:
            ready, together = _cycle(circuit, remaining, own_cycle, state, moved), True
        for node in ready:
            state[node] = UP
        remaining -= set(ready)
        yield ready, together


def _cycle(
    circuit: Circuit, remaining: set[int], own_cycle: list[tuple[int, ...]], state: bytearray, moved: bytes
) -> list[int]:
    """The first cycle all of whose outer needs stand; everything left where there is none, as in a deadlock."""
    for node in sorted(remaining):
        members = [one for one in own_cycle[node] if one in remaining]
        trial = bytearray(state)
        for one in members:
            trial[one] = UP
        if len(members) > 1 and all(_stands(circuit, one, trial, moved) for one in members):
            return members
    return sorted(remaining)


def _stands(circuit: Circuit, node: int, state: bytearray, moved: bytes) -> bool:
    """Whether all that a component needs hard, to run and to start, is there."""
    startup = circuit.phase_node(node, "startup")
    numbers = [*circuit.feeds[node], *(circuit.feeds[startup] if startup is not None else ())]
    for number in numbers:
        rule = circuit.rules[number]
        if not rule.hard:
            continue
        if rule.group < 0:
            bad = state[rule.source] == DOWN
        else:
            group = circuit.groups[rule.group]
            # what can move counts as moved: who restores may start from whichever member is back first
            able = group.fails_over and all(state[need] != DOWN for need in group.needs)
            bad = group_value(group, state, moved=able or bool(moved[rule.group]), standby=False) == DOWN
        if bad:
            return False
    return True
