"""Where each component and its copies run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field

from blastradius.analysis.instances import seen_in
from blastradius.analysis.reading import ROLES_READING
from blastradius.analysis.serving import GLOBAL, role_of, serves
from blastradius.model import Component, Evidence, Inventory, Redundancy, Value

Replicated = Literal["none", "backup", "read", "full"]
_ORDER: tuple[Replicated, ...] = ("none", "backup", "read", "full")


class RegionalComponent(Value):
    """Where one component runs."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    kind: str = Field(description="Kind.")
    environment: str | None = Field(default=None, description="Environment, where one is told.")
    regions: tuple[str, ...] = Field(
        default=(), description="Regions of it and its copies that serve; empty where its own is not known."
    )
    replicated: Replicated = Field(
        default="none", description="The best it has elsewhere: a backup, a copy to read, or a full one."
    )
    how: str | None = Field(default=None, description="What makes it so: its role, the alternatives it is one of.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where that stands.")


def placement(
    inventory: Inventory, own: Iterable[Component], homes: Mapping[str, Component]
) -> tuple[RegionalComponent, ...]:
    """Say of each of some components where it and its copies run.

    Args:
        inventory: assembled facts.
        own: components to tell of.
        homes: clusters by ids of components without a region that are taken to run there.
    """
    by_id = {component.id: component for component in inventory.components}
    groups: dict[str, list[Redundancy]] = defaultdict(list)
    for group in inventory.redundancies:
        if group.phase == "runtime":
            for member in group.members:
                groups[member].append(group)
    copies: dict[str, list[Component]] = defaultdict(list)
    listed = sorted(own, key=lambda one: one.id)
    for component in listed:
        original = by_id.get(component.attributes.get("copy_of", ""))
        if original is not None:
            copies[original.id].append(component)
            copies[component.id].append(original)
    return tuple(
        _hosted(one, homes[one.id]) if one.id in homes else _regional(one, groups[one.id], by_id, copies[one.id])
        for one in listed
    )


def _hosted(component: Component, cluster: Component) -> RegionalComponent:
    """A workload without a place of its own, where one cluster alone can hold it."""
    how = f"taken to run in {cluster.name}, the only cluster seen"
    return _told(component, {cluster.region}, "none", how, component.evidence)


def _regional(
    component: Component, groups: list[Redundancy], by_id: dict[str, Component], copies_of: list[Component]
) -> RegionalComponent:
    """Where a component and its copies run: its fellow members of a group in other regions are copies.

    Of a component whose own region is not known it is not known either which copy is elsewhere; a replica of which
    somebody reads is one of something wherever it is.
    """
    seen = seen_in(component)
    if seen:
        told = f"seen at run time in {', '.join(seen)}"
        return _told(component, set(seen), "full" if len(seen) > 1 else "none", told, component.evidence)
    if component.region is None:
        reads = role_of(component) in ROLES_READING
        return _told(component, set(), "read" if reads else "none", _nowhere(component, reads), component.evidence)
    where: set[str | None] = {component.region}
    best: Replicated = "none"
    how = f"role {role_of(component)}" if role_of(component) else None
    evidence = component.evidence
    for copy, said, shown in _copies(component, groups, by_id, copies_of):
        if copy.region == component.region or copy.region == GLOBAL:
            continue
        if copy.region is None:
            how = how or f"{copy.id} is a copy, and nothing says in which region it is"
            continue
        where |= {copy.region} if serves(copy) and not _part(copy) else set()
        grade = min(_grade(component), _grade(copy), key=_ORDER.index)
        if _ORDER.index(grade) > _ORDER.index(best):
            best, how, evidence = grade, said, shown
    return _told(component, where, best, how, evidence)


def _copies(
    component: Component, groups: list[Redundancy], by_id: dict[str, Component], copies_of: list[Component]
) -> Iterator[tuple[Component, str, tuple[Evidence, ...]]]:
    """Copies of a component, each with what says so and where."""
    for group in groups:
        for one in group.members:
            if one != component.id and one in by_id:
                yield by_id[one], _how(group), group.evidence or component.evidence
    for copy in copies_of:
        # the replica's own line says of what it is one
        part = next((said for one in (copy, component) if (said := _part(one))), "")
        said = f"{copy.id} is a copy{f' of {part} only' if part else ''}"
        yield copy, said, copy.evidence if serves(component) else component.evidence


def _told(
    component: Component,
    where: set[str | None],
    replicated: Replicated,
    how: str | None,
    evidence: tuple[Evidence, ...],
) -> RegionalComponent:
    return RegionalComponent(
        id=component.id,
        name=component.name,
        kind=component.kind,
        environment=component.environment,
        regions=tuple(sorted(one for one in where if one and one != GLOBAL)),
        replicated=replicated,
        how=how,
        evidence=evidence,
    )


def _part(copy: Component) -> str:
    """What alone a copy holds, where what feeds it leaves something out; empty for a whole copy."""
    part = copy.attributes.get("replicates", "everything")
    return "" if part == "everything" else part


def _grade(copy: Component) -> Replicated:
    if not serves(copy) or _part(copy):
        return "backup"  # a part of what there was brings back a part
    return "read" if role_of(copy) in ROLES_READING else "full"


def _nowhere(component: Component, reads: bool) -> str | None:
    of = component.attributes.get("copy_of")
    if not reads:
        return f"role {role_of(component)}" if role_of(component) else None
    return f"role {role_of(component)}{f' of {of}' if of else ''}, and nothing says in which region it is"


def _how(group: Redundancy) -> str:
    text = f"{group.dependent} needs {group.required} of {len(group.members)}"
    if group.failover is not None:
        text += f", {group.failover.mode} failover from {', '.join(group.active)}"
    return text
