"""What retries multiply, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.walks import times, walk_text
from blastradius.reports.wording import number

if TYPE_CHECKING:
    from blastradius.analysis.amplification import Amplification, Amplified, Worst

_MOST = 10
_MOST_PLACES = 4


def page(result: Amplification, view: View) -> list[str]:
    """The worst first, each with its walk, what stops it, and where that stands."""
    open_ones = [one for one in result.components if not one.stopped]
    if open_ones and open_ones[0].unprotected.factor is None:
        told = view.tone("without bound: a cycle multiplies, and nothing stops it", "bad")
    elif open_ones:
        told = view.tone(f"up to {times(open_ones[0].unprotected)} calls for one", "bad")
    elif result.components:
        told = view.tone("a breaker stops every walk that multiplies", "good")
    elif result.stated:
        told = view.tone("no call is made more than once", "good")
    else:
        told = view.tone("no setting of attempts was seen", "unknown")
    lines = [f"{view.tone('Do retries add up to a storm?', 'strong')} {told}", *_known(result, view)]
    for one in result.components[:_MOST]:
        lines += ["", *_component(one, view)]
    if len(result.components) > _MOST:
        lines += ["", f"and {number(len(result.components) - _MOST, 'more component')}: --format json or csv has all"]
    if result.cycles:
        lines += ["", "Cycles that multiply without bound:"]
        for calls in result.cycles[:_MOST]:
            stop = next((call for call in calls if call.breaker), None)
            end = f", stopped at {stop.dependent}" if stop else ", and nothing stops it"
            lines += wrapped("  " + terminal(walk_text(calls) + end), view.width, 4)
    unseen = coverage_line(result.coverage, view)
    return [*lines, "", *unseen] if unseen else lines


def _known(result: Amplification, view: View) -> list[str]:
    text = f"  {result.stated:,} of {result.calls:,} calls state their attempts; the others count as one"
    if result.gaps:
        text += f"; {number(result.gaps, 'gap')} may hide calls"
    return wrapped(text + ".", view.width, 4)


def _component(one: Amplified, view: View) -> list[str]:
    tone: Tone = "good" if one.stopped else "bad"
    head = f"{view.tone(f'{times(one.worst):>10}', tone)}  {terminal(one.kind)} {terminal(one.id)}"
    lines = [head, *_walk(one.worst, view)]
    if one.stopped:
        breakers = [c for c in one.worst.walk if c.breaker]
        where = f" at {terminal(breakers[0].dependent)}" if breakers else ""
        kind = f" ({terminal(breakers[0].breaker.kind)})" if breakers and breakers[0].breaker else ""
        return [*lines, *wrapped(f"            stopped{where}{kind}", view.width, 14)]
    if one.unprotected.walk != one.worst.walk:
        text = f"            {times(one.unprotected)} where nothing stops it: {terminal(walk_text(one.unprotected.walk, one.unprotected.omitted))}"
        return [*lines, *wrapped(text, view.width, 14)]
    return [*lines, "            nothing stops it"]


def _walk(worst: Worst, view: View) -> list[str]:
    places = list(dict.fromkeys(piece.locator for call in worst.walk if call.attempts for piece in call.evidence))
    shown = ", ".join(places[:_MOST_PLACES]) + (
        f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    )
    lines = wrapped("            " + terminal(walk_text(worst.walk, worst.omitted)), view.width, 14)
    return [*lines, *(view.tone(line, "dim") for line in wrapped("            " + terminal(shown), view.width, 14))]


pages.register("Amplification")(page)
