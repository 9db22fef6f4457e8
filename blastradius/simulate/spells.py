"""Spells: the stretches of a timed walk in which something was not up, or could not be started, changed or operated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blastradius.engine import DOWN, UP
from blastradius.engine.solve import group_value
from blastradius.simulate.instants import Instant, Trace


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of one state.

    Attributes:
        start: the instant at which it began.
        end: second at which it ended; none where it lasted to the horizon.
        state: severity, 1 or 2.
    """

    start: Instant
    end: int | None
    state: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A failover that was wanted and could not happen, for what it calls was down.

    Attributes:
        group: number of the redundancy.
        needs: nodes that it calls and that were down at any time of it.
        start: second from which it was wanted and blocked.
        end: second at which that ended; none where it lasted to the horizon.
    """

    group: int
    needs: tuple[int, ...]
    start: int
    end: int | None


def spells(trace: Trace) -> dict[int, list[Spell]]:
    """The spells of every node that was ever not up, phase nodes included, by number."""
    found: dict[int, list[Spell]] = {}
    open_since: dict[int, Instant] = {}
    before = bytes(len(trace.graph.circuit.ids))
    for instant in trace.instants:
        for node, (old, new) in enumerate(zip(before, instant.state, strict=True)):
            if old == new:
                continue
            if old != UP:
                found.setdefault(node, []).append(Spell(open_since.pop(node), instant.time, old))
            if new != UP:
                open_since[node] = instant
        before = instant.state
    for node, since in open_since.items():
        found.setdefault(node, []).append(Spell(since, None, before[node]))
    return found


def blocked(trace: Trace) -> list[Blocked]:
    """Failovers that would have helped and did not happen, because something they call was down."""
    found: list[Blocked] = []
    wanted: dict[int, tuple[int, set[int]]] = {}
    for instant in trace.instants:
        now = dict(_blocked_at(trace, instant))
        for number in [number for number in wanted if number not in now]:
            start, needs = wanted.pop(number)
            found.append(Blocked(number, tuple(sorted(needs)), start, instant.time))
        for number, lacking in now.items():
            wanted.setdefault(number, (instant.time, set()))[1].update(lacking)
    found += [Blocked(number, tuple(sorted(needs)), start, None) for number, (start, needs) in wanted.items()]
    return sorted(found, key=lambda one: (one.start, one.group))


def _blocked_at(trace: Trace, instant: Instant) -> Iterator[tuple[int, list[int]]]:
    state = bytearray(instant.state)
    for number, group in enumerate(trace.graph.circuit.groups):
        if not group.active or instant.moved[number]:
            continue
        lacking = [need for need in group.needs if state[need] == DOWN]
        if lacking and group_value(group, state, moved=False, standby=False) > group_value(
            group, state, moved=True, standby=False
        ):
            yield number, lacking
