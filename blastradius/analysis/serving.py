"""Which regions serve: those that hold a part of the system that has something to do with the rest of it.

A region counts beside another where the two hold things of one type, copies of each other, members of one group, or
where something of one needs something of the other, or both stand behind one global entrance. What has none of that
is something apart: a machine that plays a remote site, a bucket for somebody else. It makes no system multi-region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from blastradius.model import Component, Inventory

GLOBAL = "global"
#: Values of `attributes["role"]`, as scanners set them, that hold no endpoint and no readable copy.
ROLES_NOT_SERVING: frozenset[str] = frozenset({"backup", "witness", "standby"})
#: Networks, and functions that run at a provider's edge: they are where they are for something else.
ROLES_BESIDE: frozenset[str] = frozenset({"network", "edge"})
_CLUSTERS = frozenset({"eks", "gke", "aks"})


def role_of(component: Component) -> str:
    """The part a component plays for another, such as `backup`; empty for a full one."""
    return component.attributes.get("role", "")


def seen_in(component: Component) -> tuple[str, ...]:
    """Regions in which a component without a region of its own was seen at run time, each instance in one."""
    said = component.attributes.get("regions", "") if component.region is None else ""
    return tuple(region for part in said.split(",") if (region := part.strip()))


def spread(component: Component) -> list[Component]:
    """The component in each region that it was seen in; itself where it has one, or none."""
    return [component.model_copy(update={"region": one}) for one in seen_in(component)] or [component]


def deciding(placed: Iterable[Component]) -> list[Component]:
    """Of some components with a region those that decide where the system is: networks only where nothing else is."""
    found = list(placed)
    strong = [one for one in found if role_of(one) not in ROLES_BESIDE]
    return strong if any(role_of(one) not in ROLES_NOT_SERVING for one in strong) else found


def hosted(own: Iterable[Component]) -> tuple[str | None, Component | None]:
    """The region in which Kubernetes workloads without a place run: that of the only managed cluster there is."""
    clusters = [one for one in own if one.kind == "cluster" and one.service in _CLUSTERS]
    if len(clusters) == 1 and clusters[0].region not in (None, GLOBAL):
        return clusters[0].region, clusters[0]
    return None, None


def in_kubernetes(component: Component) -> bool:
    """Whether a component is a workload of a Kubernetes cluster."""
    return component.id.startswith("k8s:")


def apart(inventory: Inventory, serving: list[Component]) -> dict[str, list[str]]:
    """Regions that have nothing to do with the weightiest part of the system, with the names of what they hold.

    Args:
        inventory: assembled facts.
        serving: components that serve, each with a region.
    """
    by_region: dict[str, list[Component]] = defaultdict(list)
    for one in serving:
        by_region[str(one.region)].append(one)
    if len(by_region) < 2 or all(role_of(one) in ROLES_BESIDE for one in serving):
        return {}
    groups = _linked(inventory, by_region)
    if len(groups) < 2:
        return {}
    ranked = sorted(groups, key=lambda group: _weight(by_region, group), reverse=True)
    if _weight(by_region, ranked[0]) == _weight(by_region, ranked[1]):
        return {}
    return {region: sorted(one.name for one in by_region[region]) for group in ranked[1:] for region in sorted(group)}


def _weight(by_region: Mapping[str, list[Component]], group: set[str]) -> tuple[int, int, int]:
    """How much of a system a group of regions is: sorts of managed things, sorts of things, things."""
    found = [one for region in group for one in by_region[region]]
    sorts = {(one.kind, one.type) for one in found}
    return sum(kind != "service" for kind, _ in sorts), len(sorts), len(found)


def _linked(inventory: Inventory, by_region: Mapping[str, list[Component]]) -> list[set[str]]:
    """Regions grouped by what ties them together."""
    region_of = {one.id: region for region, found in by_region.items() for one in found}
    sets = {region: {region} for region in by_region}

    def join(regions: Iterable[str]) -> None:
        known = sorted({one for one in regions if one in sets})
        for other in known[1:]:
            merged = sets[known[0]] | sets[other]
            for one in merged:
                sets[one] = merged

    sorts: dict[str, set[str]] = defaultdict(set)
    for region, found in by_region.items():
        for one in found:
            sorts[one.type or one.kind].add(region)
            join((region, region_of.get(one.attributes.get("copy_of", ""), region)))
    for regions in sorts.values():
        join(regions)
    _join_needs(inventory, region_of, join)
    return [set(found) for found in {frozenset(one) for one in sets.values()}]


def _join_needs(inventory: Inventory, region_of: Mapping[str, str], join: object) -> None:
    """Tie what needs each other, also where a thing without a region needs both."""
    assert callable(join)
    needs: dict[str, set[str]] = defaultdict(set)
    for dependency in inventory.dependencies:
        if dependency.phase == "runtime":
            needs[dependency.dependent].add(dependency.dependency)
    for group in inventory.redundancies:
        needs[group.dependent].update(group.members)
    own = {one.id for one in inventory.components if one.kind not in _FOREIGN}
    for dependent, needed in needs.items():
        if dependent in own:
            join(region_of[one] for one in (dependent, *sorted(needed)) if one in region_of)


_FOREIGN = frozenset(
    {"provider", "region", "zone", "account", "platform", "control-plane", "vendor", "external", "identity", "key"}
)
