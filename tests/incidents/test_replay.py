"""Replays: the hours of an outage on the catalog and on an inventory."""

from __future__ import annotations

import drawing
import pytest
from running import ROOT

from blastradius.analysis.effects import effects, speaks_of
from blastradius.analysis.replay import Replay, replay
from blastradius.catalog import incidents
from blastradius.errors import InputError
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Inventory, Journey, JourneyEntry, Meta
from blastradius.reports.timeline import moments

OCTOBER = incidents.incident("2025-10-20-aws-dynamodb-dns")


@pytest.fixture(scope="module")
def october() -> Replay:
    return replay(OCTOBER)


def component(result: Replay, id: str):
    return next(one for one in result.components if one.id == id)


def spells(result: Replay, id: str) -> list[tuple[str, str, str | None]]:
    return [(one.state, one.start_utc[5:], one.end_utc and one.end_utc[5:]) for one in component(result, id).spells]


def test_running_machines_stay_up_while_launches_fail(october):
    window = ("10-20T06:48Z", "10-20T20:50Z")
    found = spells(october, "aws:platform/us-east-1/ec2")
    assert found == [("cannot be changed", *window), ("cannot start", *window)], "never down, never degraded"
    assert spells(october, "aws:control-plane/us-east-1/ec2")[0][:2] == ("down", "10-20T06:48Z")


def test_redshift_elsewhere_is_degraded_through_iam_as_the_file_says(october):
    """In general its queries fail with IAM's control plane; of this event it is known that only some of them did, and when."""
    (spell,) = component(october, "aws:platform/eu-west-1/redshift").spells
    assert (spell.state, spell.end_utc, spell.chain) == ("degraded", "2025-10-20T08:20Z", ())
    (said,) = [one for one in october.recorded if one.subject == "redshift@all-regions"]
    assert (said.via, said.state) == ("iam(us-east-1)", "degraded")
    assert any(one.id == said.subject and "through iam(us-east-1)" in one.detail for one in moments(october))
    assert "aws:platform/eu-west-1/redshift" in october.overruled
    assert any("as the file tells of them" in note for note in october.notes)


def test_dynamodb_before_ec2_before_nlb(october):
    """What the file puts into one minute is told in the order of cause."""
    order = [one.id for one in moments(october) if one.record == "recorded" and not one.ends]
    assert order.index("dynamodb") < order.index("ec2") < order.index("elb")
    assert order[0] == "dynamodb"
    onset = {one.subject: one.start for one in reversed(october.recorded)}
    assert onset["dynamodb"] <= onset["ec2"] < onset["elb"]
    ended = {one.subject: one.end for one in october.recorded}
    assert ended["dynamodb"] < ended["ec2"] < ended["elb"]


def test_other_regions_keep_dynamodb_and_ec2(october):
    touched = {one.id for one in october.components}
    assert "aws:platform/eu-west-1/dynamodb" not in touched
    assert "aws:platform/eu-west-1/ec2" not in touched
    assert "aws:control-plane/eu-west-1/ec2" not in touched


def test_sign_in_is_in_one_region_for_all(october):
    """The console's sign-in stands in us-east-1 alone, so that it is down for people elsewhere, too."""
    assert spells(october, "aws:platform/us-east-1/console-signin")[0][:2] == ("down", "10-20T06:51Z"), "as published"
    assert not any(one.id == "aws:platform/eu-west-1/console-signin" for one in october.components)


def test_a_second_window_is_a_second_spell(october):
    times = [(one.start_utc[11:], one.end_utc[11:]) for one in october.recorded if one.subject == "sts"]
    assert times == [("06:51Z", "08:19Z"), ("15:31Z", "16:59Z")]


def test_what_is_named_without_saying_how_is_left_alone_and_counted(october):
    assert "batch" in october.untold
    assert not any(one.subject == "batch" for one in october.recorded)
    assert len(october.untold) == 106


@pytest.mark.parametrize("one", incidents.shipped(), ids=lambda one: one.id)
def test_every_shipped_outage_replays_on_the_catalog(one):
    result = replay(one)
    assert result.recorded[0].trigger
    assert all(found.end is None or found.end > found.start >= 0 for found in result.recorded)
    assert [moment.at for moment in moments(result)] == sorted(moment.at for moment in moments(result))
    assert {key for found in result.recorded for key in found.source} <= set(result.sources)


SYSTEM = """
    aws:platform/us-east-1/dynamodb: kind platform provider aws region us-east-1
    aws:control-plane/us-east-1/ec2: kind control-plane provider aws region us-east-1
    aws:platform/us-east-1/elb: kind platform provider aws region us-east-1
    vendor:docker-hub: kind vendor
    web -> table
    table -> aws:platform/us-east-1/dynamodb
    web -> aws:control-plane/us-east-1/ec2 @startup
    web -> aws:platform/us-east-1/elb
    api -> primary || standby takes 5m needs aws:control-plane/us-east-1/ec2
    primary -> table
    standby
    journey buy: web revenue 100
    journey call: api
    journey idle: standby
"""


@pytest.fixture(scope="module")
def own() -> Replay:
    return replay(OCTOBER, DependencyGraph(drawing.parse(SYSTEM)))


def journey(result: Replay, name: str):
    return next(one for one in result.journeys if one.result.name == name)


def test_journeys_have_hours(own):
    found = journey(own, "buy")
    assert [(one.state, one.start_utc[11:], one.end_utc[11:]) for one in found.spells] == [
        ("down", "06:48Z", "09:40Z"),
        ("degraded", "12:30Z", "21:09Z"),
    ]
    assert found.result.verdict == "breaks"
    assert found.result.downtime == 172 * 60
    assert found.result.cost == pytest.approx(172 / 60 * 100, abs=0.01)
    assert [link.dependency for link in found.spells[0].chain][-1] == "aws:platform/us-east-1/dynamodb"
    assert journey(own, "idle").result.verdict == "survives"


def test_what_cannot_be_started_meanwhile_is_told_apart_from_what_is_down(own):
    assert [(one.state, one.start_utc[11:], one.end_utc[11:]) for one in component(own, "web").spells] == [
        ("cannot start", "06:48Z", "20:50Z"),
        ("down", "06:48Z", "09:40Z"),
        ("degraded", "12:30Z", "21:09Z"),
    ]


def test_a_failover_that_calls_an_impaired_control_plane_does_not_happen_and_that_is_said(own):
    assert journey(own, "call").result.verdict == "breaks"
    (stuck,) = own.blocked
    assert stuck.dependent == "api"
    assert stuck.needs == ("aws:control-plane/us-east-1/ec2",)
    assert (stuck.start_utc[11:], stuck.end_utc[11:]) == ("06:48Z", "09:40Z")
    free = drawing.parse(SYSTEM.replace(" needs aws:control-plane/us-east-1/ec2", ""))
    result = replay(OCTOBER, DependencyGraph(free))
    assert result.blocked == ()
    assert journey(result, "call").result.interrupted_for == 300


def test_what_is_not_here_is_said(own):
    absent = {one.subject for one in own.recorded if not one.present}
    assert {"lambda", "redshift", "slack"} <= absent
    assert not {"dynamodb", "ec2", "elb", "docker-hub"} & absent


def test_a_whole_vendor_of_an_outage_of_a_product_is_a_doubt_that_is_told():
    graph = DependencyGraph(drawing.parse("vendor:cloudflare: kind vendor\njourney j: web\nweb -> vendor:cloudflare"))
    result = replay(incidents.incident("workers-kv"), graph)
    assert journey(result, "j").result.verdict == "unknown"
    assert any("vendor:cloudflare is here" in note for note in result.notes)
    fastly = drawing.parse("vendor:fastly: kind vendor\njourney j: web\nweb -> vendor:fastly")
    assert journey(replay(incidents.incident("fastly"), DependencyGraph(fastly)), "j").result.verdict == "breaks"


def test_nothing_falls_before_its_cause():
    assert min(one.start for one in effects(OCTOBER)) == 0
    assert OCTOBER.affected_services[4].start_utc < OCTOBER.start_utc


def test_a_phase_speaks_of_what_it_lists_or_names():
    assert speaks_of("ECS/EKS", (), "eks")
    assert speaks_of("CloudWatch Logs late", (), "cloudwatch-logs")
    assert not speaks_of("CloudWatch", (), "cloudwatch-logs")
    assert not speaks_of("Kinesis", ("lambda",), "kinesis")


def test_an_outage_that_never_ended_is_looked_at_for_a_day(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "id: 2031-01-01-aws-x\nprovider: aws\ntrigger: {component: dynamodb}\nregions: [us-east-1]\n"
        "start_utc: 2031-01-01T10:00Z\n"
    )
    result = replay(incidents.read(path), DependencyGraph(drawing.parse(SYSTEM)))
    assert result.horizon_utc == "2031-01-02T10:00Z"
    assert journey(result, "buy").spells[0].end is None
    assert any("no end is told" in note for note in result.notes)


@pytest.mark.parametrize(("name", "stopped"), [("inventory", False), ("retry-budget", True)])
def test_the_retry_storm_of_the_teaching_model_is_27_calls_for_one(name, stopped):
    import blastradius as br

    path = ROOT / "inventories" / "aws-2025-10-20" / f"{name}.yaml"
    worst = next(one for one in br.amplification(br.load(path)).components if one.id == "dynamodb/endpoint")
    assert (worst.worst.factor, worst.stopped) == (27, stopped)


def test_the_teaching_model_comes_back_when_the_file_says():
    """From the trigger alone: launches, health checks and pollers are back to the minute that was published."""
    import blastradius as br
    from blastradius.simulate import read_scenario
    from blastradius.simulate.run import Run
    from blastradius.simulate.spells import spells as of

    folder = ROOT / "inventories" / "aws-2025-10-20"
    run = Run(br.load(folder / "inventory.yaml"), read_scenario(folder / "scenario.yaml"), typed=False)
    found = of(run.seen)
    start = OCTOBER.start_utc
    ends = {row.id: int((row.end_utc - start).total_seconds()) for row in OCTOBER.affected_services if row.end_utc}
    wanted = {"dynamodb/endpoint": ends["dynamodb"], "ec2/launch": ends["ec2"], "nlb/nodes": ends["elb"]}
    assert {id: found[run.circuit.index[id]][-1].end for id in wanted} == wanted
    phases = {one.name.split()[0]: one for one in OCTOBER.phases}
    for id, phase in (("ec2/leases", "2"), ("ec2/network", "3")):
        (spell,) = found[run.circuit.index[id]]
        assert spell.end == int((phases[phase].end_utc - start).total_seconds())
    (nlb,) = found[run.circuit.index["nlb/nodes"]]
    assert nlb.start.time == int((phases["4"].start_utc - start).total_seconds())


OUTAGE = """\
id: x
title: X
provider: {provider}
regions: [us-east-1]
start_utc: "2025-01-01T00:00Z"
end_utc: "{end}"
trigger: {{component: {trigger}}}
affected_services:
  - {{id: sqs, severity: {severity}}}
"""
FINE = {"provider": "aws", "end": "2025-01-01T02:00Z", "trigger": "dynamodb", "severity": "degraded"}


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ({"provider": "awss"}, 3, "the nearest is aws"),
        ({"severity": "dwon"}, 9, "down"),
        ({"end": "2036-01-01T02:00Z"}, 1, "days from the incident's start_utc"),
    ],
)
def test_a_slip_in_an_incident_file_is_one_line(tmp_path, wrong, line, said):
    path = tmp_path / "x.yaml"
    path.write_text(OUTAGE.format(**FINE | wrong))
    with pytest.raises(InputError) as caught:
        incidents.incident(path)
    assert f"{path}:{line}:" in str(caught.value)
    assert said in str(caught.value)


def outage(tmp_path, **changes):
    path = tmp_path / "x.yaml"
    path.write_text(OUTAGE.format(**FINE | changes))
    return incidents.incident(path)


def needing(*components):
    return DependencyGraph(
        Inventory(
            meta=Meta(assembled=True),
            components=tuple(sorted(components, key=lambda one: one.id)),
            journeys=(Journey(id="journey:a", name="a", entries=(JourneyEntry(component=components[0].id),)),),
        )
    )


def test_what_could_not_be_tried_is_said_at_the_verdict(tmp_path):
    placed = Component(id="web", kind="service", name="web", provider="aws", region="eu-west-1")
    found = replay(outage(tmp_path, trigger="dynamobd"), needing(placed))
    assert found.journeys[0].result.verdict == "survives"
    assert "nothing was tried" in found.untried[0]
    assert "dynamobd; the nearest is dynamodb" in found.untried[1]


def test_a_vendor_of_which_no_product_is_told_is_unknown_when_one_is_lost(tmp_path):
    cdn = Component(id="vendor:cloudflare", kind="vendor", name="Cloudflare", provider="cloudflare", region="global")
    found = replay(outage(tmp_path, provider="cloudflare", trigger="workers-kv"), needing(cdn))
    result = found.journeys[0].result
    assert (result.verdict, result.at_worst) == ("unknown", "breaks")
    assert any("which products of Cloudflare" in one.reason for one in result.gaps)
    assert [one.id for one in found.components] == []


def test_nothing_recovers_that_is_still_down(tmp_path):
    """The file says that Lambda's control plane was degraded for an hour; here somebody saw it fall with DynamoDB."""
    path = tmp_path / "x.yaml"
    rows = "  - {id: lambda, plane: control, severity: degraded, start_utc: 2025-01-01T00:00Z, end_utc: 2025-01-01T01:00Z}\n"
    path.write_text(OUTAGE.format(**FINE) + rows)
    told = replay(incidents.incident(path), DependencyGraph(drawing.parse(LAMBDA)))
    said = [one.state for one in moments(told) if one.id == "lambda" and one.at == 3600]
    assert said == ["still down (control plane), its own record over"]


LAMBDA = """
    aws:platform/us-east-1/dynamodb: kind platform provider aws region us-east-1
    aws:control-plane/us-east-1/lambda: kind control-plane provider aws region us-east-1
    aws:control-plane/us-east-1/lambda -> aws:platform/us-east-1/dynamodb
"""
ROW = "{{id: lambda, plane: control, severity: {severity}, source: [{source}], confidence: {confidence}{more}}}"
HOUR = ", start_utc: 2025-01-01T00:00Z, end_utc: 2025-01-01T01:00Z"


@pytest.mark.parametrize(
    ("severity", "source", "confidence", "more", "wanted"),
    [
        # of its own times: the whole account, state and end
        ("degraded", "page", "high", HOUR, [("degraded", 3600)]),
        ("down", "page", "medium", HOUR, [("down", 3600)]),
        # of none: at most so bad; the catalog tells the rest
        ("degraded", "page", "high", "", [("degraded", 7200)]),
        # what is only remembered or hinted at is no better than the catalog
        ("degraded", "unverified", "medium", HOUR, [("down", 7200)]),
        ("degraded", "page", "low", HOUR, [("down", 7200)]),
        ("unknown", "page", "high", HOUR, [("down", 7200)]),
    ],
)
def test_a_report_of_the_event_knows_better_than_the_catalog(tmp_path, severity, source, confidence, more, wanted):
    """In general Lambda's control plane is down without DynamoDB."""
    path = tmp_path / "x.yaml"
    row = ROW.format(severity=severity, source=source, confidence=confidence, more=more)
    path.write_text(f"{OUTAGE.format(**FINE)}  - {row}\n")
    told = replay(incidents.incident(path))
    found = component(told, "aws:control-plane/us-east-1/lambda").spells
    assert [(one.state, one.end) for one in found if one.state in ("down", "degraded")] == wanted


@pytest.mark.parametrize(("confidence", "touched"), [("high", False), ("low", True)])
def test_what_a_report_says_was_not_touched_is_not(tmp_path, confidence, touched):
    path = tmp_path / "x.yaml"
    row = f"{{id: lambda, plane: control, severity: none, source: [page], confidence: {confidence}}}"
    path.write_text(f"{OUTAGE.format(**FINE)}unaffected_services:\n  - {row}\n")
    told = replay(incidents.incident(path))
    hit = any(one.id == "aws:control-plane/us-east-1/lambda" for one in told.components)
    assert hit == touched


def test_a_vendor_that_a_report_says_ran_on_is_not_taken_down_by_where_it_is_known_to_run(tmp_path):
    from blastradius.assemble import finish

    vendor = Component(id="vendor:launchdarkly", kind="vendor", name="LaunchDarkly")
    entry = Journey(id="journey:flags", name="flags", entries=(JourneyEntry(component=vendor.id),))
    graph = DependencyGraph(finish(Inventory(components=(vendor,), journeys=(entry,))))
    path = tmp_path / "x.yaml"
    path.write_text(OUTAGE.format(**FINE))
    assert replay(incidents.incident(path), graph).journeys[0].result.verdict == "breaks"
    row = "unaffected_vendors:\n  - {id: launchdarkly, severity: none, source: [page], confidence: high}\n"
    path.write_text(OUTAGE.format(**FINE) + row)
    assert replay(incidents.incident(path), graph).journeys[0].result.chain == ()
