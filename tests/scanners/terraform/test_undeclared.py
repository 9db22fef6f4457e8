"""References to what no file of a root declares: they hide a dependency of whoever refers."""

from __future__ import annotations

import pytest
from rooted import Shop

FUNCTION = """
provider "aws" { region = "eu-west-1" }
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.hidden.arn
  depends_on    = [aws_dynamodb_table.order]
  environment {
    variables = { VALUE = %s }
  }
}
resource "aws_lb" "l" { name = "l" }
"""
TIES = {
    "aws_lambda_event_source_mapping": """
      function_name    = aws_lambda_function.f.arn
      event_source_arn = aws_sqs_queue.hidden.arn
    """,
    "aws_lb_listener": """
      load_balancer_arn = aws_lb.l.arn
      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.hidden.arn
      }
    """,
    "aws_security_group": "name = aws_dynamodb_table.hidden.name",
}
FLEET = """
provider "aws" { region = "eu-west-1" }
resource "aws_launch_template" "t" {
  user_data = base64encode("DB=${aws_db_instance.hidden.address}")
}
resource "aws_autoscaling_group" "g" {
  name = "g"
  launch_template { id = aws_launch_template.t.id }
}
"""


def told(shop: Shop) -> dict[str, str]:
    """What is not declared, by the component that a gap names."""
    return {
        one.component.removeprefix("tf:shop:"): one.reason.partition("refers to ")[2].partition(",")[0]
        for one in shop.inventory.gaps
        if one.component and one.hides == "dependency" and "no scanned file of this root declares" in one.reason
    }


@pytest.mark.parametrize(
    ("value", "missing"),
    [
        ("aws_dynamodb_table.hidden.name", "aws_dynamodb_table.hidden"),
        ("aws_dynamodb_table.hidden[0].name", "aws_dynamodb_table.hidden"),
        ('"https://${aws_lb.hidden.dns_name}/x"', "aws_lb.hidden"),
        ("module.hidden.endpoint", "module.hidden"),
        ("data.aws_sqs_queue.hidden.url", "data.aws_sqs_queue.hidden"),
        ("mongodbatlas_cluster.hidden.address", "mongodbatlas_cluster.hidden"),
        ("aws_lb.l.dns_name", None),
        ("aws_security_group.hidden.id", None),
        ("aws_vpc.hidden.id", None),
        ("random_password.hidden.result", None),
        ("data.aws_region.hidden.name", None),
    ],
)
def test_who_refers_has_a_gap(tmp_path, value, missing):
    shop = Shop(tmp_path, {"main.tf": FUNCTION % value})
    assert told(shop) == ({"aws_lambda_function.f": missing} if missing else {})


@pytest.mark.parametrize(
    ("tie", "gaps"),
    [
        ("aws_lambda_event_source_mapping", {"aws_lambda_function.f": "aws_sqs_queue.hidden"}),
        ("aws_lb_listener", {"aws_lb_listener.t": "aws_lb_target_group.hidden"}),
        ("aws_security_group", {}),
    ],
)
def test_what_ties_others_tells_it_of_them(tmp_path, tie, gaps):
    assert told(Shop(tmp_path, {"main.tf": FUNCTION % '"x"' + f'resource "{tie}" "t" {{{TIES[tie]}}}'})) == gaps


def test_a_template_tells_it_of_what_starts_from_it(tmp_path):
    assert told(Shop(tmp_path, {"main.tf": FLEET})) == {"aws_autoscaling_group.g": "aws_db_instance.hidden"}


def test_what_a_module_is_handed_is_followed_to_who_uses_it(tmp_path):
    shop = Shop(
        tmp_path,
        {
            "main.tf": 'provider "aws" { region = "eu-west-1" }\n'
            'module "m" {\n  source = "./m"\n  table = aws_dynamodb_table.hidden.name\n}\n',
            "m/main.tf": 'variable "table" {}\nresource "aws_lambda_function" "f" {\n  function_name = "f"\n'
            "  environment {\n    variables = { T = var.table }\n  }\n}\n",
        },
    )
    assert told(shop) == {"module.m.aws_lambda_function.f": "aws_dynamodb_table.hidden"}


def test_what_is_counted_away_is_declared(tmp_path):
    off = 'resource "aws_dynamodb_table" "off" {\n  count = 0\n  name  = "t"\n}\n'
    assert told(Shop(tmp_path, {"main.tf": FUNCTION % 'try(aws_dynamodb_table.off[0].name, "")' + off})) == {}
