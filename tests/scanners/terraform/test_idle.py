"""What has size nought does not serve, and takes over only when somebody scales it."""

from __future__ import annotations

import pytest
from rooted import Shop

import blastradius

SITE = """
resource "aws_lb" "%(name)s" {
  provider = aws.%(name)s
  name     = "%(name)s"
}
resource "aws_lb_target_group" "%(name)s" {
  provider = aws.%(name)s
  name     = "%(name)s"
}
resource "aws_lb_listener" "%(name)s" {
  provider          = aws.%(name)s
  load_balancer_arn = aws_lb.%(name)s.arn
  port              = 443
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.%(name)s.arn
  }
}
resource "aws_ecs_service" "%(name)s" {
  provider      = aws.%(name)s
  name          = "%(name)s"
  desired_count = %(size)s
  load_balancer { target_group_arn = aws_lb_target_group.%(name)s.arn }
}
resource "aws_route53_record" "%(name)s" {
  zone_id         = "Z1"
  name            = "shop.example.com"
  type            = "A"
  set_identifier  = "%(name)s"
  health_check_id = "check"
  %(policy)s
  alias {
    name                   = aws_lb.%(name)s.dns_name
    zone_id                = aws_lb.%(name)s.zone_id
    evaluate_target_health = true
  }
}
"""
PROVIDERS = """
provider "aws" {
  alias  = "near"
  region = "eu-west-1"
}
provider "aws" {
  alias  = "far"
  region = "us-east-1"
}
"""


def text(size, policies):
    sites = (("near", 2, policies[0]), ("far", size, policies[1]))
    return PROVIDERS + "".join(SITE % {"name": name, "size": size, "policy": policy} for name, size, policy in sites)


FAILOVER = ('failover_routing_policy { type = "PRIMARY" }', 'failover_routing_policy { type = "SECONDARY" }')
LATENCY = ('latency_routing_policy { region = "eu-west-1" }', 'latency_routing_policy { region = "us-east-1" }')


def failovers(shop):
    found = [one for one in shop.inventory.redundancies if "route53_record" in one.dependent]
    return [
        (one.failover.mode, one.failover.takes) if one.failover else None
        for one in found
        if "lb_listener" in str(one.members)
    ]


@pytest.mark.parametrize("policies", [FAILOVER, LATENCY])
def test_a_standby_of_size_nought_takes_over_by_hand(tmp_path, policies):
    shop = Shop(tmp_path, {"main.tf": text(0, policies)})
    assert failovers(shop) == [("manual", None)]
    assert shop["aws_ecs_service.far"].attributes["role"] == "standby"


def test_a_standby_that_runs_takes_over_by_itself(tmp_path):
    ((mode, takes),) = failovers(Shop(tmp_path, {"main.tf": text(1, FAILOVER)}))
    assert mode == "automatic"
    assert takes


def test_scaling_that_keeps_some_running_makes_it_serve(tmp_path):
    scaling = """
    resource "aws_appautoscaling_target" "far" {
      resource_id  = "service/c/${aws_ecs_service.far.name}"
      min_capacity = 2
      max_capacity = 9
    }
    """
    shop = Shop(tmp_path, {"main.tf": text(0, FAILOVER) + scaling})
    assert "role" not in shop["aws_ecs_service.far"].attributes
    assert failovers(shop)[0][0] == "automatic"


@pytest.mark.parametrize(
    ("sizes", "role"),
    [
        ("min_size = 0\n  desired_capacity = 0", "standby"),
        ("min_size = 0", "standby"),
        ("min_size = 1\n  desired_capacity = 0", None),
        ("min_size = 0\n  desired_capacity = 2", None),
        ("min_size = 0\n  desired_capacity = var.n", None),
    ],
)
def test_a_group_of_machines_with_none(tmp_path, sizes, role):
    group = (
        'variable "n" {}\nresource "aws_autoscaling_group" "g" {\n  name = "g"\n  max_size = 5\n  ' + sizes + "\n}\n"
    )
    assert Shop(tmp_path, {"main.tf": group})["aws_autoscaling_group.g"].attributes.get("role") == role


@pytest.mark.parametrize(
    ("how", "service"),
    [
        ('launch_type = "FARGATE"', "fargate"),
        ('launch_type = "EC2"', "ecs"),
        ('capacity_provider_strategy { capacity_provider = "FARGATE_SPOT" }', "fargate"),
        ('capacity_provider_strategy { capacity_provider = "machines" }', "ecs"),
    ],
)
def test_tasks_on_fargate_run_on_it(tmp_path, how: str, service: str) -> None:
    (tmp_path / "main.tf").write_text(
        f'provider "aws" {{ region = "us-east-1" }}\nresource "aws_ecs_service" "web" {{\n  name = "web"\n  {how}\n}}\n'
    )
    (web,) = [one for one in blastradius.scan(tmp_path).components if one.type == "aws_ecs_service"]
    assert web.service == service
