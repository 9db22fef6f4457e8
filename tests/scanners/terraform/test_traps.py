"""Designs that look other than they are: what the names say, what only backs up, what only looks replicated."""

from __future__ import annotations

import pytest
from rooted import Shop

TWO = """
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "far"
  region = "us-east-1"
}
"""


def verdict(tmp_path, text, **files):
    found = Shop(tmp_path, {"main.tf": text, **files}).regions
    return found.verdict, found.serving_regions, found.backup_regions


def test_the_alias_named_primary_is_passive_where_the_weights_say_so(tmp_path):
    shop = Shop(tmp_path, {"main.tf": """
        provider "aws" {
          alias  = "primary"
          region = "eu-west-1"
        }
        provider "aws" {
          alias  = "standby"
          region = "us-east-1"
        }
        variable "live" { default = { eu = "off", us = "on" } }
        resource "aws_lb" "eu" {
          provider = aws.primary
          name     = "eu"
        }
        resource "aws_lb" "us" {
          provider = aws.standby
          name     = "us"
        }
        resource "aws_route53_record" "primary" {
          zone_id        = "Z1"
          name           = "shop.example.com"
          type           = "A"
          set_identifier = "primary"
          weighted_routing_policy { weight = lookup(var.live, "eu") == "on" ? 100 : 0 }
          alias {
            name                   = aws_lb.eu.dns_name
            zone_id                = aws_lb.eu.zone_id
            evaluate_target_health = true
          }
        }
        resource "aws_route53_record" "standby" {
          zone_id        = "Z1"
          name           = "shop.example.com"
          type           = "A"
          set_identifier = "standby"
          weighted_routing_policy { weight = lookup(var.live, "us") == "on" ? 100 : 0 }
          alias {
            name                   = aws_lb.us.dns_name
            zone_id                = aws_lb.us.zone_id
            evaluate_target_health = true
          }
        }
        """})  # fmt: skip
    (group,) = [one for one in shop.inventory.redundancies if ":zone/" not in one.members[0]]
    assert group.active == ("tf:shop:aws_lb.us",)
    assert group.failover is not None
    assert (group.failover.mode, group.failover.takes) == ("automatic", 150)  # both balancers are checked
    assert shop.regions.verdict == "multi-region"


@pytest.mark.parametrize(
    ("check", "mode"),
    [
        ("health_check_id = aws_route53_health_check.c.id", "automatic"),
        ("", "manual"),
    ],
)
def test_a_weight_of_nought_is_passed_over_only_where_a_check_fails(tmp_path, check, mode):
    record = """
        resource "aws_route53_record" "%s" {
          zone_id        = "Z1"
          name           = "shop.example.com"
          type           = "CNAME"
          ttl            = 60
          set_identifier = "%s"
          records        = [aws_lb.%s.dns_name]
          weighted_routing_policy { weight = %d }
          %s
        }
        """
    text = """
        provider "aws" { region = "eu-west-1" }
        resource "aws_lb" "a" { name = "a" }
        resource "aws_lb" "b" { name = "b" }
        resource "aws_route53_health_check" "c" { type = "HTTPS" }
        """
    shop = Shop(tmp_path, {"main.tf": text + record % ("a", "a", "a", 100, check) + record % ("b", "b", "b", 0, "")})
    (group,) = [one for one in shop.inventory.redundancies if ":zone/" not in one.members[0]]
    assert group.failover is not None
    assert (group.active, group.failover.mode) == (("tf:shop:aws_lb.a",), mode)


@pytest.mark.parametrize(("count", "verdict"), [(1, "multi-region"), (0, "single-region-with-backup")])
def test_a_secondary_without_instances_serves_nobody(tmp_path, count, verdict):
    cluster = """
        resource "aws_rds_cluster" "%s" {
          provider                  = aws.%s
          cluster_identifier        = "%s"
          engine                    = "aurora-postgresql"
          global_cluster_identifier = aws_rds_global_cluster.g.id
        }
        resource "aws_rds_cluster_instance" "%s" {
          provider           = aws.%s
          count              = %d
          cluster_identifier = aws_rds_cluster.%s.id
        }
        """
    text = """
        provider "aws" {
          alias  = "a"
          region = "us-east-1"
        }
        provider "aws" {
          alias  = "b"
          region = "eu-west-1"
        }
        resource "aws_rds_global_cluster" "g" { global_cluster_identifier = "g" }
        """
    files = {
        "main.tf": text + cluster % ("a", "a", "a", "a", "a", 2, "a") + cluster % ("b", "b", "b", "b", "b", count, "b")
    }
    assert Shop(tmp_path, files).regions.verdict == verdict


def test_a_second_provider_for_backups_only_makes_no_second_region(tmp_path):
    text = (
        TWO
        + """
        resource "aws_db_instance" "orders" { identifier = "orders" }
        resource "aws_db_instance_automated_backups_replication" "orders" {
          provider               = aws.far
          source_db_instance_arn = aws_db_instance.orders.arn
        }
        """
    )
    assert verdict(tmp_path, text) == ("single-region-with-backup", ("eu-west-1",), ("us-east-1",))


def test_a_second_provider_that_nothing_uses_makes_no_second_region(tmp_path):
    text = TWO + 'resource "aws_sqs_queue" "orders" { name = "orders" }'
    assert verdict(tmp_path, text) == ("single-region", ("eu-west-1",), ())


def test_the_region_of_a_resource_wins_over_that_of_its_provider(tmp_path):
    text = (
        TWO
        + """
        resource "aws_sqs_queue" "near" { name = "orders" }
        resource "aws_sqs_queue" "far" {
          region = "us-west-2"
          name   = "orders"
        }
        """
    )
    assert verdict(tmp_path, text) == ("multi-region", ("eu-west-1", "us-west-2"), ())


def test_the_region_of_a_module_call_reaches_its_resources(tmp_path):
    shop = Shop(tmp_path, {
        "main.tf": TWO + """
            module "near" { source = "./queue" }
            module "far" {
              source    = "./queue"
              providers = { aws = aws.far }
            }
            module "stated" {
              source = "./queue"
              region = "ap-south-1"
            }
            """,
        "queue/main.tf": """
            variable "region" { default = null }
            resource "aws_sqs_queue" "this" {
              region = var.region
              name   = "orders"
            }
            """,
    })  # fmt: skip
    queues = {one.id: one.region for one in shop.inventory.components if one.kind == "queue"}
    assert queues == {
        "tf:shop:module.near.aws_sqs_queue.this": "eu-west-1",
        "tf:shop:module.far.aws_sqs_queue.this": "us-east-1",
        "tf:shop:module.stated.aws_sqs_queue.this": "ap-south-1",
    }


@pytest.mark.parametrize("witness", ["us-west-2"])
def test_a_witness_serves_nothing(tmp_path, witness):
    text = (
        TWO
        + f"""
        resource "aws_dsql_cluster" "near" {{ multi_region_properties {{ witness_region = "{witness}" }} }}
        resource "aws_dsql_cluster" "far" {{
          provider = aws.far
          multi_region_properties {{ witness_region = "{witness}" }}
        }}
        resource "aws_dsql_cluster_peering" "near" {{
          identifier     = aws_dsql_cluster.near.identifier
          clusters       = [aws_dsql_cluster.far.arn]
          witness_region = "{witness}"
        }}
        """
    )
    assert verdict(tmp_path, text) == ("multi-region", ("eu-west-1", "us-east-1"), (witness,))


def test_a_witness_of_a_table_serves_nothing(tmp_path):
    text = (
        TWO
        + """
        resource "aws_dynamodb_table" "orders" {
          name = "orders"
          replica { region_name = "eu-central-1" }
          global_table_witness { region_name = "eu-west-3" }
        }
        """
    )
    assert verdict(tmp_path, text) == ("multi-region", ("eu-central-1", "eu-west-1"), ("eu-west-3",))


def test_a_certificate_a_token_and_a_function_at_the_edge_are_no_second_region(tmp_path):
    text = (
        TWO
        + """
        data "aws_ecrpublic_authorization_token" "pull" { provider = aws.far }
        resource "aws_acm_certificate" "cdn" {
          provider    = aws.far
          domain_name = "shop.example.com"
        }
        resource "aws_lambda_function" "headers" {
          provider      = aws.far
          function_name = "headers"
        }
        resource "aws_lambda_function" "orders" { function_name = "orders" }
        resource "aws_s3_bucket" "site" { bucket = "shop-site" }
        resource "aws_cloudfront_distribution" "cdn" {
          origin {
            origin_id   = "site"
            domain_name = aws_s3_bucket.site.bucket_regional_domain_name
          }
          default_cache_behavior {
            target_origin_id = "site"
            lambda_function_association {
              event_type = "viewer-request"
              lambda_arn = aws_lambda_function.headers.qualified_arn
            }
          }
        }
        """
    )
    assert verdict(tmp_path, text) == ("single-region", ("eu-west-1",), ())


def test_a_provider_without_a_region_is_unknown_and_never_guessed(tmp_path):
    shop = Shop(tmp_path, {"main.tf": 'provider "aws" {}\nresource "aws_sqs_queue" "orders" { name = "orders" }'})
    assert shop["aws_sqs_queue.orders"].region is None
    assert shop.regions.verdict == "unknown"
    assert any(gap.hides == "location" for gap in shop.inventory.gaps)


def test_what_is_commented_out_is_not_there(tmp_path):
    shop = Shop(tmp_path, {"main.tf": TWO + """
        resource "aws_sqs_queue" "orders" { name = "orders" }
        # resource "aws_sqs_queue" "far" {
        #   provider = aws.far
        # }
        /* resource "aws_sqs_queue" "gone" { name = "gone" } */
        """})  # fmt: skip
    assert [one.name for one in shop.inventory.components if one.kind == "queue"] == ["orders"]


TABLE_BY = """
    resource "aws_dynamodb_table" "orders" { name = "orders" }
    resource "aws_dynamodb_table_replica" "orders" {
      provider         = aws.far
      global_table_arn = aws_dynamodb_table.orders.arn
    }
    resource "aws_lambda_function" "near" {
      function_name = "near"
      environment { variables = { TABLE = aws_dynamodb_table.orders.WHAT } }
    }
    resource "aws_lambda_function" "far" {
      provider      = aws.far
      function_name = "far"
      environment { variables = { TABLE = aws_dynamodb_table.orders.WHAT } }
    }
    """


def test_a_table_named_from_another_region_means_the_copy_there(tmp_path):
    shop = Shop(tmp_path, {"main.tf": TWO + TABLE_BY.replace("WHAT", "name")})
    assert {
        "aws_lambda_function.near -> aws_dynamodb_table.orders",
        "aws_lambda_function.far -> aws_dynamodb_table_replica.orders",
    } <= shop.needs
    assert shop.regions.pinned == ()
    assert shop.groups == {
        "aws_dynamodb_table.orders#global": ("aws_dynamodb_table.orders", "aws_dynamodb_table_replica.orders")
    }


def test_the_arn_of_a_table_means_the_table_of_its_region(tmp_path):
    shop = Shop(tmp_path, {"main.tf": TWO + TABLE_BY.replace("WHAT", "arn")})
    assert "aws_lambda_function.far -> aws_dynamodb_table.orders" in shop.needs
    assert next((one.component, one.region) for one in shop.regions.pinned) == (
        "tf:shop:aws_dynamodb_table.orders",
        "eu-west-1",
    )


def test_four_regions_with_one_cache_are_multi_region_in_shape_and_pinned_in_truth(tmp_path):
    regions = ("eu-west-1", "us-east-1", "us-west-2", "ap-south-1")
    calls = "".join(
        f"""
        provider "aws" {{
          alias  = "r{at}"
          region = "{region}"
        }}
        module "stack{at}" {{
          source    = "./stack"
          providers = {{ aws = aws.r{at} }}
          cache     = aws_elasticache_replication_group.sessions.primary_endpoint_address
        }}
        """
        for at, region in enumerate(regions)
    )
    shop = Shop(tmp_path, {
        "main.tf": calls + """
            resource "aws_elasticache_replication_group" "sessions" {
              provider             = aws.r0
              replication_group_id = "sessions"
            }
            """,
        "stack/main.tf": """
            variable "cache" {}
            resource "aws_ecs_task_definition" "web" {
              family                = "web"
              container_definitions = jsonencode([{
                name        = "web"
                image       = "registry.example.com/web:1"
                environment = [{ name = "REDIS_HOST", value = var.cache }]
              }])
            }
            resource "aws_ecs_service" "web" {
              name            = "web"
              task_definition = aws_ecs_task_definition.web.arn
            }
            """,
    })  # fmt: skip
    answer = shop.regions
    assert (answer.verdict, answer.serving_regions) == ("multi-region", tuple(sorted(regions)))
    (trap,) = answer.pinned
    assert trap.component == "tf:shop:aws_elasticache_replication_group.sessions"
    assert trap.needed_from == tuple(sorted(regions))
    assert trap.evidence[0].locator == "stack/main.tf:8"
    assert "REDIS_HOST" in (trap.evidence[0].note or "")


def test_a_dynamic_block_before_a_static_one_keeps_all_its_elements(tmp_path):
    text = (
        TWO
        + """
        resource "aws_dynamodb_table" "orders" {
          name = "orders"
          dynamic "replica" {
            for_each = ["eu-central-1", "us-east-1"]
            content { region_name = replica.value }
          }
          ttl { attribute_name = "expires" }
        }
        """
    )
    assert verdict(tmp_path, text)[1] == ("eu-central-1", "eu-west-1", "us-east-1")


def test_machines_apart_from_everything_make_no_second_region(tmp_path):
    text = (
        TWO
        + """
        resource "aws_eks_cluster" "shop" { name = "shop" }
        resource "aws_instance" "branch" {
          provider = aws.far
          count    = 2
        }
        """
    )
    found = Shop(tmp_path, {"main.tf": text}).regions
    assert (found.verdict, found.serving_regions) == ("single-region", ("eu-west-1",))
    assert any("us-east-1 holds" in reason for reason in found.reasons)


def test_machines_elsewhere_that_the_rest_needs_are_pinned(tmp_path):
    text = (
        TWO
        + """
        resource "aws_instance" "ledger" { provider = aws.far }
        resource "aws_lambda_function" "shop" {
          function_name = "shop"
          environment { variables = { LEDGER_HOST = aws_instance.ledger.private_ip } }
        }
        """
    )
    found = Shop(tmp_path, {"main.tf": text}).regions
    assert (found.verdict, found.serving_regions) == ("single-region", ("eu-west-1",))
    assert [one.component for one in found.pinned] == ["tf:shop:aws_instance.ledger"]
    assert not any("not counted" in reason for reason in found.reasons)


def test_what_one_root_looks_up_and_another_creates_is_one_thing(tmp_path):
    shop = Shop(tmp_path, {
        "data/main.tf": 'provider "aws" { region = "eu-west-1" }\nresource "aws_sqs_queue" "q" { name = "orders" }',
        "web/main.tf": """
            provider "aws" { region = "eu-west-1" }
            data "aws_sqs_queue" "orders" { name = "orders" }
            resource "aws_lambda_function" "web" {
              function_name = "web"
              environment { variables = { QUEUE = data.aws_sqs_queue.orders.url } }
            }
            """,
    })  # fmt: skip
    (queue,) = [one for one in shop.inventory.components if one.kind == "queue"]
    (need,) = [one for one in shop.inventory.dependencies if one.evidence[0].scanner == "terraform"]
    assert need.dependency == queue.id


def test_losing_the_region_of_the_cache_breaks_the_copies_elsewhere_and_says_which_line(tmp_path):
    from blastradius.graph import DependencyGraph
    from blastradius.simulate import scenario, simulate

    text = (
        TWO
        + """
        resource "aws_elasticache_cluster" "sessions" {
          provider   = aws.far
          cluster_id = "sessions"
        }
        resource "aws_lambda_function" "web" {
          function_name = "web"
          environment { variables = { REDIS_HOST = aws_elasticache_cluster.sessions.cache_nodes[0].address } }
        }
        """
    )
    shop = Shop(tmp_path, {"main.tf": text})
    answer = simulate(DependencyGraph(shop.inventory), scenario(remove=["region:us-east-1"]))
    states = {one.id: one.state for one in answer.components}
    assert states["tf:shop:aws_lambda_function.web"] == "down"
    (line,) = shop.where("aws_lambda_function.web -> aws_elasticache_cluster.sessions")
    assert line.endswith("REDIS_HOST")
    assert line.startswith("main.tf:")


@pytest.mark.parametrize(("both", "gaps"), [(True, 0), (False, 2)])
def test_buckets_behind_one_access_point_are_copies_only_where_they_are_replicated(tmp_path, both, gaps):
    rule = """
    resource "aws_s3_bucket_replication_configuration" "%s" {
      bucket = aws_s3_bucket.%s.id
      rule {
        status = "Enabled"
        destination { bucket = aws_s3_bucket.%s.arn }
      }
    }
    """
    text = """
    provider "aws" { region = "us-east-1" }
    resource "aws_s3_bucket" "a" { bucket = "acme-a" }
    resource "aws_s3_bucket" "b" {
      bucket = "acme-b"
      region = "eu-west-1"
    }
    resource "aws_s3control_multi_region_access_point" "m" {
      details {
        name = "m"
        region { bucket = aws_s3_bucket.a.id }
        region { bucket = aws_s3_bucket.b.id }
      }
    }
    """
    text += rule % ("ab", "a", "b") + rule % ("ba", "b", "a") if both else ""
    found = Shop(tmp_path, {"main.tf": text}).inventory.gaps
    assert len([one for one in found if "replicated to" in one.reason]) == gaps
