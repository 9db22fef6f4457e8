"""How every journey ends under each of many losses for ever: what `simulate` would say, for all of them at once.

No instant of the timed walk is worse than the fixpoint with every tolerance run out and no failover, and none is better
than that with tolerances off and founded failovers. Where no active member of a failover is touched the former is the
end of the walk, and where both agree there is nothing between them. Only what is left is walked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from blastradius.analysis.sweep.counting import Counted, Counting, Doubts, Loss, Progress, counting
from blastradius.analysis.sweep.hands import Hands
from blastradius.analysis.sweep.narrowing import Inputs, Part
from blastradius.analysis.sweep.parts import Walked
from blastradius.analysis.sweep.walking import Walking
from blastradius.engine import DOWN
from blastradius.graph import DependencyGraph
from blastradius.model import Verdict
from blastradius.simulate.grounds import Grounds
from blastradius.simulate.unseen import Unseen, blind

HELD = 2_000_000
"""Nodes of parts, all together, that are kept before these are walked: about a hundred MiB."""
_VERDICTS: dict[int, Verdict] = {1: "degrades", 2: "breaks"}


@dataclass
class Judged:
    """What became of each loss.

    Attributes:
        counted: how much fell in the end.
        ends: verdicts of the journeys that do not survive, by node.
        walked: the losses that had to be walked, by place, where they are asked for.
    """

    counted: Counted
    ends: list[dict[int, Verdict]]
    walked: dict[int, Walked]


class Judge:
    """The journeys of one system under many losses.

    Args:
        graph: the system.
        losses: about how many there will be.
        tell: called with a line of text now and then.
        hands: who computes; this process where unset.
    """

    def __init__(
        self,
        graph: DependencyGraph,
        losses: int,
        tell: Callable[[str], None] | None = None,
        hands: Hands | None = None,
    ) -> None:
        self.graph, self.tell, self.hands = graph, tell, hands or Hands()
        self.counting: Counting = counting(graph.circuit, losses, self.hands)
        grounds = Grounds(graph)
        self._unseen = Unseen(graph) if grounds.anything else None
        self.blind = frozenset(blind(graph))
        self.walking = Walking(graph, grounds.ties(), self.blind, losses, self.hands)

    def judge(self, losses: Sequence[Loss], *, keep: bool = False) -> Judged:
        """Judge losses.

        Args:
            losses: nodes that are lost together.
            keep: whether to keep what each walk ended in: a byte a component and loss.
        """
        counted = self.counting.count(losses, self._progress(len(losses), "losses"))
        ends = [{node: _VERDICTS[severity] for node, severity in of.items()} for of in counted.ends]
        judged = Judged(counted, ends, {})
        self._walk(losses, judged, keep)
        self._doubt(losses, judged)
        return judged

    def _progress(self, total: int, what: str) -> Progress | None:
        tell = self.tell
        return None if tell is None else lambda done: tell(f"{done:,} of {total:,} {what}")

    def _walk(self, losses: Sequence[Loss], judged: Judged, keep: bool) -> None:
        """Walk what may be interrupted by a failover on its way."""
        counted = judged.counted
        places = [place for place, alarm in enumerate(counted.alarm) if alarm]
        if not places:
            return
        same = self.counting.settled([losses[place] for place in places])
        places = [place for place, settled in zip(places, same, strict=True) if not settled]
        progress = self._progress(len(places), "losses walked through time")
        for done, walked in enumerate(self.walking.walks([losses[place] for place in places], keep)):
            place = places[done]
            if keep:
                judged.walked[place] = walked
            judged.ends[place] = dict(walked.ends)
            counted.down[place], counted.degraded[place] = walked.down, walked.degraded
            counted.exposed[place] = walked.exposed
            if progress:
                progress(done)

    def _doubt(self, losses: Sequence[Loss], judged: Judged) -> None:
        """Say `unknown` where a journey breaks if what nobody saw is in the way."""
        doubts = self.doubts(losses)
        if doubts is None:
            return
        counted = self.counting.doubted(losses, doubts)
        open_: dict[int, list[int]] = {}
        for place, of in enumerate(counted.ends):
            ends = judged.ends[place]
            for node in [node for node, end in of.items() if end == DOWN and ends.get(node) != "breaks"]:
                if counted.alarm[place]:
                    open_.setdefault(place, []).append(node)
                else:
                    ends[node] = "unknown"
        if open_:
            self._doubt_failovers(losses, judged, doubts, open_)

    def _doubt_failovers(
        self, losses: Sequence[Loss], judged: Judged, doubts: Doubts, open_: dict[int, list[int]]
    ) -> None:
        """The same where a failover may save them: down whatever it does, standing with those founded, or as walked."""
        places = sorted(open_)
        for place, of in zip(places, self.counting.fallen(*_some(places, losses, doubts)), strict=True):
            judged.ends[place].update((node, "unknown") for node in open_[place] if node in of)
            open_[place] = [node for node in open_[place] if node not in of]
        places = [place for place in places if open_[place]]
        if not places:
            return
        for place, of in zip(places, self.counting.standing(*_some(places, losses, doubts)), strict=True):
            open_[place] = [node for node in open_[place] if node not in of or not self.walking.ends_well(node)]
        places = [place for place in places if open_[place]]
        for place, down in self._parts(losses, doubts, open_, places).items():
            judged.ends[place].update((node, "unknown") for node in down)
        places = [place for place in places if open_[place]]
        asked = [(open_[place], losses[place], doubts.faults(place) - doubts.blind) for place in places]
        progress = self._progress(len(places), "losses walked with what was not seen")
        for done, broken in enumerate(self.walking.broken_at_worst(asked)):
            judged.ends[places[done]].update((node, "unknown") for node in broken)
            if progress:
                progress(done)

    def _parts(
        self, losses: Sequence[Loss], doubts: Doubts, open_: dict[int, list[int]], places: Sequence[int]
    ) -> dict[int, list[int]]:
        """The journeys that break, of those about which a part without anything unseen decides; they are open no more."""
        inputs, progress = Inputs(self.graph.circuit), self._progress(len(places), "losses narrowed down")
        broken: dict[int, list[int]] = {}
        asked: dict[Part, list[int]] = {}
        held = 0
        states = self.counting.still(*_some(places, losses, doubts), [open_[place] for place in places])
        for done, (place, still) in enumerate(zip(places, states, strict=True)):
            left = []
            for node in open_[place]:
                part = inputs.part(node, still, self.walking.odd)
                if part is None:
                    left.append(node)
                    continue
                if part not in asked:
                    held += len(part.marks)
                asked.setdefault(part, []).append(place)
            open_[place] = left
            if held > HELD:
                self._ask(asked, broken)
                held = 0
            if progress:
                progress(done)
        self._ask(asked, broken)
        return broken

    def _ask(self, asked: dict[Part, list[int]], broken: dict[int, list[int]]) -> None:
        """Walk parts, note where their journeys break, and forget them."""
        for part, breaks in zip(asked, self.walking.parts_broken(list(asked)), strict=True):
            for place in asked[part] if breaks else ():
                broken.setdefault(place, []).append(part.journey)
        asked.clear()

    def fallen_at_worst(self, losses: Sequence[Loss]) -> list[list[int]] | None:
        """The journeys that may break with everything unseen in the way; none where all is seen.

        Args:
            losses: nodes that are lost together.
        """
        doubts = self.doubts(losses)
        if doubts is None:
            return None
        counted = self.counting.doubted(losses, doubts)
        fallen = [[node for node, end in of.items() if end == DOWN] for of in counted.ends]
        places = [place for place, of in enumerate(fallen) if of and counted.alarm[place]]
        if places:
            for place, of in zip(places, self.counting.standing(*_some(places, losses, doubts)), strict=True):
                fallen[place] = [node for node in fallen[place] if node not in of or not self.walking.ends_well(node)]
        return fallen

    def fallen_anyway(self, losses: Sequence[Loss]) -> list[set[int]]:
        """The journeys that are down with everything unseen in the way whatever fails over; `fallen_at_worst` may be more.

        Args:
            losses: nodes that are lost together.
        """
        doubts = self.doubts(losses)
        return [set() for _ in losses] if doubts is None else self.counting.fallen(losses, doubts)

    def doubts(self, losses: Sequence[Loss]) -> Doubts | None:
        """What each loss puts in doubt; none where no loss does."""
        index, ids = self.graph.index, self.graph.circuit.ids
        numbers: dict[frozenset[int], int] = {}
        nodes: dict[frozenset[str], frozenset[int]] = {}
        alike = []
        for lost in losses:
            touched = frozenset[str]()
            if self._unseen is not None:
                for node in lost:
                    touched |= self._unseen.touched(self.graph.components[ids[node]])
            if touched not in nodes:
                nodes[touched] = frozenset(index[one] for one in touched)
            alike.append(numbers.setdefault(nodes[touched], len(numbers)) if touched else -1)
        if not numbers and not self.blind and not self.walking.bound:
            return None
        return Doubts(list(numbers), alike, self.blind, self.walking.bound)


def _some(places: Sequence[int], losses: Sequence[Loss], doubts: Doubts) -> tuple[list[Loss], Doubts]:
    """A part of all losses, and what these put in doubt."""
    alike = [doubts.alike[place] for place in places]
    return [losses[place] for place in places], Doubts(doubts.sets, alike, doubts.blind, doubts.bound)
