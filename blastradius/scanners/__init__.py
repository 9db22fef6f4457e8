"""Scanners: each reads one sort of source and writes down facts; none knows another, the graph or the catalog."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blastradius.errors import InputError
from blastradius.model import (
    BuiltFromFact,
    CallSettings,
    Component,
    Coverage,
    DependencyFact,
    EnvironmentFact,
    Fact,
    Gap,
    Mention,
    ScannerCoverage,
)
from blastradius.scanners.bare import cleaned
from blastradius.scanners.base import SCANNERS, Progress, Scanned, Scanner
from blastradius.scanners.growing import ALL, grow
from blastradius.scanners.tree import Tree

__all__ = ["SCANNERS", "ScanResult", "Scanned", "Scanner", "scan", "scanners"]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found.

    Attributes:
        facts: all facts of all scanners, references not yet resolved.
        coverage: how much of the input was seen.
        roots: names of what was scanned.
    """

    facts: tuple[Fact, ...]
    coverage: Coverage
    roots: tuple[str, ...]


def scanners() -> list[tuple[str, type[Scanner]]]:
    """All scanners with their names, by name: each has a folder here."""
    return list(SCANNERS.load(sys.modules[__name__], folders=True).items())


def scan(paths: Sequence[Path], *, include_tests: bool = False, progress: Progress | None = None) -> ScanResult:
    """Read files and folders into facts; what cannot be read is a gap and stops nothing.

    Folders of tests, examples and other people's code are passed by and counted; those of examples are read where
    nothing else is there.

    Args:
        paths: files and folders; evidence is relative to the folder that all of them share.
        include_tests: whether folders of tests, examples and other people's code are read, too.
        progress: called with a line of text now and then.

    Raises:
        InputError: when a path does not exist, a JSON file that was named is broken, or there is nothing to scan.
    """
    if not paths:
        raise InputError("nothing to scan: name a file or a folder")
    tree = grow(paths, include=ALL if include_tests else frozenset(), progress=progress)
    result = _read(tree, progress)
    if "examples" in tree.passed and not any(isinstance(fact, Component | Mention) for fact in result.facts):
        tree = grow(paths, include=frozenset({"examples"}), progress=progress)
        result = _read(tree, progress)
    if all(map(_is_beside, result.facts)):
        _nothing(tree, paths)
    return result


def _is_beside(fact: Fact) -> bool:
    """Whether a fact alone is of no program that anything shows: packages, and what an image is built from."""
    packages = isinstance(fact, DependencyFact) and fact.reference.role == "package"
    return packages or isinstance(fact, BuiltFromFact)


def _read(tree: Tree, progress: Progress | None) -> ScanResult:
    """What all scanners make of a tree."""
    crew = [kind() for _, kind in scanners()]
    tree.markers = tuple(sorted({marker for scanner in crew for marker in scanner.markers}))
    tree.check_named()
    # first who goes by names, then who reads files in a way of its own, so that nobody else tries to read them as manifests
    for scanner in sorted(crew, key=lambda one: (one.claims != "names", bool(one.markers))):
        tree.claimed.update(scanner.claim(tree))
    facts: list[Fact] = []
    coverage: list[ScannerCoverage] = []
    roots: dict[str, None] = {}
    for scanner in crew:
        if progress:
            progress(f"{scanner.name}: looking at {len(tree.files):,} files")
        found = scanner.translate(scanner.fetch(tree), tree.name)
        facts.extend(cleaned(found.facts))
        roots.update(dict.fromkeys(found.roots))
        if found.parsed or found.failed or found.unmapped:
            coverage.append(_seen(scanner.name, found))
    facts.extend(cleaned(tree.gaps))
    coverage.append(ScannerCoverage(scanner="files", parsed=tree.parsed, failed=tree.failed))
    seen = Coverage(
        scanners=tuple(sorted(coverage, key=lambda c: c.scanner)), skipped=dict(sorted(tree.skipped.items()))
    )
    return ScanResult(tuple(facts), seen, tuple(sorted(roots)) or (tree.name,))


def _seen(name: str, found: Scanned) -> ScannerCoverage:
    return ScannerCoverage(
        scanner=name,
        parsed=found.parsed,
        failed=found.failed,
        components=sum(isinstance(fact, Component | Mention) for fact in found.facts),
        dependencies=sum(
            not isinstance(fact, Component | Mention | Gap | CallSettings | EnvironmentFact) for fact in found.facts
        ),
        unmapped=dict(sorted(found.unmapped.items())),
    )


def _nothing(tree: Tree, paths: Sequence[Path]) -> None:
    where = ", ".join(str(path) for path in paths)
    count = "1 file" if len(tree.files) == 1 else f"{len(tree.files):,} files"
    what = ", ".join(name for name, _ in scanners())
    left = ", ".join(f"{count:,} {reason}" for reason, count in sorted(tree.skipped.items()))
    skipped = f" (skipped: {left}; --include-tests reads tests, examples and vendored code)" if left else ""
    raise InputError(
        f"{where}: nothing to scan among {count}{skipped}: none is of {what} ('What is read' in README.md)"
    )
