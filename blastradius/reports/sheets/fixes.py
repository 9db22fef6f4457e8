"""What to change, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, gap_table, sheets

if TYPE_CHECKING:
    from blastradius.analysis.fixes import Fixes


def _title(result: Fixes) -> list[str]:
    held = f" No journey breaks without {', '.join(result.held)}." if result.held else ""
    return ["What would make the journeys survive", f"{len(result.losses):,} losses break a journey.{held}"]


def _flat(result: Fixes) -> Table:
    changes = {one.change.id: one.change for one in result.changes}
    rows: list[tuple[Cell, ...]] = []
    for loss in result.losses:
        for number, way in enumerate(loss.ways, 1):
            for id in way.changes:
                one = changes[id]
                where = "; ".join(evidence.locator for evidence in one.evidence)
                rows.append((loss.name, number, one.kind, one.effort, one.subject, one.about, one.text, where))
        if loss.beyond:
            rows.append((loss.name, None, "none", None, None, None, f"not mended: {', '.join(loss.beyond)}", None))
    return Table(
        "Sets of changes", ("loss", "set", "kind", "effort", "subject", "about", "change", "where"), tuple(rows)
    )


def _tables(result: Fixes) -> list[Table]:
    losses: tuple[tuple[Cell, ...], ...] = tuple(
        (one.name, ", ".join(one.breaks), len(one.ways), one.ways[0].effort if one.ways else None,
         ", ".join(one.beyond), None if one.exact else "there may be a smaller set")
        for one in result.losses
    )  # fmt: skip
    ranked: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.change.text,
            one.change.effort,
            one.alone,
            one.helps,
            ", ".join(one.journeys),
            one.revenue_per_hour or None,
        )
        for one in result.changes
    )
    tried = tuple((one.dependent, ", ".join(one.journeys)) for one in result.rehearse)
    return [
        Table("Losses", ("loss", "breaks", "sets", "least effort", "not mended", "note"), losses),
        _flat(result),
        Table("Changes", ("change", "effort", "mends alone", "in sets", "journeys", "revenue per hour"), ranked),
        Table("Not known", ("loss", "journeys"), tuple((one.name, ", ".join(one.journeys)) for one in result.unknown)),
        Table("To rehearse", ("failover", "journeys"), tried),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


sheets.register("Fixes")(Sheets(_title, _flat, _tables))
