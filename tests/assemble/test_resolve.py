import pytest
from telling import any_of, component, gaps_of, groups, ids, need, needed, needs, seen, thing, told

from blastradius.model import Failover

NS = "k8s:root/shop"


def test_an_identity_wins_over_a_nearer_alias():
    here = told(
        thing(f"{NS}/a", scope=NS),
        thing("k8s:root/other/db", scope="k8s:root/other", identities=("db.example.com",)),
        thing(f"{NS}/db", "db.example.com", scope=NS),
        needs(f"{NS}/a", "db.example.com", scope=NS),
    )
    assert needed(here, f"{NS}/a") == {"k8s:root/other/db"}


def test_the_most_exact_text_is_tried_first():
    here = told(
        thing(f"{NS}/a", scope=NS),
        thing(f"{NS}/db", "db", scope=NS),
        thing("k8s:root/data/db", "db", scope="k8s:root/data", identities=("k8s:root/data/Service/db",)),
        needs(f"{NS}/a", "k8s:root/data/Service/db", "db", scope=NS),
    )
    assert needed(here, f"{NS}/a") == {"k8s:root/data/db"}


def test_the_innermost_scope_around_the_reader_wins():
    near, far, outside = (
        thing(f"{NS}/db", "db", scope=NS),
        thing("k8s:root/db", "db", scope="k8s:root"),
        thing("db0", "db"),
    )
    reader = thing(f"{NS}/a", scope=NS)
    fact = needs(f"{NS}/a", "db:5432", scope=NS)
    assert needed(told(reader, near, far, outside, fact), f"{NS}/a") == {f"{NS}/db"}
    assert needed(told(reader, far, outside, fact), f"{NS}/a") == {"k8s:root/db"}
    assert needed(told(reader, outside, fact), f"{NS}/a") == {"db0"}


def test_an_alias_means_nothing_outside_its_scope():
    here = told(
        thing(f"{NS}/a", scope=NS), thing("k8s:root/b/db", "db", scope="k8s:root/b"), needs(f"{NS}/a", "db", scope=NS)
    )
    assert needed(here, f"{NS}/a") == {"external:db"}
    assert gaps_of(here, "external:db", "location")


def test_a_scope_is_compared_by_whole_parts():
    here = told(thing("a"), thing("db1", "db", scope="k8s:root/sh"), needs("a", "db", scope=NS))
    assert needed(here, "a") == {"external:db"}


def test_several_equally_near_leave_the_dependent_uncertain_and_add_no_edge():
    here = told(thing("a"), thing("x", "db", type="t1"), thing("y", "db", type="t2"), needs("a", "db", via="env DB"))
    assert needed(here, "a") == set()
    (gap,) = gaps_of(here, "a")
    assert "may be any of x, y" in gap.reason
    assert gap.reference == "db"
    assert gap.evidence


def test_a_kind_that_the_place_of_the_text_tells_narrows():
    here = told(
        thing("a"), thing("x", "db", kind="database"), thing("y", "db", kind="secret"), needs("a", "db", kind="secret")
    )
    assert needed(here, "a") == {"y"}


def test_what_one_scope_keeps_apart_is_not_merged_by_a_shared_identity():
    both = ("k8s:root/shop/Service/web",)
    here = told(
        thing(f"{NS}/blue", scope=NS, identities=both), thing(f"{NS}/green", scope=NS, identities=both),
        thing("a"), needs("a", "k8s:root/shop/Service/web"),
    )  # fmt: skip
    assert {f"{NS}/blue", f"{NS}/green"} <= ids(here)
    assert needed(here, "a") == set()
    assert gaps_of(here, "a")


def test_the_catalog_knows_what_nobody_scanned():
    here = told(
        thing("a"),
        needs("a", "https://api.stripe.com/v1"),
        needs("a", "sqs.us-east-1.amazonaws.com"),
        needs("a", "team/app:1", role="image", via="image"),
    )
    assert needed(here, "a") == {"vendor:stripe", "aws:platform/us-east-1/sqs", "vendor:docker-hub"}
    assert need(here, "a", "vendor:docker-hub").phase == "startup"
    assert need(here, "aws:platform/us-east-1/sqs", "aws:region/us-east-1").strength == "hard"
    assert gaps_of(here, "vendor:stripe", "location")


def test_an_image_is_never_taken_for_a_service_of_that_name():
    here = told(thing("a"), thing("cache", "redis"), needs("a", "redis:alpine", role="image", via="image"))
    assert needed(here, "a") == {"vendor:docker-hub"}


def test_an_image_of_an_unknown_registry_needs_that_registry():
    here = told(thing("a"), needs("a", "registry.example.com:5000/team/app:1", role="image", via="image"))
    assert needed(here, "a") == {"external:registry.example.com"}


def test_ids_of_well_known_shape_may_be_referred_to():
    here = told(thing("a"), needs("a", "aws:control-plane/us-east-1/iam", role="any"))
    assert component(here, "aws:control-plane/us-east-1/iam").kind == "control-plane"
    assert need(here, "aws:control-plane/us-east-1/iam", "aws:region/us-east-1")


def test_an_address_that_nobody_knows_is_external_with_a_gap_and_the_places_that_name_it():
    fact = needs("a", "https://user:secret@api.example.com:8443/x?token=1", evidence=seen("app.yaml:7"))
    here = told(thing("a"), fact)
    external = component(here, "external:api.example.com")
    assert external.kind == "external"
    assert external.evidence[0].locator == "app.yaml:7"
    assert gaps_of(here, external.id, "location")
    assert "secret" not in here.model_dump_json()


def test_one_bare_name_in_two_scopes_is_two_hosts():
    here = told(
        thing("a"), thing("b"), needs("a", "db", scope="k8s:root/a"), needs("b", "db", scope="k8s:root/b"),
        needs("a", "x.local", scope="k8s:root/a"), needs("b", "x.local", scope="k8s:root/b"),
        needs("a", "api.example.com", scope="k8s:root/a"), needs("b", "api.example.com", scope="compose:p"),
    )  # fmt: skip
    assert needed(here, "a") == {"external:k8s:root/a/db", "external:x.local", "external:api.example.com"}
    assert needed(here, "b") == {"external:k8s:root/b/db", "external:x.local", "external:api.example.com"}
    assert component(here, "external:k8s:root/a/db").name == "db"


@pytest.mark.parametrize("text", ["${DB_HOST}", "$(DB):5432", "{{ .Values.db }}"])
def test_a_variable_that_nobody_fills_in_is_a_gap(text):
    here = told(thing("a"), needs("a", text, via="env DB"))
    assert needed(here, "a") == set()
    assert "variable" in gaps_of(here, "a")[0].reason


@pytest.mark.parametrize(("text", "role"), [("no such thing", "resource"), ("a b", "address")])
def test_a_text_that_means_nothing_is_a_gap(text, role):
    here = told(thing("a"), needs("a", text, role=role))
    assert needed(here, "a") == set()
    assert gaps_of(here, "a")


@pytest.mark.parametrize("text", ["localhost:8080", "http://127.0.0.1/x", "[::1]:80", "0.0.0.0:9090"])
def test_its_own_address_is_no_dependency(text):
    here = told(thing("a"), needs("a", text))
    assert needed(here, "a") == set()
    assert not gaps_of(here, "a")


def test_a_need_of_itself_is_dropped():
    assert needed(told(thing("a", "a"), needs("a", "a")), "a") == set()


def test_a_dependent_that_nobody_described_is_told():
    here = told(thing("db", "db"), needs("ghost", "db"))
    assert any(gap.scope == "ghost" for gap in here.gaps)


def test_an_address_of_a_scanned_resource_means_that_resource():
    queue = thing(
        "arn:aws:sqs:us-east-1:111122223333:orders", kind="queue", service="sqs", provider="aws", region="us-east-1"
    )
    here = told(thing("a"), queue, needs("a", "https://sqs.us-east-1.amazonaws.com/111122223333/orders"))
    assert needed(here, "a") == {queue.id}


def test_an_endpoint_is_taken_for_the_only_scanned_resource_of_its_name():
    table = {"kind": "database", "service": "rds", "name": "orders", "scanner": "terraform"}
    table |= {"provider": "aws", "region": "us-east-1"}
    address = needs("a", "orders.abc.us-east-1.rds.amazonaws.com:5432")
    here = told(thing("a"), thing("tf:live:aws_db_instance.orders", **table), address)
    assert needed(here, "a") == {"tf:live:aws_db_instance.orders"}
    assert "inferred" in {one.basis for one in component(here, "tf:live:aws_db_instance.orders").evidence}
    elsewhere = {**table, "region": "eu-west-1"}
    apart = told(thing("a"), thing("tf:live:aws_db_instance.orders", **elsewhere), address)
    assert needed(apart, "a") == {"aws:resource/us-east-1/rds/orders.abc"}


def test_members_that_turn_out_to_be_one_collapse_to_a_dependency():
    here = told(thing("a"), thing("db", "db1", "db2"), any_of("a", "db1", "db2"))
    assert not groups(here)
    assert need(here, "a", "db").strength == "hard"


def test_a_redundancy_of_what_is_there():
    here = told(thing("a"), thing("x", "x"), thing("y", "y"), any_of("a", "x", "y", full=2))
    (group,) = groups(here)
    assert (group.members, group.required, group.full) == (("x", "y"), 1, 2)
    assert group.reason


def test_a_member_of_whom_nothing_is_certain_makes_the_spare_smaller_and_leaves_a_gap():
    here = told(thing("a"), thing("x", "x"), any_of("a", "x", "${OTHER}"))
    assert needed(here, "a") == {"x"}
    assert gaps_of(here, "a")


def test_a_scanned_redundancy_takes_plain_needs_of_its_members_but_not_a_literal_address():
    things = thing("a"), thing("x", "x"), thing("y", "y")
    taken = told(
        *things, any_of("a", "x", "y", role="resource"), needs("a", "x", role="resource", evidence=seen("f:9"))
    )
    assert needed(taken, "a") == set()
    assert "f:9" in {one.locator for one in groups(taken)[0].evidence}
    kept = told(*things, any_of("a", "x", "y"), needs("a", "x"))
    assert needed(kept, "a") == {"x"}
    assert groups(kept)


def test_active_members_and_failover_needs_are_resolved():
    failover = Failover(mode="automatic", takes=60, needs=("dns", "aws:control-plane/us-east-1/route53"))
    here = told(
        thing("a"),
        thing("x", "x"),
        thing("y", "y"),
        thing("d", "dns"),
        any_of("a", "x", "y", active=(1,), failover=failover),
    )
    (group,) = groups(here)
    assert group.active == ("y",)
    assert group.failover.needs == ("aws:control-plane/us-east-1/route53", "d")
    assert "aws:control-plane/us-east-1/route53" in ids(here)


def test_active_members_that_collapse_below_what_is_required_are_all_needed():
    failover = Failover(mode="automatic", takes=60)
    here = told(
        thing("a"), thing("x", "x1", "x2"), thing("y", "y"), thing("z", "z"),
        any_of("a", "x1", "x2", "y", "z", required=2, active=(0, 1), failover=failover),
    )  # fmt: skip
    assert not groups(here)
    assert needed(here, "a") == {"x"}


def test_secrets_never_reach_a_gap():
    texts = (
        "postgres://shop:s3cret@${HOST}/db?password=s3cret",
        "https://${HOST:?unset}/x?token=s3cret",
        "shop:s3cret@${HOST}:5432",
    )
    here = told(thing("a"), *(needs("a", text) for text in texts))
    assert len(gaps_of(here, "a")) == 3
    assert "s3cret" not in here.model_dump_json()
