"""A formula without cycles made smaller and solved at one go by compiled code: module by module, each in the order of a walk. Needs numba.

What is of moderate size is done before Python has looked at it; what is not is left to `solving`, which has time for more
orders. The same answer either way, over the same variables.
"""

from __future__ import annotations

from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple

import numpy as np

from blastradius.engine.diagrams import gathering, walks, whole
from blastradius.engine.diagrams.formula import Formula
from blastradius.engine.diagrams.tables import END, Table

ROWS = 1 << 16
"""Rows of a module's diagram at most."""
REDUCED = np.array(
    [
        (1 << 10, walks.UP), (1 << 11, walks.PULLED), (1 << 12, walks.DOWN), (1 << 13, walks.PULLED),
        (1 << 14, walks.DOWN), (1 << 15, walks.PULLED), (ROWS, walks.UP), (ROWS, walks.PULLED),
    ]
)  # fmt: skip
"""Rows and the order, one after the other: small rooms are tidied sooner, and an order that is good needs little."""
AS_GIVEN = np.array([(1 << 13, walks.DOWN), (1 << 15, walks.UP)])
"""The same for a formula as it was written: whoever wrote it may have put side by side what belongs together."""
_KEPT = 1 << 18
"""Rows of all of them together at most."""

Answers = list[tuple[int, tuple[int, ...], Table, Table]]


class Arrays(NamedTuple):
    """A formula on arrays: what node n reads is from `first[n]` to `first[n + 1]` in `reads`."""

    first: Any
    reads: Any
    needs: Any
    top: int


def arrays(formula: Formula) -> Arrays:
    """A formula on arrays; founded nodes are not told."""
    count = len(formula.inputs)
    lengths = map(len, formula.inputs)
    first = np.fromiter(accumulate(lengths, initial=0), np.int32, count + 1)
    reads = np.fromiter(chain.from_iterable(formula.inputs), np.int32, int(first[-1]))
    return Arrays(first, reads, np.fromiter(formula.thresholds, np.int32, count), formula.top)


def reduced(given: Arrays) -> Arrays | None:
    """An equal formula with less in it; its variables keep their numbers. None where there is a cycle, or it is constant."""
    count, edges = given.needs.size, given.reads.size
    room = 3 * count + 64
    firsts, needs = np.empty((2, room + 1), np.int32), np.empty((2, room), np.int32)
    reads, sizes = np.empty((2, 2 * edges + count + 64), np.int32), np.zeros(2, np.int64)
    top = gathering.reduced(*given, firsts, reads, needs, sizes)
    if top < 0:
        return None
    nodes, row = sizes.tolist()
    first = firsts[row, : nodes + 1]
    return Arrays(first, reads[row, : first[nodes]], needs[row, :nodes], top)


def as_formula(given: Arrays, labels: dict[int, str]) -> Formula:
    """A formula from arrays, with what its variables are called."""
    reads = given.reads.tolist()
    inputs = [tuple(reads[one:other]) for one, other in pairwise(given.first.tolist())]
    read = {given.top, *reads}
    kept = {node: label for node, label in labels.items() if node in read}
    return Formula(given.needs.tolist(), inputs, kept, frozenset(), given.top)


def quickly(given: Arrays, budget: int, attempts: Any = REDUCED) -> Answers | None:
    """Root, leaves, diagram and minimal sets of each module, inner ones first.

    Args:
        given: a formula without founded nodes, reduced or not.
        budget: rows of a diagram at most.
        attempts: rows and order of one attempt after the other.

    Returns:
        None where the formula has cycles, is constant, or is larger than what is done here.
    """
    count = given.needs.size
    if budget < ROWS or count > _KEPT:
        return None
    rows = np.empty((_KEPT, 3), np.int32)
    places = np.empty((count, 4), np.int32)
    leaves = np.empty(count + given.reads.size + 1, np.int32)
    found = whole.solved(attempts, *given, places, leaves, rows, *_store(), *_store())
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
