"""Network policies: who is let in is somebody who calls.

A policy does not prove a call, it permits one; so the basis is `inferred`. The allowed peer depends on the selected
pods. An empty selector means everybody, one that only excludes means everybody else, and nobody depends on everybody.
"""

from __future__ import annotations

from typing import Any

from blastradius.model import Evidence
from blastradius.scanners.kubernetes.cluster import Cluster, Workload
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.labels import is_empty, matches, names_nobody, written
from blastradius.scanners.kubernetes.names import Target
from blastradius.scanners.kubernetes.objects import Object, mappings
from blastradius.scanners.loose import mapping, text

_DNS = {"53", "dns", "dns-tcp"}
#: Kinds that run to an end: they call, and no Service leads to them.
_CALLERS = frozenset({"Job", "CronJob"})


def policies(cluster: Cluster, facts: Facts) -> None:
    """Write down what all network policies permit."""
    for one in cluster.of_kind("NetworkPolicy"):
        if one.api in ("networking.k8s.io", "extensions"):
            _policy(cluster, facts, one)


def _policy(cluster: Cluster, facts: Facts, one: Object) -> None:
    selector = one.spec.get("podSelector")
    everybody = is_empty(selector)
    selected = cluster.selected(one.namespace, selector)
    allowed: list[tuple[Workload, Evidence, bool]] = []
    for inward, field, side in ((True, "ingress", "from"), (False, "egress", "to")):
        for _, rule in mappings(one.spec.get(field)):
            if not inward and _is_dns(rule):
                continue
            for _, peer in mappings(rule.get(side)):
                _unseen_space(cluster, facts, one, peer, selected if not (everybody or inward) else [])
                if everybody:
                    continue
                allowed.extend((w, where, inward) for w, where in _peers(cluster, facts, one, peer))
    if everybody:
        return
    if not selected:
        _unmatched(facts, one, selector, [w for w, _, inward in allowed if inward])
        return
    for peer_workload, where, inward in allowed:
        if inward and names_nobody(selector):
            continue
        for pod in selected:
            dependent, dependency = (peer_workload, pod) if inward else (pod, peer_workload)
            _edge(facts, one, dependent, dependency, where)


def _is_dns(rule: dict[str, Any]) -> bool:
    ports = {text(port.get("port")) for _, port in mappings(rule.get("ports"))}
    return bool(ports) and ports <= _DNS


def _peers(cluster: Cluster, facts: Facts, one: Object, peer: dict[str, Any]) -> list[tuple[Workload, Evidence]]:
    selector = peer.get("podSelector")
    if names_nobody(selector):
        return []
    spaces = [one.namespace]
    if "namespaceSelector" in peer:
        spaces = _spaces(cluster, peer)
        if not spaces:
            return []
    found = [workload for space in spaces for workload in cluster.selected(space, selector)]
    where = one.evidence(peer, note=f"NetworkPolicy {one.name}", basis="inferred")
    if not found:
        reason = (
            f"NetworkPolicy {one.name} lets {written(selector)} pass, and no scanned workload is labelled so: "
            "mend the label or scan that workload as well"
        )
        facts.gap(_scope(cluster, one), reason, where, component=None, reference=written(selector))
    return [(workload, where) for workload in found]


def _spaces(cluster: Cluster, peer: dict[str, Any]) -> list[str]:
    """Namespaces with workloads that a peer admits."""
    wanted = peer.get("namespaceSelector")
    found = [space for space, labels in cluster.namespaces.items() if matches(wanted, labels)]
    return [space for space in found if cluster.selected(space, {})]


def _unseen_space(cluster: Cluster, facts: Facts, one: Object, peer: dict[str, Any], needing: list[Workload]) -> None:
    """A namespace that a policy names and nobody scanned: who is there is not known."""
    wanted = peer.get("namespaceSelector")
    if is_empty(wanted) or _spaces(cluster, peer):
        return
    reason = (
        f"NetworkPolicy {one.name} lets namespaces {written(wanted)} pass, and no scanned workload lies in one that is "
        "labelled so: mend the label or scan that namespace as well"
    )
    where = one.evidence(peer, "namespaceSelector", note=f"NetworkPolicy {one.name}")
    for component in sorted({workload.id for workload in needing}) or (None,):
        facts.gap(_scope(cluster, one), reason, where, component=component, reference=written(wanted))


def _unmatched(facts: Facts, one: Object, selector: Any, peers: list[Workload]) -> None:
    where = one.evidence(mapping(one.body.get("spec")), "podSelector", note=f"NetworkPolicy {one.name}")
    names: dict[str | None, str] = {workload.id: workload.name for workload in peers}
    # each caller is in doubt on its own; where none is known, the policy alone says what is missing
    for component, name in sorted(names.items(), key=str) or [(None, "its peers")]:
        reason = (
            f"NetworkPolicy {one.name} selects {written(selector)}, and no scanned workload is labelled so: what "
            f"{name} may need there is not known; mend the label or scan it as well"
        )
        facts.gap(_scope(facts.cluster, one), reason, where, component=component, reference=written(selector))


def _scope(cluster: Cluster, one: Object) -> str:
    return cluster.id_of(one.namespace, one.kind, one.name)


def _edge(facts: Facts, one: Object, dependent: Workload, dependency: Workload, where: Evidence) -> None:
    if dependent.id == dependency.id or dependency.first.kind in _CALLERS:
        return
    target = Target([(dependency.id, dependency.name)])
    facts.target(dependent.id, dependent.namespace, target, f"network policy {one.name}", (where,))
