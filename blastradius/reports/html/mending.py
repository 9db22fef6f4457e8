"""What to mend first: the smallest sets of changes by which journeys survive the chosen loss."""

from __future__ import annotations

from typing import Any

from blastradius.analysis.fixes import Change, Fixes, LossFixes, Way
from blastradius.analysis.report import Report
from blastradius.reports.html.tabular import cell, table
from blastradius.reports.html.texts import short
from blastradius.reports.view import View
from blastradius.reports.wording import Names, number

_MOST_CHANGES = 60
_NAMED = 8
_COLUMNS = (
    ("change", "name"), ("effort", "text"), ("mends alone", "figure"), ("in sets", "figure"), ("revenue/h", "figure"),
    ("journeys", "words"), ("seen at", "place"),
)  # fmt: skip


def mending(report: Report, names: Names, view: View) -> dict[str, Any] | None:
    """The panel; none where nothing is lost or nobody said what matters.

    Args:
        report: the report.
        names: what to call components.
        view: how the inventory was named.
    """
    if report.answer is None or not report.journeys:
        return None
    if report.fixes is None:
        size = number(len(report.inventory.components), "component")
        ask = f"`blastradius fixes {short(view.inventory, 200)}` with the same loss does."
        return _panel([f"Not looked for in a system of {size}: {ask}"])
    found = report.fixes
    changes = {one.change.id: one.change for one in found.changes}
    loss = found.losses[0] if found.losses else None
    sets = [_set(way, loss.ways[0] if at else None, changes, names) for at, way in enumerate(loss.ways)] if loss else []
    return _panel(_said(found, loss, names), sets, _ranked(found, names))


def _panel(
    said: list[str], sets: list[dict[str, Any]] | None = None, ranked: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"said": said, "sets": sets or [], "table": ranked or table("Changes", _COLUMNS, [])}


def _said(found: Fixes, loss: LossFixes | None, names: Names) -> list[str]:
    lines = []
    if loss is None and not found.unknown:
        lines.append("No journey breaks: nothing is to be mended.")
    if loss is not None and loss.ways:
        mended = len(loss.breaks) - len(loss.beyond)
        which = "The smallest sets" if len(loss.ways) > 1 else "The smallest set"
        survive = "survives" if mended == 1 else "survive"
        lines.append(
            f"{which} of changes by which {number(mended, 'journey')} {survive}; any one set will do, and each was "
            f"simulated as a whole{'' if loss.exact else '. There may be a smaller one'}."
        )
    if loss is not None and loss.beyond:
        lines.append(f"Nothing that was tried mends {_journeys(loss.beyond, names)}{_untried(loss)}.")
    if loss is not None and loss.left_out:
        lines.append(f"{number(loss.left_out, 'change')} that take more were not tried.")
    for unknown in found.unknown:
        lines.append(f"Not known: {_journeys(unknown.journeys, names)}. First state what was not seen.")
    for one in found.rehearse:
        hand = f"To rehearse: {_journeys(one.journeys, names)} would stand only by the failover of "
        lines.append(f"{hand}{short(names[one.dependent], 60)}, by hand, which nobody has tried.")
    return lines


def _untried(loss: LossFixes) -> str:
    return "; of what it takes to change, start or watch only failovers are tried" if loss.other_phases else ""


def _journeys(ids: tuple[str, ...], names: Names) -> str:
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return ", ".join(short(names[id], 40) for id in ids[:_NAMED]) + more


def _set(way: Way, first: Way | None, changes: dict[str, Change], names: Names) -> dict[str, Any]:
    """A set; one that is for the greater part the first again shows what differs."""
    shared = [id for id in way.changes if first is not None and id in first.changes]
    alike = first is not None and len(shared) > 2 and len(shared) * 2 > len(way.changes)
    instead = [changes[id].text for id in first.changes if id not in shared] if first is not None and alike else []
    return {
        "title": f"{number(len(way.changes), 'change')}, effort {way.effort}",
        "alike": f"{number(len(shared), 'change')} of the first set, and:" if alike else "",
        "changes": [
            {"text": short(_sentence(one), 300), "effort": one.effort, "where": _where(one)}
            for one in (changes[id] for id in way.changes if not alike or id not in shared)
        ],
        "instead": f"Not: {'; '.join(short(text, 120) for text in instead)}." if instead else "",
        "then": f"Then only degraded: {_journeys(way.degrades, names)}." if way.degrades else "",
    }


def _sentence(change: Change) -> str:
    return change.text[:1].upper() + change.text[1:]


def _where(change: Change) -> str:
    return short(next((one.locator for one in change.evidence if one.locator), ""), 160)


def _ranked(found: Fixes, names: Names) -> dict[str, Any]:
    """Every change that helps, by what it is worth for what it takes; one alone stands in its set already."""
    rows = [
        [
            cell(short(_sentence(one.change), 160)),
            one.change.effort,
            one.alone,
            one.helps,
            round(one.revenue_per_hour) or None,
            _journeys(one.journeys, names),
            _where(one.change),
        ]
        for one in found.changes[:_MOST_CHANGES]
    ]
    left = len(found.changes) - len(rows)
    more = f"and {number(left, 'more change')}; `blastradius fixes` lists all" if left else ""
    return table("Changes", _COLUMNS, rows if len(rows) > 1 else [], more)
