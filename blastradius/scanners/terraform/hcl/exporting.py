"""From values while reading to those of the model; a text that is JSON becomes what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from blastradius.scanners.terraform.hcl.values import (
    MAX_ITEMS,
    Json,
    Late,
    OpenDict,
    OpenList,
    Part,
    View,
    dumped,
    expr,
    leaves,
    look,
    settled,
)
from blastradius.scanners.terraform.model import UNKNOWN, Expr, Ref

_MAX_LEVELS = 40
_OPEN, _SHUT = "\ue000", "\ue001"


class Exporter:
    """Turns values into those of the model, within a budget of members."""

    def __init__(self, budget: int = 50 * MAX_ITEMS) -> None:
        self.left = budget
        self.spare = min(budget, MAX_ITEMS)  # of which for what values only may be

    def value(self, value: Any, level: int = 0) -> Any:
        """One value: plain, a list, a dict, an `Expr`, or `UNKNOWN`."""
        self.left -= 1
        if self.left < 0 or level > _MAX_LEVELS:
            return UNKNOWN
        if isinstance(value, dict):
            found = {str(key): self.value(one, level + 1) for key, one in value.items()}
            if isinstance(value, OpenDict):
                found["*"] = self.value(value.rest, level + 1)
            return found
        if isinstance(value, list):
            items = [self.value(one, level + 1) for one in value]
            return [*items, self.value(value.rest, level + 1)] if isinstance(value, OpenList) else items
        if isinstance(value, Json):
            return self.value(value.value, level + 1)
        if isinstance(value, View):
            return expr(value)
        if isinstance(value, Late):
            return self._late(value, level)
        return _parsed(value) if isinstance(value, str) else value

    def _late(self, value: Late, level: int) -> Any:
        if not value.parts:
            return self._chosen(value, expr(value), level)
        text, held = _held(value)
        if text.lstrip()[:1] in ("{", "["):
            document = _loaded(text)
            if document is not None:
                return self.value(_filled(document, held), level + 1)
        known = look(value)
        whole = known if isinstance(known, str) else UNKNOWN
        found = Expr(value.text, value.refs, _pieces(value.parts), whole, tuple(sorted(value.missing)))
        return self._chosen(value, found, level)

    def _chosen(self, value: Late, found: Any, level: int) -> Any:
        if not value.choices or not isinstance(found, Expr):
            return found
        inner = Exporter(min(self.left, self.spare))
        choices = tuple(inner.value(one, level + 1) for one in value.choices)
        used = min(self.left, self.spare) - max(inner.left, 0)
        self.left -= used
        self.spare -= used
        return replace(found, choices=choices)


def _parsed(text: str) -> Any:
    """What a text that is a JSON document says; any other text as it is."""
    if text.lstrip()[:1] in ("{", "[") and text.rstrip()[-1:] in ("}", "]"):
        document = _loaded(text)
        if document is not None:
            return document
    return text


def _loaded(text: str) -> Any:
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _held(value: Late) -> tuple[str, list[Any]]:
    """The text with a mark for every unsettled piece, quoted where it does not stand within quotes."""
    held: list[Any] = []
    written: list[str] = []
    quoted = False
    for part in value.parts:
        if isinstance(part, str):
            written.append(part)
            quoted = quoted ^ (_quotes(part) % 2 == 1)
        elif isinstance(part, Json) and settled(part.value) and not quoted:
            written.append(dumped(part.value))
        else:
            held.append(part)
            mark = f"{_OPEN}{len(held) - 1}{_SHUT}"
            written.append(mark if quoted else f'"{mark}"')
    return "".join(written), held


def _quotes(text: str) -> int:
    return text.replace("\\\\", "").replace('\\"', "").count('"')


def _filled(value: Any, held: list[Any]) -> Any:
    """A loaded document with its marks replaced by what they stand for."""
    if isinstance(value, dict):
        return {_restored(key, held): _filled(one, held) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, held) for one in value]
    if isinstance(value, str) and _OPEN in value:
        pieces = _split(value, held)
        if len(pieces) == 1 and isinstance(pieces[0], Json | Late):
            return pieces[0]
        refs = {leaf: None for piece in pieces for leaf in _refs(piece)}
        missing = frozenset[str]().union(*(one.missing for one in pieces if isinstance(one, Late)))
        if len(pieces) == 1 and isinstance(pieces[0], Ref):
            return Late(_name(pieces[0]), tuple(refs))
        text = "".join("…" if isinstance(piece, str) else f"${{{_name(piece)}}}" for piece in pieces)
        return Late(f'"{text}"', tuple(refs), tuple(pieces), missing)
    return value


def _refs(piece: Any) -> list[Ref]:
    if isinstance(piece, Ref):
        return [piece]
    if isinstance(piece, Json | Late):
        return [ref for leaf in leaves(piece) for ref in ((leaf.ref(),) if isinstance(leaf, View) else leaf.refs)]
    return []


def _name(piece: Any) -> str:
    if isinstance(piece, Late):
        return piece.text
    return ".".join((piece.address, *(str(s) for s in piece.path))) if isinstance(piece, Ref) else "…"


def _restored(key: str, held: list[Any]) -> str:
    return "".join(p if isinstance(p, str) else f"${{{_name(p)}}}" for p in _split(key, held)) if _OPEN in key else key


def _split(text: str, held: list[Any]) -> list[Any]:
    """Literal pieces and what the marks between them stand for."""
    found: list[Any] = []
    for at, piece in enumerate(text.split(_OPEN)):
        number, shut, rest = piece.partition(_SHUT)
        if at and shut and number.isdigit() and int(number) < len(held):
            found.append(held[int(number)])
            piece = rest
        if piece:
            found.append(piece)
    return found


def _pieces(parts: tuple[Part, ...]) -> tuple[str | Ref, ...]:
    """Pieces of a text that is no JSON document; JSON within it is written out."""
    found: list[str | Ref] = []
    for part in parts:
        if isinstance(part, Json):
            found.extend(_written(part.value))
        else:
            found.append(f"${{{part.text}}}" if isinstance(part, Late) else part)
    return tuple(found)


def _written(value: Any) -> list[str | Ref]:
    held: list[Any] = []

    def mark(one: Any) -> str:
        held.append(one)
        return f"{_OPEN}{len(held) - 1}{_SHUT}"

    try:
        text = json.dumps(value, separators=(",", ":"), default=mark)
    except (ValueError, TypeError, RecursionError):
        return ["${…}"]
    found: list[str | Ref] = []
    for piece in _split(text[:100_000], held):
        if isinstance(piece, View):
            found.append(piece.ref())
        elif isinstance(piece, Late):
            inner = [part for part in piece.parts if isinstance(part, str | Ref)]
            found.extend(inner or piece.refs or (f"${{{piece.text}}}",))
        else:
            found.append(piece if isinstance(piece, str) else "${…}")
    return found
