"""What a variable without a value decides: whether something is there, and which of several things is called."""

from __future__ import annotations

import pytest
from rooted import Shop

TOP = 'provider "aws" { region = "us-east-1" }\nvariable "x" {}\n'
QUEUES = 'resource "aws_sqs_queue" "a" { name = "a" }\nresource "aws_sqs_queue" "b" { name = "b" }\n'


def function(settings: str) -> str:
    return f'resource "aws_lambda_function" "f" {{\n  function_name = "f"\n  environment {{\n    variables = {settings}\n  }}\n}}\n'


def told(shop: Shop, address: str = "aws_lambda_function.f") -> list[str]:
    return sorted(
        g.reason for g in shop.inventory.gaps if g.component == f"tf:shop:{address}" and g.hides == "dependency"
    )


TABLE = '{ one = "one.example.com", two = "two.example.com" }'


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (f"{TABLE}[var.x]", {"one.example.com", "two.example.com"}),
        (f'lookup({TABLE}, var.x, "three.example.com")', {"one.example.com", "two.example.com", "three.example.com"}),
        (f'"https://${{{TABLE}[var.x]}}/v1"', {"one.example.com", "two.example.com"}),
        (f"lower(upper({TABLE}[var.x]))", {"one.example.com", "two.example.com"}),
        ('var.x == "p" ? "one.example.com" : "two.example.com"', {"one.example.com", "two.example.com"}),
        ('[for one in ["one.example.com"] : one if var.x][0]', {"one.example.com"}),
        ('coalesce(var.x, "one.example.com")', {"one.example.com", "var.x"}),
        ('try(var.x.host, "one.example.com")', {"one.example.com", "var.x"}),
        ("lower(var.x)", {"var.x"}),
        ('trimsuffix(element(split(",", var.x), 0), ".")', {"var.x"}),
        ('jsondecode(var.x)["host"]', {"var.x"}),
    ],
)
def test_a_value_that_a_variable_decides_is_a_gap_for_all_that_it_may_be(tmp_path, value, meant):
    shop = Shop(tmp_path, {"main.tf": TOP + function(f"{{ API_HOST = {value} }}")})
    reasons = told(shop)
    assert all("API_HOST" in one for one in reasons)
    assert {one for one in meant if any(one in reason for reason in reasons)} == meant
    assert not any(one.strength == "hard" and "example.com" in one.dependency for one in shop.inventory.dependencies)


def test_what_every_choice_comes_to_is_needed(tmp_path):
    text = '{ QUEUE_URL = var.x ? aws_sqs_queue.a.url : aws_sqs_queue.a.id, API_HOST = var.x ? "h.example.com" : "h.example.com" }'
    shop = Shop(tmp_path, {"main.tf": TOP + QUEUES + function(text)})
    assert shop.needs == {"aws_lambda_function.f -> aws_sqs_queue.a", "aws_lambda_function.f -> external:h.example.com"}
    assert told(shop) == []


def test_either_branch_is_a_gap_that_only_its_own_loss_touches(tmp_path):
    text = TOP + QUEUES + function("{ QUEUE_URL = var.x ? aws_sqs_queue.a.url : aws_sqs_queue.b.url }")
    shop = Shop(tmp_path, {"main.tf": text})
    assert shop.needs == set()
    references = {one.reference for one in shop.inventory.gaps if one.component == "tf:shop:aws_lambda_function.f"}
    assert references == {"tf:shop:aws_sqs_queue.a", "tf:shop:aws_sqs_queue.b"}


@pytest.mark.parametrize(
    "settings",
    [
        'merge({ X = "y" }, var.x ? { API_HOST = "one.example.com" } : {})',
        '{ for k, v in { API_HOST = "one.example.com" } : k => v if var.x }',
        "var.x",
        'merge({ X = "y" }, var.x)',
    ],
)
def test_settings_of_which_some_may_be_there(tmp_path, settings):
    assert told(Shop(tmp_path, {"main.tf": TOP + function(settings)}))


def test_a_nested_block_that_may_be_there(tmp_path):
    text = (
        'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  dynamic "environment" {\n'
        '    for_each = var.x ? [{ API_HOST = "one.example.com" }] : []\n    content { variables = environment.value }\n  }\n}\n'
    )
    (reason,) = told(Shop(tmp_path, {"main.tf": TOP + text}))
    assert "one.example.com" in reason


def test_an_attribute_that_names_what_is_needed_and_is_not_known(tmp_path):
    text = 'resource "aws_lambda_event_source_mapping" "m" {\n  function_name = aws_lambda_function.f.arn\n  event_source_arn = var.x\n}\n'
    (reason,) = told(Shop(tmp_path, {"main.tf": TOP + function("{}") + text}))
    assert "var.x" in reason


@pytest.mark.parametrize(
    ("repeated", "present"),
    [
        ("count = var.x ? 1 : 0", "undecided"),
        ("count = var.x", "undecided"),
        ('count = terraform.workspace == "prod" ? 1 : 0', "undecided"),
        ("for_each = toset(var.x)", "undecided"),
        ('for_each = var.x ? toset(["k"]) : toset([])', "undecided"),
        ("count = var.x ? 3 : 1", None),
        ("count = 1", None),
    ],
)
def test_what_may_not_be_there_is_no_way_out(tmp_path, repeated, present):
    text = f'resource "aws_lb" "a" {{ name = "web" }}\nresource "aws_lb" "b" {{\n  {repeated}\n  name = "web"\n  region = "eu-west-1"\n}}\n'
    shop = Shop(tmp_path, {"main.tf": TOP + text})
    (other,) = [one for one in shop.inventory.components if one.region == "eu-west-1" and one.type == "aws_lb"]
    assert other.attributes.get("present") == present
    assert bool(told(shop, other.id.removeprefix("tf:shop:"))) == bool(present)
    assert (shop.regions.verdict == "unknown") == bool(present)


def test_all_that_a_module_makes_that_may_not_be_there(tmp_path):
    files = {
        "main.tf": f'{TOP}module "m" {{\n  source = "./m"\n  count = var.x ? 1 : 0\n}}\n',
        "m/main.tf": 'resource "aws_sqs_queue" "q" { name = "q" }\n',
    }
    assert told(Shop(tmp_path, files), "module.m.aws_sqs_queue.q")


def test_a_plan_that_knows_a_value_tells_which_side_of_a_choice_it_is(tmp_path):
    def queue(name):
        url = f"https://sqs.us-east-1.amazonaws.com/111122223333/{name}"
        return _resource(
            f"aws_sqs_queue.{name}", {"name": name, "url": url, "arn": f"arn:aws:sqs:us-east-1:111122223333:{name}"}, {}
        )

    settings = {"QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/a"}
    references = {
        "references": ["var.x", "aws_sqs_queue.b.url", "aws_sqs_queue.b", "aws_sqs_queue.a.url", "aws_sqs_queue.a"]
    }
    values = {"function_name": "f", "environment": [{"variables": settings}]}
    made = [
        queue("a"),
        queue("b"),
        _resource("aws_lambda_function.f", values, {"environment": [{"variables": references}]}),
    ]
    assert Shop(tmp_path, {"plan.json": _plan(made)}).needs == {"aws_lambda_function.f -> aws_sqs_queue.a"}


def test_an_instance_of_a_plan_has_one_member_of_what_is_gone_through(tmp_path):
    values, expressions = {"function_name": "f"}, {"environment": [{"variables": {"references": ["each.value"]}}]}
    over = ["aws_sqs_queue.a.url", "aws_sqs_queue.a", "aws_sqs_queue.b.url", "aws_sqs_queue.b"]
    planned, configured = _resource('aws_lambda_function.f["k"]', values, expressions)
    configured = {**configured, "address": "aws_lambda_function.f", "for_each_expression": {"references": over}}
    made = [_resource(f"aws_sqs_queue.{one}", {"name": one}, {}) for one in "ab"]
    shop = Shop(tmp_path, {"plan.json": _plan([*made, (planned, configured)])})
    assert shop.needs == set()
    assert len(told(shop, 'aws_lambda_function.f["k"]')) == 2


def _resource(address, values, expressions):
    kind, name = address.partition("[")[0].split(".")
    named = {"address": address, "mode": "managed", "type": kind, "name": name}
    return {**named, "values": values}, {**named, "provider_config_key": "aws", "expressions": expressions}


def _plan(made):
    provider = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}}}
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [one for one, _ in made]}},
        "configuration": {"provider_config": provider, "root_module": {"resources": [one for _, one in made]}},
    }
