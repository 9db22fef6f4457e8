"""What nobody could see of what a journey needs: behind it there may be causes that no analysis lists."""

from __future__ import annotations

import builtins

from blastradius.circuit import Circuit
from blastradius.graph import DependencyGraph
from blastradius.model import Gap
from blastradius.simulate.grounds import Grounds, Ties
from blastradius.simulate.proof import closure
from blastradius.simulate.unseen import blind


def hidden(graph: DependencyGraph) -> dict[str, tuple[Gap, ...]]:
    """Gaps that concern each journey, by its id: all by which some loss could make its verdict unknown.

    A gap concerns a journey if it is about something the journey needs, directly or through others: a reference that leads
    nowhere, a place or a host that nobody told, things that may be one or of which nothing tells which one is meant, an
    area that could not be read and that a reference may mean, and what it takes to do what the journey does. What a gap
    names is needed by that gap.
    """
    circuit = graph.circuit
    grounds = Grounds(graph)
    untold = sorted(blind(graph).items())
    uncertain = grounds.of_components()
    tied = _by_whom(grounds.ties())
    found = {}
    for id in graph.journeys:
        gaps, nodes = _concerning(circuit, circuit.index[id], uncertain, tied)
        gaps += [gap for node, gap in untold if node in nodes]
        # the same record may concern a journey in several ways
        found[id] = tuple({builtins.id(gap): gap for gap in gaps}.values())
    return found


def _by_whom(ties: Ties) -> Ties:
    """Whose fall may take a component down, by the component's id."""
    found: Ties = {}
    for other, pairs in ties.items():
        for component, gap in pairs:
            found.setdefault(component, []).append((other, gap))
    return found


def _concerning(
    circuit: Circuit, journey: int, uncertain: dict[str, list[Gap]], tied: Ties
) -> tuple[list[Gap], set[int]]:
    """The gaps on what a journey needs and on what those name, and the nodes of all that."""
    found: list[Gap] = []
    done: set[int] = set()
    work = [journey]
    while work:
        at = work.pop()
        if at in done:
            continue
        nodes = closure(circuit, at) - done
        done |= nodes
        needed = {circuit.ids[circuit.node_of(node)] for node in nodes}
        for component in sorted(needed & uncertain.keys()):
            found += uncertain[component]
        for component in sorted(needed & tied.keys()):
            for other, gap in tied[component]:
                found.append(gap)
                work.append(circuit.index[other])
    return found, done
