"""Journeys as fault trees for other programs: without cycles, and the same when read back."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from drawing import parse
from formulas import holds, minimal_sets
from hypothesis import given, settings
from hypothesis import strategies as st
from random_formulas import formulas
from strategies import UNTIMED, inventories

from blastradius.analysis.cuts import cuts
from blastradius.analysis.faulttree import FaultTrees, fault_tree_cuts, fault_trees_of
from blastradius.analysis.figures import FigureEntry, Figures
from blastradius.engine.cycles import strongly_connected
from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.simplify import simplified
from blastradius.engine.diagrams.unrolling import unrolled
from blastradius.graph import DependencyGraph
from blastradius.reports import open_psa

CIRCLES = "\n".join([*(f"s{n} -> s{(n + 1) % 8} | s{(n * 5 + 3) % 8}" for n in range(8)), "journey buy: s0 s5"])


@given(formulas(variables=6, gates=10))
def test_without_cycles_it_says_the_same(formula):
    plain = unrolled(simplified(formula), 10_000)
    units = strongly_connected(len(plain.inputs), lambda node: plain.inputs[node])
    assert all(len(unit) == 1 for unit in units)
    assert all(node not in inputs for node, inputs in enumerate(plain.inputs))
    labels = formula.labels.values()
    assert minimal_sets(labels, holds(plain)) == minimal_sets(labels, holds(formula))


def test_cycles_too_large_to_be_written_out_are_refused():
    graph = DependencyGraph(parse(CIRCLES))
    from blastradius.engine.diagrams.failing import failure

    free = [graph.index[id] for id in graph.components]
    with pytest.raises(OutgrownError):
        unrolled(failure(graph.circuit, graph.index["journey:buy"], free), 3)


def test_what_has_no_cycles_is_written_out_whatever_its_size():
    from blastradius.engine.diagrams.failing import failure

    system = "\n".join([*(f"s{n} -> s{n + 1} | t{n}" for n in range(40)), "journey buy: s0"])
    graph = DependencyGraph(parse(system))
    free = [graph.index[id] for id in graph.components]
    formula = failure(graph.circuit, graph.index["journey:buy"], free)
    assert minimal_sets((), holds(unrolled(formula, 0))) == minimal_sets((), holds(formula)) == set()
    assert len(unrolled(formula, 0).inputs) > 40


@settings(max_examples=60, deadline=None)
@given(inventories(UNTIMED.but(largest=5)), st.sampled_from(["at_once", "eventually"]), st.booleans())
def test_what_is_written_and_read_back_has_the_same_cut_sets(inventory, when, degrades):
    graph = DependencyGraph(inventory)
    wanted = {one.id: one for one in cuts(graph, when=when, degrades=degrades, limit=100_000).journeys}
    for tree in fault_trees_of(graph, when=when, degrades=degrades):
        ids = {event.name: event.id for event in tree.events}
        (read,) = fault_tree_cuts(FaultTrees(("written.xml", open_psa.write(tree))), limit=100_000).journeys
        assert read.counts == wanted[tree.journey].counts
        found = {frozenset(ids[name] for name in one.ids) for one in read.sets}
        assert found == {frozenset(one.ids) for one in wanted[tree.journey].sets}


def test_names_are_plain_and_ids_stand_beside_them():
    system = "a/b -> a.b | a:b\n1st -> gate-0\njourney buy: a/b 1st"
    (tree,) = fault_trees_of(DependencyGraph(parse(system)), figures=Figures(figures=(FigureEntry(match="id:a.b", availability=0.9),)))  # fmt: skip
    assert {event.id: event.name for event in tree.events} == {
        "1st": "event-1st", "a.b": "a-b", "a/b": "a-b-2", "a:b": "a-b-3", "gate-0": "event-gate-0",
    }  # fmt: skip
    text = open_psa.write(tree)
    assert '<define-basic-event name="a-b"><label>a.b</label><float value="0.1' in text
    assert '<define-basic-event name="a-b-2"><label>a/b</label></define-basic-event>' in text


@pytest.mark.skipif(shutil.which("scram") is None, reason="no scram here")
def test_scram_counts_the_same(tmp_path: Path):
    sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
    from _scram import scram

    graph = DependencyGraph(parse(CIRCLES))
    (tree,) = fault_trees_of(graph, figures=Figures(assume=0.99))
    path = tmp_path / "buy.xml"
    path.write_text(open_psa.write(tree), encoding="utf-8")
    theirs = scram(path, 20)
    assert theirs is not None
    (ours,) = cuts(graph, limit=1000).journeys
    assert theirs.orders == Counter({one.order: one.count for one in ours.counts})
