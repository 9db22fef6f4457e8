"""What only the deployment knows: parameters of StackSets, keys of mappings, what custom resources make."""

from __future__ import annotations

import json

import pytest
from scanning import Scan, scanned

FUNCTION = """
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: x, Code: {ZipFile: x}, Environment: {Variables: {%s}}}
"""
CACHE = """
  Cache:
    Type: AWS::ElastiCache::CacheCluster
    Properties: {Engine: redis, NumCacheNodes: 1, CacheNodeType: t}
"""
MAPS = """
Mappings:
  Stages:
    prod: {host: "postgres://u:PLANTED@db.prod.acme.internal/x", level: info}
    dev: {host: "postgres://u:PLANTED@db.dev.acme.internal/x", level: debug}
Parameters:
  Stage: {Type: String}
Resources:"""


def lines(found: Scan) -> list[str]:
    return [line.replace("cfn:shop:", "") for line in found.lines()]


def reasons(found: Scan) -> list[str]:
    return sorted(gap.reason for gap in found.gaps)


def stack_set(parameters: str, group: str = "") -> str:
    return f"""
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Set:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: regional
      {parameters}
      StackInstancesGroup:
      - Regions: [eu-west-1]
        {group}
      TemplateBody: |
        Parameters:
          CacheHost: {{Type: String}}
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties: {{Role: x, Code: {{ZipFile: x}}, Environment: {{Variables: {{REDIS: !Ref CacheHost}}}}}}
{CACHE}
"""


def test_a_stack_set_hands_its_parameters_down(tmp_path):
    given = "Parameters: [{ParameterKey: CacheHost, ParameterValue: !GetAtt Cache.RedisEndpoint.Address}]"
    found = scanned(tmp_path, {"set.yaml": stack_set(given)})
    assert lines(found) == ["set.yaml#Set:F -> set.yaml:Cache"]
    assert not reasons(found)


def test_what_a_stack_set_overrides_in_a_region_counts_there(tmp_path):
    given = "Parameters: [{ParameterKey: CacheHost, ParameterValue: !GetAtt Cache.RedisEndpoint.Address}]"
    own = "ParameterOverrides: [{ParameterKey: CacheHost, ParameterValue: 'redis://near.acme.internal:6379'}]"
    found = scanned(tmp_path, {"set.yaml": stack_set(given, own)})
    assert lines(found) == ["set.yaml#Set:F -> (near.acme.internal)"]


def test_a_parameter_that_nobody_gives_is_a_gap_where_its_name_speaks_of_a_store(tmp_path):
    found = scanned(tmp_path, {"set.yaml": stack_set("Description: none")})
    assert lines(found) == []
    (reason,) = reasons(found)
    assert "REDIS: ${CacheHost} is not resolved" in reason


def test_a_parameter_that_is_no_address_is_no_gap(tmp_path):
    template = "Parameters:\n  L: {Type: String}\nResources:" + FUNCTION % "LOG_LEVEL: !Ref L, STAGE: !Ref L"
    assert not reasons(scanned(tmp_path, {"t.yaml": template}))


def test_of_a_mapping_by_an_unknown_key_nothing_is_needed_for_certain(tmp_path):
    template = (
        MAPS + FUNCTION % "DB: !FindInMap [Stages, !Ref Stage, host], LEVEL: !FindInMap [Stages, !Ref Stage, level]"
    )
    found = scanned(tmp_path, {"t.yaml": template})
    assert lines(found) == []
    (reason,) = reasons(found)
    assert "db.prod.acme.internal or db.dev.acme.internal" in reason
    assert "PLANTED" not in found.dump()


def test_files_of_parameters_decide_a_mapping(tmp_path):
    template = MAPS + FUNCTION % "DB: !FindInMap [Stages, !Ref Stage, host]"
    command = (
        "aws cloudformation deploy --template-file t.yaml --region eu-west-1 --parameter-overrides file://p/prod.json\n"
    )
    forms = [[{"ParameterKey": "Stage", "ParameterValue": "prod"}], {"Stage": "prod"}, ["Stage=prod"]]
    for number, form in enumerate([*forms, {"Parameters": {"Stage": "prod"}}]):
        files = {"t.yaml": template, "deploy.sh": command, "p/prod.json": json.dumps(form)}
        found = scanned(tmp_path / str(number), files)
        assert lines(found) == ["t.yaml:F -> (db.prod.acme.internal)"]


def test_a_file_of_parameters_that_is_missing_or_no_such_file_decides_nothing(tmp_path):
    template = MAPS + FUNCTION % "DB: !FindInMap [Stages, !Ref Stage, host]"
    command = "aws cloudformation deploy --template-file t.yaml --region eu-west-1 --parameter-overrides file://{}\n"
    for number, (name, held) in enumerate(
        [("", "1"), ("gone.json", "1"), ("p.json", "[[1]]"), ("p.json", "7"), ("p.json", "{")]
    ):
        files = {"t.yaml": template, "deploy.sh": command.format(name), "p.json": held}
        assert lines(scanned(tmp_path / str(number), files)) == []


def test_what_a_custom_resource_makes_is_a_gap_of_who_is_told_it(tmp_path):
    custom = (
        '\n  Own: {Type: Custom::Thing, Properties: {ServiceToken: "arn:aws:lambda:us-east-1:111122223333:function:t"}}'
    )
    told = 'THING: !GetAtt Own.Endpoint, DB_URL: !Sub "postgres://x@${Own.Host}:5432/x", APP_VERSION: !GetAtt Own.Version, TABLE: !GetAtt Own.Table, PASSWORD: !GetAtt Own.Password'
    found = scanned(tmp_path, {"t.yaml": "Resources:" + custom + FUNCTION % told})
    assert [reason.partition(" made by a custom")[0] for reason in reasons(found)] == [
        "env THING, env DB_URL, env TABLE: ${Own.Endpoint}, ${Own.Host}, ${Own.Table} are",
    ]


def test_what_the_cdk_hands_to_another_region_is_what_it_stands_for(tmp_path):
    key = "/cdk/exports/Edge/CoreRefTable"
    writer = {"region": "us-east-1", "exports": {key: {"Ref": "Table"}}}
    core = {
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST"}},
        "Writer": {"Type": "Custom::CrossRegionExportWriter", "Properties": {"WriterProps": writer}},
    }
    told = {"TABLE": {"Fn::GetAtt": ["Reader", key]}, "OTHER": {"Fn::GetAtt": ["Reader", "/cdk/exports/Edge/Gone"]}}
    props = {"region": "us-east-1", "imports": {key: f"{{{{resolve:ssm:{key}}}}}"}}
    edge = {
        "Reader": {"Type": "Custom::CrossRegionExportReader", "Properties": {"ReaderProps": props}},
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": told}}},
    }
    artifacts = {
        name: {"type": "aws:cloudformation:stack", "environment": f"aws://unknown-account/{region}", "properties": {"templateFile": f"{name}.json"}}
        for name, region in (("Core", "eu-west-1"), ("Edge", "us-east-1"))
    }  # fmt: skip
    files = {"cdk.out/manifest.json": {"artifacts": artifacts}, "cdk.out/Core.json": {"Resources": core}, "cdk.out/Edge.json": {"Resources": edge}}  # fmt: skip
    found = scanned(tmp_path, {path: json.dumps(value) for path, value in files.items()})
    assert lines(found) == ["cdk.out/Edge.json:F -> cdk.out/Core.json:Table"]
    assert [reason for reason in reasons(found) if "Reader" in reason] == [
        "env OTHER: ${Reader./cdk/exports/Edge/Gone} is made by a custom resource when deployed: state the dependency in blastradius.yaml"
    ]


def test_a_reference_within_json_text_stays_one(tmp_path):
    told = 'CONFIG: {"Fn::ToJsonString": {hosts: [!GetAtt Cache.RedisEndpoint.Address], port: 6379, tls: true}}'
    found = scanned(tmp_path, {"t.yaml": "Transform: AWS::LanguageExtensions\nResources:" + CACHE + FUNCTION % told})
    assert lines(found) == ["t.yaml:F -> t.yaml:Cache"]


def test_the_key_that_is_read_of_a_secret_is_no_part_of_its_name(tmp_path):
    arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"
    task = f"""
  T:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
      - {{Name: a, Image: b, Secrets: [{{Name: P, ValueFrom: "{arn}:password::"}}, {{Name: Q, ValueFrom: "{arn}"}}]}}
"""
    found = scanned(tmp_path, {"t.yaml": "Resources:" + task})
    assert {line for line in lines(found) if "secret" in line} == {f"t.yaml:T -> ({arn}) [startup]"}
    terraform = f"""
resource "aws_ecs_task_definition" "t" {{
  family = "t"
  container_definitions = jsonencode([{{ name = "a", image = "b", secrets = [{{ name = "P", valueFrom = "{arn}:password::" }}] }}])
}}
"""
    found = scanned(tmp_path / "tf", {"main.tf": terraform})
    assert [line for line in found.lines() if "secret" in line] == [
        f"tf:shop:aws_ecs_task_definition.t -> ({arn}) [startup]"
    ]


@pytest.mark.parametrize(
    ("name", "value", "gaps"),
    [
        ("API_URL", "!Ref S", 1),
        ("REDIS", "!Ref S", 1),
        ("API_URL", "!Sub 'https://${S}/v1'", 1),
        ("LOG_LEVEL", "!Ref S", 0),
        ("API_URL", "!Ref Known", 0),
    ],
)
def test_an_address_out_of_a_parameter_that_nobody_scanned_is_a_gap(tmp_path, name, value, gaps):
    text = f"""
Parameters:
  S: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/api-url}}
  Known: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/known}}
Resources:
  P: {{Type: 'AWS::SSM::Parameter', Properties: {{Name: /shop/known, Type: String, Value: 'https://api.example.com'}}}}
  F: {{Type: 'AWS::Lambda::Function', Properties: {{FunctionName: f, Handler: a.b, Environment: {{Variables: {{{name}: {value}}}}}}}}}
"""
    found = scanned(tmp_path, {"template.yaml": text})
    assert sum("nothing scanned tells what" in one.reason for one in found.gaps) == gaps
