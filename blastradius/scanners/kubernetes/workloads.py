"""Workloads: one component each, with everything about it that stands in other objects."""

from __future__ import annotations

from typing import Any

from blastradius.model import Component, EnvironmentFact, Phase
from blastradius.scanners.calling import sdk_calls
from blastradius.scanners.envoy import ENDPOINTS, envoy_calls, envoy_hosts, is_envoy
from blastradius.scanners.folders import declared_in
from blastradius.scanners.kubernetes.classes import claims
from blastradius.scanners.kubernetes.cluster import Cluster, Workload, pod_template
from blastradius.scanners.kubernetes.dapr import component_settings, invoke
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.names import follow, is_known, own_identities
from blastradius.scanners.kubernetes.objects import SCANNER, Object, dig, items, labels_of, mapping, mappings, text
from blastradius.scanners.kubernetes.origins import located
from blastradius.scanners.kubernetes.placement import place, placed_by, spread
from blastradius.scanners.kubernetes.storage import storage
from blastradius.scanners.kubernetes.telling import told_by
from blastradius.scanners.kubernetes.variables import (
    Missing,
    arguments,
    config_files,
    environment,
    managers,
    missing_files,
)
from blastradius.scanners.named import named_in
from blastradius.scanners.naming import words
from blastradius.scanners.proxies import pools_in
from blastradius.scanners.settings import Alternatives, Doubt, Own, Setting, found_in
from blastradius.scanners.settings.held import open_hosts

_ENTRY_TYPES = ("LoadBalancer", "NodePort")


def workloads(cluster: Cluster, facts: Facts) -> None:
    """Write down all workloads and what they refer to."""
    about = _attributes_of_others(cluster)
    for workload in cluster.workloads:
        facts.found.append(_component(cluster, workload, about.get(workload.id, {})))
        for declared in workload.objects:
            _references(cluster, facts, workload, declared)
    _idle_services(cluster, facts)


def _idle_services(cluster: Cluster, facts: Facts) -> None:
    """A Service that selects nothing leads nowhere that could be seen."""
    for (namespace, name), declared in cluster.services.items():
        if cluster.backends(namespace, name):
            continue
        for one in declared:
            wanted = mapping(one.spec.get("selector"))
            if wanted and text(one.spec.get("type")) != "ExternalName":
                labels = ", ".join(f"{key}={text(value)}" for key, value in wanted.items())
                reason = (
                    f"Service {name} selects {labels}, and no scanned workload is labelled so: "
                    "mend the label or scan that workload as well"
                )
                where = one.evidence(one.spec, "selector")
                facts.gap(cluster.id_of(namespace, "Service", name), reason, where, component=None, reference=labels)


def _component(cluster: Cluster, workload: Workload, about: dict[str, str]) -> Component:
    first = workload.first
    spec = mapping(pod_template(first).get("spec"))
    identities, aliases = own_identities(cluster, workload)
    attributes = {**_attributes(cluster, first, spec), **about}
    entry = _entry(cluster, workload)
    if entry:
        attributes["entry"] = entry
    others = [one for one in workload.objects[1:] if one.body != first.body]
    if others:
        attributes["declared_differently"] = ", ".join(f"{one.path}:{one.line}" for one in others[:20])
    services = cluster.service_names.get(workload.id, [])
    if services:
        attributes["services"] = ", ".join(sorted(name for _, name in services))
    region, zone = place(spec)
    evidence = tuple(
        dict.fromkeys([*(one.evidence() for one in workload.objects), *placed_by(first, spec), *first.staged])
    )
    return Component(
        id=workload.id,
        kind="service",
        name=workload.name,
        type=f"{first.api or 'core'}/{first.kind}",
        region=region,
        zone=zone,
        environment=first.environment,
        scope=cluster.scope(workload.namespace),
        identities=tuple(identities),
        aliases=tuple(sorted({*aliases, *filter(None, [declared_in(first.path, workload.name)])})),
        tags=labels_of(first.metadata),
        attributes=dict(sorted(attributes.items())),
        evidence=evidence,
    )


def _attributes(cluster: Cluster, first: Object, spec: dict[str, Any]) -> dict[str, str]:
    """Settings of the workload itself that explain it."""
    classes = {name or "the default class" for _, name, _ in claims(cluster, first, spec)}
    found = {
        "namespace": text(first.metadata.get("namespace")),
        "storage_class": ", ".join(sorted(classes)),
        "replicas": text(first.spec.get("replicas")),
        "schedule": text(first.spec.get("schedule")),
        "service_account": text(spec.get("serviceAccountName")) or text(spec.get("serviceAccount")),
        "priority_class": text(spec.get("priorityClassName")),
        "installs_at_start": ", ".join(managers(spec)),
        "node_selector": ", ".join(f"{k}={text(v)}" for k, v in mapping(spec.get("nodeSelector")).items()),
        "dns_policy": text(spec.get("dnsPolicy")),
        **spread(spec),
    }
    policies = {
        text(container.get("imagePullPolicy"))
        for field in ("containers", "initContainers")
        for _, container in mappings(spec.get(field))
    }
    found["image_pull_policy"] = ", ".join(sorted(policies - {""}))
    for kind, name in (("ConfigMap", "config_maps"), ("Secret", "secrets")):
        found[name] = ", ".join(sorted(used(spec, kind)))
    return {key: value[:500] for key, value in found.items() if value}


def used(spec: dict[str, Any], kind: str) -> set[str]:
    """Names of the ConfigMaps or Secrets that a pod uses."""
    lower = "configMap" if kind == "ConfigMap" else "secret"
    found = set()
    for _, volume in mappings(spec.get("volumes")):
        found.add(text(dig(volume, lower, "name")) or text(dig(volume, lower, "secretName")))
        for _, part in mappings(dig(volume, "projected", "sources")):
            found.add(text(dig(part, lower, "name")))
    for field in ("containers", "initContainers"):
        for _, container in mappings(spec.get(field)):
            for _, source in mappings(container.get("envFrom")):
                found.add(text(dig(source, f"{lower}Ref", "name")))
            for _, variable in mappings(container.get("env")):
                found.add(text(dig(variable, "valueFrom", f"{lower}KeyRef", "name")))
    return found - {""}


def _attributes_of_others(cluster: Cluster) -> dict[str, dict[str, str]]:
    """What autoscalers and disruption budgets say of workloads, by component id."""
    found: dict[str, dict[str, str]] = {}
    for one in cluster.of_kind("HorizontalPodAutoscaler"):
        target = mapping(one.spec.get("scaleTargetRef"))
        key = cluster.id_of(one.namespace, text(target.get("kind")), text(target.get("name")))
        low, high = text(one.spec.get("minReplicas")) or "1", text(one.spec.get("maxReplicas"))
        found.setdefault(key, {})["autoscaling"] = f"{low}-{high}"
    for one in cluster.of_kind("PodDisruptionBudget"):
        for name in ("minAvailable", "maxUnavailable"):
            if name in one.spec:
                for workload in cluster.selected(one.namespace, one.spec.get("selector")):
                    found.setdefault(workload.id, {})["disruption_budget"] = f"{name} {text(one.spec[name])}"
    return found


def _entry(cluster: Cluster, workload: Workload) -> str:
    """How users get in without a gateway: a Service with an address outside, a Knative Service."""
    found = []
    for key in cluster.service_names.get(workload.id, []):
        for one in cluster.services.get(key, []):
            kind = text(one.spec.get("type"))
            if kind in _ENTRY_TYPES:
                found.append((_ENTRY_TYPES.index(kind), f"Service/{one.name} {kind}"))
            elif items(one.spec.get("externalIPs")):
                found.append((len(_ENTRY_TYPES), f"Service/{one.name} externalIPs"))
    if workload.first.kind == "Service":
        local = labels_of(workload.first.metadata).get("networking.knative.dev/visibility") == "cluster-local"
        if not local:
            found.append((0, f"Service/{workload.name} Knative"))
    return min(found)[1] if found else ""


def _references(cluster: Cluster, facts: Facts, workload: Workload, pod: Object) -> None:
    spec = mapping(pod_template(pod).get("spec"))
    values: dict[str, str] = {}
    told: dict[str, list[tuple[str, ...]]] = {}
    for field in ("initContainers", "containers"):
        for _, container in mappings(spec.get(field)):
            # an init container that always restarts is a sidecar: it serves, it does not start
            helper = field == "initContainers" and text(container.get("restartPolicy")) != "Always"
            phase: Phase | None = "startup" if helper else None
            _image(facts, workload, pod, container)
            variables = environment(cluster, pod, container)
            values.update((one.name, one.value) for one in variables.settings)
            if not helper:
                told |= told_by(cluster, workload, container, variables.settings)
            for missing in variables.missing:
                _missing(facts, workload, missing)
            settings = [*variables.settings, *arguments(pod, container, variables.values)]
            placed: set[str] = set()
            for setting in settings:
                if _setting(cluster, facts, workload, pod, setting, phase):
                    placed.update(words(setting.name))
            _named(facts, workload, settings, placed, phase)
            # a sidecar that names nothing makes no calls that could be meant
            if phase is None and (placed or len(list(mappings(spec.get("containers")))) == 1):
                facts.found.extend(sdk_calls(workload.id, variables.settings))
    if told:
        by_name = tuple((name, tuple(members)) for name, members in sorted(told.items()))
        facts.found.append(EnvironmentFact(dependent=workload.id, variables=by_name))
    for setting in component_settings(cluster, facts, workload, pod):
        _setting(cluster, facts, workload, pod, setting, None)
    for missing in missing_files(cluster, pod, spec):
        _missing(facts, workload, missing)
    files = list(config_files(cluster, pod, spec, values))
    pools, whole = pools_in([("" if one.secret else one.name, "" if one.secret else one.value) for one in files])
    for position, pool in pools:
        facts.pool(workload.id, workload.namespace, pool, files[position])
    passed = whole | {position for position, _ in pools}
    for setting in (one for position, one in enumerate(files) if position not in passed):
        if is_envoy(setting.value) and not setting.secret:
            scope = cluster.scope(workload.namespace)
            facts.found.extend(envoy_calls(workload.id, setting.value, "", scope, SCANNER, setting.evidence))
            for hosts, _ in envoy_hosts(setting.value):
                named = tuple(host.lower() for host in hosts)
                facts.alternatives(
                    workload.id,
                    workload.namespace,
                    named,
                    f"{setting.via}: cluster",
                    setting.evidence,
                    reason=ENDPOINTS,
                )
        _setting(cluster, facts, workload, pod, setting, None)
    config = mapping(spec.get("dnsConfig"))
    for position, server in enumerate(items(config.get("nameservers"))):
        where = pod.evidence(config.get("nameservers"), position)
        facts.host(workload.id, workload.namespace, text(server).lower(), "dnsConfig", (where,), kind="dns")
    storage(cluster, facts, workload, pod, spec)


def _image(facts: Facts, workload: Workload, pod: Object, container: dict[str, Any]) -> None:
    image = text(container.get("image")).strip()
    if not image or text(container.get("imagePullPolicy")) == "Never" or any(c in image for c in " $<{"):
        return
    where = (pod.evidence(container, "image"),)
    facts.text(workload.id, workload.namespace, (image,), "image", where, role="image", phase="startup")


def _missing(facts: Facts, workload: Workload, missing: Missing) -> None:
    if not facts.first(f"{workload.id} lacks {missing.text}"):
        return
    reason = f"{missing.text} {missing.why}: scan it as well or state the dependency"
    facts.gap(workload.id, reason, missing.evidence, component=workload.id, reference=missing.text)


def _named(facts: Facts, workload: Workload, settings: list[Setting], placed: set[str], phase: Phase | None) -> None:
    """Queues and the like that are named without a place: an edge where one is scanned, else `assemble` says so."""
    for setting in settings:
        found = named_in(setting, placed)
        if found is not None:
            texts, space, kind = (found.name,), workload.namespace, found.kind
            facts.text(workload.id, space, texts, setting.via, setting.evidence, phase=phase, kind=kind)


def _setting(
    cluster: Cluster, facts: Facts, workload: Workload, pod: Object, told: Setting, phase: Phase | None
) -> bool:
    """Write down what a setting refers to; whether that is anything."""
    space, said = workload.namespace, invoke(cluster, facts, workload, told)
    phase = told.phase or phase
    doubts: set[str] = set()
    for found in found_in(told, lambda host: is_known(cluster, space, host) or host in facts.routes):
        said, setting = True, located(pod, told, found)
        if isinstance(found, Alternatives):
            facts.alternatives(
                workload.id, space, found.hosts, setting.via, setting.evidence, phase=phase, reason=found.reason
            )
        elif isinstance(found, Doubt):
            doubts.add(found.text)
            if workload.id not in follow(cluster, space, found.text).workloads:
                _doubt(facts, workload, setting, found.text, found.why)
        elif isinstance(found, Own):
            scope = cluster.scope(space)
            facts.found.append(found.fact(workload.id, scope, setting.via, setting.evidence, phase))
        elif found.form == "resource":
            facts.text(workload.id, space, (found.host,), setting.via, setting.evidence, phase=phase)
        else:
            facts.public(workload.id, space, found, setting.via, setting.evidence, phase=phase)
    # a connection string or a list may hold more variables than the first one that stands for a host
    for variable in [] if told.prose else open_hosts(told.name, told.value):
        if variable not in doubts:
            said = True
            _doubt(facts, workload, located(pod, told, Doubt(variable, "")), variable, "is not resolved")
    return said


def _doubt(facts: Facts, workload: Workload, setting: Setting, shown: str, why: str) -> None:
    reason = f"{setting.via}: {shown} {why}: state the dependency in blastradius.yaml"
    facts.gap(workload.id, reason, setting.evidence[0], component=workload.id, reference=shown)
