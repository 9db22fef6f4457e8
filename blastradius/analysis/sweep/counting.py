"""Untimed answers for many losses: one by one for small work, by the packed engine for large; both say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from blastradius.analysis.sweep.hands import Hands
from blastradius.analysis.sweep.narrowing import OPEN, Inputs, States
from blastradius.circuit import Circuit
from blastradius.engine import DOWN, Solution, found, settings, solve
from blastradius.engine.solve import HEEDLESS, SAVES_DOWN, SAVES_UP, group_value
from blastradius.simulate.spares import lost_spare

if TYPE_CHECKING:
    from blastradius.engine.packed import Losses, Net

When = Literal["at_once", "eventually"]
Loss = tuple[int, ...]
"""Nodes that are lost together."""
Progress = Callable[[int], None]

PLAIN = 300_000
"""Rules times losses up to which array libraries cost more to import than they save."""


@dataclass
class Counted:
    """What became of each loss, in lists by loss.

    Attributes:
        down: components that are down.
        degraded: components that are degraded.
        exposed: components without the spare they had.
        alarm: whether a failover may have moved.
        ends: severity of each journey that is not up, by its node.
    """

    down: list[int]
    degraded: list[int]
    exposed: list[int]
    alarm: list[bool]
    ends: list[dict[int, int]]


@dataclass(frozen=True)
class Doubts:
    """What nobody saw and losses may touch.

    Attributes:
        sets: sets of nodes that losses put in doubt.
        alike: for each loss its set; -1 for none.
        blind: nodes that are in doubt whatever is lost.
        bound: nodes that may fall with a node.
    """

    sets: Sequence[frozenset[int]]
    alike: Sequence[int]
    blind: frozenset[int]
    bound: Mapping[int, Sequence[int]]

    @property
    def tied(self) -> list[int]:
        """Nodes that may fall with another."""
        return sorted({other for others in self.bound.values() for other in others})

    def faults(self, position: int) -> frozenset[int]:
        """What one loss puts in doubt."""
        number = self.alike[position]
        return self.blind if number < 0 else self.blind | self.sets[number]


class Counting(Protocol):
    """Untimed answers of one circuit."""

    def count(self, losses: Sequence[Loss], progress: Progress | None) -> Counted:
        """With every tolerance run out and no failover: no instant of the timed walk is worse."""

    def settled(self, losses: Sequence[Loss]) -> list[bool]:
        """Whether tolerances off and founded failovers give the same: then the timed walk gives nothing else."""

    def doubted(self, losses: Sequence[Loss], doubts: Doubts) -> Counted:
        """The first with everything unseen in the way: before failovers, tolerances run out."""

    def fallen(self, losses: Sequence[Loss], doubts: Doubts) -> list[set[int]]:
        """Journeys that are then down in the end whatever fails over: no walk ends better than this."""

    def standing(self, losses: Sequence[Loss], doubts: Doubts) -> list[set[int]]:
        """Journeys that are then not down with founded failovers: no walk ends worse where nothing has to recover."""

    def still(self, losses: Sequence[Loss], doubts: Doubts, roots: Sequence[Sequence[int]]) -> Iterator[States]:
        """What then stands still throughout, loss by loss, of all that may decide about some roots of each.

        An answer is good until the next is asked for.
        """


def counting(circuit: Circuit, losses: int, hands: Hands) -> Counting:
    """The way of counting that is cheaper for so many losses."""
    if len(circuit.rules) * losses <= PLAIN:
        return Plain(circuit)
    return Packed(circuit, hands)


class Plain:
    """One loss after the other, along who uses what is lost."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self._late, self._at_once = settings(circuit, "eventually"), settings(circuit, "at_once")
        self._journeys = range(circuit.component_count, circuit.named_count)

    def count(self, losses: Sequence[Loss], progress: Progress | None) -> Counted:
        """See `Counting`."""
        counted = Counted([], [], [], [], [])
        for number, lost in enumerate(losses):
            solution = solve(self.circuit, dict.fromkeys(lost, DOWN), self._late)
            self._note(solution, counted)
            if progress and number % 64 == 0:
                progress(number)
        return counted

    def settled(self, losses: Sequence[Loss]) -> list[bool]:
        """See `Counting`."""
        circuit, named = self.circuit, self.circuit.named_count
        same = []
        for lost in losses:
            faults = dict.fromkeys(lost, DOWN)
            late = solve(circuit, faults, self._late).state[:named]
            same.append(late == found(circuit, faults, self._at_once).state[:named])
        return same

    def doubted(self, losses: Sequence[Loss], doubts: Doubts) -> Counted:
        """See `Counting`."""
        counted = Counted([], [], [], [], [])
        for position, lost in enumerate(losses):
            faults = dict.fromkeys((*lost, *doubts.faults(position)), DOWN)
            self._note(solve(self.circuit, faults, self._late, bound=doubts.bound), counted, spares=False)
        return counted

    def fallen(self, losses: Sequence[Loss], doubts: Doubts) -> list[set[int]]:
        """See `Counting`."""
        circuit, fallen = self.circuit, []
        always = HEEDLESS | SAVES_DOWN | SAVES_UP
        for position, lost in enumerate(losses):
            faults = dict.fromkeys((*lost, *doubts.faults(position)), DOWN)
            state = found(circuit, faults, self._at_once, bound=doubts.bound).state
            # what a failover calls and is down at once is down throughout: no other failover can be kept from happening
            enabled = bytearray(
                0
                if any(state[need] == DOWN for need in group.needs)
                else always * (group.fails_over and bool(group.active))
                for group in circuit.groups
            )
            late = solve(circuit, faults, self._late, enabled=enabled, bound=doubts.bound).state
            fallen.append({node for node in self._journeys if DOWN in (state[node], late[node])})
        return fallen

    def standing(self, losses: Sequence[Loss], doubts: Doubts) -> list[set[int]]:
        """See `Counting`."""
        circuit, standing = self.circuit, []
        for position, lost in enumerate(losses):
            faults = dict.fromkeys((*lost, *doubts.faults(position)), DOWN)
            if doubts.bound:
                # what falls with something that ever was down is down for good
                worst = solve(circuit, faults, self._late, bound=doubts.bound).state
                faults.update((node, DOWN) for node in doubts.tied if worst[node] == DOWN)
            state = found(circuit, faults, self._late).state
            standing.append({node for node in self._journeys if state[node] != DOWN})
        return standing

    def still(self, losses: Sequence[Loss], doubts: Doubts, roots: Sequence[Sequence[int]]) -> Iterator[States]:
        """See `Counting`."""
        circuit = self.circuit
        for position, lost in enumerate(losses):
            faults = dict.fromkeys((*lost, *doubts.faults(position)), DOWN)
            best = found(circuit, faults, self._at_once).state
            worst = solve(circuit, faults, self._late, bound=doubts.bound).state
            yield bytes([low if low == high else OPEN for low, high in zip(best, worst, strict=True)])

    def _note(self, solution: Solution, counted: Counted, *, spares: bool = True) -> None:
        circuit, state = self.circuit, solution.state
        counted.down.append(state.count(DOWN, 0, circuit.component_count))
        counted.degraded.append(state.count(1, 0, circuit.component_count))
        counted.exposed.append(self._exposed(state) if spares else 0)
        moving = (group for group in circuit.groups if group.active and group.fails_over)
        counted.alarm.append(any(group_value(g, state, moved=False, standby=False) for g in moving))
        counted.ends.append({node: state[node] for node in self._journeys if state[node]})

    def _exposed(self, state: bytearray) -> int:
        circuit = self.circuit
        lost = set()
        for group in circuit.groups:
            node = circuit.rule_node[group.rule]
            if node < circuit.component_count and node not in lost:
                value = group_value(group, state, moved=False, standby=group.fails_over)
                if lost_spare(circuit, group, state, moved=False, value=value):
                    lost.add(node)
        return len(lost)


class Packed:
    """All losses at once, by `engine.packed`."""

    def __init__(self, circuit: Circuit, hands: Hands) -> None:
        self.circuit, self._hands = circuit, hands
        self._nets: dict[tuple[object, ...], Net] = {}

    def _net(
        self, when: When, ties: Mapping[int, Sequence[int]] | None = None, *, failovers: bool = True, needs: bool = True
    ) -> Net:
        """A net, compiled once: that takes longer than a pass."""
        from blastradius.engine.packed import compiled

        key = (when, failovers, needs, tuple((one, tuple(others)) for one, others in (ties or {}).items()))
        if key not in self._nets:
            watched = not failovers and not ties
            self._nets[key] = compiled(self.circuit, when, failovers=failovers, needs=needs, ties=ties, watched=watched)
        return self._nets[key]

    def count(self, losses: Sequence[Loss], progress: Progress | None) -> Counted:
        """See `Counting`."""
        from blastradius.engine.packed import Losses

        return self._counted(self._net("eventually", failovers=False), Losses.sets(losses), progress)

    def settled(self, losses: Sequence[Loss]) -> list[bool]:
        """See `Counting`."""
        from blastradius.engine.packed import Losses

        asked, nodes = Losses.sets(losses), len(self.circuit.ids)
        late = self._net("eventually", failovers=False)
        # where every failover happened that helps, whatever it needs, the end of no walk is better
        same = self._hands.alike(late, self._net("eventually", needs=False), asked, nodes)
        told: list[bool] = same.tolist()
        return told

    def doubted(self, losses: Sequence[Loss], doubts: Doubts) -> Counted:
        """See `Counting`."""
        net = self._net("eventually", doubts.bound, failovers=False)
        return self._counted(net, self._asked(losses, doubts), None)

    def fallen(self, losses: Sequence[Loss], doubts: Doubts) -> list[set[int]]:
        """See `Counting`: tolerances off and failovers founded, or tolerances run out and every failover happened."""
        asked = self._asked(losses, doubts)
        nets = self._net("at_once", doubts.bound), self._net("eventually", doubts.bound, needs=False)
        counted = [self._counted(net, asked, None).ends for net in nets]
        return [{node for of in both for node, end in of.items() if end == DOWN} for both in zip(*counted, strict=True)]

    def standing(self, losses: Sequence[Loss], doubts: Doubts) -> list[set[int]]:
        """See `Counting`: tolerances run out and failovers founded."""
        import numpy as np

        if doubts.bound:
            # what falls with something that ever was down is down for good
            tied = np.array(doubts.tied, np.int64)
            net = self._net("eventually", doubts.bound, failovers=False)
            fallen = self._hands.tally(net, self._asked(losses, doubts), tied).ends == DOWN
            losses = [(*lost, *tied[row].tolist()) for lost, row in zip(losses, fallen, strict=True)]
        counted = self._counted(self._net("eventually"), self._asked(losses, doubts), None)
        journeys = range(self.circuit.component_count, self.circuit.named_count)
        return [{node for node in journeys if of.get(node) != DOWN} for of in counted.ends]

    def still(self, losses: Sequence[Loss], doubts: Doubts, roots: Sequence[Sequence[int]]) -> Iterator[States]:
        """See `Counting`."""
        import numpy as np

        from blastradius.engine.packed import between

        inputs, asked = Inputs(self.circuit), self._asked(losses, doubts)
        nets = self._net("at_once"), self._net("eventually", doubts.bound, failovers=False)
        states = np.zeros(len(self.circuit.ids), np.uint8)

        def wanted(first: int, end: int, moves: bytes) -> list[int]:
            return inputs.reach({root for of in roots[first:end] for root in of}, moves)

        for nodes, severities in between(*nets, asked, wanted, OPEN):
            for row in severities:
                states[nodes] = row
                yield states.data

    def _asked(self, losses: Sequence[Loss], doubts: Doubts) -> Losses:
        import numpy as np

        from blastradius.engine.packed import Losses

        shared = [np.array(sorted(doubts.blind | nodes), np.int64) for nodes in doubts.sets]
        # the last set is that of losses that touch nothing by where they are
        shared.append(np.array(sorted(doubts.blind), np.int64))
        numbers = np.array(doubts.alike, np.int64)
        same = np.where(numbers < 0, len(shared) - 1, numbers)
        return Losses.sets(losses, shared, same if any(one.size for one in shared) else None)

    def _counted(self, net: Net, losses: Losses, progress: Progress | None) -> Counted:
        import numpy as np

        first = self.circuit.component_count
        told = self._hands.tally(net, losses, np.arange(first, self.circuit.named_count), progress)
        ends: list[dict[int, int]] = [{} for _ in range(len(losses))]
        where, which = np.nonzero(told.ends)
        values = told.ends[where, which].tolist()
        for loss, journey, value in zip(where.tolist(), which.tolist(), values, strict=True):
            ends[loss][first + journey] = value
        return Counted(told.down.tolist(), told.degraded.tolist(), told.exposed.tolist(), told.alarm.tolist(), ends)
