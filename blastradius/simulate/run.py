"""One scenario, walked as it was seen and once more with everything unseen in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from blastradius.circuit import Circuit
from blastradius.graph import DependencyGraph
from blastradius.model import Gap, Scenario
from blastradius.simulate.doubt import doubted
from blastradius.simulate.instants import Instant, Trace
from blastradius.simulate.proof import Proofs, closure
from blastradius.simulate.spares import exposed, moved_groups
from blastradius.simulate.story import Story, stories
from blastradius.simulate.targets import Targets, targets
from blastradius.simulate.unseen import Touched, blind
from blastradius.simulate.walk import trace


@dataclass
class Run:
    """One scenario walked: everything that the answer and its explanation are read from.

    Attributes:
        graph: the system.
        scenario: what was asked.
        typed: whether a person typed the selectors just now.
    """

    graph: DependencyGraph
    scenario: Scenario
    typed: bool = True

    def __post_init__(self) -> None:
        self._proofs: dict[int, Proofs] = {}
        self._closures: dict[tuple[int, bool], set[int]] = {}

    @property
    def circuit(self) -> Circuit:
        """The circuit of the graph."""
        return self.graph.circuit

    @cached_property
    def targets(self) -> Targets:
        """What the selectors mean."""
        return targets(self.graph, self.scenario, typed=self.typed)

    @cached_property
    def seen(self) -> Trace:
        """The walk over what was seen."""
        return trace(self.graph, self.targets.phases, self.scenario.horizon)

    @cached_property
    def stories(self) -> dict[int, Story]:
        """What became of each node, by what was seen."""
        return stories(self.seen)

    @cached_property
    def fallen(self) -> set[str]:
        """Ids seen down at any instant."""
        return {self.circuit.ids[node] for node, story in self.stories.items() if story.downs}

    @cached_property
    def _doubted(self) -> tuple[Touched, Trace]:
        return doubted(self.graph, self.scenario, self.targets, self.seen, self.blind)

    @property
    def touched(self) -> Touched:
        """What nobody saw and the removal can reach."""
        return self._doubted[0]

    @property
    def worst(self) -> Trace:
        """The walk with everything unseen in the way; the same as `seen` where nothing is."""
        return self._doubted[1]

    @cached_property
    def blind(self) -> dict[int, Gap]:
        """Phase nodes of journeys of which nothing tells what they need, by number."""
        return blind(self.graph)

    @cached_property
    def worst_stories(self) -> dict[int, Story]:
        """What became of each node with everything unseen in the way."""
        return self.stories if self.worst is self.seen else stories(self.worst)

    @cached_property
    def without_hands(self) -> dict[int, Story]:
        """What would have become of each node had nobody failed over by hand."""
        manual = any(self.circuit.groups[number].manual for number in moved_groups(self.seen))
        if not manual:
            return self.stories
        return stories(trace(self.graph, self.targets.phases, self.scenario.horizon, by_hand=False))

    @cached_property
    def exposed(self) -> set[int]:
        """Nodes that lost their spare."""
        return exposed(self.circuit, self.seen.last)

    def proofs(self, instant: Instant) -> Proofs:
        """The shortest chains of an instant, made once."""
        key = id(instant)
        if key not in self._proofs:
            self._proofs[key] = Proofs(self.circuit, instant)
        return self._proofs[key]

    def closure(self, node: int, *, hard: bool = False) -> set[int]:
        """What a node needs, directly or through others, made once."""
        key = (node, hard)
        if key not in self._closures:
            self._closures[key] = closure(self.circuit, node, hard=hard)
        return self._closures[key]

    def ids(self, nodes: Iterable[int]) -> tuple[str, ...]:
        """Ids of nodes, in their order."""
        return tuple(self.circuit.ids[node] for node in sorted(nodes))
