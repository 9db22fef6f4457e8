"""What nobody could see of what a journey needs: behind it there may be causes that no analysis lists."""

from __future__ import annotations

import builtins

from blastradius.graph import DependencyGraph
from blastradius.model import Gap
from blastradius.simulate.proof import closure
from blastradius.simulate.unseen import blind, place_gap


def hidden(graph: DependencyGraph) -> dict[str, tuple[Gap, ...]]:
    """Gaps that concern each journey, by its id.

    A gap concerns a journey if it is about something the journey needs, directly or through others: a reference that leads
    nowhere, a place that nobody told, two things that may be one, an area that could not be read and that a reference may
    mean, and what it takes to do what the journey does.
    """
    circuit = graph.circuit
    untold = blind(graph)
    roaming = {component.id: component for component in graph.roaming}
    told = {gap.scope: gap for gap in graph.inventory.gaps if gap.component is None and gap.hides == "location"}
    areas = [gap for gap in graph.inventory.gaps if gap.component is None and gap.hides == "dependency"]
    unplaced = {
        one: told.get(component.scope or "inventory") or place_gap(component) for one, component in roaming.items()
    }
    found = {}
    for id in graph.journeys:
        nodes = closure(circuit, circuit.index[id])
        needed = {circuit.ids[circuit.node_of(node)] for node in nodes}
        gaps = [gap for gap in graph.inventory.gaps if gap.component in needed or gap.same_as in needed]
        if any(gap.reference is not None for gap in gaps):
            gaps += areas
        for one in sorted(needed & roaming.keys()):
            gaps.append(unplaced[one])
        gaps += [gap for node, gap in sorted(untold.items()) if node in nodes]
        # the same record may concern a journey in several ways
        found[id] = tuple({builtins.id(gap): gap for gap in gaps}.values())
    return found
