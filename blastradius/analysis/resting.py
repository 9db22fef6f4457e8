"""Which journeys rest on each of many things: by reachability, and by what is eventually down without it.

All things are asked at once. Reachability is one pass with a bit for each journey; the states without each thing come from
the packed engine, 512 losses at a time, where the work is worth it; only what takes a journey down is solved once more, for
the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from blastradius.circuit import Circuit
from blastradius.engine import DOWN, found, settings
from blastradius.model import ChainLink
from blastradius.simulate.instants import Instant
from blastradius.simulate.proof import Proofs

PLAIN = 300_000
"""Rules times losses up to which array libraries cost more to import than they save."""
_AT_ONCE = 4096
"""Losses that are evaluated together: two bits for each and each node are held in memory."""


class Side:
    """One circuit that is asked about many losses: all of a system, or a part of it.

    Args:
        circuit: the circuit.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.codes = settings(circuit, "eventually")
        self.journeys = range(circuit.component_count, circuit.named_count)

    @cached_property
    def _masks(self) -> list[int]:
        """For each node the journeys that reach it over any rule, members of groups and needs of failovers included."""
        circuit = self.circuit
        masks = [0] * len(circuit.ids)
        for bit, journey in enumerate(self.journeys):
            masks[journey] = 1 << bit
        inputs = [tuple(circuit.runtime_inputs(node)) for node in range(len(circuit.ids))]
        order = _from_above(self.journeys, inputs)
        changed = True
        while changed:  # once where nothing is on a cycle, and one more time for each way back that a path takes
            changed = False
            for node in order:
                mask = masks[node]
                for source in inputs[node]:
                    if mask & ~masks[source]:
                        masks[source] |= mask
                        changed = True
        return masks

    def users(self, id: str) -> list[str]:
        """Ids of the journeys that reach a component."""
        return self._named(self._masks[self.circuit.index[id]])

    def _named(self, mask: int) -> list[str]:
        ids, first = self.circuit.ids, self.circuit.component_count
        named = []
        while mask:
            low = mask & -mask
            named.append(ids[first + low.bit_length() - 1])
            mask ^= low
        return named

    def down(self, ids: Sequence[str]) -> list[tuple[int, ...]]:
        """The journeys, by number, that are eventually down without each of some components."""
        circuit = self.circuit
        asked = [id for id in ids if self._masks[circuit.index[id]]]
        if len(circuit.rules) * len(asked) <= PLAIN:
            told = [self._alone(id) for id in asked]
        else:
            told = [
                journeys
                for first in range(0, len(asked), _AT_ONCE)
                for journeys in self._many(asked[first : first + _AT_ONCE])
            ]
        known = dict(zip(asked, told, strict=True))
        return [known.get(id, ()) for id in ids]

    def _alone(self, id: str) -> tuple[int, ...]:
        state = found(self.circuit, {self.circuit.index[id]: DOWN}, self.codes).state
        return tuple(node for node in self.journeys if state[node] == DOWN)

    def _many(self, ids: Sequence[str]) -> list[tuple[int, ...]]:
        import numpy as np

        from blastradius.engine.packed import Losses, evaluate
        from blastradius.engine.packed.arrays import unpacked

        circuit = self.circuit
        losses = Losses.sets([(circuit.index[id],) for id in ids])
        planes = evaluate(circuit, losses, "eventually")
        first = circuit.component_count
        rows, which = np.nonzero(unpacked(planes.down[first : circuit.named_count])[:, : len(ids)].T)
        made: list[list[int]] = [[] for _ in ids]
        for loss, journey in zip(rows.tolist(), which.tolist(), strict=True):
            made[loss].append(first + journey)
        return [tuple(one) for one in made]

    def lost(self, id: str, journeys: tuple[int, ...]) -> Lost:
        """What is eventually down without a component, for proofs.

        Args:
            id: of the component.
            journeys: those that are down, see `down`.
        """
        return Lost(self, id, journeys)


def _from_above(roots: Sequence[int], inputs: Sequence[Sequence[int]]) -> list[int]:
    """Nodes that are reached, each before what it needs, save on cycles."""
    seen = bytearray(len(inputs))
    done: list[int] = []
    for root in roots:
        if seen[root]:
            continue
        seen[root] = 1
        calls = [(root, iter(inputs[root]))]
        while calls:
            node, left = calls[-1]
            for source in left:
                if not seen[source]:
                    seen[source] = 1
                    calls.append((source, iter(inputs[source])))
                    break
            else:
                calls.pop()
                done.append(node)
    done.reverse()
    return done


@dataclass(frozen=True)
class Lost:
    """The state without a component, and the journeys down in it, by number."""

    side: Side
    id: str
    journeys: tuple[int, ...]

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the journeys."""
        return [self.side.circuit.ids[node] for node in self.journeys]

    @cached_property
    def chains(self) -> dict[str, tuple[ChainLink, ...]]:
        """The shortest proof of each journey."""
        circuit = self.side.circuit
        faults = {circuit.index[self.id]: DOWN}
        solution = found(circuit, faults, self.side.codes)
        state = solution.state
        moved = bytes(
            group.fails_over and bool(group.active) and all(state[need] != DOWN for need in group.needs)
            for group in circuit.groups
        )
        instant = Instant(0, bytes(state), bytes(solution.groups), faults, bytes(self.side.codes), moved)
        proofs = Proofs(circuit, instant)
        return {circuit.ids[node]: proofs.links(node) for node in self.journeys}
