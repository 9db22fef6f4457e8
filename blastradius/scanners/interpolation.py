"""Variables as compose and dotenv files have them: `.env` files with their lines, and `${NAME:-default}` in texts."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_TEXT = 200_000
_DEPTH = 8
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")


class Values(dict[str, str]):
    """Variables to fill in, with a bound on how much longer texts may grow by them in all.

    Attributes:
        left: characters that may still be added.
    """

    left = 1_000_000


@dataclass(frozen=True, slots=True)
class Variable:
    """A line of a dotenv file.

    Attributes:
        name: of the variable.
        value: its text; None where the line only names it, so that it is taken from the shell.
        line: line on which it stands, from 1.
        literal: whether single quotes keep `$` from meaning anything.
    """

    name: str
    value: str | None
    line: int
    literal: bool = False


def read_dotenv(text: str) -> list[Variable]:
    """All variables of a dotenv file; lines that are none are passed over, as every reader of such files does."""
    if not text.strip():
        return []
    from dotenv.parser import parse_stream

    found = []
    for binding in parse_stream(io.StringIO(text[:MAX_TEXT])):
        if binding.error or not binding.key or not _NAME.fullmatch(binding.key.replace(".", "_").replace("-", "_")):
            continue
        original = binding.original.string
        # the parser counts from the end of the last binding: blank lines before a name belong to it
        line = binding.original.line + len(original[: len(original) - len(original.lstrip())].splitlines())
        literal = re.search(r"=\s*'", original) is not None
        found.append(Variable(binding.key, binding.value, line, literal))
    return found


def dotenv_values(text: str, outer: Mapping[str, str] | None = None) -> Values:
    """Values of a dotenv file, later ones made of earlier ones where they name them.

    Args:
        text: of the file.
        outer: variables that were known before.
    """
    values = Values(outer or {})
    for one in read_dotenv(text):
        if one.value is not None:
            values[one.name] = one.value if one.literal else interpolate(one.value, values)
    return values


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Replace variables as compose does.

    `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}`, `${NAME+other}` and `${NAME:?why}`;
    `$$` is a dollar. What is not known stays as `${NAME}`, so that whoever reads the text sees that it is open.
    """
    if "$" not in text or len(text) > MAX_TEXT:
        return text
    if isinstance(values, Values) and values.left < 0:
        return text
    filled = _fill(text, values, 0)
    if isinstance(values, Values) and len(filled) > len(text):
        values.left -= len(filled) - len(text)
        if values.left < 0:
            return text
    return filled


def _fill(text: str, values: Mapping[str, str], depth: int) -> str:
    out: list[str] = []
    at, size = 0, 0
    while (dollar := text.find("$", at)) >= 0 and size < MAX_TEXT:
        out.append(text[at:dollar])
        if text.startswith("$$", dollar):
            out.append("$")
            at = dollar + 2
        elif text.startswith("${", dollar):
            end = _closing(text, dollar + 2)
            if end < 0:
                at = dollar
                break
            out.append(_expression(text[dollar + 2 : end], values, depth))
            at = end + 1
        elif match := _NAME.match(text, dollar + 1):
            out.append(values.get(match[0], "${" + match[0] + "}"))
            at = match.end()
        else:
            out.append("$")
            at = dollar + 1
        size += len(out[-1])
    out.append(text[at:])
    return "".join(out)[:MAX_TEXT]


def _closing(text: str, at: int) -> int:
    """Position of the brace that closes an expression; -1 where none does."""
    depth = 1
    while at < len(text):
        if text.startswith("${", at):
            depth, at = depth + 1, at + 2
            continue
        if text[at] == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return -1


def _expression(inner: str, values: Mapping[str, str], depth: int) -> str:
    match = _NAME.match(inner)
    if not match or depth > _DEPTH:
        return "${" + (match[0] if match else "") + "}"
    name, rest = match[0], inner[match.end() :]
    value = values.get(name)
    colon = rest.startswith(":")
    operator, word = rest[int(colon) : int(colon) + 1], rest[int(colon) + 1 :]
    there = value is not None and not (colon and value == "")
    if operator == "-":
        return value if there and value is not None else _fill(word, values, depth + 1)
    if operator == "+":
        return _fill(word, values, depth + 1) if there else ""
    return value if value is not None else "${" + name + "}"
