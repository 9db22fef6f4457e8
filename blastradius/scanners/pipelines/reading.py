"""Reading the files of pipelines and what they name, each once."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from blastradius.documents import Document
from blastradius.errors import InputError
from blastradius.scanners.tree import SourceFile, Tree

MAX_TEXT = 1_000_000


@dataclass(slots=True)
class Files:
    """The files of the tree, for readers of pipelines.

    Attributes:
        tree: that is scanned.
        by_path: its files.
        called: paths of workflows that other workflows use.
    """

    tree: Tree
    by_path: dict[str, SourceFile] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    _texts: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Tree) -> Files:
        """The files of a tree."""
        return cls(tree, {file.path: file for file in tree.files})

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.by_path

    def document(self, path: str) -> Document:
        """The first YAML document of a file; an empty one where there is none, or it is broken (a gap tells that)."""
        documents = self.tree.documents(self.by_path[path]) if path in self.by_path else ()
        return documents[0] if documents else Document(None, path)

    def text(self, path: str) -> str | None:
        """The text of a file; None where there is none or it is none."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def _read(self, path: str) -> str | None:
        file = self.by_path.get(path)
        if file is None:
            return None
        try:
            return file.text(MAX_TEXT)
        except InputError:
            return None

    def folders(self) -> frozenset[str]:
        """All folders that hold files, at any depth."""
        found: set[str] = set()
        for path in self.by_path:
            folder = posixpath.dirname(path)
            while folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)
