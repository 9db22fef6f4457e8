"""State machines, and pipelines that change things."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from blastradius.documents import line_of
from blastradius.model import Reference
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.rows import Need, Row
from blastradius.scanners.cloudformation.settings import variable
from blastradius.scanners.mapping.states import COMPUTED, ENDPOINT, arguments, computed_at_run

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

#: Arguments of a service integration that hold a bare name, and of what.
_ARGUMENTS = {
    "FunctionName": "lambda", "QueueUrl": "sqs", "TableName": "dynamodb", "TopicArn": "sns", "Bucket": "s3",
    "EventBusName": "eventbridge", "StateMachineArn": "stepfunctions", "StreamName": "kinesis", "Cluster": "ecs",
    "TaskDefinition": "ecs", "SecretId": "secretsmanager", "JobQueue": "batch", "JobDefinition": "batch",
}  # fmt: skip
_HOLE = re.compile(r"\$\{([A-Za-z0-9_.]{1,255})\}")
MAX_DEFINITION = 2_000_000
_MARK = "\ue000"


def machine(facts: Facts, item: Item) -> None:
    """What the states of a machine call."""
    given = v.mapping(item.get("DefinitionSubstitutions"))
    for key in ("Definition", "DefinitionString"):
        value = item.get(key)
        if value is None:
            continue
        for option in value.options if isinstance(value, v.Either) else (value,):
            whole = option if isinstance(option, dict) else _parsed(option)
            if whole is None:
                _plainly(facts, item, option, key)
            else:
                _walk(facts, item, whole, given, item.place(key))
                _called(facts, item, whole, given, item.place(key))
    uri = item.get("DefinitionUri") or item.get("DefinitionS3Location")
    if uri is not None and item.get("Definition") is None and item.get("DefinitionString") is None:
        reason = (
            f"the definition of {item.resource.name} stands in another file, which is not read: state what it calls"
        )
        facts.gap(item.id, reason, item.place("DefinitionUri"), component=item.id)
        for key, one in given.items():
            facts.need(item.id, item.stack, one, f"substitution {key}", item.place("DefinitionSubstitutions", key))


def _parsed(value: Any) -> Any:
    """A definition written as JSON text, its references put back into its texts; None where it is no JSON."""
    pieces = value.parts if isinstance(value, v.Text) else (value,)
    held: list[Any] = []
    found = []
    for piece in pieces:
        if isinstance(piece, str | int | float):
            found.append(v.plain_text(piece))
        else:
            found.append(f"{_MARK}{len(held)}{_MARK}")
            held.append(piece)
    text = "".join(found)
    if len(text) > MAX_DEFINITION:
        return None
    try:
        return _restored(json.loads(text), held)
    except (ValueError, RecursionError):
        return None


def _restored(value: Any, held: list[Any]) -> Any:
    if isinstance(value, dict):
        return {key: _restored(one, held) for key, one in value.items()}
    if isinstance(value, list):
        return [_restored(one, held) for one in value]
    if isinstance(value, str) and _MARK in value:
        pieces = value.split(_MARK)
        return v.joined([held[int(one)] if odd % 2 and one.isdigit() else one for odd, one in enumerate(pieces)])
    return value


def _walk(facts: Facts, item: Item, whole: Any, given: dict[str, Any], place: str) -> None:
    todo: list[tuple[Any, str, str]] = [(whole, "", place)]
    while todo:
        value, name, at = todo.pop()
        if isinstance(value, dict):
            for inner, one in value.items():
                line = line_of(value, inner)
                todo.append((one, inner, f"{item.resource.path}:{line}" if line else at))
        elif isinstance(value, list):
            todo.extend((one, name, at) for one in value)
        elif name in ("Comment", "Next", "StartAt", "Type", "Error", "Cause"):
            continue
        else:
            filled = _filled(value, given)
            bare = name.removesuffix(".$")
            if bare == ENDPOINT:
                _endpoint(facts, item, name, filled, at)
                continue
            facts.need(item.id, item.stack, filled, f"state machine {name}"[:100], at, service=_ARGUMENTS.get(bare, ""))


def _called(facts: Facts, item: Item, whole: Any, given: dict[str, Any], place: str) -> None:
    """What states name that no stack makes, or that is not known before the machine runs."""
    for one in arguments(whole):
        line = line_of(one.holder, one.key)
        at = f"{item.resource.path}:{line}" if line else place
        value, via = _filled(one.value, given), f"state machine {one.name}"
        text = v.text(value)
        if computed_at_run(one.key, text):
            facts.gap(item.id, f"{via} {COMPUTED}", at, component=item.id)
        elif v.refs(value) or facts.named(value, item.stack, one.service) or text == "default":
            continue  # told by what goes through all values
        elif text is not None and (arn := one.arn(text, item.stack.region, item.stack.account)):
            reference = Reference(texts=(arn,), scope=facts.scope(item.stack), role="resource")
            facts.reference(item.id, reference, via, at)
        elif text is not None and text.startswith("http"):
            variable(facts, item.id, item.stack, f"{one.name} url", value, at, via)
        elif not any(isinstance(part, v.Missing) for part in v.parts(value)):
            shown = v.shown(value)[:200]
            reason = f"{via}: {shown or 'what it names'} is not resolved: state the dependency in blastradius.yaml"
            facts.gap(item.id, reason, at, component=item.id, reference=shown or None)


def _endpoint(facts: Facts, item: Item, name: str, value: Any, place: str) -> None:
    """The address that a state calls by HTTP."""
    via = f"state machine {ENDPOINT}"
    if computed_at_run(name, v.text(value)):
        facts.gap(item.id, f"{via} {COMPUTED}", place, component=item.id)
    else:
        variable(facts, item.id, item.stack, ENDPOINT, value, place, via)


def _filled(value: Any, given: dict[str, Any]) -> Any:
    if not isinstance(value, str) or "${" not in value:
        return value
    found: list[Any] = []
    position = 0
    for match in _HOLE.finditer(value):
        found += [value[position : match.start()], given.get(match[1], match[0])]
        position = match.end()
    return v.joined([*found, value[position:]])


def _plainly(facts: Facts, item: Item, value: Any, key: str) -> None:
    """References of a definition that is no JSON here."""
    for ref in v.refs(value):
        facts.need(item.id, item.stack, ref, key, item.place(key))
    if not v.refs(value):
        reason = f"the definition of {item.resource.name} cannot be read: state what it calls"
        facts.gap(item.id, reason, item.place(key), component=item.id)


_BUILD = "used to change things, not to serve"
ROWS: dict[str, Row] = {
    "AWS::StepFunctions::StateMachine": Row(
        "function", "stepfunctions", ("StateMachineName",), "states:{region}:{account}:stateMachine:{name}", more=machine
    ),
    "AWS::CodePipeline::Pipeline": Row("pipeline", "codepipeline", ("Name",), "codepipeline:{region}:{account}:{name}", needs=(
        Need("ArtifactStore.Location", "hard", "runtime", "every stage reads its input there"),
        Need("Stages.Actions.Configuration.ProjectName", "hard", "runtime"),
        Need("Stages.Actions.Configuration.RepositoryName", "hard", "runtime"),
        Need("Stages.Actions.Configuration.S3Bucket", "hard", "runtime"),
        Need("Stages.Actions.Configuration.FunctionName", "hard", "runtime"))),
    "AWS::CodeBuild::Project": Row("pipeline", "codebuild", ("Name",), needs=(Need("Cache.Location"), Need("Artifacts.Location"))),
    "AWS::CodeDeploy::DeploymentGroup": Row("pipeline", "codedeploy", ("DeploymentGroupName",)),
    "AWS::CodeCommit::Repository": Row("registry", "codecommit", ("RepositoryName",)),
    "AWS::ECR::Repository": Row("registry", "ecr", ("RepositoryName",), "ecr:{region}:{account}:repository/{name}"),
    "AWS::ECR::PublicRepository": Row("registry", "ecr-public", ("RepositoryName",)),
}  # fmt: skip
STANDS: dict[str, tuple[str, ...]] = {
    "AWS::StepFunctions::StateMachineAlias": ("RoutingConfiguration.StateMachineVersionArn",),
    "AWS::StepFunctions::StateMachineVersion": ("StateMachineArn",),
}
QUIET = ("AWS::CodeDeploy::*", "AWS::CodeBuild::*", "AWS::ECR::*", "AWS::StepFunctions::Activity", "AWS::CodeStarConnections::*",
         "AWS::CodePipeline::*", "AWS::CodeArtifact::*")  # fmt: skip
