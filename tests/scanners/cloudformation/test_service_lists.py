"""Serverless Compose: services that one file deploys, in order, and what each is handed of the others."""

from __future__ import annotations

import pytest
from scanning import scanned

DATA = """
service: data
provider: {name: aws, region: eu-west-1, stage: "${opt:stage, 'dev'}"}
functions: {load: {handler: a.b}}
resources:
  Resources: {T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST}}}
  Outputs: {Name: {Value: !Ref T}}
"""
SHOP = """
service: shop
provider:
  name: aws
  region: eu-central-1
  stage: ${opt:stage, 'dev'}
  environment: {TABLE: "${param:table}", HOST: "${param:host}"}
functions: {get: {handler: a.b}}
"""
LIST = """
services:
  data: {path: services/data}
  shop:
    path: services/shop
    MORE
    params:
      table: ${data.Name}
      host: https://api.acme.example
"""
TREE = {"services/data/serverless.yml": DATA, "services/shop/serverless.yml": SHOP}


def shop(tmp_path, more: str = "config: serverless.yml", **files: str):
    return scanned(tmp_path, {**TREE, "serverless-compose.yml": LIST.replace("MORE", more), **files})


def test_a_list_of_services_is_no_compose_file(tmp_path):
    found = shop(tmp_path)
    assert {one.id.partition(":")[0] for one in found.components.values()} == {"cfn"}


def test_what_a_service_is_handed_leads_to_the_other(tmp_path):
    lines = [line.replace("cfn:shop:services/", "") for line in shop(tmp_path).lines()]
    assert lines == [
        "shop/serverless.yml:GetLambdaFunction -> (api.acme.example)",
        "shop/serverless.yml:GetLambdaFunction -> (aws:control-plane/eu-west-1/cloudformation) [deploy]",
        "shop/serverless.yml:GetLambdaFunction -> data/serverless.yml:T",
    ]


def test_a_service_comes_after_those_it_depends_on(tmp_path):
    text = "services:\n  data: {path: services/data}\n  shop: {path: services/shop, dependsOn: data}\n"
    found = scanned(tmp_path, {**TREE, "serverless-compose.yml": text})
    (rule,) = [one for one in found.rules if one.phase == "deploy"]
    assert (rule.dependent, rule.evidence[0].locator) == ("cfn:shop:services/shop/serverless.yml:GetLambdaFunction", "serverless-compose.yml:3")  # fmt: skip


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("serverless deploy --stage prod", {"data-prod-load", "shop-prod-get"}),
        ("serverless data deploy --stage prod", {"data-prod-load", "shop-dev-get"}),
        ("sls deploy --service=shop --stage prod", {"data-dev-load", "shop-prod-get"}),
    ],
)
def test_a_command_beside_the_list_deploys_its_services(tmp_path, command, names):
    found = shop(tmp_path, **{"deploy.sh": f"{command}\n"})
    assert {one.name for one in found.components.values() if one.kind == "function"} == names


def test_a_service_that_was_not_scanned_is_a_gap(tmp_path):
    (gap,) = scanned(tmp_path, {"a/serverless.yml": DATA, "serverless-compose.yml": "services: {a: {path: a}, b: {path: gone}}"}).gaps  # fmt: skip
    assert gap.reason.startswith("service b stands in gone")


@pytest.mark.parametrize(("stage", "host"), [("prod", "prod.acme.example"), ("dev", "any.acme.example")])
def test_parameters_of_stages_are_read_as_version_4_writes_them(tmp_path, stage, host):
    text = f"""
    service: s
    stages:
      default: {{params: {{host: any.acme.example}}}}
      prod: {{params: {{host: prod.acme.example}}}}
    provider: {{name: aws, stage: {stage}, environment: {{DB_HOST: "${{param:host}}"}}}}
    functions: {{a: {{handler: a.b}}}}
    """
    found = scanned(tmp_path, {"serverless.yml": text})
    assert [rule.reference.texts[-1] for rule in found.rules] == [host]
