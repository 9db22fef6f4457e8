"""The whole way as a user goes it: a process of its own, over HTTP, to an inventory and to answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from clouds import MAIN, OTHER, Cloud
from estates import REGIONS, SECRETS
from running import blastradius
from syrupy.assertion import SnapshotAssertion


def _scan(cloud: Cloud, folder: Path, *more: str, name: str = "inventory.json") -> Any:
    accounts = folder / "accounts.txt"
    accounts.write_text(f"{MAIN}  # the shop\n\narn:aws:iam::{OTHER}:role/audit\n")
    return blastradius(
        "scan", "--aws", "--accounts", str(accounts), "--regions", ",".join(REGIONS), "-o", str(folder / name), *more,
        **cloud.environment(AWS_PROFILE=None),  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture(scope="module")
def scanned(built: Cloud, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of an inventory of the shop, and all that was printed."""
    folder = tmp_path_factory.mktemp("scanned")
    built.rules, built.asked = [], []
    done = _scan(built, folder)
    assert done.returncode == 0, done.stderr
    return folder, (done.stdout + done.stderr).decode()


def test_the_inventory_of_two_accounts_in_three_regions(scanned: tuple[Path, str], snapshot: SnapshotAssertion) -> None:
    text = (scanned[0] / "inventory.json").read_text()
    inventory = json.loads(text)
    services = {one["service"] for one in inventory["components"] if one.get("service") and one.get("type")}
    assert len(services) >= 25, sorted(services)
    assert {one["account"] for one in inventory["components"] if one.get("type")} == {MAIN, OTHER}
    assert {one["region"] for one in inventory["components"] if one.get("type")} >= set(REGIONS)
    # a part of the host name of a cache is made up anew each time
    assert re.sub(r"(?<=sessions\.)[a-z0-9]{6}(?=\.use1\.cache)", "abc123", text) == snapshot


def test_a_second_scan_is_the_same_to_the_byte(built: Cloud, scanned: tuple[Path, str]) -> None:
    built.rules = []
    assert _scan(built, scanned[0], name="again.json").returncode == 0
    assert (scanned[0] / "again.json").read_bytes() == (scanned[0] / "inventory.json").read_bytes()


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us-east-1", {"www-shop-example": "survives", "orders-get-orders": "breaks", "pictures": "breaks", "reports-route": "survives"}),
        ("eu-west-1", {"www-shop-example": "survives", "orders-get-orders": "survives", "pictures": "survives", "reports-route": "survives"}),
        ("ap-southeast-2", {"www-shop-example": "survives", "orders-get-orders": "survives", "reports-route": "breaks"}),
    ],
)  # fmt: skip
def test_journeys_when_a_region_is_lost(scanned: tuple[Path, str], region: str, expected: dict[str, str]) -> None:
    done = blastradius(
        "simulate", str(scanned[0] / "inventory.json"), "--remove", f"region:{region}", "--format", "json"
    )
    verdicts = {one["name"]: one["verdict"] for one in json.loads(done.stdout)["journeys"]}
    assert {name: verdicts[name] for name in expected} == expected


def test_planted_secrets_are_nowhere(scanned: tuple[Path, str]) -> None:
    for secret in SECRETS:
        assert secret not in scanned[1]
        for file in scanned[0].iterdir():
            assert secret.encode() not in file.read_bytes(), file.name


def test_what_stands_in_files_as_well_is_one_thing(built: Cloud, scanned: tuple[Path, str], tmp_path: Path) -> None:
    built.rules = []
    (tmp_path / "main.tf").write_text(
        'provider "aws" {\n  region = "us-east-1"\n  allowed_account_ids = ["111122223333"]\n}\n'
        'resource "aws_dynamodb_table" "orders" {\n  name = "orders"\n}\nresource "aws_sqs_queue" "new" {\n  name = "not-there-yet"\n}\n'
    )
    both = tmp_path / "both.json"
    done = blastradius(
        "scan",
        str(tmp_path),
        "--aws",
        "--regions",
        "us-east-1",
        "-o",
        str(both),
        **built.environment(AWS_PROFILE=None),  # type: ignore[arg-type]
    )
    assert done.returncode == 0, done.stderr
    tables = [
        one
        for one in json.loads(both.read_text())["components"]
        if one["kind"] == "database" and one["name"] == "orders"
    ]
    assert [one["id"] for one in tables] == [f"arn:aws:dynamodb:us-east-1:{MAIN}:table/orders"]
    assert {one["scanner"] for one in tables[0]["evidence"]} >= {"aws", "terraform"}


def test_credentials_that_are_not_there(tmp_path: Path) -> None:
    nothing = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_PROFILE": None, "AWS_EC2_METADATA_DISABLED": "true",
               "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}  # fmt: skip
    done = blastradius("scan", "--aws", **nothing)  # type: ignore[arg-type]
    assert done.returncode == 3
    said = done.stderr.decode()
    assert said.startswith("blastradius: no AWS credentials:")
    assert said.count("\n") == 1
    assert "--profile" in said


def test_a_profile_that_is_not_there(tmp_path: Path) -> None:
    done = blastradius(
        "scan", "--aws", "--profile", "nobody", AWS_CONFIG_FILE=str(tmp_path / "config"), AWS_PROFILE=None
    )
    assert done.returncode == 2
    assert b"no profile 'nobody'" in done.stderr


def test_options_of_accounts_without_accounts() -> None:
    done = blastradius("scan", "--regions", "us-east-1")
    assert done.returncode == 2
    assert b"--regions: only with --aws" in done.stderr


def test_a_region_that_is_none(built: Cloud) -> None:
    built.rules = []
    done = blastradius("scan", "--aws", "--regions", "us-east-11", **built.environment(AWS_PROFILE=None))  # type: ignore[arg-type]
    assert done.returncode == 2
    assert b"did you mean us-east-1?" in done.stderr


def test_incomplete_where_completeness_is_asked_for(built: Cloud, tmp_path: Path) -> None:
    built.rules = []
    done = blastradius(
        "scan",
        "--aws",
        "--regions",
        "us-east-1",
        "--require-complete",
        **built.environment(AWS_PROFILE=None),  # type: ignore[arg-type]
    )
    assert done.returncode == 4


def test_the_policy_is_printed_without_any_credentials() -> None:
    done = blastradius("scan", "--aws", "--print-policy", AWS_ACCESS_KEY_ID=None, AWS_PROFILE=None)
    assert done.returncode == 0, done.stderr
    statements = json.loads(done.stdout)["Statement"]
    assert {one["Effect"] for one in statements} == {"Allow"}
    assert "pipes:DescribePipe" in [action for one in statements for action in one["Action"]]
