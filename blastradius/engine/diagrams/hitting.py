"""Minimal sets of the first orders by hitting: exact where neither diagrams nor families of sets fit, cycles included.

What keeps a formula false is a *guard*: variables that, all false, are enough for it. Every set that makes the formula true
hits every guard, and a set that hits every guard makes it true (R. Reiter, *A theory of diagnosis from first principles*,
Artificial Intelligence 32, 1987). Guards are learnt as they are needed: evaluate the formula for a set that hits all known
ones; if it is false, read a guard off that evaluation and go on with each of its variables. A variable whose branch is done
is shut in those after it, so no set comes twice; where more known guards lie apart from each other than variables may still
be chosen, there is nothing to find (as in K. Murakami, T. Uno, *Efficient algorithms for dualizing large-scale hypergraphs*,
Discrete Applied Mathematics 170, 2014). The work grows with the guards and the order, not with the width of the formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.formula import Formula
from blastradius.engine.diagrams.modules import Module

_LOOKED_AT = 8
"""Known guards among which the smallest is gone on with."""


class Hitting:
    """The minimal sets of a module, order by order; what was learnt for one order serves the next.

    Args:
        formula: the formula.
        module: one of its modules.
    """

    def __init__(self, formula: Formula, module: Module) -> None:
        self.leaves = module.leaves
        self._budget = self._spent = 0
        self._truth = _Truth(formula, module)
        self._guards: list[int] = []
        self._hits = [0] * len(self.leaves)
        self._found: list[tuple[int, ...]] = []

    def sets(self, order: int, budget: int) -> list[tuple[int, ...]]:
        """All minimal sets of that many leaves at most, as positions.

        Args:
            order: leaves at most.
            budget: steps at most, those for other orders included: inputs that are evaluated, and sets that are looked at.

        Raises:
            OutgrownError: when the budget runs out.
        """
        self._found, self._budget = [], budget
        self._search((), 0, order)
        return self._found

    def _search(self, chosen: tuple[int, ...], shut: int, left: int) -> None:
        self._spend(len(chosen) + 1 + len(self._guards) // 64)
        unhit = self._unhit(chosen)
        if not unhit:
            guard = self._learn(chosen)
            if guard is None:
                if self._minimal(chosen):
                    self._found.append(tuple(sorted(chosen)))
                return
            unhit = guard
        if not left:
            return
        branch = self._smallest(unhit, shut)
        if self._hopeless(unhit, branch, shut, left):
            return
        for position in _ones(branch):
            if left > 1 or not self._unhit((*chosen, position)):
                self._search((*chosen, position), shut, left - 1)
            shut |= 1 << position

    def _unhit(self, chosen: Sequence[int]) -> int:
        """Known guards, by number, in which nothing was chosen."""
        hit = 0
        for position in chosen:
            hit |= self._hits[position]
        return ~hit & ((1 << len(self._guards)) - 1)

    def _smallest(self, unhit: int, shut: int) -> int:
        """What may be chosen of one of the first guards, that with the fewest."""
        best = -1
        for _, number in zip(range(_LOOKED_AT), _ones(unhit), strict=False):
            open_ = self._guards[number] & ~shut
            if best < 0 or open_.bit_count() < best.bit_count():
                best = open_
        return best

    def _hopeless(self, unhit: int, branch: int, shut: int, left: int) -> bool:
        """Whether more guards have nothing in common than may still be hit."""
        while branch:
            unhit = unhit & self._unhit(tuple(_ones(branch)))
            if not unhit:
                return False
            left -= 1
            if not left:
                return True
            branch = self._guards[(unhit & -unhit).bit_length() - 1] & ~shut
        return True

    def _learn(self, chosen: Sequence[int]) -> int | None:
        """Find a guard that a set leaves unhit, as a mask of its number; none where there is none."""
        found = self._truth.guard(chosen)
        self._spend(self._truth.taken)
        if found is None:
            return None
        number = 1 << len(self._guards)
        self._guards.append(found)
        for position in _ones(found):
            self._hits[position] |= number
        return number

    def _minimal(self, chosen: tuple[int, ...]) -> bool:
        """Whether none can be spared of a set that makes the formula true."""
        for position in chosen:
            rest = [one for one in chosen if one != position]
            if not self._unhit(rest) and self._learn(rest) is None:
                return False
        return True

    def _spend(self, steps: int) -> None:
        self._spent += steps
        if self._spent > self._budget:
            raise OutgrownError


class _Truth:
    """Evaluates a module for some true leaves; `taken` is what the last one took."""

    def __init__(self, formula: Formula, module: Module) -> None:
        gates = [gate for unit in module.gates for gate in unit]
        self.root = module.root
        self.leaves = module.leaves
        self.position = {leaf: at for at, leaf in enumerate(module.leaves)}
        self.inputs = {gate: formula.inputs[gate] for gate in gates}
        self.thresholds = {gate: formula.thresholds[gate] for gate in gates}
        self.founded = {gate for gate in gates if gate in formula.founded}
        self.used: dict[int, list[int]] = {node: [] for node in (*gates, *module.leaves)}
        for gate in gates:
            for one in formula.inputs[gate]:
                self.used[one].append(gate)
        self.taken = 0

    def guard(self, chosen: Sequence[int]) -> int | None:
        """Leaves that keep the root false when only some are true, as a mask of positions; none where it is true."""
        self.taken = 0
        standing = set(self.founded)
        true = [self.leaves[position] for position in chosen]
        rounds = []
        while True:
            values = self._least(true, standing)
            rounds.append(values)
            fallen = [
                gate for gate in standing if sum(one in values for one in self.inputs[gate]) < self.thresholds[gate]
            ]
            if not fallen:
                break
            standing.difference_update(fallen)
        return None if self.root in values else self._reasons(rounds)

    def _least(self, true: Sequence[int], standing: set[int]) -> set[int]:
        """What is true at last, founded nodes being what they are."""
        values = {*true, *standing}
        work = list(values)
        counts: dict[int, int] = {}
        while work:
            readers = self.used[work.pop()]
            self.taken += len(readers)
            for gate in readers:
                if gate in values or gate in self.founded:
                    continue
                counts[gate] = count = counts.get(gate, 0) + 1
                if count >= self.thresholds[gate]:
                    values.add(gate)
                    work.append(gate)
        return values

    def _reasons(self, rounds: list[set[int]]) -> int:
        """Walk from the root to inputs enough to keep each gate false.

        Gates may keep each other false in a circle: nothing is true without a cause. A founded gate starts true, so its
        reasons must have been false before it fell.
        """

        def since(node: int) -> int:
            return next(at for at, values in enumerate(rounds) if node not in values)

        kept, work, guard = {self.root}, [self.root], 0
        while work:
            node = work.pop()
            if node in self.position:
                guard |= 1 << self.position[node]
                continue
            values = rounds[since(node) - (node in self.founded)]
            inputs = self.inputs[node]
            self.taken += len(inputs)
            missing = len(inputs) - self.thresholds[node] + 1 - sum(one in kept for one in inputs if one not in values)
            for leaf_first in (True, False):
                for one in inputs:
                    if missing > 0 and one not in values and one not in kept and (one in self.position) == leaf_first:
                        kept.add(one)
                        work.append(one)
                        missing -= inputs.count(one)
        return guard


def _ones(mask: int) -> Iterator[int]:
    """Positions of the ones of a number, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
