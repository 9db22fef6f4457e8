"""What runs on Fargate in an account rests on Fargate's platform service, and starts through its control plane."""

from __future__ import annotations

import pytest
from clouds import MAIN, Cloud
from estates import Makers
from running import blastradius

import blastradius as br
from blastradius.model import Inventory

ROLE = f"arn:aws:iam::{MAIN}:role/x"


@pytest.fixture(scope="module")
def scanned(provider: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    """An account with services and pods on Fargate, and with some on machines of its own."""
    provider.begin()
    provider.rules, provider.asked = [], []
    folder = tmp_path_factory.mktemp("fargate")
    make = Makers(provider)
    ec2, ecs, eks = make("ec2"), make("ecs"), make("eks")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web", requiresCompatibilities=["FARGATE"], networkMode="awsvpc", cpu="256", memory="512",
        containerDefinitions=[{"name": "web", "image": f"{MAIN}.dkr.ecr.us-east-1.amazonaws.com/web:1"}],
    )  # fmt: skip
    made = {"cluster": "shop", "taskDefinition": "web", "desiredCount": 2}
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    network = {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group]}}
    ecs.create_service(serviceName="web", launchType="FARGATE", networkConfiguration=network, **made)
    ecs.create_service(serviceName="jobs", launchType="EC2", **made)
    eks.create_cluster(name="pods", roleArn=ROLE, resourcesVpcConfig={"subnetIds": subnets})
    eks.create_fargate_profile(
        fargateProfileName="small", clusterName="pods", podExecutionRoleArn=ROLE, subnets=subnets,
        selectors=[{"namespace": "shop"}],
    )  # fmt: skip
    eks.create_nodegroup(clusterName="pods", nodegroupName="large", nodeRole=ROLE, subnets=subnets)
    output = folder / "inventory.json"
    done = blastradius(
        "scan", "--aws", "--regions", "us-east-1", "-o", str(output), **provider.environment(AWS_PROFILE=None)
    )  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    return br.load(output).inventory


def names(inventory: Inventory, phase: str, target: str) -> set[str]:
    """Names of what needs something in a phase."""
    name = {one.id: one.name for one in inventory.components if one.type}
    return {
        name[one.dependent]
        for one in inventory.dependencies
        if (one.phase, one.dependency) == (phase, target) and one.dependent in name
    }


def test_services_and_pods_on_fargate_rest_on_its_platform_service(scanned: Inventory) -> None:
    assert names(scanned, "runtime", "aws:platform/us-east-1/fargate") == {"web", "small"}
    assert names(scanned, "startup", "aws:control-plane/us-east-1/fargate") == {"web", "small"}
    assert "jobs" in names(scanned, "runtime", "aws:platform/us-east-1/ecs")
    assert {"pods", "large"} <= names(scanned, "runtime", "aws:platform/us-east-1/eks")
    assert names(scanned, "startup", f"arn:aws:eks:us-east-1:{MAIN}:cluster/pods") == {"small", "large"}


def test_without_dynamodb_tasks_run_on_and_none_is_started(scanned: Inventory) -> None:
    """By the catalog: Fargate's control plane needs the launches of EC2, and those DynamoDB."""
    after = {one.name: one for one in br.simulate(scanned, ["platform:dynamodb@us-east-1"]).components}
    for name in ("web", "small", "jobs", "large"):
        assert after[name].state != "down", name
        assert "start" in after[name].cannot, name


def test_without_fargate_what_is_on_it_falls_and_nothing_else(scanned: Inventory) -> None:
    after = {one.name: one.state for one in br.simulate(scanned, ["platform:fargate@us-east-1"]).components}
    assert [after[name] for name in ("web", "small", "jobs", "large", "pods")] == ["down", "down", "up", "up", "up"]
