"""Minimal cut sets, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.losses import (
    asked_words,
    by_words,
    complete_words,
    counts_words,
    loss_words,
    of_fault_tree,
    single_words,
    thing,
)
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import number

if TYPE_CHECKING:
    from blastradius.analysis.cuts import Cuts, JourneyCuts

_MOST = 200


def page(result: Cuts, view: View) -> list[str]:
    """Per journey how many sets there are by order, and the first of them."""
    head = view.tone(f"{asked_words(result)}?", "strong")
    singles = sum(len(one.single) for one in result.journeys)
    told = f"{single_words(result, singles)} in {number(len(result.journeys), thing(result))}"
    none = "no gate is defined" if of_fault_tree(result) else "no journey is declared"
    lines = [f"{head} {view.tone(told, 'bad' if singles else 'good') if result.journeys else none}"]
    lines += wrapped(f"  {by_words(result)}.", view.width, 4)
    if result.assumed:
        lines.append(view.tone("  Probabilities rest on assumed figures.", "warn"))
    for journey in result.journeys[:_MOST]:
        lines += ["", *_journey(journey, view)]
    if len(result.journeys) > _MOST:
        lines += [
            "",
            f"and {number(len(result.journeys) - _MOST, f'more {thing(result)}')}: --format json or csv has all",
        ]
    touching = [gap for journey in result.journeys for gap in journey.gaps]
    end = [*gap_lines(touching, result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *end] if end else lines


def _journey(journey: JourneyCuts, view: View) -> list[str]:
    tier = f"tier {journey.tier}  " if journey.tier is not None else ""
    tone: Tone = "bad" if journey.single else "plain"
    head = f"  {tier}{view.tone(terminal(journey.name), 'strong')}: {view.tone(counts_words(journey), tone)}"
    if journey.probability is not None:
        head += f"; probability {journey.probability:.6g}"
    lines = wrapped(head, view.width, 4)
    if journey.complete_to is not None:
        lines += [view.tone(line, "warn") for line in wrapped(f"    {complete_words(journey)}", view.width, 6)]
    if journey.gaps:
        text = f"    {number(len(journey.gaps), 'gap')} in what it needs: there may be sets that nobody could see"
        lines += [view.tone(line, "unknown") for line in wrapped(text, view.width, 6)]
    for one in journey.sets:
        chance = f"{one.probability:8.2e}  " if one.probability is not None else ""
        lines += wrapped(f"    {chance}{terminal(loss_words(one.ids, one.names))}", view.width, 8)
    more = journey.total - len(journey.sets)
    if more and journey.sets:
        lines.append(view.tone(f"    and {more:,} more", "dim"))
    return lines


pages.register("Cuts")(page)
