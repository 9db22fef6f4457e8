"""Evidence of what the catalog says, and how it is told from what anybody saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blastradius.model import Component, Dependency, Evidence

if TYPE_CHECKING:
    from blastradius.catalog.records import Cited

SCANNER = "catalog"
BROUGHT = "brought by what needs it"
"""Note of the evidence of a component that stands here only because the catalog says that something needs it."""


def cited(file: str, id: str, record: Cited, observed_in: Sequence[str] = ()) -> Evidence:
    """Evidence of a record: how much it is worth, whose word it is, and what showed it.

    Args:
        file: in which it stands.
        id: of the record.
        record: the record.
        observed_in: incidents that showed it.
    """
    word = "a recollection, not looked up" if record.recollection else f"source {', '.join(record.source)}"
    seen = f"; seen in {', '.join(observed_in)}" if observed_in else ""
    return Evidence(
        scanner=SCANNER,
        locator=f"catalog: {file} {id}",
        basis="inferred" if record.confidence == "high" else "assumed",
        note=f"confidence {record.confidence}, {word}{seen}",
    )


def brought(file: str, id: str) -> Evidence:
    """Evidence of a component that something was found to need."""
    return Evidence(scanner=SCANNER, locator=f"catalog: {file} {id}", basis="inferred", note=BROUGHT)


def is_cited(dependency: Dependency) -> bool:
    """Whether a dependency is the catalog's word alone."""
    evidence = dependency.evidence
    return len(evidence) == 1 and evidence[0].scanner == SCANNER and evidence[0].locator.startswith("catalog: ")


def is_brought(component: Component) -> bool:
    """Whether a component stands here only because something was found to need it."""
    evidence = component.evidence
    return len(evidence) == 1 and evidence[0].scanner == SCANNER and evidence[0].note == BROUGHT
