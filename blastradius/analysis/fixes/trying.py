"""Tries sets of changes on the extended system: untimed for the search, timed for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from blastradius.analysis.fixes.extending import Extended
from blastradius.analysis.fixes.searching import Set
from blastradius.circuit import HARD, NEVER, Circuit
from blastradius.engine import DOWN, Solution, found
from blastradius.engine.solve import ACTS_DOWN, ACTS_IMPAIRED
from blastradius.graph import DependencyGraph
from blastradius.model import Dependency, Redundancy, Scenario, ScenarioPhase, Verdict
from blastradius.simulate.run import Run
from blastradius.simulate.story import verdict
from blastradius.simulate.targets import targets

R = TypeVar("R", Dependency, Redundancy)
_WORTH_PACKING = 8
"""Fewer sets than these are solved one by one: a packed pass has its own cost."""


def acting(circuit: Circuit, length: int | None) -> bytearray:
    """Which rules act at the end of a loss: those whose tolerance is shorter than it, all where it is for ever.

    Args:
        circuit: the system.
        length: seconds that the loss lasts; none for ever.
    """
    codes = bytearray(len(circuit.rules))
    for number, rule in enumerate(circuit.rules):
        code = HARD if rule.hard else 0
        if length is None or rule.impaired_after < length:
            code |= ACTS_IMPAIRED
        if rule.down_after != NEVER and (length is None or rule.down_after < length):
            code |= ACTS_DOWN
        codes[number] = code
    return codes


def at_end(graph: DependencyGraph, length: int | None) -> DependencyGraph:
    """A system without what does not act until the end of a loss, so that "eventually" is what holds at that end.

    Args:
        graph: the system.
        length: seconds that the loss lasts; none for ever.
    """
    if length is None:
        return graph
    inventory = graph.inventory
    journeys = tuple(
        one.model_copy(update={"entries": tuple(e for e in one.entries if (e.tolerance or 0) < length)})
        for one in inventory.journeys
    )
    values = {
        "journeys": journeys,
        "dependencies": tuple(_acting(inventory.dependencies, length)),
        "redundancies": tuple(_acting(inventory.redundancies, length)),
    }
    return DependencyGraph(inventory.model_copy(update=values))


def _acting(records: Iterable[R], length: int) -> Iterator[R]:
    for one in records:
        if (one.tolerance or 0) >= length:
            continue
        late = one.hardens_after is not None and one.hardens_after >= length
        yield one.model_copy(update={"hardens_after": None}) if late else one


def lost(graph: DependencyGraph, scenario: Scenario, typed: bool) -> tuple[str, ...]:
    """Ids of everything that a scenario removes at any time."""
    return targets(graph, scenario, typed=typed).removed


def length_of(scenario: Scenario) -> int | None:
    """Seconds until nobody looks any more, or until the last thing is back; none for ever."""
    if scenario.horizon is not None:
        return scenario.horizon
    ends = [None if phase.duration is None else phase.at + phase.duration for phase in scenario.phases]
    return None if None in ends else max(end for end in ends if end is not None)


class Trials:
    """One loss, and sets of changes under it.

    Args:
        one: the system with all changes.
        scenario: what is lost.
        removed: ids of what that is.
    """

    def __init__(self, one: Extended, scenario: Scenario, removed: Iterable[str]) -> None:
        self.extended, self.scenario = one, scenario
        self.removed = tuple(one.moved.get(id, id) for id in removed)
        self._codes = acting(one.graph.circuit, length_of(scenario))
        self._at_end = at_end(one.graph, length_of(scenario)).circuit
        self._everything = frozenset(range(len(one.switches)))
        self._phases = tuple(_renamed(phase, one) for phase in scenario.phases)

    def solve(self, chosen: Set) -> Solution:
        """The settled state with some changes."""
        circuit = self.extended.graph.circuit
        return found(circuit, self._faults(circuit, chosen), self._codes)

    def stand(self, sets: Sequence[Set], journeys: Sequence[str]) -> list[bool]:
        """For each set of changes whether some journeys are not down under the loss; all sets in one packed pass."""
        if len(sets) < _WORTH_PACKING:
            index = self.extended.graph.index
            states = (self.solve(one).state for one in sets)
            return [all(state[index[id]] != DOWN for id in journeys) for state in states]
        from blastradius.engine.packed import evaluate

        circuit = self._at_end
        planes = evaluate(circuit, [self._faults(circuit, one) for one in sets], "eventually")
        nodes = [circuit.index[id] for id in journeys]
        return [all(planes.state(node, loss) != DOWN for node in nodes) for loss in range(len(sets))]

    def _faults(self, circuit: Circuit, chosen: Set) -> dict[int, int]:
        off = (self.extended.switches[number] for number in sorted(self._everything - chosen))
        return {circuit.index[id]: DOWN for id in (*self.removed, *off)}

    def verdicts(self, chosen: Set) -> dict[str, Verdict]:
        """How each journey ends with some changes, walked through in time, by what was seen."""
        off = tuple(f"id:{self.extended.switches[number]}" for number in sorted(self._everything - chosen))
        phases = (*self._phases, ScenarioPhase(remove=off)) if off else self._phases
        scenario = self.scenario.model_copy(update={"phases": phases, "horizon": length_of(self.scenario)})
        graph = self.extended.graph
        run = Run(graph, scenario, typed=False)
        return {id: verdict(run.stories.get(graph.index[id]), journey) for id, journey in graph.journeys.items()}


def _renamed(phase: ScenarioPhase, one: Extended) -> ScenarioPhase:
    """A phase that also removes what was there before one more was added, not the choice between both."""
    if not one.moved:
        return phase
    from blastradius.selectors import ComponentIndex, select

    index = ComponentIndex(one.graph.components.values())
    new = frozenset(one.moved.values())

    def ids(texts: Iterable[str]) -> tuple[str, ...]:
        found = {one.moved.get(id, id) for text in texts for id in select(text, index) if id not in new}
        return tuple(f"id:{id}" for id in sorted(found))

    return phase.model_copy(update={"remove": ids(phase.remove), "degrade": ids(phase.degrade)})
