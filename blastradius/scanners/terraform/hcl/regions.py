"""Where resources are: their own `region`, else what the provider block says that they use, through all modules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blastradius.scanners.terraform.hcl import syntax as s
from blastradius.scanners.terraform.hcl.evaluating import Evaluator
from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.values import Late, as_text
from blastradius.scanners.terraform.model import UNKNOWN, Unknown

if TYPE_CHECKING:
    from blastradius.scanners.terraform.hcl.modules import Module
    from blastradius.scanners.terraform.hcl.resources import Resource

#: Arguments that say where something is, by provider, in the order in which they are asked; a zone lies in a region.
_OWN = {
    "aws": ("region",),
    "awscc": ("region",),
    "google": ("region", "zone", "location"),
    "azurerm": ("location",),
    "alicloud": ("region",),
}
_PROVIDERS = {"google": ("region", "zone"), "aws": ("region",), "awscc": ("region",), "alicloud": ("region",)}
_ZONE = re.compile(r"([a-z]+-[a-z]+[0-9]+)-[a-z]")
_ACCOUNT = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is.

    Attributes:
        provider: kind of provider: `aws`, `google` …
        alias: alias of the provider block; none for the default one.
        region: region; None where nothing says, `UNKNOWN` where something says what cannot be known.
        account: account, project or subscription, where known.
        where: `path:line` that states the region, or the provider block that does not.
        own: whether the resource states its region itself.
        missing: variables without a value that the region comes from.
        text: source text of an unknown region.
        declared: whether there is a provider block at all.
    """

    provider: str
    alias: str | None = None
    region: str | Unknown | None = None
    account: str | None = None
    where: str | None = None
    own: bool = False
    missing: frozenset[str] = frozenset()
    text: str = ""
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider block, the module in which it stands, and its instance where a call passes one."""

    block: s.BlockNode
    module: Module
    alias: str | None
    key: str | None = None


def placed(resource: Resource) -> Place:
    """Where a resource or data source is."""
    arguments = resource.block.body.arguments
    local, alias, key = _chosen(arguments.get("provider"), resource.evaluator)
    local = local or resource.type.partition("_")[0]
    return place(resource.module, local, alias, key, resource.block, resource.evaluator)


def place(module: Module, local: str, alias: str | None, key: Any, block: s.BlockNode, evaluator: Evaluator) -> Place:
    """Where a block is that uses a provider.

    Args:
        module: module it is in.
        local: name of the provider there.
        alias: alias it chooses.
        key: which instance of the provider it chooses, where that is repeated.
        block: its declaration.
        evaluator: evaluates what it says.
    """
    kind = kind_of(module, local)
    base = _from_provider(found_provider(module, local, alias), kind, alias, key)
    account = as_text(_argument(block, "project", evaluator)) if kind == "google" else None
    for name in _OWN.get(kind, ()):
        value = _argument(block, name, evaluator)
        if value is None:
            continue
        stated = block.body.arguments[name]
        where = f"{stated.path or block.path}:{stated.line}"
        region, missing, text = _region(value, kind, name)
        return Place(kind, base.alias, region, account or base.account, where, True, missing, text, base.declared)
    if account:
        return Place(kind, base.alias, base.region, account, base.where, False, base.missing, base.text, base.declared)
    return base


def kind_of(module: Module, local: str) -> str:
    """Kind of a provider by its local name: what its source is called, `google-beta` being `google`."""
    at: Module | None = module
    while at is not None:
        source = at.source.kinds.get(local)
        if source:
            return source.rpartition("/")[2].removesuffix("-beta")
        at = at.parent
    return local.removesuffix("-beta")


def found_provider(module: Module, local: str, alias: str | None) -> Provider | None:
    """The provider block that a name in a module means, through the `providers` of module calls."""
    at: Module | None = module
    key: Any = None
    for _ in range(64):
        if at is None:
            return None
        here = [one for one in at.source.providers if one.labels[0] == local and alias_of(one) == alias]
        passed = _passed(at, local, alias) if at.parent else None
        if passed is not None and passed[2] is not None:
            key = peeked(at.place.value(passed[2]))
        # an empty block in a module is an old way of saying that the caller passes a provider
        if here and (passed is None or set(here[0].body.arguments) - {"alias", "version"}):
            return Provider(here[0], at, alias, key if isinstance(key, str) else None)
        if passed is not None:
            local, alias = passed[:2]
        elif alias is not None and at.parent:
            return None
        at = at.parent
    return None


def alias_of(block: s.BlockNode) -> str | None:
    """Alias of a provider block."""
    argument = block.body.arguments.get("alias")
    value = argument.value.value if argument and isinstance(argument.value, s.Literal) else None
    return value if isinstance(value, str) else None


def _passed(module: Module, local: str, alias: str | None) -> tuple[str, str | None, s.Node | None] | None:
    """What the call of a module passes under that name."""
    argument = module.block.body.arguments.get("providers") if module.block else None
    if argument is None or not isinstance(argument.value, s.Object):
        return None
    for name, value in argument.value.items:
        if _words(name)[:2] == (local, alias):
            given = _words(value)
            return given if given[0] else None
    return None


def _words(node: s.Node) -> tuple[str, str | None, s.Node | None]:
    """`aws.west[key]` as its provider, alias and key."""
    key: s.Node | None = None
    if isinstance(node, s.Index):
        key, node = node.key, node.of
    if isinstance(node, s.Attribute) and isinstance(node.of, s.Name):
        return node.of.name, node.name, key
    if isinstance(node, s.Name):
        return node.name, None, key
    if isinstance(node, s.Literal) and isinstance(node.value, str):  # a bare key, or Terraform 0.11: "aws.west"
        name, _, alias = node.value.partition(".")
        return name, alias or None, key
    return "", None, None


def _chosen(argument: s.Argument | None, evaluator: Evaluator) -> tuple[str, str | None, Any]:
    if argument is None:
        return "", None, None
    name, alias, key = _words(argument.value)
    return name, alias, peeked(evaluator.value(key)) if key is not None else None


def _argument(block: s.BlockNode, name: str, evaluator: Evaluator) -> Any:
    argument = block.body.arguments.get(name)
    return evaluator.value(argument.value) if argument else None


def _region(value: Any, kind: str, name: str) -> tuple[str | Unknown | None, frozenset[str], str]:
    """Region of an argument's value; with what it lacks where it is unknown."""
    known = peeked(value)
    if isinstance(known, str):
        if kind == "azurerm":
            return known.replace(" ", "").lower() or None, frozenset(), ""
        zone = _ZONE.fullmatch(known) if kind == "google" else None
        return (zone[1] if zone else known.lower() if name == "location" else known) or None, frozenset(), ""
    if isinstance(value, Late):
        return UNKNOWN, value.missing, value.text
    return UNKNOWN, frozenset(), name


def _from_provider(provider: Provider | None, kind: str, alias: str | None, key: Any) -> Place:
    if provider is None:
        return Place(kind, alias)
    key = provider.key if key is None else key
    cache: dict[Any, Place] = provider.module.places
    slot = (id(provider.block), key if isinstance(key, str | int) else None)
    if slot not in cache:
        where = f"{provider.block.path}:{provider.block.line}"
        # a provider whose region comes from what itself places is in none
        cache[slot] = Place(kind, provider.alias, UNKNOWN, None, where, text="a circle", declared=True)
        cache[slot] = _evaluated(provider, kind, key, where)
    return cache[slot]


def _evaluated(provider: Provider, kind: str, key: Any, where: str) -> Place:
    evaluator = provider.module.evaluator
    arguments = provider.block.body.arguments
    if "for_each" in arguments:
        evaluator = _instance(evaluator, arguments["for_each"].value, key)
    account = _account(provider.block, kind, evaluator)
    for name in _PROVIDERS.get(kind, ("region",)):
        value = _argument(provider.block, name, evaluator)
        if value is not None:
            region, missing, text = _region(value, kind, name)
            line = f"{arguments[name].path or provider.block.path}:{arguments[name].line}"
            return Place(kind, provider.alias, region, account, line, False, missing, text, True)
    return Place(kind, provider.alias, None, account, where, declared=True)


def _instance(evaluator: Evaluator, over: s.Node, key: Any) -> Evaluator:
    """The place of one instance of a repeated provider."""
    known = peeked(evaluator.value(over))
    if isinstance(known, list) and key in known:
        known = {key: key}
    if isinstance(known, dict) and isinstance(key, str) and key in known:
        return evaluator.within({"each": {"key": key, "value": known[key]}})
    return evaluator.within({"each": {"key": Late("each.key"), "value": Late("each.value")}})


def _account(block: s.BlockNode, kind: str, evaluator: Evaluator) -> str | None:
    if kind == "google":
        return as_text(peeked(_argument(block, "project", evaluator)))
    if kind == "azurerm":
        return as_text(peeked(_argument(block, "subscription_id", evaluator)))
    allowed = peeked(_argument(block, "allowed_account_ids", evaluator))
    if isinstance(allowed, list) and len(allowed) == 1:
        return as_text(allowed[0])
    for inner in block.body.blocks:
        role = as_text(peeked(_argument(inner, "role_arn", evaluator))) if inner.type == "assume_role" else None
        found = _ACCOUNT.match(role) if role else None
        if found:
            return found[1]
    return None
