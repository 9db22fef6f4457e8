"""ARNs and queue URLs of which a part is known only once Terraform ran."""

from __future__ import annotations

import pytest
from rooted import Shop

MAIN = """
provider "aws" { region = "eu-west-1" }
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
variable "account" {}
variable "where" {}
variable "env" {}
%s
resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = { SETTING = "%s" }
  }
}
"""
OWN = "${data.aws_caller_identity.me.account_id}"


def needed(tmp_path, text, declared=""):
    shop = Shop(tmp_path, {"main.tf": MAIN % (declared, text)})
    found = {
        one.dependency
        for one in shop.inventory.dependencies
        if one.dependent.endswith("aws_lambda_function.f") and one.evidence[0].scanner not in ("assemble", "catalog")
    }
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"arn:aws:sns:us-east-1:{OWN}:orders", "arn:aws:sns:us-east-1::orders"),
        ("arn:aws:sns:us-east-1:${var.account}:orders", "arn:aws:sns:us-east-1::orders"),
        (f"arn:aws:dynamodb:us-east-1:{OWN}:table/orders", "arn:aws:dynamodb:us-east-1::table/orders"),
        (f"https://sqs.us-east-1.amazonaws.com/{OWN}/orders", "arn:aws:sqs:us-east-1::orders"),
        (f"arn:aws:sqs:${{data.aws_region.here.name}}:{OWN}:orders", "arn:aws:sqs:eu-west-1::orders"),
        (f"arn:aws:dynamodb:us-east-1:{OWN}:table/${{var.env}}-orders", "aws:platform/us-east-1/dynamodb"),
    ],
)
def test_an_account_that_is_not_known_hides_no_need(tmp_path, text, expected):
    assert needed(tmp_path, text) == {expected}


def test_a_resource_of_the_root_is_what_such_an_arn_names(tmp_path):
    queue = 'resource "aws_sqs_queue" "q" { name = "orders" }'
    assert needed(tmp_path, f"arn:aws:sqs:eu-west-1:{OWN}:orders", queue) == {"tf:shop:aws_sqs_queue.q"}
    assert needed(tmp_path, f"arn:aws:sqs:${{var.where}}:{OWN}:orders", queue) == {"tf:shop:aws_sqs_queue.q"}


def test_a_resource_of_another_region_or_service_is_another(tmp_path):
    queue = 'resource "aws_sqs_queue" "q" { name = "orders" }'
    assert needed(tmp_path, f"arn:aws:sqs:us-east-1:{OWN}:orders", queue) == {"arn:aws:sqs:us-east-1::orders"}
    assert needed(tmp_path, f"arn:aws:sns:eu-west-1:{OWN}:orders", queue) == {"arn:aws:sns:eu-west-1::orders"}


def test_a_resource_of_another_root_is_found(tmp_path):
    other = 'provider "aws" { region = "us-east-1" }\nresource "aws_sns_topic" "t" { name = "orders" }\n'
    text = MAIN % ("", f"arn:aws:sns:us-east-1:{OWN}:orders")
    shop = Shop(tmp_path, {"calls/main.tf": text, "topics/main.tf": other})
    assert ("tf:shop/calls:aws_lambda_function.f", "tf:shop/topics:aws_sns_topic.t") in {
        (one.dependent, one.dependency) for one in shop.inventory.dependencies
    }


def test_an_attribute_that_refers_by_such_an_arn_is_read_too(tmp_path):
    shop = Shop(tmp_path, {"main.tf": MAIN % ("", "x") + f"""
        resource "aws_sqs_queue" "q" {{ name = "jobs" }}
        resource "aws_lambda_event_source_mapping" "m" {{
          function_name    = aws_lambda_function.f.arn
          event_source_arn = "arn:aws:sqs:eu-west-1:{OWN}:jobs"
        }}
        """})  # fmt: skip
    assert ("tf:shop:aws_lambda_function.f", "tf:shop:aws_sqs_queue.q") in {
        (one.dependent, one.dependency) for one in shop.inventory.dependencies
    }
