"""Sweeps beside a Python walk on networkx, rustworkx and faultray on the same graphs, in one run.

python3 dev.py bench sweep [--components N]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
from _measuring import ROOT, RunError, machine, record, run, table
from _systems import LARGE, SMALL, layered, timed
from startup import inventory as placed

from blastradius import storage
from blastradius.analysis.sweep import pairs
from blastradius.analysis.sweep import sweep as answer
from blastradius.analysis.sweep.judging import Judge
from blastradius.engine.packed import Counter, Losses, Tally, compiled
from blastradius.graph import DependencyGraph
from blastradius.model import Inventory

ROUNDS = 3
PEERS = {name: ROOT / ".venv-peers" / name / "bin" / "python" for name in ("rustworkx", "faultray")}
MIXES = {"small blasts": SMALL, "large blasts": LARGE}
SAMPLES = {"small blasts": 3000, "large blasts": 20}


@dataclass
class System:
    """A graph ready for all engines: by node numbers, components only."""

    inventory: Inventory
    graph: DependencyGraph
    one: Counter
    every: Counter
    walk: Callable[[int], int]

    @property
    def size(self) -> int:
        """Components."""
        return len(self.graph.components)


def system(count: int, mix: tuple[float, float, float]) -> System:
    """A generated system, loaded."""
    inventory = layered(count, mix)
    graph = DependencyGraph(inventory)
    net = compiled(graph.circuit, "eventually", failovers=False, watched=True)
    journeys = np.arange(graph.circuit.component_count, graph.circuit.named_count)
    one, every = Counter(net, journeys, workers=1), Counter(net, journeys)
    return System(inventory, graph, one, every, plain_walk(inventory))


def plain_walk(inventory: Inventory) -> Callable[[int], int]:
    """What a user of networkx would write: count what has failed of each node's dependencies, breadth first."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    names = sorted(component.id for component in inventory.components)
    graph.add_nodes_from(names, fails_at=1)
    for dependency in inventory.dependencies:
        graph.add_edge(dependency.dependency, dependency.dependent)
    for group in inventory.redundancies:
        graph.nodes[group.dependent]["fails_at"] = len(group.members) - group.required + 1
        graph.add_edges_from((member, group.dependent) for member in group.members)

    def walk(lost: int) -> int:
        down, failed, work = {names[lost]}, {}, [names[lost]]
        nodes = graph.nodes
        for node in work:
            for user in graph.successors(node):
                if user not in down:
                    failed[user] = failed.get(user, 0) + 1
                    if failed[user] >= nodes[user]["fails_at"]:
                        down.add(user)
                        work.append(user)
        return len(down)

    return walk


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def singles(count: int) -> Losses:
    """Every single loss."""
    return Losses.sets([(node,) for node in range(count)])


def kernels(systems: dict[str, System]) -> str:
    """All single losses beside the walk, and the chooser beside both engines."""
    rows, chooser = [], []
    for name, one in systems.items():
        losses = singles(one.size)
        sample = np.linspace(0, one.size - 1, SAMPLES[name], dtype=int).tolist()
        few = Losses.sets([(node,) for node in sample])
        times: dict[str, list[float]] = {way: [] for way in ("chosen", "every", "passes", "walk", "peer")}
        told: Tally = one.one.tally(losses)
        for engine in ("passes", "walk"):
            one.one.tally(few, engine)
        for _ in range(ROUNDS):
            times["chosen"].append(seconds(lambda one=one, losses=losses: one.one.tally(losses)))
            times["every"].append(seconds(lambda one=one, losses=losses: one.every.tally(losses)))
            times["passes"].append(seconds(lambda one=one, losses=losses: one.one.tally(losses, "passes")))
            walked, scale = (losses, 1.0) if name == "small blasts" else (few, one.size / len(sample))
            times["walk"].append(scale * seconds(lambda one=one, walked=walked: one.one.tally(walked, "walk")))
            found: list[int] = []
            times["peer"].append(
                seconds(lambda one=one, found=found, sample=sample: found.extend(map(one.walk, sample)))
            )
        by = {way: statistics.median(of) for way, of in times.items()}
        peer = by["peer"] / len(sample) * one.size
        same = "yes" if told.down[sample].tolist() == found else "NO"
        mean = f"{told.down.mean():,.0f}"
        rows.append(
            (name, mean, f"{one.size / by['chosen']:,.0f}", f"{one.size / by['every']:,.0f}", f"{len(sample) / by['peer']:,.0f}", f"{len(sample):,}", f"{peer / by['chosen']:,.0f}", f"{peer / by['every']:,.0f}", same)
        )  # fmt: skip
        better = min(by["walk"], by["passes"])
        chooser.append(
            (name, f"{by['walk']:.2f}", f"{by['passes']:.2f}", f"{by['chosen']:.2f}", f"{by['chosen'] / better:.2f}")
        )
    head = (
        "all single losses",
        "mean down",
        "losses/s, one thread",
        "all cores",
        "networkx losses/s",
        "its sample",
        "ratio",
        "all cores' ratio",
        "equal",
    )
    return (
        "Every single loss, with components down, degraded and exposed counted and 20 journeys judged, beside a walk in "
        "Python on a networkx graph (same semantics, down only), which is measured on a sample of the losses.\n\n"
        + table(head, rows)
        + "\nThe chooser beside both engines, one thread; where blasts are large the walk is measured on the sample and "
        "scaled.\n\n" + table(("", "walk s", "passes s", "chosen s", "chosen by the better"), chooser)
    )


def one_loss(systems: dict[str, System]) -> str:
    """One scenario once loaded; each round asks several times, since one answer takes less than a timer is sure of."""
    times = 20
    rows = []
    for name, one in systems.items():
        told = one.one.tally(singles(one.size))
        lost = int(np.argsort(told.down)[one.size // 2 if name == "large blasts" else -1])
        asked = Losses.sets([(lost,)])
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(seconds(lambda one=one, asked=asked: [one.one.tally(asked, "walk") for _ in range(times)]))
            theirs.append(seconds(lambda one=one, lost=lost: [one.walk(lost) for _ in range(times)]))
        mine, peer = statistics.median(ours) / times, statistics.median(theirs) / times
        same = "yes" if int(one.one.tally(asked, "walk").down[0]) == one.walk(lost) else "NO"
        rows.append(
            (name, f"{told.down[lost]:,}", f"{mine * 1e3:.2f}", f"{peer * 1e3:.2f}", f"{peer / mine:.0f}", same)
        )
    return "One loss, once loaded.\n\n" + table(("", "down", "ms", "networkx ms", "ratio", "equal"), rows)


def peers(large: System, folder: Path, limit: float) -> str:
    """Plain reachability beside rustworkx and faultray, and faultray's own cascade."""
    rows = []
    for count in (large.size, 10_000, 1_000, 100):
        one = large if count == large.size else system(count, LARGE)
        edges = folder / f"edges-{count}.txt"
        names = {name: number for number, name in enumerate(one.graph.ids)}
        pairs_ = [(names[d.dependent], names[d.dependency]) for d in one.inventory.dependencies]
        edges.write_text(f"{count}\n" + "".join(f"{a} {b}\n" for a, b in pairs_), encoding="ascii")
        told = one.one.tally(singles(count)).down
        sample = ",".join(str(int(node)) for node in np.linspace(0, count - 1, 200))
        for name, python in PEERS.items():
            if not python.exists() or (name == "rustworkx" and one is not large):
                continue
            command = [str(python), str(Path(__file__).with_name("_peer.py")), name, str(edges), sample, str(limit)]
            times, answers = [], []
            try:
                for _ in range(ROUNDS):
                    times.append(seconds(lambda one=one: one.one.tally(singles(one.size))) / count)
                    done = subprocess.run(command, capture_output=True, text=True, timeout=limit * 20, check=True)
                    answers.append(json.loads(done.stdout))
            except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as problem:
                rows.append((f"{name}", f"{count:,}", "–", "–", f"{type(problem).__name__}", "–"))
                continue
            ours = statistics.median(times)
            for way in answers[0]:
                if way == "built":
                    continue
                found = answers[-1][way]
                if found["problem"]:
                    rows.append((f"{name} {way}", f"{count:,}", "–", "–", found["problem"], "–"))
                    continue
                same = sum(int(told[int(lost)]) == down for lost, down in found["found"].items())
                equal = "yes" if same == len(found["found"]) else f"{same} of {len(found['found'])}"
                each = statistics.median(answer[way]["each"] for answer in answers)
                rows.append(
                    (
                        f"{name} {way}",
                        f"{count:,}",
                        f"{ours * 1e6:,.1f}",
                        f"{each * 1e6:,.0f}",
                        f"{each / ours:,.0f}",
                        equal,
                    )
                )
    head = ("peer", "components", "µs a loss, one thread", "peer's µs", "ratio", "equal")
    return (
        "The system of large blasts, in which all needs are hard, so that what falls is what reaches. *cascade* is "
        "faultray's own answer to a lost component, which ends at a depth of 20; peers are measured on a sample of losses.\n\n"
        + table(head, rows)
    )


def pairs_of(count: int) -> str:
    """Pairs of components by the filter beside all of them evaluated."""
    graph = DependencyGraph(layered(count, SMALL))
    times: dict[str, float] = {}
    found: dict[str, object] = {}
    for way, limit in (("filter", 400), ("all", 10 * count)):
        pairs.EVERY_PAIR = limit
        times[way] = statistics.median(
            seconds(lambda way=way: found.__setitem__(way, answer(graph, "component", 2))) for _ in range(ROUNDS)
        )
    pairs.EVERY_PAIR = 400
    one, other = found["filter"], found["all"]
    same = "yes" if one.pairs == other.pairs else "NO"  # type: ignore[attr-defined]
    row = (
        f"{count:,}",
        f"{other.pairs_possible:,}",
        f"{one.pairs_simulated:,}",
        f"{len(one.pairs):,}",
        f"{times['filter']:.2f}",
        f"{times['all']:.2f}",
        f"{times['all'] / times['filter']:.1f}",
        same,
    )  # type: ignore[attr-defined]
    head = ("components", "pairs", "evaluated", "do more", "filter s", "all pairs s", "ratio", "equal")
    return "Pairs of components, the whole answer: the filter beside evaluating every pair.\n\n" + table(head, [row])


def many_pairs(count: int, sample: int = 100_000) -> str:
    """Pairs of more components than can all be evaluated: the filter beside the same engines on a sample of all pairs."""
    graph = DependencyGraph(layered(count, SMALL))
    judge = Judge(graph, count * count)
    nodes = list(range(count))
    chance = np.random.default_rng(1)
    some = np.sort(chance.choice(count, (sample, 2)), axis=1)
    some = np.unique(some[some[:, 0] < some[:, 1]], axis=0)
    judged = judge.judge([(node,) for node in nodes], keep=True)
    every = pairs._Pairs(judge, nodes, judged)
    found, told = pairs.added(judge, nodes, judged), every.compared(some)
    # brute force is the faster engine on every pair, which only counts; what pairs add to both losses costs it more
    circuit = graph.circuit
    journeys = np.arange(circuit.component_count, circuit.named_count)
    counter = Counter(compiled(circuit, "eventually", failovers=False), journeys)
    lost = Losses.sets(some.tolist())
    counter.tally(lost)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: pairs.added(judge, nodes, judged)))
        theirs.append(seconds(lambda: counter.tally(lost)))
    possible = count * (count - 1) // 2
    mine, peer = statistics.median(ours), statistics.median(theirs) * possible / len(some)
    asked = set(map(tuple, some.tolist()))
    kept = {key: of for key, of in _effects(found).items() if key in asked}
    row = (
        f"{count:,}",
        f"{possible:,}",
        f"{found.evaluated:,}",
        f"{found.first.size:,}",
        f"{mine:.1f}",
        f"{peer:,.0f}",
        f"{peer / mine:.0f}",
        "yes" if kept == _effects(told) else "NO",
    )
    head = ("components", "pairs", "evaluated", "do more", "filter s", "all pairs s", "ratio", "equal")
    return (
        f"The same where all pairs are too many: evaluating them is measured on {len(some):,} of them and scaled.\n\n"
        + table(head, [row])
    )


def _effects(found: pairs.Added) -> dict[tuple[int, int], tuple[object, ...]]:
    """What pairs do, by both losses."""
    columns = (found.first.tolist(), found.second.tolist(), found.down.tolist(), found.degraded.tolist())
    return {
        (first, second): (down, degraded, found.ends.get(place))
        for place, (first, second, down, degraded) in enumerate(zip(*columns, strict=True))
    }


def timed_sweep(count: int) -> str:
    """A sweep where failovers, tolerances and gaps meet: the whole answer, without and with objectives."""

    def taken(*, objectives: bool) -> float:
        graph = DependencyGraph(timed(count, failovers=0.02, tolerances=0.1, gaps=200, objectives=objectives))
        answer(graph, "component")
        return statistics.median(seconds(lambda: answer(graph, "component")) for _ in range(ROUNDS))

    told = f"{count:,} components of which 2 % can fail over, 10 % of needs with a tolerance, 200 gaps that any loss touches"
    with_rto = f"in {taken(objectives=True):.1f} s where each journey has an RTO"
    return f"{told}: all single losses, judged with everything unseen in the way, in {taken(objectives=False):.1f} s once loaded, {with_rto}.\n"


def whole(large: System, folder: Path) -> str:
    """Whole processes: loading, answering, printing."""
    path = folder / "large.json"
    storage.write(path, large.inventory)
    tool = [sys.executable, "-m", "blastradius"]
    lost = next(iter(large.graph.components))
    rows = []
    for title, words in {
        "simulate, one component": ["simulate", str(path), "--remove", f"id:{lost}"],
        "sweep --by component": ["sweep", str(path), "--by", "component"],
    }.items():
        done = run([*tool, *words], {**os.environ, "NO_COLOR": "1"})
        rows.append((title, f"{done.seconds:.1f}", f"{done.peak:,.0f}"))
    told = f"Whole processes on the system of large blasts ({path.stat().st_size / 2**20:.0f} MiB of JSON), once each: load, answer, print.\n\n"
    return told + table(("", "s", "peak MiB"), rows)


def cold(folder: Path) -> str:
    """A small sweep from a cold start beside one simulation of the same system."""
    path = folder / "small.json"
    path.write_text(json.dumps(placed(1000)), encoding="utf-8")
    bare = "import sys; sys.modules['numba'] = None; from blastradius.cli import main; sys.exit(main())"
    main = [sys.executable, "-m", "blastradius"]
    asked = {
        "simulate": [*main, "simulate", str(path), "--remove", "region:us-east-1"],
        "sweep --by region": [*main, "sweep", str(path), "--by", "region"],
        "sweep --by region, no numba": [sys.executable, "-c", bare, "sweep", str(path), "--by", "region"],
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(2 * ROUNDS + 1):
        for name, command in asked.items():
            times[name].append(run(command, {**os.environ, "NO_COLOR": "1"}).seconds)
    medians = {name: statistics.median(of) for name, of in times.items()}
    base = medians["simulate"]
    rows = [(name, f"{found:.2f}", f"{found / base:.2f}") for name, found in medians.items()]
    return "A cold process on 1,000 components in two regions, median of seven.\n\n" + table(
        ("", "s", "by simulate"), rows
    )


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print tables and put them on the page of results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, default=100_000)
    parser.add_argument("--check", action="store_true", help="only say whether there is something to measure")
    options = parser.parse_args(words)
    if options.check:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        systems = {title: system(options.components, mix) for title, mix in MIXES.items()}
        shape = f"{options.components:,} components and {len(systems['large blasts'].inventory.dependencies):,} dependencies"
        parts = [
            f"{machine()}; medians of {ROUNDS} rounds that alternate. {shape}; a ratio above 1 means that blastradius is faster."
        ]
        for part in (
            lambda: kernels(systems),
            lambda: one_loss(systems),
            lambda: peers(systems["large blasts"], folder, 10),
            lambda: pairs_of(1000),
            lambda: many_pairs(options.components // 5),
            lambda: timed_sweep(options.components),
            lambda: whole(systems["large blasts"], folder),
            lambda: cold(folder),
        ):
            try:
                parts.append(part())
            except RunError as problem:
                parts.append(f"Not measured: {problem}")
            print(parts[-1], flush=True)
    record("Sweeps", "\n\n".join(part.strip() for part in parts))


if __name__ == "__main__":
    main()
