"""Folders: what settings of a folder name is needed by the one component of that folder, where there is one.

A component says by an alias `folder:<path>` that it is built from or declared in a folder. An alias and no identity: two
things built from one folder are two.
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
        found = _owner(need, bearers, loose)
        if found is not None:
            reference = _within(need.reference, found)
            needs.append(need.model_copy(update={"dependent": found.id, "reference": reference}))
        elif not need.dependent.startswith(PREFIX):
            needs.append(need)
    for group in draft.groups:
        found = _owner(group, bearers, loose)
        if found is not None:
            members = tuple(_within(one, found) for one in group.members)
            groups.append(group.model_copy(update={"dependent": found.id, "members": members}))
        elif not group.dependent.startswith(PREFIX):
            groups.append(group)
    draft.needs, draft.groups = needs, groups
    draft.calls = [settled for call in draft.calls if (settled := _calling(call, bearers)) is not None]
    for folder in sorted(loose):
        for building in (False, True):
            facts = [fact for fact in loose[folder] if (fact.phase == "deploy") == building]
            if facts:
                draft.gaps.append(_gap(folder, facts, bearers.get(folder, []), building))


def _owner(
    fact: DependencyFact | RedundancyFact,
    bearers: dict[str, list[Component]],
    loose: dict[str, list[DependencyFact | RedundancyFact]],
) -> Component | None:
    if not fact.dependent.startswith(PREFIX):
        return None
    found = bearers.get(fact.dependent, [])
    if len(found) == 1:
        return found[0]
    loose[fact.dependent].append(fact)
    return None


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


def _gap(
    folder: str, facts: list[DependencyFact | RedundancyFact], found: list[Component], building: bool = False
) -> Gap:
    """One gap for all that the settings of a folder name, one for all that is needed to build what lies there."""
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
        whose = f"any of {', '.join(ids[:_SHOWN])} may be {'built so' if building else 'told so'}"
    else:
        whose = "no scanned workload is known to be built from that folder"
    said = f"building what lies in {path} needs" if building else f"settings in {path} name"
    return Gap(
        scope=path,
        reason=f"{said} {', '.join(named[:_SHOWN])}{more}, and {whose}: state the dependency in blastradius.yaml",
        hides="dependency",
        reference=named[0] if len(named) == 1 else None,
        evidence=joined(evidence),
    )
