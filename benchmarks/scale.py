"""How close sweeps come to what memory allows, how their cost grows, and what a cluster costs beside threads.

python3 dev.py bench scale [--components N [N…]] [--spread N] [--spread-pairs N]

Bytes touched: per plane, dependency and 512 losses 64 bytes gathered and a 4-byte index, and 64 bytes written per component.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from _measuring import machine, record, run, table
from _systems import timed

from blastradius.analysis.sweep import Sweep, sweep
from blastradius.engine.cluster import connected
from blastradius.engine.packed import Losses, Net, Passes, Tally, tally
from blastradius.engine.packed.arrays import PASS, settle
from blastradius.engine.packed.gates import Gates
from blastradius.engine.packed.net import _net
from blastradius.engine.packed.order import ordered
from blastradius.engine.sampling import sampled
from blastradius.graph import DependencyGraph

ROUNDS = 3
"""Rounds of threads and workers at least."""
_TURNS = 7
_SPREAD_SECONDS = 60
"""How long threads and workers take turns at a thing, about."""
_DRAWS = 2_000_000
_PASSES = 4
_BEST = 9
"""Rounds of the kernel and of STREAM."""
_ASKED = 4096
"""Nodes whose state under each loss is compared, beside how many are down in all."""
_OBJECTS = 100_000
"""Components of the largest estate that is also read into objects."""
_SHOWN = {"provider": 3, "region": 10, "zone": 5, "vendor": 8, "platform": 8}
"""How many losses of a kind a picture has room for."""


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long some work takes, by a clock."""
    start = clock()
    work()
    return clock() - start


def alone(work: Callable[[], object]) -> float:
    """How long one thread computes for some work: what else runs beside it takes none of that."""
    return seconds(work, time.thread_time)


def stream() -> float:
    """Bytes a second that one thread reads of an array much larger than any cache, in words as wide as the kernel's.

    STREAM's sum over whole numbers: no addition waits for the one before, so that memory alone is what limits it. The
    best of some rounds.
    """
    from numba import njit

    @njit
    def total(values):  # type: ignore[no-untyped-def]
        found = np.uint64(0)
        for value in values:
            found += value
        return found

    values = np.ones(1 << 26, np.uint64)
    total(values[:8])
    return values.nbytes / min(alone(lambda: total(values)) for _ in range(_BEST))


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


class Measured:
    """What evaluating a net takes, and whether the answers are right."""

    def __init__(self, net: Net) -> None:
        self._net, self._passes = net, Passes(net, compiled=True)
        chance = np.random.default_rng(3)
        self._losses = Losses.sets(chance.integers(0, net.components, (_PASSES * PASS, 1)).tolist())
        self._chunks = [np.arange(at, at + PASS) for at in range(0, len(self._losses), PASS)]
        self._bits = self._passes.rows()
        self._took = float("inf")
        self.equal = self._compared()

    def _compared(self) -> bool:
        """Whether under every loss numpy finds the same bits, and a walk of it alone as much down and some nodes the same."""
        net, passes, losses, bits = self._net, self._passes, self._losses, self._bits
        asked = np.linspace(0, net.components - 1, min(net.components, _ASKED)).astype(np.int64)
        counted = Tally.empty(len(losses), asked.size)
        expected = passes.rows()
        same = True
        for chunk in self._chunks:
            first = passes.settled(losses, chunk, bits)
            passes.count(bits, first, chunk, counted)
            counted.ends[chunk] = passes.ends(bits, asked, chunk.size)
            passes._set(losses, chunk, expected, 0)
            settle(net, expected)
            same &= bool(np.array_equal(bits, expected))
        walked = tally(net, losses, asked, engine="walk", compile_kernels=True)
        return same and np.array_equal(walked.down, counted.down) and np.array_equal(walked.ends, counted.ends)

    def again(self) -> None:
        """Evaluate everything once more, as in a sweep of losses that lie anywhere."""

        def all_of_them() -> None:
            for chunk in self._chunks:
                self._passes.settled(self._losses, chunk, self._bits)

        self._took = min(self._took, alone(all_of_them))

    @property
    def touched(self) -> float:
        """Bytes a second, of the best round, as STREAM counts it."""
        return _PASSES * (self._net.inputs.size * (64 + 4) + self._net.components * 64) / self._took

    @property
    def rate(self) -> float:
        """Losses a second, of the best round."""
        return len(self._losses) / self._took


def kernel(sizes: Sequence[int]) -> str:
    """The kernel beside STREAM."""
    rows = []
    read = stream()
    for count in sizes:
        nets = {
            "nearby": net_of(count, count // 50),
            "nearby, 1 % in cycles": net_of(count, count // 50, 0.01),
            "far": net_of(count, 0),
        }
        measured = {name: Measured(net) for name, net in nets.items()}
        for _ in range(_BEST):
            for one in measured.values():
                one.again()
        rows += [(f"{count:,} {name}", measured["nearby"].touched, one) for name, one in measured.items()]
    read = max(read, stream())
    shown = [
        (
            name,
            f"{one.rate:,.0f}",
            f"{one.touched / 1e9:.1f}",
            f"{one.touched / read:.0%}",
            f"{one.touched / nearby:.2f}",
            "yes" if one.equal else "NO",
        )
        for name, nearby, one in rows
    ]
    head = ("components", "losses/s", "GB/s touched", "of STREAM read", "of nearby", "equal")
    return (
        f"Five hard needs each, one plane, one thread, its processor time, the best of {_BEST} rounds that alternate, as STREAM "
        f"counts its best; STREAM read {read / 1e9:.1f} GB/s in the same run. Past 100 % much of what is gathered still lies "
        f"in a cache. Equal: under each of {_PASSES * PASS:,} losses bit for bit to numpy, and to a walk of that loss alone in "
        f"how many components are down and in the states of up to {_ASKED:,} of them.\n\n" + table(head, shown)
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


def loading(path: Path, count: int, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What loading an estate and sweeping all its domains cost: a row for each."""
    # by another process: what this one once held would count as the peak of its children
    maker = Path(__file__).with_name("_estate.py")
    components, needs = map(int, run([sys.executable, str(maker), str(path), str(count)], os.environ).output.split())
    off = {**os.environ, "BLASTRADIUS_CACHE": "0"}
    on = {**os.environ, "BLASTRADIUS_CACHE": "", "XDG_CACHE_HOME": str(folder), "HOME": str(folder)}
    code = "import sys; from blastradius.storage import jsonfile, read; from blastradius.graph import DependencyGraph as G; "
    load = [sys.executable, "-c", code + f"G(read({str(path)!r}))"]
    cold, _, warm = run(load, off), run(load, on), run(load, on)
    objects = "–"
    if count <= _OBJECTS:
        made = run([sys.executable, "-c", code + f"jsonfile.LARGE = 1 << 60; G(read({str(path)!r}))"], off)
        objects = f"{made.cpu:.1f} s, {made.peak:,.0f} MiB"
    loaded = (
        f"{components:,}",
        f"{needs:,}",
        f"{path.stat().st_size / 2**20:,.0f}",
        f"{cold.cpu:.1f}",
        f"{cold.cpu / (components + needs) * 1e6:.1f}",
        f"{warm.cpu:.1f}",
        f"{warm.cpu / (components + needs) * 1e6:.1f}",
        f"{cold.peak:,.0f}",
        objects,
    )
    asked = [sys.executable, "-m", "blastradius", "sweep", str(path), "--by", "domain", "--format", "json"]
    swept = run(asked, on)
    result = Sweep.model_validate_json(swept.output)
    (folder / f"{count}.json").write_text(swept.output, encoding="utf-8")
    row = (
        f"{components:,}",
        f"{len(result.losses):,}",
        f"{sum(bool(one.breaks) for one in result.losses):,}",
        f"{max(one.down for one in result.losses):,}",
        f"{swept.seconds:.1f}",
        f"{swept.cpu:.1f}",
        f"{swept.cpu / (components + needs) * 1e6:.1f}",
        f"{swept.peak:,.0f}",
    )
    return loaded, row


def pictured(result: Sweep) -> Sweep:
    """The worst losses of each kind alone."""
    kept = [one for kind, most in _SHOWN.items() for one in [x for x in result.losses if x.kind == kind][:most]]
    return result.model_copy(update={"losses": tuple(kept), "omitted": len(result.losses) - len(kept)})


def estates(counts: Sequence[int], folder: Path, picture: Path | None) -> str:
    """Estates of realistic shape: loading, and losing every region, zone, provider, vendor, platform service, account.

    Args:
        counts: about how many components.
        folder: for the files, some gigabytes.
        picture: where the worst losses of the largest are kept for the picture of the documentation; none for nowhere.
    """
    rows = []
    for count in counts:
        path = folder / f"estate{count}.json"
        rows.append(loading(path, count, folder))
        path.unlink()
    if picture is not None:
        result = Sweep.model_validate_json((folder / f"{counts[-1]}.json").read_text(encoding="utf-8"))
        picture.write_text(pictured(result).model_dump_json(indent=1) + "\n", encoding="utf-8")
    head = (
        "components", "needs", "MiB JSON", "load s", "µs a record", "again s", "µs a record", "peak MiB", "as objects",
    )  # fmt: skip
    loaded = table(head, [row for row, _ in rows])
    head = ("components", "losses", "break", "most down", "s", "processor s", "µs a record", "peak MiB")
    swept = table(head, [row for _, row in rows])
    return (
        "Made-up estates: apps of instances over zones, databases with standbys, failovers of entries, calls between apps, "
        "vendors. Processor time of a whole process that loads the file and makes the graph: anew, and *again* from what "
        "the first run kept. A record is a component, a dependency or a member of a redundancy.\n\n"
        f"{loaded}\n`blastradius sweep FILE --by domain`, the whole process, columns kept from before.\n\n{swept}"
    )


def spread(count: int, paired: int) -> str:
    """Two worker processes of one thread beside two threads.

    Args:
        count: components that are lost one at a time, and of a system of which failures are drawn.
        paired: components that are lost two at a time.
    """
    from distributed import Client, LocalCluster

    large, small = (DependencyGraph(timed(one, failovers=0.02, tolerances=0.1, gaps=0)) for one in (count, paired))
    journeys = [large.index[id] for id in large.journeys]
    chance = dict.fromkeys(range(large.circuit.component_count), 1e-5)

    def drawn(scheduler: str | None) -> str:
        with ExitStack() as stack:
            workers = stack.enter_context(connected(scheduler)) if scheduler else None
            return repr(sampled(large.circuit, journeys, chance, _DRAWS, 1, cluster=workers))

    works: dict[str, Callable[[str | None], str]] = {
        f"{count:,}, every loss": lambda one: sweep(large, "component", scheduler=one).model_dump_json(),
        f"{paired:,}, every two": lambda one: sweep(small, "component", 2, scheduler=one).model_dump_json(),
        f"{count:,}, {_DRAWS:,} draws": drawn,
    }
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address
        with Client(address, set_as_default=False) as watching:

            def computed() -> float:
                return time.process_time() + sum(watching.run(time.process_time).values())

            rows = [(name, *beside(work, address, computed)) for name, work in works.items()]
    return (
        "Two Dask workers of one thread, sending the arrays included, beside two threads; warm, turn by turn, the least of "
        f"at least {ROUNDS} rounds of each; load {os.getloadavg()[0]:.0f} at the end. Processor time is that of caller, "
        "scheduler and workers together.\n\n"
        + table(("components", "threads s", "Dask s", "ratio", "processor s", "Dask's", "of it", "same bytes"), rows)
    )


def beside(work: Callable[[str | None], str], address: str, computed: Callable[[], float]) -> tuple[str, ...]:
    """Some work by threads and by workers in turn, so that whatever else runs hinders both: seconds, and processor time.

    Args:
        work: what is done, by this process or by the workers of a scheduler; its answer.
        address: of the scheduler.
        computed: how long all processes computed so far.
    """

    def turn(scheduler: str | None) -> tuple[str, float, float]:
        before, start = computed(), time.perf_counter()
        told = work(scheduler)
        return told, time.perf_counter() - start, computed() - before

    told = {turn(None)[0], turn(address)[0]}  # compiled and imported from here on
    rounds: list[tuple[float, float, float, float]] = []
    begun = time.perf_counter()
    while len(rounds) < _TURNS and (len(rounds) < ROUNDS or time.perf_counter() - begun < _SPREAD_SECONDS):
        (ours, *us), (theirs, *them) = turn(None), turn(address)
        told |= {ours, theirs}
        rounds.append((us[0], them[0], us[1], them[1]))
    ours_s, theirs_s, ours_cpu, theirs_cpu = (min(column) for column in zip(*rounds, strict=True))
    figures = (ours_s, theirs_s, theirs_s / ours_s, ours_cpu, theirs_cpu, theirs_cpu / ours_cpu)
    return *(f"{one:.2f}" for one in figures), "yes" if len(told) == 1 else "NO"


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print tables and put them on the page of results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--walked", type=int, nargs="+", default=[1_000, 5_000, 10_000, 100_000])
    parser.add_argument("--estates", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--picture", type=Path, help="keep the worst losses of the largest estate: docs/estate.json")
    parser.add_argument("--spread", type=int, default=100_000)
    parser.add_argument("--spread-pairs", type=int, default=2_000)
    parser.add_argument("--check", action="store_true", help="only say whether there is something to measure")
    options = parser.parse_args(words)
    if options.check:
        return
    parts = [f"{machine()}; one round where not said otherwise."]
    with tempfile.TemporaryDirectory() as name:
        for part in (
            lambda: estates(options.estates, Path(name), options.picture),
            lambda: kernel(options.components),
            lambda: walks(options.walked),
            lambda: spread(options.spread, options.spread_pairs),
        ):
            parts.append(part())
            print(parts[-1], flush=True)
    record("Scale", "\n\n".join(part.strip() for part in parts))


if __name__ == "__main__":
    main()
