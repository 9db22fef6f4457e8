"""`${cf:stack.Output}`: what another stack tells, resolved where it is scanned, else a gap whatever it is called."""

from __future__ import annotations

from scanning import scanned

MAKES = """
service: data
provider: {name: aws, region: eu-west-1, stage: prod}
functions: {check: {handler: a.b}}
resources:
  Resources: {T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST}}}
  Outputs: {Name: {Value: !Ref T}}
"""
TAKES = """
service: shop
provider:
  name: aws
  region: REGION
  stage: prod
  environment: {VALUES}
  httpApi: {authorizers: {own: {type: request, functionArn: "AUTHORIZER"}}}
functions: {get: {handler: a.b, events: [{httpApi: {path: /, method: get, authorizer: {name: own}}}]}}
"""


def taken(
    tmp_path,
    values: str,
    region: str = "eu-west-1",
    authorizer: str = "arn:aws:lambda:eu-west-1:111122223333:function:a",
):
    text = TAKES.replace("VALUES", values).replace("REGION", region).replace("AUTHORIZER", authorizer)
    found = scanned(tmp_path, {"data/serverless.yml": MAKES, "shop/serverless.yml": text})
    return [line.replace("cfn:shop:", "") for line in found.lines()], [gap.reason for gap in found.gaps]


def test_an_output_of_a_scanned_stack_is_what_it_stands_for(tmp_path):
    for number, (said, region) in enumerate([("cf:", "eu-west-1"), ("cf(eu-west-1):", "eu-central-1"), ("cf.eu-west-1:", "us-east-1")]):  # fmt: skip
        lines, gaps = taken(tmp_path / str(number), f'TABLE: "${{{said}data-${{self:provider.stage}}.Name}}"', region)
        assert "shop/serverless.yml:GetLambdaFunction -> data/serverless.yml:T" in lines
        assert not gaps


def test_the_framework_tells_the_arn_of_a_function(tmp_path):
    lines, gaps = taken(tmp_path, "A: b", authorizer="${cf:data-prod.CheckLambdaFunctionQualifiedArn}")
    assert "shop/serverless.yml:GetLambdaFunctionHttpApi0 -> data/serverless.yml:CheckLambdaFunction [runtime]" in lines
    assert not gaps


def test_an_output_that_nothing_tells_is_a_gap_whatever_it_is_called(tmp_path):
    values = (
        "USERS_TABLE: '${cf:other.Name, ''none''}', X: '${cf:data-prod.Gone}', Y: '${cf(us-east-1):data-prod.Name}'"
    )
    lines, gaps = taken(tmp_path, values, authorizer="${cf:other.Arn}")
    assert not any("data/" in line for line in lines)
    assert [reason.partition(": ")[0] for reason in gaps] == ["env USERS_TABLE", "env X", "env Y", "authorizer"]
