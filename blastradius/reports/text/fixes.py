"""What to change, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import coverage_line, gap_lines
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import listed, number

if TYPE_CHECKING:
    from blastradius.analysis.fixes import Change, Fixes, LossFixes, Way

_MOST_LOSSES = 8
_MOST_WAYS = 2
_MOST_CHANGES = 12


def page(result: Fixes, view: View) -> list[str]:
    """The smallest sets for each loss, then the changes by what they are worth."""
    changes = {one.change.id: one.change for one in result.changes}
    lines = [view.tone("What would make the journeys survive?", "strong")]
    if not result.losses and result.held:
        lines.append("Nothing is to be mended: no journey breaks" + _held(result) + ".")
    for unknown in result.unknown:
        text = (
            f"Not known without {terminal(unknown.name)}: {_names(unknown.journeys, 8)}; first state what was not seen"
        )
        lines += [view.tone(line, "unknown") for line in wrapped(text, view.width, 4)]
    for loss in result.losses[:_MOST_LOSSES]:
        lines += ["", *_loss(loss, changes, view)]
    if len(result.losses) > _MOST_LOSSES:
        lines += ["", f"and {number(len(result.losses) - _MOST_LOSSES, 'more loss')}; `--format json` lists all"]
    if result.losses and result.held:
        lines += ["", f"No journey breaks without {_names(result.held)}"]
    lines += _ranked(result, view)
    lines += _rehearse(result, view)
    end = [*gap_lines(result.gaps, result.gaps, view), *coverage_line(result.coverage, view)]
    return [*lines, "", *end] if end else lines


def _held(result: Fixes) -> str:
    return f" without {_names(result.held)}" if result.held else ""


def _names(ids: Sequence[str], most: int = 5) -> str:
    return terminal(listed([id.removeprefix("journey:") for id in ids], most))


def _loss(loss: LossFixes, changes: dict[str, Change], view: View) -> Iterator[str]:
    money = f", {loss.revenue_per_hour:,.0f} an hour" if loss.revenue_per_hour else ""
    head = f"{terminal(loss.name)}: breaks {_names(loss.breaks, 8)}{money}"
    yield from (view.tone(line, "bad") for line in wrapped(head, view.width, 4))
    for position, way in enumerate(loss.ways[:_MOST_WAYS]):
        yield from _way(way, changes, view, first=position == 0)
    if len(loss.ways) > _MOST_WAYS:
        yield f"  or {number(len(loss.ways) - _MOST_WAYS, 'other set')}"
    if loss.beyond:
        yield from wrapped(f"  nothing that was tried mends {_names(loss.beyond, 8)}{_untried(loss)}", view.width, 4)
    if loss.ways and not loss.exact:
        left = f"; {loss.left_out:,} changes were too many to try" if loss.left_out else ""
        yield f"  there may be a smaller set{left}"


def _untried(loss: LossFixes) -> str:
    if not loss.other_phases:
        return ""
    return f"; of what {_names(loss.other_phases, 4)} asks (to change, start or watch) only failovers are tried"


def _way(way: Way, changes: dict[str, Change], view: View, *, first: bool) -> Iterator[str]:
    count = number(len(way.changes), "change")
    yield f"  {'' if first else 'or '}{view.tone(count, 'good')}, effort {way.effort}:"
    for id in way.changes:
        change = changes[id]
        where = next((one.locator for one in change.evidence if one.locator), "")
        place = f" ({terminal(where)})" if where else ""
        yield from wrapped(f"    - {terminal(change.text)} [{change.effort}]{place}", view.width, 6)
    if way.degrades:
        yield from wrapped(f"    then degraded only: {_names(way.degrades, 8)}", view.width, 6)


def _ranked(result: Fixes, view: View) -> Iterator[str]:
    if len(result.changes) < 2:
        return
    yield ""
    yield view.tone("Worth most for what they take", "strong")
    for one in result.changes[:_MOST_CHANGES]:
        money = f", {one.revenue_per_hour:,.0f} an hour" if one.revenue_per_hour else ""
        alone = f"mends {one.alone:,} alone, " if one.alone else ""
        worth = f"{alone}part of {number(one.helps, 'set')}{money}"
        yield from wrapped(f"  {one.change.effort}: {terminal(one.change.text)} ({worth})", view.width, 4)
    if len(result.changes) > _MOST_CHANGES:
        yield f"  and {number(len(result.changes) - _MOST_CHANGES, 'more change')}"


def _rehearse(result: Fixes, view: View) -> Iterator[str]:
    if not result.rehearse:
        return
    yield ""
    yield view.tone("To rehearse: journeys stand on these only by hand, and nobody has tried", "strong")
    for one in result.rehearse:
        yield from wrapped(f"  {terminal(one.dependent)}: {_names(one.journeys, 8)}", view.width, 4)


pages.register("Fixes")(page)
