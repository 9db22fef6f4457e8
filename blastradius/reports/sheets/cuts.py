"""Minimal cut sets, as tables."""

from __future__ import annotations

from blastradius.analysis.cuts import Cuts
from blastradius.reports.losses import asked_words, by_words, complete_words, counts_words, explaining, loss_words
from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, gap_table, sheets

_COLUMNS = ("journey", "tier", "order", "lost", "ids", "probability", "proof")


def _title(result: Cuts) -> list[str]:
    lines = [asked_words(result), f"{by_words(result)}."]
    lines += [f"{one.name}: {complete_words(one)}" for one in result.journeys if one.complete_to is not None]
    if result.assumed:
        lines.append("Probabilities rest on assumed figures.")
    return lines


def _flat(result: Cuts) -> Table:
    proved = result.by != ("basic-event",)
    rows = tuple(
        (
            journey.name, journey.tier, len(one.ids), loss_words(one.ids, one.names), "; ".join(one.ids),
            one.probability, explaining(journey, one, result.when) if proved else None,
        )
        for journey in result.journeys
        for one in journey.sets
    )  # fmt: skip
    return Table("Minimal cut sets", _COLUMNS, rows)


def _tables(result: Cuts) -> list[Table]:
    rows: list[tuple[Cell, ...]] = [
        (one.name, one.tier, counts_words(one), len(one.single), one.complete_to, one.probability, len(one.gaps))
        for one in result.journeys
    ]
    head = (
        "journey",
        "tier",
        "minimal sets",
        "single points of failure",
        "complete up to order",
        "probability",
        "gaps",
    )
    tables = [Table("Journeys", head, tuple(rows)), _flat(result)]
    if result.gaps:
        tables.append(gap_table(result.gaps))
    return [*tables, coverage_table(result.coverage)]


sheets.register("Cuts")(Sheets(_title, _flat, _tables))
