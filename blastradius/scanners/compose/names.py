"""Where a host name leads inside compose: services are found by name on the networks that they share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from blastradius.scanners.compose.model import Project, Service, items
from blastradius.scanners.compose.telling import hosts_of
from blastradius.scanners.loose import mapping, text

_HOPS = 5


@dataclass(frozen=True, slots=True)
class Lead:
    """What a host name leads to.

    Attributes:
        ids: services behind the name; any of several answers.
        address: an address outside that the service is told the name stands for.
        apart: name of the service that bears it on networks which the reader is not on.
    """

    ids: tuple[str, ...] = ()
    address: str = ""
    apart: str = ""


class Names:
    """All names of all projects.

    Args:
        projects: of the scan; they meet on networks that are external or have a name of their own.
    """

    def __init__(self, projects: Iterable[Project]) -> None:
        self._stages: dict[str, str | None] = {}
        self._on: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        self._containers: dict[str, list[str]] = defaultdict(list)
        self._anywhere: dict[str, dict[str, str]] = defaultdict(dict)
        for project in projects:
            for service in project.services.values():
                id = project.id_of(service.name)
                self._stages[id] = project.environment
                if own := service.text("container_name").lower():
                    self._containers[own].append(id)
                for network, names in self._memberships(project, service).items():
                    for name in names:
                        self._on[network][name][id] = None
                        self._anywhere[project.scope].setdefault(name, service.name)
                self._anywhere[project.scope][service.name.lower()] = service.name

    def _memberships(self, project: Project, service: Service) -> dict[str, list[str]]:
        """Networks of a service, with the names it has there."""
        if "network_mode" in service.single:
            return {}
        # the engine's name server knows containers by their host name, too
        own = [service.name.lower(), service.text("container_name").lower(), service.text("hostname").lower()]
        found = {}
        for network in networks_of(project, service):
            part = service.keyed.get("networks", {}).get(network)
            body = mapping(part.value) if part else {}
            extra = [text(one).lower() for one in items(body.get("aliases"))]
            extra += [text(body.get("ipv4_address")), text(body.get("ipv6_address")).lower()]
            found[_key(project, network)] = list(dict.fromkeys(one for one in (*own, *extra) if one))
        return found

    def lookup(self, project: Project, service: Service, host: str) -> Lead | None:
        """What a host means to a service; None where compose does not know it.

        Args:
            project: of the service.
            service: that refers to the host.
            host: lower case, without port.
        """
        for name, part in service.parts("extra_hosts"):
            if name.lower() == host:
                address = next(iter(hosts_of(part)), "")
                return Lead(address="localhost" if address == "host-gateway" else address)
        for target, alias, _ in links_of(service):
            if host == alias.lower() and target in project.services:
                return Lead(ids=(project.id_of(target),))
        names = list(dict.fromkeys(_forms(project, host)))
        for network in self._view(project, service):
            for name in names:
                if ids := self._of(project.environment, self._on.get(network, {}).get(name, ())):
                    return Lead(ids=ids)
        for name in names:
            if bearer := self._anywhere[project.scope].get(name):
                return Lead(ids=(project.id_of(bearer),)) if bearer == service.name else Lead(apart=bearer)
        return None

    def _of(self, stage: str | None, ids: Iterable[str]) -> tuple[str, ...]:
        """Those that an environment reaches on a network whose name several share: its own, else those of none."""
        found = tuple(ids)
        for near in (stage, None):
            if own := tuple(id for id in found if self._stages[id] == near):
                return own
        return () if stage else found

    def container(self, name: str) -> tuple[str, ...]:
        """Services that run under a container name of their own."""
        return tuple(self._containers.get(name.lower(), ()))

    def _view(self, project: Project, service: Service, hops: int = _HOPS) -> list[str]:
        """Networks that a service sees: its own, or those of the service whose network it shares."""
        mode = service.text("network_mode")
        if mode.startswith("service:") and hops:
            other = project.services.get(mode.removeprefix("service:"))
            return self._view(project, other, hops - 1) if other else []
        if "network_mode" in service.single and mode != "bridge":
            return []
        return [_key(project, network) for network in networks_of(project, service)]


def networks_of(project: Project, service: Service) -> list[str]:
    """Names of the networks that a service is on."""
    return list(service.keyed.get("networks", {})) or ["default"]


def _key(project: Project, network: str) -> str:
    """What a network is called on the machine: external and named ones are shared by projects."""
    part = project.networks.get(network)
    body = mapping(part.value) if part else {}
    external = body.get("external")
    name = text(body.get("name")) or text(mapping(external).get("name"))
    if name:
        return name
    return network if external in (True, "true") or isinstance(external, dict) else f"{project.scope}_{network}"


def _forms(project: Project, host: str) -> Iterable[str]:
    """A name as it is, and the service in `tasks.db`, `db.shop_default`, `shop-db-1`."""
    yield host
    yield host.removeprefix("tasks.")
    label, dot, rest = host.partition(".")
    if dot and rest.startswith(project.name.lower()):
        yield label
    if found := re.fullmatch(rf"{re.escape(project.name.lower())}[-_](.+)[-_]\d{{1,3}}", host):
        yield found[1]


def links_of(service: Service) -> list[tuple[str, str, int]]:
    """Services that a service is linked to, the name it knows them by, and the position in its list."""
    found = []
    for position, part in enumerate(service.listed.get("links", [])):
        target, _, alias = text(part.value).partition(":")
        if target:
            found.append((target, alias or target, position))
    return found
