"""What the type of a node of X-Ray says: kind and service of what bears its name.

Source: `GetServiceGraph` and the origins of segment documents in the X-Ray developer guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blastradius.model import Kind
from blastradius.scanners.observed.aws import whole
from blastradius.scanners.observed.hosts import callee
from blastradius.scanners.observed.model import Known, Named
from blastradius.scanners.observed.values import UNNAMED, name, text

USERS = "client"
_REMOTE = ("remote", "Database::SQL")
#: Second part of a type: kind, and service in the catalog.
_KINDS: dict[str, tuple[Kind, str]] = {
    "DynamoDB": ("database", "dynamodb"), "S3": ("bucket", "s3"), "SQS": ("queue", "sqs"), "SNS": ("topic", "sns"),
    "Kinesis": ("stream", "kinesis"), "Lambda": ("function", "lambda"), "StepFunctions": ("function", "stepfunctions"),
    "ApiGateway": ("gateway", "apigateway"), "AppSync": ("gateway", "appsync"), "RDS": ("database", "rds"),
    "ElastiCache": ("cache", "elasticache"), "SecretsManager": ("secret", "secretsmanager"), "KMS": ("key", "kms"),
    "Events": ("topic", "eventbridge"), "EventBridge": ("topic", "eventbridge"), "Firehose": ("stream", "firehose"),
    "ElasticLoadBalancing": ("load-balancer", "elb"), "ElasticLoadBalancingV2": ("load-balancer", "elb"),
}  # fmt: skip
#: Programs of the user's own: their name is that of the program, whatever they run on.
_PROGRAMS = frozenset({"EC2", "ECS", "EKS", "ElasticBeanstalk", "AppRunner", "AutoScaling", "Fargate", "Batch"})


def node(said: Mapping[str, Any]) -> Named | Known | None:
    """What a node of a service graph stands for; None where its name is that of nothing.

    Args:
        said: the node, with `Name`, `Type` and perhaps `AccountId`.
    """
    called, type = text(said.get("Name"), 400), text(said.get("Type"))
    if type == USERS:
        return Named(f"{name(called) or 'users'} (client)")
    if type in _REMOTE or type.startswith("Database::"):
        return _remote(called)
    return thing(called, type, text(said.get("AccountId")))


def thing(called: str, type: str, account: str) -> Named | Known | None:
    """What a name and a type mean.

    Args:
        called: the name.
        type: such as `AWS::DynamoDB::Table`.
        account: empty where unknown.
    """
    parts = type.split("::")
    service = parts[1] if len(parts) > 1 and parts[0] == "AWS" else ""
    if called.startswith(("arn:aws", "https://")):
        return callee(called)
    bare = name(called)
    if not bare:
        return Named(UNNAMED) if called and (not service or service in _PROGRAMS) else None
    called = bare
    account = account if account.isdigit() else ""
    if not service or service in _PROGRAMS:
        return Named(called, account=account)
    if _squeezed(called) in (_squeezed(service), _squeezed(type)):  # nothing tells more than the service itself
        return whole(_squeezed(service), "")
    kind, owner = _KINDS.get(service, ("service", ""))
    if not owner:
        return whole(_squeezed(service), "")
    if kind == "bucket":
        return Known(f"s3://{called}", address=False)
    if kind == "function":
        called = called.partition(":")[0]  # a version or alias stands behind it
    return Named(called, kind=kind, service=owner, provider="aws", account=account)


def _remote(called: str) -> Named | Known | None:
    # databases are called `schema@host`
    host = called.rpartition("@")[2]
    return callee(host) or (Named(name(called)) if name(called) and "." not in called else None)


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
