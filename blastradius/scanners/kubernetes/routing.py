"""Ways in from outside: Ingress, Gateway API, Istio and OpenShift routes.

A gateway of many routes does not depend on its backends: the gateway is a component, each route one more, and the
route needs both the gateway and its backend.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import Component, Evidence
from blastradius.scanners.kubernetes.cluster import Cluster
from blastradius.scanners.kubernetes.facts import Facts, Way
from blastradius.scanners.kubernetes.matching import http_match, istio_match
from blastradius.scanners.kubernetes.mesh import of_route
from blastradius.scanners.kubernetes.names import Target, follow, is_known
from blastradius.scanners.kubernetes.objects import Object, dig, items, mappings
from blastradius.scanners.loose import mapping, text

_ROUTE_KINDS = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_GATEWAY_APIS = ("gateway.networking.k8s.io", "networking.istio.io", "networking.x-k8s.io")


@dataclass(slots=True)
class Route:
    """One way from a host and path to backends.

    Attributes:
        host: host name, `*` for any.
        path: path or match, `/` for all.
        backends: services by name (namespace, name), with where each stands.
        evidence: where the route stands.
        terms: what tells it from others of the same host and path: sort of the path, conditions.
        shown: host and path, with the terms where the object has another route of the same host and path.
        rule: the rule that it is part of, where rules say how calls are made.
    """

    host: str
    path: str
    backends: list[tuple[str, str, Evidence]]
    evidence: Evidence
    terms: str = ""
    shown: str = ""
    rule: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shown = f"{self.host}{self.path}"


def _apart(routes: Iterable[Route]) -> list[Route]:
    """Routes of one object, of which those that share host and path show what tells them apart."""
    found = list(routes)
    terms: dict[str, set[str]] = {}
    for route in found:
        terms.setdefault(route.shown, set()).add(route.terms)
    for route in found:
        if len(terms[f"{route.host}{route.path}"]) > 1 and route.terms:
            route.shown += f" [{route.terms}]"
    return found


def routing(cluster: Cluster, facts: Facts) -> None:
    """Write down all gateways and routes."""
    for one in _unique(cluster.of_kind("Ingress")):
        if one.api in ("networking.k8s.io", "extensions"):
            gateway = _gateway(cluster, facts, one, text(one.spec.get("ingressClassName")))
            for route in _apart(_ingress(one)):
                _route(cluster, facts, one, route, [gateway])
    for one in _unique(cluster.of_kind("Gateway")):
        if one.api in _GATEWAY_APIS:
            _gateway(cluster, facts, one, text(one.spec.get("gatewayClassName")))
            _serving_pods(cluster, facts, one)
    for one in _unique(cluster.of_kind(*_ROUTE_KINDS, api="k8s.io")):
        parents = [
            cluster.id_of(
                text(parent.get("namespace")) or one.namespace,
                text(parent.get("kind")) or "Gateway",
                text(parent.get("name")),
            )
            for _, parent in mappings(one.spec.get("parentRefs"))
            if text(parent.get("kind")) in ("", "Gateway")
        ]
        if parents:
            for route in _apart(_gateway_routes(one)):
                _route(cluster, facts, one, route, parents)
    for one in _unique(cluster.of_kind("VirtualService", api="istio.io")):
        named = [text(gateway) for gateway in items(one.spec.get("gateways"))]
        parents = [_istio_gateway(cluster, one.namespace, name) for name in named if name and name != "mesh"]
        if parents:
            for route in _apart(_istio_routes(one)):
                _route(cluster, facts, one, route, parents)
    for one in _unique(cluster.of_kind("Route", api="openshift.io")):
        _route(cluster, facts, one, _openshift(one), [])


def _unique(found: list[Object]) -> Iterator[Object]:
    """Each differing declaration once; equal copies in several files say nothing new."""
    seen: list[tuple[tuple[str, str, str], Any]] = []
    for one in found:
        if one.name and (one.key, one.body) not in seen:
            seen.append((one.key, one.body))
            yield one


def _gateway(cluster: Cluster, facts: Facts, one: Object, sort: str) -> str:
    key = cluster.id_of(one.namespace, one.kind, one.name)
    if not facts.first(key):
        return key
    annotated = text(dig(one.metadata, "annotations", "kubernetes.io/ingress.class"))
    attributes = {"namespace": one.namespace, "class": sort or annotated}
    facts.found.append(
        Component(
            id=key,
            kind="gateway",
            name=one.name,
            type=f"{one.api}/{one.kind}",
            environment=one.environment,
            scope=cluster.scope(one.namespace),
            attributes={name: value for name, value in attributes.items() if value},
            evidence=tuple(dict.fromkeys(o.evidence() for o in cluster.get(*one.key) if o.api == one.api)) + one.staged,
        )
    )
    return key


def _serving_pods(cluster: Cluster, facts: Facts, one: Object) -> None:
    """An Istio gateway is served by the pods that its selector names, in whatever namespace they run."""
    wanted = mapping(one.spec.get("selector"))
    served = [w for space in cluster.namespaces for w in cluster.labelled(space, wanted)] if wanted else []
    if served:
        target = Target([(w.id, w.name) for w in served])
        facts.target(
            cluster.id_of(one.namespace, one.kind, one.name),
            one.namespace,
            target,
            "selector",
            (one.evidence(one.spec, "selector"),),
        )


def _route(cluster: Cluster, facts: Facts, one: Object, route: Route, gateways: list[str]) -> None:
    key = f"{cluster.id_of(one.namespace, one.kind, one.name)}#{route.shown}"
    if facts.first(key):
        facts.found.append(_way(cluster, one, route, key))
    via = f"route {route.shown}"
    if gateways:
        parents = Target([(gateway, gateway.rsplit("/", 1)[-1]) for gateway in dict.fromkeys(gateways)])
        facts.target(key, one.namespace, parents, f"{one.kind} {one.name}", (route.evidence,), role="any")
    members: list[tuple[str, ...]] = []
    evidence: list[Evidence] = []
    behind: set[str] = set()
    for namespace, service, where in route.backends:
        target = follow(cluster, namespace, service)
        members.extend(member for member in target.members if member not in members)
        evidence.extend((where, *target.evidence))
        behind |= target.workloads
    # a Service's own name is called past the gateway, also where a rule for both bears it
    if route.host != "*" and not is_known(cluster, one.namespace, route.host.lower()):
        facts.routes.setdefault(route.host.lower(), []).append(
            Way(key, route.path, frozenset(behind), route.terms.startswith("Exact"))
        )
    if members:
        facts.target(key, one.namespace, Target(members), via, tuple(dict.fromkeys(evidence)))
        facts.found.extend(of_route(cluster, one, route.rule, key))


def _way(cluster: Cluster, one: Object, route: Route, key: str) -> Component:
    attributes = {"namespace": one.namespace, "entry": f"{one.kind}/{one.name} {route.shown}"}
    if route.host != "*":
        attributes["host"] = route.host.lower()
    return Component(
        id=key,
        kind="gateway",
        name=route.shown.removeprefix("*") if route.host == "*" else route.shown,
        type=f"{one.api}/{one.kind} route",
        environment=one.environment,
        scope=cluster.scope(one.namespace),
        attributes=attributes,
        evidence=(route.evidence, *one.staged),
    )


def _ingress(one: Object) -> Iterator[Route]:
    rules = [
        (text(rule.get("host")) or "*", path)
        for _, rule in mappings(one.spec.get("rules"))
        for _, path in mappings(dig(rule, "http", "paths"))
    ]
    # a rule that takes everything leaves nothing to the default
    shadowed = any(
        host == "*" and text(path.get("pathType")) == "Prefix" and (text(path.get("path")) or "/") == "/"
        for host, path in rules
    )
    for name_of in () if shadowed else ("defaultBackend", "backend"):
        backend = one.spec.get(name_of)
        name = _ingress_backend(backend)
        if name:
            where = one.evidence(backend)
            yield Route("*", "/", [(one.namespace, name, where)], where, "default")
    for host, path in rules:
        name = _ingress_backend(path.get("backend"))
        where = one.evidence(path)
        if name:
            terms = text(path.get("pathType"))
            yield Route(host, text(path.get("path")) or "/", [(one.namespace, name, where)], where, terms)


def _ingress_backend(backend: Any) -> str:
    """Service that a backend names, in the form of v1 and of v1beta1."""
    return text(dig(backend, "service", "name")) or text(dig(backend, "serviceName"))


def _gateway_routes(one: Object) -> Iterator[Route]:
    hosts = [text(host) for host in items(one.spec.get("hostnames"))] or ["*"]
    for position, rule in mappings(one.spec.get("rules")):
        backends = [
            (text(ref.get("namespace")) or one.namespace, text(ref.get("name")), one.evidence(ref))
            for _, ref in mappings(rule.get("backendRefs"))
            if text(ref.get("kind")) in ("", "Service") and text(ref.get("name")) and ref.get("weight") != 0
        ]
        if not backends:
            continue  # a redirect needs nobody behind it
        paths = [http_match(match) for _, match in mappings(rule.get("matches"))] or [
            ("/" if not position else f"/?{position}", "")
        ]
        for host in hosts:
            for path, terms in dict.fromkeys(paths):
                yield Route(host, path, backends, one.evidence(rule), terms, rule=rule)


def _istio_gateway(cluster: Cluster, namespace: str, name: str) -> str:
    space, slash, own = name.partition("/")
    return cluster.id_of(space, "Gateway", own) if slash else cluster.id_of(namespace, "Gateway", name)


def _istio_routes(one: Object) -> Iterator[Route]:
    hosts = [text(host) for host in items(one.spec.get("hosts"))] or ["*"]
    for protocol in ("http", "tls", "tcp"):
        for position, rule in mappings(one.spec.get(protocol)):
            backends = []
            for _, route in mappings(rule.get("route")):
                host = text(dig(route, "destination", "host")).lower()
                if host and route.get("weight") != 0:
                    backends.append((one.namespace, host, one.evidence(route)))
            if not backends:
                continue
            paths = [istio_match(match) for _, match in mappings(rule.get("match"))] or [
                ("/" if not position else f"/?{position}", "")
            ]
            for host in hosts:
                for path, terms in dict.fromkeys(paths):
                    yield Route(host, path, backends, one.evidence(rule), terms, rule=rule)


def _openshift(one: Object) -> Route:
    backends = []
    for _, target in mappings([one.spec.get("to"), *items(one.spec.get("alternateBackends"))]):
        if text(target.get("name")) and target.get("weight") != 0:
            backends.append((one.namespace, text(target.get("name")), one.evidence(target)))
    return Route(text(one.spec.get("host")) or "*", text(one.spec.get("path")) or "/", backends, one.evidence())
