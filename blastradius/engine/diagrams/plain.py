"""Binary decision diagrams of monotone functions in plain Python: nothing to start up, which is what small ones want."""

from __future__ import annotations

from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.tables import END, Table, compact, deep, minimal


class Plain:
    """An algebra of decision diagrams; functions are numbers of nodes.

    Args:
        levels: how many variables.
        budget: nodes at most, those that are no longer used included.
    """

    never, always = 0, 1

    def __init__(self, levels: int, budget: int) -> None:
        self.levels, self.budget = levels, budget
        self._level, self._high, self._low = [END, END], [0, 0], [0, 0]
        self._made: dict[tuple[int, int, int], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}

    def leaf(self, position: int) -> int:
        """The function that is true with a leaf."""
        return self._node(position, 1, 0)

    def both(self, one: int, other: int) -> int:
        """True where both are."""
        with deep(self.levels):
            return self._meet(one, other)

    def either(self, one: int, other: int) -> int:
        """True where one is."""
        with deep(self.levels):
            return self._join(one, other)

    def rank(self, one: int) -> int:
        """The first leaf that a function reads."""
        return self._level[one]

    def used(self) -> int:
        """How much of the budget is used up."""
        return len(self._level)

    def solved(self, function: int) -> tuple[Table, Table]:
        """A function and its minimal solutions."""
        diagram = compact(self._level, self._high, self._low, function)
        return diagram, minimal(diagram, self.levels, self.budget)

    def _node(self, level: int, high: int, low: int) -> int:
        if high == low:
            return low
        key = (level, high, low)
        made = self._made.get(key)
        if made is None:
            made = len(self._level)
            if made > self.budget:
                raise OutgrownError
            self._level.append(level)
            self._high.append(high)
            self._low.append(low)
            self._made[key] = made
        return made

    def _parts(self, one: int, level: int) -> tuple[int, int]:
        return (self._high[one], self._low[one]) if self._level[one] == level else (one, one)

    def _meet(self, one: int, other: int) -> int:
        if one == other or other == 1:
            return one
        if one == 0 or other == 0:
            return 0
        if one == 1:
            return other
        key = (one, other) if one < other else (other, one)
        found = self._both.get(key)
        if found is None:
            level = min(self._level[one], self._level[other])
            (one_high, one_low), (other_high, other_low) = self._parts(one, level), self._parts(other, level)
            found = self._node(level, self._meet(one_high, other_high), self._meet(one_low, other_low))
            self._both[key] = found
        return found

    def _join(self, one: int, other: int) -> int:
        if one == other or other == 0:
            return one
        if one == 1 or other == 1:
            return 1
        if one == 0:
            return other
        key = (one, other) if one < other else (other, one)
        found = self._either.get(key)
        if found is None:
            level = min(self._level[one], self._level[other])
            (one_high, one_low), (other_high, other_low) = self._parts(one, level), self._parts(other, level)
            found = self._node(level, self._join(one_high, other_high), self._join(one_low, other_low))
            self._either[key] = found
        return found
