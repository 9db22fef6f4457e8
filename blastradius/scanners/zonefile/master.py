"""Entries of a master file become records: directives, inherited names, TTLs and relative names are worked out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from blastradius.errors import InputError
from blastradius.model import Evidence, Gap
from blastradius.scanners.zonefile import names
from blastradius.scanners.zonefile.model import ADDRESSES, NAMES, Record
from blastradius.scanners.zonefile.tokens import Entry, entries

MAX_ENTRIES = 100_000
"""Entries of one zone, included files counted."""
MAX_INCLUDES = 100
MAX_DEPTH = 8
MAX_GENERATED = 1_000
"""Names that the `$GENERATE` directives of one zone may make; pools of addresses need more, and serve nobody."""
MAX_PROBLEMS = 20
"""Bad entries of one zone that are told one by one."""

_CLASSES = frozenset({"IN", "CH", "HS", "CS"})
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,20}")
_RANGE = re.compile(r"(\d{1,10})-(\d{1,10})(?:/(\d{1,10}))?")
_STEP = re.compile(r"\$\{(-?\d{1,10})(?:,(\d{1,3})(?:,([doxX]))?)?\}|\$\$|\$")

Open = Callable[[str, str], tuple[str, str] | None]
"""Path as written, path of the file that names it: path in the tree and content; None where it is not there.

Raises InputError where it cannot be read."""


@dataclass(slots=True)
class Read:
    """What was read of a zone's files.

    Attributes:
        origin: name that the records are below, without the final dot; empty where nobody tells it.
        soa: name of the zone by its SOA record; None where there is none.
        soa_line: where that stands.
        records: those that point somewhere.
        other: how many of each other type.
        gaps: what could not be read.
        included: paths of included files.
        stated: whether `$ORIGIN` and a record of class IN stand there: it is a zone file, or a part of one.
    """

    origin: str
    soa: str | None = None
    soa_line: int = 1
    records: list[Record] = field(default_factory=list)
    other: dict[str, int] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    included: set[str] = field(default_factory=set)
    stated: bool = False
    problems: int = 0


def read_zone(path: str, text: str, origin: str, opener: Open) -> Read:
    """Read a zone's file and what it includes.

    Args:
        path: of the file within the tree.
        text: its content.
        origin: name of the zone where it is known; else empty, and `$ORIGIN` or an absolute name has to tell it.
        opener: opens an included file; see `Open`.
    """
    reader = _Reader(Read(origin), opener)
    reader.file(path, text, origin, ())
    return reader.read


class _Reader:
    def __init__(self, read: Read, opener: Open) -> None:
        self.read = read
        self._open = opener
        self._ttl: int | None = None  # by $TTL
        self._last: int | None = None  # the last one stated, where there is no $TTL (RFC 1035)
        self._entries = 0
        self._generated = 0
        self._classed = self._origin_said = False

    def file(self, path: str, text: str, origin: str, stack: tuple[str, ...]) -> None:
        """Read one file; name and origin of the including one go on as they were after it."""
        owner: str | None = None
        for entry in entries(text):
            self._entries += 1
            if self._entries > MAX_ENTRIES:
                self.problem(
                    path, entry.line, f"there are more than {MAX_ENTRIES:,} entries: what follows was not read"
                )
                return
            if entry.problem:
                self.problem(path, entry.line, entry.problem)
                continue
            word = entry.words[0].upper()
            if not entry.inherits and word.startswith("$"):
                origin = self._directive(path, entry, word, origin, stack)
            else:
                owner = self._record(path, entry, origin, owner)
        self.read.stated = self._classed and self._origin_said

    def problem(self, path: str, line: int, what: str) -> None:
        """Note what could not be read; after the first twenty only that there are more."""
        self.read.problems += 1
        if self.read.problems > MAX_PROBLEMS + 1:
            return
        if self.read.problems == MAX_PROBLEMS + 1:
            what = "there are more entries that cannot be read"
        where = Evidence(scanner="zonefile", locator=f"{path}:{line}")
        self.read.gaps.append(
            Gap(scope=path, reason=f"could not be read: {what}", hides="dependency", evidence=(where,))
        )

    def _directive(self, path: str, entry: Entry, word: str, origin: str, stack: tuple[str, ...]) -> str:
        """Follow a directive; the origin that holds from here on."""
        rest = entry.words[1:]
        if word == "$ORIGIN":
            name = names.absolute(rest[0], origin) if rest else None
            if name is None:
                self.problem(path, entry.line, "$ORIGIN names no domain")
                return origin
            self._origin_said = True
            self.read.origin = self.read.origin or name
            return name
        if word == "$TTL":
            self._ttl = names.seconds(rest[0]) if rest else None
            if self._ttl is None:
                self.problem(path, entry.line, "$TTL is no time of at most 31 bits")
        elif word == "$INCLUDE":
            self._include(path, entry, origin, stack)
        elif word == "$GENERATE":
            for made in self._generate(path, entry):
                self._record(path, made, origin, None)
        else:
            self.problem(path, entry.line, "is a directive that no standard knows")
        return origin

    def _include(self, path: str, entry: Entry, origin: str, stack: tuple[str, ...]) -> None:
        rest = entry.words[1:]
        below = names.absolute(rest[1], origin) if len(rest) > 1 else origin
        if not rest or below is None:
            self.problem(path, entry.line, "$INCLUDE names no file, or an origin that is no domain")
            return
        try:
            found = self._open(rest[0], path)
        except InputError as error:
            self.problem(path, entry.line, f"the included file cannot be read: {error}")
            return
        if found is None:
            what = f"$INCLUDE {posixpath.basename(rest[0])[:80]} is not among the scanned files: scan it as well"
            self.problem(path, entry.line, what)
            return
        inner, text = found
        if inner in (path, *stack):
            self.problem(path, entry.line, "$INCLUDE leads back to a file that includes it")
        elif len(stack) + 1 >= MAX_DEPTH or len(self.read.included) >= MAX_INCLUDES:
            self.problem(
                path, entry.line, f"$INCLUDE goes deeper than {MAX_DEPTH} files, or over more than {MAX_INCLUDES}"
            )
        else:
            self.read.included.add(inner)
            self.file(inner, text, below, (*stack, path))

    def _generate(self, path: str, entry: Entry) -> Iterator[Entry]:
        """The entries that `$GENERATE` stands for, the first thousand of a zone."""
        found = _RANGE.fullmatch(entry.words[1]) if len(entry.words) > 3 else None
        if found is None or int(found[3] or 1) == 0 or int(found[1]) > int(found[2]):
            self.problem(path, entry.line, "$GENERATE has no range of numbers, or nothing to make")
            return
        numbers = range(int(found[1]), int(found[2]) + 1, int(found[3] or 1))
        left = max(MAX_GENERATED - self._generated, 0)
        if len(numbers) > left:
            self.problem(path, entry.line, f"$GENERATE makes more than {MAX_GENERATED:,} names: the rest was left out")
        for number in numbers[:left]:
            self._generated += 1
            yield Entry(entry.line, False, tuple(_stepped(word, number) for word in entry.words[2:]))

    def _record(self, path: str, entry: Entry, origin: str, owner: str | None) -> str | None:
        """Note a record; the name that it is about, for the next one."""
        words = list(entry.words)
        if not entry.inherits:
            named = names.absolute(words.pop(0), origin)
            if named is None:
                self.problem(path, entry.line, "begins with a name that is none")
                return None
            owner = named
        ttl: int | None = None
        stated = False
        while words and (words[0].upper() in _CLASSES or names.is_time(words[0])):
            word = words.pop(0)
            if word.upper() in _CLASSES:
                self._classed = self._classed or word.upper() == "IN"
                continue
            ttl, stated = names.seconds(word), True
            if ttl is None:
                self.problem(path, entry.line, "has a TTL of more than 31 bits")
        if not words or not _TYPE.fullmatch(words[0]):
            self.problem(path, entry.line, "has no record type")
            return owner
        if owner is None:
            self.problem(path, entry.line, "begins with a blank, and no name stands before it")
            return owner
        if stated:
            self._last = ttl
        elif self._ttl is not None or self._last is not None:
            ttl = self._ttl if self._ttl is not None else self._last
        self._typed(path, entry.line, owner, words[0].upper(), words[1:], origin, ttl)
        return owner

    def _typed(
        self, path: str, line: int, owner: str, type: str, values: list[str], origin: str, ttl: int | None
    ) -> None:
        read = self.read
        if type == "SOA":
            read.other["SOA"] = read.other.get("SOA", 0) + 1
            if len(values) < 2 or names.absolute(values[0], origin) is None:
                self.problem(path, line, "is an SOA record without its names")
            elif read.soa is None:
                read.soa, read.soa_line = owner, line
                if ttl is None and self._ttl is None and len(values) > 6:
                    self._last = names.seconds(values[6])  # RFC 1035: the minimum holds where nothing else does
            return
        if type not in ADDRESSES and type not in NAMES and type != "NS":
            read.other[type] = read.other.get(type, 0) + 1
            return
        text = values[0] if values else ""
        value = names.address(text, type) if type in ADDRESSES else names.absolute(text, origin) if text else None
        if not value:
            what = "address" if type in ADDRESSES else "name"
            self.problem(path, line, f"is a record of type {type} without the {what} that it should hold")
            return
        read.records.append(Record(owner, type, (value,), ttl, path, line))


def _stepped(word: str, number: int) -> str:
    """A word of `$GENERATE` for one number: `$`, `${offset,width,base}`; `$$` is a dollar."""

    def one(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        base = found[3] or "d"
        value = number + int(found[1] or 0)
        return format(value, base).rjust(min(int(found[2] or 0), 63), "0")

    return _STEP.sub(one, word)
