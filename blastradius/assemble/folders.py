"""Folders: what settings of a folder name is needed by the one component of that folder, where there is one.

A component says by an alias `folder:<path>` that it is built from or declared in a folder. An alias and no identity: two
things built from one folder are two. One thing in several environments is built from one folder for all of them. A fact
of `folder:<top>//<rest>` is that of the nearest folder with any component, from `<top>/<rest>` up to `<top>`.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from blastradius.assemble.draft import Draft, Loose, joined
from blastradius.assemble.images import Running
from blastradius.assemble.listing import few
from blastradius.catalog import redact
from blastradius.model import CallSettings, Component, DependencyFact, Gap, RedundancyFact, Reference

PREFIX = "folder:"


def bearers(draft: Draft) -> dict[str, list[Component]]:
    """Components by the folder that they say they are of, as `folder:<path>`."""
    found: dict[str, list[Component]] = defaultdict(list)
    for component in draft.components.values():
        for alias in component.aliases:
            if alias.startswith(PREFIX):
                found[alias].append(component)
    return found


def nearest(dependent: str, known: Mapping[str, list[Component]]) -> tuple[str, list[Component]]:
    """The folder that a fact of a folder is about, and its components: none, one, or several.

    Args:
        dependent: `folder:<path>`, or `folder:<top>//<rest>`.
        known: components by folder.
    """
    top, between, rest = dependent.removeprefix(PREFIX).partition("//")
    inner = posixpath.normpath(posixpath.join(top, rest)) if between else top
    folder = inner
    while not known.get(PREFIX + folder) and folder not in (top, "."):
        folder = posixpath.dirname(folder) or "."
    found = known.get(PREFIX + folder, [])
    return PREFIX + (folder if found else inner), found


def settle(draft: Draft) -> None:
    """Give facts of folders to the components that bear them; those of no or several are left loose.

    What is needed to build where nobody is known to be built becomes a gap.
    """
    known = bearers(draft)
    loose: dict[str, list[DependencyFact | RedundancyFact]] = defaultdict(list)
    given: set[tuple[str, ...]] = set()
    needs, groups = [], []
    for need in draft.needs:
        for found in _owners(need, known, loose):
            given.add(_said(need))
            if need.weak or (told := told_to(draft, found.id, need.variables)) is None:
                reference = _within(need.reference, found)
                needs.append(need.model_copy(update={"dependent": found.id, "reference": reference}))
            else:
                needs.extend(_as_told(need, found, told))
        if not need.dependent.startswith(PREFIX):
            needs.append(need)
    for group in draft.groups:
        for found in _owners(group, known, loose):
            if (told := told_to(draft, found.id, group.variables)) is not None:
                needs.extend(_as_told(group, found, told))
                continue
            members = tuple(_within(one, found) for one in group.members)
            groups.append(group.model_copy(update={"dependent": found.id, "members": members}))
        if not group.dependent.startswith(PREFIX):
            groups.append(group)
    draft.needs, draft.groups = needs, groups
    draft.calls = [settled for call in draft.calls for settled in _calling(call, known)]
    read = _read(draft) if loose else {}
    for folder in sorted(loose):
        # a library's folder is nobody's, and those whose program holds the library were told the same
        left = [one for one in loose[folder] if not (isinstance(one, DependencyFact) and _said(one) in given)]
        left = [one for one in left if one.phase == "deploy" or not _is_read(one, read)]
        building = [fact for fact in left if fact.phase == "deploy"]
        if building:
            draft.gaps.append(_building(folder, building))
        serving = [fact for fact in left if fact.phase != "deploy"]
        if serving:
            bearing = tuple(sorted(one.id for one in known.get(folder, ())))
            draft.loose.append(Loose(folder.removeprefix(PREFIX), bearing, tuple(serving)))


Told = tuple[str, tuple[tuple[str, ...], ...]]


def told_to(draft: Draft, id: str, variables: Iterable[str]) -> Told | None:
    """The first of some variables that a component is told, with what it refers to; None where it is told none.

    Names are compared as Spring and .NET do: `spring.redis.host`, `Spring__Redis__Host` and `SPRING_REDIS_HOST` are one.
    """
    wanted = [plain_name(one) for one in variables]
    own = draft.told.get(id, {}) if wanted else {}
    return next((own[one] for one in wanted if one in own), None)


def plain_name(variable: str) -> str:
    """A variable's name without case and marks."""
    return "".join(letter for letter in variable.lower() if letter.isalnum())


def _as_told(fact: DependencyFact | RedundancyFact, found: Component, told: Told) -> Iterator[DependencyFact]:
    """What a setting refers to where a variable of the component says so, rather than the setting's own default."""
    name, members = told
    for texts in members:
        yield DependencyFact(
            dependent=found.id,
            reference=Reference(texts=texts, scope=found.scope or "", role="address"),
            via=f"{fact.via} from env {name}",
            phase=fact.phase,
            strength=fact.strength,
            reason=fact.reason if fact.strength else None,
            evidence=fact.evidence,
        )


def _read(draft: Draft) -> dict[str, set[str]]:
    """Files that scanners read for components that they know, with those scanners: what a container mounts."""
    facts: list[DependencyFact | RedundancyFact] = [*draft.needs, *draft.groups]
    found: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if not fact.dependent.startswith(PREFIX) and fact.phase != "deploy":
            for piece in fact.evidence:
                found[piece.locator.rpartition(":")[0]].add(piece.scanner)
    return found


def _is_read(fact: DependencyFact | RedundancyFact, read: Mapping[str, set[str]]) -> bool:
    """Whether another scanner read the file of a fact for the one to whom it belongs."""
    scanners = {piece.scanner for piece in fact.evidence}
    return any(read.get(piece.locator.rpartition(":")[0], scanners) - scanners for piece in fact.evidence)


def _said(fact: DependencyFact) -> tuple[str, ...]:
    return (*fact.reference.texts, *(one.locator for one in fact.evidence))


def bear(draft: Draft) -> None:
    """Let all that run an image bear the folder that it is built from."""
    if not draft.built:
        return
    running = Running(draft)
    for fact in draft.built:
        alias = PREFIX + fact.folder
        for id in running.of(fact.image):
            component = draft.components[id]
            if alias not in component.aliases:
                aliases = tuple(sorted({*component.aliases, alias}))
                draft.components[id] = component.model_copy(update={"aliases": aliases})


def _owners(
    fact: DependencyFact | RedundancyFact,
    known: Mapping[str, list[Component]],
    loose: dict[str, list[DependencyFact | RedundancyFact]],
) -> list[Component]:
    """Whose a fact of a folder is: the one that bears it, in each environment; building is needed by all built there."""
    if not fact.dependent.startswith(PREFIX):
        return []
    folder, found = nearest(fact.dependent, known)
    if is_one(found) or (found and fact.phase == "deploy"):
        return found
    loose[folder].append(fact)
    return []


def is_one(found: list[Component]) -> bool:
    """Whether components are one thing, in each environment that it is deployed to; no component is none."""
    apart = len({one.environment for one in found}) == len(found)
    return bool(found) and apart and len({one.name for one in found}) == 1


def _calling(call: CallSettings, known: Mapping[str, list[Component]]) -> Iterator[CallSettings]:
    """Settings of a folder are those of its one component; where nothing tells whose they are, they say nothing."""
    if call.dependent is None or not call.dependent.startswith(PREFIX):
        yield call
        return
    _, found = nearest(call.dependent, known)
    for one in found if is_one(found) else ():
        reference = _within(call.dependency, one) if call.dependency else None
        yield call.model_copy(update={"dependent": one.id, "dependency": reference})


def _within(reference: Reference, component: Component) -> Reference:
    """A reference seen from where the component stands."""
    return reference.model_copy(update={"scope": component.scope or ""})


def _building(folder: str, facts: Sequence[DependencyFact | RedundancyFact]) -> Gap:
    """One gap for all that is needed to build what lies in a folder."""
    references = [
        one for fact in facts for one in (fact.members if isinstance(fact, RedundancyFact) else (fact.reference,))
    ]
    named = sorted({redact(one.texts[-1]) for one in references})
    path = folder.removeprefix(PREFIX)
    return Gap(
        scope=path,
        reason=f"building what lies in {path} needs {few(named)}, and no scanned workload is known to be "
        "built from that folder: state the dependency in blastradius.yaml",
        hides="dependency",
        reference=named[0] if len(named) == 1 else None,
        evidence=joined({piece for fact in facts for piece in fact.evidence}),
    )  # fmt: skip


def what_names(facts: Iterable[DependencyFact | RedundancyFact]) -> str:
    """What of a folder names things: settings, manifests of packages, or both."""
    packages = [isinstance(one, DependencyFact) and one.reference.role == "package" for one in facts]
    return "manifests" if all(packages) else "settings and manifests" if any(packages) else "settings"
