"""What retries multiply, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from blastradius.analysis.amplification import Amplification, Call
from blastradius.reports.tables import Sheets, Table, coverage_table, sheets
from blastradius.reports.walks import times, walk_text

_COLUMNS = ("id", "name", "kind", "calls", "walk", "stopped", "calls that nothing stops", "walk of those", "evidence")


def _title(result: Amplification) -> list[str]:
    worst = next((one for one in result.components if not one.stopped), None)
    told = f"{times(worst.unprotected)} at {worst.id}" if worst else "nothing multiplies unstopped"
    return [
        f"Retry amplification: {told}",
        f"{result.stated:,} of {result.calls:,} calls state their attempts; the others count as one.",
    ]


def _flat(result: Amplification) -> Table:
    rows = tuple(
        (
            one.id, one.name, one.kind, times(one.worst), walk_text(one.worst.walk, one.worst.omitted), one.stopped,
            times(one.unprotected), walk_text(one.unprotected.walk, one.unprotected.omitted), _places(one.worst.walk),
        )
        for one in result.components
    )  # fmt: skip
    return Table("Components", _COLUMNS, rows)


def _places(calls: Sequence[Call]) -> str:
    return "; ".join(dict.fromkeys(piece.locator for call in calls for piece in call.evidence))


def _tables(result: Amplification) -> list[Table]:
    cycles = tuple((walk_text(calls), _places(calls)) for calls in result.cycles)
    return [
        _flat(result),
        Table("Cycles that multiply", ("cycle", "evidence"), cycles),
        coverage_table(result.coverage),
    ]


sheets.register("Amplification")(Sheets(_title, _flat, _tables))
