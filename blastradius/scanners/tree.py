"""The files of what is scanned: found in a fixed order, never followed out of it, read once.

Left out by rule: folders of a tool's own state (`IGNORED`), what ignore files leave out (`ignoring`), folders of tests,
examples and other people's code (`skipping`; counted), links (what they name is read where it lies), pipes and devices.
What the user names is read all the same.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blastradius.documents import Document, decode, load_json, load_yaml
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes, shown
from blastradius.model import Evidence, Gap
from blastradius.scanners.ignoring import Ignores, above, repository
from blastradius.scanners.skipping import Sort, is_within, sort_of

IGNORED = frozenset({
    ".git", ".hg", ".svn", ".bzr", ".terraform", ".terragrunt-cache", ".venv", "venv", ".tox", ".nox", "__pycache__",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".cache", ".gradle", ".idea", ".vscode",
})  # fmt: skip
"""Names of folders that are not entered: a tool keeps its own state there."""

ALL: frozenset[Sort] = frozenset({"tests", "examples", "vendored"})

SUFFIXES = (".yaml", ".yml", ".json")
"""Names of files that are looked into; another file only where the user names it."""

MAX_FILES = 200_000
MAX_LEVELS = 64
_TELL = 50

#: Signs of templates: of Helm and Jinja, of Terraform; and of a thing whose name Backstage fills in later.
_TEMPLATED = re.compile(rb"\{\{|\{%|%\{~? {0,9}(?:if|for|else|endif|endfor)")
_FILLED_IN = re.compile(rb"\bname: {0,9}[\"']?[\w.-]{0,63}\$\{\{-? ?values\.")

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
        skipped: what was left out by rule, by reason, with how many files; a folder not entered counts as one.
        passed: sorts of folders that were left out, of tests, examples and other people's code.
        progress: called with a line of text now and then.
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
    skipped: Counter[str] = field(default_factory=Counter)
    passed: set[Sort] = field(default_factory=set)
    progress: Callable[[str], None] | None = None
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
            if self.progress and len(self._read) % _TELL == 0:
                self.progress(f"{len(self._read):,} of up to {len(self.files):,} files read")
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
        if _FILLED_IN.search(content) and file.path not in self.named:
            self.skipped["templates of a scaffolder"] += 1
            return None
        try:
            return tuple(load_yaml(content, file.path))
        except InputError as error:
            if _TEMPLATED.search(content):
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


def grow(
    paths: Sequence[Path | str],
    *,
    include: frozenset[Sort] = frozenset(),
    progress: Callable[[str], None] | None = None,
) -> Tree:
    """Find all files under some paths.

    Args:
        paths: files and folders; a link among them is followed, links below them are not.
        include: sorts of folders that are entered though they hold no part of what runs.
        progress: called with a line of text now and then.

    Raises:
        InputError: when a path does not exist.
    """
    real: dict[Path, list[str]] = {}
    for path in paths:
        try:
            real.setdefault(Path(os.path.realpath(path, strict=True)), []).extend(Path(path).parts)
        except (OSError, ValueError) as error:
            what = "no such file or folder" if isinstance(error, FileNotFoundError) else "cannot be followed"
            raise InputError(f"{shown(path)}: {what}: name what to scan") from None
    folders = [path if path.is_dir() else path.parent for path in real]
    base = Path(os.path.commonpath(folders))
    tree = Tree(name=shown(base.name) or "root", base=base, progress=progress)
    tree.arguments = tuple("" if path == base else _relative(tree, path) for path in sorted(real))
    found: dict[str, SourceFile] = {}
    for path in sorted(real):
        if path.is_dir():
            _Walk(tree, found, include | _meant(path, real[path]), frozenset(real)).under(path, above(path))
        else:
            file = SourceFile(_relative(tree, path), path)
            found[file.path] = file
            tree.named.add(file.path)
    tree.files = [found[path] for path in sorted(found)]
    return tree


def _meant(path: Path, typed: Sequence[str]) -> frozenset[Sort]:
    """Who names a folder of tests or examples, or one within such a folder, means what is in it."""
    top = repository(path)
    parts = path.relative_to(top).parts if top else (*typed, path.name)
    return frozenset({"tests", "examples"}) if is_within(parts) else frozenset()


def _relative(tree: Tree, path: Path) -> str:
    relative = os.path.relpath(path, tree.base)
    return shown(Path(relative).as_posix())


@dataclass(slots=True)
class _Walk:
    """A walk through a folder that the user named.

    Attributes:
        tree: takes gaps, and counts of what was left out.
        found: takes files, by path.
        include: sorts of folders that are entered.
        apart: what the user named as well: it is taken by itself.
    """

    tree: Tree
    found: dict[str, SourceFile]
    include: frozenset[Sort]
    apart: frozenset[Path] = frozenset()

    def under(self, top: Path, holding: Ignores) -> None:
        """Find all files under a folder, to which some ignore files above it apply."""
        left = [(top, 0, holding)]
        while left:
            folder, level, holding = left.pop()
            try:
                with os.scandir(folder) as entries:
                    there = sorted(entries, key=lambda entry: os.fsencode(entry.name))
            except OSError as error:
                reason = f"the folder could not be read: {(error.strerror or '').lower()}"
                self.tree.gaps.append(_unseen(self.tree, folder, reason))
                continue
            names = frozenset(entry.name for entry in there)
            holding = holding.within(folder, names)
            for entry in there:
                path = Path(entry.path)
                if path in self.apart:
                    continue
                if entry.is_symlink():
                    _link(self.tree, path)
                elif entry.is_dir(follow_symlinks=False):
                    if self._enters(path, names, holding, level):
                        left.append((path, level + 1, holding))
                elif entry.is_file(follow_symlinks=False) and not self._ignored(path, holding, is_folder=False):
                    if len(self.found) >= MAX_FILES:
                        reason = f"there are more than {MAX_FILES:,} files: scan a part"
                        self.tree.gaps.append(_unseen(self.tree, folder, reason))
                        return
                    self._take(path)
        for path, reason in holding.broken:
            self.tree.gaps.append(unreadable(f"{reason}: it ignores nothing", _relative(self.tree, path)))

    def _take(self, path: Path) -> None:
        file = SourceFile(_relative(self.tree, path), path)
        self.found[file.path] = file
        if self.tree.progress and len(self.found) % 1000 == 0:
            self.tree.progress(f"{len(self.found):,} files found")

    def _enters(self, path: Path, beside: frozenset[str], holding: Ignores, level: int) -> bool:
        if path.name in IGNORED or self._ignored(path, holding, is_folder=True):
            return False
        sort = sort_of(path.name, beside)
        if sort is not None and sort not in self.include:
            self.tree.passed.add(sort)
            self.tree.skipped[f"in {shown(path.name)}/"] += 1 if sort == "vendored" else self._count(path, holding)
            return False
        if level >= MAX_LEVELS:
            self.tree.gaps.append(_unseen(self.tree, path, f"lies deeper than {MAX_LEVELS} folders"))
            return False
        return True

    def _ignored(self, path: Path, holding: Ignores, *, is_folder: bool) -> bool:
        by = holding.reason(path, is_folder=is_folder)
        if by is not None:
            self.tree.skipped[f"ignored by {by}"] += 1
        return by is not None

    def _count(self, path: Path, holding: Ignores) -> int:
        """How many files would have been found in a folder that is left out."""
        inner = _Walk(Tree(self.tree.name, self.tree.base), {}, ALL)
        inner.under(path, holding)
        return len(inner.found)


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
