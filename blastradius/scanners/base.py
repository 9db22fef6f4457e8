"""What every scanner is: it says which files it wants, fetches them, and translates what they say into facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from blastradius.model import Fact
from blastradius.registry import Registry
from blastradius.scanners.tree import Tree

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one scanner found.

    Attributes:
        facts: components, dependencies, redundancies and gaps, in the order of the files.
        parsed: how many files held something for it.
        failed: how many of its files it could not read; each is a gap among the facts.
        unmapped: types that it met and does not map, with how often.
        roots: names that it gave to what is scanned, where it is several systems; else empty.
    """

    facts: tuple[Fact, ...] = ()
    parsed: int = 0
    failed: int = 0
    unmapped: dict[str, int] = field(default_factory=dict)
    roots: tuple[str, ...] = ()


class Scanner(Protocol):
    """One source of facts; whoever inherits claims no files for itself alone.

    Attributes:
        name: stands in evidence and coverage.
        summary: one line for the README.
        extracts: what it reads, for the README.
        omits: what it leaves out, for the README.
        claims: `names` where its claims are told by names alone, `content` where it looks into files for them.
        markers: texts of which one stands in every JSON file that is for it (YAML is always looked into).
    """

    name: str
    summary: str
    extracts: str
    omits: str
    markers: tuple[str, ...] = ()
    claims: str = "content"

    def claim(self, tree: Tree) -> Iterable[str]:
        """Paths that only this scanner may read, because they are not what their names say (chart templates)."""
        return ()

    def fetch(self, tree: Tree) -> Any:
        """Read what it needs; the only part that touches the disk or runs a program."""

    def translate(self, source: Any, root: str) -> Scanned:
        """Turn what was read into facts.

        Args:
            source: what `fetch` returned.
            root: name of what is scanned; it stands in ids and scopes.
        """


SCANNERS: Registry[type[Scanner]] = Registry("scanner")
