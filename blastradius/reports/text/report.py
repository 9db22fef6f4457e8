"""A report on one screen: the chosen loss, and every loss of a sort in a line."""

from __future__ import annotations

from blastradius.analysis.report import Report
from blastradius.model.called import distinct
from blastradius.reports.escape import terminal
from blastradius.reports.text import blast_radius, pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import components_of, listed, number

_MOST = 12


def page(result: Report, view: View) -> list[str]:
    """Lines for a screen."""
    if result.answer is not None:
        return [*blast_radius.page(result.answer, view), "", *_losses(result, view)]
    head = [view.tone(f"What breaks when something goes away? {terminal(result.title)}", "strong")]
    said = f"{number(len(result.journeys), 'journey')}, {components_of(result.inventory)}"
    unseen = [*gap_lines((), result.gaps, view), *coverage_line(result.coverage, view)]
    return [*head, *wrapped(said, view.width), "", *_losses(result, view), *(["", *unseen] if unseen else [])]


def _losses(result: Report, view: View) -> list[str]:
    """Each sort of loss, the worst first; what hurts nobody is counted."""
    journeys = distinct((journey.id, journey.name) for journey in result.journeys)
    names = {id: terminal(name) for id, name in journeys.items()}
    lines = []
    for sweep in result.sweeps:
        hurting = [one for one in sweep.losses if one.breaks or one.unknown or one.degrades]
        hurting.sort(key=lambda one: (-len(one.breaks), -len(one.unknown), -len(one.degrades), one.id))
        if not sweep.losses:
            lines.append(f"Losing each {sweep.by}: there is none")
            continue
        lines.append(f"Losing each {sweep.by}:")
        lost = distinct((loss.id, loss.name) for loss in sweep.losses)
        for loss in hurting[:_MOST]:
            parts = [
                f"{len(ids):,} {word}: {listed([names[id] for id in ids], 4)}"
                for word, ids in (("broken", loss.breaks), ("unknown", loss.unknown), ("degraded", loss.degrades))
                if ids
            ]
            lines += wrapped(f"  {terminal(lost[loss.id])}  {'; '.join(parts)}", view.width, 6)
        rest = len(sweep.losses) - len(hurting[:_MOST])
        quiet = len(sweep.losses) - len(hurting)
        if quiet:
            lines.append(
                f"  {number(quiet, 'other')} hurt no journey" if hurting else f"  none of {quiet:,} hurts a journey"
            )
        if rest > quiet:
            lines.append(f"  {rest - quiet:,} more hurt fewer; `--format json` lists all")
    return lines


pages.register("Report")(page)
