"""Where everything runs, as tables."""

from __future__ import annotations

from blastradius.analysis.regions import Regions
from blastradius.reports.tables import Sheets, Table, coverage_table, gap_table, sheets


def _title(result: Regions) -> list[str]:
    return [f"Where it runs: {result.verdict}", *(reason + "." for reason in result.reasons)]


def _flat(result: Regions) -> Table:
    rows = tuple(
        (c.id, c.name, c.kind, ", ".join(c.regions), c.replicated, c.how, "; ".join(e.locator for e in c.evidence))
        for c in result.components
    )
    return Table("Components", ("id", "name", "kind", "regions", "replicated", "how", "evidence"), rows)


def _tables(result: Regions) -> list[Table]:
    pinned = tuple(
        (p.component, p.region, ", ".join(p.needed_from), "; ".join(e.locator for e in p.evidence))
        for p in result.pinned
    )
    return [
        Table("Pinned to one region", ("component", "region", "needed from", "evidence"), pinned),
        _flat(result),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


sheets.register("Regions")(Sheets(_title, _flat, _tables))
