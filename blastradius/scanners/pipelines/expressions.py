"""Parts of Azure Pipelines that stand under `${{ if }}:` and `${{ each }}:`: what is in them is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blastradius.documents import line_of
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.pipelines.model import items
from blastradius.scanners.pipelines.variables import fill

CONDITIONAL = "@conditional"
"""Key of what an entry is given where a condition may leave it out."""
_EXPRESSION = re.compile(r"\$\{\{\s*(if|elseif|else|each|insert)\b(.*?)\}\}\s*$", re.DOTALL)
_EACH = re.compile(r"\s*(\w+)\s+in\s+(.*)", re.DOTALL)
_SPLIT = re.compile(r"split\(\s*'([^']{0,2000})'\s*,\s*'([^']{1,5})'\s*\)")
_DEPTH = 12
_MOST = 32

Entry = tuple[dict[str, Any], int, dict[str, str]]


def entries(listed: Any, values: dict[str, str], _depth: int = 0) -> Iterator[Entry]:
    """Entries of a list with their lines, and the values that loops around each give it.

    Args:
        listed: a list of mappings of which some have an expression for a key.
        values: by name, for lists that a loop goes over.
    """
    for position, value in enumerate(items(listed)):
        one = mapping(value)
        line = line_of(listed, position) or 1
        plain = {key: inner for key, inner in one.items() if not _EXPRESSION.match(str(key))}
        if plain or not one:
            yield plain, line, {}
        for key, inner in one.items():
            match = _EXPRESSION.match(str(key))
            if match is None or _depth >= _DEPTH:
                continue
            for own in _turns(match[1], match[2], values):
                for entry, at, more in entries(inner, {**values, **own}, _depth + 1):
                    yield entry, (at if at > 1 else line_of(one, key) or line), {**own, **more}


def _turns(sort: str, said: str, values: dict[str, str]) -> list[dict[str, str]]:
    """What each turn of a loop sets; a condition is one turn."""
    if sort != "each":
        return [{} if sort == "insert" else {CONDITIONAL: "yes"}]
    match = _EACH.fullmatch(said)
    if match is None:
        return [{}]
    split = _SPLIT.search(match[2])
    if split is None:
        return [{}]
    return [{match[1]: fill(text(part), values)} for part in split[1].split(split[2])[:_MOST] if part]
