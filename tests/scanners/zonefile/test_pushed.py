"""octoDNS: zones as YAML, pools, and the providers that zones are pushed to."""

from __future__ import annotations

import pytest
from scanning import scanned

from blastradius.model import RedundancyFact

CONFIG = """
providers:
  config: {class: octodns.provider.yaml.YamlProvider, directory: ./config, default_ttl: 120}
  route53: {class: octodns_route53.Route53Provider, secret_access_key: hunter2}
  ns1: {class: octodns_ns1.Ns1Provider, api_key: hunter2}
  other: {class: octodns_other.OtherProvider}
zones:
  example.com.: {sources: [config], targets: [%s]}
"""
POOLS = """
www:
  type: A
  ttl: 60
  dynamic:
    pools:
      near: {fallback: far, values: [{value: 203.0.113.5%s}]}
      far: {values: [{value: 203.0.113.6}, {value: 203.0.113.7, status: down}]}
    rules: [{pool: near}]
  values: [203.0.113.6]
  octodns: {route53: {healthcheck: {request_interval: 10, failure_threshold: 3}}}
"""


def group(found):
    (one,) = [rule for rule in found.rules if isinstance(rule, RedundancyFact) and rule.via == "pools"]
    return one


def test_pools_are_a_failover_that_takes_the_checks_and_the_ttl(tmp_path):
    one = group(scanned(tmp_path, {"config/example.com.yaml": POOLS % ""}))
    assert [member.texts[-1] for member in one.members] == ["203.0.113.5", "203.0.113.6"]
    assert one.active == (0,)
    assert (one.failover.mode, one.failover.takes) == ("automatic", 90)


def test_a_value_that_is_forced_up_is_moved_by_hand(tmp_path):
    one = group(scanned(tmp_path, {"config/example.com.yaml": POOLS % ", status: up"}))
    assert (one.failover.mode, one.failover.takes) == ("manual", None)


def test_pools_of_which_all_are_in_use_are_alternatives(tmp_path):
    text = POOLS.replace("rules: [{pool: near}]", "rules: [{geos: [EU], pool: near}, {pool: far}]") % ""
    one = group(scanned(tmp_path, {"config/example.com.yaml": text}))
    assert (one.required, one.full, one.failover, len(one.members)) == (1, None, None, 2)


@pytest.mark.parametrize(
    ("targets", "members", "unknown"),
    [
        ("route53", ["aws:platform/global/route53"], False),
        ("route53, ns1", ["aws:platform/global/route53", "vendor:ns1"], False),
        ("other", [], True),
        ("config", [], True),
    ],
)
def test_who_answers_is_who_it_is_pushed_to(tmp_path, targets, members, unknown):
    found = scanned(
        tmp_path,
        {"production.yaml": CONFIG % targets, "config/example.com.yaml": "www: {type: A, value: 203.0.113.5}\n"},
    )
    rules = [rule for rule in found.rules if rule.via == "octoDNS targets"]
    assert [one.texts[-1] for rule in rules for one in rule.members] == members
    assert {piece.basis for rule in rules for piece in rule.evidence} <= {"inferred"}
    assert any(gap.component == "dns:shop/example.com" for gap in found.gaps) == unknown
    record = next(c for c in found.components.values() if c.name == "www.example.com")
    assert record.attributes["ttl"] == "120"


def test_a_name_server_record_goes_before_the_targets(tmp_path):
    zone = (
        "'':\n  - {type: NS, values: [ns-1.awsdns-01.org., dns1.p01.nsone.net.]}\n  - {type: A, value: 203.0.113.5}\n"
    )
    found = scanned(tmp_path, {"production.yaml": CONFIG % "route53", "config/example.com.yaml": zone})
    assert [rule.via for rule in found.rules if "octoDNS" in rule.via or rule.via == "name servers"] == ["name servers"]


def test_a_zone_whose_records_were_not_seen_is_a_gap(tmp_path):
    found = scanned(tmp_path, {"production.yaml": CONFIG % "ns1"})
    (gap,) = [gap for gap in found.gaps if gap.component == "dns:shop/example.com"]
    assert "source that was not seen" in gap.reason


def test_an_alias_of_route_53_is_a_target_and_mail_is_none(tmp_path):
    text = (
        "www:\n  type: Route53Provider/ALIAS\n  value: {name: lb.example.net., type: A, evaluate-target-health: true}\n"
        "mail: {type: MX, value: {exchange: mx.example.net., preference: 10}}\n"
        "list: {type: CNAME, value: other.example.net.}\n"
    )
    found = scanned(tmp_path, {"config/example.com.yaml": text})
    targets = [rule.reference.texts[-1] for rule in found.rules if rule.via == "target"]
    assert targets == ["lb.example.net", "other.example.net"]


@pytest.mark.parametrize(
    "text",
    [
        "www: {type: A}\n",
        "image: {repository: x, tag: '1'}\n",
        "- {type: A, value: x}\n",
        "type: A\nvalue: x\n",
        "{}\n",
    ],
)
def test_other_yaml_is_no_zone(tmp_path, text):
    found = scanned(
        tmp_path, {"config/values.prod.yaml": text, "x.zone": "$ORIGIN example.com.\n@ SOA a b 1 2 3 4 5\n"}
    )
    assert [c.name for c in found.components.values() if c.kind == "dns"] == ["example.com"]


def test_nobody_takes_a_zone_for_settings(tmp_path):
    text = POOLS % "" + "api:\n  type: A\n  value: 203.0.113.5\n  octodns: {healthcheck: {host: db.example.net}}\n"
    found = scanned(tmp_path, {"config/example.com.yaml": text, "Dockerfile": "FROM x\n"})
    assert "plain" not in {rule.evidence[0].scanner for rule in found.rules}
