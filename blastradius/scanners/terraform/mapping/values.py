"""Reading values that are partly known: leaves with their names, references, literal pieces, embedded JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from blastradius.scanners.terraform.model import HIDDEN, UNKNOWN, Expr, Ref

_DEPTH = 40
_MARK = re.compile(r"@@REF(\d+)@@")
_BARE_MARK = re.compile(r"([:\[,]\s*)(@@REF\d+@@)(?=\s*[,\]}])")


def at(value: Any, path: str) -> list[Any]:
    """All values at a dotted path, entering lists; none where there is nothing, `HIDDEN` below what is hidden."""
    found: list[Any] = [value]
    for step in path.split("."):
        found = [inner for one in found for item in _entered(one) for inner in _below(item, step)]
    return [one for one in found if one is not None]


def _below(item: Any, step: str) -> list[Any]:
    if item is HIDDEN:
        return [item]
    return [item[step]] if isinstance(item, dict) and step in item else []


def _entered(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _entered(one)
    else:
        yield value


def items(value: Any, path: str) -> list[dict[str, Any]]:
    """The mappings at a path: nested blocks."""
    return [one for found in at(value, path) for one in _entered(found) if isinstance(one, dict)]


def leaves(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Texts and expressions with the name of the setting they are the value of.

    A list of `{name, value}` and of `{key, value}` is read as settings of those names.
    """
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        named = value.get("name", value.get("key"))
        for key in ("value", "valueFrom", "value_from"):
            if isinstance(named, str) and key in value:
                yield from leaves(value[key], named, depth + 1)
                return
        for key, one in value.items():
            yield from leaves(one, str(key), depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, name, depth + 1)
    elif isinstance(value, str | Expr):
        yield name, value


def refs(value: Any) -> list[Ref]:
    """Every reference in a value, each once, in order."""
    found: dict[Ref, None] = {}
    for _, leaf in leaves(value):
        if isinstance(leaf, Expr):
            found.update(dict.fromkeys(leaf.refs))
            found.update(dict.fromkeys(part for part in leaf.parts if isinstance(part, Ref)))
    return list(found)


def decoded(value: Any) -> Any:
    """JSON that stands in a text or template, as values with expressions where references stand; else the value."""
    if isinstance(value, Expr):
        if isinstance(value.value, str):
            inner = _parsed(value.value)
            return value if inner is UNKNOWN else [inner, Expr(value.text, value.refs)]
        if not value.parts:
            return value
        text = "".join(one if isinstance(one, str) else f"@@REF{at}@@" for at, one in enumerate(value.parts))
        inner = _parsed(text)
        if inner is UNKNOWN:
            inner = _parsed(_BARE_MARK.sub(r'\1"\2"', text))
        return value if inner is UNKNOWN else _restored(inner, value.parts)
    if isinstance(value, str):
        inner = _parsed(value)
        return value if inner is UNKNOWN else inner
    return value


def _parsed(text: str) -> Any:
    if len(text) > 2_000_000 or not text.lstrip().startswith(("{", "[")):
        return UNKNOWN
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return UNKNOWN
    return found if isinstance(found, dict | list) else UNKNOWN


def _restored(value: Any, parts: tuple[str | Ref, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _restored(one, parts) for key, one in value.items()}
    if isinstance(value, list):
        return [_restored(one, parts) for one in value]
    if not isinstance(value, str) or not _MARK.search(value):
        return value
    pieces: list[str | Ref] = []
    for position, piece in enumerate(_MARK.split(value)):
        if position % 2:
            pieces.append(parts[int(piece)])
        elif piece:
            pieces.append(piece)
    found = tuple(one for one in pieces if isinstance(one, Ref))
    return Expr("", found, tuple(pieces))


def flag(value: Any) -> bool | None:
    """A flag that may be written as text; None where it is not known."""
    if isinstance(value, Expr):
        value = value.value
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def number(value: Any) -> int | None:
    """A whole number that may be written as text; None where it is not known."""
    if isinstance(value, Expr):
        value = value.value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value == value and abs(value) < 1e15 else None
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 16 else None
