"""Pairs of losses that do more than both apart.

Without failovers, tolerances run out, a pair can do more only if some gate that neither sets has enough inputs set by
the two together: that filter is exact for one least fixpoint. What a failover saves from one loss it may not save from
two, so a pair is also judged where one of them had to be walked through time, unless nothing that either reaches is
read by what the other reaches, or the one is down at once with the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from blastradius.analysis.sweep.judging import Judge, Judged
from blastradius.circuit import Circuit
from blastradius.engine import DOWN, found, settings
from blastradius.engine.packed import Losses, Net, Passes, compiled
from blastradius.engine.packed.arrays import PASS, unpacked
from blastradius.engine.packed.net import COUNTED, EVERY
from blastradius.engine.packed.rows import Ints
from blastradius.model import Verdict
from blastradius.simulate.story import VERDICT_ORDER

States = NDArray[np.uint8]

EVERY_PAIR = 400
"""Up to so many losses every pair is evaluated; beyond, the filter says which can matter."""


@dataclass(frozen=True)
class Added:
    """What a pair does beyond both losses, by their places; journeys by node."""

    first: int
    second: int
    ends: dict[int, Verdict]
    down: int
    degraded: int


def added(judge: Judge, nodes: Sequence[int], judged: Judged) -> tuple[list[Added], int]:
    """The pairs that do more than both losses apart, and how many were evaluated.

    Args:
        judge: of the system.
        nodes: what is lost, one at a time.
        judged: what became of each of these losses.
    """
    if len(nodes) < 2:
        return [], 0
    pairs = _Pairs(judge, nodes, judged)
    every = len(nodes) <= EVERY_PAIR
    candidates = pairs.evaluated() if every else pairs.filtered()
    simulated = len(nodes) * (len(nodes) - 1) // 2 if every else len(candidates)
    return pairs.compared(candidates), simulated


class _Pairs:
    def __init__(self, judge: Judge, nodes: Sequence[int], judged: Judged) -> None:
        self.judge, self.nodes, self.judged = judge, np.array(nodes, np.int64), judged
        self.circuit: Circuit = judge.graph.circuit
        self.passes = Passes(compiled(self.circuit, "eventually", failovers=False), compiled=self._compiled)
        singles = self.nodes.reshape(-1, 1)
        self.late = np.concatenate(list(self._states(self.passes, singles, len(self.circuit.ids))))
        self.final = self.late[:, : self.circuit.named_count].copy()
        for place, walked in judged.walked.items():
            self.final[place] = np.frombuffer(bytes(walked.state), np.uint8)
        self.used = sorted(judged.walked)

    @property
    def _compiled(self) -> bool | None:
        return None if self.nodes.size * len(self.circuit.rules) > 2_000_000 else False

    def _states(self, passes: Passes, lost: Ints, count: int) -> Iterator[States]:
        """Severities of the first nodes under losses of some nodes each, 512 losses a piece."""
        losses = Losses.sets(lost.tolist())
        bits = passes.rows()
        for first in range(0, len(lost), PASS):
            chosen = np.arange(first, min(first + PASS, len(lost)))
            passes.settled(losses, chosen, bits)
            yield passes.ends(bits, np.arange(count), chosen.size)

    def evaluated(self) -> Ints:
        """Every pair that can do more than both, by evaluating all of them."""
        first, second = np.triu_indices(self.nodes.size, 1)
        kept = []
        named = self.circuit.named_count
        lost = np.stack([self.nodes[first], self.nodes[second]], axis=1)
        at = 0
        for states in self._states(self.passes, lost, named):
            one, other = first[at : at + len(states)], second[at : at + len(states)]
            both = np.maximum(self.late[one, :named], self.late[other, :named])
            kept.append(((states > both).any(axis=1), one, other))
            at += len(states)
        worse = np.concatenate([some for some, _, _ in kept])
        return self._with_others(np.stack([first[worse], second[worse]], axis=1))

    def filtered(self) -> Ints:
        """Every pair that can do more than both, by the gates that two losses may set together."""
        return self._with_others(np.argwhere(np.triu(self._meeting(), 1)))

    def _with_others(self, pairs: Ints) -> Ints:
        """Add the pairs in which a failover plays a part, and those that may break a journey by what nobody saw."""
        size = self.nodes.size
        wanted = np.zeros((size, size), np.bool_)
        wanted[pairs[:, 0], pairs[:, 1]] = True
        for place in self.used:
            coupled = self._coupled(place)
            wanted[place] |= coupled
            wanted[:, place] |= coupled
        if size <= EVERY_PAIR:
            wanted |= self._doubtful()
        return np.argwhere(np.triu(wanted, 1))

    def _meeting(self) -> NDArray[np.bool_]:
        """Which losses together have enough inputs of a gate that neither sets alone."""
        net = self.passes.net
        size = self.nodes.size
        meeting = np.zeros((size, size), np.bool_)
        for gate, inputs in self._set(net):
            threshold = int(net.threshold[gate[0]])
            count = inputs.sum(axis=0, dtype=np.int64)
            count[gate[1] > 0] = 0
            if np.partition(count, -2)[-2:].sum() < threshold:
                continue
            for few in np.unique(count[count > 0]):
                meeting[np.ix_(count == few, (count > 0) & (count >= threshold - few))] = True
        return meeting

    def _set(self, net: Net) -> Iterator[tuple[tuple[int, States], States]]:
        """Each gate that takes several inputs, under which losses it is set, and under which its inputs are."""
        losses = Losses.sets(self.nodes.reshape(-1, 1).tolist())
        words = -(-len(losses) // PASS) * (PASS // 64)
        held = np.zeros((net.rows, words), np.uint64)
        bits = self.passes.rows()
        for first in range(0, len(losses), PASS):
            self.passes.settled(losses, np.arange(first, min(first + PASS, len(losses))), bits)
            held[:, first // 64 : (first + PASS) // 64] = bits
        size = len(losses)
        for begin, end, kind, degree, _, at in net.runs.tolist():
            if kind not in (EVERY, COUNTED):
                continue
            for row in range(begin, end):
                place = at + (row - begin) * degree
                inputs = held[net.inputs[place : place + degree]]
                if inputs.any():
                    yield (row, unpacked(held[row])[:size]), unpacked(inputs)[:, :size]

    def _coupled(self, place: int) -> NDArray[np.bool_]:
        """Which losses may change what becomes of one that a failover plays a part in, or be changed by it."""
        own, reads = self._reached[place], self._read[place]
        coupled: NDArray[np.bool_] = (self._reached & reads).any(axis=1) | (self._read & own).any(axis=1)
        # what is down at once with the one adds nothing when it is lost as well
        codes = settings(self.circuit, "at_once")
        at_once = found(self.circuit, {int(self.nodes[place]): DOWN}, codes).state
        fallen = np.frombuffer(bytes(at_once), np.uint8)[self.nodes] == DOWN
        coupled &= ~fallen
        return coupled

    @cached_property
    def _reached(self) -> NDArray[np.bool_]:
        return self.late > 0

    @cached_property
    def _read(self) -> NDArray[np.bool_]:
        """What each loss reaches and all that the rules of that read."""
        read = self._reached.copy()
        inputs: dict[int, list[int]] = {}
        for place, reached in enumerate(self._reached):
            for node in np.flatnonzero(reached).tolist():
                if node not in inputs:
                    inputs[node] = list(self.circuit.runtime_inputs(node))
                read[place, inputs[node]] = True
        return read

    def _doubtful(self) -> NDArray[np.bool_]:
        """Pairs under which a journey that stands under both may break by what nobody saw."""
        size, first = self.nodes.size, self.circuit.component_count
        wanted = np.zeros((size, size), np.bool_)
        one, other = np.triu_indices(size, 1)
        lost = [tuple(pair) for pair in np.stack([self.nodes[one], self.nodes[other]], axis=1).tolist()]
        ends = self.judge.fallen_at_worst(lost)
        if ends is None:
            return wanted
        open_ = np.ones((size, self.circuit.named_count - first), np.bool_)
        for place, of in enumerate(self.judged.ends):
            for node, end in of.items():
                if end in ("breaks", "unknown"):
                    open_[place, node - first] = False
        for place, of_pair in enumerate(ends):
            a, b = one[place], other[place]
            wanted[a, b] = any(open_[a, node - first] and open_[b, node - first] for node in of_pair)
        return wanted

    def compared(self, pairs: Ints) -> list[Added]:
        """Judge pairs, and keep what is worse than under either loss."""
        lost = np.stack([self.nodes[pairs[:, 0]], self.nodes[pairs[:, 1]]], axis=1)
        judged = self.judge.judge([tuple(sorted(pair)) for pair in lost.tolist()], keep=True)
        result = []
        count = self.circuit.component_count
        place = 0
        for states in self._states(self.passes, lost, count):
            for late in states:
                first, second = (int(one) for one in pairs[place])
                walked = judged.walked.get(place)
                state = late if walked is None else np.frombuffer(bytes(walked.state), np.uint8)[:count]
                both = np.maximum(self.final[first, :count], self.final[second, :count])
                worse = state > both
                down, degraded = int((worse & (state == DOWN)).sum()), int((worse & (state < DOWN) & (both == 0)).sum())
                ends = self._worse(judged.ends[place], first, second)
                if ends or down or degraded:
                    result.append(Added(first, second, ends, down, degraded))
                place += 1
        return result

    def _worse(self, ends: dict[int, Verdict], first: int, second: int) -> dict[int, Verdict]:
        alone = self.judged.ends[first], self.judged.ends[second]
        rank = VERDICT_ORDER.index
        return {
            node: end for node, end in ends.items() if rank(end) > max(rank(of.get(node, "survives")) for of in alone)
        }
