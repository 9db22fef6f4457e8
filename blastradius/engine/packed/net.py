"""A circuit ready to be evaluated for many losses at once: gates renumbered so that equal ones stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from blastradius.circuit import Circuit
from blastradius.engine.packed.gates import Gates, Watch, gates
from blastradius.engine.packed.order import Order, ordered
from blastradius.engine.packed.rows import Array, Ints, by_key
from blastradius.engine.solve import settings
from blastradius.storage import cache

SOURCE, EITHER, EVERY, COUNTED = 0, 1, 2, 3
"""Kinds of gates: nothing feeds it, one input suffices, all are needed, some number between."""

LARGE = 200_000
"""Rules from which on a net is kept between runs."""

ONCE, REPEATED, FOUNDED = 0, 1, 2
"""How a block is evaluated: in one go, until nothing changes, or that anew for each failover that is founded."""


@dataclass(frozen=True)
class Net:
    """Gates in the order of their evaluation; a row holds one bit a scenario.

    Attributes:
        rows: how many rows there are.
        threshold: of each row.
        start: where the inputs of each row begin.
        inputs: rows read.
        runs: rows of equal shape that follow each other: first, end, kind, inputs each, threshold, start of the inputs.
        blocks: runs that belong together: first, end, how, first row, end row, first founding, end of foundings.
        down: row of each node on the plane down.
        bad: row of each node on the plane bad; the same where the planes cannot differ.
        components: how many of the nodes are components.
        watches: node and rows of each `Watch`, by node.
        alarms: rows set where active members that could be failed over are not all right.
        moving: rows of each group whose failover counts: active members down, all down; active ones bad, all bad.
        closed: rows that are set while a failover does not count, by block.
        needs_start: where the needs of each founding begin.
        needs: rows of the needs of these failovers.
        zero: a row that is never set.
        one: a row that is always set.
    """

    rows: int
    threshold: Ints
    start: Ints
    inputs: Array
    runs: Ints
    blocks: Ints
    down: Ints
    bad: Ints
    components: int
    watches: Ints
    alarms: Ints
    moving: Ints
    closed: Ints
    needs_start: Ints
    needs: Ints
    zero: int
    one: int

    @property
    def founds(self) -> bool:
        """Whether any failover must be founded within a cycle through its needs or members."""
        return bool((self.blocks[:, 2] == FOUNDED).any())

    def begins(self, row: int) -> int:
        """The first row that may become set once one is: in a cycle those before it may as well."""
        place = int(np.searchsorted(self.blocks[:, 3], row, side="right")) - 1
        if place < 0:
            return row
        _, _, how, first, last, *_ = self.blocks[place].tolist()
        return first if how != ONCE and row < last else row


def compiled(
    circuit: Circuit,
    when: Literal["at_once", "eventually"],
    *,
    failovers: bool = True,
    ties: Mapping[int, Sequence[int]] | None = None,
    watched: bool = False,
    apart: bool = False,
    needs: bool = True,
) -> Net:
    """Compile a circuit.

    Args:
        circuit: the system.
        when: `at_once` or `eventually`, as `fixpoint` has it.
        failovers: whether failovers count.
        ties: nodes that go down with a node beside all rules.
        watched: whether to add what tells of lost spares.
        apart: whether a loss may degrade a node without taking it down.
        needs: whether failovers take what they call.
    """
    tied = sorted((one, tuple(others)) for one, others in (ties or {}).items())
    name = _name(circuit, (when, failovers, tied, watched, apart, needs))
    found = _restored(cache.kept(name)) if name else None
    if found is None:
        codes = settings(circuit, when)
        made = gates(circuit, codes, failovers=failovers, ties=ties, watched=watched, apart=apart, needs=needs)
        found = _net(made, ordered(made.gate, made.source, made.threshold.size), circuit.component_count)
        if name:
            cache.keep(name, {one.name: np.asarray(getattr(found, one.name)) for one in fields(Net)})
    return found


def _name(circuit: Circuit, asked: object) -> str:
    """Under which name a net is kept between runs: that of all that it is made of; none where making it is cheap."""
    if len(circuit.rule_node) < LARGE or cache.folder() is None:
        return ""
    groups = [
        (g.rule, g.members, g.required, g.full, g.active, g.active_full, g.needs, g.takes, g.manual)
        for g in circuit.groups
    ]
    counts = (circuit.component_count, circuit.named_count, len(circuit.ids), len(circuit.rule_node))
    told = repr((counts, asked, groups)).encode()
    arrays = (circuit.rule_node, circuit.rule_source, circuit.rule_impaired, circuit.rule_down, circuit.rule_hard)
    return "net-" + cache.key(*arrays, told)


def _restored(arrays: Mapping[str, Array] | None) -> Net | None:
    """A net that was kept."""
    if arrays is None or set(arrays) != {one.name for one in fields(Net)}:
        return None
    values: dict[str, Any] = {name: int(one) if one.ndim == 0 else one for name, one in arrays.items()}
    return Net(**values)


def _net(made: Gates, order: Order, components: int) -> Net:
    count = made.threshold.size
    degree = np.bincount(made.gate, minlength=count)
    threshold = made.threshold
    kind = np.full(count, COUNTED)
    kind[threshold == degree] = EVERY
    kind[threshold == 1] = EITHER
    kind[(degree == 0) | (threshold > degree)] = SOURCE
    looped = order.cycle > 0
    shape = np.where(looped, 0, kind), np.where(looped, 0, degree), np.where(looped, 0, threshold)
    old = np.lexsort((order.inner, shape[2], shape[1], shape[0], order.cycle, order.level))
    new = np.empty(count, np.int64)
    new[old] = np.arange(count)
    start, inputs = by_key(new[made.gate], new[made.source], count)
    runs = _runs(np.stack([kind, degree, threshold, order.cycle, order.level])[:, old], start)
    foundings = [one for one in made.foundings if _founded_within(order.cycle, one.out, one.needs)]
    foundings.sort(key=lambda one: int(new[one.out]))
    needs = [[int(new[need]) for need in one.needs] for one in foundings]
    blocks = _blocks(runs, order.cycle[old], order.cycle, [one.out for one in foundings])
    return Net(
        rows=count,
        threshold=threshold[old],
        start=start,
        inputs=inputs.astype(np.uint32),
        runs=runs,
        blocks=blocks,
        down=new[made.down],
        bad=new[made.bad],
        components=components,
        watches=_watches(made.watches, new),
        alarms=np.sort(new[np.array(made.alarms, np.int64)]),
        moving=new[np.array(made.moving, np.int64).reshape(-1, 4)],
        closed=new[np.array([one.closed for one in foundings], np.int64)],
        needs_start=np.cumsum([0, *(len(rows) for rows in needs)]),
        needs=np.array([row for rows in needs for row in rows], np.int64),
        zero=int(new[0]),
        one=int(new[1]),
    )


def _founded_within(cycle: Ints, out: int, needs: Sequence[int]) -> bool:
    """Whether a failover hangs on itself: what it calls or fails over to lies on the cycle that it serves."""
    return bool(cycle[out]) and any(cycle[need] == cycle[out] for need in needs)


def _runs(shape: Ints, start: Ints) -> Ints:
    """Rows of one kind, degree, threshold, cycle and level, side by side."""
    change = np.flatnonzero((shape[:, 1:] != shape[:, :-1]).any(axis=0)) + 1
    first = np.concatenate([[0], change])
    end = np.concatenate([change, [shape.shape[1]]])
    found = np.stack([first, end, *shape[:3, first], start[first]], axis=1)
    kept: Ints = found[found[:, 2] != SOURCE]
    return kept


def _blocks(runs: Ints, cycle: Ints, cycles: Ints, outs: Sequence[int]) -> Ints:
    """Runs of one cycle, and those between two; rows of a cycle that nothing sets but a loss belong to it as well."""
    own = cycle[runs[:, 0]]
    looped = np.flatnonzero(cycle)
    cycled, begins, sizes = np.unique(cycle[looped], return_index=True, return_counts=True)
    ends = looped[begins] + sizes
    rows = dict(zip(cycled.tolist(), zip(looped[begins].tolist(), ends.tolist(), strict=True), strict=True))
    change = np.flatnonzero(own[1:] != own[:-1]) + 1
    edges = [0, *change.tolist(), len(runs)] if len(runs) else []
    founded: dict[int, list[int]] = {}
    for position, out in enumerate(outs):
        founded.setdefault(int(cycles[out]), []).append(position)
    found = []
    for first, end in pairwise(edges):
        number = int(own[first])
        places = founded.get(number, []) if number else []
        how = FOUNDED if places else REPEATED if number else ONCE
        span = (places[0], places[-1] + 1) if places else (0, 0)
        found.append((first, end, how, *rows.get(number, (int(runs[first, 0]), int(runs[end - 1, 1]))), *span))
    return np.array(found, np.int64).reshape(-1, 7)


def _watches(watches: Sequence[Watch], new: Ints) -> Ints:
    """Watches as rows of numbers, those of one component side by side."""
    found = [
        (one.node, *(int(new[s]) for s in (one.last, one.gone, one.stuck, one.last_active, one.gone_active)))
        for one in sorted(watches, key=lambda one: one.node)
    ]
    return np.array(found, np.int64).reshape(-1, 6)
