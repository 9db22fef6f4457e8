"""Formulas made smaller on arrays are equal, and read once what decides the whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from formulas import holds, minimal_sets
from hypothesis import given
from random_formulas import formulas

from blastradius.engine.diagrams import solving
from blastradius.engine.diagrams.counting import by_order
from blastradius.engine.diagrams.formula import Draft, Formula
from blastradius.engine.diagrams.simplify import simplified
from blastradius.engine.diagrams.solving import solve


@given(formula=formulas(variables=8, gates=16))
def test_a_reduced_formula_is_equal_and_reads_no_more(formula):
    pytest.importorskip("numba")
    from blastradius.engine.diagrams.quick import arrays, as_formula, reduced

    plain = replace(formula, inputs=_downward(formula), founded=frozenset())
    made = reduced(arrays(plain))
    wanted = minimal_sets(plain.labels.values(), holds(plain))
    if made is None:
        assert wanted in (set(), {frozenset()})
        return
    less = as_formula(made, plain.labels)
    assert set(less.labels.items()) <= set(plain.labels.items())
    assert minimal_sets(less.labels.values(), holds(less)) == wanted
    assert not any(len(set(inputs)) == 1 for inputs in less.inputs)


@pytest.mark.parametrize("outer", ["or", "and"])
def test_what_decides_the_whole_is_read_once(outer):
    """`x or f(x)` with x deep in f, and the other way round: what is left of f is a module without x."""
    pytest.importorskip("numba")
    from blastradius.engine.diagrams.quick import arrays, as_formula, reduced

    draft = Draft()
    shared = draft.variable("x")
    made = draft.gate(2, [shared, draft.variable("a0"), draft.variable("b0")])
    for at in range(1, 30):
        inner = draft.gate(2, [made, draft.variable(f"a{at}"), shared])
        made = draft.gate(2, [inner, draft.variable(f"b{at}"), draft.variable(f"c{at}")])
    formula = draft.formula(draft.gate(1 if outer == "or" else 2, [shared, made]))
    less = reduced(arrays(formula))
    assert less is not None
    found = as_formula(less, formula.labels)
    assert sum(inputs.count(shared) for inputs in found.inputs) == 1
    assert by_order(solve(found)) == by_order(solving._thorough(simplified(formula), solving.BUDGET))


def _downward(formula: Formula) -> list[tuple[int, ...]]:
    """Inputs without those that could close a circle: gates read variables and later gates."""
    labels = formula.labels
    return [tuple(one for one in inputs if one in labels or one > node) for node, inputs in enumerate(formula.inputs)]
