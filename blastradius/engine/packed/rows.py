"""Compressed sparse rows in numpy: the few operations on lists of lists that compiling a net takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Array = NDArray[Any]


def by_key(keys: Array, values: Array, count: int) -> tuple[Ints, Array]:
    """Values grouped by key: the start of each key's values, and the values, those of one key ascending.

    Args:
        keys: a number from 0 for each value.
        values: what is grouped.
        count: how many keys there are.
    """
    start = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=count), out=start[1:])
    return start, values[np.lexsort((values, keys))]


def gathered(start: Ints, values: Array, chosen: Array) -> Array:
    """The values of some rows, one row after the other."""
    lengths = start[chosen + 1] - start[chosen]
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if ends.size else 0
    offsets = np.arange(total) - np.repeat(ends - lengths, lengths)
    found: Array = values[np.repeat(start[chosen], lengths) + offsets]
    return found


def reached(start: Ints, values: Array, seeds: Array, count: int) -> NDArray[np.bool_]:
    """Which numbers can be reached from some, themselves included, along rows."""
    found = np.zeros(count, np.bool_)
    found[seeds] = True
    front = np.flatnonzero(found)
    while front.size:
        following = gathered(start, values, front)
        front = np.unique(following[~found[following]])
        found[front] = True
    return found
