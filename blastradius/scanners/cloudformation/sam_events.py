"""What sets a function going, as SAM and the Serverless Framework write it, made into plain resources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blastradius.documents import MarkedDict, line_of
from blastradius.scanners.cloudformation.template import Resource, Template
from blastradius.scanners.cloudformation.values import listed, made, put


@dataclass(slots=True)
class Maker:
    """Adds resources to a template; one that is written there already stays."""

    template: Template

    def resource(self, name: str, kind: str, line: int, **properties: Any) -> Resource:
        """Add a resource; without a value no property."""
        body = made(line, Type=kind, Properties=made(line, **properties))
        found = Resource(name, kind, body, line, self.template.file)
        if name not in self.template.resources or kind == "blastradius::Connector":
            self.template.resources[name] = found
        return self.template.resources[name]

    def ref(self, name: str, line: int) -> MarkedDict:
        """A reference to a resource of this template."""
        return made(line, Ref=name)


def events(maker: Maker, name: str, found: Any, line: int) -> None:
    """Make the resources of all events of a function or state machine.

    Args:
        maker: adds them.
        name: logical id of what is set going.
        found: its `Events`.
        line: where it stands.
        properties: its own, for what is said of all its gateways.
    """
    for key, event in found.items() if isinstance(found, dict) else ():
        if not isinstance(event, dict) or not isinstance(event.get("Type"), str):
            continue
        at = line_of(found, key) or line
        body = event.get("Properties")
        make = _MAKERS.get(str(event["Type"]))
        if make is not None:
            make(maker, name, f"{name}{key}", body if isinstance(body, dict) else MarkedDict(at), at)
        else:
            maker.template.gap(at, f"event {key} of {name} is of a type that is not read: {str(event['Type'])[:80]}")


def _api(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    api = body.get("RestApiId")
    if api is None:
        maker.resource("ServerlessRestApi", "AWS::ApiGateway::RestApi", line)
        maker.resource(
            "ServerlessRestApiProdStage", "AWS::ApiGateway::Stage", line, RestApiId=maker.ref("ServerlessRestApi", line)
        )
        api = maker.ref("ServerlessRestApi", line)
    verb = body.get("Method")
    maker.resource(
        id, "AWS::ApiGateway::Method", line, RestApiId=api, Path=body.get("Path") or "/",
        HttpMethod=_verb(verb), Integration=made(line, Type="AWS_PROXY", Uri=maker.ref(name, line)),
    )  # fmt: skip


def _verb(value: Any) -> Any:
    if not isinstance(value, str):
        return value or "ANY"
    return "ANY" if value.lower() in ("any", "x-amazon-apigateway-any-method") else value.upper()


def _http_api(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    api = body.get("ApiId")
    if api is None:
        maker.resource("ServerlessHttpApi", "AWS::ApiGatewayV2::Api", line)
        api = maker.ref("ServerlessHttpApi", line)
    key = f"{_verb(body.get('Method'))} {body['Path']}" if isinstance(body.get("Path"), str) else "$default"
    maker.resource(id, "AWS::ApiGatewayV2::Route", line, ApiId=api, RouteKey=key, Target=maker.ref(name, line))


def _source(*keys: str) -> Callable[[Maker, str, str, dict[str, Any], int], None]:
    """A queue, stream or broker that is read; its ARN stands under one of some keys."""

    def make(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
        key = next((one for one in keys if body.get(one) is not None), keys[0])
        at = line_of(body, key) or line
        made_of = maker.resource(
            id, "AWS::Lambda::EventSourceMapping", line, EventSourceArn=body.get(key), FunctionName=maker.ref(name, line),
            DestinationConfig=body.get("DestinationConfig"), SelfManagedEventSource=body.get("SelfManagedEventSource"),
        )  # fmt: skip
        if isinstance(made_of.properties, MarkedDict):
            made_of.properties.lines["EventSourceArn"] = at

    return make


def _brokers(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    at = line_of(body, "KafkaBootstrapServers") or line
    endpoints = made(at, Endpoints=made(at, KafkaBootstrapServers=body.get("KafkaBootstrapServers")))
    maker.resource(
        id, "AWS::Lambda::EventSourceMapping", at, SelfManagedEventSource=endpoints, FunctionName=maker.ref(name, line)
    )


def _topic(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    at = line_of(body, "Topic") or line
    queue = body.get("SqsSubscription")
    if isinstance(queue, dict) and queue.get("QueueArn") is not None:
        maker.resource(id, "AWS::SNS::Subscription", at, TopicArn=body.get("Topic"), Endpoint=queue["QueueArn"])
        maker.resource(f"{id}Mapping", "AWS::Lambda::EventSourceMapping", at, EventSourceArn=queue["QueueArn"],
                       FunctionName=maker.ref(name, line))  # fmt: skip
        return
    if queue is True:
        maker.resource(f"{id}Queue", "AWS::SQS::Queue", at)
        maker.resource(
            id, "AWS::SNS::Subscription", at, TopicArn=body.get("Topic"), Endpoint=maker.ref(f"{id}Queue", at)
        )
        maker.resource(f"{id}Mapping", "AWS::Lambda::EventSourceMapping", at, EventSourceArn=maker.ref(f"{id}Queue", at),
                       FunctionName=maker.ref(name, line))  # fmt: skip
        return
    maker.resource(id, "AWS::SNS::Subscription", at, TopicArn=body.get("Topic"), Endpoint=maker.ref(name, line))


def _bucket(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    at = line_of(body, "Bucket") or line
    maker.resource(
        id, "blastradius::Trigger", at, Source=body.get("Bucket"), Target=maker.ref(name, at), What="S3 notification"
    )


def _rule(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    target = made(line, Arn=maker.ref(name, line))
    maker.resource(
        id, "AWS::Events::Rule", line, EventBusName=body.get("EventBusName"), ScheduleExpression=body.get("Schedule"),
        EventPattern=body.get("Pattern"), Name=body.get("Name") or body.get("RuleName"), Targets=listed([target], line),
    )  # fmt: skip


def _schedule(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    target = made(line, Arn=maker.ref(name, line))
    maker.resource(
        id,
        "AWS::Scheduler::Schedule",
        line,
        ScheduleExpression=body.get("ScheduleExpression"),
        Name=body.get("Name"),
        Target=target,
    )


def _trigger(key: str, what: str) -> Callable[[Maker, str, str, dict[str, Any], int], None]:
    def make(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
        at = line_of(body, key) or line
        maker.resource(id, "blastradius::Trigger", at, Source=body.get(key), Target=maker.ref(name, at), What=what)

    return make


def _broker_rule(maker: Maker, name: str, id: str, body: dict[str, Any], line: int) -> None:
    action = made(line, Lambda=made(line, FunctionArn=maker.ref(name, line)))
    payload = MarkedDict(line)
    put(payload, "Actions", listed([action], line), line)
    maker.resource(id, "AWS::IoT::TopicRule", line, TopicRulePayload=payload)


_MAKERS: dict[str, Callable[[Maker, str, str, dict[str, Any], int], None]] = {
    "Api": _api,
    "HttpApi": _http_api,
    "SQS": _source("Queue"),
    "Kinesis": _source("Stream"),
    "DynamoDB": _source("Stream"),
    "MSK": _source("Stream"),
    "MQ": _source("Broker"),
    "DocumentDB": _source("Cluster"),
    "SelfManagedKafka": _brokers,
    "SNS": _topic,
    "S3": _bucket,
    "Schedule": _rule,
    "ScheduleV2": _schedule,
    "EventBridgeRule": _rule,
    "CloudWatchEvent": _rule,
    "CloudWatchLogs": _trigger("LogGroupName", "log subscription"),
    "Cognito": _trigger("UserPool", "user pool trigger"),
    "IoTRule": _broker_rule,
    "AlexaSkill": lambda maker, name, id, body, line: None,
}
