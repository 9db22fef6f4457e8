"""How many minimal sets there are by order, and the sets themselves, cheapest first."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from itertools import count as numbers
from typing import Any, NamedTuple

from blastradius.engine.diagrams.solving import Solution, Solved


def by_order(solution: Solution) -> dict[int, int]:
    """How many minimal sets have each number of elements, up to what the solution is complete to.

    Exact whatever their number: counts are integers of Python. A polynomial whose coefficients are the counts is kept as
    one integer, its value at a power of two larger than all of them together.
    """
    total = _weigh(solution, 1)
    width = total.bit_length() + 1
    packed = _weigh(solution, 1 << width)
    found: dict[int, int] = {}
    order = 0
    while packed:
        counted = packed & ((1 << width) - 1)
        if counted:
            found[order] = counted
        packed >>= width
        order += 1
    limit = solution.complete_to
    return {order: counted for order, counted in found.items() if limit is None or order <= limit}


def _weigh(solution: Solution, variable: int) -> int:
    """The sum over all sets of the product of the weights of their elements."""
    weight: dict[int, int] = {}
    value = 0
    for module in solution.modules:
        sets = module.sets
        weights = [weight.get(leaf, variable) for leaf in module.leaves]
        values = [0, 1] + [0] * (len(sets.level) - 2)
        for node in range(2, len(values)):
            values[node] = values[sets.low[node]] + weights[sets.level[node]] * values[sets.high[node]]
        value = weight[module.root] = values[sets.top]
    return value


def cheapest(solution: Solution, cost: Callable[[int], float], most: int | None = None) -> Iterator[tuple[int, ...]]:
    """Minimal sets as variables, one after the other, the cheapest first; no more of them is made than is asked for.

    A best-first search that never runs into a dead end: the cheapest way on is known for every node beforehand.

    Args:
        solution: the solved formula.
        cost: what a variable costs, zero or more: 1 for each lists by order, minus the logarithm of its probability by
            probability. A set with a variable of infinite cost never comes.
        most: elements at most; never more than the solution is complete to.
    """
    bounds = [one for one in (most, solution.complete_to) if one is not None]
    yield from _Search(solution, cost, min(bounds) if bounds else None).run()


class _Todo(NamedTuple):
    """What is left to choose: a node of a module, then the rest; with the least that all of it costs and takes."""

    module: int
    node: int
    rest: _Todo | None
    cost: float
    size: int


class _State(NamedTuple):
    """A set in the making; the later one of equal bounds is gone on with, so that few wait."""

    bound: float
    ticket: int
    spent: float
    size: int
    chosen: tuple[int, Any] | None
    todo: _Todo | None


class _Search:
    def __init__(self, solution: Solution, cost: Callable[[int], float], most: int | None) -> None:
        self.modules = solution.modules
        self.index = {module.root: at for at, module in enumerate(solution.modules) if module.leaves != (module.root,)}
        self.cost, self.most = cost, math.inf if most is None else most
        self.cheapest: list[list[float]] = []
        self.fewest: list[list[float]] = []
        for module in solution.modules:
            self.cheapest.append(self._least(module, self.cheapest, cost))
            self.fewest.append(self._least(module, self.fewest, lambda _: 1))
        self.tickets = numbers(0, -1)

    def _least(self, module: Solved, inner: list[list[float]], cost: Callable[[int], float]) -> list[float]:
        """Per node the least that a set from there costs."""
        sets = module.sets
        price = [
            inner[self.index[leaf]][self.modules[self.index[leaf]].sets.top] if leaf in self.index else cost(leaf)
            for leaf in module.leaves
        ]
        least = [math.inf, 0.0] + [0.0] * (len(sets.level) - 2)
        for node in range(2, len(least)):
            least[node] = min(least[sets.low[node]], price[sets.level[node]] + least[sets.high[node]])
        return least

    def _todo(self, module: int, node: int, rest: _Todo | None) -> _Todo:
        cost, size = self.cheapest[module][node], self.fewest[module][node]
        if rest is not None:
            cost, size = cost + rest.cost, size + rest.size
        return _Todo(module, node, rest, cost, int(size) if size != math.inf else 1 << 60)

    def run(self) -> Iterator[tuple[int, ...]]:
        last = len(self.modules) - 1
        heap = [self._state(0.0, 0, None, self._todo(last, self.modules[last].sets.top, None))]
        while heap:
            state = heapq.heappop(heap)
            if state.bound == math.inf:
                return
            if state.todo is None:
                yield _unrolled(state.chosen)
                continue
            for way in self._ways(state, state.todo):
                if way.bound < math.inf and way.size + (way.todo.size if way.todo else 0) <= self.most:
                    heapq.heappush(heap, way)

    def _state(self, spent: float, size: int, chosen: tuple[int, Any] | None, todo: _Todo | None) -> _State:
        return _State(spent + (todo.cost if todo else 0.0), next(self.tickets), spent, size, chosen, todo)

    def _ways(self, state: _State, todo: _Todo) -> Iterator[_State]:
        """Without and with the variable or module of the first node that is left."""
        module, node, rest = todo.module, todo.node, todo.rest
        if node == 1:
            yield self._state(state.spent, state.size, state.chosen, rest)
            return
        solved = self.modules[module]
        low, high = solved.sets.low[node], solved.sets.high[node]
        if low:
            yield self._state(state.spent, state.size, state.chosen, self._todo(module, low, rest))
        leaf = solved.leaves[solved.sets.level[node]]
        after = self._todo(module, high, rest)
        inner = self.index.get(leaf)
        if inner is None:
            yield self._state(state.spent + self.cost(leaf), state.size + 1, (leaf, state.chosen), after)
        else:
            inside = self._todo(inner, self.modules[inner].sets.top, after)
            yield self._state(state.spent, state.size, state.chosen, inside)


def _unrolled(chosen: tuple[int, Any] | None) -> tuple[int, ...]:
    found = []
    while chosen is not None:
        found.append(chosen[0])
        chosen = chosen[1]
    return tuple(reversed(found))
