"""API gateways: each route is a way in that needs the gateway and what it leads to."""

from __future__ import annotations

import re
from typing import Any

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.texts import plain_host

_REST, _HTTP, _GRAPH = "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::AppSync::GraphQLApi"
_GATEWAY = ("apigateway:GET",)
_FUNCTION = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+")
_SERVICE = re.compile(r"arn:aws[a-z-]*:apigateway:([a-z0-9-]+):([a-z0-9.-]+):(?:path|action)/")


def _integration(one: dict[str, Any]) -> dict[str, Any]:
    """What an integration calls: a function, a host, a listener, a service; nothing else of its URI."""
    uri = str(one.get("uri") or one.get("IntegrationUri") or one.get("integrationUri") or "")
    function, service = _FUNCTION.search(uri), _SERVICE.search(uri)
    kept: dict[str, Any] = {}
    if function:
        kept["arn"] = function[0]
    elif service and service[2] != "lambda":
        kept["host"] = f"{service[2]}.{service[1]}.amazonaws.com"
    elif uri.startswith("arn:"):
        kept["arn"] = uri
    elif plain_host(uri) and "://" in uri:
        kept["host"] = plain_host(uri)
    elif "stageVariables" in uri:
        kept["unknown"] = "a stage variable"
    connection = one.get("connectionId") or one.get("ConnectionId")
    subtype = one.get("IntegrationSubtype")
    if subtype:
        kept["subtype"] = str(subtype).partition("-")[0].lower()
    return {**kept, **({"link": connection} if connection else {})}


def _methods(item: dict[str, Any]) -> dict[str, Any]:
    """A resource of a REST API with what its methods call."""
    methods = {
        name: _integration(one.get("methodIntegration") or {})
        for name, one in (item.get("resourceMethods") or {}).items()
        if isinstance(one, dict) and (one.get("methodIntegration") or {}).get("type") not in (None, "MOCK")
    }
    return {
        "id": item.get("id"),
        "path": item.get("path"),
        "methods": {key: one for key, one in methods.items() if one},
    }


def _one(item: dict[str, Any]) -> dict[str, Any]:
    return {"IntegrationId": item.get("IntegrationId"), "calls": _integration(item)}


CALLS = (
    Call("apigateway", "GetRestApis", "items", ("id!", "name", "types: endpointConfiguration.types", "off: disableExecuteApiEndpoint", "tags"), kind="gateway", hides="REST APIs", actions=_GATEWAY, resource="apigateway:*::/restapis"),
    Call("apigateway", "GetResources", "items", ("id!", "path", "methods"), given={"embed": ["methods"]}, each="apigateway:GetRestApis", take={"restApiId": "id"}, of="id", reduce=_methods, hides="routes of APIs", leaves=(_REST,), nothing=("NotFoundException",), actions=_GATEWAY, resource="apigateway:*::/restapis/*/resources"),
    Call("apigateway", "GetAuthorizers", "items", ("id", "name", "function: authorizerUri", "pools: providerARNs"), each="apigateway:GetRestApis", take={"restApiId": "id"}, of="id", hides="authorizers", leaves=(_REST,), nothing=("NotFoundException",), actions=_GATEWAY, resource="apigateway:*::/restapis/*/authorizers"),
    Call("apigateway", "GetVpcLinks", "items", ("id!", "targetArns"), hides="links to networks", leaves=(_REST,), actions=_GATEWAY, resource="apigateway:*::/vpclinks"),
    Call("apigateway", "GetDomainNames", "items", ("domainName!", "regionalDomainName", "distributionDomainName"), hides="domain names of APIs", actions=_GATEWAY, resource="apigateway:*::/domainnames"),
    Call("apigateway", "GetBasePathMappings", "items", ("basePath", "restApiId"), each="apigateway:GetDomainNames", take={"domainName": "domainName"}, of="domainName", hides="domain names of APIs", nothing=("NotFoundException",), actions=_GATEWAY, resource="apigateway:*::/domainnames/*/basepathmappings"),
    Call("apigatewayv2", "GetApis", "Items", ("ApiId!", "Name", "ApiEndpoint", "ProtocolType", "Tags"), kind="gateway", hides="HTTP APIs", actions=_GATEWAY, resource="apigateway:*::/apis"),
    Call("apigatewayv2", "GetRoutes", "Items", ("RouteId", "RouteKey!", "Target", "AuthorizerId"), each="apigatewayv2:GetApis", take={"ApiId": "ApiId"}, of="ApiId", hides="routes of APIs", leaves=(_HTTP,), nothing=("NotFoundException",), actions=_GATEWAY, resource="apigateway:*::/apis/*/routes"),
    Call("apigatewayv2", "GetIntegrations", "Items", ("IntegrationId", "calls"), each="apigatewayv2:GetApis", take={"ApiId": "ApiId"}, of="ApiId", reduce=_one, hides="what routes of APIs call", leaves=(_HTTP,), nothing=("NotFoundException",), actions=_GATEWAY, resource="apigateway:*::/apis/*/integrations"),
    Call("apigatewayv2", "GetAuthorizers", "Items", ("AuthorizerId", "function: AuthorizerUri", "issuer: JwtConfiguration.Issuer"), each="apigatewayv2:GetApis", take={"ApiId": "ApiId"}, of="ApiId", hides="authorizers", leaves=(_HTTP,), nothing=("NotFoundException",), actions=_GATEWAY, resource="apigateway:*::/apis/*/authorizers"),
    Call("apigatewayv2", "GetDomainNames", "Items", ("DomainName!", "hosts: DomainNameConfigurations[].ApiGatewayDomainName"), hides="domain names of APIs", actions=_GATEWAY, resource="apigateway:*::/domainnames"),
    Call("apigatewayv2", "GetApiMappings", "Items", ("ApiId!", "Stage"), each="apigatewayv2:GetDomainNames", take={"DomainName": "DomainName"}, of="DomainName", hides="domain names of APIs", nothing=("NotFoundException",), actions=_GATEWAY, resource="apigateway:*::/domainnames/*/apimappings"),
    Call("appsync", "ListGraphqlApis", "graphqlApis", ("apiId!", "name!", "arn!", "hosts: values(uris || `{}`)", "tags"), kind="gateway", hides="GraphQL APIs"),
    Call("appsync", "ListDataSources", "dataSources", ("name", "type", "table: dynamodbConfig.tableName", "region: dynamodbConfig.awsRegion", "function: lambdaConfig.lambdaFunctionArn", "host: httpConfig.endpoint", "search: openSearchServiceConfig.endpoint", "cluster: relationalDatabaseConfig.rdsHttpEndpointConfig.dbClusterIdentifier", "bus: eventBridgeConfig.eventBusArn"), each="appsync:ListGraphqlApis", take={"apiId": "apiId"}, of="apiId", hides="data sources of GraphQL APIs", leaves=(_GRAPH,), nothing=("NotFoundException",)),
)  # fmt: skip


def _rest(estate: Estate, item: Item, id: str) -> str:
    return estate.arn(item, "apigateway", f"/restapis/{id}", account="")


def _http(estate: Estate, item: Item, id: str) -> str:
    return estate.arn(item, "apigateway", f"/apis/{id}", account="")


def index(estate: Estate) -> None:
    """Gateways with their routes, and the names that lead to them."""
    _apigateway(estate)
    _apigatewayv2(estate)
    _appsync(estate)


def _apigateway(estate: Estate) -> None:
    for item in estate.items("apigateway:GetRestApis"):
        data = item.data
        host = f"{data['id']}.execute-api.{item.region}.amazonaws.com"
        estate.add(
            item,
            "gateway",
            "apigateway",
            _REST,
            _rest(estate, item, data["id"]),
            data.get("name") or data["id"],
            hosts=(host,),
            tags=data.get("tags"),
        )
    for item in estate.items("apigateway:GetResources"):
        gateway = _rest(estate, item, item.of)
        for method in sorted(item.data.get("methods", {})) if gateway in estate.components else ():
            label = f"{method} {item.data.get('path', '')}"
            estate.route(item, gateway, f"{gateway}#{label}", f"{estate.components[gateway].name} {label}")


def _apigatewayv2(estate: Estate) -> None:
    for item in estate.items("apigatewayv2:GetApis"):
        data = item.data
        id = _http(estate, item, data["ApiId"])
        estate.add(
            item,
            "gateway",
            "apigateway",
            _HTTP,
            id,
            data.get("Name") or data["ApiId"],
            hosts=(data.get("ApiEndpoint"),),
            tags=data.get("Tags"),
        )
    for item in estate.items("apigatewayv2:GetRoutes"):
        gateway = _http(estate, item, item.of)
        if gateway in estate.components and item.data.get("Target"):
            label = item.data["RouteKey"]
            estate.route(item, gateway, f"{gateway}#{label}", f"{estate.components[gateway].name} {label}")


def _appsync(estate: Estate) -> None:
    _names(estate)
    for item in estate.items("appsync:ListGraphqlApis"):
        data = item.data
        estate.add(
            item,
            "gateway",
            "appsync",
            _GRAPH,
            data["arn"],
            data["name"],
            hosts=data.get("hosts", ()),
            attributes={"entry": f"GraphQL {data['name']}"},
            tags=data.get("tags"),
        )
        estate.know(item, "graph", data["apiId"], data["arn"])


def _names(estate: Estate) -> None:
    """The provider's own host names of custom domains lead to the APIs that are mapped to them."""
    own: dict[tuple[str, str, str], list[Any]] = {}
    for item in estate.items("apigateway:GetDomainNames"):
        hosts: list[Any] = [item.data.get(key) for key in ("regionalDomainName", "distributionDomainName")]
        own[item.account, item.region, item.data["domainName"]] = [one for one in hosts if one]
    for item in estate.items("apigatewayv2:GetDomainNames"):
        own.setdefault((item.account, item.region, item.data["DomainName"]), item.data.get("hosts", []))
    mapped: dict[tuple[str, str, str], set[str]] = {}
    for item in estate.items("apigateway:GetBasePathMappings"):
        mapped.setdefault((item.account, item.region, item.of), set()).add(
            _rest(estate, item, item.data.get("restApiId", ""))
        )
    for item in estate.items("apigatewayv2:GetApiMappings"):
        rest, http = _rest(estate, item, item.data["ApiId"]), _http(estate, item, item.data["ApiId"])
        mapped.setdefault((item.account, item.region, item.of), set()).add(rest if rest in estate.components else http)
    for key, ids in mapped.items():
        known = sorted(one for one in ids if one in estate.components)
        if len(known) == 1:  # a name of several APIs is no name of one
            hosts = [one.lower() for one in own.get(key, ())]
            estate.update(known[0], identities=hosts, aliases=(key[2].lower(),))
            for host in hosts:
                estate.hosts[host].add(known[0])


def translate(estate: Estate) -> None:
    """What routes lead to, and who lets callers in."""
    links = {
        (one.account, one.region, one.data["id"]): one.data.get("targetArns", ())
        for one in estate.items("apigateway:GetVpcLinks")
    }
    for item in estate.items("apigateway:GetResources"):
        gateway = _rest(estate, item, item.of)
        for method, calls in sorted(item.data.get("methods", {}).items()):
            route = f"{gateway}#{method} {item.data.get('path', '')}"
            _calls(
                estate, item, route, gateway, calls, links.get((item.account, item.region, calls.get("link", "")), ())
            )
    integrations = {
        (one.account, one.region, one.of, one.data.get("IntegrationId")): one.data.get("calls", {})
        for one in estate.items("apigatewayv2:GetIntegrations")
    }
    authorizers = {
        (one.account, one.region, one.of, one.data.get("AuthorizerId")): one.data
        for one in estate.items("apigatewayv2:GetAuthorizers")
    }
    for item in estate.items("apigatewayv2:GetRoutes"):
        gateway = _http(estate, item, item.of)
        route = f"{gateway}#{item.data['RouteKey']}"
        name = str(item.data.get("Target", "")).rpartition("/")[2]
        _calls(estate, item, route, gateway, integrations.get((item.account, item.region, item.of, name), {}), ())
        _lets_in(
            estate,
            item,
            route,
            authorizers.get((item.account, item.region, item.of, item.data.get("AuthorizerId")), {}),
        )
    for item in estate.items("apigateway:GetAuthorizers"):
        _lets_in(estate, item, _rest(estate, item, item.of), item.data)
    for item in estate.items("apigateway:GetRestApis"):
        _entrance(estate, _rest(estate, item, item.data["id"]))
    for item in estate.items("apigatewayv2:GetApis"):
        _entrance(estate, _http(estate, item, item.data["ApiId"]))
    for item in estate.items("appsync:ListDataSources"):
        _source(estate, item)


def _entrance(estate: Estate, gateway: str) -> None:
    """A gateway that has no routes is a way in itself."""
    if gateway in estate.components and gateway not in estate.routes.found:
        estate.update(gateway, attributes={"entry": estate.components[gateway].name})


def _calls(estate: Estate, item: Item, route: str, gateway: str, calls: dict[str, Any], linked: Any) -> None:
    if route not in estate.components:
        return
    estate.need(route, gateway, item, "restApiId" if "restapis" in gateway else "ApiId", via="route", strength="hard")
    label = f"route {route.rpartition('#')[2]}"
    for arn in linked:
        estate.need(route, arn, item, "connectionId", via=label)
    if "arn" in calls:
        listener = calls["arn"]
        members = list(estate.groups.get(listener, ()))
        if members:  # a registry of services, which are called at their own addresses
            estate.any_of(route, members, item, "integration uri", via=label, full=len(members))
        else:
            estate.need(route, listener, item, "integration uri", via=label)
    elif "subtype" in calls:
        estate.need(
            route,
            f"{calls['subtype']}.{item.region}.amazonaws.com",
            item,
            "IntegrationSubtype",
            via=label,
            role="address",
        )
    elif "host" in calls and not linked:
        estate.need(route, calls["host"], item, "integration uri", via=label, role="address")
    elif "unknown" in calls:
        estate.gap(
            route,
            f"{label}: its backend stands in {calls['unknown']}: state it in blastradius.yaml",
            item,
            "integration uri",
        )


def _lets_in(estate: Estate, item: Item, id: str, data: dict[str, Any]) -> None:
    function = _FUNCTION.search(str(data.get("function", "")))
    if function:
        estate.need(id, function[0], item, "authorizerUri", via="authorizer")
    for arn in data.get("pools", ()):
        estate.need(id, arn, item, "providerARNs", via="authorizer")
    if data.get("issuer"):
        issuer = str(data["issuer"]).rpartition("://")[2]
        pool = estate.find(item, "pool", issuer.rpartition("/")[2])
        estate.need(id, pool or issuer, item, "JwtConfiguration", via="authorizer", role="address")


def _source(estate: Estate, item: Item) -> None:
    """A GraphQL API answers from its sources."""
    data, id = item.data, estate.find(item, "graph", item.of)
    if id is None:
        return
    via = f"data source {data.get('name', '')}"
    if data.get("table"):
        estate.need(
            id,
            estate.arn(item, "dynamodb", f"table/{data['table']}", region=data.get("region")),
            item,
            "dynamodbConfig",
            via=via,
        )
    for key in ("function", "cluster", "bus"):
        estate.need(id, data.get(key), item, f"{key} of the data source", via=via)
    for key in ("host", "search"):
        estate.need(id, plain_host(data.get(key)), item, f"{key} of the data source", via=via, role="address")
