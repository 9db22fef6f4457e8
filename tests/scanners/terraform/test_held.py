"""What a parameter or secret holds: who takes it calls that, also where another root keeps it."""

from __future__ import annotations

import pytest
from rooted import Shop

KEEPS = """
provider "aws" { region = "us-east-1" }
variable "given" {}
resource "aws_db_instance" "d" { identifier = "d" }
resource "aws_elasticache_cluster" "c" { cluster_id = "c" }
resource "aws_ssm_parameter" "p" {
  name  = "/shared/db"
  type  = "%s"
  value = %s
}
"""
TAKES = """
provider "aws" { region = "us-east-1" }
data "aws_ssm_parameter" "p" { name = "%s" }
resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = { %s = data.aws_ssm_parameter.p.value }
  }
}
"""
F = "tf:shop/b:aws_lambda_function.f"


def scanned(tmp_path, value, name="DB_HOST", parameter="/shared/db", type="String"):
    files = {"a/main.tf": KEEPS % (type, value), "b/main.tf": TAKES % (parameter, name)}
    inventory = Shop(tmp_path, files).inventory
    called = {
        one.dependency.rpartition(":")[2]
        for one in inventory.dependencies
        if one.dependent == F and one.phase == "runtime" and one.dependency.startswith("tf:")
    }
    return called, [one for one in inventory.gaps if one.component == F]


@pytest.mark.parametrize("name", ["DB_HOST", "CONFIG", "TABLE"])
def test_what_a_parameter_of_another_root_holds_is_called(tmp_path, name):
    called, gaps = scanned(tmp_path, "aws_db_instance.d.address", name)
    assert (called, gaps) == ({"aws_db_instance.d"}, [])


def test_an_address_deep_in_an_attribute_counts(tmp_path):
    called, gaps = scanned(tmp_path, "aws_elasticache_cluster.c.cache_nodes[0].address")
    assert (called, gaps) == ({"aws_elasticache_cluster.c"}, [])


@pytest.mark.parametrize(
    ("value", "name", "parameter", "type", "gaps"),
    [
        ("aws_db_instance.d.address", "DB_HOST", "/nobody", "String", 1),
        ("aws_db_instance.d.address", "CONFIG", "/nobody", "String", 1),
        ("var.given", "CONFIG", "/shared/db", "String", 1),
        ("var.given", "DB_HOST", "/shared/db", "SecureString", 1),
        ('"info"', "CONFIG", "/shared/db", "String", 0),
    ],
)
def test_what_nothing_tells_is_a_gap(tmp_path, value, name, parameter, type, gaps):
    called, found = scanned(tmp_path, value, name, parameter, type)
    assert (called, len(found)) == (set(), gaps)


def test_a_plain_secret_is_none(tmp_path):
    files = {"b/main.tf": 'data "aws_secretsmanager_secret_version" "s" { secret_id = "x" }\n'
             'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  environment {\n    variables = '
             "{ API_TOKEN = data.aws_secretsmanager_secret_version.s.secret_string }\n  }\n}\n"}  # fmt: skip
    found = Shop(tmp_path, files).inventory
    assert [one for one in found.gaps if one.component == F and "holds" in one.reason] == []


def test_a_literal_that_a_parameter_holds_is_read(tmp_path):
    shop = Shop(tmp_path, {"main.tf": """
        resource "aws_ssm_parameter" "p" {
          name  = "/shared/api"
          type  = "String"
          value = "https://api.stripe.com"
        }
        resource "aws_lambda_function" "f" {
          function_name = "f"
          environment {
            variables = { API_URL = aws_ssm_parameter.p.value }
          }
        }
        """})  # fmt: skip
    assert ("tf:shop:aws_lambda_function.f", "vendor:stripe") in {
        (one.dependent, one.dependency) for one in shop.inventory.dependencies
    }


@pytest.mark.parametrize("place", [("a/main.tf", "a/more.tf"), ("a/main.tf", "b/main.tf")])
def test_what_a_parameter_looked_up_by_name_holds_is_called_wherever_it_is_kept(tmp_path, place):
    takes = TAKES % ("/shared/db", "CACHE_HOST")
    if place[1].startswith("a/"):
        takes = takes.replace('provider "aws" { region = "us-east-1" }', "")
    keeps = KEEPS % ("String", "aws_elasticache_cluster.c.cache_nodes[0].address")
    found = Shop(tmp_path, {place[0]: keeps, place[1]: takes}).inventory
    users = (one for one in found.dependencies if one.phase == "runtime" and one.dependent.endswith("function.f"))
    runs = {one.dependency.rpartition(":")[2] for one in users}
    assert "aws_elasticache_cluster.c" in runs
