"""Files of values for several deployments of one root."""

from __future__ import annotations

import pytest
from rooted import Shop

MAIN = """
variable "region" {}
variable "name" { default = "jobs" }
provider "aws" { region = var.region }
resource "aws_sqs_queue" "q" { name = var.name }
"""


def queues(tmp_path, files):
    given = {name: text if "region" in text else f'region = "{text}"\n' for name, text in files.items()}
    inventory = Shop(tmp_path, {"main.tf": MAIN, **given}).inventory
    found = [one for one in inventory.components if one.type == "aws_sqs_queue"]
    return {(one.id.partition(":")[2].rpartition(":")[0], one.region, one.environment) for one in found}


def test_one_environment_in_two_places_is_two_deployments(tmp_path):
    assert queues(tmp_path, {"prod-us.tfvars": "us-east-1", "prod-eu.tfvars": "eu-west-1"}) == {
        ("shop-prod-us", "us-east-1", "prod"),
        ("shop-prod-eu", "eu-west-1", "prod"),
    }


def test_places_without_environments_are_deployments(tmp_path):
    assert queues(tmp_path, {"us-east-1.tfvars": "us-east-1", "eu-west-1.tfvars": "eu-west-1"}) == {
        ("shop-us-east-1", "us-east-1", None),
        ("shop-eu-west-1", "eu-west-1", None),
    }


def test_places_below_a_folder_of_an_environment(tmp_path):
    files = {"env/prod/us.tfvars": "us-east-1", "env/prod/eu.tfvars": "eu-west-1", "env/dev/dev.tfvars": "eu-west-1"}
    assert {root for root, _, _ in queues(tmp_path, files)} == {"shop-prod-us", "shop-prod-eu", "shop-dev"}


def test_files_of_one_environment_and_place_stay_together(tmp_path):
    files = {
        "env/prod/network.tfvars": "eu-west-1",
        "env/prod/sizes.tfvars": "eu-west-1",
        "env/dev/a.tfvars": "eu-west-1",
    }
    assert {root for root, _, _ in queues(tmp_path, files)} == {"shop-prod", "shop-dev"}


@pytest.mark.parametrize("name", ["prod-user.tfvars", "prod-neutral.tfvars", "prod-business.tfvars"])
def test_words_that_only_look_like_places(tmp_path, name):
    files = {name: "us-east-1", "prod-eu.tfvars": "eu-west-1", "dev.tfvars": "eu-west-1"}
    assert {root for root, _, _ in queues(tmp_path, files)} == {"shop-prod", "shop-dev"}
