"""A back-test: the table, by class, and what was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports.backtests import COLUMNS, METHOD, cells, fraction, misses, unknown_triggers
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.view import View, wrapped
from blastradius.reports.wording import listed, number

if TYPE_CHECKING:
    from blastradius.analysis.backtest import Backtest
    from blastradius.analysis.scoring import Score

_MOST_INCIDENTS = 60
_WAYS = ("whole catalog", "left one out")


def page(result: Backtest, view: View) -> list[str]:
    """Both scores side by side, then the misses of each incident, then how it is counted."""
    heading = view.tone("Does the catalog foretell what really fell?", "strong")
    tried = [one for one in result.incidents if one.whole.trigger]
    lines = [f"{heading} {number(len(tried), 'outage')}, the trigger alone taken away", "", *_table(result, view)]
    lines += ["", *_classes(result, view), "", *_counts(result, view)]
    lines += ["", *_missed(result, view)]
    for one in unknown_triggers(result):
        lines += wrapped(terminal(f"{one.incident}: not scored, the catalog does not know its trigger"), view.width, 4)
    for line in (*result.unread, *result.remarks):
        lines += wrapped(terminal(f"Not read: {line}" if line in result.unread else line), view.width, 4)
    lines += ["", "How it is counted:"]
    return [*lines, *(line for text in METHOD for line in wrapped(f"  {text}", view.width, 2))]


def _table(result: Backtest, view: View) -> list[str]:
    name = max([len("outage"), *(len(one.incident) for one in result.incidents)])
    head = f"  {'outage':<{name}}  {'':<13}" + "".join(f"{column:>12}" for column in COLUMNS)
    lines = [view.tone(head, "dim")]
    for one in [one for one in result.incidents if one.whole.trigger][:_MOST_INCIDENTS]:
        lines.append(_row(terminal(one.incident), _WAYS[0], one.whole.score, name))
        lines.append(_row("", _WAYS[1], one.left_one_out.score, name))
    lines.append(_row("all", _WAYS[0], result.whole, name))
    return [*lines, _row("", _WAYS[1], result.left_one_out, name)]


def _row(incident: str, way: str, score: Score | None, name: int) -> str:
    return f"  {incident:<{name}}  {way:<13}" + "".join(f"{cell:>12}" for cell in cells(score))


def _classes(result: Backtest, view: View) -> list[str]:
    columns = ("claims", "found", "exact", "precision")
    head = f"  {'as recorded':<20}" + "".join(f"{column:>11}" for column in columns)
    lines = [view.tone(f"{head}   left one out: found, exact, precision", "dim")]
    for whole, left in zip(result.whole.classes, result.left_one_out.classes, strict=True):
        said = fraction(whole.right, whole.said)
        told = f"{fraction(left.found, left.claims)}, {fraction(left.exact, left.claims)}, {fraction(left.right, left.said)}"
        lines.append(f"  {whole.effect:<20}{whole.claims:>11}{whole.found:>11}{whole.exact:>11}{said:>11}   {told}")
    return lines


def _counts(result: Backtest, view: View) -> list[str]:
    whole, left = result.whole, result.left_one_out
    lines = [
        f"Listed without saying how: {fraction(whole.listed_found, whole.listed)} said to be hit "
        f"(left one out {fraction(left.listed_found, left.listed)}); only absent from a list: "
        f"{fraction(whole.weak_contradicted, whole.weak_unhit)} said to be hit; "
        f"not mentioned and said to be hit: {whole.unmentioned} ({left.unmentioned}).",
    ]
    if whole.unscored:
        lines.append("Not scored: " + "; ".join(f"{count} {reason}" for reason, count in whole.unscored.items()) + ".")
    return [line for text in lines for line in wrapped(text, view.width, 2)]


def _missed(result: Backtest, view: View) -> list[str]:
    lines = ["Missed with the whole catalog:"]
    for one in result.incidents:
        ways: dict[tuple[str, str], list[str]] = {}
        for claim, how in misses(one.whole):
            ways.setdefault((claim.of, how), []).append(claim.id)
        told = [f"{'vendors ' if of == 'vendor' else ''}{listed(ids, 6)} ({how})" for (of, how), ids in ways.items()]
        if told:
            lines += wrapped(terminal(f"  {one.incident}: {'; '.join(told)}"), view.width, 4)
    return lines if len(lines) > 1 else ["Missed with the whole catalog: nothing"]


pages.register("Backtest")(page)
