"""Two designs side by side: which survives what, then what changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from blastradius.model import JourneyResult
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.view import Tone, View, columns, wrapped
from blastradius.reports.wording import MARKS, ending, number, plural, question

if TYPE_CHECKING:
    from blastradius.analysis.diff import Change, Comparison, Diff, JourneyComparison, Trend

_MOST = 5
_MOST_JOURNEYS = 14
_TRENDS: dict[Trend, tuple[str, Tone]] = {
    "better": ("better", "good"),
    "worse": ("worse", "bad"),
    "unclear": ("unclear", "unknown"),
    "same": ("same", "dim"),
    "added": ("new", "plain"),
    "removed": ("gone", "plain"),
}
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def page(result: Diff, view: View) -> list[str]:
    """Verdicts of both designs first, then the changes by what they are."""
    lines = _compared(result.comparison, view) if result.comparison else []
    if not result.changes:
        return [*lines, "Nothing changed."]
    lines.append(view.tone("What changed?", "strong"))
    for subject in dict.fromkeys(change.subject for change in result.changes):
        own = [change for change in result.changes if change.subject == subject]
        # What merely follows from a placement is counted, not listed.
        shown = [change for change in own if not change.placement]
        if own:
            lines.append("  " + _counts(result, subject))
        names = Counter(change.name for change in shown)
        for change in shown[:_MOST]:
            lines += _change(change, view, by_id=names[change.name] > 1)
        if len(own) > min(len(shown), _MOST):
            lines.append(f"    and {len(own) - min(len(shown), _MOST):,} more; `--format json` lists them all")
    return lines


def _counts(result: Diff, subject: str) -> str:
    found = [(what, result.counts.get(f"{subject} {what}", 0)) for what in _SIGNS]
    return f"{plural(subject)}: " + ", ".join(f"{count:,} {what}" for what, count in found if count)


def _change(change: Change, view: View, *, by_id: bool) -> list[str]:
    fields = "; ".join(f"{f.field} {f.before or 'unset'} → {f.after or 'unset'}" for f in change.fields)
    where = f" ({change.evidence[0].locator})" if change.evidence else ""
    said = change.id if change.subject == "gap" or by_id else change.name
    text = f"    {_SIGNS[change.what]} {said}{': ' + fields if fields else ''}{where}"
    return wrapped("    " + terminal(text.strip()), view.width, 8)


def _compared(comparison: Comparison, view: View) -> list[str]:
    trends = [journey.trend for journey in comparison.journeys]
    counts = [f"{trends.count(trend):,} {word}" for trend, (word, _) in _TRENDS.items() if trend in trends]
    lines = [
        *(
            view.tone(line, "strong")
            for line in wrapped(f"Which survives when {question(comparison.scenario)}?", view.width)
        ),
        f"{number(len(comparison.journeys), 'journey')}: {', '.join(counts) or 'none declared'}",
        "",
    ]
    order = {"worse": 0, "better": 1, "added": 2, "removed": 2, "unclear": 2, "same": 3}
    few = sorted(comparison.journeys, key=lambda journey: order[journey.trend])[:_MOST_JOURNEYS]
    width = min(max((columns(terminal(journey.name)) for journey in few), default=0), 32)
    for journey in [journey for journey in comparison.journeys if journey in few]:
        lines += _journey(journey, width, view)
    if len(comparison.journeys) > len(few):
        lines.append(f"  and {number(len(comparison.journeys) - len(few), 'more journey')}, no worse than these")
    return [*lines, ""]


def _journey(journey: JourneyComparison, width: int, view: View) -> list[str]:
    word, tone = _TRENDS[journey.trend]
    name = terminal(journey.name)
    head = f"  {name}{' ' * (width - columns(name))}  {word:<6}  "
    text = f"{_said(journey.before)} → {_said(journey.after)}"
    first, *more = wrapped(text, None if view.width is None else max(view.width - columns(head), 40))
    colored = head.replace(f"  {word:<6}", f"  {view.tone(format(word, '<6'), tone)}")
    return [colored + first, *(" " * columns(head) + line for line in more)]


def _said(result: JourneyResult | None) -> str:
    return f"{MARKS[result.verdict][0]} {ending(result)}" if result else "not in it"


pages.register("Diff")(page)
