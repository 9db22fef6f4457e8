"""Control planes: what changes and starts things calls one, by what the catalog says of their service."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from blastradius.assemble.citing import cited
from blastradius.catalog import places, reach
from blastradius.catalog.services import PROVIDERS
from blastradius.model import Component, Dependency, Evidence, Kind, Phase, Strength

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
            needs = known[key] = list(own_needs(f"{one.provider}:{one.service}", one.region, key[3], without))
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


def own_needs(key: str, region: str, runs: bool, without: Container[str]) -> Iterator[_Need]:
    """What each component of a service in a region needs to be changed and started.

    Args:
        key: `provider:id` of the service.
        region: where the component is.
        runs: whether it runs something, so that it is started.
        without: incidents: what was seen in none but these is left out.
    """
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
