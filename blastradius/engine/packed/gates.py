"""A circuit as monotone gates over bits: every rule of both planes becomes "at least so many of these inputs".

A node has a signal on the plane *down* and one on the plane *bad* (degraded or down); where the two can never differ
they are one signal. An OR is a threshold of 1, an AND one of all inputs, a k-of-n group something between. What a
failover adds is an AND of "the active members do not suffice" and "the others do not either, or it cannot move".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blastradius.circuit import HARD, Circuit, Group
from blastradius.engine.packed.rows import Array, Ints, by_key, reached
from blastradius.engine.solve import ACTS_DOWN, ACTS_IMPAIRED

ZERO, ONE = 0, 1
"""Signals that never and always are set."""


@dataclass(frozen=True)
class Watch:
    """What tells whether a component still has the spare that a group gave it, in signals.

    Exposed is: the failover cannot move and exactly as many active members are left as are required, or it can (or
    none is needed) and exactly as many of all members are.

    Attributes:
        node: the component.
        last: at most the required number of members is left.
        gone: fewer are.
        stuck: a need of the failover is down.
        last_active: at most the required number of active members is left.
        gone_active: fewer are.
    """

    node: int
    last: int
    gone: int
    stuck: int = ZERO
    last_active: int = ZERO
    gone_active: int = ZERO


@dataclass(frozen=True)
class Founding:
    """A failover on one plane: `closed` is a signal that nothing feeds, set while the failover does not count.

    Attributes:
        out: what the group shows.
        closed: that signal.
        needs: signals that must not be set for it to count: of what it calls, and of its members being too few.
    """

    out: int
    closed: int
    needs: tuple[int, ...]


@dataclass(frozen=True)
class Gates:
    """Gates in the order in which they were made; signal 0 is never set, signal 1 always.

    Attributes:
        threshold: how many inputs set a signal; 0 for one that nothing feeds.
        gate: for each connection the signal it feeds.
        source: for each connection the signal it reads.
        down: signal of each node on the plane down.
        bad: signal of each node on the plane bad.
        watches: what tells of lost spares.
        alarms: set where the active members of a group that can fail over are not all right.
        moving: for each such group, where asked for: the active members are down, all are; the active are bad, all are.
        foundings: failovers, each plane apart.
    """

    threshold: Ints
    gate: Ints
    source: Ints
    down: Ints
    bad: Ints
    watches: tuple[Watch, ...]
    alarms: tuple[int, ...]
    moving: tuple[tuple[int, int, int, int], ...]
    foundings: tuple[Founding, ...]


def gates(
    circuit: Circuit,
    codes: bytes | bytearray,
    *,
    failovers: bool,
    ties: Mapping[int, Sequence[int]] | None = None,
    watched: bool = False,
    apart: bool = False,
    needs: bool = True,
) -> Gates:
    """Turn a circuit into gates.

    Args:
        circuit: the system.
        codes: action code of each rule, as `settings` makes them.
        failovers: whether failovers count; else a group shows its active members.
        ties: nodes that go down with a node beside all rules.
        watched: whether to add what tells of lost spares.
        apart: whether nodes may be degraded by themselves, so that the planes differ everywhere.
        needs: whether a failover takes what it calls; without, nothing keeps one from happening.
    """
    return _Maker(circuit, codes, failovers, ties or {}, watched, apart, needs).made()


class _Maker:
    def __init__(
        self,
        circuit: Circuit,
        codes: bytes | bytearray,
        failovers: bool,
        ties: Mapping[int, Sequence[int]],
        watched: bool,
        apart: bool,
        needs: bool,
    ) -> None:
        self.needs = needs
        self.circuit, self.failovers, self.watched = circuit, failovers, watched
        count = len(circuit.ids)
        code = np.frombuffer(bytes(codes), np.uint8)
        self.node = np.frombuffer(circuit.rule_node, np.int32).astype(np.int64)
        self.source = np.frombuffer(circuit.rule_source, np.int32).astype(np.int64)
        self.hard, self.falls, self.impairs = ((code & bit) > 0 for bit in (HARD, ACTS_DOWN, ACTS_IMPAIRED))
        self.plain = self.source >= 0
        pairs = [(one, other) for one, others in ties.items() for other in others]
        self.tied = np.array(pairs, np.int64).reshape(-1, 2)
        self.down = np.arange(2, count + 2)
        self.bad = self.down.copy()
        differing = np.ones(count, np.bool_) if apart else self._differing(count)
        self.bad[differing] = np.arange(count + 2, count + 2 + int(differing.sum()))
        self.thresholds: list[int] = [0, 0] + [1] * (count + int(differing.sum()))
        self.feeds: list[tuple[Array, Array]] = []
        self.gate: list[int] = []
        self.read: list[int] = []
        # How many rules feed a node: a group that alone does needs no signal of its own.
        self.falling = np.bincount(self.node[self.falls], minlength=count)
        self.falling += np.bincount(self.tied[:, 1], minlength=count)
        self.impairing = np.bincount(self.node[self.impairs], minlength=count)
        self.impairing += np.bincount(self.tied[:, 1], minlength=count)
        self.watches: list[Watch] = []
        self.alarms: list[int] = []
        self.moving: list[tuple[int, int, int, int]] = []
        self.foundings: list[Founding] = []

    def made(self) -> Gates:
        self._plain_rules()
        for group in self.circuit.groups:
            self._group(group)
        heads = np.concatenate([*(head for head, _ in self.feeds), np.array(self.gate, np.int64)])
        tails = np.concatenate([*(tail for _, tail in self.feeds), np.array(self.read, np.int64)])
        other = heads != tails
        return Gates(
            np.array(self.thresholds, np.int64),
            heads[other],
            tails[other],
            self.down,
            self.bad,
            tuple(self.watches),
            tuple(dict.fromkeys(self.alarms)),
            tuple(self.moving),
            tuple(self.foundings),
        )

    def _differing(self, count: int) -> NDArray[np.bool_]:
        """Nodes that can be degraded and not down: through a soft need, too few for full service, or such a node."""
        seeds = [self.node[self.impairs & ~self.falls]]
        carried = self.plain & self.hard & self.impairs
        heads, tails = [self.node[carried]], [self.source[carried]]
        for group in self.circuit.groups:
            if not (self.hard[group.rule] and self.impairs[group.rule]):
                continue
            target = int(self.node[group.rule])
            if group.full > group.required:
                seeds.append(np.array([target]))
            members = np.array(group.members, np.int64)
            heads.append(np.full(members.size, target))
            tails.append(members)
        start, following = by_key(np.concatenate(tails), np.concatenate(heads), count)
        return reached(start, following, np.concatenate(seeds), count)

    def _plain_rules(self) -> None:
        """Feed nodes from nodes: both planes, all rules at once."""
        falls = self.plain & self.falls
        self.feeds.append((self.down[self.node[falls]], self.down[self.source[falls]]))
        impairs = self.plain & self.impairs & self._apart(self.node)
        source = self.source[impairs]
        read = np.where(self.hard[impairs], self.bad[source], self.down[source])
        self.feeds.append((self.bad[self.node[impairs]], read))
        one, other = self.tied[:, 0], self.tied[:, 1]
        self.feeds.append((self.down[other], self.down[one]))
        differ = self._apart(other)
        self.feeds.append((self.bad[other[differ]], self.down[one[differ]]))

    def _apart(self, nodes: Array) -> Array:
        differ: Array = self.bad[nodes] != self.down[nodes]
        return differ

    def _at_least(self, required: int, signals: Iterable[int], into: int | None = None) -> int:
        """A signal that is set where at least so many others are; one that is there already where that will do."""
        inputs = [int(signal) for signal in signals]
        if into is None:
            if len(inputs) == 1:
                return inputs[0]
            into = len(self.thresholds)
            self.thresholds.append(required)
        else:
            self.thresholds[into] = required
        self.gate += [into] * len(inputs)
        self.read += inputs
        return into

    def _group(self, group: Group) -> None:
        rule, target = group.rule, self.circuit.rule_node[group.rule]
        hard, falls, impairs = bool(self.hard[rule]), bool(self.falls[rule]), bool(self.impairs[rule])
        shown = group.active or group.members
        full = max(group.required, group.active_full if group.active else group.full)
        # The signal of the node itself serves where nothing else feeds it.
        alone = falls and self.falling[target] == 1 and not (group.active and group.fails_over)
        fallen = self._short(shown, group.required, into=int(self.down[target]) if alone else None)
        hurt = self._hurt(shown, full, fallen, full == group.required)
        if group.active and group.fails_over:
            self.alarms.append(hurt)
            needs = group.needs if self.needs else ()
            stuck = self._at_least(1, (self.down[need] for need in needs)) if needs else ZERO
            beyond = self._short(group.members, group.required) if self.failovers or self.watched else ZERO
            self._watch_moving(group, target, beyond, stuck, fallen)
            if self.failovers:
                fallen, hurt = self._failed_over(group, fallen, hurt, beyond, stuck)
        else:
            self._watch_still(group, target, shown, fallen)
        if falls and not alone:
            self._feed(int(self.down[target]), fallen)
        if impairs and self.bad[target] != self.down[target]:
            self._feed(int(self.bad[target]), hurt if hard else fallen)

    def _feed(self, signal: int, source: int) -> None:
        self.gate.append(signal)
        self.read.append(source)

    def _short(self, nodes: Sequence[int], required: int, into: int | None = None) -> int:
        """Set where fewer than required are not down."""
        return self._at_least(len(nodes) - required + 1, (self.down[node] for node in nodes), into)

    def _hurt(self, nodes: Sequence[int], full: int, fallen: int, same: bool) -> int:
        """Set where fewer than required for full service are all right."""
        if same and not self._apart(np.array(nodes, np.int64)).any():
            return fallen
        return self._at_least(len(nodes) - full + 1, (self.bad[node] for node in nodes))

    def _failed_over(self, group: Group, fallen: int, hurt: int, beyond: int, stuck: int) -> tuple[int, int]:
        """The group with its failover: no worse than its active members, no better than all of them."""
        full = max(group.required, group.full)
        worse = self._hurt(group.members, full, beyond, full == group.required)
        self.moving.append((fallen, beyond, hurt, worse))
        return self._saved(fallen, beyond, stuck), self._saved(hurt, worse, stuck)

    def _saved(self, shown: int, short: int, stuck: int) -> int:
        """Set where the active members do not suffice and the failover is no way out."""
        if not self.needs:
            return self._at_least(2, (shown, short))
        closed = len(self.thresholds)
        self.thresholds.append(0)
        needs = (short,) if stuck == ZERO else (short, stuck)
        out = self._at_least(2, (shown, self._at_least(1, (*needs, closed))))
        self.foundings.append(Founding(out, closed, needs))
        return out

    def _watch_moving(self, group: Group, target: int, beyond: int, stuck: int, fallen: int) -> None:
        spare = len(group.members) - group.required
        if not self.watched or target >= self.circuit.component_count or not spare:
            return
        last = self._at_least(spare, (self.down[node] for node in group.members))
        active = len(group.active) - group.required
        last_active = self._at_least(active, (self.down[node] for node in group.active)) if active else ONE
        self.watches.append(Watch(target, last, beyond, stuck, last_active, fallen))

    def _watch_still(self, group: Group, target: int, shown: Sequence[int], fallen: int) -> None:
        spare = len(shown) - group.required
        if self.watched and target < self.circuit.component_count and spare:
            self.watches.append(Watch(target, self._at_least(spare, (self.down[node] for node in shown)), fallen))
