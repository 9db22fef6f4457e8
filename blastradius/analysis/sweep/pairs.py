"""Pairs of losses that do more than both apart.

Without failovers, tolerances run out, a pair can do more only if some gate that neither sets has enough inputs set by
the two together: that filter is exact for one least fixpoint. What a failover saves from one loss it may not save from
two, so a pair is also judged where one of them had to be walked through time, unless both reach nothing in common and
no group in which they take enough together, or the one is down at once with the other. Where no failover has anything to do with
a pair, what it does is that fixpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from blastradius.analysis.sweep.judging import Judge, Judged
from blastradius.analysis.sweep.singles import Meets, States
from blastradius.circuit import Circuit
from blastradius.engine import DOWN, found, settings
from blastradius.engine.packed import Losses, Net, Passes, compiled
from blastradius.engine.packed.arrays import PASS, unpacked
from blastradius.engine.packed.net import COUNTED, EVERY
from blastradius.engine.packed.pairing import Met
from blastradius.engine.packed.rows import Ints
from blastradius.model import Verdict
from blastradius.simulate.story import VERDICT_ORDER

Bytes = NDArray[np.uint8]

EVERY_PAIR = 400
"""Up to so many losses every pair is evaluated; beyond, the filter says which can matter."""
WORTH = 2_000_000
"""Rules times losses from which on kernels pay."""
UNSEEN_PAIRS = 500_000
"""Up to so many pairs are evaluated for what nobody saw; beyond, pairs are compared by what was seen alone."""
_MANY = 1 << 18
"""Pairs judged at once."""
_VERDICTS: Mapping[int, Verdict] = {1: "degrades", 2: "breaks"}


@dataclass
class Added:
    """What pairs do beyond both losses, in columns: losses by their places, journeys by node.

    Attributes:
        first: one loss of each pair.
        second: the other.
        down: components down that are down under neither alone.
        degraded: components degraded that are all right under either alone.
        ends: journeys that are worse, by the place of the pair.
        evaluated: how many pairs were.
        seen_only: whether what nobody saw was left out.
    """

    first: Ints
    second: Ints
    down: Ints
    degraded: Ints
    ends: dict[int, dict[int, Verdict]] = field(default_factory=dict)
    evaluated: int = 0
    seen_only: bool = False

    @classmethod
    def joined(cls, parts: Sequence[Added]) -> Added:
        """Pairs of several parts, one part behind the other."""
        none = np.zeros(0, np.int64)
        columns = [[none, *(getattr(one, name) for one in parts)] for name in ("first", "second", "down", "degraded")]
        first, second, down, degraded = (np.concatenate(column) for column in columns)
        ends: dict[int, dict[int, Verdict]] = {}
        before = 0
        for one in parts:
            ends.update((before + place, of) for place, of in one.ends.items())
            before += one.first.size
        return cls(first, second, down, degraded, ends)

    def worst(self, top: int | None) -> Iterator[tuple[int, int, int, int, int]]:
        """Place, both losses, components down and degraded of all pairs, or of enough that the worst are among them."""
        places: Ints = np.arange(self.first.size)
        if top is not None:
            # whoever hits a journey comes first; of the others those that hit the most, then by their places
            others = np.setdiff1d(places, np.fromiter(self.ends, np.int64, len(self.ends)), assume_unique=True)
            keys = (self.second[others], self.first[others], -self.degraded[others], -self.down[others])
            places = np.concatenate([np.array(sorted(self.ends), np.int64), others[np.lexsort(keys)[:top]]])
        columns = (self.first, self.second, self.down, self.degraded)
        return zip(places.tolist(), *(one[places].tolist() for one in columns), strict=True)


def added(judge: Judge, nodes: Sequence[int], judged: Judged) -> Added:
    """The pairs that do more than both losses apart.

    Args:
        judge: of the system.
        nodes: what is lost, one at a time.
        judged: what became of each of these losses.
    """
    if len(nodes) < 2:
        return Added.joined([])
    pairs = _Pairs(judge, nodes, judged)
    possible = len(nodes) * (len(nodes) - 1) // 2
    if len(nodes) <= EVERY_PAIR:
        result = pairs.compared(pairs.evaluated())
        result.evaluated = possible
        return result
    quick = pairs.met()
    if quick is None:
        candidates = pairs.filtered()
        quick = pairs.compared(candidates)
        quick.evaluated = len(candidates)
    quick.seen_only = possible > UNSEEN_PAIRS and judge.doubts([(node,) for node in nodes]) is not None
    return quick


class _Pairs:
    def __init__(self, judge: Judge, nodes: Sequence[int], judged: Judged) -> None:
        self.judge, self.nodes, self.judged = judge, np.array(nodes, np.int64), judged
        self.circuit: Circuit = judge.graph.circuit
        self.net = compiled(self.circuit, "eventually", failovers=False)
        self.passes = Passes(self.net, compiled=self._compiled)
        ids = np.arange(len(self.circuit.ids))
        self.late = States.of(self._states(self.nodes.reshape(-1, 1), ids))
        walked = {place: np.frombuffer(bytes(one.state), np.uint8) for place, one in judged.walked.items()}
        self.final = self.late.but(walked, self.circuit.named_count)
        self.used = sorted(judged.walked)

    @property
    def _compiled(self) -> bool | None:
        return None if self.nodes.size * len(self.circuit.rules) > WORTH else False

    def _states(self, lost: Ints, asked: Ints) -> Iterator[Bytes]:
        """Severities of some nodes under losses of some nodes each, 512 losses a piece."""
        losses = Losses.sets(lost.tolist())
        bits = self.passes.rows()
        for first in range(0, len(lost), PASS):
            chosen = np.arange(first, min(first + PASS, len(lost)))
            self.passes.settled(losses, chosen, bits)
            yield self.passes.ends(bits, asked, chosen.size)

    def _lost(self, pairs: Ints) -> Ints:
        lost: Ints = self.nodes[pairs]
        return lost

    def evaluated(self) -> Ints:
        """Every pair that can do more than both, by evaluating all of them."""
        pairs = np.stack(np.triu_indices(self.nodes.size, 1), axis=1)
        kept = []
        named = self.circuit.named_count
        at = 0
        for states in self._states(self._lost(pairs), np.arange(named)):
            some = pairs[at : at + len(states)]
            both = np.maximum(self.late.dense(some[:, 0], named), self.late.dense(some[:, 1], named))
            kept.append(some[(states > both).any(axis=1)])
            at += len(states)
        return self._with_others(np.concatenate(kept))

    def filtered(self) -> Ints:
        """Every pair that can do more than both, by the gates that two losses may set together."""
        return self._with_others(np.argwhere(np.triu(self._meeting(), 1)))

    def met(self) -> Added | None:
        """All pairs that do more, walked one on top of the other; none where kernels or space are not there."""
        first = self.circuit.component_count
        if not self.passes.compiled:
            return None
        journeys = np.arange(first, self.circuit.named_count)
        told = self.judge.hands.met(self.net, journeys, self.nodes.tolist())
        if told is None:
            return None
        parts, walked = told
        alarmed = [np.stack([one.first, one.second], axis=1)[one.alarm > 0].astype(np.int64) for one in parts]
        pairs = self._with_others(np.concatenate([np.zeros((0, 2), np.int64), *alarmed]))
        taken = self._keys(pairs)
        result = [self.compared(pairs)]
        for one in parts:
            kept = (one.alarm == 0) & ~np.isin(self._keys(np.stack([one.first, one.second], axis=1)), taken)
            result.append(self._only_worse(_column(one, first, kept)))
        joined = Added.joined(result)
        joined.evaluated = walked + len(pairs) - sum(map(len, alarmed))
        return joined

    def _keys(self, pairs: Ints) -> Ints:
        keys: Ints = pairs[:, 0].astype(np.int64) * self.nodes.size + pairs[:, 1]
        return keys

    def _only_worse(self, columns: Added) -> Added:
        """Without what became of journeys where one loss alone does as much by what nobody saw, and pairs that do no more."""
        ends = {}
        for place, of in columns.ends.items():
            worse = self._worse(of, int(columns.first[place]), int(columns.second[place]))
            if worse:
                ends[place] = worse
        kept = (columns.down > 0) | (columns.degraded > 0)
        kept[list(ends)] = True
        at = np.cumsum(kept) - 1
        told = {int(at[place]): of for place, of in ends.items()}
        return Added(columns.first[kept], columns.second[kept], columns.down[kept], columns.degraded[kept], told)

    def _with_others(self, pairs: Ints) -> Ints:
        """Add the pairs in which a failover plays a part, and those that may break a journey by what nobody saw."""
        size = self.nodes.size
        keys = [self._keys(pairs)]
        for place in self.used:
            others = self._coupled(place)
            keys.append(np.minimum(others, place) * size + np.maximum(others, place))
        if size * (size - 1) // 2 <= UNSEEN_PAIRS:
            keys.append(self._keys(self._doubtful()))
        wanted = np.unique(np.concatenate(keys))
        return np.stack([wanted // size, wanted % size], axis=1)

    def _meeting(self) -> NDArray[np.bool_]:
        """Which losses together have enough inputs of a gate that neither sets alone."""
        net = self.net
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

    def _set(self, net: Net) -> Iterator[tuple[tuple[int, Bytes], Bytes]]:
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

    def _coupled(self, place: int) -> Ints:
        """Losses that may change what becomes of one that a failover plays a part in, or be changed by it."""
        coupled = self._meets.coupled(place)
        # what is down at once with the one adds nothing when it is lost as well
        codes = settings(self.circuit, "at_once")
        at_once = found(self.circuit, {int(self.nodes[place]): DOWN}, codes).state
        fallen = np.frombuffer(bytes(at_once), np.uint8)[self.nodes[coupled]] == DOWN
        left: Ints = coupled[~fallen & (coupled != place)]
        return left

    @cached_property
    def _meets(self) -> Meets:
        index, components = self.judge.graph.index, self.judge.graph.inventory.components
        return Meets(self.circuit, self.late, (index[one.id] for one in components if one.restart == "cold"))

    def _doubtful(self) -> Ints:
        """Pairs under which a journey that stands under both may break by what nobody saw."""
        size, first = self.nodes.size, self.circuit.component_count
        pairs = np.stack(np.triu_indices(size, 1), axis=1)
        wanted = np.zeros(len(pairs), np.bool_)
        open_ = np.ones((size, self.circuit.named_count - first), np.bool_)
        for place, of in enumerate(self.judged.ends):
            for node, end in of.items():
                if end in ("breaks", "unknown"):
                    open_[place, node - first] = False
        for begin in range(0, len(pairs), _MANY):
            some = pairs[begin : begin + _MANY]
            ends = self.judge.fallen_at_worst([tuple(pair) for pair in self._lost(some).tolist()])
            if ends is None:
                break
            both = open_[some[:, 0]] & open_[some[:, 1]]
            for place, of_pair in enumerate(ends):
                wanted[begin + place] = any(both[place, node - first] for node in of_pair)
        found_: Ints = pairs[wanted]
        return found_

    def compared(self, pairs: Ints) -> Added:
        """Judge pairs, and keep what is worse than under either loss."""
        result, count = [], self.circuit.component_count
        for begin in range(0, len(pairs), _MANY):
            some = pairs[begin : begin + _MANY]
            lost = self._lost(some)
            judged = self.judge.judge([tuple(sorted(pair)) for pair in lost.tolist()], keep=True)
            place = 0
            for states in self._states(lost, np.arange(count)):
                piece = some[place : place + len(states)]
                for at in range(len(states)):
                    if (walked := judged.walked.get(place + at)) is not None:
                        states[at] = np.frombuffer(bytes(walked.state), np.uint8)[:count]
                result.append(self._beyond(piece, states, judged.ends[place : place + len(states)]))
                place += len(states)
        return Added.joined(result)

    def _beyond(self, pairs: Ints, states: Bytes, ends: Sequence[dict[int, Verdict]]) -> Added:
        """What is worse in some states than under either loss."""
        count = states.shape[1]
        both = np.maximum(self.final.dense(pairs[:, 0], count), self.final.dense(pairs[:, 1], count))
        down = ((states > both) & (states == DOWN)).sum(axis=1)
        degraded = ((states > both) & (states < DOWN) & (both == 0)).sum(axis=1)
        worse = [self._worse(of, *pair) for of, pair in zip(ends, pairs.tolist(), strict=True)]
        kept = np.flatnonzero((down > 0) | (degraded > 0) | np.array([bool(of) for of in worse], np.bool_))
        told = {at: worse[place] for at, place in enumerate(kept.tolist()) if worse[place]}
        return Added(pairs[kept, 0], pairs[kept, 1], down[kept], degraded[kept], told)

    def _worse(self, ends: dict[int, Verdict], first: int, second: int) -> dict[int, Verdict]:
        alone = self.judged.ends[first], self.judged.ends[second]
        rank = VERDICT_ORDER.index
        return {
            node: end for node, end in ends.items() if rank(end) > max(rank(of.get(node, "survives")) for of in alone)
        }


def _column(met: Met, first: int, kept: NDArray[np.bool_]) -> Added:
    """Pairs without any failover, of which the fixpoint says all."""
    place = np.cumsum(kept) - 1
    ends: dict[int, dict[int, Verdict]] = {}
    for pair, journey, severity in zip(
        met.end_pair.tolist(), met.end_journey.tolist(), met.end_severity.tolist(), strict=True
    ):
        if kept[pair]:
            ends.setdefault(int(place[pair]), {})[first + journey] = _VERDICTS[severity]
    first_of, second, down, degraded = (
        one[kept].astype(np.int64) for one in (met.first, met.second, met.down, met.degraded)
    )
    return Added(first_of, second, down, degraded, ends)
