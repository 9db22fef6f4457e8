import pytest
from telling import any_of, component, ids, need, needed, needs, thing, told

from blastradius.assemble import finish
from blastradius.assemble.journeys import inferred
from blastradius.errors import UsageError
from blastradius.model import Component, Dependency, Failover, Gap, Inventory, Journey, JourneyEntry, Redundancy

AWS = {"provider": "aws", "region": "us-east-1"}


def _hand(**parts):
    return Inventory(**{"components": (Component(id="a", kind="service", name="a"),), **parts})


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ({"provider": "aws"}, {"provider:aws"}),
        (AWS, {"aws:region/us-east-1"}),
        ({"region": "us-east-1"}, {"aws:region/us-east-1"}),
        ({"region": "moon-1"}, {"region:moon-1"}),
        ({**AWS, "zone": "use1-az4"}, {"aws:zone/use1-az4"}),
        ({**AWS, "service": "dynamodb"}, {"aws:platform/us-east-1/dynamodb"}),
        ({**AWS, "service": "rds", "zone": "us-east-1a"}, {"aws:platform/us-east-1/rds", "aws:zone/us-east-1a"}),
        ({**AWS, "account": "111122223333"}, {"aws:region/us-east-1", "aws:account/111122223333"}),
        ({"provider": "aws", "region": "global", "service": "cloudfront"}, {"aws:platform/global/cloudfront"}),
        ({"provider": "aws", "region": "global"}, {"provider:aws"}),
        ({}, set()),
    ],
)
def test_what_has_a_place_needs_it(place, wanted):
    here = told(thing("a", **place))
    assert needed(here, "a") == wanted
    for id in wanted:
        found = need(here, "a", id)
        assert (found.strength, found.phase) == ("hard", "runtime")
        assert found.evidence[0].scanner == "assemble"
        assert found.evidence[0].locator == "test/a:1"
        assert found.evidence[0].note.startswith("placed in ")


def test_places_are_in_each_other():
    here = told(thing("a", **AWS, zone="use1-az4", service="ec2"))
    assert needed(here, "aws:zone/use1-az4") == {"aws:region/us-east-1"}
    assert needed(here, "aws:platform/us-east-1/ec2") == {"aws:region/us-east-1"}
    assert needed(here, "aws:region/us-east-1") == {"provider:aws"}
    assert needed(here, "provider:aws") == set()


def test_a_zone_whose_name_tells_no_region_takes_that_of_what_is_in_it():
    here = told(thing("a", provider="own", region="north", zone="rack-1"))
    assert needed(here, "own:zone/north/rack-1") == {"own:region/north"}


def test_places_that_somebody_described_are_used():
    here = told(thing("aws:region/us-east-1", kind="region", name="Virginia", **AWS), thing("a", **AWS))
    assert component(here, "aws:region/us-east-1").name == "Virginia"
    assert needed(here, "aws:region/us-east-1") == {"provider:aws"}


def test_unplaced_things_of_a_scope_share_one_gap_and_placing_them_closes_it():
    here = told(*(thing(f"k8s:r/ns/{n}", scope="k8s:r/ns") for n in "abc"), thing("x"))
    places = [gap for gap in here.gaps if gap.hides == "location"]
    assert [(gap.scope, gap.component) for gap in places] == [("inventory", None), ("k8s:r/ns", None)]
    assert "3 components carry no place" in places[1].reason
    placed = here.model_copy(
        update={"components": tuple(one.model_copy(update=AWS) for one in here.components if one.id != "x")}
    )
    assert not finish(placed).gaps


def test_a_component_that_moves_leaves_its_old_place():
    here = told(thing("a", **AWS))
    moved = [one.model_copy(update={"region": "eu-west-1"}) if one.id == "a" else one for one in here.components]
    after = finish(here.model_copy(update={"components": tuple(moved)}))
    assert needed(after, "a") == {"aws:region/eu-west-1"}


def test_a_vendor_that_is_placed_needs_its_region_and_has_no_gap_any_more():
    here = told(thing("a", **AWS), needs("a", "api.stripe.com"))
    placed = [one.model_copy(update=AWS) if one.kind == "vendor" else one for one in here.components]
    after = finish(here.model_copy(update={"components": tuple(placed)}))
    assert needed(after, "vendor:stripe") == {"aws:region/us-east-1"}
    assert not after.gaps


def test_finishing_again_gives_the_same_object():
    here = told(thing("a", **AWS, attributes={"entry": "Service/a"}), thing("b"), needs("a", "b.example.com"))
    assert finish(here) is here
    mine = finish(_hand())
    assert mine.meta.assembled
    assert finish(mine) is mine


def test_hand_written_records_may_name_well_known_ids():
    here = finish(_hand(dependencies=(Dependency(dependent="a", dependency="aws:platform/us-east-1/sqs"),)))
    assert {"aws:platform/us-east-1/sqs", "aws:region/us-east-1", "provider:aws"} <= ids(here)


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"dependencies": (Dependency(dependent="a", dependency="aa"),)}, "dependency a -> aa"),
        ({"dependencies": (Dependency(dependent="aa", dependency="a"),)}, "dependency aa -> a"),
        ({"redundancies": (Redundancy(dependent="a", members=("a", "aa")),)}, "redundancy a -> a | aa"),
        (
            {
                "redundancies": (
                    Redundancy(
                        dependent="a",
                        members=("a", "vendor:x"),
                        active=("a",),
                        failover=Failover(mode="automatic", needs=("aa",)),
                    ),
                )
            },
            "redundancy a",
        ),
        ({"journeys": (Journey(id="journey:j", name="j", entries=(JourneyEntry(component="aa"),)),)}, "journey:j"),
        ({"gaps": (Gap(scope="s", reason="r", hides="location", component="aa"),)}, "gap s"),
    ],
)
def test_an_id_that_names_nothing_is_an_error_with_the_nearest(parts, named):
    with pytest.raises(UsageError, match=r"there is no component aa; the nearest is a$") as error:
        finish(_hand(**parts))
    assert str(error.value).startswith(named)


def test_two_records_of_one_id_are_an_error():
    twice = (Component(id="a", kind="service", name="a"), Component(id="a", kind="cache", name="a"))
    with pytest.raises(UsageError, match="component a: 2 records"):
        finish(Inventory(components=twice))
    journey = Journey(id="journey:j", name="j")
    with pytest.raises(UsageError, match="journey journey:j: 2 records"):
        finish(_hand(journeys=(journey, journey)))


def test_a_journey_may_be_a_dependent():
    journey = Journey(id="journey:j", name="j")
    here = finish(_hand(journeys=(journey,), dependencies=(Dependency(dependent="journey:j", dependency="a"),)))
    assert here.journeys == (journey,)


def test_entry_points_become_journeys_where_none_is_declared():
    here = told(
        thing("web", attributes={"entry": "Service/web LoadBalancer"}),
        thing("loadgenerator", attributes={"entry": "Service/loadgenerator NodePort"}),
        thing("db"),
    )
    (journey,) = here.journeys
    assert (journey.id, journey.name, journey.inferred) == ("journey:web", "web", True)
    assert [entry.component for entry in journey.entries] == ["web"]
    assert journey.evidence[0].locator == "test/web:1"
    assert "Service/web LoadBalancer" in journey.evidence[0].note


def test_a_declared_journey_takes_the_place_of_inferred_ones():
    here = told(thing("web", attributes={"entry": "x"}))
    mine = Journey(id="journey:buy", name="buy", entries=(JourneyEntry(component="web"),))
    after = finish(here.model_copy(update={"journeys": (*here.journeys, mine)}))
    assert after.journeys == (mine,)
    assert finish(after) is after


def test_routes_stand_for_their_gateway():
    here = told(
        thing("gw", "gw", kind="gateway", attributes={"entry": "Ingress/gw"}),
        thing("gw#cart", kind="gateway", name="/cart", attributes={"entry": "Ingress/gw /cart"}),
        thing("gw#pay", kind="gateway", name="/pay", attributes={"entry": "Ingress/gw /pay"}),
        needs("gw#cart", "gw", role="resource"),
        any_of("gw#pay", "gw", "other.example.com"),
    )
    assert [one.id for one in here.journeys] == ["journey:cart", "journey:pay"]


def test_journeys_of_one_name_get_ids_of_their_own():
    entry = {"entry": "x"}
    here = told(
        thing("k8s:r/a/web", scope="k8s:r/a", attributes=entry),
        thing("k8s:r/b/web", scope="k8s:r/b", attributes=entry),
        thing("k8s:r/b/x/web", scope="k8s:r/b", attributes=entry),
        thing("web-a", attributes=entry),
        thing("?", attributes=entry),
    )
    assert [one.id for one in here.journeys] == [
        "journey:entry", "journey:web-a", "journey:web-a-2", "journey:web-b", "journey:web-b-2",
    ]  # fmt: skip


@pytest.mark.parametrize(("provider", "zone"), [("azure", "1"), ("own", "rack-a"), (None, "1")])
def test_zones_of_one_name_in_two_regions_are_two_zones(provider: str | None, zone: str) -> None:
    places = {"east": "east-one", "west": "west-one"}
    found = finish(
        Inventory(
            components=tuple(
                Component(id=name, kind="service", name=name, provider=provider, region=region, zone=zone)
                for name, region in places.items()
            )
        )
    )
    needs = {(d.dependent, d.dependency) for d in found.dependencies}
    zones = {name: next(b for a, b in needs if a == name) for name in places}
    assert zones["east"] != zones["west"]
    for name, region in places.items():
        (inside,) = (b for a, b in needs if a == zones[name])
        assert inside.endswith(f"region/{region}") or inside == f"region:{region}"


def test_a_zone_that_lies_in_another_region_than_stated_needs_both() -> None:
    odd = Component(id="a", kind="service", name="a", provider="aws", region="us-east-1", zone="eu-west-1a")
    found = finish(Inventory(components=(odd,)))
    assert {d.dependency for d in found.dependencies if d.dependent == "a"} == {
        "aws:zone/eu-west-1a",
        "aws:region/us-east-1",
    }


def test_a_long_chain_of_names_leads_where_its_end_leads():
    """Each name of a chain is an entry; whether its end is the user's own decides for all of them."""

    def name(number):
        return Component(id=f"dns:r/{number}", kind="dns", name=str(number), attributes={"entry": "name"})

    def needs(dependent, dependency):
        return Dependency(dependent=dependent, dependency=dependency, strength="hard", phase="runtime")

    names = [name(number) for number in range(3_000)]
    chain = [needs(f"dns:r/{number}", f"dns:r/{number + 1}") for number in range(2_999)]
    own, foreign = Component(id="own", kind="service", name="own"), Component(id="x", kind="vendor", name="x")
    end = "dns:r/2999"
    assert inferred([*names, foreign], [*chain, needs(end, "x")], ()) == ([], [])
    assert inferred([*names, own], [*chain, needs(end, "own")], ())[0] != []


# Routes of several gateways among which a name chooses


def routed(*paths_of, environments=("prod", "prod")):
    def gate(id, name, kind="gateway", **more):
        return Component(id=id, kind=kind, name=name, provider="aws", **more)

    def on(dependent, dependency):
        return Dependency(dependent=dependent, dependency=dependency, strength="hard")

    parts, rules, groups = [gate("www", "www", "dns", attributes={"entry": "DNS www"})], [], []
    for name, paths, environment in zip(("eu", "us"), paths_of, environments, strict=True):
        parts += [gate(name, name, "load-balancer"), gate(f"{name}#routes", f"{name}: routes")]
        routes = [f"{name} {path}" for path in paths]
        for id in routes:
            parts.append(gate(id, id, attributes={"entry": id}, environment=environment))
            rules.append(on(id, name))
        rules.append(on(f"{name}#routes", name))
        groups.append(Redundancy(dependent=f"{name}#routes", members=tuple(routes), required=1))
    for members in (("eu", "us"), ("eu#routes", "us#routes")):
        failover = Failover(mode="automatic", takes=60)
        groups.append(Redundancy(dependent="www", members=members, required=1, active=members[:1], failover=failover))
    facts = Inventory(components=tuple(parts), dependencies=tuple(rules), redundancies=tuple(groups))
    return finish(facts)


def ways(inventory):
    own = {one.dependent: one for one in inventory.redundancies if one.dependent.startswith("journey:")}
    return {
        one.id: ({entry.component for entry in one.entries}, own[one.id].members if one.id in own else ())
        for one in inventory.journeys
    }


def test_routes_of_one_path_behind_a_choice_are_one_journey_by_it():
    found = routed(["/carts", "/orders"], ["/carts", "/orders"])
    assert ways(found) == {
        "journey:www": ({"www"}, ()),
        "journey:www-carts": ({"www"}, ("eu /carts", "us /carts")),
        "journey:www-orders": ({"www"}, ("eu /orders", "us /orders")),
    }
    group = next(one for one in found.redundancies if one.dependent == "journey:www-carts")
    assert (group.active, group.failover.takes) == (("eu /carts",), 60)
    assert finish(found) is found
    # with a journey of the user's own what was made for the others goes with them
    mine = Journey(id="journey:mine", name="mine", entries=(JourneyEntry(component="www"),))
    assert ways(finish(found.model_copy(update={"journeys": (mine,)}))) == {"journey:mine": ({"www"}, ())}


def test_a_path_that_one_side_alone_has_is_a_journey_of_that_side():
    assert ways(routed(["/carts", "/admin"], ["/carts"]))["journey:eu-admin"] == ({"eu /admin"}, ())


def test_routes_of_two_stages_behind_one_name_are_no_alternatives():
    found = routed(["/carts"], ["/carts"], environments=("prod", "staging"))
    assert not any(one.dependent.startswith("journey:") for one in found.redundancies)


def test_two_ways_in_of_one_name_and_scope_are_told_apart_by_their_regions():
    ends = [
        Component(id=f"fn-{region}", kind="function", name="buy", provider="aws", region=region, scope="tf:shop",
                  attributes={"entry": "function URL buy"})
        for region in ("eu-west-1", "us-east-1")
    ]  # fmt: skip
    names = [one.id for one in finish(Inventory(components=tuple(ends))).journeys]
    assert names == ["journey:buy-eu-west-1", "journey:buy-us-east-1"]
