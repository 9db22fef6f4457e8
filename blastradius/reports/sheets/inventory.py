"""What a scan found, as tables."""

from __future__ import annotations

from collections import Counter

from blastradius.model import Component, Inventory
from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, gap_table, sheets
from blastradius.reports.wording import components_of, number

_COLUMNS = ("id", "kind", "name", "type", "provider", "region", "zone", "account", "environment", "evidence")


def _title(result: Inventory) -> list[str]:
    needs = len(result.dependencies) + len(result.redundancies)
    counts = [
        components_of(result),
        number(needs, "dependency"),
        number(len(result.journeys), "journey"),
        number(len(result.gaps), "gap"),
    ]
    return [
        f"What is in {', '.join(result.meta.roots) or result.meta.title or 'the inventory'}",
        ", ".join(counts) + ".",
    ]


def _flat(result: Inventory) -> Table:
    return Table("Components", _COLUMNS, tuple(map(_row, result.components)))


def _row(component: Component) -> tuple[Cell, ...]:
    c = component
    where = "; ".join(evidence.locator for evidence in c.evidence)
    return (c.id, c.kind, c.name, c.type, c.provider, c.region, c.zone, c.account, c.environment, where)


def _tables(result: Inventory) -> list[Table]:
    kinds = Counter(component.kind for component in result.components)
    counted = tuple(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))
    return [
        Table("Kinds", ("kind", "components"), counted),
        _flat(result),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


sheets.register("Inventory")(Sheets(_title, _flat, _tables))
