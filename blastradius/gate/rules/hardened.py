"""BR006: a soft dependency became hard, or a tolerance or fallback was removed."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.durations import format_duration
from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import Record, System
from blastradius.model import Dependency, Redundancy


class Hardened(GateRule):
    """A need that became harder than it was."""

    id = "BR006"
    name = "dependency-hardened"
    summary = "A soft dependency became hard, or a tolerance or fallback was removed."
    docs = (
        "It fires where a critical journey had something to spare and has not any more: a need that was soft is hard, "
        "a soft need hardens sooner, a tolerance is shorter or gone, or one of several alternatives became the only one "
        "though the others are still there.\n\n"
        "It does not fire for new dependencies (BR001 to BR003 judge them), nor where the alternative itself was deleted "
        "(BR007).\n\n"
        "Restore it, or waive it where the change is meant."
    )

    def changes(self, base: System, head: System) -> Iterable[Match]:
        """Each need that became harder, for each judged journey that needs its dependent."""
        same = {_said(one) for one in base.records}
        for record in head.records:
            if _said(record) in same:  # most of them: nothing is looked up for what stands there as it did
                continue
            for needed in (record.dependency,) if isinstance(record, Dependency) else record.members:
                old = [one for one in _before(record.dependent, needed, base, head) if one.phase == record.phase]
                how = _harder(old, record, base, head) if old else None
                for journey in head.losses.judged(record.dependent) if how is not None else ():
                    yield Match(journey, None, record.dependent, needed, (how[0] if how else "",), (how, record))

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Says what the need was and what it is."""
        (_, now, before), record = match.detail
        dependent, needed = system.label(match.dependent or ""), system.label(match.dependency or "")
        way = system.losses.route(match.journey or "", match.dependency or "")
        link = next(
            (one for one in way if (one.dependent, one.dependency) == (match.dependent, match.dependency)), None
        )
        if dependent == system.graph.name(match.journey or ""):
            who = dependent
        else:
            who = f"{dependent}, on {system.graph.name(match.journey or '')},"
        return Told(
            f"{who} {now}".replace("{needed}", needed),
            before.replace("{needed}", needed),
            "restore it, or waive it with a reason",
            way,
            link,
            record.evidence,
        )


def _before(dependent: str, needed: str, base: System, head: System) -> list[Record]:
    """What stood between two things: under the same ids, else under their names, for they may have been moved."""
    named = base.needs_anywhere.get((head.loose(dependent), head.loose(needed)), [])
    same = [
        one
        for one in named
        if one.dependent == dependent and needed in ((one.dependency,) if isinstance(one, Dependency) else one.members)
    ]
    return same or named


How = tuple[str, str, str]
"""What changed in one word, how it is now, how it was."""


def _harder(old: list[Record], record: Record, base: System, head: System) -> How | None:
    """How a need became harder than all that stood there before; none where it did not."""
    if record.strength == "hard" and all(one.strength == "soft" for one in old):
        return "strength", "now needs {needed} hard", "it was only degraded without {needed}"
    if record.strength == "soft":
        return _sooner(old, record)
    if isinstance(record, Dependency) and all(isinstance(one, Redundancy) and len(one.members) > 1 for one in old):
        there = {base.loose(member) for one in old if isinstance(one, Redundancy) for member in one.members}
        if len(there & head.by_loose_name.keys()) > 1:
            return "fallback", "has no alternative to {needed} any more", "one of several would do"
        return None
    hard = [one for one in old if one.strength == "hard"]
    longest = min((one.tolerance or 0 for one in hard), default=0)
    if longest > (record.tolerance or 0):
        now = f"for {format_duration(record.tolerance)} only" if record.tolerance else "not at all"
        return "tolerance", f"goes on without {{needed}} {now}", f"it went on for {format_duration(longest)}"
    return None


def _sooner(old: list[Record], record: Record) -> How | None:
    soft = [one for one in old if one.strength == "soft"]
    if len(soft) < len(old) or record.hardens_after is None:
        return None
    if all(one.hardens_after is None or one.hardens_after > record.hardens_after for one in soft):
        return (
            "hardens",
            f"breaks without {{needed}} after {format_duration(record.hardens_after)}",
            "it broke later or not at all",
        )
    return None


def _said(record: Record) -> tuple[object, ...]:
    needed = record.dependency if isinstance(record, Dependency) else record.members
    return record.dependent, needed, record.phase, record.strength, record.tolerance, record.hardens_after


RULES.register("BR006")(Hardened)
