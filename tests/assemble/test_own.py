"""A setting by whose name programs are told their own address names that, or something else: what answers it decides."""

from __future__ import annotations

import itertools

import pytest
from telling import gaps_of, ids, need, needed, needs, thing, told

from blastradius.model import Fact

WEB = thing("web", "web")


def _own(text: str, **fields: object) -> Fact:
    return needs("web", text, via="env WEBHOOK_URL", perhaps_own=True, **fields)  # type: ignore[arg-type]


def _doubts(*facts: Fact) -> list[str | None]:
    here = told(*facts)
    return [gap.reference for gap in gaps_of(here, "web") if "may be its own address" in gap.reason]


@pytest.mark.parametrize(
    ("text", "things", "wanted"),
    [
        ("hooks.slack.com", [], "vendor:slack"),
        ("api.stripe.com", [], "vendor:stripe"),
        ("api", [thing("api", "api")], "api"),
        ("db.shop.internal", [thing("db", "db.shop.internal", kind="database")], "db"),
    ],
)
def test_something_else_is_needed(text, things, wanted):
    here = told(WEB, *things, _own(text))
    assert wanted in needed(here, "web")
    assert _doubts(WEB, *things, _own(text)) == []
    if not wanted.startswith("vendor"):
        assert need(here, "web", wanted).strength == "hard"


@pytest.mark.parametrize("text", ["web", "localhost", "127.0.0.1:80"])
def test_itself_is_nothing(text):
    here = told(WEB, _own(text))
    assert needed(here, "web") == set()
    assert gaps_of(here, "web") == []


@pytest.mark.parametrize(
    "text", ["shop.example.com", "shop.example.com:8443", "203.0.113.7", "shop.vercel.app", "d111111abcdef8.cloudfront.net"]
)  # fmt: skip
def test_what_nobody_knows_is_a_gap_that_names_it(text):
    facts = (WEB, _own(text))
    (reference,) = _doubts(*facts)
    here = told(*facts)
    assert reference in ids(here)
    assert reference not in needed(here, "web")


DNS = thing("name", "shop.example.com", kind="dns")
ROUTE = thing("route", kind="gateway", attributes={"host": "shop.example.com", "entry": "route"})
LEADS = (
    [needs("name", "lb", role="resource"), needs("lb", "web", role="resource"), thing("lb", kind="load-balancer")],
    [ROUTE, needs("route", "web", role="resource")],
)


@pytest.mark.parametrize("leading", LEADS)
def test_a_way_in_that_leads_back_is_its_own(leading):
    for order in itertools.permutations([DNS, *leading, _own("shop.example.com")]):
        here = told(WEB, *order)
        assert "name" not in needed(here, "web")
        assert _doubts(WEB, *order) == []


def test_a_way_in_to_others_is_uncertain():
    other = [thing("other"), needs("name", "other", role="resource")]
    assert _doubts(WEB, DNS, *other, _own("shop.example.com")) == ["name"]


def test_ways_in_that_need_each_other_end():
    around = [
        thing("lb", kind="load-balancer"),
        needs("name", "lb", role="resource"),
        needs("lb", "name", role="resource"),
    ]
    assert _doubts(WEB, DNS, *around, _own("shop.example.com")) == ["name"]


def test_any_other_name_is_needed_as_ever():
    here = told(WEB, needs("web", "shop.example.com", via="env PARTNER_URL"))
    assert needed(here, "web") == {"external:shop.example.com"}
