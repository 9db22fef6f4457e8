"""Fault trees of others: read as they are meant, refused with one line where they cannot be, answered as others answer."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import pytest
from formulas import as_open_psa, fat_tree, holds, minimal_sets, probability_by_states
from hypothesis import given
from hypothesis import strategies as st
from scanning import corpus

from blastradius.analysis.faulttree import FaultTrees, fault_tree_cuts, read_fault_trees
from blastradius.errors import InputError, UsageError
from blastradius.reports import View, render

DATA = Path(__file__).parent / "faulttrees"
REFERENCE = json.loads((DATA / "aralia.json").read_text(encoding="utf-8"))


def model(formula: str, more: str = "") -> str:
    return f'<opsa-mef><define-fault-tree name="t"><define-gate name="top">{formula}</define-gate>{more}</define-fault-tree></opsa-mef>'


def answer(text: str, **more):
    return fault_tree_cuts(FaultTrees(("model.xml", text)), **more).journeys


@pytest.mark.parametrize("name", ["bridge", "pumps", "house"])
def test_small_models_equal_the_sum_over_all_states(name):
    trees = read_fault_trees(DATA / f"{name}.xml")
    for journey in fault_tree_cuts(trees).journeys:
        formula = trees.formula(journey.id)
        chance = {label: trees.chance[label] for label in formula.labels.values()}
        assert {frozenset(one.ids) for one in journey.sets} == minimal_sets(chance, holds(formula))
        assert journey.probability == pytest.approx(probability_by_states(chance, holds(formula)), rel=1e-12)


def test_what_the_small_models_say():
    (bridge,) = fault_tree_cuts(read_fault_trees(DATA / "bridge.xml")).journeys
    assert [one.ids for one in bridge.sets] == [("a", "b"), ("c", "d"), ("a", "d", "e"), ("b", "c", "e")]
    (pumps,) = fault_tree_cuts(read_fault_trees(DATA / "pumps.xml")).journeys
    assert [one.ids for one in pumps.sets] == [("power",), *(tuple(c) for c in combinations(("p1", "p2", "p3"), 2))]
    rate = 1 - math.exp(-1e-4 * 100)
    assert pumps.probability == pytest.approx(1 - (1 - 0.01) * ((1 - rate) ** 3 + 3 * rate * (1 - rate) ** 2))
    (house,) = fault_tree_cuts(read_fault_trees(DATA / "house.xml")).journeys
    assert [one.ids for one in house.sets] == [("valve",)]


@given(st.integers(1, 5), st.integers(1, 5))
def test_at_least_k_of_n(k, n):
    events = "".join(f'<basic-event name="e{at}"/>' for at in range(n))
    defined = "".join(f'<define-basic-event name="e{at}"/>' for at in range(n))
    if k > n:
        with pytest.raises(InputError, match=f"must be from 1 to {n}"):
            answer(model(f'<atleast min="{k}">{events}</atleast>', defined))
        return
    (journey,) = answer(model(f'<atleast min="{k}">{events}</atleast>', defined))
    assert journey.total == math.comb(n, k)
    assert journey.probability is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (model("<not><basic-event name='a'/></not>"), "model.xml:1: gate 'top' is not coherent (<not>)"),
        (model("<xor><basic-event name='a'/><basic-event name='b'/></xor>"), "is not coherent (<xor>)"),
        (model("<or><gate name='lost'/></or>"), "model.xml:1: 'lost' is defined nowhere"),
        (model("<or/>"), "<or> reads nothing"),
        (model("<or><gate name='top'/></or>"), "gate 'top' reads itself"),
        (model("<guess/>"), "<guess> is no formula"),
        (model("<or><basic-event/></or>"), "<basic-event> has no name"),
        (model("<or><basic-event name='a'/></or><or/>"), "must hold one formula, and holds 2"),
        (model("<basic-event name='a'/>", "<define-basic-event name='a'><float value='2'/></define-basic-event>"), "not from 0 to 1"),
        (model("<basic-event name='a'/>", "<define-basic-event name='a'><float value='x'/></define-basic-event>"), "is no number"),
        (model("<basic-event name='a'/>", "<define-basic-event name='a'><parameter name='p'/></define-basic-event>"), "'p' is defined nowhere"),
        (model("<basic-event name='a'/>", "<define-basic-event name='a'><weibull/></define-basic-event>"), "<weibull> is no expression that is read"),
        (model("<basic-event name='a'/>", "<define-basic-event name='top'/>"), "'top' is defined twice"),
        (model("<basic-event name='a'/>", "<define-CCF-group name='g'/>"), "<define-CCF-group> is not read"),
        ("<html/>", "is no Open-PSA model"),
        ("<opsa-mef>", "broken XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><opsa-mef/>', "declares a document type"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(text, what):
    with pytest.raises(InputError) as caught:
        answer(text)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_gate_that_is_not_there_is_named():
    with pytest.raises(UsageError, match="no gate 'tip'; the nearest is top"):
        answer(model("<basic-event name='a'/>", "<define-basic-event name='a'/>"), tops=["tip"])


def test_a_parameter_that_needs_itself_is_refused():
    loop = "<define-parameter name='p'><parameter name='p'/></define-parameter>"
    event = "<define-basic-event name='a'><parameter name='p'/></define-basic-event>"
    with pytest.raises(InputError, match="'p' is defined by itself"):
        answer(model("<basic-event name='a'/>", loop + event))


def test_several_tops_and_a_constant_one():
    text = model(
        "<constant value='true'/>",
        "<define-gate name='other'><basic-event name='a'/></define-gate><define-basic-event name='a'/>",
    )
    other, top = answer(text)
    assert (other.name, other.single) == ("other", ("a",))
    assert (top.name, [one.ids for one in top.sets]) == ("top", [()])
    assert "down with nothing lost" in render(fault_tree_cuts(FaultTrees(("m", text))), "text", View())


def test_a_fat_tree_written_as_a_model_counts_the_same():
    (journey,) = answer(as_open_psa(fat_tree(16)))
    assert sum(one.count for one in journey.counts) == 5 * 2**8
    assert journey.probability == pytest.approx(4e-6, rel=0.01)


def test_a_point_in_a_name_is_a_part_of_it():
    more = "<define-basic-event name='a.1'/><define-basic-event name='b.1'/>"
    (journey,) = answer(model("<or><basic-event name='a.1'/><basic-event name='b.1'/></or>", more))
    assert journey.single == ("a.1", "b.1")


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(REFERENCE["models"]))
def test_aralia_models_equal_the_reference(name):
    wanted = REFERENCE["models"][name]
    (journey,) = fault_tree_cuts(read_fault_trees(corpus() / "inputs" / "aralia" / f"{name}.xml"), limit=0).journeys
    assert {str(one.order): one.count for one in journey.counts} == wanted["orders"]
    assert journey.total == wanted["total"]
    assert journey.probability == pytest.approx(wanted["probability"], rel=1e-5)


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["cea9601", "das9601", "das9701"])
def test_aralia_models_that_are_not_coherent_are_refused(name):
    with pytest.raises(InputError, match=rf"{name}.xml:\d+: gate '\w+' is not coherent"):
        read_fault_trees(corpus() / "inputs" / "aralia" / f"{name}.xml")
