"""DNS per journey, as tables."""

from __future__ import annotations

from blastradius.analysis.dns import Dns
from blastradius.durations import format_duration
from blastradius.reports.tables import Cell, Sheets, Table, chain_text, coverage_table, gap_table, places, sheets
from blastradius.reports.wording import number


def _title(result: Dns) -> list[str]:
    return [f"DNS: {number(len(result.findings), 'finding')}, {len(result.unseen):,} not judged"]


def _findings(result: Dns) -> Table:
    rows = tuple(
        (one.rule, one.level, one.journey, one.message, chain_text(one.chain), places(one.chain), one.fix)
        for one in result.findings
    )
    return Table("Findings", ("rule", "level", "journey", "message", "chain", "evidence", "fix"), rows)


def _flat(result: Dns) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in result.findings:
        rows.append((one.journey, "finding", one.rule, one.message, places(one.chain)))
    for missing in result.unseen:
        where = "; ".join(piece.locator for piece in missing.evidence)
        rows.append((missing.journey, "not seen", None, f"{missing.what}: {missing.reason}", where))
    return Table("DNS", ("journey", "what", "rule", "message", "evidence"), tuple(rows))


def _tables(result: Dns) -> list[Table]:
    names = {one.id: one.name for one in result.names} | {one.id: one.name for one in result.zones}
    journeys = tuple(
        (
            one.name,
            None if one.rto is None else format_duration(one.rto),
            ", ".join(names[id] for id in one.names),
            ", ".join(names[id] for id in one.zones),
        )
        for one in result.journeys
    )
    zones = tuple(
        (one.name, ", ".join(one.providers) or "not seen", "; ".join(e.locator for e in one.evidence))
        for one in result.zones
    )
    records = tuple(
        (
            one.name,
            None if one.ttl is None else format_duration(one.ttl),
            one.moves,
            names.get(one.zone or "") or "not seen",
            "; ".join(e.locator for e in one.evidence),
        )
        for one in result.names
    )
    unseen = tuple(
        (one.journey, one.what, one.reason, "; ".join(e.locator for e in one.evidence)) for one in result.unseen
    )
    return [
        _findings(result),
        Table("Journeys", ("journey", "RTO", "names", "zones"), journeys),
        Table("Zones", ("zone", "DNS providers", "evidence"), zones),
        Table("Names", ("name", "TTL", "moves by health", "zone", "evidence"), records),
        Table("Not judged", ("journey", "what", "reason", "evidence"), unseen),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


sheets.register("Dns")(Sheets(_title, _flat, _tables))
