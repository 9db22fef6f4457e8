"""A report as tables: the verdicts, every loss, what is affected; for CSV every component there is."""

from __future__ import annotations

from blastradius.analysis.report import Report
from blastradius.model import Component, ComponentResult
from blastradius.model.called import distinct
from blastradius.reports.sheets import blast_radius, fixes  # noqa: F401  # enter the tables of an answer and its fixes
from blastradius.reports.tables import Cell, Sheets, Table, coverage_table, gap_table, sheets
from blastradius.reports.wording import number

_COLUMNS = (
    "record", "id", "name", "kind", "type", "provider", "region", "zone", "account", "environment", "outcome",
    "exposed", "cannot", "degrades_at", "breaks_at", "lost", "because", "evidence",
)  # fmt: skip


def _title(report: Report) -> list[str]:
    if report.answer is not None:
        return sheets_of_answer.title(report.answer)
    return [report.title, f"{number(len(report.journeys), 'journey')}, {number(len(report.inventory.components), 'component')}."]  # fmt: skip


def _losses(report: Report) -> list[Table]:
    """A table a sort of loss: which journeys each hurts."""
    names = distinct((journey.id, journey.name) for journey in report.journeys)
    tables = []
    for sweep in report.sweeps:
        lost = distinct((loss.id, loss.name) for loss in sweep.losses)
        rows: list[tuple[str, int, str, str, str]] = []
        for loss in sweep.losses:
            hurt = [", ".join(names[id] for id in ids) for ids in (loss.breaks, loss.unknown, loss.degrades)]
            if any(hurt):
                rows.append((lost[loss.id], len(loss.breaks), hurt[0], hurt[1], hurt[2]))
        rows.sort(key=lambda row: (-row[1], row[0]))
        quiet = len(sweep.losses) - len(rows)
        more: list[tuple[Cell, ...]] = [(f"{number(quiet, 'other')}", 0, "", "", "")] if quiet else []
        columns = (sweep.by, "broken", "breaks", "unknown", "degrades")
        tables.append(Table(f"Losing each {sweep.by}", columns, (*rows, *more)))
    return tables


def _singles(report: Report) -> list[Table]:
    """What breaks a journey alone."""
    names = distinct((journey.id, journey.name) for journey in report.journeys)
    losses = report.singles.losses if report.singles else ()
    lost = distinct((one.id, one.name) for one in report.inventory.components)
    rows = tuple((lost[one.id], one.kind, one.down, ", ".join(names[id] for id in one.breaks)) for one in losses)
    return [Table("Single points of failure", ("alone", "kind", "takes down", "breaks"), rows)]


def _fixes(report: Report) -> list[Table]:
    """The smallest sets of changes against the chosen loss, and what each is worth."""
    found = sheets["Fixes"].tables(report.fixes) if report.fixes is not None else []
    return [one for one in found if one.title in ("Sets of changes", "Changes")]


def _tables(report: Report) -> list[Table]:
    found = sheets_of_answer.tables(report.answer) if report.answer is not None else []
    unseen = found[-2:] or [gap_table(report.gaps), coverage_table(report.coverage)]
    if report.answer is None:
        names = distinct((journey.id, journey.name) for journey in report.journeys)
        rows = tuple((journey.tier, names[journey.id], journey.inferred) for journey in report.journeys)
        found = [Table("Journeys", ("tier", "journey", "inferred"), rows)]
        return [*found, *_losses(report), *_singles(report), *unseen]
    return [found[0], *_losses(report), *found[1:-2], *_fixes(report), *_singles(report), *unseen]


def _flat(report: Report) -> Table:
    results = {one.id: one for one in report.answer.components} if report.answer else {}
    verdicts = {one.id: one for one in report.answer.journeys} if report.answer else {}
    rows: list[tuple[Cell, ...]] = []
    for journey in report.journeys:
        ended = verdicts.get(journey.id)
        lost = "; ".join(_hurting(report, journey.id))
        said: tuple[Cell, ...] = (
            (ended.verdict, None, None, ended.degrades_at, ended.breaks_at) if ended else (None,) * 5
        )
        chain = " → ".join([ended.id, *(link.dependency for link in ended.chain)]) if ended and ended.chain else None
        rows.append(("journey", journey.id, journey.name, "journey", *(None,) * 6, *said, lost, chain, None))
    rows += [_component(one, results.get(one.id)) for one in report.inventory.components]
    return Table("All records", _COLUMNS, tuple(rows))


def _hurting(report: Report, journey: str) -> list[str]:
    """What the loss of does something to a journey: `breaks without aws:region/us-east-1`."""
    return [
        f"{word} without {loss.id}"
        for sweep in report.sweeps
        for loss in sweep.losses
        for word, ids in (("breaks", loss.breaks), ("unknown", loss.unknown), ("degrades", loss.degrades))
        if journey in ids
    ]


def _component(one: Component, result: ComponentResult | None) -> tuple[Cell, ...]:
    where = "; ".join(piece.locator for piece in one.evidence)
    place = (one.provider, one.region, one.zone, one.account, one.environment)
    if result is None:
        return ("component", one.id, one.name, one.kind, one.type, *place, *(None,) * 7, where)
    r = result
    said = (r.state, r.exposed, "; ".join(r.cannot), r.degrades_at, r.breaks_at, None, " → ".join(r.because))
    return ("component", one.id, one.name, one.kind, one.type, *place, *said, where)


sheets_of_answer = sheets["BlastRadius"]
sheets.register("Report")(Sheets(_title, _flat, _tables))
