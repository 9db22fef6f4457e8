"""Containers of AWS: ECS services with their task definitions, EKS, App Runner, Batch."""

from __future__ import annotations

from typing import Any

from blastradius.model import Gap
from blastradius.scanners.mapping.phases import CLUSTER, CLUSTER_REASON, WITH_VARIABLES
from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.idle import sized
from blastradius.scanners.terraform.mapping.references import hidden, image, references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.values import at, decoded, flag, items, leaves, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import HIDDEN, UNKNOWN, Block, Expr

_TASK = Row("service", "ecs", ("family",))
_CLUSTER = Need("cluster", phase=CLUSTER, reason=CLUSTER_REASON)


def _task_definition(world: World, block: Block) -> None:
    """Stands for the services that run it; is a workload of its own where none does."""
    users = [
        world.id_of(one)
        for one in world.of_type("aws_ecs_service", "aws_ecs_task_set")
        if any(block in world.found(ref) for value in at(one.values, "task_definition") for ref in refs(value))
    ]
    if users:
        world.behind[block.address] = users
    else:
        describe(world, block, _TASK_ROW)


def _on_fargate(world: World, block: Block) -> bool:
    """Whether its tasks run on Fargate alone: by its launch type or by every capacity provider that it names."""
    if stated := [text for value in at(block.values, "launch_type") if (text := world.text(value))]:
        return stated[0].upper() == "FARGATE"
    named = [world.text(value) or "" for value in at(block.values, "capacity_provider_strategy.capacity_provider")]
    return bool(named) and all(one.upper() in ("FARGATE", "FARGATE_SPOT") for one in named)


def _service(world: World, block: Block, id: str) -> None:
    if _on_fargate(world, block):
        world.update(id, service="fargate")
    sized(world, block, id, number(block.values.get("desired_count")))
    for value in at(block.values, "task_definition"):
        for ref in refs(value):
            for one in world.found(ref):
                if one.type == "aws_ecs_task_definition":
                    task(world, one, id)


def _discoverable(world: World, block: Block) -> None:
    """Names by which services call each other are known before anything is called."""
    id = world.id_of(block)
    for path in ("client_alias.dns_name", "discovery_name"):
        for value in at(block.values, f"service_connect_configuration.service.{path}"):
            if text := world.text(value):
                world.hosts[text.lower()].add(id)
    for value in at(block.values, "service_registries.registry_arn"):
        for ref in refs(value):
            for one in world.found(ref):
                world.behind[one.address].append(id)
                for host in _registry_names(world, one):
                    world.hosts[host].add(id)


def _registry_names(world: World, block: Block) -> list[str]:
    name = world.text(block.values.get("name"))
    if not name:
        return []
    spaces = [
        space
        for value in at(block.values, "dns_config.namespace_id") + at(block.values, "namespace_id")
        for ref in refs(value)
        for one in world.found(ref)
        if (space := world.text(one.values.get("name")))
    ]
    return [f"{name}.{space}".lower() for space in spaces]


def task(world: World, block: Block, id: str) -> None:
    """What the containers of a task definition are told and started from."""
    evidence = world.evidence(block, "container_definitions")
    for value in at(block.values, "container_definitions"):
        containers = decoded(value)
        if containers is HIDDEN:
            hidden(world, id, evidence, "container_definitions")
            continue
        if containers is UNKNOWN or isinstance(containers, str | Expr):
            reason = f"the containers of {block.address} could not be read: scan a plan, or state the dependencies in blastradius.yaml"
            world.gaps.append(Gap(scope=id, reason=reason, hides="dependency", component=id, evidence=(evidence,)))
        listed = containers if isinstance(containers, list) else [containers]
        for one in listed:
            if isinstance(one, dict):
                container(world, id, one, evidence)
            elif isinstance(one, Expr):
                references(world, id, one, evidence, via="container_definitions")
            elif isinstance(one, list):
                for inner in one:
                    if isinstance(inner, dict):
                        container(world, id, inner, evidence)
    references(
        world, id, at(block.values, "volume.efs_volume_configuration.file_system_id"), world.evidence(block, "volume"), via="volume"
    )  # fmt: skip


def container(world: World, id: str, one: dict[str, Any], evidence: Any) -> None:
    """One container: variables and commands at run time, secrets and image at start."""
    settings(world, id, decoded(one.get("environment")), evidence, via="env")
    for key in ("command", "entryPoint"):
        settings(world, id, one.get(key), evidence, via=key)
    for key in ("secrets", "environmentFiles"):
        for name, leaf in leaves(one.get(key)):
            note = world.setting(evidence, name, f"{key} {name}")
            references(world, id, leaf, note, via=f"{key} {name}", need=Need(key, phase=WITH_VARIABLES))
    image(world, id, one.get("image"), evidence)


def _runner(world: World, block: Block, id: str) -> None:
    for source in items(block.values, "source_configuration.image_repository"):
        evidence = world.evidence(block, "source_configuration")
        image(world, id, source.get("image_identifier"), evidence)
        for inner in items(source, "image_configuration"):
            settings(world, id, inner.get("runtime_environment_variables"), evidence, via="env")
            settings(world, id, inner.get("runtime_environment_secrets"), evidence, via="secrets", phase=WITH_VARIABLES)
    ingress = "network_configuration.ingress_configuration.is_publicly_accessible"
    if not any(flag(one) is False for one in at(block.values, ingress)):
        world.update(id, attributes={"entry": "App Runner service"})


def _job(world: World, block: Block, id: str) -> None:
    inner = decoded(block.values.get("container_properties"))
    if isinstance(inner, dict):
        container(world, id, inner, world.evidence(block, "container_properties"))


_TASK_ROW = Row("service", "ecs", ("family",), more=task)

ROWS = {
    "aws_ecs_service": Row("service", "ecs", needs=(_CLUSTER,), zones=("network_configuration.subnets",), more=_service),
    "aws_ecs_cluster": Row("cluster", "ecs", arn="ecs:{region}:{account}:cluster/{name}"),
    "aws_eks_cluster": Row("cluster", "eks", arn="eks:{region}:{account}:cluster/{name}", hosts=("endpoint",), needs=(Need("encryption_config.provider.key_arn"),), zones=("vpc_config.subnet_ids",)),
    "aws_eks_node_group": Row("service", "eks", ("node_group_name", "node_group_name_prefix"), needs=(Need("cluster_name", phase="startup", reason="nodes join their cluster when they start"),), zones=("subnet_ids",)),
    "aws_eks_fargate_profile": Row("service", "fargate", ("fargate_profile_name",), needs=(Need("cluster_name", phase="startup", reason="pods are placed by their cluster"),), zones=("subnet_ids",)),
    "aws_apprunner_service": Row("service", "apprunner", ("service_name",), hosts=("service_url",), more=_runner),
    "aws_batch_job_definition": Row("service", "batch", more=_job),
    "aws_batch_job_queue": Row("queue", "batch", needs=(Need("compute_environments"), Need("compute_environment_order"))),
    "aws_ecr_repository": Row("registry", "ecr", arn="ecr:{region}:{account}:repository/{name}", hosts=()),
    "aws_ecrpublic_repository": Row("registry", "ecr-public", ("repository_name",)),
}  # fmt: skip
EARLY = {"aws_ecs_task_definition": _task_definition, "aws_ecs_service": _discoverable}
STANDS = {"aws_ecs_task_set": ("service",), "aws_eks_access_entry": ()}
QUIET = {
    "aws_ecs_cluster_capacity_providers", "aws_ecs_capacity_provider", "aws_ecs_account_setting_default", "aws_ecs_tag",
    "aws_eks_addon", "aws_eks_access_entry", "aws_eks_access_policy_association", "aws_eks_identity_provider_config",
    "aws_eks_pod_identity_association", "aws_ecr_lifecycle_policy", "aws_ecr_repository_policy", "aws_ecr_registry_*",
    "aws_ecr_replication_configuration", "aws_ecr_pull_through_cache_rule", "aws_service_discovery_*",
    "aws_apprunner_auto_scaling_configuration_version", "aws_apprunner_vpc_connector", "aws_batch_scheduling_policy",
}  # fmt: skip
