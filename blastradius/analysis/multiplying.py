"""The worst product along walks of a graph whose edges multiply by at least one.

All edges of a strongly connected part lie on cycles: one that multiplies by more than one makes everything that the part
reaches unbounded, and where none does, all nodes of the part share one value. What is left is a graph without cycles,
taken once in its order. Time grows with nodes plus edges.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from blastradius.engine.cycles import strongly_connected

LIMIT = 10**12
"""Products are not told apart beyond this one."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge.

    Attributes:
        tail: node that calls.
        head: node that is called.
        factor: how many calls one call of the tail becomes, at least 1.
    """

    tail: int
    head: int
    factor: int


@dataclass(slots=True)
class Products:
    """The worst product of each node over all walks that end in it.

    Attributes:
        worst: by node, at most `LIMIT`; of no meaning where unbounded.
        unbounded: by node, whether a walk may go round a cycle that multiplies.
        before: by node, the edge (its position) by which the worst walk comes; -1 where the walk begins.
        seeds: for each part in which a cycle multiplies, by its first node, the edge that does most.
        parts: by node, the nodes that it reaches and that reach it.
        length, origin: by node, how many edges its worst walk has and where that begins.
    """

    edges: Sequence[Edge]
    worst: list[int]
    unbounded: bytearray
    before: list[int]
    parts: Sequence[tuple[int, ...]]
    length: list[int]
    origin: list[int]
    seeds: dict[int, int] = field(default_factory=dict)

    def walk(self, node: int, most: int | None = None) -> list[int]:
        """The worst walk to a node: positions of its edges in order; that to an unbounded one begins on its cycle.

        Args:
            node: where it ends.
            most: edges at its end that are wanted; all where unset.
        """
        found: list[int] = []
        at = node
        while (position := self.before[at]) >= 0 and (most is None or len(found) < most):
            found.append(position)
            at = self.edges[position].tail
        found.reverse()
        return found


def products(count: int, edges: Sequence[Edge]) -> Products:
    """The worst product of attempts over walks to each node.

    Args:
        count: nodes are numbered from 0.
        edges: several between two nodes are possible.
    """
    leaving: list[list[int]] = [[] for _ in range(count)]
    for position, edge in enumerate(edges):
        leaving[edge.tail].append(position)
    parts = strongly_connected(count, lambda node: [edges[position].head for position in leaving[node]])
    result = Products(edges, [1] * count, bytearray(count), [-1] * count, parts, [0] * count, list(range(count)))
    inner = _cycles_that_multiply(edges, parts)
    for part in _in_order(parts, edges):
        _through(part, leaving, inner.get(part[0]), result)
    return result


def cycles_of(result: Products) -> list[list[int]]:
    """A shortest cycle through the edge that multiplies most, for each part in which one multiplies.

    Returns:
        Positions of edges, that edge first.
    """
    leaving: dict[int, list[int]] = {}
    for position, edge in enumerate(result.edges):
        if result.parts[edge.tail] is result.parts[edge.head] and result.parts[edge.tail][0] in result.seeds:
            leaving.setdefault(edge.tail, []).append(position)
    found = []
    for _, seed in sorted(result.seeds.items()):
        edge = result.edges[seed]
        found.append([seed, *_shortest(result.edges, leaving, edge.head, edge.tail)])
    return found


def _shortest(edges: Sequence[Edge], leaving: dict[int, list[int]], start: int, end: int) -> list[int]:
    came: dict[int, int] = {start: -1}
    waiting = deque([start])
    while waiting and end not in came:
        node = waiting.popleft()
        for position in leaving.get(node, ()):
            head = edges[position].head
            if head not in came:
                came[head] = position
                waiting.append(head)
    found, at = [], end
    while at != start:
        found.append(came[at])
        at = edges[came[at]].tail
    return found[::-1]


def _cycles_that_multiply(edges: Sequence[Edge], parts: Sequence[tuple[int, ...]]) -> dict[int, int]:
    """By the first node of a part, the edge within it that multiplies most; parts where none does are not there."""
    found: dict[int, int] = {}
    for position, edge in enumerate(edges):
        if edge.factor > 1 and parts[edge.tail] is parts[edge.head]:
            key = parts[edge.tail][0]
            if key not in found or edge.factor > edges[found[key]].factor:
                found[key] = position
    return found


def _in_order(parts: Sequence[tuple[int, ...]], edges: Sequence[Edge]) -> list[tuple[int, ...]]:
    """Parts so that each comes after all that call it."""
    waiting_for = {part[0]: 0 for part in parts}
    after: dict[int, list[int]] = {key: [] for key in waiting_for}
    for edge in edges:
        tail, head = parts[edge.tail][0], parts[edge.head][0]
        if tail != head:
            after[tail].append(head)
            waiting_for[head] += 1
    ready = deque(sorted(key for key, count in waiting_for.items() if not count))
    order: list[tuple[int, ...]] = []
    while ready:
        key = ready.popleft()
        order.append(parts[key])
        for head in after[key]:
            waiting_for[head] -= 1
            if not waiting_for[head]:
                ready.append(head)
    return order


def _through(part: tuple[int, ...], leaving: Sequence[list[int]], seed: int | None, result: Products) -> None:
    """Give one part its value, and hand it on by the edges that leave it."""
    edges, parts = result.edges, result.parts
    if seed is not None:
        result.seeds[part[0]] = seed
        for node in part:
            result.unbounded[node] = 1
    start = _start(part, edges[seed].tail if seed is not None else None, result)
    _spread_within(start, part, leaving, result)
    for node in part:
        for position in leaving[node]:
            if parts[edges[position].head] is not part:
                _offer(position, result)


def _start(part: tuple[int, ...], seed: int | None, result: Products) -> int:
    """The node of a part at which its worst walk comes in; for a cycle that multiplies the caller of the edge that does."""
    if seed is not None:
        result.before[seed], result.worst[seed], result.length[seed], result.origin[seed] = -1, 1, 0, seed
        return seed
    return max(part, key=lambda node: (result.unbounded[node], result.worst[node], -node))


def _spread_within(start: int, part: tuple[int, ...], leaving: Sequence[list[int]], result: Products) -> None:
    """All nodes of a part are reached from one of them; where no edge within multiplies they share its value."""
    seen = {start}
    waiting = deque([start] if len(part) > 1 else [])
    while waiting:
        node = waiting.popleft()
        for position in leaving[node]:
            head = result.edges[position].head
            if result.parts[head] is part and head not in seen:
                seen.add(head)
                result.worst[head] = result.worst[start]
                result.unbounded[head] = result.unbounded[start]
                _come_by(position, result)
                waiting.append(head)


def _offer(position: int, result: Products) -> None:
    """Take an edge for the worst way to its head where it is."""
    edge = result.edges[position]
    mine = (result.unbounded[edge.tail], min(result.worst[edge.tail] * edge.factor, LIMIT))
    if mine > (result.unbounded[edge.head], result.worst[edge.head]):
        result.unbounded[edge.head], result.worst[edge.head] = mine
        _come_by(position, result)


def _come_by(position: int, result: Products) -> None:
    """Let the worst walk to the head of an edge be the one to its tail and the edge."""
    edge = result.edges[position]
    result.before[edge.head] = position
    result.length[edge.head] = result.length[edge.tail] + 1
    result.origin[edge.head] = result.origin[edge.tail]
