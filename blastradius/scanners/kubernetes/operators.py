"""Custom resources by which an operator runs a store, and the Services that it makes for it.

Sources: CloudNativePG "Service management"; Strimzi "Overview", client access by the bootstrap Service; Elastic Cloud on
Kubernetes "Access the Elasticsearch endpoint"; Zalando postgres-operator "Concepts"; RabbitMQ Cluster Operator "Using";
MongoDB Community Operator "Deploy"; Crunchy Postgres "Connect an application"; Spotahome redis-operator "Connection";
Percona Operator for MySQL "Connect"; Altinity ClickHouse operator "Services".
"""

from __future__ import annotations

from blastradius.model import Component, Kind
from blastradius.scanners.kubernetes.cluster import Cluster
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.objects import Object, dig
from blastradius.scanners.loose import text

#: By group and kind: what it is, and how its Services are called.
_STORES: dict[tuple[str, str], tuple[Kind, tuple[str, ...]]] = {
    ("postgresql.cnpg.io", "Cluster"): ("database", ("{}-rw", "{}-ro", "{}-r")),
    ("kafka.strimzi.io", "Kafka"): ("stream", ("{}-kafka-bootstrap", "{}-kafka-brokers")),
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): ("database", ("{}-es-http", "{}-es-internal-http")),
    ("acid.zalan.do", "postgresql"): ("database", ("{}", "{}-repl", "{}-pooler")),
    ("rabbitmq.com", "RabbitmqCluster"): ("queue", ("{}", "{}-nodes")),
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): ("database", ("{}-svc",)),
    ("postgres-operator.crunchydata.com", "PostgresCluster"): ("database", ("{}-primary", "{}-replicas", "{}-ha")),
    ("databases.spotahome.com", "RedisFailover"): ("cache", ("rfs-{}", "rfrm-{}", "rfrs-{}")),
    ("pxc.percona.com", "PerconaXtraDBCluster"): ("database", ("{}-haproxy", "{}-proxysql", "{}-pxc")),
    ("clickhouse.altinity.com", "ClickHouseInstallation"): ("database", ("clickhouse-{}",)),
}
#: Where each says how many there are.
_COUNTS = (("instances",), ("replicas",), ("numberOfInstances",), ("members",), ("kafka", "replicas"))


def operated(cluster: Cluster, facts: Facts) -> None:
    """Write down the stores that operators run."""
    for one in cluster.objects:
        if is_operated(one) and one.name and facts.first(cluster.id_of(one.namespace, one.kind, one.name)):
            facts.found.append(_store(cluster, one))


def is_operated(one: Object) -> bool:
    """Whether an object is a store that an operator runs."""
    return (one.api, one.kind) in _STORES


def _store(cluster: Cluster, one: Object) -> Component:
    kind, forms = _STORES[one.api, one.kind]
    names = [form.format(one.name) for form in forms]
    space = one.namespace
    own = [name for name in names if (space, name) not in cluster.services]
    ends = ("", f".{space}", f".{space}.svc", f".{space}.svc.cluster.local")
    counts = [text(dig(one.spec, *path)) for path in _COUNTS]
    attributes = {"instances": next((count for count in counts if count.isdigit()), ""), "services": ", ".join(names)}
    return Component(
        id=cluster.id_of(space, one.kind, one.name),
        kind=kind,
        name=one.name,
        type=f"{one.api}/{one.kind}",
        environment=one.environment,
        scope=cluster.scope(space),
        identities=tuple(sorted(cluster.id_of(space, "Service", name) for name in own)),
        aliases=tuple(sorted(f"{name}{end}" for name in own for end in ends)),
        attributes={key: value for key, value in attributes.items() if value},
        evidence=(one.evidence(), *one.staged),
    )
