"""The little language of drawn graphs."""

import pytest
from drawing import DrawingError, draw, parse
from hypothesis import given
from strategies import inventories

from blastradius.model import Inventory


def bare(inventory: Inventory) -> Inventory:
    def without(records):
        return tuple(record.model_copy(update={"evidence": ()}) for record in records)

    changes = {
        key: without(getattr(inventory, key)) for key in ("components", "dependencies", "redundancies", "journeys")
    }
    return inventory.model_copy(update=changes)


@given(inventories())
def test_drawing_an_inventory_and_parsing_it_again_gives_the_same_inventory(inventory):
    drawn = parse(draw(inventory))
    known = {c.id: c.kind for c in inventory.components}
    assert {c.id: c.kind for c in drawn.components} == known
    assert bare(drawn) == bare(inventory)


def test_arrows_tell_hard_from_soft():
    hard, soft = parse("shop -> db\nshop ~> mail hardens 2h").dependencies
    assert (hard.dependent, hard.dependency, hard.strength, hard.phase) == ("shop", "db", "hard", "runtime")
    assert (soft.dependency, soft.strength, soft.hardens_after) == ("mail", "soft", 7200)


def test_tolerance_and_phase_are_suffixes_in_any_order():
    for line in ("shop -> registry (20m) @startup", "shop -> registry @startup (20m)"):
        (need,) = parse(line).dependencies
        assert (need.tolerance, need.phase) == (1200, "startup")


def test_a_bar_means_any_of_and_of_means_k_of_n():
    any_of, two_of = parse("shop -> a | b\nshop -> 2 of a b c full 3").redundancies
    assert (any_of.members, any_of.required, any_of.full, any_of.active) == (("a", "b"), 1, None, ())
    assert (two_of.members, two_of.required, two_of.full) == (("a", "b", "c"), 2, 3)


def test_a_double_bar_is_a_failover():
    automatic, manual, wide = parse(
        "shop -> a || b takes 5m needs tool @deploy\nshop -> a || b by hand\nshop -> 2 of a b || c d lag 30s needs x y (1m)"
    ).redundancies
    assert automatic.active == ("a",)
    assert automatic.phase == "deploy"
    assert (automatic.failover.mode, automatic.failover.takes, automatic.failover.needs) == (
        "automatic",
        300,
        ("tool",),
    )
    assert (manual.failover.mode, manual.failover.takes) == ("manual", None)
    assert (wide.active, wide.members, wide.required) == (("a", "b"), ("a", "b", "c", "d"), 2)
    assert (wide.failover.lag, wide.failover.needs, wide.tolerance) == (30, ("x", "y"), 60)


def test_journeys_have_entries_with_tolerance_and_a_phase():
    inventory = parse("journey checkout: shop cart (5m) rto 1h rpo 10s tier 1 revenue 1000\njourney fix: shop @deploy")
    checkout, fix = inventory.journeys
    assert [(e.component, e.tolerance) for e in checkout.entries] == [("shop", None), ("cart", 300)]
    assert (checkout.id, checkout.rto, checkout.rpo, checkout.tier) == ("journey:checkout", 3600, 10, 1)
    assert checkout.revenue_per_hour == 1000
    assert fix.phase == "deploy"
    assert [c.id for c in inventory.components] == ["cart", "shop"]


def test_a_component_line_sets_how_it_comes_back():
    (db, lone) = parse("db: cold recovery 5m kind database region eu  # comment\n\n# only a comment\nlone").components
    assert (db.restart, db.recovery, db.kind, db.region, db.provider) == ("cold", 300, "database", "eu", "own")
    assert (lone.kind, lone.region, lone.recovery) == ("service", "here", None)


NOT_OF_THE_LANGUAGE = """
a -> b c
a -> b | c needs
a b
a -> b sideways
a: loud
a -> b (20
a -> b (x)
a -> 3 of b c
a -> b @night
a -> b takes 5m
"""


@pytest.mark.parametrize("line", NOT_OF_THE_LANGUAGE.split("\n")[1:-1])
def test_what_is_not_of_the_language_is_an_error_with_its_line(line):
    with pytest.raises(DrawingError, match="line 2"):
        parse(f"shop -> db\n{line}")


def test_a_need_of_a_journey_that_is_not_drawn_is_an_error():
    with pytest.raises(DrawingError, match="journey:x is not drawn"):
        parse("journey:x -> b")


def test_a_soft_need_that_hardens_at_once_is_a_contradiction() -> None:
    with pytest.raises(DrawingError, match="greater than 0"):
        parse("a ~> x hardens 0s")
