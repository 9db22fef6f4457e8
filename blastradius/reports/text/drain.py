"""What has to move to leave a place, on one screen."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import listed, number

if TYPE_CHECKING:
    from blastradius.analysis.fixes import Drain, DrainStep

_HEADS: dict[str, tuple[str, Tone]] = {
    "cannot be moved": ("Cannot be moved: a provider's service that lives there alone", "bad"),
    "replace": ("To be replaced: where these run is not yours to choose", "bad"),
    "build elsewhere": ("To be built elsewhere first, needs before what needs them", "warn"),
    "fail over": ("To be failed over", "warn"),
    "keep until moved": ("To be kept until all has moved: failovers need these", "warn"),
    "for changes": ("Serving goes on; without these something cannot be started, changed or watched", "warn"),
    "covered": ("Covered: others serve already", "good"),
    "go without": ("Journeys are degraded without these", "warn"),
    "not needed": ("No journey rests on these", "dim"),
}
_MOST = 30


def page(result: Drain, view: View) -> list[str]:
    """Steps by what is to be done, in their order."""
    head = f"What has to move to leave {terminal(', '.join(result.selectors))}?"
    counts = {action: len(list(group)) for action, group in groupby(result.steps, lambda one: one.action)}
    told = ", ".join(f"{count:,} {action}" for action, count in counts.items()) or "nothing lives there"
    lines = [view.tone(head, "strong"), told]
    if result.breaks:
        names = listed([terminal(id.removeprefix("journey:")) for id in result.breaks], 8)
        lines += wrapped(f"With all moved that can move, these would still break: {names}", view.width, 4)
    for action, group in groupby(result.steps, lambda one: one.action):
        steps = list(group)
        title, tone = _HEADS[action]
        lines += ["", view.tone(title, tone)]
        lines += [line for one in steps[:_MOST] for line in wrapped(_step(one), view.width, 6)]
        if len(steps) > _MOST:
            lines.append(f"  and {number(len(steps) - _MOST, 'more step')}; `--format json` lists all")
    end = [*gap_lines(result.gaps, result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *end] if end else lines


def _step(one: DrainStep) -> str:
    parts = []
    if one.action == "fail over":
        takes = "nobody said how long it takes" if one.takes is None else f"takes {format_duration(one.takes)}"
        parts.append(f"{takes}{', by hand' if one.by_hand else ''}")
        if one.lag:
            parts.append(f"stop writing first: unplanned, it may lose {format_duration(one.lag)} of data")
    if one.journeys:
        parts.append("for " + listed([terminal(id.removeprefix("journey:")) for id in one.journeys], 4))
    where = next((terminal(evidence.locator) for evidence in one.evidence if evidence.locator), "")
    return (
        f"  {terminal(one.name)} ({one.kind}){': ' if parts else ''}{'; '.join(parts)}{f' ({where})' if where else ''}"
    )


pages.register("Drain")(page)
