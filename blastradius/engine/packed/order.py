"""In which order gates are evaluated: level by level of the condensed graph, each cycle in one piece."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blastradius.engine.packed.rows import Array, Ints, by_key, gathered


@dataclass(frozen=True)
class Order:
    """Where gates stand.

    Attributes:
        level: gates of a level read only gates of earlier levels, or of their own cycle.
        cycle: number of the cycle that a gate is on; 0 for none.
        inner: within a cycle, an order in which most gates come after what they read.
    """

    level: Ints
    cycle: Ints
    inner: Ints


def ordered(gate: Array, source: Array, count: int) -> Order:
    """Order gates by what they read.

    Args:
        gate: for each connection what is fed.
        source: for each connection what is read.
        count: how many gates there are.
    """
    level = _levels(gate, source, count)
    cycle, inner = np.zeros(count, np.int64), np.zeros(count, np.int64)
    if (level >= 0).all():
        return Order(level, cycle, inner)
    core = np.flatnonzero((level < 0) & (_levels(source, gate, count) < 0))
    position = np.full(count, -1)
    position[core] = np.arange(core.size)
    within = (position[gate] >= 0) & (position[source] >= 0)
    start, read = by_key(position[gate[within]], position[source[within]], core.size)
    parts, finished = _parts(start.tolist(), read.tolist())
    part = np.array(parts, np.int64)
    sizes = np.bincount(part)
    looped = sizes[part] > 1
    cycle[core[looped]] = part[looped] + 1
    inner[core[looped]] = np.array(finished, np.int64)[looped]
    # One gate stands for each cycle while levels are counted.
    first = np.full(sizes.size, -1)
    first[part[::-1]] = core[::-1]
    stands = np.arange(count)
    stands[core] = first[part]
    across = stands[gate] != stands[source]
    level = _levels(stands[gate][across], stands[source][across], count)
    return Order(level[stands], cycle, inner)


def _levels(gate: Array, source: Array, count: int) -> Ints:
    """The length of the longest way to each gate; -1 on and behind cycles."""
    start, following = by_key(source, gate, count)
    waiting = np.bincount(gate, minlength=count)
    level = np.full(count, -1)
    front = np.flatnonzero(waiting == 0)
    depth = 0
    while front.size:
        level[front] = depth
        depth += 1
        fed = gathered(start, following, front)
        if fed.size * 8 > count:
            waiting -= np.bincount(fed, minlength=count)
            front = np.unique(fed)
        else:
            front, times = np.unique(fed, return_counts=True)
            waiting[front] -= times
        front = front[waiting[front] == 0]
    return level


def _parts(start: list[int], read: list[int]) -> tuple[list[int], list[int]]:
    """Strongly connected components by Tarjan's algorithm, iterative, and the order in which gates were left."""
    count = len(start) - 1
    seen, low, part, finished = [-1] * count, [0] * count, [-1] * count, [0] * count
    at = start[:count]
    stack: list[int] = []
    clock = left = parts = 0
    for root in range(count):
        if seen[root] >= 0:
            continue
        calls = [root]
        while calls:
            node = calls[-1]
            if seen[node] < 0:
                seen[node] = low[node] = clock
                clock += 1
                stack.append(node)
            while at[node] < start[node + 1]:
                other = read[at[node]]
                at[node] += 1
                if seen[other] < 0:
                    calls.append(other)
                    break
                if part[other] < 0:
                    low[node] = min(low[node], seen[other])
            else:
                calls.pop()
                finished[node] = left
                left += 1
                if calls:
                    low[calls[-1]] = min(low[calls[-1]], low[node])
                if low[node] == seen[node]:
                    while True:
                        member = stack.pop()
                        part[member] = parts
                        if member == node:
                            break
                    parts += 1
    return part, finished
