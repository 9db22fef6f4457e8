"""What all scanners of recordings share: their files are read once, and are nobody else's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from blastradius.scanners.base import Scanned, Scanner
from blastradius.scanners.observed.reading import Piece, Read, read
from blastradius.scanners.tree import Tree


class Kept(Protocol):
    """What a format keeps of its documents, beside what became of the files."""

    files: Read


@dataclass(slots=True)
class Counted:
    """What became of the files, and what of them was left out on purpose, with how often."""

    files: Read = field(default_factory=Read)
    notes: dict[str, int] = field(default_factory=dict)

    def note(self, what: str) -> None:
        """Count something that was left out."""
        self.notes[what] = self.notes.get(what, 0) + 1


S = TypeVar("S", bound=Kept)


class RecordedFormat(ABC, Generic[S]):
    """Reads one format of recordings: what it keeps of a document, and what that tells."""

    name: str

    @abstractmethod
    def empty(self) -> S:
        """What is kept, before anything was read."""

    @abstractmethod
    def take(self, piece: Piece, source: S, root: str) -> bool:
        """Read a document; False where it is of another format."""

    @abstractmethod
    def translate(self, source: S, root: str) -> Scanned:
        """Facts about all that was kept."""


@dataclass(slots=True)
class Recorded:
    """What was read of one format.

    Attributes:
        files: what became of its files.
        format: its reader; None where no file can be of it.
        kept: by the reader.
    """

    files: Read = field(default_factory=Read)
    format: RecordedFormat[Any] | None = None
    kept: Any = None


class RecordedScanner(Scanner):
    """Finds the files of one format of recordings; its reader is loaded where there is one.

    There are no markers: the files are long, and read without marks; nobody else is to read them because of such texts.

    Attributes:
        marks: texts of which one stands in every file of the format.
        reader: class of its reader, in the module of its name.
    """

    marks: ClassVar[tuple[bytes, ...]]
    reader: ClassVar[str]

    def __init__(self) -> None:
        self._source: Recorded | None = None

    def claim(self, tree: Tree) -> Iterable[str]:
        """The files of its format: nobody else can make anything of them."""
        return self.fetch(tree).files.paths

    def fetch(self, tree: Tree) -> Recorded:
        """All that its files hold; read once."""
        if self._source is None:
            source = self._source = Recorded()

            def take(piece: Piece) -> bool:
                if source.format is None:
                    source.format = self._format()
                    source.kept = source.format.empty()
                return source.format.take(piece, source.kept, tree.name)

            source.files = read(tree, self.name, self.marks, take)
            if source.format is not None:
                source.kept.files = source.files
        return self._source

    def _format(self) -> RecordedFormat[Any]:
        made: RecordedFormat[Any] = getattr(import_module(f"blastradius.scanners.observed.{self.name}"), self.reader)()
        return made

    def translate(self, source: Recorded, root: str) -> Scanned:
        """Facts about all that was recorded."""
        if source.format is None:
            return Scanned(tuple(source.files.gaps), 0, len(source.files.gaps))
        return source.format.translate(source.kept, root)
