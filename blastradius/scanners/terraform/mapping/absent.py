"""Modules of a registry that are not among the files: what their names say they are, by the types that they wrap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from blastradius.scanners.mapping.phases import CLUSTER, CLUSTER_REASON
from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.containers import container
from blastradius.scanners.terraform.mapping.network import registered
from blastradius.scanners.terraform.mapping.references import image, references
from blastradius.scanners.terraform.mapping.rows import Need
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.values import decoded, flag, leaves
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

#: Words in a module's name, the most exact first, and the type that such modules are made for.
_WRAPS = (
    ("rds-aurora", "aws_rds_cluster"), ("aurora", "aws_rds_cluster"), ("rds-proxy", "aws_db_proxy"), ("rds", "aws_db_instance"),
    ("dynamodb", "aws_dynamodb_table"), ("s3-bucket", "aws_s3_bucket"), ("s3", "aws_s3_bucket"), ("sqs", "aws_sqs_queue"),
    ("sns", "aws_sns_topic"), ("lambda", "aws_lambda_function"), ("memory-db", "aws_memorydb_cluster"),
    ("elasticache", "aws_elasticache_replication_group"), ("redis", "aws_elasticache_replication_group"),
    ("memcached", "aws_elasticache_cluster"), ("msk", "aws_msk_cluster"), ("kafka", "aws_msk_cluster"),
    ("opensearch", "aws_opensearch_domain"), ("elasticsearch", "aws_opensearch_domain"), ("documentdb", "aws_docdb_cluster"),
    ("redshift", "aws_redshift_cluster"), ("alb", "aws_lb"), ("nlb", "aws_lb"), ("elb", "aws_elb"), ("eks", "aws_eks_cluster"),
    ("ecs", "aws_ecs_cluster"), ("apigateway", "aws_apigatewayv2_api"), ("api-gateway", "aws_apigatewayv2_api"),
    ("cloudfront", "aws_cloudfront_distribution"), ("eventbridge", "aws_cloudwatch_event_bus"),
    ("step-functions", "aws_sfn_state_machine"), ("kinesis", "aws_kinesis_stream"), ("efs", "aws_efs_file_system"),
    ("ec2-instance", "aws_instance"), ("autoscaling", "aws_autoscaling_group"), ("mq-broker", "aws_mq_broker"),
    ("app-runner", "aws_apprunner_service"), ("secrets-manager", "aws_secretsmanager_secret"), ("kms", "aws_kms_key"),
    ("acm", "aws_acm_certificate"), ("ecr", "aws_ecr_repository"), ("vpc", "aws_vpc"),
)  # fmt: skip
#: Parts of such names that make the module another thing than what it is named after.
_NOT = (
    "role",
    "policy",
    "iam",
    "security-group",
    "sg",
    "endpoints",
    "notification",
    "permission",
    "alarms",
    "irsa",
    "addons",
    "addon",
    "pod-identity",
)
#: Modules within a module, by a word of the outer one's name and their own, and the type that they are made for.
_PARTS = {
    ("ecs", "service"): "aws_ecs_service", ("ecs", "cluster"): "aws_ecs_cluster",
    ("eks", "eks-managed-node-group"): "aws_eks_node_group", ("eks", "self-managed-node-group"): "aws_autoscaling_group",
    ("eks", "fargate-profile"): "aws_eks_fargate_profile",
    ("rds", "db_instance"): "aws_db_instance", ("rds", "db_proxy"): "aws_db_proxy",
    ("elasticache", "serverless-cache"): "aws_elasticache_serverless_cache",
}  # fmt: skip
#: Arguments by which such modules are handed what their resources need, by the names that registries' modules give them.
_VARIABLES = frozenset({
    "environment", "environment_variables", "env_vars", "container_environment", "lambda_environment_variables",
    "runtime_environment_variables",
})  # fmt: skip
_SECRETS = frozenset({"secrets", "environment_secrets", "container_secrets", "runtime_environment_secrets"})
_IMAGES = frozenset({"image_uri", "image", "container_image"})
_FED = frozenset({"event_source_mapping", "event_source_mappings"})
_CONTAINERS = frozenset({"container_definitions", "container_definition"})
_STARTED = frozenset({"cluster_arn", "ecs_cluster_arn", "ecs_cluster_id"})
#: What passes requests on or runs code: what it needs is more than what it is given. A store needs little else.
_CALLERS = frozenset({"load-balancer", "gateway", "cdn", "function", "service"})


def _module(world: World, block: Block) -> None:
    """A call of a module that was not scanned: a component where the module's name tells what it is."""
    source = world.text(block.values.get("source")) or ""
    type = wrapped(source)
    if type is None:
        return
    row = world.types.rows[type]
    names = tuple(dict.fromkeys((*row.names, "name", "identifier", "cluster_name")))
    row = replace(row, names=names, needs=(), zones=(), copies=None, hosts=(), arn="", more=None, parents=())
    id = describe(world, block, row)
    world.block_of.pop(id)
    note = f"by the name of its module {source}, which is not among the files"
    evidence = world.evidence(block, "source", note).model_copy(update={"basis": "inferred"})
    world.update(id, type=type, evidence=(evidence, *world.components[id].evidence[1:]))
    if row.kind in _CALLERS:
        called = id.rpartition("[")[0] if id.endswith("]") else id  # the call, of which it may be one of several
        world.unread[called].append(id)


def _traffic(world: World, block: Block) -> None:
    """What registers itself with a balancer that an absent module makes: traffic comes that way."""
    id = world.id_of(block)
    owner = world.components.get(id)
    members = registered(world, block) if owner is not None and owner.kind == "load-balancer" else []
    if owner is None or not members:
        return
    route, name = f"{id}#route", f"{owner.name} route"
    entry = {} if flag(block.values.get("internal")) else {"entry": owner.name}
    changes = {"id": route, "kind": "gateway", "name": name, "identities": (), "aliases": (), "attributes": entry}
    world.components[route] = owner.model_copy(update=changes)
    world.routes.add(id, route)
    evidence = world.evidence(block, "source", "registers in a target group of this module")
    evidence = evidence.model_copy(update={"basis": "inferred"})
    world.need(route, id, evidence, via="route")
    world.any_of(route, members, evidence, via="targets", full=len(members))


def wrapped(source: str) -> str | None:
    """The type that a registry's module is made for, told by its name; None where that tells nothing."""
    whole, _, inner = source.partition("?")[0].partition("//")
    parts = whole.split("/")
    if len(parts) not in (3, 4) or parts[-1] != "aws" or "." in parts[-2]:
        return None
    part = inner.strip("/").rpartition("/")[2]
    if part and part != "wrappers":
        named = f"-{parts[-2]}-"
        return next((type for (word, of), type in _PARTS.items() if part == of and f"-{word}-" in named), None)
    name = f"-{parts[-2]}-"
    if any(f"-{word}-" in name for word in _NOT):
        return None
    return next((type for word, type in _WRAPS if f"-{word}-" in name), None)


def _told(world: World, block: Block) -> None:
    """What the arguments of such a module hand to what it makes: variables, containers, secrets, what it reads from."""
    id = world.id_of(block)
    if id in world.components:
        _needs(world, block, id, block.values, "")
        _within(world, block, id)


def _needs(world: World, block: Block, id: str, values: dict[str, Any], under: str) -> None:
    """Say what a module's arguments need.

    Args:
        world: the root.
        block: the call.
        id: of the component that needs.
        values: arguments by name.
        under: argument of the call that they are in; empty for the call's own.
    """
    for key, value in values.items():
        evidence = world.evidence(block, under or key)
        if key in _VARIABLES:
            settings(world, id, decoded(value), evidence, via="env")
        elif key in _SECRETS:
            for name, leaf in leaves(value):
                need = Need(key, phase="startup")
                references(
                    world, id, leaf, world.setting(evidence, name, f"{key} {name}"), via=f"{key} {name}", need=need
                )
        elif key in _IMAGES:
            image(world, id, value, evidence)
        elif key in _FED:
            for one in _each(value, "event_source_arn"):
                with world.setting_going(id):
                    references(world, id, one.get("event_source_arn"), evidence, via="event source")
                    settings(world, id, one.get("self_managed_event_source"), evidence, via="event source")
        elif key in _CONTAINERS:
            for one in _each(decoded(value), "image", "environment", "secrets"):
                container(world, id, one, evidence)
        elif key in _STARTED:
            references(world, id, value, evidence, via=key, need=Need(key, phase="startup"))


def _each(value: Any, *known: str) -> list[dict[str, Any]]:
    """Mappings in a list, in a mapping by their names, or one alone, which has a key of those known."""
    found: list[dict[str, Any]] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            alone = any(key in one for key in known)
            found += [one] if alone else [inner for inner in one.values() if isinstance(inner, dict)]
    return found


def _within(world: World, block: Block, id: str) -> None:
    """Services that a module for a cluster makes with it, each by its name in the argument `services`."""
    services = block.values.get("services")
    cluster = world.components[id]
    for name, values in services.items() if isinstance(services, dict) and cluster.kind == "cluster" else ():
        if not isinstance(values, dict):
            continue
        inner = f"{id}#{name}"
        evidence = world.evidence(block, "services", f"service {name} of this module")
        changes = {
            "id": inner,
            "kind": "service",
            "name": str(name),
            "type": "aws_ecs_service",
            "identities": (),
            "aliases": (),
        }
        world.components[inner] = cluster.model_copy(update={**changes, "evidence": (evidence,)})
        world.need(inner, id, evidence, via="cluster", phase=CLUSTER, reason=CLUSTER_REASON)
        _needs(world, block, inner, values, "services")
        world.unread[id.rpartition("[")[0] if id.endswith("]") else id].append(inner)


EARLY = {"module": _module}
LATE = {"module": _traffic}
JOINS = {"module": _told}
