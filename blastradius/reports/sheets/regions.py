"""Where everything runs, as tables."""

from __future__ import annotations

from blastradius.analysis.regions import Regions
from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, gap_table, sheets

Rows = tuple[tuple[Cell, ...], ...]


def _title(result: Regions) -> list[str]:
    said = [f"Where it runs: {result.summary or result.verdict}", *(reason + "." for reason in result.reasons)]
    if result.omitted:
        said.append(f"{result.omitted:,} more components are not listed; --components lists more.")
    return said


def _flat(result: Regions) -> Table:
    rows: Rows = tuple(
        (c.id, c.name, c.kind, ", ".join(c.regions), c.replicated, c.how, "; ".join(e.locator for e in c.evidence))
        for c in result.components
    )
    if result.omitted:
        rows += ((f"and {result.omitted:,} more", *(None,) * 6),)
    return Table("Components", ("id", "name", "kind", "regions", "replicated", "how", "evidence"), rows)


def _tables(result: Regions) -> list[Table]:
    losses: Rows = tuple(
        (one.region, one.journeys, *(", ".join(ids) for ids in (one.breaks, one.unknown, one.degrades, one.by_hand)))
        for one in result.losses
        if one.journeys
    )
    environments: Rows = tuple(
        (
            e.name,
            e.summary or e.verdict,
            ", ".join(e.serving_regions),
            ", ".join(e.backup_regions),
            ". ".join(e.reasons),
        )
        for e in result.environments
    )
    pinned: Rows = tuple(
        (p.component, p.region, ", ".join(p.needed_from), "; ".join(e.locator for e in p.evidence))
        for p in result.pinned
    )
    return [
        Table("Losing a region", ("region", "journeys", "break", "unknown", "degrade", "by hand"), losses),
        Table("Environments", ("name", "verdict", "serving", "backup", "why"), environments),
        Table("Pinned to one region", ("component", "region", "needed from", "evidence"), pinned),
        _flat(result),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


sheets.register("Regions")(Sheets(_title, _flat, _tables))
