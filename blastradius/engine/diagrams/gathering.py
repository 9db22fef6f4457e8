"""Formulas without cycles on arrays: rounds of steps until nothing gets smaller, and what is read together gathered. Needs numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from blastradius.engine.diagrams.kernels import compiled
from blastradius.engine.diagrams.lifting import lifted
from blastradius.engine.diagrams.tidying import AND, OR, sort, tidied, turned

_ROUNDS = 12
_I = "int32[::1]"


@compiled(f"int64({_I},{_I},{_I},int64,int64,int64,{_I},{_I},{_I},{_I},{_I})")
def _groups(
    first: Any, reads: Any, needs: Any, count: Any, top: Any, least: Any, by_first: Any, by: Any, group: Any, of: Any,
    at: Any,
) -> Any:  # fmt: skip
    """Nodes that the same gates of one sort read, `least` of them or more: `group` of each, or -1; how many groups.

    `of` holds the nodes of one group after the other, `at` where each begins.
    """
    marks, group[:count] = np.zeros(count, np.uint64), -1
    for node in range(count):
        begin, end = by_first[node], by_first[node + 1]
        if end - begin < least or node == top:
            continue
        kind, mark = sort(first, reads, needs, np.int64(by[begin])), np.uint64(14695981039346656037)
        for place in range(begin, end):
            if not kind or sort(first, reads, needs, np.int64(by[place])) != kind:
                mark = np.uint64(0)
                break
            mark = (mark ^ np.uint64(by[place] + 1)) * np.uint64(1099511628211)
            mark ^= mark >> np.uint64(29)
        marks[node] = mark
    order = np.argsort(marks, kind="mergesort")
    found, used, one = np.int64(0), 0, 0
    while one < count:
        node, begin = order[one], used
        width = by_first[node + 1] - by_first[node]
        other = one
        while other < count and marks[order[other]] == marks[node]:
            next_ = order[other]
            equal = marks[node] != 0 and by_first[next_ + 1] - by_first[next_] == width
            for place in range(width if equal else 0):
                if by[by_first[next_] + place] != by[by_first[node] + place]:
                    equal = False
                    break
            if equal:
                of[used] = next_
                used += 1
            other += 1
        gate = by[by_first[node]] if used > begin else 0
        if used - begin < 2 or (width == 1 and used - begin == first[gate + 1] - first[gate]):
            used = begin
        else:
            for place in range(begin, used):
                group[of[place]] = found
            at[found] = begin
            found += 1
        one = other
    at[found] = used
    return found


@compiled(f"int64({_I},{_I},{_I},int64,int64,int64,{_I},{_I},{_I})")
def gathered(
    first: Any, reads: Any, needs: Any, count: Any, top: Any, least: Any, first_to: Any, reads_to: Any, needs_to: Any
) -> Any:
    """Put what the same gates of one sort read, and nobody else, into a gate of its own; how many nodes there are then, or -1 where there is no such."""
    by_first, by = np.empty(count + 1, np.int32), np.empty(first[count] + 1, np.int32)
    turned(first, reads, needs, count, by_first, by)
    group, of, at = np.empty(count + 1, np.int32), np.empty(count + 1, np.int32), np.empty(count + 1, np.int32)
    found = _groups(first, reads, needs, count, top, least, by_first, by, group, of, at)
    if not found or count + found >= needs_to.size:
        return np.int64(-1)
    stamp, used = np.full(found, -1, np.int32), 0
    kinds = np.zeros(found, np.int8)
    for gate in range(count):
        first_to[gate] = used
        needs_to[gate] = needs[gate]
        kind = sort(first, reads, needs, gate)
        for place in range(first[gate], first[gate + 1]):
            one = reads[place]
            number = group[one]
            if number < 0:
                reads_to[used] = one
                used += 1
            elif stamp[number] != gate:
                stamp[number] = gate
                kinds[number] = kind
                reads_to[used] = count + number
                used += 1
        if kind == AND:
            needs_to[gate] = used - first_to[gate]
    for number in range(found):
        first_to[count + number] = used
        for place in range(at[number], at[number + 1]):
            reads_to[used] = of[place]
            used += 1
        needs_to[count + number] = 1 if kinds[number] == OR else at[number + 1] - at[number]
    first_to[count + found] = used
    return count + found


@compiled(f"int64({_I},{_I},{_I},int64,int32[:,::1],int32[:,::1],int32[:,::1],int64[::1])")
def reduced(first: Any, inputs: Any, thresholds: Any, top: Any, firsts: Any, reads: Any, needs: Any, sizes: Any) -> Any:
    """The top of an equal formula with less in it, or -1 where there is a cycle or only a constant.

    It is left in one of the two rows of `firsts`, `reads` and `needs`; `sizes` gets how many nodes it has, and the row.
    """
    count, row = np.int64(thresholds.size), 0
    top = tidied(first, inputs, thresholds, count, top, 1, firsts[0], reads[0], needs[0])
    if top < 0:
        return np.int64(-1)
    for _ in range(_ROUNDS):
        changed, other = False, 1 - row
        if 2 * count < needs.shape[1]:
            more = lifted(firsts[row], reads[row], needs[row], count, top, firsts[other], reads[other], needs[other])
            if more >= 0:
                count, changed = more, True
                top = tidied(
                    firsts[other], reads[other], needs[other], count, top, 1, firsts[row], reads[row], needs[row]
                )
                if top < 0:
                    return np.int64(-1)
        more = gathered(firsts[row], reads[row], needs[row], count, top, 2, firsts[other], reads[other], needs[other])
        if more >= 0:
            count, changed = more, True
            top = tidied(firsts[other], reads[other], needs[other], count, top, 1, firsts[row], reads[row], needs[row])
        if not changed:
            break
    more = gathered(firsts[row], reads[row], needs[row], count, top, 1, firsts[1 - row], reads[1 - row], needs[1 - row])
    if more >= 0:
        count, row = more, 1 - row
    sizes[0], sizes[1] = count, row
    return top
