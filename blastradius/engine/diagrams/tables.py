"""Decision diagrams as plain lists, and the minimal solutions of one.

Node 0 is false (as a family of sets: the empty one), node 1 true (the family of the empty set alone); every other node
comes after what it leads to, so one pass from the left computes anything.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from blastradius.engine.diagrams.building import OutgrownError

#: Level of the two ends, below every variable.
END = 1 << 30


@dataclass(frozen=True, slots=True)
class Table:
    """A diagram: per node its level, where it goes with the variable of the level, and where without.

    Read as a decision diagram `low` is "the variable is false"; read as a family of sets it is "the set lacks it", and a
    level that a path skips is lacking.
    """

    level: Sequence[int]
    high: Sequence[int]
    low: Sequence[int]
    top: int


@contextmanager
def deep(levels: int) -> Iterator[None]:
    """Room for recursion over that many levels: Python calls of Python take no stack of the machine."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 4 * levels + 2_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Sets:
    """Families of sets that share what they have in common (zero-suppressed decision diagrams)."""

    def __init__(self, budget: int) -> None:
        self.level, self.high, self.low = [END, END], [0, 0], [0, 0]
        self.budget = budget
        self._made: dict[tuple[int, int, int], int] = {}
        self._without: dict[tuple[int, int], int] = {}

    def node(self, level: int, high: int, low: int) -> int:
        """The sets of `low`, and those of `high` with one more element.

        Raises:
            OutgrownError: when there are more nodes than the budget.
        """
        if high == 0:
            return low
        key = (level, high, low)
        made = self._made.get(key)
        if made is None:
            made = len(self.level)
            if made > self.budget:
                raise OutgrownError
            self.level.append(level)
            self.high.append(high)
            self.low.append(low)
            self._made[key] = made
        return made

    def without(self, one: int, other: int) -> int:
        """The sets of `one` that contain no set of `other`; both are families in which no set contains another."""
        if one == 0 or other == 1 or one == other:
            return 0
        level, low = self.level, self.low
        top = level[one]
        while level[other] < top:
            other = low[other]
        if other == 0 or one == 1:
            return one
        if other == 1 or one == other:
            return 0
        key = (one, other)
        found = self._without.get(key)
        if found is None:
            high, rest = self.high[one], low[one]
            if level[other] == top:
                high = self.without(self.without(high, self.high[other]), low[other])
                rest = self.without(rest, low[other])
            else:
                high, rest = self.without(high, other), self.without(rest, other)
            found = self._without[key] = self.node(top, high, rest)
        return found

    def table(self, top: int) -> Table:
        """What one family needs, alone."""
        return compact(self.level, self.high, self.low, top)


def compact(level: Sequence[int], high: Sequence[int], low: Sequence[int], top: int) -> Table:
    """Only the nodes that a top reaches, in the same order."""
    if top < 2:
        return Table([END, END], [0, 0], [0, 0], top)
    reached = bytearray(top + 1)
    reached[0] = reached[1] = reached[top] = 1
    for node in range(top, 1, -1):
        if reached[node]:
            reached[high[node]] = reached[low[node]] = 1
    kept = [node for node in range(top + 1) if reached[node]]
    number = dict(zip(kept, range(len(kept)), strict=True))
    return Table(
        [level[node] for node in kept],
        [number[high[node]] for node in kept],
        [number[low[node]] for node in kept],
        len(kept) - 1,
    )


def minimal(diagram: Table, levels: int, budget: int) -> Table:
    """The minimal solutions of a monotone function: sets of variables that make it true and of which none can be spared.

    A. Rauzy, *New algorithms for fault trees analysis*, Reliability Engineering & System Safety 40, 1993: those with the
    variable of a node are those of its high side that contain none of its low side.

    Args:
        diagram: the function.
        levels: how many variables there are.
        budget: nodes at most.

    Raises:
        OutgrownError: when there would be more.
    """
    sets = Sets(budget)
    found = [0, 1] + [0] * (len(diagram.level) - 2)
    with deep(levels):
        for node in range(2, len(diagram.level)):
            low = found[diagram.low[node]]
            high = sets.without(found[diagram.high[node]], low)
            found[node] = sets.node(diagram.level[node], high, low)
    return sets.table(found[diagram.top])


def at_least(threshold: int, count: int) -> Table:
    """At least `threshold` of `count` variables; the same table is its minimal solutions, read as a family of sets."""
    level, high, low = [END, END], [0, 0], [0, 0]
    # among[j]: at least j of the variables from here on; 0 is always true, more than there are never
    among = [1] + [0] * threshold
    for at in range(count - 1, -1, -1):
        for j in range(min(threshold, count - at), max(1, threshold - at) - 1, -1):
            level.append(at)
            high.append(among[j - 1])
            low.append(among[j])
            among[j] = len(level) - 1
    return compact(level, high, low, among[threshold])
