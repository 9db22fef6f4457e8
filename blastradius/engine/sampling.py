"""Monte Carlo on the circuit itself: draws what fails, walks the rules, and knows nothing of formulas or diagrams."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from blastradius.circuit import Circuit
from blastradius.engine.solve import DOWN, found, settings


def sampled(
    circuit: Circuit,
    nodes: Sequence[int],
    chance: Mapping[int, float],
    trials: int,
    seed: int,
    when: Literal["at_once", "eventually"] = "eventually",
) -> dict[int, int]:
    """In how many trials each of some nodes is down.

    Args:
        circuit: the system.
        nodes: numbers of those that are asked for.
        chance: probability that a component fails of itself, by number, independent of all others.
        trials: how many times to draw.
        seed: where the drawing begins: the same seed gives the same answer, everywhere.
        when: which untimed rules.
    """
    draw = random.Random(seed)  # noqa: S311  # no secret hangs on it
    failed: dict[int, list[int]] = {}
    for node in sorted(chance):
        for trial in _hits(draw, chance[node], trials):
            failed.setdefault(trial, []).append(node)
    losses = Counter(tuple(lost) for lost in failed.values())
    codes = settings(circuit, when)
    down = dict.fromkeys(nodes, 0)
    for lost, times in losses.items():
        state = found(circuit, dict.fromkeys(lost, DOWN), codes).state
        for node in nodes:
            if state[node] == DOWN:
                down[node] += times
    return down


def _hits(draw: random.Random, chance: float, trials: int) -> list[int]:
    """Trials in which something fails, from one to the next: rare failures cost little."""
    if chance <= 0:
        return []
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
