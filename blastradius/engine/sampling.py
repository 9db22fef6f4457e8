"""Monte Carlo on the circuit itself: draws what fails, applies the rules, and knows nothing of formulas or diagrams.

Trials are drawn in batches, each with random numbers of its own: whoever draws a batch draws the same.
"""

from __future__ import annotations

import math
import random
from collections import Counter as Times
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import methodcaller
from typing import TYPE_CHECKING, Literal

from blastradius.circuit import Circuit
from blastradius.engine.solve import DOWN, found, settings

if TYPE_CHECKING:
    from blastradius.engine.cluster import Cluster
    from blastradius.engine.packed import Net

BATCH = 1 << 16
"""Trials of a batch; with another size they would be other trials."""
PLAIN = 1_000_000
"""Rules times losses up to which one loss after the other costs less than making a net for many at once."""
_KNOWN = 100_000
"""Losses that are remembered with what they take down."""

When = Literal["at_once", "eventually"]
Chances = Sequence[tuple[int, float]]
"""Components and how probable it is that they fail."""
Drawn = Mapping[tuple[int, ...], int]
"""What failed together, and in how many trials."""


def sampled(
    circuit: Circuit,
    nodes: Sequence[int],
    chance: Mapping[int, float],
    trials: int,
    seed: int,
    when: When = "eventually",
    *,
    progress: Callable[[str], None] | None = None,
    cluster: Cluster | None = None,
) -> dict[int, int]:
    """In how many trials each of some nodes is down.

    Args:
        circuit: the system.
        nodes: numbers of those that are asked for.
        chance: probability that a component fails of itself, by number, independent of all others.
        trials: how many times to draw.
        seed: where the drawing begins: the same seed gives the same answer, everywhere.
        when: which untimed rules.
        progress: called with a line of text now and then.
        cluster: whose workers draw; this process does where unset.

    Raises:
        InputError: when workers are lost again and again.
    """
    chances = sorted((node, one) for node, one in chance.items() if one > 0)
    batches = [(number, min(BATCH, trials - first)) for number, first in enumerate(range(0, trials, BATCH))]
    answers: Iterator[list[int]]
    if cluster is None:
        sampler = _sampler(circuit, nodes, chances, trials, seed, when)
        answers = (sampler.batch(*one) for one in batches)
    else:
        answers = _spread(cluster, circuit, nodes, chances, batches, seed, when)
    down = [0] * len(nodes)
    for done, counts in enumerate(answers, 1):
        down = [before + more for before, more in zip(down, counts, strict=True)]
        if progress:
            progress(f"{min(done * BATCH, trials):,} of {trials:,} draws")
    return dict(zip(nodes, down, strict=True))


def _sampler(circuit: Circuit, nodes: Sequence[int], chances: Chances, trials: int, seed: int, when: When) -> Sampler:
    """What draws sooner for about so many losses."""
    losses = trials * (1.0 - math.prod(1.0 - one for _, one in chances))
    if losses * len(circuit.rules) <= PLAIN:
        return Sampler(Plain(circuit, nodes, when).down, chances, seed)
    from blastradius.engine.packed import compiled

    return packed(compiled(circuit, when), nodes, chances, seed)


def _spread(
    cluster: Cluster,
    circuit: Circuit,
    nodes: Sequence[int],
    chances: Chances,
    batches: Sequence[tuple[int, int]],
    seed: int,
    when: When,
) -> Iterator[list[int]]:
    """What workers draw."""
    from blastradius.engine.cluster import Held
    from blastradius.engine.packed import compiled

    held = Held(packed, compiled(circuit, when), nodes, chances, seed, 1)
    return cluster.answers(held, [methodcaller("batch", *one) for one in batches])


class Sampler:
    """Draws batches of trials.

    Args:
        down: says in how many of the trials drawn each node is down that is asked for.
        chances: of everything that may fail.
        seed: where the drawing begins.
    """

    def __init__(self, down: Callable[[Drawn], list[int]], chances: Chances, seed: int) -> None:
        self._down, self._chances, self._seed = down, chances, seed

    def batch(self, number: int, trials: int) -> list[int]:
        """In how many trials of one batch each node is down.

        Args:
            number: of the batch: its random numbers hang on it and the seed alone.
            trials: how many times to draw.
        """
        draw = random.Random(f"{self._seed} {number}")  # noqa: S311  # no secret hangs on it
        failed: dict[int, list[int]] = {}
        for node, chance in self._chances:
            for trial in _hits(draw, chance, trials):
                failed.setdefault(trial, []).append(node)
        return self._down(Times(map(tuple, failed.values())))


class Plain:
    """One loss after the other.

    Args:
        circuit: the system.
        nodes: numbers of those that are asked for.
        when: which untimed rules.
    """

    def __init__(self, circuit: Circuit, nodes: Sequence[int], when: When) -> None:
        self._circuit, self._nodes, self._codes = circuit, nodes, settings(circuit, when)
        self._known: dict[tuple[int, ...], list[int]] = {}

    def down(self, drawn: Drawn) -> list[int]:
        """In how many trials each node is down."""
        down = [0] * len(self._nodes)
        for lost, times in drawn.items():
            for place in self._fallen(lost):
                down[place] += times
        return down

    def _fallen(self, lost: tuple[int, ...]) -> list[int]:
        fallen = self._known.get(lost)
        if fallen is None:
            state = found(self._circuit, dict.fromkeys(lost, DOWN), self._codes).state
            fallen = [place for place, node in enumerate(self._nodes) if state[node] == DOWN]
            if len(self._known) < _KNOWN:
                self._known[lost] = fallen
        return fallen


def packed(net: Net, nodes: Sequence[int], chances: Chances, seed: int, workers: int | None = None) -> Sampler:
    """A sampler that applies the rules to 512 losses at once.

    Args:
        net: the rules.
        nodes: numbers of those that are asked for.
        chances: of everything that may fail.
        seed: where the drawing begins.
        workers: threads; as many as this process may use cores by default.
    """
    import numpy as np

    from blastradius.engine.packed import WORTH, Counter, Losses

    expected = BATCH * (1.0 - math.prod(1.0 - one for _, one in chances))
    kernels = None if net.inputs.size * expected >= WORTH else False
    counter = Counter(net, np.array(nodes, np.int64), compile_kernels=kernels, workers=workers)

    def down(drawn: Drawn) -> list[int]:
        if not drawn:
            return [0] * len(nodes)
        ends = counter.tally(Losses.sets(list(drawn))).ends
        times = np.fromiter(drawn.values(), np.int64, len(drawn))
        told: list[int] = (times @ (ends == DOWN)).tolist()
        return told

    return Sampler(down, chances, seed)


def _hits(draw: random.Random, chance: float, trials: int) -> list[int]:
    """Trials in which something fails, from one to the next: rare failures cost little."""
    if chance >= 1:
        return list(range(trials))
    scale = math.log1p(-chance)
    hits: list[int] = []
    at = -1
    while True:
        at += 1 + int(math.log(1.0 - draw.random()) / scale)
        if at >= trials:
            return hits
        hits.append(at)
