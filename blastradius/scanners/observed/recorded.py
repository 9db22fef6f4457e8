"""What all scanners of recordings share: their files are read once, and are nobody else's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from blastradius.scanners.base import Scanned
from blastradius.scanners.observed.reading import Piece, Read, read
from blastradius.scanners.tree import Tree


class Kept(Protocol):
    """What a format keeps of its documents, beside what became of the files."""

    files: Read


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


class RecordedScanner(ABC):
    """Finds the files of one format of recordings; its reader is loaded where there is one.

    Attributes:
        marks: texts of which one stands in every file of the format.
    """

    name: str
    marks: ClassVar[tuple[bytes, ...]]
    claims = "content"
    #: None: the files are long, and read without marks; nobody else is to read them because of these texts.
    markers: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._source: Recorded | None = None

    @abstractmethod
    def format(self) -> RecordedFormat[Any]:
        """Its reader."""

    def claim(self, tree: Tree) -> Iterable[str]:
        """The files of its format: nobody else can make anything of them."""
        return self.fetch(tree).files.paths

    def fetch(self, tree: Tree) -> Recorded:
        """All that its files hold; read once."""
        if self._source is None:
            source = self._source = Recorded()

            def take(piece: Piece) -> bool:
                if source.format is None:
                    source.format = self.format()
                    source.kept = source.format.empty()
                return source.format.take(piece, source.kept, tree.name)

            source.files = read(tree, self.name, self.marks, take)
            if source.format is not None:
                source.kept.files = source.files
        return self._source

    def translate(self, source: Recorded, root: str) -> Scanned:
        """Facts about all that was recorded."""
        if source.format is None:
            return Scanned(tuple(source.files.gaps), 0, len(source.files.gaps))
        return source.format.translate(source.kept, root)
