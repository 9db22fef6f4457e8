"""The minimal cut sets of the first orders by trying every loss: what is known where diagrams are too large."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb

import numpy as np

from blastradius.engine import DOWN
from blastradius.engine.diagrams.failing import When
from blastradius.engine.packed import PASS, compiled, evaluate
from blastradius.engine.packed.arrays import unpacked
from blastradius.graph import DependencyGraph

_BITS = 200_000_000
"""States of nodes that are held at once."""
_PAIRS = 2_000_000_000
"""Inputs of gates times pairs up to which pairs are tried as well."""

Sets = list[tuple[int, ...]]


def first_cuts(
    graph: DependencyGraph, nodes: Sequence[int], free: Sequence[int], *, when: When, degrades: bool
) -> tuple[dict[int, Sets], int]:
    """The minimal sets of one loss, and of two where that is cheap, that bring nodes down.

    Args:
        graph: the system, with the overlay applied.
        nodes: numbers of those asked about.
        free: numbers of what can be lost.
        when: which untimed rules.
        degrades: whether to be degraded is enough.

    Returns:
        The sets of each node, and the order up to which all of them are there.
    """
    found: dict[int, Sets] = {node: [] for node in nodes}
    order = 2 if compiled(graph.circuit, when).inputs.size * comb(len(free), 2) <= _PAIRS else 1
    for size in range(order + 1):
        enough = {node: set(sets) for node, sets in found.items()}
        for lost, hit in _tried(graph, list(combinations(free, size)), nodes, when, degrades):
            inner = [one for fewer in range(size) for one in combinations(lost, fewer)]
            for node in hit:
                if enough[node].isdisjoint(inner):
                    found[node].append(lost)
    return found, order


def _tried(
    graph: DependencyGraph, losses: Sequence[tuple[int, ...]], nodes: Sequence[int], when: When, degrades: bool
) -> Iterable[tuple[tuple[int, ...], list[int]]]:
    """Each loss with the nodes that it hits, where it hits any."""
    step = max(_BITS // len(graph.circuit.ids), PASS)
    for first in range(0, len(losses), step):
        part = losses[first : first + step]
        planes = evaluate(graph.circuit, [dict.fromkeys(lost, DOWN) for lost in part], when)
        bits = unpacked((planes.bad if degrades else planes.down)[list(nodes)])[:, : len(part)]
        for column in np.flatnonzero(bits.max(axis=0)).tolist():
            yield part[column], [nodes[row] for row in np.flatnonzero(bits[:, column]).tolist()]
