"""Plans and states as JSON: values, references through modules, regions of providers, secrets left out."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import STATE_4, config, plan, refers, resource
from rooted import Shop, scanned

SECRET = "hunter2-Tr0ub4dor"  # made up


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.1", "1.2"])
def test_references_are_followed_through_outputs_and_regions_through_providers(tmp_path, version):
    shop = Shop(tmp_path, {"shop.tfplan.json": plan(version)})
    assert shop.needs == {"aws_lambda_function.sender -> module.orders.aws_sqs_queue.this"}
    assert shop["aws_lambda_function.sender"].region == "eu-west-1"
    assert shop["module.orders.aws_sqs_queue.this"].region == "us-east-1"
    assert shop["module.orders.aws_sqs_queue.this"].name == "orders"
    assert "shop.tfplan.json:" in shop["aws_lambda_function.sender"].evidence[0].locator


def test_a_region_that_a_plan_does_not_tell_is_unknown(tmp_path):
    document = plan()
    document["configuration"]["provider_config"]["aws"]["expressions"] = {"region": refers("local.region")}
    shop = Shop(tmp_path, {"plan.json": document})
    assert shop["aws_lambda_function.sender"].region is None


def test_instances_of_one_count_refer_to_their_like(tmp_path):
    document = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [
            *(resource(f"aws_sqs_queue.q[{at}]", {"name": f"q{at}"}) for at in (0, 1)),
            *(resource(f"aws_lambda_function.f[{at}]", {"function_name": f"f{at}"}) for at in (0, 1)),
        ]}},
        "configuration": {"root_module": {"resources": [
            config("aws_sqs_queue.q", {}, count_expression={"constant_value": 2}),
            config("aws_lambda_function.f", {
                "environment": [{"variables": refers("aws_sqs_queue.q", "count.index")}],
            }, count_expression={"constant_value": 2}),
        ]}},
    }  # fmt: skip
    assert Shop(tmp_path, {"plan.json": document}).needs == {
        "aws_lambda_function.f[0] -> aws_sqs_queue.q[0]",
        "aws_lambda_function.f[1] -> aws_sqs_queue.q[1]",
    }


def test_a_state_tells_regions_and_needs_by_its_values(tmp_path):
    shop = Shop(tmp_path, {"terraform.tfstate": STATE_4})
    (need,) = [one for one in shop.inventory.dependencies if one.evidence[0].scanner == "terraform"]
    assert need.dependent == "arn:aws:lambda:eu-west-1:111122223333:function:sender" or 'sender["a"]' in need.dependent
    queue = next(one for one in shop.inventory.components if one.id == need.dependency)
    assert (queue.name, queue.region, queue.kind) == ("orders", "us-east-1", "queue")
    sender = next(one for one in shop.inventory.components if one.id == need.dependent)
    assert (sender.region, sender.account) == ("eu-west-1", "111122223333")


def test_a_shown_state_is_read_like_a_plan(tmp_path):
    values = {
        "root_module": {
            "resources": [resource("aws_sqs_queue.q", {"name": "q", "arn": "arn:aws:sqs:eu-west-1:111122223333:q"})]
        }
    }
    shop = Shop(tmp_path, {"state.json": {"format_version": "1.0", "terraform_version": "1.9.0", "values": values}})
    assert [(one.name, one.region) for one in shop.inventory.components if one.kind == "queue"] == [("q", "eu-west-1")]


def test_a_state_of_version_3_is_read(tmp_path):
    document = {
        "version": 3, "terraform_version": "0.11.14", "serial": 1, "lineage": "made-up",
        "modules": [{"path": ["root", "web"], "resources": {"aws_db_instance.orders.0": {
            "type": "aws_db_instance", "provider": "provider.aws",
            "primary": {"id": "x", "attributes": {"identifier": "orders", "availability_zone": "eu-west-1b", "tags.%": "1", "tags.Name": "o"}},
        }}}],
    }  # fmt: skip
    shop = Shop(tmp_path, {"terraform.tfstate": document})
    database = shop["module.web.aws_db_instance.orders[0]"]
    assert (database.name, database.zone, database.region) == ("orders", "eu-west-1b", "eu-west-1")


def test_a_state_of_another_version_is_a_gap(tmp_path):
    shop = Shop(tmp_path, {"terraform.tfstate": {"version": 2, "serial": 1, "lineage": "x"}})
    assert "versions 3 and 4" in shop.inventory.gaps[0].reason


def test_a_plan_beside_its_source_is_one_system(tmp_path):
    source = 'provider "aws" { region = "eu-west-1" }\nresource "aws_sqs_queue" "orders" { name = "orders" }'
    values = {"root_module": {"resources": [resource("aws_sqs_queue.orders", {"name": "orders"})]}}
    document = {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": values}
    shop = Shop(tmp_path, {"main.tf": source, "plan.json": document})
    (queue,) = [one for one in shop.inventory.components if one.kind == "queue"]
    assert {one.locator.partition(":")[0] for one in queue.evidence} == {"main.tf", "plan.json"}


def planted():
    document = plan()
    root = document["planned_values"]["root_module"]
    root["resources"][0]["values"]["environment"][0]["variables"] |= {
        "DB_PASSWORD": SECRET,
        "DATABASE_URL": f"postgres://shop:{SECRET}@db.example.com:5432/shop",
    }
    root["resources"] += [
        resource("aws_db_instance.db", {"identifier": "db", "password": SECRET, "address": SECRET}, sensitive={"password": True, "address": True}),
        resource("aws_ssm_parameter.token", {"name": "token", "value": SECRET}, sensitive={"value": True}),
        resource("aws_instance.vm", {"user_data": f"#!/bin/sh\nexport TOKEN={SECRET}\ncurl https://shop:{SECRET}@api.example.com/"}),
    ]  # fmt: skip
    return document


SOURCE = f"""
variable "password" {{ default = "{SECRET}" }}
provider "aws" {{ region = "eu-west-1" }}
resource "aws_db_instance" "db" {{
  identifier = "db"
  password   = var.password
}}
resource "aws_lambda_function" "f" {{
  function_name = "f"
  environment {{
    variables = {{
      PASSWORD = "{SECRET}"
      URL      = "https://shop:{SECRET}@api.example.com/"
      DSN      = "host=db.example.com password={SECRET}"
      JOINED   = "postgres://shop:${{var.password}}@${{aws_db_instance.db.address}}:5432/shop"
    }}
  }}
}}
resource "aws_instance" "vm" {{ user_data = "export TOKEN={SECRET}" }}
resource "aws_secretsmanager_secret_version" "s" {{
  secret_id     = "s"
  secret_string = "{SECRET}"
}}
"""


@pytest.mark.parametrize("form", ["plan", "state", "source"])
def test_planted_secrets_never_leave(tmp_path, form):
    state = json.loads(json.dumps(STATE_4).replace('"QUEUE"', f'"PASSWORD": "{SECRET}", "QUEUE"'))
    files = {"plan": {"plan.json": planted()}, "state": {"terraform.tfstate": state}, "source": {"main.tf": SOURCE}}
    shop = Shop(tmp_path, files[form])
    assert shop.inventory.components
    assert SECRET not in shop.inventory.model_dump_json()
    assert SECRET not in repr(scanned([tmp_path / "shop"])[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.tf", "a.tf.json", "plan.json", "terraform.tfstate", "a.tfvars"]),
    content=st.binary(max_size=300),
)
def test_any_bytes_never_crash(tmp_path, name, content):
    path = tmp_path / "any" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    scanned([path])
    path.unlink()


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["aws_sqs_queue.q.arn", "each.value", "var.x", "module.m.o"])
)
KEYS = st.sampled_from(["resources", "address", "type", "name", "values", "expressions", "references", "root_module", "child_modules", "module_calls", "module", "outputs", "region", "environment", "variables", "constant_value", "instances", "attributes", "primary", "path"])  # fmt: skip
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(planned=ANY, configuration=ANY, resources=ANY, modules=ANY)
def test_any_shape_of_plan_and_state_never_crashes(tmp_path, planned, configuration, resources, modules):
    documents = [
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": planned,
            "configuration": configuration,
        },
        {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": resources},
        {"version": 3, "terraform_version": "0.11.0", "serial": 1, "lineage": "x", "modules": modules},
    ]
    for at, document in enumerate(documents):
        (tmp_path / f"{at}.json").write_text(json.dumps(document))
    scanned([tmp_path])


def _placed(tmp_path, expression, variables):
    address = "aws_sqs_queue.q"
    resource = {"address": address, "type": "aws_sqs_queue", "name": "q", "mode": "managed"}
    provider = {"aws": {"name": "aws", "expressions": {"region": expression}}}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "variables": {name: {"value": value} for name, value in variables.items()},
        "planned_values": {"root_module": {"resources": [{**resource, "values": {"name": "q"}}]}},
        "configuration": {
            "provider_config": provider,
            "root_module": {"resources": [{**resource, "provider_config_key": "aws", "expressions": {}}]},
        },
    }
    return Shop(tmp_path, {"plan.json": plan})[address].region


@pytest.mark.parametrize(
    ("references", "region"),
    [
        (["var.region"], "eu-west-1"),
        (["var.env", "var.region", "var.other"], None),  # a choice: a plan does not tell how it goes
        (["var.env"], None),  # a table that it is looked up in
        (["local.region"], None),
    ],
)
def test_a_region_is_taken_from_a_plan_only_where_one_variable_is_it(tmp_path, references, region):
    variables = {"env": "prod", "region": "eu-west-1", "other": "us-east-1"}
    assert _placed(tmp_path, {"references": references}, variables) == region


def test_a_deposed_instance_is_nothing_that_anybody_uses(tmp_path):
    def instance(region, **more):
        arn = f"arn:aws:elasticloadbalancing:{region}:111122223333:loadbalancer/app/w/1"
        return {"attributes": {"name": "w", "arn": arn}, **more}

    resource = {
        "mode": "managed", "type": "aws_lb", "name": "w", "provider": 'provider["example.com/hashicorp/aws"]',
        "instances": [instance("eu-west-1"), instance("us-east-1", deposed="abcd1234")],
    }  # fmt: skip
    shop = Shop(tmp_path, {"terraform.tfstate": {"version": 4, "terraform_version": "1.9", "resources": [resource]}})
    assert [one.region for one in shop.inventory.components if one.type == "aws_lb"] == ["eu-west-1"]
