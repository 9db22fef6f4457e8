"""Weak references: texts that may be an address, and are one where they mean something that was scanned."""

from __future__ import annotations

from dataclasses import replace

from blastradius.assemble.draft import Draft
from blastradius.assemble.images import NOT_OURS
from blastradius.assemble.resolve import Resolver
from blastradius.model import DependencyFact, RedundancyFact


def weed(draft: Draft, resolver: Resolver) -> None:
    """Forget weak references to what nobody scanned, before they are taken for things of other parties.

    Args:
        draft: facts of folders are given to their components.
        resolver: names are complete.
    """

    def counts(fact: DependencyFact | RedundancyFact, scopes: set[str]) -> bool:
        if isinstance(fact, RedundancyFact) or not fact.weak:
            return True
        found = {
            id
            for scope in scopes
            for id in resolver.scanned(fact.reference.model_copy(update={"scope": scope}))
        }  # fmt: skip
        return any(draft.components[id].kind not in NOT_OURS for id in found)

    draft.needs = [one for one in draft.needs if counts(one, {one.reference.scope})]
    kept = []
    for loose in draft.loose:
        scopes = {draft.components[id].scope or "" for id in loose.bearing} or {
            one.scope or "" for one in draft.components.values()
        }
        facts = tuple(one for one in loose.facts if counts(one, scopes))
        if facts:
            kept.append(replace(loose, facts=facts))
    draft.loose = kept
