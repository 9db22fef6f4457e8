"""Ways in by a host name need the one record or zone that answers it."""

from __future__ import annotations

import pytest
from telling import gaps_of, needed, thing, told

from blastradius.assemble.ways import Index
from blastradius.model import Component


def name(id, type="dns/record", **more):
    return Component(id=id, kind="dns", name=more.pop("name", id), type=type, **more)


WORLD = [
    name("example.com", "dns/zone"),
    name("sub.example.com", "dns/zone"),
    name("www.example.com"),
    name("*.apps.example.com"),
    name("private", "azurerm_private_dns_zone", name="corp.example.com"),
    name("inside", name="vpn.example.com", attributes={"view": "inside"}),
    name("one", name="twice.example.com"),
    name("two", name="twice.example.com"),
    name("hosted", "AWS::Route53::HostedZone", name="example.org."),
    Component(id="not-dns", kind="service", name="svc.example.net"),
]


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("www.example.com", "www.example.com"),
        ("WWW.example.com.", "www.example.com"),
        ("other.example.com", "example.com"),
        ("a.b.sub.example.com", "sub.example.com"),
        ("x.apps.example.com", "*.apps.example.com"),
        ("y.x.apps.example.com", "*.apps.example.com"),
        ("apps.example.com", "example.com"),
        ("*.apps.example.com", "*.apps.example.com"),
        ("*.example.com", "example.com"),
        ("example.com", "example.com"),
        ("twice.example.com", ["one", "two"]),
        ("vpn.example.com", "example.com"),
        ("api.example.org", "hosted"),
        ("svc.example.net", None),
        ("notexample.com", None),
        ("com", None),
        ("", None),
    ],
)
def test_the_nearest_name_answers(host, found):
    wanted = found if isinstance(found, list) else [found] if found else []
    assert [one.id for one in Index(WORLD).answering(host)] == wanted
    assert sorted(one.id for one in Index(reversed(WORLD)).answering(host)) == wanted


def way(host="www.example.com"):
    return thing("web", kind="gateway", attributes={"host": host})


def test_one_zone_that_two_sources_describe_is_one_and_so_is_a_record():
    here = told(
        thing("zone:a", scanner="zonefile", kind="dns", type="dns/zone", name="example.com"),
        thing("tf:zone", scanner="terraform", kind="dns", type="aws_route53_zone", name="example.com"),
        thing("zone:www", scanner="zonefile", kind="dns", type="dns/record", name="www.example.com"),
        thing("tf:www", scanner="terraform", kind="dns", type="aws_route53_record", name="www.example.com"),
        way(),
    )
    assert {one.id for one in here.components if one.kind == "dns"} == {"tf:www", "tf:zone"}
    assert needed(here, "web") == {"tf:www"}


def test_several_records_of_one_source_are_a_gap_at_the_way():
    here = told(
        thing("one", kind="dns", type="dns/record", name="www.example.com"),
        thing("two", kind="dns", type="dns/record", name="www.example.com"),
        way(),
    )
    assert needed(here, "web") == set()
    (gap,) = gaps_of(here, "web")
    assert "any of one, two may answer" in gap.reason


def test_a_view_for_the_outside_answers_and_one_for_the_inside_does_not():
    here = told(
        thing("in", kind="dns", type="dns/zone", name="example.com", attributes={"view": "internal"}),
        thing("out", kind="dns", type="dns/zone", name="example.com", attributes={"view": "external"}),
        way(),
    )
    assert needed(here, "web") == {"out"}
