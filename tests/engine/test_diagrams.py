"""Minimal cut sets and probabilities equal what trying every set of losses gives, whatever the formula."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from itertools import islice, pairwise

import pytest
from formulas import cut_sets_by_reach, fat_tree, fat_tree_counts, holds, minimal_sets, probability_by_states
from hypothesis import given
from hypothesis import strategies as st
from oracles.untimed import untimed
from random_formulas import formulas
from strategies import UNTIMED, inventories

from blastradius.engine.cycles import strongly_connected
from blastradius.engine.diagrams import solving
from blastradius.engine.diagrams.building import Builder, OutgrownError
from blastradius.engine.diagrams.counting import by_order, cheapest
from blastradius.engine.diagrams.decision import Decisions
from blastradius.engine.diagrams.failing import failure
from blastradius.engine.diagrams.formula import VARIABLE, Draft, Formula, evaluate
from blastradius.engine.diagrams.hitting import Hitting
from blastradius.engine.diagrams.modules import Module, modules
from blastradius.engine.diagrams.plain import Plain
from blastradius.engine.diagrams.probability import probability, sensitivities
from blastradius.engine.diagrams.simplify import simplified
from blastradius.engine.diagrams.solving import Solution, Solved, solve
from blastradius.engine.diagrams.tables import Table
from blastradius.graph import DependencyGraph
from blastradius.model import Inventory


def listed(solution: Solution) -> list[frozenset[str]]:
    """Every set, by order."""
    return [frozenset(solution.formula.labels[v] for v in one) for one in cheapest(solution, lambda _: 1)]


def chances(solution: Solution, by_label: dict[str, float]) -> dict[int, float]:
    return {node: by_label[label] for node, label in solution.formula.labels.items()}


@given(formulas())
def test_the_minimal_sets_of_a_formula_are_those_of_brute_force(formula):
    labels = formula.labels.values()
    wanted = minimal_sets(labels, holds(formula))
    solution = solve(simplified(formula))
    found = listed(solution)
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert [len(one) for one in found] == sorted(len(one) for one in found)
    assert by_order(solution) == Counter(len(one) for one in wanted)


@given(formulas(variables=5), st.data())
def test_probability_and_birnbaum_are_those_of_brute_force(formula, data):
    labels = sorted(formula.labels.values())
    chance = {label: data.draw(st.sampled_from([0.0, 0.01, 0.3, 0.5, 1.0])) for label in labels}
    solution = solve(simplified(formula))
    total, slopes = sensitivities(solution, chances(solution, chance))
    assert total == pytest.approx(probability_by_states(chance, holds(formula)), abs=1e-12)
    assert total == probability(solution, chances(solution, chance))
    for node, label in solution.formula.labels.items():
        on, off = (probability_by_states({**chance, label: value}, holds(formula)) for value in (1.0, 0.0))
        assert slopes[node] == pytest.approx(on - off, abs=1e-12)


@given(formulas(variables=5), st.data())
def test_by_probability_the_likeliest_come_first(formula, data):
    solution = solve(simplified(formula))
    chance = {node: data.draw(st.sampled_from([0.0, 0.1, 0.5, 0.9])) for node in solution.formula.labels}

    def cost(node: int) -> float:
        return -math.log(chance[node]) if chance[node] else math.inf

    found = list(cheapest(solution, cost))
    likely = [math.prod(chance[node] for node in one) for one in found]
    assert all(one >= other - 1e-12 for one, other in pairwise(likely))
    every = list(cheapest(solution, lambda _: 1))
    assert sorted(found) == sorted(one for one in every if math.prod(chance[node] for node in one) > 0)


@given(inventories(UNTIMED.but(largest=5)), st.sampled_from(["at_once", "eventually"]), st.sampled_from([1, 2]))
def test_what_breaks_a_journey_is_what_the_oracle_says(inventory: Inventory, when, severity):
    graph = DependencyGraph(inventory)
    journey = min(graph.journeys)
    plane = "down" if severity == 2 else "impaired"
    free = [graph.index[id] for id in graph.components]
    solution = solve(failure(graph.circuit, graph.index[journey], free, plane=plane, when=when))
    wanted = minimal_sets(graph.components, lambda lost: untimed(inventory, lost, when=when)[journey] >= severity)
    assert set(listed(solution)) == wanted


@given(formulas(), st.integers(1, 4))
def test_a_formula_that_outgrows_its_budget_is_complete_up_to_what_it_says(formula, most):
    wanted = minimal_sets(formula.labels.values(), holds(formula))
    plain = simplified(formula)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "_by_diagram", lambda *_: None)
        patch.setattr(solving, "_MOST_ORDER", most)
        solution = solving._thorough(plain, solving.BUDGET)
    limit = solution.complete_to
    if limit is None:
        assert set(listed(solution)) == wanted
        return
    assert not solution.exact
    assert set(listed(solution)) == {one for one in wanted if len(one) <= limit}
    assert by_order(solution) == Counter(len(one) for one in wanted if len(one) <= limit)


@given(formulas(variables=7, gates=10))
def test_hitting_finds_the_sets_of_brute_force_order_by_order(formula):
    wanted = minimal_sets(formula.labels.values(), holds(formula))
    plain = simplified(formula)
    if plain.thresholds[plain.top] in (0, VARIABLE) or not plain.labels:
        return
    module = _whole(plain)
    hitting = Hitting(plain, module)
    for order in range(len(module.leaves) + 1):
        found = [frozenset(plain.labels[module.leaves[at]] for at in one) for one in hitting.sets(order, 10**9)]
        assert len(found) == len(set(found))
        assert set(found) == {one for one in wanted if len(one) <= order}


def _whole(formula: Formula) -> Module:
    """All of a formula as one module, whatever parts it has."""
    units = strongly_connected(len(formula.inputs), lambda node: formula.inputs[node])
    gates = tuple(dict.fromkeys(units[node] for node in range(len(units)) if node not in formula.labels))
    return Module(formula.top, tuple(sorted(formula.labels)), gates)


def dense(count: int, seed: int) -> Formula:
    """Everything needs one or two of any three others, and may be lost: one cycle of all."""
    draft, chance = Draft(), random.Random(seed)
    made = [draft.reserve() for _ in range(count)]
    for at, node in enumerate(made):
        group = draft.gate(chance.choice([2, 3]), chance.sample([one for one in made if one != node], 3))
        draft.say(node, 1, [draft.variable(f"v{at:03}"), group])
    return simplified(draft.formula(made[0]))


def test_dense_cycles_are_given_up_before_they_cost_much_and_the_answer_says_so(monkeypatch):
    sizes = []
    made = solving._Attempt.made
    monkeypatch.setattr(solving._Attempt, "made", lambda *args: sizes.append(args[3]) or made(*args))
    formula = dense(80, 1)
    solution = solve(formula)
    limit = solution.complete_to
    assert limit is not None
    assert limit >= 3
    assert max(sizes) < solving.BUDGET
    for one in listed(solution):
        nodes = {label: node for node, label in formula.labels.items()}
        assert evaluate(formula, [nodes[label] for label in one])[formula.top]
        for spared in one:
            assert not evaluate(formula, [nodes[label] for label in one - {spared}])[formula.top]


def test_a_small_budget_is_said():
    draft = Draft()
    names = [[draft.variable(f"{row}{column}") for column in range(6)] for row in range(6)]
    lines = [draft.gate(6, row) for row in names] + [draft.gate(6, column) for column in zip(*names, strict=True)]
    formula = simplified(draft.formula(draft.gate(1, lines)))
    solution = solve(formula, budget=100)
    limit = solution.complete_to
    assert limit is not None
    assert by_order(solution) == {order: count for order, count in {6: 12}.items() if order <= limit}
    assert by_order(solve(formula)) == {6: 12}


@pytest.mark.parametrize("ports", [4, 16, 24, 48])
def test_fat_trees_have_five_times_two_to_the_half_of_their_ports(ports):
    solution = solve(simplified(fat_tree(ports)))
    assert sum(by_order(solution).values()) == 5 * 2 ** (ports // 2)


@pytest.mark.parametrize(
    ("ports", "services", "links"), [(4, 1, True), (4, 3, True), (16, 4, False), (16, 3, True), (64, 2, False)]
)
def test_fat_trees_with_several_services_and_cables_count_as_by_hand(ports, services, links):
    solution = solve(fat_tree(ports, services=services, links=links))
    assert by_order(solution) == fat_tree_counts(ports, services, links=links)


@pytest.mark.parametrize(("services", "links"), [(1, False), (2, False), (3, False), (1, True)])
def test_the_count_by_hand_is_that_of_following_cables_in_every_state(services, links):
    assert cut_sets_by_reach(4, services, links=links) == fat_tree_counts(4, services, links=links)


def test_counts_beyond_any_machine_word_are_exact():
    draft = Draft()
    rows = [draft.gate(1, [draft.variable(f"{row}.{column}") for column in range(10)]) for row in range(50)]
    solution = solve(simplified(draft.formula(draft.gate(50, rows))))
    assert by_order(solution) == {50: 10**50}
    assert len(list(islice(cheapest(solution, lambda _: 1), 100))) == 100


def test_long_diagrams_do_not_end_the_recursion():
    """Any two neighbours of two thousand: nothing of it is a part of its own."""
    draft = Draft()
    names = [draft.variable(f"{number:04}") for number in range(2_000)]
    pairs = [draft.gate(2, pair) for pair in pairwise(names)]
    solution = solve(simplified(draft.formula(draft.gate(1, pairs))))
    assert by_order(solution) == {2: 1_999}
    first = next(cheapest(solution, lambda _: 1))
    assert len(first) == 2


@given(formulas(variables=8, gates=10))
def test_plain_python_compiled_code_and_oxidd_make_the_same_diagrams(formula):
    pytest.importorskip("numba")
    from blastradius.engine.diagrams.compiled import Compiled

    plain = simplified(formula)
    for module in modules(plain):
        if not module.gates:
            continue
        count = len(module.leaves)
        made = []
        for algebra in (Plain(count, 10_000), Compiled(10_000), Decisions(count, 10_000)):
            diagram, sets = algebra.solved(Builder(plain, module, module.leaves, algebra).function())
            made.append((_paths(diagram), _paths(sets), len(diagram.level), len(sets.level)))
        assert made[0] == made[1] == made[2]


def _paths(table: Table) -> set[frozenset[tuple[int, bool]]]:
    """Every way to the end that is true, by level and direction: what a table says, whatever its numbering."""

    def ways(node: int) -> set[frozenset[tuple[int, bool]]]:
        if node < 2:
            return {frozenset()} if node else set()
        level = table.level[node]
        with_it = {way | {(level, True)} for way in ways(table.high[node])}
        return with_it | {way | {(level, False)} for way in ways(table.low[node])}

    return ways(table.top)


def test_compiled_code_says_when_a_budget_runs_out():
    pytest.importorskip("numba")
    from blastradius.engine.diagrams.compiled import Compiled

    algebra = Compiled(20)
    for number in range(20):
        algebra.leaf(number)
    with pytest.raises(OutgrownError):
        algebra.leaf(20)


@pytest.mark.parametrize("engine", ["compiled", "oxidd"])
def test_large_diagrams_are_right_with_and_without_numba(monkeypatch, engine):
    """Paths of a grid from left to right: sets that cut them, by size, counted by another way of solving the same."""
    if engine == "compiled":
        pytest.importorskip("numba")
    else:
        monkeypatch.setattr(solving, "_pays", lambda _: False)
    monkeypatch.setattr(solving, "_PLAIN", 0)
    solution = solve(simplified(_grid(4, 4)))
    counted = by_order(solution)
    monkeypatch.undo()
    monkeypatch.setattr(solving, "_by_diagram", lambda *_: None)
    monkeypatch.setattr(solving, "_MOST_ORDER", 5)
    bounded = solve(simplified(_grid(4, 4)))
    assert {order: count for order, count in counted.items() if order <= 5} == by_order(bounded)
    assert counted[4] >= 5


def _grid(rows: int, columns: int) -> Formula:
    """No way through a grid of cells from its left to its right side, steps in all four directions: a cyclic formula."""
    draft = Draft()
    # a cell is cut off once it is lost or all its neighbours towards the left are cut off; nothing founds it but the side
    lost = {(r, c): draft.variable(f"{r}.{c}") for r in range(rows) for c in range(columns)}
    reached = {place: draft.reserve() for place in lost}
    for (r, c), node in reached.items():
        around = [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)]
        ways = [reached[place] for place in around if place in reached]
        inputs = [lost[r, c]] if c == 0 else [lost[r, c], draft.gate(len(ways), ways)]
        draft.say(node, 1, inputs)
        draft.founded.add(node)
    return draft.formula(draft.gate(rows, [reached[r, columns - 1] for r in range(rows)]))


@given(formulas(variables=8, gates=12))
def test_at_one_go_the_answer_is_that_of_the_long_way(formula):
    pytest.importorskip("numba")
    from blastradius.engine.diagrams.quick import arrays, quickly

    wanted = minimal_sets(formula.labels.values(), holds(formula))
    made = None if formula.founded else quickly(arrays(formula), solving.BUDGET)
    if made is None:  # cycles, or nothing to solve: that is told beforehand
        plain = simplified(formula)
        units = strongly_connected(len(formula.inputs), lambda node: formula.inputs[node])
        cyclic = any(len(unit) > 1 or unit[0] in formula.inputs[unit[0]] for unit in units)
        assert cyclic or formula.founded or plain.thresholds[plain.top] in (0, VARIABLE) or not plain.labels
        return
    solution = Solution(formula, tuple(Solved(*one) for one in made))
    found = listed(solution)
    assert set(found) == wanted
    assert len(found) == len(wanted)


@pytest.mark.parametrize("attempts", [[(1 << 10, 0)], [(1 << 10, 1)], [(1 << 10, 2)], [(8, 0), (16, 2), (1 << 10, 2)]])
@given(formula=formulas(variables=12, gates=16))
def test_every_order_of_compiled_walks_gives_the_same(attempts, formula):
    pytest.importorskip("numba")
    import numpy as np

    from blastradius.engine.diagrams.quick import arrays, quickly

    plain = replace(formula, inputs=_downward(formula), founded=frozenset())
    made = quickly(arrays(plain), solving.BUDGET, np.array(attempts))
    if made is not None:
        found = Solution(plain, tuple(Solved(*one) for one in made))
        thorough = solving._thorough(simplified(plain), solving.BUDGET)
        assert sorted(map(sorted, listed(found))) == sorted(map(sorted, listed(thorough)))
        by_label = {label: 0.1 + 0.05 * at for at, label in enumerate(sorted(plain.labels.values()))}
        both = [probability(one, chances(one, by_label)) for one in (found, thorough)]
        assert both[0] == pytest.approx(both[1], rel=1e-12)


def test_what_is_missing_of_a_part_counts_with_what_it_is_read_with(monkeypatch):
    """Three lines of a grid are a module that is known to order 2; the whole adds two variables to each of its sets."""
    draft = Draft()
    grid = draft.gate(3, [draft.gate(1, [draft.variable(f"{row}{column}") for column in range(3)]) for row in range(3)])
    twisted = draft.gate(1, [grid, draft.gate(3, [draft.variable("x"), *sorted(draft.labels)[:2]])])
    pair = [draft.variable("y"), draft.variable("z")]
    formula = draft.formula(draft.gate(3, [twisted, *pair]))
    wanted = listed(solving._thorough(formula, solving.BUDGET))
    monkeypatch.setattr(solving, "_by_diagram", lambda *_: None)
    monkeypatch.setattr(solving, "_MOST_ORDER", 2)
    solution = solving._thorough(formula, solving.BUDGET)
    assert [part.complete_to for part in solution.modules].count(2) == 1
    assert solution.complete_to == 4
    assert set(listed(solution)) == {one for one in wanted if len(one) <= 4}


def _downward(formula: Formula) -> list[tuple[int, ...]]:
    """Inputs without those that could close a circle: gates read variables and later gates."""
    labels = formula.labels
    return [tuple(one for one in inputs if one in labels or one > node) for node, inputs in enumerate(formula.inputs)]
