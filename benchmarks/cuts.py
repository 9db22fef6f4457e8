"""Minimal cut sets and exact probability beside SCRAM: the Aralia fault trees, and fat trees with a known count.

    python3 dev.py bench cuts [--models chinese,baobab1] [--seconds 60]

Aralia's models stand in a corpus that a user's clone does not have (`BLASTRADIUS_CORPUS` names it); fat trees are made here.
SCRAM is the Debian package `scram` (`apt-get install scram`); without it only this program is measured.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from _measuring import ROOT, machine, record, table
from _scram import Scram, scram, there

sys.path.append(str(ROOT / "tests"))

from formulas import as_open_psa, fat_tree

from blastradius.analysis.faulttree import read_fault_trees
from blastradius.engine.diagrams.counting import by_order
from blastradius.engine.diagrams.probability import probability
from blastradius.engine.diagrams.solving import solve
from blastradius.errors import InputError

ROUNDS = 3
PORTS = (16, 24, 48, 64)
CHANCE = 1e-3


@dataclass(frozen=True)
class Ours:
    """What this program says: seconds from the file read to all figures, warm; and with reading the file."""

    seconds: float
    whole: float
    orders: dict[int, int]
    probability: float | None
    complete_to: int | None


def ours(model: Path) -> Ours:
    """Cut sets by order and probability of a model's top, the median of several rounds (one where it takes long)."""
    times: list[tuple[float, float]] = []
    while len(times) < ROUNDS and sum(whole for _, whole in times) < 20:
        start = time.perf_counter()
        trees = read_fault_trees(model)
        top = trees.tops[0]
        begun = time.perf_counter()
        solution = solve(trees.formula(top))
        formula = solution.formula
        orders = by_order(solution)
        chance = {node: trees.chance[label] for node, label in formula.labels.items()}
        found = probability(solution, chance) if solution.exact else None
        end = time.perf_counter()
        times.append((end - begun, end - start))
    seconds, whole = (statistics.median(column) for column in zip(*times, strict=True))
    return Ours(seconds, whole, orders, found, solution.complete_to)


def equal(mine: Ours, theirs: Scram | None) -> str:
    """Whether both count the same by order and have the same probability to the digits that SCRAM prints."""
    if theirs is None or mine.probability is None:
        return "-"
    near = math.isclose(mine.probability, theirs.probability, rel_tol=2e-5)
    return "yes" if mine.orders == theirs.orders and near else "NO"


def row(name: str, mine: Ours, theirs: Scram | None, expected: int | None = None) -> tuple[str, ...]:
    """One line of the table."""
    total = sum(mine.orders.values())
    count = f"{total:,}" if mine.complete_to is None else f"{total:,} up to order {mine.complete_to}"
    if expected is not None:
        count += " = 5·2^(k/2)" if total == expected else " WRONG"
    figures = ("-", "-", "-", "-")
    if theirs is not None:
        figures = (
            f"{theirs.seconds:.4f}", f"{theirs.whole:.3f}",
            f"{theirs.seconds / mine.seconds:.2f}", f"{theirs.whole / mine.whole:.2f}",
        )  # fmt: skip
    likely = "-" if mine.probability is None else f"{mine.probability:.6g}"
    return (name, count, likely, f"{mine.seconds:.4f}", f"{mine.whole:.3f}", *figures, equal(mine, theirs))


def geometric(ratios: list[float]) -> str:
    """The geometric mean, with the least and how many there are."""
    if not ratios:
        return "none"
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    return f"{mean:.2f} over {len(ratios)}, the least {min(ratios):.2f}"


HEAD = ("model", "minimal cut sets", "top probability", "ours s", "with reading s", "SCRAM s", "whole s", "ratio", "whole ratio", "equal")  # fmt: skip
TEXT = """{machine}; ours warm, median of {rounds}; SCRAM 0.16.2 stopped after {seconds:.0f} s. *SCRAM s* is what it reports \
for products and probability, *whole* its process from the start to the counts of its report, which it makes by going through \
all products; *with reading* is ours from the file to the figures. A ratio above 1 means that blastradius is faster. *equal*: \
the same number of sets by order and the same probability.

{table}

Geometric mean of SCRAM/ours: {kernel}. Of whole runs: {whole}."""


def main() -> None:
    """Measure, print a table and put it on the page of results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", default="", help="Aralia models by name, with commas; all where unset")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long SCRAM may take")
    options = parser.parse_args()
    folder = Path(os.environ.get("BLASTRADIUS_CORPUS") or ROOT.parent / "shared" / "corpus") / "inputs" / "aralia"
    rows, kernel, whole = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        wanted = set(filter(None, options.models.split(",")))
        models = [(path.stem, path, None) for path in sorted(folder.glob("*.xml")) if not wanted or path.stem in wanted]
        for ports in PORTS if not wanted else ():
            path = Path(scratch, f"fat-tree-{ports}.xml")
            path.write_text(as_open_psa(fat_tree(ports), CHANCE), encoding="utf-8")
            models.append((f"fat tree, k = {ports}", path, 5 * 2 ** (ports // 2)))
        for name, path, expected in models:
            try:
                mine = ours(path)
            except InputError as error:
                print(f"{name}: {error}", flush=True)
                continue
            theirs = scram(path, options.seconds) if there() else None
            rows.append(row(name, mine, theirs, expected))
            if theirs is not None:
                kernel.append(theirs.seconds / mine.seconds)
                whole.append(theirs.whole / mine.whole)
            print(" | ".join(rows[-1]), flush=True)
    told = {"kernel": geometric(kernel), "whole": geometric(whole), "seconds": options.seconds}
    text = TEXT.format(machine=machine(), rounds=ROUNDS, table=table(HEAD, rows), **told)
    print(text)
    record("Cut sets", text)


if __name__ == "__main__":
    main()
