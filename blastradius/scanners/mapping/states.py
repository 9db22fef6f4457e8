"""What states of AWS Step Functions call by HTTP and by name, the same in every source that holds a definition.

Sources: docs.aws.amazon.com/step-functions, "Call HTTPS APIs in Step Functions workflows" and "Integrating services with
Step Functions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ENDPOINT = "ApiEndpoint"
"""Argument of a state that holds the address it calls."""
COMPUTED = "is computed while the machine runs: state the dependency in blastradius.yaml"
"""Why the address of such a state may not be known."""
_MOST = 20_000
#: Services that states call by an argument that names a thing: the service as its integration says it, the argument, what
#: the rest of the thing's ARN is (nothing where a bare name makes none), and the service in the catalog.
_NAMES: dict[tuple[str, str], tuple[str, str]] = {
    ("lambda", "FunctionName"): ("lambda:{region}:{account}:function:{name}", "lambda"),
    ("sqs", "QueueUrl"): ("", "sqs"),
    ("sns", "TopicArn"): ("", "sns"),
    ("dynamodb", "TableName"): ("dynamodb:{region}:{account}:table/{name}", "dynamodb"),
    ("s3", "Bucket"): ("s3:::{name}", "s3"),
    ("kinesis", "StreamName"): ("kinesis:{region}:{account}:stream/{name}", "kinesis"),
    ("firehose", "DeliveryStreamName"): ("firehose:{region}:{account}:deliverystream/{name}", "firehose"),
    ("events", "EventBusName"): ("events:{region}:{account}:event-bus/{name}", "eventbridge"),
    ("eventbridge", "EventBusName"): ("events:{region}:{account}:event-bus/{name}", "eventbridge"),
    ("states", "StateMachineArn"): ("", "stepfunctions"),
    ("sfn", "StateMachineArn"): ("", "stepfunctions"),
    ("ecs", "Cluster"): ("ecs:{region}:{account}:cluster/{name}", "ecs"),
    ("ecs", "TaskDefinition"): ("", "ecs"),
    ("batch", "JobQueue"): ("batch:{region}:{account}:job-queue/{name}", "batch"),
    ("batch", "JobDefinition"): ("", "batch"),
    ("glue", "JobName"): ("glue:{region}:{account}:job/{name}", "glue"),
    ("codebuild", "ProjectName"): ("codebuild:{region}:{account}:project/{name}", "codebuild"),
    ("secretsmanager", "SecretId"): ("secretsmanager:{region}:{account}:secret:{name}", "secretsmanager"),
}
_INTEGRATION = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]*:[0-9]*:(?:aws-sdk:)?([a-z0-9]+):\w+(?:[.:]\w+)*")
_NAME = re.compile(r"[A-Za-z0-9_][\w./+=@-]{0,254}")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a state that names what it calls.

    Attributes:
        key: as it is written, with `.$` behind it where it is a path.
        value: what it is.
        service: of what it names, as the catalog calls it.
        form: how the ARN of a bare name goes on behind the partition; empty where a bare name makes none.
        holder: the mapping in which it stands.
    """

    key: str
    value: Any
    service: str
    form: str
    holder: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the argument."""
        return self.key.removesuffix(".$")

    def arn(self, name: str, region: str | None, account: str | None) -> str | None:
        """The ARN of a bare name where the machine is, what is not known of its place left empty; None for other texts."""
        if not self.form or not _NAME.fullmatch(name) or name == "default":
            return None
        return f"arn:aws:{self.form.format(name=name, region=region or '', account=account or '')}"


def is_integration(text: str) -> bool:
    """Whether a text says which service's operation a state calls; that is no thing that could be lost."""
    return _INTEGRATION.fullmatch(text) is not None


def arguments(definition: Any) -> Iterator[Argument]:
    """Arguments by which states name what they call, in the order in which they stand; nothing of what they hand on."""
    left = [definition]
    for _ in range(_MOST):
        if not left:
            return
        one = left.pop()
        if isinstance(one, list):
            left.extend(reversed(one))
        if not isinstance(one, dict):
            continue
        said = one.get("Resource")
        match = _INTEGRATION.fullmatch(said) if isinstance(said, str) else None
        if match is not None:
            for key in ("Parameters", "Arguments"):
                yield from _named(one.get(key), match[1])
        left.extend(reversed([inner for key, inner in one.items() if key not in ("Parameters", "Arguments")]))


def _named(given: Any, service: str) -> Iterator[Argument]:
    entries = given.get("Entries") if isinstance(given, dict) else None
    for one in [given, *(entries if isinstance(entries, list) else ())]:
        for key, value in one.items() if isinstance(one, dict) else ():
            known = _NAMES.get((service, str(key).removesuffix(".$")))
            if known is not None:
                yield Argument(str(key), value, known[1], known[0], one)


def computed_at_run(name: str, text: str | None) -> bool:
    """Whether a value is taken from the input of a run: a path, or an expression in JSONata.

    Args:
        name: of the argument; a path is said by `.$` behind it.
        text: its value; None where that is no text.
    """
    return name.endswith(".$") or (text or "").lstrip().startswith(("{%", "$.", "$$."))


def endpoints(definition: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of the addresses that states call, in the order in which they stand."""
    left = [definition]
    for _ in range(_MOST):
        if not left:
            return
        one = left.pop()
        if isinstance(one, dict):
            yield from ((key, value) for key, value in one.items() if str(key).removesuffix(".$") == ENDPOINT)
            left.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            left.extend(reversed(one))
