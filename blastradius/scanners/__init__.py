"""Scanners: each reads one sort of source and writes down facts; none knows another, the graph or the catalog."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blastradius.errors import InputError
from blastradius.model import Coverage, Fact, ScannerCoverage
from blastradius.scanners.base import SCANNERS, Progress, Scanned, Scanner
from blastradius.scanners.tree import Tree, grow

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
    """All scanners with their names, by name."""
    return list(SCANNERS.load(sys.modules[__name__]).items())


def scan(paths: Sequence[Path], *, progress: Progress | None = None) -> ScanResult:
    """Read files and folders into facts; what cannot be read is a gap and stops nothing.

    Args:
        paths: files and folders; evidence is relative to the folder that all of them share.
        progress: called with a line of text now and then.

    Raises:
        InputError: when a path does not exist, a JSON file that was named is broken, or there is nothing to scan.
    """
    if not paths:
        raise InputError("nothing to scan: name a file or a folder")
    tree = grow(paths)
    crew = [kind() for _, kind in scanners()]
    tree.markers = tuple(sorted({marker for scanner in crew for marker in scanner.markers}))
    tree.check_named()
    # first who reads files in a way of its own, so that nobody else tries to read them as manifests
    for scanner in sorted(crew, key=lambda one: bool(one.markers)):
        tree.claimed.update(scanner.claim(tree))
    facts: list[Fact] = []
    coverage: list[ScannerCoverage] = []
    roots: dict[str, None] = {}
    for scanner in crew:
        if progress:
            progress(f"{scanner.name}: reading {len(tree.files)} files")
        found = scanner.translate(scanner.fetch(tree), tree.name)
        facts.extend(found.facts)
        roots.update(dict.fromkeys(found.roots))
        if found.parsed or found.failed or found.unmapped:
            coverage.append(
                ScannerCoverage(
                    scanner=scanner.name,
                    parsed=found.parsed,
                    failed=found.failed,
                    unmapped=dict(sorted(found.unmapped.items())),
                )
            )
    facts.extend(tree.gaps)
    if not facts:
        _nothing(tree, paths)
    coverage.append(ScannerCoverage(scanner="files", parsed=tree.parsed, failed=tree.failed))
    return ScanResult(
        tuple(facts),
        Coverage(scanners=tuple(sorted(coverage, key=lambda c: c.scanner))),
        tuple(sorted(roots)) or (tree.name,),
    )


def _nothing(tree: Tree, paths: Sequence[Path]) -> None:
    where = ", ".join(str(path) for path in paths)
    count = "1 file" if len(tree.files) == 1 else f"{len(tree.files):,} files"
    what = " and ".join(kind.summary for _, kind in scanners())
    raise InputError(f"{where}: nothing to scan among {count}: it reads {what}")
