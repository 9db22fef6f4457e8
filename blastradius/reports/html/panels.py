"""What is weak whatever is lost: single points of failure, and what breaks a journey together."""

from __future__ import annotations

from typing import Any

from blastradius.analysis.cuts import Cuts
from blastradius.analysis.report import Report
from blastradius.analysis.sweep import Sweep
from blastradius.model.called import distinct
from blastradius.reports.html.tabular import cell, table
from blastradius.reports.html.texts import short
from blastradius.reports.view import View
from blastradius.reports.wording import Names, number

_MOST_SETS, _SETS_EACH = 200, 12
"""Sets listed in all, and of one journey."""
_ORDERS = 3
_NAMED = 8


def panels(report: Report, names: Names, view: View) -> list[dict[str, Any]]:
    """The panels of analyses that were made; where a system is too large for one, what to ask instead.

    Args:
        report: the report.
        names: what to call components.
        view: how the inventory was named.
    """
    if not report.journeys:
        return []
    inventory = short(view.inventory, 200)
    if report.singles is None or report.cuts is None:
        said = f"Not looked for in a system of {number(len(report.inventory.components), 'component')}: "
        ask = f"`blastradius sweep {inventory} --by component` and `blastradius cuts {inventory}` do."
        return [
            _panel("singles", "Single points of failure and cut sets", said + ask, table("None", [("", "name")], []))
        ]
    return [_singles(report, report.singles, names), _cuts(report.cuts, names)]


def _panel(anchor: str, title: str, said: str, rows: dict[str, Any]) -> dict[str, Any]:
    return {"anchor": anchor, "title": title, "said": said, "table": rows}


def _singles(report: Report, singles: Sweep, names: Names) -> dict[str, Any]:
    """What breaks a journey alone, the worst first."""
    components = {one.id: one for one in report.inventory.components}
    called = distinct((one.id, one.name) for one in components.values())
    rows = []
    for loss in singles.losses:
        one = components[loss.id]
        place = " · ".join(part for part in (one.provider, one.zone or one.region) if part and part != one.name)
        journeys = ", ".join(short(names[id], 40) for id in loss.breaks[:_NAMED])
        more = f" and {len(loss.breaks) - _NAMED:,} more" if len(loss.breaks) > _NAMED else ""
        rows.append([cell(called[one.id]), one.kind, short(place, 60), len(loss.breaks), loss.down, journeys + more])
    columns = [("alone", "name"), ("kind", "text"), ("place", "text"), ("breaks", "figure"), ("takes down", "figure"), ("journeys", "words")]  # fmt: skip
    verb = "breaks" if len(rows) == 1 else "break"
    said = (
        f"{number(len(rows), 'component')} {verb} a journey by being lost alone, for ever." if rows else "None found."
    )
    more = "only the worst are listed; `blastradius sweep --by component` lists all" if singles.omitted else ""
    return _panel("singles", "Single points of failure", said, table("Single points of failure", columns, rows, more))


def _cuts(cuts: Cuts, names: Names) -> dict[str, Any]:
    """What breaks journeys only together; what does so alone stands above."""
    found: dict[tuple[str, ...], list[str]] = {}
    for journey in cuts.journeys:
        for one in [one for one in journey.sets if len(one.ids) > 1][:_SETS_EACH]:
            found.setdefault(one.ids, []).append(short(names[journey.id], 40))
    ordered = sorted(found.items(), key=lambda item: (len(item[0]), -len(item[1]), item[0]))
    rows = [
        [cell(" + ".join(short(names[id], 60) for id in ids)), len(ids), len(journeys), ", ".join(journeys[:_NAMED])]
        for ids, journeys in ordered[:_MOST_SETS]
    ]
    more = ""
    if any(len(journey.sets) < journey.total for journey in cuts.journeys) or len(ordered) > _MOST_SETS:
        more = "the first of each journey; `blastradius cuts` counts and lists all"
    columns = [("together", "name"), ("losses", "figure"), ("breaks", "figure"), ("journeys", "words")]
    return _panel("cuts", "Cut sets", _said(cuts), table("Cut sets", columns, rows, more if rows else ""))


def _said(cuts: Cuts) -> str:
    """How many sets there are, as far as they are known."""
    orders: dict[int, int] = {}
    for journey in cuts.journeys:
        for count in journey.counts:
            orders[count.order] = orders.get(count.order, 0) + count.count
    parts = [f"{orders[order]:,} of {order}" for order in sorted(orders) if 1 < order <= _ORDERS]
    unknown = [one for one in cuts.journeys if one.complete_to is not None and one.complete_to < _ORDERS]
    hidden = [one for one in cuts.journeys if one.gaps]
    sentences = []
    if parts:
        sentences.append(f"Minimal sets, counted for each journey: {', '.join(parts)} losses.")
    elif not unknown:
        sentences.append("No two or three losses break a journey that survives each of them.")
    if unknown:
        sentences.append(f"Not all are known for {number(len(unknown), 'journey')}.")
    if hidden:
        sentences.append(f"What was not seen of {number(len(hidden), 'journey')} may hide more.")
    return " ".join(sentences)
