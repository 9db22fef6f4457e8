"""How available journeys are, as tables."""

from __future__ import annotations

from blastradius.analysis.availability import Availability
from blastradius.reports.losses import when_words
from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, gap_table, sheets
from blastradius.reports.wording import number

_COLUMNS = (
    "journey", "tier", "availability", "low", "high", "downtime a year s", "slo", "allowed a year s", "meets slo",
    "parts without a figure", "parts with an assumed figure", "gaps", "drawn availability", "draws", "seed",
)  # fmt: skip
_PARTS = ("journey", "part", "name", "fussell-vesely", "birnbaum", "raw", "rrw")


def _title(result: Availability) -> list[str]:
    assumed = sum(figure.basis == "assumed" for figure in result.figures)
    ground = f"{number(len(result.figures), 'figure')}; parts fail independently; {when_words(result.when)}."
    lines = ["How available the journeys are", ground]
    return [*lines, f"{assumed:,} figures are assumed, and so are these answers."] if assumed else lines


def _flat(result: Availability) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in result.journeys:
        check = one.check
        drawn: tuple[Cell, ...] = (check.availability, check.trials, check.seed) if check else (None, None, None)
        rows.append(
            (
                one.name, one.tier, one.availability, one.low, one.high, one.downtime, one.slo, one.allowed,
                one.meets_slo, len(one.without_figure), one.assumed, len(one.gaps), *drawn,
            )
        )  # fmt: skip
    return Table("Journeys", _COLUMNS, tuple(rows))


def _tables(result: Availability) -> list[Table]:
    parts = tuple(
        (journey.name, one.id, one.name, one.fussell_vesely, one.birnbaum, one.raw, one.rrw)
        for journey in result.journeys
        for one in journey.importance
    )
    figures = tuple((one.id, one.availability, one.low, one.high, one.basis, one.source) for one in result.figures)
    tables = [
        _flat(result),
        Table("What contributes", _PARTS, parts),
        Table("Figures", ("part", "availability", "low", "high", "basis", "source"), figures),
    ]
    if result.gaps:
        tables.append(gap_table(result.gaps))
    return [*tables, coverage_table(result.coverage)]


sheets.register("Availability")(Sheets(_title, _flat, _tables))
