"""Templates written for the tests: what each says, and at which line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

import blastradius
from blastradius.model import RedundancyFact
from templates import CROSS, FUNCTION, read


def test_variables_name_resources_literal_names_and_hosts(tmp_path: Path) -> None:
    assert read(tmp_path, FUNCTION).needs() == ["Fn -> Queue at 12", "Fn -> Table at 13", "Fn -> api.example.com at 14"]


def test_an_unknown_region_is_absent(tmp_path: Path) -> None:
    assert read(tmp_path, FUNCTION).components["Fn"].region is None


def test_one_template_in_two_regions_is_two_stacks(tmp_path: Path) -> None:
    script = """\
    for region in us-east-1 eu-west-1; do
      aws cloudformation deploy --template-file t.yaml \\
        --region "$region" --stack-name shop
    done
    """
    found = read(tmp_path, {"t.yaml": FUNCTION, "deploy.sh": script})
    assert {one.region for one in found.components.values()} == {"us-east-1", "eu-west-1"}
    assert "t.yaml@eu-west-1:Fn -> t.yaml@eu-west-1:Queue at 12" in found.needs()
    assert found.components["t.yaml@us-east-1:Fn"].evidence[1].locator == "deploy.sh:2"


@pytest.mark.parametrize("command", ["--region $REGION", "--region $(cat r)", ""])
def test_a_region_that_is_not_certain_is_not_taken(tmp_path: Path, command: str) -> None:
    script = f"aws cloudformation deploy --template-file t.yaml {command}\n"
    found = read(tmp_path, {"t.yaml": FUNCTION, "deploy.sh": script})
    assert {one.region for one in found.components.values()} == {None}


def test_settings_of_sam_and_cdk_tell_regions(tmp_path: Path) -> None:
    config = '[default.deploy.parameters]\nregion = "eu-west-1"\n'
    found = read(tmp_path, {"a/template.yaml": FUNCTION, "a/samconfig.toml": config})
    assert {one.region for one in found.components.values()} == {"eu-west-1"}
    manifest = """\
    {"artifacts": {"S": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-2",
     "properties": {"templateFile": "S.template.json"}}}}
    """
    template = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}}}'
    found = read(tmp_path / "cdk", {"cdk.out/manifest.json": manifest, "cdk.out/S.template.json": template})
    (queue,) = found.components.values()
    assert queue.identities == ("arn:aws:sqs:eu-west-2:111122223333:q",)


def test_stacks_take_from_each_other(tmp_path: Path) -> None:
    found = read(tmp_path, CROSS)
    assert found.needs() == [
        "app.yaml:Fn -> child.yaml:Topic at 11",
        "app.yaml:Fn -> child.yaml:Topic at 2",
        "app.yaml:Fn -> network.yaml:Db at 10",
        "app.yaml:Fn -> network.yaml:Host [deploy] at 10",
        "app.yaml:Fn -> network.yaml:Queue at 9",
        "network.yaml:Db -> network.yaml:Secret [deploy] at 4",
    ]
    assert found.gaps == ["env GONE: import nobody-exports-this is exported by no scanned template: scan that as well"]


CONDITIONAL = """\
    Parameters: {Stage: {Type: String, Default: dev}, Size: {Type: String}, Cache: {Type: String, Default: ""}}
    Conditions:
      Prod: !Equals [!Ref Stage, prod]
      Large: !Equals [!Ref Size, large]
      Never: !Equals [a, b]
      NoCache: !Equals [!Ref Cache, ""]
    Resources:
      A: {Type: AWS::SQS::Queue, Condition: CONDITION}
      B: {Type: AWS::SQS::Queue}
      Fn: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {Q: !If [CONDITION, !Ref A, !Ref B]}}}}
    """


@pytest.mark.parametrize("condition", ["Prod", "Never"])
def test_what_a_condition_leaves_out_by_default_is_absent_and_counted(tmp_path: Path, condition: str) -> None:
    found = read(tmp_path, CONDITIONAL.replace("CONDITION", condition))
    assert found.needs() == ["Fn -> B at 10"]
    assert set(found.components) == {"B", "Fn"}
    assert list(found.found.unmapped.values()) == [1]


def test_what_a_condition_asks_of_an_empty_parameter_is_decided(tmp_path: Path) -> None:
    assert read(tmp_path, CONDITIONAL.replace("CONDITION", "NoCache")).needs() == ["Fn -> A at 10"]


def test_what_only_one_branch_of_an_undecided_condition_names_is_no_certain_need(tmp_path: Path) -> None:
    found = read(tmp_path, CONDITIONAL.replace("CONDITION", "Large"))
    assert found.needs() == []
    why = "is needed only as a condition goes that nothing scanned decides: scan what gives its parameter"
    assert found.gaps == [f"env Q: A {why}", f"env Q: B {why}"]
    assert found.components["A"].evidence[0].note == "condition Large cannot be decided: taken to be made"
    assert found.components["B"].evidence[0].note is None
    assert found.found.unmapped == {}


@pytest.mark.parametrize(
    ("environment", "certain", "open_ones"),
    [
        ("{Variables: {Q: !If [Large, !Ref A, !Sub '${A.Arn}/x']}}", ["A"], []),
        ("{Variables: {Q: !If [Large, !Ref A, !Ref 'AWS::NoValue'], R: !Ref B}}", ["B"], ["A"]),
        ("{Variables: {Q: !Sub ['${X} ${B}', {X: !If [Large, !Ref A, none]}]}}", ["B"], ["A"]),
        ("!If [Large, {Variables: {Q: !Ref A, R: !Ref B}}, {Variables: {R: !Ref B}}]", ["B"], ["A"]),
        ("!If [Large, {Variables: {Q: !Ref A}}, !Ref 'AWS::NoValue']", [], ["A"]),
        ("{Variables: !If [Large, {Q: !Ref A}, {Q: !Ref A}]}", ["A"], []),
        ("{Variables: {U: !If [Large, 'https://a.example.com', 'https://b.example.com/']}}", [], ["a.example.com or b.example.com"]),
        ("{Variables: {U: !If [Large, 'https://a.example.com', 'https://a.example.com/x']}}", ["a.example.com"], []),
    ],
)  # fmt: skip
def test_what_is_in_every_branch_is_certain_and_the_rest_is_not(
    tmp_path: Path, environment: str, certain: list[str], open_ones: list[str]
) -> None:
    template = CONDITIONAL.replace("{Variables: {Q: !If [CONDITION, !Ref A, !Ref B]}}", environment)
    found = read(tmp_path, template.replace(", Condition: CONDITION", ""))
    assert [one.split()[2] for one in found.needs()] == certain
    assert len(found.gaps) == len(open_ones)
    assert all(f": {shown}" in gap for gap, shown in zip(found.gaps, open_ones, strict=True))


def test_a_journey_through_what_a_condition_may_choose_is_unknown(tmp_path: Path) -> None:
    template = CONDITIONAL.replace("CONDITION", "Large") + "  # the end\n"
    (tmp_path / "template.yaml").write_text(dedent(template))
    (tmp_path / "blastradius.yaml").write_text("journeys: {j: {entries: ['function:Fn']}}\n")
    graph = blastradius.load(tmp_path)
    for removed in ("queue:A", "queue:B"):
        (journey,) = blastradius.simulate(graph, remove=[removed]).journeys
        assert (journey.verdict, journey.at_worst) == ("unknown", "breaks")


def test_what_a_deployment_gives_decides_a_condition(tmp_path: Path) -> None:
    config = '[default.deploy.parameters]\nregion = "eu-west-1"\nparameter_overrides = "Stage=prod"\n'
    files = {"a/template.yaml": CONDITIONAL.replace("CONDITION", "Prod"), "a/samconfig.toml": config}
    assert read(tmp_path, files).needs() == ["a/template.yaml:Fn -> a/template.yaml:A at 10"]


def test_a_route_needs_its_gateway_and_what_answers(tmp_path: Path) -> None:
    template = """\
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Queue: {Type: AWS::SQS::Queue}
      Fn:
        Type: AWS::Serverless::Function
        Properties:
          Events:
            Get: {Type: Api, Properties: {Path: /x, Method: get}}
            Work: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
    """
    found = read(tmp_path, template)
    assert found.needs() == ["Fn -> Queue at 9", "FnGet -> Fn at 8", "FnGet -> ServerlessRestApi at 8"]
    assert found.components["FnGet"].attributes["entry"] == "GET /x on ServerlessRestApi"


def test_records_of_one_name_are_a_choice(tmp_path: Path) -> None:
    record = """\
      {0}:
        Type: AWS::Route53::RecordSet
        Properties: {{Name: a.example.com, Type: A, TTL: "60", SetIdentifier: {0}, Failover: {1}, HealthCheckId: x, ResourceRecords: [{2}]}}
    """
    record = record.rstrip() + "\n"
    rows = record.format("One", "PRIMARY", "one.example.com") + record.format("Two", "SECONDARY", "two.example.com")
    found = read(tmp_path, "    Resources:\n" + rows)
    assert found.groups() == ["One -> one.example.com | two.example.com"]
    (group,) = (fact for fact in found.found.facts if isinstance(fact, RedundancyFact))
    assert group.active == (0,)
    assert group.failover is not None
    assert (group.failover.mode, group.failover.takes) == ("automatic", 150)


def test_what_only_deployment_knows_is_a_gap(tmp_path: Path) -> None:
    template = """\
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: [Mine]
    Parameters: {Names: {Type: CommaDelimitedList}}
    Resources:
      Fn::ForEach::Each: [N, !Ref Names, {"Q${N}": {Type: AWS::SQS::Queue}}]
      Fn::ForEach::Known: [N, [A, B], {"T${N}": {Type: AWS::SNS::Topic}}]
      Fn::Transform: {Name: AWS::Include}
      Odd: {Type: Custom::Thing}
    """
    found = read(tmp_path, template)
    assert sorted(found.components) == ["TA", "TB"]
    assert len(found.gaps) == 3
    assert found.found.unmapped == {"Custom::Thing": 1}


def test_a_serverless_file_says_what_its_framework_makes(tmp_path: Path) -> None:
    serverless = """\
service: shop
provider:
  name: aws
  stage: ${opt:stage, 'test'}
  region: ${opt:region, 'eu-west-1'}
  environment:
    TABLE: ${self:custom.table}
    API_URL: ${env:API_URL}
custom: {table: "orders-${self:provider.stage}"}
functions:
  web:
    events: [http: GET orders]
resources:
  Resources:
    Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: "${self:custom.table}"}}
"""
    found = read(tmp_path, {"serverless.yml": serverless})
    assert found.needs() == [
        "serverless.yml:WebLambdaFunction -> serverless.yml:Table at 7",
        "serverless.yml:WebLambdaFunctionHttp0 -> serverless.yml:ApiGatewayRestApi at 12",
        "serverless.yml:WebLambdaFunctionHttp0 -> serverless.yml:WebLambdaFunction at 12",
    ]
    assert found.components["serverless.yml:Table"].name == "orders-test"
    assert found.components["serverless.yml:Table"].region == "eu-west-1"
    assert found.gaps == ["env API_URL: ${env.API_URL} is not resolved: state the dependency in blastradius.yaml"]


def test_a_state_machine_in_another_file_is_read(tmp_path: Path) -> None:
    template = """\
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Queue: {Type: AWS::SQS::Queue}
      Machine:
        Type: AWS::Serverless::StateMachine
        Properties:
          DefinitionUri: machine.asl.json
          DefinitionSubstitutions: {Url: !Ref Queue}
    """
    machine = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Parameters": {"QueueUrl": "${Url}"}, "End": true}}}'
    found = read(tmp_path, {"t.yaml": template, "machine.asl.json": machine})
    assert found.needs() == ["Machine -> Queue at 1"]  # of the file that holds the definition


def test_replicas_serve_the_region_of_the_reader(tmp_path: Path) -> None:
    template = """\
    Conditions: {Main: !Equals [!Ref AWS::Region, us-east-1]}
    Resources:
      Table:
        Type: AWS::DynamoDB::GlobalTable
        Condition: Main
        Properties: {TableName: orders, Replicas: [{Region: us-east-1}, {Region: eu-west-1}]}
      Fn: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {TABLE: orders}}}}
    """
    script = "aws cloudformation deploy --template-file t.yaml --region us-east-1\n"
    script += "aws cloudformation deploy --template-file t.yaml --region eu-west-1\n"
    found = read(tmp_path, {"t.yaml": template, "deploy.sh": script})
    assert found.needs() == [
        "t.yaml@eu-west-1:Fn -> t.yaml@us-east-1:Table@eu-west-1 at 7",
        "t.yaml@us-east-1:Fn -> t.yaml@us-east-1:Table@us-east-1 at 7",
    ]


def test_a_nested_stack_takes_from_one_that_stands_below_it(tmp_path: Path) -> None:
    files = {
        "root.yaml": """\
            Resources:
              App:
                Type: AWS::CloudFormation::Stack
                Properties: {TemplateURL: app.yaml, Parameters: {Queue: !GetAtt Data.Outputs.Queue}}
              Data: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: data.yaml}}
            """,
        "data.yaml": """\
            Resources: {Queue: {Type: AWS::SQS::Queue}}
            Outputs: {Queue: {Value: !Ref Queue}}
            """,
        "app.yaml": """\
            Parameters: {Queue: {Type: String}}
            Resources:
              Fn: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {Q: !Ref Queue}}}}
            """,
    }
    found = read(tmp_path, files)
    assert found.needs() == ["app.yaml:Fn -> data.yaml:Queue at 3"]
    assert found.gaps == []


def test_a_destination_of_an_event_bus_calls_its_endpoint(tmp_path: Path) -> None:
    template = """\
    Resources:
      Conn: {Type: AWS::Events::Connection, Properties: {AuthorizationType: API_KEY}}
      Hook:
        Type: AWS::Events::ApiDestination
        Properties:
          ConnectionArn: !GetAtt Conn.Arn
          InvocationEndpoint: https://hooks.example.com/in
    """
    assert "Hook -> hooks.example.com at 7" in read(tmp_path, template).needs()


def test_a_machine_of_a_serverless_file_names_functions_as_that_does(tmp_path: Path) -> None:
    text = """\
    service: s
    provider: {name: aws, region: eu-west-1}
    functions: {check-it: {handler: a.b}}
    stepFunctions:
      stateMachines:
        flow:
          definition:
            StartAt: A
            States:
              A: {Type: Task, Resource: "arn:aws:states:::lambda:invoke", Parameters: {FunctionName: {Fn::GetAtt: [check-it, Arn]}}, End: true}
    """
    found = read(tmp_path, {"serverless.yml": text})
    assert found.needs() == [
        "serverless.yml:FlowStepFunctionsStateMachine -> serverless.yml:CheckDashitLambdaFunction at 10"
    ]
