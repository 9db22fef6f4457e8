"""Gateways and their routes: a gateway needs nothing behind it, a route needs the gateway and what answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.documents import line_of
from blastradius.model import Component
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.rows import Need, Row
from blastradius.scanners.cloudformation.stacks import evidence

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method")
_MOST_STEPS = 8
_SIGN_IN = "requests are checked there first"


def _api(facts: Facts, item: Item) -> Item | None:
    for key in ("RestApiId", "ApiId"):
        for ref in v.refs(item.get(key)):
            found = facts.of(ref)
            if found:
                return found
    return None


def _private(api: Item | None) -> bool:
    kinds = [v.text(one) for one in v.items(api.get("EndpointConfiguration", "Types"))] if api else []
    single = api.text("EndpointConfiguration") if api else None
    return "PRIVATE" in (*kinds, single)


def method_label(facts: Facts, item: Item) -> str:
    """`GET /orders`; nothing for a method that the gateway answers itself."""
    if item.text("Integration", "Type") == "MOCK" or item.get("Integration") is None:
        return ""
    verb = item.text("HttpMethod") or "ANY"
    own = item.text("Path")
    if own is not None:
        return f"{verb} {own}"
    steps: list[str] = []
    todo, seen = v.refs(item.get("ResourceId")), set()
    while todo and len(steps) < 40:
        found = facts.of(todo[0])
        if found is None or found.resource.type != "AWS::ApiGateway::Resource" or found.id in seen:
            break
        seen.add(found.id)
        steps.insert(0, found.text("PathPart") or "?")
        todo = v.refs(found.get("ParentId"))
    return f"{verb} /{'/'.join(steps)}"


def route_label(facts: Facts, item: Item) -> str:
    """`GET /orders`; of the route for all else, what the gateway is called."""
    key = item.text("RouteKey") or item.resource.name
    api = _api(facts, item) if key == "$default" else None
    return f"{api.text('Name') or api.resource.name} {key}" if api else key


def url_label(facts: Facts, item: Item) -> str:
    """What the function is called whose address it is."""
    called = next((found for ref in v.refs(item.get("TargetFunctionArn")) if (found := facts.of(ref))), None)
    name = called.text("FunctionName") or called.resource.name if called else item.text("TargetFunctionArn")
    return f"{name.rpartition(':')[2]} URL" if name else item.resource.name


def route_entry(facts: Facts, item: Item) -> str | None:
    """Users come in by a route unless its gateway is private."""
    api = _api(facts, item)
    name = (api.text("Name") or api.resource.name) if api else "API"
    routed_by = item.text("RouteKey") or item.resource.name
    label = method_label(facts, item) if item.resource.type == "AWS::ApiGateway::Method" else routed_by
    return None if _private(api) else f"{label} on {name}"


def integrated(facts: Facts, item: Item) -> None:
    """What answers behind a route, and what checks who asks."""
    from blastradius.scanners.cloudformation.settings import variable

    for key in (("Integration", "Uri"), ("Target",)):
        value = item.get(*key)
        if value is None:
            continue
        place = item.place(*key)
        if not facts.need(item.id, item.stack, value, "integration", place) and not v.refs(value):
            variable(facts, item.id, item.stack, "integration_url", value, place, "integration")
    for ref in v.refs(item.get("AuthorizerId")):
        checked = facts.of(ref)
        if checked is not None:
            for key in (("ProviderARNs",), ("AuthorizerUri",), ("JwtConfiguration", "Issuer")):
                facts.need(item.id, checked.stack, checked.get(*key), "authorizer", checked.place(*key),
                           strength="hard", phase="runtime", reason=_SIGN_IN)  # fmt: skip


def routed(facts: Facts, item: Item) -> None:
    """Note a route before anything is tied: who calls a gateway needs what its routes come to."""
    api = _api(facts, item)
    passes = item.get("Target") is not None or item.get("Integration", "Uri") is not None
    if api is not None and passes and item.text("Integration", "Type") != "MOCK":
        facts.routes.add(api.id, item.id)


def described_routes(facts: Facts, item: Item) -> None:
    """Note the routes that a gateway describes itself."""
    for label, _, _ in _descriptions(item):
        facts.routes.add(item.id, f"{item.id}/{label}")
    if item.get("Target") is not None:
        facts.routes.add(item.id, f"{item.id}/$default")


def described(facts: Facts, item: Item) -> None:
    """Routes that an OpenAPI text in the gateway itself describes."""
    for label, uri, place in _descriptions(item):
        _described(facts, item, label, uri, place)
    if item.get("BodyS3Location") is not None or item.get("DefinitionUri") is not None:
        reason = f"the routes of {item.resource.name} stand in another file, which is not read: state them"
        facts.gap(item.id, reason, item.place(), component=item.id)


def _descriptions(item: Item) -> list[tuple[str, Any, str]]:
    """Label, backend and place of each route in an OpenAPI text; those that the gateway answers itself are none."""
    body = item.get("Body") or item.get("DefinitionBody")
    found = []
    for path, operations in v.mapping(v.get(body, "paths")).items():
        for verb, operation in v.mapping(_meant(body, operations)).items():
            integration = _meant(body, v.get(operation, "x-amazon-apigateway-integration"))
            uri = v.get(integration, "uri")
            if verb.lower() in _METHODS and uri is not None and str(v.get(integration, "type")).lower() != "mock":
                line = line_of(operations, verb) or item.resource.line
                shown = "ANY" if verb.startswith("x-") else verb.upper()
                found.append((f"{shown} {path}"[:300], uri, f"{item.resource.path}:{line}"))
    return found


def _meant(body: Any, value: Any) -> Any:
    """A part of an OpenAPI text that another part stands for: `$ref: "#/components/…"`; itself where none does."""
    for _ in range(_MOST_STEPS):
        way = v.text(v.get(value, "$ref")) if isinstance(value, dict) else None
        if way is None or not way.startswith("#/"):
            break
        value = v.get(body, *(key.replace("~1", "/").replace("~0", "~") for key in way[2:].split("/")))
    return value


def _described(facts: Facts, item: Item, label: str, uri: Any, place: str) -> None:
    from blastradius.scanners.cloudformation.settings import variable

    api = facts.components[item.id]
    entry = {} if _private(item) else {"entry": f"{label} on {api.name}"}
    route = Component(
        id=f"{item.id}/{label}", kind="gateway", name=f"{api.name} {label}" if label == "$default" else label, type="AWS::ApiGateway::Method", service="apigateway",
        provider="aws", region=api.region, account=api.account, environment=api.environment, scope=api.scope,
        attributes=entry, evidence=(evidence(place, label),),
    )  # fmt: skip
    facts.add(route, item.stack, f"{item.resource.name}/{label}")
    here = v.Ref(item.stack.key, item.resource.name, "", place)
    facts.need(route.id, item.stack, here, "route of", place)
    if not facts.need(route.id, item.stack, uri, "integration", place) and not v.refs(uri):
        variable(facts, route.id, item.stack, "integration_url", uri, place, "integration")


def mapped(facts: Facts, item: Item) -> None:
    """A domain name serves the gateway that is mapped to it."""
    domains = facts.targets(item.get("DomainName"))
    if not domains:
        known = facts.names.find(v.shown(item.get("DomainName")), item.stack, "apigateway")
        domains = [known] if known else []
    for domain in domains:
        for key in ("RestApiId", "ApiId"):
            facts.need(domain, item.stack, item.get(key), "mapping", item.place(key))


def quick(facts: Facts, item: Item) -> None:
    """The route that a gateway makes by itself for one target."""
    described(facts, item)
    if item.get("Target") is not None:
        _described(facts, item, "$default", item.get("Target"), item.place("Target"))


def public_function(facts: Facts, item: Item) -> str | None:
    """A function with an address of its own."""
    return None if item.text("AuthType") == "AWS_IAM" else f"function URL {item.resource.name}"


def graph_entry(facts: Facts, item: Item) -> str:
    """Users of a GraphQL gateway reach its data."""
    return f"GraphQL data {item.text('Name') or item.resource.name}"


_API = (Need("RestApiId", via="route of"), Need("ApiId", via="route of"))
ROWS: dict[str, Row] = {
    "AWS::ApiGateway::RestApi": Row("gateway", "apigateway", ("Name",), first=described_routes, more=described),
    "AWS::ApiGatewayV2::Api": Row("gateway", "apigateway", ("Name",), shows=(("ProtocolType", "protocol"),), first=described_routes, more=quick),
    "AWS::ApiGateway::Method": Row("gateway", "apigateway", (), needs=_API, first=routed, more=integrated, label=method_label, entry=route_entry),
    "AWS::ApiGatewayV2::Route": Row("gateway", "apigateway", (), needs=_API, first=routed, more=integrated, label=route_label, entry=route_entry),
    "AWS::ApiGateway::DomainName": Row("gateway", "apigateway", ("DomainName",), hosts=("DomainName",)),
    "AWS::ApiGatewayV2::DomainName": Row("gateway", "apigateway", ("DomainName",), hosts=("DomainName",)),
    "AWS::Lambda::Url": Row("gateway", "lambda", (), needs=(Need("TargetFunctionArn"),), entry=public_function, label=url_label),
    "AWS::AppSync::GraphQLApi": Row("gateway", "appsync", ("Name",), entry=lambda facts, item: f"GraphQL {item.resource.name}"),
    "AWS::AppSync::DataSource": Row("gateway", "appsync", ("Name",), needs=(
        *_API, Need("DynamoDBConfig.TableName"), Need("LambdaConfig.LambdaFunctionArn"), Need("HttpConfig.Endpoint"),
        Need("OpenSearchServiceConfig.Endpoint"), Need("ElasticsearchConfig.Endpoint"), Need("EventBridgeConfig.EventBusArn"),
        Need("RelationalDatabaseConfig.RdsHttpEndpointConfig.DbClusterIdentifier")), entry=graph_entry),
}  # fmt: skip
JOINS = {"AWS::ApiGateway::BasePathMapping": mapped, "AWS::ApiGatewayV2::ApiMapping": mapped}
STANDS: dict[str, tuple[str, ...]] = {
    "AWS::ApiGateway::Stage": ("RestApiId",),
    "AWS::ApiGateway::Deployment": ("RestApiId",),
    "AWS::ApiGateway::Resource": ("RestApiId",),
    "AWS::ApiGatewayV2::Stage": ("ApiId",),
    "AWS::ApiGatewayV2::Deployment": ("ApiId",),
    "AWS::ApiGatewayV2::Integration": ("IntegrationUri",),
    "AWS::ApiGateway::VpcLink": ("TargetArns",),
}
QUIET = ("AWS::ApiGateway::*", "AWS::ApiGatewayV2::*", "AWS::AppSync::*")
