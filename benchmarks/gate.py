"""What a gate takes: two inventories beside the argument parser's import, two scans beside one.

The targets: two inventories of 1,000 components within 6 times `python -c "import typer"`; two fresh scans of a
repository of 500 files, one of them out of Git, within 2.2 times one scan. Runs alternate; medians are compared. One
line is changed in each, and a run counts only where the gate finds it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from _measuring import RunError, machine, record, run, table
from _terraform import write
from startup import COMPONENTS, inventory

ROUNDS = 7
FILES = 500
TOOL = [sys.executable, "-m", "blastradius"]


def environment() -> dict[str, str]:
    """That of a user: compiled modules are kept, nothing is coloured."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_COLOR": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def two_inventories(folder: Path) -> list[str]:
    """A gate over two inventories, of which the second has one new need."""
    system = inventory(COMPONENTS)
    (folder / "base.json").write_text(json.dumps(system), encoding="utf-8")
    dependencies = system["dependencies"]
    assert isinstance(dependencies, list)
    seen = [{"scanner": "kubernetes", "locator": "deploy/new.yaml:7", "basis": "declared"}]
    needed = {
        "id": "queue-of-one-region",
        "kind": "queue",
        "name": "queue",
        "region": "eu-central-1",
        "provider": "aws",
    }
    components = system["components"]
    assert isinstance(components, list)
    region = {"id": "aws:region/eu-central-1", "kind": "region", "name": "eu-central-1", "provider": "aws"}
    system["components"] = sorted([*components, needed, region], key=lambda one: str(one["id"]))
    dependencies += [
        {"dependent": f"service-{COMPONENTS - 15:04}", "dependency": needed["id"], "evidence": seen},
        {"dependent": needed["id"], "dependency": region["id"], "evidence": seen},
    ]
    (folder / "head.json").write_text(json.dumps(system), encoding="utf-8")
    return [*TOOL, "gate", "--base", str(folder / "base.json"), "--head", str(folder / "head.json"), "--soft-fail"]


def two_scans(folder: Path) -> tuple[list[str], list[str]]:
    """One scan of a repository, and a gate over it against what it has committed."""
    top = folder / "repository"
    assert write(top, FILES // 25) == FILES
    (top / "blastradius.yaml").write_text('journeys:\n  events: {entries: ["queue:*"], tier: 1}\n', encoding="utf-8")
    author = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.example"}
    author |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.example"}
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "base"]):
        subprocess.run(["git", *words], cwd=top, check=True, env={**environment(), **author})
    first = next(path for path in sorted(top.rglob("*.tf")) if "redrive_policy" in path.read_text(encoding="utf-8"))
    resource = 'resource "aws_sqs_queue" "seeded" {\n  name   = "seeded"\n  region = "ap-south-1"\n}\n'
    first.write_text(first.read_text(encoding="utf-8") + resource, encoding="utf-8")
    scan = [*TOOL, "scan", str(top), "-o", str(folder / "scanned.json")]
    return scan, [*TOOL, "gate", "--base", "HEAD", "--head", str(top), "--soft-fail"]


def medians(commands: dict[str, list[str]], found: Callable[[str, str], bool]) -> dict[str, float]:
    """The median time of some commands that take turns.

    Raises:
        RunError: when one did not do its work.
    """
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            done = run(command, environment())
            if not found(name, done.output):
                raise RunError(f"{name}: did not find what was changed: {done.output[-200:]}")
            times[name].append(done.seconds)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


HEAD = ("what", "seconds", "beside", "seconds of that", "ratio", "target")
TEXT = """{machine}; median of {rounds} rounds that alternate. One line is changed between base and head, and each run finds it.

{table}"""


def main() -> None:
    """Measure, print a table and put it on the page of results."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parser = [sys.executable, "-c", "import typer"]
        caught: Callable[[str, str], bool] = lambda name, said: name != "gate" or "BR001" in said  # noqa: E731
        small = medians({"parser": parser, "gate": two_inventories(folder)}, caught)
        scan, gate = two_scans(folder)
        large = medians({"scan": scan, "gate": gate}, caught)
    rows = [
        (f"two inventories of {COMPONENTS:,} components", f"{small['gate']:.2f}", "`import typer`",
         f"{small['parser']:.2f}", f"{small['gate'] / small['parser']:.1f}", "6"),
        (f"two scans of {FILES} files, one out of Git", f"{large['gate']:.2f}", "one scan",
         f"{large['scan']:.2f}", f"{large['gate'] / large['scan']:.2f}", "2.2"),
    ]  # fmt: skip
    shown = table(HEAD, rows)
    print(shown)
    record("Gate", TEXT.format(machine=machine(), rounds=ROUNDS, table=shown))


if __name__ == "__main__":
    main()
