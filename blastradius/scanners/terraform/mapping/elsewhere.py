"""Values that something else gives while Terraform runs: another root's state, a script, a provider nobody maps.

An output of a root that was scanned is resolved to what it names; of all others nobody here can tell, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from blastradius.model import DependencyFact, Evidence, Gap, Phase, Reference
from blastradius.scanners.naming import is_called, may_name, sense
from blastradius.scanners.terraform.mapping.index import is_remote
from blastradius.scanners.terraform.mapping.tools import TOOLS
from blastradius.scanners.terraform.mapping.values import at, refs
from blastradius.scanners.terraform.mapping.world import World, copied
from blastradius.scanners.terraform.model import Block, Expr, Ref

_DEPTH = 4
#: Arguments that say what a resource is one of several of.
_MEMBER_OF = frozenset({"global_cluster_identifier"})
#: What is known, and gives values that other stacks made.
_STACKS = frozenset({"aws_cloudformation_export", "aws_cloudformation_stack"})
#: Tools of Terraform of which a data source reads what stands elsewhere.
_READERS = frozenset({"external", "http", "local"})


def elsewhere(
    world: World,
    dependent: str,
    leaf: Expr,
    evidence: Evidence,
    *,
    via: str,
    phase: Phase | None,
    name: str | None = None,
) -> None:
    """Say that a value comes from elsewhere, where it can be what is called.

    Args:
        world: the root.
        dependent: who has the value.
        leaf: the value, of which nothing else is known.
        evidence: where it stands.
        via: what shows it.
        phase: when it is needed, where that is known.
        name: of the setting; None for an attribute that always names a resource.
    """
    found = refs(leaf)
    remote = list(dict.fromkeys(one for ref in found for one in _remote(world, ref)))
    for ref in remote if _speaks(name, leaf) else ():
        world.said.add(ref)
        world.add(_unknown(world, dependent, ref, evidence, via, phase, name or via))
    foreign = [ref for ref in found if is_foreign(world, ref)]
    if foreign and not remote and name is not None and _speaks(name, leaf):
        world.add(_unknown(world, dependent, foreign[0], evidence, via, phase, name))


def unread_module(world: World, dependent: str, ref: Ref, evidence: Evidence, via: str) -> None:
    """Say that something of a module is needed which was not scanned, and of which nothing tells what it is."""
    for block in world.found(ref):
        if block.type == "module" and not world.ids_of(block):
            reason = f"{via}: refers to {block.address}, a module that was not scanned: state the dependency in blastradius.yaml"
            world.gaps.append(
                Gap(scope=dependent, reason=reason, hides="dependency", component=dependent, evidence=(evidence,))
            )


def is_foreign(world: World, ref: Ref) -> bool:
    """Whether a reference takes what something else gives: a data source or resource that is not mapped."""
    for block in world.found(ref):
        kind = block.type
        known = kind in world.types.rows or kind in world.types.stands or world.types.quietly(kind)
        tool = block.provider in TOOLS and not (block.mode == "data" and block.provider in _READERS)
        if kind in _STACKS or not (known or tool or kind in ("terraform_remote_state", "module") or copied(ref)):
            return True
    return False


def _remote(world: World, ref: Ref, depth: int = 0) -> Iterator[Ref]:
    """Outputs of other roots behind a reference of which nothing scanned tells what they are."""
    if is_remote(ref):
        if not world.ids(ref):
            yield ref
        return
    for block in world.found(ref) if depth < _DEPTH else ():
        for path in world.types.stands.get(block.type, ()):
            for value in at(block.values, path):
                for inner in refs(value):
                    yield from _remote(world, inner, depth + 1)


def say_missed(world: World) -> None:
    """Say of outputs of other roots that an argument names and nothing scanned gives, where nothing else said it.

    Args:
        world: the root, everything else of it translated.
    """
    left = world.missed - world.said
    for block in world.managed():
        for key, value in block.values.items():
            for ref in refs(value) if left or key in _MEMBER_OF else ():
                if ref in left or (key in _MEMBER_OF and is_remote(ref) and not world.ids(ref)):
                    _missed(world, block, key, ref)


def _missed(world: World, block: Block, key: str, ref: Ref) -> None:
    """A gap of what an argument is of: the resource's own component, else what it ties to that."""
    ids = world.ids_of(block) or list(
        dict.fromkeys(id for other, value in block.values.items() if other != key for id in world.targets(value, ""))
    )
    what = f"{block.type}.{block.name} {key}"
    reason = f"{what}: nothing scanned tells what {_text(ref)} is: state the dependency in blastradius.yaml"
    evidence = (world.evidence(block, key),)
    for id in ids[:1]:
        world.gaps.append(Gap(scope=id, reason=reason, hides="dependency", component=id, evidence=evidence))


def _speaks(name: str | None, leaf: Expr) -> bool:
    """Whether a setting of that name, with that value, can name what is called."""
    if name is None:
        return True
    scheme = "://" in leaf.text or any("://" in part for part in leaf.parts if isinstance(part, str))
    return (may_name(name) or scheme) and is_called(name)


def _unknown(
    world: World, dependent: str, ref: Ref, evidence: Evidence, via: str, phase: Phase | None, name: str
) -> DependencyFact | Gap:
    """What is said of a value that nothing here tells: an address that is not known, else that it may name something."""
    if sense(name) == "address":
        return _outside(world, dependent, ref, evidence, via, phase)
    reason = f"{via}: nothing scanned tells what {_text(ref)} is: state the dependency in blastradius.yaml"
    return Gap(scope=dependent, reason=reason, hides="dependency", component=dependent, evidence=(evidence,))


def _outside(
    world: World, dependent: str, ref: Ref, evidence: Evidence, via: str, phase: Phase | None
) -> DependencyFact:
    reference = Reference(texts=(named(ref),), scope=world.scope, role="address")
    return DependencyFact(dependent=dependent, reference=reference, via=via, phase=phase, evidence=(evidence,))


def named(ref: Ref) -> str:
    """The text that stands for a value that nothing here tells."""
    return f"${{{_text(ref)}}}"


def _text(ref: Ref) -> str:
    return ".".join((ref.address, *map(str, ref.path)))
