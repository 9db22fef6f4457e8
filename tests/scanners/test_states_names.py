"""What states of a machine call by name, in templates and in Terraform alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scanning import scanned

CALL = "arn:aws:states:::"
MACHINES = {"template": "cfn:shop:t.yaml:M", "terraform": "tf:shop:aws_sfn_state_machine.m"}


def machine(folder, sort: str, state: dict[str, Any]):
    text = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Task", "End": True, **state}}})
    if sort == "template":
        files = {
            "t.yaml": f"Resources:\n  M: {{Type: AWS::StepFunctions::StateMachine, Properties: {{DefinitionString: {json.dumps(text)}}}}}\n  Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: own}}}}\n  T: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: own-table}}}}\n",
            "d.sh": "aws cloudformation deploy --template-file t.yaml --region eu-west-1\n",
        }
    else:
        files = {
            "main.tf": f'provider "aws" {{ region = "eu-west-1" }}\nresource "aws_dynamodb_table" "t" {{ name = "own-table" }}\nresource "aws_sfn_state_machine" "m" {{\n  name = "m"\n  definition = <<-EOT\n{text}\nEOT\n}}\n'
        }
    found = scanned(folder, files)
    id = MACHINES[sort]
    needs = {one.reference.texts[0] for one in found.rules if one.dependent == id}
    return needs, [gap.reason for gap in found.gaps if gap.component == id]


@pytest.mark.parametrize("sort", MACHINES)
@pytest.mark.parametrize(
    ("state", "need", "computed"),
    [
        ({"Resource": f"{CALL}lambda:invoke", "Parameters": {"FunctionName": "far"}}, "arn:aws:lambda:eu-west-1::function:far", 0),
        ({"Resource": f"{CALL}lambda:invoke", "Arguments": {"FunctionName": "{% $f %}"}}, "", 1),
        ({"Resource": f"{CALL}dynamodb:getItem", "Parameters": {"TableName": "far", "Key": {"TableName": "not-one"}}}, "arn:aws:dynamodb:eu-west-1::table/far", 0),
        ({"Resource": f"{CALL}aws-sdk:dynamodb:getItem", "Parameters": {"TableName": "own-table"}}, "own", 0),
        ({"Resource": f"{CALL}sqs:sendMessage.waitForTaskToken", "Parameters": {"QueueUrl.$": "$.q", "MessageBody.$": "$"}}, "", 1),
        ({"Type": "Map", "ItemReader": {"Resource": f"{CALL}s3:getObject", "Parameters": {"Bucket": "inbox"}}}, "arn:aws:s3:::inbox", 0),
        ({"Resource": f"{CALL}events:putEvents", "Parameters": {"Entries": [{"EventBusName": "far"}]}}, "arn:aws:events:eu-west-1::event-bus/far", 0),
        ({"Resource": f"{CALL}events:putEvents", "Parameters": {"Entries": [{"EventBusName": "default"}]}}, "", 0),
        ({"Resource": f"{CALL}lambda:invoke", "Parameters": {"FunctionName": "far", "Payload": {"TableName": "x", "QueueUrl.$": "$.q"}}}, "arn:aws:lambda:eu-west-1::function:far", 0),
        ({"Resource": f"{CALL}aws-sdk:glue:getTable", "Parameters": {"TableName": "far"}}, "", 0),
    ],
)  # fmt: skip
def test_what_a_state_names_is_needed_or_a_gap_where_it_is_computed(tmp_path, sort, state, need, computed):
    needs, gaps = machine(tmp_path, sort, state)
    own = {"template": "cfn:shop:t.yaml:T", "terraform": "tf:shop:aws_dynamodb_table.t"}[sort]
    assert needs == ({own} if need == "own" else {need} if need else set())
    assert sum("is computed while the machine runs" in one for one in gaps) == computed == len(gaps)
