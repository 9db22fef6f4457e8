"""A replayed outage as a timeline that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.timeline import Moment, moments
from blastradius.reports.view import Tone, View, wrapped
from blastradius.reports.wording import MARKS, listed, number

if TYPE_CHECKING:
    from blastradius.analysis.replay import Followed, JourneyReplay, Replay
    from blastradius.model import ChainLink

_MOST_INSTANTS = 40
_MOST_NAMES = 8
_MOST_JOURNEYS = 12


def page(result: Replay, view: View) -> list[str]:
    """Journeys with their hours first, then what happens when."""
    lines = [*wrapped(view.tone(f"What happens when {terminal(result.title)} comes again?", "strong"), view.width)]
    lines += wrapped(_where(result, view.inventory), view.width)
    if result.journeys:
        lines += ["", *_journeys(result, view)]
        lines += [
            view.tone(line, "warn") for one in result.untried for line in wrapped(f"  ! {terminal(one)}", view.width, 4)
        ]
    told = _timeline(result, view)
    head = view.tone(f"  {'UTC':<12}{'after':>8}", "dim")
    lines += ["", head, *told] if told else ["", "  Nothing that this outage took away is here."]
    notes = [line for note in _notes(result) for line in wrapped(terminal(note), view.width, 4)]
    unseen = [*gap_lines((), result.gaps, view), *coverage_line(result.coverage, view)]
    for block in (notes, unseen):
        lines += ["", *block] if block else []
    return lines


def _where(result: Replay, named: str) -> str:
    ended = f" to {_short(result.end_utc, result.start_utc)}" if result.end_utc else ""
    on = "replayed on the catalog" if result.inventory is None else f"replayed on {result.inventory or named}"
    place = ", ".join(result.regions)
    return terminal(
        f"{result.provider} {place} · {_day(result.start_utc)}{ended} UTC · {on} to {_short(result.horizon_utc, result.start_utc)}"
    )


def _day(utc: str) -> str:
    return utc.replace("T", " ").removesuffix("Z")


def _short(utc: str, start: str) -> str:
    """An instant without its day where that is the day of the beginning."""
    return utc[11:].removesuffix("Z") if utc[:10] == start[:10] else utc[5:].replace("T", " ").removesuffix("Z")


def _journeys(result: Replay, view: View) -> list[str]:
    shown = [one for one in result.journeys if one.result.verdict != "survives"][:_MOST_JOURNEYS]
    lines = [line for one in shown for line in _journey(one, result, view)]
    for verdict in MARKS:
        rest = [one.result.name for one in result.journeys if one not in shown and one.result.verdict == verdict]
        if rest:
            mark, tone = MARKS[verdict]
            lines += [view.tone(line, tone) for line in wrapped(f"  {mark} {verdict}: {_some(rest)}", view.width, 4)]
    return lines


def _journey(journey: JourneyReplay, result: Replay, view: View) -> list[str]:
    mark, tone = MARKS[journey.result.verdict]
    tier = f"tier {journey.result.tier}  " if journey.result.tier is not None else ""
    hours = "; ".join(_hours(spell, result) for spell in journey.spells) or "stands by what was seen"
    cost = f", costs {journey.result.cost:,.0f}" if journey.result.cost else ""
    head = f"  {view.tone(mark, tone)} {tier}{terminal(journey.result.name)}: {journey.result.verdict}"
    by_hand = ", by hand" + (", unrehearsed" if journey.result.unrehearsed else "") if journey.result.by_hand else ""
    lines = wrapped(f"{head}, {hours}{cost}{by_hand}", view.width, 6)
    chain = _chain(journey.result.chain or journey.result.chain_at_worst, result)
    return [*lines, *(view.tone(line, "dim") for line in wrapped(f"      {chain}", view.width, 8))] if chain else lines


def _hours(spell: Followed, result: Replay) -> str:
    start = _short(spell.start_utc, result.start_utc)
    if spell.end is None or spell.end_utc is None:
        return f"{spell.state} from {start} on"
    length = format_duration(spell.end - spell.start)
    return f"{spell.state} {start} to {_short(spell.end_utc, result.start_utc)} ({length})"


def _chain(chain: Sequence[ChainLink], result: Replay) -> str:
    links = list(chain)
    if not links:
        return ""
    said = [_name(hop, result) for hop in (links[0].dependent, *(link.dependency for link in links))]
    return terminal(" → ".join(said if len(said) <= 6 else [*said[:3], "…", *said[-2:]]))


def _timeline(result: Replay, view: View) -> list[str]:
    instants = [(at, list(those)) for at, those in groupby(moments(result), key=lambda one: one.at)]
    lines = []
    for _, those in instants[:_MOST_INSTANTS]:
        head = f"  {those[0].utc[5:16].replace('T', ' '):<12}{format_duration(those[0].at):>8}  "
        width = None if view.width is None else max(view.width - len(head), 40)
        for text, tone in _told(those, result):
            for line in wrapped(text, width, 4):
                lines.append(head + (view.tone(line, tone) if tone != "plain" else line))
                head = " " * len(head)
    if len(instants) > _MOST_INSTANTS:
        lines.append(f"  and {number(len(instants) - _MOST_INSTANTS, 'more instant')}: --format csv has all")
    return lines


def _told(those: Sequence[Moment], result: Replay) -> Iterable[tuple[str, Tone]]:
    """A line for each record with times of its own, one for the other records of a state, one for what follows of it."""
    groups: dict[tuple[str, ...], list[Moment]] = {}
    for one in those:
        if one.record == "recorded" and not one.assumed and not one.ends:
            detail = f": {one.detail}" if one.detail else ""
            source = f" [{', '.join(one.source)}]" if one.source else ""
            yield terminal(f"{_mark(one)} {one.id} {one.state}{detail}{source}"), "plain"
        else:
            detail = one.detail if one.ends or one.record == "failover" else ""
            groups.setdefault(
                (one.record, f"{one.state} {detail}".rstrip(), "(no times told)" * one.assumed), []
            ).append(one)
    for (record, *words), group in groups.items():
        said = _some(list(dict.fromkeys(_name(one.id, result) for one in group)))
        what = " ".join(word for word in words if word)
        kind = f"{'journey' if len(group) == 1 else 'journeys'} " if record == "journey" else ""
        arrow = "" if record == "recorded" else "→ "
        yield terminal(f"{_mark(group[0])} {arrow}{what}: {kind}{said}"), "dim" if record == "component" else "plain"


def _name(id: str, result: Replay) -> str:
    """A name, where a provider's service stands without what the heading says of it."""
    journey = next((one.result.name for one in result.journeys if one.result.id == id), None)
    if journey is not None or id in result.names:
        return journey or result.names[id]
    owner, _, rest = id.partition(":")
    kind, _, place = rest.partition("/")
    region, _, service = place.partition("/")
    if owner != result.provider or kind not in ("platform", "control-plane") or not service:
        return id
    where = "" if region in (*result.regions, "global") else f" in {region}"
    return f"{service}{' (control plane)' if kind == 'control-plane' else ''}{where}"


def _mark(one: Moment) -> str:
    return "✓" if one.ends else "~" if one.state.removeprefix("still ").startswith("degraded") else "✗"


def _some(names: Sequence[str]) -> str:
    return terminal(listed(list(names), _MOST_NAMES))


def _notes(result: Replay) -> Iterable[str]:
    absent = list(dict.fromkeys(one.subject for one in result.recorded if not one.present))
    if absent:
        yield f"Not present here: {listed(absent, _MOST_NAMES)}"
    if result.untold:
        yield f"Named as hit without saying how, so left alone: {listed(result.untold, 5)}"
    for stuck in result.blocked:
        yield (
            f"The failover of {result.names.get(stuck.dependent, stuck.dependent)} did not happen: it calls "
            f"{', '.join(stuck.needs)}, down itself"
        )
    yield from result.notes
    used = {key for one in result.recorded if one.present and not one.times_assumed for key in one.source}
    for key in sorted(used):
        page_ = result.sources.get(key)
        if page_ is not None:
            yield f"[{key}] {page_.title} {page_.url}".rstrip()


pages.register("Replay")(page)
