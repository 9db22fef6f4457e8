"""BR007: a redundancy of a critical journey lost a spare, or has none left where it had one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from blastradius.circuit import Group
from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import System
from blastradius.model import Evidence

Key = tuple[str, str]
"""What the dependent of a redundancy is called, and its phase."""


class RedundancyLost(GateRule):
    """Fewer spares than before."""

    id = "BR007"
    name = "redundancy-lost"
    summary = "A redundancy lost a spare, or has none left under a loss where it had one."
    docs = (
        "It fires where a critical journey needs some of several things, and fewer of them are to spare than before: a "
        "replica or a region was deleted, more of them are required, a failover was removed. And where as many are left, "
        "but the loss of one region or zone now takes the last spare, or all of it (they were moved together).\n\n"
        "It does not fire where the need itself is gone, nor where a fallback stays and only its use ended (BR006).\n\n"
        "Restore the copy, or put it where it does not fall with the others."
    )

    def changes(self, base: System, head: System) -> Iterable[Match]:
        """Each redundancy that has less to spare, for each judged journey that needs it or one of its members."""
        theirs: dict[Key, list[int]] = {}
        for number, group in enumerate(head.graph.circuit.groups):
            theirs.setdefault(_key(group, head), []).append(number)
        for number, group in enumerate(base.graph.circuit.groups):
            members = {base.end(one) for one in group.record.members}
            if group.record.strength != "hard" or _spare(group) <= 0 or not _judged(group, base):
                continue
            near = theirs.get(_key(group, base), [])
            # of several that are called the same, what kept its id is the one that was there
            near = sorted(
                near, key=lambda one: head.graph.circuit.groups[one].record.dependent != group.record.dependent
            )
            now = _alike(members, near, head)
            if now is None:
                yield from self._alone(group, members, base, head)
            else:
                yield from self._compared(number, now, base, head)

    def _compared(self, number: int, now: int, base: System, head: System) -> Iterator[Match]:
        was, group = base.graph.circuit.groups[number], head.graph.circuit.groups[now]
        members = {base.end(one): base.label(one) for one in was.record.members}
        gone = sorted(members.keys() - {head.end(one) for one in group.record.members})
        moved = _moved(was, group, base, head)
        evidence = (*moved, *group.record.evidence)
        told = (_spare(was), _spare(group), [members[one] for one in gone], evidence)
        dependent, subject = group.record.dependent, tuple(sorted(members))
        if _spare(was) > _spare(group):
            for journey in _judged(group, head):
                yield Match(journey, None, dependent, None, subject, told)
            return
        for domain in head.of_kind("region", "zone"):
            if domain in base.graph.components:
                left = head.losses.of(domain).usable(now) - group.required
                before = base.losses.of(domain).usable(number) - was.required
                if (moved and before >= 0 > left) or before > 0 == left:
                    for journey in _judged(group, head):
                        yield Match(journey, domain, dependent, None, subject, (before, left, *told[2:]))

    def _alone(self, was: Group, members: set[str], base: System, head: System) -> Iterator[Match]:
        """The redundancy is no more: lost where some of its members are gone, and one is still needed."""
        there = {head.end(one): one for one in head.graph.components}
        left = sorted(members & there.keys())
        if len(left) == len(members):
            return
        gone = sorted({base.label(one) for one in was.record.members if base.end(one) not in there})
        for end in left:
            evidence = head.graph.components[there[end]].evidence
            told = (_spare(was), max(len(left) - was.required, 0), gone, evidence)
            for journey in head.losses.judged(there[end]):
                yield Match(journey, None, None, there[end], tuple(sorted(members)), told)

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Says how many spares there were and are."""
        before, now, gone, evidence = match.detail
        subject = match.dependent or match.dependency or ""
        label = system.label(subject)
        if match.domain is not None:
            place = system.graph.name(match.domain)
            message, was = f"{label} has no spare left when {place} is lost", f"it had one left when {place} was lost"
            if now < 0:
                message, was = f"{label} no longer outlives the loss of {place}", f"it outlived the loss of {place}"
        else:
            message = f"{label} has {_spares(now)}" + (f" without {', '.join(gone)}" if gone else "")
            was = f"it had {_spares(before)}"
        way = system.losses.route(match.journey or "", subject)
        return Told(message, was, "restore the copy, or put it elsewhere", way, None, evidence)


def _spares(count: int) -> str:
    return "no spare" if count <= 0 else "1 spare" if count == 1 else f"{count:,} spares"


def _moved(was: Group, group: Group, base: System, head: System) -> tuple[Evidence, ...]:
    """Where the members stand that the base did not have, which are new or were moved."""
    there = Counter(base.end(one) for one in was.record.members)
    found: list[Evidence] = []
    # the member that kept its id is the one that was there
    for one in sorted(group.record.members, key=lambda one: (one not in was.record.members, one)):
        if there[head.end(one)] > 0:
            there[head.end(one)] -= 1
        elif one in head.graph.components:
            found += head.graph.components[one].evidence
    return tuple(found)


def _judged(group: Group, system: System) -> list[str]:
    """The judged journeys that need a redundancy or one of its members."""
    subjects = (group.record.dependent, *group.record.members)
    return sorted({journey for one in subjects for journey in system.losses.judged(one)})


def _key(group: Group, system: System) -> Key:
    return system.loose(group.record.dependent), group.record.phase


def _alike(members: set[str], numbers: Iterable[int], head: System) -> int | None:
    """The redundancy that shares most members with one of the base, if any shares one."""
    best, most = None, 0
    for number in numbers:
        shared = len(members & {head.end(one) for one in head.graph.circuit.groups[number].record.members})
        if shared > most:
            best, most = number, shared
    return best


def _spare(group: Group) -> int:
    """How many members may fail: standbys count where a failover can reach them."""
    nodes = group.members if not group.active or group.fails_over else group.active
    return len(nodes) - group.required


RULES.register("BR007")(RedundancyLost)
