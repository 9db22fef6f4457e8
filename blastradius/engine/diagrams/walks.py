"""A formula without cycles walked and cut into modules in compiled code. Needs numba.

The steps of `simplify`, `modules` and `orders` for the plain case, on arrays: constants are folded, gates of one
input skipped, modules found by dates of visit, their leaves taken in the order of a walk that takes the smaller inputs first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from blastradius.engine.diagrams.kernels import compiled

UP, DOWN, PULLED = 0, 1, 2
"""Orders: of a walk that takes the smaller inputs first, or the larger; the first with what is read together pulled together."""
_ROUNDS = 100
_I = "int32[::1]"


@compiled(f"int64({_I},{_I},{_I},int64,{_I},{_I})")
def ordered(first: Any, inputs: Any, thresholds: Any, top: Any, order: Any, size: Any) -> Any:
    """Nodes that a top needs, each after those that it reads, and what hangs on each; how many, or -1 for a cycle."""
    count = thresholds.size
    seen = np.zeros(count, np.int8)
    stack, at = np.empty(count + 1, np.int32), np.zeros(count, np.int32)
    depth, done = 1, 0
    stack[0] = top
    seen[top] = 1
    while depth:
        here = stack[depth - 1]
        if first[here] + at[here] < first[here + 1]:
            one = inputs[first[here] + at[here]]
            at[here] += 1
            if seen[one] == 1:
                return -1
            if seen[one] == 0:
                seen[one] = 1
                stack[depth] = one
                depth += 1
            continue
        depth -= 1
        seen[here] = 2
        total = np.int64(1 if thresholds[here] < 0 else 0)
        for place in range(first[here], first[here + 1]):
            total += size[inputs[place]]
        size[here] = min(total, 1 << 30)
        order[done] = here
        done += 1
    return done


@compiled(f"int64({_I},{_I},{_I},{_I},int64,{_I},{_I},{_I},{_I})")
def folded(
    first: Any, inputs: Any, thresholds: Any, order: Any, count: Any, size: Any, one_of: Any, needed: Any, reads: Any
) -> Any:
    """Fold constants and skip gates of one input; `reads` gets what each gate still reads, the smallest first.

    `one_of` of a node is the node that it is, -1 for never, -2 for always; `needed` holds thresholds, then numbers read.
    """
    nodes = thresholds.size
    for number in range(count):
        here = order[number]
        if thresholds[here] < 0:
            one_of[here] = here
            needed[here] = -1
            continue
        threshold, begin, left = np.int64(thresholds[here]), np.int64(first[here]), 0
        for place in range(first[here], first[here + 1]):
            one = one_of[inputs[place]]
            if one == -2:
                threshold -= 1
            elif one >= 0:
                at = begin + left
                while at > begin and size[reads[at - 1]] > size[one]:
                    reads[at] = reads[at - 1]
                    at -= 1
                reads[at] = one
                left += 1
        needed[here], needed[nodes + here] = threshold, left
        if threshold <= 0:
            one_of[here] = -2
        elif threshold > left:
            one_of[here] = -1
        else:
            one_of[here] = reads[begin] if left == 1 else here
    return 0


@compiled(f"int64({_I},{_I},{_I},int64,{_I},{_I})")
def parts(first: Any, reads: Any, needed: Any, top: Any, roots: Any, inside: Any) -> Any:
    """Roots of modules, inner ones first, the top last; `inside` of a root is 1 (see `modules`). How many."""
    nodes = first.size - 1
    visited, last, end = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    low, high, at = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64), np.zeros(nodes, np.int32)
    stack = np.empty(nodes + 1, np.int32)
    depth, clock, found = 1, np.int64(1), 0
    stack[0] = top
    visited[top] = last[top] = 1
    while depth:
        here = stack[depth - 1]
        width = needed[nodes + here] if needed[here] >= 0 else 0
        if at[here] < width:
            one = reads[first[here] + at[here]]
            at[here] += 1
            clock += 1
            last[one] = clock
            if not visited[one]:
                visited[one] = clock
                stack[depth] = one
                depth += 1
            continue
        depth -= 1
        clock += 1
        end[here] = last[here] = clock
        low[here], high[here] = visited[here] + 1, 0
        if needed[here] < 0:
            continue
        low[here] = clock
        for place in range(first[here], first[here] + width):
            one = reads[place]
            low[here] = min(low[here], min(low[one], visited[one]))
        # what is read later raises the last visits of what is below: they are looked at when all is walked
        roots[found] = here
        found += 1
    kept = 0
    for number in range(found):
        here = roots[number]
        for place in range(first[here], first[here] + needed[nodes + here]):
            one = reads[place]
            high[here] = max(high[here], max(high[one], last[one]))
        if (low[here] > visited[here] and high[here] < end[here]) or here == top:
            inside[here] = 1
            roots[kept] = here
            kept += 1
    return kept


@compiled(f"int64(int64,int64,int64,{_I},{_I},{_I},{_I},{_I},int64,{_I})")
def walked(
    mark: Any,
    kind: Any,
    root: Any,
    first: Any,
    reads: Any,
    needed: Any,
    inside: Any,
    leaves: Any,
    begin: Any,
    work: Any,
) -> Any:
    """Leaves of a module as a walk meets them, from `begin`; gates after what they read into `work`; numbers of both.

    `work` has room for the gates, a stack and places; its last part is per node the mark of the last walk that met it.
    """
    nodes = first.size - 1
    stack, at, met = work[nodes : 2 * nodes], work[2 * nodes : 3 * nodes], work[3 * nodes : 4 * nodes]
    depth, found, gates = 1, 0, 0
    stack[0] = root
    at[root] = 0
    met[root] = mark
    while depth:
        here = stack[depth - 1]
        width = needed[nodes + here]
        if at[here] < width:
            one = reads[first[here] + (at[here] if kind != DOWN else width - 1 - at[here])]
            at[here] += 1
            if met[one] == mark:
                continue
            met[one] = mark
            if needed[one] < 0 or inside[one]:
                leaves[begin + found] = one
                found += 1
            else:
                at[one] = 0
                stack[depth] = one
                depth += 1
            continue
        depth -= 1
        work[gates] = here
        gates += 1
    return found * np.int64(1 << 32) + gates


@compiled(f"int64(int64,int64,{_I},int64,{_I},{_I},{_I},{_I})")
def pulled(found: Any, gates: Any, leaves: Any, begin: Any, work: Any, first: Any, reads: Any, needed: Any) -> Any:
    """FORCE on the leaves of a module, kept while the spans of its gates shrink (see `orders`)."""
    count = first.size - 1
    place = np.empty(count, np.float64)
    everything, leaf = np.empty(found + gates, np.int32), np.zeros(count, np.int8)
    for at in range(found):
        everything[at] = leaves[begin + at]
        leaf[everything[at]] = 1
        place[everything[at]] = at
    for at in range(gates):
        here = work[at]
        everything[found + at] = here
        total = 0.0
        for number in range(first[here], first[here] + needed[count + here]):
            total += place[reads[number]]
        place[here] = total / needed[count + here]
    best, least = leaves[begin : begin + found].copy(), np.inf
    drawn, times = np.empty(count, np.float64), np.empty(count, np.float64)
    values = np.empty(found + gates, np.float64)
    for _ in range(_ROUNDS):
        for one in everything:
            drawn[one] = times[one] = 0.0
        for at in range(gates):
            here = work[at]
            width = needed[count + here]
            centre = place[here]
            for number in range(first[here], first[here] + width):
                centre += place[reads[number]]
            centre /= width + 1
            drawn[here] += centre
            times[here] += 1
            for number in range(first[here], first[here] + width):
                drawn[reads[number]] += centre
                times[reads[number]] += 1
        for at in range(everything.size):
            values[at] = drawn[everything[at]] / times[everything[at]]
        everything = everything[np.argsort(values, kind="mergesort")]
        for at in range(everything.size):
            place[everything[at]] = at
        span = 0.0
        for at in range(gates):
            here = work[at]
            low = high = place[here]
            for number in range(first[here], first[here] + needed[count + here]):
                low, high = min(low, place[reads[number]]), max(high, place[reads[number]])
            span += high - low
        if span >= least:
            break
        least = span
        kept = 0
        for one in everything:
            if leaf[one]:
                best[kept] = one
                kept += 1
    leaves[begin : begin + found] = best
    return np.int64(found)
