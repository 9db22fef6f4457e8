"""The timed walk: a forward event simulation, the reference for everything timed.

A settled state at an instant holds until the next. At an instant the edges of the scenario come first, then a fresh
fixpoint; then all failovers and recoveries that are due are applied together and a fresh fixpoint is taken, until none
is left; then all tolerances that have run out act together, and again failovers and recoveries. Clocks, positions and
readiness are updated from the settled state only, so nothing that lasts no time is ever seen.

A component with a recovery time (or a cold restart) that went down is *not ready*, and so down, until nothing outside
its own cycle has kept it down for as long as it takes to recover: whether something outside does is asked of the
fixpoint in which no member of its cycle is held back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from blastradius.circuit import NEVER
from blastradius.engine import DEGRADED, DOWN, UP, Solution, settings, solve
from blastradius.engine.cycles import cycles
from blastradius.engine.solve import ACTS_DOWN, ACTS_IMPAIRED, PASSES, group_value
from blastradius.graph import DependencyGraph
from blastradius.simulate.instants import Instant, Stretch, Trace

MAX_INSTANTS = 100_000
"""A walk settles once its last edge is past; more instants than this mean a defect, not a system."""


@dataclass
class _Clocks:
    """Since when conditions hold without a break."""

    impaired: dict[int, int] = field(default_factory=dict)
    down: dict[int, int] = field(default_factory=dict)
    failover: dict[int, int] = field(default_factory=dict)
    recovery: dict[int, int] = field(default_factory=dict)


def trace(
    graph: DependencyGraph,
    phases: Sequence[tuple[int, int | None, Iterable[str], Iterable[str]]],
    horizon: int | None,
    *,
    by_hand: bool = True,
) -> Trace:
    """Walk a scenario forward in time.

    Args:
        graph: the system.
        phases: start, length (none for ever), ids removed and ids degraded, in seconds.
        horizon: second at which nobody looks any more; none for ever.
        by_hand: whether manual failovers happen.

    Returns:
        The settled states.
    """
    found = [stretch(graph, *phase) for phase in phases]
    return Walk(graph, found, horizon, by_hand=by_hand).run()


def stretch(
    graph: DependencyGraph,
    start: int,
    length: int | None,
    removed: Iterable[str],
    degraded: Iterable[str],
    unseen: Iterable[int] = (),
) -> Stretch:
    """Faults during one stretch of time.

    Args:
        graph: the system.
        start: second at which it begins.
        length: seconds it lasts, none for ever.
        removed: ids that are down.
        degraded: ids that are degraded.
        unseen: further nodes that are down, by number.
    """
    index = graph.circuit.index
    faults = {index[node]: DEGRADED for node in degraded}
    faults.update((index[node], DOWN) for node in removed)
    faults.update(dict.fromkeys(unseen, DOWN))
    return Stretch(start, None if length is None else start + length, faults)


class Walk:
    """One walk over a scenario; `bound` as `solve` takes it."""

    def __init__(
        self,
        graph: DependencyGraph,
        stretches: Sequence[Stretch],
        horizon: int | None,
        *,
        by_hand: bool = True,
        bound: Mapping[int, Sequence[int]] | None = None,
    ) -> None:
        self.graph, self.circuit, self.horizon = graph, graph.circuit, horizon
        self.stretches, self.bound = stretches, bound
        circuit = self.circuit
        self.codes = settings(circuit, "start")
        self.moved = bytearray(len(circuit.groups))
        each = zip(circuit.rule_impaired, circuit.rule_down, strict=True)
        self.late = bytearray(impaired > 0 or down > 0 for impaired, down in each)
        self.failovers = [
            n for n, g in enumerate(circuit.groups) if g.active and g.fails_over and (by_hand or not g.manual)
        ]
        self.recovery: dict[int, int] = {}
        self.cold: dict[int, int | None] = {}
        for component in graph.slow:
            node = circuit.index[component.id]
            self.recovery[node] = component.recovery or 0
            if component.restart == "cold":
                self.cold[node] = circuit.phase_node(node, "startup")
        self.cycles = cycles(circuit) if self.recovery else []
        self.waiting: set[int] = set()
        self.clocks = _Clocks()

    def run(self) -> Trace:
        """Walk to the horizon, or until nothing is left to happen."""
        instants: list[Instant] = []
        time: int | None = 0
        while time is not None and (self.horizon is None or time < self.horizon):
            instants.append(self._settle(time))
            if len(instants) > MAX_INSTANTS:
                raise RuntimeError("the walk does not settle")
            time = self._next(time)
        return Trace(self.graph, tuple(instants), self.horizon)

    def _removed(self, time: int) -> dict[int, int]:
        faults: dict[int, int] = {}
        for stretch in self.stretches:
            if stretch.start <= time and (stretch.end is None or time < stretch.end):
                for node, severity in stretch.faults.items():
                    faults[node] = max(severity, faults.get(node, 0))
        return faults

    def _settle(self, time: int) -> Instant:
        removed = self._removed(time)
        moves: list[int] = []
        moved_before = bytes(self.moved)
        while True:
            solution = self._solve(removed)
            going = self._due_failovers(solution, time)
            coming = self._due_recoveries(removed, solution, time)
            if going or coming:
                for number in going:
                    self.moved[number] = 1
                moves += going
                self.waiting.difference_update(coming)
            else:
                hurt = self._hurt(solution)
                if not self._fire(hurt, time):
                    break
        without = None
        if moves:
            without = bytes(solve(self.circuit, self._faults(removed), self.codes, bytearray(moved_before)).state)
        faults, codes = self._faults(removed), bytes(self.codes)
        recovering = frozenset(self.waiting - removed.keys())
        self._update(removed, solution, hurt, time)
        return Instant(
            time,
            bytes(solution.state),
            bytes(solution.groups),
            faults,
            codes,
            bytes(self.moved),
            tuple(sorted(moves)),
            without,
            recovering,
        )

    def _faults(self, removed: dict[int, int]) -> dict[int, int]:
        return {**removed, **dict.fromkeys(self.waiting, DOWN)}

    def _solve(self, removed: dict[int, int]) -> Solution:
        return solve(self.circuit, self._faults(removed), self.codes, self.moved, bound=self.bound)

    def _wants_over(self, number: int, state: bytearray) -> bool:
        """Whether the active members are worse than all members, which with the needs are not down."""
        if self.moved[number]:
            return False
        group = self.circuit.groups[number]
        shown = group_value(group, state, moved=False, standby=False)
        best = group_value(group, state, moved=True, standby=False)
        return shown > best != DOWN and all(state[need] != DOWN for need in group.needs)

    def _due_failovers(self, solution: Solution, time: int) -> list[int]:
        since = self.clocks.failover
        return [
            number
            for number in self._hurt_failovers(solution)
            if since.get(number, time) + self.circuit.groups[number].takes <= time
            and self._wants_over(number, solution.state)
        ]

    def _hurt_failovers(self, solution: Solution) -> list[int]:
        """Those of which the group is not up: no other wants over."""
        return [number for number in self.failovers if solution.groups[number]]

    def _due_recoveries(self, removed: dict[int, int], solution: Solution, time: int) -> list[int]:
        since = self.clocks.recovery
        return [
            node
            for node in sorted(self.waiting)
            if since.get(node, time) + self.recovery[node] <= time
            and self._stands(node, removed, solution)
            and self._can_start(node, solution)
        ]

    def _can_start(self, node: int, solution: Solution) -> bool:
        startup = self.cold.get(node)
        return startup is None or solution.state[startup] != DOWN

    def _stands(self, node: int, removed: dict[int, int], solution: Solution) -> bool:
        """Whether nothing outside the node's own cycle keeps it down."""
        if removed.get(node) == DOWN:
            return False
        if solution.state[node] != DOWN:
            return True
        cycle = self.cycles[node]
        state = bytearray(solution.state)
        for member in cycle:
            state[member] = removed.get(member, UP)
        changed = True
        while changed:
            changed = False
            for member in cycle:
                worst = max((self._passed(rule, state) for rule in self.circuit.feeds[member]), default=UP)
                if worst > state[member]:
                    state[member] = worst
                    changed = True
        return state[node] != DOWN

    def _input(self, number: int, state: bytearray) -> int:
        source, place = self.circuit.input_of(number)
        if place < 0:
            return state[source]
        return group_value(self.circuit.groups[place], state, moved=bool(self.moved[place]), standby=False)

    def _passed(self, number: int, state: bytearray) -> int:
        return PASSES[self.codes[number]][self._input(number, state)]

    def _hurt(self, solution: Solution) -> dict[int, int]:
        """What comes in of the rules with a delay, where it is not up; in a large system most is."""
        circuit, late = self.circuit, self.late
        users, start = circuit.users, circuit.users_start
        found = {}
        for node, value in enumerate(solution.state):
            if value:
                for number in users[start[node] : start[node + 1]]:
                    if late[number]:
                        found[number] = value
        for number, value in enumerate(solution.groups):
            if value and late[circuit.groups[number].rule]:
                found[circuit.groups[number].rule] = value
        return found

    def _bad(self, number: int, value: int) -> tuple[bool, bool]:
        """Whether a rule's input is bad on the impaired and on the down plane."""
        down = value == DOWN
        return (value != UP if self.circuit.rule_hard[number] else down), down and self._after(number)[1] != NEVER

    def _after(self, number: int) -> tuple[int, int]:
        return self.circuit.rule_impaired[number], self.circuit.rule_down[number]

    def _fire(self, hurt: dict[int, int], time: int) -> bool:
        """Let all rules act whose time has run out; whether any did."""
        fired = False
        for plane, since, place in self._planes():
            for number in since.keys() & hurt.keys():
                late = since[number] + self._after(number)[place] <= time and not self.codes[number] & plane
                if late and self._bad(number, hurt[number])[place]:
                    self.codes[number] |= plane
                    fired = True
        return fired

    def _planes(self) -> tuple[tuple[int, dict[int, int], int], ...]:
        """How a plane is coded, its clocks, and its place among the delays."""
        return (ACTS_IMPAIRED, self.clocks.impaired, 0), (ACTS_DOWN, self.clocks.down, 1)

    def _update(self, removed: dict[int, int], solution: Solution, hurt: dict[int, int], time: int) -> None:
        """Start and stop clocks from the settled state."""
        clocks = self.clocks
        for plane, since, place in self._planes():
            # a rule acts after its delay only while its clock runs
            for number in {*hurt, *since}:
                if self._after(number)[place] > 0:
                    self._tick(number, self._bad(number, hurt.get(number, UP))[place], since, time, plane)
        wanting = {number for number in self._hurt_failovers(solution) if self._wants_over(number, solution.state)}
        for number in clocks.failover.keys() - wanting:
            del clocks.failover[number]
        for number in wanting:
            clocks.failover.setdefault(number, time)
        for node in self.recovery:
            self._ready(node, removed, solution, time)

    def _tick(self, number: int, bad: bool, since: dict[int, int], time: int, plane: int) -> None:
        if bad:
            since.setdefault(number, time)
        else:
            since.pop(number, None)
            self.codes[number] &= ~plane

    def _ready(self, node: int, removed: dict[int, int], solution: Solution, time: int) -> None:
        if not self._stands(node, removed, solution):
            self.waiting.add(node)
            self.clocks.recovery.pop(node, None)
        elif node in self.waiting and self._can_start(node, solution):
            self.clocks.recovery.setdefault(node, time)
        else:
            self.clocks.recovery.pop(node, None)

    def _next(self, time: int) -> int | None:
        """The next instant at which anything may happen."""
        circuit, clocks = self.circuit, self.clocks
        times = [s.start for s in self.stretches] + [s.end for s in self.stretches if s.end is not None]
        times += [since + circuit.rule_impaired[n] for n, since in clocks.impaired.items()]
        times += [since + circuit.rule_down[n] for n, since in clocks.down.items()]
        times += [since + circuit.groups[n].takes for n, since in clocks.failover.items()]
        times += [since + self.recovery[n] for n, since in clocks.recovery.items()]
        return min((moment for moment in times if moment > time), default=None)
