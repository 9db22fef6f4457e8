"""The packed engine against the fixpoint of one loss, with and without compiled kernels."""

from __future__ import annotations

import numpy as np
import pytest
from drawing import draw, parse
from hypothesis import given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from strategies import EVERYTHING, TIGHT, inventories

from blastradius.engine import DEGRADED, DOWN, found, settings, solve
from blastradius.engine.packed import Losses, Passes, Tally, compiled, evaluate, tally
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Inventory, Meta, Redundancy

WHEN = ["at_once", "eventually"]
COMPILED = [False, pytest.param(True, id="compiled")]


def check(circuit, losses, when, failovers, compile_kernels, ties=None):
    planes = evaluate(circuit, losses, when, failovers=failovers, ties=ties, compile_kernels=compile_kernels)
    codes, states = settings(circuit, when), planes.states()
    for number, lost in enumerate(losses):
        one = (found if failovers else solve)(circuit, lost, codes, bound=ties)
        assert states[number].tolist() == list(one.state)
    assert planes.state(0, 0) == states[0, 0]


@pytest.mark.parametrize("compile_kernels", COMPILED)
@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@given(data=st.data())
def test_every_bit_is_the_state_that_one_loss_alone_gives(features, compile_kernels, data):
    inventory = data.draw(inventories(features))
    circuit = DependencyGraph(inventory).circuit
    nodes = st.integers(0, circuit.component_count - 1)
    losses = data.draw(st.lists(st.dictionaries(nodes, st.integers(1, 2), max_size=3), min_size=1, max_size=4))
    ties = data.draw(st.dictionaries(nodes, st.lists(nodes, max_size=2), max_size=2))
    note(draw(inventory))
    when, failovers = data.draw(st.sampled_from(WHEN)), data.draw(st.booleans())
    check(circuit, losses, when, failovers, compile_kernels, ties)


@pytest.mark.parametrize("compile_kernels", COMPILED)
@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@hypothesis_settings(max_examples=30)
@given(data=st.data())
def test_passes_of_one_loss_each_leave_nothing_behind(features, compile_kernels, data):
    """A pass begins at the first row that a loss sets; with all losses in one there is mostly nothing before it."""
    inventory = data.draw(inventories(features))
    note(draw(inventory))
    circuit = DependencyGraph(inventory).circuit
    when, failovers = data.draw(st.sampled_from(WHEN)), data.draw(st.booleans())
    net = compiled(circuit, when, failovers=failovers)
    passes, codes = Passes(net, compiled=compile_kernels), settings(circuit, when)
    everything, one = np.arange(circuit.named_count), np.arange(1)
    bits, begun = passes.rows(), 0
    for node in data.draw(st.permutations(range(circuit.component_count))):
        losses, told = Losses.sets([[node]]), Tally.empty(1, 0)
        begun = passes.settled(losses, one, bits, begun)
        passes.count(bits, begun, one, told)
        state = (found if failovers else solve)(circuit, {node: DOWN}, codes).state
        assert passes.ends(bits, everything, 1)[0].tolist() == list(state[: circuit.named_count])
        assert told.down[0] == state.count(DOWN, 0, circuit.component_count)
        assert told.degraded[0] == state.count(DEGRADED, 0, circuit.component_count)


def test_a_cycle_with_a_gate_that_only_a_loss_sets():
    circuit = DependencyGraph(parse("b -> a\na -> a | b\nc -> b\njourney buy: c")).circuit
    check(circuit, [{circuit.index["a"]: DOWN}], "eventually", failovers=False, compile_kernels=False)


def wide(seed, count=560):
    """A system of more losses than a pass has, with groups of any size, cycles, and failovers on cycles."""
    chance = np.random.default_rng(seed)
    names = [f"c{number:04}" for number in range(count)]
    dependencies, redundancies = [], []
    for number, name in enumerate(names):
        near = [
            names[one]
            for one in sorted({int(one) for one in chance.integers(max(0, number - 60), number + 3, 6)} - {number})
            if one < count
        ]
        kind = int(chance.integers(5))
        if not near or number < 40:
            continue
        if kind < 2:
            dependencies += [
                Dependency(dependent=name, dependency=one, strength="hard" if chance.integers(3) else "soft")
                for one in near[:2]
            ]
        elif kind < 4:
            required = int(chance.integers(1, len(near) + 1))
            full = int(chance.integers(required, len(near) + 1))
            redundancies.append(Redundancy(dependent=name, members=tuple(near), required=required, full=full))
        else:
            failover = {"mode": "automatic", "needs": (near[-1],)}
            redundancies.append(
                Redundancy.model_validate(
                    {"dependent": name, "members": tuple(near), "active": (near[0],), "failover": failover}
                )
            )
    large = tuple(names[1:40])
    redundancies += [
        Redundancy(dependent=names[-1 - number], members=large, required=required)
        for number, required in enumerate((1, 2, 20, 30, 33, 36, 38, 39))
    ]
    components = tuple(Component(id=name, kind="service", name=name, provider="own", region="here") for name in names)
    return Inventory(
        meta=Meta(assembled=True),
        components=components,
        dependencies=tuple(dependencies),
        redundancies=tuple(redundancies),
    )


@pytest.mark.parametrize("compile_kernels", COMPILED)
@pytest.mark.parametrize("when", WHEN)
def test_a_system_with_more_losses_than_a_pass_takes(when, compile_kernels):
    circuit = DependencyGraph(wide(7)).circuit
    chance = np.random.default_rng(8)
    losses = [{node: 2} for node in range(circuit.component_count)]
    losses += [dict.fromkeys(chance.integers(0, 40, 20).tolist(), 2) for _ in range(40)]
    check(circuit, losses, when, True, compile_kernels)
    check(circuit, losses, when, False, compile_kernels)


def test_all_engines_count_the_same():
    graph = DependencyGraph(wide(9))
    net = compiled(graph.circuit, "eventually", failovers=False, watched=True)
    losses = Losses.sets([(node,) for node in range(graph.circuit.component_count)])
    journeys = np.array([5, 500])
    plain = tally(net, losses, journeys, engine="passes", compile_kernels=False)
    assert plain.exposed.any()
    assert plain.degraded.any()
    assert plain.alarm.any()
    for engine in ("passes", "walk", None):
        for workers in (1, 2):
            other = tally(net, losses, journeys, engine=engine, compile_kernels=True, workers=workers)
            for name in ("down", "degraded", "exposed", "alarm", "ends"):
                assert (getattr(other, name) == getattr(plain, name)).all(), (engine, workers, name)


def test_losses_that_share_what_is_in_doubt():
    circuit = DependencyGraph(parse("a -> x\nb -> y | z\nc -> b")).circuit
    index = circuit.index
    net = compiled(circuit, "eventually")
    shared = (np.array([index["y"], index["z"]]), np.array([index["x"]]))
    losses = Losses.sets([(index["x"],), (index["y"],), ()], shared, np.array([0, 1, -1]))
    told = tally(net, losses, np.array([index["a"], index["c"]]))
    assert told.ends.tolist() == [[2, 2], [2, 0], [0, 0]]
