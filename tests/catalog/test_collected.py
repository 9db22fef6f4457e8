"""Beside the facts that were collected, where they are at hand: every one is carried, and none is held for surer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from blastradius.catalog.services import dependencies_of, services_of, slas, vendors

KNOWLEDGE = Path(__file__).resolve().parents[3] / "shared" / "knowledge"
SURE = ("low", "medium", "high")
#: Carried elsewhere: a registry of packages is recognised by commands, ECR Public is a service of AWS.
ELSEWHERE = {"anaconda-org", "ecr-public"}
#: Parts that go by the name of what they are a part of.
SAME = {"route53-api": "route53"}


def collected(name: str) -> dict[str, Any]:
    path = KNOWLEDGE / name
    if not path.is_file():
        pytest.skip("the collected facts are not here")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def test_every_service_is_carried() -> None:
    ours = services_of("aws")
    for row in collected("aws_services.yaml")["services"]:
        one = ours[f"aws:{row['id']}"]
        assert SURE.index(one.confidence) <= SURE.index(row["confidence"]), row["id"]


def test_every_need_is_carried_with_what_showed_it() -> None:
    ours: dict[tuple[str, str], list[Any]] = {}
    for one in dependencies_of("aws"):
        ours.setdefault((one.dependent, one.dependency), []).append(one)
    for row in collected("aws_services.yaml")["dependencies"]:
        ends = tuple(f"aws:{SAME.get(row[end], row[end])}" for end in ("from", "to"))
        seen = set(row.get("observed_in") or ())
        assert any(seen <= set(one.observed_in) for one in ours[ends]), ends  # type: ignore[index]


def test_every_vendor_is_carried_with_its_incidents() -> None:
    ours = vendors()
    for row in collected("vendors.yaml")["vendors"]:
        if row["id"] in ELSEWHERE:
            continue
        one = ours[row["id"]]
        assert {told["incident"] for told in row.get("evidence") or ()} <= {told.incident for told in one.incidents}


def test_every_service_level_is_carried() -> None:
    ours = slas()
    assert {(row["provider"], row["id"]) for row in collected("slas.yaml")["slas"]} <= set(ours)
