"""A formula without cycles solved module by module in compiled code: what `building` does, on arrays. Needs numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from blastradius.engine.diagrams.kernels import JOIN, MEET, apply, compact, compiled, minimal, node
from blastradius.engine.diagrams.walks import PULLED, folded, ordered, parts, pulled, walked

_STEPS = 5
_I = "int32[::1]"
_STORE = f"int32[:,::1],{_I},int32[:,::1],int64[::1]"


@compiled(f"int64(int64,int64,{_I},int64,{_I},{_STORE})")
def _gate(
    threshold: Any, count: Any, values: Any, begin: Any, reached: Any, nodes: Any, table: Any, cache: Any, state: Any
) -> Any:
    """The function of a gate over functions, which are sorted so that what is built grows at its end."""
    for number in range(1, count):
        value, at = values[begin + number], begin + number
        while at > begin and nodes[values[at - 1], 0] < nodes[value, 0]:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
    if threshold == 1 or threshold == count:
        kind = JOIN if threshold == 1 else MEET
        made = np.int64(values[begin])
        for number in range(1, count):
            made = apply(kind, np.int64(values[begin + number]), made, nodes, table, cache, state)
        return made
    reached[0] = 1
    for j in range(1, threshold + 1):
        reached[j] = 0
    for seen in range(count):
        value = np.int64(values[begin + seen])
        for j in range(min(threshold, seen + 1), max(1, threshold - (count - seen - 1)) - 1, -1):
            more = apply(MEET, value, np.int64(reached[j - 1]), nodes, table, cache, state)
            reached[j] = apply(JOIN, more, np.int64(reached[j]), nodes, table, cache, state)
    return np.int64(reached[threshold])


@compiled(f"int64(int64,int64,int64,{_I},int64,{_I},{_I},{_I},{_I},{_I},{_I},{_STORE})")
def _function(
    size: Any, found: Any, gates: Any, leaves: Any, begin: Any, work: Any, first: Any, reads: Any, needed: Any,
    value: Any, scratch: Any, nodes: Any, table: Any, cache: Any, state: Any,
) -> Any:  # fmt: skip
    """The row of a module's function; the state says when there is no room for it."""
    count = first.size - 1
    table[:] = -1
    cache[:, 0] = -1
    state[0], state[1], state[2], state[3] = 2, 0, 0, size * _STEPS
    nodes[0, 1] = nodes[0, 2] = nodes[1, 1] = nodes[1, 2] = 0
    for level in range(found):
        value[leaves[begin + level]] = node(level, 1, 0, nodes, table, cache, state)
    made = np.int64(0)
    for number in range(gates):
        here = work[number]
        width = np.int64(needed[count + here])
        for at in range(width):
            scratch[at] = value[reads[first[here] + at]]
        made = _gate(np.int64(needed[here]), width, scratch, 0, scratch[width:], nodes, table, cache, state)
        value[here] = made
        if state[1]:
            return np.int64(0)
    return made


@compiled(f"int64(int64[:,::1],{_I},{_I},{_I},int64,int32[:,::1],{_I},int32[:,::1],{_STORE},{_STORE})")
def solved(
    attempts: Any, first: Any, inputs: Any, thresholds: Any, top: Any, places: Any, leaves: Any, rows: Any, nodes: Any, table: Any,
    cache: Any, state: Any, sets: Any, sets_table: Any, sets_cache: Any, sets_state: Any,
) -> Any:  # fmt: skip
    """Solve all modules, each by the first attempt (rows, order) that fits; `places` gets root, leaves, rows of the diagram and of the sets of each. How many, or -1."""
    count = thresholds.size
    order, size, one_of = np.empty(count, np.int32), np.zeros(count, np.int32), np.empty(count, np.int32)
    reached = ordered(first, inputs, thresholds, top, order, size)
    if reached < 0:
        return np.int64(-1)
    needed, reads = np.empty(2 * count, np.int32), np.empty(inputs.size, np.int32)
    folded(first, inputs, thresholds, order, reached, size, one_of, needed, reads)
    whole = np.int64(one_of[top])
    if whole < 0 or needed[whole] < 0:
        return np.int64(-1)
    roots, inside = np.empty(count, np.int32), np.zeros(count, np.int32)
    modules = parts(first, reads, needed, whole, roots, inside)
    work, value = np.zeros(4 * count, np.int32), np.empty(count, np.int32)
    scratch = np.empty(2 * inputs.size + 2, np.int32)
    number = np.empty(nodes.shape[0], np.int32)
    found_sets = np.empty(nodes.shape[0], np.int64)
    begin, kept, walk = np.int64(0), np.int64(0), np.int64(0)
    for module in range(modules):
        root = np.int64(roots[module])
        inside[root] = 0
        found = np.int64(0)
        held, family, done = np.int64(0), np.int64(0), False
        for attempt in range(attempts.shape[0]):
            budget, kind = attempts[attempt, 0], attempts[attempt, 1]
            walk += 1
            both = walked(walk, kind, root, first, reads, needed, inside, leaves, begin, work)
            found, gates = both >> 32, both & 0xFFFFFFFF
            if kind == PULLED:
                pulled(found, gates, leaves, begin, work, first, reads, needed)
            room, wide = budget + 2, 2 * budget
            here = nodes[:room]
            made = _function(
                budget, found, gates, leaves, begin, work, first, reads, needed, value, scratch, here, table[:wide],
                cache[:wide], state,
            )  # fmt: skip
            if state[1]:
                continue
            held = compact(here, made, number)
            sets_table[:wide] = -1
            sets_cache[:wide, 0] = -1
            sets_state[0], sets_state[1], sets_state[2], sets_state[3] = 2, 0, 0, budget * _STEPS
            family = minimal(here, held - 1, found_sets, sets[:room], sets_table[:wide], sets_cache[:wide], sets_state)
            if not sets_state[1]:
                done = True
                break
        inside[root] = 1
        if not done:
            return np.int64(-1)
        held_sets = compact(sets, family, number)
        if kept + held + held_sets > rows.shape[0]:
            return np.int64(-1)
        rows[kept : kept + held] = nodes[:held]
        rows[kept + held : kept + held + held_sets] = sets[:held_sets]
        places[module, 0], places[module, 1], places[module, 2], places[module, 3] = root, found, held, held_sets
        begin += found
        kept += held + held_sets
    return np.int64(modules)
