"""Databases and zones: what has a standby stands the loss of one, what has none and names no zone is not known."""

from __future__ import annotations

import pytest
from rooted import Shop

from blastradius.graph import DependencyGraph
from blastradius.simulate import scenario, simulate

NETWORK = """
    provider "aws" { region = "eu-west-1" }
    resource "aws_subnet" "a" { availability_zone = "eu-west-1a" }
    resource "aws_subnet" "b" { availability_zone = "eu-west-1b" }
    resource "aws_instance" "beside" {
      for_each          = toset(["eu-west-1a", "eu-west-1b", "eu-west-1c"])
      availability_zone = each.value
    }
    resource "aws_db_subnet_group" "g" { subnet_ids = [aws_subnet.a.id, aws_subnet.b.id] }
    resource "aws_elasticache_subnet_group" "g" { subnet_ids = [aws_subnet.a.id, aws_subnet.b.id] }
    """


def users(store):
    return f"""
        resource "aws_lambda_function" "f" {{
          function_name = "f"
          environment {{ variables = {{ STORE_HOST = {store} }} }}
        }}
        resource "aws_lambda_function_url" "f" {{ function_name = aws_lambda_function.f.function_name }}
        """


def verdicts(tmp_path, text, store):
    """Verdict on losing zone a, zone b, a zone that it is not in, and both of its own."""
    shop = Shop(tmp_path, {"main.tf": NETWORK + text + users(store)})
    graph = DependencyGraph(shop.inventory)
    found = []
    for lost in (["a"], ["b"], ["c"], ["a", "b"]):
        there = [f"zone:eu-west-1{one}" for one in lost]
        answer = simulate(graph, scenario(remove=there))
        found.append(next(one.verdict for one in answer.journeys if one.name == "f"))
    return found


DB = 'resource "aws_db_instance" "db" {{\n identifier = "db"\n {} \n}}'
GROUP = "db_subnet_group_name = aws_db_subnet_group.g.name"
CLUSTER = 'resource "aws_rds_cluster" "db" {{\n cluster_identifier = "db"\n db_subnet_group_name = aws_db_subnet_group.g.name\n}}\n'
MEMBER = 'resource "aws_rds_cluster_instance" "i" {{\n count = {}\n cluster_identifier = aws_rds_cluster.db.id\n}}\n'
CACHE = 'resource "aws_elasticache_replication_group" "db" {{\n replication_group_id = "db"\n subnet_group_name = aws_elasticache_subnet_group.g.name\n {} \n}}'
ONE, SPARED, OPEN = ["unknown", "unknown", "survives"], ["degrades", "degrades", "survives"], ["unknown"] * 3


@pytest.mark.parametrize(
    ("text", "store", "expected"),
    [
        (DB.format(f"multi_az = true\n {GROUP}"), "aws_db_instance.db.address", SPARED),
        (DB.format(GROUP), "aws_db_instance.db.address", ONE),
        (DB.format(""), "aws_db_instance.db.address", OPEN),
        (DB.format(f"multi_az = var.safe\n {GROUP}"), "aws_db_instance.db.address", ONE),
        (DB.format('availability_zone = "eu-west-1a"'), "aws_db_instance.db.address", ["breaks", "survives", "survives"]),
        (CLUSTER.format() + MEMBER.format(2), "aws_rds_cluster.db.endpoint", SPARED),
        (CLUSTER.format() + MEMBER.format(1), "aws_rds_cluster.db.endpoint", ONE),
        (CLUSTER.format(), "aws_rds_cluster.db.endpoint", ONE),
        (CACHE.format("automatic_failover_enabled = true\n num_cache_clusters = 2"), "aws_elasticache_replication_group.db.primary_endpoint_address", SPARED),
        (CACHE.format("num_cache_clusters = 2"), "aws_elasticache_replication_group.db.primary_endpoint_address", ONE),
    ],
)  # fmt: skip
def test_losing_a_zone(tmp_path, text, store, expected):
    shown = 'variable "safe" {}\n' + text
    found = verdicts(tmp_path, shown, store)
    if expected is SPARED:
        assert found == ["degrades", "degrades", "survives", "breaks"]
    else:
        assert found[:3] == expected


def test_a_standby_in_three_zones_stands_the_loss_of_one(tmp_path):
    text = NETWORK.replace("subnet_ids = [aws_subnet.a.id,", "subnet_ids = [aws_subnet.c.id, aws_subnet.a.id,")
    text += 'resource "aws_subnet" "c" { availability_zone = "eu-west-1c" }\n' + DB.format(f"multi_az = true\n {GROUP}")
    shop = Shop(tmp_path, {"main.tf": text})
    (group,) = [one for one in shop.inventory.redundancies if one.dependent.endswith(".db")]
    assert (group.required, group.full, len(group.members)) == (2, 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_elasticache_cluster" "x" { cluster_id = "x" }',
        'resource "aws_redshift_cluster" "x" { cluster_identifier = "x" }',
        'resource "aws_opensearch_domain" "x" { domain_name = "x" }',
        'resource "aws_mq_broker" "x" { broker_name = "x" }',
        'resource "aws_docdb_cluster" "x" { cluster_identifier = "x" }',
        'resource "aws_dax_cluster" "x" { cluster_name = "x" }',
        'resource "aws_memorydb_cluster" "x" {\n name = "x"\n num_replicas_per_shard = 0\n}',
    ],
)
def test_a_single_store_leaves_a_gap_for_its_zone(tmp_path, text):
    shop = Shop(tmp_path, {"main.tf": NETWORK + text})
    gaps = [one for one in shop.inventory.gaps if one.component and one.component.endswith(".x")]
    assert [(one.hides, one.provider, one.region, one.zone) for one in gaps] == [("location", "aws", "eu-west-1", None)]


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_redshift_cluster" "x" {\n cluster_identifier = "x"\n multi_az = true\n}',
        'resource "aws_mq_broker" "x" {\n broker_name = "x"\n deployment_mode = "CLUSTER_MULTI_AZ"\n}',
        'resource "aws_opensearch_domain" "x" {\n domain_name = "x"\n cluster_config { zone_awareness_enabled = true }\n}',
        'resource "aws_memorydb_cluster" "x" { name = "x" }',
        'resource "aws_rds_cluster" "x" {\n cluster_identifier = "x"\n engine_mode = "serverless"\n}',
    ],
)
def test_a_store_with_a_standby_leaves_none(tmp_path, text):
    shop = Shop(tmp_path, {"main.tf": NETWORK + text})
    assert [one for one in shop.inventory.gaps if one.component and one.component.endswith(".x")] == []


@pytest.mark.parametrize(("tier", "gaps"), [("REGIONAL", 0), ("ZONAL", 1)])
def test_google_says_it_by_a_word(tmp_path, tier, gaps):
    text = f'resource "google_sql_database_instance" "x" {{\n name = "x"\n region = "europe-west1"\n settings {{ availability_type = "{tier}" }}\n}}'  # fmt: skip
    shop = Shop(tmp_path, {"main.tf": text})
    assert len([one for one in shop.inventory.gaps if one.component and one.component.endswith(".x")]) == gaps
