"""Binary decision diagrams and families of sets by compiled kernels, for what is large. Needs numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from blastradius.engine.diagrams import kernels
from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.tables import END, Table

_CACHE_MOST = 1 << 23
_STEPS_PER_ROW = 5
"""An order that takes more steps than this for each row of the budget is given up, like one that takes more rows."""


class Store:
    """Rows of a diagram with what finds them.

    Args:
        budget: rows at most.
    """

    def __init__(self, budget: int) -> None:
        size = 1 << max(10, (budget * 3 // 2).bit_length())
        self.nodes = np.empty((budget + 2, 3), np.int32)
        self.nodes[:2] = ((END, 0, 0), (END, 0, 0))
        self.state = np.array([2, 0, 0, budget * _STEPS_PER_ROW], np.int64)
        table = np.full(size, -1, np.int32)
        cache = np.full((min(size, _CACHE_MOST), 4), -1, np.int32)
        self.arrays = (self.nodes, table, cache, self.state)

    def kept(self, row: Any) -> int:
        """A row, if there was room for it.

        Raises:
            OutgrownError: when there was not.
        """
        if self.state[1]:
            raise OutgrownError
        return int(row)

    def compacted(self, top: int) -> Any:
        """The rows of one top alone; the store is of no use afterwards."""
        if top < 2:
            return self.nodes[:2]
        return self.nodes[: kernels.compact(self.nodes, top, np.empty(top + 1, np.int32))]


class Compiled:
    """An algebra of decision diagrams; functions are numbers of rows.

    Args:
        budget: rows at most, those that are no longer used included.
    """

    never, always = 0, 1

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._store = Store(budget)

    def leaf(self, position: int) -> int:
        """The function that is true with a leaf."""
        return self._store.kept(kernels.node(position, 1, 0, *self._store.arrays))

    def both(self, one: int, other: int) -> int:
        """True where both are."""
        return self._store.kept(kernels.apply(kernels.MEET, one, other, *self._store.arrays))

    def either(self, one: int, other: int) -> int:
        """True where one is."""
        return self._store.kept(kernels.apply(kernels.JOIN, one, other, *self._store.arrays))

    def rank(self, one: int) -> int:
        """The first leaf that a function reads."""
        return int(self._store.nodes[one, 0])

    def used(self) -> int:
        """How much of the budget is used up."""
        return int(self._store.state[0])

    def solved(self, function: int) -> tuple[Table, Table]:
        """A function and its minimal solutions; the algebra is of no use afterwards."""
        diagram = self._store.compacted(function)
        top = min(function, len(diagram) - 1)
        sets = Store(self.budget)
        family = sets.kept(kernels.minimal(diagram, top, np.empty(max(len(diagram), 2), np.int64), *sets.arrays))
        rows = sets.compacted(family)
        return _table(diagram, top), _table(rows, min(family, len(rows) - 1))


def _table(rows: Any, top: int) -> Table:
    level, high, low = (rows[:, column].tolist() for column in range(3))
    return Table(level, high, low, top)
