"""Failovers by hand: what a provider is called for when somebody makes something else take over, by the catalog's word.

Three things may be called: the switch in front (a changed record, a traffic dial), the promotion of what takes over (a
replica), and the start of what takes over where that is scaled to nought. A failover of which somebody states what it
needs stays as it is, and so does an automatic one: health checks and a service's own promotion do not go through what
users call. What serves in every place at once (a global table, a replicated bucket) is called for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence

from blastradius.assemble.citing import cited
from blastradius.assemble.planes import own_needs
from blastradius.catalog import places, reach
from blastradius.catalog.records import Service
from blastradius.model import Component, Dependency, Evidence, Failover, Redundancy

_STEPS = 6
"""Steps from what takes over to what of it is scaled to nought: balancer, target group, service, cluster and some more."""
_Called = tuple[str, Evidence]


def failovers(
    components: Mapping[str, Component],
    groups: Sequence[Redundancy],
    dependencies: Sequence[Dependency] = (),
    without: Container[str] = (),
) -> Sequence[Redundancy]:
    """Redundancies whose failover by hand is known to call a provider, with what it calls as its needs.

    Args:
        components: all there are, by id.
        groups: all redundancies.
        dependencies: what the components need.
        without: incidents: what was seen in none but these is left out.
    """
    if not any(_is_open(one) for one in groups):
        return groups
    starts = _Starts(components, dependencies, without)
    made = [_called(components, one, starts) if _is_open(one) else one for one in groups]
    return groups if all(one is other for one, other in zip(made, groups, strict=True)) else made


def _is_open(group: Redundancy) -> bool:
    """Whether a failover is by hand, and nobody says what it needs."""
    return group.failover is not None and group.failover.mode == "manual" and not group.failover.needs


def _called(components: Mapping[str, Component], group: Redundancy, starts: _Starts) -> Redundancy:
    standby = [components[id] for id in group.members if id not in group.active and id in components]
    found: dict[str, Evidence] = {}
    for id, said in (*_switch(components.get(group.dependent), standby), *_promotions(standby), *starts.of(standby)):
        found.setdefault(id, said)
    if not found or group.failover is None:
        return group
    cites = dict.fromkeys(found[id] for id in sorted(found))
    moved = Failover.model_validate({**group.failover.model_dump(), "needs": tuple(sorted(found))})
    return group.model_copy(update={"failover": moved, "evidence": (*group.evidence, *cites)})


def _switch(own: Component | None, standby: Sequence[Component]) -> Iterator[_Called]:
    """What is called to change what stands in front, which may itself be what is promoted: a global cluster."""
    service = _service_of(own)
    if own is None or service is None or service.failover is None:
        return
    if service.failover_as == "standby":
        regions = {one.region for one in standby if one.region}
    else:
        regions = {places.GLOBAL if service.home or own.region is None else own.region}
    yield from _nodes(service, regions)


def _promotions(standby: Sequence[Component]) -> Iterator[_Called]:
    """What is called to promote what takes over."""
    for one in standby:
        service = _service_of(one)
        if service is not None and service.failover is not None and service.failover_as == "standby" and one.region:
            yield from _nodes(service, {one.region})


def _nodes(service: Service, regions: set[str]) -> Iterator[_Called]:
    said = cited(f"{service.provider}.yaml", service.id, service)
    said = said.model_copy(update={"note": f"{service.failover}; {said.note}"})
    for region in sorted(regions):
        node = reach.node(service.key, service.failover_plane, region)
        if node is not None:
            yield node.id, said


def _service_of(component: Component | None) -> Service | None:
    if component is None or component.service is None or component.provider is None:
        return None
    return reach.service(f"{component.provider}:{component.service}")


class _Starts:
    """What it takes to start what is scaled to nought."""

    def __init__(
        self, components: Mapping[str, Component], dependencies: Sequence[Dependency], without: Container[str]
    ) -> None:
        self._components, self._without = components, without
        self._idle = {id for id, one in components.items() if one.attributes.get("replicas") == "0"}
        self._needs: dict[str, list[str]] = defaultdict(list)
        self._startup: dict[str, list[Dependency]] = defaultdict(list)
        for one in dependencies if self._idle else ():
            if one.strength == "hard" and one.phase == "runtime":
                self._needs[one.dependent].append(one.dependency)
            elif one.strength == "hard" and one.phase == "startup" and one.dependent in self._idle:
                self._startup[one.dependent].append(one)

    def of(self, standby: Sequence[Component]) -> Iterator[_Called]:
        """What starting some components takes, and what they need of the user's own that is scaled to nought."""
        for id in sorted(self._reached(standby)) if self._idle else ():
            one = self._components[id]
            for need in self._startup[id]:
                yield need.dependency, _started(one, need.evidence[0] if need.evidence else None)
            if one.service is None or one.provider is None or one.region is None:
                continue
            for target, phase, strength, _, said in own_needs(
                f"{one.provider}:{one.service}", one.region, True, self._without
            ):
                if (phase, strength) == ("startup", "hard"):
                    yield target, _started(one, said[0])

    def _reached(self, standby: Sequence[Component]) -> set[str]:
        seen = wave = {one.id for one in standby}
        for _ in range(_STEPS):
            wave = {other for id in wave for other in self._needs.get(id, ())} - seen
            if not wave:
                break
            seen = seen | wave
        return seen & self._idle


def _started(one: Component, said: Evidence | None) -> Evidence:
    """Evidence that a failover starts something."""
    where = one.evidence[0] if one.evidence else None
    said = said or where or Evidence(scanner="catalog", locator=one.id, basis="inferred")
    note = f"{one.name} is scaled to nought and has to be started"
    return said.model_copy(update={"note": f"{note}; {said.note}" if said.note else note})
