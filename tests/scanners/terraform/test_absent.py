"""Calls of registry modules that were not scanned: what they are, and what their arguments say they need."""

from __future__ import annotations

import pytest
from rooted import Shop

from blastradius.scanners.terraform.mapping.absent import wrapped

SHOP = """
provider "aws" { region = "eu-west-1" }
module "jobs" {
  source = "terraform-aws-modules/sqs/aws"
  name   = "jobs"
}
module "orders" {
  source     = "terraform-aws-modules/rds/aws"
  identifier = "orders"
}
resource "aws_ssm_parameter" "token" {
  name  = "/token"
  type  = "SecureString"
  value = "x"
}
resource "aws_lb_target_group" "g" {
  name     = "g"
  port     = 80
  protocol = "HTTP"
}
resource "aws_lb" "front" { name = "front" }
resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.front.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
}
module "cluster" {
  source       = "terraform-aws-modules/ecs/aws//modules/cluster"
  cluster_name = "main"
}
module "api" {
  source      = "terraform-aws-modules/ecs/aws//modules/service?ref=v5"
  name        = "api"
  cluster_arn = module.cluster.arn
  container_definitions = {
    api = {
      environment = [{ name = "DB_HOST", value = module.orders.db_instance_address }]
      secrets     = [{ name = "TOKEN", valueFrom = aws_ssm_parameter.token.arn }]
    }
  }
  load_balancer = { service = { target_group_arn = aws_lb_target_group.g.arn, container_port = 80 } }
}
module "worker" {
  source                = "terraform-aws-modules/lambda/aws"
  function_name         = "worker"
  environment_variables = { DB_HOST = module.orders.db_instance_address }
  event_source_mapping  = { jobs = { event_source_arn = module.jobs.queue_arn } }
}
module "all" {
  source       = "terraform-aws-modules/ecs/aws"
  cluster_name = "all"
  services = {
    web = { container_definitions = { web = { environment = [{ name = "QUEUE_URL", value = module.jobs.queue_url }] } } }
  }
}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    return Shop(tmp_path_factory.mktemp("absent"), {"main.tf": SHOP})


@pytest.mark.parametrize(
    "need",
    [
        "module.api -> module.orders",
        "module.api -> module.cluster [startup]",
        "module.api -> aws_ssm_parameter.token [startup]",
        "aws_lb_listener.l -> module.api",
        "module.worker -> module.orders",
        "module.worker -> module.jobs",
        "module.all#web -> module.jobs",
        "module.all#web -> module.all [startup]",
    ],
)
def test_arguments_are_what_the_module_needs(shop, need):
    assert need in shop.needs


def test_what_the_module_adds_itself_stays_a_gap_of_each_component(shop):
    hiding = {one.component for one in shop.inventory.gaps if "is not among the scanned files" in one.reason}
    assert {f"tf:shop:module.{one}" for one in ("api", "worker", "all#web")} <= hiding


@pytest.mark.parametrize(
    ("source", "type"),
    [
        ("terraform-aws-modules/ecs/aws//modules/service", "aws_ecs_service"),
        ("registry.terraform.io/terraform-aws-modules/ecs/aws//modules/cluster?ref=1", "aws_ecs_cluster"),
        ("terraform-aws-modules/eks/aws//modules/eks-managed-node-group", "aws_eks_node_group"),
        ("terraform-aws-modules/rds/aws//wrappers", "aws_db_instance"),
        ("terraform-aws-modules/ecs/aws//modules/container-definition", None),
        ("terraform-aws-modules/iam/aws//modules/iam-role", None),
        ("terraform-aws-modules/rds/aws//modules/db_option_group", None),
        ("git::https://git.example.com/ecs/aws//modules/service", None),
    ],
)
def test_a_module_within_a_module_is_told_by_both_names(source, type):
    assert wrapped(source) == type
