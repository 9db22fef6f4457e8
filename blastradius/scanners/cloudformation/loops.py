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


_DEEPEST = 20


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_COPIES


def expanded(section: dict[str, Any], template: Template, what: str) -> dict[str, Any]:
    """A section with its loops expanded; one that cannot be is left out and is a gap.

    Args:
        section: as it is written.
        template: holds the parameters and mappings, notes that it has loops, and takes the gaps.
        what: name of the section, for the gap.
    """
    if not any(key.startswith(_MARK) for key in section) and not (what == "Resources" and _inside(section)):
        return section
    template.loops = True
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
    """What a loop goes through; None where the template and what is given do not tell."""
    if isinstance(value, list) and function(value) is None:
        result: list[str] = []
        for one in value:
            inner = _collection(one, template) if function(one) else [str(one)] if isinstance(one, str | int) else None
            if inner is None:
                return None
            result.extend(inner)
        return result
    found = _told(value, template, 0)
    if isinstance(found, str):
        return [one.strip() for one in found.split(",")] if found else None
    return found


def _told(value: Any, template: Template, depth: int) -> str | list[str] | None:
    """A text or a list of texts that a value comes to without any resource; None where it comes to anything else."""
    called = function(value)
    if depth > _DEEPEST:
        return None
    if called is None:
        if isinstance(value, list):
            texts = [_told(one, template, depth + 1) for one in value]
            return (
                [one for one in texts if isinstance(one, str)] if all(isinstance(one, str) for one in texts) else None
            )
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    name, argument = called
    if name == "Ref" and isinstance(argument, str):
        declared = template.parameters.get(argument)
        default = declared.get("Default") if isinstance(declared, dict) else None
        known = template.given.get(argument, default)
        return str(known) if isinstance(known, str | int) and not isinstance(known, bool) else None
    if not isinstance(argument, list):
        return None
    parts = [_told(one, template, depth + 1) for one in argument[:3]]
    if name == "FindInMap" and len(argument) in (3, 4):
        return _mapped(argument, parts, template, depth)
    if len(parts) != 2 or parts[1] is None or not isinstance(parts[0], str):
        return None
    by, held = parts[0], parts[1]
    if name == "Split" and isinstance(held, str) and by:
        return held.split(by)[:MAX_COPIES]
    if name == "Join" and isinstance(held, list):
        return by.join(held)
    if name == "Select" and isinstance(held, list) and by.isdigit() and int(by) < len(held):
        return held[int(by)]
    return None


def _mapped(argument: list[Any], keys: list[Any], template: Template, depth: int) -> str | list[str] | None:
    here: Any = template.mappings
    for key in keys:
        here = here.get(key) if isinstance(here, dict) and isinstance(key, str) else None
    other = argument[3] if len(argument) == 4 else None
    if here is None and isinstance(other, dict) and all(isinstance(key, str) for key in keys):
        here = other.get("DefaultValue")
    return _told(here, template, depth + 1) if here is not None else None


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
