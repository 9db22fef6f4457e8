"""Lines of YAML with mappings written on one line laid out as if each key stood on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FLOW = re.compile(r"^(\s*(?:- )*(?:[\"']?[\w.-]+[\"']?\s?:\s+)?)(\{.*\}|\[\s*\{.*\}\s*\])\s*(?:#.*)?$")
_LONGEST = 4_000
_DEEPEST = 12
Line = tuple[int, str]


def laid_out(lines: list[Line]) -> list[Line]:
    """The same lines; one with a mapping in braces becomes several of the same line number.

    Args:
        lines: keys that grow (a thousand for each line) and texts.
    """
    found: list[Line] = []
    for number, line in lines:
        match = _FLOW.match(line) if "{" in line and len(line) <= _LONGEST else None
        value = _parsed(match[2]) if match else None
        if match is None or not isinstance(value, dict | list):
            found.append((number, line))
            continue
        head = match[1]
        indent = len(head) - len(head.lstrip(" -"))
        pieces = list(_laid(value, indent + 2 if head.strip(" -") else indent, 0))
        if head.strip(" -"):
            pieces.insert(0, head.rstrip())
        elif pieces:
            pieces[0] = head + pieces[0].lstrip()
        found += [(number + at, piece) for at, piece in enumerate(pieces[:999])]
    return found


def _parsed(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 - texts only
    except (yaml.YAMLError, RecursionError):
        return None


def _laid(value: Any, indent: int, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    pad = " " * indent
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict) or (
                isinstance(inner, list) and any(isinstance(one, dict | list) for one in inner)
            ):
                yield f"{pad}{key}:"
                yield from _laid(inner, indent + 2, depth + 1)
            elif isinstance(inner, list):
                yield f"{pad}{key}: [{', '.join(str(one) for one in inner)}]"
            else:
                yield f"{pad}{key}: {inner}"
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, dict):
                pieces = list(_laid(one, indent + 2, depth + 1))
                yield from [f"{pad}- {piece.lstrip()}" if at == 0 else piece for at, piece in enumerate(pieces)]
            elif not isinstance(one, list):
                yield f"{pad}- {one}"
