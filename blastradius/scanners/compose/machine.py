"""Ports of one machine: what answers `localhost` where services share a network, and `host.docker.internal`.

In a container of its own, `localhost` is that container. Under `network_mode: host` it is the machine, whose ports are
those that services publish; under `network_mode: service:x` it is whatever shares the network of `x`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blastradius.scanners.compose.model import Project, Service
from blastradius.scanners.compose.telling import hosts_of, ports_of
from blastradius.scanners.loose import text
from blastradius.scanners.naming import is_called, is_own, sense, words
from blastradius.scanners.settings import Setting

_LOOP = r"localhost|127(?:\.\d{1,3}){3}|\[::1\]"
_HOST = r"(?:host|gateway)\.docker\.internal"
_HERE = re.compile(
    rf"(?:([a-z][a-z0-9+.-]{{0,30}})://(?:[^\s/@\"']{{0,200}}@)?|(?<![\w./@-])|(?<=@))(?:({_LOOP})|({_HOST}))(?::(\d{{1,5}}))?(?![\w.-])",
    re.I,
)
#: Lines of files that are comments, or say where a server listens.
_NO_CALL = re.compile(r"\s*(?:#|//|;|--|\*|<!--|(?:listen|bind|server_name|address|addr)\b)", re.I)
#: Ports of schemes that need none to be written (RFC 9110, and what drivers take).
_USUAL = {
    "http": 80, "ws": 80, "https": 443, "wss": 443, "redis": 6379, "postgres": 5432, "postgresql": 5432, "mysql": 3306,
    "amqp": 5672, "mongodb": 27017, "nats": 4222, "ldap": 389, "smtp": 25,
}  # fmt: skip
#: Ports on which images listen that everybody knows, by the last part of their name.
_LISTENS = {
    "redis": 6379, "valkey": 6379, "postgres": 5432, "postgresql": 5432, "mysql": 3306, "mariadb": 3306, "mongo": 27017,
    "rabbitmq": 5672, "memcached": 11211, "nginx": 80, "httpd": 80, "caddy": 80, "traefik": 80, "elasticsearch": 9200,
    "kafka": 9092, "nats": 4222, "minio": 9000,
}  # fmt: skip
_OWN_PORT = frozenset({"port", "http", "server", "listen", "app", "web", "service", "bind"})
_HOPS = 5
_MOST = 20


@dataclass(frozen=True, slots=True)
class Local:
    """A port of this machine, or of the network that a service shares, that a setting names.

    Attributes:
        port: its number; 0 where none is told.
        is_machine: whether it is the machine's in any case.
    """

    port: int
    is_machine: bool

    @property
    def shown(self) -> str:
        """What it is called in messages."""
        host = "host.docker.internal" if self.is_machine else "localhost"
        return f"{host}:{self.port}" if self.port else host


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a port.

    Attributes:
        ids: services that do; none where it is the caller itself.
        doubt: why nothing tells, in words; empty where something does.
        reference: id of the only one that may.
    """

    ids: tuple[str, ...] = ()
    doubt: str = ""
    reference: str | None = None


def locals_in(setting: Setting, others: Iterable[Setting]) -> Iterator[Local]:
    """Ports of this machine that a setting names as something that is called.

    Args:
        setting: to look at.
        others: of the same service: `DB_PORT` stands beside `DB_HOST`.
    """
    if not is_called(setting.name) or is_own(setting.name) or sense(setting.name) in ("secret", "other"):
        return
    if setting.prose and _NO_CALL.match(setting.value):
        return
    seen = set()
    for found in list(_HERE.finditer(setting.value[:20_000]))[:_MOST]:
        scheme, _, machine, written = found.groups()
        port = int(written) if written else _USUAL.get((scheme or "").lower(), 0) or _beside(setting, others)
        one = Local(port if port < 65_536 else 0, machine is not None)
        if one not in seen and (one.port or one.is_machine):
            seen.add(one)
            yield one


def _beside(setting: Setting, others: Iterable[Setting]) -> int:
    """The port that another setting tells of the same thing: `DB_PORT` of `DB_HOST`."""
    of = words(setting.name)[:-1]
    for other in others if of else ():
        if words(other.name) == (*of, "port") and other.value.strip().isdigit() and len(other.value.strip()) < 6:
            return int(other.value)
    return 0


class Machine:
    """All services of a machine by what they publish, and by the network that they share.

    Args:
        projects: of the scan.
    """

    def __init__(self, projects: Iterable[Project]) -> None:
        self._published: dict[int, list[tuple[str, str, str | None]]] = defaultdict(list)
        self._networks: dict[str, list[str]] = defaultdict(list)
        self._own: dict[str, frozenset[int]] = {}
        self._containers: dict[str, str] = {}
        told = list(projects)
        for project in told:
            for service in project.services.values():
                if name := service.text("container_name"):
                    self._containers[name] = project.id_of(service.name)
        for project in told:
            for service in project.services.values():
                id = project.id_of(service.name)
                self._own[id] = frozenset(_listens(service))
                network = self._network(project, service)
                self._networks[network].append(id)
                ports = self._own[id] if network == "host" else _outside(service)
                for port in ports:
                    self._published[port].append((id, project.scope, project.environment))

    def _network(self, project: Project, service: Service, hops: int = _HOPS) -> str:
        """The network of the machine that a service is in: `host`, or that of the service that it shares."""
        mode, _, other = service.text("network_mode").partition(":")
        if mode == "host":
            return "host"
        if mode == "service" and other in project.services and hops:
            return self._network(project, project.services[other], hops - 1)
        if mode == "container" and other in self._containers:
            return self._containers[other]
        return project.id_of(service.name)

    def answers(self, project: Project, service: Service, local: Local) -> Answer:
        """What answers a port that a service calls."""
        id = project.id_of(service.name)
        network = self._network(project, service)
        if local.is_machine or network == "host":
            return self._on_machine(project, id, local)
        shared = [one for one in self._networks[network] if one != id]
        if not shared or local.port in self._own[id]:
            return Answer()
        listening = tuple(one for one in shared if local.port in self._own[one])
        if listening:
            return Answer(listening)
        why = "is a port of the network that it shares, and nothing shows which service listens there"
        return Answer(doubt=why, reference=shared[0] if len(shared) == 1 else None)

    def _on_machine(self, project: Project, id: str, local: Local) -> Answer:
        if not local.port:
            return Answer(doubt="is the machine, and no port is told")
        there = [one for one in self._published.get(local.port, ()) if one[2] == project.environment or not one[2]]
        near = tuple(dict.fromkeys(one for one, scope, _ in there if scope == project.scope))
        found = near or tuple(dict.fromkeys(one for one, _, _ in there))
        if id in found or (local.port in self._own[id] and not local.is_machine):
            return Answer()
        if len(found) > 1:
            return Answer(doubt=f"is published by {len(found)} services, of which one runs at a time")
        return Answer(found) if found else Answer(doubt="is a port of the machine that no scanned service publishes")


def is_gateway(service: Service, host: str) -> bool:
    """Whether a service is told that a name stands for the machine."""
    return any(name.lower() == host and "host-gateway" in hosts_of(part) for name, part in service.parts("extra_hosts"))


def _outside(service: Service) -> Iterator[int]:
    """Ports of the machine that a service publishes."""
    for _, outside, _ in ports_of(service):
        first, _, last = outside.partition("-")
        if first.isdigit() and (not last or last.isdigit()):
            start, end = int(first), int(last or first)
            yield from range(start, min(end, start + 1_000, 65_535) + 1)


def _listens(service: Service) -> Iterator[int]:
    """Ports on which a service listens, as far as its own settings and the name of its image tell."""
    image = re.split(r"[:@]", service.text("image").rsplit("/", 1)[-1], maxsplit=1)[0].lower()
    if image in _LISTENS:
        yield _LISTENS[image]
    for part in service.listed.get("expose", []):
        number = text(part.value).partition("/")[0]
        if number.isdigit():
            yield int(number)
    if "network_mode" not in service.single or not service.text("network_mode").startswith(("service:", "container:")):
        yield from (inside for inside, _, _ in ports_of(service) if service.text("network_mode") == "host")
    for setting in service.settings:
        said = words(setting.name)
        if said[-1:] == ("port",) and set(said) <= _OWN_PORT and re.fullmatch(r"\d{1,5}", setting.value.strip()):
            yield int(setting.value)
