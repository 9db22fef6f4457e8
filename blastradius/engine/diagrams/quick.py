"""A formula without cycles solved at one go by compiled code: module by module, each with the order of a walk. Needs numba.

What is of moderate size is done before Python has looked at it; what is not is left to `solving`, which has time for more
orders. The same answer either way, over the same variables.
"""

from __future__ import annotations

from itertools import accumulate, chain
from typing import Any

import numpy as np

from blastradius.engine.diagrams import walks, whole
from blastradius.engine.diagrams.formula import Formula
from blastradius.engine.diagrams.tables import END, Table

ROWS = 1 << 16
"""Rows of a module's diagram at most."""
AT_FIRST = np.array(
    [(1 << 10, walks.UP), (1 << 12, walks.UP), (1 << 13, walks.DOWN), (1 << 13, walks.PULLED), (1 << 14, walks.UP)]
)
"""Rows and the order, one after the other: small rooms are tidied sooner, and an order that is good needs little."""
SIMPLIFIED = np.array([(1 << 13, walks.UP), (1 << 15, walks.UP), (1 << 15, walks.PULLED), (ROWS, walks.UP)])
"""The same for a formula that was worth simplifying."""
_KEPT = 1 << 18
"""Rows of all of them together at most."""


def quickly(
    formula: Formula, budget: int, attempts: Any = AT_FIRST
) -> list[tuple[int, tuple[int, ...], Table, Table]] | None:
    """Root, leaves, diagram and minimal sets of each module, inner ones first.

    Args:
        formula: a formula, simplified or not.
        budget: rows of a diagram at most.
        attempts: rows and order of one attempt after the other.

    Returns:
        None where the formula has cycles, is constant, or is larger than what is done here.
    """
    count = len(formula.inputs)
    if budget < ROWS or formula.founded or count > _KEPT:
        return None
    lengths = list(map(len, formula.inputs))
    first = np.fromiter(accumulate(lengths, initial=0), np.int32, count + 1)
    inputs = np.fromiter(chain.from_iterable(formula.inputs), np.int32, int(first[-1]))
    thresholds = np.fromiter(formula.thresholds, np.int32, count)
    rows = np.empty((_KEPT, 3), np.int32)
    places = np.empty((count, 4), np.int32)
    leaves = np.empty(count + int(first[-1]) + 1, np.int32)
    found = whole.solved(attempts, first, inputs, thresholds, formula.top, places, leaves, rows, *_store(), *_store())
    if found < 0:
        return None
    made = []
    met, row = 0, 0
    for root, number, diagram, family in places[:found].tolist():
        held = tuple(leaves[met : met + number].tolist())
        made.append((root, held, _table(rows, row, diagram), _table(rows, row + diagram, family)))
        met += number
        row += diagram + family
    return made


def _store() -> tuple[Any, ...]:
    nodes = np.empty((ROWS + 2, 3), np.int32)
    nodes[:2] = ((END, 0, 0), (END, 0, 0))
    return nodes, np.empty(2 * ROWS, np.int32), np.empty((2 * ROWS, 4), np.int32), np.zeros(4, np.int64)


def _table(rows: Any, first: int, count: int) -> Table:
    level, high, low = rows[first : first + count].T.tolist()
    return Table(level, high, low, count - 1)
