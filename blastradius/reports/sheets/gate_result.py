"""The gate's findings, as tables."""

from __future__ import annotations

from blastradius.gate.result import GateFinding, GateResult
from blastradius.reports.tables import Cell, Sheets, Table, chain_text, coverage_table, gap_table, sheets
from blastradius.reports.wording import number

_COLUMNS = (
    "status", "fails", "level", "rule", "name", "journey", "domain", "message", "was", "fix", "location", "path",
    "fingerprint", "waiver",
)  # fmt: skip


def _title(result: GateResult) -> list[str]:
    counts = result.counts
    said = "passed" if result.passed else f"failed: {number(counts.failing, 'finding')}"
    return [
        f"The gate {said}",
        f"{counts.new:,} new, {counts.known:,} known, {counts.waived:,} waived, {counts.accepted:,} accepted, "
        f"{counts.fixed:,} fixed. Compared with {result.base.name or 'nothing but the baseline'}.",
        *result.notices,
    ]


def _row(one: GateFinding) -> tuple[Cell, ...]:
    where = f"{one.location.path}:{one.location.line}" if one.location is not None else None
    waiver = f"{one.waiver.waiver.owner}, until {one.waiver.waiver.until}" if one.waiver is not None else None
    return (
        one.status, one.fails, one.level, one.rule, one.name, one.journey_name, one.domain_name, one.message, one.was,
        one.fix, where, chain_text(one.chain), one.fingerprint, waiver,
    )  # fmt: skip


def _flat(result: GateResult) -> Table:
    return Table("Findings", _COLUMNS, tuple(_row(one) for one in (*result.findings, *result.fixed)))


def _tables(result: GateResult) -> list[Table]:
    rows = [_row(one) for one in result.findings if one.status not in ("known", "accepted")]
    shown = tuple((row[3], row[0], row[2], row[5], row[7], row[8], row[9], row[10], row[11]) for row in rows)
    columns = ("rule", "status", "level", "journey", "what", "was", "fix", "where", "path")
    waivers = tuple(
        (use.waiver.rule, use.state, str(use.waiver.until), use.waiver.owner, use.waiver.reason, use.where)
        for use in result.waivers
    )
    return [
        Table("Findings", columns, shown),
        Table("Waivers", ("rule", "state", "until", "owner", "reason", "where"), waivers),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


sheets.register("GateResult")(Sheets(_title, _flat, _tables))
