"""Routes that Traefik reads from labels: what is reached through one needs the proxy and the service behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.model import Component, DependencyFact, Evidence, Fact, Reference
from blastradius.scanners.compose.model import Project, Service
from blastradius.scanners.loose import text

_RULE = re.compile(r"traefik\.(http|tcp)\.routers\.([\w-]{1,80})\.rule")
_MATCHERS = re.compile(r"(?:Host|HostSNI|Path|PathPrefix)\(`[\w./*{}:-]{1,200}`\)")


def routes(project: Project) -> Iterator[Fact]:
    """A component for each route of a project that runs Traefik itself.

    A proxy of another project is not known to serve it: then the labels say nothing that is certain.
    """
    proxies = [one for one in project.services.values() if _is_traefik(one.text("image"))]
    if len(proxies) != 1:
        return
    for service in project.services.values():
        labels = dict(service.parts("labels"))
        enabled = labels.get("traefik.enable")
        if service is proxies[0] or (enabled is not None and text(enabled.value).lower() == "false"):
            continue
        for key, part in labels.items():
            if found := _RULE.fullmatch(key):
                yield from _route(project, proxies[0], service, found[2], text(part.value), part.evidence)


def _is_traefik(image: str) -> bool:
    return re.fullmatch(r"(?:.*/)?traefik(?:[:@].*)?", image[:500]) is not None


def _route(
    project: Project, proxy: Service, service: Service, router: str, rule: str, where: Evidence
) -> Iterator[Fact]:
    id = f"{project.scope}/{service.name}/route/{router}"
    shown = " ".join(_MATCHERS.findall(rule[:2_000])) or "a rule"
    yield Component(
        id=id,
        kind="gateway",
        name=router,
        type="traefik/router",
        scope=project.scope,
        attributes={"entry": f"route {shown}"[:300], "project": project.name},
        evidence=(where,),
    )
    for target, via in ((proxy, "route: proxy"), (service, "route: service")):
        reference = Reference(texts=(project.id_of(target.name),), scope=project.scope, role="resource")
        yield DependencyFact(dependent=id, reference=reference, via=via, phase="runtime", evidence=(where,))
