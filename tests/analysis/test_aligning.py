"""One system told by two sources: what the one cannot know is no difference, what both say and say differently is."""

from __future__ import annotations

from typing import Any

import pytest
from telling import needs, thing, told

from blastradius.analysis.diff import diff
from blastradius.model import Inventory

MAIN = "111122223333"
TABLE = f"arn:aws:dynamodb:us-east-1:{MAIN}:table/carts"
LOOK = {"kind": "database", "service": "dynamodb", "name": "carts", "provider": "aws"}


def _file(*more: Any, id: str = "tf:live:aws_dynamodb_table.carts", **fields: Any) -> Inventory:
    return told(thing(id, scanner="terraform", type="aws_dynamodb_table", **{**LOOK, **fields}), *more)


def _account(*more: Any, id: str = TABLE, **fields: Any) -> Inventory:
    where = {"region": "us-east-1", "account": MAIN, "type": "AWS::DynamoDB::Table"}
    return told(thing(id, scanner="aws", **{**LOOK, **where, **fields}), *more)


def _seen(a: Inventory, b: Inventory) -> list[tuple[str, str, str]]:
    return [(one.subject, one.what, one.id) for one in diff(a, b).changes if not one.placement and one.subject != "gap"]


def test_a_file_without_place_and_the_account_do_not_differ() -> None:
    assert _seen(_file(), _account()) == []
    assert _seen(_account(), _file()) == []


def test_another_region_is_another_thing() -> None:
    seen = _seen(_file(region="eu-west-1"), _account())
    assert ("component", "added", TABLE) in seen
    assert ("component", "removed", "tf:live:aws_dynamodb_table.carts") in seen


def test_tags_that_both_state_and_that_differ_are_shown() -> None:
    assert _seen(_file(tags={"team": "shop"}), _account()) == []
    assert _seen(_file(tags={"team": "shop"}), _account(tags={"team": "ops"})) == [("component", "changed", TABLE)]


def test_two_that_look_the_same_are_not_taken_for_one() -> None:
    two = thing("tf:other:aws_dynamodb_table.carts", scanner="terraform", type="aws_dynamodb_table", **LOOK)
    assert ("component", "added", TABLE) in _seen(_file(two), _account())


def test_needs_are_compared_under_the_ids_of_both() -> None:
    def shop(id: str, scanner: str, *of: str) -> tuple[Any, ...]:
        evidence = thing(id, scanner=scanner).evidence
        return (
            thing(id, scanner=scanner, kind="function", service="lambda", name="shop", provider="aws"),
            *(needs(id, one, role="resource", evidence=evidence) for one in of),
        )

    arn = f"arn:aws:lambda:us-east-1:{MAIN}:function:shop"
    files = _file(*shop("tf:live:shop", "terraform", "tf:live:aws_dynamodb_table.carts"))
    assert _seen(files, _account(*shop(arn, "aws", TABLE))) == []
    assert _seen(files, _account(*shop(arn, "aws"))) == [("dependency", "removed", f"{arn} -> {TABLE}")]


@pytest.mark.parametrize("scanner", ["terraform", "aws"])
def test_what_one_scanner_tells_twice_is_compared_by_id_alone(scanner: str) -> None:
    one, other = (told(thing(id, scanner=scanner, type="t", **LOOK)) for id in ("tf:a:x", "tf:b:x"))
    assert {what for _, what, _ in _seen(one, other)} == {"added", "removed"}
