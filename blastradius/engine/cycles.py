"""Strongly connected components of the runtime rules: a component's own cycle."""

from __future__ import annotations

from blastradius.circuit import Circuit


def cycles(circuit: Circuit) -> list[tuple[int, ...]]:
    """For each node the members of its own cycle, itself alone where it is on none.

    Tarjan's algorithm, iterative, because chains of dependencies are longer than Python's stack.
    """
    count = len(circuit.ids)
    order, low = [-1] * count, [0] * count
    on_stack = bytearray(count)
    stack: list[int] = []
    result: list[tuple[int, ...]] = [()] * count
    clock = 0
    for root in range(count):
        if order[root] >= 0:
            continue
        calls = [(root, iter(list(circuit.runtime_inputs(root))))]
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
                    calls.append((source, iter(list(circuit.runtime_inputs(source)))))
                    break
                if on_stack[source]:
                    low[node] = min(low[node], order[source])
            else:
                calls.pop()
                if calls:
                    parent = calls[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == order[node]:
                    at = stack.index(node)
                    members = tuple(sorted(stack[at:]))
                    del stack[at:]
                    for member in members:
                        on_stack[member] = 0
                        result[member] = members
    return result
