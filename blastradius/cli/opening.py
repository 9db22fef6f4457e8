"""What several commands do first and last: open an inventory, ask for completeness, repeat a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blastradius.cli.output import done, progress

if TYPE_CHECKING:
    from blastradius.model import BlastRadius, Coverage, Gap, JourneyResult
    from blastradius.pipeline import Opened

INCOMPLETE = 4


def opened(inventory: str, overlay: str | None) -> Opened:
    """Open an inventory file or a folder with its overlay, showing progress to who watches.

    Raises:
        InputError: when something is missing or broken.
        UsageError: when the overlay is wrong.
    """
    from blastradius.pipeline import open_all

    try:
        return open_all(inventory, overlay, progress())
    finally:
        done()


def completeness(asked: bool, gaps: Sequence[Gap], coverage: Coverage) -> int:
    """4 where completeness was asked for and something was not seen, else 0."""
    if not asked:
        return 0
    failed = any(scanner.failed for scanner in coverage.scanners) or any(c.status != "ok" for c in coverage.calls)
    return INCOMPLETE if gaps or failed else 0


def asked_again(
    remove: Sequence[str], degrade: Sequence[str], duration: str | None, horizon: str | None, scenario: str | None
) -> list[str]:
    """The options of a question as words of a command, to ask it of something else."""
    words = [word for text in remove for word in ("--remove", text)]
    words += [word for text in degrade for word in ("--degrade", text)]
    for option, value in (("--for", duration), ("--horizon", horizon), ("--scenario", scenario)):
        words += [option, value] if value is not None else []
    return words


def worst_journey(result: BlastRadius) -> JourneyResult | None:
    """The journey that somebody will ask about first, if there is any: the worst verdict, then the first tier."""
    order = ("breaks", "unknown", "degrades", "survives")
    return min(result.journeys, key=lambda journey: order.index(journey.verdict), default=None)
