"""A whole proof as tables."""

from __future__ import annotations

from blastradius.durations import format_duration
from blastradius.model import Explanation, ProofStep
from blastradius.reports.tables import Cell, Sheets, Table, gap_table, sheets
from blastradius.reports.wording import ending, question

_COLUMNS = ("depth", "id", "name", "state", "note", "dependent", "strength", "phase", "basis", "reason", "evidence")


def _title(result: Explanation) -> list[str]:
    instant = f" at {format_duration(result.at)}" if result.at is not None and result.state != "up" else ""
    answer = f"{result.name} is {result.state}{instant}"
    answer += f": {ending(result.journey)}." if result.journey else "."
    return [f"{result.name}, when {question(result.scenario)}", answer, *result.stands_by]


def _flat(result: Explanation) -> Table:
    return Table("Proof", _COLUMNS, tuple(map(_row, result.steps)))


def _row(step: ProofStep) -> tuple[Cell, ...]:
    link = step.link
    said: tuple[Cell, ...] = (None,) * 6
    if link is not None:
        where = "; ".join(evidence.locator for evidence in link.evidence)
        said = (link.dependent, link.strength, link.phase, link.basis, link.reason, where)
    return (step.depth, step.id, step.name, step.state, step.note, *said)


def _tables(result: Explanation) -> list[Table]:
    return [_flat(result), gap_table(result.journey.gaps if result.journey else ())]


sheets.register("Explanation")(Sheets(_title, _flat, _tables))
