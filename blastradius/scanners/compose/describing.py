"""What explains a compose service: replicas, profiles, ports, labels; and whether users come in by it.

The rule for entries: a service that publishes a port on an address that others can reach, under a number that they can
know, is a way in; unless another published service of the scan reaches it by what it needs (that one fronts it, and a
load generator publishes nothing), unless it only runs in a profile that is not active, and unless it publishes a port on
which databases, caches, queues and agents listen: such services are opened for developers.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from blastradius.model import BuiltFromFact, Component, Reference
from blastradius.scanners.compose.model import SCANNER, Part, Project, Service, items
from blastradius.scanners.compose.names import networks_of
from blastradius.scanners.compose.telling import installers, names_of, ports_of
from blastradius.scanners.folders import folder_alias
from blastradius.scanners.loose import mapping, text

#: Ports in the container on which stores, queues and agents listen: a service that publishes one is no way in.
_BACKSTAGE = frozenset({
    111, 389, 636, 1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 33060, 4222, 4317, 4318, 5044, 5432,
    5433, 5601, 5671, 5672, 5775, 5778, 6222, 6379, 6380, 6650, 6831, 6832, 7077, 7199, 7474, 7687, 8086, 8125, 8126,
    8200, 8300, 8301, 8302, 8500, 8600, 9042, 9090, 9092, 9093, 9094, 9100, 9160, 9200, 9300, 9411, 9644, 11211, 14250,
    14268, 14269, 15672, 15692, 16686, 24224, 25672, 26257, 26379, 27017, 27018, 27019, 28015, 29015, 29092, 50000,
})  # fmt: skip
#: Ports of debuggers and shells beside the one that users call.
_DEBUG = frozenset({22, 5005, 5678, 8888, 9229, 9230, 40000, 35729})
_HERE = ("127.", "localhost", "::1")
#: Labels that say whose a service is; others may hold anything, passwords of proxies among them.
_LABELS = re.compile(
    r"(?:^|[./_-])(team|owner|tier|environment|env|stage|app|application|component|part-of|domain|product|system|"
    r"criticality|cost-cent(?:er|re)|department|squad)$",
    re.I,
)
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./ -]{0,62}")


def attributes_of(project: Project, service: Service) -> dict[str, str]:
    """Settings of a service that explain it."""
    deploy = mapping(service.single["deploy"].value) if "deploy" in service.single else {}
    published = [f"{outside}:{inside}" for inside, outside, _ in ports_of(service) if re.fullmatch(r"[\d-]+", outside)]
    found = {
        "project": project.name,
        # where compose itself says it otherwise: what is told apart here is not there
        "compose_project": project.own_name if project.own_name != project.name else "",
        "replicas": text(deploy.get("replicas")) or service.text("scale"),
        "mode": text(deploy.get("mode")),
        "profiles": ", ".join(sorted(profiles_of(service))),
        "published_ports": ", ".join(dict.fromkeys(published)),
        "networks": ", ".join(sorted(networks_of(project, service))) if service.keyed.get("networks") else "",
        "network_mode": service.text("network_mode"),
        "restart": service.text("restart"),
        "installs_at_start": ", ".join(installers(service)),
        "secrets": ", ".join(names_of(service.listed.get("secrets", []))),
        "configs": ", ".join(names_of(service.listed.get("configs", []))),
    }
    return {key: value[:500] for key, value in found.items() if value and "${" not in value}


def profiles_of(service: Service) -> set[str]:
    """Profiles that a service runs in; none means always."""
    return {text(one.value) for one in service.listed.get("profiles", [])} - {""}


def tags_of(service: Service) -> dict[str, str]:
    """Labels that say whose a service is."""
    found = {name: text(part.value) for name, part in service.parts("labels") if _LABELS.search(name)}
    return {name[:200]: value for name, value in sorted(found.items()) if _VALUE.fullmatch(value)}


def doors(project: Project, service: Service) -> list[str]:
    """Ports by which users could come in, as `80:8080`."""
    if profiles_of(service) and not profiles_of(service) & project.profiles and "*" not in project.profiles:
        return []
    published = ports_of(service)
    if any(inside in _BACKSTAGE for inside, _, _ in published):
        return []
    return [
        f"port {outside}"
        for inside, outside, bound in published
        if outside and inside not in _DEBUG and not bound.startswith(_HERE) and re.fullmatch(r"[\d-]+", outside)
    ]


def entries(open_doors: dict[str, list[str]], calls: dict[str, set[str]]) -> dict[str, str]:
    """Ways in, by component id.

    Args:
        open_doors: published ports of each service that has some.
        calls: services that each one needs, links and start order included.
    """
    reach = {id: _reached(id, calls) for id, ports in open_doors.items() if ports}
    # services that call each other in a ring front none of the ring
    fronted = {one for door, found in reach.items() for one in found if one in reach and door not in reach[one]}
    return {id: open_doors[id][0] for id in sorted(reach) if id not in fronted}


def _reached(id: str, calls: dict[str, set[str]]) -> set[str]:
    """All services that one needs, itself included, over any number of others."""
    found = {id}
    left = [id]
    while left:
        more = calls.get(left.pop(), set()) - found
        found |= more
        left.extend(more)
    return found


def build_folder(part: Part | None) -> str:
    """Folder of the tree that an image is built from: that of its Dockerfile, else the context; empty where unknown."""
    if part is None:
        return ""
    body = mapping(part.value)
    context = text(body.get("context")) or text(part.value) or "."
    dockerfile = posixpath.dirname(text(body.get("dockerfile")))
    path = posixpath.normpath(posixpath.join(part.folder, context, dockerfile))
    unknown = "${" in path or "://" in context or path.startswith(("/", "..")) or context.startswith("git@")
    return "" if unknown else path


def built_from(service: Service, folder: str) -> Iterator[BuiltFromFact]:
    """That whoever runs the image of a service is built from its folder: others may run it, too."""
    part = service.single.get("image")
    if not folder or part is None:
        return
    from blastradius.scanners.building import IMAGE  # it reads what builds images, which most projects do not

    image = service.text("image").strip()
    if IMAGE.fullmatch(image):
        reference = Reference(texts=(image,), role="image")
        yield BuiltFromFact(image=reference, folder=folder, evidence=(part.evidence,))


def component(project: Project, service: Service, folder: str) -> Component:
    """The component that a service is.

    Args:
        project: of the service.
        service: merged from all files.
        folder: folder that it is built from, if one is.
    """
    aliases = [service.name, service.text("container_name"), service.text("hostname")]
    aliases += [text(a) for _, p in service.parts("networks") for a in items(mapping(p.value).get("aliases"))]
    aliases += [folder_alias(folder)] if folder else []
    return Component(
        id=project.id_of(service.name),
        kind="service",
        name=service.name,
        type="compose/service",
        environment=project.environment,
        scope=project.scope,
        aliases=tuple(sorted({one for one in aliases if one and "$" not in one and len(one) < 400})),
        evidence=(*service.evidence, *((project.stage.evidence(SCANNER),) if project.stage else ())),
    )
