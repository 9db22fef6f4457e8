"""Values that a plan or state marks sensitive: their text is not read, and that they are there is not forgotten."""

from __future__ import annotations

import pytest
from rooted import Shop

SECRET = "postgres://u:PLANTED@db.example.com:5432/x"


def plan(variables, marks, expressions=None, more=()):
    resource = {
        "address": "aws_lambda_function.api",
        "mode": "managed",
        "type": "aws_lambda_function",
        "name": "api",
        "values": {"function_name": "api", "environment": [{"variables": variables}]},
        "sensitive_values": marks,
    }
    configured = [{"address": "aws_lambda_function.api", "expressions": expressions or {}}]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [resource, *more]}},
        "configuration": {"root_module": {"resources": configured}},
    }


def gaps(shop):
    found = [one for one in shop.inventory.gaps if "sensitive" in one.reason]
    assert all(one.component == "tf:shop:aws_lambda_function.api" and one.hides == "dependency" for one in found)
    return [one.reason.partition(" is marked")[0] for one in found]


def one_of(name):
    return {"environment": [{"variables": {name: True}}]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("DB", 1), ("DATABASE_URL", 1), ("API_TOKEN", 0), ("DB_PASSWORD", 0), ("DB_USER", 0), ("CORS_ORIGIN_URL", 0)],
)
def test_a_hidden_setting_that_may_name_something_is_a_gap(tmp_path, name, expected):
    shop = Shop(tmp_path, {"plan.json": plan({name: SECRET}, one_of(name))})
    assert gaps(shop) == [f"environment.variables {name}"] * expected
    assert "PLANTED" not in shop.inventory.model_dump_json()
    assert "db.example.com" not in shop.inventory.model_dump_json()


@pytest.mark.parametrize("marks", [{"environment": True}, {"environment": [{"variables": True}]}])
def test_hidden_settings_as_a_whole_are_a_gap(tmp_path, marks):
    shop = Shop(tmp_path, {"plan.json": plan({"DB": SECRET}, marks)})
    assert gaps(shop)
    assert "PLANTED" not in shop.inventory.model_dump_json()


def test_what_is_not_hidden_is_read(tmp_path):
    shop = Shop(tmp_path, {"plan.json": plan({"DB": SECRET, "KEY": "x"}, one_of("KEY"))})
    assert gaps(shop) == []
    assert any("db.example.com" in one.id for one in shop.inventory.components)


def test_references_of_the_configuration_tell_what_a_hidden_value_names(tmp_path):
    queue = {
        "address": "aws_sqs_queue.q",
        "mode": "managed",
        "type": "aws_sqs_queue",
        "name": "q",
        "values": {"name": "q"},
        "sensitive_values": {},
    }
    expressions = {"environment": [{"variables": {"references": ["aws_sqs_queue.q.url", "aws_sqs_queue.q"]}}]}
    shop = Shop(tmp_path, {"plan.json": plan({"Q": "https://PLANTED"}, one_of("Q"), expressions, [queue])})
    assert gaps(shop) == []
    assert "aws_lambda_function.api -> aws_sqs_queue.q" in shop.needs


def test_a_state_hides_what_it_marks(tmp_path):
    state = {
        "version": 4,
        "terraform_version": "1.9.0",
        "serial": 1,
        "lineage": "x",
        "outputs": {},
        "resources": [
            {
                "mode": "managed",
                "type": "aws_lambda_function",
                "name": "api",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [
                    {
                        "schema_version": 0,
                        "attributes": {"function_name": "api", "environment": [{"variables": {"DB_URL": SECRET}}]},
                        "sensitive_attributes": [[{"type": "get_attr", "value": "environment"}]],
                    }
                ],
            }
        ],
    }
    shop = Shop(tmp_path, {"terraform.tfstate": state})
    assert gaps(shop)
    assert "PLANTED" not in shop.inventory.model_dump_json()
