"""Large inventories: their JSON is validated a piece at a time and kept as text and columns instead of objects.

What is written a record a line, as `scan` and `dumps` write it, can be read so; anything else is left to `jsonfile`,
which says the same of it and takes some twenty times the memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from blastradius.collecting import collector_off
from blastradius.errors import InputError
from blastradius.model import PHASES, Component, Dependency, Inventory
from blastradius.model.records import (
    BASES,
    KINDS,
    NONE,
    PROVIDER,
    REGION,
    SLOW,
    SOLD,
    ComponentColumns,
    DependencyColumns,
    Records,
)
from blastradius.storage import cache, jsonfile
from blastradius.storage.checks import first_wrong_id, nothing_there, twice
from blastradius.storage.packing import packed, unpacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

R = TypeVar("R", Component, Dependency)

_PIECE = 1 << 16
"""Bytes validated at once: what is made of them should stay in the cache of one core."""
_NAMES = ("components", "dependencies")
_LISTS = tuple(re.compile(rb'"%s"\s*:\s*[^\s\d]' % name.encode()) for name in _NAMES)
"""A list that is written, in whatever way; the counts of coverage are called so, too."""


@dataclass(frozen=True)
class Layout:
    """Where the records of a file stand.

    Attributes:
        bodies: first byte and end of the records of each list.
        rest: the file without them.
    """

    bodies: dict[str, tuple[int, int]]
    rest: bytes


class _OtherwiseWrittenError(Exception):
    """Not written a record a line."""


def layout(content: bytes) -> Layout | None:
    """Where the records stand, if they are written a record a line; nothing is checked yet."""
    bodies, rest, at = {}, [], 0
    for name in _NAMES:
        opening = b'\n"%s":[\n' % name.encode()
        begin = content.find(opening, at)
        end = content.find(b"\n]", begin)
        if begin < 0 or end < 0 or content.find(opening, begin + 1) >= 0:
            return None
        bodies[name] = (begin + len(opening), end)
        rest.append(content[at : begin + len(opening)])
        at = end
    return Layout(bodies, b"".join([*rest, content[at:]]))


def loads(content: bytes, where: str) -> Inventory | None:
    """Read a large inventory; the same in every respect as `jsonfile.loads`, and in a fraction of the memory.

    Args:
        content: the bytes, UTF-8.
        where: path for messages.

    Returns:
        The inventory; none where it is not written a record a line, or its containment is not made yet.

    Raises:
        InputError: `path:line: what, what to do`.
    """
    found = layout(content)
    if found is None or any(len(again.findall(found.rest)) != 1 for again in _LISTS):
        return None
    try:
        with collector_off():
            rest = Inventory.model_validate_json(found.rest)
            if rest.components or rest.dependencies or not rest.meta.assembled:
                return None
            return _Reader(content, where, found, rest).read()
    except (ValidationError, _OtherwiseWrittenError):
        return None  # whoever reads it whole knows what is wrong


_UNKNOWN = "extra_forbidden"
"""What a validator calls a key that it does not know."""


@dataclass
class _Wrong:
    """What is wrong with some records of a list.

    Attributes:
        error: what the validator found.
        name: the list.
        first: place of the first of these records.
        at: where it begins.
    """

    error: ValidationError
    name: str
    first: int
    at: int

    def __post_init__(self) -> None:
        self.types = [one["type"] for one in self.error.errors(include_url=False, include_input=False)]


class _Reader:
    def __init__(self, content: bytes, where: str, found: Layout, rest: Inventory) -> None:
        self.content, self.where, self.found, self.rest = content, where, found, rest
        self._wrong: list[_Wrong] = []
        self._errors = 0

    def read(self) -> Inventory:
        name = cache.key(self.content) if cache.folder() else ""
        kept = unpacked(self.content, cache.kept(name), len(self.rest.journeys)) if name else None
        if kept is not None:
            return self._with(*kept)
        components = self._components()
        place = {id: number for number, id in enumerate(components.columns.ids)}  # type: ignore[union-attr]
        dependencies, absent = self._dependencies(place)
        # who reads it whole looks at ids once every record has been validated, and at those that stand twice first
        if len(place) < len(components):
            self._twice(components)
        wrong = first_wrong_id(self.rest, known=None, components=place)
        if wrong and wrong[0][0] == "journeys" and len(wrong[0]) == 2:
            self._fail_in_rest(*wrong)
        if absent is not None:
            self._absent(*absent, place)
        if wrong:
            self._fail_in_rest(*wrong)
        if name:
            cache.keep(name, packed(components, dependencies))
        return self._with(components, dependencies)

    def _with(self, components: Records[Component], dependencies: Records[Dependency]) -> Inventory:
        return self.rest.model_copy(update={"components": components, "dependencies": dependencies})

    def _components(self) -> Records[Component]:
        import numpy as np

        read = attrgetter("id", "name", "kind", "provider", "region", "recovery", "restart", "service", "type")
        codes = {kind: code for code, kind in enumerate(KINDS)}
        ids: list[str] = []
        names: list[str] = []
        kinds, flags = bytearray(), bytearray()
        start = []
        for made, offsets in self._pieces("components", Component):
            for id, name, kind, provider, region, recovery, restart, service, type in map(read, made):
                ids.append(id)
                names.append(name)
                kinds.append(codes[kind])
                flags.append(
                    (PROVIDER if provider is not None else 0)
                    | (REGION if region is not None else 0)
                    | (SLOW if recovery or restart == "cold" else 0)
                    | (SOLD if service is not None or type is not None else 0)
                )
            start.append(offsets)
        columns = ComponentColumns(ids, names, np.frombuffer(kinds, np.uint8), np.frombuffer(flags, np.uint8))
        return Records(Component, self.content, self._ended(start, "components"), columns)

    def _dependencies(self, place: dict[str, int]) -> tuple[Records[Dependency], tuple[Dependency, int] | None]:
        """The dependencies, and the first with its place that names what is not there."""
        import numpy as np

        among = {**place, **{one.id: number for number, one in enumerate(self.rest.journeys, len(place))}}
        codes: dict[str, int] = {phase: code for code, phase in enumerate(PHASES)}
        bases = {basis: code for code, basis in enumerate(BASES)}
        start, columns = [], []
        done, absent = 0, None
        for made, offsets in self._pieces("dependencies", Dependency):
            try:
                heads = [among[one.dependent] for one in made]
                tails = [place[one.dependency] for one in made]
            except KeyError:
                absent = absent or next(
                    (one, number)
                    for number, one in enumerate(made, done)
                    if one.dependent not in among or one.dependency not in place
                )
                heads = tails = [0] * len(made)
            columns.append(
                (
                    np.array(heads, np.int32),
                    np.array(tails, np.int32),
                    np.array([codes[one.phase] for one in made], np.uint8),
                    np.array([bases[one.basis] for one in made], np.uint8),
                    np.array([one.strength == "soft" for one in made], np.bool_),
                    _seconds(made, "tolerance"),
                    _seconds(made, "hardens_after"),
                )
            )
            start.append(offsets)
            done += len(made)
        whole = DependencyColumns(*(np.concatenate(one) for one in zip(*columns, strict=True)))
        return Records(Dependency, self.content, self._ended(start, "dependencies"), whole), absent

    def _pieces(self, name: str, model: type[R]) -> Iterator[tuple[list[R], NDArray[np.int64]]]:
        """Records in pieces of whole lines, and where each begins."""
        import numpy as np

        adapter: TypeAdapter[list[R]] = TypeAdapter(list[model])  # type: ignore[valid-type]
        at, end = self.found.bodies[name]
        first = 0
        while at < end:
            stop = self.content.find(b"\n", min(at + _PIECE, end), end)
            stop = end if stop < 0 else stop + 1
            piece = self.content[at:stop]
            breaks = np.flatnonzero(np.frombuffer(piece, np.uint8) == ord("\n")) + 1
            offsets = at + np.concatenate([[0], breaks[breaks < len(piece)]])
            try:
                made = adapter.validate_json(b"[%s]" % piece.rstrip(b",\r\n "))
            except ValidationError as wrong:
                if stop < end and not piece.endswith(b",\n"):
                    raise _OtherwiseWrittenError from None
                self._note(_Wrong(wrong, name, first, at), piece, offsets.size)
                at, first = stop, first + offsets.size
                continue
            if len(made) != offsets.size or (stop < end and not piece.endswith(b",\n")):
                raise _OtherwiseWrittenError
            yield made, offsets
            at, first = stop, first + len(made)
        if self._wrong and name == _NAMES[-1]:
            self._complain()

    def _ended(self, start: list[NDArray[np.int64]], name: str) -> NDArray[np.int64]:
        import numpy as np

        return np.concatenate([*start, [self.found.bodies[name][1]]])

    # What is wrong, told as `jsonfile` tells it.

    def _note(self, found: _Wrong, piece: bytes, lines: int) -> None:
        """Keep of all that is wrong what the complaint is about: the first, or the first key that nobody knows."""
        if found.types[0] == "json_invalid":
            raise _OtherwiseWrittenError
        try:
            if len(orjson.loads(b"[%s]" % piece.rstrip(b",\r\n "))) != lines:
                raise _OtherwiseWrittenError
        except orjson.JSONDecodeError:
            raise _OtherwiseWrittenError from None
        self._errors += len(found.types)
        if not self._wrong or (_UNKNOWN in found.types and _UNKNOWN not in self._wrong[0].types):
            self._wrong = [found]

    def _complain(self) -> None:
        from blastradius.complaints import complaint

        (found,) = self._wrong
        line = self.content.count(b"\n", 0, found.at) + 1

        def line_of(path: Any) -> int:
            return line + int(path[1]) - found.first

        within, beside = (found.name, found.first), self._errors - len(found.types)
        raise InputError(complaint(found.error, Inventory, self.where, line_of, within, beside))

    def _line(self, name: str, place: int) -> int:
        return self.content.count(b"\n", 0, self.found.bodies[name][0]) + 1 + place

    def _twice(self, components: Records[Component]) -> None:
        seen: set[str] = set()
        for place, id in enumerate(components.columns.ids):  # type: ignore[union-attr]
            if id in seen:
                raise InputError(f"{self.where}:{self._line('components', place)}: {twice(id)}")
            seen.add(id)

    def _absent(self, one: Dependency, number: int, place: dict[str, int]) -> None:
        among = {**place, **{one.id: number for number, one in enumerate(self.rest.journeys, len(place))}}
        id = one.dependent if one.dependent not in among else one.dependency
        raise InputError(f"{self.where}:{self._line('dependencies', number)}: {nothing_there(id, among)}")

    def _fail_in_rest(self, path: tuple[str | int, ...], what: str) -> None:
        """Raise, with the line that the place has in the whole file."""
        line = jsonfile.line_at(self.found.rest.decode(), path)
        for begin, end in self.found.bodies.values():
            # the bodies are cut out: each leaves an empty line
            if line > self.content.count(b"\n", 0, begin) + 1:
                line += self.content.count(b"\n", begin, end)
        raise InputError(f"{self.where}:{line}: {what}")


def _seconds(made: list[Dependency], name: str) -> NDArray[np.int32]:
    import numpy as np

    get: Callable[[Any], int | None] = attrgetter(name)
    return np.array([NONE if (value := get(one)) is None else value for one in made], np.int32)
