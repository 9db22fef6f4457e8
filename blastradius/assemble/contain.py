"""Containment: whatever has a place needs that place, its region, its provider; so losing one is an ordinary loss."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.catalog.places import (
    GLOBAL,
    account_id,
    component_for_id,
    place_evidence,
    provider_id,
    provider_of_region,
    region_id,
    region_of_zone,
    service_id,
    zone_id,
)
from blastradius.model import Component, Dependency

NOTE = "placed in "
#: Kinds for which `service` names themselves.
_SERVICES = ("platform", "control-plane")


def containers(component: Component) -> tuple[str, ...]:
    """Ids of the places that a component is in, the nearest of each line only.

    A platform service and a zone each need their region, so whoever is in one of them is not tied to the region again.
    """
    region = component.region if component.region != GLOBAL else None
    zone = component.zone
    if region is None and zone:
        region = region_of_zone(zone)
    provider = component.provider or (provider_of_region(region) if region else None)
    found = []
    if component.service and provider and component.region and component.kind not in (*_SERVICES, "region", "zone"):
        found.append(service_id(provider, component.region, component.service))
    if zone and component.kind != "zone":
        found.append(zone_id(provider, zone, region))
        if region and region_of_zone(zone) not in (None, region):  # two places that exclude each other: it needs both
            found.append(region_id(provider, region))
    if not found and region and component.kind != "region":
        found.append(region_id(provider, region))
    if not found and provider and component.kind != "provider":
        found.append(provider_id(provider))
    if component.account and component.kind != "account":
        found.append(account_id(provider, component.account))
    return tuple(id for id in found if id != component.id)


def contain(components: dict[str, Component]) -> tuple[dict[tuple[str, str], None], list[Component]]:
    """Which component is in which place, with the places that nobody described yet.

    Args:
        components: by id; places found among them are used as they are.

    Returns:
        Pairs of dependent and place, and new components for places.
    """
    pairs: dict[tuple[str, str], None] = {}
    new: dict[str, Component] = {}
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    waiting = list(components.values())
    while waiting:
        component = waiting.pop()
        own = component.kind in _SERVICES or component.kind in ("region", "zone", "account", "provider")
        key = (own, component.provider, component.region, component.zone, component.account, component.service)
        places = known.get(key) if not own else None
        if places is None:
            places = containers(component)
            if not own:
                known[key] = places
        for place in places:
            pairs[component.id, place] = None
            if place not in components and place not in new:
                waiting.append(_made(place, component, new))
    return pairs, [new[id] for id in sorted(new)]


def _made(id: str, inside: Component, new: dict[str, Component]) -> Component:
    """The component of a place that nobody described; a zone takes the region of what is in it where its name has none."""
    made = component_for_id(id)
    if made is None:  # a name that no id of well-known shape can hold, such as a region with a slash
        made = Component(id=id, kind="external", name=id)
    if made.kind == "zone" and made.region is None and inside.region not in (None, GLOBAL):
        made = made.model_copy(update={"region": inside.region, "provider": made.provider or inside.provider})
    new[id] = made
    return made


def is_derived(dependency: Dependency) -> bool:
    """Whether a dependency is containment that was made here, so that it can be made anew."""
    evidence = dependency.evidence
    return (
        len(evidence) == 1
        and evidence[0].scanner == "assemble"
        and evidence[0].note is not None
        and evidence[0].note.startswith(NOTE)
    )


def rules(pairs: Iterable[tuple[str, str]], components: dict[str, Component]) -> list[Dependency]:
    """A dependency for each pair, with the dependent's own first locator as evidence."""
    names = {id: components[id].name for id in {place for _, place in pairs}}
    return [
        Dependency(
            dependent=dependent,
            dependency=place,
            reason=f"it is in {names[place]}",
            evidence=(place_evidence(components[dependent], NOTE + names[place]),),
        )
        for dependent, place in pairs
    ]
