"""Copies and alternatives that only an undecided condition makes: nothing tells that they take over."""

from __future__ import annotations

import pytest
from scanning import scanned

from blastradius import regions, simulate
from blastradius.pipeline import scan as inventory_of

HEAD = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters: {Dr: {Type: String%s}}
Conditions: {Dr: !Equals [!Ref Dr, "yes"]}
Resources:
"""
TABLE = """
  T:
    Type: AWS::DynamoDB::GlobalTable
    Properties: {TableName: t, Replicas: %s}
  F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {TABLE: !Ref T}}}}
  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}
"""
SPREAD = "[{Region: us-east-1}, !If [Dr, {Region: eu-west-1}, !Ref AWS::NoValue]]"
WHOLE = "!If [Dr, [{Region: us-east-1}, {Region: eu-west-1}], [{Region: us-east-1}]]"
RECORDS = """
  A: {Type: AWS::Route53::RecordSet, Properties: {Name: www.acme.example, Type: CNAME, TTL: 60, SetIdentifier: a, Failover: PRIMARY, HealthCheckId: h, ResourceRecords: [one.acme.example]}}
  B: {Type: AWS::Route53::RecordSet, Condition: Dr, Properties: {Name: www.acme.example, Type: CNAME, TTL: 60, SetIdentifier: b, Failover: SECONDARY, ResourceRecords: [two.acme.example]}}
"""


def doubts(found) -> list[str]:
    return [gap.reason for gap in found.gaps if "is made only as a condition goes" in gap.reason]


@pytest.mark.parametrize("replicas", [SPREAD, WHOLE])
def test_a_replica_that_a_condition_may_make_is_no_copy_for_certain(tmp_path, replicas):
    deploy = "aws cloudformation deploy --template-file t.yaml --region ap-south-1"
    scanned(tmp_path, {"t.yaml": HEAD % "" + TABLE % replicas, "deploy.sh": deploy})
    found = inventory_of(str(tmp_path / "shop"))
    assert regions(found).verdict == "unknown"
    (journey,) = simulate(found, remove=["region:us-east-1"]).journeys
    assert (journey.verdict, journey.at_worst) == ("unknown", "breaks")
    (journey,) = simulate(found, remove=["region:us-west-2"]).journeys
    assert journey.verdict == "survives"
    assert [gap.component for gap in found.gaps if "made only" in gap.reason] == ["cfn:shop:t.yaml:T@eu-west-1"]


@pytest.mark.parametrize(("default", "regions_of"), [("yes", {"us-east-1", "eu-west-1"}), ("no", {"us-east-1"})])
@pytest.mark.parametrize("replicas", [SPREAD, WHOLE])
def test_a_decided_replica_is_one_or_none(tmp_path, replicas, default, regions_of):
    found = scanned(tmp_path, {"t.yaml": HEAD % f', Default: "{default}"' + TABLE % replicas})
    assert {one.region for one in found.components.values() if one.id.startswith("cfn:shop:t.yaml:T@")} == regions_of
    assert not doubts(found)


def test_a_record_that_a_condition_may_make_is_no_way_out_for_certain(tmp_path):
    found = scanned(tmp_path, {"t.yaml": HEAD % "" + RECORDS})
    assert [line.replace("cfn:shop:", "") for line in found.lines()] == [
        "t.yaml:A -> (one.acme.example) | t.yaml:A/if-made/2 [runtime]", "t.yaml:A/if-made/2 -> (two.acme.example) [runtime]",
    ]  # fmt: skip
    (reason,) = doubts(found)
    assert reason.startswith("two.acme.example is made only")
    assert not doubts(scanned(tmp_path / "sure", {"t.yaml": HEAD % ", Default: 'yes'" + RECORDS}))
