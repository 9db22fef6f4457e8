"""Formulas without cycles on arrays: what implies all that it hangs from is read there, and nowhere else. Needs numba.

A node that alone makes a gate true is read by the gate and false below it; one whose absence makes it false is read by the
gate and true below. Read once, it is a variable of its own, and what it held together falls into modules. This is the Boolean
optimization of I. Niemelä (*On simplification of large fault trees*, Reliability Engineering & System Safety 44, 1994), with the
gate that all ways from the top to a node pass (its immediate dominator) for where to look.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from blastradius.engine.diagrams.kernels import compiled
from blastradius.engine.diagrams.tidying import AND, OR, sort, turned
from blastradius.engine.diagrams.walks import ordered

_STEPS = 64
"""Edges that may be walked for what nodes imply, for each edge that there is."""
_I = "int32[::1]"
_IN = _OUT = f"{_I},{_I},{_I}"


@compiled(f"int64({_IN},int64,int64,{_I},{_I},{_I})")
def _above(first: Any, reads: Any, needs: Any, count: Any, top: Any, by_first: Any, by: Any, over: Any) -> Any:
    """Per node the last gate that all ways from the top to it pass (its immediate dominator); the top's is itself."""
    order, size, place = np.empty(count, np.int32), np.zeros(count, np.int32), np.full(count, -1, np.int32)
    reached = ordered(first[: count + 1], reads, needs[:count], top, order, size)
    over[:count] = -1
    for number in range(reached):
        place[order[number]] = reached - number
    over[top] = top
    for number in range(reached - 2, -1, -1):
        here = order[number]
        found = np.int64(-1)
        for at in range(by_first[here], by_first[here + 1]):
            other = np.int64(by[at])
            if found < 0:
                found = other
            while found != other:
                if place[found] > place[other]:
                    found = np.int64(over[found])
                else:
                    other = np.int64(over[other])
        over[here] = found
    return np.int64(0)


@compiled(f"int64({_IN},int64,int64,{_I},{_I},int64,int64[::1],{_I},{_I})")
def _implies(
    first: Any, reads: Any, needs: Any, node: Any, above: Any, by_first: Any, by: Any, kind: Any, spent: Any, counts: Any,
    work: Any,
) -> Any:  # fmt: skip
    """Whether a node alone makes what it hangs from true (`OR`), or its absence false (`AND`)."""
    depth, found = 1, np.int64(0)
    work[0] = node
    done = 0
    while done < depth and not found:
        here = work[done]
        done += 1
        for at in range(by_first[here], by_first[here + 1]):
            gate = by[at]
            spent[0] -= 1
            counts[gate] += 1
            width = first[gate + 1] - first[gate]
            if counts[gate] == (needs[gate] if kind == OR else width - needs[gate] + 1):
                if gate == above:
                    found = np.int64(1)
                    break
                work[depth] = gate
                depth += 1
    for at in range(done):
        here = work[at]
        for place in range(by_first[here], by_first[here + 1]):
            counts[by[place]] = 0
    return found


@compiled(f"int64({_IN},int64,{_I},int8[::1],int8[::1],{_I},{_I},int8[::1],{_OUT})")
def _put(
    first: Any, reads: Any, needs: Any, count: Any, over: Any, outcome: Any, kinds: Any, lifted: Any, by_first: Any,
    gone: Any, first_to: Any, reads_to: Any, needs_to: Any,
) -> Any:  # fmt: skip
    """Write the gates with what was lifted; a gate of another sort than that moves below a new one of that sort."""
    made, used = count, 0
    begin = np.empty(count + 1, np.int32)
    begin[0] = 0
    for gate in range(count):
        begin[gate + 1] = begin[gate] + lifted[gate]
    below, at = np.empty(begin[count] + 1, np.int32), begin[:count].copy()
    for node in range(count):
        if outcome[node]:
            below[at[over[node]]] = node
            at[over[node]] += 1
    turn = by_first[:count].copy()
    moved, bodies, needed = np.empty(count, np.int32), np.empty(first[count] + 1, np.int32), np.empty(count, np.int32)
    moves, body = 0, 0
    body_first = np.empty(count + 1, np.int32)
    for gate in range(count):
        first_to[gate] = used
        needs_to[gate] = needs[gate]
        if needs[gate] < 0:
            continue
        same = not kinds[gate] or kinds[gate] == sort(first, reads, needs, gate)
        need = np.int64(needs[gate])
        if not same:
            moved[moves] = gate
            body_first[moves] = body
        for place in range(first[gate], first[gate + 1]):
            one = reads[place]
            constant = gone[turn[one]] if not outcome[one] else outcome[one]
            turn[one] += 1
            if constant == AND:
                need -= 1
            elif not constant:
                if same:
                    reads_to[used] = one
                    used += 1
                else:
                    bodies[body] = one
                    body += 1
        for place in range(begin[gate], begin[gate + 1]):
            reads_to[used] = below[place]
            used += 1
        extra = begin[gate + 1] - begin[gate]
        if same:
            needs_to[gate] = max(need + (extra if kinds[gate] == AND else 0), 0)
            continue
        needed[moves] = max(need, 0)
        reads_to[used] = count + moves
        used += 1
        needs_to[gate] = 1 if kinds[gate] == OR else extra + 1
        moves += 1
    body_first[moves] = body
    for move in range(moves):
        first_to[made] = used
        needs_to[made] = needed[move]
        made += 1
        for place in range(body_first[move], body_first[move + 1]):
            reads_to[used] = bodies[place]
            used += 1
    first_to[made] = used
    return np.int64(made)


@compiled(f"int64({_IN},int64,int64,{_OUT})")
def lifted(
    first: Any, reads: Any, needs: Any, count: Any, top: Any, first_to: Any, reads_to: Any, needs_to: Any
) -> Any:
    """Read what implies what it hangs from there alone; how many nodes there are then, or -1 where nothing changed."""
    by_first, by = np.empty(count + 1, np.int32), np.empty(first[count] + 1, np.int32)
    turned(first, reads, needs, count, by_first, by)
    over = np.empty(count, np.int32)
    _above(first, reads, needs, count, top, by_first, by, over)
    counts, work, spent = np.zeros(count, np.int32), np.empty(count + 1, np.int32), np.empty(1, np.int64)
    spent[0] = np.int64(_STEPS) * (first[count] + 1)
    outcome, kinds, lifted = np.zeros(count, np.int8), np.zeros(count, np.int8), np.zeros(count, np.int32)
    gone = np.zeros(first[count] + 1, np.int8)
    stamp = np.full(count, -1, np.int32)
    changed = 0
    for node in range(count):
        if over[node] < 0 or node == top or by_first[node + 1] - by_first[node] < 2 or spent[0] < 0:
            continue
        above = np.int64(over[node])
        for kind in (OR, AND):
            if kinds[above] not in (0, kind):
                continue
            if _implies(first, reads, needs, node, above, by_first, by, kind, spent, counts, work):
                outcome[node] = kinds[above] = kind
                lifted[above] += 1
                changed += 1
                break
        if outcome[node]:
            continue
        for at in range(by_first[node], by_first[node + 1]):
            stamp[by[at]] = node
        for at in range(by_first[node], by_first[node + 1]):
            gate = np.int64(by[at])
            while gate != above and spent[0] >= 0:
                gate = np.int64(over[gate])
                spent[0] -= 1
                if stamp[gate] == node:
                    kind = sort(first, reads, needs, gate)
                    if kind:
                        gone[at] = kind
                        changed += 1
                        break
    if not changed:
        return np.int64(-1)
    return _put(first, reads, needs, count, over, outcome, kinds, lifted, by_first, gone, first_to, reads_to, needs_to)
