"""What is new: the matches of head that the base does not have, each told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blastradius.gate.ends import unnumbered
from blastradius.gate.ruling import Active, Match
from blastradius.gate.system import System


@dataclass(frozen=True, slots=True)
class Met:
    """A match with the rule that made it and its fingerprint.

    Attributes:
        active: the rule.
        match: whom it is about.
        fingerprint: its identity.
        known: whether the base has it as well.
        parts: fingerprints of the matches that it stands for, where one change brought about several.
    """

    active: Active
    match: Match
    fingerprint: str
    known: bool
    parts: tuple[str, ...] = ()


def compared(active: Active, base: System | None, head: System) -> tuple[list[Met], list[Match]]:
    """What a rule says of head, and what it said of the base and says no more.

    Two things of one name are told apart by their number: where head has more of them than the base, the rest are new;
    those that the base has under the same id are the known ones first. What the base has under another id is the same
    only if it may have been moved: a thing that stood in the base as it stands in head, and was not found there, is
    newly so, whatever else of its name was mended.

    Args:
        active: the rule.
        base: what head is compared with; nothing is known without.
        head: what is judged.
    """
    old = _by_key(active.rule.matches(base), base) if base is not None else {}
    new = _by_key(active.rule.matches(head), head)
    met: list[Met] = []
    fresh: dict[int, tuple[Match, str, int]] = {}
    gone: list[Match] = []
    for key in sorted(old.keys() | new.keys()):
        before, now = old.get(key, []), new.get(key, [])
        same, others, left = _paired(before, now, base)
        for count, one in enumerate(same):
            met.append(Met(active, one, one.fingerprint(active.rule.id, head, count), base is not None))
        # numbers that the base has are somebody else's, even where that is gone
        for count, one in enumerate(others, len(before)):
            fresh[id(one)] = one, one.fingerprint(active.rule.id, head, count), count
        gone += left
    if base is not None:
        taken = {one.fingerprint for one in met}
        for one, parts in _gathered(active, [one for one, *_ in fresh.values()], base, head):
            # the number that its parts have among equals: what the base has under lower ones is somebody else's
            count = min(fresh[id(part)][2] for part in parts or (one,))
            mark = _free(active, one, head, count, taken)
            met.append(
                Met(
                    active.for_new(one, base, head),
                    one,
                    mark,
                    False,
                    tuple(sorted(fresh[id(part)][1] for part in parts)),
                )
            )
        for one in sorted(active.rule.changes(base, head), key=lambda one: (one.key(head), _ids(one))):
            met.append(Met(active.for_new(one, base, head), one, _free(active, one, head, 0, taken), False))
    return met, gone


def _paired(before: list[Match], now: list[Match], base: System | None) -> tuple[list[Match], list[Match], list[Match]]:
    """Matches of one name: those of head that the base has, those that are new, and those of the base that are gone."""
    now = sorted(now, key=_ids)
    if base is None:
        return now, [], []
    there = {_ids(one) for one in before}
    same = [one for one in now if _ids(one) in there]
    kept = {_ids(one) for one in same}
    left = [one for one in before if _ids(one) not in kept]
    others = []
    for one in (one for one in now if _ids(one) not in there):
        was = next((old for old in left if _may_be(old, one, base)), None)
        if was is None:
            others.append(one)
        else:
            left.remove(was)
            same.append(one)
    return same, others, left


def _may_be(was: Match, one: Match, base: System) -> bool:
    """Whether each end of a match may be what it was under another id: not if the base had it under this one."""
    ends = ((was.dependent, one.dependent), (was.dependency, one.dependency))
    return all(
        old == new or new not in base.graph.components or unnumbered(old or "") == unnumbered(new or "")
        for old, new in ends
    )


def _gathered(active: Active, new: Sequence[Match], base: System, head: System) -> list[tuple[Match, Sequence[Match]]]:
    """What new matches are brought together to, in an order that no file decides where names can tell."""
    found = active.rule.gathered(new, base, head)
    return sorted(found, key=lambda one: (one[0].key(head), _ids(one[0]), sorted(map(_ids, one[1]))))


def _free(active: Active, match: Match, head: System, count: int, taken: set[str]) -> str:
    """The fingerprint of a match by the first number, from one on, that no other finding of the rule has."""
    mark = match.fingerprint(active.rule.id, head, count)
    while mark in taken:
        count += 1
        mark = match.fingerprint(active.rule.id, head, count)
    taken.add(mark)
    return mark


def _by_key(matches: Iterable[Match], system: System) -> dict[tuple[str, ...], list[Match]]:
    found: dict[tuple[str, ...], dict[tuple[str, ...], Match]] = defaultdict(dict)
    for one in matches:
        found[one.key(system)].setdefault(_ids(one), one)
    return {key: [ones[ids] for ids in sorted(ones)] for key, ones in found.items()}


def _ids(match: Match) -> tuple[str, ...]:
    return tuple(one or "" for one in (match.journey, match.domain, match.dependent, match.dependency))
