"""Templates that a pipeline of AWS deploys, as one stack or as several of a StackSet; what it gives them."""

from __future__ import annotations

import pytest
from scanning import scanned

PIPELINE = """
Resources:
  Ship:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Put
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: PROVIDER, Version: "1"}
              CONFIGURATION
  Sink: {Type: AWS::S3::Bucket, Properties: {BucketName: audit-sink-of-acme}}
"""
AUDIT = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters: {Sink: {Type: String}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: audit, Environment: {Variables: {SINK: !Ref Sink}}}}
"""
OWN = "aws cloudformation deploy --template-file pipeline.yaml --region eu-north-1\n"


def deployed(tmp_path, provider: str, configuration: str, **files: str) -> tuple[set[str | None], set[str]]:
    text = PIPELINE.replace("PROVIDER", provider).replace("CONFIGURATION", configuration)
    found = scanned(tmp_path, {"pipeline.yaml": text, "sets/audit.yaml": AUDIT, "d.sh": OWN, **files})
    functions = {one.region for one in found.components.values() if one.kind == "function"}
    return functions, {one.rpartition(" -> ")[2] for one in found.lines() if "audit.yaml" in one}


BUCKET = {"cfn:shop:pipeline.yaml:Sink"}


@pytest.mark.parametrize(
    ("provider", "configuration", "regions", "needs"),
    [
        ("CloudFormationStackSet", 'Configuration: {StackSetName: s, TemplatePath: "src::sets/audit.yaml", Regions: "eu-west-1,us-east-1", Parameters: "ParameterKey=Sink,ParameterValue=audit-sink-of-acme"}', {"eu-west-1", "us-east-1"}, BUCKET),
        ("CloudFormation", 'Configuration: {StackName: s, TemplatePath: "src::sets/audit.yaml", ParameterOverrides: \'{"Sink": "audit-sink-of-acme"}\'}', {"eu-north-1"}, BUCKET),
        ("CloudFormation", 'Configuration: {StackName: s, TemplatePath: "src::sets/audit.yaml", TemplateConfiguration: "src::prod.json"}\n              Region: us-west-2', {"us-west-2"}, BUCKET),
        ("CloudFormation", 'Configuration: {StackName: s, TemplatePath: "built::packaged.yaml"}\n              Region: !Ref Where', {None}, set()),
        ("CloudFormation", 'Configuration: {StackName: s, TemplatePath: "built::packaged.yaml"}\n              Region: us-west-2', {"us-west-2"}, set()),
        ("Manual", 'Configuration: {CustomData: "x"}', {None}, set()),
    ],
)  # fmt: skip
def test_an_action_deploys_a_template(tmp_path, provider, configuration, regions, needs):
    files = {
        "prod.json": '{"Parameters": {"Sink": "audit-sink-of-acme"}}',
        "buildspec.yml": "version: 0.2\nphases:\n  build:\n    commands:\n      - aws cloudformation package --template-file sets/audit.yaml --s3-bucket b --output-template-file packaged.yaml\n",
    }
    assert deployed(tmp_path, provider, configuration, **files) == (regions, needs)


def test_the_address_of_a_nested_stack_is_told_without_its_password(tmp_path):
    text = "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://u:PLANTED@acme.example/n.yaml?X=PLANTED'}}\n"
    found = scanned(tmp_path, {"t.yaml": text})
    (gap,) = found.gaps
    assert gap.reference == "https://acme.example/n.yaml"
    assert "PLANTED" not in found.dump()


def test_a_connector_is_a_need_of_its_source(tmp_path):
    text = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      T: {Type: AWS::Serverless::SimpleTable}
      F:
        Type: AWS::Serverless::Function
        Properties: {Handler: a.b}
        Connectors: {C: {Properties: {Destination: {Id: T}, Permissions: [Read]}}}
    """
    (rule,) = scanned(tmp_path, {"template.yaml": text}).rules
    assert (rule.dependent, rule.sets_going) == ("cfn:shop:template.yaml:F", None)
