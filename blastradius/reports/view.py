"""How a report is to be shown: width, colour, glyphs, and what to suggest next."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

Tone = Literal["bad", "warn", "good", "unknown", "strong", "dim", "plain"]

_ANSI = {"bad": "31;1", "warn": "33", "good": "32", "unknown": "35", "strong": "1", "dim": "2"}
_ASCII = {"→": "->", "✗": "x", "✓": "+", "~": "~", "?": "?", "·": "-", "…": "...", "├─": "|-", "└─": "`-", "│": "|"}  # fmt: skip
_ASCII |= {"×": "x", "—": "-", "⚠": "!", "≥": ">="}


@dataclass(frozen=True)
class View:
    """How a report is to be shown.

    Attributes:
        width: columns of the terminal; unset where lines may be as long as they like.
        colour: whether escape sequences for colour may be written.
        ascii: whether only ASCII may be written, for a terminal that knows nothing else.
        inventory: the inventory as it was named on the command line, for the commands that a report suggests.
        next: commands that lead on, ready to be typed.
    """

    width: int | None = None
    colour: bool = False
    ascii: bool = False
    inventory: str = "INVENTORY"
    next: tuple[str, ...] = ()

    def tone(self, text: str, tone: Tone) -> str:
        """A text in colour, where colour is wanted."""
        code = _ANSI.get(tone)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def glyphs(self, text: str) -> str:
        """A text without the signs that this terminal cannot show."""
        if not self.ascii or text.isascii():
            return text
        for glyph, plain in _ASCII.items():
            text = text.replace(glyph, plain)
        return text.encode("ascii", "backslashreplace").decode("ascii")


def columns(text: str) -> int:
    """How many columns a text takes in a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrapped(text: str, width: int | None, indent: int = 0) -> list[str]:
    """A text in lines of at most so many columns, broken at spaces, those after the first indented.

    A word longer than a line stays whole: a path or an id that is broken cannot be copied.
    """
    if width is None or columns(text) <= width:
        return [text]
    lines: list[str] = []
    start = len(text) - len(text.lstrip(" "))
    line = " " * start
    empty = True
    for word in text.split():
        if not empty and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line, empty = " " * indent, True
        line, empty = (line + word if empty else f"{line} {word}"), False
    return [*lines, line]
