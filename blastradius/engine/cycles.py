"""Strongly connected components: a component's own cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from blastradius.circuit import Circuit


def cycles(circuit: Circuit) -> list[tuple[int, ...]]:
    """For each node the members of its own cycle of runtime rules, itself alone where it is on none."""
    return strongly_connected(len(circuit.ids), circuit.runtime_inputs)


def strongly_connected(count: int, following: Callable[[int], Iterable[int]]) -> list[tuple[int, ...]]:
    """For each node the nodes that it reaches and that reach it, itself included, sorted.

    Tarjan's algorithm, iterative, because chains of dependencies are longer than Python's stack.

    Args:
        count: nodes are numbered from 0.
        following: the nodes to which a node has an edge.
    """
    order, low = [-1] * count, [0] * count
    on_stack = bytearray(count)
    stack: list[int] = []
    result: list[tuple[int, ...]] = [()] * count
    clock = 0
    for root in range(count):
        if order[root] >= 0:
            continue
        calls = [(root, iter(list(following(root))))]
        order[root] = low[root] = clock
        clock += 1
        stack.append(root)
        on_stack[root] = 1
        while calls:
            node, inputs = calls[-1]
            for source in inputs:
                if order[source] < 0:
                    order[source] = low[source] = clock
                    clock += 1
                    stack.append(source)
                    on_stack[source] = 1
                    calls.append((source, iter(list(following(source)))))
                    break
                if on_stack[source]:
                    low[node] = min(low[node], order[source])
            else:
                calls.pop()
                if calls:
                    parent = calls[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == order[node]:
                    _close(node, stack, on_stack, result)
    return result


def _close(node: int, stack: list[int], on_stack: bytearray, result: list[tuple[int, ...]]) -> None:
    """Take the members of a component off the stack; each is touched once, so that long chains stay linear."""
    members = []
    while True:
        member = stack.pop()
        on_stack[member] = 0
        members.append(member)
        if member == node:
            break
    found = tuple(sorted(members))
    for member in found:
        result[member] = found
