"""Stages of the Serverless Framework: each that a command deploys is an environment of its own."""

from __future__ import annotations

from scanning import scanned

FILE = """
service: shop
params:
  default: {host: any.example.com}
  prod: {host: prod.example.com}
custom:
  stage: ${opt:stage, self:provider.stage}
  regions: {dev: eu-west-1, prod: us-east-1}
provider:
  name: aws
  stage: dev
  region: ${self:custom.regions.${self:custom.stage}}
  environment: {DB_HOST: "${param:host}"}
functions:
  api: {handler: a.b}
"""


def places(found) -> set[tuple[str | None, str | None, str]]:
    return {(one.environment, one.region, one.name) for one in found.components.values() if one.kind == "function"}


def test_without_a_command_the_stage_is_that_of_the_file(tmp_path):
    found = scanned(tmp_path, {"serverless.yml": FILE})
    assert places(found) == {(None, "eu-west-1", "shop-dev-api")}


def test_each_stage_that_a_command_names_is_an_environment(tmp_path):
    workflow = (
        "jobs:\n  d:\n    strategy: {matrix: {stage: x}}\n    steps:\n    - run: npx serverless deploy --stage prod\n"
    )
    package = '{"scripts": {"deploy": "sls deploy -s dev", "test": "jest"}}'
    found = scanned(tmp_path, {"serverless.yml": FILE, ".github/workflows/d.yml": workflow, "package.json": package})
    assert places(found) == {("dev", "eu-west-1", "shop-dev-api"), ("prod", "us-east-1", "shop-prod-api")}
    hosts = {
        (rule.dependent.partition("@")[2][:4], rule.reference.texts[-1])
        for rule in found.rules
        if hasattr(rule, "reference") and not rule.dependent.startswith("pipeline:")
    }
    assert hosts == {("prod", "prod.example.com"), ("dev:", "any.example.com")}


def test_a_command_for_one_stage_alone_is_what_is_deployed(tmp_path):
    found = scanned(
        tmp_path, {"serverless.yml": FILE, "deploy.sh": "serverless deploy --stage prod --region eu-central-1\n"}
    )
    assert places(found) == {("prod", "eu-central-1", "shop-prod-api")}
    (one,) = [each for each in found.components.values() if each.kind == "function"]
    assert "deploy.sh:1" in [each.locator for each in one.evidence]


def test_a_stage_that_only_the_shell_knows_is_none(tmp_path):
    found = scanned(tmp_path, {"serverless.yml": FILE, "deploy.sh": "sls deploy --stage $STAGE\n"})
    assert places(found) == {(None, "eu-west-1", "shop-dev-api")}
