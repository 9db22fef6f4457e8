"""Addresses that nobody knows become components of kind `external`: they are needed, and nobody saw them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from blastradius.assemble.draft import Draft, evidence_key
from blastradius.assemble.needs import noted
from blastradius.assemble.resolve import Resolver, Target
from blastradius.model import Component, DependencyFact, Evidence, RedundancyFact, Reference

_MOST_EVIDENCE = 20


def add_externals(draft: Draft, resolver: Resolver) -> dict[Target, Target]:
    """Add a component for each address that nobody knows.

    Returns:
        What to use for each target that has a host and no id.
    """
    seen: dict[Target, set[Evidence]] = defaultdict(set)
    for fact, reference in _references(draft):
        target = resolver.resolve(reference)
        if target.host:
            seen[target].update(noted(fact))
    scopes: dict[str, set[str]] = defaultdict(set)
    for target in seen:
        scopes[target.host].add(target.within)
    ids: dict[Target, Target] = {}
    evidence: dict[str, set[Evidence]] = defaultdict(set)
    for target, pieces in seen.items():
        shared = len(scopes[target.host]) == 1 or not target.within
        id = f"external:{target.host}" if shared else f"external:{target.within}/{target.host}"
        ids[target] = replace(target, id=draft.current(id))
        evidence[id].update(pieces)
    names = {done.id: target for target, done in ids.items()}
    for id in sorted(evidence):
        if id not in draft.components and id in names:
            draft.components[id] = _external(id, names[id], evidence[id])
    return ids


def _external(id: str, target: Target, evidence: Iterable[Evidence]) -> Component:
    return Component(
        id=id,
        kind="external",
        name=target.host,
        scope=target.within or None,
        evidence=tuple(sorted(evidence, key=evidence_key)[:_MOST_EVIDENCE]),
    )


def _references(draft: Draft) -> Iterable[tuple[DependencyFact | RedundancyFact, Reference]]:
    for fact in draft.needs:
        yield fact, fact.reference
    for group in draft.groups:
        for member in group.members:
            yield group, member
        if group.failover:
            for text in group.failover.needs:
                yield group, Reference(texts=(text,), scope=group.members[0].scope, role="any")
