"""Each rule: fires, does not fire, and says the same of a thing that is only called or written otherwise."""

from __future__ import annotations

import pytest
from gate.judging import drawn, judged, new, places

from blastradius.gate.ruling import GateRule, rules
from blastradius.model import Evidence, Gap

SHOP = "journey checkout: web tier 1\nweb -> price\n"


def said(found):
    return [(one.message, one.journey_name, one.domain_name, one.dependent, one.dependency) for one in found]


def test_every_rule_is_documented():
    found = rules()
    assert sorted(found) == [f"BR{number:03}" for number in range(1, 12)]
    assert len({one.name for one in found.values()}) == len(found)
    for id, kind in found.items():
        assert kind.id == id
        assert kind.summary.endswith(".")
        assert "It fires" in kind.docs
        assert "It does not fire" in kind.docs
        assert len(kind.docs.split("\n\n")) == 3, "when it fires, when not, what to do"
        own = kind.matches is not GateRule.matches, kind.changes is not GateRule.changes
        assert any(own), id
        for name, field in kind.options.model_fields.items():
            assert field.description, name
            assert not field.is_required(), name


# BR001, BR002: one place


def test_a_new_need_in_one_region_is_found_with_its_proof():
    (found,) = new(SHOP, SHOP + "price -> table\ntable -> us-east-1", "BR001")
    assert said([found]) == [("checkout now depends on us-east-1", "checkout", "us-east-1", "price", "table")]
    assert [(link.dependent, link.dependency) for link in found.chain] == [
        ("journey:checkout", "web"), ("web", "price"), ("price", "table"), ("table", "us-east-1"),
    ]  # fmt: skip
    assert found.was == "nothing on checkout fell with us-east-1"
    assert found.location is not None
    assert found.location.line == found.path[2].line
    assert found.fails


def test_a_second_need_in_the_same_region_is_another_finding():
    base = SHOP + "price -> a\na -> us-east-1"
    (found,) = new(base, base + "\nprice -> b\nb -> us-east-1", "BR001")
    assert found.message == "checkout now depends on us-east-1 through service:b as well"
    assert found.was == "checkout fell with us-east-1 by other needs"


@pytest.mark.parametrize(
    "change",
    [
        "price ~> table\ntable -> us-east-1",
        "price -> table\ntable -> us-east-1 | eu-west-1",
        "price -> a | b\na -> us-east-1\nb -> eu-west-1",
        "price -> table @deploy\ntable -> us-east-1",
        "blog -> table\ntable -> us-east-1",
    ],
)
def test_what_does_not_fall_with_one_region_is_no_finding(change):
    assert new(SHOP, SHOP + change, "BR001") == []


def test_what_was_there_is_known():
    base = SHOP + "price -> table\ntable -> us-east-1"
    result = judged(base, base)
    assert (result.passed, result.counts.new, result.counts.known > 0) == (True, 0, True)


def test_the_lost_member_of_a_redundancy_pins_what_is_left():
    places = "\na -> us-east-1\nb -> eu-west-1"
    (found,) = new(SHOP + "price -> a | b" + places, SHOP + "price -> a" + places, "BR001")
    assert said([found]) == [("checkout now depends on us-east-1", "checkout", "us-east-1", "price", "a")]


def test_one_line_that_leads_to_many_things_in_one_place_is_one_finding():
    behind = "\n".join(f"table -> part{n}\npart{n} -> us-east-1" for n in range(5))
    (found,) = new(SHOP + behind, SHOP + behind + "\nprice -> table", "BR001")
    assert (found.dependent, found.dependency) == ("price", "table")


def test_a_zone_is_a_rule_of_its_own():
    head = SHOP + "price -> disk\ndisk -> use1-az1"
    assert said(new(SHOP, head, "BR002")) == [
        ("checkout now depends on use1-az1", "checkout", "use1-az1", "price", "disk")
    ]
    assert new(SHOP, head, "BR001") == []
    assert new(SHOP, SHOP + "price ~> disk\ndisk -> use1-az1", "BR002") == []


def test_only_critical_journeys_are_judged():
    base = "journey reports: web tier 3\njourney odd: web\nweb -> price\n"
    head = base + "price -> table\ntable -> us-east-1"
    assert {one.journey_name for one in new(base, head, "BR001")} == {"reports", "odd"}
    assert {one.journey_name for one in new(base, head, "BR001", critical_tier=2)} == {"odd"}


# BR003: vendors


def test_a_new_hard_vendor():
    pay = "pay: kind vendor\n"
    (found,) = new(SHOP + pay, SHOP + pay + "price -> pay", "BR003")
    assert found.message == "checkout now breaks without pay"
    assert found.location is not None
    assert new(SHOP + pay, SHOP + pay + "price ~> pay", "BR003") == []
    assert new(SHOP + pay, SHOP + pay + "price -> pay @startup", "BR003") == []
    assert new(SHOP + pay, SHOP + pay + "price -> pay | own", "BR003") == []
    assert new(SHOP + pay + "price -> pay", SHOP + pay + "price -> pay\nweb -> pay", "BR003") == []


# BR004: the way out


FAILOVER = SHOP + "price -> a || b takes 5m needs tool\na -> us-east-1\nb -> eu-west-1\n"


def test_a_failover_that_needs_what_is_lost():
    (found,) = new(FAILOVER + "tool -> eu-west-1", FAILOVER + "tool -> us-east-1", "BR004")
    assert found.message == "the failover of service:price needs service:tool, which falls with us-east-1 as well"
    assert (found.dependent, found.dependency, found.domain) == ("price", "tool", "us-east-1")
    assert [link.dependency for link in found.chain] == ["us-east-1"]
    assert new(FAILOVER + "tool -> eu-west-1", FAILOVER + "tool -> eu-west-1\ntool ~> us-east-1", "BR004") == []


def test_a_cold_standby_that_cannot_start():
    base = SHOP + "price -> a || b takes 5m\na -> us-east-1\nb -> eu-west-1\nb: cold\nimages -> us-east-1\n"
    (found,) = new(base, base + "b -> images @startup", "BR004")
    assert found.dependency == "images"
    warm = base.replace("b: cold\n", "")
    assert new(warm, warm + "b -> images @startup", "BR004") == []


# BR001: what would mend it, and what counts for less


@pytest.mark.parametrize(
    ("kind", "where", "fix"),
    [
        ("database", None, "a replica of database:thing in another region, or make it soft"),
        ("queue", None, "a second queue:thing in another region, or make it soft"),
        ("function", None, "a second function:thing in another region, or make it soft"),
        ("database", "us-east-1",
         "service:price in another region as well, with what it needs of database:thing there, or make it soft"),
        ("platform", None, "what service:price does with thing in another region as well, or make it soft"),
    ],
)  # fmt: skip
def test_what_would_mend_it_depends_on_what_it_is(kind, where, fix):
    """Nobody can replicate a service of the provider, nor a queue; and a copy elsewhere helps nobody who is here only."""
    drawing = SHOP + f"thing: kind {kind}\nprice: kind service\nweb: kind service\n"
    head = places(drawn(drawing + "price -> thing\nthing -> us-east-1\n"), {"price": where})
    found = new(places(drawn(drawing), {"price": where}), head, "BR001")
    assert [one.fix for one in found if one.dependency == "thing"] == [fix]


def test_one_more_need_of_who_is_in_one_region_anyway_may_count_for_less():
    base = SHOP + "price -> us-east-1\n"
    head = base + "web -> table\ntable -> us-east-1\n"
    less = {"rules": {"BR001": {"as_well": "advisory"}}}
    (found,) = new(base, head, "BR001")
    assert (found.level, found.fails) == ("block", True)
    result = judged(base, head, **less)
    assert [(one.level, one.fails) for one in result.findings if one.status == "new"] == [("advisory", False)]
    assert result.passed
    stood = judged(SHOP, SHOP + "web -> table\ntable -> us-east-1\n", **less)
    assert not stood.passed, "nothing fell with that region before"
    instead = judged(base, SHOP + "web -> table\ntable -> us-east-1\n", **less)
    assert not instead.passed, "this came in the place of all that fell"
    (warned,) = new(base, head, "BR001", rules={"BR001": {"level": "warn", "as_well": "block"}})
    assert warned.level == "warn"


# BR005: unknown


def test_a_verdict_that_became_unknown():
    base = drawn(SHOP)
    gap = Gap(
        scope="price", component="price", hides="dependency", reason="an address leads nowhere",
        evidence=(Evidence(scanner="kubernetes", locator="deploy/price.yaml:9"),),
    )  # fmt: skip
    head = base.model_copy(update={"gaps": (gap,)})
    found = new(base, head, "BR005")
    assert {one.domain_name for one in found} == {"us-east-1", "eu-west-1"}
    assert all("an address leads nowhere" in one.message for one in found)
    assert {(one.location.path, one.location.line) for one in found} == {("deploy/price.yaml", 9)}
    assert new(head, head, "BR005") == []
    elsewhere = base.model_copy(update={"gaps": (gap.model_copy(update={"component": "us-east-1"}),)})
    assert new(base, elsewhere, "BR005") == []


@pytest.mark.parametrize("candidates", [("price",), ("web", "price", "billing")])
def test_a_verdict_that_became_unknown_by_one_of_several(candidates):
    """A vendor that any of some workloads may need: nothing tells which, and all that falls with the vendor may break."""
    base = drawn(SHOP + "stripe: kind vendor\nstripe -> eu-west-1\nbilling: kind service\n")
    gap = Gap(
        scope="app", candidates=candidates, reference="stripe", hides="dependency", reason="any of them may need it",
        evidence=(Evidence(scanner="packages", locator="app/package.json:3"),),
    )  # fmt: skip
    head = base.model_copy(update={"gaps": (gap,)})
    (found,) = new(base, head, "BR005")
    assert (found.domain_name, found.location.path) == ("eu-west-1", "app/package.json")
    beside = base.model_copy(update={"gaps": (gap.model_copy(update={"candidates": ("billing",)}),)})
    assert new(base, beside, "BR005") == []


# BR006: harder


@pytest.mark.parametrize(
    ("before", "after", "now"),
    [
        ("price ~> mail", "price -> mail", "now needs service:mail hard"),
        ("price -> mail (20m)", "price -> mail", "goes on without service:mail not at all"),
        ("price -> mail (20m)", "price -> mail (5m)", "goes on without service:mail for 5m only"),
        ("price ~> mail hardens 2h", "price ~> mail hardens 1h", "breaks without service:mail after 1h"),
        ("price ~> mail", "price ~> mail hardens 1h", "breaks without service:mail after 1h"),
        ("price -> mail | post", "price -> mail\npost", "has no alternative to service:mail any more"),
    ],
)
def test_what_became_harder(before, after, now):
    (found,) = new(SHOP + before, SHOP + after, "BR006")
    assert found.message == f"service:price, on checkout, {now}"
    assert found.location is not None
    assert new(SHOP + after, SHOP + before, "BR006") == []


def test_what_is_new_or_not_needed_is_not_harder():
    assert new(SHOP, SHOP + "price -> mail", "BR006") == []
    assert new(SHOP + "blog ~> mail", SHOP + "blog -> mail", "BR006") == []
    assert new(SHOP + "price ~> mail", SHOP + "price ~> mail\nprice -> mail @deploy", "BR006") == []


# BR007: fewer spares


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("price -> a | b | c", "price -> a | b", "service:price has 1 spare without service:c"),
        ("price -> a | b", "price -> a", "service:a has no spare without service:b"),
        ("price -> a | b | c", "price -> 2 of a b c", "service:price has 1 spare"),
        ("price -> a || b takes 5m", "price -> a || b by hand", "service:price has no spare"),
    ],
)
def test_a_lost_spare(before, after, message):
    assert [one.message for one in new(SHOP + before, SHOP + after, "BR007")] == [message]
    assert new(SHOP + after, SHOP + before, "BR007") == []


def test_spares_that_were_moved_together():
    base = SHOP + "price -> a | b | c\na -> us-east-1\nb -> eu-west-1\nc -> eu-west-1"
    head = base.replace("c -> eu-west-1", "c -> us-east-1")
    found = new(base, head, "BR007")
    assert [(one.message, one.domain) for one in found] == [
        ("service:price has no spare left when us-east-1 is lost", "us-east-1")
    ]


def test_a_redundancy_that_nobody_needs_any_more_is_not_lost():
    assert new(SHOP + "price -> a | b", SHOP, "BR007") == []
    assert new(SHOP + "blog -> a | b", SHOP + "blog -> a", "BR007") == []
    assert new(SHOP + "price -> a | b", SHOP + "price -> a | b | c", "BR007") == []


# BR008: registries


def test_a_start_from_a_public_registry():
    hub = {"hub": {"attributes": {"category": "container-registry"}}}
    base = drawn(SHOP + "hub: kind vendor", **hub)
    head = drawn(SHOP + "hub: kind vendor\nprice -> hub @startup", **hub)
    (found,) = new(base, head, "BR008")
    assert found.message == "service:price, on checkout, cannot start without hub"
    assert (found.level, found.fails) == ("warn", False)
    mirrored = drawn(SHOP + "hub: kind vendor\nprice -> hub | mirror @startup", **hub)
    assert new(base, mirrored, "BR008") == []
    elsewhere = drawn(SHOP + "hub: kind vendor\nblog -> hub @startup", **hub)
    assert new(base, elsewhere, "BR008") == []
    assert new(drawn(SHOP + "hub: kind vendor"), drawn(SHOP + "hub: kind vendor\nprice -> hub @startup"), "BR008") == []


# BR009: promises


def test_an_objective_that_is_missed():
    text = "journey checkout: web rto 10m rpo 1m\nweb -> a || b takes {takes} lag {lag}\na -> us-east-1\nb -> eu-west-1"
    good = text.format(takes="5m", lag="30s")
    assert [one.message for one in new(good, text.format(takes="20m", lag="30s"), "BR009")] == [
        "checkout is down for 20m when us-east-1 is lost; its RTO is 10m"
    ]
    assert [one.message for one in new(good, text.format(takes="5m", lag="5m"), "BR009")] == [
        "checkout loses more data than its RPO of 1m when us-east-1 is lost"
    ]
    assert new(good, text.format(takes="8m", lag="50s"), "BR009") == []
    free = text.replace(" rto 10m rpo 1m", "")
    assert new(free.format(takes="5m", lag="30s"), free.format(takes="20m", lag="9m"), "BR009") == []


def test_a_failover_by_hand_that_nobody_tried():
    text = SHOP + "price -> a || b takes 5m{hand}\na -> us-east-1\nb -> eu-west-1"
    (found,) = new(text.format(hand=""), text.format(hand=" by hand"), "BR009")
    assert found.message == "checkout outlives us-east-1 only by a failover by hand that was not rehearsed"


# BR010: retries


def retrying(attempts, **breaker):
    inventory = drawn(SHOP + "price -> table")
    rules = tuple(
        one.model_copy(update={"attempts": attempts, **breaker}) if one.dependent in ("web", "price") else one
        for one in inventory.dependencies
    )
    return inventory.model_copy(update={"dependencies": rules})


def test_retries_that_multiply():
    (found,) = new(retrying(2), retrying(5), "BR010")
    assert found.message == "one call becomes up to 25 calls to service:table; the limit is 10"
    assert (found.level, found.dependent, found.dependency) == ("warn", "price", "table")
    assert new(retrying(2), retrying(5), "BR010", rules={"BR010": {"limit": 25}}) == []
    (found,) = new(retrying(2), retrying(5), "BR010", rules={"BR010": {"limit": 24, "level": "block"}})
    assert found.fails
    assert new(retrying(5), retrying(6), "BR010") == [], "a figure is no identity"


# BR011: visibility


def test_a_journey_that_is_gone():
    base = SHOP + "journey pay: price"
    assert [one.message for one in new(base, SHOP, "BR011")] == ["the journey pay is not declared any more"]
    assert new(base, base.replace("journey pay", "journey paying"), "BR011") == [], "renamed"
    assert new(SHOP, base, "BR011") == []


def test_an_entry_and_a_tier_that_are_gone():
    base = drawn(SHOP)
    (journey,) = base.journeys
    more = (*journey.entries, journey.entries[0].model_copy(update={"component": "price"}))
    wide = base.model_copy(update={"journeys": (journey.model_copy(update={"entries": more, "tier": 1}),)})
    thin = base.model_copy(update={"journeys": (journey.model_copy(update={"tier": 3}),)})
    message = "service:price is no entry of the journey checkout any more"
    assert [one.message for one in new(wide, thin, "BR011")] == [message]
    assert new(thin, wide, "BR011") == []
    found = {one.message for one in new(wide, thin, "BR011", critical_tier=2)}
    assert found == {message, "the journey checkout is not judged any more: its tier is 3"}


def test_a_place_that_is_gone():
    base = drawn(SHOP, price={"region": "eu-west-1", "provider": "aws"})
    head = drawn(SHOP, price={"region": None, "provider": None})
    assert [one.message for one in new(base, head, "BR011")] == ["where service:price runs is not said any more"]
    assert new(head, base, "BR011") == []
    moved = drawn(SHOP, price={"region": "us-east-1", "provider": "aws"})
    assert new(base, moved, "BR011") == []
    assert new(drawn(SHOP + "blog"), drawn(SHOP + "blog", blog={"region": None}), "BR011") == []


def test_a_stated_need_that_is_gone():
    base, head = drawn(SHOP + "price -> ledger"), drawn(SHOP + "ledger")
    by_hand = base.model_copy(
        update={
            "dependencies": tuple(
                one.model_copy(update={"evidence": (Evidence(scanner="overlay", locator="blastradius.yaml:7"),)})
                for one in base.dependencies
            )
        }
    )
    assert [one.message for one in new(by_hand, head, "BR011")] == [
        "that service:price needs service:ledger is not said any more"
    ]
    assert new(base, head, "BR011") == [], "what a scanner saw is gone because it is gone"
    assert new(by_hand, drawn(SHOP), "BR011") == [], "the thing itself is gone"


@pytest.mark.parametrize("level", ["advisory", "warn", "block"])
def test_policy_sets_the_level(level):
    head = SHOP + "price -> table\ntable -> us-east-1"
    result = judged(SHOP, head, rules={"BR001": level})
    (found,) = [one for one in result.findings if one.rule == "BR001"]
    assert (found.level, found.fails, result.passed) == (level, level == "block", level != "block")
