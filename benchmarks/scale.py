"""How close sweeps come to what memory allows, how their cost grows, and what a cluster costs beside threads.

python3 dev.py bench scale [--components N [N…]] [--spread N]

Bytes touched: per plane, dependency and 512 losses 64 bytes gathered and a 4-byte index, and 64 bytes written per component.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from _measuring import machine, record, run, table
from _systems import SMALL, layered, timed

from blastradius import storage
from blastradius.analysis.sweep import sweep
from blastradius.circuit import Circuit
from blastradius.engine.packed import Losses, Net, Passes, compiled
from blastradius.engine.packed.arrays import PASS, settle
from blastradius.engine.packed.gates import Gates
from blastradius.engine.packed.net import _net
from blastradius.engine.packed.order import ordered
from blastradius.graph import DependencyGraph

ROUNDS = 3
_PASSES = 4


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def stream() -> float:
    """Bytes a second that one thread reads of an array much larger than any cache: STREAM's sum, the best of five."""
    from numba import njit

    @njit(fastmath=True)
    def total(values):  # type: ignore[no-untyped-def]
        found = 0.0
        for value in values:
            found += value
        return found

    values = np.ones(1 << 26)
    total(values[:8])
    return values.nbytes / min(seconds(lambda: total(values)) for _ in range(5))


def net_of(count: int, reach: int, cycles: float = 0.0, seed: int = 1) -> Net:
    """Hard needs alone, five each, of components at most so far below; some of them close short cycles.

    Args:
        count: components.
        reach: how far below a component its needs lie at most; 0 for any.
        cycles: share of components that what they need needs in turn.
        seed: another one makes another net.
    """
    chance = np.random.default_rng(seed)
    first = max(1, count // 50)
    gate = np.repeat(np.arange(first, count), 5)
    least = np.maximum(0, gate - reach) if reach else np.zeros_like(gate)
    source = (least + chance.random(gate.size) * (np.minimum(gate - first // 50, gate) - least)).astype(np.int64)
    chosen = np.flatnonzero((chance.random(gate.size) < cycles / 5) & (source >= first))
    heads, tails = np.concatenate([gate, source[chosen]]), np.concatenate([source, gate[chosen]])
    pairs = np.unique(np.stack([heads + 2, tails + 2]), axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    threshold = np.concatenate([[0, 0], np.ones(count, np.int64)])
    nodes = np.arange(2, count + 2)
    made = Gates(threshold, pairs[0], pairs[1], nodes, nodes, (), (), (), ())
    return _net(made, ordered(made.gate, made.source, threshold.size), count)


def rate(net: Net) -> tuple[float, float, bool]:
    """Bytes touched a second, losses a second, and whether numpy finds the same bits in one pass."""
    passes = Passes(net, compiled=True)
    chance = np.random.default_rng(3)
    losses = Losses.sets(chance.integers(0, net.components, (_PASSES * PASS, 1)).tolist())
    # everything is evaluated, as in a sweep of losses that lie anywhere
    bits = passes.rows()
    chunks = [np.arange(at, at + PASS) for at in range(0, len(losses), PASS)]
    passes.settled(losses, chunks[0], bits)
    expected = passes.rows()
    passes._set(losses, chunks[0], expected)
    settle(net, expected)
    same = bool(np.array_equal(bits, expected))

    def all_of_them() -> None:
        for chunk in chunks:
            passes.settled(losses, chunk, bits)

    took = statistics.median(seconds(all_of_them) for _ in range(ROUNDS))
    touched = _PASSES * (net.inputs.size * (64 + 4) + net.components * 64)
    return touched / took, len(losses) / took, same


def kernel(sizes: Sequence[int]) -> str:
    """The kernel beside STREAM."""
    read = stream()
    rows = []
    for count in sizes:
        shapes = {"nearby": count // 50, "far": 0}
        found = {name: rate(net_of(count, reach)) for name, reach in shapes.items()}
        for name, (bytes_, losses, same) in found.items():
            rows.append(
                (
                    f"{count:,} {name}",
                    f"{losses:,.0f}",
                    f"{bytes_ / 1e9:.1f}",
                    f"{bytes_ / read:.0%}",
                    "yes" if same else "NO",
                )
            )
        bytes_, losses, same = rate(net_of(count, count // 50, cycles=0.01))
        share = f"{bytes_ / read:.0%} ({bytes_ / found['nearby'][0]:.2f} of nearby)"
        rows.append(
            (
                f"{count:,} nearby, 1 % in cycles",
                f"{losses:,.0f}",
                f"{bytes_ / 1e9:.1f}",
                share,
                "yes" if same else "NO",
            )
        )
    head = ("components", "losses/s, one thread", "GB/s touched", "of STREAM read", "equal")
    return (
        f"Five hard needs each, one plane, one thread; STREAM read {read / 1e9:.1f} GB/s in the same run; equal to numpy, bit for bit.\n\n"
        + table(head, rows)
    )


def walks(sizes: Sequence[int]) -> str:
    """Whole sweeps where failovers, tolerances and gaps meet."""
    rows = []
    for count in sizes:
        graph = DependencyGraph(timed(count, failovers=0.02, tolerances=0.1, gaps=200 if count <= 5_000 else 0))
        sweep(graph, "component", top=1)
        took = seconds(lambda graph=graph: sweep(graph, "component", top=1))
        rows.append((f"{count:,}", f"{len(graph.inventory.gaps)}", f"{took:.2f}", f"{took / count * 1e6:.0f}"))
    return (
        "Every single loss with 2 % failovers, a tenth of the needs tolerant, some gaps; the whole answer, warm.\n\n"
        + table(("components", "gaps", "s", "µs a loss"), rows)
    )


def sizes(counts: Sequence[int], folder: Path) -> str:
    """What loading costs."""
    rows = []
    for count in counts:
        inventory = layered(count, SMALL)
        path = folder / f"{count}.json"
        storage.write(path, inventory)
        code = f"from blastradius.storage import read; from blastradius.graph import DependencyGraph as G; G(read({str(path)!r}))"

        whole = run([sys.executable, "-c", code], os.environ)
        circuit = seconds(lambda inventory=inventory: Circuit(inventory))
        graph = DependencyGraph(inventory)
        net = seconds(lambda graph=graph: compiled(graph.circuit, "eventually", failovers=False))
        rows.append(
            (
                f"{count:,}",
                f"{path.stat().st_size / 2**20:.0f}",
                f"{whole.seconds:.1f}",
                f"{whole.peak:,.0f}",
                f"{circuit:.2f}",
                f"{net:.2f}",
            )
        )
    head = ("components", "MiB JSON", "load s, process", "peak MiB", "circuit s", "gates s")
    return "Loading, with about five needs a component.\n\n" + table(head, rows)


def spread(count: int) -> str:
    """Two worker processes of one thread beside two threads."""
    from distributed import LocalCluster

    graph = DependencyGraph(timed(count, failovers=0.02, tolerances=0.1, gaps=0))
    sweep(graph, "component")
    ours = seconds(lambda: sweep(graph, "component"))
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address
        told = [sweep(graph, "component", scheduler=address).model_dump_json()]
        theirs = seconds(lambda: told.append(sweep(graph, "component", scheduler=address).model_dump_json()))
    same = "yes" if set(told) == {sweep(graph, "component").model_dump_json()} else "NO"
    row = (f"{count:,}", f"{ours:.2f}", f"{theirs:.2f}", f"{theirs / ours:.2f}", same)
    return "A sweep on two Dask workers of one thread, sending the system included, beside two threads.\n\n" + table(
        ("components", "threads s", "Dask s", "ratio", "same bytes"), [row]
    )


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print tables and put them on the page of results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--walked", type=int, nargs="+", default=[1_000, 5_000, 10_000, 100_000])
    parser.add_argument("--loaded", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--spread", type=int, default=50_000)
    parser.add_argument("--check", action="store_true", help="only say whether there is something to measure")
    options = parser.parse_args(words)
    if options.check:
        return
    parts = [f"{machine()}; medians of {ROUNDS} rounds where not said otherwise."]
    with tempfile.TemporaryDirectory() as name:
        for part in (
            lambda: kernel(options.components),
            lambda: walks(options.walked),
            lambda: sizes(options.loaded, Path(name)),
            lambda: spread(options.spread),
        ):
            parts.append(part())
            print(parts[-1], flush=True)
    record("Scale", "\n\n".join(part.strip() for part in parts))


if __name__ == "__main__":
    main()
