"""Results as titled tables of plain values, for the formats that are tables: Markdown and CSV.

Each kind of result enters its own under the name of its class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from blastradius.model import ChainLink, Coverage, Gap, Value
from blastradius.registry import Registry
from blastradius.reports.finding import entry

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """A title, the names of the columns, and rows of as many values."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Sheets:
    """How one kind of result becomes tables.

    Attributes:
        title: a title, and the sentences to stand below it.
        flat: one table of everything, for CSV.
        tables: tables for people, the main one first.
    """

    title: Callable[[Any], list[str]]
    flat: Callable[[Any], Table]
    tables: Callable[[Any], list[Table]]


sheets: Registry[Sheets] = Registry("tables")


def sheets_of(result: Value) -> Sheets:
    """How a result becomes tables."""
    from blastradius.reports import sheets as package

    return entry(sheets, package.__name__, result)


def chain_text(chain: Sequence[ChainLink]) -> str:
    """A chain by its ids."""
    return " → ".join([chain[0].dependent, *(link.dependency for link in chain)]) if chain else ""


def places(chain: Sequence[ChainLink]) -> str:
    """Every place where a chain stands, in its order."""
    seen = dict.fromkeys(evidence.locator for link in chain for evidence in link.evidence if evidence.locator)
    return "; ".join(seen)


def gap_table(gaps: Sequence[Gap]) -> Table:
    """What was not seen."""
    rows = tuple(
        (gap.component or gap.scope, gap.reason, gap.hides, gap.reference, "; ".join(e.locator for e in gap.evidence))
        for gap in gaps
    )
    return Table("Not seen", ("what", "reason", "hides", "reference", "where"), rows)


def coverage_table(coverage: Coverage) -> Table:
    """What each scanner read, and what each account refused."""
    rows: list[tuple[Cell, ...]] = [
        (s.scanner, s.parsed, s.failed, ", ".join(f"{name} ({count})" for name, count in sorted(s.unmapped.items())))
        for s in coverage.scanners
    ]
    failed = [call for call in coverage.calls if call.status != "ok"]
    rows += [(f"{call.account} {call.region} {call.operation}", None, 1, call.status) for call in failed]
    rows += [("skipped", None, None, f"{reason} ({count})") for reason, count in sorted(coverage.skipped.items())]
    return Table("Coverage", ("scanner", "read", "failed", "not mapped or not allowed"), tuple(rows))
