"""Orders of variables for a decision diagram: which one is good nobody knows beforehand, so there are several."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from blastradius.engine.diagrams.formula import Formula
from blastradius.engine.diagrams.modules import Module

_ROUNDS = 200


def orders(formula: Formula, module: Module) -> Iterator[tuple[int, ...]]:
    """Orders of a module's leaves, the most promising first, none twice.

    Walks from the top that take inputs in different orders, and FORCE from each: every gate pulls what it reads together,
    until that gets no better (F. Aloul, I. Markov, K. Sakallah, *FORCE: a fast and easy-to-implement variable-ordering
    heuristic*, GLSVLSI 2003).
    """
    given = set[tuple[int, ...]]()
    for make in _makers(formula, module):
        order = make()
        if order not in given:
            given.add(order)
            yield order


def _makers(formula: Formula, module: Module) -> Iterator[Callable[[], tuple[int, ...]]]:
    leaves = frozenset(module.leaves)
    size = _sizes(formula, module)
    leaves_first = _walk(formula, module, lambda node: node not in leaves)
    small_first = _walk(formula, module, lambda node: size[node])
    by_level = _by_level(formula, module)
    yield lambda: small_first
    yield lambda: _followed(formula, module, small_first)
    yield lambda: _forced(formula, module, small_first)
    yield lambda: leaves_first
    yield lambda: _forced(formula, module, by_level)
    yield lambda: module.leaves
    yield lambda: _walk(formula, module, lambda node: -size[node])
    yield lambda: _forced(formula, module, leaves_first)
    yield lambda: by_level


def _walk(formula: Formula, module: Module, key: Callable[[int], float]) -> tuple[int, ...]:
    """Leaves as a walk from the top meets them, taking inputs by a key."""
    leaves = frozenset(module.leaves)
    found: dict[int, None] = {}
    seen = {module.root}
    stack = [module.root]
    while stack:
        node = stack.pop()
        if node in leaves:
            found[node] = None
            continue
        for one in sorted(formula.inputs[node], key=key, reverse=True):
            if one in leaves or one not in seen:
                seen.add(one)
                stack.append(one)
    return tuple(found)


def _followed(formula: Formula, module: Module, order: tuple[int, ...]) -> tuple[int, ...]:
    """Leaves in an order, and with the last that a gate reads through others, or shares, all that it reads itself.

    What two parts of a system share then stands beside what each adds to it, not with the first of them alone.
    """
    leaves = frozenset(module.leaves)
    cyclic = {node for unit in module.gates if len(unit) > 1 for node in unit}
    gates = [node for unit in module.gates for node in unit if node not in cyclic]
    readers: dict[int, list[int]] = {}
    waits = {gate: sum(one not in leaves for one in dict.fromkeys(formula.inputs[gate])) for gate in gates}
    own = {gate: [one for one in formula.inputs[gate] if one in leaves] for gate in gates}
    for gate in gates:
        for one in dict.fromkeys(formula.inputs[gate]):
            readers.setdefault(one, []).append(gate)
    missing = {gate: len(dict.fromkeys(own[gate])) for gate in gates}
    found: dict[int, None] = {}
    for leaf in order:
        work = [leaf]
        while work:
            node = work.pop()
            if node in leaves:
                if node in found:
                    continue
                found[node] = None
            for gate in readers.get(node, ()):
                if node in leaves:
                    missing[gate] -= 1
                    if not waits[gate] and len(readers[node]) > 1:
                        work += reversed([one for one in own[gate] if one not in found])
                else:
                    waits[gate] -= 1
                    if not waits[gate]:
                        work += reversed([one for one in own[gate] if one not in found])
                if not waits[gate] and not missing[gate]:
                    work.append(gate)
    return tuple(found)


def _by_level(formula: Formula, module: Module) -> tuple[int, ...]:
    """Leaves by their distance from the top."""
    leaves = frozenset(module.leaves)
    level = {module.root: 0}
    queue = [module.root]
    for node in queue:
        for one in formula.inputs[node] if node not in leaves else ():
            if one not in level:
                level[one] = level[node] + 1
                queue.append(one)
    return tuple(one for one in queue if one in leaves)


def _sizes(formula: Formula, module: Module) -> dict[int, int]:
    """How much hangs on each node, what is read twice counted twice; a cycle counts as what it reads."""
    size = dict.fromkeys(module.leaves, 1)
    for unit in module.gates:
        total = sum(size.get(one, 0) for node in unit for one in formula.inputs[node])
        size.update(dict.fromkeys(unit, min(total, 1 << 60)))
    return size


def _forced(formula: Formula, module: Module, start: tuple[int, ...]) -> tuple[int, ...]:
    """FORCE on leaves and gates together, kept while the spans of the gates shrink."""
    import numpy as np

    gates = [node for unit in module.gates for node in unit]
    index = {node: at for at, node in enumerate((*start, *gates))}
    pins = [(edge, index[one]) for edge, gate in enumerate(gates) for one in (gate, *formula.inputs[gate])]
    edge, pin = np.array(pins, dtype=np.int64).T
    place = np.empty(len(index))
    place[: len(start)] = np.arange(len(start))
    for node in gates:
        at = [place[index[one]] for one in formula.inputs[node] if one in index and index[one] < len(start)]
        place[index[node]] = sum(at) / len(at) if at else len(start)
    place = np.argsort(np.argsort(place, kind="stable"), kind="stable").astype(float)
    per_edge, per_pin = np.bincount(edge), np.bincount(pin, minlength=len(index))
    best, best_span = place, np.inf
    for _ in range(_ROUNDS):
        centre = np.bincount(edge, place[pin]) / per_edge
        pulled = np.bincount(pin, centre[edge], minlength=len(index)) / np.maximum(per_pin, 1)
        place = np.empty(len(index))
        place[np.argsort(pulled, kind="stable")] = np.arange(len(index))
        low, high = np.full(len(gates), np.inf), np.zeros(len(gates))
        np.minimum.at(low, edge, place[pin])
        np.maximum.at(high, edge, place[pin])
        span = float((high - low).sum())
        if span >= best_span:
            break
        best, best_span = place, span
    return tuple(start[at] for at in np.argsort(best[: len(start)], kind="stable"))
