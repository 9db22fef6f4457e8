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
    from blastradius.analysis.pinned import Pinned
    from blastradius.analysis.regions import Regions

_TONES: dict[str, Tone] = {
    "single-region": "bad",
    "single-region-with-backup": "warn",
    "multi-region": "good",
    "unknown": "unknown",
}
_MOST = 8


def page(result: Regions, view: View) -> list[str]:
    """The verdict and why, which regions serve, each environment, what is pinned, what has no known place."""
    lines = [
        f"{view.tone('Where does it run?', 'strong')} {view.tone(result.verdict, _TONES[result.verdict])}",
        *(line for reason in result.reasons for line in wrapped("  " + terminal(reason), view.width, 4)),
    ]
    for word, regions in (("serve", result.serving_regions), ("hold a backup only", result.backup_regions)):
        if regions:
            lines += wrapped(f"Regions that {word}: {terminal(', '.join(regions))}", view.width, 4)
    lines += _environments(result, view)
    if result.pinned:
        lines += ["", "Pinned to one region, and needed from others:"]
        for found in result.pinned[:_MOST]:
            lines += [view.tone(part, "bad") for part in wrapped(terminal(_pin(found)), view.width, 6)]
        lines += _more(len(result.pinned), "component")
    copies = _copies(result, view)
    lines += ["", *copies] if copies else []
    unseen = [*gap_lines((), result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *unseen] if unseen else lines


def _pin(found: Pinned) -> str:
    """What is pinned, from where it is needed, and the lines that say so."""
    places = list(dict.fromkeys(evidence.locator for evidence in found.evidence))
    where = f" ({listed(places, 3)})" if places else ""
    return f"  {found.component} in {found.region}, needed from {', '.join(found.needed_from)}{where}"


def _environments(result: Regions, view: View) -> list[str]:
    """A line for each environment, where there are several."""
    if not result.environments:
        return []
    lines = ["", "By environment:"]
    for one in result.environments:
        pinned = f"; {number(len(one.pinned), 'thing')} pinned to one region" if one.pinned else ""
        unplaced = f"; nobody knows where {number(len(one.unplaced), 'thing')} runs" if one.unplaced else ""
        backup = f"; backup in {', '.join(one.backup_regions)}" if one.backup_regions else ""
        where = f" in {', '.join(one.serving_regions)}" if one.serving_regions else ""
        text = terminal(f"  {one.name}: {one.verdict}{where}{backup}{pinned}{unplaced}")
        lines += [view.tone(part, _TONES[one.verdict]) for part in wrapped(text, view.width, 6)]
    return lines


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
