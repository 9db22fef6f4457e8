"""Arguments and options that several commands share, and how their texts are read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

import typer

from blastradius.durations import parse_duration
from blastradius.errors import UsageError

Inventory = Annotated[
    str, typer.Argument(metavar="INVENTORY", help="An inventory file, or a folder that is scanned on the fly.")
]
Overlay = Annotated[
    str | None,
    typer.Option("--overlay", metavar="FILE", help="Your blastradius.yaml, where it does not stand beside INVENTORY."),
]
Remove = Annotated[
    list[str] | None,
    typer.Option("--remove", metavar="SEL", help="What goes away: region:us-east-1, vendor:stripe; repeatable."),
]
Degrade = Annotated[
    list[str] | None, typer.Option("--degrade", metavar="SEL", help="What is degraded, not gone; repeatable.")
]
For = Annotated[
    str | None, typer.Option("--for", metavar="DURATION", help="How long: 90s, 15m, 3h, 2d. For ever where unset.")
]
Horizon = Annotated[
    str | None, typer.Option("--horizon", metavar="DURATION", help="How long to look. As long as --for where unset.")
]
ScenarioFile = Annotated[
    str | None, typer.Option("--scenario", metavar="FILE", help="A scenario file, in place of --remove and --degrade.")
]
Today = Annotated[
    str | None,
    typer.Option("--today", metavar="DATE", help="Day by which rehearsals are old, such as 2026-01-31. Today."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help="text, json, markdown or csv. By the suffix of -o, or text."),
]
Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to the terminal.")
]
Catalog = Annotated[
    str | None,
    typer.Option(
        "--catalog", metavar="DIR", help="A folder of your own records of vendors and services. $BLASTRADIUS_CATALOG."
    ),
]
RequireComplete = Annotated[
    bool, typer.Option("--require-complete", help="End with 4 where something could not be seen.")
]

When = Annotated[
    str,
    typer.Option(
        "--when",
        metavar="WHEN",
        help="at-once: what has a tolerance still holds; eventually: tolerances have run out. eventually where unset.",
    ),
]
Figures = Annotated[
    str | None,
    typer.Option(
        "--figures", metavar="FILE", help="How available things are: YAML with match, availability, low, high."
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Let the workers of a Dask scheduler sweep or draw, such as tcp://127.0.0.1:8786; the answer is the same.",
    ),
]
Budget = Annotated[
    int | None,
    typer.Option(
        "--budget",
        min=1_000,
        max=50_000_000,
        metavar="NODES",
        help="Nodes of a decision diagram at most; where it outgrows them, the answer says up to which order it is complete.",
    ),
]


def text(value: str, option: str) -> str:
    """An argument as text, whatever the locale made of it.

    Raises:
        UsageError: when it is not UTF-8.
    """
    try:
        return value.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{option}: not UTF-8 text") from None


def texts(values: list[str] | None, option: str) -> tuple[str, ...]:
    """Arguments as text; see `text`."""
    return tuple(text(value, option) for value in values or ())


def seconds(value: str | None, option: str) -> int | None:
    """A duration in seconds.

    Raises:
        UsageError: when it is none, negative, zero or longer than ten years.
    """
    if value is None:
        return None
    try:
        parsed = parse_duration(value)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
    if parsed == 0:
        raise UsageError(f"{option}: must be longer than 0s")
    return parsed


def when(value: str) -> Literal["at_once", "eventually"]:
    """Which untimed rules are meant.

    Raises:
        UsageError: when it is neither.
    """
    if value == "eventually":
        return "eventually"
    if value != "at-once":
        raise UsageError(f"--when: no moment {value!r}: write at-once or eventually")
    return "at_once"


def budgeted(value: int | None) -> dict[str, int]:
    """A budget as an argument, where one is given."""
    return {} if value is None else {"budget": value}


def today(value: str | None) -> date:
    """The day by which rehearsals are judged old: the one given, else the current one in UTC.

    Raises:
        UsageError: when it is no date.
    """
    if value is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"--today: {value!r} is not a date: write 2026-01-31") from None


#: Verdicts of journeys with which a command ends with 1, by the word of `--fail-on`.
_FAILING = {
    "breaks": {"breaks"},
    "degrades": {"breaks", "degrades"},
    "unknown": {"breaks", "unknown"},
}


def failing(verdicts: list[str] | None) -> set[str]:
    """The verdicts that `--fail-on` is about.

    Raises:
        UsageError: when one is none.
    """
    for verdict in verdicts or ():
        if verdict not in _FAILING:
            raise UsageError(f"--fail-on: no verdict {verdict!r}: choose one of {', '.join(_FAILING)}")
    return {verdict for asked in verdicts or () for verdict in _FAILING[asked]}


LISTED = 20_000
"""Components that machine-readable answers list where nobody asks for more: some ten MB of JSON."""
Components = Annotated[
    int,
    typer.Option(
        "--components",
        min=0,
        metavar="N",
        help="List at most so many components in JSON, CSV and Markdown, the worst; `omitted` counts the rest.",
    ),
]
