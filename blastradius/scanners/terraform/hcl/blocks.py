"""From modules in use to the records of a root: every instance with its values, its region, its lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Literal

from blastradius.model import Evidence, Gap
from blastradius.scanners.terraform.hcl import syntax as s
from blastradius.scanners.terraform.hcl.evaluating import Evaluator
from blastradius.scanners.terraform.hcl.exporting import Exporter
from blastradius.scanners.terraform.hcl.modules import Module, World, label, local_folder, source_of
from blastradius.scanners.terraform.hcl.nesting import Absent
from blastradius.scanners.terraform.hcl.regions import Place, found_provider, kind_of, place, placed
from blastradius.scanners.terraform.hcl.repeating import instances, keyed
from blastradius.scanners.terraform.hcl.resources import Resource
from blastradius.scanners.terraform.hcl.settings import setting_lines
from blastradius.scanners.terraform.hcl.sources import made_by
from blastradius.scanners.terraform.hcl.stepping import peeked
from blastradius.scanners.terraform.hcl.values import FailureError, Late, OpenDict, OpenList, late, undecided
from blastradius.scanners.terraform.model import UNKNOWN, Block

MAX_BLOCKS = 30_000
_MAX_DYNAMIC = 1_000
_META = frozenset({"count", "for_each", "provider", "providers"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})
#: Providers whose resources are somewhere.
_PLACED = frozenset({"aws", "awscc", "google", "alicloud"})


def blocks(root: Module) -> Iterator[Block]:
    """Records of a root module and of all modules that it calls, level by level.

    So that what one module calls without end uses up no more than its share before the others are read.
    """
    left = MAX_BLOCKS
    modules = deque([root])
    while modules:
        module = modules.popleft()
        inner: list[Module] = []
        for block in _of(module, inner):
            left -= 1
            if left < 0:
                _too_many(root)
                return
            yield block
        modules.extend(inner)


def _of(module: Module, inner: list[Module]) -> Iterator[Block]:
    """Records of one module; modules that it calls are added to `inner`."""
    for mode, kind, name in module.source.resources:
        for one in instances(_quietly(module.resource, mode, kind, name)):
            yield _record(one)
    for name, call in module.source.calls.items():
        for one in instances(_quietly(module.named_module, name)):
            if isinstance(one, Module):
                inner.append(one)
            elif isinstance(one, Absent) and not one.refused:
                yield _absent(module, name, call, one)


def _quietly(read: Callable[..., Any], *names: str) -> Any:
    try:
        return read(*names)
    except (FailureError, RecursionError):
        return None


def _too_many(root: Module) -> None:
    reason = f"there are more than {MAX_BLOCKS:,} resources: scan a part"
    folder = root.world.folder or "."
    evidence = (Evidence(scanner="terraform", locator=f"{folder}:1"),)
    root.world.gap(Gap(scope=folder, reason=reason, hides="dependency", evidence=evidence))


def _record(one: Resource) -> Block:
    found = placed(one)
    mode: Literal["managed", "data"] = "data" if one.mode == "data" else "managed"
    address = f"{one.bare}{label(one.repeat.key)}"
    if mode == "managed":
        _location_gap(one.module, found, one.type, f"{one.block.path}:{one.block.line}")
    return Block(
        address=address,
        mode=mode,
        type=one.type,
        name=one.name,
        provider=found.provider,
        provider_alias=found.alias,
        region=found.region,
        account=found.account,
        values=values(one.block.body, one.evaluator, Exporter(), top=True),
        module=one.module.path,
        evidence=Evidence(scanner="terraform", locator=f"{one.block.path}:{one.block.line}"),
        lines=_lines(one.block.body),
        paths=_paths(one.block),
        doubt=tuple(sorted(one.repeat.doubt | one.module.doubt)),
        settings=setting_lines(one.block.body),
        region_evidence=_stated(found),
    )


def _stated(found: Place) -> Evidence | None:
    return Evidence(scanner="terraform", locator=found.where) if found.where else None


def _lines(body: s.Body) -> dict[str, int]:
    lines = {name: argument.line for name, argument in body.arguments.items()}
    for block in body.blocks:
        lines.setdefault(made_by(block), block.line)
    return lines


def _paths(block: s.BlockNode) -> dict[str, str]:
    """Files of the attributes and nested blocks that an override file gives."""
    paths = {name: argument.path for name, argument in block.body.arguments.items() if argument.path}
    for one in block.body.blocks:
        if one.path != block.path:
            paths.setdefault(made_by(one), one.path)
    return paths


def _location_gap(module: Module, found: Place, kind: str, where: str) -> None:
    """Say once for each provider block that it names no region, or one that cannot be known."""
    if found.provider not in _PLACED or isinstance(found.region, str) or (found.region is None and found.own):
        return
    named = f'provider "{found.provider}"{f" with alias {found.alias}" if found.alias else ""}'
    if found.region is UNKNOWN:
        reason = f"{f'the region of this {kind}' if found.own else f'the region of {named}'} is not known: "
        reason += _missing(found)
    elif found.declared:
        reason = f"{named} names no region: it comes from the environment of whoever runs Terraform"
    else:
        reason = f"there is no {named} block in this root: the region comes from elsewhere"
    evidence = (Evidence(scanner="terraform", locator=found.where or where),)
    scope = f"tf:{module.world.name}:{(found.where or found.provider) if not found.own else where}"
    module.world.gap(Gap(scope=scope, reason=reason, hides="location", provider=found.provider, evidence=evidence))


def _missing(found: Place) -> str:
    if not found.missing:
        return f"{found.text or 'its value'} is known only once Terraform ran"
    names = ", ".join(sorted(found.missing))
    return f"{names} has no value in the scanned files (no default, no terraform.tfvars)"


def values(body: s.Body, evaluator: Evaluator, exporter: Exporter, *, top: bool = False) -> dict[str, Any]:
    """Arguments and nested blocks of a body; nested blocks are lists, dynamic ones expanded."""
    found: dict[str, Any] = {}
    for name, argument in body.arguments.items():
        if top and name in _META:
            continue
        found[name] = _value(argument.value, evaluator, exporter)
    for block in body.blocks:
        if block.type == "dynamic" and block.labels:
            found.setdefault(block.labels[0], [])
            if isinstance(found[block.labels[0]], list):
                found[block.labels[0]].extend(_dynamic(block, evaluator, exporter))
        elif not (top and block.type in _META_BLOCKS) and isinstance(found.setdefault(block.type, []), list):
            found[block.type].append(values(block.body, evaluator, exporter))
    return found


def _value(node: s.Node, evaluator: Evaluator, exporter: Exporter) -> Any:
    try:
        return exporter.value(evaluator.value(node))
    except (FailureError, RecursionError):
        return UNKNOWN


def _dynamic(block: s.BlockNode, evaluator: Evaluator, exporter: Exporter) -> Iterator[dict[str, Any]]:
    arguments = block.body.arguments
    contents = [one for one in block.body.blocks if one.type == "content"]
    if not contents or "for_each" not in arguments:
        return
    iterator = arguments.get("iterator")
    name = iterator.value.name if iterator and isinstance(iterator.value, s.Name) else block.labels[0]
    try:
        over = peeked(evaluator.value(arguments["for_each"].value))
        pairs = _pairs(over)
    except (FailureError, RecursionError):
        return
    rest = over.rest if isinstance(over, OpenDict | OpenList) else over if pairs is None else None
    given = list(pairs or ())[:_MAX_DYNAMIC]
    if rest is not None:
        shown = s.show(arguments["for_each"].value)
        given.extend(_perhaps(shown, rest) or [(late(f"{name}.key", rest), late(shown, rest))])
    for key, value in given:
        yield values(contents[0].body, evaluator.within({name: {"key": key, "value": value}}), exporter)


def _perhaps(shown: str, rest: Any) -> list[tuple[Any, Any]]:
    """Keys and values of blocks of which a variable without a value decides whether they are there."""
    choices = rest.choices if isinstance(rest, Late) else ()
    pairs = [pair for choice in choices if isinstance(choice, dict | list) for pair in _pairs(choice) or ()]
    return [(late(shown, rest), undecided(shown, [value, None], rest)) for _, value in pairs]


def _pairs(over: Any) -> list[tuple[Any, Any]] | None:
    if isinstance(over, list):
        return list(enumerate(over))
    return list(keyed(over) or ()) if isinstance(over, dict) else keyed(over)


def _absent(module: Module, name: str, call: s.BlockNode, one: Absent) -> Block:
    """The call of a module that is not there: a record of type `module` with the arguments it is given."""
    world: World = module.world
    source = source_of(call)
    folder = local_folder(module.source.folder, source)
    where = f"{call.path}:{call.line}"
    what = f"the module {source}" if source else "a module whose source is not written down"
    reason = f"{what} is not among the scanned files: what it creates and needs is not seen"
    evidence = Evidence(scanner="terraform", locator=where)
    world.gap(Gap(scope=f"tf:{world.name}:{one.address}", reason=reason, hides="dependency", evidence=(evidence,)))
    parts = source.partition("?")[0].partition("//")[0].split("/")
    local = parts[-1] if folder is None and len(parts) in (3, 4) and "." not in parts[-1] else ""
    local = local or ("aws" if found_provider(module, "aws", None) else "")
    evaluator = module.evaluator.within(one.own)
    found = _call_place(module, local, call, evaluator)
    return Block(
        address=f"{one.address}{label(one.key)}",
        mode="managed",
        type="module",
        name=name,
        provider=found.provider,
        provider_alias=found.alias,
        region=found.region,
        account=found.account,
        values=values(call.body, evaluator, Exporter(), top=True),
        module=module.path,
        evidence=evidence,
        lines=_lines(call.body),
        paths=_paths(call),
        doubt=tuple(sorted(one.doubt | module.doubt)),
        settings=setting_lines(call.body),
        region_evidence=_stated(found),
    )


def _call_place(module: Module, local: str, call: s.BlockNode, evaluator: Evaluator) -> Place:
    """Where an absent module is: its `region` argument, else the provider that it is passed or inherits."""
    alias: str | None = None
    passed = call.body.arguments.get("providers")
    if passed and isinstance(passed.value, s.Object):
        for key, value in passed.value.items:
            if isinstance(key, s.Literal) and key.value == local and isinstance(value, s.Attribute):
                alias = value.name
    if kind_of(module, local) not in _PLACED:
        return Place(kind_of(module, local), alias)
    return place(module, local, alias, None, call, evaluator)
