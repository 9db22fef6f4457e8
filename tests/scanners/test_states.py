"""States that call an address by HTTP, in each source that holds their definition."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from recorded import MAIN, REGION, Recorded
from rooted import Shop

from blastradius.model import Gap
from blastradius.scanners.mapping.states import endpoints
from templates import read

_BORN = datetime(2026, 1, 1, tzinfo=UTC)
OWN = f"arn:aws:states:{REGION}:{MAIN}:stateMachine:m"


def definition(name: str, value: str) -> str:
    """A machine one of whose states calls an address."""
    call = {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": {name: value}}
    inner = {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": call}}]}
    return json.dumps({"StartAt": "P", "States": {"P": inner}})


def of_terraform(folder, text):
    shop = Shop(folder, {"main.tf": 'provider "aws" { region = "us-east-1" }\n'
        f'resource "aws_sfn_state_machine" "m" {{\n  name = "m"\n  definition = <<-EOT\n{text}\nEOT\n}}\n'})  # fmt: skip
    called = {one.dependency for one in shop.inventory.dependencies if one.dependency.startswith("vendor:")}
    return called, [one for one in shop.inventory.gaps if one.component == "tf:shop:aws_sfn_state_machine.m"]


def of_template(folder, text):
    found = read(folder, "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n"
        f"    Properties: {{DefinitionString: {json.dumps(text)}}}\n")  # fmt: skip
    texts = {one.partition(" -> ")[2].partition(" at ")[0] for one in found.needs()}
    return {"vendor:stripe"} & {"vendor:stripe" for one in texts if "api.stripe.com" in one}, [
        one for one in found.found.facts if isinstance(one, Gap) and one.component
    ]


def of_account(folder, text):
    machine = {"stateMachineArn": OWN, "name": "m"}
    more = {"definition": text, "roleArn": "r", "type": "STANDARD", "creationDate": _BORN}
    told = Recorded().told(
        "stepfunctions:ListStateMachines", {"stateMachines": [{**machine, "type": "STANDARD", "creationDate": _BORN}]}
    )
    told.told("stepfunctions:DescribeStateMachine", {**machine, **more}, of=OWN)
    facts = told.facts()
    called = {"vendor:stripe" for _, one in facts.needs if "api.stripe.com" in one}
    return called, [one for one in facts.gaps if one.component == OWN]


@pytest.mark.parametrize("source", [of_terraform, of_template, of_account])
@pytest.mark.parametrize(
    ("name", "value", "called"),
    [
        ("ApiEndpoint", "https://api.stripe.com/v1/charges", True),
        ("ApiEndpoint.$", "$.url", False),
        ("ApiEndpoint", "{% $url %}", False),
        ("Endpoint", "", None),
    ],
)
def test_an_address_is_needed_or_a_gap_where_it_is_computed(tmp_path, source, name, value, called):
    vendors, gaps = source(tmp_path, definition(name, value))
    assert (vendors, len(gaps)) == ({"vendor:stripe"} if called else set(), 1 if called is False else 0)


def test_a_ring_of_states_ends():
    ring: dict = {"ApiEndpoint": "x"}
    ring["States"] = ring
    assert next(iter(endpoints(ring))) == ("ApiEndpoint", "x")
    assert sum(1 for _ in endpoints(ring)) <= 20_000
