"""Decision diagrams in compiled code: what `plain` and `tables` do, on arrays. Needs numba.

A node is a row of three numbers: level, where it goes with the variable, where without. Rows 0 and 1 are false and true;
every other row comes after what it leads to. `table` finds a row by its content (open addressing), `cache` remembers results
(an old one gives way), `state` holds the number of rows, whether a budget ran out, the steps taken and how many may be. Recursion needs its types written down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numba.core.errors import NumbaError

MEET, JOIN, WITHOUT = 0, 1, 2
_ARRAYS = "int32[:,::1],int32[::1],int32[:,::1],int64[::1]"


def compiled(signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile, and keep the result on disk where that can be written."""

    def compile_it(function: Callable[..., Any]) -> Callable[..., Any]:
        compiled: Callable[..., Any]
        try:
            compiled = njit(signature, nogil=True, boundscheck=False, cache=True)(function)
        except (NumbaError, RuntimeError, OSError):
            compiled = njit(signature, nogil=True, boundscheck=False)(function)
        return compiled

    return compile_it


@compiled("int64(int64,int64,int64,int64)")
def _slot(one: Any, other: Any, third: Any, mask: Any) -> Any:
    """Where three numbers belong in a table of a power of two; a mixer after D. Lemire's and others' multiply-shift."""
    mixed = np.uint64(one) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= np.uint64(other) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= np.uint64(third) * np.uint64(0x165667B19E3779F9)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    return np.int64(mixed & np.uint64(mask))


@compiled(f"int64(int64,int64,int64,{_ARRAYS})")
def node(level: Any, high: Any, low: Any, nodes: Any, table: Any, cache: Any, state: Any) -> Any:
    """The row of a content, new where there is none."""
    mask = table.size - 1
    at = _slot(level, high, low, mask)
    while True:
        row = table[at]
        if row < 0:
            break
        if nodes[row, 0] == level and nodes[row, 1] == high and nodes[row, 2] == low:
            return np.int64(row)
        at = (at + 1) & mask
    count = state[0]
    if count >= nodes.shape[0]:
        state[1] = 1
        return np.int64(0)
    nodes[count, 0], nodes[count, 1], nodes[count, 2] = level, high, low
    table[at] = count
    state[0] = count + 1
    return count


@compiled(f"int64(int64,int64,int64,{_ARRAYS})")
def apply(kind: Any, one: Any, other: Any, nodes: Any, table: Any, cache: Any, state: Any) -> Any:
    """*Both* or *either* of two functions."""
    if one > other:
        one, other = other, one
    if one == other:
        return one
    if one == 0:
        return np.int64(0) if kind == MEET else other
    if one == 1:
        return other if kind == MEET else np.int64(1)
    at = _slot(one, other, kind, cache.shape[0] - 1)
    if cache[at, 0] == one and cache[at, 1] == other and cache[at, 2] == kind:
        return np.int64(cache[at, 3])
    state[2] += 1
    if state[2] > state[3]:
        state[1] = 1
    if state[1]:
        return np.int64(0)
    first, second = nodes[one, 0], nodes[other, 0]
    level = min(first, second)
    one_high, one_low = (np.int64(nodes[one, 1]), np.int64(nodes[one, 2])) if first == level else (one, one)
    other_high, other_low = (
        (np.int64(nodes[other, 1]), np.int64(nodes[other, 2])) if second == level else (other, other)
    )
    high = apply(kind, one_high, other_high, nodes, table, cache, state)
    low = apply(kind, one_low, other_low, nodes, table, cache, state)
    found = high if high == low else node(np.int64(level), high, low, nodes, table, cache, state)
    if not state[1]:
        cache[at, 0], cache[at, 1], cache[at, 2], cache[at, 3] = one, other, kind, found
    return found


@compiled(f"int64(int64,int64,{_ARRAYS})")
def without(one: Any, other: Any, nodes: Any, table: Any, cache: Any, state: Any) -> Any:
    """The sets of one family that contain no set of the other."""
    if one == 0 or other == 1 or one == other:
        return np.int64(0)
    level = nodes[one, 0]
    while nodes[other, 0] < level:
        other = np.int64(nodes[other, 2])
    if other == 0 or one == 1:
        return one
    if other == 1 or one == other:
        return np.int64(0)
    at = _slot(one, other, WITHOUT, cache.shape[0] - 1)
    if cache[at, 0] == one and cache[at, 1] == other and cache[at, 2] == WITHOUT:
        return np.int64(cache[at, 3])
    state[2] += 1
    if state[2] > state[3]:
        state[1] = 1
    if state[1]:
        return np.int64(0)
    high, low = np.int64(nodes[one, 1]), np.int64(nodes[one, 2])
    if nodes[other, 0] == level:
        other_high, other_low = np.int64(nodes[other, 1]), np.int64(nodes[other, 2])
        high = without(high, other_high, nodes, table, cache, state)
        high = without(high, other_low, nodes, table, cache, state)
        low = without(low, other_low, nodes, table, cache, state)
    else:
        high = without(high, other, nodes, table, cache, state)
        low = without(low, other, nodes, table, cache, state)
    found = low if high == 0 else node(np.int64(level), high, low, nodes, table, cache, state)
    if not state[1]:
        cache[at, 0], cache[at, 1], cache[at, 2], cache[at, 3] = one, other, WITHOUT, found
    return found


@compiled(f"int64(int32[:,::1],int64,int64[::1],{_ARRAYS})")
def minimal(diagram: Any, top: Any, found: Any, nodes: Any, table: Any, cache: Any, state: Any) -> Any:
    """The minimal solutions of a function, row by row (see `tables.minimal`)."""
    found[0], found[1] = 0, 1
    for row in range(2, top + 1):
        if state[1]:
            return np.int64(0)
        low = found[diagram[row, 2]]
        high = without(found[diagram[row, 1]], low, nodes, table, cache, state)
        found[row] = low if high == 0 else node(np.int64(diagram[row, 0]), high, low, nodes, table, cache, state)
    return found[top]


@compiled("int64(int32[:,::1],int64,int32[::1])")
def compact(nodes: Any, top: Any, number: Any) -> Any:
    """Move the rows that a top reaches together, in their order; how many there are."""
    for row in range(top + 1):
        number[row] = 0
    number[0] = number[1] = number[top] = 1
    for row in range(top, 1, -1):
        if number[row]:
            number[nodes[row, 1]] = number[nodes[row, 2]] = 1
    kept = 0
    for row in range(top + 1):
        if number[row]:
            number[row] = kept
            nodes[kept, 0], nodes[kept, 1], nodes[kept, 2] = nodes[row, 0], number[nodes[row, 1]], number[nodes[row, 2]]
            kept += 1
    return kept
