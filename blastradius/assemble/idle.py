"""What is scaled to nought is declared and does not run: a failover to it is not automatic, whatever checks its health."""

from __future__ import annotations

from collections import defaultdict

from blastradius.assemble.draft import Draft
from blastradius.model import Failover, Redundancy

_STEPS = 6
"""Steps from what takes over to what of it is scaled to nought: balancer, target group, service, cluster and some more."""
_REASON = "what is to take over is scaled to nought: somebody has to scale it"


def stand_by(draft: Draft) -> None:
    """Make failovers to what is scaled to nought, or to what needs such a thing, ones by hand.

    A component is scaled to nought where its scanner says so: `attributes["replicas"]` is `0`. It stands by.

    Args:
        draft: all dependencies and redundancies are there.
    """
    idle = {id for id, one in draft.components.items() if one.attributes.get("replicas") == "0"}
    if not idle:
        return
    for id in idle:
        one = draft.components[id]
        if "role" not in one.attributes:
            draft.components[id] = one.model_copy(update={"attributes": {**one.attributes, "role": "standby"}})
    needs: dict[str, set[str]] = defaultdict(set)
    for need in draft.dependencies:
        if need.phase == "runtime" and need.strength == "hard":
            needs[need.dependent].add(need.dependency)
    draft.redundancies = [
        _manual(group, {one for one in group.members if _reaches(one, idle, needs)})
        if group.phase == "runtime"
        else group
        for group in draft.redundancies
    ]


def _manual(group: Redundancy, idle: set[str]) -> Redundancy:
    """The group with those that run as its active members, where the others are all scaled to nought."""
    if not idle or idle & set(group.active) or len(idle) == len(group.members):
        return group
    active = group.active or tuple(one for one in group.members if one not in idle)
    others = set(group.members) - set(active)
    if len(active) < group.required or not others <= idle:
        return group
    reason = f"{group.reason}; {_REASON}" if group.reason else _REASON
    failover = Failover(mode="manual")
    if group.failover is not None and group.failover.mode == "manual":
        failover = group.failover
    return group.model_copy(update={"active": active, "full": None, "failover": failover, "reason": reason})


def _reaches(id: str, idle: set[str], needs: dict[str, set[str]]) -> bool:
    """Whether something scaled to nought is needed, over a few steps."""
    seen, wave = {id}, {id}
    for _ in range(_STEPS):
        if wave & idle:
            return True
        wave = {other for one in wave for other in needs.get(one, ())} - seen
        seen |= wave
    return False
