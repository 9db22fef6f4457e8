"""What is told of a folder that is no one workload's: each that may be built from it may need what it names.

A gap for each thing that is named, with all workloads that it leaves uncertain: a hundred manifests name a dozen vendors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from blastradius.assemble.draft import Draft, Loose, joined
from blastradius.assemble.folders import gap_of, what_names
from blastradius.assemble.homes import Homes
from blastradius.assemble.resolve import Resolver, Target
from blastradius.catalog import Catalog
from blastradius.model import Component, DependencyFact, Evidence, Gap, RedundancyFact, Reference

Look = Callable[[Reference], Target]
Told = DependencyFact | RedundancyFact


def recognise(draft: Draft, homes: Homes, resolver: Resolver) -> None:
    """Resolve what is named, so that a vendor that nobody is certain to need can be asked for all the same."""
    for loose in draft.loose:
        scopes = {draft.components[id].scope or "" for id in _candidates(loose, homes)}
        for fact in loose.facts:
            for reference in _references(fact):
                for scope in scopes:
                    resolver.resolve(reference.model_copy(update={"scope": scope}))


def wonder(draft: Draft, homes: Homes, look: Look, catalog: Catalog) -> None:
    """Turn what is loose into gaps.

    Args:
        draft: dependencies are complete.
        homes: who may be built from which folder.
        look: what a reference means.
        catalog: what would be down without it; what would only be degraded is no doubt about a journey.
    """
    wondering = _Wondering(draft, look, catalog)
    for loose in draft.loose:
        candidates = _candidates(loose, homes)
        left = [fact for fact in loose.facts if not wondering.note(loose, fact, candidates)]
        if left:
            draft.gaps.append(gap_of(loose.folder, left, loose.bearing))
    draft.gaps.extend(wondering.gaps())


def _candidates(loose: Loose, homes: Homes) -> tuple[str, ...]:
    return loose.bearing or homes.candidates(loose.folder)


def _references(fact: Told) -> tuple[Reference, ...]:
    return fact.members if isinstance(fact, RedundancyFact) else (fact.reference,)


@dataclass(slots=True)
class _Doubt:
    """What is told of one thing that some may need."""

    facts: list[Told] = field(default_factory=list)
    candidates: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)


class _Wondering:
    """Gathers who may need what."""

    def __init__(self, draft: Draft, look: Look, catalog: Catalog) -> None:
        self._draft = draft
        self._look = look
        self._catalog = catalog
        self._doubts: dict[tuple[str, tuple[str, ...], bool], _Doubt] = defaultdict(_Doubt)
        self._stated = {(one.dependent, one.dependency) for one in draft.dependencies if one.phase == "runtime"}

    def note(self, loose: Loose, fact: Told, candidates: tuple[str, ...]) -> bool:
        """Note who may be down without what a fact names; whether anybody may be."""
        found: dict[str, set[str]] = defaultdict(set)
        for alike in _alike(self._draft.components[self._draft.current(id)] for id in candidates):
            for reference in _references(fact):
                id = self._needed(fact, reference, alike[0])
                if id:
                    found[id].update(one.id for one in alike if one.id != id and (one.id, id) not in self._stated)
        for id, who in found.items():
            if who:
                doubt = self._doubts[id, candidates, bool(loose.bearing)]
                doubt.facts.append(fact)
                doubt.candidates |= who
                doubt.folders.add(loose.folder)
        return any(found.values())

    def _needed(self, fact: Told, reference: Reference, dependent: Component) -> str:
        """Id of what a reference means to a component that would be down without it; else empty."""
        target = self._look(reference.model_copy(update={"scope": dependent.scope or ""}))
        dependency = self._draft.components.get(target.id)
        if dependency is None:
            return ""
        rule = self._catalog.defaults(
            via=fact.via, role=reference.role, port=target.port, dependent=dependent, dependency=dependency
        )
        serves = (fact.phase or rule.phase) == "runtime" and (fact.strength or rule.strength) == "hard"
        return target.id if serves else ""

    def gaps(self) -> Iterator[Gap]:
        """A gap for each thing, with those that may need it."""
        for (id, _, several), doubt in sorted(self._doubts.items()):
            evidence: set[Evidence] = {piece for fact in doubt.facts for piece in fact.evidence}
            what = what_names(doubt.facts)
            whose = "a folder of several workloads" if several else "folders that no scanned workload is known to be built from"
            who = f"any of {len(doubt.candidates):,} workloads" if len(doubt.candidates) > 1 else min(doubt.candidates)
            yield Gap(
                scope=min(doubt.folders) if len(doubt.folders) == 1 else id,
                reason=f"{what} in {whose} name {id}: {who} may need it: state in blastradius.yaml "
                "which one does, and ignore this gap",
                hides="dependency",
                candidates=tuple(sorted(doubt.candidates)),
                reference=id,
                evidence=joined(evidence),
            )  # fmt: skip


def _alike(components: Iterable[Component]) -> list[list[Component]]:
    """Components by all that decides what a reference means to them and how they need it."""
    found: dict[tuple[str, str, str], list[Component]] = defaultdict(list)
    for one in components:
        found[one.scope or "", one.kind, one.attributes.get("purpose", "")].append(one)
    return list(found.values())

