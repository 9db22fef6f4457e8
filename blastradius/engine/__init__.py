"""Kernels over the circuit: the least fixpoint of failure, with and without founded failovers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from blastradius.engine.solve import DEGRADED, DOWN, UP, Solution, found, settings, solve
from blastradius.graph import DependencyGraph

__all__ = ["DEGRADED", "DOWN", "UP", "Solution", "fixpoint", "found", "settings", "solve"]


def fixpoint(
    graph: DependencyGraph,
    removed: Iterable[str],
    degraded: Iterable[str] = (),
    when: Literal["at_once", "eventually"] = "at_once",
) -> dict[str, int]:
    """The untimed state of everything after a loss.

    Args:
        graph: the system.
        removed: ids of components that are down.
        degraded: ids of components that are degraded.
        when: `at_once`: rules with a tolerance do not act and soft needs are soft; `eventually`: tolerances have
            run out and soft needs that harden are hard. Failovers take no time and count once founded.

    Returns:
        0 up, 1 degraded, 2 down, by id of component and journey.
    """
    circuit = graph.circuit
    faults = {circuit.index[node]: DEGRADED for node in degraded}
    faults.update((circuit.index[node], DOWN) for node in removed)
    state = found(circuit, faults, settings(circuit, when)).state
    return {node: state[number] for number, node in enumerate(graph.ids)}
