"""Timeouts, retries and breakers that a service mesh or a gateway is told: Istio, Linkerd, the Gateway API.

They are settings of calls that others show, and no calls themselves. A proxy makes the attempts, so they multiply with
those of the programs. What a mesh does without being told is not written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from blastradius.model import Breaker, CallSettings, Evidence, Fact, Reference
from blastradius.scanners.calling import attempts, is_limit, span
from blastradius.scanners.kubernetes.cluster import Cluster
from blastradius.scanners.kubernetes.names import follow, service_of
from blastradius.scanners.kubernetes.objects import Object, dig, items, mappings
from blastradius.scanners.loose import mapping, text

_LINKERD_BUDGET = "retry-budget"
#: A retry that a budget allows is made at least once (Linkerd, "Retries and Timeouts").
_RETRYABLE = 2


def mesh(cluster: Cluster) -> Iterator[Fact]:
    """Settings for calls between workloads; those of routes from outside stand with the routes."""
    for one in cluster.of_kind("VirtualService", api="istio.io"):
        gateways = [text(name) for name in items(one.spec.get("gateways"))]
        if not gateways or "mesh" in gateways:
            for _, rule in mappings(one.spec.get("http")):
                for host in _destinations(rule):
                    yield from settings(cluster, one, rule, host)
    for one in cluster.of_kind("DestinationRule", api="istio.io"):
        yield from _destination_rule(cluster, one)
    for one in cluster.of_kind("HTTPRoute", "GRPCRoute", api="k8s.io"):
        parents = [text(parent.get("kind")) for _, parent in mappings(one.spec.get("parentRefs"))]
        for _, rule in mappings(one.spec.get("rules") if "Service" in parents else None):
            for _, ref in mappings(rule.get("backendRefs")):
                yield from settings(cluster, one, rule, _host(ref))
    for one in cluster.of_kind("ServiceProfile", api="linkerd.io"):
        yield from _service_profile(cluster, one)
    for (namespace, name), declared in cluster.services.items():
        for one in declared:
            yield from _linkerd_service(cluster, one, f"{name}.{namespace}.svc")


def rerouted(cluster: Cluster) -> dict[tuple[str, str], list[tuple[str, str, Evidence]]]:
    """Where calls within the mesh to a Service really go: namespace, host and evidence of each destination.

    A VirtualService for the mesh sends what is called by one name to the Services that it names; those of all its rules
    count, for which of them a call meets is told by the call. Services whose calls go to themselves are not there.
    """
    found: dict[tuple[str, str], list[tuple[str, str, Evidence]]] = {}
    for one in cluster.of_kind("VirtualService", api="istio.io"):
        gateways = [text(name) for name in items(one.spec.get("gateways"))]
        if gateways and "mesh" not in gateways:
            continue
        ways = [
            (one.namespace, text(dig(route, "destination", "host")).lower(), one.evidence(route))
            for protocol in ("http", "tls", "tcp")
            for _, rule in mappings(one.spec.get(protocol))
            for _, route in mappings(rule.get("route"))
            if route.get("weight") != 0 and text(dig(route, "destination", "host"))
        ]
        for host in items(one.spec.get("hosts")):
            service, _ = service_of(cluster, one.namespace, text(host).lower())
            meant = {service_of(cluster, namespace, to)[0] for namespace, to, _ in ways}
            if service is not None and ways and meant != {service}:
                found.setdefault(service, []).extend(ways)
    return found


def settings(
    cluster: Cluster, one: Object, rule: dict[str, Any], host: str, dependent: str | None = None
) -> Iterator[CallSettings]:
    """How a rule of a VirtualService or HTTPRoute makes its calls to one of its backends.

    Args:
        cluster: all objects.
        one: the object that the rule is part of.
        rule: one of its rules.
        host: of the backend.
        dependent: id of the route that calls; every caller of the cluster where unset.
    """
    istio, gateway = mapping(rule.get("retries")), mapping(rule.get("retry"))
    count = attempts(istio.get("attempts"), extra=1) if istio else attempts(gateway.get("attempts"), extra=1)
    wait = _first_span(
        istio.get("perTryTimeout"),
        dig(rule, "timeouts", "backendRequest"),
        rule.get("timeout"),
        dig(rule, "timeouts", "request"),
    )
    if count is None and wait is None:
        return
    block = istio or gateway or rule.get("timeouts") or rule
    pause = text(gateway.get("backoff")) or text(istio.get("backoff"))
    note = _note(("attempts", f"{count}" if count else ""), ("timeout", f"{wait:g} s" if wait is not None else ""))
    yield from _calls(
        cluster, one, host, (one.evidence(rule, _key_of(rule, block), note=note),),
        dependent=dependent, attempts=count, timeout=wait, backoff=pause or None,
    )  # fmt: skip


def _key_of(rule: dict[str, Any], block: Any) -> str | None:
    return next((key for key, value in rule.items() if value is block), None)


def _calls(
    cluster: Cluster,
    one: Object,
    host: str,
    evidence: tuple[Evidence, ...],
    *,
    dependent: str | None = None,
    attempts: int | None = None,
    timeout: float | None = None,
    backoff: str | None = None,
    breaker: Breaker | None = None,
) -> Iterator[CallSettings]:
    """One record for each thing behind a host."""
    if not host or "*" in host:
        return
    target = follow(cluster, one.namespace, host.lower())
    for texts in target.members:
        yield CallSettings(
            dependency=Reference(texts=texts, scope=cluster.scope(one.namespace), role="address"),
            dependent=dependent,
            scope="" if dependent else f"k8s:{cluster.root}",
            layer="proxy",
            attempts=attempts,
            timeout=timeout,
            backoff=backoff,
            breaker=breaker,
            evidence=evidence,
        )


def _destinations(rule: dict[str, Any]) -> list[str]:
    hosts = [text(dig(route, "destination", "host")) for _, route in mappings(rule.get("route"))]
    return list(dict.fromkeys(filter(None, hosts)))


def _host(ref: dict[str, Any]) -> str:
    if text(ref.get("kind")) not in ("", "Service"):
        return ""
    name, namespace = text(ref.get("name")), text(ref.get("namespace"))
    return f"{name}.{namespace}.svc" if namespace else name


def backend_hosts(rule: dict[str, Any]) -> list[str]:
    """Hosts of the backends of a rule, as `settings` takes them."""
    return _destinations(rule) or [host for _, ref in mappings(rule.get("backendRefs")) if (host := _host(ref))]


def _destination_rule(cluster: Cluster, one: Object) -> Iterator[CallSettings]:
    """Outlier detection and limits of connections: both stop calls to what fails (Istio, "Circuit Breaking")."""
    policies: list[Any] = [one.spec.get("trafficPolicy")]
    policies += [subset.get("trafficPolicy") for _, subset in mappings(one.spec.get("subsets"))]
    for policy in [mapping(policy) for policy in policies]:
        for part in (policy, *(port for _, port in mappings(policy.get("portLevelSettings")))):
            for breaker, key in _breakers(part):
                evidence = (one.evidence(part, key, note=f"{breaker.kind} {breaker.setting or ''}".strip()),)
                yield from _calls(cluster, one, text(one.spec.get("host")), evidence, breaker=breaker)


def _breakers(policy: dict[str, Any]) -> Iterator[tuple[Breaker, str]]:
    outlier = policy.get("outlierDetection")
    if isinstance(outlier, dict) and not _switched_off(outlier):
        yield Breaker(kind="outlier-detection", setting=_shown(outlier)), "outlierDetection"
    limits = {**mapping(dig(policy, "connectionPool", "http")), **mapping(dig(policy, "connectionPool", "tcp"))}
    stopping = {
        key: limits[key]
        for key in ("http1MaxPendingRequests", "http2MaxRequests", "maxConnections")
        if is_limit(limits.get(key))
    }
    if stopping:
        yield Breaker(kind="circuit-breaker", setting=_shown(stopping)), "connectionPool"


def _switched_off(outlier: dict[str, Any]) -> bool:
    """Whether no error ejects a host."""
    counts = [
        outlier[key]
        for key in ("consecutive5xxErrors", "consecutiveGatewayErrors", "consecutiveErrors")
        if key in outlier
    ]
    return bool(counts) and all(text(count) == "0" for count in counts)


def _shown(values: dict[str, Any]) -> str | None:
    said = [f"{key} {text(value)}" for key, value in sorted(values.items()) if text(value)]
    return ", ".join(said)[:200] or None


def _service_profile(cluster: Cluster, one: Object) -> Iterator[CallSettings]:
    budget = one.spec.get("retryBudget")
    breaker = Breaker(kind=_LINKERD_BUDGET, setting=_shown(mapping(budget)) or "retryRatio 0.2")
    for _, route in mappings(one.spec.get("routes")):
        retried = route.get("isRetryable") is True
        wait = span(route.get("timeout"))
        if not retried and wait is None:
            continue
        note = _note(("isRetryable", "true" if retried else ""), ("timeout", f"{wait:g} s" if wait is not None else ""))
        yield from _calls(
            cluster, one, one.name, (one.evidence(route, note=note),),
            attempts=_RETRYABLE if retried else None, timeout=wait, breaker=breaker if retried else None,
        )  # fmt: skip


def _linkerd_service(cluster: Cluster, one: Object, host: str) -> Iterator[CallSettings]:
    """Annotations that Linkerd reads from a Service since 2.16."""
    notes = mapping(one.metadata.get("annotations"))
    retries = any(text(notes.get(f"retry.linkerd.io/{sort}")) for sort in ("http", "grpc"))
    count = attempts(text(notes.get("retry.linkerd.io/limit")) or "1", extra=1) if retries else None
    wait = _first_span(notes.get("retry.linkerd.io/timeout"), notes.get("timeout.linkerd.io/request"))
    accrual = text(notes.get("balancer.linkerd.io/failure-accrual"))
    if count is None and wait is None and not accrual:
        return
    key = next(name for name in notes if "linkerd.io/" in name)
    note = _note(("attempts", f"{count}" if count else ""), ("failure accrual", accrual))
    yield from _calls(
        cluster, one, host, (one.evidence(notes, key, note=note),),
        attempts=count, timeout=wait, breaker=Breaker(kind="circuit-breaker", setting=accrual) if accrual else None,
    )  # fmt: skip


def _first_span(*values: object) -> float | None:
    return next((found for value in values if (found := span(value)) is not None), None)


def _note(*parts: tuple[str, str]) -> str | None:
    return ", ".join(f"{name} {value}" for name, value in parts if value) or None


def of_route(cluster: Cluster, one: Object, rule: dict[str, Any], route: str) -> Iterable[CallSettings]:
    """Settings of a rule that leads in from outside: the route makes the calls."""
    for host in backend_hosts(rule):
        yield from settings(cluster, one, rule, host, dependent=route)
