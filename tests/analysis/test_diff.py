"""Diff: what changed between two designs, and which survives what."""

import pytest
from drawing import parse
from hypothesis import given
from strategies import inventories

from blastradius.analysis.diff import diff
from blastradius.errors import UsageError
from blastradius.simulate import scenario

BEFORE = """
shop -> db
shop -> mail
shop -> registry @startup
journey buy: shop tier 1
journey old: mail tier 2
"""
AFTER = """
shop -> db | replica
shop ~> mail
shop -> registry @deploy (5m)
replica: region elsewhere
journey buy: shop tier 1 rto 5m
journey new: db tier 2
"""


def changes(before, after):
    return [(c.subject, c.what, c.id) for c in diff(parse(before), parse(after)).changes]


def test_every_sort_of_change_is_named():
    assert changes(BEFORE, AFTER) == [
        ("journey", "added", "journey:new"),
        ("journey", "changed", "journey:buy"),
        ("journey", "removed", "journey:old"),
        ("component", "added", "replica"),
        ("dependency", "changed", "shop -> mail"),
        ("dependency", "changed", "shop -> registry"),
        ("dependency", "removed", "shop -> db"),
        ("redundancy", "added", "shop -> db | replica"),
    ]


def test_a_change_says_what_was_and_what_is():
    found = {c.id: {f.field: (f.before, f.after) for f in c.fields} for c in diff(parse(BEFORE), parse(AFTER)).changes}
    assert found["shop -> mail"] == {"strength": ("hard", "soft")}
    assert found["shop -> registry"] == {"phase": ("startup", "deploy"), "tolerance": (None, "300")}
    assert found["journey:buy"] == {"rto": (None, "300")}


def test_counts_tell_how_much_changed():
    assert diff(parse(BEFORE), parse(AFTER)).counts["dependency changed"] == 2


def test_moving_a_component_is_one_change_of_it():
    (change,) = diff(parse("a: region r1"), parse("a: region r2")).changes
    assert change.fields[0].model_dump() == {"field": "region", "before": "r1", "after": "r2"}


def test_one_need_in_two_phases_is_compared_phase_by_phase():
    before, after = "a -> b\na -> b @startup", "a ~> b\na -> b @startup"
    (change,) = diff(parse(before), parse(after)).changes
    assert [(f.field, f.before, f.after) for f in change.fields] == [("strength", "hard", "soft")]
    assert [(what, id) for _, what, id in changes(before, "a -> b")] == [("removed", "a -> b")]


def test_a_changed_group_is_shown_as_changed():
    (change,) = diff(parse("a -> b || c by hand takes 5m"), parse("a -> b || c takes 5m")).changes
    assert change.what == "changed"
    assert {f.field for f in change.fields} == {"failover"}
    assert "mode=manual" in change.fields[0].before


@given(inventories())
def test_a_design_does_not_differ_from_itself(inventory):
    assert diff(inventory, inventory).changes == ()
    turned = inventory.model_copy(update={"dependencies": inventory.dependencies[::-1]})
    assert diff(inventory, turned).changes == ()


@given(inventories(), inventories())
def test_what_is_added_one_way_is_removed_the_other(a, b):
    there, back = diff(a, b).changes, diff(b, a).changes
    swap = {"added": "removed", "removed": "added", "changed": "changed"}
    assert sorted((c.subject, c.what, c.id) for c in there) == sorted((c.subject, swap[c.what], c.id) for c in back)


def test_both_verdicts_stand_side_by_side():
    answer = diff(parse(BEFORE), parse(AFTER), scenario(["service:db"])).comparison
    verdicts = {j.id: (j.before and j.before.verdict, j.after and j.after.verdict, j.trend) for j in answer.journeys}
    assert verdicts == {
        "journey:buy": ("breaks", "survives", "better"),
        "journey:new": (None, "breaks", "added"),
        "journey:old": ("survives", None, "removed"),
    }
    assert [j.id for j in answer.journeys] == ["journey:buy", "journey:new", "journey:old"]
    assert answer.removed_before == ("db",)


def test_worse_is_said_to_be_worse():
    answer = diff(parse("a -> b | c\njourney j: a"), parse("a -> b\nc\njourney j: a"), scenario(["id:b"])).comparison
    assert [j.trend for j in answer.journeys] == ["worse"]


def test_what_only_one_design_has_is_removed_from_that_one():
    answer = diff(parse(BEFORE), parse(AFTER), scenario(["*:replica"])).comparison
    assert (answer.removed_before, answer.removed_after) == ((), ("replica",))


def test_what_neither_has_is_an_error_naming_the_nearest():
    with pytest.raises(UsageError, match=r"service:rplica matches no component; the nearest: service:replica"):
        diff(parse(BEFORE), parse(AFTER), scenario(["service:rplica"]))
