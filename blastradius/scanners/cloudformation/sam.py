"""Expands SAM's own types into the plain resources that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blastradius.documents import MarkedDict, line_of
from blastradius.scanners.cloudformation.functions import function
from blastradius.scanners.cloudformation.sam_events import Maker, events
from blastradius.scanners.cloudformation.template import Resource, Template
from blastradius.scanners.cloudformation.values import listed, made, put

_GLOBALS = {"AWS::Serverless::Function": "Function", "AWS::Serverless::Api": "Api", "AWS::Serverless::HttpApi": "HttpApi",
            "AWS::Serverless::SimpleTable": "SimpleTable", "AWS::Serverless::StateMachine": "StateMachine"}  # fmt: skip
_PLAIN = {
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
}


def from_sam(template: Template) -> None:
    """Replace SAM's resources of a template by plain ones, events and implicit gateways included.

    Args:
        template: changed in place.
    """
    maker = Maker(template)
    for resource in list(template.resources.values()):
        plain = _PLAIN.get(resource.type)
        if plain is not None:
            _plain(template, resource, plain, maker)
        connectors = resource.body.get("Connectors")
        if isinstance(connectors, dict):
            for name, body in connectors.items():
                _embedded(maker, resource, name, body, line_of(connectors, name) or resource.line)
        if resource.type == "AWS::Serverless::Connector":
            ends = (resource.properties.get("Source"), resource.properties.get("Destination"))
            maker.resource(resource.name, "blastradius::Connector", resource.line, Source=ends[0], Destination=ends[1])


def _plain(template: Template, resource: Resource, plain: str, maker: Maker) -> None:
    properties = _merged(template, resource)
    body = MarkedDict(resource.line)
    for key, value in resource.body.items():
        put(body, key, value, line_of(resource.body, key) or resource.line)
    put(body, "Properties", properties, line_of(resource.body, "Properties") or resource.line)
    template.resources[resource.name] = Resource(resource.name, plain, body, resource.line, resource.path)
    change = _CHANGES.get(resource.type)
    if change is not None:
        change(maker, resource.name, properties, resource.line)


def _merged(template: Template, resource: Resource) -> MarkedDict:
    """Properties with those of `Globals` beneath: mappings merge, lists add up, own values win."""
    section = template.globals.get(_GLOBALS.get(resource.type, ""))
    merged = _over(section if isinstance(section, dict) else {}, resource.properties, resource.line, 0)
    return merged if isinstance(merged, MarkedDict) else MarkedDict(resource.line)


def _over(base: Any, own: Any, line: int, depth: int) -> Any:
    if not (isinstance(base, dict) and isinstance(own, dict)) or function(own) or function(base) or depth > 20:
        if isinstance(base, list) and isinstance(own, list) and not function(own):
            lines = [line_of(one, n) or line for one in (base, own) for n in range(len(one))]
            both = listed([*base, *own], line)
            both.lines = lines
            return both
        return own
    into = MarkedDict(line_of(own) or line)
    for key, value in base.items():
        put(into, key, value, line_of(base, key) or line)
    for key, value in own.items():
        put(into, key, _over(base.get(key), value, line, depth + 1), line_of(own, key) or line)
    return into


def _function(maker: Maker, name: str, properties: MarkedDict, line: int) -> None:
    queue = properties.get("DeadLetterQueue")
    if isinstance(queue, dict):
        at = line_of(properties, "DeadLetterQueue") or line
        put(properties, "DeadLetterConfig", made(at, TargetArn=queue.get("TargetArn")), at)
    invoke = properties.get("EventInvokeConfig")
    if isinstance(invoke, dict):
        at = line_of(properties, "EventInvokeConfig") or line
        config = invoke.get("DestinationConfig")
        maker.resource(f"{name}EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", at,
                       FunctionName=maker.ref(name, at), DestinationConfig=config)  # fmt: skip
    url = properties.get("FunctionUrlConfig")
    if isinstance(url, dict):
        at = line_of(properties, "FunctionUrlConfig") or line
        maker.resource(
            f"{name}Url", "AWS::Lambda::Url", at, TargetFunctionArn=maker.ref(name, at), AuthType=url.get("AuthType")
        )
    if isinstance(properties.get("AutoPublishAlias"), str):
        alias = f"{name}Alias{properties['AutoPublishAlias']}"
        maker.resource(alias, "AWS::Lambda::Alias", line, FunctionName=maker.ref(name, line))
    events(maker, name, properties.get("Events"), line)


def _machine(maker: Maker, name: str, properties: MarkedDict, line: int) -> None:
    if properties.get("Name") is not None:
        put(properties, "StateMachineName", properties["Name"], line_of(properties, "Name") or line)
    events(maker, name, properties.get("Events"), line)


def _api(maker: Maker, name: str, properties: MarkedDict, line: int) -> None:
    if properties.get("DefinitionBody") is not None:
        put(properties, "Body", properties["DefinitionBody"], line_of(properties, "DefinitionBody") or line)
    maker.resource(f"{name}Stage", "AWS::ApiGateway::Stage", line, RestApiId=maker.ref(name, line))
    domain = properties.get("Domain")
    host = domain.get("DomainName") if isinstance(domain, dict) else None
    if host is not None:
        at = line_of(properties, "Domain") or line
        maker.resource(f"{name}DomainName", "AWS::ApiGateway::DomainName", at, DomainName=host)
        maker.resource(f"{name}BasePathMapping", "AWS::ApiGateway::BasePathMapping", at,
                       DomainName=maker.ref(f"{name}DomainName", at), RestApiId=maker.ref(name, at))  # fmt: skip


def _table(maker: Maker, name: str, properties: MarkedDict, line: int) -> None:
    """A simple table needs no more than its name."""


_CHANGES: dict[str, Callable[[Maker, str, MarkedDict, int], None]] = {
    "AWS::Serverless::Function": _function,
    "AWS::Serverless::StateMachine": _machine,
    "AWS::Serverless::Api": _api,
    "AWS::Serverless::HttpApi": _api,
}


def _embedded(maker: Maker, resource: Resource, name: str, body: Any, line: int) -> None:
    properties = body.get("Properties") if isinstance(body, dict) else None
    if isinstance(properties, dict):
        maker.resource(f"{resource.name}{name}", "blastradius::Connector", line,
                       Source=made(line, Id=resource.name), Destination=properties.get("Destination"))  # fmt: skip
