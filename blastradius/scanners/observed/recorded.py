"""What all scanners of recordings share: their files are read once, and are nobody else's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Generic, Protocol, TypeVar

from blastradius.scanners.observed.reading import Piece, Read, read
from blastradius.scanners.tree import Tree


class Kept(Protocol):
    """What a format keeps of its documents, beside what became of the files."""

    files: Read


S = TypeVar("S", bound=Kept)


class RecordedScanner(ABC, Generic[S]):
    """Reads one format of recordings; a format says what it keeps of a document.

    Attributes:
        marks: texts of which one stands in every file of the format.
    """

    name: str
    marks: ClassVar[tuple[bytes, ...]]
    claims = "content"
    #: None: the files are long, and read without marks; nobody else is to read them because of these texts.
    markers: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._source: S | None = None

    @abstractmethod
    def empty(self) -> S:
        """What is kept, before anything was read."""

    @abstractmethod
    def take(self, piece: Piece, source: S, root: str) -> bool:
        """Read a document; False where it is of another format."""

    def claim(self, tree: Tree) -> Iterable[str]:
        """The files of its format: nobody else can make anything of them."""
        return self.fetch(tree).files.paths

    def fetch(self, tree: Tree) -> S:
        """All that its files hold; read once."""
        if self._source is None:
            source = self._source = self.empty()
            source.files = read(tree, self.name, self.marks, lambda piece: self.take(piece, source, tree.name))
        return self._source
