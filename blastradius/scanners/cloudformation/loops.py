"""Expands `Fn::ForEach`, where what it goes through is known from the template itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.documents import MarkedDict, MarkedList, TaggedText, line_of
from blastradius.scanners.cloudformation.functions import function

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.template import Template

_MARK = "Fn::ForEach::"
MAX_COPIES = 2_000
"""Most copies that the loops of one section may make."""


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_COPIES


def expanded(section: dict[str, Any], template: Template, what: str) -> dict[str, Any]:
    """A section with its loops expanded; one that cannot be is left out and is a gap.

    Args:
        section: as it is written.
        template: holds the parameters and takes the gaps.
        what: name of the section, for the gap.
    """
    if not any(key.startswith(_MARK) for key in section) and not (what == "Resources" and _inside(section)):
        return section
    found = _expand(section, template, what, _Budget())
    return found if isinstance(found, dict) else section


def _inside(section: dict[str, Any]) -> bool:
    """Whether any property holds a loop."""
    todo: list[Any] = list(section.values())
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if any(key.startswith(_MARK) for key in one):
                return True
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
    return False


def _expand(value: Any, template: Template, what: str, budget: _Budget) -> Any:
    if isinstance(value, list):
        copy = MarkedList(line_of(value) or 1, getattr(value, "tag", None))
        copy.extend(_expand(one, template, what, budget) for one in value)
        copy.lines = list(getattr(value, "lines", []))
        return copy
    if not isinstance(value, dict):
        return value
    into = MarkedDict(line_of(value) or 1, getattr(value, "tag", None))
    for key, inner in value.items():
        line = line_of(value, key) or into.line
        if not key.startswith(_MARK):
            into[key] = _expand(inner, template, what, budget)
            into.lines[key] = line
            continue
        copies = _copies(inner, template, budget)
        if copies is None:
            reason = f"{key} of {what} goes through what is not known here: scan the processed template"
            template.gap(line, reason, key[:200])
            continue
        for copy_of in copies:
            done = _expand(copy_of, template, what, budget)
            into.update(done)
            into.lines.update(getattr(done, "lines", {}))
    return into


def _copies(loop: Any, template: Template, budget: _Budget) -> list[dict[str, Any]] | None:
    if not (isinstance(loop, list) and len(loop) == 3 and isinstance(loop[0], str) and isinstance(loop[2], dict)):
        return None
    names = _collection(loop[1], template)
    if names is None or len(names) > budget.left:
        return None
    budget.left -= len(names)
    return [_filled(loop[2], loop[0], name) for name in names]


def _collection(value: Any, template: Template) -> list[str] | None:
    found = function(value)
    if found and found[0] == "Ref" and isinstance(found[1], str):
        parameter = template.parameters.get(found[1])
        default = parameter.get("Default") if isinstance(parameter, dict) else None
        return [one.strip() for one in default.split(",")] if isinstance(default, str) and default else None
    if not isinstance(value, list):
        return None
    result: list[str] = []
    for one in value:
        inner = _collection(one, template) if function(one) else [str(one)] if isinstance(one, str | int) else None
        if inner is None:
            return None
        result.extend(inner)
    return result


def _filled(value: Any, name: str, text: str) -> Any:
    """A copy with `${name}` and `&{name}` replaced, `Ref` to it included."""
    if isinstance(value, TaggedText):
        if value.tag == "!Ref" and value == name:
            return text
        copy = TaggedText(_replaced(value, name, text))
        copy.tag = value.tag
        return copy
    if isinstance(value, str):
        return _replaced(value, name, text)
    if isinstance(value, list):
        items = MarkedList(line_of(value) or 1, getattr(value, "tag", None))
        items.extend(_filled(one, name, text) for one in value)
        items.lines = list(getattr(value, "lines", []))
        return items
    if isinstance(value, dict):
        if len(value) == 1 and value.get("Ref") == name:
            return text
        into = MarkedDict(line_of(value) or 1, getattr(value, "tag", None))
        for key, inner in value.items():
            new = _replaced(key, name, text)
            into[new] = _filled(inner, name, text)
            into.lines[new] = line_of(value, key) or into.line
        return into
    return value


def _replaced(whole: str, name: str, text: str) -> str:
    clean = "".join(letter for letter in text if letter.isalnum())
    return str(whole).replace("${" + name + "}", text).replace("&{" + name + "}", clean)
