"""Phrases about sets of losses, for the reports that list them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from blastradius.reports.wording import number, plural

if TYPE_CHECKING:
    from blastradius.analysis.cuts import Cuts, CutSet, JourneyCuts

_MOST_ORDERS = 8


def when_words(when: str) -> str:
    """Which moment an untimed answer is about."""
    if when == "at_once":
        return "at once: what has a tolerance still holds"
    return "eventually: tolerances have run out, failovers have taken place"


def of_fault_tree(result: Cuts) -> bool:
    """Whether it is about a fault tree, not about journeys."""
    return result.by == ("basic-event",)


def thing(result: Cuts) -> str:
    """What breaks."""
    return "top event" if of_fault_tree(result) else "journey"


def asked_words(result: Cuts) -> str:
    """The question, without its question mark."""
    if of_fault_tree(result):
        return "What has to fail together for a top event"
    return f"What has to be lost together to {'break' if result.effect == 'breaks' else 'degrade'} a journey"


def single_words(result: Cuts, count: int) -> str:
    """How many losses are enough alone; where that was not found out for all, how many at least."""
    unknown = sum(one.complete_to == 0 for one in result.journeys)
    if unknown:
        least = f"at least {_single(result, count)}, " if count else ""
        return f"{least}single losses not found out for {unknown:,}"
    return _single(result, count)


def _single(result: Cuts, count: int) -> str:
    if of_fault_tree(result):
        return f"{number(count, 'single basic event')} enough"
    return f"{number(count, 'single point')} of {'failure' if result.effect == 'breaks' else 'degradation'}"


def by_words(result: Cuts) -> str:
    """What is lost, and when the answer holds."""
    if of_fault_tree(result):
        return "Losses are basic events"
    if "component" in result.by:
        what = "components, places and others' services included"
    else:
        what = " and ".join(plural(kind) for kind in result.by)
    return f"Losses are {what}; {when_words(result.when)}"


def counts_words(journey: JourneyCuts) -> str:
    """How many sets of each order there are."""
    if not journey.counts and journey.complete_to == 0:
        return "minimal sets not found out"
    if not journey.counts:
        known = "" if journey.complete_to is None else f" of up to {journey.complete_to}"
        return f"no set of losses{known} is enough"
    if journey.counts[0].order == 0:
        return "down with nothing lost"
    shown = journey.counts[:_MOST_ORDERS]
    parts = [f"{one.count:,} of {one.order}" for one in shown]
    more = len(journey.counts) - len(shown)
    if more:
        parts.append(f"… up to {journey.counts[-1].order}")
    return f"{number(journey.total, 'minimal set')}: {', '.join(parts)}"


def complete_words(journey: JourneyCuts) -> str:
    """How far the list goes, where it does not go all the way."""
    if not journey.complete_to:
        return "its decision diagram outgrows the budget, and so do the sets of one: raise --budget"
    return f"complete up to order {journey.complete_to}: the decision diagram outgrows the budget (--budget raises it)"


def loss_words(ids: Sequence[str], names: Sequence[str]) -> str:
    """A set in one line: ids, and names where they say more."""
    if not ids:
        return "nothing: it is down as it is"
    return " + ".join(id if name in id else f"{id} ({name})" for id, name in zip(ids, names, strict=True))


def explaining(journey: JourneyCuts, one: CutSet, when: str) -> str:
    """The command that proves a set; at once is a loss so short that nothing with a tolerance notices."""
    lost = " ".join(f"--remove {shlex.quote(f'id:{id}')}" for id in one.ids)
    return f"blastradius explain INVENTORY {shlex.quote(journey.id.removeprefix('journey:'))} {lost}{' --for 1s' if when == 'at_once' else ''}"
