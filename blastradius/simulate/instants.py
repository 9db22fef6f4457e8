"""What the timed walk leaves behind: settled states, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from blastradius.graph import DependencyGraph


@dataclass(frozen=True, slots=True)
class Stretch:
    """Faults during one stretch of time, in node numbers; `end` is none for ever."""

    start: int
    end: int | None
    faults: dict[int, int]


@dataclass(frozen=True, slots=True)
class Instant:
    """A settled state and what moved to reach it.

    Attributes:
        time: second at which it begins.
        state: severity of each node.
        groups: severity of each group.
        faults: severities that nodes had of themselves, those not ready included.
        codes: which planes of each rule act.
        moved: position of each group.
        moves: groups that failed over at this instant.
        without: the state had they not.
        recovering: nodes that are not ready of themselves, beside what the scenario takes away.
    """

    time: int
    state: bytes
    groups: bytes
    faults: dict[int, int]
    codes: bytes
    moved: bytes
    moves: tuple[int, ...] = ()
    without: bytes | None = None
    recovering: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Trace:
    """All settled states up to the horizon."""

    graph: DependencyGraph
    instants: tuple[Instant, ...]
    horizon: int | None

    def at(self, second: int) -> dict[str, int]:
        """Severity by id of everything during the given second."""
        current = [instant for instant in self.instants if instant.time <= second][-1]
        return {node: current.state[number] for number, node in enumerate(self.graph.ids)}

    @property
    def last(self) -> Instant:
        """The state just before the horizon."""
        return self.instants[-1]
