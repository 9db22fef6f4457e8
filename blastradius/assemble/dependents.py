"""Dependents by text: who runs an image, what is declared in a folder, who bears a name."""

from __future__ import annotations

import re
from collections import defaultdict

from blastradius.assemble.draft import Draft, joined
from blastradius.assemble.folders import PREFIX
from blastradius.assemble.images import NOT_OURS, Running
from blastradius.assemble.listing import few
from blastradius.assemble.resolve import Resolver
from blastradius.catalog import redact
from blastradius.model import Component, DependencyFact, Gap, NeededByFact, RedundancyFact, Reference

_TAKES_BACK = re.compile(r"roll.?back|undo|revert|destroy|teardown|clean.?up")


def point(draft: Draft, resolver: Resolver) -> None:
    """Turn each fact about whoever a text names into plain facts about those components.

    Args:
        draft: its components are complete; what is found is added to its needs.
        resolver: knows the names of all components.
    """
    if not draft.needed_by:
        return
    dependents = _Dependents(draft, resolver)
    changes: dict[str, dict[str, list[NeededByFact]]] = defaultdict(lambda: defaultdict(list))
    for fact in draft.needed_by:
        found = dependents.of(fact.dependents)
        if len(found) > 1 and fact.dependents.role not in ("image", "path"):
            draft.gaps.append(_doubt(fact, found))
            continue
        for id in found:
            changes[id][fact.dependency].append(fact)
    targets = _targets(draft)
    for id in sorted(changes):
        groups = _interchangeable(changes[id], draft, targets)
        draft.groups.extend(_any_of(id, same, changes[id]) for same in groups)
        for pipeline in changes[id].keys() - {one for same in groups for one in same}:
            draft.needs.extend(_need(id, fact) for fact in changes[id][pipeline])
    draft.needed_by = []


def _need(id: str, fact: NeededByFact) -> DependencyFact:
    return DependencyFact(
        dependent=id,
        reference=Reference(texts=(fact.dependency,), role="resource"),
        via=fact.via,
        strength=fact.strength,
        phase=fact.phase,
        reason=fact.reason,
        evidence=fact.evidence,
    )


def _targets(draft: Draft) -> dict[str, frozenset[tuple[str, ...]]]:
    """What pipelines reach by id or name: clusters, regions, accounts; not who runs them."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for fact in draft.needs:
        if fact.reference.role == "resource" and not fact.reference.texts[0].startswith("vendor:"):
            found[fact.dependent].add(fact.reference.texts)
    return {id: frozenset(texts) for id, texts in found.items()}


def _interchangeable(
    changes: dict[str, list[NeededByFact]], draft: Draft, targets: dict[str, frozenset[tuple[str, ...]]]
) -> list[list[str]]:
    """Pipelines of which either can change a component: each does all the same to it, in the same place.

    Two that change one thing are otherwise taken for two steps of one way, or for the ways of two stages or regions, and
    both are needed: a spare that is none is worse than a warning too much. So the environment must be stated, and the
    same; what they do must be the same by program and text; they must reach the same clusters and regions; neither
    may start when another ends; and none may be there to take a change back.
    """
    alike: dict[object, list[str]] = defaultdict(list)
    for id, facts in sorted(changes.items()):
        pipeline = draft.components[draft.current(id)]
        environments = pipeline.attributes.get("environments")
        chained = "workflow_run" in pipeline.attributes.get("triggers", "") or _TAKES_BACK.search(pipeline.name.lower())
        if environments and not chained and {fact.phase for fact in facts} == {"deploy"}:
            does = frozenset((fact.dependents.role, fact.dependents.texts, _program(fact.via)) for fact in facts)
            alike[environments, does, targets.get(id, frozenset())].append(id)
    return [same for same in alike.values() if len(same) > 1]


def _program(via: str) -> str:
    """What a job does, without the name of the job."""
    return via.rpartition(": ")[2]


def _any_of(id: str, pipelines: list[str], changes: dict[str, list[NeededByFact]]) -> RedundancyFact:
    facts = [fact for one in pipelines for fact in changes[one]]
    return RedundancyFact(
        dependent=id,
        members=tuple(Reference(texts=(one,), role="resource") for one in pipelines),
        via=facts[0].via,
        strength="hard",
        phase="deploy",
        reason="each of these pipelines does the same to it, in the same environment: either can change it",
        evidence=tuple(
            piece.model_copy(update={"basis": "inferred"}) for piece in joined(one for fact in facts for one in fact.evidence)
        ),
    )  # fmt: skip


class _Dependents:
    """Components by the texts that sources of the other end use for them."""

    def __init__(self, draft: Draft, resolver: Resolver) -> None:
        self._draft = draft
        self._resolver = resolver
        self._running = Running(draft)
        self._by_folder: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for component in draft.components.values():
            if component.kind not in NOT_OURS:
                self._named(component)
                for path in _paths(component):
                    for folder in _above(path):
                        self._by_folder[folder].add(component.id)

    def _is_ours(self, id: str) -> bool:
        component = self._draft.components.get(self._draft.current(id))
        return component is not None and component.kind not in NOT_OURS

    def _named(self, component: Component) -> None:
        for text in {component.name, *component.aliases}:
            self._by_name[text].add(component.id)

    def of(self, reference: Reference) -> list[str]:
        """Ids of all that a reference means, sorted."""
        if reference.role == "image":
            found = self._running.of(reference)
        elif reference.role == "path":
            found = {id for text in reference.texts for id in self._at(text)}
        else:
            found = self._resolver.scanned(reference) or self._bearing(reference)
        return sorted(id for id in found if self._is_ours(id))

    def _at(self, path: str) -> set[str]:
        """Those of a path; of `folder:<path>` only those that are built there."""
        if path.startswith(PREFIX):
            return self._by_name.get(path, set())
        return self._by_folder.get(path.strip("/") or ".", set())

    def _bearing(self, reference: Reference) -> set[str]:
        """Those that bear a name in whatever scope: who deploys by name stands outside of all of them."""
        for text in reference.texts:
            found = self._by_name.get(text, set())
            same = {id for id in found if reference.kind in (None, self._draft.components[id].kind)}
            # a workload may have turned out to be a database
            found = same or (found if reference.kind == "service" else set())
            if found:
                return found
        return set()


def _paths(component: Component) -> set[str]:
    """Files that declare a component and folders it is built from, relative to the top."""
    files = {one.locator.rpartition(":")[0] or one.locator for one in component.evidence if one.scanner != "catalog"}
    return files | {alias.removeprefix(PREFIX) for alias in component.aliases if alias.startswith(PREFIX)}


def _above(path: str) -> list[str]:
    """A path and all folders around it up to the top, which is `.`."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return [".", *("/".join(parts[:count]) for count in range(1, len(parts) + 1))]


def _doubt(fact: NeededByFact, found: list[str]) -> Gap:
    return Gap(
        scope=fact.dependency,
        reason=f"{redact(fact.dependents.texts[-1])} may be any of {few(found)}: nothing tells which "
        "of them needs it; state the dependency in blastradius.yaml",
        hides="dependency",
        reference=redact(fact.dependents.texts[-1]),
        evidence=fact.evidence,
    )
