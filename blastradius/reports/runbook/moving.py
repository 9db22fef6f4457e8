"""What a runbook says of failovers: those by hand with a box to tick for each step, and those that happen by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.reports.escape import markdown
from blastradius.reports.runbook.hands import Hands, place
from blastradius.reports.runbook.parts import items, named

if TYPE_CHECKING:
    from blastradius.analysis.runbook import Move, Need, Runbook


def moved(move: Move) -> str:
    """Where people may write about a failover."""
    return place("move", f"{move.id} from {', '.join(move.leave_ids)}")


def moves_in_order(moves: Sequence[Move], hands: Hands) -> Iterator[str]:
    """What is to be moved by hand, step by step, and what moves by itself."""
    by_hand = [one for one in moves if one.mode == "manual" and one.happens]
    alone = [one for one in moves if one.mode == "automatic" and one.happens]
    if not by_hand:
        yield "Nothing is to be moved by hand."
    if len(by_hand) > 1:
        total = sum(one.takes or 0 for one in by_hand)
        yield f"All times below are those of beginning at once and side by side; one after the other these take {format_duration(total)}."
    for at, one in enumerate(by_hand, 1):
        yield f"### {at}. Move {markdown(one.name)} to {named(one.enter)}"
        yield items(_move(one), "- [ ] ")
        yield hands.at(moved(one))
    if alone:
        yield "These move by themselves; see that they do:\n\n" + items(map(_by_itself, alone))


def stranded(runbook: Runbook) -> Iterator[str]:
    """Journeys for which there is no way around."""
    if runbook.stranded:
        yield (
            f"**No way around was seen for {named(runbook.stranded, 12)}**: down until what is lost is back. Before the next "
            "time: `blastradius fixes` names the smallest changes that would mend it."
        )


def _move(one: Move) -> Iterator[str]:
    yield f"away from {named(one.leave)}" + (f"; {named(one.lost)} is lost as well" if one.lost else "")
    long = "nobody said how long it takes" if one.takes is None else f"takes {format_duration(one.takes)}"
    tried = f"last rehearsed on {one.rehearsed}" if one.rehearsed else "**never rehearsed**"
    yield f"{long}; {tried}" + (" (too long ago)" if one.old and one.rehearsed else "")
    if one.spare is not None and one.spare >= 0:
        yield f"**begin within {format_duration(one.spare)}**: later, an RTO is missed"
    elif one.spare is not None:
        yield f"**begin at once**: an RTO is missed by {format_duration(-one.spare)} even so"
    yield f"procedure: {markdown(one.runbook)}" if one.runbook else "procedure: none is written down; write it below"
    for need in one.needs:
        yield f"needs {_need(need)}"
    if not one.needs:
        yield "needs nothing that was seen"
    if one.lag:
        yield f"**up to {format_duration(one.lag)} of data is lost**: say so before you do it"
    who = f"; ask {named(one.owners)}" if one.owners else ""
    yield f"for {named(one.journeys) if one.journeys else 'no journey that is hit'}{who}"


def _need(need: Need) -> str:
    if need.stands:
        return f"{markdown(need.name)}, which stands"
    because = f" ({' → '.join(map(markdown, need.because))})" if len(need.because) > 1 else ""
    return f"{markdown(need.name)}, **which is down when this is called for**{because}: wait until it is back"


def _by_itself(one: Move) -> str:
    within = f" within {format_duration(one.takes)}" if one.takes else " at once"
    needs = "".join(f", with {_need(need)}" for need in one.needs)
    lag = f"; up to {format_duration(one.lag)} of data is lost" if one.lag else ""
    return f"{markdown(one.name)} to {named(one.enter)}{within}{needs}{lag}"
