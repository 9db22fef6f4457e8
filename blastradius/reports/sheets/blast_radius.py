"""A simulated loss as tables."""

from __future__ import annotations

from blastradius.model import BlastRadius, ComponentResult, Gap, JourneyResult
from blastradius.model.called import distinct
from blastradius.reports.tables import (
    Cell,
    Sheets,
    Table,
    chain_text,
    coverage_table,
    gap_table,
    places,
    sheets,
)
from blastradius.reports.wording import ending, headline, number, origin, question

_ALL = (
    "record", "id", "name", "tier_or_kind", "outcome", "at_worst", "degrades_at", "breaks_at", "interrupted_for",
    "downtime", "cost", "meets_rto", "meets_rpo", "by_hand", "unrehearsed", "exposed", "cannot", "basis",
    "because", "evidence",
)  # fmt: skip


def _title(result: BlastRadius) -> list[str]:
    notes = [origin(result.scenario)] if result.scenario.source else []
    notes.append(headline(result) + ".")
    if result.not_present:
        notes.append(f"Not present here: {', '.join(result.not_present)}.")
    if result.omitted:
        left = ", ".join(f"{count:,} {state}" for state, count in result.omitted.items())
        notes.append(f"Components that are not listed: {left}; --components lists more.")
    if result.deadlocks:
        notes.append(f"Could not start again from nothing: {', '.join(result.deadlocks)}.")
    return [f"What breaks when {question(result.scenario)}", *notes]


def _hit(result: BlastRadius) -> list[ComponentResult]:
    return [component for component in result.components if component.state != "up" or component.exposed]


def _flat(result: BlastRadius) -> Table:
    records = (
        *map(_journey, result.journeys),
        *map(_component, _hit(result)),
        *(_padded("omitted", state, number(count, "component")) for state, count in result.omitted.items()),
        *map(_gap, result.gaps),
        *(_padded("not-present", text) for text in result.not_present),
    )
    return Table("All records", _ALL, records)


def _tables(result: BlastRadius) -> list[Table]:
    names = distinct((one.id, one.name) for one in result.journeys)
    return [
        Table(
            "Journeys",
            ("tier", "journey", "verdict", "at_worst", "because", "evidence"),
            tuple(
                (j.tier, names[j.id], ending(j), j.at_worst, chain_text(j.chain or j.chain_at_worst), places(j.chain))
                for j in result.journeys
            ),
        ),
        Table(
            "Components",
            ("component", "kind", "state", "exposed", "cannot"),
            tuple((c.id, c.kind, c.state, c.exposed, ", ".join(c.cannot)) for c in _hit(result)),
        ),
        gap_table(result.gaps),
        coverage_table(result.coverage),
    ]


def _journey(journey: JourneyResult) -> tuple[Cell, ...]:
    j = journey
    return (
        "journey", j.id, j.name, j.tier, j.verdict, j.at_worst, j.degrades_at, j.breaks_at, j.interrupted_for,
        j.downtime, j.cost, j.meets_rto, j.meets_rpo, j.by_hand, j.unrehearsed, "; ".join(j.exposed), None, j.basis,
        chain_text(j.chain or j.chain_at_worst), places(j.chain or j.chain_at_worst),
    )  # fmt: skip


def _gap(gap: Gap) -> tuple[Cell, ...]:
    where = "; ".join(evidence.locator for evidence in gap.evidence)
    return (*_padded("gap", gap.scope, gap.reference, gap.hides)[:-2], gap.reason, where)


def _padded(record: str, identifier: str, name: str | None = None, kind: str | None = None) -> tuple[Cell, ...]:
    return (record, identifier, name, kind, *(None for _ in _ALL[4:]))


def _component(component: ComponentResult) -> tuple[Cell, ...]:
    c = component
    return (
        "component", c.id, c.name, c.kind, c.state, None, c.degrades_at, c.breaks_at, c.interrupted_for,
        None, None, None, None, None, None, c.exposed, "; ".join(c.cannot), None,
        " → ".join(c.because), None,
    )  # fmt: skip


sheets.register("BlastRadius")(Sheets(_title, _flat, _tables))
