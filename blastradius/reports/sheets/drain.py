"""What has to move to leave a place, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.tables import Sheets, Table, coverage_table, gap_table, sheets

if TYPE_CHECKING:
    from blastradius.analysis.fixes import Drain

_COLUMNS = ("action", "id", "name", "kind", "journeys", "takes", "by_hand", "lag", "needed_by", "where")


def _title(result: Drain) -> list[str]:
    left = (
        f"With all moved that can move, these would still break: {', '.join(result.breaks)}."
        if result.breaks
        else "No journey breaks."
    )
    return [f"What has to move to leave {', '.join(result.selectors)}", left]


def _flat(result: Drain) -> Table:
    rows = tuple(
        (
            one.action, one.id, one.name, one.kind, "; ".join(one.journeys), one.takes, one.by_hand, one.lag,
            "; ".join(one.needed_by), "; ".join(evidence.locator for evidence in one.evidence),
        )
        for one in result.steps
    )  # fmt: skip
    return Table("Steps", _COLUMNS, rows)


def _tables(result: Drain) -> list[Table]:
    return [_flat(result), gap_table(result.gaps), coverage_table(result.coverage)]


sheets.register("Drain")(Sheets(_title, _flat, _tables))
