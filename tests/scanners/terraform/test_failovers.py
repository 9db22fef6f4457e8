"""Failover routing of Route 53: who notices, how long it takes, and what lies outside of what was scanned."""

from __future__ import annotations

import pytest
from rooted import Shop

TEXT = """
resource "aws_lb" "near" { name = "near" }
resource "aws_lb" "far" { name = "far" }
resource "aws_route53_health_check" "near" {
  fqdn              = "near.example.com"
  type              = "HTTPS"
  request_interval  = 10
  failure_threshold = 2
  %s
}
resource "aws_route53_record" "near" {
  zone_id         = "Z1"
  name            = "shop.example.com"
  type            = "CNAME"
  ttl             = 20
  set_identifier  = "near"
  health_check_id = aws_route53_health_check.near.id
  records         = [aws_lb.near.dns_name]
  failover_routing_policy { type = "PRIMARY" }
}
resource "aws_route53_record" "far" {
  zone_id        = "Z1"
  name           = "shop.example.com"
  type           = "CNAME"
  ttl            = 300
  set_identifier = "far"
  records        = [%s]
  failover_routing_policy { type = "SECONDARY" }
}
"""


def failover(tmp_path, check="", standby="aws_lb.far.dns_name"):
    shop = Shop(tmp_path, {"main.tf": TEXT % (check, standby)})
    (group,) = [one for one in shop.inventory.redundancies if "route53_record" in one.dependent]
    return group


def test_only_the_check_of_what_is_left_counts(tmp_path):
    found = failover(tmp_path).failover
    assert (found.mode, found.takes) == ("automatic", 10 * 2 + 20)


@pytest.mark.parametrize("check", ["disabled = true", "invert_healthcheck = true"])
def test_a_check_that_never_fails_makes_no_automatic_failover(tmp_path, check):
    found = failover(tmp_path, check).failover
    assert (found.mode, found.takes) == ("manual", None)


def test_a_standby_that_nobody_scanned_is_a_member(tmp_path):
    group = failover(tmp_path, standby='"acme-standby.azurewebsites.net"')
    far, near = sorted(group.members)
    assert near == "tf:shop:aws_lb.near"
    assert "acme-standby" in far
    assert group.active == (near,)
    assert group.failover.mode == "automatic"


def test_one_host_outside_for_all_records_is_a_plain_need(tmp_path):
    text = TEXT.replace("[aws_lb.near.dns_name]", '["acme-standby.azurewebsites.net"]')
    shop = Shop(tmp_path, {"main.tf": text % ("", '"acme-standby.azurewebsites.net"')})
    assert [one for one in shop.inventory.redundancies if "route53_record" in one.dependent] == []
    assert any("acme-standby" in one.dependency for one in shop.inventory.dependencies)
