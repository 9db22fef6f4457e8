"""What a call to a service of AWS names: a table, a bucket, a queue, a function, or the service alone.

Source of the keys: OpenTelemetry semantic conventions for AWS SDKs 1.37, AWS X-Ray segment documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from blastradius.model import Kind
from blastradius.scanners.observed.hosts import callee, region_of
from blastradius.scanners.observed.model import Known, Named, Peer
from blastradius.scanners.observed.values import name, text, texts

#: First part of the host, and id in the catalog, where they are not the name of the service in small letters.
_HOSTS = {
    "sfn": "states", "stepfunctions": "states", "eventbridge": "events", "cloudwatchevents": "events",
    "cloudwatch": "monitoring", "cloudwatchlogs": "logs", "simplesystemsmanagement": "ssm", "ses": "email", "sesv2": "email",
    "simpledb": "sdb", "simpleemailservice": "email", "simplenotificationservice": "sns", "simplequeueservice": "sqs",
    "dynamodbv2": "dynamodb", "dynamodb_20120810": "dynamodb", "awslambda": "lambda", "elasticsearch": "es",
}  # fmt: skip
_IDS = {
    "states": "stepfunctions",
    "events": "eventbridge",
    "monitoring": "cloudwatch",
    "logs": "cloudwatch-logs",
    "email": "ses",
}
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,3}-\d")
#: Keys of things that a call names, with what they are.
_THINGS: tuple[tuple[str, Kind, str], ...] = (
    ("aws.dynamodb.table_names", "database", "dynamodb"),
    ("aws.table_name", "database", "dynamodb"),
    ("table_name", "database", "dynamodb"),
    ("aws.s3.bucket", "bucket", "s3"),
    ("bucket_name", "bucket", "s3"),
    ("aws.bucket_name", "bucket", "s3"),
    ("aws.kinesis.stream_name", "stream", "kinesis"),
    ("stream_name", "stream", "kinesis"),
    ("faas.invoked_name", "function", "lambda"),
    ("function_name", "function", "lambda"),
    ("aws.lambda.function_name", "function", "lambda"),
)
_TEXTS = (
    "aws.sqs.queue.url", "aws.queue_url", "aws.queue.url", "queue_url", "messaging.url", "aws.sns.topic.arn", "topic_arn",
    "aws.lambda.invoked_arn", "aws.step_functions.state_machine.arn", "aws.secretsmanager.secret.arn", "aws.kinesis.stream.arn",
    "faas.invoked_arn",
)  # fmt: skip
_ONLY_SDK = frozenset(key for key in (*(row[0] for row in _THINGS), *_TEXTS) if key.startswith("aws."))
_RESOURCES: dict[str, Kind] = {"dynamodb": "database", "s3": "bucket", "lambda": "function", "kinesis": "stream"}


def aws_peers(said: Mapping[str, Any]) -> tuple[Peer, ...]:
    """What a call of an AWS SDK names, the most exact; none where the span is no such call."""
    called = text(said.get("rpc.service")) or text(said.get("aws.service")) or text(said.get("aws_service"))
    if (
        text(said.get("rpc.system")) != "aws-api"
        and text(said.get("rpc.system.name")) != "aws-api"
        and not called_by_sdk(said)
    ):
        return ()
    host = text(said.get("server.address")) or text(said.get("net.peer.name"))
    region = next(
        (
            found
            for key in ("cloud.region", "aws.region", "faas.invoked_region", "region")
            if (found := _region(said.get(key)))
        ),
        region_of(f".{host}"),
    )
    return calls(called, said, region) or _by_host(host)


def called_by_sdk(said: Mapping[str, Any]) -> bool:
    """Whether keys that only an SDK of AWS writes are there."""
    return not _ONLY_SDK.isdisjoint(said)


def calls(called: str, said: Mapping[str, Any], region: str) -> tuple[Peer, ...]:
    """What a call names.

    Args:
        called: the service, as an SDK writes it.
        said: keys and values of the call.
        region: that it was sent to, if known.
    """
    service = re.sub(r"^(?:aws|amazon)[ .:]*|[ -]", "", called.lower())
    service = _HOSTS.get(service, service)
    if known := tuple(Peer(one) for one in _texts(said)):
        return known
    things = tuple(Peer(one) for one in _things(said, service, region))
    if things:
        return things
    if not re.fullmatch(r"[a-z][a-z0-9]{1,40}", service):
        return ()
    return (Peer(whole(service, region)),)


def whole(service: str, region: str) -> Known:
    """A service of AWS, of which nothing tells more.

    Args:
        service: first part of its host.
        region: empty where unknown.
    """
    if region:
        return Known(f"{service}.{region}.amazonaws.com")
    return Known(f"aws:platform/unknown/{_IDS.get(service, service)}", address=False)


def _texts(said: Mapping[str, Any]) -> Iterator[Known]:
    for key in _TEXTS:
        found = callee(text(said.get(key), 400)) if text(said.get(key), 400).startswith(("arn:", "https://")) else None
        if isinstance(found, Known):
            yield found
            return


def _things(said: Mapping[str, Any], service: str, region: str) -> Iterator[Named | Known]:
    for key, kind, owner in _THINGS:
        for one in texts(said[key]) if key in said and service in ("", owner) else ():
            yield _thing(one, kind, owner, region)
        if key in said and texts(said[key]) and service in ("", owner):
            return
    if service in _RESOURCES:
        for one in texts(said.get("resource_names")):
            yield _thing(one, _RESOURCES[service], service, region)


def _thing(called: str, kind: Kind, service: str, region: str) -> Named | Known:
    if called.startswith("arn:"):
        return Known(called, address=False)
    if kind == "bucket":  # one name in all regions
        return Known(f"s3://{called}", address=False)
    return Named(called, kind=kind, service=service, provider="aws", region=region)


def _region(value: object) -> str:
    found = name(value)
    return found if _REGION.fullmatch(found) else ""


def _by_host(host: str) -> tuple[Peer, ...]:
    found = callee(host) if host else None
    return (Peer(found),) if found else ()
