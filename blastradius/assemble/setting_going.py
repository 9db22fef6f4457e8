"""What sets something going is needed by it only where it has no other way in.

A function that answers an API goes on when the schedule that keeps it warm stops. One that reads two queues loses half
of its work with one of them, and all of it with both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from blastradius.assemble.draft import Draft, joined
from blastradius.model import Component, Dependency, DependencyFact, Redundancy, RedundancyFact

#: How scanners say, as the first words of `via`, that something is set going by what the fact names.
_SAYS = ("event source", "subscription", "target", "schedule", "notification", "s3 notification", "pipe",
         "rule of the broker", "connector")  # fmt: skip
_SET_GOING = frozenset({"function", "service"})
_SOURCES = frozenset({"queue", "topic", "stream", "bucket", "database", "external", "vendor"})
_FAR = 5_000
_CALLED = "one of several ways in: it is also called directly, and only what comes this way stops"
_ANY = "any of its ways in keeps it going; what comes by the one that is missing stops"


def sets_going(
    fact: DependencyFact | RedundancyFact, dependent: Component | None, dependency: Component | None
) -> bool:
    """Whether a fact says that its dependent is set going by what it names, and states no strength of its own."""
    if dependent is None or dependency is None or fact.strength is not None or fact.tolerance is not None:
        return False
    way = dependent.kind in _SET_GOING and dependency.kind in _SOURCES
    return way and fact.via.lower().startswith(_SAYS)


def part_ways(draft: Draft) -> None:
    """Turn hard needs of what sets something going into soft ones, or into a redundancy, where there are other ways in.

    One that is called directly as well needs each of its triggers softly. Of one with several triggers and no caller any
    trigger will do, and it is degraded while one is missing. A caller that itself needs the trigger is no other way.

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
    instead: dict[tuple[str, str], Dependency | None] = {}
    for id, found in triggers.items():
        if paths.called(id, [one.dependency for one in found]):
            instead.update({(id, one.dependency): _soft(one) for one in found})
        elif len(found) > 1:
            instead.update({(id, one.dependency): None for one in found})
            draft.redundancies.append(_any_of(found))
    kept = (
        instead.get((one.dependent, one.dependency), one) if one.phase == "runtime" else one
        for one in draft.dependencies
    )
    draft.dependencies = [one for one in kept if one is not None]
    aside = {(one.dependent, one.members) for one in groups if paths.called(one.dependent, one.members)}
    draft.redundancies = [
        one.model_copy(update={"strength": "soft", "reason": _CALLED})
        if one.phase == "runtime" and (one.dependent, one.members) in aside
        else one
        for one in draft.redundancies
    ]


def _soft(one: Dependency) -> Dependency:
    return one.model_copy(update={"strength": "soft", "reason": _CALLED})


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
