"""Regions: what is single-region, what is not, what only looks it, and what nobody knows."""

import pytest
from drawing import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from blastradius.analysis.regions import regions
from blastradius.assemble import finish
from blastradius.model import Component, Dependency, Evidence, Inventory, Journey, JourneyEntry, Meta
from blastradius.reports import render

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


NAMES = ("web-eu", "web-us", "api", "jobs", "db", "store")
KINDS = ("service", "function", "load-balancer", "database", "bucket", "queue")


@st.composite
def systems(draw):
    lines = [
        f"{n}: region {draw(st.sampled_from(['r1', 'r2', 'r3']))} kind {draw(st.sampled_from(KINDS))}" for n in NAMES
    ]
    for _ in range(draw(st.integers(0, 8))):
        first, second, third = draw(st.permutations(NAMES))[:3]
        lines.append(
            draw(st.sampled_from([f"{first} -> {second}", f"{first} ~> {second}", f"{first} -> {second} | {third}"]))
        )
    return parse("\n".join(lines))


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


def replicated(text):
    return with_role(parse(text), "copy", "read-replica")


def test_a_readable_copy_serves():
    answer = regions(
        replicated(
            "dns -> db || copy\ndns: region global kind dns\ndb: region r1 kind database\ncopy: region r2 kind database"
        )
    )
    assert (answer.verdict, answer.serving_regions) == ("multi-region", ("r1", "r2"))


def test_data_that_can_be_read_where_nothing_takes_requests_make_no_second_region():
    answer = regions(
        replicated("app -> db || copy by hand takes 1h\napp: region r1\ndb: region r1\ncopy: region r2 kind database")
    )
    assert (answer.verdict, answer.serving_regions) == ("single-region-with-backup", ("r1", "r2"))
    assert "r2 holds a readable copy of copy, and nothing there takes requests" in answer.reasons
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


# What a region holds that is only needed from elsewhere


@pytest.mark.parametrize("kind", ["bucket", "database", "cache", "queue", "service"])
def test_one_thing_elsewhere_that_the_first_region_needs_is_pinned_and_no_second_region(kind):
    text = "lb -> web\nweb -> orders\nweb -> thing\nlb: region r1 kind load-balancer\nweb: region r1\n"
    text += f"orders: region r1 kind {kind}\nthing: region r2 kind {kind}"
    answer = regions(parse(text))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("r1",))
    assert [(one.component, one.region, one.needed_by) for one in answer.pinned] == [("thing", "r2", ("web",))]
    assert "split over r1 and r2: losing either breaks it, for web needs thing in r2" in answer.reasons


def test_what_is_used_elsewhere_but_can_be_missed_is_said_and_not_pinned():
    answer = regions(parse("web ~> hints\nweb: region r1\nhints: region r2"))
    assert (answer.verdict, answer.serving_regions, answer.pinned) == ("single-region", ("r1",), ())
    assert "web also uses hints in r2, and can do without it" in answer.reasons


def test_a_system_split_over_two_regions_is_not_multi_region():
    answer = regions(parse("web -> db\nweb: region r1\ndb: region r2 kind database"))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("r1",))
    assert "losing either breaks it" in answer.reasons[1]


def test_parts_that_each_serve_from_one_region_are_split_too():
    answer = regions(parse("dns -> shop\ndns -> help\nshop: region r1\nhelp: region r2\ndns: region global kind dns"))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("r1", "r2"))
    assert "neither a copy of the other: r1 holds shop; r2 holds help" in answer.reasons[0]


def test_a_worker_that_empties_a_queue_does_not_make_its_feeder_a_thing_behind_it():
    text = "api -> jobs\nworker -> jobs\njobs ~> api\napi: region r1\njobs: region r1 kind queue\nworker: region r2"
    answer = regions(parse(text))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("r1", "r2"))


def test_log_buckets_copied_elsewhere_do_not_carry_the_site():
    text = "lb -> web\nlb: region r1 kind load-balancer\nweb: region r1\n"
    text += "logs: region r1 kind bucket\nlogs-copy: region r2 kind bucket"
    inventory = parse(text)
    components = tuple(
        one.model_copy(update={"attributes": {"copy_of": "logs"}}) if one.id == "logs-copy" else one
        for one in inventory.components
    )
    answer = regions(inventory.model_copy(update={"components": components}))
    assert (answer.verdict, answer.serving_regions) == ("single-region-with-backup", ("r1", "r2"))


# The same stack put up twice


def twice(first, second, kind="function", **more):
    ends = ((first, "eu-west-1"), (second, "us-east-1"))
    components = tuple(
        Component(id=f"tf:x:{id}", kind=kind, name=id.rpartition(".")[2], type="aws_it", provider="aws", region=region)
        for id, region in ends
    )
    return regions(Inventory(meta=Meta(assembled=True), components=components, **more)).verdict


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("module.eu.aws_lb.this", "module.us.aws_lb.this"),
        ("aws_lb.web_primary", "aws_lb.web_secondary"),
        ("aws_lb.active", "aws_lb.passive"),
        ("aws_lb.main", "aws_lb.disaster_recovery"),
        ("aws_lb.webFrankfurt", "aws_lb.webVirginia"),
        ('aws_lb.web["eu-west-1"]', 'aws_lb.web["us-east-1"]'),
        ("aws_lb.web-euw1", "aws_lb.web-use1"),
    ],
)
def test_the_same_thing_put_up_in_two_regions_is_multi_region(first, second):
    assert twice(first, second) == "multi-region"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("aws_lambda_function.checkout", "aws_lambda_function.billing_alarm"),
        ("aws_lb.app1", "aws_lb.app2"),
        ("aws_lb.account", "aws_lb.account_recovery"),
        ("aws_lambda_function.first_login", "aws_lambda_function.login"),
        ("aws_lambda_function.a", "aws_lambda_function.b"),
        ("module.checkout.aws_lambda_function.this", "module.alarm.aws_lambda_function.this"),
        ("module.dev.aws_lb.web", "module.prod.aws_lb.web"),
    ],
)
def test_two_things_of_one_type_with_other_names_or_stages_are_not(first, second):
    assert twice(first, second) == "single-region"


def made(id, region, **more):
    line = Evidence(scanner="terraform", locator=more.pop("line"), basis="declared")
    more = {"name": id.rpartition(".")[2], "kind": "load-balancer", "type": "aws_lb", **more}
    return Component(id=f"tf:x:{id}", provider="aws", region=region, evidence=(line,), **more)


def of(*components):
    return regions(Inventory(meta=Meta(assembled=True), components=components)).verdict


def test_what_is_written_once_and_put_up_twice_is_one_thing_unless_its_names_say_otherwise():
    def put_up(first, second, line="m/main.tf:3"):
        names = {"eu-west-1": first, "us-east-1": second}
        return of(
            made("module.stack0.aws_lb.web", "eu-west-1", line="m/main.tf:3", **names_of(names["eu-west-1"])),
            made("module.stack1.aws_lb.web", "us-east-1", line=line, **names_of(names["us-east-1"])),
        )

    def names_of(name):
        return {"name": name} if name else {}

    assert put_up("", "") == "multi-region"
    assert put_up("shop-0", "shop-1") == "multi-region"
    assert put_up("orders", "billing") == "single-region"
    # one line is what makes them one: two that are written apart and numbered are two
    assert put_up("", "", "n/main.tf:3") == "single-region"
    # a call of an account tells of many things, and is no line
    answers = [
        made(f"arn.{name}", region, line="elasticloadbalancing:DescribeLoadBalancers DNSName", name=name)
        for name, region in (("app1", "eu-west-1"), ("app2", "us-east-1"))
    ]
    assert of(*answers) == "single-region"


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("orders", "billing", "single-region"),
        ("shop-eu", "shop-us", "multi-region"),
        ("shop", "shop", "multi-region"),
    ],
)
def test_a_name_borne_where_it_runs_outweighs_the_word_of_its_file(first, second, verdict):
    for words in (("lb_eu", "lb_us"), ("public", "front")):
        pair = [
            made(f"aws_lb.{word}", region, line=f"main.tf:{number}", name=name)
            for number, (word, name, region) in enumerate(
                ((words[0], first, "eu-west-1"), (words[1], second, "us-east-1"))
            )
        ]
        assert of(*pair) == verdict


SORTS = ("load-balancer", "service", "database")


def stacks(names, sorts=SORTS, *, stack=False):
    return tuple(
        Component(
            id=f"{name}/{kind}", kind=kind, name=kind if stack else name, type=kind, provider="aws", region=region,
            attributes={"stack": name} if stack else {},
        )
        for name, region in zip(names, ("eu-west-1", "us-east-1"), strict=True)
        for kind in sorts
    )  # fmt: skip


def test_stacks_of_the_same_sorts_are_one_put_up_twice_unless_they_bear_other_names():
    answer = regions(Inventory(meta=Meta(assembled=True), components=stacks(("site-eu", "site-us"), stack=True)))
    assert answer.verdict == "multi-region"
    assert "each have their own database: nothing says that they hold the same data" in answer.reasons[1]
    assert of(*stacks(("heron", "osprey"), stack=True)) == "single-region"
    assert of(*stacks(("heron", "osprey"))) == "single-region"
    unnamed = [one.model_copy(update={"name": one.kind}) for one in stacks(("heron", "osprey"))]
    assert of(*unnamed) == "multi-region"
    # with fewer sorts in common nobody can tell
    assert of(*(one for one in unnamed if one.kind != "database")) == "single-region"


@pytest.mark.parametrize(("second", "verdict"), [("catalog", "single-region"), ("orders", "multi-region")])
def test_urls_of_functions_are_copies_within_one_stack_alone(second, verdict):
    urls = (
        Component(id=f"cfn:x:{file}.yaml@{region}:Url", kind="gateway", name="Function URL", provider="aws", region=region,
                  attributes={"stack": stack, "entry": "function URL Url"})
        for file, stack, region in (("orders", "orders", "eu-west-1"), (second, second, "us-east-1"))
    )  # fmt: skip
    assert of(*urls) == verdict


@pytest.mark.parametrize(
    ("names", "verdict"),
    [(("a", "b"), "single-region"), (("eu", "ie"), "single-region"), (("eu", "us"), "multi-region")],
)
def test_a_route_is_a_copy_of_one_on_a_copy_of_its_gateway_and_of_no_other(names, verdict):
    apis, routes = [], []
    for name, region in zip(names, ("eu-west-1", "us-east-1"), strict=True):
        line = f"apis-{len(apis)}.json:{len(apis)}"
        apis.append(made(f"api.{len(apis)}x", region, line=line, kind="gateway", type="api", name=f"shop-{name}"))
        routes.append(made(f"route.{len(apis)}y", region, line=line, kind="gateway", type="route", name="POST /"))
    on = [
        Dependency(dependent=one.id, dependency=api.id, strength="hard") for one, api in zip(routes, apis, strict=True)
    ]
    system = Inventory(meta=Meta(assembled=True), components=(*apis, *routes), dependencies=tuple(on))
    assert regions(system).verdict == verdict


def test_what_a_multi_region_system_has_in_one_region_only_is_said():
    answer = regions(parse(EVERYWHERE + "admin: region us-east-1\nstats: region eu-west-1 kind database"))
    assert answer.verdict == "multi-region"
    assert "only us-east-1 holds admin" in answer.reasons
    assert "only eu-west-1 holds the data of stats" in answer.reasons


# Replicas of which nobody knows the region


def stray(role, *, of="db"):
    replica = Component(
        id="copy",
        kind="database",
        name="copy",
        provider="aws",
        attributes={"role": role, "copy_of": of} if role else {"copy_of": of},
    )
    primary = Component(id="db", kind="database", name="db", provider="aws", region="r1")
    return regions(Inventory(meta=Meta(assembled=True), components=(replica, primary)))


def test_a_read_replica_of_unknown_region_has_no_region_and_makes_the_whole_unknown():
    answer = stray("read-replica")
    copy, db = answer.components
    assert (copy.regions, copy.replicated) == ((), "read")
    assert copy.how == "role read-replica of db, and nothing says in which region it is"
    assert (db.regions, db.replicated, db.how) == (
        ("r1",),
        "none",
        "copy is a copy, and nothing says in which region it is",
    )
    assert (answer.verdict, answer.serving_regions, answer.unplaced) == ("unknown", ("r1",), ("copy",))
    assert "which alone would be single-region" in answer.reasons[0]


def test_any_other_copy_of_unknown_region_is_none_that_is_known_to_be_elsewhere():
    assert [(one.regions, one.replicated) for one in stray("").components] == [((), "none"), (("r1",), "none")]


def test_a_member_of_a_group_without_a_region_does_not_take_that_of_another():
    inventory = parse("app -> one | two\napp: region r1\none: region r1")
    components = tuple(
        one.model_copy(update={"region": None}) if one.id == "two" else one for one in inventory.components
    )
    answer = regions(inventory.model_copy(update={"components": components}))
    assert {one.id: one.regions for one in answer.components} == {"app": ("r1",), "one": ("r1",), "two": ()}
    assert answer.verdict == "unknown"


def test_a_replica_in_a_known_region_is_one_to_read_for_both():
    inventory = with_role(
        parse("app -> db | copy\napp: region r1\ndb: region r1\ncopy: region r2"), "copy", "read-replica"
    )
    found = {one.id: one.replicated for one in regions(inventory).components}
    assert found == {"app": "none", "db": "read", "copy": "read"}


# Pinned


def test_all_that_needs_a_pinned_thing_from_elsewhere_is_named():
    (pin,) = regions(parse("a -> x\nb -> x\nc -> x\na: region r1\nb: region r2\nc: region r3\nx: region r1")).pinned
    assert (pin.needed_from, pin.needed_by) == (("r1", "r2", "r3"), ("b", "c"))
    assert [piece.locator for piece in pin.evidence] == ["drawing:2", "drawing:3"]


# Kubernetes


def test_workloads_of_the_only_cluster_are_where_it_is_and_reach_across_from_there():
    text = "k8s:x/web -> db\nk8s:x/web: kind service\ncluster: kind cluster region r1\ndb: kind database region r2"
    inventory = parse(text)
    changes = {"k8s:x/web": {"region": None}, "cluster": {"service": "eks"}}
    components = tuple(one.model_copy(update=changes.get(one.id, {})) for one in inventory.components)
    answer = regions(inventory.model_copy(update={"components": components}))
    assert (answer.verdict, answer.serving_regions) == ("single-region", ("r1",))
    assert [(one.component, one.needed_from) for one in answer.pinned] == [("db", ("r1",))]
    web = next(one for one in answer.components if one.id == "k8s:x/web")
    assert (web.regions, web.how) == (("r1",), "taken to run in cluster, the only cluster seen")


# The law


@settings(max_examples=150, deadline=None)
@given(systems())
def test_whatever_the_system_the_answer_hangs_together(inventory):
    answer = regions(inventory)
    places = {one.region for one in inventory.components}
    assert {*answer.serving_regions, *answer.backup_regions} <= places
    assert not {*answer.serving_regions} & {*answer.backup_regions}
    if answer.verdict == "multi-region":
        assert len(answer.serving_regions) > 1
    assert answer.serving_regions
    assert answer.reasons
    turned = inventory.model_copy(
        update={
            "components": inventory.components[::-1],
            "dependencies": inventory.dependencies[::-1],
            "redundancies": inventory.redundancies[::-1],
        }
    )
    assert regions(turned).verdict == answer.verdict
    assert regions(turned).serving_regions == answer.serving_regions


def test_a_service_seen_in_two_regions_serves_in_both():
    said = {"regions": "eu-west-1, us-east-1"}
    web = Component(id="web", kind="service", name="web", attributes=said)
    db = Component(id="db", kind="database", name="db", region="us-east-1")
    needs = Dependency(dependent="web", dependency="db")
    result = regions(Inventory(components=(db, web), dependencies=(needs,)))
    assert result.unplaced == ()
    assert (result.verdict, result.serving_regions) == ("multi-region", ("eu-west-1", "us-east-1"))
    assert [(one.component, one.needed_from) for one in result.pinned] == [("db", ("eu-west-1", "us-east-1"))]
    (found,) = [one for one in result.components if one.id == "web"]
    assert (found.regions, found.replicated) == (("eu-west-1", "us-east-1"), "full")
    assert found.how == "seen at run time in eu-west-1, us-east-1"
    assert [one.id for one in result.components] == ["db", "web"]
    # nothing is placed in eu-west-1, so nothing can be taken away there: not known, and never "survives"
    assert ends(result) == {"eu-west-1": "unknown", "us-east-1": "unknown"}
    assert result.holds is None


def test_a_service_behind_another_does_not_make_its_second_region_serve():
    back = Component(id="back", kind="service", name="back", attributes={"regions": "eu-west-1, us-east-1"})
    front = Component(id="front", kind="service", name="front", region="us-east-1")
    needs = Dependency(dependent="front", dependency="back")
    result = regions(Inventory(components=(back, front), dependencies=(needs,)))
    assert result.verdict != "multi-region"


def ends(answer):
    return {loss.region: loss.verdict for loss in answer.losses}


def test_what_outlives_each_region_holds():
    answer = regions(parse(EVERYWHERE + "journey shop: dns\n"))
    assert (answer.verdict, answer.holds) == ("multi-region", True)
    assert ends(answer) == {"eu-west-1": "survives", "us-east-1": "survives"}
    assert answer.summary == "multi-region: every journey outlives the loss of any one of its regions"


def test_copies_that_need_one_bucket_are_multi_region_in_shape_and_do_not_hold():
    central = "store: region us-east-1 kind bucket\nweb/use1 -> store\nweb/euw1 -> store\njourney shop: dns\n"
    answer = regions(parse(EVERYWHERE + central))
    assert (answer.verdict, answer.holds) == ("multi-region", False)
    assert answer.summary == "multi-region in shape, pinned to us-east-1"
    assert ends(answer) == {"eu-west-1": "survives", "us-east-1": "breaks"}
    assert answer.losses[1].breaks == ("journey:shop",)


@pytest.mark.parametrize(
    ("takes", "holds", "verdict"), [("", False, "breaks"), (" takes 10m", True, "survives")], ids=["untimed", "timed"]
)
def test_what_people_must_move_is_said_to_be_moved_by_hand(takes, holds, verdict):
    answer = regions(
        parse(
            f"dns: region global kind dns\ndns -> eu || us by hand{takes}\neu: region eu-west-1\nus: region us-east-1\n"
            "journey shop: dns\n"
        )
    )
    assert (answer.verdict, answer.holds, answer.summary) == ("multi-region", holds, "multi-region, moved by hand")
    assert ends(answer)["eu-west-1"] == verdict
    assert answer.losses[0].by_hand == ("journey:shop",)
    assert answer.losses[1].by_hand == ()


def test_a_failover_by_hand_that_nothing_could_take_over_is_no_way_out():
    answer = regions(
        parse(
            "dns: region global kind dns\ndns -> eu || us by hand\neu: region eu-west-1\nus: region us-east-1\n"
            "keys: region eu-west-1\nus -> keys\njourney shop: dns\n"
        )
    )
    assert answer.losses[0].by_hand == ()
    assert answer.summary == "multi-region in shape, pinned to eu-west-1"


def test_entry_points_that_nothing_leads_to_fall_with_their_region():
    inventory = parse(
        "web-eu: region eu-west-1 kind load-balancer\nweb-us: region us-east-1 kind load-balancer\n"
        "journey eu: web-eu\njourney us: web-us\n"
    )
    inferred = tuple(one.model_copy(update={"inferred": True}) for one in inventory.journeys)
    answer = regions(inventory.model_copy(update={"journeys": inferred}))
    assert (answer.verdict, answer.holds) == ("multi-region", False)
    assert [loss.alone for loss in answer.losses] == [("journey:eu",), ("journey:us",)]
    assert answer.summary == "multi-region in shape: nothing seen sends the users of a lost region to another"
    declared = regions(inventory)
    assert [loss.alone for loss in declared.losses] == [(), ()]
    assert declared.summary == "multi-region in shape: losing eu-west-1 or us-east-1 breaks journeys"


def test_without_journeys_nobody_can_say_that_it_holds():
    answer = regions(parse(EVERYWHERE))
    assert answer.holds is None
    assert answer.summary == "multi-region in shape: no journey tells whether it outlives a region"


def test_one_region_never_holds():
    answer = regions(parse("web: region r1\njourney shop: web"))
    assert (answer.summary, answer.holds, ends(answer)) == ("single-region", False, {"r1": "breaks"})
    assert regions(parse("web: region r1\ndns: region global kind dns\njourney other: dns")).holds is None


def test_journeys_are_judged_in_their_own_environment():
    inventory = parse(EVERYWHERE + "try: region us-east-1\njourney shop: dns\njourney try-out: try\n")
    stage = {"try": "dev", "web/use1": "prod", "web/euw1": "prod", "dns": "prod"}
    components = tuple(one.model_copy(update={"environment": stage.get(one.id)}) for one in inventory.components)
    answer = regions(inventory.model_copy(update={"components": components}))
    assert (answer.summary, answer.holds) == (
        "multi-region: every journey outlives the loss of any one of its regions",
        True,
    )
    assert {one.name: one.holds for one in answer.environments} == {"dev": False, "prod": True}


@given(systems())
@settings(max_examples=60, deadline=None)
def test_what_holds_is_what_the_simulator_lets_stand(inventory):
    answer = regions(inventory)
    assert answer.holds is None  # without journeys, whatever the shape
    whole = parse("journey all: web-eu web-us\nweb-eu: region r1\nweb-us: region r2")
    told = regions(inventory.model_copy(update={"journeys": whole.journeys}))
    assert told.verdict == answer.verdict
    assert (told.holds is False) == any(loss.verdict == "breaks" for loss in told.losses)


def test_alternatives_are_told_by_the_regions_that_share_them():
    drawn = (
        "gate-a: region global kind dns\ngate-b: region global kind dns\n"
        "gate-a -> aurora1 | aurora2\naurora1: region eu-west-1 kind database\naurora2: region us-east-1 kind database\n"
        "gate-b -> dsql1 | dsql2\ndsql1: region us-east-1 kind database\ndsql2: region us-east-2 kind database\n"
    )
    said = regions(parse(drawn)).reasons
    assert "eu-west-1 and us-east-1 hold alternatives of each other: aurora1 in eu-west-1; aurora2 in us-east-1" in said
    assert "us-east-1 and us-east-2 hold alternatives of each other: dsql1 in us-east-1; dsql2 in us-east-2" in said
    assert not any("us-east-1 and us-east-2 hold" in one and "aurora" in one for one in said)


def test_the_others_do_not_run_where_other_reasons_place_some_of_them():
    inventory = parse(
        "lb: region us-west-2 kind load-balancer\nfn: region us-west-2 kind function\ndb: region us-west-2 kind database\n"
        "lb -> fn\nfn -> db\nfar: region eastus kind bucket\nlost: kind database"
    )
    lost = tuple(one.model_copy(update={"region": None}) if one.id == "lost" else one for one in inventory.components)
    answer = regions(inventory.model_copy(update={"components": lost}))
    assert "of the others, what serves runs in us-west-2, which alone would be single-region" in answer.reasons[0]
    assert any(one.startswith("eastus holds far") for one in answer.reasons)


def test_the_page_tells_of_every_region_what_losing_it_breaks():
    central = "store: region us-east-1 kind bucket\nweb/use1 -> store\nweb/euw1 -> store\n"
    text = render(regions(parse(EVERYWHERE + central + "journey shop: dns\njourney read: web/euw1\n")), "text")
    assert text.splitlines()[0] == "Where does it run? multi-region in shape, pinned to us-east-1"
    assert "Losing eu-west-1: 1 of 2 journeys breaks: read\n" in text
    assert "Losing us-east-1: 2 of 2 journeys break: read, shop\n" in text
    safe = render(regions(parse(EVERYWHERE + "journey shop: dns\n")), "text")
    assert "Losing us-east-1: none of 1 journey breaks\n" in safe


# Every region that carries a journey is in the answer


def counted(west, north, *journeys):
    """Function-like ways in, each with data of its own, so many in each of two regions."""
    parts, needs = [], []
    for region, count in (("eu-west-1", west), ("eu-north-1", north)):
        for number in range(count):
            name = f"{('alpha', 'beta', 'gamma')[number]}{region[3]}"
            for kind in ("function", "database"):
                parts.append(Component(id=f"{kind}:{name}", kind=kind, name=name, provider="aws", region=region))
            needs.append(Dependency(dependent=f"function:{name}", dependency=f"database:{name}", strength="hard"))
    made = tuple(
        Journey(id=f"journey:{one}", name=one, entries=(JourneyEntry(component=f"function:{one}"),)) for one in journeys
    )
    facts = Inventory(components=tuple(parts), dependencies=tuple(needs), journeys=made)
    return regions(finish(facts))


@pytest.mark.parametrize("west", [1, 2, 3])
def test_a_region_that_carries_a_journey_is_never_apart(west):
    answer = counted(west, 1, "alphaw", "alphan")
    assert answer.serving_regions == ("eu-north-1", "eu-west-1")
    assert {loss.region: loss.breaks for loss in answer.losses} == {
        "eu-west-1": ("journey:alphaw",),
        "eu-north-1": ("journey:alphan",),
    }
    assert answer.verdict == "single-region"
    # what no journey needs is apart as before
    assert counted(2, 1, "alphaw").serving_regions == ("eu-west-1",)


def test_a_region_that_does_not_serve_and_breaks_a_journey_is_told_of():
    parts = (
        Component(id="web", kind="service", name="web", provider="aws", region="r1"),
        Component(id="rates", kind="database", name="rates", provider="aws", region="r2"),
        Component(id="log", kind="bucket", name="log", provider="aws", region="r3"),
    )
    needs = tuple(
        Dependency(dependent="web", dependency=to, strength=strength)
        for to, strength in (("rates", "hard"), ("log", "soft"))
    )
    journey = Journey(id="journey:buy", name="buy", entries=(JourneyEntry(component="web"),))
    answer = regions(finish(Inventory(components=parts, dependencies=needs, journeys=(journey,))))
    assert answer.serving_regions == ("r1",)
    assert [loss.region for loss in answer.losses] == ["r1", "r2"]
