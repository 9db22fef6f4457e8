"""Pipelines that a test writes down, and what is said of them as text."""

from __future__ import annotations

from pathlib import Path

from scanning import scanned, written

from blastradius.assemble import assemble
from blastradius.model import Component, DependencyFact, Gap, Inventory, NeededByFact
from blastradius.scanners import scan


class Piped:
    """What the scanner `pipelines` says of some files.

    Attributes:
        needs: texts that pipelines need, with `?` where they go on without.
        changes: what they change, as `role text`.
        gaps: reasons of gaps.
        names: ids of pipelines without their root.
    """

    def __init__(self, folder: Path, files: dict[str, str], scanner: str = "pipelines") -> None:
        facts = [
            one for one in scanned(folder, files).result.facts if one.evidence and one.evidence[0].scanner == scanner
        ]
        self.facts = facts
        self.rules = [one for one in facts if isinstance(one, DependencyFact)]
        self.needs = {one.reference.texts[0] + ("?" if one.strength == "soft" else "") for one in self.rules}
        self.changed = [one for one in facts if isinstance(one, NeededByFact)]
        self.changes = {f"{one.dependents.role} {one.dependents.texts[0]}" for one in self.changed}
        self.gaps = [one.reason for one in facts if isinstance(one, Gap)]
        self.components = {one.id.partition("/")[2]: one for one in facts if isinstance(one, Component)}
        self.names = set(self.components)

    def where(self, text: str) -> list[str]:
        """Where the need for a text stands."""
        return sorted({piece.locator for one in self.rules if one.reference.texts[0] == text for piece in one.evidence})

    def gap(self, part: str) -> bool:
        """Whether a gap says so."""
        return any(part in reason for reason in self.gaps)


def workflow(folder: Path, steps: str, *, top: str = "", job: str = "", files: dict[str, str] | None = None) -> Piped:
    """A workflow with one job of these steps, the lines of `steps` indented as they are."""
    body = "\n".join(f"    {line}" for line in steps.strip("\n").splitlines())
    text = f"on: push\n{top}\njobs:\n  ship:\n    runs-on: ubuntu-latest\n{job}\n    steps:\n{body}\n"
    return Piped(folder, {".github/workflows/ship.yml": text, **(files or {})})


def run(folder: Path, script: str, **others: str) -> Piped:
    """A workflow with one step that runs a script."""
    lines = "\n".join(f"    {line}" for line in script.strip("\n").splitlines())
    return workflow(folder, f"- run: |\n{lines}", **others)


def inventory(folder: Path, files: dict[str, str]) -> Inventory:
    """The inventory of some files."""
    found = scan([written(folder, files)])
    return assemble(found.facts, found.coverage, found.roots)
