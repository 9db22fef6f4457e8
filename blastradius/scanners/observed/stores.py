"""Databases, caches, queues and topics that a span names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from blastradius.model import Kind
from blastradius.scanners.observed.hosts import callee
from blastradius.scanners.observed.model import Known, Named, Peer
from blastradius.scanners.observed.values import name, text

_CACHES = frozenset({"redis", "memcached", "valkey", "hazelcast", "keydb", "infinispan", "geode", "coherence"})
#: Databases that are part of the program itself.
_EMBEDDED = frozenset({"sqlite", "h2", "h2database", "hsqldb", "derby", "caffeine", "ehcache", "rocksdb", "leveldb"})
_HOSTS = ("server.address", "net.peer.name", "peer.hostname", "peer.address", "net.peer.ip", "network.peer.address")
_NAMES = ("db.namespace", "db.name", "db.instance")
_DESTINATIONS = (
    "messaging.destination.name", "messaging.destination", "message_bus.destination", "kafka.topic", "rabbit.queue",
    "jms.queue", "jms.topic",
)  # fmt: skip
_TOPICS = frozenset({"kafka", "pulsar", "gcp_pubsub", "nats", "aws_sns", "sns", "mqtt", "rocketmq"})
_STREAMS = frozenset({"kinesis", "aws_kinesis", "eventhubs"})


def kind_of_system(system: str) -> Kind:
    """Cache or database, by the name of the software."""
    return "cache" if system.lower() in _CACHES else "database"


def store(said: Mapping[str, Any]) -> Named | Known | None:
    """The database or cache that a span calls: by its service, its host, its own name, or what it is."""
    system = next((name(said[key]) for key in ("db.system.name", "db.system", "db.type") if key in said), "")
    system = system.lower().rpartition(".")[2]
    kind = kind_of_system(system)
    service = name(said.get("peer.service"))
    if service:
        return Named(service, kind=kind, type=system, addressed=True)
    if any(text(said.get(key)) for key in _HOSTS):
        found = next((one for key in _HOSTS if (one := callee(text(said.get(key)), kind, system))), None)
        if found or system in _EMBEDDED:
            return found
    if system in _EMBEDDED:
        return None
    for key in _NAMES:
        called = name(said.get(key))
        if called and not called.isdigit() and "/" not in called:  # Redis numbers its databases
            return Named(called, kind=kind, type=system)
    return Named(system, kind=kind, type=system) if system not in ("", "sql", "other_sql") else None


def destination(said: Mapping[str, Any], broker: Named | Known | None = None) -> Peer | None:
    """The queue or topic that a span sends to or takes from, on its broker; the broker alone where none is named.

    Args:
        said: attributes of the span.
        broker: where the format itself names it.
    """
    system = name(said.get("messaging.system")) or ("kafka" if "kafka.topic" in said else "")
    system = system.lower() or ("rabbitmq" if "rabbit.queue" in said else "")
    service = name(said.get("peer.service"))
    if broker is None and service:
        broker = Named(service, kind="queue", type=system, addressed=True)
    if broker is None:
        broker = next((one for key in _HOSTS if (one := callee(text(said.get(key)), "queue", system))), None)
    elif isinstance(broker, Named):
        broker = replace(broker, kind="queue", type=broker.type or system, addressed=True)
    for key in ("messaging.url", "messaging.destination.name", "messaging.destination"):
        found = text(said.get(key), 400)
        if found.startswith(("arn:aws", "https://sqs.")) and (known := callee(found)):
            return Peer(known)
    called = _called(said)
    if called:
        return Peer(Named(called, kind=_kind(system, said), type=system), broker)
    if broker is not None:
        return Peer(broker)
    return Peer(Named(system, kind="queue", type=system)) if system else None


def _called(said: Mapping[str, Any]) -> str:
    for key in ("messaging.destination.anonymous", "messaging.destination.temporary", "messaging.temp_destination"):
        if said.get(key) in (True, "true"):  # made for one connection, and gone with it
            return ""
    return next((found for key in _DESTINATIONS if (found := name(said.get(key)))), "")


def _kind(system: str, said: Mapping[str, Any]) -> Kind:
    kind = text(said.get("messaging.destination_kind") or said.get("messaging.destination.kind"))
    if kind == "queue":
        return "queue"
    if kind == "topic" or "jms.topic" in said:
        return "topic"
    return "topic" if system in _TOPICS else "stream" if system in _STREAMS else "queue"
