"""Every trap about regions that real repositories hold."""

import pytest
from terraforming import block, regions, root

TWO = """
provider "aws" { region = "sa-east-1" }
provider "aws" {
  alias  = "primary"
  region = "us-east-1"
}
"""


def test_the_alias_decides_by_its_region_and_not_by_its_name(tmp_path):
    found = root(
        tmp_path, TWO + 'resource "aws_sqs_queue" "a" { provider = aws.primary }\nresource "aws_sqs_queue" "b" {}\n'
    )
    assert regions(found) == {"aws_sqs_queue.a": "us-east-1", "aws_sqs_queue.b": "sa-east-1"}
    queue = block(found, "aws_sqs_queue.a")
    assert queue.provider_alias == "primary"
    assert queue.region_evidence is not None
    assert queue.region_evidence.locator == "main.tf:5"


def test_providers_are_passed_through_nested_modules(tmp_path):
    found = root(
        tmp_path,
        {
            "main.tf": TWO
            + """
            module "far" {
              source    = "./outer"
              providers = { aws = aws.primary, aws.other = aws }
            }
            module "near" { source = "./outer" }
            """,
            "outer/main.tf": """
            terraform {
              required_providers {
                aws = { source = "hashicorp/aws", configuration_aliases = [aws.other] }
              }
            }
            module "inner" { source = "./inner" }
            resource "aws_sqs_queue" "other" { provider = aws.other }
            data "aws_region" "here" {}
            resource "aws_sqs_queue" "named" { name = "q-${data.aws_region.here.name}" }
            """,
            "outer/inner/main.tf": 'resource "aws_sqs_queue" "q" {}',
        },
    )
    assert regions(found) == {
        "module.far.aws_sqs_queue.other": "sa-east-1",
        "module.far.aws_sqs_queue.named": "us-east-1",
        "module.far.module.inner.aws_sqs_queue.q": "us-east-1",
        "module.near.aws_sqs_queue.other": None,
        "module.near.aws_sqs_queue.named": "sa-east-1",
        "module.near.module.inner.aws_sqs_queue.q": "sa-east-1",
    }
    assert block(found, "module.far.aws_sqs_queue.named").values["name"] == "q-us-east-1"
    assert block(found, "module.near.aws_sqs_queue.named").values["name"] == "q-sa-east-1"
    assert [gap.reason for gap in found.gaps] == [
        'there is no provider "aws" with alias other block in this root: the region comes from elsewhere'
    ]


def test_the_region_argument_of_a_resource_and_of_a_module_wins(tmp_path):
    found = root(
        tmp_path,
        {
            "main.tf": """
            provider "aws" { region = local.first }
            locals {
              first  = "eu-west-1"
              second = "us-east-1"
            }
            module "a" { source = "./m" }
            module "b" {
              source = "./m"
              region = local.second
            }
            resource "aws_kms_key" "k" { region = local.second }
            """,
            "m/main.tf": """
            variable "region" {
              type    = string
              default = null
            }
            resource "aws_sqs_queue" "q" { region = var.region }
            """,
        },
    )
    assert regions(found) == {
        "aws_kms_key.k": "us-east-1",
        "module.a.aws_sqs_queue.q": "eu-west-1",
        "module.b.aws_sqs_queue.q": "us-east-1",
    }
    stated = {one.address: one.region_evidence.locator for one in found.blocks if one.region_evidence}
    assert stated == {
        "aws_kms_key.k": "main.tf:12",
        "module.a.aws_sqs_queue.q": "main.tf:2",
        "module.b.aws_sqs_queue.q": "m/main.tf:6",
    }


def test_a_provider_without_a_region_is_said_and_not_invented(tmp_path):
    found = root(tmp_path, 'provider "aws" {}\nresource "aws_sqs_queue" "q" {}\nresource "aws_sqs_queue" "r" {}\n')
    assert regions(found) == {"aws_sqs_queue.q": None, "aws_sqs_queue.r": None}
    (gap,) = found.gaps
    assert (gap.hides, gap.provider, gap.region, gap.evidence[0].locator) == ("location", "aws", None, "main.tf:1")
    assert gap.reason == 'provider "aws" names no region: it comes from the environment of whoever runs Terraform'


def test_a_variable_without_a_value_is_named(tmp_path):
    found = root(
        tmp_path,
        'variable "where" {}\nprovider "aws" { region = lower("${var.where}") }\nresource "aws_sqs_queue" "q" {}\n',
    )
    assert regions(found) == {"aws_sqs_queue.q": "?"}
    (gap,) = found.gaps
    assert "var.where has no value in the scanned files" in gap.reason
    assert gap.evidence[0].locator == "main.tf:2"


def test_regions_come_from_defaults_maps_and_value_files(tmp_path):
    found = root(
        tmp_path,
        {
            "main.tf": """
            variable "env" {}
            variable "regions" { default = { prod = "eu-west-1", test = "eu-north-1" } }
            provider "aws" { region = lookup(var.regions, var.env, "us-west-2") }
            resource "aws_sqs_queue" "q" {}
            """,
            "terraform.tfvars": 'env = "prod"\n',
        },
    )
    assert regions(found) == {"aws_sqs_queue.q": "eu-west-1"}


def test_a_provider_that_nothing_uses_places_nothing(tmp_path):
    found = root(tmp_path, TWO + 'resource "aws_sqs_queue" "b" {}\n')
    assert set(regions(found).values()) == {"sa-east-1"}
    assert not found.gaps


def test_a_data_source_for_a_token_elsewhere_moves_nothing(tmp_path):
    found = root(
        tmp_path,
        TWO
        + 'data "aws_ecrpublic_authorization_token" "t" { provider = aws.primary }\nresource "aws_sqs_queue" "q" {}\n',
    )
    assert regions(found) == {"aws_sqs_queue.q": "sa-east-1"}
    assert block(found, "data.aws_ecrpublic_authorization_token.t").mode == "data"


def test_commented_resources_are_not_there(tmp_path):
    found = root(
        tmp_path,
        TWO
        + '# resource "aws_sqs_queue" "a" {}\n/*\nresource "aws_sqs_queue" "b" {}\n*/\n// resource "aws_sqs_queue" "c" {}\n',
    )
    assert regions(found) == {}


def test_one_endpoint_for_all_regions_is_one_reference(tmp_path):
    files = {
        "main.tf": TWO
        + """
        resource "aws_elasticache_cluster" "c" {}
        module "a" {
          source = "./app"
          cache  = aws_elasticache_cluster.c.cache_nodes[0].address
        }
        module "b" {
          source    = "./app"
          providers = { aws = aws.primary }
          cache     = aws_elasticache_cluster.c.cache_nodes[0].address
        }
        """,
        "app/main.tf": 'variable "cache" {}\nresource "aws_lambda_function" "f" { cache = "redis://${var.cache}" }\n',
    }
    found = root(tmp_path, files)
    functions = [one for one in found.blocks if one.type == "aws_lambda_function"]
    assert [one.region for one in functions] == ["sa-east-1", "us-east-1"]
    assert {ref.address for one in functions for ref in one.values["cache"].refs} == {"aws_elasticache_cluster.c"}


def test_a_repeated_provider_is_chosen_by_its_key(tmp_path):
    found = root(
        tmp_path,
        """
        provider "aws" {
          alias    = "by"
          for_each = toset(["eu-west-1", "eu-north-1"])
          region   = each.value
        }
        resource "aws_sqs_queue" "q" {
          for_each = toset(["eu-west-1", "eu-north-1"])
          provider = aws.by[each.key]
        }
        """,
    )
    assert sorted(regions(found).values()) == ["eu-north-1", "eu-west-1"]


def test_a_provider_whose_region_needs_itself_is_unknown(tmp_path):
    found = root(
        tmp_path,
        'data "aws_region" "r" {}\nprovider "aws" { region = data.aws_region.r.name }\nresource "aws_sqs_queue" "q" {}\n',
    )
    assert regions(found) == {"aws_sqs_queue.q": "?"}
    assert len(found.gaps) == 1


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('provider "google" { region = "europe-west1" }\nresource "google_pubsub_topic" "x" {}', "europe-west1"),
        ('resource "google_compute_instance" "x" { zone = "europe-west1-b" }', "europe-west1"),
        ('provider "google" { zone = "us-central1-a" }\nresource "google_compute_instance" "x" {}', "us-central1"),
        (
            'provider "google-beta" { region = "asia-east1" }\nresource "google_x" "x" { provider = google-beta }',
            "asia-east1",
        ),
        ('resource "azurerm_storage_account" "x" { location = "West Europe" }', "westeurope"),
    ],
)
def test_other_clouds(text, region, tmp_path):
    (found,) = regions(root(tmp_path, text)).values()
    assert found == region


def test_the_account_is_known_where_a_provider_says_it(tmp_path):
    found = root(
        tmp_path,
        'provider "aws" {\n  region = "eu-west-1"\n  assume_role { role_arn = "arn:aws:iam::111122223333:role/x" }\n}\n'
        'resource "aws_sqs_queue" "q" {}\n',
    )
    assert block(found, "aws_sqs_queue.q").account == "111122223333"
