"""Builds values that know their lines from YAML parser events.

The library's own constructors drop lines, keep the last of two equal keys silently, read `NO` as false, follow
aliases without a bound and recurse without one; so the values are built here, without recursion.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from blastradius.errors import InputError
from blastradius.marks import STANDARD, Document, MarkedDict, MarkedList, TaggedText, line_of, plain

MAX_DEPTH = 100
"""Deepest nesting of mappings and lists."""
MAX_VALUES = 5_000_000
"""Most values in one file."""
MAX_EXPANSION = 200_000
"""Most values that aliases may add to one document by repetition: a real file stays below a few thousand."""


class _Frame:
    """A mapping or list that is being read.

    Attributes:
        into: takes its values.
        anchor: its anchor, if it has one.
        is_map: whether it is a mapping.
        key: whose value comes next, in a mapping.
        size, height: how many values it holds, and in how many levels.
        merges: mappings that `<<` names.
    """

    __slots__ = ("anchor", "height", "into", "is_map", "key", "merges", "size")

    def __init__(self, into: MarkedDict | MarkedList, anchor: str | None) -> None:
        self.into: Any = into
        self.anchor = anchor
        self.is_map = type(into) is MarkedDict
        self.key: str | None = None
        self.size = 1
        self.height = 1
        self.merges: list[MarkedDict] | None = None


class Builder:
    """Builds values from parser events without recursion."""

    def __init__(self, where: str, strict: bool) -> None:
        self.where = where
        self.strict = strict
        self.values = 0
        self._begin()

    def _begin(self) -> None:
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        self.open_anchors: set[str] = set()
        self.expanded = 0
        self.warnings: list[str] = []
        self.root: Any = None

    def documents(self, loader: Any) -> list[Document]:
        """All documents of a loader that gives events.

        Raises:
            InputError: `path:line: what`.
        """
        found: list[Document] = []
        get, scalar = loader.get_event, self._scalar
        while True:
            event = get()
            kind = type(event)
            if kind is ScalarEvent:
                scalar(event)
            elif kind is MappingStartEvent:
                self._open(event, MarkedDict(event.start_mark.line + 1, _own_tag(event.tag)))
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close()
            elif kind is SequenceStartEvent:
                self._open(event, MarkedList(event.start_mark.line + 1, _own_tag(event.tag)))
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                self._begin()
                start = event.start_mark.line + 1
            elif kind is DocumentEndEvent:
                line = line_of(self.root) or start
                found.append(Document(self.root, self.where, line, tuple(self.warnings)))
            elif kind is StreamEndEvent:
                return found

    def _fail(self, line: int, what: str) -> InputError:
        return InputError(f"{self.where}:{line}: {what}")

    def _scalar(self, event: Any) -> None:
        """A key, or a value; the most frequent event by far, so that the plain case calls nothing."""
        value, line = event.value, event.start_mark.line + 1
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.is_map and frame.key is None:
            lines = frame.into.lines
            if value == "<<" or value in lines:
                merge = value == "<<" and event.implicit[0]
                self._key(frame, value, line, merge)
            else:
                frame.key = value
                lines[value] = line
            if event.anchor:
                self.anchors[event.anchor] = (event.value, 1, 0)
            return
        tag = event.tag
        if tag is None:
            if event.implicit[0]:
                value = plain(value)
        elif tag != "!":
            value = _tagged(value, tag)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1, 0)
        if frame is None or self.values >= MAX_VALUES:
            self._put(value, 1, 0, line)
            return
        self.values += 1
        frame.size += 1
        if frame.is_map:
            frame.into[frame.key] = value
            frame.key = None
        else:
            frame.into.append(value)
            frame.into.lines.append(line)

    def _key(self, frame: _Frame, key: str, line: int, merge: bool) -> None:
        lines = frame.into.lines
        if merge:
            frame.key = "<<"
            frame.into.lines.setdefault("<<", line)
            frame.height = max(frame.height, 1)
            return
        if key in lines and key != "<<":
            what = f"key {key[:80]!r} is written twice"
            if self.strict:
                raise self._fail(line, f"{what} (first on line {lines[key]}): remove one")
            self.warnings.append(f"{self.where}:{line}: {what}; the last one counts")
        frame.key = key
        lines[key] = line

    def _open(self, event: Any, into: MarkedDict | MarkedList) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.is_map and frame.key is None:
            raise self._fail(into.line, "a mapping or list cannot be a key here")
        if len(self.frames) >= MAX_DEPTH:
            raise self._fail(into.line, f"nested deeper than {MAX_DEPTH} levels")
        if event.anchor:
            self.open_anchors.add(event.anchor)
            self.anchors.pop(event.anchor, None)
        self.frames.append(_Frame(into, event.anchor))

    def _close(self) -> None:
        frame = self.frames.pop()
        if frame.merges:
            _merge(frame.into, frame.merges)
        if frame.anchor:
            self.open_anchors.discard(frame.anchor)
            self.anchors[frame.anchor] = (frame.into, frame.size, frame.height)
        self._put(frame.into, frame.size, frame.height, frame.into.line)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor in self.open_anchors:
            raise self._fail(line, f"alias *{event.anchor[:80]} stands inside what it names")
        if event.anchor not in self.anchors:
            raise self._fail(line, f"alias *{event.anchor[:80]} names nothing above it")
        value, size, height = self.anchors[event.anchor]
        self.expanded += size
        if self.expanded > MAX_EXPANSION:
            raise self._fail(line, f"aliases repeat more than {MAX_EXPANSION:,} values")
        if len(self.frames) + height > MAX_DEPTH:
            raise self._fail(line, f"nested deeper than {MAX_DEPTH} levels")
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.is_map and frame.key is None:
            if not isinstance(value, str):
                raise self._fail(line, "only a text can be a key")
            self._key(frame, value, line, merge=False)
            return
        self._put(value, size, height, line)

    def _put(self, value: Any, size: int, height: int, line: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise self._fail(line, f"holds more than {MAX_VALUES:,} values")
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        frame.size += size
        if height >= frame.height:
            frame.height = height + 1
        into = frame.into
        if not frame.is_map:
            into.append(value)
            into.lines.append(line)
            return
        if frame.key == "<<" and isinstance(value, MarkedDict | MarkedList):
            named = value if isinstance(value, MarkedList) else [value]
            frame.merges = [*(frame.merges or ()), *(one for one in named if isinstance(one, MarkedDict))]
        else:
            into[frame.key] = value
        frame.key = None


def _merge(into: MarkedDict, merges: Iterable[MarkedDict]) -> None:
    """Add what `<<` brings: keys written in the mapping itself win, then the first mapping named."""
    into.lines.pop("<<", None)
    for other in merges:
        for key, value in other.items():
            if key not in into:
                into[key] = value
                into.lines[key] = other.lines.get(key, other.line)


def _tagged(value: str, tag: str) -> Any:
    """A value with a tag: one of the standard's, or one that YAML itself does not know."""
    if tag.startswith(STANDARD):
        return plain(value) if tag[len(STANDARD) :] in ("int", "float", "bool", "null") else value
    tagged = TaggedText(value)
    tagged.tag = tag
    return tagged


def _own_tag(tag: str | None) -> str | None:
    return None if tag is None or tag == "!" or tag.startswith(STANDARD) else tag
