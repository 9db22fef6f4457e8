"""The workers of a cluster as the hands of a sweep: arrays go to each of them once, then parts of the losses as tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import methodcaller
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blastradius.analysis.sweep.hands import Hands
from blastradius.analysis.sweep.parts import Parts, Walked
from blastradius.engine.cluster import Cluster, Held
from blastradius.engine.packed import WORTH, Compared, Counter, Losses, Net, Tally
from blastradius.engine.packed.pairing import Met, Pairing
from blastradius.engine.packed.rows import Array, Ints
from blastradius.engine.timed.walker import Walker, Walks

LEAST = 512
"""Losses of a task at least: as many as one pass evaluates."""
_WALKED = 64
"""The same where each is walked through time."""
_SHARES = 8
"""Tasks for each thread of the workers, so that none waits long for the last."""
_GRAPH = 100
"""Rules of a system for which one walk in Python pays for being sent."""


class Workers(Hands):
    """Workers in place of threads; each task runs in one thread.

    Args:
        cluster: they.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._held: dict[object, Held] = {}
        self.stride = Hands.stride * cluster.threads

    def tally(self, net: Net, losses: Losses, journeys: Ints, progress: Callable[[int], None] | None = None) -> Tally:
        """As `Hands` has it."""
        make = partial(Counter, compile_kernels=_kernels(net, losses), workers=1)
        held = self._hold((id(net), journeys.tobytes()), make, net, journeys)
        found = Tally.empty(len(losses), journeys.size)
        done = 0
        for part, told in self._over(held, "tally", losses, net):
            for name in ("down", "degraded", "exposed", "alarm", "ends"):
                getattr(found, name)[part] = getattr(told, name)
            done += part.size
            if progress:
                progress(done)
        return found

    def alike(self, one: Net, other: Net, losses: Losses, nodes: int) -> NDArray[np.bool_]:
        """As `Hands` has it."""
        make = partial(Compared, compile_kernels=_kernels(one, losses), workers=1)
        held = self._hold((id(one), id(other), nodes), make, one, other, nodes)
        found = np.zeros(len(losses), np.bool_)
        for part, same in self._over(held, "alike", losses, one):
            found[part] = same
        return found

    def walk(self, walker: Walker, losses: Sequence[Sequence[int]], *, states: bool = False) -> Walks:
        """As `Hands` has it."""
        parts = self._parts(np.arange(len(losses)), _WALKED)
        asked = ([losses[place] for place in part.tolist()] for part in parts)
        tasks = [methodcaller("walk", some, states=states, workers=1) for some in asked]
        return Walks.joined(list(self._cluster.answers(walker, tasks)))

    def recovered(self, parts: Parts, losses: Sequence[Sequence[int]]) -> Iterator[Walked]:
        """As `Hands` has it: here where it takes less than sending all records."""
        if not self._cluster.holds(parts) and len(losses) * _GRAPH < len(parts.circuit.rules):
            yield from super().recovered(parts, losses)
            return
        shares = self._parts(np.arange(len(losses)), 1)
        tasks = [methodcaller("walks", [losses[at] for at in share.tolist()]) for share in shares]
        for told in self._cluster.answers(parts, tasks):
            yield from told

    def met(self, net: Net, journeys: Ints, nodes: Sequence[int]) -> tuple[list[Met], int] | None:
        """As `Hands` has it: each worker walks every loss once, and some of them with all others."""
        held = self._hold((id(net), journeys.tobytes(), tuple(nodes)), _pairing, net, journeys, list(nodes))
        shares = self._parts(np.arange(len(nodes)), 1)
        tasks = [methodcaller("some", int(one[0]), int(one[-1]) + 1) for one in shares]
        found: list[Met] = []
        walked = 0
        for told in self._cluster.answers(held, tasks):
            if told is None:  # a worker has no kernels, or there is too much to hold
                return super().met(net, journeys, nodes)
            found += told[0]
            walked += told[1]
        return found, walked

    def _over(self, held: Held, name: str, losses: Losses, net: Net) -> Iterator[tuple[Array, Any]]:
        """Numbers of losses and what a method says of them; side by side stand those that begin near each other."""
        # what lies before the first row of a pass is not evaluated
        parts = self._parts(np.argsort(losses.first(net.bad, net.rows), kind="stable"), LEAST)
        tasks = [methodcaller(name, losses.some(part)) for part in parts]
        return zip(parts, self._cluster.answers(held, tasks), strict=True)

    def _parts(self, numbers: Array, least: int) -> list[Array]:
        """Losses of each task."""
        count = min(self._cluster.threads * _SHARES, -(-numbers.size // least))
        return np.array_split(numbers, count) if numbers.size else []

    def _hold(self, key: object, make: Callable[..., Any], *made_of: Any) -> Held:
        """What is made of some arrays on the workers, the same whenever it is asked for."""
        return self._held.setdefault(key, Held(make, *made_of))


def _kernels(net: Net, losses: Losses) -> bool | None:
    """Whether kernels pay; a worker without numba does without."""
    return None if net.inputs.size * len(losses) >= WORTH else False


def _pairing(net: Net, journeys: Ints, nodes: Sequence[int]) -> Pairing:
    found = Pairing(Counter(net, journeys, workers=1), nodes)
    found.prepare()
    return found
