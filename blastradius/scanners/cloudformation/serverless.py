"""Serverless Framework files, made into the template that the framework would deploy."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from blastradius.documents import Document, MarkedDict, TaggedText, line_of
from blastradius.model import Evidence
from blastradius.scanners.cloudformation.deployments import region_of
from blastradius.scanners.cloudformation.loops import expanded
from blastradius.scanners.cloudformation.sam_events import Maker
from blastradius.scanners.cloudformation.serverless_events import events
from blastradius.scanners.cloudformation.serverless_variables import Other, Variables
from blastradius.scanners.cloudformation.template import NAME, Template, resources
from blastradius.scanners.cloudformation.values import made, put

_NAMES = ("serverless.yml", "serverless.yaml", "serverless.json")


def is_serverless(value: Any, path: str) -> bool:
    """Whether a document is a Serverless Framework file."""
    if not isinstance(value, dict) or not isinstance(value.get("provider"), dict | str):
        return False
    named = posixpath.basename(path) in _NAMES
    return "service" in value and (
        named or (posixpath.basename(path).startswith("serverless") and "functions" in value)
    )


def from_serverless(
    document: Document, other: Other, notes: dict[str, int], stage: str = "", region: str = "",
    handed: Mapping[str, Any] | None = None,
) -> Template | None:  # fmt: skip
    """The template that a file stands for; None for one of another cloud, which is noted.

    Args:
        document: the file.
        other: reads another file of the tree, for `${file(…)}`.
        notes: takes what is not read, with how often.
        stage: that it is deployed as; empty for its own default.
        region: that a command deploys it in; empty where none says so.
        handed: parameters that a list of services hands it.
    """
    root = document.value
    variables = Variables(root, document.where, other, stage, region, handed)
    provider = variables.fill(root.get("provider"))
    provider = provider if isinstance(provider, dict) else made(document.line, name=provider)
    cloud = str(provider.get("name") or "")
    if cloud != "aws":
        what = f"serverless provider {cloud[:60] or 'not named'}"
        notes[what] = notes.get(what, 0) + 1
        return None
    found = Template(document.where, document.where, sort="serverless", stage=variables.stage())
    prefix = _prefix(root, variables)
    name = variables.fill(provider.get("stackName")) or prefix
    found.stack_name = name if isinstance(name, str) and "${" not in name else None
    _region(found, root, provider)
    maker = Maker(found)
    _functions(document, variables, provider, prefix, maker)
    _resources(document, variables, found)
    _machines(document, variables, found)
    _constructs(document, variables, provider, prefix, maker)
    for path in variables.unread:
        found.gap(document.line, f"{path} is taken in and is not among the scanned YAML and JSON files", path[:200])
    return found


def called(document: Document, other: Other, stage: str = "") -> tuple[str, str]:
    """Name of the stack that a file is deployed as, and its region; empty where they are not known."""
    variables = Variables(document.value, document.where, other, stage)
    provider = variables.fill(document.value.get("provider"))
    provider = provider if isinstance(provider, dict) else {}
    name = variables.fill(provider.get("stackName")) or _prefix(document.value, variables)
    return name if isinstance(name, str) else "", region_of(provider.get("region")) or ""


def _prefix(root: dict[str, Any], variables: Variables) -> str:
    service = variables.fill(root.get("service"))
    name = service.get("name") if isinstance(service, dict) else service
    stage = variables.stage()
    return f"{name}-{stage}" if isinstance(name, str) else f"${{service}}-{stage}"


def _region(found: Template, root: dict[str, Any], provider: dict[str, Any]) -> None:
    region = region_of(provider.get("region"))
    if region:
        raw = root.get("provider")
        line = line_of(raw, "region") or line_of(root, "provider") or 1
        where = Evidence(scanner=NAME, locator=f"{found.file}:{line}", note=f"region {region}")
        found.regions.append((region, where))


def logical(name: str) -> str:
    """Logical id that the framework makes of a function's name."""
    clean = name.replace("-", "Dash").replace("_", "Underscore")
    return re.sub(r"[^A-Za-z0-9]", "", clean[:1].upper() + clean[1:])


def _functions(document: Document, variables: Variables, provider: dict[str, Any], prefix: str, maker: Maker) -> None:
    root = document.value
    section = root.get("functions")
    if isinstance(section, str):
        section = variables.fill(section)
    parts = section if isinstance(section, list) else [section]
    for part in parts:
        filled = variables.fill(part)
        for name, body in filled.items() if isinstance(filled, dict) else ():
            if isinstance(body, dict):
                line = line_of(filled, name) or document.line
                _function(maker, name, body, provider, prefix, line)


def _function(maker: Maker, name: str, body: dict[str, Any], provider: dict[str, Any], prefix: str, line: int) -> None:
    id = f"{logical(name)}LambdaFunction"
    maker.template.called[name] = id  # plugins for state machines refer to functions by their own names
    environment = MarkedDict(line)
    for source in (provider.get("environment"), body.get("environment")):
        for key, value in source.items() if isinstance(source, dict) else ():
            put(environment, key, value, line_of(source, key) or line)
    image = body.get("image")
    image = image.get("uri") if isinstance(image, dict) else image
    error = body.get("onError")
    made_of = maker.resource(
        id, "AWS::Lambda::Function", line,
        FunctionName=body.get("name") or f"{prefix}-{name}",
        Environment=made(line, Variables=environment),
        Runtime=body.get("runtime") or provider.get("runtime"),
        Code=made(line, ImageUri=image) if isinstance(image, str) and "/" in image else None,
        DeadLetterConfig=made(line_of(body, "onError") or line, TargetArn=error) if error is not None else None,
        KmsKeyArn=body.get("kmsKeyArn"),
    )  # fmt: skip
    config = body.get("fileSystemConfig")
    if isinstance(config, dict):
        put(made_of.properties, "FileSystemConfigs", [made(line, Arn=config.get("arn"))], line)
    goes = body.get("destinations")
    if isinstance(goes, dict):
        at = line_of(body, "destinations") or line
        _destinations(maker, id, goes, at)
    if body.get("url"):
        maker.resource(f"{logical(name)}LambdaFunctionUrl", "AWS::Lambda::Url", line_of(body, "url") or line,
                       TargetFunctionArn=maker.ref(id, line))  # fmt: skip
    events(maker, id, body.get("events"), provider, line)


def _destinations(maker: Maker, id: str, goes: dict[str, Any], at: int) -> None:
    config = MarkedDict(at)
    for key, name in (("onSuccess", "OnSuccess"), ("onFailure", "OnFailure")):
        value = goes.get(key)
        if isinstance(value, dict) and "arn" in value:
            value = value["arn"]
        if value is not None:
            target = (
                maker.ref(f"{logical(value)}LambdaFunction", at)
                if isinstance(value, str) and not isinstance(value, TaggedText) and ":" not in value
                else value
            )
            put(config, name, made(at, Destination=target), at)
    maker.resource(
        f"{id}EvConf", "AWS::Lambda::EventInvokeConfig", at, FunctionName=maker.ref(id, at), DestinationConfig=config
    )


def _resources(document: Document, variables: Variables, found: Template) -> None:
    """The `resources` block: a template, or a list of them, own resources winning over the framework's."""
    section = document.value.get("resources")
    if section is None:
        return
    filled = variables.fill(section)
    for part in filled if isinstance(filled, list) else [filled]:
        if not isinstance(part, dict):
            continue
        for name in ("Resources", "Outputs", "Parameters", "Mappings", "Conditions"):
            inner = part.get(name)
            if not isinstance(inner, dict):
                continue
            if name == "Resources":
                found.resources.update({one.name: one for one in resources(expanded(inner, found, name), found)})
            else:
                getattr(found, name.lower()).update(inner)


def _machines(document: Document, variables: Variables, found: Template) -> None:
    """State machines of the plugin that most projects use for them."""
    section = variables.fill(document.value.get("stepFunctions"))
    machines = section.get("stateMachines") if isinstance(section, dict) else None
    maker = Maker(found)
    for name, body in machines.items() if isinstance(machines, dict) else ():
        if isinstance(body, dict):
            line = line_of(machines, name) or document.line
            id = f"{logical(name)}StepFunctionsStateMachine"
            maker.resource(
                id,
                "AWS::StepFunctions::StateMachine",
                line,
                StateMachineName=body.get("name"),
                Definition=body.get("definition"),
            )
            events(maker, id, body.get("events"), {}, line)


def _constructs(document: Document, variables: Variables, provider: dict[str, Any], prefix: str, maker: Maker) -> None:
    """Queues with a worker, and buckets, of the framework's own short form; others are gaps."""
    section = variables.fill(document.value.get("constructs"))
    for name, body in section.items() if isinstance(section, dict) else ():
        line = line_of(section, name) or document.line
        kind = body.get("type") if isinstance(body, dict) else None
        if kind == "queue":
            id = maker.resource(f"{logical(name)}Queue", "AWS::SQS::Queue", line).name
            worker = body.get("worker")
            if isinstance(worker, dict):
                _function(maker, f"{name}Worker", worker, provider, prefix, line_of(body, "worker") or line)
                target = maker.ref(f"{logical(f'{name}Worker')}LambdaFunction", line)
                maker.resource(f"{logical(name)}Source", "AWS::Lambda::EventSourceMapping", line,
                               EventSourceArn=maker.ref(id, line), FunctionName=target)  # fmt: skip
        elif kind == "storage":
            maker.resource(f"{logical(name)}Bucket", "AWS::S3::Bucket", line)
        else:
            maker.template.gap(line, f"construct {name[:80]} is of a type that is not read: {str(kind)[:60]}")
