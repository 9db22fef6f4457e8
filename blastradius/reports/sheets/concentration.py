"""What rests on whom, as tables."""

from __future__ import annotations

from blastradius.analysis.concentration import Concentrated, Concentration
from blastradius.reports.tables import Cell, Sheets, Table, chain_text, coverage_table, gap_table, places, sheets

_COLUMNS = (
    "kind", "id", "name", "concentration", "direct concentration", "concentration amplification", "impact",
    "direct impact", "impact amplification", "revenue per hour", "direct revenue per hour", "critical journeys",
    "directly", "unknown", "through", "proof", "evidence",
)  # fmt: skip


def _title(result: Concentration) -> list[str]:
    notes = [f"{result.journeys:,} journeys, {result.inferred:,} of them inferred."]
    notes.append(
        "Concentration is the share of journeys that use a provider, impact the share that is down for good without it; "
        "amplification is each with what others bring along, divided by what is direct (Kashaf et al., IMC 2020)."
    )
    return ["On whom the journeys rest", *notes]


def _row(one: Concentrated) -> tuple[Cell, ...]:
    first = one.critical[0].chain if one.critical else ()
    return (
        one.kind, one.id, one.name, one.concentration, one.direct_concentration, one.concentration_amplification,
        one.impact, one.direct_impact, one.impact_amplification, one.revenue_per_hour, one.direct_revenue_per_hour,
        "; ".join(found.journey for found in one.critical), "; ".join(c.journey for c in one.critical if c.direct),
        "; ".join(one.unknown), "; ".join(one.through), chain_text(first), places(first),
    )  # fmt: skip


def _flat(result: Concentration) -> Table:
    return Table("Providers", _COLUMNS, tuple(_row(one) for one in result.providers))


def _tables(result: Concentration) -> list[Table]:
    by_kind = (
        Table(
            kind.capitalize(),
            _COLUMNS[1:],
            tuple(_row(one)[1:] for one in result.providers if one.kind == kind and (one.uses or one.unknown)),
        )
        for kind in result.by
    )
    return [*by_kind, gap_table(result.gaps), coverage_table(result.coverage)]


sheets.register("Concentration")(Sheets(_title, _flat, _tables))
