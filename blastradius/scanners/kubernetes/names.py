"""Where a host name leads inside a cluster: the DNS rules of Kubernetes."""

from __future__ import annotations

from dataclasses import dataclass, field

from blastradius.model import Evidence
from blastradius.scanners.addresses import valid_host
from blastradius.scanners.kubernetes.cluster import Cluster, Workload
from blastradius.scanners.kubernetes.objects import dig, items, mappings
from blastradius.scanners.loose import mapping, text

_HOPS = 5


@dataclass(slots=True)
class Target:
    """What a host name leads to.

    Attributes:
        members: texts to try for each thing behind the name, most exact first; several can stand in for each other.
        workloads: ids of the workloads among them.
        evidence: what was followed on the way.
        service: the Service that the name is, if it is one of the scan.
    """

    members: list[tuple[str, ...]]
    workloads: set[str] = field(default_factory=set)
    evidence: tuple[Evidence, ...] = ()
    service: tuple[str, str] | None = None


def service_of(cluster: Cluster, namespace: str, host: str) -> tuple[tuple[str, str] | None, bool]:
    """The Service that a host names, and whether the name can be nothing but a Service's.

    Args:
        cluster: all objects.
        namespace: where the name is looked up.
        host: lower case, without port.
    """
    if host in cluster.service_ips:
        return cluster.service_ips[host], True
    labels = host.rstrip(".").split(".")
    sure = False
    if "svc" in labels[2:]:  # a Service and its namespace stand before it
        cut = labels.index("svc", 2)
        rest = labels[cut + 1 :]
        if not rest or rest == ["cluster", "local"] or len(rest) > 1:
            labels, sure = labels[:cut], True
    for service in _readings(namespace, labels, sure):
        if cluster.backends(*service) is not None:
            return service, sure
    if sure and len(labels) >= 2:
        return (labels[-1], labels[-2]), True
    return None, sure


def _readings(namespace: str, labels: list[str], sure: bool) -> list[tuple[str, str]]:
    """Services that a name may be, the likeliest first: `svc`, `svc.ns`, `pod.svc`, `pod.svc.ns`."""
    if len(labels) == 1:
        return [(namespace, labels[0])]
    if len(labels) == 2:
        return [(labels[1], labels[0]), *([] if sure else [(namespace, labels[1])])]
    if len(labels) == 3:
        return [(labels[2], labels[1])]
    return []


def is_known(cluster: Cluster, namespace: str, host: str) -> bool:
    """Whether a host is a Service of the scan, seen from a namespace."""
    service, _ = service_of(cluster, namespace, host)
    if service is not None and cluster.backends(*service) is not None:
        return True
    return cluster.beside is not None and is_known(cluster.beside, namespace, host)


def follow(cluster: Cluster, namespace: str, host: str, hops: int = _HOPS) -> Target:
    """What a host leads to: through Services and ExternalNames to workloads and outer hosts.

    Args:
        cluster: all objects.
        namespace: where the name is looked up.
        host: lower case, without port.
        hops: how many ExternalNames may still be followed.
    """
    service, _ = service_of(cluster, namespace, host)
    known = service is not None and cluster.backends(*service) is not None
    if not known and cluster.beside is not None and is_known(cluster.beside, namespace, host):
        return follow(cluster.beside, namespace, host, hops)
    if service is None and (entered := _entered(cluster, host)) is not None:
        return entered
    if service is None:
        # an own text for a plain name, so that it is not taken for a thing of that name elsewhere
        texts = (cluster.id_of(namespace, "Service", host), host) if "." not in host and ":" not in host else (host,)
        return Target([texts])
    identity = cluster.id_of(service[0], "Service", service[1])
    declared = cluster.services.get(service, [])
    for one in declared:
        outer = text(one.spec.get("externalName")).lower().rstrip(".")
        if text(one.spec.get("type")) == "ExternalName" and outer and hops and valid_host(outer):
            target = follow(cluster, service[0], outer, hops - 1)
            target.evidence = (one.evidence(one.spec, "externalName", note=f"ExternalName {outer}"), *target.evidence)
            target.service = target.service or service
            return target
    workloads = cluster.backends(*service) or []
    if not workloads:
        addresses = sorted(dict(cluster.endpoints(*service)).items())
        if addresses:
            places = tuple(dict.fromkeys(one.evidence() for _, one in addresses))
            return Target([(address.lower(),) for address, _ in addresses], set(), places, service)
        return Target([(identity, host)], set(), (), service)
    if len(workloads) == 1:
        return Target([(identity, host)], {workloads[0].id}, (), service)
    return Target([(w.id, w.name) for w in workloads], {w.id for w in workloads}, (), service)


def _entered(cluster: Cluster, host: str) -> Target | None:
    """What a ServiceEntry of the mesh says that a host is: its endpoints, or workloads by their labels."""
    for one in cluster.of_kind("ServiceEntry", api="istio.io"):
        if host not in [text(name).lower().rstrip(".") for name in items(one.spec.get("hosts"))]:
            continue
        evidence = (one.evidence(one.spec, "hosts", note=f"ServiceEntry {one.name}"),)
        selected = cluster.labelled(one.namespace, mapping(dig(one.spec, "workloadSelector", "labels")))
        if selected:
            return Target([(w.id, w.name) for w in selected], {w.id for w in selected}, evidence)
        addresses = [text(each.get("address")).lower().rstrip(".") for _, each in mappings(one.spec.get("endpoints"))]
        outer = tuple(dict.fromkeys(each for each in addresses if each and valid_host(each) and each != host))
        return Target([(each,) for each in outer] or [(host,)], set(), evidence)
    return None


def own_identities(cluster: Cluster, workload: Workload) -> tuple[list[str], list[str]]:
    """Identities and aliases that its Services give to a workload.

    A Service that several workloads share is none of them alone: it gives an alias, and references name them all.
    """
    identities: list[str] = []
    aliases: list[str] = []
    for namespace, name in cluster.service_names.get(workload.id, []):
        aliases.extend(
            (name, f"{name}.{namespace}", f"{name}.{namespace}.svc", f"{name}.{namespace}.svc.cluster.local")
        )
        if len(cluster.backends(namespace, name) or []) == 1:
            identities.append(cluster.id_of(namespace, "Service", name))
    return sorted(set(identities)), sorted(set(aliases))
