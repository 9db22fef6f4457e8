"""One instant of the timed oracle: an inventory under some faults, evaluated for given flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oracles.rules import DEGRADED, DOWN, UP, Need, Read, needs_of, over_active, over_all

from blastradius.model import PHASES, Inventory

#: (number of the rule, plane): plane 1 is "not fully up", plane 2 is "down".
Plane = tuple[int, int]


@dataclass
class Flags:
    """What is remembered from one second to the next."""

    fired: set[Plane]
    moved: set[int]
    not_ready: set[str]

    def but(self, *, moved: set[int] | None = None, not_ready: set[str] | None = None) -> Flags:
        return Flags(
            self.fired,
            self.moved if moved is None else moved,
            self.not_ready if not_ready is None else not_ready,
        )


@dataclass
class View:
    """One fixpoint and all that is read off it."""

    runtime: dict[str, int]
    phases: dict[str, dict[str, int]]
    journeys: dict[str, int]

    @property
    def nodes(self) -> dict[str, int]:
        """Runtime states of components, and journeys."""
        return self.runtime | self.journeys


class World:
    """An inventory under some faults, evaluated for given flags; remembers nothing itself."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.rules = needs_of(inventory)
        self.phase_of = {journey.id: journey.phase for journey in inventory.journeys}
        self.ids = [component.id for component in inventory.components]
        self.removed: set[str] = set()
        self.degraded: set[str] = set()

    def reader(self, need: Need, view: View) -> Read:
        """Where a rule reads its inputs: the runtime, or for a journey of another phase the states in that phase."""
        phase = self.phase_of.get(need.dependent, "runtime")
        return (view.runtime if phase == "runtime" else view.phases[phase]).__getitem__

    def value(self, need: Need, read: Read, flags: Flags) -> int:
        """Severity of what a rule needs."""
        if need.one is not None:
            return read(need.one)
        assert need.group is not None
        if not need.group.active or need.number in flags.moved:
            return over_all(need.group, read)
        return over_active(need.group, read)

    def contribution(self, need: Need, read: Read, flags: Flags) -> int:
        """What a rule does to its dependent: the worst plane that acts."""
        value = self.value(need, read, flags)
        for plane in (DOWN, DEGRADED):
            delay = delay_of(need, plane)
            if delay is not None and bad(need, plane, value) and (delay == 0 or (need.number, plane) in flags.fired):
                return plane
        return UP

    def fixpoint(self, flags: Flags) -> dict[str, int]:
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

    def view(self, flags: Flags) -> View:
        """The fixpoint, one step of the other phases, and the journeys."""
        view = View(self.fixpoint(flags), {}, {})
        for phase in PHASES[1:]:
            view.phases[phase] = {
                ident: self.worst(ident, phase, view.runtime.__getitem__, flags) for ident in self.ids
            }
        for journey in self.inventory.journeys:
            read = (view.runtime if journey.phase == "runtime" else view.phases[journey.phase]).__getitem__
            view.journeys[journey.id] = self.worst(journey.id, journey.phase, read, flags)
        return view

    def worst(self, dependent: str, phase: str, read: Read, flags: Flags) -> int:
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
