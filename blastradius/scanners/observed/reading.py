"""Files that hold what was recorded at run time: found by their content, each looked into once for all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes, shown
from blastradius.model import Gap
from blastradius.scanners.tree import SourceFile, Tree, unreadable

JSON = (".json", ".jsonl", ".ndjson")
TEXT = (".prom", ".metrics", ".txt")
_LINES = (".jsonl", ".ndjson")
#: Texts of which one stands in every file of any of these formats.
MARKERS = (
    b'"callCount"', b'"traceID"', b'"traceId"', b'"trace_id"', b'"resourceSpans"', b'"batches"', b'"nodeType"', b'"ReferenceId"',
    b'"Segments"', b'"TraceSummaries"', b'"configurationItem', b'"baseConfigurationItems"', b"traces_service_graph_",
    b'"resultType"',
)  # fmt: skip
_KEPT = "observed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A JSON document of a file: the whole, or one of its lines.

    Attributes:
        path: path within the tree.
        value: what it says; None for a file that is no JSON.
        content: the bytes of the file.
        line: number of the line, 0 for the whole.
    """

    path: str
    value: Any
    content: bytes
    line: int = 0


@dataclass(slots=True)
class Read:
    """What became of the files of one format.

    Attributes:
        paths: files that held some.
        gaps: those that could not be read.
    """

    paths: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@dataclass(slots=True)
class _Index:
    """Which markers stand in which file; each file is of one format."""

    files: list[tuple[SourceFile, frozenset[bytes]]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)


def read(tree: Tree, scanner: str, markers: tuple[bytes, ...], take: Callable[[Piece], bool]) -> Read:
    """Show every document that may be of a format to its reader.

    Args:
        tree: the files.
        scanner: who reads, for gaps.
        markers: of which one stands in a file of the format.
        take: reads a document; says whether it was of the format.
    """
    index = _index(tree)
    result = Read()
    if index.gaps:  # told by whoever comes first
        result.gaps, index.gaps = index.gaps, []
    for file, there in index.files:
        if not there.intersection(markers) or file.path in index.taken:
            continue
        taken = False
        try:
            for piece in _pieces(file):
                taken = take(piece) or taken
        except InputError as error:
            if file.path not in index.broken:
                index.broken.add(file.path)
                result.gaps.append(unreadable(str(error), file.path, scanner))
        if taken:
            result.paths.append(file.path)
            index.taken.add(file.path)
            tree.take(file.path)
    return result


def _index(tree: Tree) -> _Index:
    index = tree.kept.get(_KEPT)
    if isinstance(index, _Index):
        return index
    index = tree.kept[_KEPT] = _Index()
    for file in tree.files:
        lower = file.path.lower()
        if not lower.endswith((*JSON, *TEXT)) and file.path not in tree.named:
            continue
        try:
            content = read_bytes(file.disk, MAX_BYTES)
        except InputError as error:
            if lower.endswith(_LINES):  # of the others somebody else tells, or nobody asked for them
                message = str(error).removeprefix(f"{shown(file.disk)}: ")
                index.gaps.append(unreadable(message, file.path, _KEPT))
            continue
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            content = content.decode("utf-16", "replace").encode()
        found = frozenset(marker for marker in MARKERS if marker in content)
        if found:
            index.files.append((file, found))
    return index


def _pieces(file: SourceFile) -> Iterator[Piece]:
    """The documents of a file.

    Raises:
        InputError: when it is neither JSON nor JSON lines, behind those lines that could be read.
    """
    import orjson

    content = file.text(MAX_BYTES).encode()
    if content.lstrip()[:1] not in (b"{", b"["):
        yield Piece(file.path, None, content)
        return
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        yield from _by_line(file.path, content, f"{file.path}:{error.lineno}: broken JSON: {error.msg}")
        return
    yield Piece(file.path, value, content)


def _by_line(path: str, content: bytes, message: str) -> Iterator[Piece]:
    import orjson

    wrong: list[int] = []
    read = 0
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            wrong.append(number)
            if not read:  # the first line of JSON lines is a document of its own
                raise InputError(message) from None
            continue
        if not isinstance(value, dict | list):
            raise InputError(message)
        read += 1
        yield Piece(path, value, line, number)
    if wrong:
        more = f" and {len(wrong) - 1} more lines" if len(wrong) > 1 else ""
        raise InputError(f"{path}:{wrong[0]}: this line{more} is no JSON: record it again")
