"""What was not seen and the removal can touch: the ground of `at_worst` and `unknown`.

The rules are those of the design, section 3. A location gap is touched by removed places compatible with its bounds; an
unplaced component by the loss of any region or provider, by other places only where its gap names them; both also by
that of a provider's service whose provider and region are compatible, for it may run on that; and so is a component whose
place is known and not what it runs on, by the services of that place; a dependency
gap by any removal compatible with its hint, one that names a component by the fall of that alone; an area that could not be read touches only components with an unresolved
reference; and of two components that may be the same, the one falls with the other. What falls with everything unseen
in the way touches the gaps that name it in turn: that is in `doubt`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from blastradius.graph import DependencyGraph
from blastradius.model import PLACES, Component, Gap
from blastradius.simulate.grounds import Grounds, bounds_agree, host_gap, refers

PLANES = frozenset({"platform", "control-plane"})
"""Kinds of a provider's service: what has no known place may use one."""
Touched = dict[str, list[Gap]]
"""Gaps by the id of the component that they put in doubt."""


def touched(graph: DependencyGraph, removed: Collection[str], absent: Iterable[Component] = ()) -> Touched:
    """Components that a removal may take down by what nobody saw of where they are or what they need.

    Args:
        graph: the system.
        removed: ids removed.
        absent: places removed in which nobody saw anything.

    Returns:
        The gaps, by id of the component they put in doubt; removed components are not among them.
    """
    gone = [graph.components[node] for node in sorted(removed) if node in graph.components]
    gone += absent
    found: Touched = {}
    if not gone:
        return found
    places = [place for place in gone if place.kind in PLACES]
    grounds = Grounds(graph)
    wide = [place for place in gone if place.kind in PLACES or place.kind in PLANES]
    for component in grounds.roaming if wide else ():
        if any(_place_touches(place, component) for place in wide):
            note(found, component.id, grounds.place(component))
    for component in grounds.unhosted if len(wide) > len(places) else ():
        if any(_may_host(one, component) for one in wide):
            note(found, component.id, host_gap(component))
    for gap, uncertain in grounds.bounded():
        if _touches(gone, gap):
            because = [gap]
        elif refers(gap):
            near = [area for area in grounds.areas if bounds_agree(area, gap)]
            because = [area for area in near if any(_within(one, area) for one in gone)]
        else:
            continue
        for id in uncertain:
            for one in because:
                note(found, id, one)
    for node in removed:
        found.pop(node, None)
    return found


class Unseen:
    """What single losses touch, for many of them: only a few bounds and places differ, and each is asked once.

    Args:
        graph: the system.
    """

    def __init__(self, graph: DependencyGraph) -> None:
        self._by_bounds: dict[tuple[object, ...], tuple[Gap, set[str]]] = {}
        grounds = Grounds(graph)
        for gap, ids in grounds.bounded():
            self._by_bounds.setdefault((*_bounds(gap), gap.hides, refers(gap)), (gap, set()))[1].update(ids)
        self._areas = tuple({_bounds(area): area for area in reversed(grounds.areas)}.values())
        self._by_place: dict[tuple[object, ...], tuple[Component, set[str]]] = {}
        for component in grounds.roaming:
            place = (component.provider, component.region)
            self._by_place.setdefault(place, (component, set()))[1].add(component.id)
        self._unhosted: dict[tuple[object, ...], tuple[Component, set[str]]] = {}
        for component in grounds.unhosted:
            place = (component.provider, component.region)
            self._unhosted.setdefault(place, (component, set()))[1].add(component.id)
        self._found: dict[tuple[object, ...], frozenset[str]] = {}

    def touched(self, gone: Component) -> frozenset[str]:
        """Ids that the loss of one component puts in doubt by where it is, as `touched` has it; perhaps its own."""
        places = (gone.provider, gone.region, gone.zone, gone.account)
        key = (gone.kind, *places, gone.name if gone.kind in PLACES else None)
        if key not in self._found:
            self._found[key] = frozenset(self._ask(gone))
        return self._found[key]

    def _ask(self, gone: Component) -> Iterable[str]:
        for gap, ids in self._by_bounds.values():
            unread = (bounds_agree(area, gap) and _within(gone, area) for area in self._areas)
            if _touches([gone], gap) or (refers(gap) and any(unread)):
                yield from ids
        for component, ids in self._by_place.values():
            if _place_touches(gone, component):
                yield from ids
        for component, ids in self._unhosted.values():
            if _may_host(gone, component):
                yield from ids


def blind(graph: DependencyGraph) -> dict[int, Gap]:
    """What a journey asks of an entry in another phase than runtime, where nothing tells what that takes.

    Nobody saw what is needed to change such a component, so any loss may be in the way.

    Returns:
        The gap, by the number of the phase node.
    """
    circuit = graph.circuit
    asked = {
        source
        for journey in graph.journeys.values()
        if journey.phase != "runtime"
        for source in circuit.runtime_inputs(circuit.index[journey.id])
    }
    phases = {node: phase for (_, phase), node in circuit.phase_nodes.items()}
    found = {}
    for node in sorted(asked & phases.keys()):
        if circuit.feeds[node]:
            continue
        component = graph.components[circuit.ids[circuit.node_of(node)]]
        reason = f"nothing tells what is needed to {_PURPOSES[phases[node]]} {component.name}"
        found[node] = Gap(
            scope=component.id,
            component=component.id,
            hides="dependency",
            reason=f"{reason}: state it under `dependencies:` with `phase: {phases[node]}`",
            evidence=component.evidence[:1],
        )
    return found


_PURPOSES = {"startup": "start", "deploy": "change", "operate": "operate"}


def note(found: Touched, node: str, gap: Gap) -> None:
    """Add a gap to those that put a component in doubt, once."""
    gaps = found.setdefault(node, [])
    if gap not in gaps:
        gaps.append(gap)


def _may_host(gone: Component, component: Component) -> bool:
    """Whether a component of known place may run on a service that is removed."""
    return (
        gone.kind == "platform"
        and gone.provider in (None, component.provider)
        and gone.region in (None, component.region)
    )


def _may_use(plane: Component, provider: str | None, region: str | None) -> bool:
    """Whether what has such a place, none where not known, may use a provider's service in its region."""
    from blastradius.catalog.places import GLOBAL, provider_of_region

    if region == GLOBAL:
        return False
    provider = provider or (provider_of_region(region) if region else None)
    if None not in (provider, plane.provider) and provider != plane.provider:
        return False
    return region is None or plane.region in (None, GLOBAL, region)


def _place_touches(place: Component, component: Component) -> bool:
    """Whether a component of the user's own, of unknown region or provider, may lie in a place or use a service there."""
    if place.kind in PLANES:
        return _may_use(place, component.provider, component.region)
    if place.kind == "region":
        known = component.provider is not None and place.provider is not None
        return component.region is None and not (known and component.provider != place.provider)
    if place.kind != "provider" or component.provider is not None:
        return False
    if component.region is None:
        return True
    from blastradius.catalog.places import GLOBAL, provider_of_region

    # what is in no place of its own, such as a DNS name, says by its needs where it is
    return component.region != GLOBAL and provider_of_region(component.region) is None


def _named(place: Component, bounds: Gap) -> bool:
    """Whether bounds name a zone or an account that is removed."""
    if place.kind == "zone":
        if bounds.zone is not None:
            return bounds.zone == (place.zone or place.name)
        return bounds.region is not None and bounds.region == place.region
    if place.kind == "account":
        return bounds.account is not None and bounds.account == (place.account or place.name)
    return False


def _touches(gone: Iterable[Component], gap: Gap) -> bool:
    if gap.hides == "dependency":
        return any(_within(component, gap) for component in gone)
    return any(
        _within(place, gap) and (place.kind in ("region", "provider") or _named(place, gap))
        if place.kind in PLACES
        # who knows the region and hides the zone or the account says nothing of services
        else place.kind in PLANES and gap.region is None and gap.zone is None and _within(place, gap)
        for place in gone
    )


def _within(component: Component, gap: Gap) -> bool:
    """Whether something removed may be or contain what a gap hides, by the gap's bounds."""
    own = {
        "provider": component.name if component.kind == "provider" else component.provider,
        "region": component.name if component.kind == "region" else component.region,
        "zone": component.name if component.kind == "zone" else component.zone,
        "account": component.name if component.kind == "account" else component.account,
    }
    for bound, value in own.items():
        limit = getattr(gap, bound)
        if limit is not None and value is not None and limit != value:
            return False
    contains = component.kind in PLACES or component.kind in ("platform", "control-plane")
    return gap.kind is None or contains or gap.kind == component.kind


def _bounds(gap: Gap) -> tuple[object, ...]:
    return gap.provider, gap.region, gap.zone, gap.account, gap.kind
