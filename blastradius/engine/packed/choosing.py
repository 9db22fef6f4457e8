"""Counting what many losses take down, each by the engine that does it sooner.

A walk costs by what a loss touches, a pass by the whole net: in the time in which a walk follows one connection, a pass
evaluates some two hundred of them for one loss. So a sample of losses is walked first, and whoever touches too much is
left to the passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from blastradius.engine.cores import cores
from blastradius.engine.packed.losses import Losses, Tally
from blastradius.engine.packed.net import SOURCE, Net
from blastradius.engine.packed.passes import Passes, in_passes
from blastradius.engine.packed.rows import Array, Ints, by_key

Engine = Literal["walk", "passes"]
Progress = Callable[[int], None]

SHARE = 0.005
"""Share of all connections that a walk may follow before a pass is as cheap."""
WORTH = 200_000_000
"""Connections times losses from which on importing numba pays."""
_SAMPLE = 192
_PATIENCE = 2
"""A walk is given up after as many times the cost of a pass."""
_NEVER = 1 << 30


def tally(
    net: Net,
    losses: Losses,
    journeys: Ints,
    *,
    engine: Engine | None = None,
    compile_kernels: bool | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Count what each loss takes down.

    Args:
        net: the gates, compiled with `watched` where lost spares are to be counted.
        losses: the losses.
        journeys: nodes whose severity is asked for.
        engine: `walk` or `passes`; by default each where it is faster.
        compile_kernels: whether to use numba; by default where it is installed and pays. Walks need it.
        workers: threads; as many as this process may use cores by default.
        progress: called with how many losses are done, now and then.
    """
    if compile_kernels is None and net.inputs.size * len(losses) < WORTH:
        compile_kernels = False
    counter = Counter(net, journeys, compile_kernels=compile_kernels, workers=workers)
    return counter.tally(losses, engine, progress)


class Counter:
    """Counts what losses take down, over one net that is prepared once.

    Args:
        net: the gates.
        journeys: nodes whose severity is asked for.
        compile_kernels: whether to use numba; where it is installed by default.
        workers: threads; as many as this process may use cores by default.
    """

    def __init__(
        self, net: Net, journeys: Ints, *, compile_kernels: bool | None = None, workers: int | None = None
    ) -> None:
        self.net, self.journeys, self.workers = net, journeys, workers or cores()
        self.passes = Passes(net, compiled=compile_kernels)
        self._rooms: list[tuple[Array, ...]] = []

    def tally(self, losses: Losses, engine: Engine | None = None, progress: Progress | None = None) -> Tally:
        """Count; the arguments are those of the function of this name."""
        job = _Job(self, losses, Tally.empty(len(losses), self.journeys.size), progress)
        everyone = np.arange(len(losses))
        walkable = self.passes.compiled and not self.net.founds and losses.alike is None
        if engine == "passes" or not walkable:
            job.pass_over(everyone)
        elif engine == "walk":
            job.walk(everyone, _NEVER)
        else:
            job.choose(everyone)
        return job.tally

    @cached_property
    def uses(self) -> tuple[Any, ...]:
        """Who uses each row and what it means, as `events.batch` takes it."""
        return _uses(self.net, self.journeys)

    @contextmanager
    def room(self) -> Iterator[tuple[Array, ...]]:
        """Space for walks of one thread; a walk leaves it as it was."""
        room = self._rooms.pop() if self._rooms else _room(self.net)
        yield room
        self._rooms.append(room)


@dataclass
class _Job:
    counter: Counter
    losses: Losses
    tally: Tally
    progress: Progress | None
    done: int = 0

    def choose(self, numbers: Ints) -> None:
        """Walk a sample; then walk all others until they touch too much, or none."""
        worth = int(self.counter.net.inputs.size * SHARE) + 64
        limit = _PATIENCE * worth
        sample = numbers[:: max(1, numbers.size // _SAMPLE)]
        work = self.walk(sample, limit)
        rest = np.setdiff1d(numbers, sample, assume_unique=True)
        large = work < 0
        if np.where(large, limit + worth, work).mean() < worth:
            further = self.walk(rest, limit)
            self.pass_over(np.sort(np.concatenate([sample[large], rest[further < 0]])))
        else:
            self.pass_over(np.sort(np.concatenate([sample[large], rest])))

    def pass_over(self, numbers: Ints) -> None:
        """Evaluate losses 512 at a time, those side by side that begin near each other."""
        if not numbers.size:
            return
        net, losses = self.counter.net, self.losses
        first = losses.first(net.bad, net.rows)
        in_passes(numbers[np.argsort(first[numbers], kind="stable")], self.counter.workers, self._passing)

    def _passing(self) -> Callable[[Ints], None]:
        passes, tally = self.counter.passes, self.tally
        bits = passes.rows()
        begun = 0

        def one(chosen: Ints) -> None:
            nonlocal begun
            begun = passes.settled(self.losses, chosen, bits, begun)
            passes.count(bits, begun, chosen, tally)
            tally.ends[chosen] = passes.ends(bits, self.counter.journeys, chosen.size)
            if passes.net.alarms.size:
                tally.alarm[chosen] = passes.alarms(bits)[: chosen.size]
            self._tell(chosen.size)

        return one

    def _tell(self, count: int) -> None:
        self.done += count
        if self.progress:
            self.progress(self.done)

    def walk(self, numbers: Ints, limit: int) -> Ints:
        """Walk losses, giving up where a loss touches more; connections followed, or -1."""
        from blastradius.engine.packed.events import TOO_LARGE, batch

        tally, uses = self.tally, self.counter.uses
        start, rows = _rows(self.counter.net, self.losses)
        work = np.full(len(self.losses), TOO_LARGE)
        out = (work, tally.down, tally.degraded, tally.exposed, tally.alarm.view(np.uint8), tally.ends)

        def walking() -> Callable[[Ints], None]:
            def one(chosen: Ints) -> None:
                with self.counter.room() as room:
                    batch(uses, (start, rows, chosen), limit, room, out)
                self._tell(int((work[chosen] >= 0).sum()))

            return one

        in_passes(numbers, self.counter.workers, walking)
        return work[numbers]


def _rows(net: Net, losses: Losses) -> tuple[Ints, Ints]:
    """The rows that each loss sets: both planes of each node, the plane bad twice where a node is only degraded."""
    gone = losses.severity == 2
    rows = np.stack([net.bad[losses.nodes], np.where(gone, net.down[losses.nodes], net.bad[losses.nodes])], axis=1)
    return losses.start * 2, rows.reshape(-1)


def _room(net: Net) -> tuple[Array, ...]:
    counted, set_ = np.zeros(net.rows, np.int32), np.zeros(net.rows, np.uint8)
    found, touched = np.zeros(net.rows, np.int64), np.zeros(net.rows, np.int64)
    return counted, set_, found, touched, np.zeros(3, np.int64), np.zeros(net.down.size, np.int64)


def _uses(net: Net, journeys: Ints) -> tuple[Any, ...]:
    users_start, users = by_key(
        net.inputs.astype(np.int64), np.repeat(np.arange(net.rows), np.diff(net.start)), net.rows
    )
    threshold = np.full(net.rows, _NEVER)
    for first, end, kind, _, needed, _ in net.runs:
        threshold[first:end] = _NEVER if kind == SOURCE else needed
    down, bad = net.down[: net.components], net.bad[: net.components]
    apart = down != bad
    falls, hurts = np.zeros(net.rows, np.int64), np.zeros(net.rows, np.int64)
    falls[down] = 1
    hurts[down[apart]], hurts[bad[apart]] = -1, 1
    journey, severity = np.full(net.rows, -1), np.zeros(net.rows, np.uint8)
    journey[net.bad[journeys]] = journey[net.down[journeys]] = np.arange(journeys.size)
    severity[net.bad[journeys]] = 1
    severity[net.down[journeys]] = 2
    alarm = np.zeros(net.rows, np.uint8)
    alarm[net.alarms] = 1
    watching = net.watches[:, 1:].reshape(-1)
    watched_start, watched = by_key(watching, np.repeat(np.arange(len(net.watches)), 5), net.rows)
    return (
        users_start, users, threshold, falls, hurts, journey, severity, alarm,
        watched_start, watched, net.watches, net.down, net.one,
    )  # fmt: skip
