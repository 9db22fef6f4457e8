"""Recognising the functions of a template, in their short (`!Ref`) and long (`Fn::GetAtt`) forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blastradius.documents import MarkedDict, MarkedList, TaggedText

NAMES = frozenset({
    "Ref", "GetAtt", "Sub", "Join", "Select", "Split", "If", "FindInMap", "ImportValue", "Base64", "GetAZs", "Cidr",
    "Transform", "Length", "ToJsonString", "And", "Or", "Not", "Equals", "Condition", "Contains", "EachMemberEquals",
    "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll", "GetStackOutput",
})  # fmt: skip
_HOLE = re.compile(r"\$\{([^}$]{0,500})\}")
MAX_HOLES = 2_000


def function(value: Any) -> tuple[str, Any] | None:
    """The function that a value is, and its argument; None for a plain value.

    Args:
        value: as it was read.
    """
    if isinstance(value, TaggedText):
        name = value.tag[1:]
        return (name, str(value)) if name in NAMES else None
    if isinstance(value, MarkedDict | MarkedList) and value.tag:
        name = value.tag[1:]
        return (name, untagged(value)) if name in NAMES else None
    if isinstance(value, dict) and len(value) == 1:
        (key, argument), *_ = value.items()
        name = key.removeprefix("Fn::")
        if name in NAMES and (key != name or key in ("Ref", "Condition")):
            return name, argument
    return None


def untagged(value: MarkedDict | MarkedList) -> MarkedDict | MarkedList:
    """The same container without its tag."""
    copy: MarkedDict | MarkedList
    if isinstance(value, MarkedDict):
        copy = MarkedDict(value.line)
        copy.update(value)
        copy.lines = value.lines
    else:
        copy = MarkedList(value.line)
        copy.extend(value)
        copy.lines = value.lines
    return copy


def attribute_of(argument: Any) -> tuple[str, Any] | None:
    """Logical id and attribute of a `GetAtt`; None where it is not written as one."""
    if isinstance(argument, str):
        name, dot, attribute = argument.partition(".")
        return (name, attribute) if dot else None
    if isinstance(argument, list) and len(argument) >= 2 and isinstance(argument[0], str):
        rest = argument[1:]
        if all(isinstance(one, str) and function(one) is None for one in rest):
            return str(argument[0]), ".".join(rest)
        return str(argument[0]), rest[0]
    return None


def holes(template: str) -> Iterator[tuple[str, str]]:
    """Pieces of a `Sub` text: (`text`, piece) and (`hole`, name), in order."""
    position = 0
    for count, match in enumerate(_HOLE.finditer(template)):
        if count >= MAX_HOLES:
            break
        if match.start() > position:
            yield "text", template[position : match.start()]
        name = match[1].strip()
        yield ("text", "${" + name[1:] + "}") if name.startswith("!") else ("hole", name)
        position = match.end()
    if position < len(template):
        yield "text", template[position:]


def sub_of(argument: Any) -> tuple[str, dict[str, Any]] | None:
    """Text and own variables of a `Sub`; None where it is not written as one."""
    if isinstance(argument, str):
        return str(argument), {}
    if isinstance(argument, list) and argument and isinstance(argument[0], str):
        own = argument[1] if len(argument) > 1 and isinstance(argument[1], dict) else {}
        return str(argument[0]), own
    return None


def mentions(value: Any) -> Iterator[str]:
    """Names that a value refers to by `Ref`, `GetAtt` or `Sub`, whatever comes of it: parameters and resources."""
    todo = [value]
    while todo:
        one = todo.pop()
        found = function(one)
        if found is None:
            todo.extend(one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            continue
        name, argument = found
        if name == "Ref" and isinstance(argument, str):
            yield str(argument)
        elif name == "GetAtt":
            target = attribute_of(argument)
            if target:
                yield target[0]
        elif name == "Sub" and (parts := sub_of(argument)):
            yield from (
                hole.partition(".")[0] for sort, hole in holes(parts[0]) if sort == "hole" and hole not in parts[1]
            )
            todo.extend(parts[1].values())
        elif isinstance(argument, dict | list) and argument is not one:
            todo.append(argument)
