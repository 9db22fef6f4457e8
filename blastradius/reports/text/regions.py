"""Where everything runs, on one screen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import listed, number

if TYPE_CHECKING:
    from blastradius.analysis.regions import Regions

_TONES: dict[str, Tone] = {
    "single-region": "bad",
    "single-region-with-backup": "warn",
    "multi-region": "good",
    "unknown": "unknown",
}
_MOST = 8


def page(result: Regions, view: View) -> list[str]:
    """The verdict and why, what is pinned, what has a copy where, what has no known place."""
    lines = [
        f"{view.tone('Where does it run?', 'strong')} {view.tone(result.verdict, _TONES[result.verdict])}",
        *(line for reason in result.reasons for line in wrapped("  " + terminal(reason), view.width, 4)),
    ]
    if result.pinned:
        lines += ["", "Pinned to one region, and needed from others:"]
        for found in result.pinned[:_MOST]:
            where = f" ({terminal(found.evidence[0].locator)})" if found.evidence else ""
            text = f"  {terminal(found.component)} in {found.region}, needed from {', '.join(found.needed_from)}{where}"
            lines += [view.tone(part, "bad") for part in wrapped(terminal(text), view.width, 6)]
        lines += _more(len(result.pinned), "component")
    lines += ["", *_copies(result, view)]
    unseen = [*gap_lines((), result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *unseen] if unseen else lines


def _copies(result: Regions, view: View) -> list[str]:
    """How many components have which copy, by the regions they run in."""
    groups: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for component in result.components:
        if component.regions:
            groups.setdefault((component.regions, component.replicated), []).append(terminal(component.name))
    count = Counter({key: len(names) for key, names in groups.items()})
    ordered = sorted(count, key=lambda key: (-count[key], key))
    lines = []
    for regions, copy in ordered[:_MOST]:
        said = "no copy elsewhere" if copy == "none" else f"{copy} copy"
        text = f"  {terminal(', '.join(regions))}, {said}: {count[regions, copy]:,}: {listed(groups[regions, copy])}"
        lines += wrapped(text, view.width, 6)
    lines += _more(len(ordered), "combination")
    if result.unplaced:
        text = f"  nobody knows where: {len(result.unplaced):,}: {listed([terminal(i) for i in result.unplaced], 3)}"
        lines += [view.tone(part, "unknown") for part in wrapped(text, view.width, 6)]
    return lines


def _more(count: int, thing: str) -> list[str]:
    return [f"  and {number(count - _MOST, 'more ' + thing)}"] if count > _MOST else []


pages.register("Regions")(page)
