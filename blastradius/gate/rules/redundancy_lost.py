"""BR007: a redundancy of a critical journey lost a spare, or has none left where it had one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blastradius.circuit import Group
from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import System
from blastradius.model import Dependency


class RedundancyLost(GateRule):
    """Fewer spares than before."""

    id = "BR007"
    name = "redundancy-lost"
    summary = "A redundancy lost a spare, or has none left under a loss where it had one."
    docs = (
        "It fires where a critical journey needs some of several things, and fewer of them are to spare than before: a "
        "replica or a region was deleted, more of them are required, a failover was removed. And where as many are left, "
        "but the loss of one region or zone now takes the last spare (they were moved together).\n\n"
        "It does not fire where the need itself is gone, nor where a fallback stays and only its use ended (BR006).\n\n"
        "Restore the copy, or put it where it does not fall with the others."
    )

    def changes(self, base: System, head: System) -> Iterable[Match]:
        """Each redundancy that has less to spare, for each judged journey that needs it."""
        theirs = _groups(head)
        for key, old in sorted(_groups(base).items()):
            for number in old:
                yield from self._group(base.graph.circuit.groups[number], number, key, theirs.get(key, []), base, head)

    def _group(
        self, was: Group, number: int, key: tuple[str, str], theirs: list[int], base: System, head: System
    ) -> Iterator[Match]:
        members = {base.loose(one) for one in was.record.members}
        now = _alike(members, theirs, head)
        if now is None:
            yield from self._alone(was, key, members, head)
            return
        group = head.graph.circuit.groups[now]
        lost = _spare(was) - _spare(group)
        gone = sorted(members - {head.loose(one) for one in group.record.members})
        journeys = head.losses.judged(group.record.dependent)
        told = (_spare(was), _spare(group), gone, group.record.evidence)
        if lost > 0:
            for journey in journeys:
                yield Match(journey, None, group.record.dependent, None, tuple(sorted(members)), told)
            return
        for domain in head.of_kind("region", "zone"):
            if domain not in base.graph.components:
                continue
            left = head.losses.of(domain).usable(now) - group.required
            before = base.losses.of(domain).usable(number) - was.required
            if before > 0 and left == 0:
                for journey in journeys:
                    yield Match(journey, domain, group.record.dependent, None, tuple(sorted(members)), told)

    def _alone(self, was: Group, key: tuple[str, str], members: set[str], head: System) -> Iterator[Match]:
        """The redundancy is no more: lost where one of its members is still needed, and alone."""
        if len(members & head.by_loose_name.keys()) > 1 or _spare(was) <= 0:
            return
        for (dependent, needed), records in sorted(head.needs_anywhere.items()):
            if dependent != key[0] or needed not in members:
                continue
            for record in records:
                if isinstance(record, Dependency) and record.phase == key[1] and record.strength == "hard":
                    told = (_spare(was), 0, sorted(members - {needed}), record.evidence)
                    for journey in head.losses.judged(record.dependent):
                        yield Match(journey, None, record.dependent, record.dependency, tuple(sorted(members)), told)
                    return

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Says how many spares there were and are."""
        before, now, gone, evidence = match.detail
        dependent = system.label(match.dependent or "")
        what = ", ".join(sorted(one.split("\x1f")[1] if "\x1f" in one else one for one in gone))
        if match.domain is not None:
            place = system.graph.name(match.domain)
            message = f"{dependent} has no spare left when {place} is lost"
            was = f"it had one left when {place} was lost"
        else:
            message = f"{dependent} has {_spares(now)}" + (f" without {what}" if what else "")
            was = f"it had {_spares(before)}"
        way = system.losses.route(match.journey or "", match.dependent or "")
        link = next((one for one in way if one.dependent == match.dependent), None)
        return Told(message, was, "restore the copy, or put it elsewhere", way, link, evidence)


def _spares(count: int) -> str:
    return "no spare" if count <= 0 else "1 spare" if count == 1 else f"{count:,} spares"


def _groups(system: System) -> dict[tuple[str, str], list[int]]:
    """Redundancies that judged journeys need, by what their dependent is called and phase."""
    circuit = system.graph.circuit
    found: dict[tuple[str, str], list[int]] = {}
    for number, group in enumerate(circuit.groups):
        if circuit.rules[group.rule].node in system.losses.needed and group.record.strength == "hard":
            found.setdefault((system.loose(group.record.dependent), group.record.phase), []).append(number)
    return found


def _alike(members: set[str], numbers: Iterable[int], head: System) -> int | None:
    """The redundancy that shares most members with one of the base, if any shares one."""
    best, most = None, 0
    for number in numbers:
        shared = len(members & {head.loose(one) for one in head.graph.circuit.groups[number].record.members})
        if shared > most:
            best, most = number, shared
    return best


def _spare(group: Group) -> int:
    """How many members may fail: standbys count where a failover can reach them."""
    nodes = group.members if not group.active or group.fails_over else group.active
    return len(nodes) - group.required


RULES.register("BR007")(RedundancyLost)
