"""Values that Terraform copies, the lines that settings stand on, and ways in that are private."""

from __future__ import annotations

import pytest
from rooted import Shop

REGION = 'provider "aws" { region = "eu-west-1" }\n'
FUNCTION = """
    resource "aws_lambda_function" "f" {
      function_name = "f"
      environment { variables = { NAME = VALUE } }
    }
    """


def function(name, value):
    return REGION + FUNCTION.replace("NAME", name).replace("VALUE", value)


LOOKED_UP = """
    data "aws_ssm_parameter" "p" { name = "/shop/p" }
    data "aws_secretsmanager_secret" "s" { name = "shop/s" }
    data "aws_secretsmanager_secret_version" "s" { secret_id = data.aws_secretsmanager_secret.s.id }
    data "aws_secretsmanager_secret_version" "literal" { secret_id = "shop/literal" }
    """
PARAMETER, SECRET = "data.aws_ssm_parameter.p", "data.aws_secretsmanager_secret.s"


@pytest.mark.parametrize(
    ("value", "needs"),
    [
        ("data.aws_ssm_parameter.p.value", {f"aws_lambda_function.f -> {PARAMETER} [deploy]"}),
        ('"x-${data.aws_ssm_parameter.p.value}"', {f"aws_lambda_function.f -> {PARAMETER} [deploy]"}),
        ("data.aws_ssm_parameter.p.name", {f"aws_lambda_function.f -> {PARAMETER}"}),
        ("data.aws_secretsmanager_secret_version.s.secret_string", {f"aws_lambda_function.f -> {SECRET} [deploy]"}),
        ('jsondecode(data.aws_secretsmanager_secret_version.s.secret_string)["k"]', {f"aws_lambda_function.f -> {SECRET} [deploy]"}),
        ("data.aws_secretsmanager_secret_version.s.arn", {f"aws_lambda_function.f -> {SECRET}"}),
    ],
)  # fmt: skip
def test_a_copied_value_is_needed_to_deploy_and_a_name_to_serve(tmp_path, value, needs):
    shop = Shop(tmp_path, {"main.tf": function("SETTING", value), "data.tf": LOOKED_UP})
    assert {one for one in shop.needs if "aws_lambda_function.f" in one} == needs


def test_a_secret_that_is_looked_up_by_a_literal_name_is_named(tmp_path):
    value = "data.aws_secretsmanager_secret_version.literal.secret_string"
    shop = Shop(tmp_path, {"main.tf": function("SETTING", value), "data.tf": LOOKED_UP})
    (need,) = [one for one in shop.inventory.dependencies if one.dependent.endswith("aws_lambda_function.f") and one.phase == "deploy" and one.evidence[0].scanner != "catalog"]  # fmt: skip
    assert "shop/literal" in need.dependency


def test_an_address_that_a_parameter_holds_is_a_gap_where_nothing_tells_it(tmp_path):
    shop = Shop(tmp_path, {"main.tf": function("DB_HOST", "data.aws_ssm_parameter.p.value"), "data.tf": LOOKED_UP})
    (gap,) = [one for one in shop.inventory.gaps if one.hides == "dependency"]
    assert (gap.component, gap.reference) == ("tf:shop:aws_lambda_function.f", "${data.aws_ssm_parameter.p.value}")


def test_an_address_that_a_parameter_of_the_root_holds_is_followed(tmp_path):
    more = """
        resource "aws_db_instance" "db" {
          identifier = "db"
          multi_az   = true
        }
        resource "aws_ssm_parameter" "p" {
          name  = "/shop/p"
          value = aws_db_instance.db.address
        }
        """
    shop = Shop(tmp_path, {"main.tf": function("DB_HOST", "aws_ssm_parameter.p.value"), "more.tf": more})
    assert shop.needs == {
        "aws_lambda_function.f -> aws_ssm_parameter.p [deploy]",
        "aws_lambda_function.f -> aws_db_instance.db",
    }
    assert [one for one in shop.inventory.gaps if one.hides == "dependency"] == []


def test_secrets_of_a_container_stay_a_need_to_start(tmp_path):
    text = """
        resource "aws_ecs_task_definition" "t" {
          family                = "t"
          container_definitions = jsonencode([{
            name    = "t"
            secrets = [{ name = "P", valueFrom = data.aws_ssm_parameter.p.arn }]
          }])
        }
        """
    shop = Shop(tmp_path, {"main.tf": REGION + text, "data.tf": LOOKED_UP})
    assert shop.needs == {f"aws_ecs_task_definition.t -> {PARAMETER} [startup]"}


QUEUE = 'resource "aws_sqs_queue" "q" { name = "q" }\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('resource "aws_lambda_function" "f" {\n  environment {\n    variables = {\n      A = "1"\n      Q = aws_sqs_queue.q.url\n    }\n  }\n}\n', 5),
        ('resource "aws_ecs_task_definition" "t" {\n  container_definitions = jsonencode([{\n    environment = [\n      { name = "A", value = "1" },\n      { name = "Q", value = aws_sqs_queue.q.url },\n    ]\n  }])\n}\n', 5),
        ('resource "aws_ecs_task_definition" "t" {\n  container_definitions = <<EOF\n[{"environment": [\n  {"name": "A", "value": "${aws_sqs_queue.q.name}-1"},\n  {"name": "Q", "value": "${aws_sqs_queue.q.url}"}\n]}]\nEOF\n}\n', 5),
        ('resource "aws_ecs_task_definition" "t" {\n  container_definitions = <<-EOF\n  [{"environment": [\n    {"name": "A", "value": "1"},\n    {"name": "Q", "value": "${aws_sqs_queue.q.url}"}\n  ]}]\n  EOF\n}\n', 5),
        # two settings of one name: neither line is certain, so the attribute's stands
        ('resource "aws_ecs_task_definition" "t" {\n  container_definitions = jsonencode([\n    { environment = [{ name = "Q", value = aws_sqs_queue.q.url }] },\n    { environment = [{ name = "Q", value = "x" }] },\n  ])\n}\n', 2),
        # line breaks of a quoted text are none of the file
        ('resource "aws_ecs_task_definition" "t" {\n  container_definitions = "[{\\"environment\\": [\\n\\n{\\"name\\": \\"Q\\", \\"value\\": \\"${aws_sqs_queue.q.url}\\"}]}]"\n}\n', 2),
    ],
)  # fmt: skip
def test_a_setting_stands_on_its_own_line(tmp_path, text, line):
    shop = Shop(tmp_path, {"main.tf": text, "queue.tf": QUEUE})
    places = {
        piece.locator
        for one in shop.inventory.dependencies
        for piece in one.evidence
        if (piece.note or "").endswith(" Q")
    }
    assert places == {f"main.tf:{line}"}


@pytest.mark.parametrize(("public", "entry"), [("true", True), ("false", False), ("var.public", True)])
def test_a_private_service_of_app_runner_is_no_way_in(tmp_path, public, entry):
    text = f"""
        variable "public" {{}}
        resource "aws_apprunner_service" "s" {{
          service_name = "s"
          network_configuration {{
            ingress_configuration {{ is_publicly_accessible = {public} }}
          }}
        }}
        """
    shop = Shop(tmp_path, {"main.tf": REGION + text})
    assert ("entry" in shop["aws_apprunner_service.s"].attributes) is entry


def test_hosts_of_one_list_are_alternatives_and_that_is_inferred(tmp_path):
    shop = Shop(tmp_path, {"main.tf": function("KAFKA_BROKERS", '"k-1.example.com:9092,k-2.example.com:9092"')})
    (group,) = shop.inventory.redundancies
    assert (len(group.members), group.full, group.basis) == (2, 2, "inferred")
    assert "assumed" in (group.reason or "")


def test_a_script_fetches_before_it_serves(tmp_path):
    script = "curl -o /tmp/x https://get.example.com/x\\nnode server.js https://api.example.com\\n"
    shop = Shop(tmp_path, {"main.tf": REGION + f'resource "aws_instance" "i" {{ user_data = "{script}" }}'})
    assert {one for one in shop.needs if "example.com" in one} == {
        "aws_instance.i -> external:get.example.com [startup]",
        "aws_instance.i -> external:api.example.com",
    }


def test_a_bucket_that_is_named_without_a_place_is_a_gap(tmp_path):
    shop = Shop(tmp_path, {"main.tf": function("ORDERS_BUCKET", '"orders-of-others"')})
    assert [(one.reference, one.kind) for one in shop.inventory.gaps if one.hides == "dependency"] == [("orders-of-others", "bucket")]  # fmt: skip
