"""The permissions that a scan takes beyond those of the managed policy SecurityAudit, generated from what it asks."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from blastradius.scanners.aws.accounts import FIRST
from blastradius.scanners.aws.spec import Call, calls
from blastradius.scanners.aws.unread import actions_of

#: Paths of API Gateway that SecurityAudit leaves out; of all other services it allows actions on everything.
_PATHS_LEFT_OUT = frozenset({"apigateway:*::/domainnames/*/basepathmappings"})


def actions(*, beyond_audit: bool = False) -> dict[str, tuple[str, ...]]:
    """IAM actions by what they are narrowed to: `*`, or an ARN behind the partition.

    Args:
        beyond_audit: only those that SecurityAudit does not allow.
    """
    found: dict[str, set[str]] = {}
    for call in (*FIRST, *calls()):
        for action in actions_of(call):
            if not (beyond_audit and _audited(call, action)):
                found.setdefault(call.resource or "*", set()).add(action)
    return {resource: tuple(sorted(found[resource])) for resource in sorted(found)}


def policy(partition: str = "aws", *, beyond_audit: bool = True) -> str:
    """An IAM policy as JSON.

    Args:
        partition: stands in ARNs.
        beyond_audit: only what has to be added to SecurityAudit; else all that a scan takes.
    """
    narrowed: dict[tuple[str, ...], list[str]] = {}
    for resource, found in actions(beyond_audit=beyond_audit).items():
        narrowed.setdefault(found, []).append(resource if resource == "*" else f"arn:{partition}:{resource}")
    statements = [
        {
            "Sid": f"BlastradiusRead{number}",
            "Effect": "Allow",
            "Action": list(found),
            "Resource": resources[0] if len(resources) == 1 else resources,
        }
        for number, (found, resources) in enumerate(sorted(narrowed.items(), key=lambda one: one[1]), 1)
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"


def _audited(call: Call, action: str) -> bool:
    if call.resource:
        return call.resource not in _PATHS_LEFT_OUT
    from fnmatch import fnmatchcase

    service, _, name = action.lower().partition(":")
    return any(fnmatchcase(name, str(one).lower()) for one in audit()["allows"].get(service, ()))


@cache
def audit() -> dict[str, Any]:
    """What SecurityAudit allows, with its source."""
    found: dict[str, Any] = yaml.safe_load((files(__package__) / "security_audit.yaml").read_text("utf-8"))
    return found
