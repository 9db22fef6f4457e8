"""What was seen at run time and what configuration shows, as tables."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.analysis.observed import Call, Observed
from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, sheets
from blastradius.reports.wording import number

_COLUMNS = ("dependent", "dependency", "strength", "phase", "note", "evidence")


def _title(result: Observed) -> list[str]:
    return [
        "What was seen at run time",
        f"{number(result.recorded, 'call')}; configuration shows {result.shown:,} of them.",
        "A call that was seen counts like any other dependency. One that was not seen was perhaps not sampled.",
    ]


def _rows(calls: Iterable[Call]) -> Iterable[tuple[Cell, ...]]:
    for one in calls:
        where = "; ".join(evidence.locator for evidence in one.evidence)
        yield one.dependent, one.dependency, one.strength, one.phase, one.note, where


def _flat(result: Observed) -> Table:
    rows = [("only seen", *row) for row in _rows(result.only_seen)]
    rows += [("never seen", *row) for row in _rows(result.never_seen)]
    return Table("All calls that one side does not know", ("list", *_COLUMNS), tuple(rows))


def _tables(result: Observed) -> list[Table]:
    return [
        Table("Seen, and not in configuration", _COLUMNS, tuple(_rows(result.only_seen))),
        Table("In configuration, and never seen", _COLUMNS, tuple(_rows(result.never_seen))),
        Table("Seen, and described by nothing", ("id",), tuple((id,) for id in result.undescribed)),
        coverage_table(result.coverage),
    ]


sheets.register("Observed")(Sheets(_title, _flat, _tables))
