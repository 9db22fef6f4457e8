"""The files of what is scanned, read once, and what could not be seen of them; `growing` finds them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blastradius.documents import Document, decode, load_json, load_yaml
from blastradius.errors import InputError
from blastradius.files import MAX_BYTES, read_bytes, shown
from blastradius.model import Evidence, Gap
from blastradius.scanners.skipping import Sort

SUFFIXES = (".yaml", ".yml", ".json")
"""Names of files that are looked into; another file only where the user names it."""

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

    def text(self, most: int) -> str:
        """What it says.

        Args:
            most: bytes that are read of it.

        Raises:
            InputError: when it is larger, cannot be read, or is no text.
        """
        return decode(read_bytes(self.disk, most), self.path)


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


def filled_in(content: bytes) -> int | None:
    """The line by which a file is a template of a scaffolder, which is for nobody here; None where it is none."""
    found = _FILLED_IN.search(content)
    return content.count(b"\n", 0, found.start()) + 1 if found else None


def _line(message: str) -> str:
    found = _WHERE.match(message)
    return f"{found[1]}:{found[2]}: " if found else ""


def unread(file: SourceFile, error: InputError, scanner: str) -> Gap:
    """The gap that a file leaves which one scanner could not read; it names the place in the tree, not on disk."""
    return unreadable(str(error).removeprefix(f"{shown(file.disk)}: "), file.path, scanner)


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
