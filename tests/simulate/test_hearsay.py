"""A break that rests on what the catalog says of a vendor alone says so."""

from __future__ import annotations

import pytest

from blastradius.assemble import finish
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Evidence, Inventory, Journey, JourneyEntry
from blastradius.pipeline import simulate
from blastradius.reports import render

SEEN = (Evidence(scanner="hand", locator="x:1", basis="declared"),)
VENDOR = "vendor:launchdarkly"


def system(*needs: Dependency, region: str = "eu-west-1") -> DependencyGraph:
    """An app that needs a vendor, of which the catalog knows that it needs DynamoDB in us-east-1."""
    app = Component(id="app", kind="service", name="app", provider="aws", region=region, evidence=SEEN)
    table = Component(
        id="table", kind="database", name="table", provider="aws", region="us-east-1", service="dynamodb", evidence=SEEN
    )
    flags = Component(id=VENDOR, kind="vendor", name="LaunchDarkly", evidence=SEEN)
    needed = Dependency(dependent="app", dependency=VENDOR, evidence=SEEN)
    journey = Journey(id="journey:shop", name="shop", entries=(JourneyEntry(component="app"),))
    made = Inventory(components=(app, table, flags), dependencies=(needed, *needs), journeys=(journey,))
    return DependencyGraph(finish(made))


def need(dependent: str, dependency: str) -> Dependency:
    return Dependency(dependent=dependent, dependency=dependency, evidence=SEEN)


DYNAMO = "aws:platform/us-east-1/dynamodb"


@pytest.mark.parametrize(
    ("graph", "remove", "wanted"),
    [
        (system(), DYNAMO, (VENDOR,)),
        (system(need("app", "table")), DYNAMO, ()),  # it would break all the same
        (system(need(VENDOR, DYNAMO)), DYNAMO, ()),  # somebody else says so, too
        (system(), VENDOR, ()),  # what is lost is not what it runs on
        (system(region="us-east-1"), "region:us-east-1", ()),
    ],
    ids=["alone", "another way", "stated", "the vendor itself", "its own place"],
)
def test_it_is_told_only_where_nothing_else_breaks_it(graph: DependencyGraph, remove: str, wanted: tuple[str, ...]):
    result = simulate(graph, [remove])
    (shop,) = result.journeys
    assert (shop.verdict, shop.on_word) == ("breaks", wanted)
    said = " ".join(render(result, "text").split())
    told = "Broken by the catalog's word of a vendor alone: shop (vendor:launchdarkly, confidence high)"
    assert (told in said) == bool(wanted)
