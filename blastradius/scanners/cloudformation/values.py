"""What a template's values are once its functions are followed: plain values, and texts of which parts are not known.

Containers keep their line marks; a reference keeps the place where it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from blastradius.documents import MarkedDict, MarkedList

MAX_OPTIONS = 40
MAX_PARTS = 2_000
MAX_TEXT = 1_000_000
"""Bounds of one text: templates that pass a text through many nested stacks could double it each time."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a resource of a stack.

    Attributes:
        stack: key of the stack.
        name: logical id of the resource.
        attribute: such as `Arn`; empty for `Ref`.
        place: `path:line` where it is written.
    """

    stack: str
    name: str
    attribute: str
    place: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A part that nothing here fills in, such as a parameter without default or the region."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing(Blank):
    """A value that another stack exports, and which cannot be told.

    Attributes:
        export: name under which it is exported.
        why: why it is not known, in words.
    """

    export: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A value that is fetched from a store while the stack is deployed.

    Attributes:
        service: `ssm` or `secretsmanager`.
        name: name or ARN of the parameter or secret.
        place: `path:line`.
    """

    service: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, and nothing here tells which."""

    options: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Exclusive(Either):
    """One of the values of a mapping, by a key that nothing here tells: the others are for other places or stages."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of which not all parts are plain."""

    parts: tuple[Any, ...]


class NoValue:
    """What `AWS::NoValue` leaves: nothing at all."""


NOTHING = NoValue()


def joined(parts: list[Any]) -> Any:
    """A text of some parts; plain where all are."""
    flat: list[Any] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Text) else (part,))
    if len(flat) > MAX_PARTS or sum(len(part) for part in flat if isinstance(part, str)) > MAX_TEXT:
        flat = [Blank("a text too long"), *[part for part in flat if isinstance(part, Ref)][:MAX_PARTS]]
    if all(isinstance(part, str | int | float) for part in flat):
        return "".join(plain_text(part) for part in flat)
    if len(flat) == 1:
        return flat[0]
    return Text(tuple(part for part in flat if part != "" and part is not NOTHING and part is not None))


def plain_text(value: Any) -> str:
    """A scalar as CloudFormation writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def text(value: Any) -> str | None:
    """The text that a value is; None where a part of it is not known."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | int | float):
        return plain_text(value)
    if isinstance(value, Either):
        options = {text(one) for one in value.options}
        return options.pop() if len(options) == 1 else None
    return None


def shown(value: Any) -> str:
    """A text with `${name}` for each part that is not known; equal values of one stack are shown alike."""
    if isinstance(value, Text):
        return "".join(shown(part) for part in value.parts)
    if isinstance(value, Ref):
        return f"${{{value.name}{'.' if value.attribute else ''}{value.attribute}}}"
    if isinstance(value, Blank | Stored):
        return f"${{{value.name}}}"
    if isinstance(value, Either):
        known = text(value)
        return known if known is not None else "${" + "|".join(shown(one) for one in value.options[:4]) + "}"
    return plain_text(value) if isinstance(value, str | int | float) else ""


def parts(value: Any) -> Iterator[Any]:
    """All scalars and parts of texts within a value, whatever way a condition goes."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Text):
            todo.extend(reversed(one.parts))
        elif isinstance(one, Either):
            todo.extend(reversed(one.options))
        elif isinstance(one, dict):
            todo.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            todo.extend(reversed(one))
        else:
            yield one


def certain(value: Any) -> Any:
    """A value with only that which is in it whatever way its conditions go; itself where none is undecided."""
    if isinstance(value, Either):
        kept = [list(dict.fromkeys(_certain_parts(one))) for one in value.options]
        return listed([one for one in kept[0] if all(one in other for other in kept[1:])], 1)
    return listed(list(_certain_parts(value)), 1) if _is_open(value) else value


def _is_open(value: Any) -> bool:
    if isinstance(value, Either):
        return True
    inner = value.parts if isinstance(value, Text) else value.values() if isinstance(value, dict) else value
    return isinstance(inner, Iterable) and not isinstance(inner, str) and any(map(_is_open, inner))


def _certain_parts(value: Any) -> Iterator[Any]:
    """Scalars and parts of texts that are there whatever way conditions go; a reference stands for its resource."""
    if isinstance(value, Either):
        yield from certain(value)
    elif isinstance(value, Text):
        for one in value.parts:
            yield from _certain_parts(one)
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _certain_parts(one)
    else:
        yield Ref(value.stack, value.name, "", "") if isinstance(value, Ref) else value


def refs(value: Any) -> list[Ref]:
    """All references within a value, each once."""
    return list(dict.fromkeys(part for part in parts(value) if isinstance(part, Ref)))


def stored(value: Any) -> list[Stored]:
    """Everything within a value that is fetched while the stack is deployed."""
    return list(dict.fromkeys(part for part in parts(value) if isinstance(part, Stored)))


def items(value: Any) -> list[Any]:
    """Items of a list, also where a condition chooses among lists; a single value is a list of one."""
    if isinstance(value, Either):
        return [item for option in value.options for item in items(option)]
    if isinstance(value, list):
        return [inner for item in value for inner in (items(item) if isinstance(item, Either) else [item])]
    return [] if value is None or value is NOTHING else [value]


def told(value: Any) -> list[tuple[Any, bool]]:
    """Items of a list, and whether each is there whatever way its conditions go; an item of several choices once."""
    if isinstance(value, Either):
        every = [told(option) for option in value.options]
        found: list[tuple[Any, bool]] = []
        for one, _ in (pair for each in every for pair in each):
            if not any(one == other for other, _ in found):
                found.append((one, all(any(one == other and sure for other, sure in each) for each in every)))
        return found
    if isinstance(value, list):
        return [pair for item in value for pair in (told(item) if isinstance(item, Either) else [(item, True)])]
    return [] if value is None or value is NOTHING else [(value, True)]


def dicts(value: Any) -> list[dict[str, Any]]:
    """Mappings among the items of a value."""
    return [item for item in items(value) if isinstance(item, dict)]


def mapping(value: Any) -> dict[str, Any]:
    """The mapping that a value is; the first of those that a condition chooses from; else an empty one."""
    if isinstance(value, Either):
        return next((mapping(one) for one in value.options if isinstance(one, dict)), MarkedDict())
    return value if isinstance(value, dict) else MarkedDict()


def get(value: Any, *path: str) -> Any:
    """The value below some keys; None where there is none."""
    for key in path:
        if isinstance(value, Either):
            found = [one for one in (get(option, key) for option in value.options) if one is not None]
            value = found[0] if len(found) == 1 else Either(tuple(found)) if found else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def chosen(value: Any, *path: str) -> Any:
    """The mapping below some keys; where conditions choose among several, or whether there is one, so each value does."""
    for key in path:
        if isinstance(value, Either):
            value = Either(tuple(one.get(key, NOTHING) if isinstance(one, dict) else NOTHING for one in value.options))
        else:
            value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, Either):
        return value
    whole = MarkedDict()
    for one in value.options:
        for key in one if isinstance(one, dict) else ():
            each = [other.get(key, NOTHING) if isinstance(other, dict) else NOTHING for other in value.options]
            put(whole, key, options(each), getattr(one, "lines", {}).get(key, 0))
    return whole


def made(line: int, **pairs: Any) -> MarkedDict:
    """A mapping all of whose keys stand on one line."""
    found = MarkedDict(line)
    for key, value in pairs.items():
        if value is not None:
            found[key] = value
            found.lines[key] = line
    return found


def put(into: dict[str, Any], key: str, value: Any, line: int) -> None:
    """Set a key and its line."""
    into[key] = value
    if isinstance(into, MarkedDict):
        into.lines[key] = line


def listed(values: list[Any], line: int) -> MarkedList:
    """A list all of whose items stand on one line."""
    found = MarkedList(line)
    found.extend(values)
    found.lines = [line] * len(values)
    return found


def as_part(value: Any) -> Any:
    """A value as a part of a text: of a list or mapping its references."""
    if isinstance(value, dict | list):
        known = [text(one) for one in value] if isinstance(value, list) else [None]
        if all(one is not None for one in known):
            return ",".join(one or "" for one in known)
        return Text((Blank("a list"), *refs(value)))
    return value if value is not NOTHING else ""


def as_json(value: Any) -> Iterator[Any]:
    """Parts of the JSON text of a value."""
    if isinstance(value, dict | list):
        yield "{" if isinstance(value, dict) else "["
        for position, (key, inner) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
            yield ("," if position else "") + (f"{json.dumps(str(key))}:" if isinstance(value, dict) else "")
            yield from as_json(inner)
        yield "}" if isinstance(value, dict) else "]"
    elif isinstance(value, bool | int | float) or value is None:
        yield "null" if value is None else plain_text(value)
    elif isinstance(value, str):
        yield json.dumps(value)
    elif value is not NOTHING:
        yield from ('"', value, '"')


def options(found: list[Any]) -> Any:
    """One of some values."""
    distinct: list[Any] = []
    for one in found:
        if not any(one is other or one == other for other in distinct):
            distinct.append(one)
    return distinct[0] if len(distinct) == 1 else Either(tuple(distinct[:MAX_OPTIONS]))
