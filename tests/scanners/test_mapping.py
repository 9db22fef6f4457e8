"""What scanners of declared resources share: routes of gateways, zones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.model import Component, Evidence, Gap, RedundancyFact
from blastradius.scanners.mapping.routes import Routes
from blastradius.scanners.mapping.zones import somewhere, spread

HERE = Evidence(scanner="test", locator="main.tf:1")
GATE = Component(id="gate", kind="load-balancer", name="gate", provider="aws", region="eu-west-1", evidence=(HERE,))
BASE = Component(id="db", kind="database", name="db", provider="aws", region="eu-west-1", evidence=(HERE,))


def routes(**hosts):
    found = Routes()
    for name, asked in hosts.items():
        found.add("gate", name, asked)
    return found


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("", ("admin", "any", "shop")),
        ("shop.example.com", ("shop",)),
        ("SHOP.example.com.", ("shop",)),
        ("other.example.com", ("any",)),
        ("*.example.com", ("admin", "shop")),
        ("x.admin.example.com", ("admin",)),
    ],
)
def test_a_host_takes_the_routes_that_ask_for_it_else_those_that_ask_for_none(host, reached):
    found = routes(shop=["shop.example.com"], admin=["*.admin.example.com"], any=[])
    assert found.reached("gate", host) == reached


def test_what_stands_behind_is_written_down_once():
    found = routes(a=[], b=[])
    id, facts = found.behind(GATE, "caller")
    assert (id, len(facts)) == ("gate#routes", 3)
    assert found.behind(GATE, "other") == ("gate#routes", [])
    group = facts[2]
    assert isinstance(group, RedundancyFact)
    assert (group.required, group.full) == (1, 2)


def test_one_route_stands_for_itself_and_a_route_is_not_behind_itself():
    assert routes(a=[]).behind(GATE, "caller") == ("a", [])
    assert routes(a=[]).behind(GATE, "a") == ("", [])
    assert routes(a=[], b=[]).behind(GATE, "gate#routes") == ("", [])
    assert Routes().behind(GATE, "caller") == ("", [])


def test_a_name_that_no_route_asks_for_is_a_gap_in_the_gateways_region():
    id, (gap,) = routes(a=["a.example.com"]).behind(GATE, "record", "b.example.com")
    assert isinstance(gap, Gap)
    assert (id, gap.component, gap.region, gap.hides) == ("", "record", "eu-west-1", "dependency")


@pytest.mark.parametrize(
    ("zones", "copies", "rule"),
    [
        (["eu-west-1a", "eu-west-1b"], 2, (1, 2)),
        (["eu-west-1a", "eu-west-1b", "eu-west-1c"], 2, (2, 3)),
        (["eu-west-1a", "eu-west-1b", "eu-west-1c"], 5, (1, 3)),
        (["eu-west-1a", "#x"], 2, None),
        (["eu-west-1a"], 2, None),
        ([], 2, None),
    ],
)
def test_spare_copies_stand_the_loss_of_as_many_zones(zones, copies, rule):
    found = spread(BASE, zones, copies, HERE, "zones")
    assert [(one.required, one.full) for one in found if isinstance(one, RedundancyFact)] == ([rule] if rule else [])


@given(st.integers(2, 9), st.integers(2, 9))
def test_losing_fewer_zones_than_there_are_copies_never_takes_it(zones, copies):
    (group,) = spread(BASE, [f"eu-west-1{chr(97 + at)}" for at in range(zones)], copies, HERE, "zones")
    assert isinstance(group, RedundancyFact)
    assert zones - (min(copies, zones) - 1) >= group.required


@pytest.mark.parametrize(
    ("change", "zones", "bounds"),
    [
        ({}, [], [("eu-west-1", None)]),
        ({}, ["eu-west-1a", "#x"], [("eu-west-1", None)]),
        ({}, ["eu-west-1a", "eu-west-1b"], [("eu-west-1", "eu-west-1a"), ("eu-west-1", "eu-west-1b")]),
        ({"zone": "eu-west-1a"}, [], []),
        ({"region": None}, [], []),
        ({"region": "global"}, [], []),
    ],
)
def test_one_copy_in_a_zone_that_nobody_names_is_a_gap(change, zones, bounds):
    found = somewhere(BASE.model_copy(update=change), zones, 1, HERE)
    assert [(one.region, one.zone) for one in found if isinstance(one, Gap)] == bounds
