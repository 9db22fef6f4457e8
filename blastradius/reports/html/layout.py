"""Where each node of a picture stands: layers from the journeys on the left to what they rest on at the right.

The browser computes no positions: a physics simulation of 1,000 nodes takes it a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blastradius.analysis.picture import Picture

ACROSS, DOWN = 215, 78
"""Pixels between two columns and between two rows."""
_ROWS = 12
"""Rows of a column at most where the picture is small; more of them where it is large, so that it stays wide."""
_SWEEPS = 8

Adjacency = Mapping[int, Sequence[int]]


def positions(picture: Picture) -> list[tuple[int, int]]:
    """A place for each node, in the order of the picture's nodes.

    Args:
        picture: what is drawn.
    """
    number = {node.id: at for at, node in enumerate(picture.nodes)}
    needs: dict[int, list[int]] = {at: [] for at in number.values()}
    users: dict[int, list[int]] = {at: [] for at in number.values()}
    for edge in picture.edges:
        needs[number[edge.dependent]].append(number[edge.dependency])
        users[number[edge.dependency]].append(number[edge.dependent])
    first = {at for at, node in enumerate(picture.nodes) if node.kind == "journey"}
    layers = _layers(needs, users, first)
    columns: list[list[int]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for at in sorted(layers):
        columns[layers[at]].append(at)
    columns = [column for column in columns if column]
    _untangle(columns, needs, users)
    return _placed(columns, len(number))


def _layers(needs: Adjacency, users: Adjacency, first: set[int]) -> dict[int, int]:
    """The longest way from a node that nobody needs; a cycle stands in one layer."""
    import networkx

    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(needs)
    graph.add_edges_from((one, other) for one, others in needs.items() for other in others)
    parts = networkx.condensation(graph)
    depth: dict[int, int] = {}
    for part in networkx.topological_sort(parts):
        members = parts.nodes[part]["members"]
        least = 0 if members & first or not first else 1
        depth[part] = max((depth[above] + 1 for above in parts.predecessors(part)), default=least)
    of = parts.graph["mapping"]
    layers = {node: depth[of[node]] for node in needs}
    # What nobody needs stands just before the nearest of what it needs, not at the far left.
    for node in sorted(layers, key=lambda node: -layers[node]):
        below = [layers[other] for other in needs[node] if layers[other] > layers[node]]
        if node not in first and not users[node] and below:
            layers[node] = min(below) - 1
    return layers


def _untangle(columns: list[list[int]], needs: Adjacency, users: Adjacency) -> None:
    """Order each column by the middle of its neighbours, to and fro, so that few lines cross."""
    rank: dict[int, float] = {}
    for column in columns:
        rank.update((node, at / max(len(column) - 1, 1)) for at, node in enumerate(column))
    for sweep in range(_SWEEPS):
        beside = users if sweep % 2 == 0 else needs
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _order(column, beside, rank)
            rank.update((node, at / max(len(column) - 1, 1)) for at, node in enumerate(column))


def _order(column: list[int], beside: Adjacency, rank: Mapping[int, float]) -> None:
    middle = {
        node: sum(rank[other] for other in beside[node]) / len(beside[node]) if beside[node] else rank[node]
        for node in column
    }
    column.sort(key=lambda node: (middle[node], node))


def _placed(columns: Sequence[Sequence[int]], count: int) -> list[tuple[int, int]]:
    """Pixels: long columns become several, each centred."""
    rows = max(_ROWS, round((count * 1.6) ** 0.5 * 1.6))
    found: list[tuple[int, int]] = [(0, 0)] * count
    across = 0
    for column in columns:
        parts = -(-len(column) // rows)
        height = -(-len(column) // parts)
        for part in range(parts):
            nodes = column[part * height : (part + 1) * height]
            # Every second of several columns is half a row lower: lines pass between the boxes.
            top = -(len(nodes) - 1) * DOWN // 2 + (part % 2) * DOWN // 2
            for at, node in enumerate(nodes):
                found[node] = (across, top + at * DOWN)
            across += ACROSS
        across += ACROSS // 8
    return found
