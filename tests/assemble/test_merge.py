import pytest
from telling import component, gaps_of, ids, needed, needs, thing, told

from blastradius.model import Gap

ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/carts"
TABLE = {"kind": "database", "type": "aws_dynamodb_table", "name": "carts"}


def test_a_shared_identity_merges_under_the_arn_and_old_ids_stay_selectors():
    here = told(
        thing(
            "tf:live:aws_dynamodb_table.carts", scanner="terraform", identities=(ARN,), tags={"team": "shop"}, **TABLE
        ),
        thing(ARN, "carts", scanner="aws", provider="aws", region="us-east-1", **TABLE),
    )
    found = component(here, ARN)
    assert "tf:live:aws_dynamodb_table.carts" in found.aliases
    assert "carts" in found.aliases
    assert found.region == "us-east-1"
    assert found.tags == {"team": "shop"}
    assert {one.scanner for one in found.evidence} == {"terraform", "aws"}
    assert "tf:live:aws_dynamodb_table.carts" not in ids(here)


def test_facts_about_an_old_id_follow_it():
    here = told(
        thing("tf:a", scanner="terraform", identities=(ARN,), **TABLE), thing(ARN, scanner="aws", **TABLE),
        thing("w"), needs("w", "tf:a", role="resource"), needs("tf:a", "api.stripe.com"),
    )  # fmt: skip
    assert needed(here, "w") == {ARN}
    assert needed(here, ARN) == {"vendor:stripe"}


def test_an_alias_never_merges():
    here = told(thing("x", "db", kind="database", type="t"), thing("y", "db", kind="database", type="t"))
    assert {"x", "y"} <= ids(here)


def test_the_same_look_across_scanners_merges_and_is_inferred():
    here = told(thing("tf:a", scanner="terraform", **TABLE), thing("cf:a", scanner="cloudformation", **TABLE))
    assert ids(here) == {"cf:a"}
    found = component(here, "cf:a")
    assert "tf:a" in found.aliases
    assert any(one.basis == "inferred" and "tf:a" in one.note for one in found.evidence)


def test_a_thing_that_takes_the_id_of_its_address_is_still_found_by_its_own():
    queue = {
        "name": "q",
        "kind": "queue",
        "type": "aws_sqs_queue",
        "service": "sqs",
        "provider": "aws",
        "region": "us-east-1",
    }
    scanned = thing("tf:a:q", "q", scanner="terraform", **queue)
    url = "https://sqs.us-east-1.amazonaws.com/111122223333/q"
    direct = needs("mail", "tf:a:q", role="resource")
    here = told(scanned, thing("shop"), thing("mail"), needs("shop", url), direct)
    arn = "arn:aws:sqs:us-east-1:111122223333:q"
    assert "tf:a:q" in component(here, arn).aliases
    assert {(one.dependent, one.dependency) for one in here.dependencies} >= {("shop", arn), ("mail", arn)}


@pytest.mark.parametrize(
    "changed",
    [
        {"region": "eu-west-1"}, {"account": "444455556666"}, {"environment": "staging"}, {"provider": "gcp"},
        {"kind": "bucket"}, {"type": "aws_s3_bucket"}, {"name": "orders"}, {"type": None},
    ],
)  # fmt: skip
def test_a_different_look_or_a_known_scope_that_differs_stays_apart(changed):
    placed = {"provider": "aws", "region": "us-east-1", "account": "111122223333", "environment": "production"}
    one = thing("tf:a", scanner="terraform", **TABLE, **placed)
    other = thing("cf:a", scanner="cloudformation", **{**TABLE, **placed, **changed})
    here = told(one, other)
    assert {"tf:a", "cf:a"} <= ids(here)
    assert not gaps_of(here, "tf:a")


def test_one_scanner_keeps_its_own_things_apart():
    here = told(thing("tf:a", scanner="terraform", **TABLE), thing("tf:b", scanner="terraform", **TABLE))
    assert {"tf:a", "tf:b"} <= ids(here)
    assert not gaps_of(here, "tf:a")


def test_several_candidates_stay_and_may_be_the_same():
    here = told(
        thing("tf:a", scanner="terraform", **TABLE),
        thing("tf:b", scanner="terraform", **TABLE),
        thing("cf:a", scanner="cloudformation", **TABLE),
    )
    assert {"tf:a", "tf:b", "cf:a"} <= ids(here)
    assert {gap.same_as for gap in gaps_of(here, "cf:a")} == {"tf:a", "tf:b"}
    assert {gap.same_as for gap in gaps_of(here, "tf:a")} == {"cf:a"}
    assert "may be the same as" in gaps_of(here, "tf:a")[0].reason


def test_many_candidates_stay_bounded():
    many = [thing(f"tf:{i}", scanner="terraform", **TABLE) for i in range(40)]
    here = told(*many, thing("cf:a", scanner="cloudformation", **TABLE))
    assert len(gaps_of(here, "cf:a")) == 10
    assert "40 candidates" in gaps_of(here, "cf:a")[0].reason


def test_one_id_described_twice_is_one_component():
    here = told(thing("a", "x", region="us-east-1", provider="aws"), thing("a", "y", account="111122223333"))
    found = component(here, "a")
    assert (found.region, found.account, set(found.aliases)) == ("us-east-1", "111122223333", {"x", "y"})


def test_sources_that_disagree_on_a_place_are_told():
    here = told(thing("a", region="us-east-1", provider="aws"), thing("a", region="eu-west-1", provider="aws"))
    (gap,) = gaps_of(here, "a", "location")
    assert "eu-west-1, us-east-1" in gap.reason


def test_gaps_follow_what_they_are_about_through_merging():
    gap = Gap(scope="tf:a", reason="unread", hides="dependency", component="tf:a")
    here = told(
        thing("tf:a", scanner="terraform", identities=(ARN,), **TABLE), thing(ARN, scanner="aws", **TABLE), gap,
        Gap(scope="ghost", reason="unread", hides="dependency", component="ghost"),
    )  # fmt: skip
    assert [one.reason for one in gaps_of(here, ARN)] == ["unread"]
    assert any(one.scope == "ghost" and one.component is None for one in here.gaps)
