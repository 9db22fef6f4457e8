"""How the time of `amplification` grows with the graph, side by side with networkx on the same graph.

networkx has no such question; the nearest that it answers is the longest path of the condensed graph, with logarithms
of the attempts as weights. Results are compared where they mean the same: on components that no multiplying cycle reaches.
"""

from __future__ import annotations

import gc
import math
import random
import statistics
import time

import networkx as nx
from _measuring import machine, record, table

from blastradius.analysis.multiplying import LIMIT, Edge, products

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3


def graph(count: int) -> list[Edge]:
    """Calls from earlier to later components, three each, one in a thousand leading back: small cycles of all sorts."""
    chance = random.Random(count)
    edges = []
    for tail in range(count):
        for _ in range(3):
            back = chance.random() < 0.001
            head = max(0, tail - chance.randrange(1, 50)) if back else tail + chance.randrange(1, 200)
            if head < count and head != tail:
                edges.append(Edge(tail, head, chance.choice((1, 1, 1, 1, 1, 1, 1, 3)) if not back else 1))
    return edges


def by_networkx(count: int, edges: list[Edge]) -> dict[int, float]:
    """The longest logarithm by node over the condensed graph; infinite behind a cycle that multiplies."""
    whole: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    whole.add_nodes_from(range(count))
    whole.add_edges_from((one.tail, one.head, {"weight": math.log(one.factor)}) for one in edges)
    parts = nx.condensation(whole)
    of = parts.graph["mapping"]
    worst = dict.fromkeys(parts.nodes, 0.0)
    heaviest: dict[tuple[int, int], float] = {}
    for one in edges:
        tail, head = of[one.tail], of[one.head]
        if tail == head and one.factor > 1:
            worst[tail] = math.inf
        elif tail != head:
            heaviest[tail, head] = max(heaviest.get((tail, head), 0.0), math.log(one.factor))
    for part in nx.topological_sort(parts):
        for head in parts.successors(part):
            worst[head] = max(worst[head], worst[part] + heaviest[part, head])
    return {node: worst[of[node]] for node in range(count)}


def timed(work: object) -> tuple[float, object]:
    """Seconds that some work takes, and what it gave."""
    assert callable(work)
    gc.collect()
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def equal(result: object, other: dict[int, float]) -> bool:
    """Whether both say the same of every component whose product is below the limit."""
    for node, value in other.items():
        unbounded, worst = bool(result.unbounded[node]), result.worst[node]  # type: ignore[attr-defined]
        if unbounded != math.isinf(value):
            return False
        if not unbounded and worst < LIMIT and abs(math.log(worst) - value) > 1e-6:
            return False
    return True


HEAD = ("components", "calls", "blastradius s", "µs a call", "networkx s", "ratio", "equal")
TEXT = """{machine}; median of {rounds} rounds that alternate, one at a million. The kernel of `blastradius amplification` \
beside networkx's condensation and topological order on the same calls; a ratio above 1 means that blastradius is faster. \
*equal*: the same products, and the same components unbounded.

{table}"""


def main() -> None:
    """Measure, print a table and put it on the page of results."""
    rows = []
    for count in SIZES:
        edges = graph(count)
        ours, theirs = [], []
        for _ in range(ROUNDS if count < SIZES[-1] else 1):
            seconds, result = timed(lambda count=count, edges=edges: products(count, edges))
            ours.append(seconds)
            seconds, other = timed(lambda count=count, edges=edges: by_networkx(count, edges))
            theirs.append(seconds)
        mine, peer = statistics.median(ours), statistics.median(theirs)
        same = "yes" if equal(result, other) else "NO"  # type: ignore[arg-type]
        figures = (f"{mine:.2f}", f"{mine / len(edges) * 1e6:.1f}", f"{peer:.2f}", f"{peer / mine:.1f}")
        rows.append((f"{count:,}", f"{len(edges):,}", *figures, same))
        print(f"{count:,} components: {mine:.2f} s", flush=True)
    shown = table(HEAD, rows)
    print(shown)
    record("Amplification", TEXT.format(machine=machine(), rounds=ROUNDS, table=shown))


if __name__ == "__main__":
    main()
