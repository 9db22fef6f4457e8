"""Journeys by what is lost, as a table that fits a screen: the worst first, and what hurts nobody in one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from blastradius.analysis.report import Report
from blastradius.analysis.sweep import Sweep, SweptLoss
from blastradius.model import JourneyResult, Verdict
from blastradius.reports.html.texts import labels, short
from blastradius.reports.wording import MARKS, ending, number, plural

GLYPHS: dict[Verdict, str] = {verdict: glyph for verdict, (glyph, _) in MARKS.items()}
#: The same in a cell, where most survive and say so quietly.
CELLS = GLYPHS | {"survives": "·"}
_MOST_ROWS = 60
_MOST_COLUMNS = 40
_NAMED = 12
#: What a verdict is called in a cell.
WORDS: dict[Verdict, str] = {"breaks": "breaks", "unknown": "unknown", "degrades": "degraded", "survives": "survives"}
_ORDER = ("breaks", "unknown", "degrades", "survives")


@dataclass
class Matrix:
    """The table.

    Attributes:
        rows: a journey each, with a list of cells for each group of columns.
        groups: a sort of loss each, with its columns.
        quiet: losses that hurt nobody or did not fit, a line a sort.
        more_journeys: what did not fit.
        tiers: whether any journey has a tier.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)
    more_journeys: str = ""
    tiers: bool = False


def anchor(position: int) -> str:
    """Where the proof of a journey stands in the page."""
    return f"proof-{position + 1}"


def matrix(report: Report) -> Matrix:
    """Lay a report's journeys and losses out.

    Args:
        report: the report.
    """
    found = Matrix(tiers=any(one.tier is not None for one in report.journeys))
    removed = set(report.answer.removed) if report.answer else set()
    verdicts: list[list[tuple[SweptLoss, str, dict[str, Verdict], bool]]] = []
    for sweep in report.sweeps:
        shown = _columns(sweep, found)
        if shown:
            named, longer = (labels(((one.id, one.name) for one in sweep.losses), most) for most in (24, 60))
            columns = [(loss, longer[loss.id], _verdicts(loss), loss.id in removed) for loss in shown]
            verdicts.append(columns)
            found.groups.append(
                {
                    "name": _title(sweep.by),
                    "columns": [
                        {"id": short(loss.id, 200), "name": named[loss.id], "chosen": chosen}
                        for loss, _, _, chosen in columns
                    ],
                }
            )
    rows = _journeys(report, found)
    names = labels(((one.id, one.name) for one in rows), 60)
    for journey in rows:
        name = names[journey.id]
        found.rows.append(
            _row(report, journey, name) | {"cells": [[_cell(name, journey.id, *c) for c in g] for g in verdicts]}
        )
    return found


def _journeys(report: Report, found: Matrix) -> list[Any]:
    """Journeys in the answer's order, or the system's; those that survive give way first."""
    journeys: list[Any] = list(report.answer.journeys if report.answer else report.journeys)
    if len(journeys) <= _MOST_ROWS:
        return journeys
    worst = {id for sweep in report.sweeps for loss in sweep.losses for id in loss.breaks}
    ranked = sorted(journeys, key=lambda j: (_rank(j), j.id not in worst))
    kept = {one.id for one in ranked[:_MOST_ROWS]}
    found.more_journeys = f"and {number(len(journeys) - _MOST_ROWS, 'more journey')}; CSV and JSON list all of them"
    return [one for one in journeys if one.id in kept]


def _rank(journey: Any) -> int:
    return _ORDER.index(journey.verdict) if isinstance(journey, JourneyResult) else 0


def _columns(sweep: Sweep, found: Matrix) -> list[SweptLoss]:
    """Losses that hurt somebody, the worst first; the others are named in a line."""
    hurting = [loss for loss in sweep.losses if loss.breaks or loss.degrades or loss.unknown]
    hurting.sort(key=lambda loss: (-len(loss.breaks), -len(loss.unknown), -len(loss.degrades), loss.name, loss.id))
    if not sweep.losses:
        found.quiet.append(f"There is no {sweep.by} here to be lost.")
    quiet = [loss for loss in sweep.losses if not (loss.breaks or loss.degrades or loss.unknown)]
    if quiet:
        names = ", ".join(list(labels(((one.id, one.name) for one in quiet), 40).values())[:_NAMED])
        more = f" and {len(quiet) - _NAMED:,} more" if len(quiet) > _NAMED else ""
        sort = f"the {sweep.by}" if len(quiet) == 1 else f"any of {len(quiet):,} {_title(sweep.by).lower()}"
        found.quiet.append(f"Losing {sort} touches no journey: {names}{more}.")
    if len(hurting) > _MOST_COLUMNS:
        left = len(hurting) - _MOST_COLUMNS
        found.quiet.append(f"{left:,} more {_title(sweep.by).lower()} hurt fewer journeys; JSON lists all of them.")
    return hurting[:_MOST_COLUMNS]


def _title(by: str) -> str:
    return plural(by).replace("-", " ").capitalize()


def _verdicts(loss: SweptLoss) -> dict[str, Verdict]:
    found: dict[str, Verdict] = dict.fromkeys(loss.degrades, "degrades")
    return found | dict.fromkeys(loss.unknown, "unknown") | dict.fromkeys(loss.breaks, "breaks")


def _cell(
    journey: str, id: str, loss: SweptLoss, name: str, verdicts: dict[str, Verdict], chosen: bool
) -> dict[str, Any]:
    verdict = verdicts.get(id, "survives")
    said = f"{journey} {WORDS[verdict]} without {name}"
    return {"verdict": verdict, "glyph": CELLS[verdict], "said": said, "chosen": chosen}


def _row(report: Report, journey: Any, name: str) -> dict[str, Any]:
    row = {"name": name, "tier": journey.tier, "inferred": journey.inferred, "anchor": ""}
    if report.answer is None:
        return row
    said = ending(journey)
    word, _, rest = said.partition(", ")
    if journey.verdict == "unknown":
        word, rest = "unknown", "breaks if what was not seen is in the way"
    position = next(at for at, one in enumerate(report.answer.journeys) if one.id == journey.id)
    return row | {
        "verdict": journey.verdict,
        "glyph": GLYPHS[journey.verdict],
        "word": word,
        "rest": rest,
        "anchor": anchor(position),
    }
