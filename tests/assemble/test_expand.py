"""Expansion: what the catalog adds to what the inventory touches, and what it leaves alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.assemble import finish
from blastradius.assemble.citing import is_brought, is_cited
from blastradius.assemble.expand import expand
from blastradius.catalog import reach
from blastradius.catalog.services import service_dependencies, services, vendors
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Evidence, Failover, Inventory, Journey, JourneyEntry, Redundancy
from blastradius.pipeline import simulate

SEEN = (Evidence(scanner="hand", locator="x:1", basis="declared"),)


def thing(id: str, service: str = "", region: str = "us-east-1", kind: str = "service", **more: object) -> Component:
    place = {"provider": "aws", "region": region, "service": service or None}
    return Component.model_validate({"id": id, "kind": kind, "name": id, "evidence": SEEN, **place, **more})


def system(*components: Component, **parts: object) -> Inventory:
    return finish(Inventory.model_validate({"components": components, **parts}))


def needs(inventory: Inventory, dependent: str) -> dict[tuple[str, str], Dependency]:
    return {(one.dependency, one.phase): one for one in inventory.dependencies if one.dependent == dependent}


def states(inventory: Inventory, *remove: str, duration: str | None = None) -> dict[str, tuple[str, tuple[str, ...]]]:
    found = simulate(DependencyGraph(inventory), list(remove), duration=duration)
    return {one.id: (one.state, one.cannot) for one in found.components}


def test_a_table_brings_its_control_plane_and_what_it_needs():
    here = system(thing("table", "dynamodb", kind="database"))
    change = needs(here, "table")["aws:control-plane/us-east-1/dynamodb", "deploy"]
    assert change.strength == "hard"
    assert change.evidence[0].scanner == "catalog"
    assert change.evidence[0].locator == "catalog: aws.yaml dynamodb"
    assert "confidence high, source fib-types" in change.evidence[0].note
    assert needs(here, "aws:platform/us-east-1/dynamodb")["aws:platform/us-east-1/kms", "runtime"].strength == "soft"
    brought = {one.id for one in here.components if is_brought(one)}
    assert "aws:platform/us-east-1/kms" in brought
    assert not any("/lambda" in id or "eu-" in id for id in brought)
    assert all(one.kind in ("platform", "control-plane") for one in here.components if is_brought(one))


def test_running_instances_stay_while_launches_fail():
    here = system(thing("web", "ec2"), thing("router", "ec2", kind="gateway"))
    after = states(here, "platform:dynamodb@us-east-1")
    assert after["aws:control-plane/us-east-1/ec2"][0] == "down"
    assert after["aws:platform/us-east-1/ec2"][0] == "up"
    assert after["web"] == ("up", ("start", "change"))
    assert after["router"] == ("up", ("change",))


@pytest.mark.parametrize("service", ["ecs", "eks", "fargate", "autoscaling"])
def test_what_scales_by_launches_cannot_start(service: str):
    after = states(system(thing("x", service)), "control-plane:ec2@us-east-1")
    assert after["x"][0] == "up"
    assert "start" in after["x"][1]


def test_a_global_control_plane_is_at_home_for_every_region():
    here = system(thing("names", "route53", "global", kind="dns"), thing("role", "iam", "global", kind="identity"))
    after = states(here, "region:us-east-1")
    assert after["names"] == ("up", ("change",))
    assert after["role"] == ("up", ("change",))


def test_another_partition_has_its_own_home():
    node = reach.node("aws:iam", "control", "cn-north-1")
    assert node is not None
    assert node.region == "cn-north-1"
    assert reach.node("aws:globalaccelerator", "control", "cn-north-1") is None
    assert reach.node("aws:iam", "control", "us-gov-east-1") == replace(node, region="us-gov-west-1")


def test_redshift_elsewhere_needs_iam_at_home():
    here = system(thing("dw", "redshift", "eu-west-1", kind="database"))
    assert states(here, "region:us-east-1")["dw"][0] == "down"
    chain = simulate(
        DependencyGraph(system(thing("dw", "redshift", "eu-west-1", kind="database"))), ["region:us-east-1"]
    )
    because = next(one.because for one in chain.components if one.id == "dw")
    assert "aws:control-plane/us-east-1/iam" in because


def test_what_is_soft_stays_soft():
    parts = [thing("f", "lambda", kind="function"), thing("q", "sqs", kind="queue"), thing("b", "s3", kind="bucket")]
    after = states(system(*parts), "platform:kinesis@us-east-1", duration="30m")
    assert [after[id][0] for id in "fqb"] == ["degraded", "up", "up"]
    after = states(system(*parts), "platform:kinesis@us-east-1", duration="3h")
    assert [after[id][0] for id in "fqb"] == ["down", "up", "up"], "what was soft hardened, as on 2020-11-25"
    after = states(
        system(*parts, thing("t", "dynamodb", kind="database")), "platform:dynamodb@us-east-1", duration="3h"
    )
    assert [after[id][0] for id in "fqbt"] == ["degraded", "up", "up", "down"], "functions cannot scale"


def _ids(inventory: Inventory) -> set[str]:
    return {one.id for one in inventory.components}


def test_a_condition_is_no_need_of_the_service():
    """Not every bucket is encrypted by a key of its own: losing KMS takes none that does not use it."""
    here = system(
        thing("b", "s3", kind="bucket"), thing("k", "kms", kind="key"), thing("gate", "apigateway", kind="gateway")
    )
    after = states(here, "platform:kms@us-east-1")
    assert after["b"][0] == "up"
    assert after["k"][0] == "down"
    assert not any(
        need.record.when for node in map(reach.node_of, here.components) if node for need in reach.needs_of(node)
    )


@pytest.mark.parametrize(
    ("failover", "service", "wanted"),
    [
        ({"mode": "manual", "takes": 600}, "route53", ("aws:control-plane/us-east-1/route53",)),
        ({"mode": "automatic", "takes": 60}, "route53", ()),
        ({"mode": "manual", "takes": 600, "needs": ("tool",)}, "route53", ("tool",)),
        ({"mode": "manual", "takes": 600}, "rds", ("aws:control-plane/us-west-2/rds",)),
        ({"mode": "automatic", "takes": 60}, "rds", ()),
        ({"mode": "manual", "takes": 600}, "sqs", ()),
    ],
)
def test_a_failover_by_hand_calls_a_control_plane(failover: dict, service: str, wanted: tuple[str, ...]):
    region = "global" if service == "route53" else "us-east-1"
    group = Redundancy(
        dependent="name", members=("east", "west"), active=("east",), failover=Failover.model_validate(failover), evidence=SEEN
    )  # fmt: skip
    here = system(
        thing("name", service, region, kind="dns"),
        thing("east"), thing("west", region="us-west-2"), thing("tool", region="us-west-2"), redundancies=(group,),
    )  # fmt: skip
    (after,) = here.redundancies
    assert after.failover is not None
    assert after.failover.needs == wanted
    assert any(one.scanner == "catalog" for one in after.evidence) == bool(wanted and "tool" not in wanted)


FAILOVERS = {
    # switches stand in front: who changes them calls their control plane at home, or the endpoints made for it
    "route53": ("global", "ec2", ("aws:control-plane/us-east-1/route53",)),
    "cloudfront": ("global", "elb", ("aws:control-plane/us-east-1/cloudfront",)),
    "globalaccelerator": ("global", "elb", ("aws:control-plane/us-west-2/globalaccelerator",)),
    "route53-arc": ("global", "ec2", ("aws:platform/global/route53-arc",)),
    "s3-mrap": ("global", "s3", ("aws:platform/global/s3-mrap",)),
    "elb": ("us-east-1", "ec2", ("aws:control-plane/us-east-1/elb",)),
    # what is promoted is called where it takes over, whatever stands in front
    "lambda": ("us-east-1", "rds", ("aws:control-plane/us-west-2/rds",)),
    "ecs": ("us-east-1", "aurora", ("aws:control-plane/us-west-2/aurora",)),
    "eks": ("us-east-1", "elasticache", ("aws:control-plane/us-west-2/elasticache",)),
    "aurora": ("global", None, ("aws:control-plane/us-west-2/aurora",)),
    "sqs": ("us-east-1", "cloudformation", ("aws:control-plane/us-west-2/cloudformation",)),
    # nothing is called where every place serves
    "ec2": ("us-east-1", "dynamodb", ()),
    "apprunner": ("us-east-1", "dynamodb-global-tables", ()),
    "fargate": ("us-east-1", "s3", ()),
    # a switch in front of a replica is changed, and the replica is promoted
    "route53-private": ("us-east-1", "rds", ("aws:control-plane/us-east-1/route53-private", "aws:control-plane/us-west-2/rds")),
}  # fmt: skip


@pytest.mark.parametrize("front", FAILOVERS)
def test_what_a_failover_by_hand_calls_depends_on_what_is_switched_and_what_is_promoted(front: str):
    region, behind, wanted = FAILOVERS[front]
    group = Redundancy(
        dependent="front", members=("east", "west"), active=("east",), evidence=SEEN,
        failover=Failover(mode="manual", takes=600),
    )  # fmt: skip
    here = system(
        thing("front", front, region),
        *(Component(id=id, kind="service", name=id, provider="aws", service=behind, region=at, evidence=SEEN)
          for id, at in (("east", "us-east-1"), ("west", "us-west-2"))),
        redundancies=(group,),
        journeys=(Journey(id="journey:shop", name="shop", entries=(JourneyEntry(component="front"),)),),
    )  # fmt: skip
    (after,) = here.redundancies
    assert after.failover is not None
    assert after.failover.needs == wanted
    said = [one for one in after.evidence if one.scanner == "catalog"]
    assert bool(said) == bool(wanted)
    assert all("confidence" in (one.note or "") for one in said)
    graph = DependencyGraph(here)
    for need in wanted:
        # the loss that calls for the failover, with what it calls: it does not happen
        (shop,) = simulate(graph, ["id:east", f"id:{need}"]).journeys
        assert shop.verdict == "breaks", need


def test_a_control_plane_elsewhere_is_no_need_of_a_data_plane_switch():
    """Routing controls and access points are switched although us-west-2, where they are made, is gone."""
    for front in ("route53-arc", "s3-mrap"):
        group = Redundancy(
            dependent="front", members=("west", "east"), active=("west",), evidence=SEEN,
            failover=Failover(mode="manual", takes=600),
        )  # fmt: skip
        here = system(
            thing("front", front, "global"), thing("east"), thing("west", region="us-west-2"), redundancies=(group,),
            journeys=(Journey(id="journey:shop", name="shop", entries=(JourneyEntry(component="front"),), rto=900),),
        )  # fmt: skip
        (shop,) = simulate(DependencyGraph(here), ["region:us-west-2"]).journeys
        assert (shop.verdict, shop.by_hand) == ("survives", True)


@pytest.mark.parametrize(
    ("service", "size", "wanted"),
    [
        ("ec2", "0", {"aws:control-plane/us-west-2/ec2"}),
        ("autoscaling", "0", {"aws:control-plane/us-west-2/autoscaling"}),
        ("ecs", "0", {"aws:control-plane/us-west-2/ecs"}),
        ("ecs", "2", set()),
        ("lambda", "0", set()),
    ],
)
def test_what_is_scaled_to_nought_has_to_be_started(service: str, size: str, wanted: set[str]):
    """A pilot light: what takes over stands behind a balancer, of size nought, and starts from a registry."""
    west = thing("web-west", service, "us-west-2").model_copy(update={"attributes": {"replicas": size}})
    group = Redundancy(
        dependent="name", members=("lb-east", "lb-west"), active=("lb-east",), evidence=SEEN,
        failover=Failover(mode="manual", takes=600),
    )  # fmt: skip
    pull = Dependency(dependent="web-west", dependency="images", phase="startup", evidence=SEEN)
    here = system(
        thing("name", "sns", kind="topic"), thing("lb-east", "elb"), thing("lb-west", "elb", "us-west-2"), west,
        thing("images", "ecr", "us-west-2", kind="registry"), redundancies=(group,),
        dependencies=(Dependency(dependent="lb-west", dependency="web-west", evidence=SEEN), pull),
    )  # fmt: skip
    (after,) = here.redundancies
    assert after.failover is not None
    needs = set(after.failover.needs)
    assert needs == ({"images", *wanted} if size == "0" else set())
    assert all("scaled to nought" in (one.note or "") for one in after.evidence if one.scanner == "catalog")


@pytest.mark.parametrize(("mode", "verdict"), [("manual", "breaks"), ("automatic", "survives")])
def test_a_failover_that_calls_what_is_lost_does_not_happen(mode: str, verdict: str):
    group = Redundancy(
        dependent="name", members=("east", "west"), active=("east",), evidence=SEEN,
        failover=Failover.model_validate({"mode": mode, "takes": 60}),
    )  # fmt: skip
    here = system(
        thing("name", "route53", "global", kind="dns"), thing("east"), thing("west", region="us-west-2"),
        redundancies=(group,),
        journeys=(Journey(id="journey:shop", name="shop", entries=(JourneyEntry(component="name"),), rto=900),),
    )  # fmt: skip
    (shop,) = simulate(DependencyGraph(here), ["region:us-east-1"]).journeys
    assert shop.verdict == verdict


def test_a_vendor_brings_where_it_runs_and_keeps_its_gap():
    here = system(Component(id="vendor:launchdarkly", kind="vendor", name="launchdarkly", evidence=SEEN))
    need = needs(here, "vendor:launchdarkly")["aws:platform/us-east-1/dynamodb", "runtime"]
    assert need.basis == "inferred"
    assert "seen in 2025-10-20-aws-dynamodb-dns" in need.evidence[0].note
    (gap,) = (one for one in here.gaps if one.component == "vendor:launchdarkly")
    assert "needs aws us-east-1, by the catalog; where else it runs is not known" in gap.reason
    low = system(Component(id="vendor:twilio", kind="vendor", name="twilio", evidence=SEEN))
    assert needs(low, "vendor:twilio")["aws:region/us-east-1", "runtime"].basis == "assumed"


@pytest.mark.parametrize("vendor", ["launchdarkly", "docker-hub", "heroku", "stripe"])
def test_knowing_one_region_makes_no_other_one_safe(vendor: str):
    """At worst everything that was unknown without the catalog is still unknown, or worse."""
    entry = Journey(id="journey:j", name="j", entries=(JourneyEntry(component="app"),))
    here = system(
        thing("app", region="eu-west-1"),
        thing("other", region="ap-south-1"),
        thing("virginia"),
        Component(id=f"vendor:{vendor}", kind="vendor", name=vendor, evidence=SEEN),
        dependencies=(Dependency(dependent="app", dependency=f"vendor:{vendor}", evidence=SEEN),),
        journeys=(entry,),
    )
    for region in ("ap-south-1", "us-east-1"):
        (result,) = simulate(DependencyGraph(here), [f"region:{region}"]).journeys
        assert result.verdict in ("unknown", "breaks")
        assert result.at_worst == "breaks"


def test_a_person_who_places_a_vendor_knows_better():
    placed = {"provider": "aws", "region": "eu-west-1"}
    vendor = Component(id="vendor:launchdarkly", kind="vendor", name="launchdarkly", evidence=SEEN)
    here = system(vendor)
    moved = tuple(one.model_copy(update=placed) if one.id == vendor.id else one for one in here.components)
    after = finish(here.model_copy(update={"components": moved}))
    assert not any("us-east-1" in id for id, _ in needs(after, vendor.id))
    assert ("aws:region/eu-west-1", "runtime") in needs(after, vendor.id)


def test_what_moves_takes_its_control_plane_along():
    here = system(thing("table", "dynamodb", kind="database"))
    moved = tuple(
        one.model_copy(update={"region": "eu-west-1"}) if one.id == "table" else one for one in here.components
    )
    after = finish(here.model_copy(update={"components": moved}))
    assert ("aws:control-plane/eu-west-1/dynamodb", "deploy") in needs(after, "table")
    assert ("aws:control-plane/us-east-1/dynamodb", "deploy") not in needs(after, "table")


def test_what_somebody_saw_is_not_replaced():
    said = Dependency(
        dependent="aws:control-plane/us-east-1/ec2", dependency="aws:platform/us-east-1/dynamodb",
        strength="soft", reason="we know", evidence=SEEN,
    )  # fmt: skip
    here = system(thing("web", "ec2"), dependencies=(said,))
    found = [one for one in here.dependencies if (one.dependent, one.dependency) == (said.dependent, said.dependency)]
    assert found == [said]


def test_an_incident_that_is_left_out_teaches_nothing():
    plain = Inventory(components=(thing("web", "ec2"), thing("table", "dynamodb", kind="database")))
    incident = "2025-10-20-aws-dynamodb-dns"
    whole, less = expand(plain), expand(plain, without={incident})
    told = [
        one for one in whole.dependencies if is_cited(one) and f"seen in {incident}" in (one.evidence[0].note or "")
    ]
    assert told
    assert ("aws:platform/us-east-1/dynamodb", "runtime") in needs(whole, "aws:control-plane/us-east-1/ec2")
    assert ("aws:platform/us-east-1/dynamodb", "runtime") not in needs(less, "aws:control-plane/us-east-1/ec2")
    assert ("aws:platform/us-east-1/s3", "runtime") in needs(less, "aws:control-plane/us-east-1/ec2")


def test_nothing_of_a_cloud_adds_nothing():
    plain = system(Component(id="a", kind="service", name="a", evidence=SEEN))
    assert [one.id for one in plain.components] == ["a"]
    assert plain.dependencies == ()


ESTATES = st.lists(
    st.tuples(
        st.sampled_from(sorted(key for key in services() if key.startswith("aws:"))),
        st.sampled_from(["us-east-1", "eu-west-1", "global", "cn-north-1"]),
        st.sampled_from(["service", "database", "gateway", "function"]),
    ),
    max_size=5,
)


@given(ESTATES, st.lists(st.sampled_from(sorted(vendors())), max_size=2, unique=True), st.randoms())
def test_expansion_is_made_once_and_in_any_order(
    estate: list[tuple[str, str, str]], names: list[str], chance: random.Random
):
    parts = [thing(f"c{n}", key.partition(":")[2], region, kind) for n, (key, region, kind) in enumerate(estate)]
    parts += [Component(id=f"vendor:{name}", kind="vendor", name=name, evidence=SEEN) for name in names]
    here = system(*parts)
    assert expand(here) is here
    chance.shuffle(parts)
    assert system(*parts) == here


@given(ESTATES.filter(bool), st.data())
def test_what_is_left_out_could_not_be_felt(estate: list[tuple[str, str, str]], data: st.DataObject):
    """An oracle: with all of the provider's needs in the graph, the user's own end in the same states."""
    parts = [thing(f"c{n}", key.partition(":")[2], region, kind) for n, (key, region, kind) in enumerate(estate)]
    here = system(*parts)
    nodes, waiting = set(), [node for node in map(reach.node_of, here.components) if node]
    while waiting:
        node = waiting.pop()
        if node not in nodes:
            nodes.add(node)
            waiting.extend(need.dependency for need in reach.needs_of(node))
    whole = finish(Inventory(components=(*parts, *(thing_of(node) for node in sorted(nodes, key=lambda one: one.id)))))
    lost = data.draw(st.sampled_from(sorted(one.id for one in whole.components if one.kind != "service")))
    if lost not in _ids(here):
        assert {state for id, (state, _) in states(whole, f"id:{lost}").items() if id.startswith("c")} <= {"up"}
        return
    few, many = states(here, f"id:{lost}"), states(whole, f"id:{lost}")
    assert {id: few[id] for id in few if id.startswith("c")} == {id: many[id] for id in few if id.startswith("c")}


def thing_of(node: reach.Node) -> Component:
    from blastradius.catalog.places import component_for_id

    made = component_for_id(node.id)
    assert made is not None
    return made


def test_every_need_of_the_catalog_can_be_made():
    for record in service_dependencies():
        if record.dependent.endswith(":all-services"):
            continue
        for region in ("us-east-1", "eu-west-1"):
            assert reach.node(record.dependent, record.dependent_plane, region), record.id
            assert reach.node(record.dependency, record.dependency_plane, region), record.id


@pytest.mark.parametrize("service", ["rds", "aurora", "elasticache", "documentdb", "neptune"])
def test_a_promotion_makes_no_new_endpoint(service: str):
    """The Route 53 control plane is in us-east-1: without it nothing can be created elsewhere, and a replica is promoted."""
    group = Redundancy(
        dependent="app", members=("east", "west"), active=("east",), evidence=SEEN,
        failover=Failover.model_validate({"mode": "manual", "takes": 60}),
    )  # fmt: skip
    here = system(
        thing("app", region="eu-west-1"), thing("east", service, kind="database"),
        thing("west", service, "eu-west-1", kind="database"), redundancies=(group,),
        journeys=(Journey(id="journey:shop", name="shop", entries=(JourneyEntry(component="app"),), rto=900),),
    )  # fmt: skip
    answer = simulate(DependencyGraph(here), ["region:us-east-1"])
    assert here.redundancies[0].failover is not None
    assert here.redundancies[0].failover.needs == (f"aws:control-plane/eu-west-1/{service}",)
    assert answer.journeys[0].verdict == "survives"
    assert next(one for one in answer.components if one.id == "west").cannot == ("change",)


def test_a_vendor_all_of_whose_places_a_catalog_names_stays_so_without_it(tmp_path):
    """The catalog of whoever scanned need not be there where the inventory is read."""
    import blastradius
    from blastradius.catalog import data

    (tmp_path / "own").mkdir()
    (tmp_path / "own/vendors.yaml").write_text(
        "sources: {ours: {title: Ours, url: 'https://freight.example'}}\n"
        "vendors: [{id: acme-freight, name: Acme, category: logistics, hosts: [api.acme-freight.example], complete: true, "
        "needs: [{on: 'aws:region/eu-west-1', source: [ours], confidence: high}], source: [ours], confidence: high, "
        "as_of: '2026-11-20'}]\n"
    )
    (tmp_path / "app").mkdir()
    (tmp_path / "app/compose.yaml").write_text(
        "services: {web: {image: x, environment: {SHIP: 'https://api.acme-freight.example'}}}\n"
    )
    data.use(tmp_path / "own")
    try:
        found = blastradius.scan(tmp_path / "app")
    finally:
        data.use(None)
    assert "vendor:acme-freight" in _ids(found)
    again = expand(found)
    assert not [gap for gap in again.gaps if gap.component == "vendor:acme-freight"]
    needs = [one.dependency for one in again.dependencies if one.dependent == "vendor:acme-freight"]
    assert needs == ["aws:region/eu-west-1"]
