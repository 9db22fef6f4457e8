"""Values that come from another root's state, a script or a provider nobody maps: resolved where scanned, else said."""

from __future__ import annotations

import pytest
from rooted import Shop

SOURCES = """
provider "aws" { region = "eu-west-1" }
data "external" "e" { program = ["x"] }
data "http" "h" { url = "https://config.example.com/x" }
data "consul_service" "c" { name = "x" }
data "vault_generic_secret" "v" { path = "x" }
data "aws_cloudformation_export" "x" { name = "redis-host" }
data "aws_cloudformation_stack" "s" { name = "net" }
data "tfe_outputs" "o" {
  organization = "a"
  workspace    = "w"
}
resource "mongodbatlas_cluster" "m" { name = "m" }
resource "random_password" "p" { length = 8 }
resource "aws_db_instance" "d" { identifier = "d" }
resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = { %s = %s }
  }
}
"""
TASK = """
provider "aws" { region = "eu-west-1" }
resource "mongodbatlas_cluster" "m" { name = "m" }
resource "aws_ecs_task_definition" "f" {
  family                = "f"
  container_definitions = jsonencode([{ name = "f", environment = [{ name = "MONGO_URL", value = mongodbatlas_cluster.m.srv_address }] }])
}
resource "aws_ecs_service" "f" {
  name            = "f"
  task_definition = aws_ecs_task_definition.f.arn
}
resource "google_cloud_run_v2_service" "r" {
  name     = "r"
  location = "europe-west1"
  template {
    containers {
      env {
        name  = "MONGO_URL"
        value = mongodbatlas_cluster.m.srv_address
      }
    }
  }
}
"""
KEEPS = """
terraform {
  backend "s3" {
    bucket = "states"
    key    = "%s"
    region = "us-east-1"
  }
}
provider "aws" { region = "us-east-1" }
resource "aws_elasticache_replication_group" "r" { replication_group_id = "r" }
resource "aws_sqs_queue" "q" { name = "q" }
output "redis" { value = try(aws_elasticache_replication_group.r.primary_endpoint_address, null) }
output "queue" { value = aws_sqs_queue.q.arn }
"""
TAKES = """
provider "aws" { region = "eu-west-1" }
data "terraform_remote_state" "us" {
  backend = "s3"
  config  = { bucket = "states", key = "us.tfstate", region = "us-east-1" }
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = { %s = %s }
  }
}
"""
OUTPUT = "data.terraform_remote_state.us.outputs.redis"


def hiding(shop: Shop) -> list[str]:
    """Reasons of the gaps that hide a dependency of a workload."""
    return [one.reason for one in shop.inventory.gaps if one.hides == "dependency" and one.component]


@pytest.mark.parametrize(
    ("name", "value", "gaps"),
    [
        ("API_URL", "data.external.e.result.url", 1),
        ("CFG_URL", "data.http.h.response_body", 1),
        ("KAFKA_HOST", "data.consul_service.c.service[0].address", 1),
        ("DB_HOST", 'data.vault_generic_secret.v.data["host"]', 1),
        ("MONGO_URL", "mongodbatlas_cluster.m.srv_address", 1),
        ("MONGO_URL", '"mongodb://${mongodbatlas_cluster.m.srv_address}/db"', 1),
        ("MONGO", "mongodbatlas_cluster.m.srv_address", 1),
        ("OTHER_HOST", "data.aws_cloudformation_export.x.value", 1),
        ("STACK_URL", 'data.aws_cloudformation_stack.s.outputs["Url"]', 1),
        ("TFE_URL", "data.tfe_outputs.o.values.url", 1),
        ("DB_PASSWORD", 'data.vault_generic_secret.v.data["password"]', 0),
        ("LOG_LEVEL", "data.external.e.result.level", 0),
        ("CORS_ORIGIN", "data.external.e.result.origin", 0),
        ("DB_URL", '"postgres://u:${random_password.p.result}@${aws_db_instance.d.address}/db"', 0),
    ],
)
def test_what_nobody_maps_gives_an_address_that_is_not_known(tmp_path, name, value, gaps):
    assert len(hiding(Shop(tmp_path, {"main.tf": SOURCES % (name, value)}))) == gaps


def test_so_it_does_in_containers(tmp_path):
    assert len(hiding(Shop(tmp_path, {"main.tf": TASK}))) == 2


@pytest.mark.parametrize("name", ["REDIS", "CACHE_ENDPOINT", "TABLE"])
@pytest.mark.parametrize("value", [OUTPUT, f'coalesce({OUTPUT}, "")', f'try({OUTPUT}, "")'])
def test_an_output_of_a_scanned_root_is_what_it_names(tmp_path, name, value):
    shop = Shop(tmp_path, {"us/main.tf": KEEPS % "us.tfstate", "eu/main.tf": TAKES % (name, value)})
    needs = {one.replace("tf:shop/", "") for one in shop.needs if "aws_elasticache" in one}
    assert (needs, hiding(shop)) == (
        {"eu:aws_lambda_function.f -> us:aws_elasticache_replication_group.r"},
        [],
    )


@pytest.mark.parametrize(("name", "gaps"), [("REDIS", 1), ("REDIS_HOST", 1), ("ORDERS_TABLE", 1), ("LEVEL", 0)])
def test_an_output_of_a_state_that_was_not_scanned_is_a_gap(tmp_path, name, gaps):
    shop = Shop(tmp_path, {"us/main.tf": KEEPS % "another.tfstate", "eu/main.tf": TAKES % (name, OUTPUT)})
    assert not any("aws_elasticache" in one for one in shop.needs)
    assert len(hiding(shop)) == gaps


def test_an_attribute_takes_outputs_as_well(tmp_path):
    mapping = """
    resource "aws_lambda_event_source_mapping" "m" {
      function_name    = aws_lambda_function.f.arn
      event_source_arn = data.terraform_remote_state.us.outputs.queue
    }
    """
    shop = Shop(tmp_path, {"us/main.tf": KEEPS % "us.tfstate", "eu/main.tf": TAKES % ("A", '"b"') + mapping})
    assert any("aws_sqs_queue.q" in one for one in shop.needs)
