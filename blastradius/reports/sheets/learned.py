"""What a drill showed as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.tables import Sheets, Table, sheets
from blastradius.reports.wording import question

if TYPE_CHECKING:
    from blastradius.analysis.drill import Learned


def _title(result: Learned) -> list[str]:
    head = f"What the drill of {result.on} showed, in which {question(result.scenario)}"
    return [head] if result.valid else [head, f"Nothing: {result.why_not}"]


def _flat(result: Learned) -> Table:
    rows = tuple((one.journey, one.name, one.predicted, one.seen, one.outcome) for one in result.lessons)
    return Table("Journeys", ("id", "journey", "predicted", "seen", "outcome"), rows)


def _tables(result: Learned) -> list[Table]:
    moved = tuple((one.dependent, one.to, str(one.on)) for one in result.rehearsed)
    soft = tuple((one.dependent, one.dependency, str(one.on)) for one in result.soft)
    return [
        _flat(result),
        Table("Failovers seen to work", ("what", "to", "on"), moved),
        Table("Needs seen to be soft", ("dependent", "dependency", "on"), soft),
    ]


sheets.register("Learned")(Sheets(_title, _flat, _tables))
