"""Up to which order minimal sets are complete, when some modules have only their first orders."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blastradius.engine.diagrams.solving import Solved


def complete_to(parts: Iterable[Solved]) -> int | None:
    """The order up to which no set is missing; none where none is missing at all.

    What a module lacks has more elements than it is complete to, and comes into a set of the whole only together with what
    else that set reads: the whole is complete up to one less than the smallest that can be made of something missing.

    Args:
        parts: modules, inner ones first, the whole last.
    """
    least: dict[int, float] = {}
    lacking: dict[int, float] = {}
    lacks = math.inf
    for part in parts:
        sets = part.sets
        there, lack = [math.inf, 0.0], [math.inf, math.inf]
        for node in range(2, len(sets.level)):
            high, low, leaf = sets.high[node], sets.low[node], part.leaves[sets.level[node]]
            size = least.get(leaf, 1.0)
            there.append(min(there[low], there[high] + size))
            lack.append(min(lack[low], lack[high] + size, there[high] + lacking.get(leaf, math.inf)))
        own = math.inf if part.complete_to is None else part.complete_to + 1.0
        lacks = lacking[part.root] = min(lack[sets.top], own)
        least[part.root] = min(there[sets.top], lacks)
    return None if lacks == math.inf else int(lacks) - 1
