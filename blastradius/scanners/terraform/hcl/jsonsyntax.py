"""Files of Terraform's JSON syntax, as the same tree that native files make."""

from __future__ import annotations

from typing import Any

from blastradius.marks import MarkedDict, MarkedList
from blastradius.scanners.terraform.hcl.expressions import Parser
from blastradius.scanners.terraform.hcl.lexing import Lexer
from blastradius.scanners.terraform.hcl.syntax import (
    Argument,
    BlockNode,
    Body,
    Items,
    Literal,
    Node,
    Object,
    SyntaxProblem,
)
from blastradius.scanners.terraform.hcl.templates import template_text

_LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "terraform": 0,
    "locals": 0,
}
_INNER = {"terraform": {"backend": 1, "cloud": 0, "required_providers": 0}}
#: Arguments that hold references as texts, by the block they stand in; what a provider defines is a value like any other.
_REFERENCES: dict[str, frozenset[str]] = {
    "resource": frozenset({"provider", "depends_on"}),
    "data": frozenset({"provider", "depends_on"}),
    "ephemeral": frozenset({"provider", "depends_on"}),
    "module": frozenset({"providers", "depends_on"}),
    "output": frozenset({"depends_on"}),
    "variable": frozenset({"type"}),
}


def body_of(value: Any, path: str) -> Body:
    """The tree of a whole document.

    Args:
        value: the document, with line marks where it has them.
        path: name of the file within the tree.

    Raises:
        SyntaxProblem: when an expression in it cannot be read.
    """
    if not isinstance(value, dict):
        raise SyntaxProblem(1, "is no object")
    body = Body()
    for kind, labels in _LABELS.items():
        if kind in value:
            _blocks(kind, (), value[kind], labels, path, _line(value, kind), body)
    return body


def assignments(value: Any) -> dict[str, Node]:
    """Values of variables in a `.tfvars.json` file."""
    if not isinstance(value, dict):
        raise SyntaxProblem(1, "is no object")
    return {str(key): _constant(one, 1) for key, one in value.items()}


def _blocks(kind: str, labels: tuple[str, ...], value: Any, left: int, path: str, line: int, body: Body) -> None:
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            raise SyntaxProblem(line, f"{kind} is no object")
        if left:
            for label, inner in one.items():
                _blocks(kind, (*labels, str(label)), inner, left - 1, path, _line(one, label), body)
        else:
            body.blocks.append(BlockNode(kind, labels, _inside(kind, one, path), line, path))


def _inside(kind: str, value: dict[str, Any], path: str) -> Body:
    body = Body()
    for name, one in value.items():
        line = _line(value, name)
        if name == "//":
            continue
        if name in _INNER.get(kind, {}):
            _blocks(name, (), one, _INNER[kind][name], path, line, body)
        elif name == "dynamic" and kind in ("resource", "data") and isinstance(one, dict):
            _dynamic(one, path, line, body)
        else:
            reads = _reference if name in _REFERENCES.get(kind, ()) else _node
            body.arguments[str(name)] = Argument(str(name), reads(one, line), line)
    return body


def _dynamic(value: dict[str, Any], path: str, line: int, body: Body) -> None:
    for label, given in value.items():
        for one in given if isinstance(given, list) else [given]:
            if isinstance(one, dict):
                inner = _inside("dynamic", {key: part for key, part in one.items() if key != "content"}, path)
                content = one.get("content")
                if isinstance(content, dict):
                    inner.blocks.append(BlockNode("content", (), _inside("content", content, path), line, path))
                body.blocks.append(BlockNode("dynamic", (str(label),), inner, line, path))


def _line(value: Any, key: Any) -> int:
    return value.lines.get(str(key), value.line) if isinstance(value, MarkedDict) else 1


def _node(value: Any, line: int) -> Node:
    if isinstance(value, dict):
        pairs = ((_node(str(key), line), _node(one, _line(value, key) or line)) for key, one in value.items())
        return Object(line, tuple(pairs))
    if isinstance(value, list):
        lines = value.lines if isinstance(value, MarkedList) else [line] * len(value)
        return Items(line, tuple(_node(one, lines[at]) for at, one in enumerate(value)))
    if isinstance(value, str) and ("${" in value or "%{" in value):
        return _at(template_text(value), line)
    return Literal(line, value)


def _at(node: Node, line: int) -> Node:
    """Lines within a text of JSON mean nothing; the whole stands on the line of its key."""
    import dataclasses

    return dataclasses.replace(node, line=line)


def _constant(value: Any, line: int) -> Node:
    if isinstance(value, dict):
        return Object(line, tuple((Literal(line, str(key)), _constant(one, line)) for key, one in value.items()))
    if isinstance(value, list):
        return Items(line, tuple(_constant(one, line) for one in value))
    return Literal(line, value)


def _reference(value: Any, line: int) -> Node:
    """A text that is an expression of the native syntax."""
    if isinstance(value, dict):
        return Object(line, tuple((_reference(str(key), line), _reference(one, line)) for key, one in value.items()))
    if isinstance(value, list):
        return Items(line, tuple(_reference(one, line) for one in value))
    if not isinstance(value, str):
        return Literal(line, value)
    text = value[2:-1] if value.startswith("${") and value.endswith("}") else value
    parser = Parser(Lexer(text, line).tokens())
    parser.wide = True
    node = parser.expression()
    if parser.peek().kind != "end":
        raise SyntaxProblem(line, "a reference is expected")
    return node
