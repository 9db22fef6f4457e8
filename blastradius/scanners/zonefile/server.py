"""Zones that a name server's configuration names: `zone "example.com" { type master; file "db.example.com"; };`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r'//[^\n]*|\#[^\n]*|/\*|"(?P<text>(?:[^"\\\n]|\\.)*)"|(?P<mark>[{};])|(?P<word>[^\s{};"]+)|\n')
MAX_ZONES = 20_000
SERVED = frozenset({"master", "primary", "slave", "secondary", "mirror"})


@dataclass(frozen=True, slots=True)
class Named:
    """A zone that a name server is told to serve.

    Attributes:
        name: lower case, without the final dot.
        file: as it is written; empty for none.
        type: `master`, `slave` …
        view: the view it is in; empty for none.
        line: where it stands.
    """

    name: str
    file: str
    type: str
    view: str
    line: int


@dataclass(slots=True)
class Block:
    """Statements up to a closing brace: the words before it, and what was said inside."""

    words: tuple[str, ...]
    line: int
    said: dict[str, str]


def zones(text: str) -> tuple[list[Named], str]:
    """Zones that a configuration names, and the folder that their files are relative to (empty for none)."""
    found: list[Named] = []
    directory = ""
    stack = [Block((), 1, {})]
    words: list[str] = []
    for piece, is_mark, line in _tokens(text):
        if not is_mark:
            words.append(piece)
            continue
        if piece == "{":
            stack.append(Block(tuple(words), line, {}))
        elif piece == ";" and len(words) > 1:
            stack[-1].said.setdefault(words[0].lower(), words[1])
        elif piece == "}" and len(stack) > 1:
            block = stack.pop()
            kind = block.words[0].lower() if block.words else ""
            if kind == "options":
                directory = block.said.get("directory", directory)
            elif kind == "zone" and len(block.words) > 1 and len(found) < MAX_ZONES:
                view = next((one.words[1] for one in stack if one.words[:1] == ("view",) and len(one.words) > 1), "")
                name = block.words[1].lower().rstrip(".")
                found.append(
                    Named(name, block.said.get("file", ""), block.said.get("type", "").lower(), view, block.line)
                )
        words = []
    return found, directory


def _tokens(text: str) -> Iterator[tuple[str, bool, int]]:
    """Words and marks with their lines, without comments."""
    at, line = 0, 1
    while found := _TOKEN.search(text, at):
        at = found.end()
        if found[0] == "/*":
            end = text.find("*/", at)
            end = len(text) if end < 0 else end
            line += text.count("\n", at, end)
            at = end + 2
        elif found[0] == "\n":
            line += 1
        elif found["mark"]:
            yield found["mark"], True, line
        elif found["text"] is not None or found["word"]:
            yield found["text"] if found["text"] is not None else found["word"], False, line
            line += found[0].count("\n")
