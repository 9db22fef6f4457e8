"""Workers of a Dask cluster in place of the threads of this process: they are sent things once, then tasks over them.

A task asks for nothing but what it is sent, so the answers, told in the order of the tasks, are those of one process
whoever gives them; a task whose worker is lost is done again by another. Needs the extra `distributed`.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from blastradius.errors import InputError, UsageError
from blastradius.released import VERSION

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10
"""Seconds until a scheduler or the first of its workers is given up."""
_PAUSE = 0.25
"""Seconds until what did not reach a worker is sent again; twice as long each time."""
_RETRIES = 3
_PORTS = 65535
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):([0-9]{1,5})")

T = TypeVar("T")
Task = Callable[[Any], Any]
"""What is done with what workers hold, such as `methodcaller("walk", losses)`."""


class Held:
    """What a worker makes of what it is sent: once, for all tasks over it; it never leaves the worker.

    Args:
        make: makes it.
        made_of: the arguments of that, which are what is sent.
    """

    def __init__(self, make: Callable[..., Any], *made_of: Any) -> None:
        self._make, self._of = make, made_of
        self._lock, self._made = Lock(), list[Any]()

    def __reduce__(self) -> tuple[type[Held], tuple[Any, ...]]:
        return Held, (self._make, *self._of)

    def made(self) -> Any:
        """It; whichever thread of a worker comes first makes it."""
        with self._lock:
            if not self._made:
                self._made.append(self._make(*self._of))
        return self._made[0]


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The workers of a scheduler.

    Args:
        address: of the scheduler, such as `tcp://127.0.0.1:8786`.

    Raises:
        UsageError: when Dask is not installed, or the address is none.
        InputError: when the scheduler or its workers cannot be reached, or are another version.
    """
    if find_spec("distributed") is None:
        raise UsageError("--scheduler: Dask is not installed: install blastradius[distributed]")
    asked = _ADDRESS.fullmatch(address)
    if asked is None or int(asked[3]) > _PORTS:
        raise UsageError(f"--scheduler: {address!r} is no address: write tcp://HOST:PORT")
    from distributed import Client

    # what matters of what it logs is raised
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError):
        raise InputError(
            f"{address}: no scheduler answers there: start one with `dask scheduler`, and its workers"
        ) from None
    except TypeError:  # what Dask says where its settings hold no certificates
        raise InputError(f"{address}: Dask knows no certificates: set `distributed.comm.tls` of its settings") from None
    try:
        _check(client, address)
        yield Cluster(client, address)
    finally:
        client.close(timeout=PATIENCE)


def _check(client: Client, address: str) -> None:
    """See that there are workers, and that they are the same program."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise InputError(f"{address}: has no worker: start one with `dask worker {address}`") from None
    try:
        versions = set(_patiently(address, lambda: client.run(_version)).values())
    except (ImportError, AttributeError):
        raise InputError(f"{address}: a worker has no blastradius {VERSION}: install it there") from None
    if versions != {VERSION}:
        others = ", ".join(sorted(versions - {VERSION}))
        raise InputError(f"{address}: a worker has blastradius {others}, this is {VERSION}: install the same")


def _version() -> str:
    return VERSION


def _patiently(address: str, call: Callable[[], T]) -> T:
    """What reaches every worker: where one just went down the scheduler soon knows, and others may come in its place."""
    for tried in range(_RETRIES):
        try:
            return call()
        except OSError:
            time.sleep(_PAUSE * 2**tried)
    try:
        return call()
    except OSError as lost:
        raise _lost(address, lost) from None


def _lost(address: str, lost: Exception) -> InputError:
    return InputError(
        f"{address}: the scheduler or its workers were lost again and again ({type(lost).__name__}): look at what they say"
    )


def _done(held: Any, task: Task) -> Any:
    """What a worker does."""
    return task(held.made() if isinstance(held, Held) else held)


class Cluster:
    """Workers.

    Args:
        client: connected to their scheduler.
        address: of the scheduler, for complaints.
    """

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address
        self._sent: dict[int, tuple[Any, Any]] = {}
        self.threads: int = max(1, sum(client.nthreads().values()))
        """Of all workers together."""

    def holds(self, thing: object) -> bool:
        """Whether workers were sent something."""
        return id(thing) in self._sent

    def answers(self, thing: object, tasks: Sequence[Task]) -> Iterator[Any]:
        """What becomes of tasks, in their order.

        Args:
            thing: what they are about, sent to every worker the first time: anything that can be pickled; of a `Held` what
                is made of it there.
            tasks: what is done with it.

        Raises:
            InputError: when workers are lost again and again.
        """
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        if not self.holds(thing):
            self._send(thing)
        done, tries = 0, 0
        while done < len(tasks):
            sent = self._sent[id(thing)][1]
            futures = [self._client.submit(_done, sent, task, pure=False) for task in tasks[done:]]
            futures.reverse()
            try:
                while futures:
                    told = futures[-1].result()
                    futures.pop()
                    yield told
                    done += 1
            except FutureCancelledError as lost:
                # every worker that held it is gone: others may have come in their place
                tries += 1
                if tries > _RETRIES:
                    raise _lost(self._address, lost) from None
                self._send(thing)
            except (KilledWorker, OSError) as lost:
                raise _lost(self._address, lost) from None

    def _send(self, thing: object) -> None:
        # what is sent is kept, so that no other thing gets its id
        self._sent[id(thing)] = thing, _patiently(self._address, lambda: self._scattered(thing))

    def _scattered(self, thing: object) -> Any:
        if self._client.status != "running":
            raise ConnectionError
        return self._client.scatter(thing, broadcast=True, hash=False)
