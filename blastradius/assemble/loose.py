"""What is told of a folder that is no one workload's: each that may be built from it may need what it names.

A gap for each thing that is named, with all workloads that it leaves uncertain: a hundred manifests name a dozen vendors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from blastradius.assemble.draft import Draft, Loose, joined
from blastradius.assemble.folders import what_names
from blastradius.assemble.homes import Homes
from blastradius.assemble.listing import few
from blastradius.assemble.resolve import Resolver, Target
from blastradius.catalog import Catalog, redact
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
        for fact in loose.facts:
            wondering.note(loose, fact, _candidates(loose, homes))
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
        # by what is named, who may be meant, and whether those bear one folder
        self._doubts: dict[tuple[str, tuple[str, ...], bool], _Doubt] = defaultdict(_Doubt)
        self._stated = {(one.dependent, one.dependency) for one in draft.dependencies if one.phase == "runtime"}

    def note(self, loose: Loose, fact: Told, candidates: tuple[str, ...]) -> None:
        """Note who may be down without what a fact names; by its text alone where nobody would be."""
        found: dict[str, set[str]] = defaultdict(set)
        for alike in _alike(self._draft.components[self._draft.current(id)] for id in candidates):
            for reference in _references(fact):
                id = self._needed(fact, reference, alike[0])
                if id:
                    found[id].update(one.id for one in alike if one.id != id and (one.id, id) not in self._stated)
        if not any(found.values()):
            found = {redact(one.texts[-1]): set() for one in _references(fact)}
        for what, who in found.items():
            if who or what not in self._draft.components:
                doubt = self._doubts[what, candidates if who else loose.bearing, bool(loose.bearing)]
                doubt.facts.append(fact)
                doubt.candidates |= who
                doubt.folders.add(loose.folder)

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
        for (what, bearing, several), doubt in sorted(self._doubts.items()):
            evidence: set[Evidence] = {piece for fact in doubt.facts for piece in fact.evidence}
            whose = (
                "a folder of several workloads"
                if several
                else "folders that no scanned workload is known to be built from"
            )
            who = _listed(sorted(doubt.candidates or bearing) if several or doubt.candidates else [])
            yield Gap(
                scope=min(doubt.folders) if len(doubt.folders) == 1 else what,
                reason=f"{what_names(doubt.facts)} in {whose} name {what}{who}: state in blastradius.yaml who needs it, "
                "and ignore this gap",
                hides="dependency",
                candidates=tuple(sorted(doubt.candidates)),
                reference=what,
                evidence=joined(evidence),
            )  # fmt: skip


def _listed(ids: list[str]) -> str:
    """Who may need it."""
    if len(ids) < 2:
        return f": {ids[0]} may need it" if ids else ""
    return f": any of {few(ids)} may need it"


def _alike(components: Iterable[Component]) -> list[list[Component]]:
    """Components by all that decides what a reference means to them and how they need it."""
    found: dict[tuple[str, str, str], list[Component]] = defaultdict(list)
    for one in components:
        found[one.scope or "", one.kind, one.attributes.get("purpose", "")].append(one)
    return list(found.values())
