"""How long a run takes to start, side by side: the argument parser alone, the help, an answer.

The targets: `--help` within 2 times `import typer`, `simulate` on 1,000 components within 4 times.
Runs alternate, so that what else the machine does hits all of them alike; medians are compared.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
COMPONENTS = 1000


def inventory(count: int) -> dict[str, object]:
    """A layered system: services that each need two of the layer below, placed in one of two regions."""
    regions = ["us-east-1", "eu-west-1"]
    components = [{"id": f"aws:region/{name}", "kind": "region", "name": name, "provider": "aws"} for name in regions]
    dependencies = []
    for number in range(count - len(regions)):
        name = f"service-{number:04}"
        seen = [{"scanner": "kubernetes", "locator": f"deploy/{name}.yaml:{number % 90 + 10}", "basis": "declared"}]
        region = regions[number % 2]
        components.append({"id": name, "kind": "service", "name": name, "region": region, "evidence": seen})
        needs = [
            f"aws:region/{region}",
            *(f"service-{need:04}" for need in (number // 2, number // 3) if need < number),
        ]
        for need in dict.fromkeys(needs):
            dependencies.append({"dependent": name, "dependency": need, "evidence": seen})
    journeys = [
        {"id": f"journey:{number}", "name": f"{number}", "tier": 1, "entries": [{"component": f"service-{number:04}"}]}
        for number in range(count - 20, count - 10)
    ]
    return {
        "schema_version": 1,
        "meta": {"assembled": True},
        "components": sorted(components, key=lambda record: str(record["id"])),
        "dependencies": dependencies,
        "journeys": journeys,
    }


def seconds(command: list[str]) -> float:
    """How long a process takes from start to end."""
    # A user's interpreter keeps compiled modules; one that may not would measure its own compiler.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**kept, "NO_COLOR": "1"})
    return time.perf_counter() - start


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "inventory.json")
        path.write_text(json.dumps(inventory(COMPONENTS)), encoding="utf-8")
        tool = [sys.executable, "-m", "blastradius"]
        rows = {
            "python -c 'import typer'": [sys.executable, "-c", "import typer"],
            "blastradius --help": [*tool, "--help"],
            f"blastradius simulate, {COMPONENTS:,} components": [
                *tool, "simulate", str(path), "--remove", "region:us-east-1", "--for", "3h",
            ],
        }  # fmt: skip
        times: dict[str, list[float]] = {name: [] for name in rows}
        for _ in range(ROUNDS):
            for name, command in rows.items():
                times[name].append(seconds(command))
    medians = {name: statistics.median(found) for name, found in times.items()}
    base = next(iter(medians.values()))
    print(f"process start, median of {ROUNDS}, Python {sys.version.split()[0]}")
    for name, found in medians.items():
        print(f"  {name:<44} {found * 1000:7.0f} ms  {found / base:5.1f} x")


if __name__ == "__main__":
    main()
