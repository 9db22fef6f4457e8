"""A simulated loss on one screen: verdicts and their proof, what is close to breaking, what was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blastradius.model import BlastRadius, Gap, JourneyResult
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines, no_journeys
from blastradius.reports.view import View, columns, wrapped
from blastradius.reports.wording import (
    LONGEST_CHAIN,
    MARKS,
    Names,
    ending,
    headline,
    listed,
    number,
    origin,
    proof,
    question,
    verdict_words,
)

_MOST_JOURNEYS = 12
_NARROW = 100
_LEAST = 48
"""Columns that a verdict and its proof need beside the name of the journey; else they stand below it."""
_DONE = {"start": "started again", "change": "changed or deployed", "operate": "watched or repaired"}


def page(result: BlastRadius, view: View) -> list[str]:
    """Lines for a screen, however large the system: journeys first."""
    names = Names(result)
    lines = [
        *(view.tone(line, "strong") for line in wrapped(f"What breaks when {question(result.scenario)}?", view.width)),
        *(wrapped(origin(result.scenario), view.width) if result.scenario.source else []),
        *wrapped(headline(result), view.width),
        "",
        *(_journeys(result.journeys, names, view) if result.journeys else no_journeys(result, names, view)),
    ]
    notes = [line for note in _notes(result, names) for line in wrapped(note, view.width, 4)]
    unseen = [*gap_lines(_touching(result), result.gaps, view, names), *coverage_line(result.coverage, view)]
    for block in (notes, unseen):
        if block:
            lines += ["", *block]
    return lines


def _journeys(journeys: Sequence[JourneyResult], names: Names, view: View) -> list[str]:
    shown, folded = _fold(journeys)
    width = min(max((columns(names[journey.id]) for journey in shown), default=0), 32)
    tiers = any(journey.tier is not None for journey in journeys)
    lines = [line for journey in shown for line in _journey(journey, names, view, width, tiers)]
    for verdict in MARKS:
        same = [names[journey.id] for journey in folded if journey.verdict == verdict]
        if same:
            mark, tone = MARKS[verdict]
            line = f"{mark} {verdict}: {number(len(same), 'more journey')}: {listed(same)}"
            lines += [view.tone(part, tone) for part in wrapped("  " + line, view.width, 4)]
    return lines


def _fold(journeys: Sequence[JourneyResult]) -> tuple[list[JourneyResult], list[JourneyResult]]:
    """Those to show one by one, in the order of the result, and those to fold; survivors fold first."""
    if len(journeys) <= _MOST_JOURNEYS:
        return list(journeys), []
    hurt = {journey.id for journey in [j for j in journeys if j.verdict != "survives"][:_MOST_JOURNEYS]}
    return [j for j in journeys if j.id in hurt], [j for j in journeys if j.id not in hurt]


def _journey(journey: JourneyResult, names: Names, view: View, width: int, tiers: bool) -> list[str]:
    mark, tone = MARKS[journey.verdict]
    name = names[journey.id]
    tier = "" if not tiers else f"tier {journey.tier}  " if journey.tier is not None else "        "
    inferred = " (inferred)" if journey.inferred else ""
    head = f"  {tier}{name}{' ' * (width - columns(name))} "
    narrow = view.width is not None and view.width < _NARROW
    bodies = _bodies(journey, names, f"{mark} {ending(journey)}{inferred}", narrow)
    room = None if view.width is None else view.width - columns(head)
    if room is not None and room < _LEAST and columns(bodies[-1]) > room:
        first, *more = ["", *_fitting(["    " + body for body in bodies], view.width, 6)]
        head, indent = head.rstrip(), 0
    else:
        # Only what follows the name is wrapped: the spaces that line it up are not to be broken at.
        first, *more = _fitting(bodies if room is None or room >= _LEAST else bodies[-1:], room, 0)
        indent = min(columns(head) + 2, 24)
    said = f"{mark} {verdict_words(journey)}"
    lines = [head + first, *(" " * indent + line for line in more)]
    return [line.replace(said, view.tone(said, tone), 1) for line in lines]


def _bodies(journey: JourneyResult, names: Names, verdict: str, narrow: bool) -> list[str]:
    """What to say of a journey, from all of it to the least: `explain` and the notes below say the rest."""
    chains = [proof(journey, names, longest) for longest in (LONGEST_CHAIN, 4, 3)]
    said = [f"{verdict}: {chain}" if chain else verdict for chain in chains]
    others = [found for found in journey.exposed if found != journey.id]
    exposed = f"; exposed: {names.some(others, 3)}" if others else ""
    # What stands is proved where there is room: `explain` says the rest.
    shorter = [verdict] if journey.verdict == "survives" and narrow else said[1:]
    return [said[0] + exposed, said[0], *shorter]


def _fitting(bodies: Sequence[str], width: int | None, indent: int) -> list[str]:
    """The first of some texts that takes two lines, else the last."""
    found = [wrapped(body, width, indent) for body in bodies]
    return next((lines for lines in found if len(lines) <= 2), found[-1])


def _heard(journey: JourneyResult, names: Names) -> str:
    """A journey with the vendors on whose account it breaks, and how sure the catalog is of them."""
    said = []
    for id in journey.on_word:
        notes = [one.note or "" for link in journey.chain if link.dependent == id for one in link.evidence]
        sure = next((note.partition(",")[0] for note in notes if note.startswith("confidence ")), "")
        said.append(f"{names[id]}, {sure}" if sure else names[id])
    return f"{names[journey.id]} ({'; '.join(said)})"


def _notes(result: BlastRadius, names: Names) -> Iterable[str]:
    exposed = [component.id for component in result.components if component.exposed]
    if exposed:
        yield f"Exposed, up but without a spare now: {names.some(exposed)}"
    by_hand = [journey.id for journey in result.journeys if journey.by_hand and not journey.unrehearsed]
    if by_hand:
        yield f"Standing only by hand: {names.some(by_hand)}"
    unrehearsed = [journey.id for journey in result.journeys if journey.unrehearsed]
    if unrehearsed:
        yield f"Standing by hand, never or not lately rehearsed: {names.some(unrehearsed)}"
    heard = [_heard(journey, names) for journey in result.journeys if journey.on_word]
    if heard:
        yield f"Broken by the catalog's word of a vendor alone: {listed(heard, 5)}"
    if result.refused:
        told = [f"{names[one.dependent]}, which needs {names.some(one.needs, 2)}" for one in result.refused]
        yield f"Failovers that could not happen: {'; '.join(told[:3])}{f' and {len(told) - 3:,} more' * (len(told) > 3)}"
    for verb, done in _DONE.items():
        stuck = [c.id for c in result.components if verb in c.cannot and c.state != "down"]
        if stuck:
            yield f"Still up, but could not be {done} while this lasts: {names.some(stuck, 2)}"
    if result.deadlocks:
        yield f"Could not start again from nothing (cold-start deadlock): {names.some(result.deadlocks)}"
    if result.unfounded:
        yield f"Still up only because it was running already, would not come up after a restart: {names.some(result.unfounded)}"
    if result.not_present:
        yield f"Not present here: {listed(result.not_present)}"


def _touching(result: BlastRadius) -> list[Gap]:
    return [gap for journey in result.journeys for gap in journey.gaps]


pages.register("BlastRadius")(page)
