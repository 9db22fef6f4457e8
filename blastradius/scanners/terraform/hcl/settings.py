"""On which line a named setting stands within an attribute: a key of a map, a `name` of a list, JSON in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.scanners.terraform.hcl import syntax as s

_MAX_NODES = 20_000
_MAX_TEXT = 200_000
_NAMED = re.compile(r"\"(?:name|key)\"\s{0,20}:\s{0,20}\"([^\"\\\n]{1,200})\"", re.I)
_VALUES = ("value", "valueFrom", "value_from")


def setting_lines(body: s.Body) -> dict[str, dict[str, int]]:
    """Lines of the settings in each attribute and nested block of a body; a name that stands on several lines is left out.

    Args:
        body: of a resource.
    """
    found: dict[str, dict[str, set[int]]] = {}
    left = [_MAX_NODES]
    for name, argument in body.arguments.items():
        _gather(found.setdefault(name, {}), [argument.value], left)
    for block in body.blocks:
        key = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        _gather(found.setdefault(key, {}), list(_nodes(block.body)), left)
        _blocks(found[key], block.body, left)
    sure = {
        attribute: {name: min(lines) for name, lines in names.items() if len(lines) == 1}
        for attribute, names in found.items()
    }
    return {attribute: names for attribute, names in sure.items() if names}


def _blocks(found: dict[str, set[int]], body: s.Body, left: list[int], depth: int = 0) -> None:
    """Settings that are blocks of their own: `env { name = … }` with a value or a block that says where it comes from."""
    for block in body.blocks if depth < s.MAX_DEPTH and left[0] > 0 else ():
        left[0] -= 1
        given = block.body.arguments
        named = given.get("name", given.get("key"))
        if named is not None and isinstance(named.value, s.Literal) and ("value" in given or block.body.blocks):
            line = given["value"].line if "value" in given else named.line
            found.setdefault(str(named.value.value), set()).add(line)
        _blocks(found, block.body, left, depth + 1)


def _nodes(body: s.Body, depth: int = 0) -> Iterator[s.Node]:
    for argument in body.arguments.values():
        yield argument.value
    for block in body.blocks if depth < s.MAX_DEPTH else ():
        yield from _nodes(block.body, depth + 1)


def _gather(found: dict[str, set[int]], nodes: list[s.Node], left: list[int]) -> None:
    while nodes and left[0] > 0:
        left[0] -= 1
        node = nodes.pop()
        match node:
            case s.Object(_, items):
                _object(found, items)
                nodes.extend(value for _, value in items)
            case s.Template(_, inner):
                _text(found, node)
                nodes.extend(one for one in inner if not isinstance(one, s.Literal))
            case s.Items(_, inner):
                nodes.extend(inner)
            case s.Call(_, _, inner):
                nodes.extend(inner)
            case s.For(_, _, _, over, _, inside):
                nodes.extend((over, inside))
            case s.Choice(_, _, yes, no):
                nodes.extend((yes, no))
            case s.Literal():
                _text(found, node)


def _object(found: dict[str, set[int]], items: tuple[tuple[s.Node, s.Node], ...]) -> None:
    pairs = {key: (one, value) for one, value in items if (key := _key(one))}
    named = pairs.get("name", pairs.get("key"))
    if named is not None and isinstance(named[1], s.Literal) and any(one in pairs for one in _VALUES):
        line = next(pairs[one][0].line for one in _VALUES if one in pairs)
        found.setdefault(str(named[1].value), set()).add(line)
        return
    for key, (one, _) in pairs.items():
        found.setdefault(key, set()).add(one.line)


def _key(node: s.Node) -> str:
    if isinstance(node, s.Literal):
        return node.value if isinstance(node.value, str) else ""
    return node.name if isinstance(node, s.Name) else ""


def _text(found: dict[str, set[int]], node: s.Node) -> None:
    """Names in a text that holds JSON over several lines; it begins on the line behind its mark."""
    parts = node.parts if isinstance(node, s.Template) else (node,)
    texts = [part.value for part in parts if isinstance(part, s.Literal)]
    if not all(isinstance(text, s.Lines) for text in texts):
        return
    line = node.line + 1
    for text in texts:
        for match in _NAMED.finditer(text[:_MAX_TEXT]):
            found.setdefault(match[1], set()).add(line + text.count("\n", 0, match.start()))
        line += text.count("\n")
