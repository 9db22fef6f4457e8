"""How hard an account is asked: threads, requests a second, patience."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a scan.

    Attributes:
        threads: requests at a time.
        rate: requests a second to one account, over all its services.
        attempts: of one request, the first included; the SDK slows down by itself where it is throttled.
        connect: seconds to wait for a connection.
        read: seconds to wait for an answer.
        unreachable: requests in a row that get no connection, after which a region is asked no more.
        pages: of one operation at most.
    """

    threads: int = 16
    rate: float = 150.0
    attempts: int = 8
    connect: float = 5.0
    read: float = 60.0
    unreachable: int = 3
    pages: int = 20_000


class Budget:
    """Lets so many requests a second through, evenly; a second's worth may come at once after a pause.

    Args:
        rate: requests a second.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._left = rate
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait until one more request may go."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._rate, self._left + (now - self._at) * self._rate) - 1
            self._at = now
            pause = -self._left / self._rate
        if pause > 0:
            time.sleep(pause)
