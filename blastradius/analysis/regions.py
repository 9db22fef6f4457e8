"""Where everything runs, what has a copy elsewhere, and what pins the whole to one region."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from pydantic import Field

from blastradius.analysis.pinned import Pinned, pinned
from blastradius.analysis.serving import GLOBAL, ROLES_NOT_SERVING, apart, deciding, hosted, in_kubernetes, role_of
from blastradius.model import (
    PLACES,
    SCHEMA_VERSION,
    Component,
    Coverage,
    Evidence,
    Gap,
    Inventory,
    Redundancy,
    Value,
)

RegionVerdict = Literal["single-region", "multi-region", "single-region-with-backup", "unknown"]
Replicated = Literal["none", "backup", "read", "full"]

#: Kinds that are other parties' and do not tell where the user's own system runs.
FOREIGN: frozenset[str] = PLACES | {"platform", "control-plane", "vendor", "external"}
#: Kinds that help but hold no copy of the system: a key or a registry in a second region serves nobody.
AUXILIARY: frozenset[str] = frozenset({"secret", "key", "identity", "registry", "pipeline", "dns", "cdn"})
ROLES_READING: frozenset[str] = frozenset({"read-replica", "replica", "reader"})


class RegionalComponent(Value):
    """Where one component runs."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    kind: str = Field(description="Kind.")
    regions: tuple[str, ...] = Field(default=(), description="Regions of it and its copies; empty where unknown.")
    replicated: Replicated = Field(default="none", description="The best copy it has in another region.")
    how: str | None = Field(default=None, description="What makes it so: its role, the alternatives it is one of.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where that stands.")


class Regions(Value):
    """The answer: single-region, multi-region, or not known."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    verdict: RegionVerdict = Field(description="The answer for the whole.")
    reasons: tuple[str, ...] = Field(default=(), description="Why, a sentence each.")
    serving_regions: tuple[str, ...] = Field(default=(), description="Regions with an endpoint or a readable copy.")
    backup_regions: tuple[str, ...] = Field(default=(), description="Regions with a backup or a witness only.")
    components: tuple[RegionalComponent, ...] = Field(default=(), description="The user's own, by id.")
    unplaced: tuple[str, ...] = Field(default=(), description="Ids of which nobody knows the region.")
    pinned: tuple[Pinned, ...] = Field(default=(), description="What other regions need that lives in one.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of where things run.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def regions(inventory: Inventory) -> Regions:
    """Say where a system runs, as far as placement, alternatives and needs tell.

    Args:
        inventory: assembled facts, with the overlay applied.
    """
    # a pipeline serves nobody, and where it runs is a question of what it needs
    own = [
        c
        for c in inventory.components
        if c.kind not in FOREIGN and c.customer_facing is not False and (c.kind != "pipeline" or c.region is not None)
    ]
    home, cluster = hosted(own)
    unplaced = tuple(sorted(c.id for c in own if c.region is None and not (home and in_kubernetes(c))))
    placed = deciding(c for c in own if c.region is not None and c.region != GLOBAL and c.kind not in AUXILIARY)
    beside = apart(inventory, [c for c in placed if role_of(c) not in ROLES_NOT_SERVING])
    serving = {c.region for c in placed if c.region and role_of(c) not in ROLES_NOT_SERVING} - beside.keys()
    backup = {c.region for c in placed if c.region and role_of(c) in ROLES_NOT_SERVING} - serving
    trapped = pinned(inventory)
    verdict, reasons = _verdict(own, unplaced, sorted(serving), sorted(backup))
    for region, names in beside.items():
        held = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        reasons.append(f"{region} holds {held}, which neither copies nor needs what runs elsewhere: it is not counted")
    if cluster is not None and any(c.region is None and in_kubernetes(c) for c in own):
        reasons.append(f"Kubernetes workloads are taken to run in the only cluster seen, {cluster.name} in {home}")
    if trapped and len(serving) > 1:
        more = f" and {len(trapped) - 1} more" if len(trapped) > 1 else ""
        reasons.append(f"{trapped[0].component}{more} lives in one region and is needed from others")
    return Regions(
        verdict=verdict,
        reasons=tuple(reasons),
        serving_regions=tuple(sorted(serving)),
        backup_regions=tuple(sorted(backup)),
        components=_components(inventory, own),
        unplaced=unplaced,
        pinned=trapped,
        gaps=tuple(gap for gap in inventory.gaps if gap.hides == "location"),
        coverage=inventory.coverage,
    )


def _verdict(
    own: list[Component], unplaced: tuple[str, ...], serving: list[str], backup: list[str]
) -> tuple[RegionVerdict, list[str]]:
    advice = "state it under place: in blastradius.yaml"
    if not own:
        return "unknown", ["no component of your own was found"]
    if len(unplaced) == len(own):
        return "unknown", [f"nothing says in which region the {len(own)} components run: {advice}"]
    if unplaced:
        seen = f"; the others run in {', '.join(serving)}" if serving else ""
        return "unknown", [
            f"nothing says in which region {len(unplaced)} of {len(own)} components run, "
            f"such as {unplaced[0]}: {advice}{seen}"
        ]
    if not serving:
        return "unknown", ["no component that serves has a region of its own"]
    if len(serving) > 1:
        return "multi-region", [f"{', '.join(serving)} serve"]
    if backup:
        return "single-region-with-backup", [f"only {serving[0]} serves; {', '.join(backup)} holds a backup"]
    return "single-region", [f"everything that serves runs in {serving[0]}"]


def _components(inventory: Inventory, own: list[Component]) -> tuple[RegionalComponent, ...]:
    by_id = {component.id: component for component in inventory.components}
    groups: dict[str, list[Redundancy]] = defaultdict(list)
    for group in inventory.redundancies:
        if group.phase == "runtime":
            for member in group.members:
                groups[member].append(group)
    copies: dict[str, list[Component]] = defaultdict(list)
    for component in own:
        original = by_id.get(component.attributes.get("copy_of", ""))
        if original is not None:
            copies[original.id].append(component)
            copies[component.id].append(original)
    return tuple(_regional(c, groups[c.id], by_id, copies[c.id]) for c in sorted(own, key=lambda c: c.id))


_ORDER: tuple[Replicated, ...] = ("none", "backup", "read", "full")


def _regional(
    component: Component, groups: list[Redundancy], by_id: dict[str, Component], copies_of: list[Component]
) -> RegionalComponent:
    """Where a component and its copies run: its fellow members of a group in other regions are copies."""
    where = {component.region} - {None, GLOBAL}
    best: Replicated = "none"
    how, evidence = _own_role(component), component.evidence
    for group in groups:
        others = [by_id[one] for one in group.members if one != component.id and one in by_id]
        copies = [one for one in others if one.region not in (None, GLOBAL, component.region)]
        if not copies:
            continue
        where |= {one.region for one in copies if role_of(one) not in ROLES_NOT_SERVING}
        grade = max((_grade(one) for one in copies), key=_ORDER.index)
        if _ORDER.index(grade) > _ORDER.index(best):
            best, how, evidence = grade, _how(group), group.evidence or component.evidence
    for copy in copies_of:
        if copy.region in (None, GLOBAL, component.region):
            continue
        grade = _grade(copy)
        where |= {copy.region} if grade != "backup" else set()
        if _ORDER.index(grade) > _ORDER.index(best):
            best, how, evidence = grade, f"{copy.id} is a copy", copy.evidence
    return RegionalComponent(
        id=component.id,
        name=component.name,
        kind=component.kind,
        regions=tuple(sorted(one for one in where if one)),
        replicated=best,
        how=how,
        evidence=evidence,
    )


def _grade(copy: Component) -> Replicated:
    if role_of(copy) in ROLES_NOT_SERVING:
        return "backup"
    return "read" if role_of(copy) in ROLES_READING else "full"


def _own_role(component: Component) -> str | None:
    return f"role {role_of(component)}" if role_of(component) else None


def _how(group: Redundancy) -> str:
    text = f"{group.dependent} needs {group.required} of {len(group.members)}"
    if group.failover is not None:
        text += f", {group.failover.mode} failover from {', '.join(group.active)}"
    return text
