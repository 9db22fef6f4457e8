"""Outputs of another root's state, wherever an argument takes one: what it names there is what is needed here."""

from __future__ import annotations

import pytest
from rooted import Shop

HUB = """
terraform {
  backend "s3" {
    bucket = "states"
    key    = "%s"
    region = "eu-west-1"
  }
}
provider "aws" { region = "eu-west-1" }
resource "aws_lambda_function" "f" { function_name = "f" }
resource "aws_sfn_state_machine" "m" { name = "m" }
resource "aws_sqs_queue" "q" { name = "q" }
resource "aws_db_instance" "d" { identifier = "d" }
resource "aws_s3_bucket" "b" { bucket = "acme-hub-copies" }
resource "aws_ecr_repository" "r" {
  for_each = toset(["api", "web"])
  name     = "acme/${each.key}"
}
resource "aws_dynamodb_table" "t" {
  name = "t"
  replica { region_name = "us-east-2" }
}
resource "aws_lb" "l" { name = "l" }
resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.l.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
}
resource "aws_lb_target_group" "g" { name = "g" }
resource "aws_rds_global_cluster" "c" { global_cluster_identifier = "c" }
resource "aws_rds_cluster" "w" {
  cluster_identifier        = "w"
  master_username           = "x"
  global_cluster_identifier = aws_rds_global_cluster.c.id
}
output "function" { value = aws_lambda_function.f.invoke_arn }
output "machine" { value = aws_sfn_state_machine.m.arn }
output "queue" { value = aws_sqs_queue.q.arn }
output "database" { value = aws_db_instance.d }
output "bucket" { value = aws_s3_bucket.b.arn }
output "images" { value = { for k, r in aws_ecr_repository.r : k => r.repository_url } }
output "table" { value = aws_dynamodb_table.t.name }
output "table_arn" { value = aws_dynamodb_table.t.arn }
output "group" { value = aws_lb_target_group.g.arn }
output "listener" { value = aws_lb_listener.l.arn }
output "cluster" { value = aws_rds_global_cluster.c.id }
output "partner" { value = "https://api.partner.example/v1" }
"""
SPOKE = """
provider "aws" { region = "us-east-2" }
data "terraform_remote_state" "hub" {
  backend = "s3"
  config  = { bucket = "states", key = "hub.tfstate", region = "eu-west-1" }
}
locals { hub = data.terraform_remote_state.hub.outputs }
resource "aws_lambda_function" "own" {
  function_name = "own"
  %s
}
%s
"""
ENV = "environment { variables = { %s = %s } }"
INTEGRATION = """
resource "aws_apigatewayv2_api" "a" { name = "a" }
resource "aws_apigatewayv2_integration" "i" {
  api_id          = aws_apigatewayv2_api.a.id
  integration_uri = local.hub.function
}
resource "aws_apigatewayv2_route" "r" {
  api_id    = aws_apigatewayv2_api.a.id
  route_key = "GET /"
  target    = "integrations/${aws_apigatewayv2_integration.i.id}"
}
"""
TARGET = """
resource "aws_cloudwatch_event_rule" "e" { name = "e" }
resource "aws_cloudwatch_event_target" "e" {
  rule = aws_cloudwatch_event_rule.e.name
  arn  = local.hub.machine
}
"""
REPLICA = """
resource "aws_db_instance" "copy" {
  identifier          = "copy"
  replicate_source_db = local.hub.database.arn
}
"""
REPLICATION = """
resource "aws_s3_bucket" "src" { bucket = "acme-spoke" }
resource "aws_s3_bucket_replication_configuration" "r" {
  bucket = aws_s3_bucket.src.id
  rule {
    status = "Enabled"
    destination { bucket = local.hub.bucket }
  }
}
"""
TASK = """
resource "aws_ecs_task_definition" "s" {
  family                = "s"
  container_definitions = jsonencode([{ name = "s", image = "${local.hub.images["web"]}:1" }])
}
resource "aws_ecs_service" "s" {
  name            = "s"
  task_definition = aws_ecs_task_definition.s.arn
  load_balancer {
    target_group_arn = local.hub.group
    container_name   = "s"
    container_port   = 80
  }
}
"""
MEMBER = """
resource "aws_rds_cluster" "second" {
  cluster_identifier        = "second"
  global_cluster_identifier = local.hub.cluster
}
"""
RULE = """
resource "aws_lb_target_group" "own" { target_type = "lambda" }
resource "aws_lb_target_group_attachment" "own" {
  target_group_arn = aws_lb_target_group.own.arn
  target_id        = aws_lambda_function.own.arn
}
resource "aws_lb_listener_rule" "own" {
  listener_arn = local.hub.listener
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.own.arn
  }
}
"""
DEAD = "dead_letter_config { target_arn = local.hub.queue }"


def shop(tmp_path, inner: str = "", more: str = "", key: str = "hub.tfstate") -> Shop:
    return Shop(tmp_path, {"hub/main.tf": HUB % key, "spoke/main.tf": SPOKE % (inner, more)})


def short(needs) -> set[str]:
    return {one.replace("tf:shop/", "") for one in needs if "tf:shop" in one.partition(" -> ")[2]}


def all_needs(found: Shop) -> set[str]:
    return {f"{one.dependent} -> {one.dependency}".replace("tf:shop/", "") for one in found.inventory.dependencies}


@pytest.mark.parametrize(
    ("inner", "more", "need"),
    [
        ("", INTEGRATION, "spoke:aws_apigatewayv2_route.r -> hub:aws_lambda_function.f"),
        ("", TARGET, "hub:aws_sfn_state_machine.m -> spoke:aws_cloudwatch_event_rule.e"),
        ("", REPLICA, "spoke:aws_db_instance.copy -> hub:aws_db_instance.d"),
        ("", TASK, 'spoke:aws_ecs_service.s -> hub:aws_ecr_repository.r["web"]'),
        ("", TASK, "hub:aws_lb_listener.l -> spoke:aws_ecs_service.s"),
        ("", RULE, "spoke:aws_lb_listener_rule.own -> hub:aws_lb.l"),
        (ENV % ("DB_HOST", "local.hub.database.address"), "", "spoke:aws_lambda_function.own -> hub:aws_db_instance.d"),
        (ENV % ("TABLE", "local.hub.table"), "", "spoke:aws_lambda_function.own -> hub:aws_dynamodb_table.t#us-east-2"),
        (ENV % ("TABLE", "local.hub.table_arn"), "", "spoke:aws_lambda_function.own -> hub:aws_dynamodb_table.t"),
        (DEAD, "", "spoke:aws_lambda_function.own -> hub:aws_sqs_queue.q"),
    ],
)
def test_what_an_argument_takes_from_another_root_is_needed(tmp_path, inner, more, need):
    found = shop(tmp_path, inner, more)
    assert need in all_needs(found)
    assert not [one for one in found.inventory.gaps if one.hides == "dependency" and "outputs" in one.reason]


@pytest.mark.parametrize(
    ("more", "component"),
    [
        (INTEGRATION, "aws_apigatewayv2_route.r"),
        (TARGET, "aws_cloudwatch_event_rule.e"),
        (REPLICA, "aws_db_instance.copy"),
        (TASK, "aws_ecs_service.s"),
        (MEMBER, "aws_rds_cluster.second"),
    ],
)
def test_what_no_scanned_root_gives_is_a_gap_of_who_takes_it(tmp_path, more, component):
    gaps = shop(tmp_path, "", more, key="elsewhere.tfstate").inventory.gaps
    assert any(one.component == f"tf:shop/spoke:{component}" and one.hides == "dependency" for one in gaps)


def test_a_dead_letter_queue_of_another_root_is_needed_as_softly_as_one_of_the_same(tmp_path):
    found = [one for one in shop(tmp_path, DEAD).inventory.dependencies if one.dependency.endswith("aws_sqs_queue.q")]
    assert [one.strength for one in found] == ["soft"]


def test_resources_of_other_roots_past_the_bound_are_a_gap(tmp_path, monkeypatch):
    monkeypatch.setattr("blastradius.scanners.terraform.mapping.abroad._MOST_GUESTS", 1)
    reasons = [one.reason for one in shop(tmp_path, "", TASK + TARGET).inventory.gaps]
    assert "more than 1 resources of shop/spoke have to do with this root: the others are passed by" in reasons


def test_a_literal_output_is_the_address_that_it_holds(tmp_path):
    found = shop(tmp_path, ENV % ("PARTNER_URL", "local.hub.partner"))
    assert any(one.endswith("-> external:api.partner.example") for one in found.needs)


def test_a_copy_of_what_another_root_holds_is_one(tmp_path):
    components = {one.id.rpartition(":")[2]: one for one in shop(tmp_path, "", REPLICA).inventory.components}
    copy = components["aws_db_instance.copy"].attributes
    assert (copy["role"], copy["copy_of"]) == ("read-replica", "tf:shop/hub:aws_db_instance.d")


def test_what_a_root_says_of_a_component_of_another_is_kept(tmp_path):
    found = shop(tmp_path, "", REPLICATION).inventory
    bucket = next(one for one in found.components if one.id.endswith("hub:aws_s3_bucket.b"))
    assert bucket.attributes["copy_of"].endswith("spoke:aws_s3_bucket.src")
    assert any(one.locator.startswith("spoke/") for one in bucket.evidence)


def test_a_member_of_a_global_cluster_of_another_root_counts(tmp_path):
    found = shop(tmp_path, "", MEMBER).inventory
    groups = {one.dependent.rpartition(":")[2]: one for one in found.redundancies}
    assert sorted(one.rpartition("/")[2] for one in groups["aws_rds_global_cluster.c"].members) == [
        "hub:aws_rds_cluster.w",
        "spoke:aws_rds_cluster.second",
    ]


def test_an_output_may_pass_through_a_third_root_and_roots_may_take_from_each_other(tmp_path):
    middle = """
    terraform {
      backend "s3" {
        bucket = "states"
        key    = "middle.tfstate"
        region = "eu-west-1"
      }
    }
    data "terraform_remote_state" "hub" {
      backend = "s3"
      config  = { bucket = "states", key = "hub.tfstate", region = "eu-west-1" }
    }
    data "terraform_remote_state" "self" {
      backend = "s3"
      config  = { bucket = "states", key = "middle.tfstate", region = "eu-west-1" }
    }
    output "queue" { value = data.terraform_remote_state.hub.outputs.queue }
    output "loop" { value = data.terraform_remote_state.self.outputs.loop }
    """
    spoke = SPOKE % (ENV % ("A_URL", "local.hub.queue, B_URL = local.hub.loop"), "")
    files = {
        "hub/main.tf": HUB % "hub.tfstate",
        "middle/main.tf": middle,
        "spoke/main.tf": spoke.replace("hub.tfstate", "middle.tfstate"),
    }
    found = Shop(tmp_path, files)
    assert "spoke:aws_lambda_function.own -> hub:aws_sqs_queue.q" in short(found.needs)
    assert [one.component for one in found.inventory.gaps if one.hides == "dependency" and one.component]
