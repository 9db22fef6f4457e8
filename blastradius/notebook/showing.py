"""What a notebook shows: plain text, tables and a picture without any script; a whole page where one is asked for."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Sequence
from os import PathLike

from blastradius.analysis.picture import Picture, picture
from blastradius.analysis.proofs import proofs
from blastradius.analysis.report import Report, report
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, Inventory, Scenario, Value
from blastradius.pipeline import question
from blastradius.reports import View, escape, render
from blastradius.reports.drawings import COLOURS
from blastradius.reports.svg import svg
from blastradius.reports.tables import Table, sheets_of
from blastradius.reports.wording import MARKS

_MOST_ROWS = 40
_FEW_ROWS = 8
"""A longer table is folded, unless it is the first: what it holds is one click away."""
_MOST_NODES = 80
_OVERVIEW = 48
"""Nodes of a whole system at most: what is alike stands together."""
_WIDTH = 100
_BOX = "overflow:auto;max-height:720px;border:1px solid #8884;border-radius:6px"
_STYLE = (
    "border-collapse:collapse;font-size:13px;margin:.4em 0 1em",
    "text-align:left;border-bottom:1px solid #8888;padding:2px 10px 2px 0;font-weight:600",
    "text-align:left;border-bottom:1px solid #8883;padding:2px 10px 2px 0;vertical-align:top",
)


class Shown:
    """Something on its way into a notebook, as the last value of a cell or by IPython's `display`."""

    def __init__(self, bundle: dict[str, str]) -> None:
        self._bundle = bundle

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return dict(self._bundle)

    def __repr__(self) -> str:
        return self._bundle["text/plain"]


def show(
    what: Value | DependencyGraph,
    remove: Sequence[str] = (),
    *,
    degrade: Sequence[str] = (),
    duration: int | str | None = None,
    horizon: int | str | None = None,
    scenario: Scenario | str | PathLike[str] | None = None,
    by: Sequence[str] = (),
    height: int = 800,
) -> Shown:
    """The page of `blastradius report` inside a notebook; of a result what a cell shows of it.

    The page stands in a frame of its own, from which nothing reaches the notebook or the network; no file is written. It
    carries its drawing library, some 700 kB each time.

    Args:
        what: a graph, an inventory or a report; or any other result.
        remove: selectors of what is down, for a graph or an inventory; this and the next four as for `simulate`.
        degrade: selectors of what is degraded.
        duration: how long.
        horizon: how long to look.
        scenario: a scenario or its file, in place of the four above.
        by: kinds of which everything is lost one after the other; regions and vendors where none is named.
        height: pixels of the frame.

    Raises:
        UsageError: when a selector is malformed or matches nothing, or a result is asked to lose something.
    """
    asks = bool(remove or degrade or scenario is not None or duration is not None or horizon is not None)
    if isinstance(what, DependencyGraph | Inventory):
        asked, typed = question(remove, degrade, duration, horizon, scenario) if asks else (None, True)
        what = report(what, asked, by=by, typed=typed)
    elif asks or by:
        raise UsageError(f"show: a {type(what).__name__} loses nothing more: give the graph, or leave the loss out")
    if not isinstance(what, Report):
        return Shown(bundle(what))
    page = markup.escape(render(what, "html"), quote=True)
    frame = f'<iframe sandbox="allow-scripts" srcdoc="{page}" style="width:100%;height:{int(height)}px;border:1px solid #8884">'
    return Shown(
        {"text/plain": render(what, "text", View(width=_WIDTH)).rstrip("\n"), "text/html": frame + "</iframe>"}
    )


def bundle(value: Value | DependencyGraph) -> dict[str, str]:
    """What a notebook shows of a result: the terminal's report as plain text; a picture and its tables as HTML.

    Args:
        value: a result, or a graph.
    """
    result = value.inventory if isinstance(value, DependencyGraph) else value
    try:
        text = render(result, "text", View(width=_WIDTH)).rstrip("\n")
        return {"text/plain": text, "text/html": _html(result, _drawn(value))}
    except ModuleNotFoundError:  # a record that is no result, such as a single component
        return {"text/plain": repr(value)}


def _drawn(value: Value | DependencyGraph) -> Picture:
    """The picture of a value; an empty one of what has none."""
    if isinstance(value, BlastRadius):
        return proofs(value, most=_MOST_NODES)
    try:
        graph = DependencyGraph(value) if isinstance(value, Inventory) else value
    except UsageError:  # an inventory that contradicts itself is still shown as tables
        return Picture()
    return picture(graph, most=_OVERVIEW) if isinstance(graph, DependencyGraph) else Picture()


def _html(result: Value, drawn: Picture) -> str:
    sheets = sheets_of(result)
    title, *notes = sheets.title(result)
    parts = [f"<p><strong>{escape.html(title)}</strong></p>", *(f"<p>{escape.html(note)}</p>" for note in notes)]
    if drawn.nodes:
        parts.append(f'<div style="{_BOX}">{svg(drawn, title)}</div>')
    tables = [table for table in sheets.tables(result) if table.rows]
    parts += [_table(table, opened=at == 0 or len(table.rows) <= _FEW_ROWS) for at, table in enumerate(tables)]
    return f'<div class="blastradius">{"".join(parts)}</div>'


def _table(table: Table, *, opened: bool) -> str:
    outer, head, cell = _STYLE
    columns = [n for n in range(len(table.columns)) if any(row[n] not in (None, "", False) for row in table.rows)]
    names = "".join(f'<th style="{head}">{escape.html(table.columns[n].replace("_", " "))}</th>' for n in columns)
    rows = [
        "<tr>" + "".join(f'<td style="{cell}">{_toned(row[n])}</td>' for n in columns) + "</tr>"
        for row in table.rows[:_MOST_ROWS]
    ]
    cut = len(table.rows) - _MOST_ROWS
    more = f"<p>… and {cut:,} more: <code>br.frame(result)</code> has all.</p>" if cut > 0 else ""
    head_row = f"<thead><tr>{names}</tr></thead>"
    drawn = f'<table style="{outer}">{head_row}<tbody>{"".join(rows)}</tbody></table>{more}'
    if opened:
        return f"<p>{escape.html(table.title)}</p>{drawn}"
    return f"<details><summary>{escape.html(table.title)} ({len(table.rows):,})</summary>{drawn}</details>"


def _cell(value: object) -> str:
    if value is None or value is False or value == "":
        return ""
    return "yes" if value is True else escape.html(f"{value:,}" if isinstance(value, int) else str(value))


def _toned(value: object) -> str:
    """A cell; a verdict at its beginning on a ground of its own, to be read in a light and a dark notebook alike."""
    shown = _cell(value)
    first = next((word for word in MARKS if isinstance(value, str) and re.match(rf"{word}\b", value)), None)
    if first is None:
        return shown
    fill, _, ink = COLOURS[first]
    style = f"background:{fill};color:{ink};border-radius:3px;padding:0 5px;font-weight:600"
    return f'<span style="{style}">{first}</span>{shown.removeprefix(first)}'
