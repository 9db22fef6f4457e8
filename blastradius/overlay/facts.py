"""`components`, `dependencies` and `same`: facts that no scanner can see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import ValidationError

from blastradius.errors import UsageError
from blastradius.model import Component, Dependency, Evidence, Gap, Redundancy
from blastradius.overlay.draft import Draft

T = TypeVar("T")
_PLACED = ("provider", "region", "zone", "account", "environment")
_SINGLE = ("type", "service", "scope", "customer_facing", "recovery", "restart")


def add_components(draft: Draft) -> None:
    """Add the components that the overlay states.

    Raises:
        UsageError: when an id is there already.
    """
    for number, stated in enumerate(draft.overlay.components):
        if stated.id in draft.components:
            where = draft.overlay.at("components", number)
            raise UsageError(f"{where}: {stated.id} is there already: use place: or annotate: to change it")
        values = {name: getattr(stated, name) for name in Component.model_fields}
        values["evidence"] = _noted(stated.evidence, stated.reason)
        draft.put(Component.model_construct(**values))


def _noted(evidence: Iterable[Evidence], reason: str | None) -> tuple[Evidence, ...]:
    return tuple(e if e.note or not reason else e.model_copy(update={"note": reason}) for e in evidence)


def add_dependencies(draft: Draft) -> None:
    """Add the dependencies that the overlay states, one for each pair that its selectors match.

    Raises:
        UsageError: when an end matches nothing, or something would need itself.
    """
    for number, stated in enumerate(draft.overlay.dependencies):
        dependents = draft.resolve(stated.dependent, "dependencies", number, "dependent")
        needed = draft.resolve(stated.dependency, "dependencies", number, "dependency")
        pairs = [(a, b) for a in dependents for b in needed if a != b]
        if not pairs:
            where = draft.overlay.at("dependencies", number)
            raise UsageError(f"{where}: {stated.dependent} would need itself: name two different components")
        shared = {name: getattr(stated, name) for name in Dependency.model_fields}
        shared["evidence"] = _noted(stated.evidence, stated.reason)
        for dependent, dependency in pairs:
            ends = {"dependent": dependent, "dependency": dependency}
            draft.dependencies.append(Dependency.model_construct(**(shared | ends)))


def merge_same(draft: Draft) -> None:
    """Make one component of those that the overlay says are one.

    An ARN survives, else the id that sorts first; the others stay selectable as its identities.

    Raises:
        UsageError: when an id matches none or several, or both are placed in different places.
    """
    leader: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, pair in enumerate(draft.overlay.same):
        one, other = (_only(draft, text, number, place) for place, text in enumerate(pair))
        a, b = sorted((_root(leader, one), _root(leader, other)), key=lambda x: (not x.startswith("arn:"), x))
        if a != b:
            leader[b] = a
            lines[b] = number
    for gone in sorted(leader):
        _absorb(draft, _root(leader, gone), gone, lines[gone])
    if leader:
        _rename(draft, lambda identifier: _root(leader, identifier))


def _only(draft: Draft, text: str, number: int, place: int) -> str:
    found = draft.find(text, "same", number, place)
    if len(found) > 1:
        where = draft.overlay.at("same", number, place)
        raise UsageError(f"{where}: {text} matches {len(found)} components: write one id, such as {found[0]}")
    return found[0]


def _root(leader: dict[str, str], identifier: str) -> str:
    while identifier in leader:
        identifier = leader[identifier]
    return identifier


def _absorb(draft: Draft, kept_id: str, gone_id: str, number: int) -> None:
    """Put what one component knows into another; what both know must agree where it is a place."""
    kept, gone = draft.components[kept_id], draft.components[gone_id]
    values: dict[str, object] = {}
    for name in _PLACED + _SINGLE:
        ours, theirs = getattr(kept, name), getattr(gone, name)
        if name in _PLACED and ours is not None and theirs is not None and ours != theirs:
            where = draft.overlay.at("same", number)
            raise UsageError(f"{where}: {kept_id} has {name} {ours} and {gone_id} has {theirs}: they cannot be one")
        values[name] = theirs if ours is None else ours
    if kept.kind == "external":
        values["kind"] = gone.kind
    note = draft.overlay.evidence(f"the same as {gone_id}", "same", number)
    values |= {
        "identities": _union((*kept.identities, gone_id, *gone.identities)),
        "aliases": _union((*kept.aliases, gone.name, *gone.aliases), without={kept.name}),
        "tags": {**gone.tags, **kept.tags},
        "attributes": {**gone.attributes, **kept.attributes},
        "evidence": _union((*kept.evidence, *gone.evidence, note)),
    }
    draft.drop(gone_id)
    draft.put(kept.model_copy(update=values))


def _union(items: Iterable[T], without: set[T] | None = None) -> tuple[T, ...]:
    return tuple(item for item in dict.fromkeys(items) if not without or item not in without)


def _rename(draft: Draft, name: Callable[[str], str]) -> None:
    """Follow merged ids through all records; what would need itself goes."""
    renamed = (
        d.model_copy(update={"dependent": name(d.dependent), "dependency": name(d.dependency)})
        for d in draft.dependencies
    )
    draft.dependencies = merged(d for d in renamed if d.dependent != d.dependency)
    draft.redundancies = [_renamed_group(draft, group, name) for group in draft.redundancies]
    for journey in list(draft.journeys.values()):
        entries = _union(e.model_copy(update={"component": name(e.component)}) for e in journey.entries)
        draft.journeys[journey.id] = journey.model_copy(update={"entries": entries})
    gaps = [
        gap.model_copy(
            update={
                **{part: (text := getattr(gap, part)) and name(text) for part in ("component", "same_as", "reference")},
                "candidates": tuple(sorted(set(map(name, gap.candidates)))),
            }
        )
        for gap in draft.gaps
    ]
    draft.gaps = [gap for gap in gaps if not _answered(gap)]


def _answered(gap: Gap) -> bool:
    """Whether a gap only wondered if two things are one that now are."""
    return gap.same_as is not None and gap.same_as == gap.component


def _renamed_group(draft: Draft, group: Redundancy, name: Callable[[str], str]) -> Redundancy:
    """A group under the new ids; two members that are one count once.

    Raises:
        UsageError: when the members that are left cannot give what is required.
    """
    ids = {"dependent": name(group.dependent), "members": _union(map(name, group.members))}
    ids |= {"active": _union(map(name, group.active))}
    changed = group.model_copy(update=ids)
    if group.failover:
        needs = _union(map(name, group.failover.needs))
        changed = changed.model_copy(update={"failover": group.failover.model_copy(update={"needs": needs})})
    try:
        return Redundancy.model_validate(dict(changed))
    except ValidationError as wrong:
        error = wrong.errors()[0].get("ctx", {}).get("error", "does not fit")
        where = draft.overlay.at("same")
        raise UsageError(f"{where}: then the alternatives of {group.dependent} do not fit: {error}") from None


def merged(dependencies: Iterable[Dependency]) -> list[Dependency]:
    """Dependencies, those that say the same made one with the evidence of all."""
    found: dict[str, Dependency] = {}
    for one in dependencies:
        key = repr(one.model_copy(update={"evidence": ()}))
        if key in found:
            one = found[key].model_copy(update={"evidence": _union((*found[key].evidence, *one.evidence))})
        found[key] = one
    return list(found.values())
