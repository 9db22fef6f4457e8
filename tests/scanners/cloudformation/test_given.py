"""Files of parameters: each stage is a reading of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates import read

TEMPLATE = """\
Parameters: {Stage: {Type: String}, Cache: {Type: String, Default: ""}}
Conditions: {Cached: !Not [!Equals [!Ref Cache, ""]]}
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          CACHE_URL: !If [Cached, !Sub "redis://${Cache}:6379", !Ref "AWS::NoValue"]
          QUEUE_URL: !Ref Queue
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "jobs-${Stage}"}}
"""
PROD = '[{"ParameterKey": "Stage", "ParameterValue": "prod"}, {"ParameterKey": "Cache", "ParameterValue": "cache.example.com"}]'
DEV = '{"Parameters": {"Stage": "dev"}}'


def drawn(found) -> set[tuple[str, str | None, str | None, str]]:
    return {
        (one.kind, one.environment, one.region, one.name)
        for one in found.components.values()
        if one.kind in ("function", "queue")
    }


def test_each_stage_has_its_own_reading(tmp_path: Path) -> None:
    files = {"t.yaml": TEMPLATE, "params/params-prod.json": PROD, "params/params-dev.json": DEV}
    found = read(tmp_path, files)
    assert ("queue", "prod", None, "jobs-prod") in drawn(found)
    assert ("queue", "dev", None, "jobs-dev") in drawn(found)
    calls = [one for one in found.needs() if "cache.example.com" in one]
    assert len(calls) == 1
    assert "prod" in calls[0]


def test_a_region_in_the_name_is_where_it_is_deployed(tmp_path: Path) -> None:
    files = {"t.yaml": TEMPLATE, "us-east-1/prod.json": PROD, "eu-west-1/prod.json": DEV.replace("dev", "prod")}
    found = read(tmp_path, files)
    assert {one[1:3] for one in drawn(found)} == {("prod", "us-east-1"), ("prod", "eu-west-1")}
    (fn,) = (one for one in found.components.values() if one.kind == "function" and one.region == "eu-west-1")
    assert ("eu-west-1/prod.json:1", "inferred") in {(one.locator, one.basis) for one in fn.evidence}


def test_a_region_that_a_script_tells_is_that_of_every_stage(tmp_path: Path) -> None:
    script = "aws cloudformation deploy --template-file t.yaml --region eu-west-1 --stack-name s --parameter-overrides file://params-$STAGE.json\n"
    files = {"t.yaml": TEMPLATE, "params-prod.json": PROD, "params-dev.json": DEV, "deploy.sh": script}
    assert {one[1:3] for one in drawn(read(tmp_path, files))} == {("prod", "eu-west-1"), ("dev", "eu-west-1")}


@pytest.mark.parametrize(
    "files",
    [
        {"prod.json": '{"Parameters": {"Other": "x"}}'},
        {"a.json": PROD},
        {"app/src/prod.json": PROD},
        {"prod.json": PROD, "u.yaml": TEMPLATE},
        {"prod.json": '{"Parameters": "prod"}'},
        {"prod.json": '{"Parameters": '},
    ],
)
def test_what_is_for_no_template_or_may_be_for_two_says_nothing(tmp_path: Path, files: dict[str, str]) -> None:
    assert {one[1] for one in drawn(read(tmp_path, {"t.yaml": TEMPLATE, **files}))} == {None}


def test_of_two_templates_the_name_tells(tmp_path: Path) -> None:
    files = {"api.yaml": TEMPLATE, "jobs.yaml": TEMPLATE, "api-prod.json": PROD, "jobs.dev.json": DEV}
    found = read(tmp_path, files)
    environments = {id.partition(":")[0].partition("@")[0]: one.environment for id, one in found.components.items()}
    assert environments == {"api.yaml": "prod", "jobs.yaml": "dev"}
