"""References to what no file of a root declares: its file was left out or could not be read, and nobody knows what it is."""

from __future__ import annotations

from blastradius.model import Gap
from blastradius.scanners.terraform.mapping.index import base
from blastradius.scanners.terraform.mapping.tools import TOOLS
from blastradius.scanners.terraform.mapping.values import refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

#: An order in which Terraform makes things, which says nothing of what runs.
_ORDER = frozenset({"depends_on"})
#: Words in types that instances start from: what such a template says is theirs.
_TEMPLATES = ("template", "launch_configuration")


def say_undeclared(world: World) -> None:
    """Add a gap for each component that refers, itself or through what ties it, to something that nothing declares.

    Args:
        world: all components and stand-ins are there.
    """
    if not world.root.undeclared:
        return
    for block in list(world.blocks.values()):
        missing = {} if block.provider in TOOLS else _missing(world, block)
        for address, attribute in missing.items():
            reason = (
                f"{attribute}: refers to {address}, which no scanned file of this root declares: scan all its files, or "
                "state the dependency in blastradius.yaml"
            )
            evidence = (world.evidence(block, attribute),)
            for id in who(world, block):
                world.gaps.append(Gap(scope=id, reason=reason, hides="dependency", component=id, evidence=evidence))


def _missing(world: World, block: Block) -> dict[str, str]:
    """What a block refers to and nothing declares, with the attribute that first does."""
    found: dict[str, str] = {}
    for attribute, value in block.values.items():
        for ref in refs(value) if attribute not in _ORDER else ():
            if ref.address in world.root.undeclared and _matters(world, ref.address):
                found.setdefault(ref.address, attribute)
    return found


def _matters(world: World, address: str) -> bool:
    """Whether something of that address could be needed, by its type."""
    type = base(address).split(".")[-2]
    row = world.types.rows.get(type)
    network = row is not None and row.role == "network"
    return not (network or world.types.silent(type) or type.partition("_")[0] in TOOLS)


def who(world: World, block: Block) -> list[str]:
    """The components that a block is: itself, else what it stands for, else what starts from it or is tied by it."""
    if block.mode == "data":
        return [id for id in [world.id_of(block)] if id in world.components]
    if not world.types.silent(block.type):
        tied = (id for ref in refs(block.values) for id in world.ids(ref))
        return world.ids_of(block) or list(dict.fromkeys(tied))
    if not any(word in block.type for word in _TEMPLATES):
        return []
    return [id for id, other in world.block_of.items() if any(block in world.found(ref) for ref in refs(other.values))]
