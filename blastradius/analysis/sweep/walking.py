"""Timed walks of losses for ever, as seen and with everything unseen in the way, by the steps of `engine.timed`.

Where something would have to recover before it stands again, `parts` walks instead, as `simulate` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from blastradius.analysis.sweep.counting import Loss
from blastradius.analysis.sweep.hands import Hands
from blastradius.analysis.sweep.narrowing import Part
from blastradius.analysis.sweep.parts import Parts, Walked
from blastradius.engine.timed.walker import Walker, Walks
from blastradius.graph import DependencyGraph
from blastradius.model import Verdict
from blastradius.simulate.grounds import Ties

WORTH = 1_000_000
"""Rules times losses from which on compiling the steps pays."""
_VERDICTS: dict[int, Verdict] = {1: "degrades", 2: "breaks"}
Question = tuple[frozenset[int], frozenset[int], frozenset[int]]
"""Journeys, what is lost and what is in doubt of all that these need."""
Asked = tuple[Iterable[int], Iterable[int], Iterable[int]]
"""The same, whatever they need."""


class Walking:
    """Timed walks over one system.

    Args:
        graph: the system.
        tied: who may fall with whom by what nobody saw.
        blind: phase nodes of which nothing tells what they need.
        losses: about how many there will be.
        hands: who walks them.
    """

    def __init__(self, graph: DependencyGraph, tied: Ties, blind: frozenset[int], losses: int, hands: Hands) -> None:
        self.graph, self.blind, self.hands = graph, blind, hands
        self.parts = Parts(graph, tied, blind)
        self.bound: Mapping[int, Sequence[int]] = self.parts.bound
        self._many = len(graph.circuit.rules) * losses > WORTH
        self._needed: dict[frozenset[int], frozenset[int]] = {}
        self._patient: dict[int, bool] = {}

    @cached_property
    def _seen(self) -> Walker:
        return self._walker(None)

    @cached_property
    def _tied(self) -> Walker:
        return self._walker(self.bound)

    def _walker(self, ties: Mapping[int, Sequence[int]] | None) -> Walker:
        journeys = sorted(self.graph.journeys)
        return Walker(
            self.graph.circuit,
            self._slow,
            [self.graph.journeys[id].rto for id in journeys],
            ties=ties,
            compiled=self._compiled,
        )

    @cached_property
    def _slow(self) -> frozenset[int]:
        """What takes time to come back, or may not come back at all."""
        return frozenset(self.graph.index[one.id] for one in self.graph.slow)

    @cached_property
    def odd(self) -> frozenset[int]:
        """What changes by more than its rules: what takes time to come back, or may fall with another unseen."""
        return self._slow.union(*self.bound.values())

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
        stride = Hands.stride if keep else self.hands.stride  # what is kept has to find room here
        for first in range(0, len(losses), stride):
            some = losses[first : first + stride]
            walks = self.hands.walk(self._seen, some, states=keep)
            left = [lost for place, lost in enumerate(some) if walks.left[place]]
            recovered = self.hands.recovered(self.parts, left)
            for place in range(len(some)):
                yield next(recovered) if walks.left[place] else self._walked(walks, place, keep)

    def _walked(self, walks: Walks, place: int, keep: bool) -> Walked:
        named = self.graph.circuit.named_count
        state = bytes(walks.states[place * named : (place + 1) * named]) if keep else b""
        down, degraded, exposed = (int(of[place]) for of in (walks.down, walks.degraded, walks.exposed))
        return Walked(state, down, degraded, exposed, self._ends(walks, place))

    def _ends(self, walks: Walks, place: int) -> dict[int, Verdict]:
        first, count = self.graph.circuit.component_count, len(self.graph.journeys)
        ends = walks.ends[place * count : (place + 1) * count]
        return {first + number: _VERDICTS[int(end)] for number, end in enumerate(ends) if end}

    def ends_well(self, journey: int) -> bool:
        """Whether a journey breaks only if it is down in the end: failovers may take their time, nothing recovers."""
        if journey not in self._patient:
            limited = self.graph.journeys[self.graph.circuit.ids[journey]].rto is not None
            self._patient[journey] = not limited and self._slow.isdisjoint(self.parts.closure(journey))
        return self._patient[journey]

    def parts_broken(self, parts: Sequence[Part]) -> list[bool]:
        """Whether journeys break of which a part of the system decides in which nothing is odd.

        Args:
            parts: of one journey each.
        """
        broken = []
        for first in range(0, len(parts), self.hands.stride):
            some = parts[first : first + self.hands.stride]
            walks = self._seen.walk_within([(part.inside, part.around) for part in some])
            broken += [bool(self._broken({part.journey}, walks, place)) for place, part in enumerate(some)]
        return broken

    def broken_at_worst(self, asked: Sequence[Asked]) -> Iterator[set[int]]:
        """Which of some journeys break with everything unseen in the way, one loss after the other.

        Args:
            asked: nodes of the journeys, nodes that are lost, and nodes that the loss puts in doubt by where it is.
        """
        for first in range(0, len(asked), self.hands.stride):
            # What lies outside of all that the journeys need changes nothing: many losses are one question.
            keys = [self._question(*one) for one in asked[first : first + self.hands.stride]]
            answers = self._answers(list(dict.fromkeys(keys)))
            yield from (answers[key] for key in keys)

    def _question(self, journeys: Iterable[int], lost: Iterable[int], doubted: Iterable[int]) -> Question:
        wanted = frozenset(journeys)
        if wanted not in self._needed:
            self._needed[wanted] = frozenset[int]().union(*(self.parts.closure(journey) for journey in wanted))
        keep = self._needed[wanted]
        return wanted, keep.intersection(lost), keep.intersection(doubted)

    def _answers(self, questions: Sequence[Question]) -> dict[Question, set[int]]:
        if self.bound:
            found = {one: self._at_worst(one) for one in questions}
        else:
            walks = self.hands.walk(self._seen, [sorted(self._faults(*one)) for one in questions])
            found = {
                one: None if walks.left[place] else self._broken(one[0], walks, place)
                for place, one in enumerate(questions)
            }
        return {one: self.parts.breaks_at_worst(*one) if of is None else of for one, of in found.items()}

    def _faults(self, journeys: frozenset[int], lost: frozenset[int], doubted: Iterable[int]) -> frozenset[int]:
        return lost.union(doubted, self._needed[journeys] & self.blind)

    def _broken(self, journeys: Iterable[int], walks: Walks, place: int) -> set[int]:
        ends = self._ends(walks, place)
        return {node for node in journeys if ends.get(node) == "breaks"}

    def _at_worst(self, question: Question) -> set[int] | None:
        """As `simulate.doubt.at_worst`, in numbers; none where something would have to recover."""
        journeys, lost, doubted = question
        found = set(doubted - lost)
        down = self._ever(self._seen, lost)
        if down is None:
            return None
        self._tie(found, lost, down | lost)
        while True:
            faults = self._faults(journeys, lost, found)
            walks = self._seen.walk([sorted(faults)], ever=True)
            if walks.left[0]:
                return None
            if not self._tie(found, lost, self._down(walks)):
                return self._broken(journeys, walks, 0)
            down = self._ever(self._tied, self._faults(journeys, lost, found))
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
