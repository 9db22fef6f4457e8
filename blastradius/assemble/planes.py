"""Control planes: what changes, starts and fails over things calls one, by what the catalog says of their service."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from blastradius.assemble.citing import cited
from blastradius.catalog import places, reach
from blastradius.catalog.records import Service
from blastradius.catalog.services import PROVIDERS
from blastradius.model import Component, Dependency, Evidence, Failover, Kind, Phase, Redundancy, Strength

#: Kinds that run something, so that they are started; a gateway or a bucket of the same service is not.
_RUN: frozenset[Kind] = frozenset({"service", "function", "cluster", "database", "cache", "pipeline"})
_SIGN_IN = "aws:console-signin"
_Need = tuple[str, Phase, Strength, str | None, tuple[Evidence, ...]]


def planes(components: Mapping[str, Component], without: Container[str] = ()) -> Iterator[Dependency]:
    """What the user's own components need of their services' control planes, and to start.

    Args:
        components: all there are, by id.
        without: incidents: what was seen in none but these is left out.
    """
    known: dict[tuple[str, str, str, bool], list[_Need]] = {}
    for one in components.values():
        if one.service is None or one.region is None or one.kind in places.FOREIGN or one.provider not in PROVIDERS:
            continue
        key = (one.provider, one.service, one.region, one.kind in _RUN)
        needs = known.get(key)
        if needs is None:
            needs = known[key] = list(_needs(f"{one.provider}:{one.service}", one.region, key[3], without))
        for target, phase, strength, reason, evidence in needs:
            yield Dependency(
                dependent=one.id,
                dependency=target,
                phase=phase,
                strength=strength,
                reason=reason,
                evidence=evidence,
            )
    yield from _signing_in(components)


def _needs(key: str, region: str, runs: bool, without: Container[str]) -> Iterator[_Need]:
    """What each component of a service in a region needs."""
    service = reach.service(key)
    control = reach.node(key, "control", region)
    if service is None or service.scope == "single-region":
        return
    if control is not None:
        said = (cited(f"{service.provider}.yaml", service.id, service),)
        where = f"{service.name} in {control.region}"
        yield control.id, "deploy", "hard", f"it is changed through the control plane of {where}", said
        if service.launches and runs:
            yield control.id, "startup", "hard", f"it is started through the control plane of {where}", said
        for record in reach.records_of(key, "control"):
            target = reach.node(record.dependency, record.dependency_plane, region) if record.creating else None
            if target is not None and not record.rests_on(without):
                cites = (cited(record.file, record.id, record, record.observed_in),)
                yield target.id, "deploy", "hard", record.effect, cites
    for record in reach.records_of(key, "data"):
        target = reach.node(record.dependency, record.dependency_plane, region)
        if record.phase == "runtime" or record.when or target is None or not runs or record.rests_on(without):
            continue
        said = (cited(record.file, record.id, record, record.observed_in),)
        yield target.id, record.phase, record.strength, record.effect, said


def _signing_in(components: Mapping[str, Component]) -> Iterator[Dependency]:
    """Who sees to what is in an account signs in to its console, by default in one Region."""
    accounts = [one for one in components.values() if one.kind == "account" and one.provider == "aws"]
    service = reach.service(_SIGN_IN) if accounts else None
    target = reach.node(_SIGN_IN, "data", places.GLOBAL) if service else None
    if service is None or target is None:
        return
    for one in accounts:
        yield Dependency(
            dependent=one.id,
            dependency=target.id,
            phase="operate",
            strength="soft",
            reason="people sign in to the console there by default; other sign-in hosts and the API go on",
            evidence=(cited("aws.yaml", service.id, service),),
        )


def failovers(components: Mapping[str, Component], groups: Sequence[Redundancy]) -> Sequence[Redundancy]:
    """Redundancies whose failover by hand is known to call a control plane, with that as its need.

    A failover of which somebody states what it needs stays as it is, and so does an automatic one: health checks and a
    service's own promotion do not go through what users call.

    Args:
        components: all there are, by id.
        groups: all redundancies.
    """
    made = [_failing_over(components, one) for one in groups]
    return groups if all(one is other for one, other in zip(made, groups, strict=True)) else made


def _failing_over(components: Mapping[str, Component], group: Redundancy) -> Redundancy:
    failover = group.failover
    if failover is None or failover.mode != "manual" or failover.needs:
        return group
    standby = [components[id] for id in group.members if id not in group.active and id in components]
    own = components.get(group.dependent)
    service = _service_of(own) or next((found for one in standby if (found := _service_of(one))), None)
    if service is None or service.failover is None:
        return group
    regions = {one.region for one in standby if one.region} if service.home is None else {places.GLOBAL}
    nodes = (reach.node(service.key, "control", region) for region in sorted(regions))
    needs = tuple(sorted({one.id for one in nodes if one is not None}))
    if not needs:
        return group
    said = cited(f"{service.provider}.yaml", service.id, service)
    said = said.model_copy(update={"note": f"{service.failover}; {said.note}"})
    moved = Failover.model_validate({**failover.model_dump(), "needs": needs})
    return group.model_copy(update={"failover": moved, "evidence": (*group.evidence, said)})


def _service_of(component: Component | None) -> Service | None:
    if component is None or component.service is None or component.provider is None:
        return None
    return reach.service(f"{component.provider}:{component.service}")
