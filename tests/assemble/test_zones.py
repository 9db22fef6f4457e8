"""Zones by name and by id: they meet within one account that tells what its names mean, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from telling import any_of, component, gaps_of, ids, seen, thing, told

from blastradius.assemble import finish
from blastradius.model import Component, Fact, Gap, RedundancyFact

MAIN, OTHER = "111122223333", "444455556666"
NAMES = {MAIN: {"us-east-1a": "use1-az4", "us-east-1b": "use1-az6"}, OTHER: {"us-east-1a": "use1-az2"}}
DB = {"kind": "database", "type": "rds", "name": "orders", "service": "rds", "provider": "aws", "region": "us-east-1"}
ARN = f"arn:aws:rds:us-east-1:{MAIN}:db:orders"


def account(id: str) -> Component:
    zones = {f"zone {name}": zone for name, zone in NAMES[id].items()}
    return thing(f"aws:account/{id}", id, kind="account", scanner="aws", provider="aws", account=id, attributes=zones)


def in_file(zone: str | None, **more: Any) -> Component:
    return thing("tf:live:db", scanner="terraform", zone=zone, **{**DB, **more})


def in_account(zone: str | None, id: str = MAIN) -> Component:
    return thing(ARN.replace(MAIN, id), scanner="aws", zone=zone, account=id, **DB)


def group(dependent: str, *zones: str, scanner: str = "terraform") -> RedundancyFact:
    return any_of(dependent, *(f"aws:zone/{one}" for one in zones), role="resource", evidence=seen("x", scanner))


@pytest.mark.parametrize("known", [None, MAIN])
def test_a_name_in_a_file_and_the_id_in_its_account_are_one_zone(known: str | None) -> None:
    here = told(account(MAIN), in_file("us-east-1a", account=known), in_account("use1-az4"))
    found = component(here, ARN)
    assert found.zone == "use1-az4"
    assert {one.scanner for one in found.evidence} >= {"terraform", "aws"}
    assert not [gap for gap in here.gaps if "disagree" in gap.reason or gap.same_as]
    assert "aws:zone/use1-az4" in ids(here)
    assert "aws:zone/us-east-1a" not in ids(here)


def test_a_name_that_means_another_zone_keeps_two_things_apart() -> None:
    here = told(account(MAIN), in_file("us-east-1b"), in_account("use1-az4"))
    assert {"tf:live:db", ARN} <= ids(here)


def test_names_of_one_account_say_nothing_of_another() -> None:
    here = told(account(MAIN), account(OTHER), in_file("us-east-1a", account=OTHER), in_account("use1-az4"))
    assert component(here, "tf:live:db").zone == "use1-az2"
    assert component(here, ARN).zone == "use1-az4"


def test_a_name_in_no_known_account_stays_a_name() -> None:
    here = told(account(MAIN), in_file("us-east-1a"))
    assert component(here, "tf:live:db").zone == "us-east-1a"
    here = told(account(MAIN), in_file("us-east-1a", account=OTHER))
    assert component(here, "tf:live:db").zone == "us-east-1a", "that account was not read"


def test_where_no_account_tells_its_names_a_name_does_not_contradict_an_id() -> None:
    here = told(in_file("us-east-1a"), in_account("use1-az4"))
    assert ids(here) >= {ARN}
    assert "tf:live:db" not in ids(here)
    assert gaps_of(here, ARN, "location"), "which of the two it is in is told as a gap"


@pytest.mark.parametrize("turned", [False, True])
def test_zones_of_a_group_meet_in_any_order(turned: bool) -> None:
    facts: list[Fact] = [
        account(MAIN), in_file(None), in_account(None), group("tf:live:db", "us-east-1a", "us-east-1b"),
        group(ARN, "use1-az4", "use1-az6", scanner="aws"),
    ]  # fmt: skip
    here = told(*(reversed(facts) if turned else facts))
    (found,) = here.redundancies
    assert found.members == ("aws:zone/use1-az4", "aws:zone/use1-az6")
    assert {one.scanner for one in found.evidence} == {"terraform", "aws"}


def test_what_a_file_could_not_tell_and_the_account_tells_is_no_gap_any_more() -> None:
    gap = Gap(scope="tf:live:db", reason="it lies in one zone, and nothing says in which", hides="location", component="tf:live:db",
              provider="aws", region="us-east-1", evidence=seen("main.tf:1", "terraform"))  # fmt: skip
    assert not gaps_of(told(account(MAIN), in_file(None), gap, in_account("use1-az4")), ARN, "location")
    assert gaps_of(told(account(MAIN), in_file(None), gap, in_account(None)), ARN, "location")


def test_what_an_overlay_places_by_name_is_in_the_zone_that_its_account_calls_so() -> None:
    here = told(account(MAIN), in_account(None))
    placed = tuple(one.model_copy(update={"zone": "us-east-1b"}) if one.id == ARN else one for one in here.components)
    done = finish(here.model_copy(update={"components": placed}))
    assert component(done, ARN).zone == "use1-az6"
    assert finish(done) is done
