"""Dapr: components that sidecars of a namespace connect to, and calls by the id of an application.

A component (`dapr.io/v1alpha1`) is of all applications of its namespace, or of those in its `scopes` (Dapr, "Scope
components to one or more applications"). `…/v1.0/invoke/<app-id>/method/…` on the sidecar calls an application.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.model import Evidence
from blastradius.scanners.kubernetes.cluster import Cluster, Workload, pod_template
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.names import Target
from blastradius.scanners.kubernetes.objects import Object, items, mappings
from blastradius.scanners.kubernetes.variables import entries
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.naming import sense, words
from blastradius.scanners.settings import Setting

GROUP = "dapr.io"
_INVOKED = re.compile(r"/v1\.0/invoke/([A-Za-z0-9][\w-]{0,62})(?:\.([a-z0-9][a-z0-9-]{0,62}))?/method\b")


def component_settings(cluster: Cluster, facts: Facts, workload: Workload, pod: Object) -> Iterator[Setting]:
    """What the components that a workload uses are told to connect to; a gap where a Secret that says so is not there."""
    app = app_id(pod)
    if app is None:
        return
    for one in cluster.of_kind("Component", api=GROUP):
        scopes = [text(scope) for scope in items(one.body.get("scopes"))]
        if one.namespace != workload.namespace or (scopes and app not in scopes):
            continue
        listed = one.spec.get("metadata")
        for position, entry in mappings(listed):
            name = f"{one.name}.{text(entry.get('name'))}"
            via, where = f"Dapr component {name}", one.evidence(listed, position)
            reference = mapping(entry.get("secretKeyRef"))
            if not reference:
                yield Setting(name, text(entry.get("value")), via, (where,))
            elif (found := _secret(cluster, one, reference)) is not None:
                yield Setting(name, found, via, (where,), secret=True)
            elif sense(name) == "address" or "connection" in name.lower():
                secret = f"key {text(reference.get('key'))} of Secret {text(reference.get('name'))}"
                reason = f"{via} is {secret}, which was not scanned: scan it as well or state the dependency"
                facts.gap(workload.id, reason, where, component=workload.id, reference=one.name)


def _secret(cluster: Cluster, one: Object, reference: dict[str, object]) -> str | None:
    for secret in cluster.get("Secret", one.namespace, text(reference.get("name"))):
        for key, value, _ in entries(secret):
            if key == text(reference.get("key")):
                return value
    return None


def app_id(pod: Object) -> str | None:
    """The id under which Dapr knows a workload; None where it has no sidecar of it."""
    metadata = mapping(pod_template(pod).get("metadata"))
    said = {**mapping(metadata.get("labels")), **mapping(metadata.get("annotations"))}
    if text(said.get("dapr.io/enabled")).lower() not in ("true", "yes", "y", "1", "on"):
        return None
    return text(said.get("dapr.io/app-id")) or pod.name


def invoke(cluster: Cluster, facts: Facts, workload: Workload, setting: Setting) -> bool:
    """Write down which applications a setting calls by their id; whether there are any."""
    called = [(found[1], found[2]) for found in _INVOKED.finditer(setting.value)] if "/invoke/" in setting.value else []
    if words(setting.name)[-2:] == ("app", "id") and app_id(workload.first) is not None:  # `BASKET_APP_ID`
        called.append((setting.value.strip(), None))
    said = False
    for app, space in called:
        ids = [
            one.id
            for one in cluster.workloads
            if one.namespace == (space or workload.namespace) and app_id(one.first) == app
        ]
        if ids and workload.id not in ids:
            said = True
            target = Target([(id,) for id in ids])
            facts.target(workload.id, workload.namespace, target, setting.via, setting.evidence)
        elif not ids and "/invoke/" in setting.value:
            said = True
            _unknown(facts, workload, app, setting.via, setting.evidence[0])
    return said


def _unknown(facts: Facts, workload: Workload, app: str, via: str, where: Evidence) -> None:
    reason = f"{via}: no scanned workload has the Dapr id {app}: scan it as well or state the dependency"
    facts.gap(workload.id, reason, where, component=workload.id, reference=app)


def is_read(one: Object) -> bool:
    """Whether an object of kind `Component` is of a group that is read: Dapr's, or that of kustomize."""
    return one.api.endswith(GROUP) or one.api == "kustomize.config.k8s.io"
