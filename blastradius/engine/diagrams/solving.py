"""A formula solved module by module: each one's diagram and its minimal sets, under a budget."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from blastradius.engine.diagrams.bounded import Bounded, as_table
from blastradius.engine.diagrams.building import Builder, OutgrownError
from blastradius.engine.diagrams.formula import VARIABLE, Formula
from blastradius.engine.diagrams.hitting import Hitting
from blastradius.engine.diagrams.missing import complete_to
from blastradius.engine.diagrams.modules import Module, modules
from blastradius.engine.diagrams.orders import orders
from blastradius.engine.diagrams.plain import Plain
from blastradius.engine.diagrams.simplify import simplified
from blastradius.engine.diagrams.tables import Table, at_least

BUDGET = 2_000_000
"""Nodes of a diagram, where nobody says otherwise."""
_FIRST = 1 << 10
_STEP = 8
_MANY, _FEW = 1 << 19, 4
"""Up to so many nodes all orders are tried, beyond only so many of them."""
_MUCH, _SHARE = 1 << 16, 5
"""Where so many nodes were not enough for one gate in so many, no budget will be."""
_PLAIN = 1 << 13
"""Nodes up to which plain Python is done before compiled code is loaded."""
_SETS_PER_NODE, _MORE_SETS_PER_NODE = 0.1, 2
_MOST_ORDER, _FEW_ORDERS = 12, 3
_DEEP = 10_000
"""More variables than these are too deep for the stack of compiled code."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A module with its answers.

    Attributes:
        root: its root.
        leaves: variables and inner modules by level of the tables.
        diagram: its function; none where that outgrew the budget.
        sets: its minimal sets of leaves.
        complete_to: only sets of up to that many leaves are there; none where all are.
    """

    root: int
    leaves: tuple[int, ...]
    diagram: Table | None
    sets: Table
    complete_to: int | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """A formula with the answers of its modules, inner ones first."""

    formula: Formula
    modules: tuple[Solved, ...]

    @property
    def exact(self) -> bool:
        """Whether every module has its diagram."""
        return all(one.diagram is not None for one in self.modules)

    @property
    def complete_to(self) -> int | None:
        """Up to which order all minimal sets are there; none where all of every order are."""
        return complete_to(self.modules) if any(one.complete_to is not None for one in self.modules) else None


def solve(formula: Formula, budget: int = BUDGET) -> Solution:
    """Solve a formula, simplified or not.

    Args:
        formula: the formula; that of the solution is equal, with fewer nodes.
        budget: nodes of a diagram at most; where no order of variables keeps within it, the minimal sets of the first
            orders are made one by one, with twice as many sets to look at.
    """
    if not _loaded():
        formula = simplified(formula)
        found = _plainly(formula, budget)
        if found is not None:
            return found
    if _loaded() or find_spec("numba") is not None:
        formula, found = _quickly(formula, budget)
        if found is not None:
            return found
    return _thorough(formula, budget)


def _plainly(formula: Formula, budget: int) -> Solution | None:
    """The solution where all diagrams are small: nothing is loaded for it."""
    made = []
    for module in modules(formula):
        found = _at_sight(formula, module) or _by_diagram(formula, module, min(budget, _PLAIN))
        if found is None:
            return None
        made.append(found)
    return Solution(formula, tuple(made))


def _quickly(formula: Formula, budget: int) -> tuple[Formula, Solution | None]:
    """A formula with less in it, and its solution where compiled code has it at one go."""
    from blastradius.engine.diagrams import compiled, quick  # noqa: F401 - who looks whether it is loaded looks for `compiled`

    given = None if formula.founded else quick.arrays(formula)
    less = None if given is None else quick.reduced(given)
    if less is None:
        formula = simplified(formula)
        given = quick.arrays(formula)
        less = None if formula.founded else quick.reduced(given)
    if less is None or given is None:
        return formula, None
    made = quick.quickly(less, budget) or quick.quickly(given, budget, quick.AS_GIVEN)
    if made is None:
        return quick.as_formula(less, formula.labels), None
    kept = {leaf for _, leaves, _, _ in made for leaf in leaves}
    labels = {node: label for node, label in formula.labels.items() if node in kept}
    return formula, Solution(replace(formula, labels=labels), tuple(Solved(*one) for one in made))


def _thorough(formula: Formula, budget: int) -> Solution:
    return Solution(formula, tuple(_solved(formula, module, budget) for module in modules(formula)))


def _solved(formula: Formula, module: Module, budget: int) -> Solved:
    return _at_sight(formula, module) or _by_diagram(formula, module, budget) or _by_order(formula, module, budget)


def _at_sight(formula: Formula, module: Module) -> Solved | None:
    """A module of one gate or none; nothing where there is more to it."""
    if not module.gates:
        return _single(formula, module)
    (first, *more) = module.gates
    inputs = formula.inputs[module.root]
    if not more and first == (module.root,) and len(set(inputs)) == len(inputs) and module.root not in inputs:
        table = at_least(formula.thresholds[module.root], len(inputs))
        return Solved(module.root, inputs, table, table)
    return None


def _single(formula: Formula, module: Module) -> Solved:
    """A variable, or a constant, which is a gate of nothing."""
    if formula.thresholds[module.root] == VARIABLE:
        table = at_least(1, 1)
        return Solved(module.root, module.leaves, table, table)
    constant = Table([0, 0], [0, 0], [0, 0], 1 if formula.thresholds[module.root] == 0 else 0)
    return Solved(module.root, (), constant, constant)


def _by_diagram(formula: Formula, module: Module, budget: int) -> Solved | None:
    """The first order, under a growing budget, with which the diagram and its minimal sets fit.

    Whoever came farthest under one budget is the first under the next. A cycle is gone round until nothing changes, and what
    grows there before it settles grows fast: where a budget several times as large buys less than one round more, or no
    more than the one before it bought, none that there is will do; nor where much room was enough for few of the gates.
    """
    gates = sum(map(len, module.gates))
    attempts = [_Attempt(order) for order in orders(formula, module)]
    round_ = sum(len(unit) for unit in module.gates if len(unit) > 1)
    size, gained = min(_FIRST, budget), 0
    while True:
        before = attempts[0].done
        for attempt in attempts if size <= _MANY else attempts[:_FEW]:
            found = attempt.made(formula, module, size)
            if found is not None:
                return Solved(module.root, attempt.order, *found)
        attempts.sort(key=lambda attempt: (-attempt.done, attempt.spent))
        least, gained = max(round_, gained + 1), attempts[0].done - before
        hopeless = gained < least if round_ else attempts[0].done * _SHARE < gates and size >= _MUCH
        if size == budget or (before and hopeless):
            return None
        size = min(size * _STEP, budget)


@dataclass
class _Attempt:
    """An order, and how many gates were done with how many nodes when a budget ran out."""

    order: tuple[int, ...]
    done: int = 0
    spent: int = 0

    def made(self, formula: Formula, module: Module, size: int) -> tuple[Table, Table] | None:
        """The diagram and its minimal sets; none where they outgrow a size."""
        if len(self.order) >= size:
            return None
        algebra = _algebra(len(self.order), size)
        builder = Builder(formula, module, self.order, algebra)
        try:
            found: tuple[Table, Table] = algebra.solved(builder.function())
        except OutgrownError:
            self.done, self.spent = builder.done, builder.spent
            return None
        return found


def _algebra(levels: int, size: int) -> Any:
    """What makes diagrams of a size best: plain Python small ones, compiled code large ones, oxidd where that is missing."""
    if levels > _DEEP:
        return Plain(levels, size)
    if _pays(size):
        from blastradius.engine.diagrams.compiled import Compiled

        return Compiled(size)
    if size <= _PLAIN:
        return Plain(levels, size)
    from blastradius.engine.diagrams.decision import Decisions

    return Decisions(levels, size)


def _pays(size: int) -> bool:
    """Whether compiled code is there, and loaded or worth loading; it makes the same diagrams."""
    return _loaded() or (size > _PLAIN and find_spec("numba") is not None)


def _loaded() -> bool:
    return f"{__package__}.compiled" in sys.modules


def _by_order(formula: Formula, module: Module, budget: int) -> Solved:
    """The minimal sets of the first orders, as far as the budget allows.

    By families of sets as long as they are small; then by hitting, which goes farther where guards are small. Where they
    are not, families have one more try with a larger budget.
    """
    sets, reached = Table([0, 0], [0, 0], [0, 0], 0), 0
    hitting: Hitting | None = None
    for order in range(1, _MOST_ORDER + 1):
        found = _family(formula, module, order, int(budget * _SETS_PER_NODE)) if hitting is None else None
        if found is None:
            hitting = hitting or Hitting(formula, module)
            found = _hit(hitting, order, budget if order > _FEW_ORDERS else budget // 4)
        if found is None and order <= _FEW_ORDERS:
            found = _family(formula, module, order, budget * _MORE_SETS_PER_NODE)
        if found is None:
            break
        sets, reached = found, order
    whole = reached >= len(module.leaves)
    return Solved(module.root, module.leaves, None, sets, None if whole else reached)


def _family(formula: Formula, module: Module, order: int, budget: int) -> Table | None:
    try:
        return as_table(Builder(formula, module, module.leaves, Bounded(order, budget)).function())
    except OutgrownError:
        return None


def _hit(hitting: Hitting, order: int, steps: int) -> Table | None:
    try:
        return as_table(frozenset(map(frozenset, hitting.sets(order, steps))))
    except OutgrownError:
        return None
