"""Finds the files of what is scanned: in a fixed order, never followed out of it.

Left out by rule: folders of a tool's own state (`IGNORED`), what ignore files leave out (`ignoring`), folders of tests,
examples and other people's code (`skipping`; counted), links (what they name is read where it lies), pipes and devices.
What the user names is read all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from blastradius.errors import InputError
from blastradius.files import shown
from blastradius.model import Evidence, Gap
from blastradius.scanners.ignoring import Ignores, above, repository
from blastradius.scanners.skipping import Sort, is_within, sort_of
from blastradius.scanners.tree import SUFFIXES, SourceFile, Tree, unreadable

IGNORED = frozenset({
    ".git", ".hg", ".svn", ".bzr", ".terraform", ".terragrunt-cache", ".venv", "venv", ".tox", ".nox", "__pycache__",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".cache", ".gradle", ".idea", ".vscode",
})  # fmt: skip
"""Names of folders that are not entered: a tool keeps its own state there."""

ALL: frozenset[Sort] = frozenset({"tests", "examples", "vendored"})

MAX_FILES = 200_000
MAX_LEVELS = 64


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
