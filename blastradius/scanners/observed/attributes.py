"""What attributes and tags say: who did the work, and what it called; by the old and the new names of OpenTelemetry.

Only values of a few keys are looked at, and only as far as they are names, hosts or ARNs. Statements, users, headers
and bodies are never read.

Source of the keys: OpenTelemetry semantic conventions 1.4 to 1.37, OpenTracing semantic conventions 1.1, Brave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from blastradius.scanners.observed.aws import aws_peers
from blastradius.scanners.observed.hosts import callee
from blastradius.scanners.observed.model import Known, Named, Peer, Place, Side
from blastradius.scanners.observed.stores import destination, store
from blastradius.scanners.observed.values import name, service, text

_WORKLOADS = {
    "k8s.deployment.name": "Deployment", "k8s.statefulset.name": "StatefulSet", "k8s.daemonset.name": "DaemonSet",
    "k8s.cronjob.name": "CronJob",
}  # fmt: skip
_HOSTS = (
    "server.address", "net.peer.name", "http.host", "url.full", "http.url", "peer.hostname", "peer.address",
    "net.peer.ip", "peer.ipv4", "network.peer.address",
)  # fmt: skip
_PROVIDERS = frozenset({"aws", "gcp", "azure"})


def place_of(said: Mapping[str, Any], root: str, fallback: object = "") -> Place | None:
    """The service that a resource describes; None where it names none.

    Args:
        said: attributes of the resource.
        root: name of what is scanned, as it stands in ids of workloads.
        fallback: name where the attributes hold none.
    """
    workload, kind = next(((name(said[key]), kind) for key, kind in _WORKLOADS.items() if key in said), ("", ""))
    function = name(said.get("faas.name"))
    called = name(said.get("service.name")) or name(fallback)
    if not called or called.startswith("unknown_service"):  # what an SDK writes where nobody gave a name
        called = workload or function or ("" if called else service(said.get("service.name")) or service(fallback))
    if not called:
        return None
    namespace = name(said.get("k8s.namespace.name"))
    provider = text(said.get("cloud.provider"))
    account = text(said.get("cloud.account.id"))
    runs_on_lambda = text(said.get("cloud.platform")) == "aws_lambda" or (function and provider == "aws")
    named = Named(
        called,
        namespace=namespace or name(said.get("service.namespace")),
        environment=name(said.get("deployment.environment.name")) or name(said.get("deployment.environment")),
        kind="function" if runs_on_lambda else "service",
        service="lambda" if runs_on_lambda else "",
    )
    identities = [f"k8s:{root}/{namespace}/{kind}/{workload}"] if namespace and workload else []
    return Place(
        named,
        orchestrated=bool(namespace),
        identities=(*identities, *_arn(said)),
        also=tuple(dict.fromkeys(one for one in (workload, function) if one and one != called)),
        region=name(said.get("cloud.region")),
        provider=provider if provider in _PROVIDERS else "",
        account=account if account.isalnum() or "-" in account else "",
        cluster=name(said.get("k8s.cluster.name")),
    )


def _arn(said: Mapping[str, Any]) -> Iterator[str]:
    """ARN of a function; those of tasks and machines name something that is gone tomorrow."""
    for key in ("cloud.resource_id", "faas.id"):
        arn = text(said.get(key), 400)
        parts = arn.split(":")
        if arn.startswith("arn:") and len(parts) >= 7 and parts[2] == "lambda" and parts[5] == "function":
            yield ":".join(parts[:7])
            return


def side_of(value: object) -> Side:
    """The side of a call by the kind of a span: `CLIENT`, `SPAN_KIND_SERVER`, 3."""
    numbers: dict[object, Side] = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}
    if isinstance(value, int):
        return numbers.get(value, "")
    said = text(value).lower().removeprefix("span_kind_")
    return next((side for side in get_args(Side) if side and side == said), "")


def peers_of(said: Mapping[str, Any], side: Side) -> tuple[Peer, ...]:
    """What a span calls, by its attributes; for a server who calls it."""
    called = name(said.get("peer.service"))
    if side == "server":
        return (Peer(Named(called)),) if called else ()
    found = aws_peers(said)
    if found:
        return found
    if (side in ("producer", "consumer", "client", "") and "messaging.system" in said) or side in _MESSAGES:
        queue = destination(said)
        return (queue,) if queue else ()
    if any(key in said for key in ("db.system", "db.system.name", "db.type")):
        one = store(said)
        return (Peer(one),) if one else ()
    if called:
        return (Peer(Named(called)),)
    if side != "client":
        return ()
    return _by_host(said)


_MESSAGES = ("producer", "consumer")


def _by_host(said: Mapping[str, Any]) -> tuple[Peer, ...]:
    for key in _HOSTS:
        host = text(said.get(key), 4_000)
        found: Named | Known | None = callee(host) if host else None
        if found:
            return (Peer(found),)
    return ()
