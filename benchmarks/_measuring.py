"""What benchmarks share: a process's time and peak memory, tables, and the page of results."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
HEAD = "# Results\n\nWritten by `python3 dev.py bench`; only ratios within one table hold elsewhere.\n"


class RunError(Exception):
    """A measured process did not do its work: one line that says which and why."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end.

    Attributes:
        seconds: wall-clock time.
        cpu: processor time of all its threads.
        peak: largest resident memory of it or of a child of it, in MiB.
        output: what it wrote on standard output.
    """

    seconds: float
    cpu: float
    peak: float
    output: str


def run(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a process, its output going into a file so that nobody waits for a reader.

    Raises:
        RunError: when it ends with anything but 0.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        # Usage of this child alone; RUSAGE_CHILDREN would be the largest of all runs so far.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if child.returncode:
            said = errors.read().decode(errors="replace").strip().splitlines() or ["nothing was said"]
            raise RunError(f"{Path(command[0]).name} ended with {child.returncode}: {said[-1]}")
        # Linux counts kibibytes, macOS bytes.
        unit = 2**20 if sys.platform == "darwin" else 2**10
        cpu = usage.ru_utime + usage.ru_stime
        return Run(seconds, cpu, usage.ru_maxrss / unit, output.read().decode(errors="replace"))


def machine() -> str:
    """The machine in few words."""
    return f"{os.cpu_count()} cores, Python {sys.version_info[0]}.{sys.version_info[1]}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns: the first to the left, figures to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        aligned = [cells[0].ljust(widths[0])]
        aligned += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        return "| " + " | ".join(aligned) + " |\n"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return line(head) + line(rule) + "".join(line(row) for row in rows)


def record(title: str, text: str) -> None:
    """Put a section into the page of results, in place of the one with that title."""
    page = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else HEAD
    section = f"## {title}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if not pattern.search(page):
        page = f"{page.rstrip()}\n\n## {title}\n"
    page = pattern.sub(lambda _: section + "\n", page)
    RESULTS.write_text(page.rstrip("\n") + "\n", encoding="utf-8")
