"""Groups of machines and services of size nought: they are declared, and nothing of them runs until somebody scales them."""

from __future__ import annotations

from blastradius.scanners.terraform.mapping.values import number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block


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
