"""Ways in by a host name need the one record or zone that answers it."""

from __future__ import annotations

import pytest

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
        ("twice.example.com", None),
        ("vpn.example.com", "example.com"),
        ("api.example.org", "hosted"),
        ("svc.example.net", None),
        ("notexample.com", None),
        ("com", None),
        ("", None),
    ],
)
def test_the_nearest_name_answers(host, found):
    answer = Index(WORLD).answering(host)
    assert (answer.id if answer else None) == found
    again = Index(reversed(WORLD)).answering(host)
    assert (again.id if again else None) == found
