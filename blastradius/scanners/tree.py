"""The files of what is scanned: found in a fixed order, never followed out of it, read once.

Left out by rule: folders that hold other people's code or a tool's own state (`IGNORED`), links (what they name is
read where it lies), pipes and devices.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blastradius.documents import Document, decode, load_json, load_yaml
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes, shown
from blastradius.model import Evidence, Gap

IGNORED = frozenset({
    ".git", ".hg", ".svn", ".bzr", ".terraform", ".terragrunt-cache", ".venv", "venv", ".tox", ".nox", "__pycache__",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".cache", ".gradle", ".idea", ".vscode",
    "node_modules", "bower_components", "site-packages",
})  # fmt: skip
"""Names of folders that are not entered."""

SUFFIXES = (".yaml", ".yml", ".json")
"""Names of files that are looked into; another file only where the user names it."""

MAX_FILES = 200_000
MAX_LEVELS = 64

_WHERE = re.compile(r"^(.*?):(\d+): (.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the tree.

    Attributes:
        path: path within the tree, POSIX separators, always printable.
        disk: where it lies.
    """

    path: str
    disk: Path


@dataclass(slots=True)
class Tree:
    """The files to scan, and what could not be seen of them.

    Attributes:
        name: last name of the folder that all scanned paths share; it stands in ids.
        base: that folder.
        files: all regular files, by path.
        gaps: folders and files that could not be read.
        markers: texts of which one stands in a JSON file that any scanner reads.
        claimed: paths that only one scanner may read.
        named: paths of files that the user named.
        arguments: paths of all that the user named, files and folders; empty for the top.
        kept: what several scanners of one wing found out together, by a name of theirs.
    """

    name: str
    base: Path
    files: list[SourceFile] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    markers: tuple[str, ...] = ()
    claimed: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    arguments: tuple[str, ...] = ()
    parsed: int = 0
    failed: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    _read: dict[str, tuple[Document, ...]] = field(default_factory=dict)

    def manifests(self) -> Iterable[SourceFile]:
        """Files that may hold YAML or JSON and that no scanner has claimed, by path."""
        for file in self.files:
            if file.path not in self.claimed and (file.path.lower().endswith(SUFFIXES) or file.path in self.named):
                yield file

    def documents(self, file: SourceFile) -> tuple[Document, ...]:
        """All documents of a file; none, and a gap, where it cannot be read. Each file is read once."""
        if file.path not in self._read:
            try:
                loaded = self._load(file)
                self._read[file.path] = loaded or ()
                self.parsed += loaded is not None
            except InputError as error:
                self.failed += 1
                self._read[file.path] = ()
                self.gaps.append(unreadable(str(error), file.path))
        return self._read[file.path]

    def take(self, path: str) -> None:
        """A scanner has read a file in a way of its own: for everybody else it holds no documents."""
        self._read[path] = ()

    def check_named(self) -> None:
        """Read the JSON files that the user named.

        Raises:
            InputError: when one is broken; one that cannot be read at all becomes a gap later.
        """
        for file in self.files:
            if file.path in self.named and file.path.lower().endswith(".json"):
                try:
                    content = read_bytes(file.disk, MAX_BYTES)
                except InputError:
                    continue
                load_json(content, file.path)

    def _load(self, file: SourceFile) -> tuple[Document, ...] | None:
        """The documents of a file; None for one that is for nobody here, and was not read."""
        try:
            content = read_bytes(file.disk, MAX_BYTES)
        except InputError as error:
            # the message names the place on disk; a report names the place in the tree
            raise InputError(f"{file.path}:1: {str(error).removeprefix(f'{shown(file.disk)}: ')}") from None
        if file.path.lower().endswith(".json"):
            text = decode(content, file.path)
            # most JSON of a repository is none of ours, and some (settings with comments) is no JSON
            if not any(json.dumps(marker) in text for marker in self.markers):
                return None
            return (load_json(content, file.path),)
        try:
            return tuple(load_yaml(content, file.path))
        except InputError as error:
            if b"{{" in content:
                raise InputError(f"{_line(str(error))}is a template, not YAML: scan what it renders to") from None
            raise


def _line(message: str) -> str:
    found = _WHERE.match(message)
    return f"{found[1]}:{found[2]}: " if found else ""


def unreadable(message: str, path: str, scanner: str = "files") -> Gap:
    """The gap that an unreadable file leaves.

    Args:
        message: `path:line: what`, or what alone.
        path: path within the tree.
        scanner: who could not read it.
    """
    found = _WHERE.match(message)
    line, what = (found[2], found[3]) if found and found[1] == path else ("1", message)
    evidence = Evidence(scanner=scanner, locator=f"{path}:{line}", note=None)
    return Gap(scope=path, reason=f"could not be read: {what}", hides="dependency", evidence=(evidence,))


def grow(paths: Sequence[Path | str]) -> Tree:
    """Find all files under some paths.

    Args:
        paths: files and folders; a link among them is followed, links below them are not.

    Raises:
        InputError: when a path does not exist.
    """
    real: list[Path] = []
    for path in paths:
        try:
            real.append(Path(os.path.realpath(path, strict=True)))
        except (OSError, ValueError) as error:
            what = "no such file or folder" if isinstance(error, FileNotFoundError) else "cannot be followed"
            raise InputError(f"{shown(path)}: {what}: name what to scan") from None
    real = sorted(set(real))
    folders = [path if path.is_dir() else path.parent for path in real]
    base = Path(os.path.commonpath(folders))
    tree = Tree(name=shown(base.name) or "root", base=base)
    tree.arguments = tuple("" if path == base else _relative(tree, path) for path in real)
    found: dict[str, SourceFile] = {}
    for path in real:
        if path.is_dir():
            _walk(tree, path, found)
        else:
            file = SourceFile(_relative(tree, path), path)
            found[file.path] = file
            tree.named.add(file.path)
    tree.files = [found[path] for path in sorted(found)]
    return tree


def _relative(tree: Tree, path: Path) -> str:
    relative = os.path.relpath(path, tree.base)
    return shown(Path(relative).as_posix())


def _walk(tree: Tree, top: Path, found: dict[str, SourceFile]) -> None:
    left: list[tuple[Path, int]] = [(top, 0)]
    while left:
        folder, level = left.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            tree.gaps.append(_unseen(tree, folder, f"the folder could not be read: {(error.strerror or '').lower()}"))
            continue
        for entry in names:
            path = Path(entry.path)
            if entry.is_symlink():
                _link(tree, path)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name in IGNORED:
                    continue
                if level >= MAX_LEVELS:
                    tree.gaps.append(_unseen(tree, path, f"lies deeper than {MAX_LEVELS} folders"))
                    continue
                left.append((path, level + 1))
            elif entry.is_file(follow_symlinks=False):
                if len(found) >= MAX_FILES:
                    tree.gaps.append(_unseen(tree, folder, f"there are more than {MAX_FILES:,} files: scan a part"))
                    return
                file = SourceFile(_relative(tree, path), path)
                found[file.path] = file


def _link(tree: Tree, path: Path) -> None:
    """A link within the tree shows nothing new; what a link out of it names was not asked for, and is said."""
    if not path.name.lower().endswith(SUFFIXES) and not path.is_dir():
        return
    try:
        target = Path(os.path.realpath(path, strict=True))
    except (OSError, ValueError):
        tree.gaps.append(_unseen(tree, path, "is a link that leads nowhere"))
        return
    if not target.is_relative_to(tree.base):
        tree.gaps.append(_unseen(tree, path, "is a link out of the scanned folder: scan what it names as well"))


def _unseen(tree: Tree, path: Path, reason: str) -> Gap:
    where = _relative(tree, path)
    return Gap(
        scope=where,
        reason=reason,
        hides="dependency",
        evidence=(Evidence(scanner="files", locator=f"{where}:1"),),
    )
