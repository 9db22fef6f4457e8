"""What nobody saw: `at_worst`, `unknown`, and the gaps that are named for it."""

from __future__ import annotations

from typing import Any

import pytest
from drawing import parse

from blastradius.assemble import finish
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, Component, Evidence, Gap, Inventory, Journey, JourneyEntry, Redundancy
from blastradius.simulate import explain, scenario, simulate


def place(kind: str, name: str, **known: Any) -> Component:
    return Component(id=f"aws:{kind}/{name}", kind=kind, name=name, provider="aws", **known)  # type: ignore[arg-type]


def inventory(drawing: str, *gaps: Gap, more: tuple[Component, ...] = (), **changes: dict[str, Any]) -> Inventory:
    drawn = parse(drawing)
    components = [c.model_copy(update=changes.get(c.id, {})) for c in drawn.components]
    every = tuple(sorted([*components, *more], key=lambda c: c.id))
    return drawn.model_copy(update={"components": every, "gaps": gaps})


REGION = place("region", "us-east-1", region="us-east-1")
ZONE = place("zone", "use1-az1", region="us-east-1", zone="use1-az1")
NOWHERE: dict[str, Any] = {"provider": None, "region": None}
THERE: dict[str, Any] = {"provider": "aws", "region": "eu-west-1"}
SHOP = "journey buy: shop\nshop -> db"


def lose(found: Inventory, *remove: str) -> BlastRadius:
    return simulate(DependencyGraph(found), scenario(remove, duration=60))


def verdicts(result: BlastRadius) -> tuple[str, str]:
    return result.journeys[0].verdict, result.journeys[0].at_worst


def test_an_unplaced_component_makes_the_loss_of_a_region_unknown() -> None:
    result = lose(inventory(SHOP, more=(REGION,), db=NOWHERE, shop=THERE), "region:us-east-1")
    assert verdicts(result) == ("unknown", "breaks")
    assert [gap.component for gap in result.journeys[0].gaps] == ["db"]
    assert [link.dependency for link in result.journeys[0].chain_at_worst] == ["shop", "db"]


def test_a_component_placed_elsewhere_survives_the_loss_of_a_region() -> None:
    result = lose(inventory(SHOP, more=(REGION,), db=THERE, shop=THERE), "region:us-east-1")
    assert verdicts(result) == ("survives", "survives")


def test_a_component_of_another_provider_is_not_touched_by_a_region() -> None:
    other = {"provider": "gcp", "region": None}
    assert verdicts(lose(inventory(SHOP, more=(REGION,), db=other, shop=THERE), "region:us-east-1"))[0] == "survives"


def test_a_component_of_the_same_provider_and_no_region_is_touched() -> None:
    same = {"provider": "aws", "region": None}
    assert verdicts(lose(inventory(SHOP, more=(REGION,), db=same, shop=THERE), "region:us-east-1"))[0] == "unknown"


def test_an_unplaced_component_is_not_touched_by_losing_a_service_or_an_unnamed_zone() -> None:
    found = inventory(SHOP + "\nother", more=(REGION, ZONE), db=NOWHERE, shop=NOWHERE)
    assert verdicts(lose(found, "service:other")) == ("survives", "survives")
    assert verdicts(lose(found, "zone:use1-az1")) == ("survives", "survives")


def test_a_soft_need_of_something_unplaced_degrades_at_worst_and_is_not_unknown() -> None:
    result = lose(
        inventory("journey buy: shop\nshop ~> mail", more=(REGION,), mail=NOWHERE, shop=THERE), "region:us-east-1"
    )
    assert verdicts(result) == ("survives", "degrades")


def test_what_already_breaks_is_not_unknown() -> None:
    drawing = SHOP + "\nshop -> aws:region/us-east-1"
    found = inventory(drawing, **{"aws:region/us-east-1": {"kind": "region", "name": "us-east-1"}, "db": NOWHERE})
    assert verdicts(lose(found, "region:us-east-1")) == ("breaks", "breaks")


def gap(component: str | None = None, **known: Any) -> Gap:
    return Gap(scope=component or "area", component=component, reason="nobody could look", **known)


def test_a_dependency_gap_without_a_hint_is_touched_by_any_removal() -> None:
    found = inventory(SHOP + "\nother", gap("shop", hides="dependency", reference="${CACHE}"))
    assert verdicts(lose(found, "service:other")) == ("unknown", "breaks")


def test_a_dependency_gap_with_a_hint_is_touched_only_by_what_fits_it() -> None:
    hint = gap("shop", hides="dependency", reference="${CACHE}", kind="cache")
    found = inventory(SHOP + "\nother\nredis: kind cache", hint)
    assert verdicts(lose(found, "service:other")) == ("survives", "survives")
    assert verdicts(lose(found, "cache:redis")) == ("unknown", "breaks")


def test_the_bounds_of_a_location_gap_keep_other_regions_out() -> None:
    bound = gap("db", hides="location", provider="aws", region="eu-west-1")
    found = inventory(SHOP, bound, more=(REGION,), db=THERE, shop=THERE)
    assert verdicts(lose(found, "region:us-east-1")) == ("survives", "survives")


def test_a_zone_touches_a_location_gap_bounded_by_its_region() -> None:
    bound = gap("db", hides="location", provider="aws", region="us-east-1")
    found = inventory(SHOP, bound, more=(REGION, ZONE), db=THERE, shop=THERE)
    assert verdicts(lose(found, "zone:use1-az1")) == ("unknown", "breaks")


def test_an_external_host_of_unknown_place_is_touched_by_a_region_and_not_by_a_service() -> None:
    host = gap("external:pay.example", hides="location")
    drawing = "journey buy: shop\nshop -> external:pay.example\nother"
    outside = {"kind": "external", "provider": None, "region": None}
    found = inventory(drawing, host, more=(REGION,), **{"external:pay.example": outside, "shop": THERE})
    assert verdicts(lose(found, "region:us-east-1")) == ("unknown", "breaks")
    assert verdicts(lose(found, "service:other")) == ("survives", "survives")


def test_an_area_that_could_not_be_read_touches_only_unresolved_references() -> None:
    area = Gap(scope="broken.yaml", hides="dependency", reason="broken YAML")
    assert verdicts(lose(inventory(SHOP + "\nother", area), "service:other")) == ("survives", "survives")
    dangling = gap("external:cart", hides="location", reference="cart")
    drawing = "journey buy: shop\nshop -> external:cart\nother"
    found = inventory(drawing, area, dangling)
    assert verdicts(lose(found, "service:other")) == ("unknown", "breaks")
    assert [g.scope for g in lose(found, "service:other").journeys[0].gaps] == ["broken.yaml"]


def test_what_may_be_the_same_falls_together_at_worst() -> None:
    twin = Gap(scope="db", component="db", same_as="table", hides="dependency", reason="may be the same")
    found = inventory(SHOP + "\ntable", twin)
    assert verdicts(lose(found, "service:table")) == ("unknown", "breaks")


def test_a_known_region_in_which_nothing_was_seen_is_a_fair_question_while_something_is_unplaced() -> None:
    result = lose(inventory(SHOP, db=NOWHERE, shop=NOWHERE), "region:us-east-1")
    assert verdicts(result) == ("unknown", "breaks")
    assert result.not_present == ("region:us-east-1",)


def test_a_region_that_no_provider_has_is_an_error() -> None:
    with pytest.raises(UsageError, match="us-eats-1"):
        lose(inventory(SHOP, db=NOWHERE, shop=NOWHERE), "region:us-eats-1")


def test_a_region_in_which_nothing_is_and_nothing_could_be_is_an_error() -> None:
    with pytest.raises(UsageError, match="matches no component"):
        lose(inventory(SHOP, db=THERE, shop=THERE), "region:us-east-1")


def test_the_explanation_of_an_unknown_shows_what_was_not_seen() -> None:
    found = inventory(SHOP, more=(REGION,), db=NOWHERE, shop=THERE)
    told = explain(DependencyGraph(found), scenario(["region:us-east-1"], duration=60), "buy")
    assert told.steps[0].note == "if what was not seen is in the way"
    assert told.steps[-1].id == "db"
    assert (told.steps[-1].note or "").startswith("not seen")


def test_a_journey_that_asks_to_change_something_of_which_nobody_saw_how_is_unknown() -> None:
    found = inventory("journey fix: shop @deploy\nshop -> db\nother")
    result = lose(found, "service:other")
    assert verdicts(result) == ("unknown", "breaks")
    assert "what is needed to change shop" in result.journeys[0].gaps[0].reason
    told = explain(DependencyGraph(found), scenario(["service:other"], duration=60), "fix")
    assert (told.steps[-1].note or "").startswith("not seen: nothing tells what is needed to change shop")
    seen = inventory("journey fix: shop @deploy\nshop -> ci @deploy\nother")
    assert verdicts(lose(seen, "service:other")) == ("survives", "survives")


def test_a_region_whose_name_tells_the_provider_is_not_touched_by_another_provider_or_a_zone() -> None:
    half: dict[str, Any] = {"provider": None, "region": "us-east-1"}
    google = place("provider", "gcp").model_copy(update={"id": "provider:gcp", "provider": "gcp"})
    found = inventory(SHOP, more=(google, ZONE), db=half, shop=THERE)
    assert verdicts(lose(found, "provider:gcp")) == ("survives", "survives")
    assert verdicts(lose(found, "zone:use1-az1")) == ("survives", "survives")


def test_a_known_place_with_a_region_of_its_own_is_no_place() -> None:
    with pytest.raises(UsageError, match="matches no component"):
        lose(inventory(SHOP, db=NOWHERE, shop=NOWHERE), "region:us-east-1@x")


def test_what_is_in_no_place_of_its_own_is_touched_by_no_loss_of_a_place():
    from blastradius.graph import DependencyGraph
    from blastradius.model import Component, Inventory, Journey, JourneyEntry, Meta
    from blastradius.simulate import scenario, simulate

    def verdict(region):
        inventory = Inventory(
            meta=Meta(assembled=True),
            components=(
                Component(id="provider:aws", kind="provider", name="aws", provider="aws"),
                Component(id="www", kind="dns", name="www.example.com", region=region),
            ),
            journeys=(Journey(id="journey:a", name="a", entries=(JourneyEntry(component="www"),)),),
        )
        return simulate(DependencyGraph(inventory), scenario(["provider:aws"])).journeys[0].verdict

    assert (verdict("global"), verdict(None)) == ("survives", "unknown")


@pytest.mark.parametrize(
    ("bounds", "remove", "expected"),
    [
        ({"zone": "use1-az4"}, "zone:use1-az4", ("unknown", "breaks")),
        ({"region": "us-east-1"}, "zone:us-east-1b", ("unknown", "breaks")),
        ({"account": "111122223333"}, "account:111122223333", ("unknown", "breaks")),
        ({"zone": "use1-az4"}, "zone:use1-az5", None),
        ({"region": "us-east-1"}, "zone:eu-west-1a", None),
        ({"account": "111122223333"}, "account:444455556666", None),
        ({"zone": "use1-az4"}, "zone:use1-*", None),
    ],
)
def test_a_place_that_only_a_gap_names_can_be_lost(bounds, remove, expected) -> None:
    gap = Gap(scope="db", component="db", reason="which is not told", hides="location", **bounds)
    found = inventory(SHOP, gap, db=THERE, shop=THERE)
    if expected is None:
        with pytest.raises(UsageError, match="matches no component"):
            lose(found, remove)
    else:
        assert verdicts(lose(found, remove)) == expected


def service(name: str, region: str = "us-east-1", kind: str = "platform") -> Component:
    return Component(
        id=f"aws:{kind}/{region}/{name}",
        kind=kind,  # type: ignore[arg-type]
        name=name,
        provider="aws",
        region=region,
        service=name,
    )


@pytest.mark.parametrize("kind", ["platform", "control-plane"])
def test_the_loss_of_a_service_touches_what_may_use_it(kind) -> None:
    lost = service("dynamodb", kind=kind)
    outside = {"kind": "vendor", "provider": None, "region": None}
    drawing = "journey buy: shop\nshop -> vendor:pay"
    for known, expected in ({}, "unknown"), ({"provider": "gcp"}, "survives"), ({"region": "us-east-1"}, "survives"):
        found = inventory(
            drawing,
            gap("vendor:pay", hides="location", **known),
            more=(lost,),
            **{"vendor:pay": outside, "shop": THERE},
        )
        assert verdicts(lose(found, f"id:{lost.id}"))[0] == expected, known
    for place_, expected in (
        (NOWHERE, "unknown"),
        ({"provider": "aws", "region": None}, "unknown"),
        ({"provider": "gcp", "region": None}, "survives"),
        ({"provider": None, "region": "eu-west-1"}, "survives"),
        (THERE, "survives"),
    ):
        found = inventory(SHOP, more=(lost,), db=place_, shop=THERE)
        assert verdicts(lose(found, f"id:{lost.id}"))[0] == expected, place_


def test_what_runs_on_nothing_known_is_touched_by_the_services_of_its_place() -> None:
    here = {"kind": "database", "provider": "aws", "region": "us-east-1"}
    lost = service("dynamodb")
    found = inventory(SHOP, more=(lost,), db=here, shop=THERE)
    result = lose(found, "platform:dynamodb@us-east-1")
    assert verdicts(result)[0] == "unknown"
    assert "on which service of aws it runs" in result.journeys[0].gaps[0].reason
    told = inventory(SHOP, more=(lost,), db={**here, "service": "rds"}, shop=THERE)
    assert verdicts(lose(told, "platform:dynamodb@us-east-1"))[0] == "survives"
    absent = simulate(
        DependencyGraph(inventory(SHOP, db=here, shop=THERE)), scenario([f"id:{lost.id}"], duration=60), typed=False
    )
    assert absent.journeys[0].verdict == "unknown"


def test_the_name_of_a_choice_runs_on_nothing_itself() -> None:
    """A database that is one of two: each of them says what it runs on, and their name has nothing to say."""
    said = (Evidence(scanner="hand", locator="x:1", basis="declared"),)
    place = {"provider": "aws", "kind": "database", "evidence": said}

    def asked(service: str | None, kind: str) -> str:
        components = (
            Component(id="ledger", name="ledger", region="us-west-2", **{**place, "kind": kind}),
            Component(id="east", name="east", region="us-east-1", service="rds", **place),
            Component(id="west", name="west", region="us-west-2", service=service, **place),
            Component(id="table", name="table", region="us-west-2", service="dynamodb", **place),
        )
        group = Redundancy(dependent="ledger", members=("east", "west"), evidence=said)
        journey = Journey(id="journey:j", name="j", entries=(JourneyEntry(component="ledger"),))
        made = finish(Inventory(components=components, redundancies=(group,), journeys=(journey,)))
        lost = ["platform:dynamodb@us-west-2", "id:east"]
        return simulate(DependencyGraph(made), scenario(lost)).journeys[0].verdict

    assert asked("rds", "database") == "survives"
    assert asked(None, "database") == "unknown", "a member of which nothing is told"
    assert asked("rds", "cache") == "unknown", "something else than its members, which may run on anything"
