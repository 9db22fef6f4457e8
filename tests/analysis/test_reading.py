"""What is left to read when the place of the writes is lost."""

import pytest

from blastradius.analysis.regions import regions
from blastradius.assemble import finish
from blastradius.model import Component, Dependency, Failover, Inventory, Journey, Redundancy


def two(*, role="read-replica", writes=True, group=None):
    """A shop in two regions, each of which reads its own copy of one database."""
    places = {"eu": "eu-west-1", "us": "us-east-1"}
    parts = [
        Component(id=f"{kind}-{name}", kind=kind, name=f"{kind}-{name}", provider="aws", region=region,
                  attributes={"role": role, "copy_of": "database-eu"} if (kind, name) == ("database", "us") else {})
        for name, region in places.items()
        for kind in ("service", "database")
    ]  # fmt: skip
    wanted = {"eu": "database-eu" if writes else "database-us", "us": "database-us"}
    rules = [
        Dependency(dependent=f"service-{name}", dependency=wanted[name], strength="hard")
        for name in places
        if group is None
    ]
    groups = [Redundancy(dependent="journey:buy", members=("service-eu", "service-us"), required=1)]
    if group is not None:
        both = ("database-eu", "database-us")
        groups += [Redundancy(dependent=f"service-{one}", members=both, required=1, **group) for one in places]
    journey = Journey(id="journey:buy", name="buy", entries=())
    return regions(finish(Inventory(components=parts, dependencies=rules, redundancies=groups, journeys=(journey,))))


def test_who_is_left_with_a_copy_to_read_is_not_said_to_hold():
    answer = two()
    assert (answer.verdict, answer.holds) == ("multi-region", None)
    assert {loss.region: loss.reading for loss in answer.losses} == {"eu-west-1": ("journey:buy",), "us-east-1": ()}
    assert answer.summary == "multi-region to read: without eu-west-1 nothing seen takes writes"


@pytest.mark.parametrize(
    "system",
    [
        {"role": "active"},
        {"group": {"active": ("database-eu",), "failover": Failover(mode="automatic", takes=60)}},
        {"group": {}},
    ],
    ids=["a full copy", "promoted by itself", "any will do"],
)
def test_a_copy_that_takes_writes_or_is_said_to_take_over_holds(system):
    assert two(**system).holds is True


@pytest.mark.parametrize(("asked", "holds"), [("own", None), ("whole", True)])
def test_of_a_database_with_a_copy_to_read_in_each_place_nobody_knows_which_takes_writes(asked, holds):
    places = {"eu": "eu-west-1", "us": "us-east-1"}
    parts = [Component(id="whole", kind="database", name="whole", provider="aws", region="global")]
    for name, region in places.items():
        parts += [
            Component(id=f"db-{name}", kind="database", name="db", provider="aws", region=region,
                      attributes={"role": "replica"}),
            Component(id=f"app-{name}", kind="service", name="app", provider="aws", region=region),
        ]  # fmt: skip
    rules = [
        Dependency(dependent=f"app-{one}", dependency="whole" if asked == "whole" else f"db-{one}", strength="hard")
        for one in places
    ]
    groups = [
        Redundancy(dependent="whole", members=("db-eu", "db-us"), required=1),
        Redundancy(dependent="journey:buy", members=("app-eu", "app-us"), required=1),
    ]
    journey = Journey(id="journey:buy", name="buy", entries=())
    system = Inventory(components=parts, dependencies=rules, redundancies=groups, journeys=(journey,))
    assert regions(finish(system)).holds is holds


def test_who_never_needs_the_original_loses_no_writes():
    assert not any(loss.reading for loss in two(writes=False).losses)
