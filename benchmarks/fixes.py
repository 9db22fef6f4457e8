"""Sets of changes tried in packed passes, side by side with the same sets solved one after the other.

Each set of changes under a loss is a loss of its own, of the switches that are off; results are compared one by one.
"""

from __future__ import annotations

import random
import statistics
import time

from _measuring import machine, record, table
from _systems import LARGE, layered

from blastradius.analysis.fixes import fixes
from blastradius.analysis.fixes.extending import extended
from blastradius.analysis.fixes.finding import candidates, nearest
from blastradius.analysis.fixes.trying import Trials, acting
from blastradius.engine import DOWN, found
from blastradius.graph import DependencyGraph
from blastradius.simulate import scenario

SIZES = (1_000, 10_000)
SETS = 512
ROUNDS = 3


def main() -> None:
    """Measure and write the section."""
    rows = [measured(count) for count in SIZES]
    head = ("components", "candidates", "journeys", "packed s", "one by one s", "ratio", "equal", "`fixes` s")
    text = (
        f"{machine()}; median of {ROUNDS} rounds that alternate. {SETS} sets of candidate changes under one loss in one "
        "packed pass beside the same sets solved one after the other; above 1 packing is faster. *`fixes`*: the whole "
        "answer for that loss, once."
    )
    record("Fixes", f"{text}\n\n{table(head, rows)}")


def measured(count: int) -> tuple[str, ...]:
    """One size: what a packed pass and single solutions take, and whether they agree."""
    graph = DependencyGraph(layered(count, LARGE))
    lost = graph.ids[count // 2]
    asked = scenario([f"id:{lost}"], [], None, None)
    codes = acting(graph.circuit, None)
    settled = found(graph.circuit, {graph.index[lost]: DOWN}, codes)
    broken = [id for id in sorted(graph.journeys) if settled.state[graph.index[id]] == DOWN]
    failing = {graph.index[id]: settled for id in broken}
    tried, _ = nearest(candidates(graph, failing, bytes(codes), (), None))
    trials = Trials(extended(graph, tried, frozenset({"provider"})), asked, [lost])
    chance = random.Random(count)
    sets = [frozenset(n for n in range(len(tried)) if chance.random() < 0.7) for _ in range(SETS)]
    packed, single, equal = [], [], True
    for _ in range(ROUNDS):
        seconds, together = timed(lambda: trials.stand(sets, broken))
        packed.append(seconds)
        seconds, apart = timed(lambda: [trials.stand([one], broken)[0] for one in sets])
        single.append(seconds)
        equal = equal and together == apart
    whole, _ = timed(lambda: fixes(graph, scenario=asked))
    one, other = statistics.median(packed), statistics.median(single)
    counts = (f"{count:,}", str(len(tried)), str(len(broken)))
    return (*counts, f"{one:.3f}", f"{other:.3f}", f"{other / one:.1f}", "yes" if equal else "NO", f"{whole:.2f}")


def timed(work) -> tuple[float, object]:
    """Seconds that some work takes, and what it gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
