"""What people write into a document that is made anew: between marks, and never lost outside of them either.

A mark is a comment of the document's source, `<!-- yours: notice -->`, closed by `<!-- end of yours -->`. The last
comment holds a short print of each generated line, so that what somebody wrote elsewhere is told from what was
generated of a system that has changed since.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from blastradius.errors import InputError
from blastradius.files import shown
from blastradius.reports.escape import terminal

ELSEWHERE = "outside of marks"
"""Place of what stood outside of all marks."""

_OPEN = "<!-- yours: {} -->"
_CLOSE = "<!-- end of yours -->"
_OPENED = re.compile(r"<!--\s*yours\s*:(.*)-->", re.IGNORECASE)
_CLOSED = re.compile(r"<!--\s*end\s+of\s+yours\s*-->", re.IGNORECASE)
_PRINTS = "<!-- generated lines:"
_PRINTED = re.compile(r"[A-Za-z0-9+/]*|-->")
_ODD = re.compile(r"[^\w .:/@=,+()\[\]-]|-{2,}")
_LONGEST = 200
_DIGITS = 4
_WIDTH = 120


@dataclass(frozen=True)
class Written:
    """What an earlier document holds.

    Attributes:
        name: its file, for complaints.
        bodies: what people wrote, by place.
        strange: lines outside of marks of which nothing tells whether they were generated, by number.
    """

    name: str = "the file"
    bodies: Mapping[str, str] = field(default_factory=dict)
    strange: Mapping[int, str] = field(default_factory=dict)


def decoded(data: bytes, name: str) -> str:
    """The text of an earlier document, in UTF-8 or marked as UTF-16.

    Args:
        data: the file.
        name: what to call it in a complaint.

    Raises:
        InputError: when it is neither.
    """
    code = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(code)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{shown(name)}:{line}: is not UTF-8, so that what you wrote there would be lost: save it as UTF-8"
        ) from None


def kept(text: str, name: str = "the file") -> Written:
    """The parts of an earlier document that people wrote, by their places.

    Args:
        text: the document.
        name: its file, for complaints.

    Raises:
        InputError: when a mark is never closed, or closed and never opened: nothing tells what is a person's.
    """
    parts = _parted(text, name)
    known = _read(parts.prints)
    bodies = {place: "".join(lines) for place, lines in parts.found.items()}
    outside = parts.outside
    if known is None:
        outside = dict(sorted({**outside, **parts.prints}.items()))
    elif strange := "\n".join(_strange(outside, known)):
        bodies[ELSEWHERE] = bodies.get(ELSEWHERE, "") + strange
    return Written(
        name=name,
        bodies={place: body for place, body in bodies.items() if body.strip()},
        strange={} if known is not None else {number: line for number, line in outside.items() if line.strip()},
    )


@dataclass
class _Parts:
    """A document's lines: those between marks by place, the prints and all others by number."""

    found: dict[str, list[str]] = field(default_factory=dict)
    outside: dict[int, str] = field(default_factory=dict)
    prints: dict[int, str] = field(default_factory=dict)


def _parted(text: str, name: str) -> _Parts:
    parts = _Parts()
    opened: tuple[int, str] | None = None
    printing = False
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if opening := _OPENED.fullmatch(line.strip()):
            if opened is not None:
                raise _unclosed(name, opened)
            opened = number, " ".join(opening[1].split())
            parts.found.setdefault(opened[1], [])
        elif _CLOSED.fullmatch(line.strip()):
            if opened is None:
                raise InputError(
                    f"{shown(name)}:{number}: `end of yours` closes no mark: put `<!-- yours: … -->` with its place "
                    "above what you wrote, or remove the line"
                )
            opened = None
        elif opened is not None:
            parts.found[opened[1]].append(f"{line}\n")
        elif line.strip() == _PRINTS or (printing and _PRINTED.fullmatch(line.strip())):
            printing = line.strip() != "-->"
            parts.prints[number] = line
        else:
            printing = False
            parts.outside[number] = line
    if opened is not None:
        raise _unclosed(name, opened)
    return parts


def _unclosed(name: str, opened: tuple[int, str]) -> InputError:
    return InputError(
        f"{shown(name)}:{opened[0]}: the mark `yours: {terminal(opened[1])}` is never closed: put `{_CLOSE}` on a line "
        "of its own below what you wrote"
    )


def _print(line: str) -> str:
    return b64encode(hashlib.sha256(line.strip().encode("utf-8", "surrogatepass")).digest()[:3]).decode()


def _read(lines: Mapping[int, str]) -> list[str] | None:
    """The prints of the generated lines; none where they are missing or damaged."""
    head, *digits, tail = [line.strip() for line in lines.values()] if len(lines) > 1 else ["", ""]
    told = "".join(digits)
    if (head, tail) != (_PRINTS, "-->") or _PRINTS in digits or "-->" in digits or len(told) % _DIGITS:
        return None
    return [told[at : at + _DIGITS] for at in range(0, len(told), _DIGITS)]


def _strange(outside: Mapping[int, str], known: Sequence[str]) -> Iterator[str]:
    """Stretches of lines that were not generated, blank lines between their own kept."""
    lines = [(number, line) for number, line in outside.items() if line.strip()]
    prints = [_print(line) for _, line in lines]
    if prints == list(known):
        return
    same = SequenceMatcher(None, known, prints, autojunk=False).get_opcodes()
    for what, _, _, begin, end in same:
        if what in ("insert", "replace"):
            first, last = lines[begin][0], lines[end - 1][0]
            yield "".join(f"{outside.get(number, '')}\n" for number in range(first, last + 1))


def place(kind: str, id: str) -> str:
    """The place of something in a document: by its id, of two ids never the same, and harmless in a comment.

    Args:
        kind: of what sort it is, where the id does not say so itself.
        id: its id.
    """
    name = " ".join(_ODD.sub("·", terminal(id)).split())[:_LONGEST].rstrip(" -")
    if name != id:
        name += f" {hashlib.sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return f"{kind} {name}".strip()


class Hands:
    """Places for what people write, filled with what they wrote.

    Args:
        written: what they wrote into an earlier document.
        places: all places that this one has.
        earlier: other names of places, as earlier documents had them.
    """

    def __init__(self, written: Written, places: Collection[str], earlier: Mapping[str, str]) -> None:
        self._written = written
        self._left: dict[str, str] = {}
        folded: dict[str, list[str]] = {}
        for one in [*places, *(name for name in earlier if name not in places)]:
            folded.setdefault(one.casefold(), []).append(one)
        for name, body in written.bodies.items():
            alike = folded.get(name.casefold(), [])
            found = name if name in places or len(alike) != 1 else alike[0]
            found = found if found in places else earlier.get(found, found)
            self._left[found] = self._left.get(found, "") + body

    def at(self, place: str) -> str:
        """The marks of a place, with what people wrote there."""
        return f"{_OPEN.format(place)}\n{self._left.pop(place, chr(10))}{_CLOSE}"

    def rest(self) -> Iterator[str]:
        """What has no place any more."""
        if self._left:
            yield "## Kept from an earlier runbook"
            yield (
                "These parts belonged to what this loss no longer touches, or stood outside of all marks. Remove what "
                "you need no more."
            )
            for one in sorted(self._left):
                yield f"{_OPEN.format(one)}\n{self._left[one]}{_CLOSE}"

    def sealed(self, text: str) -> str:
        """A document with the prints of its generated lines.

        Raises:
            InputError: when the earlier one had none, and holds lines outside of marks that this one does not.
        """
        lines = list(_generated(text))
        known = {line.strip() for line in lines}
        for number, line in self._written.strange.items():
            if line.strip() not in known:
                raise InputError(
                    f"{shown(self._written.name)}:{number}: nothing tells whether this line was generated or is yours: "
                    "write to another file, or remove all that is not between the marks `yours` and `end of yours`"
                )
        digits = "".join(map(_print, lines))
        wrapped = [digits[at : at + _WIDTH] for at in range(0, len(digits), _WIDTH)]
        return "\n".join([text, _PRINTS, *wrapped, "-->"]) + "\n"


def _generated(text: str) -> Iterator[str]:
    """Lines outside of marks that are not blank."""
    inside = False
    for line in text.split("\n"):
        if _OPENED.fullmatch(line.strip()):
            inside = True
        elif _CLOSED.fullmatch(line.strip()):
            inside = False
        elif not inside and line.strip():
            yield line
