"""Containers: ECS services with their task definitions, EKS clusters, App Runner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.settings import pairs, variables
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.tying import settings, stored

_SERVICE = "AWS::ECS::Service"
_PLACED = "tasks are placed by their cluster; those that run go on"


def _task(item: dict[str, Any]) -> dict[str, Any]:
    """A task definition without the values of its variables."""
    found: list[Any] = []
    images: list[str] = []
    secrets: list[dict[str, str]] = []
    for container in item.get("containerDefinitions") or ():
        found += variables(pairs(container.get("environment")))
        images += [container["image"]] if isinstance(container.get("image"), str) else []
        secrets += [
            {"name": str(one.get("name")), "from": one["valueFrom"]}
            for one in container.get("secrets") or ()
            if isinstance(one.get("valueFrom"), str)
        ]
    files = [
        one["efsVolumeConfiguration"]["fileSystemId"]
        for one in item.get("volumes") or ()
        if (one.get("efsVolumeConfiguration") or {}).get("fileSystemId")
    ]
    arn = item.get("taskDefinitionArn")
    return {"taskDefinitionArn": arn, "found": found, "images": images, "secrets": secrets, "files": files}


def _runner(item: dict[str, Any]) -> dict[str, Any]:
    """An App Runner service without the values of its variables."""
    source = item.get("SourceConfiguration") or {}
    image = source.get("ImageRepository") or {}
    said = image.get("ImageConfiguration") or {}
    code = ((source.get("CodeRepository") or {}).get("CodeConfiguration") or {}).get("CodeConfigurationValues") or {}
    plain = {**(said.get("RuntimeEnvironmentVariables") or {}), **(code.get("RuntimeEnvironmentVariables") or {})}
    secret = {**(said.get("RuntimeEnvironmentSecrets") or {}), **(code.get("RuntimeEnvironmentSecrets") or {})}
    kept = {key: item.get(key) for key in ("ServiceArn", "ServiceName", "ServiceUrl", "NetworkConfiguration")}
    secrets = [{"name": name, "from": value} for name, value in secret.items() if isinstance(value, str)]
    return {**kept, "found": variables(plain), "secrets": secrets, "image": image.get("ImageIdentifier")}


CALLS = (
    Call("ecs", "ListClusters", "clusterArns", ("value!",), kind="cluster", hides="ECS clusters"),
    Call("ecs", "ListServices", "serviceArns", ("value!",), each="ecs:ListClusters", take={"cluster": "value"}, of="value", kind="service", hides="ECS services", nothing=("ClusterNotFoundException",)),
    Call("ecs", "DescribeServices", "services", ("serviceArn!", "serviceName!", "clusterArn!", "taskDefinition", "desiredCount", "status", "launch: launchType", "capacity: capacityProviderStrategy[].capacityProvider", "groups: loadBalancers[].targetGroupArn", "balancers: loadBalancers[].loadBalancerName", "subnets: networkConfiguration.awsvpcConfiguration.subnets", "registries: serviceRegistries[].registryArn"), each="ecs:ListServices", take={"services": "value"}, same={"cluster": "_of"}, batch=10, of="value", kind="service", hides="ECS services"),
    Call("ecs", "DescribeTaskDefinition", "[taskDefinition]", ("taskDefinitionArn", "found", "images", "secrets", "files"), each="ecs:DescribeServices", take={"taskDefinition": "taskDefinition"}, of="taskDefinition", reduce=_task, hides="what tasks are told", leaves=(_SERVICE,)),
    Call("eks", "ListClusters", "clusters", ("value!",), kind="cluster", hides="EKS clusters"),
    Call("eks", "DescribeCluster", "[cluster]", ("name!", "arn!", "endpoint", "subnets: resourcesVpcConfig.subnetIds", "status", "keys: encryptionConfig[].provider.keyArn", "tags"), each="eks:ListClusters", take={"name": "value"}, of="value", kind="cluster", hides="EKS clusters", nothing=("ResourceNotFoundException",)),
    Call("eks", "ListNodegroups", "nodegroups", ("value!",), each="eks:ListClusters", take={"clusterName": "value"}, of="value", kind="service", hides="node groups", nothing=("ResourceNotFoundException",)),
    Call("eks", "DescribeNodegroup", "[nodegroup]", ("nodegroupName!", "nodegroupArn!", "clusterName!", "subnets", "size: scalingConfig.desiredSize", "groups: resources.autoScalingGroups[].name", "tags"), each="eks:ListNodegroups", take={"nodegroupName": "value", "clusterName": "_of"}, of="value", kind="service", hides="node groups", nothing=("ResourceNotFoundException",)),
    Call("eks", "ListFargateProfiles", "fargateProfileNames", ("value!",), each="eks:ListClusters", take={"clusterName": "value"}, of="value", kind="service", hides="Fargate profiles", nothing=("ResourceNotFoundException",)),
    Call("eks", "DescribeFargateProfile", "[fargateProfile]", ("fargateProfileName!", "fargateProfileArn!", "clusterName!", "subnets", "status", "tags"), each="eks:ListFargateProfiles", take={"fargateProfileName": "value", "clusterName": "_of"}, of="value", kind="service", hides="Fargate profiles", nothing=("ResourceNotFoundException",)),
    Call("eks", "ListAddons", "addons", ("value!",), each="eks:ListClusters", take={"clusterName": "value"}, of="value", hides="add-ons", nothing=("ResourceNotFoundException",)),
    Call("apprunner", "ListServices", "ServiceSummaryList", ("ServiceArn!", "Status"), kind="service", hides="App Runner services"),
    Call("apprunner", "DescribeService", "[Service]", ("ServiceArn!", "ServiceName!", "ServiceUrl", "public: NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible", "found", "secrets", "image"), each="apprunner:ListServices", take={"ServiceArn": "ServiceArn"}, of="ServiceArn", when="Status != 'DELETED'", reduce=_runner, kind="service", hides="App Runner services"),
)  # fmt: skip


def _on_fargate(data: Mapping[str, Any]) -> bool:
    """Whether tasks run on Fargate alone: by the launch type or by every capacity provider that is named."""
    if data.get("launch"):
        return bool(data["launch"] == "FARGATE")
    named = data.get("capacity") or ()
    return bool(named) and all(one in ("FARGATE", "FARGATE_SPOT") for one in named)


def index(estate: Estate) -> None:
    """Clusters, services, node groups, Fargate profiles."""
    _ecs(estate)
    _eks_nodes(estate)
    _eks_additions(estate)
    _apprunner(estate)


def _ecs(estate: Estate) -> None:
    for item in estate.items("ecs:ListClusters"):
        estate.add(item, "cluster", "ecs", "AWS::ECS::Cluster", item.data["value"], _last(item.data["value"]))
    for item in estate.items("ecs:DescribeServices"):
        data = item.data
        if data.get("status") == "INACTIVE":
            continue
        count = data.get("desiredCount")
        attributes = {"replicas": str(count)} if count is not None else {}
        on = "fargate" if _on_fargate(data) else "ecs"
        estate.add(item, "service", on, _SERVICE, data["serviceArn"], data["serviceName"], attributes=attributes)
        for arn in data.get("groups", ()):
            estate.groups[arn][data["serviceArn"]] = None
        for arn in data.get("registries", ()):
            estate.groups[arn][data["serviceArn"]] = None


def _eks_nodes(estate: Estate) -> None:
    for item in estate.items("eks:DescribeCluster"):
        data = item.data
        estate.add(
            item,
            "cluster",
            "eks",
            "AWS::EKS::Cluster",
            data["arn"],
            data["name"],
            hosts=(data.get("endpoint"),),
            aliases=(data["name"],),
            tags=data.get("tags"),
        )
        estate.know(item, "cluster", data["name"], data["arn"])
    for item in estate.items("eks:DescribeNodegroup"):
        data = item.data
        estate.add(
            item,
            "service",
            "eks",
            "AWS::EKS::Nodegroup",
            data["nodegroupArn"],
            data["nodegroupName"],
            attributes={"replicas": str(data["size"])} if "size" in data else {},
            tags=data.get("tags"),
        )
        for name in data.get("groups", ()):
            estate.know(item, "node group", name, data["nodegroupArn"])


def _eks_additions(estate: Estate) -> None:
    for item in estate.items("eks:DescribeFargateProfile"):
        data = item.data
        estate.add(
            item,
            "service",
            "fargate",
            "AWS::EKS::FargateProfile",
            data["fargateProfileArn"],
            data["fargateProfileName"],
            tags=data.get("tags"),
        )
    for item in estate.items("eks:ListAddons"):
        cluster = estate.find(item, "cluster", item.of)
        if cluster:
            told = estate.components[cluster].attributes.get("addons", "")
            estate.update(
                cluster, attributes={"addons": ", ".join(sorted({*filter(None, told.split(", ")), item.data["value"]}))}
            )


def _apprunner(estate: Estate) -> None:
    for item in estate.items("apprunner:DescribeService"):
        data = item.data
        entry = {} if data.get("public") is False else {"entry": f"App Runner {data['ServiceName']}"}
        estate.add(
            item,
            "service",
            "apprunner",
            "AWS::AppRunner::Service",
            data["ServiceArn"],
            data["ServiceName"],
            hosts=(data.get("ServiceUrl"),),
            attributes=entry,
        )


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def translate(estate: Estate) -> None:
    """What services start from and call."""
    _ecs_needs(estate)
    _eks_needs(estate)
    for item in estate.items("apprunner:DescribeService"):
        data, id = item.data, item.data["ServiceArn"]
        settings(estate, id, data.get("found"), item, "RuntimeEnvironmentVariables")
        stored(estate, id, data.get("secrets", ()), item, "RuntimeEnvironmentSecrets")
        estate.need(id, data.get("image"), item, "ImageIdentifier", via="image", role="image", phase="startup")


def _ecs_needs(estate: Estate) -> None:
    tasks = {(one.account, one.region, one.of): one for one in estate.items("ecs:DescribeTaskDefinition")}
    for item in estate.items("ecs:DescribeServices"):
        data, id = item.data, item.data["serviceArn"]
        if id not in estate.components:
            continue
        estate.need(
            id,
            data.get("clusterArn"),
            item,
            "clusterArn",
            via="cluster",
            phase="startup",
            strength="hard",
            reason=_PLACED,
        )
        zones = estate.zones_of(item, data.get("subnets", ()))
        if zones:
            estate.spread(id, zones, data.get("desiredCount"), item, "networkConfiguration")
        task = tasks.get((item.account, item.region, data.get("taskDefinition", "")))
        if task is not None:
            _runs(estate, id, task)


def _eks_needs(estate: Estate) -> None:
    for item in estate.items("eks:DescribeCluster"):
        data = item.data
        zones = estate.zones_of(item, data.get("subnets", ()))
        estate.spread(data["arn"], zones, len(zones), item, "resourcesVpcConfig.subnetIds")
        for key in data.get("keys", ()):
            estate.need(data["arn"], key, item, "encryptionConfig", via="key")
    for item in estate.items("eks:DescribeNodegroup"):
        data = item.data
        estate.need(
            data["nodegroupArn"],
            estate.find(item, "cluster", data["clusterName"]),
            item,
            "clusterName",
            via="cluster",
            phase="startup",
            strength="hard",
            reason="nodes join their cluster; those that run go on",
        )
        estate.spread(
            data["nodegroupArn"], estate.zones_of(item, data.get("subnets", ())), data.get("size"), item, "subnets"
        )
    for item in estate.items("eks:DescribeFargateProfile"):
        data, id = item.data, item.data["fargateProfileArn"]
        cluster = estate.find(item, "cluster", data["clusterName"])
        estate.need(
            id, cluster, item, "clusterName", via="cluster", phase="startup", strength="hard",
            reason="pods are placed by their cluster; those that run go on",
        )  # fmt: skip
        zones = estate.zones_of(item, data.get("subnets", ()))
        estate.spread(id, zones, len(zones), item, "subnets")


def _runs(estate: Estate, id: str, task: Item) -> None:
    settings(estate, id, task.data.get("found"), task, "environment")
    stored(estate, id, task.data.get("secrets", ()), task, "secrets")
    for image in task.data.get("images", ()):
        estate.need(id, image, task, "image", via="image", role="image", phase="startup")
    for name in task.data.get("files", ()):
        estate.need(id, estate.arn(task, "elasticfilesystem", f"file-system/{name}"), task, "volumes", via="volume")
