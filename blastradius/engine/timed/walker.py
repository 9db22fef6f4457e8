"""A circuit laid out for the steps of a walk, and walks of many losses over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any

from blastradius.circuit import NEVER, Circuit
from blastradius.engine.cores import cores
from blastradius.engine.solve import ACTS_DOWN, DOWN, settings
from blastradius.engine.timed import whole

Rows = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Walks:
    """What became of each loss, by its place.

    Attributes:
        left: whether a walk was left where something would have to recover: then the rest says nothing.
        down: components down in the end.
        degraded: components degraded in the end.
        exposed: components without the spare they had.
        ends: 2 where a journey breaks, 1 where it degrades: a row a loss.
        states: severity of each component and journey in the end, where asked for: a row a loss.
        ever: whether it was down at any instant, likewise.
    """

    left: Any
    down: Any
    degraded: Any
    exposed: Any
    ends: Any
    states: Any
    ever: Any

    @classmethod
    def joined(cls, parts: Sequence[Walks]) -> Walks:
        """Walks of several parts, one part behind the other, as arrays."""
        import numpy as np

        def behind(name: str) -> Any:
            kind = np.int64 if name in ("down", "degraded", "exposed") else np.uint8
            return np.concatenate([np.array([], kind), *(np.asarray(getattr(one, name), kind) for one in parts)])

        return cls(**{one.name: behind(one.name) for one in fields(cls)})


class Walker:
    """Timed walks of losses for ever.

    Args:
        circuit: the system.
        slow: components that take time to come back.
        objectives: RTO of each journey in seconds, in the order of nodes; none where there is none.
        ties: nodes that go down with a node beside all rules.
        compiled: whether to use numba, which must be there.
    """

    def __init__(
        self,
        circuit: Circuit,
        slow: Iterable[int],
        objectives: Sequence[int | None],
        *,
        ties: Mapping[int, Sequence[int]] | None = None,
        compiled: bool = False,
    ) -> None:
        self.circuit, self.compiled = circuit, compiled
        self._first, self._named = circuit.component_count, circuit.named_count
        self._nodes, self._grouped = len(circuit.ids), len(circuit.groups)
        self.pairs = [(one, other) for one in sorted(ties or {}) for other in (ties or {})[one]]
        self.count = len(circuit.rules) + len(self.pairs)
        held = bytearray(len(circuit.ids))
        for node in slow:
            held[node] = 1
        self._slow = held
        self._rto = [-1 if one is None else one for one in objectives]
        self._rooms: dict[bool, list[Any]] = {False: [], True: []}

    def __getstate__(self) -> dict[str, Any]:
        """The layout alone, for a process that has no circuit."""
        kept = ("compiled", "count", "_first", "_named", "_nodes", "_grouped", "_rto", "_net", "_groups", "_fixed")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        from blastradius.engine.packed.passes import has_numba

        self.__dict__.update(state, _rooms={False: [], True: []})
        if self.compiled and not has_numba():
            # lists are what Python runs the steps on
            slow, objectives, codes = self._fixed
            self.__dict__.update(
                compiled=False,
                _net=tuple(one.tolist() for one in self._net),
                _groups=tuple(one.tolist() for one in self._groups),
                _fixed=(bytearray(slow), objectives.tolist(), bytearray(codes)),
            )

    def walk(
        self,
        losses: Sequence[Sequence[int]],
        *,
        states: bool = False,
        ever: bool = False,
        workers: int | None = None,
    ) -> Walks:
        """Walk losses for ever.

        Args:
            losses: nodes that are lost together.
            states: whether to keep what each walk ended in: a byte a node and loss.
            ever: whether to keep what was down at any instant: as much.
            workers: threads; as many as this process may use cores by default.
        """
        return self._walk([[2 * node + 1 for node in one] for one in losses], None, states, ever, workers)

    def walk_within(self, parts: Sequence[tuple[Sequence[int], Mapping[int, int]]]) -> Walks:
        """Walk parts of the system, all else standing still.

        Args:
            parts: the nodes that may change, and the severity of those around them that are not up throughout.
        """
        faults = [[2 * node + (value == DOWN) for node, value in around.items()] for _, around in parts]
        return self._walk(faults, [inside for inside, _ in parts], states=False, ever=False, workers=None)

    def _walk(self, faults: Rows, opened: Rows | None, states: bool, ever: bool, workers: int | None) -> Walks:
        size, named = len(faults), self._named
        make = self._bytes
        walks = Walks(
            left=make(size),
            down=self._ints(size),
            degraded=self._ints(size),
            exposed=self._ints(size),
            ends=make(size * len(self._rto)),
            states=make(size * named if states else 0),
            ever=make(size * named if ever else 0),
        )
        out = (walks.left, walks.down, walks.degraded, walks.exposed, walks.ends, walks.states, walks.ever)
        rows = *_flat(faults), *_flat([()] * size if opened is None else opened)
        start, nodes, open_start, inside = (self._array(row) for row in rows)
        rooms = self._rooms[opened is not None]
        workers = min(workers or cores(), size) if self.compiled else 1

        def share(thread: int) -> None:
            room = rooms.pop() if rooms else self._room(shut=opened is not None)
            numbers = self._array(list(range(thread, size, workers)))
            asked = (start, nodes, open_start, inside, numbers)
            self._batch(asked, self._first, named, self._net, self._groups, room, self._fixed, out)
            rooms.append(room)

        if workers <= 1:
            share(0)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(share, range(workers)))
        return walks

    @cached_property
    def _batch(self) -> Any:
        if not self.compiled:
            return whole.batch
        from blastradius.engine.timed.compiled import batch

        return batch

    def _array(self, values: Any) -> Any:
        """Numbers as the steps take them: arrays for kernels, lists where Python runs them."""
        if not self.compiled:
            return list(values)
        import numpy as np

        return np.array(values, np.int64)

    def _ints(self, size: int, value: int = 0) -> Any:
        if not self.compiled:
            return [value] * size
        import numpy as np

        return np.full(size, value, np.int64)

    def _bytes(self, size: int) -> Any:
        if not self.compiled:
            return bytearray(size)
        import numpy as np

        return np.zeros(size, np.uint8)

    def _codes(self) -> Any:
        codes = settings(self.circuit, "start") + bytes([ACTS_DOWN]) * len(self.pairs)
        if not self.compiled:
            return codes
        import numpy as np

        return np.frombuffer(bytes(codes), np.uint8).copy()

    @cached_property
    def _net(self) -> Any:
        circuit, array = self.circuit, self._array
        users, users_start = circuit.users, circuit.users_start
        feeds: Rows = circuit.feeds
        started: Sequence[int] = users_start
        used: Sequence[int] = users
        if self.pairs:
            more: list[list[int]] = [list(users[a:b]) for a, b in pairwise(users_start)]
            fed = [list(rules) for rules in feeds]
            for number, (one, other) in enumerate(self.pairs, len(circuit.rules)):
                more[one].append(number)
                fed[other].append(number)
            started, used = _flat(more)
            feeds = fed
        none = [0] * len(self.pairs)
        grouped = [-1] * self.count
        for number, group in enumerate(circuit.groups):
            grouped[group.rule] = number
        flat = _flat(feeds)
        return (
            array(started), array(used), array(circuit.roles_start), array(circuit.roles),
            array([*circuit.rule_node, *(other for _, other in self.pairs)]),
            array(flat[0]), array(flat[1]),
            array([*circuit.rule_source, *(one for one, _ in self.pairs)]),
            array(grouped),
            array([*circuit.rule_impaired, *none]),
            array([*circuit.rule_down, *none]),
        )  # fmt: skip

    @cached_property
    def _groups(self) -> Any:
        groups = self.circuit.groups
        rows: Rows = [
            [group.rule for group in groups],
            [group.required for group in groups],
            [group.full for group in groups],
            [len(group.members) for group in groups],
            [len(group.active) for group in groups],
            [group.active_full for group in groups],
            [group.takes if group.active else NEVER for group in groups],
        ]
        return tuple(self._array(row) for row in rows)

    @cached_property
    def _fixed(self) -> Any:
        slow = self._slow
        if self.compiled:
            import numpy as np

            slow = np.frombuffer(bytes(slow), np.uint8)  # type: ignore[assignment]
        return slow, self._array(self._rto), self._codes()

    def _room(self, *, shut: bool) -> Any:
        nodes, groups, journeys = self._nodes, self._grouped, len(self._rto)
        make = self._bytes
        closed = make(nodes)
        if shut:
            for node in range(nodes):
                closed[node] = 1
        space = (
            make(nodes), make(nodes), make(nodes), self._fixed[2].copy(), make(groups), self._ints(groups * 5),
            self._ints(self.count, -1), self._ints(self.count, -1), self._ints(groups, -1), make(nodes), make(nodes),
            closed,
        )  # fmt: skip
        return space, make(nodes), (make(nodes), self._ints(journeys), make(journeys), make(journeys))


def _flat(lists: Iterable[Collection[int]]) -> tuple[list[int], list[int]]:
    """Lists of numbers as one, with the start of each."""
    rows = list(lists)
    return [0, *accumulate(len(row) for row in rows)], list(chain.from_iterable(rows))
