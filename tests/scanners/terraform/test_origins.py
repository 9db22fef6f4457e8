"""Origin groups of CloudFront: who asks the group, who asks one origin, and what does not fail over."""

from __future__ import annotations

import pytest
from rooted import Shop

CDN = """
provider "aws" { region = "us-east-1" }
resource "aws_cloudfront_distribution" "cdn" {
  origin {
    origin_id   = "a"
    domain_name = "%s"
  }
  origin {
    origin_id   = "b"
    domain_name = "%s"
  }
  origin_group {
    origin_id = "g"
    failover_criteria { status_codes = [%s] }
    member { origin_id = "a" }
    member { origin_id = "b" }
  }
  default_cache_behavior {
    target_origin_id = "%s"
    allowed_methods  = [%s]
  }
  ordered_cache_behavior {
    path_pattern     = "/pay/*"
    target_origin_id = "%s"
  }
}
resource "aws_s3_bucket" "a" { bucket = "shop-a" }
resource "aws_s3_bucket" "b" { bucket = "shop-b" }
"""
OWN = ("${aws_s3_bucket.a.bucket_regional_domain_name}", "${aws_s3_bucket.b.bucket_regional_domain_name}")
HOSTS = ("a.example.com", "b.example.com")


def needs(tmp_path, hosts, codes="503", default="g", methods='"GET", "HEAD"', path="g"):
    """What the distribution needs of the two origins, and how many groups it has."""
    shop = Shop(tmp_path, {"main.tf": CDN % (*hosts, codes, default, methods, path)})
    dependencies = [one for one in shop.inventory.dependencies if one.dependent.endswith("distribution.cdn")]
    direct = {
        (name, one.strength)
        for one in dependencies
        for name in "ab"
        if one.dependency.endswith((f"bucket.{name}", f":{name}.example.com"))
    }
    groups = [one for one in shop.inventory.redundancies if one.dependent.endswith("distribution.cdn")]
    return direct, len(groups)


@pytest.mark.parametrize("hosts", [OWN, HOSTS])
@pytest.mark.parametrize(
    ("given", "direct", "groups"),
    [
        ({}, set(), 1),
        ({"path": "a"}, {("a", "soft")}, 1),
        ({"default": "a"}, {("a", "hard")}, 1),
        ({"methods": '"GET", "HEAD", "POST"'}, {("a", "soft")}, 1),
        ({"codes": "404"}, {("a", "hard"), ("b", "soft")}, 0),
        ({"codes": "404, 502"}, set(), 1),
    ],
)
def test_a_group_stands_in_only_for_what_asks_it(tmp_path, hosts, given, direct, groups):
    assert needs(tmp_path, hosts, **given) == (direct, groups)
