"""Which accounts are read, through the command line: an organization, roles, single sign-on, and what goes wrong with each."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from clouds import MAIN, OTHER, Answer, Cloud, Request, denied
from estates import EU, US, Makers
from running import blastradius, complaint

TOLD = tuple[str, str, str]


@pytest.fixture(scope="module")
def organization(provider: Cloud) -> tuple[Cloud, list[str]]:
    """An organization of a main account and three members, each with a queue in each of two regions."""
    provider.begin()
    make = Makers(provider)
    make("organizations").create_organization(FeatureSet="ALL")
    members = []
    for name in ("shop", "search", "closed"):
        made = make("organizations").create_account(AccountName=name, Email=f"{name}@shop.example")
        members.append(str(made["CreateAccountStatus"]["AccountId"]))
    for id in (MAIN, *members):
        for region in (US, EU):
            Makers(provider, id)("sqs", region).create_queue(QueueName="jobs")
    provider.asked = []
    return provider, members


def _scan(cloud: Cloud, folder: Path, *more: str, regions: str = f"{US},{EU}", **environment: str | None) -> Any:
    target = ("-o", str(folder / "inventory.json"))
    given = {**cloud.environment(), "AWS_PROFILE": None, **environment}
    return blastradius("scan", "--aws", "--regions", regions, *more, *target, **given)


def _coverage(folder: Path) -> dict[TOLD, str]:
    calls = json.loads((folder / "inventory.json").read_text())["coverage"]["calls"]
    return {(one["account"], one["region"], one["operation"]): one["status"] for one in calls}


def _shut(id: str) -> Any:
    """Nobody may enter an account."""
    return lambda request: (
        Answer(403, "AccessDenied") if request.key == "sts:AssumeRole" and id.encode() in request.body else None
    )


def test_an_organization_of_which_one_account_is_shut_and_one_operation_is_denied(
    organization: tuple[Cloud, list[str]], tmp_path: Path
) -> None:
    cloud, (shop, search, closed) = organization
    cloud.rules = [_shut(closed), denied("dynamodb:ListTables", region=EU, account=search)]
    done = _scan(cloud, tmp_path, "--accounts", "org", "--role-name", "audit")
    assert done.returncode == 0, done.stderr
    told = _coverage(tmp_path)
    assert {key for key, status in told.items() if status == "denied"} == {
        (closed, "global", "sts:AssumeRole"), (search, EU, "dynamodb:ListTables"),
    }  # fmt: skip
    assert told[shop, "global", "sts:AssumeRole"] == "ok"
    assert told[search, US, "dynamodb:ListTables"] == "ok"
    assert told[MAIN, "global", "organizations:ListAccounts"] == "ok"
    whole = {key for key in told if key[0] == shop and not key[2].startswith("sts:")}
    assert {(search, *rest) for _, *rest in whole} == {
        key for key in told if key[0] == search and not key[2].startswith("sts:")
    }
    inventory = json.loads((tmp_path / "inventory.json").read_text())
    queues = {(one["account"], one["region"]) for one in inventory["components"] if one["kind"] == "queue"}
    assert queues == {(id, region) for id in (MAIN, shop, search) for region in (US, EU)}
    gaps = {
        one["account"]: one["reason"] for one in inventory["gaps"] if one["evidence"][0]["locator"] == "sts:AssumeRole"
    }
    assert list(gaps) == [closed]
    assert "trust policy" in gaps[closed]
    names = {one["account"]: one.get("aliases") for one in inventory["components"] if one["kind"] == "account"}
    assert names[shop] == ["shop"], "an account can be selected by its name"
    assert _scan(cloud, tmp_path, "--accounts", "org", "--role-name", "audit", "--require-complete").returncode == 4


def test_an_organization_that_may_not_be_listed(organization: tuple[Cloud, list[str]], tmp_path: Path) -> None:
    cloud, _ = organization
    cloud.rules = [denied("organizations:ListAccounts")]
    done = _scan(cloud, tmp_path, "--accounts", "org", "--role-name", "audit")
    assert done.returncode == 3
    assert "management account" in complaint(done)


def test_an_organization_without_a_role_to_enter_its_accounts_by(
    organization: tuple[Cloud, list[str]], tmp_path: Path
) -> None:
    cloud, _ = organization
    cloud.rules = []
    done = _scan(cloud, tmp_path, "--accounts", "org")
    assert done.returncode == 2
    assert "--role-name" in complaint(done)


def test_an_organization_of_which_no_account_can_be_entered(
    organization: tuple[Cloud, list[str]], tmp_path: Path
) -> None:
    cloud, members = organization
    listed = tmp_path / "accounts.txt"
    listed.write_text("\n".join(members))
    cloud.rules = [denied("sts:AssumeRole")]
    done = _scan(cloud, tmp_path, "--accounts", str(listed), "--role-name", "audit")
    assert done.returncode == 3
    assert "AccessDenied" in complaint(done)
    assert not (tmp_path / "inventory.json").exists()


def test_a_role_of_another_account_is_assumed_before_anything_is_read(
    organization: tuple[Cloud, list[str]], tmp_path: Path
) -> None:
    cloud, (shop, *_) = organization
    cloud.rules, cloud.asked = [], []
    done = _scan(cloud, tmp_path, "--role-arn", f"arn:aws:iam::{shop}:role/audit")
    assert done.returncode == 0, done.stderr
    assert {account for account, _, _ in _coverage(tmp_path)} == {shop}
    by_main = Counter(one.key for one in cloud.asked if one.account == MAIN)
    assert set(by_main) <= {"sts:GetCallerIdentity", "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        (("--role-arn", "audit"), 2, "no ARN of a role"),
        (("--role-arn", f"arn:aws:iam::{OTHER}:role/shut"), 3, "trust policy"),
        (("--accounts", "nowhere.txt"), 3, "no such file"),
    ],
)
def test_roles_and_files_that_are_none(
    organization: tuple[Cloud, list[str]], tmp_path: Path, given: tuple[str, ...], code: int, told: str
) -> None:
    cloud, _ = organization
    cloud.rules = [_shut(f"{OTHER}%3Arole%2Fshut".partition("%")[0])]
    done = _scan(cloud, tmp_path, *given)
    assert done.returncode == code
    assert told in complaint(done)


def _profile(folder: Path, kind: str, expires: str) -> dict[str, str | None]:
    """The configuration of somebody who signed in once."""
    start = "https://shop.awsapps.example/start"
    lines = {"session": f"sso_session = shop\n[sso-session shop]\nsso_start_url = {start}\nsso_region = {US}\n",
             "legacy": f"sso_start_url = {start}\nsso_region = {US}\n"}[kind]  # fmt: skip
    (folder / "config").write_text(
        f"[profile prod]\nregion = {US}\nsso_account_id = {MAIN}\nsso_role_name = audit\n{lines}"
    )
    cache = folder / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    key = hashlib.sha1(({"session": "shop", "legacy": start}[kind]).encode()).hexdigest()
    token = {"startUrl": start, "region": US, "accessToken": "hunter2-token", "expiresAt": expires}
    if expires:
        (cache / f"{key}.json").write_text(json.dumps(token))
    return {
        "HOME": str(folder),
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_ACCESS_KEY_ID": None,
        "AWS_SECRET_ACCESS_KEY": None,
    }


@pytest.mark.parametrize("kind", ["session", "legacy"])
@pytest.mark.parametrize("expires", ["2020-01-01T00:00:00Z", "", "not a time"])
def test_single_sign_on_that_has_ended(
    organization: tuple[Cloud, list[str]], tmp_path: Path, kind: str, expires: str
) -> None:
    cloud, _ = organization
    cloud.rules = []
    done = _scan(cloud, tmp_path, "--profile", "prod", **_profile(tmp_path, kind, expires))
    assert done.returncode == 3
    said = complaint(done)
    assert "aws sso login --profile prod" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "config", ["[profile prod\nregion = x", "[profile prod]\nrole_arn = arn:aws:iam::111122223333:role/x\n",
               "[profile prod]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = prod2\n",
               "[profile prod]\ncredential_process = /nowhere/at-all\n", "\x00\xff"],
)  # fmt: skip
def test_configurations_that_lead_nowhere(organization: tuple[Cloud, list[str]], tmp_path: Path, config: str) -> None:
    cloud, _ = organization
    cloud.rules = []
    (tmp_path / "config").write_text(config, "latin-1")
    nothing = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    done = _scan(cloud, tmp_path, "--profile", "prod", **nothing)  # type: ignore[arg-type]
    assert done.returncode in (2, 3)
    assert complaint(done)


def _clock(request: Request) -> Answer | None:
    return Answer(403, "SignatureDoesNotMatch") if request.key == "sts:GetCallerIdentity" else None


def test_a_clock_that_is_wrong(organization: tuple[Cloud, list[str]], tmp_path: Path) -> None:
    cloud, _ = organization
    cloud.rules = [_clock]
    done = _scan(cloud, tmp_path)
    assert done.returncode == 3
    assert "clock" in complaint(done)


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")])
def test_accounts_of_other_partitions(
    organization: tuple[Cloud, list[str]], tmp_path: Path, region: str, partition: str
) -> None:
    cloud, _ = organization
    cloud.rules = []
    Makers(cloud)("sqs", region).create_queue(QueueName="jobs")
    cloud.asked = []
    done = _scan(cloud, tmp_path, regions=region, AWS_DEFAULT_REGION=region)
    assert done.returncode == 0, done.stderr
    inventory = json.loads((tmp_path / "inventory.json").read_text())
    (queue,) = [one for one in inventory["components"] if one["kind"] == "queue"]
    assert queue["id"] == f"arn:{partition}:sqs:{region}:{MAIN}:jobs"
    homes = {"aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
    assert {one.region for one in cloud.asked} <= {region, homes[partition]}, "nothing is asked in another partition"
