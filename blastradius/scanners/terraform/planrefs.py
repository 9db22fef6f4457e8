"""The `configuration` part of a plan: which references each attribute has, through variables and module outputs.

What counts as a reference of an attribute: the longest form of each name that its expression lists (`aws_x.y.arn`,
not also `aws_x.y`); `var.z` is followed to the arguments of the module's call, `module.m.o` to that output's
expression, `each.*` and `count.*` to `for_each` and `count`. `local.*` is not in a plan and cannot be followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blastradius.scanners.loose import mapping, records
from blastradius.scanners.terraform.model import HIDDEN, UNKNOWN, Expr, Ref, Step, Unknown

_STEP = re.compile(r"\.?([A-Za-z_*][\w*-]*)|\[(\d{1,9})\]|\[\"((?:[^\"\\]|\\.)*)\"\]|\[\*\]")
_KEYS = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"]*)\]")
_REGION = re.compile(r"[a-z]{2,15}(?:-[a-z]{2,15}){1,3}-?\d{1,2}")
_DEPTH = 24
_MOST = 400
_OWN = ("each", "count", "path", "self", "terraform")


@dataclass(frozen=True, slots=True)
class _Module:
    """One module of the configuration and how it is called."""

    body: dict[str, Any]
    path: str
    arguments: dict[str, Any]
    parent: _Module | None
    repeated: dict[str, Any]


class Configuration:
    """Looks up expressions and providers of resources.

    Args:
        configuration: the part of the plan.
        variables: values of the root's variables.
    """

    def __init__(self, configuration: dict[str, Any], variables: dict[str, Any]) -> None:
        self._providers = mapping(configuration.get("provider_config"))
        self._variables = variables
        self._modules: dict[str, _Module] = {}
        self._resources: dict[str, tuple[_Module, dict[str, Any]]] = {}
        self._index(_Module(mapping(configuration.get("root_module")), "", {}, None, {}))

    def _index(self, module: _Module, depth: int = 0) -> None:
        self._modules[module.path] = module
        for one in records(module.body.get("resources")):
            address = one.get("address")
            if isinstance(address, str):
                self._resources[_joined(module.path, _KEYS.sub("", address))] = (module, one)
        calls = mapping(module.body.get("module_calls"))
        for name, call in calls.items() if depth < _DEPTH else ():
            call = mapping(call)
            repeated = {"each": call.get("for_each_expression"), "count": call.get("count_expression")}
            path = _joined(module.path, f"module.{name}")
            inner = _Module(mapping(call.get("module")), path, mapping(call.get("expressions")), module, repeated)
            self._index(inner, depth + 1)

    def expressions(self, address: str) -> dict[str, Any]:
        """The expressions of a resource, by attribute."""
        found = self._resources.get(_KEYS.sub("", address))
        return mapping(found[1].get("expressions")) if found else {}

    def merged(self, address: str, values: dict[str, Any], expressions: dict[str, Any]) -> dict[str, Any]:
        """Values of a resource with the references of its configuration."""
        found = self._resources.get(_KEYS.sub("", address))
        if found is None:
            return values
        module, resource = found
        key = _key(address)
        return _Merge(self, module, resource, key).block(values, expressions)

    def references(
        self, names: Any, module: _Module, resource: dict[str, Any], key: Step | None, depth: int = 0
    ) -> Iterator[Ref]:
        """The resources that a list of references means in a module."""
        texts = [one for one in names if isinstance(one, str)][:_MOST] if isinstance(names, list) else []
        mine = any(one.startswith(("count.index", "each.key")) for one in texts)
        for text in _longest(texts):
            yield from self._one(text, module, resource, key if mine else None, depth)

    def _one(self, text: str, module: _Module, resource: dict[str, Any], key: Step | None, depth: int) -> Iterator[Ref]:
        steps = _steps(text)
        if not steps or depth > _DEPTH:
            return
        if steps[0] == "var" and len(steps) > 1:
            if module.parent is not None:
                expression = module.arguments.get(str(steps[1]))
                yield from self._of(expression, module.parent, {}, depth + 1, module.repeated)
        elif steps[0] == "module":
            names = [one for one in steps[1:] if isinstance(one, str)]
            inner = self._modules.get(_joined(module.path, f"module.{names[0]}")) if names else None
            if inner is not None and len(names) > 1:
                output = mapping(mapping(inner.body.get("outputs")).get(names[1]))
                yield from self._of(output.get("expression"), inner, {}, depth + 1)
        elif steps[0] == "each":
            repeated = resource.get("for_each_expression")
            yield from self._of(repeated, module, {}, depth + 1)
        elif steps[0] not in (*_OWN, "local"):
            yield from _named(steps, module, key)

    def _of(
        self, expression: Any, module: _Module, resource: dict[str, Any], depth: int, repeated: Any = None
    ) -> Iterator[Ref]:
        """Every reference of an expression, however it is nested."""
        if isinstance(expression, list):
            for one in expression[:_MOST]:
                yield from self._of(one, module, resource, depth, repeated)
        elif isinstance(expression, dict):
            if "references" in expression:
                own = {"for_each_expression": mapping(repeated).get("each")}
                yield from self.references(expression["references"], module, own, None, depth)
            else:
                for one in expression.values():
                    yield from self._of(one, module, resource, depth, repeated)

    def region(self, address: str) -> tuple[str | Unknown | None, str]:
        """The region of a resource's provider block, and the key of that block; None where it states none."""
        config, key = self._provider(address)
        expression = mapping(mapping(config.get("expressions")).get("region"))
        value = self._value(expression, self._modules.get(str(config.get("module_address") or "")))
        if isinstance(value, str) and "references" in expression and not _named_region(value, config.get("name")):
            return UNKNOWN, key  # `local.regions[var.env]` lists no more than `var.env`
        return value, key

    def _value(self, expression: dict[str, Any], module: _Module | None, depth: int = 0) -> str | Unknown | None:
        if not expression:
            return None
        if isinstance(expression.get("constant_value"), str):
            return str(expression["constant_value"])
        names = list(_longest(expression.get("references")))
        steps = _steps(names[0]) if len(names) == 1 else []  # of several only Terraform knows what it makes
        if len(steps) != 2 or steps[0] != "var" or not isinstance(steps[1], str) or depth >= _DEPTH:
            return UNKNOWN
        if module is None or module.parent is None:
            value = mapping(self._variables.get(steps[1])).get("value")
            return value if isinstance(value, str) else UNKNOWN
        return self._value(mapping(module.arguments.get(steps[1])), module.parent, depth + 1)

    def _provider(self, address: str) -> tuple[dict[str, Any], str]:
        found = self._resources.get(_KEYS.sub("", address))
        key = str(found[1].get("provider_config_key") or "") if found else ""
        while key:
            config = mapping(self._providers.get(key))
            path, colon, bare = key.rpartition(":")
            if mapping(config.get("expressions")) or not colon:
                return config, key
            # the module's own provider says nothing: it is the one that its caller passes
            above = path.rpartition(".module.")[0] if ".module." in path else ""
            key = f"{above}:{bare}" if above else bare
        return {}, ""

    def alias(self, address: str) -> str | None:
        """Alias of the provider block of a resource."""
        return self._provider(address)[1].rpartition(":")[2].partition(".")[2] or None

    def account(self, address: str) -> str | None:
        """Account or project that the provider block states."""
        expressions = mapping(self._provider(address)[0].get("expressions"))
        for name in ("project", "subscription_id"):
            value = self._value(mapping(expressions.get(name)), None)
            if isinstance(value, str):
                return value
        allowed = mapping(expressions.get("allowed_account_ids")).get("constant_value")
        one = allowed[0] if isinstance(allowed, list) and len(allowed) == 1 else None
        return str(one) if isinstance(one, str | int) else None


def _longest(names: Any) -> Iterator[str]:
    """References without their own beginnings, which a plan lists behind each."""
    longer = ""
    for text in names if isinstance(names, list) else ():
        if isinstance(text, str) and not longer.startswith((f"{text}.", f"{text}[")):
            longer = text
            yield text


def _named_region(text: str, provider: Any) -> bool:
    """Whether a text is a region's name, and not only what one is chosen by."""
    return provider not in ("aws", "awscc", "google") or _REGION.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class _Merge:
    """Puts references to values."""

    configuration: Configuration
    module: _Module
    resource: dict[str, Any]
    key: Step | None

    def block(self, values: dict[str, Any], expressions: dict[str, Any], depth: int = 0) -> dict[str, Any]:
        merged = dict(values)
        for name, expression in expressions.items():
            merged[name] = self._value(values.get(name), expression, depth)
        return merged

    def _value(self, value: Any, expression: Any, depth: int) -> Any:
        if depth > _DEPTH:
            return value
        if isinstance(expression, list):
            inner = [HIDDEN] * len(expression) if value is HIDDEN else value if isinstance(value, list) else []
            padded = [*inner, *[None] * (len(expression) - len(inner))]
            extra = len(padded) - len(expression)  # a dynamic block: one expression for all
            shapes = [*expression, *(expression[-1:] * extra)]
            return [self._value(one, shape, depth + 1) for one, shape in zip(padded, shapes, strict=False)]
        if not isinstance(expression, dict):
            return value
        if "constant_value" in expression:
            return expression["constant_value"] if value is None else value
        if "references" not in expression:
            known = dict.fromkeys(expression, HIDDEN) if value is HIDDEN else value
            return self.block(known if isinstance(known, dict) else {}, expression, depth + 1)
        names = expression["references"]
        found = tuple(dict.fromkeys(self.configuration.references(names, self.module, self.resource, self.key)))
        text = ", ".join(str(one) for one in names[:3])[:200] if isinstance(names, list) else ""
        each = self.key is not None and isinstance(names, list) and all(str(one).startswith("each.") for one in names)
        if each and len(found) > 1 and value is None:  # one member of what is gone through, and nothing tells which
            return Expr(text, found, choices=tuple(Expr(text, (ref,)) for ref in found))
        return _with(value, Expr(text, found))


def _with(value: Any, expression: Expr) -> Any:
    if value is HIDDEN:
        return expression if expression.refs else value
    if not expression.refs:
        return expression if value is None else value
    if isinstance(value, list):
        return [*value, expression]
    if isinstance(value, dict):
        return {**value, "": expression}
    return expression if value is None else Expr(expression.text, expression.refs, (), value)


def _named(steps: list[Step], module: _Module, key: Step | None) -> Iterator[Ref]:
    data = steps[0] == "data"
    rest = steps[1:] if data else steps
    if len(rest) < 2 or not (isinstance(rest[0], str) and isinstance(rest[1], str)) or "_" not in rest[0]:
        return
    address = _joined(module.path, ("data." if data else "") + f"{rest[0]}.{rest[1]}")
    path = rest[2:]
    index: Step | None = key
    if path and isinstance(path[0], _Index):
        index = path[0].value
        path = path[1:]
    yield Ref(address, tuple(one.value if isinstance(one, _Index) else one for one in path), index)


@dataclass(frozen=True, slots=True)
class _Index:
    value: Step


def _steps(text: str) -> list[Any]:
    found: list[Any] = []
    for match in _STEP.finditer(text[:2000]):
        if match[1]:
            found.append(match[1])
        elif match[2]:
            found.append(_Index(int(match[2])))
        elif match[3] is not None:
            found.append(_Index(match[3]))
    return found


def _key(address: str) -> Step | None:
    found = re.search(r"\[(?:(\d+)|\"((?:[^\"\\]|\\.)*)\")\]$", address)
    if found is None:
        return None
    return int(found[1]) if found[1] else found[2]


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
