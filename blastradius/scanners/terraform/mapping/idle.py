"""Groups of machines and services of size nought: they are declared, and nothing of them runs until somebody scales them."""

from __future__ import annotations

from collections import defaultdict

from blastradius.model import DependencyFact, Failover, RedundancyFact
from blastradius.scanners.terraform.mapping.values import number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_STEPS = 6
_REASON = "what is to take over is scaled to nought: somebody has to scale it"


def sized(world: World, block: Block, id: str, size: int | None) -> None:
    """Note how many copies something has; one of none stands by.

    Args:
        world: the root.
        block: it is declared by.
        id: of its component.
        size: how many copies, None where that is not known.
    """
    if size is None:
        return
    if size or _raised(world, block):
        world.update(id, attributes={"replicas": str(size)} if size else {})
    else:
        world.update(id, attributes={"replicas": "0", "role": "standby"})


def _raised(world: World, block: Block) -> bool:
    """Whether scaling by itself keeps more than none running, or may: a target whose least is not known."""
    for one in world.of_type("aws_appautoscaling_target"):
        resource = one.values.get("resource_id")
        text = world.text(resource) or ""
        name = world.text(block.values.get("name"))
        meant = any(block in world.found(ref) for ref in refs(resource))
        if (meant or (name and text.endswith(f"/{name}"))) and number(one.values.get("min_capacity")) != 0:
            return True
    return False


def standing_by(world: World) -> None:
    """A failover to something of size nought is not automatic, whatever checks its health.

    Args:
        world: the root, all its needs found.
    """
    idle = {id for id, one in world.components.items() if one.attributes.get("replicas") == "0"}
    if not idle:
        return
    needs: dict[str, set[str]] = defaultdict(set)
    for rule in world.rules:
        if isinstance(rule, DependencyFact) and rule.phase in (None, "runtime") and rule.strength in (None, "hard"):
            needs[rule.dependent].add(rule.reference.texts[0])
    for at, rule in enumerate(world.rules):
        if isinstance(rule, RedundancyFact):
            world.rules[at] = _manual(rule, [_reaches(one.texts[0], idle, needs) for one in rule.members])


def _manual(rule: RedundancyFact, idle: list[bool]) -> RedundancyFact:
    if not any(idle) or all(idle) or any(idle[at] for at in rule.active):
        return rule
    active = rule.active or tuple(at for at, one in enumerate(idle) if not one)
    reason = f"{rule.reason}; {_REASON}" if rule.reason else _REASON
    changes = {"active": active, "full": None, "failover": Failover(mode="manual"), "reason": reason}
    left = [one for at, one in enumerate(idle) if at not in active]
    return rule.model_copy(update=changes) if all(left) or rule.failover is None else rule


def _reaches(id: str, idle: set[str], needs: dict[str, set[str]]) -> bool:
    """Whether something of size nought is needed, over a few steps."""
    seen, wave = {id}, {id}
    for _ in range(_STEPS):
        if wave & idle:
            return True
        wave = {other for one in wave for other in needs.get(one, ())} - seen
        seen |= wave
    return False
