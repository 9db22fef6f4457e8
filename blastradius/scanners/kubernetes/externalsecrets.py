"""Secrets that the External Secrets Operator copies into the cluster: who uses the copy needs the original to start.

The copy stays in the cluster while the original is away; a new cluster, and a changed value, wait for it. Source:
external-secrets.io, "API: ExternalSecret", "API: SecretStore".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blastradius.model import Evidence, Role
from blastradius.scanners.addresses import urls
from blastradius.scanners.kubernetes.cluster import Cluster, Workload, pod_template
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.names import Target
from blastradius.scanners.kubernetes.objects import Object, dig, mappings
from blastradius.scanners.kubernetes.workloads import used
from blastradius.scanners.loose import mapping, text

GROUP = "external-secrets.io"
_KINDS = frozenset({"ExternalSecret", "SecretStore", "ClusterSecretStore"})
_REASON = "copied into the cluster: one that runs has the copy, a new cluster and a changed value wait for it"
_SERVERS = (("vault", "server"), ("azurekv", "vaultUrl"), ("conjur", "url"), ("akeyless", "akeylessGWApiURL"))


def external_secrets(cluster: Cluster, facts: Facts) -> None:
    """Write down what the Secrets that an operator copies are copied from, for each workload that uses them."""
    made: dict[tuple[str, str], list[Object]] = {}
    for one in cluster.of_kind("ExternalSecret", api=GROUP):
        name = text(dig(one.spec, "target", "name")) or one.name
        made.setdefault((one.namespace, name), []).append(one)
    if not made:
        return
    for workload in cluster.workloads:
        names = {name for pod in workload.objects for name in used(mapping(pod_template(pod).get("spec")), "Secret")}
        for name in sorted(names):
            for one in made.get((workload.namespace, name), ()):
                _copied(cluster, facts, workload, one)


def is_read(one: Object) -> bool:
    """Whether an object is of the operator, and read here."""
    return one.api.endswith(GROUP) and one.kind in _KINDS


def _copied(cluster: Cluster, facts: Facts, workload: Workload, one: Object) -> None:
    for key, store, where in _keys(one):
        name = text(store.get("name"))
        kind = text(store.get("kind")) or "SecretStore"
        via = f"Secret {one.name} from {kind} {name}"
        found = [
            given
            for given in cluster.of_kind(kind, api=GROUP)
            if given.name == name and (kind == "ClusterSecretStore" or given.namespace == one.namespace)
        ]
        if not found:
            reason = f"{via}: that store was not scanned, so where {key or 'it'} is kept is not known: scan it as well or state the dependency"
            facts.gap(workload.id, reason, where, component=workload.id, reference=name)
        for given in found:
            _kept(facts, workload, given, key, via, where)


def _keys(one: Object) -> Iterator[tuple[str, dict[str, Any], Evidence]]:
    """Names of what is copied, each with the store that keeps it and where that is said."""
    usual = mapping(one.spec.get("secretStoreRef"))
    for part, path in (("data", "remoteRef"), ("dataFrom", "extract"), ("dataFrom", "find")):
        listed = one.spec.get(part)
        for position, entry in mappings(listed):
            if path in entry:
                store = mapping(dig(entry, "sourceRef", "storeRef")) or usual
                yield text(dig(entry, path, "key")), store, one.evidence(listed, position)


def _kept(facts: Facts, workload: Workload, store: Object, key: str, via: str, where: Evidence) -> None:
    provider = mapping(store.spec.get("provider"))
    name = _place(provider, key)
    if not name:
        kinds = ", ".join(sorted(provider)) or "nothing"
        reason = (
            f"{via}: where that store keeps secrets ({kinds}) is not known: state the dependency in blastradius.yaml"
        )
        facts.gap(workload.id, reason, where, component=workload.id, reference=store.name)
        return
    evidence = (where, store.evidence(store.spec, "provider"))
    role: Role = "resource" if name.startswith("arn:") else "address"
    facts.target(
        workload.id, workload.namespace, Target([(name,)]), via, evidence, phase="startup", role=role, reason=_REASON
    )


def _place(provider: dict[str, Any], key: str) -> str:
    """Text of what a store keeps under a name, its account left open, or of the store; empty where nothing tells."""
    aws = mapping(provider.get("aws"))
    if aws and key.startswith("arn:"):
        return key
    if region := text(aws.get("region")):
        parameters = text(aws.get("service")) == "ParameterStore"
        if not key:
            return f"{'ssm' if parameters else 'secretsmanager'}.{region}.amazonaws.com"
        name = f"ssm:{region}::parameter/{key.lstrip('/')}" if parameters else f"secretsmanager:{region}::secret:{key}"
        return f"arn:aws:{name}"
    if "gcpsm" in provider:
        return "secretmanager.googleapis.com"
    servers = (one.host for kind, field in _SERVERS for one in urls(text(dig(provider, kind, field))))
    return next(servers, "")
