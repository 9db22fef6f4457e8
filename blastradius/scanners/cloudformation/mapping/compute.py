"""What runs: functions, containers, machines, clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.documents import line_of
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.discovery import names_of
from blastradius.scanners.cloudformation.mapping.rows import Need, Row
from blastradius.scanners.cloudformation.values import Ref
from blastradius.scanners.mapping.phases import CLUSTER, CLUSTER_REASON, WITH_VARIABLES

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

_FAILED = "only what failed is sent there"
_DATA = frozenset({"database", "cache", "queue", "topic", "stream", "bucket", "load-balancer", "gateway", "service", "function", "secret"})  # fmt: skip


def function(facts: Facts, item: Item) -> None:
    """Image and public address of a function."""
    from blastradius.scanners.cloudformation.settings import image

    uri = item.get("Code", "ImageUri") or item.get("ImageUri")
    if uri is not None:
        image(facts, item.id, item.stack, uri, item.place("Code", "ImageUri"))


def containers(facts: Facts, item: Item) -> None:
    """What the containers of a task are told, and the images that they start from."""
    for id in [one.id for one in facts.users.get(item.id, [])] or [item.id]:
        told(facts, item, id)


def told(facts: Facts, item: Item, id: str) -> None:
    """What the containers of a task are told, on behalf of a component that runs it."""
    for definition in v.dicts(item.get("ContainerDefinitions")):
        _container(facts, item, id, definition)
    for volume in v.dicts(item.get("Volumes")):
        system = v.get(volume, "EFSVolumeConfiguration", "FilesystemId")
        if system is not None:
            line = line_of(volume, "EFSVolumeConfiguration") or item.resource.line
            facts.need(id, item.stack, system, "volume", f"{item.resource.path}:{line}")


def _container(facts: Facts, item: Item, id: str, definition: dict[str, Any]) -> None:
    from blastradius.scanners.cloudformation.settings import image, named, plain_setting, variable

    path, line = item.resource.path, line_of(definition) or item.resource.line
    image(facts, id, item.stack, definition.get("Image"), f"{path}:{line_of(definition, 'Image') or line}")
    told = []
    for pair in v.dicts(definition.get("Environment")):
        name = v.text(pair.get("Name")) or ""
        place = f"{path}:{line_of(pair, 'Value') or line_of(pair) or line}"
        variable(facts, id, item.stack, name, pair.get("Value"), place, f"env {name}")
        told.append(plain_setting(name, pair.get("Value"), place, f"env {name}"))
    named(facts, id, item.stack, told)
    for pair in v.dicts(definition.get("Secrets")):
        place = f"{path}:{line_of(pair, 'ValueFrom') or line}"
        via = f"secret {v.text(pair.get('Name')) or ''}"
        value = pair.get("ValueFrom")
        for service in ("ssm", "secretsmanager"):
            if facts.need(id, item.stack, value, via, place, strength="hard", phase=WITH_VARIABLES, service=service):
                break
    for key in ("Command", "EntryPoint"):
        for word in v.items(definition.get(key)):
            place = f"{path}:{line_of(definition, key) or line}"
            if v.refs(word):
                facts.need(id, item.stack, word, key.lower(), place)


def script(facts: Facts, item: Item) -> None:
    """What the start script of a machine refers to; `Metadata` of cfn-init is part of it."""
    metadata = v.get(item.resource.body, "Metadata", "AWS::CloudFormation::Init")
    line = line_of(item.resource.body, "Metadata") or item.resource.line
    told = [(item.stack.resolver.resolve(metadata, line), "cfn-init")] if isinstance(metadata, dict) else []
    data = item.get("UserData") or item.get("LaunchTemplateData", "UserData")
    where = item.place("LaunchTemplateData", "UserData") if item.get("LaunchTemplateData") else item.place("UserData")
    told.append((data, "UserData"))
    for value, via in told:
        place = where if via == "UserData" else f"{item.resource.path}:{line}"
        for ref in v.refs(value):
            _told(facts, item, ref, via, place)


def _told(facts: Facts, item: Item, ref: Ref, via: str, place: str) -> None:
    """A script names its own group and balancer to signal them: only what can be called counts."""
    owners = facts.users.get(item.id) or [item]
    for target in facts.targets(ref, item.stack.region):
        for owner in owners:
            if owner.id not in facts.components or owner in facts.users.get(target, []):
                continue
            if facts.components[target].kind == "cluster":  # its tasks run on the machines that join it
                machines = Ref(owner.stack.key, owner.resource.name, "", place)
                facts.need(target, item.stack, machines, "machines of the cluster", place)
            elif facts.components[target].kind in _DATA and not _is_machine(facts, target):
                facts.need(owner.id, item.stack, ref, via, place)


def _is_machine(facts: Facts, id: str) -> bool:
    return facts.components[id].service in ("ec2",)


def balanced(facts: Facts, item: Item) -> None:
    """Behind which target groups and balancers it is registered; routes ask for that."""
    for path in (
        "LoadBalancers",
        "TargetGroupARNs",
        "LoadBalancerNames",
        "TrafficSources",
        "TargetGroups",
        "VpcLatticeConfigurations",
    ):
        for ref in v.refs(item.get(path)):
            facts.users.setdefault(facts.id(facts.world.stacks[ref.stack], ref.name), []).append(item)


def group(facts: Facts, item: Item) -> None:
    """Machines of a group: the template that they start from is part of it."""
    balanced(facts, item)
    for path in ("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy"):
        for ref in v.refs(item.get(path)):
            facts.users.setdefault(facts.id(facts.world.stacks[ref.stack], ref.name), []).append(item)


def sized(facts: Facts, item: Item) -> None:
    """A group never has fewer machines than its least, and that many where nothing else is said."""
    least = item.text("MinSize")
    if least is not None and (item.get("DesiredCapacity") is None or item.text("DesiredCapacity") == "0"):
        facts.update(item.id, replicas=least)


def service(facts: Facts, item: Item) -> None:
    """A service of containers: its task is part of it."""
    balanced(facts, item)
    for ref in v.refs(item.get("TaskDefinition")):
        facts.users.setdefault(facts.id(facts.world.stacks[ref.stack], ref.name), []).append(item)


def scaled(facts: Facts, item: Item) -> None:
    """A service that scaling keeps running, or may, is not scaled to nought, whatever count it starts with."""
    least = item.text("MinCapacity")
    if least == "0":
        return
    named = v.shown(item.get("ResourceId")).rpartition("/")[2]
    meant = set(facts.targets(item.get("ResourceId")))
    scope = facts.scope(item.stack)
    for id, one in list(facts.components.items()):
        if one.attributes.get("replicas") == "0" and (id in meant or (one.name, one.scope) == (named, scope)):
            facts.update(id, replicas=least or "unknown")


def runner(facts: Facts, item: Item) -> None:
    """Image and variables of an App Runner service."""
    from blastradius.scanners.cloudformation.settings import image, variable

    repository = item.get("SourceConfiguration", "ImageRepository")
    place = item.place("SourceConfiguration", "ImageRepository")
    image(facts, item.id, item.stack, v.get(repository, "ImageIdentifier"), place)
    for configuration in (
        v.get(repository, "ImageConfiguration"),
        item.get("SourceConfiguration", "CodeRepository", "CodeConfiguration", "CodeConfigurationValues"),
    ):
        for pair in v.dicts(v.get(configuration, "RuntimeEnvironmentVariables")):
            name = v.text(pair.get("Name")) or ""
            variable(facts, item.id, item.stack, name, pair.get("Value"), place, f"env {name}")


def runner_entry(facts: Facts, item: Item) -> str | None:
    """Users come in by a service unless its ingress is private."""
    public = item.text("NetworkConfiguration", "IngressConfiguration", "IsPubliclyAccessible")
    return None if public == "false" else f"App Runner service {item.text('ServiceName') or item.resource.name}"


_KEY = Need("KmsKeyArn", "hard", "startup", "variables are decrypted with it when an instance starts")
_CLUSTER = Need("Cluster", "hard", CLUSTER, CLUSTER_REASON)
ROWS: dict[str, Row] = {
    "AWS::Lambda::Function": Row(
        "function", "lambda", ("FunctionName",), "lambda:{region}:{account}:function:{name}",
        needs=(
            Need("Environment.Variables", settings=True), Need("FileSystemConfigs.Arn"), _KEY,
            Need("DeadLetterConfig.TargetArn", "soft", "runtime", _FAILED),
        ),
        shows=(("Runtime", "runtime"), ("PackageType", "package_type")), zones=("VpcConfig.SubnetIds",), more=function,
    ),
    "AWS::ECS::Cluster": Row("cluster", "ecs", ("ClusterName",), "ecs:{region}:{account}:cluster/{name}"),
    "AWS::ECS::Service": Row(
        "service", "ecs", ("ServiceName",), needs=(_CLUSTER,),
        shows=(("DesiredCount", "replicas"), ("LaunchType", "launch_type")), zones=("NetworkConfiguration.AwsvpcConfiguration.Subnets",), first=service, called=names_of,
    ),
    "AWS::ECS::ExpressGatewayService": Row("service", "ecs", ("ServiceName",), needs=(_CLUSTER,), first=service),
    "AWS::ECS::TaskDefinition": Row("service", "ecs", ("Family",), more=containers),
    "AWS::EC2::Instance": Row("service", "ec2", (), shows=(("InstanceType", "instance_type"),), zones=("AvailabilityZone", "SubnetId"), more=script),
    "AWS::AutoScaling::AutoScalingGroup": Row(
        "service", "ec2", ("AutoScalingGroupName",),
        shows=(("MinSize", "min_size"), ("DesiredCapacity", "replicas")), zones=("AvailabilityZones", "VPCZoneIdentifier"), first=group,
        more=sized,
    ),
    "AWS::EC2::NatGateway": Row("gateway", "ec2", (), role="network"),
    "AWS::EC2::VPCEndpoint": Row("gateway", "privatelink", (), role="network"),
    "AWS::EC2::TransitGateway": Row("gateway", "transitgateway", (), role="network"),
    "AWS::EC2::SpotFleet": Row("service", "ec2", ()),
    "AWS::EC2::EC2Fleet": Row("service", "ec2", ()),
    "AWS::EKS::Cluster": Row("cluster", "eks", ("Name",), "eks:{region}:{account}:cluster/{name}",
                             needs=(Need("EncryptionConfig.Provider.KeyArn"),)),
    "AWS::EKS::Nodegroup": Row("service", "ec2", ("NodegroupName",), needs=(Need("ClusterName"),)),
    "AWS::EKS::FargateProfile": Row("service", "fargate", ("FargateProfileName",), needs=(Need("ClusterName"),)),
    "AWS::AppRunner::Service": Row("service", "apprunner", ("ServiceName",), more=runner, entry=runner_entry),
    "AWS::ElasticBeanstalk::Environment": Row("service", "elasticbeanstalk", ("EnvironmentName",)),
    "AWS::Batch::JobDefinition": Row("service", "batch", ("JobDefinitionName",)),
    "AWS::Batch::JobQueue": Row("queue", "batch", ("JobQueueName",), needs=(Need("ComputeEnvironmentOrder.ComputeEnvironment"),)),
    "AWS::Batch::ComputeEnvironment": Row("cluster", "batch", ("ComputeEnvironmentName",)),
    "AWS::Lightsail::Instance": Row("service", "lightsail", ("InstanceName",)),
    "AWS::Lightsail::Container": Row("service", "lightsail", ("ServiceName",)),
    "AWS::EMR::Cluster": Row("cluster", "emr", ("Name",)),
    "AWS::EMRServerless::Application": Row("cluster", "emr", ("Name",)),
    "AWS::Glue::Job": Row("function", "glue", ("Name",)),
    "AWS::SageMaker::Endpoint": Row("service", "sagemaker", ("EndpointName",)),
    "AWS::SageMaker::NotebookInstance": Row("service", "sagemaker", ("NotebookInstanceName",)),
    "AWS::MWAA::Environment": Row("service", "mwaa", ("Name",)),
    "AWS::GameLift::Fleet": Row("service", "gamelift", ("Name",)),
    "AWS::DMS::ReplicationInstance": Row("service", "dms", ("ReplicationInstanceIdentifier",)),
    "AWS::DMS::ReplicationTask": Row("service", "dms", ("ReplicationTaskIdentifier",), needs=(
        Need("ReplicationInstanceArn"), Need("SourceEndpointArn"), Need("TargetEndpointArn"))),
    "AWS::DataPipeline::Pipeline": Row("pipeline", "datapipeline", ("Name",)),
    "AWS::WorkSpaces::Workspace": Row("service", "workspaces", (), needs=(Need("DirectoryId"),)),
    "AWS::DirectoryService::MicrosoftAD": Row("identity", "ds", ("Name",)),
    "AWS::DirectoryService::SimpleAD": Row("identity", "ds", ("Name",)),
}  # fmt: skip
STANDS: dict[str, tuple[str, ...]] = {
    "AWS::Lambda::Alias": ("FunctionName",),
    "AWS::Lambda::Version": ("FunctionName",),
    "AWS::ECS::TaskSet": ("Service",),
    "AWS::DMS::Endpoint": ("S3Settings.BucketName", "ServerName", "SecretsManagerSecretId"),
    "AWS::EC2::EIP": ("InstanceId",),
    "AWS::SageMaker::EndpointConfig": (),
}


def capacity(facts: Facts, item: Item) -> None:
    """Machines that a cluster gets by a capacity provider."""
    for id in facts.targets(item.get("AutoScalingGroupProvider", "AutoScalingGroupArn")):
        for cluster in (one for one in facts.components.values() if one.type == "AWS::ECS::Cluster"):
            stack = facts.places[cluster.id]
            providers = v.get(stack.properties(cluster.id.rpartition(":")[2]), "CapacityProviders")
            if any(ref.name == item.resource.name and ref.stack == item.stack.key for ref in v.refs(providers)):
                machines = Ref(facts.places[id].key, id.rpartition(":")[2], "", item.place())
                facts.need(cluster.id, item.stack, machines, "capacity provider", item.place())


JOINS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": scaled,
    "AWS::ECS::CapacityProvider": capacity,
    "AWS::AutoScaling::LaunchConfiguration": script,
    "AWS::EC2::LaunchTemplate": script,
}
QUIET = (
    "AWS::Lambda::Permission", "AWS::Lambda::LayerVersion*", "AWS::Lambda::CodeSigningConfig", "AWS::EC2::*",
    "AWS::AutoScaling::*", "AWS::ApplicationAutoScaling::*", "AWS::AutoScalingPlans::*", "AWS::ECS::*", "AWS::EKS::*",
    "AWS::ElasticBeanstalk::*", "AWS::DMS::ReplicationSubnetGroup", "AWS::SageMaker::*",
)  # fmt: skip
