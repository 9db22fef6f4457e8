"""A replayed outage as tables: the timeline, the journeys, what the file records."""

from __future__ import annotations

from blastradius.analysis.replay import Replay
from blastradius.reports.tables import Sheets, Table, chain_text, coverage_table, gap_table, places, sheets
from blastradius.reports.timeline import moments

_COLUMNS = ("utc", "after", "record", "id", "name", "state", "because", "evidence", "detail", "source", "time assumed")


def _title(result: Replay) -> list[str]:
    on = "the catalog" if result.inventory is None else result.inventory or "an inventory"
    notes = [f"{result.incident}, {result.start_utc} to {result.end_utc or 'no told end'}, replayed on {on}."]
    if result.untold:
        notes.append(f"Named as hit without saying how, so left alone: {len(result.untold)}.")
    notes += [f"{note[:1].upper()}{note[1:]}." for note in result.notes]
    return [f"Replay: {result.title}", *notes]


def _flat(result: Replay) -> Table:
    names = {**result.names, **{one.result.id: one.result.name for one in result.journeys}}
    rows = tuple(
        (
            one.utc, one.at, one.record, one.id, names.get(one.id), one.state, chain_text(one.chain), places(one.chain),
            one.detail, "; ".join(one.source), one.assumed,
        )
        for one in moments(result)
    )  # fmt: skip
    return Table("Timeline", _COLUMNS, rows)


def _tables(result: Replay) -> list[Table]:
    journeys = tuple(
        (
            one.result.tier, one.result.name, one.result.verdict, one.result.at_worst,
            "; ".join(f"{spell.state} {spell.start_utc} to {spell.end_utc or 'the end'}" for spell in one.spells),
            one.result.downtime, one.result.cost, chain_text(one.result.chain), places(one.result.chain),
        )
        for one in result.journeys
    )  # fmt: skip
    blocked = tuple(
        (one.dependent, one.start_utc, one.end_utc, "; ".join(one.members), "; ".join(one.needs))
        for one in result.blocked
    )
    absent = tuple((one.subject, one.severity, one.start_utc) for one in result.recorded if not one.present)
    sources = tuple((key, one.title, one.url) for key, one in result.sources.items())
    return [
        Table(
            "Journeys",
            ("tier", "journey", "verdict", "at_worst", "hours, UTC", "downtime", "cost", "because", "evidence"),
            journeys,
        ),
        _flat(result),
        Table("Failovers that did not happen", ("of", "from", "to", "among", "it calls"), blocked),
        Table("Not present here", ("what", "severity", "from"), absent),
        Table("Sources", ("key", "title", "address"), sources),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


sheets.register("Replay")(Sheets(_title, _flat, _tables))
