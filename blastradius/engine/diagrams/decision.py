"""Binary decision diagrams by oxidd."""

from __future__ import annotations

from typing import Any

from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.tables import END, Table, deep, minimal


class Decisions:
    """An algebra of decision diagrams.

    Args:
        levels: how many variables.
        budget: nodes at most, those that are no longer used included.
    """

    def __init__(self, levels: int, budget: int) -> None:
        from oxidd.bdd import BDDManager
        from oxidd.util import DDMemoryError

        self._manager = BDDManager(budget, max(1 << 10, budget // 2), 1)
        self._manager.add_vars(levels)
        self._full = DDMemoryError
        self.levels, self.budget = levels, budget
        self.never, self.always = self._manager.false(), self._manager.true()

    def leaf(self, position: int) -> Any:
        """The function that is true with a leaf."""
        try:
            return self._manager.var(position)
        except self._full:
            raise OutgrownError from None

    def both(self, one: Any, other: Any) -> Any:
        """True where both are."""
        try:
            return one & other
        except self._full:
            raise OutgrownError from None

    def either(self, one: Any, other: Any) -> Any:
        """True where one is."""
        try:
            return one | other
        except self._full:
            raise OutgrownError from None

    def rank(self, one: Any) -> int:
        """The first leaf that a function reads."""
        level = one.node_level()
        return END if level is None else int(level)

    def used(self) -> int:
        """How much of the budget is used up."""
        return int(self._manager.approx_num_inner_nodes())

    def solved(self, function: Any) -> tuple[Table, Table]:
        """A function and its minimal solutions."""
        diagram = self._table(function)
        return diagram, minimal(diagram, self.levels, self.budget)

    def _table(self, function: Any) -> Table:
        """A function as plain lists."""
        level, high, low = [END, END], [0, 0], [0, 0]
        number = {self.never: 0, self.always: 1}

        def visit(node: Any) -> int:
            found = number.get(node)
            if found is None:
                with_it, without_it = node.cofactors()
                above, beside = visit(with_it), visit(without_it)
                found = number[node] = len(level)
                level.append(node.node_level())
                high.append(above)
                low.append(beside)
            return found

        with deep(self.levels):
            top = visit(function)
        return Table(level, high, low, top)
