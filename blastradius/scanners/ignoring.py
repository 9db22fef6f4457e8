"""What ignore files leave out: `.gitignore` and `.blastradiusignore`, read as Git reads the former.

Own code, because libraries for it translate a pattern into an expression that a hostile one can keep busy for hours,
and take a folder for ignored that a later `!*/` brings back. Here every entry is asked by itself, for nothing below an
ignored folder is looked at, and a pattern becomes an expression that never tries a place twice (atomic groups).
Source of the rules: gitignore(5), and wildmatch.c of Git where the page is silent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from blastradius.errors import InputError
from blastradius.files import read_bytes

OWN = ".blastradiusignore"
"""Where both name something, this file wins: it is made for this program."""
FILES = (OWN, ".gitignore")
MAX_BYTES = 200_000
"""Largest ignore file, in bytes."""

_SPECIAL = re.compile(rb"[*?\[\\]")
_CLASSES = {
    b"alnum": b"0-9A-Za-z", b"alpha": b"A-Za-z", b"blank": b" \\t", b"cntrl": b"\\x00-\\x1f\\x7f", b"digit": b"0-9",
    b"graph": b"!-~", b"lower": b"a-z", b"print": b" -~", b"punct": b"!-/:-@\\[-`{-~", b"space": b"\\s", b"upper": b"A-Z",
    b"xdigit": b"0-9A-Fa-f",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line.

    Attributes:
        ignores: false where it begins with `!`.
        folders: whether it is for folders alone.
        named: whether it is held against the last name, not the path.
        fits: whether it matches a name or path.
        line: where it stands, from 1.
    """

    ignores: bool
    folders: bool
    named: bool
    fits: Callable[[bytes], object]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Ignores:
    """The ignore files that hold in a folder.

    Attributes:
        levels: for each name in `FILES`, rules with the folder they stand in, the innermost first.
        broken: ignore files that could not be read, with the reason; they ignore nothing.
    """

    levels: tuple[tuple[tuple[bytes, tuple[_Rule, ...]], ...], ...] = ((), ())
    broken: list[tuple[Path, str]] = field(default_factory=list)

    def within(self, folder: Path, names: Iterable[str] = FILES) -> Ignores:
        """What holds in a folder below.

        Args:
            folder: the folder.
            names: names of files in it.
        """
        there = {name for name in names if name in FILES}
        if not there:
            return self
        levels = list(self.levels)
        for place, name in enumerate(FILES):
            rules = self._read(folder / name) if name in there else ()
            if rules:
                levels[place] = ((os.fsencode(folder).rstrip(b"/") + b"/", rules), *levels[place])
        return Ignores(tuple(levels), self.broken)

    def reason(self, path: Path, *, is_folder: bool) -> str | None:
        """Name of the ignore file by which something is left out, None where nothing leaves it out.

        Args:
            path: what is asked about; the folder it is in is not left out.
            is_folder: whether it is a folder.
        """
        by = self._decided(path, is_folder)
        return FILES[by[0]] if by is not None else None

    def where(self, path: Path, *, is_folder: bool) -> tuple[Path, int] | None:
        """The ignore file and the line of it by which something is left out; as `reason`."""
        by = self._decided(path, is_folder)
        return (Path(os.fsdecode(by[1])) / FILES[by[0]], by[2].line) if by is not None else None

    def _decided(self, path: Path, is_folder: bool) -> tuple[int, bytes, _Rule] | None:
        """The rule that leaves something out, with its file and the folder of that."""
        full = os.fsencode(path)
        name = full.rpartition(b"/")[2]
        for place, levels in enumerate(self.levels):
            for top, rules in levels:
                for rule in rules:
                    if (is_folder or not rule.folders) and rule.fits(name if rule.named else full[len(top) :]):
                        return (place, top, rule) if rule.ignores else None
        return None

    def _read(self, path: Path) -> tuple[_Rule, ...]:
        if path.is_symlink() or not path.is_file():
            return ()
        try:
            return tuple(reversed(list(_rules(read_bytes(path, MAX_BYTES)))))
        except InputError as error:
            self.broken.append((path, str(error).partition(": ")[2]))
            return ()


def above(folder: Path) -> Ignores:
    """What holds in a folder because of ignore files above it, up to the top of its repository.

    Nothing does where they leave out the folder itself: it was asked for.
    """
    top = repository(folder)
    holding = Ignores()
    here = top or folder
    for part in folder.relative_to(here).parts:
        holding = holding.within(here)
        here = here / part
        if holding.reason(here, is_folder=True):
            return Ignores()
    return holding


def repository(folder: Path) -> Path | None:
    """Top of the repository that a folder lies in, None where it lies in none."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def _rules(content: bytes) -> Iterator[_Rule]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        text = line.removesuffix(b"\r")
        if text.startswith(b"#"):
            continue
        rule = _rule(_trimmed(text))
        if rule is not None:
            yield replace(rule, line=number)


def _trimmed(text: bytes) -> bytes:
    """A line without the spaces at its end; one behind a backslash stays."""
    bare = text.rstrip(b" ")
    escaped = len(bare) < len(text) and (len(bare) - len(bare.rstrip(b"\\"))) % 2
    return bare + b" " if escaped else bare


def _rule(text: bytes) -> _Rule | None:
    ignores = not text.startswith(b"!")
    text = text if ignores else text[1:]
    folders = text.endswith(b"/")
    text = text.removesuffix(b"/")
    named = b"/" not in text
    # Git takes the part before the first special character as it is, and the rest as a pattern of its own: `**` may
    # begin there in the middle of a name.
    found = _SPECIAL.search(text)
    plain = text[: found.start()] if found else text
    text = text[len(plain) :]
    if not named:
        plain = plain.removeprefix(b"/")
    if not text:
        return _Rule(ignores, folders, named, plain.__eq__) if plain else None
    expression = _expression(plain + text, named=True) if named else _expression(text, named=False)
    if expression is None:
        return None
    prefix = b"" if named else re.escape(plain)
    return _Rule(ignores, folders, named, re.compile(prefix + expression, re.DOTALL).fullmatch)


def _expression(text: bytes, *, named: bool) -> bytes | None:
    """A pattern as a regular expression; None for one that never matches.

    A star takes as little as it can, and what follows it is not tried elsewhere once it fitted: the next star can take
    the difference. The same holds for all that stands between one `**/` and the next.

    Args:
        text: the pattern.
        named: whether it is held against a name, where `**` means the same as `*`.
    """
    done, lead = b"", b""
    pieces = [b""]
    at = 0
    while at < len(text):
        if text[at : at + 1] != b"*":
            token, at = _token(text, at)
            if token is None:
                return None
            pieces[-1] += token
            continue
        begins = at == 0 or text[at - 1 : at] == b"/"
        stars = len(text) - at - len(text[at:].lstrip(b"*"))
        at += stars
        deep = begins and stars > 1 and not named
        if deep and at == len(text):
            return done + lead + _joined(pieces) + b".*"
        if deep and text[at : at + 1] == b"/":
            at += 1
            done += b"(?>" + lead + _joined(pieces) + b")"
            lead, pieces = rb"(?:[^/]*/)*?", [b""]
        else:
            pieces.append(b"")
    return done + lead + _joined(pieces)


def _joined(pieces: list[bytes]) -> bytes:
    """What stands between stars, with the stars."""
    first, *others = pieces
    if not others:
        return first
    return first + b"".join(rb"(?>[^/]*?" + one + b")" for one in others[:-1]) + b"[^/]*" + others[-1]


def _token(text: bytes, at: int) -> tuple[bytes | None, int]:
    """One character of a pattern as an expression, and where the next begins; None where it never matches."""
    here = text[at : at + 1]
    if here == b"?":
        return rb"[^/]", at + 1
    if here == b"[":
        return _bracket(text, at + 1)
    if here == b"\\":
        following = text[at + 1 : at + 2]
        return (re.escape(following) if following else None), at + 2
    return re.escape(here), at + 1


def _bracket(text: bytes, at: int) -> tuple[bytes | None, int]:
    negated = text[at : at + 1] in (b"!", b"^")
    at += negated
    parts: list[bytes] = []
    before = b""
    first = True
    while first or text[at : at + 1] != b"]":
        first = False
        here = text[at : at + 1]
        if not here:
            return None, at
        if here == b"[" and text[at + 1 : at + 2] == b":" and (end := text.find(b"]", at + 2)) >= 0:
            if text[end - 1 : end] == b":" and end > at + 2:
                name = text[at + 2 : end - 1]
                if name not in _CLASSES:
                    return None, at
                parts.append(_CLASSES[name])
                before, at = b"", end + 1
                continue
        elif here == b"[" and text[at + 1 : at + 2] == b":":
            return None, at
        if here == b"-" and before and text[at + 1 : at + 2] not in (b"", b"]"):
            escaped = text[at + 1 : at + 2] == b"\\"
            end_of_range = text[at + 1 + escaped : at + 2 + escaped]
            if not end_of_range:
                return None, at
            if before <= end_of_range:
                parts.append(_byte(before) + b"-" + _byte(end_of_range))
            before, at = b"", at + 2 + escaped
            continue
        if here == b"\\":
            at += 1
            here = text[at : at + 1]
            if not here:
                return None, at
        parts.append(_byte(here))
        before, at = here, at + 1
    inside = b"".join(parts)
    if negated:
        return (rb"[^/" + inside + b"]"), at + 1
    return (rb"(?!/)[" + inside + b"]"), at + 1


def _byte(one: bytes) -> bytes:
    return b"\\x%02x" % one[0]
