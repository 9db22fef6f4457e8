"""How far a provider's own needs reach: from the planes that are used to those whose loss can be felt there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from blastradius.catalog import places
from blastradius.catalog.data import kept
from blastradius.catalog.records import Plane, Service, ServiceDependency
from blastradius.catalog.services import ALL, dependencies_of, partitions, services_of
from blastradius.model import Component

KINDS: dict[Plane, str] = {"data": "platform", "control": "control-plane"}
_PLANES: dict[str, Plane] = {kind: plane for plane, kind in KINDS.items()}
#: What authorizes everything cannot need itself by the rule for all services.
_BELOW_ALL = frozenset({"aws:iam", "aws:sts"})


@dataclass(frozen=True, slots=True)
class Node:
    """One plane of a service in one place.

    Attributes:
        service: `provider:id`.
        plane: `data` or `control`.
        region: as it stands in the id; `global` for what has none.
    """

    service: str
    plane: Plane
    region: str

    @property
    def id(self) -> str:
        """Id of the component that it is."""
        provider, _, name = self.service.partition(":")
        return places.service_id(provider, self.region, name, KINDS[self.plane])


@dataclass(frozen=True, slots=True)
class Need:
    """What a record says of two nodes."""

    dependent: Node
    dependency: Node
    record: ServiceDependency


def service(key: str) -> Service | None:
    """The record of a service by `provider:id`, None where there is none."""
    return services_of(key.partition(":")[0]).get(key)


def node_of(component: Component) -> Node | None:
    """The node that a platform or control plane is, None for any other component and for one of which nothing is known."""
    plane = _PLANES.get(component.kind)
    if plane is None or component.provider is None or component.service is None or component.region is None:
        return None
    key = f"{component.provider}:{component.service}"
    return Node(key, plane, component.region) if service(key) else None


def node(key: str, plane: Plane, region: str) -> Node | None:
    """Where a plane of a service is for whoever is in a region.

    Args:
        key: `provider:id`.
        plane: which.
        region: of who asks; `global` for what has none.

    Returns:
        The node; None for an unknown service, and where nobody can tell the region.
    """
    record = service(key)
    if record is None:
        return None
    if plane == "data" and record.scope == "global":
        return Node(key, plane, places.GLOBAL)
    if record.home is not None and (plane == "control" or record.scope == "single-region"):
        home = _home(record, region)
        return Node(key, plane, home) if home else None
    if record.scope in ("global", "single-region"):
        return Node(key, plane, places.GLOBAL) if record.scope == "global" else None
    return Node(key, plane, region) if region != places.GLOBAL else None


def _home(record: Service, region: str) -> str | None:
    """Region of a global control plane, as seen from a region: each partition has its own."""
    if record.provider != "aws":
        return record.home
    partition = _partition(region)
    if partition == "aws":
        return record.home
    # what is at home in us-east-1 is at the home of each other partition; of what has another home nothing is known
    found = partitions().get(partition)
    return found.home if found and record.home == "us-east-1" else None


def _partition(region: str) -> str:
    for start, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc")):
        if region.startswith(start):
            return partition
    if region.startswith("us-isob-"):
        return "aws-iso-b"
    return "aws-iso" if region.startswith("us-iso") else "aws"


@kept
def _by_dependent(provider: str) -> Mapping[tuple[str, Plane], tuple[ServiceDependency, ...]]:
    found: dict[tuple[str, Plane], list[ServiceDependency]] = {}
    for record in dependencies_of(provider):
        found.setdefault((record.dependent, record.dependent_plane), []).append(record)
    for key, of_all in list(found.items()):
        if key[0] != f"{provider}:{ALL}":
            continue
        for one in services_of(provider).values():
            if one.scope == "global" or one.part_of or one.key in _BELOW_ALL:
                continue
            own = found.setdefault((one.key, key[1]), [])
            # what is said of this service in particular goes before what is said of all
            own += [record for record in of_all if record.dependency not in {other.dependency for other in own}]
    return {key: tuple(records) for key, records in found.items()}


def records_of(key: str, plane: Plane) -> tuple[ServiceDependency, ...]:
    """What a plane of a service needs, those of all services included."""
    return _by_dependent(key.partition(":")[0]).get((key, plane), ())


def needs_of(one: Node, without: Container[str] = ()) -> Iterator[Need]:
    """What a node needs to serve, whoever uses it.

    Args:
        one: the node.
        without: incidents: a record that was seen in none but these is left out.
    """
    for record in records_of(one.service, one.plane):
        if record.phase != "runtime" or record.when or record.rests_on(without):
            continue
        target = node(record.dependency, record.dependency_plane, one.region)
        if target is not None and target != one:
            yield Need(one, target, record)


def reach(roots: Iterable[Node], without: Container[str] = ()) -> tuple[list[Node], list[Need]]:
    """What some nodes need, as far as its loss can be felt at them.

    A soft need makes at most degraded, and what is degraded makes nothing else so but by hard needs. So behind one soft
    need only what takes down counts: hard needs, and soft ones that harden.

    Args:
        roots: nodes that are used.
        without: incidents, see `needs_of`.

    Returns:
        The nodes beyond the roots, and all needs among them and the roots.
    """
    felt: dict[Node, bool] = {}  # whether it is enough that it is degraded
    there = set(roots)
    waiting = [(one, True) for one in there]
    while waiting:
        one, degraded = waiting.pop()
        if felt.get(one, False) or (one in felt and not degraded):
            continue
        felt[one] = degraded
        for need in needs_of(one, without):
            hard = need.record.strength == "hard"
            if hard or degraded or need.record.hardens_after is not None:
                waiting.append((need.dependency, degraded and hard))
    needs = [need for one in felt for need in needs_of(one, without) if need.dependency in felt]
    return [one for one in felt if one not in there], needs
