"""Values while a root is read: plain ones, and those that only a run of Terraform would settle."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from blastradius.scanners.terraform.model import UNKNOWN, Expr, Ref, Step

MAX_TEXT = 1_000_000
"""Characters of the longest text that an expression may make."""
MAX_ITEMS = 20_000
"""Members of the largest collection that an expression may make."""
MAX_CHOICES = 50
"""Values that are kept of those that an unsettled one may be."""
#: Characters that the choices of one text may have together, about.
_MAX_CHOSEN_TEXT = 200_000
_MAX_REFS = 400
_MAX_DEPTH = 40


class FailureError(Exception):
    """An expression that Terraform refuses; `try` and `can` look for that. An argument stands for its value else."""


class NotComputedError(Exception):
    """What Terraform computes and this program does not: too large, too slow, or not known of what it is asked of."""


@dataclass(frozen=True, slots=True)
class Json:
    """A text that is the JSON of a value."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Late:
    """A value that only a run settles.

    Attributes:
        text: source text, literal texts left out.
        refs: what it comes from.
        parts: pieces of a text with such values in it.
        missing: variables without a value that it comes from, such as `var.region`.
        source: the one resource whose attribute it is.
        choices: what it may be, where a variable without a value decides which.
    """

    text: str
    refs: tuple[Ref, ...] = ()
    parts: tuple[Part, ...] = ()
    missing: frozenset[str] = frozenset()
    source: View | None = None
    choices: tuple[Any, ...] = ()


Part = str | Ref | Json | Late
"""A piece of a text."""


class OpenDict(dict[str, Any]):
    """A mapping of which some entries are unknown; `rest` says where they come from."""

    __slots__ = ("rest",)

    def __init__(self, known: dict[str, Any], rest: Late) -> None:
        super().__init__(known)
        self.rest = rest


class OpenList(list[Any]):
    """A list of which some members are unknown; `rest` says where they come from."""

    __slots__ = ("rest",)

    def __init__(self, known: list[Any], rest: Late) -> None:
        super().__init__(known)
        self.rest = rest


class View:
    """Something of the root that has attributes: an instance of a resource, or of a module."""

    __slots__ = ()

    def attribute(self, name: str) -> Any:
        """Value of one attribute; FailureError where there is none."""
        raise NotComputedError

    def ref(self) -> Ref:
        """The reference to it as a whole."""
        raise NotComputedError

    def at(self, key: Any) -> Any:
        """One of several, where it stands for an unknown number of them; FailureError where it is a single one."""
        raise FailureError

    def many(self) -> bool:
        """Whether it stands for an unknown number of instances."""
        return False

    def peek(self, path: tuple[Step, ...]) -> Any:
        """What the files say about one of its attributes, unsettled where they say nothing."""
        raise NotComputedError


class Computed(View):
    """What unsettled values come to once those are looked up, computed when somebody asks, once."""

    __slots__ = ("_found", "compute", "depth", "given")

    def __init__(self, given: list[Any], compute: Callable[[list[Any]], Any]) -> None:
        self.given = given
        self.compute = compute
        depths = [one.source.depth for one in given if isinstance(one, Late) and isinstance(one.source, Computed)]
        self.depth: int = 1 + max(depths, default=0)
        self._found: Any = self

    def peek(self, path: tuple[Step, ...]) -> Any:
        """The result; unsettled where one of the values is, or where too many stand on each other."""
        if self._found is self:
            self._found = Late("")
            if self.depth <= _MAX_DEPTH:
                self._found = self._computed()
        return self._found

    def _computed(self) -> Any:
        known = [look(value) for value in self.given]
        if not settled(known):
            return Late("")
        try:
            return self.compute(known)
        except (FailureError, NotComputedError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError):
            return Late("")


def look(value: Any) -> Any:
    """What the files say about an unsettled value."""
    if isinstance(value, Late) and value.source is not None:
        return value.source.peek(value.refs[0].path if value.refs else ())
    return value


def leaves(value: Any, limit: int = MAX_ITEMS) -> Iterator[Late | View]:
    """All unsettled values within a value, at most so many looked at."""
    left = [value]
    while left and limit > 0:
        limit -= 1
        one = left.pop()
        if isinstance(one, Late | View):
            yield one
        elif isinstance(one, Json):
            left.append(one.value)
        elif isinstance(one, dict):
            left.extend(reversed(one.values()))
            if isinstance(one, OpenDict):
                left.append(one.rest)
        elif isinstance(one, list):
            left.extend(reversed(one))
            if isinstance(one, OpenList):
                left.append(one.rest)


def fits(value: Any) -> bool:
    """Whether a value written out stays small; shared parts count each time, for whoever walks it meets them again."""
    members, size, left = 2 * MAX_ITEMS, 4 * MAX_TEXT, [value]
    while left:
        one = left.pop()
        members -= 1
        if isinstance(one, str):
            size -= len(one)
        elif isinstance(one, Json):
            left.append(one.value)
        elif isinstance(one, dict):
            members -= len(one)
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, Late) and one.parts:
            left.extend(part for part in one.parts if isinstance(part, str | Json))
        if members - len(left) < 0 or size < 0:
            return False
    return True


def settled(value: Any) -> bool:
    """Whether a value is known through and through."""
    return next(leaves(value), None) is None


def late(text: str, *values: Any) -> Late:
    """An unsettled value that comes from some values, with all that these refer to."""
    refs: dict[Ref, None] = {}
    missing: set[str] = set()
    for leaf in leaves(list(values)):
        if isinstance(leaf, View):
            refs[leaf.ref()] = None
        else:
            refs.update(dict.fromkeys(leaf.refs))
            missing.update(leaf.missing)
        if len(refs) > _MAX_REFS:
            break
    return Late(text, tuple(refs), (), frozenset(missing))


def undecided(text: str, options: list[Any], *by: Any) -> Any:
    """One of several values, as something unsettled decides; its choices are kept where a variable lacks a value.

    Args:
        text: source text.
        options: what it may be.
        by: what decides.
    """
    whole = late(text, *options)
    missing = late("", *by).missing
    if not missing:
        return whole
    choices: list[Any] = []
    for one in options:
        choices.extend(one.choices if isinstance(one, Late) and one.choices else (one,))
    return Late(text, whole.refs, (), whole.missing | missing, None, tuple(choices[:MAX_CHOICES]))


def rest_of(text: str, rest: list[Any]) -> Late:
    """What a collection may hold beside its known members, with the choices of each that it comes from."""
    whole = late(text, *rest)
    if not any(isinstance(one, Late) and one.choices for one in rest):
        return whole
    choices = [choice for one in rest for choice in (one.choices if isinstance(one, Late) and one.choices else (one,))]
    return Late(text, whole.refs, (), whole.missing, None, (*choices[:MAX_CHOICES], None))


def step_ref(ref: Ref, step: Step) -> Ref:
    """The reference one step further."""
    return Ref(ref.address, (*ref.path, step), ref.index)


def as_text(value: Any) -> str | None:
    """A plain value as Terraform writes it into a text; None where it has no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
    return None


def joined(text: str, values: list[Any]) -> Any:
    """The text that some values make one behind the other."""
    parts: list[Part] = []
    unsettled: list[Any] = []
    size = 0
    for value in values:
        plain = as_text(value)
        if plain is not None:
            size += len(plain)
            if size > MAX_TEXT:
                return late(text, *values)
            _append(parts, plain)
        elif isinstance(value, Json):
            parts.append(value)
            unsettled.append(value)
        elif isinstance(value, Late | View):
            unsettled.append(value)
            _append_late(parts, value)
        elif value is not None:
            unsettled.append(value)
            _append(parts, "${…}")
    if len(parts) == 1 and isinstance(parts[0], Json):
        return parts[0]
    if all(isinstance(part, str) for part in parts) and not unsettled:
        return "".join(str(part) for part in parts)
    whole = late(text, *unsettled)
    choices = _variants(text, values)
    return Late(text, whole.refs, tuple(parts[:2000]), whole.missing, Computed(values, _written), choices)


def _variants(text: str, values: list[Any]) -> tuple[Any, ...]:
    """The texts that one undecided piece makes, by what it may be."""
    open_ones = [value for value in values if isinstance(value, Late) and value.choices]
    if len(open_ones) != 1:
        return ()
    (one,) = open_ones
    if sum(len(value) for value in values if isinstance(value, str)) * len(one.choices) > _MAX_CHOSEN_TEXT:
        return ()
    return tuple(joined(text, [choice if value is one else value for value in values]) for choice in one.choices)


def _written(values: list[Any]) -> str:
    texts = [as_text(value) for value in values if value is not None]
    found = "".join(text for text in texts if text is not None)
    if None in texts or len(found) > MAX_TEXT:
        raise FailureError
    return found


def _append(parts: list[Part], text: str) -> None:
    if not text:
        return
    last = parts[-1] if parts else None
    if isinstance(last, str):
        parts[-1] = last + text
    else:
        parts.append(text)


def _append_late(parts: list[Part], value: Late | View) -> None:
    if isinstance(value, View):
        parts.append(value.ref())
    elif value.parts:
        for part in value.parts:
            if isinstance(part, str):
                _append(parts, part)
            else:
                parts.append(part)
    elif len(value.refs) == 1:
        parts.append(value.refs[0])
    else:
        parts.append(Late(value.text, value.refs, (), value.missing))


def dumped(value: Any) -> str:
    """JSON of a settled value."""
    return json.dumps(value, separators=(",", ":"), default=str)


def expr(value: Late | View) -> Any:
    """An unsettled value as the model has it."""
    if isinstance(value, View):
        ref = value.ref()
        return Expr(ref.address, (ref,))
    if not value.text and not value.refs:
        return UNKNOWN
    known = look(value)
    if known is None or known is value or isinstance(known, dict | list) or not settled(known):
        known = UNKNOWN
    return Expr(value.text, value.refs, (), known, tuple(sorted(value.missing)))
