"""What single losses reach and read, in sparse rows: most losses reach little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blastradius.circuit import ACTIVE, MEMBER, Circuit
from blastradius.engine import DOWN
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


class Meets:
    """Which losses may have to do with each other over time: only at what both reach, or in a group that both touch.

    Anything else is at every instant as bad as under the worse of the two. What one of them reaches is what it reaches
    before any failover, tolerances run out: at no instant it is more.

    Args:
        circuit: the system.
        reached: what each loss reaches.
        cold: nodes of components that wait for their startup rules before they come back.
    """

    def __init__(self, circuit: Circuit, reached: States, cold: Iterable[int]) -> None:
        self._reached = reached
        count, nodes = len(circuit.ids), reached.nodes.astype(np.int64)
        losses = np.repeat(np.arange(reached.start.size - 1), np.diff(reached.start))
        self._by_node = by_key(nodes, losses, count)
        self._starting = {node: start for node in cold if (start := circuit.phase_node(node, "startup")) is not None}
        self._starting |= {start: node for node, start in self._starting.items()}
        self._count(circuit, losses, nodes)

    def _count(self, circuit: Circuit, losses: Ints, nodes: Ints) -> None:
        """How many of the nodes that a group shows each loss takes, on both planes; of a failover anything that it reads."""
        start = np.frombuffer(circuit.roles_start, np.int32).astype(np.int64) // 2
        roles = np.array(circuit.roles, np.int64).reshape(-1, 2)
        lengths = (start[1:] - start[:-1])[nodes]
        owner, down = np.repeat(losses, lengths), np.repeat(self._reached.severities == DOWN, lengths)
        group, role = (gathered(start, column, nodes) for column in (roles[:, 0], roles[:, 1]))
        groups = circuit.groups
        moves = np.array([bool(one.active) and one.fails_over for one in groups], np.bool_)
        still = np.array([bool(one.active) and not one.fails_over for one in groups], np.bool_)
        counted = moves[group] | np.where(still[group], role & ACTIVE, role & MEMBER).astype(np.bool_)
        owner, group, down = owner[counted], group[counted], down[counted]
        total = max(1, len(groups))
        keys, places = np.unique(owner * total + group, return_inverse=True)
        bad, fallen = np.bincount(places, minlength=keys.size), np.bincount(places[down], minlength=keys.size)
        self._groups = np.searchsorted(keys, np.arange(self._reached.start.size) * total), keys % total
        self._bad, self._fallen = bad, fallen
        self._by_group = by_key(keys % total, np.arange(keys.size), total)
        self._losses = keys // total
        shown = [(len(one.active), one.active_full) if one.active else (len(one.members), one.full) for one in groups]
        needed = [
            (size - one.required + 1, size - max(one.required, full) + 1)
            for one, (size, full) in zip(groups, shown, strict=True)
        ]
        self._needed = np.where(moves[:, None], 0, np.array(needed, np.int64).reshape(-1, 2))

    def coupled(self, place: int) -> Ints:
        """Losses that may have to do with one."""
        reached = self._reached.nodes[self._reached.start[place] : self._reached.start[place + 1]].astype(np.int64)
        also = [self._starting[node] for node in reached.tolist() if node in self._starting] if self._starting else []
        found = [gathered(*self._by_node, np.concatenate([reached, np.array(also, np.int64)]))]
        start, groups = self._groups
        own = np.arange(start[place], start[place + 1])
        entries = gathered(*self._by_group, groups[own])
        sizes = np.diff(self._by_group[0])[groups[own]]
        down, bad = self._needed[groups[entries]].T
        enough = np.repeat(self._fallen[own], sizes) + self._fallen[entries] >= down
        enough |= np.repeat(self._bad[own], sizes) + self._bad[entries] >= bad
        found.append(self._losses[entries[enough]])
        told: Ints = np.unique(np.concatenate(found))
        return told
