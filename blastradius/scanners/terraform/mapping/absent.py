"""Modules of a registry that are not among the files: what their names say they are, by the types that they wrap."""

from __future__ import annotations

from dataclasses import replace

from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.network import registered
from blastradius.scanners.terraform.mapping.values import flag
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
    parts = source.partition("?")[0].partition("//")[0].split("/")
    if len(parts) not in (3, 4) or parts[-1] != "aws" or "." in parts[-2]:
        return None
    name = f"-{parts[-2]}-"
    if any(f"-{word}-" in name for word in _NOT) or "//" in source:
        return None
    return next((type for word, type in _WRAPS if f"-{word}-" in name), None)


EARLY = {"module": _module}
LATE = {"module": _traffic}
