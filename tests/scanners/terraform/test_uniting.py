"""One DNS name with records in two roots."""

from __future__ import annotations

from rooted import Shop

ROOT = """
provider "aws" { region = "%(region)s" }
resource "aws_lb" "lb" { name = "lb" }
resource "aws_route53_record" "r" {
  zone_id         = "Z1"
  name            = "shop.example.com"
  type            = "A"
  set_identifier  = "%(region)s"
  health_check_id = "check"
  %(policy)s
  alias {
    name                   = aws_lb.lb.dns_name
    zone_id                = aws_lb.lb.zone_id
    evaluate_target_health = true
  }
}
"""


def group(tmp_path, near, far):
    files = {
        "us/main.tf": ROOT % {"region": "us-east-1", "policy": near},
        "eu/main.tf": ROOT % {"region": "eu-west-1", "policy": far},
    }
    inventory = Shop(tmp_path, files).inventory
    (found,) = [one for one in inventory.redundancies if "route53_record" in one.dependent]
    names = [one for one in inventory.components if one.type == "aws_route53_record"]
    assert len(names) == 1
    assert not any("route53_record" in one.dependent and "aws_lb" in one.dependency for one in inventory.dependencies)
    return found


def test_latency_records_of_two_roots_stand_in_for_each_other(tmp_path):
    policy = 'latency_routing_policy { region = "x" }'
    found = group(tmp_path, policy, policy)
    assert found.members == ("tf:shop/eu:aws_lb.lb", "tf:shop/us:aws_lb.lb")
    assert found.failover is None


def test_failover_records_of_two_roots_are_one_failover(tmp_path):
    primary = 'failover_routing_policy { type = "PRIMARY" }'
    secondary = 'failover_routing_policy { type = "SECONDARY" }'
    found = group(tmp_path, primary, secondary)
    assert found.active == ("tf:shop/us:aws_lb.lb",)
    assert found.failover.mode == "automatic"
