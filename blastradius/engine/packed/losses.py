"""Losses as arrays, and what is counted of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from blastradius.engine.packed.rows import Ints, gathered
from blastradius.engine.solve import DOWN


@dataclass(frozen=True)
class Losses:
    """Many losses.

    Attributes:
        start: where the nodes of each loss begin.
        nodes: nodes that are lost.
        severity: what each of them is of itself, in the same places.
        shared: sets of nodes that go down in many losses alike.
        alike: for each loss which of these sets goes down with it; -1 for none.
    """

    start: Ints
    nodes: Ints
    severity: Ints
    shared: tuple[Ints, ...] = ()
    alike: Ints | None = None

    @classmethod
    def of(cls, losses: Sequence[Mapping[int, int]]) -> Losses:
        """Losses as mappings from a node to its severity."""
        start = np.zeros(len(losses) + 1, np.int64)
        np.cumsum(np.fromiter((len(one) for one in losses), np.int64, len(losses)), out=start[1:])
        nodes = np.fromiter((node for one in losses for node in one), np.int64, int(start[-1]))
        severity = np.fromiter((value for one in losses for value in one.values()), np.int64, int(start[-1]))
        return cls(start, nodes, severity)

    @classmethod
    def sets(cls, losses: Sequence[Sequence[int]], shared: Iterable[Ints] = (), alike: Ints | None = None) -> Losses:
        """Losses as nodes that are down; the rest as above."""
        start = np.zeros(len(losses) + 1, np.int64)
        np.cumsum(np.fromiter((len(one) for one in losses), np.int64, len(losses)), out=start[1:])
        nodes = np.fromiter((node for one in losses for node in one), np.int64, int(start[-1]))
        return cls(start, nodes, np.full(nodes.size, DOWN), tuple(shared), alike)

    def some(self, numbers: Ints) -> Losses:
        """Those of some numbers, in that order, with the shared sets that they need."""
        start = np.concatenate([[0], np.cumsum(self.start[numbers + 1] - self.start[numbers])])
        nodes, severity = (gathered(self.start, one, numbers) for one in (self.nodes, self.severity))
        if self.alike is None:
            return Losses(start, nodes, severity)
        used, alike = np.unique(self.alike[numbers], return_inverse=True)
        shared = tuple(self.shared[one] for one in used.tolist() if one >= 0)
        return Losses(start, nodes, severity, shared, alike - int((used < 0).sum()))

    def first(self, rows: Ints, none: int) -> Ints:
        """The row of the first node of each, or another number where it has no node."""
        found = np.full(len(self), none)
        some = self.start[:-1] < self.start[1:]
        found[some] = rows[self.nodes[self.start[:-1][some]]]
        return found

    def __len__(self) -> int:
        return self.start.size - 1

    @property
    def degrades(self) -> bool:
        """Whether any node is degraded without being down."""
        return bool((self.severity != DOWN).any())


@dataclass
class Tally:
    """What is counted of each loss.

    Attributes:
        down: components that are down.
        degraded: components that are degraded.
        exposed: components without the spare they had, where the net watches them.
        alarm: whether active members of a group that can fail over were not all right.
        ends: severity of each journey: a row a loss.
    """

    down: Ints
    degraded: Ints
    exposed: Ints
    alarm: NDArray[np.bool_]
    ends: NDArray[np.uint8] = field(repr=False)

    @classmethod
    def empty(cls, losses: int, journeys: int) -> Tally:
        """Zeros."""
        down, degraded, exposed = (np.zeros(losses, np.int64) for _ in range(3))
        return cls(down, degraded, exposed, np.zeros(losses, np.bool_), np.zeros((losses, journeys), np.uint8))
