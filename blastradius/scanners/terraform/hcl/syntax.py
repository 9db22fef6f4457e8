"""What a Terraform file says, as a tree: expressions, attributes and blocks, each knowing its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAX_DEPTH = 48
"""Levels of nesting above which a file is refused: people write a dozen."""


class SyntaxProblem(Exception):  # noqa: N818 - it is not an error of the program
    """A text that is no Terraform.

    Attributes:
        line: line on which it was seen, from 1.
        what: what is wrong, without any text of the file that could be a secret.
    """

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"{line}: {what}")
        self.line = line
        self.what = what


class Lines(str):
    """A text of several lines as it stands in its file: line breaks in it are line breaks there."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Node:
    """An expression; `line` is where it begins."""

    line: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text, flag or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """The first word of a reference: `var`, `local`, `aws_sqs_queue`, the variable of a `for`."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`of.name`."""

    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`of[key]`."""

    of: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Splat(Node):
    """`of[*]` with the steps behind it: names, and expressions in brackets."""

    of: Node
    steps: tuple[str | Node, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`name(arguments)`; `spread` where the last argument is a list of arguments."""

    name: str
    arguments: tuple[Node, ...]
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Items(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Object(Node):
    """`{a = b}`."""

    items: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class For(Node):
    """`[for key, value in over : body if test]`, or `{for … : name => body}` where `name` is set."""

    key: str | None
    value: str
    over: Node
    name: Node | None
    body: Node
    test: Node | None
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """`left operator right`; a sign or `!` has no left side."""

    operator: str
    left: Node | None
    right: Node


@dataclass(frozen=True, slots=True)
class Template(Node):
    """A text with expressions in it."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TemplateFor(Node):
    """`%{ for key, value in over }parts%{ endfor }`."""

    key: str | None
    value: str
    over: Node
    body: Node


@dataclass(slots=True)
class Argument:
    """`name = value` in a body; `path` is set where another file than that of the body says it."""

    name: str
    value: Node
    line: int
    path: str = ""


@dataclass(slots=True)
class BlockNode:
    """`type "label" { … }`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    line: int
    path: str = ""


@dataclass(slots=True)
class Body:
    """What stands between braces, or in a whole file."""

    arguments: dict[str, Argument] = field(default_factory=dict)
    blocks: list[BlockNode] = field(default_factory=list)


_SHOWN = 100


def show(node: Node) -> str:
    """Source text of an expression in one short line, every literal text left out: it could be a secret."""
    text = _show(node, 6)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _show(node: Node, depth: int) -> str:
    if depth <= 0:
        return "…"
    down = depth - 1
    match node:
        case Literal(_, value):
            return '"…"' if isinstance(value, str) and value else _plain(value)
        case Name(_, name):
            return name
        case Attribute(_, of, name):
            return f"{_show(of, depth)}.{name}" if not isinstance(of, Attribute) else f"{_chain(of)}.{name}"
        case Index(_, of, key):
            inner = f'"{key.value}"' if isinstance(key, Literal) and isinstance(key.value, str) else _show(key, down)
            return f"{_show(of, down)}[{inner}]"
        case Splat(_, of, steps):
            return f"{_show(of, down)}[*]" + "".join(f".{s}" for s in steps if isinstance(s, str))
        case Call(_, name, arguments):
            return f"{name}({', '.join(_show(a, down) for a in arguments[:4])})"
        case Template(_, parts):
            inside = ("…" if isinstance(p, Literal) else f"${{{_show(p, down)}}}" for p in parts[:6])
            return f'"{"".join(inside)}"'
        case Choice(_, test, yes, no):
            return f"{_show(test, down)} ? {_show(yes, down)} : {_show(no, down)}"
        case Operation(_, operator, left, right):
            return f"{_show(left, down)} {operator} {_show(right, down)}" if left else f"{operator}{_show(right, down)}"
        case For(_, _, value, over):
            return f"[for {value} in {_show(over, down)} : …]"
    return "…"


def _chain(node: Node) -> str:
    """A run of `.name` steps without recursion: they may be many."""
    names: list[str] = []
    while isinstance(node, Attribute):
        names.append(node.name)
        node = node.of
    return ".".join((_show(node, 4), *reversed(names)))


def _plain(value: Any) -> str:
    if not isinstance(value, str | int | float | None):
        return "…"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else f"{value}" or '""'
