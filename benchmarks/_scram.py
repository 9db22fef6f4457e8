"""Runs SCRAM (Debian package `scram`) on an Open-PSA model and reads the head of its report.

The report lists every product, which for billions of them is never done; the counts stand before the list, so SCRAM is
stopped there. The time is the one that it reports for products and probability, without reading and writing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

MOST_ORDER = 1_000
_SUM = re.compile(rb'<sum-of-products name="([^"]*)"[^>]*?products="(\d+)"[^>]*?>')
_CHANCE = re.compile(rb'probability="([^"]+)"')
_ORDERS = re.compile(rb'distribution="([^"]+)"')
_PARTS = re.compile(rb"<(products|probability)>([^<]+)</")


@dataclass(frozen=True)
class Scram:
    """What SCRAM says.

    Attributes:
        seconds: its own figure for products and probability; whole: of the process up to the counts.
        orders: count of minimal cut sets by order.
        probability: of the top.
    """

    seconds: float
    whole: float
    orders: dict[int, int]
    probability: float


def there() -> bool:
    """Whether SCRAM is installed."""
    return shutil.which("scram") is not None


def scram(model: Path, seconds: float = 60.0) -> Scram | None:
    """Minimal cut sets and exact probability by decision diagrams; none where it does not end in time."""
    command = ["scram", "--bdd", "--probability", "true", "-l", str(MOST_ORDER), "--no-indent", str(model)]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder)
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            head = b""
            assert process.stdout is not None
            while (part := process.stdout.read1(1 << 16)) and len(head) < 1 << 20:
                head += part
                if (found := _SUM.search(head)) is not None:
                    return _read(head, found[0], time.perf_counter() - start)
            return None
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            process.stdout.close()


def _read(head: bytes, line: bytes, whole: float) -> Scram:
    chance, orders = _CHANCE.search(line), _ORDERS.search(line)
    assert chance is not None
    assert orders is not None
    counts = {order: int(count) for order, count in enumerate(orders[1].split(), 1) if int(count)}
    seconds = sum(float(value) for _, value in _PARTS.findall(head))
    return Scram(seconds, whole, counts, float(chance[1]))
