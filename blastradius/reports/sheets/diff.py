"""Two designs side by side, as tables."""

from __future__ import annotations

from blastradius.analysis.diff import Diff
from blastradius.model import JourneyResult
from blastradius.reports.tables import Cell, Sheets, Table, sheets
from blastradius.reports.wording import ending, number, question

_COLUMNS = ("record", "id", "name", "what", "before", "after", "placement", "evidence")


def _title(result: Diff) -> list[str]:
    notes = [f"{number(len(result.changes), 'change')}."]
    if result.comparison:
        notes.append(f"Both were asked: {question(result.comparison.scenario)}.")
    return ["What changed", *notes]


def _flat(result: Diff) -> Table:
    return Table("All records", _COLUMNS, (*_verdicts(result), *_changes(result)))


def _verdicts(result: Diff) -> list[tuple[Cell, ...]]:
    journeys = result.comparison.journeys if result.comparison else ()
    return [("verdict", j.id, j.name, j.trend, _said(j.before), _said(j.after), None, None) for j in journeys]


def _said(result: JourneyResult | None) -> str | None:
    return ending(result) if result else None


def _changes(result: Diff) -> list[tuple[Cell, ...]]:
    return [
        (
            change.subject, change.id, change.name, change.what,
            "; ".join(f"{field.field}={field.before or ''}" for field in change.fields),
            "; ".join(f"{field.field}={field.after or ''}" for field in change.fields),
            change.placement, "; ".join(evidence.locator for evidence in change.evidence),
        )
        for change in result.changes
    ]  # fmt: skip


def _tables(result: Diff) -> list[Table]:
    verdicts = tuple((row[2], row[3], row[4], row[5]) for row in _verdicts(result))
    changes = tuple((row[0], row[3], row[1], row[4], row[5], row[7]) for row in _changes(result) if not row[6])
    return [
        Table("Which survives what", ("journey", "trend", "before", "after"), verdicts),
        Table("Changes", ("record", "what", "id", "before", "after", "evidence"), changes),
    ]


sheets.register("Diff")(Sheets(_title, _flat, _tables))
