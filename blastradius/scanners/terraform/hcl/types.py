"""Type constraints of variables: what they change about a value (optional attributes, texts for numbers, sets)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blastradius.scanners.terraform.hcl.syntax import Call, Items, Literal, Name, Node, Object
from blastradius.scanners.terraform.hcl.values import OpenDict, OpenList, as_text, settled

Constant = Callable[[Node], Any]


def converted(value: Any, kind: Node | None, constant: Constant) -> Any:
    """A value as a variable of that type holds it; what does not fit stays as it is.

    Args:
        value: the value given.
        kind: type constraint as written, none for any.
        constant: evaluates the defaults of optional attributes.
    """
    if value is None or kind is None:
        return value
    if isinstance(kind, Name):
        return _primitive(value, kind.name)
    if isinstance(kind, Literal) and isinstance(kind.value, str):  # Terraform 0.11: type = "string"
        return _primitive(value, kind.value)
    if isinstance(kind, Call) and kind.arguments:
        inner = kind.arguments[0]
        if kind.name == "object" and isinstance(inner, Object) and isinstance(value, dict):
            return _object(value, inner, constant)
        if kind.name == "map" and isinstance(value, dict):
            return _kept(value, {key: converted(one, inner, constant) for key, one in value.items()})
        if kind.name in ("list", "set") and isinstance(value, list):
            items = [converted(one, inner, constant) for one in value]
            found = unique(items) if kind.name == "set" else items
            return OpenList(found, value.rest) if isinstance(value, OpenList) else found
        if kind.name == "tuple" and isinstance(inner, Items) and isinstance(value, list):
            kinds = [*inner.items, *([None] * len(value))]
            return [converted(one, part, constant) for one, part in zip(value, kinds, strict=False)]
    return value


def unique(items: list[Any]) -> list[Any]:
    """Members of a set: each once, texts in order."""
    found: list[Any] = []
    seen: set[str] = set()
    for item in items:
        key = repr(item) if settled(item) else str(id(item))
        if key not in seen:
            seen.add(key)
            found.append(item)
    return sorted(found) if all(isinstance(item, str) for item in found) else found


def _primitive(value: Any, kind: str) -> Any:
    if kind == "string":
        text = as_text(value)
        return value if text is None else text
    if kind == "number" and isinstance(value, str):
        return number(value, value)
    if kind == "bool" and value in ("true", "false"):
        return value == "true"
    return value


def number(text: str, otherwise: Any) -> Any:
    """The number a text says."""
    try:
        found = float(text) if len(text) < 40 else None
    except ValueError:
        return otherwise
    if found is None or found != found or abs(found) > 1e300:
        return otherwise
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _kept(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return OpenDict(after, before.rest) if isinstance(before, OpenDict) else after


def _object(value: dict[str, Any], kind: Object, constant: Constant) -> dict[str, Any]:
    """Attributes of the type and no others; optional ones that are not given have their default."""
    found: dict[str, Any] = {}
    for name_node, inner in kind.items:
        name = name_node.value if isinstance(name_node, Literal) else None
        if not isinstance(name, str):
            continue
        optional = isinstance(inner, Call) and inner.name == "optional" and bool(inner.arguments)
        part = inner.arguments[0] if optional and isinstance(inner, Call) else inner
        given = value.get(name)
        if given is None and optional and isinstance(inner, Call):
            given = constant(inner.arguments[1]) if len(inner.arguments) > 1 else None
        elif name not in value:
            continue
        found[name] = converted(given, part, constant)
    return _kept(value, found)
