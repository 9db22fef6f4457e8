"""Folders: what settings of a folder name is needed by the one component of that folder, where there is one.

A component says by an alias `folder:<path>` that it is built from or declared in a folder. An alias and no identity: two
things built from one folder are two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from blastradius.assemble.draft import Draft, joined
from blastradius.catalog import parse_image, redact
from blastradius.model import PLACES, CallSettings, Component, DependencyFact, Evidence, Gap, RedundancyFact, Reference

PREFIX = "folder:"
#: What no pipeline changes and no folder holds: other parties, and pipelines themselves.
NOT_OURS = PLACES | {"platform", "control-plane", "vendor", "external", "pipeline"}
_SHOWN = 5


def settle(draft: Draft) -> None:
    """Give facts of folders to the components that bear them; those of no or several components become gaps."""
    _bear(draft)
    bearers: dict[str, list[Component]] = defaultdict(list)
    for component in draft.components.values():
        for alias in component.aliases:
            if alias.startswith(PREFIX):
                bearers[alias].append(component)
    loose: dict[str, list[DependencyFact | RedundancyFact]] = defaultdict(list)
    needs, groups = [], []
    for need in draft.needs:
        found = _owners(need, bearers, loose)
        for one in found:
            reference = _within(need.reference, one)
            needs.append(need.model_copy(update={"dependent": one.id, "reference": reference}))
        if not found and not need.dependent.startswith(PREFIX):
            needs.append(need)
    for group in draft.groups:
        found = _owners(group, bearers, loose)
        for one in found:
            members = tuple(_within(member, one) for member in group.members)
            groups.append(group.model_copy(update={"dependent": one.id, "members": members}))
        if not found and not group.dependent.startswith(PREFIX):
            groups.append(group)
    draft.needs, draft.groups = needs, groups
    draft.calls = [settled for call in draft.calls if (settled := _calling(call, bearers)) is not None]
    for folder in sorted(loose):
        for building in (False, True):
            facts = [fact for fact in loose[folder] if (fact.phase == "deploy") == building]
            if facts:
                draft.gaps.append(_gap(folder, facts, bearers.get(folder, []), building))


def _bear(draft: Draft) -> None:
    """Let all that run an image bear the folder that it is built from."""
    if not draft.built:
        return
    running = by_image(draft)
    for fact in draft.built:
        alias = PREFIX + fact.folder
        for id in {id for key in repositories(fact.image) for id in running.get(key, ())}:
            component = draft.components[id]
            if alias not in component.aliases:
                aliases = tuple(sorted({*component.aliases, alias}))
                draft.components[id] = component.model_copy(update={"aliases": aliases})


def by_image(draft: Draft) -> dict[tuple[str, str], set[str]]:
    """Ids of the user's own components by the registry and repository of the images that they run."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for need in draft.needs:
        # an image that something is built from is not what it runs
        if need.reference.role != "image" or need.phase == "deploy":
            continue
        component = draft.components.get(draft.current(need.dependent))
        if component is not None and component.kind not in NOT_OURS:
            for key in repositories(need.reference):
                found[key].add(component.id)
    return found


def repositories(reference: Reference) -> Iterable[tuple[str, str]]:
    """Registry and repository of images: a pipeline pushes one tag, and what runs names another or a digest."""
    for text in reference.texts:
        image = parse_image(text)
        if image is not None:
            yield image.registry, image.repository


def _owners(
    fact: DependencyFact | RedundancyFact,
    bearers: dict[str, list[Component]],
    loose: dict[str, list[DependencyFact | RedundancyFact]],
) -> list[Component]:
    """Whose a fact of a folder is: the one that bears it; building is needed by all that are built there."""
    if not fact.dependent.startswith(PREFIX):
        return []
    found = bearers.get(fact.dependent, [])
    if len(found) == 1 or (found and fact.phase == "deploy"):
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
