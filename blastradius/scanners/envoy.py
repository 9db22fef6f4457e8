"""Envoy's own configuration: what a proxy calls, how often and how long it tries, and what makes it stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from blastradius.documents import Document, load_yaml
from blastradius.errors import InputError
from blastradius.marks import line_of
from blastradius.model import Breaker, CallSettings, Evidence, Reference
from blastradius.scanners.calling import attempts, is_limit, span
from blastradius.scanners.loose import records

MAX_TEXT = 1_000_000
ENDPOINTS = "endpoints of one cluster of Envoy: any of them answers; with fewer there is less capacity"
_LIMITS = ("max_connections", "max_pending_requests", "max_requests")
_MAX_DEPTH = 40
_MOST = 2_000


def is_envoy(content: str) -> bool:
    """Whether a text may be the configuration of an Envoy with clusters of its own."""
    return len(content) <= MAX_TEXT and "clusters" in content and "socket_address" in content


def envoy_hosts(content: str) -> list[tuple[tuple[str, ...], int]]:
    """Hosts of each cluster of an Envoy, any of which answers, with its line in the text."""
    found: dict[tuple[str, ...], int] = {}
    for document in _documents(content):
        for cluster in _named(document.value, "clusters"):
            hosts = tuple(dict.fromkeys(host.rpartition(":")[0] or host for host in _hosts(cluster)))
            if hosts and "name" in cluster:
                found.setdefault(hosts, line_of(cluster) or document.line)
    return sorted(found.items())


def _documents(content: str) -> list[Document]:
    try:
        return load_yaml(content.encode("utf-8", "replace"), "envoy.yaml") if is_envoy(content) else []
    except InputError:
        return []  # whoever reads the file says that it cannot be read


def envoy_calls(
    dependent: str, content: str, path: str, scope: str, scanner: str, mount: tuple[Evidence, ...] = ()
) -> list[CallSettings]:
    """Settings of calls in a file, if it is the configuration of an Envoy that states some.

    Args:
        dependent: id of who runs the proxy.
        content: of the file, YAML or JSON.
        path: of the file; empty where `mount` says where it stands.
        scope: of the one who runs it.
        scanner: stands in evidence.
        mount: where the file is given to the program.
    """
    found: list[CallSettings] = []
    for document in _documents(content):
        # a route's list of weighted clusters bears the same key, and holds names alone
        clusters = {
            str(one["name"]): one for one in _named(document.value, "clusters") if "name" in one and _hosts(one)
        }
        for name, rule, told in _rules(document.value, clusters):
            line = line_of(rule, told) or line_of(rule) or document.line
            own = (Evidence(scanner=scanner, locator=f"{path}:{line}", note="cluster of Envoy"),) if path else ()
            for host in _hosts(clusters.get(name)):
                settings = _settings(rule)
                if settings and len(found) < _MOST:
                    reference = Reference(texts=(host,), scope=scope, role="address")
                    found.append(
                        CallSettings(
                            dependency=reference,
                            dependent=dependent,
                            layer="client",
                            evidence=(*own, *mount),
                            **settings,
                        )
                    )
    return found


def _named(value: Any, key: str) -> Iterator[dict[str, Any]]:
    """Mappings of all lists under a key, wherever in the document."""
    for one in _mappings(value):
        yield from records(one.get(key))


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    """All mappings of a document, as deep as it is looked into."""
    left: list[tuple[Any, int]] = [(value, 0)]
    while left:
        one, depth = left.pop()
        if depth > _MAX_DEPTH:
            continue
        if isinstance(one, dict):
            yield one
            left.extend((child, depth + 1) for child in one.values())
        elif isinstance(one, list):
            left.extend((child, depth + 1) for child in one)


def _rules(value: Any, clusters: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Clusters with what is said of calls to them: by themselves, and by the routes that lead to them."""
    for name, cluster in clusters.items():
        for key in ("outlier_detection", "circuit_breakers"):
            if key in cluster:
                yield name, {key: cluster[key]}, key
    for host in _named(value, "virtual_hosts"):
        shared = host.get("retry_policy")
        for entry in host.get("routes") or [] if isinstance(host.get("routes"), list) else []:
            route = entry.get("route") if isinstance(entry, dict) else None
            if not isinstance(route, dict):
                continue
            told = route if "retry_policy" in route or shared is None else {**route, "retry_policy": shared}
            for name in _targets(route):
                yield name, told, "retry_policy" if "retry_policy" in route else "cluster"


def _targets(route: dict[str, Any]) -> list[str]:
    names = [route.get("cluster")]
    weighted = route.get("weighted_clusters")
    if isinstance(weighted, dict) and isinstance(weighted.get("clusters"), list):
        names += [one.get("name") for one in weighted["clusters"] if isinstance(one, dict)]
    return [str(name) for name in names if isinstance(name, str)]


def _settings(rule: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = defaultdict(lambda: None)
    policy = rule.get("retry_policy")
    if isinstance(policy, dict) and policy.get("retry_on"):
        # without a number a failed attempt is made once more (Envoy API, `RetryPolicy.num_retries`)
        found["attempts"] = attempts(policy.get("num_retries", 1), extra=1)
        pause = policy.get("retry_back_off")
        base = pause.get("base_interval") if isinstance(pause, dict) else None
        found["backoff"] = str(base) if span(base) is not None else None
    per_try = policy.get("per_try_timeout") if isinstance(policy, dict) else None
    found["timeout"] = span(per_try) if per_try is not None else span(rule.get("timeout"))
    if isinstance(rule.get("outlier_detection"), dict):
        found["breaker"] = Breaker(kind="outlier-detection")
    elif any(is_limit(one.get(key)) for one in _named(rule.get("circuit_breakers"), "thresholds") for key in _LIMITS):
        found["breaker"] = Breaker(kind="circuit-breaker")
    return {key: value for key, value in found.items() if value is not None}


def _hosts(cluster: dict[str, Any] | None) -> list[str]:
    """Addresses of a cluster, in the form of v3 and of v2."""
    found: dict[str, None] = {}
    for address in _values(cluster, "socket_address"):
        host, port = address.get("address"), address.get("port_value")
        if isinstance(host, str) and 0 < len(host) < 254:
            found[f"{host}:{port}" if isinstance(port, int) and not isinstance(port, bool) else host] = None
    return list(found)


def _values(value: Any, key: str) -> Iterator[dict[str, Any]]:
    """Mappings under a key, wherever in the document."""
    return (one[key] for one in _mappings(value) if isinstance(one.get(key), dict))
