"""Drift: files beside the account that they were applied to. `diff` shows what differs and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from clouds import MAIN, Cloud
from estates import DEPLOYED, US, Makers, deployed
from running import blastradius

TABLE = f"arn:aws:dynamodb:{US}:{MAIN}:table/orders"
FUNCTION = f"arn:aws:lambda:{US}:{MAIN}:function:fulfil"


@pytest.fixture(scope="module")
def applied(provider: Cloud) -> Cloud:
    """The account just after an apply."""
    provider.begin()
    deployed(Makers(provider))
    return provider


def _scan(folder: Path, name: str, *arguments: str, cloud: Cloud | None = None) -> Path:
    where = folder / name
    given = cloud.environment(AWS_PROFILE=None) if cloud else {}  # type: ignore[arg-type]
    done = blastradius("scan", *arguments, "-o", str(where), cwd=folder, **given)
    assert done.returncode == 0, done.stderr
    return where


def _changes(before: Path, after: Path) -> list[dict[str, Any]]:
    done = blastradius("diff", str(before), str(after), "--format", "json")
    assert done.returncode == 0, done.stderr
    changes = json.loads(done.stdout)["changes"]
    return [one for one in changes if one["subject"] != "gap"]


def test_what_was_applied_does_not_differ_and_what_was_changed_by_hand_does(applied: Cloud, tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "main.tf").write_text(DEPLOYED)
    files = _scan(tmp_path, "files.json", "live")
    account = _scan(tmp_path, "account.json", "--aws", "--regions", US, cloud=applied)
    assert _changes(files, account) == []
    assert _changes(account, files) == []
    shown = blastradius("diff", str(files), str(account)).stdout.decode()
    assert "components" not in shown
    assert "dependencies" not in shown

    make = Makers(applied)
    variables = {"PAYMENTS_URL": "https://api.stripe.com/v1", "MAIL_URL": "https://api.sendgrid.com/v3"}
    make("lambda").update_function_configuration(FunctionName="fulfil", Environment={"Variables": variables})
    make("sqs").create_queue(QueueName="made-by-hand")
    make("ecr").delete_repository(repositoryName="shop/web")
    drifted = _scan(tmp_path, "drifted.json", "--aws", "--regions", US, cloud=applied)
    seen = {(one["subject"], one["what"], one["id"]) for one in _changes(files, drifted) if not one["placement"]}
    by_hand = f"arn:aws:sqs:{US}:{MAIN}:made-by-hand"
    assert {one for one in seen if "platform" not in one[2]} == {
        ("component", "added", by_hand), ("component", "added", "vendor:sendgrid"), ("component", "removed", "tf:live:aws_ecr_repository.web"),
        ("dependency", "removed", f"{FUNCTION} -> {TABLE}"), ("dependency", "added", f"{FUNCTION} -> vendor:sendgrid"),
    }  # fmt: skip
    both = _scan(tmp_path, "both.json", "live", "--aws", "--regions", US, cloud=applied)
    merged = {one["id"]: one for one in json.loads(both.read_text())["components"]}
    assert {one["scanner"] for one in merged[TABLE]["evidence"]} >= {"aws", "terraform"}
    assert merged[f"arn:aws:rds:{US}:{MAIN}:db:shop"]["zone"].startswith("use1-az")
    assert not [id for id in merged if id.startswith("tf:") and "ecr" not in id]
