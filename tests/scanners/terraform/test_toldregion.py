"""Programs that are told a region call there, wherever they run."""

from __future__ import annotations

import pytest
from rooted import Shop

MAIN = """
variable "regions" { default = ["us-east-1", "eu-west-1"] }
resource "aws_dynamodb_table" "t" {
  for_each = toset(%s)
  region   = each.key
  name     = "orders"
}
resource "aws_lambda_function" "f" {
  for_each      = toset(var.regions)
  region        = each.key
  function_name = "f"
  environment { variables = { TABLE_NAME = aws_dynamodb_table.t[%s].name, %s = "us-east-1" } }
}
"""
FAR = 'tf:shop:aws_lambda_function.f["eu-west-1"]'


def calls(shop: Shop) -> set[str]:
    return {
        one.dependency.rpartition("[")[2].strip('"]')
        for one in shop.inventory.dependencies
        if one.dependent == FAR and "aws_dynamodb_table" in one.dependency
    }


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("DYNAMODB_REGION", "us-east-1"),
        ("KINESIS_REGION", "eu-west-1"),
        ("PRIMARY_REGION", "eu-west-1"),
    ],
)
def test_a_table_is_called_by_name_where_the_program_is_told(tmp_path, name, region):
    assert calls(Shop(tmp_path, {"main.tf": MAIN % ("var.regions", "each.key", name)})) == {region}


def test_what_is_not_seen_where_it_is_called_is_a_gap(tmp_path):
    shop = Shop(tmp_path, {"main.tf": MAIN % ('["eu-west-1"]', '"eu-west-1"', "AWS_REGION")})
    assert any(one.component == FAR and one.region == "us-east-1" for one in shop.inventory.gaps)
