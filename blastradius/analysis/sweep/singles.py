"""What single losses reach and read, in sparse rows: most losses reach little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blastradius.circuit import Circuit
from blastradius.engine.packed.rows import Array, Ints, by_key, gathered


@dataclass(frozen=True)
class States:
    """Severities under losses, where they are not up.

    Attributes:
        start: where the nodes of each loss begin.
        nodes: their numbers.
        severities: of each.
    """

    start: Ints
    nodes: Array
    severities: Array

    @classmethod
    def of(cls, pieces: Iterable[NDArray[np.uint8]]) -> States:
        """From rows of severities, some losses a piece."""
        sizes, nodes, severities = [np.zeros(1, np.int64)], [], []
        for piece in pieces:
            where, which = np.nonzero(piece)
            sizes.append(np.bincount(where, minlength=len(piece)))
            nodes.append(which.astype(np.int32))
            severities.append(piece[where, which])
        return cls(np.cumsum(np.concatenate(sizes)), np.concatenate(nodes), np.concatenate(severities))

    def but(self, others: Mapping[int, NDArray[np.uint8]], count: int) -> States:
        """The same for the first nodes with the rows of some losses replaced."""
        if not others:
            return self
        pieces = []
        for place in range(self.start.size - 1):
            row = others.get(place)
            pieces.append(self.dense(np.array([place]), count) if row is None else row[:count].reshape(1, -1))
        return States.of(pieces)

    def dense(self, places: Array, count: int) -> NDArray[np.uint8]:
        """A byte for each of the first nodes: a row a loss."""
        lengths = self.start[places + 1] - self.start[places]
        rows = np.repeat(np.arange(places.size), lengths)
        nodes, severities = (gathered(self.start, one, places) for one in (self.nodes, self.severities))
        found = np.zeros((places.size, count), np.uint8)
        inside = nodes < count
        found[rows[inside], nodes[inside]] = severities[inside]
        return found


class Reads:
    """Which losses have to do with each other: what one reaches is read by what the other reaches.

    Args:
        circuit: the system.
        reached: what each loss reaches.
    """

    def __init__(self, circuit: Circuit, reached: States) -> None:
        inputs = [list(circuit.runtime_inputs(node)) for node in range(len(circuit.ids))]
        start = np.concatenate([[0], np.cumsum([len(row) for row in inputs])])
        read = np.array([node for row in inputs for node in row], np.int64)
        losses = np.repeat(np.arange(reached.start.size - 1), np.diff(reached.start))
        count, nodes = len(circuit.ids), reached.nodes.astype(np.int64)
        reading = np.repeat(losses, (start[1:] - start[:-1])[nodes])
        self._reached = reached
        keys, values = np.concatenate([losses, reading]), np.concatenate([nodes, gathered(start, read, nodes)])
        self._read = by_key(keys, values, reached.start.size - 1)
        self._reached_by = by_key(nodes, losses, count)
        self._read_by = by_key(values, keys, count)

    def coupled(self, place: int) -> Ints:
        """Losses that have to do with one."""
        reached = self._reached.nodes[self._reached.start[place] : self._reached.start[place + 1]]
        start, values = self._read
        read = np.unique(values[start[place] : start[place + 1]])
        found: Ints = np.unique(
            np.concatenate([gathered(*self._reached_by, read), gathered(*self._read_by, np.unique(reached))])
        )
        return found
