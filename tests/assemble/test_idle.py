"""What is scaled to nought takes over only when somebody scales it, whichever scanner saw it."""

from __future__ import annotations

from pathlib import Path

import pytest
from telling import any_of, needs, thing, told

import blastradius
from blastradius.model import Failover

AUTOMATIC = Failover(mode="automatic", takes=60)


def seen(*facts, **near):
    here = told(
        thing("name", kind="dns"), thing("a"), thing("b", attributes={"replicas": "0"}), thing("lb", kind="load-balancer"),
        needs("lb", "b", role="resource"), thing("c", **near), *facts,
    )  # fmt: skip
    (group,) = [one for one in here.redundancies if one.dependent == "name"]
    return group.active, group.failover.mode if group.failover else None, group.full


@pytest.mark.parametrize(
    ("members", "more", "result"),
    [
        (("a", "b"), {}, (("a",), "manual", None)),
        (("a", "b"), {"full": 2}, (("a",), "manual", None)),
        (("a", "b"), {"active": (0,), "failover": AUTOMATIC}, (("a",), "manual", None)),
        (("a", "lb"), {"active": (0,), "failover": AUTOMATIC}, (("a",), "manual", None)),
        # another one that runs takes over by itself
        (("a", "b", "c"), {"active": (0,), "failover": AUTOMATIC}, (("a",), "automatic", None)),
        # it is the one in use, or nothing runs
        (("a", "b"), {"active": (1,), "failover": AUTOMATIC}, (("b",), "automatic", None)),
        (("b", "lb"), {}, ((), None, None)),
        (("a", "c"), {"full": 2}, ((), None, 2)),
    ],
)
def test_a_failover_to_what_does_not_run_is_by_hand(members, more, result):
    assert seen(any_of("name", *members, role="resource", **more)) == result


def test_it_stands_by():
    here = told(thing("b", attributes={"replicas": "0"}), thing("c", attributes={"replicas": "0", "role": "backup"}))
    assert {one.id: one.attributes["role"] for one in here.components} == {"b": "standby", "c": "backup"}


SITES = """
Parameters: {Zone: {Type: String, Default: Z1}}
Resources:
"""
SITE = """
  Lb%(n)s: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Name: lb%(n)s}}
  Tg%(n)s: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Li%(n)s: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Lb%(n)s, Port: 443, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Tg%(n)s}]}}
  Sv%(n)s: {Type: %(type)s, Properties: {%(size)s}}
  Re%(n)s: {Type: AWS::Route53::RecordSet, Properties: {Name: shop.example.com, Type: A, HostedZoneId: !Ref Zone, SetIdentifier: %(n)s, Failover: %(role)s, HealthCheckId: check, AliasTarget: {HostedZoneId: Z, DNSName: !GetAtt Lb%(n)s.DNSName, EvaluateTargetHealth: true}}}
"""
TASKS = ("AWS::ECS::Service", "ServiceName: s%s, LoadBalancers: [{TargetGroupArn: !Ref Tg%s}], DesiredCount: %s")
GROUP = (
    "AWS::AutoScaling::AutoScalingGroup",
    "AutoScalingGroupName: s%s, TargetGroupARNs: [!Ref Tg%s], MaxSize: 5, %s",
)
TARGET = "  Target: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: !Sub 'service/c/${SvB.Name}', MinCapacity: %s, MaxCapacity: 9}}\n"


@pytest.mark.parametrize(
    ("kind", "sizes", "more", "mode"),
    [
        (TASKS, ("2", "0"), "", "manual"),
        (TASKS, ("2", "1"), "", "automatic"),
        (TASKS, ("2", "0"), TARGET % 1, "automatic"),
        (TASKS, ("2", "0"), TARGET % 0, "manual"),
        (GROUP, ("MinSize: 2", "MinSize: 0"), "", "manual"),
        (GROUP, ("MinSize: 2", "MinSize: 0, DesiredCapacity: 2"), "", "automatic"),
        (GROUP, ("MinSize: 2", "MinSize: 1, DesiredCapacity: 0"), "", "automatic"),
    ],
)
def test_a_template_says_it_as_well(tmp_path: Path, kind, sizes, more, mode) -> None:
    sites = "".join(
        SITE % {"n": name, "role": role, "type": kind[0], "size": kind[1] % (name, name, size)}
        for name, role, size in (("A", "PRIMARY", sizes[0]), ("B", "SECONDARY", sizes[1]))
    )
    (tmp_path / "t.yaml").write_text(SITES + sites + more)
    found = [one.failover.mode for one in blastradius.scan(tmp_path).redundancies if one.failover]
    assert found
    assert set(found) == {mode}
