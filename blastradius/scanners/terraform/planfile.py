"""Plans and states as JSON become roots: values, references and providers' regions of each resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blastradius.documents import Document
from blastradius.model import Evidence
from blastradius.scanners.loose import mapping, records
from blastradius.scanners.terraform.model import HIDDEN, Block, Root
from blastradius.scanners.terraform.planrefs import Configuration
from blastradius.scanners.terraform.planshape import MAX_LEVELS, kind_of, malformed, marked, unclear

_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]*):(\d{12})?:")
_DEPTH = MAX_LEVELS


def read(document: Document, name: str) -> Root:
    """The root that a document describes, with a gap where it has not the shape that Terraform writes.

    Args:
        document: a plan or a state, as `kind_of` tells.
        name: of the root; it stands in ids.
    """
    gap = malformed(document)
    root = _root(document, name)
    return replace(root, gaps=(gap,)) if gap else root


def _root(document: Document, name: str) -> Root:
    kind = kind_of(document.value)
    if kind == "plan":
        return _plan(document, name)
    if kind == "shown":
        values = mapping(document.value.get("values"))
        blocks = tuple(_shown(document, mapping(values.get("root_module")), Configuration({}, {})))
        return Root(name, _unique(blocks))
    return _state(document, name)


def _plan(document: Document, name: str) -> Root:
    value = document.value
    configuration = Configuration(mapping(value.get("configuration")), mapping(value.get("variables")))
    planned = mapping(mapping(value.get("planned_values")).get("root_module"))
    blocks = list(_shown(document, planned, configuration))
    prior = mapping(mapping(mapping(value.get("prior_state")).get("values")).get("root_module"))
    known = {block.address for block in blocks}
    blocks += [one for one in _shown(document, prior, configuration) if one.mode == "data" and one.address not in known]
    return Root(name, _unique(tuple(blocks)))


def _unique(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple({block.address: block for block in blocks}.values())


def _shown(document: Document, module: dict[str, Any], configuration: Configuration, depth: int = 0) -> Iterator[Block]:
    """Resources of a module and of those below it, as plans and `terraform show` list them."""
    path = str(module.get("address") or "")
    for one in records(module.get("resources")):
        block = _resource(document, one, path, configuration)
        if block is not None:
            yield block
    if depth < _DEPTH:
        for child in records(module.get("child_modules")):
            yield from _shown(document, child, configuration, depth + 1)


def _resource(document: Document, one: dict[str, Any], path: str, configuration: Configuration) -> Block | None:
    address, type, name = one.get("address"), one.get("type"), one.get("name")
    if not (isinstance(address, str) and isinstance(type, str) and isinstance(name, str)) or one.get("deposed_key"):
        return None
    if path and not address.startswith(path + "."):  # formats before 0.1 name it within its module
        address = f"{path}.{address}"
    values = mapping(without_secrets(mapping(one.get("values")), one.get("sensitive_values")))
    expressions = configuration.expressions(address)
    computed = frozenset(key for key in expressions if values.get(key) is None and _refers(expressions[key]))
    merged = configuration.merged(address, values, expressions)
    region, where = configuration.region(address)
    stated = _own_region(values, type)
    provider = _provider(str(one.get("provider_name") or ""), type)
    return Block(
        address=address,
        mode="data" if one.get("mode") == "data" else "managed",
        type=type,
        name=name,
        provider=provider,
        provider_alias=configuration.alias(address),
        region=stated or region,
        account=_account(values) or configuration.account(address),
        values=merged,
        module=path,
        evidence=_evidence(document, one, address),
        lines={},
        region_evidence=_evidence(document, one, f"region {stated}") if stated else _place(document, where),
        computed=computed,
    )


def _place(document: Document, where: str) -> Evidence | None:
    if not where:
        return None
    line = document.line_of("configuration", "provider_config", where)
    return Evidence(scanner="terraform", locator=f"{document.where}:{line}", note=f"provider {where}")


def _refers(expression: Any) -> bool:
    return isinstance(expression, dict) and "references" in expression


def _own_region(values: dict[str, Any], type: str) -> str | None:
    """The region that a resource states itself: its `region` argument, or its ARN."""
    region = values.get("region")
    if type.startswith("aws_") and isinstance(region, str) and region:
        return region
    found = _ARN.match(values["arn"]) if isinstance(values.get("arn"), str) else None
    return found[1] or None if found else None


def _account(values: dict[str, Any]) -> str | None:
    found = _ARN.match(values["arn"]) if isinstance(values.get("arn"), str) else None
    return found[2] if found else None


def without_secrets(values: Any, sensitive: Any, depth: int = 0) -> Any:
    """Values with `HIDDEN` in place of those that are marked sensitive."""
    if sensitive is True or depth > _DEPTH or not _fits(sensitive, values):
        return None if values in (None, "", [], {}) else HIDDEN
    if isinstance(values, dict) and isinstance(sensitive, dict):
        return {key: without_secrets(one, sensitive.get(key), depth + 1) for key, one in values.items()}
    if isinstance(values, list) and isinstance(sensitive, list):
        padded = [*sensitive, *[None] * len(values)]
        return [without_secrets(one, mark, depth + 1) for one, mark in zip(values, padded, strict=False)]
    return dict(values) if isinstance(values, dict) else values


def _fits(sensitive: Any, values: Any) -> bool:
    """Whether marks can be about a value: what they are about instead may be a secret in it."""
    if isinstance(sensitive, dict | list) and sensitive:
        return not isinstance(values, dict | list) or isinstance(values, dict) == isinstance(sensitive, dict)
    return sensitive is None or sensitive is False or isinstance(sensitive, dict | list)


def _provider(full: str, type: str) -> str:
    return full.rstrip('"]').rpartition("/")[2].partition(".")[0] or type.partition("_")[0]


def _evidence(document: Document, one: Any, note: str) -> Evidence:
    line = getattr(one, "line", None) or document.line
    return Evidence(scanner="terraform", locator=f"{document.where}:{line}", note=note[:300])


def _state(document: Document, name: str) -> Root:
    version = document.value.get("version")
    if version == 4:
        return Root(name, _unique(tuple(_version_4(document))))
    if version == 3:
        return Root(name, _unique(tuple(_version_3(document))))
    return Root(name, ())


def _version_4(document: Document) -> Iterator[Block]:
    for one in records(document.value.get("resources")):
        type, name = one.get("type"), one.get("name")
        if not (isinstance(type, str) and isinstance(name, str)):
            continue
        module = one["module"] if isinstance(one.get("module"), str) else ""
        data = "data." if one.get("mode") == "data" else ""
        base = f"{module}.{data}{type}.{name}" if module else f"{data}{type}.{name}"
        for instance in records(one.get("instances")):
            if instance.get("deposed"):
                continue  # what its successor replaced, and nothing uses any more
            key = instance.get("index_key")
            address = base if key is None else f'{base}["{key}"]' if isinstance(key, str) else f"{base}[{key}]"
            values = mapping(instance.get("attributes")) or _nested(mapping(instance.get("attributes_flat")))
            values = _unmarked(dict(values), instance.get("sensitive_attributes"))
            provider = str(one.get("provider") or "")
            yield _instance(
                document, instance, address, type, name, provider, module, values, bool(data), _alias(provider)
            )


def _unmarked(values: dict[str, Any], marks: Any) -> dict[str, Any]:
    """Values, `HIDDEN` where paths mark them as sensitive; none where the marks cannot be understood."""
    if unclear(marks):
        return {}
    for path in marks or ():
        name = marked(path) or ""
        if values.pop(name, None):
            values[name] = HIDDEN
    return values


def _alias(provider: str) -> str | None:
    tail = provider.rpartition("]")[2] or provider.removeprefix("provider.").partition(".")[2]
    return tail.lstrip(".") or None


def _instance(
    document: Document, at: Any, address: str, type: str, name: str, provider: str, module: str,
    values: dict[str, Any], data: bool, alias: str | None,
) -> Block:  # fmt: skip
    region = _own_region(values, type)
    return Block(
        address=address,
        mode="data" if data else "managed",
        type=type,
        name=name,
        provider=_provider(re.sub(r"^.*provider(?:\.|\[\")|\"\].*$", "", provider), type),
        provider_alias=alias,
        region=region,
        account=_account(values),
        values=values,
        module=module,
        evidence=_evidence(document, at, address),
        region_evidence=_evidence(document, at, f"region {region}") if region else None,
    )


def _version_3(document: Document) -> Iterator[Block]:
    for module in records(document.value.get("modules")):
        steps = (
            [str(one) for one in module.get("path", []) if one != "root"]
            if isinstance(module.get("path"), list)
            else []
        )
        path = ".".join(f"module.{one}" for one in steps)
        for key, one in mapping(module.get("resources")).items():
            if not isinstance(one, dict) or not isinstance(one.get("type"), str):
                continue
            bare = key.removeprefix("data.")
            name, _, index = bare.removeprefix(one["type"] + ".").partition(".")
            data = "data." if key.startswith("data.") else ""
            address = f"{data}{one['type']}.{name}" + (f"[{index}]" if index.isdecimal() else "")
            address = f"{path}.{address}" if path else address
            values = _nested(mapping(mapping(one.get("primary")).get("attributes")))
            provider = str(one.get("provider") or "")
            yield _instance(
                document, one, address, one["type"], name, provider, path, values, bool(data), _alias(provider)
            )


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """Flat attributes of old states as values: `tags.Name`, `subnets.#`, `subnets.0`."""
    values: dict[str, Any] = {}
    for key in sorted(flat)[:20_000]:
        first, dot, rest = key.partition(".")
        if not dot:
            values.setdefault(first, flat[key])
        elif rest in ("#", "%"):
            values[first] = [] if rest == "#" else {}
        elif isinstance(values.get(first), list):
            if "." not in rest:
                values[first].append(flat[key])
        elif isinstance(values.get(first), dict):
            values[first][rest] = flat[key]
    return values
