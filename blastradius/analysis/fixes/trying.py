"""Tries sets of changes on the extended system: untimed for the search, timed for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blastradius.analysis.fixes.extending import Extended
from blastradius.analysis.fixes.searching import Set
from blastradius.circuit import HARD, NEVER, Circuit
from blastradius.engine import DOWN, Solution, found
from blastradius.engine.solve import ACTS_DOWN, ACTS_IMPAIRED
from blastradius.graph import DependencyGraph
from blastradius.model import Scenario, ScenarioPhase, Verdict
from blastradius.simulate.run import Run
from blastradius.simulate.story import verdict
from blastradius.simulate.targets import targets


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
        self._everything = frozenset(range(len(one.switches)))
        self._phases = tuple(_renamed(phase, one) for phase in scenario.phases)

    def solve(self, chosen: Set) -> Solution:
        """The settled state with some changes."""
        circuit = self.extended.graph.circuit
        off = (self.extended.switches[number] for number in self._everything - chosen)
        return found(circuit, {circuit.index[id]: DOWN for id in (*self.removed, *off)}, self._codes)

    def stand(self, sets: Sequence[Set], journeys: Sequence[str]) -> list[bool]:
        """For each set of changes whether some journeys are not down under the loss."""
        index = self.extended.graph.index
        nodes = [index[id] for id in journeys]
        return [all(state[node] != DOWN for node in nodes) for state in (self.solve(one).state for one in sets)]

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
