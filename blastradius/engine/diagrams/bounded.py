"""Minimal sets up to an order, kept one by one: exact where diagrams are too large, for the first few orders.

Sets of more elements than the bound are dropped wherever they turn up. That loses none of those asked for: whatever is made
of a set is at least as large as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.tables import Sets, Table

Family = frozenset[frozenset[int]]


class Bounded:
    """An algebra of families of sets in which none contains another.

    Args:
        order: elements at most.
        budget: how many sets may be looked at in all.
    """

    def __init__(self, order: int, budget: int) -> None:
        self.order, self.budget, self._spent = order, budget, 0
        self.never: Family = frozenset()
        self.always: Family = frozenset({frozenset()})

    def leaf(self, position: int) -> Family:
        """The family of a leaf."""
        return frozenset({frozenset({position})})

    def both(self, one: Family, other: Family) -> Family:
        """Every union of a set of each."""
        if one == self.always or other == self.always:
            return other if one == self.always else one
        self._spend(len(one) * len(other))
        return self._minimal({joined for a in one for b in other if len(joined := a | b) <= self.order})

    def either(self, one: Family, other: Family) -> Family:
        """The sets of both."""
        if not one or not other:
            return one or other
        return self._minimal(one | other)

    def rank(self, one: Family) -> int:
        """Operands are joined the largest last."""
        return -len(one)

    def used(self) -> int:
        """How much of the budget is used up."""
        return self._spent

    def _minimal(self, sets: Iterable[frozenset[int]]) -> Family:
        """Those that contain no other."""
        kept: set[frozenset[int]] = set()
        shortest = self.order
        for one in sorted(sets, key=len):
            self._spend(1)
            shortest = min(shortest, len(one))
            parts = (frozenset(part) for size in range(shortest, len(one)) for part in combinations(one, size))
            if not any(part in kept for part in parts):
                kept.add(one)
        return frozenset(kept)

    def _spend(self, sets: int) -> None:
        self._spent += sets
        if self._spent > self.budget:
            raise OutgrownError


def as_table(family: Family) -> Table:
    """A family as a diagram."""
    sets = Sets(1 << 40)

    def made(rows: list[tuple[int, ...]]) -> int:
        if not rows:
            return 0
        rest = [row for row in rows if row]
        if not rest:
            return 1
        level = min(row[0] for row in rest)
        high = made([row[1:] for row in rows if row and row[0] == level])
        return sets.node(level, high, made([row for row in rows if not row or row[0] != level]))

    from blastradius.engine.diagrams.tables import deep

    with deep(len(family)):
        return sets.table(made(sorted(tuple(sorted(one)) for one in family)))
