"""What several commands do first and last: open an inventory, ask for completeness, repeat a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blastradius.cli import options
from blastradius.cli.output import done, progress
from blastradius.errors import UsageError

if TYPE_CHECKING:
    from blastradius.graph import DependencyGraph
    from blastradius.model import BlastRadius, Coverage, Gap, JourneyResult, Scenario
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


def check_judgeable(graph: DependencyGraph) -> None:
    """Refuse a check that has nothing to check: it must not look like one that passed.

    Raises:
        UsageError: when the system has no journey.
    """
    if not graph.journeys:
        raise UsageError(
            "--fail-on: there is no journey to judge: declare one in blastradius.yaml beside the inventory"
        )


@dataclass(frozen=True)
class Loss:
    """What a command is asked to lose.

    Attributes:
        remove: selectors of what is down.
        degrade: selectors of what is degraded.
        duration: seconds; none for ever.
        horizon: seconds to look.
        scenario: a file that says all of this instead.
        words: the same as words of a command, to ask it of something else.
    """

    remove: tuple[str, ...]
    degrade: tuple[str, ...]
    duration: int | None
    horizon: int | None
    scenario: str | None
    words: tuple[str, ...]

    def question(self) -> tuple[Scenario, bool] | None:
        """The scenario, and whether its selectors were typed just now; nothing where nothing is lost.

        Raises:
            UsageError: when it is asked for in two ways.
        """
        from blastradius import pipeline

        if not self.words:
            return None
        return pipeline.question(self.remove, self.degrade, self.duration, self.horizon, self.scenario)


def loss(
    remove: list[str] | None,
    degrade: list[str] | None,
    duration: str | None,
    horizon: str | None,
    scenario: str | None,
) -> Loss:
    """What the options of a command ask to lose.

    Args:
        remove: what was given as `--remove`.
        degrade: what was given as `--degrade`.
        duration: what was given as `--for`, such as `3h`.
        horizon: what was given as `--horizon`, such as `3h`.
        scenario: what was given as `--scenario`.

    Raises:
        UsageError: when one is malformed.
    """
    gone, hurt = options.texts(remove, "--remove"), options.texts(degrade, "--degrade")
    length, look = options.seconds(duration, "--for"), options.seconds(horizon, "--horizon")
    words = [word for text in gone for word in ("--remove", text)]
    words += [word for text in hurt for word in ("--degrade", text)]
    for option, value in (("--for", duration), ("--horizon", horizon), ("--scenario", scenario)):
        words += [option, value] if value is not None else []
    return Loss(gone, hurt, length, look, scenario, tuple(words))


def worst_journey(result: BlastRadius) -> JourneyResult | None:
    """The journey that somebody will ask about first, if there is any: the worst verdict, then the first tier."""
    order = ("breaks", "unknown", "degrades", "survives")
    return min(result.journeys, key=lambda journey: order.index(journey.verdict), default=None)
