"""A back-test as tables: the score, the classes, every miss, and for CSV every claim."""

from __future__ import annotations

from blastradius.analysis.backtest import Backtest
from blastradius.analysis.scoring import Score
from blastradius.reports.backtests import COLUMNS, METHOD, cells, fraction, misses, unknown_triggers
from blastradius.reports.tables import Cell, Sheets, Table, sheets

_CLAIM = (
    "incident", "catalog", "of", "id", "component", "elsewhere", "recorded", "said", "found", "exact", "not scored",
    "confidence", "because", "recorded start", "said onset",
)  # fmt: skip


def _title(result: Backtest) -> list[str]:
    lost = [f"{one.incident}: not scored, the catalog does not know its trigger." for one in unknown_triggers(result)]
    return [
        "Back-test of the catalog against published outages",
        *METHOD,
        *lost,
        *(f"Not read: {line}" for line in result.unread),
        *result.remarks,
    ]


def _flat(result: Backtest) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            one.incident, way, claim.of, claim.id, claim.component, claim.elsewhere, claim.recorded, claim.predicted,
            claim.found, claim.exact if claim.hit else None, claim.unscored, claim.confidence, " → ".join(claim.because),
            claim.start, claim.onset,
        )
        for one in result.incidents
        for way, tested in (("whole", one.whole), ("left one out", one.left_one_out))
        for claim in tested.claims
    ]  # fmt: skip
    return Table("Claims", _CLAIM, tuple(rows))


def _tables(result: Backtest) -> list[Table]:
    rows: list[tuple[Cell, ...]] = []
    scored: list[tuple[str, Score | None, Score | None]] = [
        (one.incident, one.whole.score, one.left_one_out.score) for one in result.incidents if one.whole.trigger
    ]
    for name, whole, left in [*scored, ("all", result.whole, result.left_one_out)]:
        rows += [(name, "whole", *cells(whole)), (name, "left one out", *cells(left))]
    classes: list[tuple[Cell, ...]] = [
        (
            way,
            one.effect,
            one.claims,
            fraction(one.found, one.claims),
            fraction(one.exact, one.claims),
            fraction(one.right, one.said),
        )
        for way, score in (("whole", result.whole), ("left one out", result.left_one_out))
        for one in score.classes
    ]
    wrong: list[tuple[Cell, ...]] = [
        (one.incident, claim.of, claim.id, how, " → ".join(claim.because))
        for one in result.incidents
        for claim, how in misses(one.whole)
    ]
    unscored: list[tuple[Cell, ...]] = [(reason, count) for reason, count in result.whole.unscored.items()]
    return [
        Table("Score", ("outage", "catalog", *COLUMNS), tuple(rows)),
        Table("By class", ("catalog", "as recorded", "claims", "recall", "exact", "precision"), tuple(classes)),
        Table("Missed with the whole catalog", ("outage", "of", "what", "how", "because"), tuple(wrong)),
        Table("Not scored", ("why", "claims"), tuple(unscored)),
    ]


sheets.register("Backtest")(Sheets(_title, _flat, _tables))
