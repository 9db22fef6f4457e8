"""Parts of a runbook that every section is made of: tables, lists, names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from blastradius.reports.escape import markdown
from blastradius.reports.wording import listed

if TYPE_CHECKING:
    from blastradius.analysis.runbook import Runbook

MOST = 30
"""Most lines of a list, and names of a line that is done at once."""


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    head = "| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns)
    return "\n".join([head, *("| " + " | ".join(row) + " |" for row in rows)])


def items(lines: Iterable[str], mark: str = "- ") -> str:
    """A list of at most `MOST` lines that are Markdown already, the others counted."""
    found = [mark + line for line in lines]
    more = [f"- … and {len(found) - MOST:,} more"] if len(found) > MOST else []
    return "\n".join([*found[:MOST], *more])


def named(called: Sequence[str], most: int = 6) -> str:
    """Names in one line, at most so many, the others counted."""
    return markdown(listed(list(called), most))


def undeclared(runbook: Runbook) -> bool:
    """Whether there are no journeys that a loss could mean something to."""
    return not (runbook.plans or runbook.untouched or runbook.doubtful)
