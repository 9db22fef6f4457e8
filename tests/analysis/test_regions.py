"""Regions: what is single-region, what is not, what only looks it, and what nobody knows."""

import pytest
from drawing import parse

from blastradius.analysis.regions import regions
from blastradius.model import Component, Inventory, Meta

EVERYWHERE = """
web/use1: region us-east-1
web/euw1: region eu-west-1
db/use1: region us-east-1 kind database
db/euw1: region eu-west-1 kind database
dns: region global kind dns
dns -> web/use1 | web/euw1
web/use1 -> db/use1
web/euw1 -> db/euw1
"""


def placed(**places):
    components = tuple(
        Component(id=name, kind="service", name=name, provider="aws" if region else None, region=region)
        for name, region in places.items()
    )
    return Inventory(meta=Meta(assembled=True), components=components)


def with_role(inventory, identifier, role):
    components = tuple(
        c.model_copy(update={"attributes": {"role": role}}) if c.id == identifier else c for c in inventory.components
    )
    return inventory.model_copy(update={"components": components})


def test_what_carries_no_region_is_unknown_and_never_single_region():
    answer = regions(placed(a=None, b=None))
    assert answer.verdict == "unknown"
    assert answer.serving_regions == ()
    assert answer.unplaced == ("a", "b")
    assert "place: in blastradius.yaml" in answer.reasons[0]


def test_where_only_a_part_is_placed_the_whole_is_unknown_and_that_is_said():
    answer = regions(placed(a="us-east-1", b=None))
    assert answer.verdict == "unknown"
    assert "1 of 2 components" in answer.reasons[0]
    assert "the others run in us-east-1" in answer.reasons[0]
    assert answer.serving_regions == ("us-east-1",)


def test_nothing_at_all_is_unknown():
    assert regions(Inventory()).verdict == "unknown"
    assert regions(placed(a="global")).verdict == "unknown"


def test_all_in_one_region_is_single_region():
    answer = regions(placed(a="us-east-1", b="us-east-1", c="global"))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("us-east-1",))


def test_copies_in_two_regions_are_multi_region_and_say_how():
    answer = regions(parse(EVERYWHERE))
    assert (answer.verdict, answer.serving_regions) == ("multi-region", ("eu-west-1", "us-east-1"))
    assert answer.pinned == ()
    web = next(one for one in answer.components if one.id == "web/use1")
    assert (web.regions, web.replicated) == (("eu-west-1", "us-east-1"), "full")
    assert web.how == "dns needs 1 of 2"
    assert web.evidence
    db = next(one for one in answer.components if one.id == "db/use1")
    assert (db.regions, db.replicated) == (("us-east-1",), "none")


@pytest.mark.parametrize("role", ["backup", "witness"])
def test_a_backup_or_a_witness_does_not_serve(role):
    inventory = with_role(placed(db="eu-west-1", copy="eu-central-1"), "copy", role)
    answer = regions(inventory)
    assert answer.verdict == "single-region-with-backup"
    assert (answer.serving_regions, answer.backup_regions) == (("eu-west-1",), ("eu-central-1",))


def test_a_readable_copy_serves():
    inventory = with_role(
        parse("app -> db || copy by hand takes 1h\napp: region r1\ndb: region r1\ncopy: region r2"),
        "copy",
        "read-replica",
    )
    answer = regions(inventory)
    assert answer.verdict == "multi-region"
    db = next(one for one in answer.components if one.id == "db")
    assert (db.replicated, db.regions) == ("read", ("r1", "r2"))
    assert "manual failover from db" in db.how


def test_a_key_or_a_registry_elsewhere_makes_no_second_region():
    key = Component(id="k", kind="key", name="k", provider="aws", region="us-east-1")
    inventory = placed(a="eu-west-1")
    answer = regions(inventory.model_copy(update={"components": (*inventory.components, key)}))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("eu-west-1",))


def test_another_party_or_a_synthetic_client_does_not_count():
    vendor = Component(id="vendor:x", kind="vendor", name="x", region="us-east-1")
    load = Component(id="load", kind="service", name="load", customer_facing=False)
    inventory = placed(a="eu-west-1")
    answer = regions(inventory.model_copy(update={"components": (*inventory.components, vendor, load)}))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("eu-west-1",))


def pins(text):
    return {one.component: (one.region, one.needed_from) for one in regions(parse(text)).pinned}


def test_what_all_regions_need_and_one_holds_is_pinned():
    text = (
        EVERYWHERE + "web/use1 -> auth\nweb/euw1 -> auth\nauth: region us-east-1\nauth -> keys\nkeys: region us-east-1"
    )
    found = pins(text)
    assert found == dict.fromkeys(("auth", "keys"), ("us-east-1", ("eu-west-1", "us-east-1")))
    answer = regions(parse(text))
    assert answer.verdict == "multi-region"
    assert answer.pinned[0].evidence
    assert "lives in one region and is needed from others" in answer.reasons[-1]


def test_it_is_pinned_also_through_something_that_has_no_region():
    assert pins("a -> dns\nb -> dns\ndns -> z\na: region r1\nb: region r2\nz: region r1\ndns: region global") == {
        "z": ("r1", ("r1", "r2"))
    }


def test_soft_needs_other_phases_and_alternatives_elsewhere_pin_nothing():
    places = "a: region r1\nb: region r2\nx: region r1\ny: region r2\n"
    assert not pins(places + "a ~> x\nb ~> x")
    assert not pins(places + "a -> x @startup\nb -> x @deploy")
    assert not pins(places + "a -> x | y\nb -> x | y")
    assert pins(places + "a -> 2 of x y\nb -> 2 of x y") == {"x": ("r1", ("r1", "r2")), "y": ("r2", ("r1", "r2"))}


def test_alternatives_that_share_a_region_are_pinned_together():
    places = "a: region r1\nb: region r2\nx: region r1\ny: region r1\n"
    assert pins(places + "a -> x | y\nb -> x | y") == {"x": ("r1", ("r1", "r2")), "y": ("r1", ("r1", "r2"))}


def test_cycles_end():
    assert pins("a -> b\nb -> c\nc -> a\na: region r1\nb: region r2\nc: region global").keys() == {"a", "b"}


def test_the_answer_is_the_same_whatever_the_order_of_records():
    inventory = parse(EVERYWHERE + "web/use1 -> auth\nweb/euw1 -> auth\nauth: region us-east-1")
    turned = inventory.model_copy(
        update={"components": inventory.components[::-1], "dependencies": inventory.dependencies[::-1]}
    )
    assert regions(turned).model_dump_json() == regions(inventory).model_dump_json()


def test_a_service_seen_in_two_regions_serves_in_both():
    said = {"regions": "eu-west-1, us-east-1"}
    web = Component(id="web", kind="service", name="web", attributes=said)
    db = Component(id="db", kind="database", name="db", region="us-east-1")
    result = regions(Inventory(components=(db, web)))
    assert result.unplaced == ()
    assert (result.verdict, result.serving_regions) == ("multi-region", ("eu-west-1", "us-east-1"))
    (found,) = [one for one in result.components if one.id == "web"]
    assert (found.regions, found.replicated) == (("eu-west-1", "us-east-1"), "full")
    assert found.how == "seen at run time in eu-west-1, us-east-1"
