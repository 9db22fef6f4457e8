"""Kubernetes manifests: one component per workload, and everything that says what it talks to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from blastradius.model import Fact, Gap
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.environments import stage_of
from blastradius.scanners.kubernetes import dapr
from blastradius.scanners.kubernetes.apart import apart
from blastradius.scanners.kubernetes.charts import charts
from blastradius.scanners.kubernetes.cluster import Cluster, is_workload
from blastradius.scanners.kubernetes.externalsecrets import external_secrets, is_read
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.mesh import mesh, rerouted
from blastradius.scanners.kubernetes.objects import Object, objects
from blastradius.scanners.kubernetes.operators import is_operated, operated
from blastradius.scanners.kubernetes.policies import policies
from blastradius.scanners.kubernetes.rendering import Plan, Started, plan, start
from blastradius.scanners.kubernetes.routing import routing
from blastradius.scanners.kubernetes.shape import malformed
from blastradius.scanners.kubernetes.systems import contradictions, systems
from blastradius.scanners.kubernetes.workloads import workloads
from blastradius.scanners.tree import Tree

#: Kinds that are read as part of something else, or say nothing about who needs what.
_KNOWN = frozenset({
    "Service", "ConfigMap", "Secret", "ServiceAccount", "Namespace", "NetworkPolicy", "HorizontalPodAutoscaler",
    "PodDisruptionBudget", "Ingress", "Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute",
    "VirtualService", "Route", "Endpoints", "EndpointSlice", "PersistentVolume", "PersistentVolumeClaim",
    "StorageClass", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "PodSecurityPolicy", "LimitRange",
    "ResourceQuota", "PriorityClass", "IngressClass", "GatewayClass", "Kustomization",
    "CustomResourceDefinition", "Event", "DestinationRule", "ServiceProfile", "ServiceEntry",
})  # fmt: skip


@dataclass(slots=True)
class Source:
    """What was read of Kubernetes.

    Attributes:
        objects: all objects, by path and line.
        paths: files that held some.
        gaps: what could not be rendered.
        notes: what was left out on purpose, with how often.
        arguments: paths that the user named.
    """

    objects: list[Object] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


#: Groups of files that only look like objects of a cluster, and have a reader of their own.
_OTHERS = frozenset({"backstage.io", "scaffolder.backstage.io"})
#: What a group and a kind are made of; anything else may be a secret.
_TYPE = re.compile(r"[A-Za-z0-9.-]{0,253}/?[A-Za-z][A-Za-z0-9]{0,62}")


@SCANNERS.register("kubernetes")
class KubernetesScanner(Scanner):
    """Reads manifests, kustomizations and charts."""

    name = "kubernetes"
    summary = "Kubernetes manifests (YAML, JSON, kustomize, Helm with the values of each stage)"
    extracts = (
        "workloads; addresses in variables, flags, commands and mounted ConfigMaps; hosts in Secrets, and what ExternalSecrets copy; Services, "
        "ExternalNames, ServiceEntries, routes, network policies, images, volumes, DNS servers, placement; timeouts, retries and breakers "
        "of Istio, Linkerd and the Gateway API; components of Dapr; stores that operators run"
    )
    omits = "hosts inside images, other custom resources, calls that nothing configures"
    claims = "names"
    markers: tuple[str, ...] = ("apiVersion",)

    def __init__(self) -> None:
        self._started: Started | None = None

    def claim(self, tree: Tree) -> Iterable[str]:
        """Files of charts: they are templates, not YAML."""
        apart = {path for chart in charts(tree) for path in chart.files}
        self._started = start(tree, apart | tree.claimed)
        return apart

    def fetch(self, tree: Tree) -> Source:
        """All objects of all files, and of what kustomize and Helm render."""
        source = Source(arguments=tree.arguments)
        rendered: Plan = plan(tree, self._started or start(tree, tree.claimed))
        self._started = None
        source.objects.extend(rendered.objects)
        source.gaps.extend(rendered.gaps)
        source.notes.update(rendered.notes)
        for file in tree.manifests():
            if file.path in rendered.consumed:
                continue
            for document in tree.documents(file):
                stage = stage_of(file.path)
                every = list(objects(document, file.path))
                source.gaps.extend(filter(None, (malformed(document, every),)))
                found = [replace(one, stage=stage) for one in every if one.api not in _OTHERS]
                source.objects.extend(found)
                if found:
                    source.paths.add(file.path)
        source.paths.update(one.path for one in rendered.objects)
        source.objects.sort(key=lambda one: (one.path, one.line, one.kind, one.namespace, one.name))
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about all objects; several systems where what the user named contradicts each other."""
        found: list[Fact] = []
        unmapped = Counter(source.notes)
        several = systems([one for one in source.objects if one.name], source.arguments, root)
        roots = tuple(name for name, _ in several) if len(several) > 1 else ()
        for system, all_of in several:
            beside: Cluster | None = None
            for name, objects_of in apart(all_of, system):
                facts = _system(Cluster(name, objects_of, beside))
                beside = facts.cluster if name == system else beside
                found += facts.found
                unmapped.update(facts.unmapped)
        return Scanned((*found, *source.gaps), len(source.paths), len(source.gaps), dict(unmapped), roots)


def _system(cluster: Cluster) -> Facts:
    """Facts about the objects of one system."""
    facts = Facts(cluster)
    routing(cluster, facts)  # first: workloads may call each other by the public names that routes have
    facts.rerouted = rerouted(cluster)
    workloads(cluster, facts)
    operated(cluster, facts)
    external_secrets(cluster, facts)
    policies(cluster, facts)
    facts.found.extend(mesh(cluster))
    facts.found.extend(contradictions(cluster))
    for one in cluster.objects:
        known = dapr.is_read(one) if one.kind == "Component" else one.kind in _KNOWN or is_operated(one) or is_read(one)
        if not known and not is_workload(one):
            shown = f"{one.api}/{one.kind}" if one.api else one.kind
            facts.unmapped[shown if _TYPE.fullmatch(shown) else "kind of no known form"] += 1
    return facts
