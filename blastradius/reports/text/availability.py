"""How available journeys are, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.reports.escape import terminal
from blastradius.reports.losses import when_words
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import listed, number, percent

if TYPE_CHECKING:
    from blastradius.analysis.availability import Availability, Check, JourneyAvailability

_MOST = 200
_MOST_PARTS = 5
_LEAST = 0.0005


def page(result: Availability, view: View) -> list[str]:
    """Per journey the availability, downtime, SLO, and what contributes most."""
    head = view.tone("How available are the journeys?", "strong")
    judged = [one for one in result.journeys if one.slo is not None]
    missed = sum(one.meets_slo is False for one in judged)
    told = f"{missed:,} of {number(len(judged), 'SLO')} missed" if judged else "no journey has an SLO"
    lines = [f"{head} {view.tone(told, 'bad' if missed else 'plain')}", *_ground(result, view)]
    for journey in result.journeys[:_MOST]:
        lines += ["", *_journey(journey, view)]
    if len(result.journeys) > _MOST:
        lines += ["", f"and {number(len(result.journeys) - _MOST, 'more journey')}: --format json or csv has all"]
    touching = [gap for journey in result.journeys for gap in journey.gaps]
    end = [*gap_lines(touching, result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *end] if end else lines


def _ground(result: Availability, view: View) -> list[str]:
    assumed = sum(figure.basis == "assumed" for figure in result.figures)
    text = f"  {number(len(result.figures), 'figure')}"
    published = sum(figure.basis == "published" for figure in result.figures)
    if published:
        text += f", {published:,} of them published service levels, which promise and do not measure"
    if assumed:
        text += f", {assumed:,} of them assumed: these answers are assumptions, too"
    text += f"; parts fail independently; {when_words(result.when)}."
    lines = wrapped(text, view.width, 4)
    return [view.tone(line, "warn") for line in lines] if assumed else lines


def _journey(journey: JourneyAvailability, view: View) -> list[str]:
    tier = f"tier {journey.tier}  " if journey.tier is not None else ""
    head = f"  {tier}{view.tone(terminal(journey.name), 'strong')}: {_figure(journey)}{_promise(journey, view)}"
    lines = wrapped(head, view.width, 4)
    if journey.without_figure:
        names = listed([terminal(id) for id in journey.without_figure], 4)
        text = f"    at most: {number(len(journey.without_figure), 'part')} without a figure, counted as never failing: {names}"
        lines += [view.tone(line, "unknown") for line in wrapped(text, view.width, 6)]
    if journey.gaps:
        text = f"    at most: {number(len(journey.gaps), 'gap')} in what it needs may hide more that fails"
        lines += [view.tone(line, "unknown") for line in wrapped(text, view.width, 6)]
    shown = [one for one in journey.importance[:_MOST_PARTS] if one.fussell_vesely >= _LEAST]
    for one in shown:
        worth = f", never down: downtime ÷ {one.rrw:.3g}" if one.rrw is not None else ", never down: no downtime left"
        text = f"    {one.fussell_vesely:6.1%} of it goes with {terminal(one.id)}{worth}"
        lines += wrapped(text, view.width, 8)
    if len(journey.importance) > len(shown):
        lines.append(view.tone(f"    and {number(len(journey.importance) - len(shown), 'more part')}", "dim"))
    return lines + ([f"    {_check(journey.check)}"] if journey.check else [])


def _figure(journey: JourneyAvailability) -> str:
    if journey.availability is None or journey.downtime is None:
        return "not computed: its decision diagram outgrows the budget (--budget raises it, --check draws an estimate)"
    text = percent(journey.availability)
    if journey.low is not None and journey.high is not None and journey.low < journey.high:
        text += f" ({percent(journey.low)} to {percent(journey.high)})"
    return f"{text}, down {_down(journey.downtime)} a year"


def _down(seconds: float) -> str:
    return format_duration(round(seconds)) if seconds >= 1 or not seconds else "less than 1s"


def _promise(journey: JourneyAvailability, view: View) -> str:
    if journey.slo is None or journey.allowed is None:
        return ""
    words: dict[bool | None, tuple[str, Tone]] = {
        True: ("kept", "good"), False: ("missed", "bad"), None: ("unknown", "unknown"),
    }  # fmt: skip
    said, tone = words[journey.meets_slo]
    if journey.meets_slo is None and journey.low is not None and journey.low >= journey.slo:
        said += ": kept if what nobody knows never fails"
    elif journey.meets_slo is None and journey.low is not None:
        said += ": it lies within the interval"
    allowed = format_duration(round(journey.allowed))
    return f"; SLO {percent(journey.slo)} allows {allowed}: {view.tone(said, tone)}"


def _check(check: Check) -> str:
    agrees = {True: ", which agrees", False: ", which does NOT agree", None: ""}[check.agrees]
    drawn = f"{percent(check.availability)} ± {percent(check.sigma)}"
    return f"drawn {check.trials:,} times (seed {check.seed}): {drawn}{agrees}"


pages.register("Availability")(page)
