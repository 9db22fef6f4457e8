"""Minimal cut sets and exact probability beside SCRAM: the Aralia fault trees, and fat trees with a known count.

    python3 dev.py bench cuts [--models chinese,baobab1] [--seconds 60] [--reference]

Aralia's models stand in a corpus that a user's clone does not have (`BLASTRADIUS_CORPUS` names it); fat trees are made here.
SCRAM is the Debian package `scram` (`apt-get install scram`); without it only this program is measured. What is found of Aralia
is held against `benchmarks/aralia.json`; `--reference` writes there what was found of the models that were run. For a model that
SCRAM did not finish when that was written it is given less time, unless `--patient`: all models take about eight minutes so.
Only a run of all models goes onto the page of results.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from _measuring import ROOT, machine, record, table
from _scram import Scram, scram, there

sys.path.append(str(ROOT / "tests"))

from formulas import as_open_psa, fat_tree, fat_tree_counts

from blastradius.analysis.faulttree import read_fault_trees
from blastradius.engine.diagrams.counting import by_order
from blastradius.engine.diagrams.probability import probability
from blastradius.engine.diagrams.solving import solve
from blastradius.errors import InputError

ROUNDS = 9
PORTS = (16, 24, 48, 64)
FAT_TREES = [
    *((f"fat tree, k = {ports}", ports, 1, False) for ports in PORTS),
    ("k = 24, five services", 24, 5, False),
    ("k = 16, links fail too", 16, 1, True),
    ("k = 24, three services, links", 24, 3, True),
]
CHANCE = 1e-3
MOST_OF_OURS = 90
"""Seconds after which this program is stopped on a model."""
MOST_ON_FAT_TREES = 20
"""Seconds that SCRAM may take for a fat tree: their counts are known by hand."""
MOST_WHERE_NEVER = 15
"""Seconds that SCRAM may take for a model that it did not finish, in its full time, when the kept answers were written."""
COLD = 2
"""Models that take no longer than so many seconds are also measured as a process of their own."""
REFERENCE = ROOT / "benchmarks" / "aralia.json"


@dataclass(frozen=True)
class Measured:
    """SCRAM's times by ours: of its own figure, of its process by ours with reading, of process by process."""

    name: str
    aralia: bool
    kernel: float
    whole: float
    cold: float | None


@dataclass(frozen=True)
class Ours:
    """What this program says: seconds from the model in memory to all figures, warm; with reading; as a process."""

    seconds: float
    whole: float
    cold: float | None
    orders: dict[int, int]
    probability: float | None
    complete_to: int | None


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Stop what takes longer.

    Raises:
        TimeoutError: when it does.
    """

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def theirs_of(model: Path, seconds: float) -> Scram | None:
    """What SCRAM says, its times the least of several rounds (one where it takes long)."""
    found: list[Scram] = []
    while len(found) < ROUNDS and sum(one.whole for one in found) < 1:
        one = scram(model, seconds) if there() else None
        if one is None:
            return None
        found.append(one)
    seconds, whole = (min(times) for times in zip(*((one.seconds, one.whole) for one in found), strict=True))
    return replace(found[0], seconds=seconds, whole=whole)


def ours(model: Path) -> Ours:
    """Cut sets by order and probability of a model's top, the least times of several rounds (one where it takes long)."""
    times: list[tuple[float, float]] = []
    gc.collect()
    while len(times) < ROUNDS and sum(whole for _, whole in times) < 1:
        start = time.perf_counter()
        trees = read_fault_trees(model)
        top = trees.tops[0]
        begun = time.perf_counter()
        solution = solve(trees.formula(top))
        orders = by_order(solution)
        chance = {node: trees.chance[label] for node, label in solution.formula.labels.items()}
        found = probability(solution, chance) if solution.exact else None
        end = time.perf_counter()
        times.append((end - begun, end - start))
    seconds, whole = (min(column) for column in zip(*times, strict=True))
    return Ours(seconds, whole, cold(model) if whole < COLD else None, orders, found, solution.complete_to)


def cold(model: Path) -> float:
    """Seconds of `blastradius cuts MODEL`, from its start to its end."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "blastradius", "cuts", str(model), "--limit", "0"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def equal(mine: Ours, theirs: Scram | None) -> str:
    """Whether both count the same by order and have the same probability to the digits that SCRAM prints."""
    if theirs is None or mine.probability is None:
        return "-"
    near = math.isclose(mine.probability, theirs.probability, rel_tol=2e-5)
    return "yes" if mine.orders == theirs.orders and near else "NO"


def row(name: str, mine: Ours, theirs: Scram | None, expected: dict[int, int] | None = None) -> tuple[str, ...]:
    """One line of the table."""
    total = sum(mine.orders.values())
    count = f"{total:,}" if total < 10**15 else f"{total:.3e}"
    if mine.complete_to is not None:
        count += f" up to order {mine.complete_to}"
    if expected is not None:
        count += ", as by hand" if mine.orders == expected else ", WRONG"
    figures = ("-", "-", "-", "-", "-")
    if theirs is not None:
        figures = (
            f"{1e3 * theirs.seconds:.2f}", f"{1e3 * theirs.whole:.0f}", f"{theirs.seconds / mine.seconds:.2f}",
            f"{theirs.whole / mine.whole:.1f}", "-" if mine.cold is None else f"{theirs.whole / mine.cold:.2f}",
        )  # fmt: skip
    likely = "-" if mine.probability is None else f"{mine.probability:.6g}"
    return (name, count, likely, f"{1e3 * mine.seconds:.2f}", f"{1e3 * mine.whole:.0f}", *figures, equal(mine, theirs))


def geometric(ratios: list[float | None]) -> str:
    """The geometric mean, with the least and how many there are."""
    ratios = [ratio for ratio in ratios if ratio is not None]
    if not ratios:
        return "none"
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    below = sum(ratio < 0.5 for ratio in ratios)
    return f"{mean:.2f} over {len(ratios)}, the least {min(ratios):.2f}, {below} below 0.5"


def means(measured: list[Measured]) -> str:
    """A line for the Aralia models and one for all, generated trees included."""
    lines = []
    for name, chosen in (("Aralia alone", [one for one in measured if one.aralia]), ("with fat trees", measured)):
        kernel, whole, cold = ([getattr(one, kind) for one in chosen] for kind in ("kernel", "whole", "cold"))
        lines.append(
            f"- {name}: of its own figure {geometric(kernel)}; with reading, by its process {geometric(whole)}; "
            f"process by process {geometric(cold)}."
        )
    return "\n".join(lines)


HEAD = ("model", "minimal cut sets", "top probability", "ours ms", "with reading ms", "SCRAM ms", "its process ms", "ratio", "with reading by process", "process by process", "equal")  # fmt: skip
TEXT = """{machine}, load {before:.1f} at the start and {after:.1f} at the end; the least of up to {rounds} rounds, for both, fewer where one takes seconds; ours in a process that is up; SCRAM 0.16.2 stopped after {seconds:.0f} s \
({never}fat trees after {fat:.0f} s). *SCRAM ms* is what it reports for products and probability: from the model in memory to its \
products, without counting them by order; *ours ms* is from the model in memory to counts by order and probability. *its process* \
goes up to the counts of its report, for which it goes through all products; *with reading* is ours from the file to the figures. A \
ratio above 1 means that blastradius is faster. *process by process* starts `blastradius cuts` anew, Python and compiled code \
being loaded each time. *equal*: the same number of sets by order and the same probability. Fat trees are a service of two replicas \
in two pods, devices failing, where nothing else is said; *by hand*: a polynomial in the order (`tests/formulas.py`), checked by \
following cables in every state at k = 4, and for devices alone 5·2^(k/2).

{table}

Geometric means of SCRAM/ours:

{means}

Aralia: {held}"""


def models(folder: Path, scratch: Path, wanted: set[str]) -> Iterator[tuple[str, Path, dict[int, int] | None]]:
    """Names, files and known counts."""
    yield from ((path.stem, path, None) for path in sorted(folder.glob("*.xml")) if not wanted or path.stem in wanted)
    for name, ports, services, links in FAT_TREES if not wanted else ():
        path = scratch / f"{name}.xml"
        path.write_text(as_open_psa(fat_tree(ports, services=services, links=links), CHANCE), encoding="utf-8")
        yield name, path, fat_tree_counts(ports, services, links=links)


def answer(mine: Ours, theirs: Scram | None) -> dict[str, Any]:
    """What is kept of a model."""
    return {
        "total": sum(mine.orders.values()),
        "orders": {str(order): count for order, count in sorted(mine.orders.items())},
        "complete_to": mine.complete_to,
        "probability": None if mine.probability is None else float(f"{mine.probability:.6g}"),
        "scram": "not finished"
        if theirs is None
        else {"yes": "equal", "NO": "differs"}.get(equal(mine, theirs), "not compared"),
    }


def kept_answers() -> dict[str, dict[str, Any]]:
    """The answers that are kept, by model."""
    return json.loads(REFERENCE.read_text(encoding="utf-8"))["models"] if REFERENCE.exists() else {}


def held(found: dict[str, dict[str, Any]], kept: dict[str, dict[str, Any]]) -> str:
    """What was found beside the table that is kept."""
    same = [name for name in found if name in kept and {**found[name], "scram": ""} == {**kept[name], "scram": ""}]
    other = sorted(found.keys() - set(same))
    return f"{len(same)} of {len(found)} models answer as in `benchmarks/aralia.json`{': not ' + ', '.join(other) if other else ''}."


def main() -> None:
    """Measure, print a table and put it on the page of results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", default="", help="Aralia models by name, with commas; all where unset")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long SCRAM may take")
    parser.add_argument("--reference", action="store_true", help="write what is found into benchmarks/aralia.json")
    parser.add_argument(
        "--patient", action="store_true", help="give SCRAM its time where it is known not to finish, too"
    )
    options = parser.parse_args()
    folder = Path(os.environ.get("BLASTRADIUS_CORPUS") or ROOT.parent / "shared" / "corpus") / "inputs" / "aralia"
    rows: list[tuple[str, ...]] = []
    measured: list[Measured] = []
    found: dict[str, dict[str, Any]] = {}
    kept, before = kept_answers(), os.getloadavg()[0]
    import blastradius.engine.diagrams.compiled
    import blastradius.engine.diagrams.quick  # noqa: F401 - warm: compiled, or loaded from disk

    solve(fat_tree(8))
    with tempfile.TemporaryDirectory() as scratch:
        wanted = set(filter(None, options.models.split(",")))
        for name, path, expected in models(folder, Path(scratch), wanted):
            try:
                with limited(MOST_OF_OURS):
                    mine = ours(path)
            except (InputError, TimeoutError) as error:
                print(f"{name}: {error or 'not in time'}", flush=True)
                continue
            limit = options.seconds if expected is None else min(MOST_ON_FAT_TREES, options.seconds)
            if not options.patient and kept.get(name, {}).get("scram") == "not finished":
                limit = min(MOST_WHERE_NEVER, limit)
            theirs = theirs_of(path, limit)
            rows.append(row(name, mine, theirs, expected))
            if theirs is not None:
                cold = None if mine.cold is None else theirs.whole / mine.cold
                kernel, whole = theirs.seconds / mine.seconds, theirs.whole / mine.whole
                measured.append(Measured(name, expected is None, kernel, whole, cold))
            if expected is None:
                found[name] = answer(mine, theirs)
            print(" | ".join(rows[-1]), flush=True)
    if options.reference:
        lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(one)}" for name, one in sorted({**kept, **found}.items()))
        REFERENCE.write_text(f'{{"models": {{\n{lines}\n}}}}\n', encoding="utf-8")
    told = {
        "means": means(measured), "held": held(found, kept), "seconds": options.seconds, "fat": MOST_ON_FAT_TREES,
        "never": "" if options.patient else f"after {MOST_WHERE_NEVER} s where it did not finish in 60 s for the kept answers, ",
        "before": before, "after": os.getloadavg()[0],
    }  # fmt: skip
    text = TEXT.format(machine=machine(), rounds=ROUNDS, table=table(HEAD, rows), **told)
    print(text)
    if not wanted:
        record("Cut sets", text)


if __name__ == "__main__":
    main()
