"""Concentration beside a run of `simulate` for each provider on the same system, in one process.

`simulate` proves and times everything; that it is the only other way to the same answer is what it is compared for.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable

from _measuring import machine, record, table
from _systems import SMALL, layered

from blastradius.analysis.concentration import Concentration, concentration
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Inventory, Kind
from blastradius.simulate import scenario, simulate

SIZES = (1_000, 3_000, 10_000)
REGIONS, PLATFORMS, VENDORS = 20, 200, 100
SAMPLE = 6
ROUNDS = 3


def estate(count: int) -> Inventory:
    """Layers of services, each in a region by a platform service, one in twenty with a vendor that has needs of its own."""
    chance = random.Random(count)
    base = layered(count, SMALL)

    def made(kind: Kind, many: int) -> list[str]:
        return [f"{kind}:{number:03}" for number in range(many)]

    regions, platforms, vendors = made("region", REGIONS), made("platform", PLATFORMS), made("vendor", VENDORS)
    ends = {(one, regions[place % REGIONS]) for place, one in enumerate(platforms)}
    ends |= {(one, chance.choice(platforms)) for one in vendors if chance.random() < 0.5}
    for one in base.components:
        ends.add((one.id, chance.choice(platforms)))
        if chance.random() < 0.05:
            ends.add((one.id, chance.choice(vendors)))
    needs = tuple(Dependency(dependent=dependent, dependency=dependency) for dependent, dependency in sorted(ends))
    parties = tuple(
        Component(id=id, kind=kind, name=id, provider="own", region="here")
        for kind, ids in (("region", regions), ("platform", platforms), ("vendor", vendors))
        for id in ids
    )
    update = {"components": (*base.components, *parties), "dependencies": (*base.dependencies, *needs)}
    return base.model_copy(update=update)


def seconds(work: Callable[[], object]) -> float:
    """Processor time that some work takes."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def by_simulate(graph: DependencyGraph, id: str) -> set[str]:
    """The journeys that one loss breaks."""
    return {one.id for one in simulate(graph, scenario((f"id:{id}",))).journeys if one.verdict == "breaks"}


def equal(graph: DependencyGraph, told: Concentration, sample: list[str]) -> bool:
    """Whether both name the same journeys of each provider of a sample."""
    found = {one.id: {critical.journey for critical in one.critical} for one in told.providers}
    return all(found[id] == by_simulate(graph, id) for id in sample)


HEAD = ("components", "providers", "concentration s", "ms a provider", "simulate ms a provider", "ratio", "equal")
TEXT = """{machine}; processor time, median of {rounds} rounds. All of `concentration` (use, critical journeys directly and \
through others, a proof for each) beside `simulate` for one provider at a time, of which {sample} are tried; a ratio above 1 \
means that asking for all at once is faster. *equal*: the same journeys of each that was tried.

{table}"""


def main() -> None:
    """Measure, print a table and put it on the page of results."""
    rows = []
    for count in SIZES:
        graph = DependencyGraph(estate(count))
        told = concentration(graph)  # also warms up what is compiled
        ids = [one.id for one in told.providers]
        sample = random.Random(1).sample(ids, SAMPLE)
        same = "yes" if equal(graph, told, sample) else "NO"
        rounds = ROUNDS if count < SIZES[-1] else 1
        ours = statistics.median(seconds(lambda graph=graph: concentration(graph)) for _ in range(rounds))
        peer = statistics.median(
            seconds(lambda graph=graph, sample=sample: [by_simulate(graph, id) for id in sample]) for _ in range(rounds)
        )
        each, theirs = ours / len(ids) * 1e3, peer / SAMPLE * 1e3
        figures = (f"{ours:.2f}", f"{each:.1f}", f"{theirs:.1f}", f"{theirs / each:.1f}")
        rows.append((f"{len(graph.components):,}", f"{len(ids)}", *figures, same))
        print(f"{count:,} components: {ours:.2f} s, ratio {theirs / each:.1f}", flush=True)
    shown = table(HEAD, rows)
    print(shown)
    record("Concentration", TEXT.format(machine=machine(), rounds=ROUNDS, sample=SAMPLE, table=shown))


if __name__ == "__main__":
    main()
