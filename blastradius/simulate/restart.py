"""Starting from nothing: cold-start deadlocks and unfounded survivors.

The started set grows from nothing: a component joins once its startup rules stand on what has started, and components
that need each other at run time alone may join together. Rules count as if every tolerance had run out: nothing is
cached before the first start.
"""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.circuit import Circuit
from blastradius.engine import DOWN, found, settings


def startable(circuit: Circuit, removed: Iterable[int]) -> set[int]:
    """Components that can be started from nothing while some are removed, in node numbers."""
    gone = dict.fromkeys(removed, DOWN)
    codes = settings(circuit, "eventually")
    startup = {component: node for (component, phase), node in circuit.phase_nodes.items() if phase == "startup"}
    blocked = set(startup)
    while True:
        faults = {**gone, **dict.fromkeys(blocked, DOWN)}
        state = found(circuit, faults, codes).state
        freed = {component for component in blocked if state[startup[component]] != DOWN}
        if not freed:
            return {node for node in range(circuit.component_count) if state[node] != DOWN}
        blocked -= freed


def has_startup_rules(circuit: Circuit) -> bool:
    """Whether anything needs anything to start."""
    return any(phase == "startup" for _, phase in circuit.phase_nodes)
