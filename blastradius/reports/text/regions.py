"""Where everything runs, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import listed, number

if TYPE_CHECKING:
    from blastradius.analysis.losing import Loss
    from blastradius.analysis.pinned import Pinned
    from blastradius.analysis.regions import EnvironmentRegions, Regions

_TONES: dict[str, Tone] = {
    "single-region": "bad",
    "single-region-with-backup": "warn",
    "multi-region": "good",
    "unknown": "unknown",
}
_COPIES = {"backup": "backup", "read": "copy to read", "full": "full copy"}
_MOST = 8


def page(result: Regions, view: View) -> list[str]:
    """The verdict and why, which regions serve, each environment, what is pinned, what has no known place."""
    said = result.summary or result.verdict
    lines = [
        f"{view.tone('Where does it run?', 'strong')} {view.tone(terminal(said), _tone(result))}",
        *(line for reason in result.reasons for line in wrapped("  " + terminal(reason), view.width, 4)),
    ]
    for word, regions in (("serve", result.serving_regions), ("hold a backup only", result.backup_regions)):
        if regions:
            lines += wrapped(f"Regions that {word}: {terminal(', '.join(regions))}", view.width, 4)
    lines += [part for loss in result.losses for part in _loss(loss, view)]
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


def _tone(result: Regions | EnvironmentRegions) -> Tone:
    """Two regions are good news only where the journeys outlive either."""
    return "warn" if result.verdict == "multi-region" and not result.holds else _TONES[result.verdict]


def _loss(loss: Loss, view: View) -> list[str]:
    """What losing a region does to the journeys."""
    if not loss.journeys:
        return []
    of = f"of {number(loss.journeys, 'journey')}"
    ends = (
        (loss.breaks, "break", "breaks"),
        (loss.unknown, *["may break, by what was not seen"] * 2),
        (loss.degrades, "degrade", "degrades"),
    )
    said = [
        f"{len(ids):,} {of} {one if len(ids) == 1 else many}: {listed([_name(id) for id in ids], 3)}"
        for ids, many, one in ends
        if ids
    ]
    said = said or [f"none {of} breaks"]
    if loss.by_hand:
        said.append(f"moved by hand: {listed([_name(id) for id in loss.by_hand], 3)}")
    if loss.reading:
        names = listed([_name(id) for id in loss.reading], 3)
        said.append(f"left with a copy to read, and nothing seen makes it take writes: {names}")
    if loss.alone:
        said.append(
            f"{len(loss.alone):,} {'is an entry point' if len(loss.alone) == 1 else 'are entry points'} there, and "
            "nothing seen sends users elsewhere"
        )
    text = f"Losing {terminal(loss.region)}: {'; '.join(said)}"
    tone: Tone = (
        "bad" if loss.breaks else "unknown" if loss.unknown else "warn" if loss.degrades or loss.reading else "good"
    )
    return [view.tone(part, tone) for part in wrapped(text, view.width, 4)]


def _name(journey: str) -> str:
    return terminal(journey.removeprefix("journey:"))


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
        said = one.summary or one.verdict
        serving = ", ".join(one.serving_regions)
        where = (f" in {serving}" if said == one.verdict else f" ({serving})") if serving else ""
        text = terminal(f"  {one.name}: {said}{where}{backup}{pinned}{unplaced}")
        lines += [view.tone(part, _tone(one)) for part in wrapped(text, view.width, 6)]
    return lines


def _copies(result: Regions, view: View) -> list[str]:
    """How many components have which copy, by the regions they run in: those with one first, each by name."""
    groups: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for component in result.components:
        if component.regions:
            groups.setdefault((component.regions, component.replicated), []).append(terminal(component.name))
    ordered = sorted(groups, key=lambda key: (key[1] == "none", -len(groups[key]), key))
    lines = ["What runs where:"] if ordered or result.unplaced else []
    for regions, copy in ordered[:_MOST]:
        names = groups[regions, copy]
        where = terminal(", ".join(regions))
        if copy == "none":
            text = f"  in {where}, of which no copy is declared: {len(names):,}, such as {listed(names, 3)}"
        else:
            text = f"  in {where}, with a {_COPIES[copy]}: {len(names):,}: {listed(names)}"
        lines += wrapped(text, view.width, 6)
    lines += _more(len(ordered), "combination")
    if result.unplaced:
        text = f"  nobody knows where: {len(result.unplaced):,}: {listed([terminal(i) for i in result.unplaced], 3)}"
        lines += [view.tone(part, "unknown") for part in wrapped(text, view.width, 6)]
    return lines


def _more(count: int, thing: str) -> list[str]:
    return [f"  and {number(count - _MOST, 'more ' + thing)}"] if count > _MOST else []


pages.register("Regions")(page)
