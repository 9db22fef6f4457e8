"""DNS per journey: single providers, TTLs against RTOs, and what nobody saw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanning import written

import blastradius as br
from blastradius import overlay, pipeline
from blastradius.analysis.dns import SINGLE, SLOW, dns
from blastradius.analysis.naming import brand
from blastradius.graph import DependencyGraph

SOA = "$ORIGIN example.com.\n$TTL {ttl}\n@ SOA ns1 admin 1 2 3 4 5\n"
AWS = "@ NS ns-1.awsdns-01.org.\n@ NS ns-2.awsdns-02.com.\n"
NS1 = "@ NS dns1.p01.nsone.net.\n"
WWW = "www A 203.0.113.5\n"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: shop}}
spec:
  rules:
  - host: {host}
    http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: c, image: registry.example.com/web}}]}}}}
"""


def asked(tmp_path, files, entries=("dns:www.example.com",), rto=None, more=""):
    """The answer for files and one declared journey."""
    top = written(tmp_path, files)
    said = f"journeys:\n  buy:\n    entries: {list(entries)}\n" + (f"    rto: {rto}\n" if rto else "") + more
    path = tmp_path / "said.yaml"
    path.write_text(said)
    return dns(br.load(top, path))


def zone(servers, records=WWW, ttl=60):
    return {"example.com.zone": SOA.format(ttl=ttl) + servers + records}


def rules(answer):
    return [one.rule for one in answer.findings]


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        (AWS, [SINGLE]),
        (AWS + NS1, []),
        ("@ NS ns1.hoster.example.net.\n@ NS ns2.hoster.example.net.\n", [SINGLE]),
        ("@ NS ns1.hoster.example.net.\n@ NS ns1.other.example.org.\n", [SINGLE]),
        ("@ NS a.one-host.net.\n@ NS b.one-host.org.\n", [SINGLE]),
        ("@ NS a.one-host.net.\n@ NS b.other-host.org.\n", []),
        ("@ NS ns1\n@ NS ns2\nns1 A 203.0.113.1\nns2 A 198.51.100.1\n", [SINGLE]),
        ("@ NS ns1\nns1 A 203.0.113.1\n" + NS1, []),
        ("", []),
    ],
)
def test_a_journey_on_one_dns_provider(tmp_path, servers, found):
    answer = asked(tmp_path, zone(servers))
    assert rules(answer) == found
    if not servers:
        assert [one.reason for one in answer.unseen] == ["nothing tells who answers for this zone"]


def test_the_proof_leads_from_the_journey_to_the_provider_with_a_place_at_each_step(tmp_path):
    (finding,) = asked(tmp_path, zone(AWS)).findings
    assert [finding.chain[0].dependent, *(link.dependency for link in finding.chain)] == [
        "journey:buy", "dns:shop/example.com/www.example.com", "dns:shop/example.com", "aws:platform/global/route53",
    ]  # fmt: skip
    assert [piece.locator for piece in finding.chain[-1].evidence] == ["example.com.zone:4", "example.com.zone:5"]
    assert all(link.evidence for link in finding.chain)
    assert finding.domain == "aws:platform/global/route53"


def test_a_journey_with_a_way_around_the_zone_is_none(tmp_path):
    files = {**zone(AWS), "other.zone": "$ORIGIN example.net.\n@ SOA a b 1 2 3 4 5\n" + NS1 + WWW}
    files["compose.yaml"] = "services:\n  web: {image: registry.example.com/web}\n"
    more = "redundancies:\n  - {dependent: 'service:web', members: ['dns:www.example.com', 'dns:www.example.net'], required: 1}\n"
    answer = asked(tmp_path, files, entries=("service:web",), more=more)
    assert answer.journeys[0].zones
    assert rules(answer) == []


def test_the_fingerprint_of_a_finding_outlives_a_move_of_its_file(tmp_path):
    first = asked(tmp_path / "a", zone(AWS)).findings
    second = asked(
        tmp_path / "b", {"dns/zones/db.example.com": "; moved\n\n" + SOA.format(ttl=60) + AWS + WWW}
    ).findings
    assert [one.fingerprint for one in first] == [one.fingerprint for one in second]


@pytest.mark.parametrize(
    ("ttl", "rto", "found"),
    [(300, "5m", False), (301, "5m", True), (86_400, "15m", True), (86_400, None, False), (0, "1m", False)],
)
def test_a_ttl_above_the_rto(tmp_path, ttl, rto, found):
    answer = asked(tmp_path, zone(AWS + NS1, ttl=ttl), rto=rto)
    assert rules(answer) == ([SLOW] if found else [])
    if found:
        assert answer.findings[0].level == "warn"


POOLS = """
api:
  type: A
  ttl: {ttl}
  dynamic:
    pools:
      near: {{fallback: far, values: [{{value: 203.0.113.5}}]}}
      far: {{values: [{{value: 198.51.100.6}}]}}
    rules: [{{pool: near}}]
  values: [198.51.100.6]
"""
COMPOSE = "services:\n  web:\n    image: registry.example.com/web\n    environment: {API_URL: 'https://%s'}\n"


@pytest.mark.parametrize(("ttl", "found"), [(60, []), (3600, [SLOW])])
def test_the_ttl_of_a_name_behind_a_service_counts_where_it_fails_over(tmp_path, ttl, found):
    files = {"config/example.net.yaml": POOLS.format(ttl=ttl), "compose.yaml": COMPOSE % "api.example.net"}
    answer = asked(tmp_path, files, entries=("service:web",), rto="5m")
    assert rules(answer) == found
    if found:
        assert answer.findings[0].level == "block"
        assert answer.findings[0].evidence[0].locator == "config/example.net.yaml:3"


def test_the_ttl_of_a_plain_name_behind_a_service_does_not(tmp_path):
    files = {**zone(AWS + NS1, ttl=86_400), "compose.yaml": COMPOSE % "www.example.com"}
    answer = asked(tmp_path, files, entries=("service:web",), rto="5m")
    assert answer.journeys[0].names == ("dns:shop/example.com/www.example.com",)
    assert rules(answer) == []


def test_every_name_of_a_chain_of_aliases_counts(tmp_path):
    answer = asked(tmp_path, zone(AWS + NS1, "www 60 CNAME lb\nlb 7200 A 203.0.113.5\n"), rto="15m")
    assert [one.domain for one in answer.findings] == ["dns:shop/example.com/lb.example.com"]


def test_a_way_in_needs_the_record_of_its_host(tmp_path):
    files = {**zone(AWS), "k8s.yaml": INGRESS.format(host="www.example.com")}
    graph = br.load(written(tmp_path, files))
    assert list(graph.journeys) == ["journey:www-example-com"]
    answer = dns(graph)
    assert rules(answer) == [SINGLE]
    (result,) = br.simulate(graph, remove=["platform:route53"]).journeys
    assert result.verdict == "breaks"


@pytest.mark.parametrize("host", ["shop.example.org", "example.net", "www.example.com.evil.example"])
def test_a_host_of_no_zone_that_was_seen_is_said_and_not_fine(tmp_path, host):
    answer = dns(br.load(written(tmp_path, {**zone(AWS), "k8s.yaml": INGRESS.format(host=host)})))
    assert [(one.what, one.reason) for one in answer.unseen] == [(host, "no record and no zone of this name was seen")]
    assert answer.unseen[0].evidence[0].locator == "k8s.yaml:7"


def test_an_entry_without_any_name_is_said(tmp_path):
    answer = asked(
        tmp_path, {"compose.yaml": "services:\n  web: {image: registry.example.com/web}\n"}, ("service:web",)
    )
    assert [one.what for one in answer.unseen] == ["web"]
    assert "no DNS name was seen" in answer.unseen[0].reason


def test_two_zones_of_one_name_with_two_providers_are_no_finding_but_a_doubt(tmp_path):
    text = """
resource "aws_route53_zone" "a" { name = "example.com" }
resource "cloudflare_zone" "b" { zone = "example.com" }
resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.a.zone_id
  name = "www"
  type = "A"
  ttl = 7200
  records = ["203.0.113.5"]
}
"""
    answer = asked(tmp_path, {"main.tf": text}, rto="1h")
    assert rules(answer) == [SLOW]
    assert [one.reason for one in answer.unseen] == [
        "vendor:cloudflare holds a zone of this name as well: who is asked was not seen"
    ]


def test_what_octodns_pushes_to_two_is_a_doubt(tmp_path):
    config = (
        "providers: {config: {class: octodns.provider.yaml.YamlProvider}, a: {class: octodns_route53.Route53Provider},"
        " b: {class: octodns_ns1.Ns1Provider}}\nzones: {example.com.: {sources: [config], targets: [a, b]}}\n"
    )
    files = {"production.yaml": config, "config/example.com.yaml": "www: {type: A, value: 203.0.113.5}\n"}
    answer = asked(tmp_path, files)
    assert answer.zones[0].providers == ("aws:platform/global/route53", "vendor:ns1")
    assert rules(answer) == []
    assert ["which of them the zone above names was not seen" in one.reason for one in answer.unseen] == [True]


@pytest.mark.parametrize(
    ("body", "ttl"),
    [
        ('ttl = 300\n  records = ["203.0.113.5"]', 300),
        ('ttl = "300"\n  records = ["203.0.113.5"]', 300),
        ('alias {\n    name = "x.example.net"\n    zone_id = "Z1"\n    evaluate_target_health = true\n  }', 60),
        ('ttl = var.unset\n  records = ["203.0.113.5"]', None),
    ],
)
def test_ttls_of_terraform(tmp_path, body, ttl):
    text = f'resource "aws_route53_record" "r" {{\n  zone_id = "Z1"\n  name = "www.example.com"\n  type = "A"\n  {body}\n}}\n'
    answer = asked(tmp_path, {"main.tf": text}, rto="1m" if ttl is None else None)
    assert [one.ttl for one in answer.names] == [ttl]
    assert any(one.reason == "its TTL was not seen" for one in answer.unseen) == (ttl is None)
    assert rules(answer) == [SINGLE]


@pytest.mark.parametrize(
    ("body", "ttl", "found"),
    [
        ("ttl = 600", 600, [SINGLE, SLOW]),
        ("ttl = 1", 300, [SINGLE, SLOW]),
        ("proxied = true", None, [SINGLE]),
    ],
)
def test_names_of_cloudflare(tmp_path, body, ttl, found):
    text = (
        'resource "cloudflare_zone" "z" {\n  zone = "example.com"\n}\nresource "cloudflare_record" "r" {\n'
        f'  zone_id = cloudflare_zone.z.id\n  name = "www"\n  type = "A"\n  content = "203.0.113.5"\n  {body}\n}}\n'
        'resource "cloudflare_record" "t" {\n  zone_id = cloudflare_zone.z.id\n  name = "t"\n  type = "TXT"\n  content = "hunter2"\n}\n'
    )
    answer = asked(tmp_path, {"main.tf": text}, rto="1m")
    assert [(one.name, one.ttl) for one in answer.names] == [("www.example.com", ttl)]
    assert rules(answer) == found
    assert answer.unseen == ()
    assert "hunter2" not in pipeline.scan(tmp_path / "shop").model_dump_json()


def test_ttls_of_azure_and_google_and_cloudformation(tmp_path):
    terraform = """
resource "azurerm_dns_zone" "a" { name = "example.net" }
resource "azurerm_dns_a_record" "r" {
  name = "www"
  zone_name = azurerm_dns_zone.a.name
  ttl = 120
  records = ["203.0.113.5"]
}
resource "google_dns_record_set" "g" {
  managed_zone = "z"
  name = "api.example.org."
  type = "A"
  ttl = 240
  rrdatas = ["203.0.113.6"]
}
"""
    template = """
Resources:
  R:
    Type: AWS::Route53::RecordSet
    Properties: {HostedZoneName: example.edu., Name: cfn.example.edu., Type: A, TTL: '86400', ResourceRecords: [203.0.113.7]}
"""
    found = pipeline.scan(written(tmp_path, {"main.tf": terraform, "template.yaml": template}))
    ttls = {one.name: one.attributes["ttl"] for one in found.components if "ttl" in one.attributes}
    assert ttls == {"www.example.net": "120", "api.example.org": "240", "cfn.example.edu": "86400"}


def test_a_system_without_journeys_has_no_findings(tmp_path):
    answer = dns(br.load(written(tmp_path, zone(AWS))))
    assert (answer.findings, answer.journeys) == ((), ())


def test_asking_twice_changes_nothing(tmp_path):
    files = {**zone(AWS), "k8s.yaml": INGRESS.format(host="www.example.com")}
    inventory = pipeline.scan(written(tmp_path, files))
    graph = DependencyGraph(inventory)
    assert dns(graph) == dns(DependencyGraph(overlay.apply(inventory, overlay.Overlay())))


@pytest.mark.parametrize(
    ("host", "name"),
    [("ns1.a.co.uk", "a"), ("a.one.net", "one"), ("b.one.org", "one"), ("ns1", "ns1"), ("203.0.113.5", "203.0.113.5")],
)
def test_a_brand_is_the_label_that_was_registered(host, name):
    assert brand(host) == name


@given(st.text(max_size=60))
def test_any_text_has_a_brand(text):
    assert brand(text) or not text
