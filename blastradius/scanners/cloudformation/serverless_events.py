"""Events of the Serverless Framework, made into plain resources."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from blastradius.documents import MarkedDict, line_of
from blastradius.scanners.cloudformation.functions import function
from blastradius.scanners.cloudformation.sam_events import Maker
from blastradius.scanners.cloudformation.values import listed, made, put


def events(maker: Maker, id: str, found: Any, provider: dict[str, Any], line: int) -> None:
    """Make the resources of all events of a function.

    Args:
        maker: adds them.
        id: logical id of the function.
        found: its `events`.
        provider: settings of all functions, for gateways that are made elsewhere.
        line: where the function stands.
    """
    for position, event in enumerate(found if isinstance(found, list) else ()):
        if isinstance(event, str):
            event = made(line_of(found, position) or line, **{event: ""})
        if not isinstance(event, dict):
            continue
        for name, body in event.items():
            at = line_of(event, name) or line_of(found, position) or line
            make = _MAKERS.get(name)
            if make is not None:
                make(maker, id, f"{id}{name[:1].upper()}{name[1:]}{position}", body, provider, at)
            elif name not in _SILENT:
                maker.template.gap(at, f"event {name[:60]} of {id} is of a type that is not read")


def _http(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    verb, path = _verb_path(body)
    gateway = provider.get("apiGateway")
    api = gateway.get("restApiId") if isinstance(gateway, dict) else None
    if api is None:
        kind = provider.get("endpointType")
        types = made(line, Types=listed([str(kind).upper()], line)) if isinstance(kind, str) else None
        maker.resource("ApiGatewayRestApi", "AWS::ApiGateway::RestApi", line, EndpointConfiguration=types)
        api = maker.ref("ApiGatewayRestApi", line)
    authorizer = body.get("authorizer") if isinstance(body, dict) else None
    integration = made(line, Type="AWS_PROXY", Uri=maker.ref(id, line))
    maker.resource(
        name, "AWS::ApiGateway::Method", line, RestApiId=api, Path=f"/{path.lstrip('/')}", HttpMethod=verb,
        Integration=integration, AuthorizerId=_authorizer(maker, name, authorizer, line),
    )  # fmt: skip


def _authorizer(maker: Maker, name: str, value: Any, line: int) -> Any:
    """The function or user pool that checks who asks; other forms say no more."""
    if isinstance(value, dict):
        value = value.get("arn") or value.get("name")
    if value is None or value in ("aws_iam", "AWS_IAM"):
        return None
    checked = value
    if isinstance(value, str) and ":" not in value and "${" not in value:
        checked = maker.ref(f"{_logical(value)}LambdaFunction", line)
    maker.resource(f"{name}Authorizer", "AWS::ApiGateway::Authorizer", line, AuthorizerUri=checked)
    return maker.ref(f"{name}Authorizer", line)


def _verb_path(body: Any) -> tuple[str, str]:
    if isinstance(body, str):
        verb, _, path = body.strip().partition(" ")
        return (
            (verb.upper() if verb not in ("*", "any", "ANY") else "ANY", path.strip() or "/")
            if path or verb == "*"
            else ("ANY", verb)
        )
    if isinstance(body, dict):
        asked, at = body.get("method"), body.get("path")
        shown = asked.upper() if isinstance(asked, str) and asked != "*" else "ANY"
        return shown, str(at) if isinstance(at, str) else "/"
    return "ANY", "/"


def _http_api(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    verb, path = _verb_path(body)
    shared = provider.get("httpApi")
    api = shared.get("id") if isinstance(shared, dict) else None
    if api is None:
        maker.resource("HttpApi", "AWS::ApiGatewayV2::Api", line, ProtocolType="HTTP")
        api = maker.ref("HttpApi", line)
    key = "$default" if body == "*" or (verb, path) == ("ANY", "*") else f"{verb} /{path.lstrip('/')}"
    maker.resource(
        name, "AWS::ApiGatewayV2::Route", line, ApiId=api, RouteKey=key, Target=maker.ref(id, line),
        AuthorizerId=_http_authorizer(maker, body, shared, line),
    )  # fmt: skip


def _http_authorizer(maker: Maker, body: Any, shared: Any, line: int) -> Any:
    """What checks who asks: one of those that the provider declares, by its name."""
    asked = body.get("authorizer") if isinstance(body, dict) else None
    name = asked.get("name") if isinstance(asked, dict) else asked
    declared = shared.get("authorizers") if isinstance(shared, dict) else None
    one = declared.get(name) if isinstance(declared, dict) and isinstance(name, str) else None
    if isinstance(asked, dict) and asked.get("id") is not None:
        return asked["id"]
    if not isinstance(one, dict) or not isinstance(name, str):
        return None
    at = line_of(declared, name) or line
    checked, called = one.get("functionArn"), one.get("functionName")
    if checked is None and isinstance(called, str):
        checked = maker.ref(f"{_logical(called)}LambdaFunction", at)
    issuer = made(at, Issuer=one.get("issuerUrl")) if one.get("issuerUrl") is not None else None
    id = f"HttpApiAuthorizer{_logical(name)}"
    made_of = maker.resource(id, "AWS::ApiGatewayV2::Authorizer", at, AuthorizerUri=checked, JwtConfiguration=issuer)
    if isinstance(made_of.properties, MarkedDict):
        made_of.properties.lines["AuthorizerUri"] = line_of(one, "functionArn") or at
    return maker.ref(id, line)


def _logical(name: str) -> str:
    clean = name.replace("-", "Dash").replace("_", "Underscore")
    return re.sub(r"[^A-Za-z0-9]", "", clean[:1].upper() + clean[1:])


def _websocket(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    route = body.get("route") if isinstance(body, dict) else body
    maker.resource("WebsocketsApi", "AWS::ApiGatewayV2::Api", line, ProtocolType="WEBSOCKET")
    maker.resource(name, "AWS::ApiGatewayV2::Route", line, ApiId=maker.ref("WebsocketsApi", line),
                   RouteKey=str(route or "$default"), Target=maker.ref(id, line))  # fmt: skip


def _arn(body: Any, *keys: str) -> Any:
    """The ARN in an event's short or long form."""
    if isinstance(body, dict) and function(body) is None:
        return next((body[key] for key in keys if body.get(key) is not None), None)
    return body


def _source(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    at = line_of(body, "arn") or line
    made_of = maker.resource(
        name,
        "AWS::Lambda::EventSourceMapping",
        line,
        EventSourceArn=_arn(body, "arn"),
        FunctionName=maker.ref(id, line),
    )
    if isinstance(made_of.properties, MarkedDict):
        made_of.properties.lines["EventSourceArn"] = at


def _kafka(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    servers = body.get("bootstrapServers") if isinstance(body, dict) else None
    endpoints = made(line, Endpoints=made(line, KafkaBootstrapServers=servers))
    maker.resource(
        name,
        "AWS::Lambda::EventSourceMapping",
        line,
        SelfManagedEventSource=endpoints,
        FunctionName=maker.ref(id, line),
    )


def _sns(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    topic = _arn(body, "arn", "topicName")
    if isinstance(topic, str) and ":" not in topic and "${" not in topic and function(topic) is None:
        clean = re.sub(r"[^A-Za-z0-9]", "", topic[:1].upper() + topic[1:])
        maker.resource(f"SNSTopic{clean}", "AWS::SNS::Topic", line, TopicName=str(topic))
        topic = maker.ref(f"SNSTopic{clean}", line)
    maker.resource(name, "AWS::SNS::Subscription", line, TopicArn=topic, Endpoint=maker.ref(id, line))


def _bucket(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    bucket = _arn(body, "bucket")
    existing = isinstance(body, dict) and body.get("existing") is True
    declared = provider.get("s3")
    key = bucket if isinstance(bucket, str) and function(bucket) is None else None
    if key is not None and not existing:
        clean = re.sub(r"[^A-Za-z0-9]", "", str(key)[:1].upper() + str(key)[1:])
        own = declared.get(key) if isinstance(declared, dict) else None
        physical = own.get("name") if isinstance(own, dict) else key
        maker.resource(f"S3Bucket{clean}", "AWS::S3::Bucket", line, BucketName=physical)
        bucket = maker.ref(f"S3Bucket{clean}", line)
    maker.resource(
        name, "blastradius::Trigger", line, Source=bucket, Target=maker.ref(id, line), What="S3 notification"
    )


def _rule(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    rate = body.get("rate") if isinstance(body, dict) and function(body) is None else body
    schedule = (
        rate if isinstance(rate, str) else ", ".join(str(one) for one in rate) if isinstance(rate, list) else None
    )
    if isinstance(body, dict) and "schedule" in body:
        schedule = body["schedule"]
    if function(rate) is not None:
        schedule = rate
    told = body if isinstance(body, dict) and function(body) is None else {}
    bus, pattern = told.get("eventBus"), told.get("pattern", told.get("event"))
    maker.resource(name, "AWS::Events::Rule", line, ScheduleExpression=schedule, EventBusName=bus, EventPattern=pattern,
                   Targets=listed([made(line, Arn=maker.ref(id, line))], line))  # fmt: skip


def _pool(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    pool = body.get("pool") if isinstance(body, dict) else None
    if isinstance(pool, str) and not (isinstance(body, dict) and body.get("existing") is True):
        clean = re.sub(r"[^A-Za-z0-9]", "", pool[:1].upper() + pool[1:])
        maker.resource(f"CognitoUserPool{clean}", "AWS::Cognito::UserPool", line, UserPoolName=str(pool))
        pool = maker.ref(f"CognitoUserPool{clean}", line)
    maker.resource(
        name, "blastradius::Trigger", line, Source=pool, Target=maker.ref(id, line), What="user pool trigger"
    )


def _log(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    group = _arn(body, "logGroup")
    maker.resource(
        name, "blastradius::Trigger", line, Source=group, Target=maker.ref(id, line), What="log subscription"
    )


def _iot(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    payload = MarkedDict(line)
    action = made(line, Lambda=made(line, FunctionArn=maker.ref(id, line)))
    put(payload, "Actions", listed([action], line), line)
    maker.resource(name, "AWS::IoT::TopicRule", line, TopicRulePayload=payload)


def _balancer(maker: Maker, id: str, name: str, body: Any, provider: dict[str, Any], line: int) -> None:
    listener = body.get("listenerArn") if isinstance(body, dict) else None
    target = made(line, Id=maker.ref(id, line))
    maker.resource(
        f"{name}TargetGroup", "AWS::ElasticLoadBalancingV2::TargetGroup", line, Targets=listed([target], line)
    )
    action = made(line, Type="forward", TargetGroupArn=maker.ref(f"{name}TargetGroup", line))
    maker.resource(
        name, "AWS::ElasticLoadBalancingV2::ListenerRule", line, ListenerArn=listener, Actions=listed([action], line)
    )


_MAKERS: dict[str, Callable[[Maker, str, str, Any, dict[str, Any], int], None]] = {
    "http": _http, "httpApi": _http_api, "websocket": _websocket, "sqs": _source, "stream": _source, "kinesis": _source,
    "msk": _source, "activemq": _source, "rabbitmq": _source, "kafka": _kafka, "sns": _sns, "s3": _bucket,
    "schedule": _rule, "eventBridge": _rule, "cloudwatchEvent": _rule, "cognitoUserPool": _pool, "cloudwatchLog": _log,
    "iot": _iot, "alb": _balancer,
}  # fmt: skip
_SILENT = frozenset({"alexaSkill", "alexaSmartHome", "iotFleetProvisioning", "cloudFront"})
