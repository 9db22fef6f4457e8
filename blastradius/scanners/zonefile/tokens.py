"""Master files (RFC 1035, section 5) taken apart into entries: an entry knows its line, and forgets quoted texts.

dnspython reads such files as well and was not taken: it keeps no line of a record, gives up a whole file at the first
bad record, repeats `$GENERATE` without a bound and opens whatever `$INCLUDE` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_WORDS = 2_000
"""Words of one entry that are kept; a longer one is a key or a text, and points nowhere."""

_WORD = re.compile(r'(?:[^\s;()"\\]|\\.)+')
_BLANK = re.compile(r"[^\S\n]+")
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a master file.

    Attributes:
        line: on which it begins, from 1.
        inherits: whether it begins with a blank, and so is about the name before it.
        words: its words; of a quoted text only that there was one (`""`), save in a directive.
        problem: why it cannot be read; empty where it can.
    """

    line: int
    inherits: bool
    words: tuple[str, ...]
    problem: str = ""


def entries(text: str) -> Iterator[Entry]:
    """All entries of a master file, in one pass over its text.

    Args:
        text: content of the file.
    """
    at, line = 0, 1
    while at < len(text):
        entry, at, line = _entry(text, at, line)
        if entry.words or entry.problem:
            yield entry


def _entry(text: str, at: int, line: int) -> tuple[Entry, int, int]:
    """The entry that begins at a place, and where the next one begins."""
    inherits = text[at] in " \t"
    first, words, depth, problem = line, list[str](), 0, ""
    while at < len(text):
        character = text[at]
        if character == "\n":
            at, line = at + 1, line + 1
            if depth == 0:
                break
        elif character == ";":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif character in "()":
            depth += 1 if character == "(" else -1
            at += 1
            if depth < 0:
                depth, problem = 0, "closes a parenthesis that is not open"
        elif character == '"':
            found = _QUOTED.match(text, at)
            if found is None:
                problem = problem or "holds a quoted text that does not end on its line"
                end = text.find("\n", at)
                at = len(text) if end < 0 else end
                continue
            # what is quoted may be a secret: only the name of a file is looked at
            words.append(found[1] if words[:1] and words[0].startswith("$") else '""')
            line += found[0].count("\n")
            at = found.end()
        elif blank := _BLANK.match(text, at):
            at = blank.end()
        elif word := _WORD.match(text, at):
            if not words and not depth:
                first = line
            if len(words) < MAX_WORDS:
                words.append(word[0])
            line += word[0].count("\n")
            at = word.end()
        else:  # a backslash at the end of all
            at += 1
    if depth:
        problem = "opens a parenthesis that is never closed: what follows was not read"
    return Entry(first, inherits, tuple(words), problem), at, line
