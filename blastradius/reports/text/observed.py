"""What was seen at run time and what configuration shows, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import listed, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blastradius.analysis.observed import Call, Observed

_MOST = 20


def page(result: Observed, view: View) -> list[str]:
    """How much both sides agree, then what either does not know."""
    lines = [view.tone("What was seen at run time?", "strong")]
    if not result.recorded:
        nothing = (
            "  no calls: scan traces or a service graph (Jaeger, Zipkin, OpenTelemetry, X-Ray, Kiali) with the rest"
        )
        return [*lines, *wrapped(nothing, view.width, 4)]
    said = f"  {number(result.recorded, 'call')} by {listed(list(result.sources))}; configuration shows {result.shown:,} of them"
    lines += wrapped(said, view.width, 4)
    if result.undescribed:
        unknown = listed([terminal(id) for id in result.undescribed], 6)
        lines += wrapped(f"  {len(result.undescribed):,} that no configuration describes: {unknown}", view.width, 4)
    lines += _part("Seen, and not in configuration; each counts like any other dependency:", result.only_seen, view)
    lines += _part(
        "In configuration, and never seen; perhaps dead, perhaps not sampled, and still counted:",
        result.never_seen,
        view,
    )
    coverage = coverage_line(result.coverage, view)
    return [*lines, "", *coverage] if coverage else lines


def _part(title: str, calls: Sequence[Call], view: View) -> list[str]:
    if not calls:
        return []
    lines = ["", *wrapped(title, view.width, 2)]
    for call in calls[:_MOST]:
        where = f", {call.evidence[0].locator}" if call.evidence else ""
        note = f"; {call.note}" if call.note else ""
        text = f"  {terminal(call.dependent)} → {terminal(call.dependency)} ({call.strength}{terminal(where)}{note})"
        lines += wrapped(text, view.width, 6)
    if len(calls) > _MOST:
        lines.append(f"  and {number(len(calls) - _MOST, 'more call')}; `--format json` lists every one")
    return lines


pages.register("Observed")(page)
