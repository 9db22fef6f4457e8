"""Timed walks of losses for ever, as seen and with everything unseen in the way, by the steps of `engine.timed`.

Where something would have to recover before it stands again, `parts` walks instead, as `simulate` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from blastradius.analysis.sweep.counting import Loss
from blastradius.analysis.sweep.parts import Parts, Walked
from blastradius.engine.timed.walker import Walker, Walks
from blastradius.graph import DependencyGraph
from blastradius.model import Verdict
from blastradius.simulate.doubt import Ties

WORTH = 1_000_000
"""Rules times losses from which on compiling the steps pays."""
_AT_ONCE = 4096
"""Losses walked before any is told of."""
_REMEMBERED = 1000
"""Worst walks whose answers are kept."""
_VERDICTS: dict[int, Verdict] = {1: "degrades", 2: "breaks"}
Question = tuple[frozenset[int], frozenset[int], frozenset[int]]
"""Journeys, what is lost and what is in doubt of all that these need."""


class Walking:
    """Timed walks over one system.

    Args:
        graph: the system.
        tied: who may fall with whom by what nobody saw.
        blind: phase nodes of which nothing tells what they need.
        losses: about how many there will be.
    """

    def __init__(self, graph: DependencyGraph, tied: Ties, blind: frozenset[int], losses: int) -> None:
        self.graph, self.blind = graph, blind
        self.parts = Parts(graph, tied, blind)
        self.bound: Mapping[int, Sequence[int]] = self.parts.bound
        self._many = len(graph.circuit.rules) * losses > WORTH
        self._worst: dict[Question, set[int]] = {}

    @cached_property
    def _seen(self) -> Walker:
        return self._walker(None)

    @cached_property
    def _tied(self) -> Walker:
        return self._walker(self.bound)

    def _walker(self, ties: Mapping[int, Sequence[int]] | None) -> Walker:
        index = self.graph.index
        slow = (index[one.id] for one in self.graph.slow)
        journeys = sorted(self.graph.journeys)
        return Walker(
            self.graph.circuit,
            slow,
            [self.graph.journeys[id].rto for id in journeys],
            ties=ties,
            compiled=self._compiled,
        )

    @cached_property
    def _compiled(self) -> bool:
        if not self._many:
            return False
        from blastradius.engine.packed.passes import has_numba

        return has_numba()

    def walks(self, losses: Sequence[Loss], keep: bool) -> Iterator[Walked]:
        """Walk losses, one after the other.

        Args:
            losses: nodes that are lost together.
            keep: whether to say what each walk ended in: a byte a component and loss.
        """
        for first in range(0, len(losses), _AT_ONCE):
            some = losses[first : first + _AT_ONCE]
            walks = self._seen.walk(some, states=keep)
            for place, lost in enumerate(some):
                yield self.parts.walk(lost) if walks.left[place] else self._walked(walks, place, keep)

    def _walked(self, walks: Walks, place: int, keep: bool) -> Walked:
        named = self.graph.circuit.named_count
        state = bytes(walks.states[place * named : (place + 1) * named]) if keep else b""
        down, degraded, exposed = (int(of[place]) for of in (walks.down, walks.degraded, walks.exposed))
        return Walked(state, down, degraded, exposed, self._ends(walks, place))

    def _ends(self, walks: Walks, place: int) -> dict[int, Verdict]:
        first, count = self.graph.circuit.component_count, len(self.graph.journeys)
        ends = walks.ends[place * count : (place + 1) * count]
        return {first + number: _VERDICTS[int(end)] for number, end in enumerate(ends) if end}

    def breaks_at_worst(self, journeys: Iterable[int], lost: Sequence[int], doubted: Collection[int]) -> set[int]:
        """Which of some journeys break with everything unseen in the way.

        Args:
            journeys: nodes of journeys.
            lost: nodes that are down.
            doubted: nodes that the loss puts in doubt by where it is.
        """
        asked = frozenset(journeys)
        keep = frozenset[int]().union(*(self.parts.closure(journey) for journey in asked))
        # What lies outside of all that the journeys need changes nothing: many losses are one question.
        key = (asked, keep & {*lost}, keep & {*doubted})
        if key not in self._worst:
            if len(self._worst) >= _REMEMBERED:
                self._worst.clear()
            worst = self._at_worst(key, keep)
            self._worst[key] = self.parts.breaks_at_worst(*key) if worst is None else worst
        return self._worst[key]

    def _at_worst(self, question: Question, keep: frozenset[int]) -> set[int] | None:
        """As `simulate.doubt.at_worst`, in numbers; none where something would have to recover."""
        journeys, lost, doubted = question
        blind = keep & self.blind
        found = set(doubted - lost)
        if self.bound:
            down = self._ever(self._seen, lost)
            if down is None:
                return None
            self._tie(found, lost, down | lost)
        while True:
            walks = self._seen.walk([sorted(lost | found | blind)], ever=bool(self.bound))
            if walks.left[0]:
                return None
            if not self.bound or not self._tie(found, lost, self._down(walks)):
                ends = self._ends(walks, 0)
                return {node for node in journeys if ends.get(node) == "breaks"}
            down = self._ever(self._tied, lost | found | blind)
            if down is None:
                return None
            self._tie(found, lost, down)

    def _ever(self, walker: Walker, lost: Collection[int]) -> set[int] | None:
        walks = walker.walk([sorted(lost)], ever=True)
        return None if walks.left[0] else self._down(walks)

    def _down(self, walks: Walks) -> set[int]:
        return {node for node in self.bound if walks.ever[node]}

    def _tie(self, found: set[int], lost: Collection[int], down: Collection[int]) -> bool:
        """Put in doubt also what may fall with what is down; whether that added a node."""
        before = len(found)
        found.update(other for one in down if one in self.bound for other in self.bound[one] if other not in lost)
        return len(found) > before
