"""Builds values that know their lines from YAML parser events.

The library's own constructors drop lines, keep the last of two equal keys silently, read `NO` as false, follow
aliases without a bound and recurse without one; so the values are built here, without recursion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from blastradius.errors import InputError
from blastradius.marks import STANDARD, Document, MarkedDict, MarkedList, TaggedText, line_of, plain

MAX_DEPTH = 100
"""Deepest nesting of mappings and lists."""
MAX_VALUES = 5_000_000
"""Most values in one file."""
MAX_EXPANSION = 200_000
"""Most values that aliases may add to one document by repetition: a real file stays below a few thousand."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read."""

    into: MarkedDict | MarkedList
    anchor: str | None
    key: str | None = None
    size: int = 1
    height: int = 1
    merges: list[MarkedDict] = field(default_factory=list)


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
        get = loader.get_event
        while True:
            event = get()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, MarkedDict(event.start_mark.line + 1, _own_tag(event.tag)))
            elif kind is yaml.SequenceStartEvent:
                self._open(event, MarkedList(event.start_mark.line + 1, _own_tag(event.tag)))
            elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._begin()
                start = event.start_mark.line + 1
            elif kind is yaml.DocumentEndEvent:
                line = line_of(self.root) or start
                found.append(Document(self.root, self.where, line, tuple(self.warnings)))
            elif kind is yaml.StreamEndEvent:
                return found

    def _fail(self, line: int, what: str) -> InputError:
        return InputError(f"{self.where}:{line}: {what}")

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.key is None and type(frame.into) is MarkedDict:
            merge = event.value == "<<" and event.implicit[0]
            self._key(frame, "<<" if merge else event.value, line, merge)
            if event.anchor:
                self.anchors[event.anchor] = (event.value, 1, 0)
            return
        tag = event.tag
        value: Any = event.value
        if tag is None:
            if event.implicit[0]:
                value = plain(value)
        elif tag.startswith(STANDARD):
            if tag[len(STANDARD) :] in ("int", "float", "bool", "null"):
                value = plain(value)
        elif tag != "!":
            value = TaggedText(value)
            value.tag = tag
        if event.anchor:
            self.anchors[event.anchor] = (value, 1, 0)
        self._put(value, 1, 0, line)

    def _key(self, frame: _Frame, key: str, line: int, merge: bool) -> None:
        lines = frame.into.lines
        if merge:
            frame.key = "<<"
            frame.into.lines.setdefault("<<", line)  # type: ignore[union-attr]
            frame.height = max(frame.height, 1)
            return
        if key in lines and key != "<<":
            what = f"key {key[:80]!r} is written twice"
            if self.strict:
                raise self._fail(line, f"{what} (first on line {lines[key]}): remove one")  # type: ignore[call-overload]
            self.warnings.append(f"{self.where}:{line}: {what}; the last one counts")
        frame.key = key
        lines[key] = line  # type: ignore[call-overload]

    def _open(self, event: Any, into: MarkedDict | MarkedList) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.key is None and type(frame.into) is MarkedDict:
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
            _merge(frame.into, frame.merges)  # type: ignore[arg-type]
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
        if frame is not None and frame.key is None and type(frame.into) is MarkedDict:
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
        if type(into) is MarkedList:
            into.append(value)
            into.lines.append(line)
            return
        assert isinstance(into, MarkedDict)
        assert frame.key is not None
        if frame.key == "<<" and isinstance(value, MarkedDict | MarkedList):
            frame.merges.extend(
                v for v in (value if isinstance(value, MarkedList) else [value]) if isinstance(v, MarkedDict)
            )
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


def _own_tag(tag: str | None) -> str | None:
    return None if tag is None or tag == "!" or tag.startswith(STANDARD) else tag
