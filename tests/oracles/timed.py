"""Small-step timed reference: one second after the other, a counter for each rule, nothing clever.

A state at second t is the settled one, which holds for [t, t+1).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from oracles.rules import DEGRADED, DOWN, Need, needs_down, over_active, over_all, takes
from oracles.world import Flags, Plane, View, World, bad, delay_of

from blastradius.model import Component, Inventory, Journey

#: (at, duration or None for ever, removed ids, degraded ids)
Stretch = tuple[int, int | None, Collection[str], Collection[str]]


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


class _Run:
    """The clocks, timers and flags of one simulation; `step` is one second."""

    def __init__(self, inventory: Inventory, stretches: Sequence[Stretch]) -> None:
        self.world = World(inventory)
        self.stretches = stretches
        self.flags = Flags(set(), set(), set())
        self.clocks: dict[Plane, int] = {
            (need.number, plane): 0 for need in self.world.rules for plane in (DEGRADED, DOWN) if delay_of(need, plane)
        }
        self.timers = {
            n.number: 0 for n in self.world.rules if n.group and n.group.active and takes(n.group) is not None
        }
        self.slow = [c for c in inventory.components if c.recovery or c.restart == "cold"]
        self.back_for = {component.id: 0 for component in self.slow}
        self.cycles = {component.id: self.world.cycle_of(component.id) for component in self.slow}

    def step(self, now: int) -> tuple[View, set[int]]:
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

    def _wants_to_move(self, need: Need, view: View) -> bool:
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

    def _may_come_back(self, component: Component, view: View) -> bool:
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

    def _is_bad(self, key: Plane, view: View) -> bool:
        need = self.world.rules[key[0]]
        return bad(need, key[1], self.world.value(need, self.world.reader(need, view), self.flags))

    def remember(self, view: View) -> None:
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
