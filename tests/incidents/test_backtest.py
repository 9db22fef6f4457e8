"""The back-test: what it counts is what its words say, and the claims that must hold do."""

from __future__ import annotations

from collections import Counter

import pytest

from blastradius.analysis.backtest import Backtest, Trial, backtest, same_event
from blastradius.analysis.cloud import cloud
from blastradius.analysis.foretelling import known_service, recorded_as
from blastradius.catalog import incidents
from blastradius.catalog.incidents import Affected
from blastradius.catalog.services import service_dependencies, vendors

OCTOBER = "2025-10-20-aws-dynamodb-dns"


@pytest.fixture(scope="module")
def whole() -> Backtest:
    return backtest(incidents.shipped())


def of(result: Backtest, id: str):
    return next(one for one in result.incidents if one.incident == id)


def claim(tested: Trial, id: str):
    return next(one for one in tested.claims if one.id == id)


@pytest.mark.parametrize(
    ("id", "predicted"),
    [
        ("ec2", "launch-only"),
        ("ec2-running-instances", "none"),
        ("redshift", "down"),
        ("redshift@all-regions", "down"),
        ("console-signin", "down"),
        ("dynamodb-other-regions", "none"),
        ("elb", "degraded"),
        ("lambda", "degraded"),
    ],
)
def test_october_with_the_whole_catalog(whole, id, predicted):
    found = claim(of(whole, OCTOBER).whole, id)
    assert found.predicted == predicted
    assert found.unscored is None


def test_october_elsewhere_falls_through_iam(whole):
    found = claim(of(whole, OCTOBER).whole, "redshift@all-regions")
    assert found.elsewhere
    assert found.because == (
        "aws:platform/eu-west-1/redshift",
        "aws:control-plane/us-east-1/iam",
        "aws:platform/us-east-1/dynamodb",
    )


def test_october_in_order(whole):
    """DynamoDB, then EC2's launches, then NLB: steps from the trigger alone."""
    tested = of(whole, OCTOBER).whole
    ec2, elb = claim(tested, "ec2"), claim(tested, "elb")
    assert len(ec2.because) == 2
    assert "aws:control-plane/us-east-1/ec2" in elb.because
    assert len(elb.because) > len(ec2.because)
    assert tested.score.order.pairs > 0
    assert tested.score.order.wrong == 0


def test_nothing_that_only_the_scored_event_showed_is_left_in(whole):
    """Leave one out, by an own count over the graph: no evidence that rests on that event alone is in it."""
    for one in incidents.shipped():
        left = same_event(one)
        only = {
            f"{need.file} {need.id}"
            for need in service_dependencies()
            if need.observed_in and set(need.observed_in) <= left
        }
        graph = cloud([*one.places, "eu-west-1"], left)
        shown = {
            evidence.locator.removeprefix("catalog: ")
            for need in graph.inventory.dependencies
            for evidence in need.evidence
        }
        assert not shown & only
        needs = sum(set(n.observed_in) <= left for v in vendors().values() for n in v.needs if n.observed_in)
        assert of(whole, one.id).left_one_out.left_out == len(only) + needs


def test_what_only_the_scored_event_taught_is_not_foretold(whole):
    tested = of(whole, "2017-02-28-aws-s3")
    assert claim(tested.whole, "ec2").predicted == "launch-only"
    assert claim(tested.left_one_out, "ec2").predicted == "none"
    elsewhere = of(whole, OCTOBER).left_one_out
    assert claim(elsewhere, "redshift@all-regions").predicted == "none"


def test_an_event_is_known_by_its_day_and_provider_whatever_its_file_is_called():
    other = incidents.incident(OCTOBER).model_copy(update={"id": "october"})
    assert OCTOBER in same_event(other)
    assert not any(id.startswith("2017") for id in same_event(other))


def test_leaving_out_never_finds_more(whole):
    for one in whole.incidents:
        if one.whole.score:
            assert one.left_one_out.score.found <= one.whole.score.found
            assert one.left_one_out.score.contradicted <= one.whole.score.contradicted


def test_every_row_is_a_claim_and_every_claim_is_scored_or_says_why(whole):
    for one in incidents.shipped():
        tested = of(whole, one.id).whole
        if not tested.trigger:
            continue
        rows = [
            r.id
            for r in (*one.affected_services, *one.unaffected_services)
            if r.id != one.trigger.component or r in one.unaffected_services
        ]
        rows += [r.id for r in (*one.affected_vendors, *one.unaffected_vendors)]
        assert Counter(c.id for c in tested.claims) == Counter(rows)
        assert sum(tested.score.unscored.values()) == sum(c.unscored is not None for c in tested.claims)


def test_the_counts_are_those_of_the_claims(whole):
    """The score again, by the words of its method."""
    for tested in [t for one in whole.incidents for t in (one.whole, one.left_one_out) if t.score]:
        scored = [c for c in tested.claims if c.of == "service" and c.unscored is None]
        hit = [c for c in scored if c.recorded != "none" and not c.elsewhere]
        assert tested.score.hit == len(hit)
        assert tested.score.found == sum(c.predicted != "none" for c in hit)
        same = {"delayed": "degraded"}
        assert tested.score.exact == sum(c.predicted == same.get(c.recorded, c.recorded) for c in hit)
        unhit = [c for c in scored if c.recorded == "none"]
        assert (tested.score.unhit, tested.score.contradicted) == (
            len(unhit),
            sum(c.predicted != "none" for c in unhit),
        )
        for one in tested.score.classes:
            mine = [c for c in hit if c.recorded == one.effect]
            assert (one.claims, one.found) == (len(mine), sum(c.predicted != "none" for c in mine))
            near = [c for c in scored if not c.elsewhere and c.predicted == one.effect]
            assert one.said == len(near)
    assert whole.whole.hit == sum(one.whole.score.hit for one in whole.incidents if one.whole.score)


def test_an_outage_whose_trigger_is_unknown_is_said_to_be(whole):
    found = of(whole, "2021-10-04-facebook")
    assert found.whole.trigger == ()
    assert found.whole.score is None


@pytest.mark.parametrize(
    ("severity", "plane", "recorded"),
    [
        ("down", "data", "down"),
        ("major", "data", "down"),
        ("down", "control", "control-plane-only"),
        ("partial", "data", "degraded"),
        ("degraded", "control", "control-plane-only"),
        ("launch_only", "control", "launch-only"),
        ("async_delay", "data", "delayed"),
        ("unknown", "unknown", "listed"),
    ],
)
def test_severity_words(severity, plane, recorded):
    assert recorded_as(Affected(id="x", severity=severity, plane=plane)) == recorded


@pytest.mark.parametrize(
    ("provider", "id", "name", "service"),
    [
        ("aws", "ec2", None, "ec2"),
        ("aws", "kinesis-firehose", None, "firehose"),
        ("azure", "azure-front-door", None, "front-door"),
        ("azure", "azure-ad-b2c", None, "b2c"),
        ("aws", "route53-api", None, "route53"),
        ("gcp", "pub-sub", None, "pubsub"),
        ("aws", "x", "Amazon DynamoDB", "dynamodb"),
        ("aws", "flying-carpet", None, None),
    ],
)
def test_how_a_file_names_a_service(provider, id, name, service):
    asked = incidents.incident(OCTOBER).model_copy(update={"provider": provider})
    found = known_service(asked, id, name)
    assert (found.id if found else None) == service


FILE = """
id: {day}-{provider}-x
provider: {provider}
trigger: {{component: {component}, plane: {plane}}}
regions: [{region}]
start_utc: {day}T10:00Z
end_utc: {day}T18:00Z
affected_services:
{rows}
"""


def made(tmp_path, rows: str = "", **about: str):
    told = {"day": "2031-01-01", "provider": "aws", "component": "dynamodb", "plane": "data", "region": "us-east-1"}
    path = tmp_path / "x.yaml"
    path.write_text(FILE.format(rows=rows or "  - {id: ec2, severity: launch_only}", **{**told, **about}))
    (tested,) = backtest([incidents.read(path)]).incidents
    return tested


def test_an_outage_of_another_day_keeps_all_evidence(tmp_path):
    """What earlier outages taught counts for a later one: nothing is left out, and both scores are the same."""
    tested = made(tmp_path)
    assert tested.left_one_out.left_out == 0
    assert tested.left_one_out == tested.whole
    assert claim(tested.whole, "ec2").exact


def test_a_part_with_one_plane_is_lost_whole_whatever_the_file_calls_it(tmp_path):
    tested = made(tmp_path, provider="gcp", component="service-control", plane="control", region="global")
    assert "gcp:platform/global/service-control" in tested.whole.trigger
    control = made(tmp_path, component="route53", plane="control plane", region="global")
    assert control.whole.trigger == ("aws:control-plane/us-east-1/route53",)


def test_a_product_that_the_catalog_does_not_know_stands_for_its_vendor(tmp_path):
    tested = made(tmp_path, provider="cloudflare", component="bot-management", region="global")
    assert tested.whole.trigger == ("vendor:cloudflare",)


def test_low_confidence_is_counted_and_not_scored(tmp_path):
    rows = (
        "  - {id: ec2, severity: launch_only, confidence: low}\n  - {id: lambda, severity: degraded, confidence: high}"
    )
    tested = made(tmp_path, rows)
    assert tested.whole.score.hit == 1
    assert tested.whole.score.unscored == {"at low confidence in the file": 1}
