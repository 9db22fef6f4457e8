"""Judging losses on the workers of a Dask cluster: the system goes to each once, then batches of losses as tasks.

What becomes of one loss hangs on no other, so the answers put together in order are those of one process; a batch whose
worker is lost is done again by another. Needs the extra `distributed`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from blastradius.analysis.sweep.counting import Counted, Loss
from blastradius.analysis.sweep.judging import Judge, Judged
from blastradius.errors import InputError, UsageError
from blastradius.graph import DependencyGraph
from blastradius.released import VERSION

if TYPE_CHECKING:
    from distributed import Client

BATCH = 512
"""Losses of a task at least: as many as one pass evaluates."""
PATIENCE = 10
"""Seconds until a scheduler or the first of its workers is given up."""
_SHARES = 4
"""Tasks for each worker, so that none waits long for the last."""
_RETRIES = 3

_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}")

_prepared: list[tuple[DependencyGraph, int, Judge]] = []
"""What this process, as a worker, judged last: a system arrives once and is compiled once."""


@contextmanager
def spread(address: str, graph: DependencyGraph, losses: int, tell: Callable[[str], None] | None) -> Iterator[Judge]:
    """A judge whose losses are judged by workers.

    Args:
        address: of the scheduler.
        graph: the system.
        losses: about how many there will be.
        tell: called with a line of text now and then.

    Raises:
        UsageError: when Dask is not installed, or the address is none.
        InputError: when the scheduler or its workers cannot be reached, or are lost for good.
    """
    if find_spec("distributed") is None:
        raise UsageError("--scheduler: Dask is not installed: install blastradius[distributed]")
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"--scheduler: {address!r} is no address: write tcp://HOST:PORT")
    from distributed import Client
    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is raised
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError):
        raise InputError(
            f"{address}: no scheduler answers there: start one with `dask scheduler`, and its workers"
        ) from None
    try:
        _check(client, address)
        yield _Spread(client, graph, losses, tell)
    except (KilledWorker, FutureCancelledError, OSError) as lost:
        raise InputError(
            f"{address}: workers were lost again and again ({type(lost).__name__}): look at theirs"
        ) from None
    finally:
        client.close(timeout=PATIENCE)


def _check(client: Client, address: str) -> None:
    """See that there are workers, and that they are the same program."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise InputError(f"{address}: has no worker: start one with `dask worker {address}`") from None
    try:
        versions = set(client.run(_version).values())
    except ImportError:
        raise InputError(f"{address}: a worker has no blastradius: install {VERSION} there") from None
    if versions != {VERSION}:
        others = ", ".join(sorted(versions - {VERSION}))
        raise InputError(f"{address}: a worker has blastradius {others}, this is {VERSION}: install the same")


def _version() -> str:
    return VERSION


class _Spread(Judge):
    """Judges by tasks; what two losses do beyond each alone is looked for here."""

    def __init__(self, client: Client, graph: DependencyGraph, losses: int, tell: Callable[[str], None] | None) -> None:
        super().__init__(graph, losses, tell)
        self._client, self._losses = client, losses
        self._sent: Any = client.scatter(graph, broadcast=True, hash=False)

    def judge(self, losses: Sequence[Loss], *, keep: bool = False) -> Judged:
        """As `Judge` has it."""
        workers = max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))
        size = max(BATCH, -(-len(losses) // (workers * _SHARES * BATCH)) * BATCH)
        batches = [losses[first : first + size] for first in range(0, len(losses), size)]
        futures = [
            self._client.submit(_judged, self._sent, self._losses, batch, keep, pure=False, retries=_RETRIES)
            for batch in batches
        ]
        judged = Judged(Counted([], [], [], [], []), [], {})
        for done, future in enumerate(futures):
            _add(judged, future.result())
            if self.tell:
                self.tell(f"{len(judged.ends):,} of {len(losses):,} losses, {done + 1} of {len(futures)} batches")
        return judged


def _judged(graph: DependencyGraph, losses: int, batch: Sequence[Loss], keep: bool) -> Judged:
    """What a worker does with a batch."""
    judge = next((judge for known, asked, judge in _prepared if known is graph and asked == losses), None)
    if judge is None:
        judge = Judge(graph, losses)
        _prepared[:] = [(graph, losses, judge)]
    return judge.judge(batch, keep=keep)


def _add(judged: Judged, more: Judged) -> None:
    """Put the answers of a batch behind those of the batches before it."""
    first = len(judged.ends)
    judged.walked.update((first + place, walked) for place, walked in more.walked.items())
    judged.ends.extend(more.ends)
    for name in ("down", "degraded", "exposed", "alarm", "ends"):
        row: list[Any] = getattr(judged.counted, name)
        row.extend(getattr(more.counted, name))
