"""Small-step timed reference: one second after the other, a counter for each rule, nothing clever.

A state at second t is the settled one, which holds for [t, t+1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from oracles.rules import DEGRADED, DOWN, UP, Need, Read, needs_down, needs_of, over_active, over_all, takes

from blastradius.model import PHASES, Component, Inventory, Journey

#: (at, duration or None for ever, removed ids, degraded ids)
Stretch = tuple[int, int | None, Collection[str], Collection[str]]
#: (number of the rule, plane): plane 1 is "not fully up", plane 2 is "down".
Plane = tuple[int, int]


@dataclass(frozen=True)
class Down:
    """A node was down in [start, end); `end` is the horizon where it still was."""

    start: int
    end: int
    by_failover: bool


@dataclass
class Trace:
    """What was at every second.

    Attributes:
        states: severity of every component and journey, by second.
        phases: severity of every component in `startup`, `deploy`, `operate`, by second: `phases[t][phase][id]`.
        positions: indices into `inventory.redundancies` of the groups that have moved, by second.
        journeys: down intervals by journey id.
        components: the same by component id.
    """

    states: list[dict[str, int]] = field(default_factory=list)
    phases: list[dict[str, dict[str, int]]] = field(default_factory=list)
    positions: list[frozenset[int]] = field(default_factory=list)
    journeys: dict[str, list[Down]] = field(default_factory=dict)
    components: dict[str, list[Down]] = field(default_factory=dict)

    def downs(self, ident: str) -> list[Down]:
        """Down intervals of a component or journey."""
        return self.journeys[ident] if ident in self.journeys else self.components[ident]

    def first(self, ident: str, severity: int) -> int | None:
        """Second at which something was first as bad as that, None where it never was."""
        return next((t for t, states in enumerate(self.states) if states[ident] >= severity), None)

    def at(self, second: int) -> dict[str, int]:
        """Settled state of [second, second + 1)."""
        return self.states[second]

    def verdict(self, journey: Journey) -> str:
        """`breaks`, `degrades` or `survives`."""
        for down in self.journeys[journey.id]:
            excused = down.by_failover and (journey.rto is None or down.end - down.start <= journey.rto)
            if not excused:
                return "breaks"
        return "degrades" if any(s[journey.id] == DEGRADED for s in self.states) else "survives"


@dataclass
class _Flags:
    """What is remembered from one second to the next."""

    fired: set[Plane]
    moved: set[int]
    not_ready: set[str]

    def but(self, *, moved: set[int] | None = None, not_ready: set[str] | None = None) -> _Flags:
        return _Flags(
            self.fired,
            self.moved if moved is None else moved,
            self.not_ready if not_ready is None else not_ready,
        )


@dataclass
class _View:
    """One fixpoint and all that is read off it."""

    runtime: dict[str, int]
    phases: dict[str, dict[str, int]]
    journeys: dict[str, int]

    @property
    def nodes(self) -> dict[str, int]:
        """Runtime states of components, and journeys."""
        return self.runtime | self.journeys


class _World:
    """An inventory under some faults, evaluated for given flags; remembers nothing itself."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.rules = needs_of(inventory)
        self.phase_of = {journey.id: journey.phase for journey in inventory.journeys}
        self.ids = [component.id for component in inventory.components]
        self.removed: set[str] = set()
        self.degraded: set[str] = set()

    def reader(self, need: Need, view: _View) -> Read:
        """Where a rule reads its inputs: the runtime, or for a journey of another phase the states in that phase."""
        phase = self.phase_of.get(need.dependent, "runtime")
        return (view.runtime if phase == "runtime" else view.phases[phase]).__getitem__

    def value(self, need: Need, read: Read, flags: _Flags) -> int:
        """Severity of what a rule needs."""
        if need.one is not None:
            return read(need.one)
        assert need.group is not None
        if not need.group.active or need.number in flags.moved:
            return over_all(need.group, read)
        return over_active(need.group, read)

    def contribution(self, need: Need, read: Read, flags: _Flags) -> int:
        """What a rule does to its dependent: the worst plane that acts."""
        value = self.value(need, read, flags)
        for plane in (DOWN, DEGRADED):
            delay = delay_of(need, plane)
            if delay is not None and bad(need, plane, value) and (delay == 0 or (need.number, plane) in flags.fired):
                return plane
        return UP

    def fixpoint(self, flags: _Flags) -> dict[str, int]:
        """Raise from nothing failed until nothing changes."""
        own = {
            i: DOWN if i in self.removed or i in flags.not_ready else DEGRADED if i in self.degraded else UP
            for i in self.ids
        }
        rules = [need for need in self.rules if need.phase == "runtime" and need.dependent in own]
        states = dict.fromkeys(self.ids, UP)
        while True:
            new = dict(own)
            for need in rules:
                new[need.dependent] = max(new[need.dependent], self.contribution(need, states.__getitem__, flags))
            if new == states:
                return states
            states = new

    def view(self, flags: _Flags) -> _View:
        """The fixpoint, one step of the other phases, and the journeys."""
        view = _View(self.fixpoint(flags), {}, {})
        for phase in PHASES[1:]:
            view.phases[phase] = {
                ident: self.worst(ident, phase, view.runtime.__getitem__, flags) for ident in self.ids
            }
        for journey in self.inventory.journeys:
            read = (view.runtime if journey.phase == "runtime" else view.phases[journey.phase]).__getitem__
            view.journeys[journey.id] = self.worst(journey.id, journey.phase, read, flags)
        return view

    def worst(self, dependent: str, phase: str, read: Read, flags: _Flags) -> int:
        """Worst of the rules of one dependent in one phase, one step."""
        felt = [n for n in self.rules if n.dependent == dependent and n.phase == phase]
        return max((self.contribution(need, read, flags) for need in felt), default=UP)

    def cycle_of(self, ident: str) -> set[str]:
        """Its strongly connected component: what it reaches over runtime rules and what reaches it."""
        return {
            other
            for other in self.ids
            if other == ident or (self._reaches(ident, other) and self._reaches(other, ident))
        }

    def _reaches(self, start: str, goal: str) -> bool:
        seen: set[str] = set()
        todo = [start]
        while todo:
            here = todo.pop()
            for need in self.rules:
                if need.dependent == here and need.phase == "runtime":
                    new = set(_read_by(need)) - seen
                    seen |= new
                    todo += new
        return goal in seen


def _read_by(need: Need) -> Iterable[str]:
    if need.one is not None:
        return [need.one]
    assert need.group is not None
    return [*need.group.members, *(need.group.failover.needs if need.group.failover else ())]


def delay_of(need: Need, plane: int) -> int | None:
    """Seconds its input must be bad before a rule acts on a plane; None where it never does."""
    if plane == DEGRADED or not need.soft:
        return need.tolerance
    return None if need.hardens_after is None else max(need.tolerance, need.hardens_after)


def bad(need: Need, plane: int, value: int) -> bool:
    """Whether the input of a rule is bad on a plane: a soft rule minds only what is down."""
    return value == DOWN if need.soft else value >= plane


class _Run:
    """The clocks, timers and flags of one simulation; `step` is one second."""

    def __init__(self, inventory: Inventory, stretches: Sequence[Stretch]) -> None:
        self.world = _World(inventory)
        self.stretches = stretches
        self.flags = _Flags(set(), set(), set())
        self.clocks: dict[Plane, int] = {
            (need.number, plane): 0 for need in self.world.rules for plane in (DEGRADED, DOWN) if delay_of(need, plane)
        }
        self.timers = {
            n.number: 0 for n in self.world.rules if n.group and n.group.active and takes(n.group) is not None
        }
        self.slow = [c for c in inventory.components if c.recovery or c.restart == "cold"]
        self.back_for = {component.id: 0 for component in self.slow}
        self.cycles = {component.id: self.world.cycle_of(component.id) for component in self.slow}

    def step(self, now: int) -> tuple[_View, set[int]]:
        """Settle second `now`; returns what is so then, and which failovers moved in this instant."""
        active = [s for s in self.stretches if s[0] <= now and (s[1] is None or now < s[0] + s[1])]
        self.world.removed = {ident for s in active for ident in s[2]}
        self.world.degraded = {ident for s in active for ident in s[3]}
        before = set(self.flags.moved)
        while True:
            self._failovers_and_recoveries()
            if not self._fire_clocks():
                break
        return self.world.view(self.flags), self.flags.moved - before

    def _failovers_and_recoveries(self) -> None:
        while True:
            view = self.world.view(self.flags)
            moving = {
                need.number
                for need in self.world.rules
                if need.number in self.timers and self._wants_to_move(need, view) and self._move_is_due(need)
            }
            back = {
                component.id
                for component in self.slow
                if component.id in self.flags.not_ready
                and self.back_for[component.id] >= (component.recovery or 0)
                and self._may_come_back(component, view)
            }
            if not moving and not back:
                return
            self.flags.moved |= moving
            self.flags.not_ready -= back

    def _move_is_due(self, need: Need) -> bool:
        assert need.group is not None
        wait = takes(need.group)
        return wait is not None and self.timers[need.number] >= wait

    def _wants_to_move(self, need: Need, view: _View) -> bool:
        assert need.group is not None
        read = self.world.reader(need, view)
        there = over_all(need.group, read)
        return (
            need.number not in self.flags.moved
            and over_active(need.group, read) > there
            and there != DOWN
            and not needs_down(need.group, view.runtime)
        )

    def _stands_outside(self, component: Component) -> bool:
        """C(X): not removed, nor down once nothing of its own cycle is still coming back."""
        if component.id in self.world.removed:
            return False
        waiting = self.flags.not_ready - self.cycles[component.id]
        return self.world.fixpoint(self.flags.but(not_ready=waiting))[component.id] != DOWN

    def _may_come_back(self, component: Component, view: _View) -> bool:
        if component.restart == "cold" and view.phases["startup"][component.id] == DOWN:
            return False
        return self._stands_outside(component)

    def _fire_clocks(self) -> bool:
        view = self.world.view(self.flags)
        due = {
            key
            for key, held in self.clocks.items()
            if key not in self.flags.fired and held >= self._delay(key) and self._is_bad(key, view)
        }
        self.flags.fired |= due
        return bool(due)

    def _delay(self, key: Plane) -> int:
        delay = delay_of(self.world.rules[key[0]], key[1])
        assert delay
        return delay

    def _is_bad(self, key: Plane, view: _View) -> bool:
        need = self.world.rules[key[0]]
        return bad(need, key[1], self.world.value(need, self.world.reader(need, view), self.flags))

    def remember(self, view: _View) -> None:
        """Count this settled second on every clock and timer, and note who has to come back."""
        still_bad = {key for key in self.clocks if self._is_bad(key, view)}
        wanting = {n.number for n in self.world.rules if n.number in self.timers and self._wants_to_move(n, view)}
        standing = {c.id for c in self.slow if self._stands_outside(c)}
        coming = {c.id for c in self.slow if self._may_come_back(c, view)}
        for key in self.clocks:
            self.clocks[key] = self.clocks[key] + 1 if key in still_bad else 0
        self.flags.fired &= still_bad
        for number in self.timers:
            self.timers[number] = self.timers[number] + 1 if number in wanting else 0
        for component in self.slow:
            if component.id not in standing:
                self.flags.not_ready.add(component.id)
            waiting = component.id in self.flags.not_ready and component.id in coming
            self.back_for[component.id] = self.back_for[component.id] + 1 if waiting else 0


def timed(inventory: Inventory, phases: Sequence[Stretch], horizon: int) -> Trace:
    """Advance one second at a time up to the horizon.

    Args:
        inventory: what there is.
        phases: (at, duration or None for ever, removed ids, degraded ids), in seconds.
        horizon: seconds looked at; at least 1.
    """
    run = _Run(inventory, phases)
    trace = Trace(journeys={j.id: [] for j in inventory.journeys}, components={c.id: [] for c in inventory.components})
    down_since: dict[str, int] = {}
    offset = len(inventory.dependencies)
    for now in range(horizon):
        view, moves = run.step(now)
        undone = run.world.view(run.flags.but(moved=run.flags.moved - moves)).nodes
        for ident, severity in view.nodes.items():
            if severity == DOWN:
                down_since.setdefault(ident, now)
            elif ident in down_since:
                by_failover = bool(moves) and undone[ident] == DOWN
                trace.downs(ident).append(Down(down_since.pop(ident), now, by_failover))
        trace.states.append(view.nodes)
        trace.phases.append(view.phases)
        trace.positions.append(frozenset(number - offset for number in run.flags.moved))
        run.remember(view)
    for ident, start in down_since.items():
        trace.downs(ident).append(Down(start, horizon, False))
    return trace
