"""What decides how a journey ends under a loss: mostly a small part of all that it needs.

At no instant is anything better than the fixpoint with tolerances off and founded failovers, nor worse than that with
every tolerance run out and no failover. Where the two agree a node stands still throughout. From a journey through
what it needs as far as that does not stand still is the part that matters: nothing else but what stands still is read
there. Losses under which the part and what stands around it are the same are one question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from blastradius.circuit import Circuit

OPEN = 3
"""Beside the severities: may change over time."""
States = bytes | bytearray | memoryview
"""For each node its severity throughout, or `OPEN`."""


@dataclass(frozen=True)
class Part:
    """What decides about one journey.

    Attributes:
        journey: its node.
        marks: what may change and what stands still around it, in the order in which they were met: four times the
            node plus its severity, or `OPEN`.
    """

    journey: int
    marks: tuple[int, ...]

    @property
    def inside(self) -> list[int]:
        """Nodes that may change."""
        return [mark >> 2 for mark in self.marks if mark & 3 == OPEN]

    @property
    def around(self) -> Mapping[int, int]:
        """Severity of what stands still and is not up."""
        return {mark >> 2: mark & 3 for mark in self.marks if 0 < mark & 3 < OPEN}


class Inputs:
    """What the rules of each node read.

    Args:
        circuit: the system.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self._known: dict[int, tuple[int, ...]] = {}

    def of(self, node: int) -> tuple[int, ...]:
        """Nodes read by the rules of one, needs of failovers included."""
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = tuple(dict.fromkeys(self.circuit.runtime_inputs(node)))
        return found

    def part(self, journey: int, states: States, odd: Collection[int]) -> Part | None:
        """The part that decides about a journey that may change.

        Args:
            journey: its node.
            states: of each node under a loss.
            odd: nodes that change by more than their rules.

        Returns:
            The part; none where one of these is in it.
        """
        work, marks, met = [journey], [4 * journey + OPEN], {journey}
        while work:
            node = work.pop()
            if node in odd:
                return None
            for one in self.of(node):
                if one not in met:
                    met.add(one)
                    state = states[one]
                    marks.append(4 * one + state)
                    if state == OPEN:
                        work.append(one)
        return Part(journey, tuple(marks))

    def reach(self, roots: Iterable[int], moves: States) -> list[int]:
        """Everything that parts of some journeys hold or read.

        Args:
            roots: nodes of journeys.
            moves: not 0 for each node that may change under some loss.
        """
        met = set(roots)
        work = list(met)
        while work:
            for one in self.of(work.pop()):
                if one not in met:
                    met.add(one)
                    if moves[one]:
                        work.append(one)
        return sorted(met)
