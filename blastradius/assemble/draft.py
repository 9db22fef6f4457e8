"""What the passes of `assemble` work on: facts that become records step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from blastradius.model import (
    BuiltFromFact,
    CallSettings,
    Component,
    Coverage,
    Dependency,
    DependencyFact,
    EnvironmentFact,
    Evidence,
    Fact,
    Gap,
    Mention,
    NeededByFact,
    Redundancy,
    RedundancyFact,
    Trigger,
)


@dataclass(frozen=True, slots=True)
class Loose:
    """Facts of a folder that are no one component's.

    Attributes:
        folder: its path.
        bearing: ids of those that bear it, sorted: none, or several.
        facts: what is told there of needs to serve.
    """

    folder: str
    bearing: tuple[str, ...]
    facts: tuple[DependencyFact | RedundancyFact, ...]


@dataclass
class Draft:
    """An inventory in the making.

    Attributes:
        described: components as the scanners described them, several of one id possible.
        components: by id, after merging.
        mentions: components that some sources name and none of those defines.
        renamed: id after merging, by the id before it.
        needs, groups: facts that wait for their references to be resolved.
        needed_by: facts that know who is needed, and not yet by whom.
        built: from which folders images are built, until whoever runs them bears the folder as an alias.
        loose: facts of folders of which nothing tells whose they are.
        calls: how calls are made, waiting for the dependencies they are about.
        environments: what components are told by variables.
        zones: zone ids by zone names, by account.
        dependencies, redundancies, gaps: finished records.
        set_going: how dependents are set going, with what does it: one thing, or the members of a redundancy.
    """

    coverage: Coverage
    roots: tuple[str, ...]
    described: list[Component] = field(default_factory=list)
    components: dict[str, Component] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    needs: list[DependencyFact] = field(default_factory=list)
    groups: list[RedundancyFact] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    needed_by: list[NeededByFact] = field(default_factory=list)
    built: list[BuiltFromFact] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    calls: list[CallSettings] = field(default_factory=list)
    environments: list[EnvironmentFact] = field(default_factory=list)
    zones: dict[str, dict[str, str]] = field(default_factory=dict)
    dependencies: list[Dependency] = field(default_factory=list)
    redundancies: list[Redundancy] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    set_going: dict[tuple[str, tuple[str, ...]], Trigger] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact], coverage: Coverage, roots: Iterable[str]) -> Draft:
        """Sort facts by what they are."""
        draft = cls(coverage, tuple(sorted(roots)))
        # one list for each sort, looked up by class: there are hundreds of thousands of facts
        lists: dict[type, list[Any]] = {
            Component: draft.described,
            DependencyFact: draft.needs,
            RedundancyFact: draft.groups,
            NeededByFact: draft.needed_by,
            BuiltFromFact: draft.built,
            Mention: draft.mentions,
            CallSettings: draft.calls,
            EnvironmentFact: draft.environments,
            Gap: draft.gaps,
        }
        for fact in facts:
            lists[type(fact)].append(fact)
        return draft

    @cached_property
    def told(self) -> dict[str, dict[str, tuple[str, tuple[tuple[str, ...], ...]]]]:
        """By component, what each of its variables refers to; names as `folders.plain_name` has them."""
        from blastradius.assemble.folders import plain_name

        found: dict[str, dict[str, tuple[str, tuple[tuple[str, ...], ...]]]] = defaultdict(dict)
        for fact in self.environments:
            for name, members in fact.variables:
                found[self.current(fact.dependent)].setdefault(plain_name(name), (name, members))
        return found

    def current(self, id: str) -> str:
        """The id that a component has after merging."""
        return self.renamed.get(id, id)


def joined(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence of several facts, each piece once, in an order that does not depend on theirs."""
    return tuple(sorted(set(evidence), key=evidence_key))


def evidence_key(one: Evidence) -> tuple[str, str, str, str]:
    """What evidence is sorted by."""
    return one.scanner, one.locator, one.basis, one.note or ""
