"""Which files of a folder count, what those named `override` replace, and where that stands."""

from __future__ import annotations

import pytest
from rooted import Shop
from terraforming import reading, regions, root, values

PROVIDER = 'provider "aws" { region = "us-east-1" }\n'


def test_a_file_of_opentofu_replaces_its_namesake_and_adds_to_the_others(tmp_path):
    files = {
        "main.tf": 'resource "aws_sqs_queue" "old" { name = "old" }',
        "main.tofu": f'{PROVIDER}resource "aws_sqs_queue" "jobs" {{ name = local.name }}',
        "names.tofu.json": '{"locals": {"name": "jobs"}}',
        "names.tf.json": '{"locals": {"name": "other"}}',
        "more.tf": 'resource "aws_sqs_queue" "more" { name = "more" }',
        "main.tofutest.hcl": 'run "x" {}',
    }
    found = root(tmp_path, files)
    assert {one.address: one.values["name"] for one in found.blocks} == {
        "aws_sqs_queue.jobs": "jobs",
        "aws_sqs_queue.more": "more",
    }


def test_a_module_outside_in_files_of_opentofu(tmp_path):
    files = {
        "app/main.tofu": 'module "q" { source = "../q" }',
        "q/main.tofu": 'resource "aws_sqs_queue" "q" { name = "q" }',
        "q/main.tf": 'resource "aws_sqs_queue" "tf" { name = "q" }',
    }
    (found,) = reading(tmp_path, files, "app").roots
    assert [one.address for one in found.blocks] == ["module.q.aws_sqs_queue.q"]


def test_an_override_replaces_nested_blocks_by_what_they_make(tmp_path):
    files = {
        "main.tf": 'resource "aws_x_y" "t" {\n  replica { at = "a" }\n  dynamic "other" {\n    for_each = ["b"]\n'
        "    content { at = other.value }\n  }\n}",
        "override.tofu": 'resource "aws_x_y" "t" {\n  dynamic "replica" {\n    for_each = ["c"]\n'
        "    content { at = replica.value }\n  }\n}",
    }
    assert values(root(tmp_path, files), "aws_x_y.t") == {"replica": [{"at": "c"}], "other": [{"at": "b"}]}


def test_what_an_override_says_is_told_with_its_own_file(tmp_path):
    shop = Shop(
        tmp_path,
        {
            "main.tf": f'{PROVIDER}resource "aws_lambda_function" "f" {{\n  function_name = "f"\n  region = "eu-west-1"\n}}\n',
            "f_override.tf": '\nresource "aws_lambda_function" "f" {\n\n  region = "eu-west-2"\n  environment {\n'
            '    variables = {\n      DB_HOST = "db.example.com"\n    }\n  }\n}\n',
        },
    )
    function = shop["aws_lambda_function.f"]
    assert function.region == "eu-west-2"
    assert "f_override.tf:4" in {one.locator for one in function.evidence}
    (need,) = [one for one in shop.inventory.dependencies if one.dependency == "external:db.example.com"]
    assert need.evidence[0].locator == "f_override.tf:7"


def test_an_attribute_called_type_is_no_reference_in_json(tmp_path):
    files = {
        "main.tf.json": '{"variable": {"n": {"type": "list(string)", "default": ["a"]}}, "resource": {"aws_x_y": {"a": '
        '{"type": "Two Words", "kind": "${var.n[0]}"}, "b": {"type": "TXT", "depends_on": ["aws_x_y.a"]}}}}'
    }
    found = root(tmp_path, files)
    assert not [one for one in found.gaps if one.hides == "dependency"]
    assert values(found, "aws_x_y.a") == {"type": "Two Words", "kind": "a"}
    assert values(found, "aws_x_y.b") == {"type": "TXT", "depends_on": ["<aws_x_y.a>"]}


@pytest.mark.parametrize(("enabled", "there"), [("false", False), ("true", True), ("var.on", False)])
def test_what_is_not_enabled_is_not_there(tmp_path, enabled, there):
    text = (
        f'{PROVIDER}variable "on" {{ default = false }}\nresource "aws_sqs_queue" "q" {{\n  name = "q"\n'
        f"  lifecycle {{ enabled = {enabled} }}\n}}\n"
    )
    assert bool(root(tmp_path, text).blocks) == there


def test_what_is_ephemeral_is_declared(tmp_path):
    text = (
        f'{PROVIDER}ephemeral "aws_secretsmanager_secret_version" "s" {{ secret_id = "db" }}\n'
        'resource "aws_lambda_function" "f" {\n  function_name = "f"\n'
        "  environment { variables = { TOKEN = ephemeral.aws_secretsmanager_secret_version.s.secret_string } }\n}\n"
    )
    found = root(tmp_path, text)
    assert not found.undeclared
    assert "data.aws_secretsmanager_secret_version.s" in {one.address for one in found.blocks}


def test_a_provider_of_many_is_passed_by_its_key(tmp_path):
    files = {
        "main.tf": 'provider "aws" {\n  for_each = toset(["eu-west-1", "us-east-1"])\n  alias = "by"\n  region = each.value\n}\n'
        'module "m" {\n  source = "./m"\n  for_each = toset(["eu-west-1", "us-east-1"])\n'
        "  providers = { aws = aws.by[each.key] }\n}\n",
        "m/main.tf": 'resource "aws_sqs_queue" "q" { name = "q" }\n',
    }
    assert regions(root(tmp_path, files)) == {
        'module.m["eu-west-1"].aws_sqs_queue.q': "eu-west-1",
        'module.m["us-east-1"].aws_sqs_queue.q': "us-east-1",
    }


def test_functions_of_the_provider_that_make_and_take_apart_arns(tmp_path):
    text = (
        'variable "account" {}\nlocals { arn = provider::aws::arn_build("aws", "sqs", "eu-west-1", "111122223333", "jobs") }\n'
        'resource "null_resource" "n" {\n  x = [local.arn, provider::aws::arn_parse(local.arn).region,\n'
        '    provider::aws::arn_build("aws", "sqs", "eu-west-1", var.account, "jobs")]\n}\n'
    )
    arn = "arn:aws:sqs:eu-west-1:111122223333:jobs"
    assert values(root(tmp_path, text), "null_resource.n")["x"] == [
        arn,
        "eu-west-1",
        "arn:aws:sqs:eu-west-1:${var.account}:jobs",
    ]
