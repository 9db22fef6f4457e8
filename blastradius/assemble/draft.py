"""What the passes of `assemble` work on: facts that become records step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from blastradius.model import (
    Component,
    Coverage,
    Dependency,
    DependencyFact,
    Evidence,
    Fact,
    Gap,
    Redundancy,
    RedundancyFact,
)


@dataclass
class Draft:
    """An inventory in the making.

    Attributes:
        described: components as the scanners described them, several of one id possible.
        components: by id, after merging.
        renamed: id after merging, by the id before it.
        needs, groups: facts that wait for their references to be resolved.
        dependencies, redundancies, gaps: finished records.
    """

    coverage: Coverage
    roots: tuple[str, ...]
    described: list[Component] = field(default_factory=list)
    components: dict[str, Component] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    needs: list[DependencyFact] = field(default_factory=list)
    groups: list[RedundancyFact] = field(default_factory=list)
    dependencies: list[Dependency] = field(default_factory=list)
    redundancies: list[Redundancy] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @classmethod
    def of(cls, facts: Iterable[Fact], coverage: Coverage, roots: Iterable[str]) -> Draft:
        """Sort facts by what they are."""
        draft = cls(coverage, tuple(sorted(roots)))
        for fact in facts:
            if isinstance(fact, Component):
                draft.described.append(fact)
            elif isinstance(fact, DependencyFact):
                draft.needs.append(fact)
            elif isinstance(fact, RedundancyFact):
                draft.groups.append(fact)
            else:
                draft.gaps.append(fact)
        return draft

    def current(self, id: str) -> str:
        """The id that a component has after merging."""
        return self.renamed.get(id, id)


def joined(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence of several facts, each piece once, in an order that does not depend on theirs."""
    return tuple(sorted(set(evidence), key=evidence_key))


def evidence_key(one: Evidence) -> tuple[str, str, str, str]:
    """What evidence is sorted by."""
    return one.scanner, one.locator, one.basis, one.note or ""
