"""Formulas without cycles on arrays: constants gone, nodes that are one made one, gates of a sort flattened. Needs numba.

Each step reads one set of arrays and writes another: `first` and `reads` of gates, what each `needs`, -1 for a variable.
Nodes keep their numbers, new gates come after them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from blastradius.engine.diagrams.kernels import compiled
from blastradius.engine.diagrams.walks import ordered

OR, AND = 1, 2
"""Sorts of gates; 0 is any other."""
_I = "int32[::1]"
_IN = _OUT = f"{_I},{_I},{_I}"


@compiled(f"int64({_IN},int64)")
def sort(first: Any, reads: Any, needs: Any, gate: Any) -> Any:
    """What a gate is; a variable is neither."""
    if needs[gate] == 1:
        return np.int64(OR)
    return np.int64(AND if needs[gate] > 0 and needs[gate] == first[gate + 1] - first[gate] else 0)


@compiled(f"int64({_IN},int64,{_I},{_I})")
def turned(first: Any, reads: Any, needs: Any, count: Any, by_first: Any, by: Any) -> Any:
    """Readers of each node, as often as they read it."""
    by_first[: count + 1] = 0
    for place in range(first[count]):
        by_first[reads[place] + 1] += 1
    for node in range(count):
        by_first[node + 1] += by_first[node]
    at = by_first[:count].copy()
    for gate in range(count):
        for place in range(first[gate], first[gate + 1]):
            one = reads[place]
            by[at[one]] = gate
            at[one] += 1
    return np.int64(0)


@compiled(f"int64(int64,int64,{_I},int64,int64,{_I},{_I},{_I},{_I},{_I},{_OUT})")
def _written(
    count: Any, reached: Any, order: Any, whole: Any, flat: Any, readers: Any, start: Any, width: Any, need: Any,
    held: Any, first_to: Any, reads_to: Any, needs_to: Any,
) -> Any:  # fmt: skip
    """Write what the top still has; a walk over the gates that are put into one."""
    stack, stamp, used = np.empty(held.size + 1, np.int32), np.full(count, -1, np.int32), 0
    into = np.zeros(count, np.int8)
    if flat:
        for here in range(count):
            if need[here] < 0 or not (readers[here] or here == whole):
                continue
            sort = OR if need[here] == 1 else (AND if need[here] == width[here] else 0)
            for place in range(start[here], start[here] + width[here]):
                one = held[place]
                same = need[one] == 1 if sort == OR else (sort == AND and need[one] == width[one])
                into[one] = need[one] > 0 and readers[one] == 1 and same
    for here in range(count):
        first_to[here] = used
        needs_to[here] = need[here]
        if need[here] < 0 or into[here] or not (readers[here] or here == whole):
            continue
        plain, depth = need[here] == 1 or need[here] == width[here], 0
        for place in range(start[here] + width[here] - 1, start[here] - 1, -1):
            stack[depth] = held[place]
            depth += 1
        while depth:
            depth -= 1
            one = stack[depth]
            if into[one]:
                for place in range(start[one] + width[one] - 1, start[one] - 1, -1):
                    stack[depth] = held[place]
                    depth += 1
            elif not plain or stamp[one] != here:
                stamp[one] = here
                reads_to[used] = one
                used += 1
        if need[here] != 1 and need[here] == width[here]:
            needs_to[here] = used - first_to[here]
    first_to[count] = used
    return whole


@compiled(f"int64({_IN},int64,int64,int64,{_OUT})")
def tidied(
    first: Any, reads: Any, needs: Any, count: Any, top: Any, flat: Any, first_to: Any, reads_to: Any, needs_to: Any
) -> Any:
    """Fold constants, skip gates of one input, read nothing twice; where `flat`, put gates that one of their sort reads into it.

    The new top, -1 where it is constant.
    """
    order, size = np.empty(count, np.int32), np.zeros(count, np.int32)
    reached = ordered(first[: count + 1], reads, needs[:count], top, order, size)
    if reached < 0:
        return np.int64(-1)
    one_of, readers = np.empty(count, np.int32), np.zeros(count, np.int32)
    start, width, need = np.zeros(count, np.int32), np.zeros(count, np.int32), np.full(count, -1, np.int32)
    stamp, held, used = np.full(count, -1, np.int32), np.empty(reads.size, np.int32), 0
    for number in range(reached):
        here = order[number]
        one_of[here] = here
        if needs[here] < 0:
            continue
        wanted, begin = np.int64(needs[here]), used
        for place in range(first[here], first[here + 1]):
            one = one_of[reads[place]]
            if one == -2:
                wanted -= 1
            elif one >= 0:
                held[used] = one
                used += 1
        if wanted == 1 or wanted == used - begin:
            either = wanted == 1
            end, used = used, begin
            for place in range(begin, end):
                one = held[place]
                if stamp[one] != here:
                    stamp[one] = here
                    held[used] = one
                    used += 1
            wanted = np.int64(1 if either else used - begin)
        start[here], width[here], need[here] = begin, used - begin, max(wanted, 0)
        if wanted <= 0:
            one_of[here] = -2
        elif wanted > used - begin:
            one_of[here] = -1
        elif used - begin == 1:
            one_of[here] = held[begin]
    whole = np.int64(one_of[top])
    if whole < 0:
        return np.int64(-1)
    for number in range(reached - 1, -1, -1):  # readers that the top still has
        here = order[number]
        if here == whole or readers[here]:
            for place in range(start[here], start[here] + width[here]):
                readers[held[place]] += 1
    return _written(count, reached, order, whole, flat, readers, start, width, need, held, first_to, reads_to, needs_to)
