"""Where a file of the base went that head has under another path, at which nothing reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from blastradius.errors import InputError
from blastradius.files import read_bytes
from blastradius.gate.system import System
from blastradius.model import Evidence
from blastradius.scanners.passing import PassedBy

_MOST_FILES = 200_000
_MOST_ADDED = 5_000
_LARGEST = 2_000_000


def moved(paths: list[str], base: System, head: System) -> dict[str, tuple[str, PassedBy]]:
    """Files of the base that lie elsewhere in head where a scan does not read them, with where and why.

    Args:
        paths: files of the base that head does not have.
        base: what head is compared with.
        head: what is judged.
    """
    if base.folder is None or head.folder is None or not paths:
        return {}
    wanted = {path: text for path in paths if (text := _text(base.folder / path))}
    names = {path.rpartition("/")[2]: path for path in wanted}
    suffixes = {os.path.splitext(one)[1] for one in wanted}
    found: dict[str, tuple[str, PassedBy]] = {}
    added = _Added(base.folder, head)
    for file in _all(head.folder) if wanted else ():
        inside = file.relative_to(head.folder).as_posix()
        is_likely = file.name in names or file.suffix in suffixes or added.has(inside)
        text = _text(file) if is_likely else set()
        likely = sorted(wanted.keys() - found.keys(), key=lambda one: (names.get(file.name) != one, one))
        for path in likely if text else ():
            if len(text & wanted[path]) * 2 > len(wanted[path]):
                by = added.unread(inside)
                if by is not None:
                    found[path] = inside, by
                    break
    return found


class _Added:
    """Files that only head has, and why one is not read."""

    def __init__(self, before: Path, head: System) -> None:
        assert head.folder is not None
        from blastradius.gate import gitindex

        self.before, self.head, self.folder = before, head, head.folder
        own = gitindex.listed(head.folder)
        self.own = frozenset(own) if own else None
        self.count = 0
        self._read: set[str] | None = None

    def has(self, path: str) -> bool:
        """Whether a file is one of the first of those that only head has."""
        if self.count >= _MOST_ADDED or (self.own is not None and path not in self.own):
            return False
        if (self.before / path).exists():
            return False
        self.count += 1
        return True

    def unread(self, path: str) -> PassedBy | None:
        """Why a file is not read: a rule passes it by, or nothing reads files of its name."""
        from blastradius.gate import gitindex
        from blastradius.scanners.passing import passed_by

        by = passed_by(self.folder, path)
        if by is not None:
            return by if by.by != ".gitignore" or gitindex.tracks(self.folder, path) else None
        is_own = self.own is None or path in self.own
        if is_own and path not in self.read and not (self.before / path).exists():
            return PassedBy("nothing reads", path)
        return None

    @property
    def read(self) -> set[str]:
        """Files of head of which anything was taken, or told that it cannot be."""
        if self._read is None:
            inventory = self.head.graph.inventory
            parts = (inventory.components, inventory.dependencies, inventory.redundancies, inventory.gaps)
            self._read = {path for part in parts for one in part for path, _ in lines(one.evidence)}
        return self._read


def lines(evidence: Iterable[Evidence]) -> Iterator[tuple[str, int]]:
    """Files and lines of evidence, as the scan calls them; what stands in the user's file is no scan's.

    Args:
        evidence: the evidence.
    """
    for one in evidence:
        path, _, line = one.locator.rpartition(":")
        if path and line.isdigit() and one.scanner not in ("overlay", "catalog", "aws"):
            yield path, int(line)


def _text(file: Path) -> set[bytes]:
    """The lines of a file, which a move leaves as they are; none of what is large or cannot be read."""
    try:
        return {line.strip() for line in read_bytes(file, _LARGEST).splitlines()} - {b""}
    except InputError:
        return set()


def _all(folder: Path) -> Iterator[Path]:
    count = 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != ".git")
        for name in sorted(files):
            count += 1
            if count > _MOST_FILES:
                return
            if not os.path.islink(os.path.join(here, name)):
                yield Path(here, name)
