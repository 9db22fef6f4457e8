"""From the gates of a module to one function of its leaves, in any algebra of monotone functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from blastradius.engine.diagrams.formula import Formula
from blastradius.engine.diagrams.modules import Module

F = TypeVar("F")


class OutgrownError(Exception):
    """A diagram or a family of sets is larger than its budget."""


class Algebra(Protocol[F]):
    """Monotone functions over numbered leaves; equal functions compare equal.

    Its operations raise `OutgrownError` where a result does not fit the budget.
    """

    never: F
    always: F

    def leaf(self, position: int) -> F:
        """The function that is true with a leaf."""

    def both(self, one: F, other: F) -> F:
        """True where both are."""

    def either(self, one: F, other: F) -> F:
        """True where one is."""

    def rank(self, one: F) -> int:
        """A number by which operands are sorted so that what is built grows at its end: the first leaf it reads."""

    def used(self) -> int:
        """How much of the budget is used up."""


class Builder(Generic[F]):
    """Evaluates the gates of a module; `done` counts evaluations, those of a cycle once a round, `spent` what they took.

    Args:
        formula: the formula.
        module: one of its modules.
        order: its leaves as the algebra numbers them.
        algebra: in which to evaluate.
    """

    def __init__(self, formula: Formula, module: Module, order: Sequence[int], algebra: Algebra[F]) -> None:
        self.formula, self.module, self.algebra = formula, module, algebra
        self.done = self.spent = 0
        self.values: dict[int, F] = {leaf: algebra.leaf(position) for position, leaf in enumerate(order)}

    def function(self) -> F:
        """The function of the module's root.

        Raises:
            OutgrownError: when something on the way does not fit the budget.
        """
        for unit in self.module.gates:
            if len(unit) == 1 and unit[0] not in self.formula.inputs[unit[0]]:
                self.values[unit[0]] = self._gate(unit[0])
            else:
                self._cycle(unit)
        return self.values[self.module.root]

    def _cycle(self, unit: tuple[int, ...]) -> None:
        """The least solution for fixed founded nodes, these lowered to it, until nothing changes."""
        founded = [node for node in unit if node in self.formula.founded]
        others = [node for node in unit if node not in self.formula.founded]
        self.values.update(dict.fromkeys(founded, self.algebra.always))
        while True:
            self.values.update(dict.fromkeys(others, self.algebra.never))
            while self._raise(others):
                pass
            if not self._raise(founded):
                return

    def _raise(self, nodes: list[int]) -> bool:
        """Evaluate nodes anew; whether any changed."""
        changed = False
        for node in nodes:
            value = self._gate(node)
            if value != self.values[node]:
                self.values[node] = value
                changed = True
        return changed

    def _gate(self, node: int) -> F:
        threshold = self.formula.thresholds[node]
        rank = self.algebra.rank
        inputs = sorted((self.values[one] for one in self.formula.inputs[node]), key=rank, reverse=True)
        if threshold == 1:
            value = self._join(inputs)
        elif threshold == len(inputs):
            value = self._meet(inputs)
        else:
            value = self._at_least(threshold, inputs)
        self.done += 1
        self.spent = self.algebra.used()
        return value

    def _join(self, inputs: list[F]) -> F:
        value = self.algebra.never
        for one in inputs:
            value = self.algebra.either(one, value)
        return value

    def _meet(self, inputs: list[F]) -> F:
        value = self.algebra.always
        for one in inputs:
            value = self.algebra.both(one, value)
        return value

    def _at_least(self, threshold: int, inputs: list[F]) -> F:
        """Grown input by input: at least j of those seen is that already, or j - 1 and this one."""
        algebra = self.algebra
        reached = [algebra.always] + [algebra.never] * threshold
        for seen, one in enumerate(inputs):
            lowest = max(1, threshold - (len(inputs) - seen - 1))
            for j in range(min(threshold, seen + 1), lowest - 1, -1):
                reached[j] = algebra.either(algebra.both(one, reached[j - 1]), reached[j])
        return reached[threshold]
