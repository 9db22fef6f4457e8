"""What every two losses set together that neither sets alone, over one net."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from blastradius.engine.cores import cores
from blastradius.engine.packed.choosing import Counter
from blastradius.engine.packed.rows import Ints

MOST = 200_000_000
"""Rows of all losses that are held at once at most."""
_SPACE = 1 << 20
"""Pairs that a thread writes down before it hands them over."""
_SHARES = 64


@dataclass(frozen=True)
class Met:
    """Pairs that may do more than both losses apart, by the numbers of these.

    Attributes:
        first: one loss.
        second: the other, of a higher number.
        down: components down under both together and under neither alone.
        degraded: components degraded then and all right under either alone.
        alarm: whether active members of a group that can fail over are not all right.
        end_pair: for each journey that is worse the place of the pair.
        end_journey: the place of the journey.
        end_severity: its severity.
    """

    first: Ints
    second: Ints
    down: Ints
    degraded: Ints
    alarm: Ints
    end_pair: Ints
    end_journey: Ints
    end_severity: Ints


class Pairing:
    """Every two of some losses of one node each.

    Args:
        counter: the net, prepared.
        nodes: what is lost, one at a time.
    """

    def __init__(self, counter: Counter, nodes: Sequence[int]) -> None:
        self.counter = counter
        self._fits: bool | None = None
        net = counter.net
        users_start, users, threshold, falls, _, journey, severity, alarm, *_ = counter.uses
        self._uses = users_start, users, threshold, alarm
        beside = np.full(net.rows, -1)
        told = np.concatenate([np.arange(net.components), counter.journeys])
        beside[net.bad[told]] = net.down[told]
        beside[net.down[told]] = -1
        self._net = (*self._uses, falls, beside, journey, severity)
        lost = np.array(nodes, np.int64)
        self._start = np.arange(0, 2 * lost.size + 1, 2)
        self._rows = np.stack([net.bad[lost], net.down[lost]], axis=1).reshape(-1)
        self.size = lost.size

    def all(self) -> tuple[list[Met], int] | None:
        """All that may do more, and how many pairs were walked; none where what the losses set cannot be held."""
        if not self.prepare():
            return None
        shares = np.linspace(0, self.size, min(self.size, _SHARES) + 1).astype(np.int64).tolist()
        found: list[Met] = []
        total = 0
        with ThreadPoolExecutor(self.counter.workers) as pool:
            for parts, walked in pool.map(lambda one: self._some(*one), list(pairwise(shares))):
                found += parts
                total += walked
        return found, total

    def some(self, begin: int, end: int) -> tuple[list[Met], int] | None:
        """The same for losses from one number to another with those of higher numbers.

        Args:
            begin: number of a loss.
            end: number behind the last one.
        """
        return self._some(begin, end) if self.prepare() else None

    def prepare(self) -> bool:
        """Write down what each loss sets and comes near to, once; false where that cannot be held, or without kernels."""
        if self._fits is None:
            self._fits = self.counter.passes.compiled and self._sized()
            if self._fits:
                self._write()
        return self._fits

    def _sized(self) -> bool:
        """Walk each loss once and see how much there is to hold."""
        from blastradius.engine.packed.meeting import sizes

        set_size, near_size = np.zeros(self.size, np.int64), np.zeros(self.size, np.int64)
        self._alarms = np.zeros(self.size, np.uint8)
        self._each(lambda losses, room: sizes(self._uses, losses, room, (set_size, near_size, self._alarms)))
        set_size[near_size == 0] = 0
        self._set_start = np.concatenate([[0], np.cumsum(set_size)])
        self._near_start = np.concatenate([[0], np.cumsum(near_size)])
        return int(self._set_start[-1] + self._near_start[-1]) <= MOST

    def _write(self) -> None:
        from blastradius.engine.packed.meeting import blasts

        net = self.counter.net
        set_rows = np.empty(int(self._set_start[-1]), np.int32)
        near_rows, near_counts = (np.empty(int(self._near_start[-1]), np.int32) for _ in range(2))
        starts = self._set_start, self._near_start
        self._each(lambda losses, room: blasts(self._uses, losses, room, starts, (set_rows, near_rows, near_counts)))
        order = np.argsort(near_rows, kind="stable")
        losses = np.repeat(np.arange(self.size, dtype=np.int32), np.diff(self._near_start))
        row_start = np.concatenate([[0], np.cumsum(np.bincount(near_rows, minlength=net.rows))])
        self._singles = (
            self._set_start, set_rows, self._near_start, near_rows, near_counts,
            row_start, losses[order], near_counts[order], self._alarms,
        )  # fmt: skip

    def _some(self, begin: int, end: int) -> tuple[list[Met], int]:
        from blastradius.engine.packed.meeting import meet

        rows, space, ends = self.counter.net.rows, max(_SPACE // 8, self.size), _SPACE // 8
        room = (
            np.zeros(rows, np.int32), np.zeros(rows, np.uint8), np.zeros(rows + 1, np.int64),
            np.zeros(self.size, np.int64), np.zeros(rows, np.int64), np.zeros(self.size, np.int64),
        )  # fmt: skip
        parts, walked = [], 0
        while begin < end:
            out: tuple[Any, ...] = (*(np.empty(space, np.int32) for _ in range(4)), np.empty(space, np.uint8))
            told = np.zeros(3, np.int64)
            hurt: tuple[Any, ...] = np.empty(ends, np.int32), np.empty(ends, np.int32), np.empty(ends, np.uint8)
            reached = meet(begin, end, self._net, self._singles, room, (*out, *hurt), told)
            walked += int(told[2])
            if reached == begin and not told[0]:
                ends *= 8  # the journeys of one loss and all others did not fit
            begin = reached
            if told[0]:
                parts.append(Met(*(one[: told[0]].copy() for one in out), *(one[: told[1]].copy() for one in hurt)))
        return parts, walked

    def _each(self, work: Callable[[tuple[Any, ...], tuple[Any, ...]], object]) -> None:
        """Walk all losses, some in each thread."""
        workers = max(1, min(self.counter.workers or cores(), self.size))
        shares = np.linspace(0, self.size, workers + 1).astype(np.int64).tolist()

        def one(share: int) -> None:
            with self.counter.room() as room:
                work((self._start, self._rows, shares[share], shares[share + 1]), room[:5])

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, range(workers)))
