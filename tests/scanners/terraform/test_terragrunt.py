"""Terragrunt: each unit is a root that calls its module; nothing is run."""

from __future__ import annotations

import pytest
from rooted import Shop

ROOT = """
    locals {
      place = read_terragrunt_config(find_in_parent_folders("region.hcl"))
    }
    generate "provider" {
      path      = "provider.tf"
      if_exists = "overwrite"
      contents  = <<EOF
    provider "aws" {
      region = "${local.place.locals.region}"
    }
    EOF
    }
    inputs = merge(local.place.locals, { name = "orders", password = "planted-1" })
"""
DB = """
    include "root" {
      path   = find_in_parent_folders("root.hcl")
      expose = true
    }
    terraform {
      source = "${dirname(find_in_parent_folders("root.hcl"))}/../modules//db?ref=v1"
    }
"""
APP = """
    include "root" {
      path = find_in_parent_folders("root.hcl")
    }
    terraform {
      source = "../../../modules/app"
    }
    dependency "db" {
      config_path = "DATABASE"
      mock_outputs = { endpoint = "mock.example.com" }
    }
    inputs = {
      db_host = dependency.db.outputs.endpoint
      name    = "app"
    }
"""
FILES = {
    "live/root.hcl": ROOT,
    "live/us/region.hcl": 'locals {\n  region = "us-east-1"\n}\n',
    "live/eu/region.hcl": 'locals {\n  region = "eu-west-1"\n}\n',
    "live/us/db/terragrunt.hcl": DB,
    "live/us/app/terragrunt.hcl": APP.replace("DATABASE", "../db"),
    "live/eu/app/terragrunt.hcl": APP.replace("DATABASE", "../../us/db"),
    "modules/db/main.tf": """
    variable "name" {}
    variable "password" {}
    resource "aws_db_instance" "this" {
      identifier = var.name
      password   = var.password
    }
    output "endpoint" { value = aws_db_instance.this.endpoint }
    """,
    "modules/app/main.tf": """
    variable "db_host" {}
    variable "name" {}
    resource "aws_lambda_function" "app" {
      function_name = var.name
      environment {
        variables = { DB_HOST = var.db_host }
      }
    }
    """,
}
US, EU = (
    "tf:shop/live/us/app:module.unit.aws_lambda_function.app",
    "tf:shop/live/eu/app:module.unit.aws_lambda_function.app",
)
DATABASE = "tf:shop/live/us/db:module.unit.aws_db_instance.this"


def test_each_unit_runs_where_its_provider_is_generated_and_takes_what_others_give(tmp_path):
    shop = Shop(tmp_path, FILES)
    own = {one.id: (one.name, one.region) for one in shop.inventory.components if one.id.startswith("tf:")}
    assert own == {US: ("app", "us-east-1"), EU: ("app", "eu-west-1"), DATABASE: ("orders", "us-east-1")}
    needs = {(one.dependent, one.dependency): one for one in shop.inventory.dependencies if one.dependency == DATABASE}
    assert set(needs) == {(US, DATABASE), (EU, DATABASE)}
    assert {one.locator for one in needs[EU, DATABASE].evidence} == {
        "modules/app/main.tf:7", "live/eu/app/terragrunt.hcl:13",
    }  # fmt: skip
    assert shop.regions.verdict == "multi-region"
    assert [one.component for one in shop.regions.pinned] == [DATABASE]
    assert "planted-1" not in shop.inventory.model_dump_json()
    assert "mock.example.com" not in shop.inventory.model_dump_json()


def test_a_region_that_only_a_run_knows_is_not_known(tmp_path):
    place = 'locals {\n  region = get_env("REGION")\n}\n'
    shop = Shop(tmp_path, {**FILES, "live/us/region.hcl": place})
    assert {one.region for one in shop.inventory.components if one.id in (US, DATABASE)} == {None}
    assert {one.region for one in shop.inventory.components if one.id == EU} == {"eu-west-1"}


@pytest.mark.parametrize(
    "source", ["git::https://example.com/modules.git//app?ref=v1", "tfr:///acme/app/aws?version=1.0.0"]
)
def test_a_module_that_lies_elsewhere_is_said(tmp_path, source):
    unit = FILES["live/us/app/terragrunt.hcl"].replace("../../../modules/app", source)
    shop = Shop(tmp_path, {**FILES, "live/us/app/terragrunt.hcl": unit})
    assert US not in {one.id for one in shop.inventory.components}
    assert any(gap.scope.startswith("tf:shop/live/us/app") for gap in shop.inventory.gaps)


def test_code_beside_a_unit_is_given_its_values_and_its_provider(tmp_path):
    beside = """
    variable "name" {}
    resource "aws_sqs_queue" "q" { name = var.name }
    """
    unit = DB.partition("terraform {")[0]
    shop = Shop(tmp_path, {**FILES, "live/us/queue/main.tf": beside, "live/us/queue/terragrunt.hcl": unit})
    (queue,) = (one for one in shop.inventory.components if one.kind == "queue")
    assert (queue.name, queue.region) == ("orders", "us-east-1")


def test_a_unit_that_cannot_be_read_is_said(tmp_path):
    shop = Shop(tmp_path, {**FILES, "live/us/app/terragrunt.hcl": 'include "root" {'})
    (gap,) = (one for one in shop.inventory.gaps if one.scope == "live/us/app/terragrunt.hcl")
    assert gap.evidence[0].locator == "live/us/app/terragrunt.hcl:1"


@pytest.mark.parametrize(
    "broken",
    [
        "include \"root\" {", 'terraform { source = "${local.x}" }\nlocals { x = local.x }\n',
        'include "me" { path = "terragrunt.hcl" }\nterraform { source = "../../../modules/app" }\n',
        'terraform { source = "../../../../../../../etc" }\n', "inputs = dependency.gone.outputs\n",
    ],
)  # fmt: skip
def test_a_broken_unit_stops_nothing(tmp_path, broken):
    shop = Shop(tmp_path, {**FILES, "live/us/app/terragrunt.hcl": broken})
    assert EU in {one.id for one in shop.inventory.components}
