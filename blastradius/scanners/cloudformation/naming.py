"""Physical names: what a literal name or ARN in a template means."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from blastradius.scanners.addresses import bare_arn
from blastradius.scanners.cloudformation.stacks import Stack

#: Services in ARNs whose catalog id is another.
_SERVICES = {
    "states": "stepfunctions", "events": "eventbridge", "elasticloadbalancing": "elb", "es": "opensearch",
    "kafka": "msk", "elasticfilesystem": "efs", "cognito-idp": "cognito", "execute-api": "apigateway",
    "scheduler": "eventbridge-scheduler", "logs": "cloudwatch-logs",
}  # fmt: skip
_ARN = re.compile(r"arn:(aws[a-z-]*|\$\{[^}]*\}):([a-z0-9-]+):([a-z0-9-]*|\$\{[^}]*\}):(\d*|aws|\$\{[^}]*\}):(\S+)")
_LAMBDA_PATH = re.compile(r"^arn:[^:]+:apigateway:[^:]*:lambda:path/[^/]+/functions/(arn:\S+?)/invocations$")
_QUEUE_URL = re.compile(
    r"^https?://(?:sqs\.(?:[a-z0-9-]+|\$\{[^}]*\})|queue)\.amazonaws\.com(?:\.cn)?/(?:\d{12}|\$\{[^}]*\})/([\w.-]{1,80})$"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A component's physical name."""

    id: str
    name: str
    service: str
    kind: str
    stack: Stack


@dataclass(slots=True)
class Names:
    """Physical names of all components."""

    found: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))

    def add(self, one: Named) -> None:
        """Enter a name; that of a secret or parameter also without its leading slash."""
        self.found[one.name].append(one)
        if one.name.startswith("/"):
            self.found[one.name.lstrip("/")].append(one)

    def find(self, text: str, stack: Stack, service: str = "") -> str | None:
        """Id of what a text names from where a stack stands; None where nothing does, or nothing tells which.

        Args:
            text: ARN, queue URL, or with a service a bare name; unknown parts as `${name}`.
            stack: the reader's.
            service: of what a bare name names; `*` for any.
        """
        path = _LAMBDA_PATH.match(text)
        arn = _ARN.fullmatch(path[1] if path else text)
        if arn:
            region = arn[3] if arn[3] and "$" not in arn[3] else None
            for name in _resource_names(arn[5]):
                known = self.named(name, _SERVICES.get(arn[2], arn[2]), stack, region)
                if known:
                    return known
            return None
        queue = _QUEUE_URL.match(text)
        if queue:
            return self.named(queue[1], "sqs", stack, None)
        return self.named(text, service, stack, None) if service else None

    def named(self, name: str, service: str, stack: Stack, region: str | None) -> str | None:
        """Id of what has a name: in the reader's own stack, else in its region, else the only one there is."""
        same = [one for one in self.found.get(name, []) if service in ("*", one.service) and one.kind != "gateway"]
        if service == "rds":
            same += [one for one in self.found.get(name, []) if one.service == "aurora"]
        if region:
            same = [one for one in same if one.stack.region in (None, region)]
        if "${" in name:  # an unknown part is the same only within one stack
            same = [one for one in same if one.stack is stack]
        near = [one for one in same if one.stack is stack]
        here = [one for one in same if one.stack.region == (region or stack.region)]
        for choice in (near, here, same):
            ids = {one.id for one in choice}
            if len(ids) == 1:
                return ids.pop()
            if ids:
                return None
        return None


def _resource_names(resource: str) -> list[str]:
    """Names that the resource of an ARN may hold, the most exact first."""
    found = [resource]
    for mark in (":", "/"):
        if mark in resource:
            found.append(resource.split(mark, 1)[1])
            found.append(resource.split(mark)[1])
    found.append(re.split(r"[:/]", resource)[0])
    base = re.sub(r"-(?:[A-Za-z0-9]{6}|\?{6}|\*)$", "", found[1]) if len(found) > 2 else ""
    return list(dict.fromkeys(one for one in (*found, base) if one))


def external_arn(text: str, stack: Stack) -> str | None:
    """The ARN of something that was not scanned, what is not known of its place left empty; None for any other text."""
    queue = _QUEUE_URL.match(text)
    if queue:
        return f"arn:aws:sqs:{stack.region or ''}:{stack.account or ''}:{queue[1]}" if "${" in text else None
    path = _LAMBDA_PATH.match(text)
    arn = _ARN.fullmatch(path[1] if path else text)
    if arn is None or "${" in arn[5] or arn[2] in ("iam", "apigateway") or arn[5] == "*":
        return None
    if arn[4] == "aws" or (arn[2] == "states" and not arn[3]):
        return None  # a managed policy; a service integration of Step Functions
    places = [part if "$" not in part else "" for part in (arn[3], arn[4])]
    partition = arn[1] if "$" not in arn[1] else "aws"
    return bare_arn(f"arn:{partition}:{arn[2]}:{places[0]}:{places[1]}:{arn[5]}")
