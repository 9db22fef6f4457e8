"""Values that something else gives while Terraform runs: another root's state, a script, a provider nobody maps.

An output of a root that was scanned is resolved to what it names; of all others nobody here can tell, and that is said.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blastradius.model import DependencyFact, Evidence, Gap, Phase, Reference
from blastradius.scanners.naming import is_called, may_name, sense
from blastradius.scanners.terraform.mapping.tools import TOOLS
from blastradius.scanners.terraform.mapping.values import refs
from blastradius.scanners.terraform.mapping.world import World, copied
from blastradius.scanners.terraform.model import Expr, Ref, Root

State = tuple[str, ...]
#: Settings of a backend that say which state it is; `terraform_remote_state` names it by the same.
_WHICH = {
    "s3": ("bucket", "key"), "gcs": ("bucket", "prefix"), "azurerm": ("storage_account_name", "container_name", "key"),
    "oss": ("bucket", "prefix", "key"), "cos": ("bucket", "prefix", "key"), "consul": ("path",), "http": ("address",),
    "pg": ("conn_str", "schema_name"), "kubernetes": ("secret_suffix", "namespace"),
}  # fmt: skip
_REMOTE = "terraform_remote_state"
#: What is known, and gives values that other stacks made.
_STACKS = frozenset({"aws_cloudformation_export", "aws_cloudformation_stack"})
#: Tools of Terraform of which a data source reads what stands elsewhere.
_READERS = frozenset({"external", "http", "local"})


@dataclass(frozen=True, slots=True)
class Taken:
    """An output of another root that something takes.

    Attributes:
        state: which state it is of; empty where that is not known.
        output: its name.
        need: what is said where it is found; its reference is put in.
        otherwise: what is said where it is not; None where nothing says that it is an address.
    """

    state: State
    output: str
    need: DependencyFact
    otherwise: DependencyFact | Gap | None


@dataclass(frozen=True, slots=True)
class Given:
    """What a root gives to others.

    Attributes:
        state: in which its outputs are kept; empty where that is not known.
        outputs: ids of the components that each names.
    """

    state: State
    outputs: Mapping[str, tuple[str, ...]]


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
    remote = [ref for ref in found if _type(ref) == _REMOTE]
    for ref in remote:
        world.taken.append(_taken(world, dependent, ref, evidence, via, phase, _speaks(name, leaf)))
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
        if kind in _STACKS or not (known or tool or kind in (_REMOTE, "module") or copied(ref)):
            return True
    return False


def given(root: Root, world: World) -> Given:
    """The outputs of a root by the components they name."""
    outputs = {name: tuple(world.targets({"value": value}, "value")) for name, value in root.outputs.items()}
    return Given(state_of(root.backend, root.name), {name: ids for name, ids in outputs.items() if ids})


def state_of(backend: Mapping[str, Any] | None, folder: str) -> State:
    """Which state a backend keeps: equal for two that are the same; empty where that is not known.

    Args:
        backend: its settings with its `type`; None for the one that Terraform takes then, a file beside the root.
        folder: of the root.
    """
    settings = dict(backend or {"type": "local"})
    kind = settings.get("type")
    if kind == "local":
        path = settings.get("path", "terraform.tfstate")
        return ("local", posixpath.normpath(posixpath.join(folder, path))) if isinstance(path, str) else ()
    if kind in ("remote", "cloud"):
        spaces = settings.get("workspaces")
        space = spaces[0] if isinstance(spaces, list) and spaces else spaces
        pieces = [settings.get("organization"), space.get("name") if isinstance(space, dict) else None]
        kind, optional = "remote", False
    elif isinstance(kind, str) and kind in _WHICH:
        pieces, optional = [settings.get(one) for one in _WHICH[kind]], True
    else:
        return ()
    texts = ["" if one is None and optional else one for one in pieces]
    return (str(kind), *map(str, texts)) if any(texts) and all(isinstance(one, str) for one in texts) else ()


def received(taken: Iterable[Taken], given: Sequence[Given]) -> list[DependencyFact | Gap]:
    """What the outputs come to that roots take from each other.

    Args:
        taken: of all roots.
        given: by all roots.
    """
    by_state: dict[State, list[Given]] = defaultdict(list)
    for root in given:
        by_state[root.state].append(root)
    found: list[DependencyFact | Gap] = []
    for one in taken:
        holders = by_state[one.state] if one.state else []
        ids = holders[0].outputs.get(one.output, ()) if len(holders) == 1 else ()
        for id in ids:
            reference = one.need.reference.model_copy(update={"texts": (id,), "role": "resource"})
            found.append(one.need.model_copy(update={"reference": reference}))
        if not ids and one.otherwise is not None:
            found.append(one.otherwise)
    return found


def _type(ref: Ref) -> str:
    pieces = ref.address.split(".")
    return pieces[-2] if len(pieces) > 1 else ""


def _speaks(name: str | None, leaf: Expr) -> bool:
    """Whether a setting of that name, with that value, can name what is called."""
    if name is None:
        return True
    scheme = "://" in leaf.text or any("://" in part for part in leaf.parts if isinstance(part, str))
    return (may_name(name) or scheme) and is_called(name)


def _taken(
    world: World, dependent: str, ref: Ref, evidence: Evidence, via: str, phase: Phase | None, speaks: bool
) -> Taken:
    output = next((str(step) for step in ref.path[1:2] if ref.path[0] == "outputs"), "")
    state: State = ()
    for block in world.found(ref):
        config = block.values.get("config")
        settings = config[0] if isinstance(config, list) and config else config
        if isinstance(settings, dict):
            state = state_of({**settings, "type": world.text(block.values.get("backend"))}, world.root.name)
    need = _outside(world, dependent, ref, evidence, via, phase)
    otherwise = _unknown(world, dependent, ref, evidence, via, phase, via) if speaks else None
    return Taken(state, output, need, otherwise)


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
