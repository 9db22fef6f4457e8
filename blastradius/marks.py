"""Values that know on which line they were written."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,16}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER_START = frozenset("0123456789+-.")
STANDARD = "tag:yaml.org,2002:"


class MarkedDict(dict[str, Any]):
    """A mapping that knows where it and its keys stand.

    Attributes:
        line: line on which it begins, from 1.
        lines: line of each key.
        tag: tag such as `!Sub`, where one is written.
    """

    __slots__ = ("line", "lines", "tag")

    def __init__(self, line: int = 1, tag: str | None = None) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.tag = tag


class MarkedList(list[Any]):
    """A list that knows where it and its items stand.

    Attributes:
        line: line on which it begins, from 1.
        lines: line of each item.
        tag: tag such as `!Join`, where one is written.
    """

    __slots__ = ("line", "lines", "tag")

    def __init__(self, line: int = 1, tag: str | None = None) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []
        self.tag = tag


class TaggedText(str):
    """A text with a tag that YAML itself does not know, such as `!Ref Queue`.

    Attributes:
        tag: the tag, `!` included.
    """

    __slots__ = ("tag",)
    tag: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file.

    Attributes:
        value: plain values (`MarkedDict`, `MarkedList`, text, numbers, true, false, None).
        where: name of the file, for messages.
        line: line on which it begins, from 1.
        warnings: what is allowed and probably not meant, each `path:line: what` (a key written twice).
    """

    value: Any
    where: str
    line: int = 1
    warnings: tuple[str, ...] = ()

    def line_of(self, *path: str | int) -> int:
        """Line of the value at a path of keys and positions, else of the nearest thing above it."""
        here, line = self.value, self.line
        for step in path:
            found = line_of(here, step)
            if found is None:
                break
            line = found
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                break
        return line

    def at(self, *path: str | int) -> str:
        """`path:line` of the value at a path of keys and positions."""
        return f"{self.where}:{self.line_of(*path)}"


def line_of(container: Any, key: str | int | None = None) -> int | None:
    """Line of a marked container, or of one of its keys or items; None where it has none."""
    if key is None:
        return container.line if isinstance(container, MarkedDict | MarkedList) else None
    if isinstance(container, MarkedDict):
        return container.lines.get(str(key))
    if isinstance(container, MarkedList) and isinstance(key, int) and 0 <= key < len(container.lines):
        return container.lines[key]
    return None


def plain(text: str) -> Any:
    """Value of an unquoted scalar: numbers, true, false and null; anything else is text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _HEX.fullmatch(text):
        return int(text, 16)
    # 007.5 and 0123 are codes, not numbers: their zeros mean something
    if _FLOAT.fullmatch(text) and not (len(text) > 1 and text[0] == "0" and text[1].isdigit()):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def split_lines(text: str) -> list[str]:
    """The lines of a text as Git and editors count them.

    `str.splitlines` ends lines at form feeds, NEL and the separators of Unicode as well, so that whatever comes after
    one would stand on another line than people are told.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]
