"""Applying an overlay: each section does what it says, once, and says where it stands."""

import pytest
from drawing import parse
from hypothesis import given
from hypothesis import strategies as st

from blastradius import overlay
from blastradius.errors import UsageError
from blastradius.model import Component, Dependency, Evidence, Gap, Inventory, Meta
from blastradius.storage import dumps

SHOP = """
web -> shop
shop -> db
shop -> replica
shop -> mail
shop -> registry @startup
worker -> queue
journey web: web
load
"""


def shop() -> Inventory:
    drawn = parse(SHOP)
    bare = [c.model_copy(update={"provider": None, "region": None}) for c in drawn.components]
    inferred = tuple(j.model_copy(update={"inferred": True}) for j in drawn.journeys)
    entry = {"attributes": {"entry": "Service/web LoadBalancer"}}
    components = tuple(c.model_copy(update=entry) if c.id in ("web", "load") else c for c in bare)
    gap = Gap(scope="a.yaml:7", reason="cannot tell", hides="dependency", component="db", reference="${DB_ADDR}")
    changes = {"components": components, "journeys": inferred, "meta": Meta(assembled=True), "gaps": (gap,)}
    return drawn.model_copy(update=changes)


@pytest.fixture
def applied(tmp_path):
    def apply(text, inventory=None):
        path = tmp_path / "blastradius.yaml"
        path.write_text(text)
        return overlay.apply(inventory or shop(), overlay.read(path))

    return apply


def of(inventory, dependent):
    return {(d.dependency, d.phase): d for d in inventory.dependencies if d.dependent == dependent}


def component(inventory, identifier):
    return next(one for one in inventory.components if one.id == identifier)


def where(record):
    return [(e.scanner, e.locator, e.basis, e.note) for e in record.evidence if e.scanner == "overlay"]


def test_declared_journeys_replace_inferred_ones(applied):
    text = "journeys:\n  buy:\n    entries: ['id:shop', {component: 'service:db', tolerance: 5m}]\n    rto: 1h\n    tier: 1\n"
    (journey,) = applied(text).journeys
    assert (journey.id, journey.name, journey.rto, journey.tier) == ("journey:buy", "buy", 3600, 1)
    assert [(e.component, e.tolerance) for e in journey.entries] == [("db", 300), ("shop", None)]
    assert where(journey) == [("overlay", "blastradius.yaml:2", "declared", None)]
    assert not journey.inferred


def test_a_selector_that_matches_several_means_all_of_them_and_under_any_alternatives(applied):
    inventory = applied(
        "journeys:\n  j:\n    entries: ['service:*o*', {any: ['*:d*', '*:re*'], required: 2, tolerance: 1m}]\n"
    )
    assert [e.component for e in inventory.journeys[0].entries] == ["load", "shop", "worker"]
    (group,) = [g for g in inventory.redundancies if g.dependent == "journey:j"]
    assert group.members == ("db", "registry", "replica")
    assert (group.required, group.tolerance) == (2, 60)


def test_the_more_exact_of_two_entries_for_one_component_counts(applied):
    inventory = applied("journeys:\n  j:\n    entries: [{component: 'id:shop', tolerance: 9m}, 'service:*']\n")
    assert {e.component: e.tolerance for e in inventory.journeys[0].entries}["shop"] == 540


def test_placing_closes_the_gap_and_makes_the_containment(applied):
    before = applied("place: []\n")
    assert [g for g in before.gaps if g.hides == "location"]
    text = "place:\n- {match: '*:*', provider: aws, region: us-east-1, reason: the cluster is there}\n"
    after = applied(text)
    assert not [g for g in after.gaps if g.hides == "location"]
    assert component(after, "shop").region == "us-east-1"
    assert where(component(after, "shop")) == [
        ("overlay", "blastradius.yaml:2", "declared", "placed: the cluster is there")
    ]
    assert ("aws:region/us-east-1", "runtime") in of(after, "shop")


def test_placing_moves_what_was_placed_elsewhere(applied):
    first = applied("place:\n- {match: '*:*', provider: aws, region: us-east-1}\n")
    second = applied("place:\n- {match: 'id:shop', region: eu-west-1}\n", first)
    assert ("aws:region/eu-west-1", "runtime") in of(second, "shop")
    assert ("aws:region/us-east-1", "runtime") not in of(second, "shop")
    assert ("aws:region/us-east-1", "runtime") in of(second, "db")


def test_the_more_exact_placement_wins_in_either_order_and_equals_must_agree(applied):
    sweeping, exact = "- {match: '*:*', region: r1, provider: p}\n", "- {match: 'service:shop', region: r2}\n"
    for text in (sweeping + exact, exact + sweeping):
        inventory = applied("place:\n" + text)
        assert component(inventory, "shop").region == "r2"
        assert component(inventory, "shop").provider == "p"
        assert component(inventory, "db").region == "r1"
    with pytest.raises(
        UsageError, match=r":3: region of shop is r3 here and r2 on line 2: make one selector more exact"
    ):
        applied("place:\n" + exact + exact.replace("r2", "r3"))
    applied("place:\n" + exact + exact)


def test_a_pattern_places_nothing_that_was_seen_elsewhere_and_a_name_moves_it(applied):
    registry = Component(id="reg", kind="registry", name="reg", provider="gcp", region="us-central1")
    seen = shop().model_copy(update={"components": (*shop().components, registry)})
    swept = "place:\n- {match: '*:*', provider: aws, region: us-east-1}\n"
    assert component(applied(swept, seen), "reg").region == "us-central1"
    assert component(applied(swept, seen), "shop").region == "us-east-1"
    assert component(applied("place:\n- {match: 'registry:reg', region: r2}\n", seen), "reg").region == "r2"
    with pytest.raises(UsageError, match="known to be elsewhere: name it exactly to move it"):
        applied("place:\n- {match: 'registry:*', region: r2}\n", seen.model_copy(update={"components": (registry,)}))


def test_a_sweeping_placement_leaves_other_parties_alone_unless_the_kind_is_named(applied):
    vendor = Component(id="vendor:stripe", kind="vendor", name="Stripe")
    with_vendor = shop().model_copy(update={"components": (*shop().components, vendor)})
    assert component(applied("place:\n- {match: '*:*', region: r1}\n", with_vendor), "vendor:stripe").region is None
    named = applied("place:\n- {match: 'vendor:stripe', provider: aws, region: us-east-1}\n", with_vendor)
    assert component(named, "vendor:stripe").region == "us-east-1"
    with pytest.raises(UsageError, match="name the kind, such as vendor:"):
        applied("place:\n- {match: '*:stripe', region: r1}\n", with_vendor)


def test_an_annotation_sets_strength_tolerance_and_phase_with_its_reason(applied):
    text = "annotate:\n- {dependent: 'service:shop', dependency: '*:mail', strength: soft, hardens_after: 2h, reason: mails wait}\n"
    changed = of(applied(text), "shop")[("mail", "runtime")]
    assert (changed.strength, changed.hardens_after, changed.reason) == ("soft", 7200, "mails wait")
    assert where(changed) == [("overlay", "blastradius.yaml:2", "declared", "mails wait")]
    assert of(applied(text), "shop")[("db", "runtime")].strength == "hard"


def test_a_sweeping_annotation_does_not_touch_where_things_are_placed(applied):
    placed = applied("place:\n- {match: '*:*', provider: aws, region: us-east-1}\n")
    after = of(
        applied("annotate:\n- {dependent: 'id:shop', dependency: '*:*', strength: soft, reason: all cached}\n", placed),
        "shop",
    )
    assert after[("db", "runtime")].strength == "soft"
    assert after[("aws:region/us-east-1", "runtime")].strength == "hard"


def test_an_annotation_of_a_component_sets_how_it_comes_back(applied):
    text = "annotate:\n- {component: 'id:db', recovery: 10m, restart: cold, reason: seen in March}\n"
    changed = component(applied(text), "db")
    assert (changed.recovery, changed.restart) == (600, "cold")
    assert where(changed)[0][3] == "seen in March"


def test_a_synthetic_client_is_no_journey(applied):
    assert len(applied("place: []\n").journeys) == 2
    after = applied("annotate:\n- {component: 'id:load', customer_facing: false, reason: a load generator}\n")
    assert len(after.journeys) == 1


def test_a_redundancy_absorbs_the_plain_needs_of_its_members_in_its_phase(applied):
    text = (
        "redundancies:\n- dependent: service:shop\n  members: ['id:db', 'id:replica', 'id:registry']\n  active: ['id:db']\n"
        "  failover: {mode: manual, takes: 10m, needs: ['id:mail'], rehearsed: 2026-05-01, lag: 30s}\n  reason: promoted by hand\n"
    )
    inventory = applied(text)
    (group,) = inventory.redundancies
    assert (group.members, group.active, group.required) == (("db", "registry", "replica"), ("db",), 1)
    assert (group.failover.takes, group.failover.needs, group.failover.lag) == (600, ("mail",), 30)
    assert group.reason == "promoted by hand"
    assert group.evidence[0].note == "promoted by hand"
    assert len(group.evidence) == 1 + 2  # its own, and that of the two it absorbed
    assert sorted(of(inventory, "shop")) == [("mail", "runtime"), ("registry", "startup")]


def test_a_redundancy_of_a_journey_absorbs_its_entries(applied):
    text = (
        "journeys:\n  buy: {entries: ['id:db', 'id:shop']}\n"
        "redundancies:\n- {dependent: 'journey:buy', members: ['id:db', 'id:replica']}\n"
    )
    inventory = applied(text)
    assert [e.component for e in inventory.journeys[0].entries] == ["shop"]
    assert [g.dependent for g in inventory.redundancies] == ["journey:buy"]


def test_facts_no_scanner_can_see_are_added_with_their_reason(applied):
    text = (
        "components:\n- {id: ledger, kind: database, reason: on a mainframe}\n"
        "dependencies:\n- {dependent: 'service:shop', dependency: ledger, tolerance: 5m, reason: nightly batch}\n"
        "- {dependent: 'id:shop', dependency: 'vendor:stripe', phase: operate}\n"
    )
    inventory = applied(text)
    assert component(inventory, "ledger").name == "ledger"
    assert where(component(inventory, "ledger")) == [("overlay", "blastradius.yaml:2", "declared", "on a mainframe")]
    added = of(inventory, "shop")[("ledger", "runtime")]
    assert (added.tolerance, added.reason) == (300, "nightly batch")
    assert where(added) == [("overlay", "blastradius.yaml:4", "declared", "nightly batch")]
    assert ("vendor:stripe", "operate") in of(inventory, "shop")
    assert component(inventory, "vendor:stripe").kind == "vendor"


def test_two_that_are_one_become_one_and_both_names_stay_selectable(applied):
    arn = "arn:aws:sqs:us-east-1:111122223333:queue"
    queue = Component(id=arn, kind="queue", name="queue", region="us-east-1", provider="aws")
    gap = Gap(scope="queue", reason="may be the same as", hides="location", component="queue", same_as=arn)
    start = shop().model_copy(update={"components": (*shop().components, queue), "gaps": (gap,)})
    inventory = applied("same:\n- ['id:queue', 'id:" + arn + "']\njourneys:\n  j: {entries: ['id:queue']}\n", start)
    assert "queue" not in {c.id for c in inventory.components}
    assert "queue" in component(inventory, arn).identities
    assert (arn, "runtime") in of(inventory, "worker")
    assert inventory.journeys[0].entries[0].component == arn
    assert not [g for g in inventory.gaps if g.same_as]


def test_two_in_different_places_cannot_be_one(applied):
    placed = applied("place:\n- {match: 'id:db', region: r1}\n- {match: 'id:replica', region: r2}\n")
    with pytest.raises(UsageError, match=r":2: db has region r1 and replica has r2: they cannot be one"):
        applied("same:\n- [db, replica]\n", placed)


def test_what_is_ignored_is_gone_with_what_hangs_on_it(applied):
    drawn = parse("shop -> db\nshop -> mail\nshop -> a | b | c\nx -> a || b\njourney j: shop db")
    inventory = applied(
        "ignore:\n- {component: 'id:db', reason: gone since May}\n- {component: 'id:c', reason: gone}\n", drawn
    )
    assert not {"db", "c"} & {c.id for c in inventory.components}
    assert ("db", "runtime") not in of(inventory, "shop")
    assert [g.members for g in inventory.redundancies] == [("a", "b"), ("a", "b")]
    assert [e.component for e in inventory.journeys[0].entries] == ["shop"]
    with pytest.raises(UsageError, match=":2: a is an active member x needs"):
        applied("ignore:\n- {component: 'id:a', reason: gone}\n", drawn)


def test_an_ignored_dependency_is_gone_and_an_ignored_gap_stays_gone(applied):
    inventory = applied("ignore:\n- {dependent: 'id:shop', dependency: 'id:mail', reason: a dead flag}\n")
    assert ("mail", "runtime") not in of(inventory, "shop")
    for text in ("id:db", "${DB*", "a.yaml:7"):
        left = applied(f"ignore:\n- {{gap: '{text}', reason: known}}\n").gaps
        assert [g.hides for g in left] == ["location"]
    assert not applied("ignore:\n- {gap: '*', reason: all known}\n").gaps


def test_of_several_in_doubt_those_that_are_ignored_are_so_no_more(applied):
    gap = Gap(
        scope="src", reason="cannot tell", hides="dependency", candidates=("db", "replica", "shop"), reference="mail"
    )
    here = shop().model_copy(update={"gaps": (gap,)})

    def left(text):
        return [g.candidates for g in applied(f"ignore:\n- {{{text}, reason: known}}\n", here).gaps if g.candidates]

    assert left("gap: 'id:db'") == left("component: 'id:db'") == [("replica", "shop")]
    assert left("gap: src") == left("gap: mail") == left("gap: 'id:mail'") == left("component: 'id:mail'") == []
    assert [g.candidates for g in applied("same:\n- [replica, db]\n", here).gaps if g.candidates] == [("db", "shop")]


NOTHING = {
    "place:\n- {match: 'service:shpo', region: r}\n": r":2: service:shpo matches no component; the nearest: service:shop",
    "place:\n- match: ''\n  region: r\n": "match",
    "place:\n- {match: 'journey:web', region: r}\n": ":2: journey:web: a journey is no component",
    "annotate:\n- {component: 'id:dbx', recovery: 1m, reason: why}\n": ":2: id:dbx matches no component",
    "annotate:\n- {dependent: 'id:web', dependency: 'id:db', strength: soft, reason: why}\n": (
        ":2: id:web does not depend on id:db; it depends on shop"
    ),
    "annotate:\n- {dependent: 'id:db', dependency: 'id:web', strength: soft, reason: why}\n": "it depends on nothing here",
    "redundancies:\n- dependent: id:shop\n  members: ['id:db', 'id:replcia']\n": ":3: id:replcia matches no component",
    "redundancies:\n- dependent: journey:webb\n  members: ['id:db']\n": ":2: journey:webb is no journey; known are journey:web",
    "redundancies:\n- {dependent: 'id:shop', members: ['id:db'], required: 2}\n": ":2: required: 2 is more than the 1 members",
    "redundancies:\n- {dependent: 'id:shop', members: ['id:shop']}\n": "its own only alternative",
    "redundancies:\n- {dependent: 'id:shop', members: ['id:db'], active: ['id:db']}\n": "active and failover: name both",
    "redundancies:\n- {dependent: 'id:shop', members: ['id:db']}\n- {dependent: 'id:shop', members: ['service:db']}\n": (
        "the same alternatives of shop stand on line"
    ),
    "same:\n- ['id:db', 'id:none']\n": ":2: id:none matches no component",
    "same:\n- ['id:db', 'service:*']\n": "matches 9 components: write one id",
    "ignore:\n- {component: 'vendor:x', reason: why}\n": ":2: vendor:x matches no component",
    "ignore:\n- {dependent: 'id:web', dependency: 'id:db', reason: why}\n": "id:web does not depend on id:db",
    "ignore:\n- {gap: 'nothing', reason: why}\n": ":2: nothing matches no gap; the nearest: ",
    "journeys:\n  buy:\n    entries:\n    - id:shop\n    - id:none\n": ":5: id:none matches no component",
    "journeys:\n  buy:\n    entries:\n    - any: [id:shop, id:none]\n": ":4: id:none matches no component",
    "components:\n- {id: shop, kind: service}\n": ":2: shop is there already: use place: or annotate:",
    "dependencies:\n- {dependent: shop, dependency: none}\n": ":2: none matches no component",
    "dependencies:\n- {dependent: shop, dependency: shop}\n": ":2: shop would need itself",
}


@pytest.mark.parametrize("text", NOTHING)
def test_an_entry_that_matches_nothing_or_cannot_be_is_an_error_that_names_file_and_line(text, applied):
    with pytest.raises(UsageError, match=NOTHING[text]) as caught:
        applied(text)
    assert "blastradius.yaml:" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


ENTRIES = {
    "place": [
        {"match": "*:*", "provider": "aws", "region": "us-east-1"},
        {"match": "service:shop", "region": "us-west-2"},
        {"match": "service:d*", "zone": "use1-az4"},
    ],
    "annotate": [
        {"dependent": "id:shop", "dependency": "*:*", "strength": "soft", "reason": "cached"},
        {"dependent": "id:shop", "dependency": "id:db", "strength": "hard", "tolerance": "5m", "reason": "needed"},
        {"component": "service:*", "restart": "warm", "reason": "all are"},
        {"component": "id:db", "restart": "cold", "recovery": 60, "reason": "is not"},
    ],
    "redundancies": [
        {"dependent": "id:shop", "members": ["id:db", "id:replica"]},
        {"dependent": "id:shop", "members": ["id:db", "id:mail"]},
        {"dependent": "journey:j", "members": ["id:web", "id:worker"]},
    ],
    "ignore": [
        {"component": "id:load", "reason": "synthetic"},
        {"dependent": "id:worker", "dependency": "id:queue", "reason": "dead"},
        {"gap": "${DB*", "reason": "known"},
    ],
    "same": [["id:queue", "id:registry"], ["id:registry", "id:mail"]],
}
EXPECTED = {"journeys": {"j": {"entries": ["id:web", "service:shop"]}, "k": {"entries": ["id:shop"]}}}


@given(st.data())
def test_the_order_of_entries_does_not_matter(data):
    shuffled = {key: data.draw(st.permutations(entries)) for key, entries in ENTRIES.items()}
    names = data.draw(st.permutations(sorted(EXPECTED["journeys"])))
    journeys = {name: EXPECTED["journeys"][name] for name in names}
    plain = overlay.apply(shop(), overlay.Overlay.model_validate(ENTRIES | EXPECTED))
    other = overlay.apply(shop(), overlay.Overlay.model_validate(shuffled | {"journeys": journeys}))
    assert dumps(_without_notes(other)) == dumps(_without_notes(plain))


def _without_notes(inventory):
    """Evidence of the same entries may stand in another order."""

    def calm(records):
        return tuple(
            r.model_copy(update={"evidence": (), **({"reason": None} if hasattr(r, "strength") else {})})
            for r in records
        )

    names = ("components", "dependencies", "redundancies", "journeys", "gaps")
    return inventory.model_copy(update={name: calm(getattr(inventory, name)) for name in names})


def test_nothing_said_changes_nothing():
    assert overlay.apply(shop(), overlay.Overlay()) == overlay.apply(
        overlay.apply(shop(), overlay.Overlay()), overlay.Overlay()
    )


def test_a_large_inventory_takes_a_large_overlay_in_seconds():
    import time

    evidence = (Evidence(scanner="s", locator="a:1"),)
    components = tuple(
        Component(id=f"s{n}", kind="service", name=f"s{n}", provider="aws", region="us-east-1") for n in range(20_000)
    )
    dependencies = tuple(
        Dependency(dependent=f"s{n}", dependency=f"s{n // 2}", evidence=evidence) for n in range(1, 20_000)
    )
    inventory = Inventory(meta=Meta(assembled=True), components=components, dependencies=dependencies)
    said = overlay.Overlay.model_validate(
        {
            "place": [{"match": f"service:s{n}", "zone": "use1-az1"} for n in range(300)],
            "journeys": {f"j{n}": {"entries": [f"service:s{n}", f"id:s{n + 1}"]} for n in range(300)},
            "dependencies": [{"dependent": f"id:s{n}", "dependency": f"vendor:v{n}"} for n in range(300)],
        }
    )
    started = time.process_time()
    overlay.apply(inventory, said)
    assert time.process_time() - started < 15


def test_only_a_need_may_name_what_nobody_met_yet(applied):
    """A typing error in a journey must not make up a vendor; what a dependency or a failover needs may be new."""
    with pytest.raises(UsageError, match=r":3: vendor:strpie matches no component"):
        applied("journeys:\n  j:\n    entries: ['vendor:strpie']\n")
    text = (
        "redundancies:\n- dependent: id:shop\n  members: ['id:db', 'id:replica']\n  active: ['id:db']\n"
        "  failover: {mode: automatic, takes: 1m, needs: ['aws:control-plane/us-east-1/route53']}\n"
    )
    inventory = applied(text)
    assert component(inventory, "aws:control-plane/us-east-1/route53").kind == "control-plane"
    assert where(component(inventory, "aws:control-plane/us-east-1/route53"))[0][1] == "blastradius.yaml:5"


def test_what_matches_nothing_may_stand_in_what_could_not_be_read(applied):
    """Who is told that a selector is wrong looks for it there, and not in the file that broke."""
    areas = [
        Gap(
            scope=f"{name}.yaml", reason="could not be read", hides="dependency",
            evidence=(Evidence(scanner="kubernetes", locator=f"{name}.yaml:{line}"),),
        )
        for line, name in enumerate("edcba", 1)
    ]  # fmt: skip
    broken = shop().model_copy(update={"gaps": (*shop().gaps, *areas)})
    with pytest.raises(UsageError, match=r"matches no component; .*: a\.yaml:5, b\.yaml:4, c\.yaml:3 and 2 more"):
        applied("journeys: {buy: {entries: [gone]}}\n", broken)
    with pytest.raises(UsageError, match=r"anything like it$"):
        applied("journeys: {buy: {entries: [zzz]}}\n", shop())
