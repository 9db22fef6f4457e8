"""Names of journeys that nobody declared: what users call, and as little of where as tells two apart."""

from __future__ import annotations

import pytest

from blastradius.assemble.journeys import inferred
from blastradius.model import Component


def entry(id: str, name: str, scope: str, region: str | None = None, environment: str | None = None) -> Component:
    return Component(
        id=id, kind="gateway", name=name, provider="aws", region=region, environment=environment, scope=scope,
        attributes={"entry": name},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ([("GET /a", "cfn:r/x/serverless.yml", None, None), ("GET /b", "cfn:r/x/serverless.yml", None, None)], ["get-a", "get-b"]),
        ([("POST /", "cfn:r/orders/serverless.yml", None, None), ("POST /", "cfn:r/users/serverless.yml", None, None)], ["post-orders", "post-users"]),
        ([("f URL", "cfn:r/orders.yaml@eu-west-1", "eu-west-1", None), ("f URL", "cfn:r/orders.yaml@us-east-1", "us-east-1", None)], ["f-url-eu-west-1", "f-url-us-east-1"]),
        ([("GET /", "cfn:r/serverless.yml@dev", "eu-west-1", "dev"), ("GET /", "cfn:r/serverless.yml@prod", "eu-west-1", "prod")], ["get-dev", "get-prod"]),
        ([("GET /", f"cfn:r/{one}/serverless.yml@{stage}", None, stage) for one in "ab" for stage in ("dev", "prod")], ["get-dev-a", "get-dev-b", "get-prod-a", "get-prod-b"]),
        ([("GET /", "cfn:r/one.json", None, None), ("GET /", "cfn:r/one.yaml", None, None)], ["get-one-json", "get-one-yaml"]),
        ([("GET /", "cfn:r/one.json", None, None), ("GET /", "cfn:r/one.json", None, None)], ["get-one", "get-one-2"]),
    ],
)  # fmt: skip
def test_a_journey_is_named_by_what_it_is(told, names):
    found = [entry(f"id{at}", name, scope, region, stage) for at, (name, scope, region, stage) in enumerate(told)]
    expected = [f"journey:{name}" for name in names]
    assert [one.id for one in inferred(found, [], [])[0]] == sorted(expected)
    assert [one.id for one in inferred(reversed(found), [], [])[0]] == sorted(expected)
