from __future__ import annotations

from itertools import pairwise

from drawing import parse
from hypothesis import given
from hypothesis import strategies as st

from blastradius.analysis.amplification import amplification
from blastradius.analysis.multiplying import LIMIT, Edge, cycles_of, products
from blastradius.model import Breaker


def told(drawing, attempts, breakers=()):
    """What is amplified in a drawing, with attempts by (dependent, dependency)."""
    inventory = parse(drawing)
    dependencies = tuple(
        one.model_copy(
            update={
                "attempts": attempts.get((one.dependent, one.dependency)),
                "breaker": Breaker(kind=dict(breakers)[one.dependent, one.dependency])
                if (one.dependent, one.dependency) in dict(breakers)
                else None,
            }
        )
        for one in inventory.dependencies
    )
    return amplification(inventory.model_copy(update={"dependencies": dependencies}))


def factors(result):
    return {one.id: one.worst.factor for one in result.components}


CHAIN = "web -> cart\ncart -> orders\norders -> db\nweb -> orders"
ATTEMPTS = {("web", "cart"): 3, ("cart", "orders"): 3, ("orders", "db"): 3}


def test_attempts_multiply_along_the_worst_walk():
    result = told(CHAIN, ATTEMPTS)
    assert factors(result) == {"cart": 3, "orders": 9, "db": 27}
    worst = result.components[0]
    assert (worst.id, worst.stopped) == ("db", False)
    assert [(call.dependent, call.dependency, call.attempts) for call in worst.worst.walk] == [
        ("web", "cart", 3), ("cart", "orders", 3), ("orders", "db", 3),
    ]  # fmt: skip
    assert worst.worst.walk[0].evidence[0].locator == "drawing:1"
    assert (result.stated, result.calls) == (3, 4)


def test_a_breaker_stops_a_walk_and_another_walk_still_counts():
    result = told(CHAIN, ATTEMPTS, {("cart", "orders"): "circuit-breaker"}.items())
    found = {one.id: (one.worst.factor, one.unprotected.factor, one.stopped) for one in result.components}
    assert found == {"cart": (3, 3, False), "orders": (9, 1, True), "db": (27, 3, False)}


def test_a_budget_keeps_calls_from_being_made_again_and_stops_none():
    result = told(CHAIN, ATTEMPTS, {("orders", "db"): "retry-budget"}.items())
    found = {one.id: (one.worst.factor, one.unprotected.factor) for one in result.components}
    assert found["db"] == (27, 9)


def test_a_cycle_that_multiplies_is_unbounded_and_shown():
    result = told("a -> b\nb -> a\nb -> c\nd -> a", {("a", "b"): 2})
    assert factors(result) == {"a": None, "b": None, "c": None}
    assert [[call.dependent for call in cycle] for cycle in result.cycles] == [["a", "b"]]
    by_id = {one.id: one for one in result.components}
    assert [call.dependency for call in by_id["c"].worst.walk] == ["b", "a", "b", "c"]


def test_a_cycle_without_retries_multiplies_nothing():
    result = told("a -> b\nb -> a\nc -> a\nb -> d", {("c", "a"): 3})
    assert factors(result) == {"a": 3, "b": 3, "d": 3}
    assert result.cycles == ()


def test_places_and_other_phases_are_no_calls():
    result = told(
        "a -> here\nhere: kind region\na -> r @startup\na ~> s", {("a", "here"): 9, ("a", "r"): 9, ("a", "s"): 2}
    )
    assert factors(result) == {"s": 2}


def test_members_of_a_redundancy_without_settings_are_called_once_each():
    assert factors(told("w -> a\na -> x | y\nx -> z", {("w", "a"): 4})) == {"a": 4, "x": 4, "y": 4, "z": 4}


def test_nothing_stated_is_nothing_multiplied():
    result = told(CHAIN, {})
    assert (result.components, result.stated, result.calls) == ((), 0, 4)


def test_long_chains_of_retries_are_said_to_be_at_least_so_much():
    count = 2000
    drawing = "\n".join(f"n{i} -> n{i + 1}" for i in range(count))
    result = told(drawing, {(f"n{i}", f"n{i + 1}"): 3 for i in range(count)})
    last = next(one for one in result.components if one.id == f"n{count}")
    assert (last.worst.factor, last.worst.at_least) == (LIMIT, True)
    assert last.worst.omitted == count - len(last.worst.walk)


@st.composite
def multigraphs(draw):
    count = draw(st.integers(1, 7))
    node = st.integers(0, count - 1)
    edges = draw(st.lists(st.builds(Edge, node, node, st.integers(1, 3)), max_size=12))
    return count, edges


def best_by_length(count, edges, length):
    """The best product over all walks of up to so many edges, by trying them all a length at a time."""
    best = at = [1] * count
    for _ in range(length):
        after = [0] * count
        for edge in edges:
            after[edge.head] = max(after[edge.head], at[edge.tail] * edge.factor)
        at = after
        best = [max(pair) for pair in zip(best, at, strict=True)]
    return best


@given(multigraphs())
def test_the_worst_product_equals_brute_force_over_walks(graph):
    count, edges = graph
    result = products(count, edges)
    # a walk that repeats no node is at most count - 1 long; a cycle that multiplies gains once more every count edges
    short, long = best_by_length(count, edges, count), best_by_length(count, edges, 3 * count)
    for node in range(count):
        assert bool(result.unbounded[node]) == (long[node] > short[node])
        if not result.unbounded[node]:
            assert result.worst[node] == short[node]


@given(multigraphs())
def test_the_walk_is_one_and_multiplies_to_what_is_said(graph):
    count, edges = graph
    result = products(count, edges)
    cycles = cycles_of(result)
    for cycle in cycles:
        heads, tails = [edges[one].head for one in cycle], [edges[one].tail for one in cycle]
        assert heads == [*tails[1:], tails[0]]
        assert any(edges[one].factor > 1 for one in cycle)
    for node in range(count):
        walk = result.walk(node)
        assert all(edges[a].head == edges[b].tail for a, b in pairwise(walk))
        assert not walk or edges[walk[-1]].head == node
        start = edges[walk[0]].tail if walk else node
        assert (result.origin[node], result.length[node]) == (start, len(walk))
        if result.unbounded[node]:
            assert start in {edges[cycle[0]].tail for cycle in cycles}
        else:
            product = 1
            for one in walk:
                product *= edges[one].factor
            assert product == result.worst[node]
