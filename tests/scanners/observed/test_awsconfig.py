"""AWS Config: resources, their places, and the few relationships that are needs."""

from __future__ import annotations

import json

from recording import calls, inventory, notes

ACCOUNT = "111122223333"


def item(kind, id, *related, region="us-east-1", **said):
    base = {
        "resourceType": f"AWS::{kind}",
        "resourceId": id,
        "awsRegion": region,
        "awsAccountId": ACCOUNT,
        "configurationItemStatus": "OK",
    }
    return {**base, "relationships": list(related), **said}


def related(kind, key="name", by="resourceId", how="Is attached to Thing ", id=""):
    return {by: id, "resourceType": f"AWS::{kind}", key: how}


def snapshot(*items):
    return {"fileVersion": "1.0", "configSnapshotId": "x", "configurationItems": list(items)}


def arn(tail, service="ec2", region="us-east-1"):
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{tail}"


INSTANCE, VOLUME = arn("instance/i-1"), arn("volume/vol-1")


def test_all_shapes_of_a_relationship_from_both_sides_are_one_need(tmp_path):
    for shape in ({"key": "name"}, {"key": "relationshipName"}, {"key": "name", "by": "resourceName"}):
        of_volume = related("EC2::Volume", id="vol-1", **shape)
        of_instance = related("EC2::Instance", id="i-1", **shape)
        files = {
            "c.json": snapshot(
                item("EC2::Instance", "i-1", of_volume, ARN=INSTANCE),
                item("EC2::Volume", "vol-1", of_instance, arn=VOLUME),
            )
        }
        found = inventory(tmp_path, files)
        own = [
            (one.dependent, one.dependency)
            for one in found.dependencies
            if one.evidence[0].scanner not in ("assemble", "catalog")
        ]
        assert own == [(INSTANCE, VOLUME)]
        assert {one.basis for one in found.dependencies if one.evidence[0].scanner == "awsconfig"} == {"observed"}


def test_places_and_names(tmp_path):
    items = (
        item("EC2::Instance", "i-1", ARN=INSTANCE, availabilityZone="us-east-1a"),
        item("DynamoDB::Table", "orders", resourceName="orders", arn=arn("table/orders", "dynamodb"), availabilityZone="Regional"),
        item("CloudFront::Distribution", "E1", region="global", configuration=json.dumps({"domainName": "d1.cloudfront.net"})),
        item("RDS::DBInstance", "db-XYZ", resourceName="shop", availabilityZone="us-east-1b", configuration={"endpoint": {"address": "shop.abc.us-east-1.rds.amazonaws.com"}, "masterUsername": "s3cr3t"}),
    )  # fmt: skip
    found = inventory(tmp_path, {"c.json": snapshot(*items)})
    by_name = {one.name: one for one in found.components}
    assert (by_name["i-1"].zone, by_name["i-1"].account) == ("us-east-1a", ACCOUNT)
    assert (by_name["orders"].zone, by_name["orders"].region) == (None, "us-east-1")
    assert by_name["E1"].region == "global"
    assert not [one for one in found.components if one.kind == "region" and one.name == "global"]
    assert "shop.abc.us-east-1.rds.amazonaws.com" in by_name["shop"].identities
    assert by_name["shop"].zone is None, "its standby may be in another zone"
    assert "s3cr3t" not in found.model_dump_json()


def test_networks_and_guards_are_no_needs_and_unknown_types_are_counted(tmp_path):
    items = (
        item(
            "EC2::Instance",
            "i-1",
            related("EC2::VPC", id="vpc-1", how="Is contained in Vpc"),
            related("EC2::SecurityGroup", id="sg-1"),
        ),
        item("EC2::VPC", "vpc-1", related("EC2::Instance", id="i-1", how="Contains Instance")),
        item("Lambda::Function", "f", related("IAM::Role", id="r")),
        item("Wonder::Thing", "w"),
    )
    found = inventory(tmp_path, {"c.json": snapshot(*items)})
    assert calls(found) == set()
    assert notes(found, "awsconfig") == {"AWS::Wonder::Thing": 1}


def test_one_of_a_group_of_machines_suffices(tmp_path):
    machines = [related("EC2::Instance", id=f"i-{n}", how="Contains Instance") for n in (1, 2)]
    items = [
        item("AutoScaling::AutoScalingGroup", "web", *machines),
        item("EC2::Instance", "i-1"),
        item("EC2::Instance", "i-2"),
    ]
    found = inventory(tmp_path, {"c.json": snapshot(*items)})
    assert calls(found) == {"web -> i-1 | i-2"}


def test_the_newest_item_counts_and_what_is_gone_is_gone(tmp_path):
    old = item("SQS::Queue", "q", resourceName="old", configurationItemCaptureTime="2026-01-01T00:00:00Z")
    new = item("SQS::Queue", "q", resourceName="new", configurationItemCaptureTime="2026-02-01T00:00:00Z")
    gone = item("SNS::Topic", "t", configurationItemStatus="ResourceDeleted")
    for items in ((old, new, gone), (gone, new, old)):
        found = inventory(tmp_path, {"c.json": {"configurationItems": list(items)}})
        assert {one.name for one in found.components if one.kind in ("queue", "topic")} == {"new"}


def test_one_id_in_two_regions_is_two_things(tmp_path):
    key = related("KMS::Key", id="k")
    items = [item("SQS::Queue", "q", key, region=region) for region in ("us-east-1", "eu-west-1")]
    items += [item("KMS::Key", "k", region=region) for region in ("us-east-1", "eu-west-1")]
    found = inventory(tmp_path, {"c.json": snapshot(*items)})
    own = {
        (one.dependent.split("/")[2], one.dependency.split("/")[2])
        for one in found.dependencies
        if one.evidence[0].scanner not in ("assemble", "catalog")
    }
    assert own == {("us-east-1", "us-east-1"), ("eu-west-1", "eu-west-1")}


def test_terraform_and_config_describe_one_table(tmp_path):
    terraform = (
        'provider "aws" {\n  region = "us-east-1"\n}\nresource "aws_dynamodb_table" "orders" {\n  name = "orders"\n}\n'
    )
    table = item("DynamoDB::Table", "orders", resourceName="orders", arn=arn("table/orders", "dynamodb"))
    found = inventory(tmp_path, {"main.tf": terraform, "c.json": snapshot(table)})
    assert [one.id for one in found.components if one.kind == "database"] == [arn("table/orders", "dynamodb")]


def test_evidence_stands_at_the_item_and_not_where_others_name_it(tmp_path):
    pair = (
        item("EC2::Instance", "i-1", related("EC2::Volume", id="vol-1"), ARN=INSTANCE),
        item("EC2::Volume", "vol-1", arn=VOLUME),
    )
    found = inventory(tmp_path, {"c.json": snapshot(*pair)})
    (volume,) = [one for one in found.components if one.id == VOLUME]
    line = int(volume.evidence[0].locator.rpartition(":")[2])
    assert VOLUME in (tmp_path / "shop" / "c.json").read_text().splitlines()[line - 1]
