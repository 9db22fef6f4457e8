"""What is wrong with a file a person wrote, in one line: `path:line: what, what to do`."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from blastradius.documents import Document
from blastradius.errors import BlastradiusError, InputError

M = TypeVar("M", bound=BaseModel)
Location = Sequence[str | int]
LineOf = Callable[[Location], int]


def validated(model: type[M], value: Any, document: Document, error: type[BlastradiusError] = InputError) -> M:
    """Make a record from what a person wrote; whole numbers are accepted where text is meant (an account id).

    Args:
        model: what it shall be.
        value: the document's value, or a copy of the same shape with defaults filled in.
        document: tells on which line things stand.
        error: what to raise.

    Raises:
        error: one line, for the first thing that is wrong, with the number of the others.
    """
    try:
        try:
            return model.model_validate(value)
        except ValidationError as first:
            value = _numbers_as_text(value, first)
            return model.model_validate(value)
    except ValidationError as wrong:
        raise error(complaint(wrong, model, document.where, lambda path: document.line_of(*path))) from None


def _numbers_as_text(value: Any, wrong: ValidationError) -> Any:
    """The value with every whole number that should be text written as text: that loses nothing."""
    for item in wrong.errors(include_url=False, include_context=False):
        if item["type"] == "string_type" and type(item["input"]) is int:
            value = _replaced(value, item["loc"], str(item["input"]))
    return value


def _replaced(value: Any, path: Location, new: Any) -> Any:
    if not path:
        return new
    step, rest = path[0], path[1:]
    try:
        inner = value[step]
    except (KeyError, IndexError, TypeError):
        return _replaced(value, rest, new) if rest else value  # the step names a branch of a union
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = _replaced(inner, rest, new)  # type: ignore[index]
    return copy


def complaint(
    wrong: ValidationError,
    model: type[BaseModel],
    where: str,
    line_of: LineOf,
    within: tuple[str, int] | None = None,
    beside: int = 0,
) -> str:
    """One line for a failed validation.

    Args:
        wrong: what pydantic found.
        model: the model that was tried, for the names of known keys.
        where: path of the file.
        line_of: line of the value at a path of keys and positions.
        within: where only some records of one list were tried: the key of the list and the place of the first.
        beside: how many more errors were found of the file.
    """
    items = wrong.errors(include_url=False)
    # an unknown key explains more than the missing one that it was meant to be
    item = next((i for i in items if i["type"] == "extra_forbidden"), items[0])
    others = len(items) - 1 + beside
    more = f" (and {others} more error{'s' if others > 1 else ''} in this file)" if others else ""
    path = [step for step in item["loc"] if not _is_branch(step)]
    if within is not None:
        path = [within[0], int(path[0]) + within[1], *path[1:]]
    at = _path_text(path[:-1] if item["type"] in ("missing", "extra_forbidden") else path)
    return f"{where}:{line_of(path)}: {at}{_what(item, model, path)}{more}"


def _is_branch(step: str | int) -> bool:
    """Whether a step is no key but tells which branch of a union was tried: their tags stand in brackets."""
    return isinstance(step, str) and (step == "[key]" or (step[:1] == "(" and step[-1:] == ")"))


def _path_text(path: Location) -> str:
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    return f"{shorten(text, 120)}: " if text else ""


def shorten(text: str, most: int = 60) -> str:
    """A text for a message: printable, on one line, and bounded."""
    cut = text[: most + 1]
    clean = "".join(c if c.isprintable() else repr(c)[1:-1] for c in cut)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def near(text: str, known: Iterable[str]) -> str:
    """`; the nearest is x`, or the known names where they are few and none is near."""
    options = sorted(known)
    match = get_close_matches(text[:100].lower(), options, n=1, cutoff=0.6)
    if match:
        return f"; the nearest is {match[0]}"
    return f"; known are {', '.join(options)}" if 0 < len(options) <= 30 else ""


def _what(item: Any, model: type[BaseModel], path: Location) -> str:
    """The complaint itself, in the user's words rather than the validator's."""
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    known = list(_fields(model, path[:-1]))
    if kind == "extra_forbidden":
        if path[-1] in known:
            return f"{shorten(str(path[-1]))} cannot stand beside the other keys here: write it as an entry of its own"
        return f"unknown key {shorten(str(path[-1]))!r}{near(str(path[-1]), known)}"
    if kind == "missing":
        return f"{path[-1]} is missing: add it"
    if kind == "value_error":
        return str(context.get("error", item["msg"]))
    if kind == "literal_error":
        options = [option.strip("' ") for option in context["expected"].replace(" or ", ", ").split(", ")]
        return f"{_shown(value)} is not allowed here{near(str(value), options)}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{_shown(value)} stands where keys and values are expected{near('', known)}"
    if kind in ("tuple_type", "list_type"):
        return f"{_shown(value)} stands where a list is expected: write - before each item"
    if kind == "string_type":
        return f"{_shown(value)} is no text: put it in quotes"
    if kind in ("int_type", "int_from_float", "int_parsing"):
        return f"{_shown(value)} is no whole number; a duration is written 90s, 15m, 3h or 2d"
    return f"{_shown(value)}: {item['msg'][:1].lower()}{shorten(item['msg'][1:], 200)}"


def _shown(value: Any) -> str:
    """The offending value, unless it is large: what a file holds may be secret, so containers are only named."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return repr(shorten(value)) if isinstance(value, str) else shorten(str(value))


def _fields(model: type[BaseModel], path: Location) -> set[str]:
    """Keys known at a path below a model; a step that names a branch of a union is passed over."""
    types_here: set[Any] = {model}
    for step in path:
        below = {inner for one in types_here for inner in _inner(one, step)}
        types_here = below or types_here
    found = {one for one in types_here if isinstance(one, type) and issubclass(one, BaseModel)}
    return {field.alias or name for one in found for name, field in one.model_fields.items()}


def _inner(annotation: Any, step: str | int) -> set[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(step))
        return _flat(field.annotation) if field else set()
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (tuple, list) and isinstance(step, int):
        return {leaf for one in arguments if one is not Ellipsis for leaf in _flat(one)}
    return _flat(arguments[1]) if origin is dict else set()


def _flat(annotation: Any) -> set[Any]:
    """The branches of a union, and what an annotation wraps."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _flat(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return {leaf for one in get_args(annotation) for leaf in _flat(one)}
    return {annotation}
