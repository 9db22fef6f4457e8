"""Buckets, queues, topics and tables that a setting names without any place: they exist, and nobody knows where."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from blastradius.model import Kind
from blastradius.scanners.naming import TECHNOLOGY, words
from blastradius.scanners.settings import Setting, found_in

_KINDS: dict[str, Kind] = {"bucket": "bucket", "queue": "queue", "topic": "topic", "table": "database"}
#: Words of a setting that says where things of a sort lie.
_AROUND: dict[Kind, frozenset[str]] = {
    "bucket": frozenset({"s3", "minio", "gcs", "gs", "storage", "blob", "object", "bucket"}),
    "queue": frozenset({
        "sqs", "queue", "rabbitmq", "rabbit", "amqp", "mq", "broker", "celery", "nats", "redis", "servicebus",
    }),
    "topic": frozenset({
        "kafka", "topic", "pubsub", "sns", "nats", "broker", "brokers", "bootstrap", "pulsar", "mqtt", "servicebus",
        "eventhub",
    }),
    "database": frozenset({
        "dynamodb", "dynamo", "table", "db", "database", "jdbc", "datasource", "mysql", "postgres", "postgresql", "pg",
        "mariadb", "mongo", "mongodb", "dsn", "sql", "cassandra", "bigtable",
    }),
}  # fmt: skip
#: Services of which a name may say that the thing is theirs; only a setting about that service places it then.
_OWNERS = frozenset({
    "s3", "gcs", "minio", "sqs", "sns", "pubsub", "dynamodb", "dynamo", "kafka", "rabbitmq", "servicebus", "bigtable",
    "cassandra",
})  # fmt: skip
_EVERYWHERE = frozenset({"localstack"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a setting names.

    Attributes:
        name: as it is written.
        kind: of the thing.
    """

    name: str
    kind: Kind


def named_among(settings: Iterable[Setting]) -> Iterator[tuple[Setting, Named]]:
    """What the settings of one program name without a place, where no other of them says where such things lie."""
    told = list(settings)
    placed = {word for one in told if any(found_in(one, lambda _: False)) for word in words(one.name)}
    for one in told:
        found = named_in(one, placed)
        if found is not None:
            yield one, found


def named_in(setting: Setting, placed: Collection[str] = ()) -> Named | None:
    """The bucket, queue, topic or table that a setting names, if no other setting says where such things lie.

    Args:
        setting: what to look at.
        placed: words of the names of those settings of the same program that hold an address.
    """
    said = [word for word in words(setting.name) if not word.isdigit()]
    while said and said[-1] in ("name", "id"):
        said.pop()
    value = setting.value.strip()
    if setting.prose or setting.secret or not said or said[-1] not in _KINDS or not _NAME.fullmatch(value):
        return None
    if value.isdigit() or value.lower() in TECHNOLOGY:
        return None
    kind = _KINDS[said[-1]]
    where = _OWNERS & _whole(words(setting.name)) or _AROUND[kind]
    around = _whole(placed)
    return None if where & around or _EVERYWHERE & around else Named(value, kind)


def _whole(said: Collection[str]) -> set[str]:
    """Words with `s3`, which a name's words hold in two pieces."""
    return {*said, "s3"} if {"s", "3"} <= set(said) else set(said)
