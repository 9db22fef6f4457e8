"""A sweep on one screen: losses by journeys, the worst first, and how much falls with each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING

from blastradius.model import FOREIGN, Verdict
from blastradius.model.called import distinct
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line
from blastradius.reports.view import Tone, View, columns, wrapped
from blastradius.reports.wording import MARKS, listed, number

if TYPE_CHECKING:
    from blastradius.analysis.sweep import Sweep, SweptJourney, SweptLoss, SweptPair

_MOST_LOSSES = 20
_MOST_PAIRS = 10
_MOST_JOURNEYS = len(ascii_lowercase)
_WIDEST = 44
_STANDS = "·"


def page(result: Sweep, view: View) -> list[str]:
    """The answer in a line, the matrix, and the pairs."""
    lines = [
        view.tone(f"What breaks when one {_thing(result.by)} is lost for ever?", "strong"),
        *wrapped(_headline(result), view.width, 2),
    ]
    if result.losses:
        lines += ["", *_matrix(result, view)]
    if result.order == 2:
        lines += ["", *_pairs(result, view)]
    lines += ["", *_notes(result, view)]
    return lines if lines[-1] else lines[:-1]


def _thing(by: str) -> str:
    return {"domain": "place, vendor or platform", "component": "component"}.get(by, terminal(by))


def _headline(result: Sweep) -> str:
    total = len(result.losses) + result.omitted
    if not total:
        return f"There is none: nothing of {number(result.components, 'component')} is a {_thing(result.by)}."
    said = f"{number(total, 'loss').replace('losss', 'losses')}, {number(len(result.journeys), 'journey')}"
    if not result.journeys:
        return f"{said}: none is declared, so nobody can say what this means to users"
    broken = sum(journey.breaks > 0 for journey in result.journeys)
    alone = sum(bool(loss.breaks) for loss in result.losses)
    if not broken:
        unknown = sum(journey.unknown > 0 for journey in result.journeys)
        beside = f", {number(unknown, 'journey')} could by what was not seen" if unknown else ""
        return f"{said}: none breaks{beside}"
    worst = result.losses[0]
    revenue = f", {worst.revenue_per_hour:,.0f} an hour" if worst.revenue_per_hour else ""
    more = " at least" if result.omitted and alone == len(result.losses) else ""
    return (
        f"{said}: {alone:,}{more} {'is a single point' if alone == 1 else 'are single points'} of failure; the worst, "
        f"{terminal(worst.id)}, breaks {len(worst.breaks):,}{revenue}"
    )


def _matrix(result: Sweep, view: View) -> list[str]:
    """A row for each loss, a column for each journey; columns have letters, explained below."""
    shown = result.losses[:_MOST_LOSSES]
    journeys = result.journeys[:_MOST_JOURNEYS]
    names = _names(result.losses)
    width = min(max(columns(names[loss.id]) for loss in shown), _WIDEST)
    worth = any(loss.revenue_per_hour for loss in shown)
    letters = "".join(f" {letter}" for letter in ascii_lowercase[: len(journeys)])
    revenue = "  revenue/h" if worth else ""
    head = f"  {'':{width}} {letters}     down  degraded  exposed{revenue}"
    lines = [view.tone(head, "dim")]
    for loss in shown:
        name = names[loss.id]
        cut = name if columns(name) <= width else name[: width - 1] + "…"
        counts = f"{loss.down:>9,} {loss.degraded:>9,} {loss.exposed:>8,}"
        value = f" {loss.revenue_per_hour:>10,.0f}" if worth and loss.revenue_per_hour else ""
        marks = "".join(f" {_mark(loss, journey, view)}" for journey in journeys)
        lines.append(f"  {cut}{' ' * (width - columns(cut))} {marks}{counts}{value}")
    rest = len(result.losses) + result.omitted - len(shown)
    if rest:
        lines.append(f"  and {rest:,} more, none of them worse; --format json or csv has all")
    told = distinct((one.id, one.name) for one in result.journeys)
    legend = [
        f"{letter} {_called(journey, told[journey.id])}"
        for letter, journey in zip(ascii_lowercase, journeys, strict=False)
    ]
    more = len(result.journeys) - len(journeys)
    if legend:
        lines += ["", *_entries([*legend, f"and {more:,} more"] if more > 0 else legend, view)]
        signs = [f"{MARKS[verdict][0]} {verdict}" for verdict in ("breaks", "degrades", "unknown")]
        lines += wrapped(f"  {'  '.join(signs)}  {_STANDS} survives", view.width, 2)
    return lines


def _entries(texts: Sequence[str], view: View) -> list[str]:
    """Short texts side by side, none broken in the middle."""
    lines = ["  " + texts[0]]
    for text in texts[1:]:
        longer = f"{lines[-1]}   {text}"
        if view.width is None or columns(longer) <= view.width:
            lines[-1] = longer
        else:
            lines.append("  " + text)
    return lines


def _called(journey: SweptJourney, name: str) -> str:
    tier = f" (tier {journey.tier})" if journey.tier is not None else ""
    return f"{terminal(name)}{tier}{' (inferred)' if journey.inferred else ''}"


def _verdicts(one: SweptLoss | SweptPair) -> tuple[tuple[Verdict, tuple[str, ...]], ...]:
    """Ids of the journeys that do not survive, by verdict, the worst first."""
    return ("breaks", one.breaks), ("degrades", one.degrades), ("unknown", one.unknown)


def _mark(loss: SweptLoss, journey: SweptJourney, view: View) -> str:
    for verdict, ids in _verdicts(loss):
        if journey.id in ids:
            mark, tone = MARKS[verdict]
            return view.tone(mark, tone)
    return view.tone(_STANDS, "dim")


def _names(losses: Sequence[SweptLoss]) -> dict[str, str]:
    """Names where they are unique and say enough, else ids."""
    count = Counter(loss.name for loss in losses)
    return {
        loss.id: terminal(loss.id if loss.kind in FOREIGN or count[loss.name] > 1 else loss.name) for loss in losses
    }


def _pairs(result: Sweep, view: View) -> list[str]:
    total = len(result.pairs) + result.omitted_pairs
    evaluated = (
        "all of them evaluated"
        if result.pairs_simulated == result.pairs_possible
        else f"{result.pairs_simulated:,} evaluated, the others cannot"
    )
    lines = wrapped(
        f"{number(total, 'pair')} of {result.pairs_possible:,} {'does' if total == 1 else 'do'} more than both losses "
        f"apart ({evaluated}):" if total else f"No pair of {result.pairs_possible:,} does more than both losses apart "
        f"({evaluated}).",
        view.width, 2,
    )  # fmt: skip
    if result.pairs_seen_only:
        lines.append(view.tone("  By what was seen: so many pairs are not looked through for what was not.", "unknown"))
    told = distinct((journey.id, journey.name) for journey in result.journeys)
    named = {id: terminal(name) for id, name in told.items()}
    for pair in result.pairs[:_MOST_PAIRS]:
        lines += _pair(pair, named, view)
    rest = total - min(len(result.pairs), _MOST_PAIRS)
    return [*lines, f"  and {rest:,} more; --format json or csv has all"] if rest else lines


def _pair(pair: SweptPair, named: dict[str, str], view: View) -> list[str]:
    parts = []
    tone: Tone = "plain"
    for verdict, ids in _verdicts(pair):
        if ids:
            mark, colour = MARKS[verdict]
            parts.append(f"{mark} {verdict} {listed([named[one] for one in ids])}")
            tone = colour if tone == "plain" else tone
    if pair.down or pair.degraded:
        counts = [
            f"{count:,} more {what}" for count, what in ((pair.down, "down"), (pair.degraded, "degraded")) if count
        ]
        parts.append(" and ".join(counts))
    head = f"  {terminal(pair.ids[0])} + {terminal(pair.ids[1])}: "
    return [
        view.tone(line, tone) if not position else line
        for position, line in enumerate(wrapped(head + "; ".join(parts), view.width, 6))
    ]


def _notes(result: Sweep, view: View) -> list[str]:
    lines = []
    if result.gaps:
        lines += wrapped(
            f"Not seen: {number(result.gaps, 'gap')}; where one could break a journey it is unknown, not surviving.",
            view.width, 2,
        )  # fmt: skip
    return [*lines, *coverage_line(result.coverage, view)]


pages.register("Sweep")(page)
