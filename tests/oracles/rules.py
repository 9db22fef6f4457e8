"""What both oracles mean by a rule: plain values, evaluated the slow and obvious way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from blastradius.model import Inventory, Redundancy

UP, DEGRADED, DOWN = 0, 1, 2
Read = Callable[[str], int]


@dataclass(frozen=True)
class Need:
    """One rule: `dependent` needs `one`, or enough of `group`; exactly one of the two is set."""

    number: int
    dependent: str
    phase: str
    soft: bool
    tolerance: int
    hardens_after: int | None
    one: str | None
    group: Redundancy | None


def needs_of(inventory: Inventory) -> list[Need]:
    """Every rule of an inventory; a journey's entries are hard needs in the journey's phase."""
    found: list[Need] = []
    phase_of = {journey.id: journey.phase for journey in inventory.journeys}
    for rule in (*inventory.dependencies, *inventory.redundancies):
        found.append(
            Need(
                number=len(found),
                dependent=rule.dependent,
                phase=phase_of.get(rule.dependent, rule.phase),
                soft=rule.strength == "soft",
                tolerance=rule.tolerance or 0,
                hardens_after=rule.hardens_after if rule.strength == "soft" else None,
                one=None if isinstance(rule, Redundancy) else rule.dependency,
                group=rule if isinstance(rule, Redundancy) else None,
            )
        )
    for journey in inventory.journeys:
        for entry in journey.entries:
            found.append(
                Need(len(found), journey.id, journey.phase, False, entry.tolerance or 0, None, entry.component, None)
            )
    return found


def kth_best(severities: list[int], k: int) -> int:
    """The k-th best of some severities, counted from 1."""
    return sorted(severities)[k - 1]


def over_all(group: Redundancy, read: Read) -> int:
    """M: the k-th best member, at least degraded while the `full`-th best is not up."""
    members = [read(member) for member in group.members]
    best = kth_best(members, group.required)
    if group.full is not None and kth_best(members, group.full) != UP:
        best = max(best, DEGRADED)
    return best


def over_active(group: Redundancy, read: Read) -> int:
    """A: the same over the active members, with `full` no more than there are active ones."""
    active = [read(member) for member in group.active]
    best = kth_best(active, group.required)
    if group.full is not None and kth_best(active, min(group.full, len(active))) != UP:
        best = max(best, DEGRADED)
    return best


def needs_down(group: Redundancy, runtime: Mapping[str, int]) -> bool:
    """N: whether any need of the failover is down, in the runtime states."""
    assert group.failover is not None
    return any(runtime[need] == DOWN for need in group.failover.needs)


def takes(group: Redundancy) -> int | None:
    """Seconds the failover takes; None where it never happens (by hand, and nobody says how long)."""
    assert group.failover is not None
    if group.failover.takes is None:
        return 0 if group.failover.mode == "automatic" else None
    return group.failover.takes
