"""What is held of an answer, in memory and in the file from which a scan goes on: no secret, wherever people put it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from recorded import Recorded

from blastradius.scanners.aws.recording import dump
from blastradius.scanners.aws.spec import calls
from blastradius.scanners.aws.texts import plain_tags

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ456789"
LISTED = [
    {"Key": "team", "Value": "shop"},
    {"Key": "password", "Value": "hunter2"},
    {"Key": "conn", "Value": "postgres://shop:hunter2@db.shop.example/x"},
    {"Key": "note", "Value": f"deploy with {TOKEN}"},
    {"Key": TOKEN, "Value": "x"},
]


def _held(told: Recorded) -> str:
    import gzip

    return repr(told.answers) + gzip.decompress(dump(told.answers)).decode() + repr(told.facts().rest)


def test_tags_with_secrets_are_left_out_before_they_are_held() -> None:
    secret = {"ARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf", "Name": "db", "Tags": LISTED}
    told = Recorded().told("secretsmanager:ListSecrets", {"SecretList": [secret]})
    held = _held(told)
    assert "hunter2" not in held
    assert TOKEN not in held
    (found,) = told.facts().components.values()
    assert found.tags == {"team": "shop"}


@pytest.mark.parametrize("text", [f"key for {TOKEN}", "password=hunter2", "https://u:hunter2@shop.example"])
def test_descriptions_with_secrets_are_left_out(text: str) -> None:
    key = {
        "KeyId": "k",
        "Arn": "arn:aws:kms:us-east-1:111122223333:key/k",
        "Description": text,
        "KeyManager": "CUSTOMER",
    }
    told = Recorded().told("kms:DescribeKey", {"KeyMetadata": key}, of="k")
    held = _held(told)
    assert "hunter2" not in held
    assert TOKEN not in held


def test_a_name_that_is_a_token_is_no_candidate() -> None:
    given = {"Variables": {"TABLE_NAME": TOKEN, "ORDERS_TABLE": "orders"}}
    own = {"FunctionName": "f", "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:f", "Environment": given}
    held = _held(Recorded().told("lambda:ListFunctions", {"Functions": [own]}))
    assert TOKEN not in held
    assert "orders" in held


@pytest.mark.parametrize(
    "tags", [LISTED, {one["Key"]: one["Value"] for one in LISTED}, [{"TagKey": "team", "TagValue": "shop"}], [{"key": "team", "value": "shop"}]]
)  # fmt: skip
def test_tags_in_all_their_forms(tags: Any) -> None:
    assert plain_tags(tags) == {"team": "shop"}


def test_no_field_is_kept_that_holds_values_of_settings() -> None:
    for call in calls():
        for name in call.keep:
            parts = set(re.findall(r"\w+", name.partition(": ")[2] or name))
            assert not parts & {
                "UserData",
                "Environment",
                "Variables",
                "environment",
                "SecretString",
                "MasterUserPassword",
            }
