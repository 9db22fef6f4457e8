"""Functions, API gateways and state machines of AWS."""

from __future__ import annotations

from typing import Any

from blastradius.model import Evidence, Gap
from blastradius.scanners.mapping.states import (
    COMPUTED,
    ENDPOINT,
    arguments,
    computed_at_run,
    endpoints,
    is_integration,
)
from blastradius.scanners.terraform.mapping.called import named, outside
from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.references import image, references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.values import at, decoded, items, leaves, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block, Expr

_ROUTE = Row("gateway", "apigateway", ("route_key", "path"))
_LIMIT = 500
_INTEGRATION = "x-amazon-apigateway-integration"


def _function(world: World, block: Block, id: str) -> None:
    image(world, id, block.values.get("image_uri"), world.evidence(block, "image_uri"))


def _event_source(world: World, block: Block) -> None:
    """The function needs what it reads from."""
    evidence = world.evidence(block, "event_source_arn")
    sources = at(block.values, "event_source_arn")
    for id in world.targets(block.values, "function_name"):
        with world.setting_going(id):
            references(world, id, sources, evidence, via="event source")
            settings(world, id, at(block.values, "self_managed_event_source"), evidence, via="event source")


def _url(world: World, block: Block) -> None:
    for id in world.targets(block.values, "function_arn") or world.targets(block.values, "function_name"):
        world.update(id, attributes={"entry": "function URL"})
        if host := world.text(block.values.get("function_url")):
            world.hosts[host.removeprefix("https://").strip("/").lower()].add(id)


def _domain(world: World, block: Block) -> None:
    """A custom domain name stands for the APIs that are mapped to it."""
    mappings = world.of_type("aws_api_gateway_base_path_mapping", "aws_apigatewayv2_api_mapping")
    found = [
        id
        for one in mappings
        if any(block in world.found(ref) for value in at(one.values, "domain_name") for ref in refs(value))
        for key in ("api_id", "rest_api_id", "stage", "stage_name")
        for id in world.targets(one.values, key)
    ]
    world.behind[block.address] = list(dict.fromkeys(found))
    if name := world.text(block.values.get("domain_name")):
        for id in found:
            world.hosts[name.lower()].add(id)


def _described(world: World, block: Block) -> None:
    """Routes of an OpenAPI document: each backend is reached through the gateway, by a way in of its own."""
    id, evidence = world.id_of(block), world.evidence(block, "body")
    gateway = world.components[id]
    for route, (path, _) in _backends(block, id).items():
        name = f"{gateway.name} {path}"
        changes = {"id": route, "name": name, "identities": (), "aliases": (), "attributes": {"entry": name}}
        world.components[route] = gateway.model_copy(update={**changes, "evidence": (evidence,)})
        world.routes.add(id, route)


def _body(world: World, block: Block, id: str) -> None:
    """What the routes of an OpenAPI document pass requests to."""
    evidence = world.evidence(block, "body")
    body = block.values.get("body")
    if body is not None and not isinstance(decoded(body), dict):
        reason = (
            f"the routes of {block.address} could not be read: scan a plan, or state what answers in blastradius.yaml"
        )
        world.gaps.append(Gap(scope=id, reason=reason, hides="dependency", component=id, evidence=(evidence,)))
    for route, (path, one) in _backends(block, id).items():
        world.need(route, id, evidence, via=f"route {path}")
        _backend(world, route, one, evidence, path)


def _backends(block: Block, id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Paths and integrations of an OpenAPI document by id of their route: one for each backend.

    Those that the gateway answers itself are none.
    """
    body = decoded(block.values.get("body"))
    paths = body.get("paths") if isinstance(body, dict) else None
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for path, methods in list(paths.items())[:_LIMIT] if isinstance(paths, dict) else ():
        for one in items(methods, _INTEGRATION) + [
            inner
            for method in (methods.values() if isinstance(methods, dict) else ())
            for inner in items(method, _INTEGRATION)
        ]:
            if str(one.get("type")).upper() != "MOCK":
                host = repr(one.get("uri"))[:2000].partition("://")[2].partition("/")[0]
                found.setdefault(host or repr(one)[:2000], (path, one))
    return {f"{id}#{path}": (path, one) for path, one in found.values()}


def _backend(world: World, route: str, one: dict[str, Any], evidence: Any, path: str) -> None:
    settings(world, route, {"uri": one.get("uri")}, evidence, via=f"route {path}")
    for key in ("connectionId", "connection_id"):
        references(world, route, one.get(key), evidence, via=f"route {path}")


def _route(world: World, block: Block) -> None:
    if not block.type.startswith("aws_apigatewayv2") and not _calls(block):
        return
    id = describe(world, block, _ROUTE)
    world.block_of.pop(id)  # its ties are its own
    if _calls(block):
        for gateway in world.targets(block.values, _gateway_key(block)):
            world.routes.add(gateway, id)


def _calls(block: Block) -> bool:
    """Whether a route passes requests on; the gateway answers others itself."""
    return any(isinstance(leaf, Expr | str) for key in ("uri", "target") for _, leaf in leaves(block.values.get(key)))


def _gateway_key(block: Block) -> str:
    return "api_id" if block.type.startswith("aws_apigatewayv2") else "rest_api_id"


def _route_ties(world: World, block: Block) -> None:
    id = world.id_of(block)
    if id not in world.components:
        return
    for gateway in world.targets(block.values, _gateway_key(block)):
        world.need(id, gateway, world.evidence(block, _gateway_key(block)), via="route")
        owner = world.components[gateway]
        label = world.text(block.values.get("route_key")) or block.name
        world.update(id, name=f"{owner.name} {label}", attributes={"entry": f"{owner.name} {label}"})
    for key in ("target", "uri", "connection_id"):
        value = block.values.get(key)
        references(world, id, value, world.evidence(block, key), via=f"route {key}")
    for one in _guards(world, block):
        for authorizer in _named(world, one, "authorizer_id"):
            _checked(world, id, authorizer, world.evidence(one, "authorizer_id"))


def _guards(world: World, block: Block) -> list[Block]:
    """What says who may use a route: itself, or the method that an integration is of."""
    if block.type != "aws_api_gateway_integration":
        return [block]
    named = [one for one in _named(world, block, "http_method") if one.type == "aws_api_gateway_method"]
    place = sorted(map(repr, refs(block.values.get("resource_id"))))
    method = world.text(block.values.get("http_method"))
    return named or [
        one
        for one in world.of_type("aws_api_gateway_method")
        if place
        and sorted(map(repr, refs(one.values.get("resource_id")))) == place
        and world.text(one.values.get("http_method")) == method
    ]


def _named(world: World, block: Block, key: str) -> list[Block]:
    return [one for ref in refs(block.values.get(key)) for one in world.found(ref)]


def _authorizer(world: World, block: Block) -> None:
    """Who vouches for users is needed by the routes that ask; by the whole gateway where no route says that it does."""
    users = world.of_type("aws_apigatewayv2_route", "aws_api_gateway_method")
    if any(block in _named(world, one, "authorizer_id") for one in users):
        return
    for key in ("rest_api_id", "api_id"):
        for gateway in world.targets(block.values, key):
            _checked(world, gateway, block, world.evidence(block))


def _checked(world: World, id: str, authorizer: Block, evidence: Evidence) -> None:
    """What an authorizer asks: a function, a pool of users, whoever issues tokens."""
    for key in ("authorizer_uri", "provider_arns"):
        references(world, id, authorizer.values.get(key), evidence, via="authorizer")
    for value in at(authorizer.values, "jwt_configuration.issuer"):
        settings(world, id, {"issuer": value}, evidence, via="authorizer")


def _states(world: World, block: Block, id: str) -> None:
    evidence = world.evidence(block, "definition")
    definition = decoded(block.values.get("definition"))
    told = [leaf for _, leaf in leaves(definition) if not (isinstance(leaf, str) and is_integration(leaf))]
    references(world, id, told, evidence, via="definition")
    for name, value in endpoints(definition):
        via = f"state {ENDPOINT}"
        if computed_at_run(name, world.text(value)):
            _computed(world, id, via, evidence)
        else:
            settings(world, id, {ENDPOINT: value}, evidence, via="state")
    here = world.components[id]
    for one in arguments(definition):
        text, via = world.text(one.value), f"state {one.name}"
        if computed_at_run(one.key, text):
            _computed(world, id, via, evidence)
        elif text and not refs(one.value) and (arn := one.arn(text, here.region, here.account)):
            own = named(world, id, text, one.name)
            if own:
                world.need(id, own, evidence, via=via)
            else:
                outside(world, id, (arn,), "resource", evidence, via, None)


def _computed(world: World, id: str, via: str, evidence: Evidence) -> None:
    """Say that what a state calls is told only while its machine runs."""
    gap = Gap(scope=id, reason=f"{via} {COMPUTED}", hides="dependency", component=id, evidence=(evidence,))
    if gap not in world.gaps:
        world.gaps.append(gap)


def _resolvers(world: World, block: Block) -> None:
    """A source of an AppSync API: its API answers from it."""
    for gateway in world.targets(block.values, "api_id"):
        for path in (
            "dynamodb_config.table_name",
            "lambda_config.function_arn",
            "http_config.endpoint",
            "relational_database_config",
        ):
            for value in at(block.values, path):
                references(world, gateway, value, world.evidence(block, path), via="data source")


ROWS = {
    "aws_lambda_function": Row("function", "lambda", ("function_name",), arn="lambda:{region}:{account}:function:{name}", needs=(
        Need("environment.variables", settings=True), Need("dead_letter_config.target_arn", strength="soft", reason="takes what failed"),
        Need("file_system_config.arn"), Need("layers", phase="startup"), Need("kms_key_arn"),
    ), zones=("vpc_config.subnet_ids",), more=_function),
    "aws_api_gateway_rest_api": Row("gateway", "apigateway", more=_body),
    "aws_apigatewayv2_api": Row("gateway", "apigateway", hosts=("api_endpoint",), needs=(Need("target"),), more=_body),
    "aws_appsync_graphql_api": Row("gateway", "appsync", needs=(Need("user_pool_config.user_pool_id"), Need("lambda_authorizer_config.authorizer_uri"))),
    "aws_sfn_state_machine": Row("function", "stepfunctions", arn="states:{region}:{account}:stateMachine:{name}", more=_states),
    "aws_amplify_app": Row("service", "amplify"),
}  # fmt: skip
EARLY = {
    "aws_api_gateway_domain_name": _domain,
    "aws_apigatewayv2_domain_name": _domain,
    "aws_apigatewayv2_route": _route,
    "aws_api_gateway_integration": _route,
    "aws_lambda_function_url": _url,
}
LATE = {"aws_api_gateway_rest_api": _described, "aws_apigatewayv2_api": _described}
JOINS = {
    "aws_lambda_event_source_mapping": _event_source,
    "aws_apigatewayv2_route": _route_ties,
    "aws_api_gateway_integration": _route_ties,
    "aws_api_gateway_authorizer": _authorizer,
    "aws_apigatewayv2_authorizer": _authorizer,
    "aws_appsync_datasource": _resolvers,
}
STANDS = {
    "aws_lambda_alias": ("function_name",),
    "aws_lambda_provisioned_concurrency_config": ("function_name",),
    "aws_lambda_function_url": ("function_arn", "function_name"),
    "aws_api_gateway_stage": ("rest_api_id",),
    "aws_api_gateway_deployment": ("rest_api_id",),
    "aws_api_gateway_resource": ("rest_api_id",),
    "aws_apigatewayv2_stage": ("api_id",),
    "aws_apigatewayv2_integration": ("integration_uri",),
    "aws_api_gateway_vpc_link": ("target_arns",),
    "aws_sfn_alias": ("routing_configuration.state_machine_version_arn",),
}
QUIET = {
    "aws_lambda_permission", "aws_lambda_layer_version", "aws_lambda_layer_version_permission", "aws_lambda_invocation",
    "aws_lambda_function_event_invoke_config", "aws_lambda_code_signing_config", "aws_api_gateway_*", "aws_apigatewayv2_*",
    "aws_appsync_*", "aws_amplify_*", "aws_sfn_activity",
}  # fmt: skip
