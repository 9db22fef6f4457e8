"""A sweep as tables."""

from __future__ import annotations

from blastradius.analysis.sweep import Sweep
from blastradius.model.called import distinct
from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, sheets

_COLUMNS = (
    "id", "and", "name", "kind", "tier", "revenue per hour", "breaks", "degrades", "unknown", "down", "degraded",
    "exposed",
)  # fmt: skip


def _title(result: Sweep) -> list[str]:
    total = len(result.losses) + result.omitted
    alone = sum(bool(loss.breaks) for loss in result.losses)
    told = [
        f"Losing every {result.by}: {alone:,} of {total:,} break a journey",
        "Each loss is for ever. What a pair does is what it does beyond both losses apart.",
    ]
    if result.pairs_seen_only:
        told.append("Pairs are compared by what was seen: so many are not looked through for what was not.")
    if result.omitted or result.omitted_pairs:
        told.append(f"{result.omitted:,} lesser losses and {result.omitted_pairs:,} lesser pairs are left out.")
    return told


def _losses(result: Sweep) -> list[tuple[Cell, ...]]:
    return [
        (
            one.id, None, one.name, one.kind, one.tier, one.revenue_per_hour, "; ".join(one.breaks),
            "; ".join(one.degrades), "; ".join(one.unknown), one.down, one.degraded, one.exposed,
        )
        for one in result.losses
    ]  # fmt: skip


def _pairs(result: Sweep) -> list[tuple[Cell, ...]]:
    return [
        (
            one.ids[0], one.ids[1], " + ".join(one.names), None, one.tier, one.revenue_per_hour, "; ".join(one.breaks),
            "; ".join(one.degrades), "; ".join(one.unknown), one.down, one.degraded, None,
        )
        for one in result.pairs
    ]  # fmt: skip


def _flat(result: Sweep) -> Table:
    return Table("Losses", _COLUMNS, (*_losses(result), *_pairs(result)))


def _tables(result: Sweep) -> list[Table]:
    names = distinct((one.id, one.name) for one in result.journeys)
    journeys = tuple(
        (names[one.id], one.tier, one.revenue_per_hour, one.breaks, one.degrades, one.unknown)
        for one in result.journeys
    )
    return [
        Table("Losses", _COLUMNS, tuple(_losses(result))),
        Table("Pairs that do more than both losses apart", _COLUMNS, tuple(_pairs(result))),
        Table(
            "Journeys", ("journey", "tier", "revenue per hour", "broken by", "degraded by", "unknown under"), journeys
        ),
        coverage_table(result.coverage),
    ]


sheets.register("Sweep")(Sheets(_title, _flat, _tables))
