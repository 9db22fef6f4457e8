"""What sets something going is needed by it only where it has no other way in.

A function that answers an API goes on when the schedule that keeps it warm stops. One that reads two queues loses half
of its work with one of them, and all of it with both. One that reads a queue and is started by a schedule loses all that
the queue brings: what the schedule starts is other work, or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from blastradius.assemble.draft import Draft, joined
from blastradius.model import Component, Dependency, DependencyFact, Redundancy, RedundancyFact, Trigger

_SET_GOING = frozenset({"function", "service"})
_SOURCES = frozenset({"queue", "topic", "stream", "bucket", "database", "external", "vendor"})
_FAR = 5_000
_CALLED = "one of several ways in: it is also called directly, and only what comes this way stops"
_TIMED = "its events come another way: without the schedule only what that starts stops"
_APART = "a schedule sets it going as well, and none of these events comes by that"
_ANY = "any of its ways in keeps it going; what comes by the one that is missing stops"


def trigger(
    fact: DependencyFact | RedundancyFact, dependent: Component | None, dependency: Component | None
) -> Trigger | None:
    """How a fact's dependent is set going by what it names; None where it is not, or where a strength is stated."""
    if dependent is None or dependency is None or fact.strength is not None or fact.tolerance is not None:
        return None
    return fact.sets_going if dependent.kind in _SET_GOING and dependency.kind in _SOURCES else None


def part_ways(draft: Draft) -> None:
    """Turn hard needs of what sets something going into soft ones, or into a redundancy, where there are other ways in.

    One that is called directly as well needs each of its triggers softly. Of one with several triggers and no caller any
    trigger will do, and it is degraded while one is missing. A caller that itself needs the trigger is no other way, and
    nor is a schedule for what comes as events: it may do work of its own or only keep the function warm, and no event of
    a lost queue comes by it.

    Args:
        draft: all dependencies and redundancies are there; `set_going` tells which of them are triggers alone.
    """
    triggers: dict[str, list[Dependency]] = defaultdict(list)
    for one in draft.dependencies:
        if one.strength == "hard" and one.phase == "runtime" and (one.dependent, (one.dependency,)) in draft.set_going:
            triggers[one.dependent].append(one)
    groups = [one for one in draft.redundancies if (one.dependent, one.members) in draft.set_going]
    if not triggers and not groups:
        return
    paths = _Paths(draft)
    told = {one.dependent for one in groups if draft.set_going[one.dependent, one.members] == "event"}
    instead: dict[tuple[str, str], tuple[Dependency, ...]] = {}
    for id, found in triggers.items():
        instead.update({(id, one.dependency): () for one in found})
        soft, hard = [_soft(one, _CALLED) for one in found], list[Dependency]()
        if not paths.called(id, [one.dependency for one in found]):
            timed = [one for one in found if draft.set_going[id, (one.dependency,)] == "schedule"]
            soft, hard = _timed_aside(found, timed) if id in told or len(timed) < len(found) else ([], found)
        if len(hard) > 1:
            draft.redundancies.append(_any_of(hard))
            hard = []
        instead.update({(id, one.dependency): (one,) for one in (*soft, *hard)})
    draft.dependencies = [
        each
        for one in draft.dependencies
        for each in (instead.get((one.dependent, one.dependency), (one,)) if one.phase == "runtime" else (one,))
    ]
    aside = {(one.dependent, one.members) for one in groups if paths.called(one.dependent, one.members)}
    draft.redundancies = [
        one.model_copy(update={"strength": "soft", "reason": _CALLED})
        if one.phase == "runtime" and (one.dependent, one.members) in aside
        else one
        for one in draft.redundancies
    ]


def _timed_aside(found: list[Dependency], timed: list[Dependency]) -> tuple[list[Dependency], list[Dependency]]:
    """The schedules among some triggers, softly needed, and those by which events come."""
    events = [one for one in found if one not in timed]
    if timed:
        events = [one.model_copy(update={"reason": f"{one.reason}; {_APART}"}) for one in events]
    return [_soft(one, _TIMED) for one in timed], events


def _soft(one: Dependency, reason: str) -> Dependency:
    return one.model_copy(update={"strength": "soft", "reason": reason})


def _any_of(found: list[Dependency]) -> Redundancy:
    return Redundancy(
        dependent=found[0].dependent,
        members=tuple(sorted(one.dependency for one in found)),
        full=len(found),
        strength="hard",
        reason=_ANY,
        evidence=joined(piece for one in found for piece in one.evidence),
    )


class _Paths:
    """Who calls whom at run time, and what a caller needs for that.

    Args:
        draft: all dependencies and redundancies are there.
    """

    def __init__(self, draft: Draft) -> None:
        self._components: Mapping[str, Component] = draft.components
        self._needs: dict[str, list[str]] = defaultdict(list)
        self._callers: dict[str, list[str]] = defaultdict(list)
        for one in draft.dependencies:
            if one.phase == "runtime" and one.strength == "hard":
                self._add(one.dependent, (one.dependency,))
        for group in draft.redundancies:
            if group.phase == "runtime" and group.strength == "hard":
                self._add(group.dependent, group.members)

    def _add(self, dependent: str, dependencies: Iterable[str]) -> None:
        for one in dependencies:
            self._needs[dependent].append(one)
            self._callers[one].append(dependent)

    def called(self, id: str, triggers: Iterable[str]) -> bool:
        """Whether users, or something that needs none of the triggers, call it directly."""
        if self._components[id].attributes.get("entry"):
            return True
        apart = set(triggers)
        return any(self._reaches_none(caller, apart, id) for caller in self._callers[id] if caller not in apart)

    def _reaches_none(self, start: str, wanted: set[str], but: str) -> bool:
        """Whether something needs none of some others, save through one; not known of what needs too many."""
        seen, waiting = {start, but}, [start]
        while waiting and len(seen) < _FAR:
            for one in self._needs[waiting.pop()]:
                if one in wanted:
                    return False
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)
        return not waiting
