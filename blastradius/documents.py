"""YAML and JSON read with bounds, every value knowing its line.

PyYAML's C parser gives events, `composing` builds values from them, `marks` says what they know.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

from blastradius.composing import MAX_DEPTH, Builder
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES
from blastradius.marks import Document, MarkedDict, MarkedList, TaggedText, line_of, plain

__all__ = ["Document", "MarkedDict", "MarkedList", "TaggedText", "decode", "line_of", "load_json", "load_yaml", "plain"]

_BREAKS_OF_YAML = ("\x85", "\u2028", "\u2029")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: bytes, where: str, *, strict: bool = False) -> list[Document]:
    """Read all documents of a YAML stream (JSON is YAML, too).

    `NO`, `on`, `yes`, dates and numbers with leading zeros stay text; keys are always text; `<<` merges.

    Args:
        text: content of the file, UTF-8 or UTF-16 with a byte order mark.
        where: name of the file, for messages.
        strict: whether a key written twice is an error (files that people write for this program) or a warning.

    Raises:
        InputError: `path:line: what`, when it is not YAML, too large, too deep, or repeats too much by aliases.
    """
    decoded = decode(text, where)
    lines = _renumbered(decoded)
    loader = _LOADER(decoded)
    try:
        return Builder(where, strict).documents(loader if lines is None else _Renumbering(loader, lines))
    except yaml.reader.ReaderError as error:
        before = decoded.encode("utf-8")[: error.position] if _LOADER.__name__[0] == "C" else decoded[: error.position]
        line = (before.count(b"\n") if isinstance(before, bytes) else before.count("\n")) + 1
        raise InputError(f"{where}:{line}: contains a character that YAML does not allow") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1 if lines is None else lines[mark.line] + 1
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise InputError(f"{where}:{line}: broken YAML: {what}") from None
    except yaml.YAMLError as error:
        raise InputError(
            f"{where}:1: broken YAML: {str(error).splitlines()[0] if str(error) else 'unreadable'}"
        ) from None
    finally:
        loader.dispose()


def _renumbered(text: str) -> list[int] | None:
    """The line as Git and editors count, from 0, by the line as YAML 1.1 counts; none where they are the same.

    YAML 1.1 ends lines at NEL and the separators of Unicode as well (section 5.4).
    """
    if not any(one in text for one in _BREAKS_OF_YAML):
        return None
    lines = [0]
    for one in _BREAK.findall(text):
        lines.append(lines[-1] + (one not in _BREAKS_OF_YAML))
    return [*lines, lines[-1]]


@dataclass(slots=True)
class _Renumbering:
    """A loader whose events stand on the lines that people are told."""

    loader: Any
    lines: list[int]

    def get_event(self) -> Any:
        """The next event."""
        event = self.loader.get_event()
        mark = event.start_mark
        event.start_mark = yaml.Mark(mark.name, mark.index, self.lines[mark.line], mark.column, None, 0)
        return event


def load_json(text: bytes, where: str, *, strict: bool = False, marks: bool = True) -> Document:
    """Read one JSON document.

    Args:
        text: content of the file.
        where: name of the file, for messages.
        strict: whether a key written twice is an error or a warning.
        marks: whether values shall know their lines; without, reading is some twenty times faster.

    Raises:
        InputError: `path:line: what`.
    """
    twice: list[str] = []
    value = _json(decode(text, where), where, twice)
    if marks or (twice and strict):
        try:
            marked = load_yaml(text, where, strict=strict)
            if len(marked) == 1:
                return marked[0]
        except InputError:
            if strict and twice:
                raise
    notes = tuple(f"{where}:1: key {key!r} is written twice" for key in twice)
    if notes and strict:
        raise InputError(notes[0])
    return Document(value, where, 1, notes)


def _json(decoded: str, where: str, twice: list[str]) -> Any:
    """Plain values; keys written twice are added to `twice`."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen:
                    twice.append(key)
                seen.add(key)
        return found

    try:
        return json.loads(decoded, object_pairs_hook=pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}:{error.lineno}: broken JSON: {error.msg}") from None
    except RecursionError:
        raise InputError(f"{where}:1: nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:
        raise InputError(f"{where}:1: broken JSON: {error}") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def decode(text: bytes, where: str) -> str:
    """Text of a file: UTF-8, or UTF-16 where a byte order mark says so.

    Raises:
        InputError: when it is too large, or neither.
    """
    if len(text) > MAX_BYTES:
        raise InputError(f"{where}: is larger than {MAX_BYTES:,} bytes: split it or leave it out")
    try:
        if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return text.decode("utf-16")
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise InputError(f"{where}:{line}: is not UTF-8 text") from None
