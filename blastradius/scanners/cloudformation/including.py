"""`AWS::Include`: parts of a template that stand in another file of the tree; other macros, and files elsewhere, stay."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from blastradius.documents import MarkedDict, MarkedList, TaggedText, line_of
from blastradius.scanners.cloudformation.functions import function

KEY = "Fn::Transform"
_DEEPEST = 60
_NESTED = 5
Other = Callable[[str], Any]


def included(value: Any, path: str, files: Iterable[str], other: Other, _depth: int = 0, _within: int = 0) -> Any:
    """A value with what it includes put in its place; itself where it includes nothing.

    Args:
        value: of a template, as it was read.
        path: of the template.
        files: paths of the tree.
        other: what a YAML or JSON file of the tree holds; None where there is none.
    """
    if _depth > _DEEPEST or not _has(value):
        return value
    if isinstance(value, list):
        items = MarkedList(line_of(value) or 1, getattr(value, "tag", None))
        items.extend(included(one, path, files, other, _depth + 1, _within) for one in value)
        items.lines = list(getattr(value, "lines", []))
        return items
    into = MarkedDict(line_of(value) or 1, getattr(value, "tag", None))
    found = _taken(value.get(KEY), path, files, other) if _within < _NESTED else None
    if isinstance(found, dict):
        inner = included(found, path, files, other, _depth + 1, _within + 1)
        into.update(inner)
        into.lines.update(getattr(inner, "lines", {}))
    elif found is not None and len(value) == 1:
        return found
    for key, one in value.items():
        if key != KEY or found is None:
            into[key] = included(one, path, files, other, _depth + 1, _within) if key != KEY else one
            into.lines[key] = line_of(value, key) or into.line
    return into


def _has(value: Any) -> bool:
    """Whether a transform stands anywhere within a value."""
    return next(transforms(value), None) is not None


def transforms(value: Any) -> Iterator[tuple[str, Any, int]]:
    """Name, parameters and line of each transform within a value."""
    todo = [(value, 1)]
    seen: set[int] = set()
    while todo:
        one, line = todo.pop()
        if not isinstance(one, dict | list) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, MarkedDict) and one.tag == "!Transform":
            yield _called(one), one.get("Parameters"), one.line
        if isinstance(one, dict) and KEY in one:
            yield _called(one[KEY]), one[KEY], line_of(one, KEY) or line
        pairs = one.items() if isinstance(one, dict) else enumerate(one)
        todo.extend((inner, line_of(one, key) or line) for key, inner in reversed(list(pairs)))


def _called(value: Any) -> str:
    name = value.get("Name") if isinstance(value, dict) else value
    return str(name)[:100] if isinstance(name, str) else "a macro"


def _taken(argument: Any, path: str, files: Iterable[str], other: Other) -> Any:
    """What the file that an include names holds; None for another macro, and for a file that is not scanned."""
    if not isinstance(argument, dict) or argument.get("Name") != "AWS::Include":
        return None
    parameters = argument.get("Parameters")
    location = parameters.get("Location") if isinstance(parameters, dict) else None
    named = function(location)
    if named is not None and named[0] == "Sub" and isinstance(named[1], str):
        location = str(named[1])
    if not isinstance(location, str) or (isinstance(location, TaggedText) and named is None):
        return None
    if "://" not in location:
        local = posixpath.normpath(posixpath.join(posixpath.dirname(path), location))
        return other(local) if "$" not in location else None
    # a file that was put into a bucket keeps its name: the only one of the tree that ends so is the one
    tail = location.rpartition("}")[2].rpartition("://")[2].partition("?")[0]
    parts = [part for part in tail.split("/") if part]
    for at in range(len(parts)):
        end = "/".join(parts[at:])
        same = [one for one in files if one == end or one.endswith(f"/{end}")]
        if same:
            return other(same[0]) if len(same) == 1 else None
    return None
