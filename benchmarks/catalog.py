"""What the catalog costs: an estate of 100,000 AWS components assembled with and without it, in one run.

The target: under 3 times the time without. Runs alternate; medians are compared. Also how long its files take to read,
each in a fresh process, and how many records come out of them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from unittest import mock

from _measuring import machine, record, table

from blastradius.assemble import assemble
from blastradius.model import Component, Coverage, DependencyFact, Evidence, Fact, Inventory, Reference

SIZES = (10_000, 100_000)
ROUNDS = 5
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2")
#: What an estate is made of, by kind and service.
MIX = (
    ("service", "ec2"), ("function", "lambda"), ("database", "dynamodb"), ("queue", "sqs"), ("bucket", "s3"),
    ("database", "rds"), ("service", "ecs"), ("load-balancer", "elb"), ("cache", "elasticache"), ("topic", "sns"),
)  # fmt: skip
HEAD = ("components", "without s", "with s", "ratio", "components added", "dependencies added")
_READ = """
import time
from blastradius.documents import load_yaml
from blastradius.catalog import services
start = time.perf_counter()
{what}
print(time.perf_counter() - start)
"""


def estate(count: int) -> list[Fact]:
    """Components of ten services in four regions of one account, each with a need of an earlier one."""
    facts: list[Fact] = []
    ids: list[str] = []
    for number in range(count):
        kind, service = MIX[number % len(MIX)]
        region = REGIONS[number // len(MIX) % len(REGIONS)]
        id = f"arn:aws:{service}:{region}:111122223333:thing/{number}"
        seen = (Evidence(scanner="aws", locator=f"{service}:Describe {number}", basis="observed"),)
        place = {"provider": "aws", "region": region, "account": "111122223333"}
        more = {**place, "kind": kind, "service": service, "identities": (id,), "evidence": seen}
        facts.append(Component.model_validate({"id": id, "name": f"thing-{number}", **more}))
        if ids:
            need = Reference(texts=(ids[number // 2],), role="resource")
            facts.append(DependencyFact(dependent=id, reference=need, via="env", evidence=seen))
        ids.append(id)
    return facts


def _assembled(facts: list[Fact]) -> Inventory:
    return assemble(facts, Coverage(), ["estate"])


def _without(facts: list[Fact]) -> Inventory:
    """Assembled as if the catalog knew nothing of what anything needs."""

    def nothing(components: object, dependencies: object, redundancies: object, *_: object) -> tuple[object, ...]:
        return [], dependencies, redundancies

    with mock.patch.object(sys.modules["blastradius.assemble.finish"], "expansion", nothing):
        return _assembled(facts)


def timed(work: Callable[[], Inventory]) -> tuple[float, Inventory]:
    """Seconds that some work takes, and what it gave."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def reading(what: str) -> float:
    """Milliseconds that reading takes in a fresh process; the YAML parser is imported before."""
    times = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", _READ.format(what=what)], check=True, capture_output=True, text=True
        )
        times.append(float(done.stdout))
    return statistics.median(times) * 1000


TEXT = """{machine}; median of {rounds} rounds that alternate. Components of ten AWS services in four regions, each with a \
need; *without* is the same assembly with expansion left out. The target is a ratio below 3.

{table}

Read once in a process, and only where there is something to say: what AWS services need {services:.0f} ms, vendors {vendors:.0f} ms."""


def main() -> None:
    """Measure, print a table and put it on the page of results."""
    rows = []
    for size in SIZES:
        facts = estate(size)
        _assembled(facts[:1000])
        alone, expanded = [], []
        for _ in range(ROUNDS):
            seconds, plain = timed(lambda facts=facts: _without(facts))  # type: ignore[misc]
            alone.append(seconds)
            seconds, whole = timed(lambda facts=facts: _assembled(facts))  # type: ignore[misc]
            expanded.append(seconds)
        before, after = statistics.median(alone), statistics.median(expanded)
        added = len(whole.components) - len(plain.components), len(whole.dependencies) - len(plain.dependencies)
        figures = (f"{before:.2f}", f"{after:.2f}", f"{after / before:.2f}", f"{added[0]:,}", f"{added[1]:,}")
        rows.append((f"{size:,}", *figures))
    shown = table(HEAD, rows)
    services = reading("services.services_of('aws'); services.dependencies_of('aws')")
    vendors = reading("services.vendors()")
    print(shown, f"{services:.0f} ms, {vendors:.0f} ms")
    text = TEXT.format(machine=machine(), rounds=ROUNDS, table=shown, services=services, vendors=vendors)
    record("Catalog", text)


if __name__ == "__main__":
    main()
