"""What a change does to what the system is held to: both sides are judged alike, and what was loosened is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blastradius.durations import format_duration
from blastradius.gate.ruling import RANKS, rules
from blastradius.gate.system import Softened, System
from blastradius.model import Journey, Policy
from blastradius.model.gate import RuleSetting

_PROMISES = ("rto", "rpo")


def hold_alike(base: System, head: System) -> None:
    """Hold both sides to what head says, and to the journeys that the base was held to before.

    A change that lowers a journey, or the tier up to which journeys are judged, is still judged by it: what it adds in
    the same breath would pass for good.

    Args:
        base: what head is compared with; nothing was asked of it yet.
        head: what is judged.
    """
    head.own_policy = base.policy
    asked = [one for one in base.graph.journeys.values() if base.asks_for(one)]
    now = (head_journey for one in asked if (head_journey := successor(one, base, head)) is not None)
    head.before = base.before = frozenset(one.id for one in (*asked, *now))
    base.policy, base.today = head.policy, head.today


def successor(journey: Journey, base: System, head: System) -> Journey | None:
    """The journey of head that a journey of the base is: by its name, else a new one with the same entries.

    Args:
        journey: the journey.
        base: its system.
        head: the other.
    """
    if journey.id in head.graph.journeys:
        return head.graph.journeys[journey.id]
    wanted = entries(journey, base)
    new = (one for one in head.graph.journeys.values() if one.id not in base.graph.journeys)
    return next((one for one in sorted(new, key=lambda one: one.id) if entries(one, head) == wanted), None)


def entries(journey: Journey, system: System) -> tuple[str, ...]:
    """What a journey needs by itself, by names that hold no file: its identity where it was called otherwise."""
    return (journey.phase, *sorted(system.loose(one.component) for one in journey.entries))


def loosened(base: System, head: System) -> Iterator[Softened]:
    """What of policy, and of what journeys promise, was loosened.

    Args:
        base: what head is compared with.
        head: what is judged, held as `hold_alike` says.
    """
    old, new = head.own_policy or Policy(), head.policy
    yield from _levels(old, new, head)
    if new.critical_tier is not None and (old.critical_tier or 9) > new.critical_tier:
        was = "was not set" if old.critical_tier is None else f"was {old.critical_tier}"
        yield _of(head, f"critical_tier is {new.critical_tier}, and {was}", "policy", "critical_tier")
    if old.rehearsed_within is not None and (new.rehearsed_within or float("inf")) > old.rehearsed_within:
        yield _of(head, _longer("rehearsed_within", old.rehearsed_within, new.rehearsed_within), "policy")
    if new.waiver_horizon > old.waiver_horizon:
        yield _of(head, _longer("waiver_horizon", old.waiver_horizon, new.waiver_horizon), "policy", "waiver_horizon")
    for journey in base.critical:
        now = successor(journey, base, head)
        if now is not None:
            yield from _promises(journey, now, head)
    yield from _replaced(base, head)


def _levels(old: Policy, new: Policy, head: System) -> Iterator[Softened]:
    """Rules that fail less, and options that are others: what is looser no rule has to say, so that either is told."""
    for name, kind in sorted(rules().items()):
        (level, options), (was, before) = (_setting(one, name) for one in (new, old))
        now, then = level or kind.level, was or kind.level
        if RANKS[now] < RANKS[then]:
            yield _of(head, f"{name} is {now}, and was {then}", "policy", "rules", name)
        known = kind.options.model_fields
        for option in sorted((options.keys() | before.keys()) & known.keys()):
            values = [
                said[option] if option in said else known[option].get_default(call_default_factory=True)
                for said in (options, before)
            ]
            if values[0] != values[1]:
                text = f"{name}: {option} is {values[0]}, and was {values[1]}"
                yield _of(head, text, "policy", "rules", name, option)


def _setting(policy: Policy, rule: str) -> tuple[str | None, dict[str, object]]:
    said = policy.rules.get(rule)
    if isinstance(said, RuleSetting):
        return said.level, dict(said.model_extra or {})
    return said, {}


def _longer(name: str, old: int, new: int | None) -> str:
    now = "is not set any more" if new is None else f"is {format_duration(new)}"
    return f"{name} {now}, and was {format_duration(old)}"


def _promises(was: Journey, now: Journey, head: System) -> Iterator[Softened]:
    """What a journey promises less."""
    at = ("journeys", now.name)
    if now.tier is not None and (was.tier or 0) < now.tier and was.tier is not None and head.asks_for(now):
        yield _of(head, f"the journey {now.name} has tier {now.tier}, and had {was.tier}", *at, "tier")
    for name in _PROMISES:
        before, after = getattr(was, name), getattr(now, name)
        if before is not None and (after is None or after > before):
            left = "no " if after is None else ""
            value = "" if after is None else f" of {format_duration(after)}"
            text = f"the journey {now.name} has {left}{name.upper()}{value}, and had {format_duration(before)}"
            yield _of(head, text, *at, name)


def _replaced(base: System, head: System) -> Iterator[Softened]:
    """Journeys that were taken from entry points, and have to make way for the first that somebody declares."""
    gone = [one.name for one in base.critical if one.inferred and one.id not in head.graph.journeys]
    declared = [one.name for one in head.graph.journeys.values() if not one.inferred]
    there = any(not one.inferred for one in base.graph.journeys.values())
    if gone and declared and not there:
        what = f"{_some(gone)}, which was taken from an entry point, is" if len(gone) == 1 else f"{_some(gone)} are"
        yield _of(head, f"{what} not judged any more: the journeys declared here stand in their place", "journeys")


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    return ", ".join(found[:3]) + (f" and {len(found) - 3:,} more" if len(found) > 3 else "")


def _of(head: System, text: str, *path: str | int) -> Softened:
    return head.softens((text,), text, *path)
