"""Folders: what settings of a folder name is needed by the one component of that folder, where there is one.

A component says by an alias `folder:<path>` that it is built from or declared in a folder. An alias and no identity: two
things built from one folder are two. One thing in several environments is built from one folder for all of them.
"""

from __future__ import annotations

from collections import defaultdict

from blastradius.assemble.draft import Draft, joined
from blastradius.catalog import redact
from blastradius.model import CallSettings, Component, DependencyFact, Evidence, Gap, RedundancyFact, Reference

PREFIX = "folder:"
_SHOWN = 5


def settle(draft: Draft) -> None:
    """Give facts of folders to the components that bear them; those of no or several components become gaps."""
    bearers: dict[str, list[Component]] = defaultdict(list)
    for component in draft.components.values():
        for alias in component.aliases:
            if alias.startswith(PREFIX):
                bearers[alias].append(component)
    loose: dict[str, list[DependencyFact | RedundancyFact]] = defaultdict(list)
    needs, groups = [], []
    for need in draft.needs:
        for found in _owners(need, bearers, loose):
            reference = _within(need.reference, found)
            needs.append(need.model_copy(update={"dependent": found.id, "reference": reference}))
        if not need.dependent.startswith(PREFIX):
            needs.append(need)
    for group in draft.groups:
        for found in _owners(group, bearers, loose):
            members = tuple(_within(one, found) for one in group.members)
            groups.append(group.model_copy(update={"dependent": found.id, "members": members}))
        if not group.dependent.startswith(PREFIX):
            groups.append(group)
    draft.needs, draft.groups = needs, groups
    draft.calls = [settled for call in draft.calls if (settled := _calling(call, bearers)) is not None]
    draft.gaps += [_gap(folder, loose[folder], bearers.get(folder, [])) for folder in sorted(loose)]


def _owners(
    fact: DependencyFact | RedundancyFact,
    bearers: dict[str, list[Component]],
    loose: dict[str, list[DependencyFact | RedundancyFact]],
) -> list[Component]:
    """The one component of a folder, in each environment that it is deployed to."""
    if not fact.dependent.startswith(PREFIX):
        return []
    found = bearers.get(fact.dependent, [])
    kept_apart = len({one.environment for one in found}) == len(found) and len({one.name for one in found}) == 1
    if kept_apart:
        return found
    loose[fact.dependent].append(fact)
    return []


def _calling(call: CallSettings, bearers: dict[str, list[Component]]) -> CallSettings | None:
    """Settings of a folder are those of its one component; where nothing tells whose they are, they say nothing."""
    if call.dependent is None or not call.dependent.startswith(PREFIX):
        return call
    found = bearers.get(call.dependent, [])
    if len(found) != 1:
        return None
    reference = _within(call.dependency, found[0]) if call.dependency else None
    return call.model_copy(update={"dependent": found[0].id, "dependency": reference})


def _within(reference: Reference, component: Component) -> Reference:
    """A reference seen from where the component stands."""
    return reference.model_copy(update={"scope": component.scope or ""})


def _gap(folder: str, facts: list[DependencyFact | RedundancyFact], found: list[Component]) -> Gap:
    """One gap for all that the settings of a folder name."""
    texts: set[str] = set()
    evidence: set[Evidence] = set()
    for fact in facts:
        references = fact.members if isinstance(fact, RedundancyFact) else (fact.reference,)
        texts |= {redact(one.texts[-1]) for one in references}
        evidence |= set(fact.evidence)
    named = sorted(texts)
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    path = folder.removeprefix(PREFIX)
    if found:
        ids = sorted(one.id for one in found)
        whose = f"any of {', '.join(ids[:_SHOWN])} may be told so"
    else:
        whose = "no scanned workload is known to be built from that folder"
    return Gap(
        scope=path,
        reason=f"settings in {path} name {', '.join(named[:_SHOWN])}{more}, and {whose}: "
        "state the dependency in blastradius.yaml",
        hides="dependency",
        reference=named[0] if len(named) == 1 else None,
        evidence=joined(evidence),
    )
