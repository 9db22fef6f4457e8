"""Passes of 512 losses over a net: set what is lost, settle, read what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec

import numpy as np

from blastradius.engine.packed import arrays
from blastradius.engine.packed.arrays import PASS, WORDS, Bits
from blastradius.engine.packed.losses import Losses, Tally
from blastradius.engine.packed.net import Net
from blastradius.engine.packed.rows import Array, Ints
from blastradius.engine.solve import DOWN

_PADDING = 32
"""Inputs that kernels may ask for beyond the last."""


class Passes:
    """One net, prepared for passes.

    Args:
        net: the gates.
        compiled: whether kernels are compiled; they are where numba is there, unless told otherwise.
    """

    def __init__(self, net: Net, *, compiled: bool | None = None) -> None:
        self.net = net
        self.compiled = has_numba() if compiled is None else compiled
        self._inputs = np.concatenate([net.inputs, np.zeros(_PADDING, np.uint32)])

    def settled(self, losses: Losses, chosen: Ints, bits: Bits, clean: int = 0) -> int:
        """Evaluate one pass, in place.

        Args:
            losses: all losses.
            chosen: numbers of at most 512 of them; each becomes a bit.
            bits: a row for each gate; what it held is forgotten.
            clean: no row before this one is set in it, as the pass before has said.

        Returns:
            The first row that may be set; none before it is.
        """
        net = self.net
        first = self._set(losses, chosen, bits, clean)
        if self.compiled:
            from blastradius.engine.packed.kernels import settle

            flat = bits.reshape(-1)
            settle(flat, self._inputs, net.runs, net.blocks, first, net.closed, net.needs_start, net.needs)
        else:
            arrays.settle(net, bits, first)
        return first

    def _set(self, losses: Losses, chosen: Ints, bits: Bits, clean: int) -> int:
        net = self.net
        bits[clean:] = 0
        begin, length = losses.start[chosen], losses.start[chosen + 1] - losses.start[chosen]
        scenario = np.repeat(np.arange(chosen.size), length)
        ends = np.cumsum(length)
        at = np.repeat(begin, length) + np.arange(scenario.size) - np.repeat(ends - length, length)
        mask = np.uint64(1) << (scenario & 63).astype(np.uint64)
        nodes = losses.nodes[at]
        gone = losses.severity[at] == DOWN
        first = net.rows
        for rows, kept in ((net.bad[nodes], slice(None)), (net.down[nodes], gone)):
            np.bitwise_or.at(bits, (rows[kept], (scenario >> 6)[kept]), mask[kept])
            first = min(first, int(rows[kept].min(initial=first)))
        for rows, words in self._shared(losses, chosen):
            bits[rows] |= words
            first = min(first, int(rows.min()))
        bits[net.one] = ~np.uint64(0)
        return 0 if net.founds else net.begins(first)

    def _shared(self, losses: Losses, chosen: Ints) -> Iterator[tuple[Ints, Array]]:
        """Rows that several losses of a pass set, and the words that say which."""
        if losses.alike is None:
            return
        alike = losses.alike[chosen]
        for number in np.unique(alike[alike >= 0]):
            nodes = losses.shared[number]
            if not nodes.size:
                continue
            where = np.flatnonzero(alike == number)
            words = np.zeros(WORDS, np.uint64)
            np.bitwise_or.at(words, where >> 6, np.uint64(1) << (where & 63).astype(np.uint64))
            yield np.unique(np.concatenate([self.net.down[nodes], self.net.bad[nodes]])), words

    @cached_property
    def _columns(self) -> tuple[Ints, Ints, Ints]:
        """Rows of components on the plane down; and where the planes differ both rows, the order being that of rows."""
        net = self.net
        down, bad = net.down[: net.components], net.bad[: net.components]
        apart = np.sort(bad[bad != down])
        beside = down[bad != down][np.argsort(bad[bad != down])]
        fallen = np.sort(down)
        return fallen, apart, beside

    def count(self, bits: Bits, first: int, chosen: Ints, tally: Tally) -> None:
        """Count what fell in one pass.

        Args:
            bits: settled rows.
            first: the first row that may be set.
            chosen: numbers of the losses.
            tally: where to write, in the places of these numbers.
        """
        fallen, apart, beside = self._columns
        begin, split = np.searchsorted(fallen, first), np.searchsorted(apart, first)
        size = chosen.size
        tally.down[chosen] = self._counts(bits, fallen[begin:])[:size]
        hurt = self._only(bits, apart[split:], beside[split:])
        tally.degraded[chosen] = self._counts(hurt, np.arange(len(hurt)))[:size]
        if len(self.net.watches):
            lost = self._exposed(bits)
            tally.exposed[chosen] = self._counts(lost, np.arange(len(lost)))[:size]

    def alarms(self, bits: Bits) -> Array:
        """Which losses of a pass put active members of a group that can fail over out of order."""
        return arrays.unpacked(np.bitwise_or.reduce(bits[self.net.alarms], axis=0)) > 0

    def _counts(self, bits: Bits, rows: Ints) -> Ints:
        if self.compiled:
            from blastradius.engine.packed.kernels import count

            total = np.zeros(PASS, np.int64)
            count(bits.reshape(-1), rows, total)
            return total
        return arrays.counts(bits[rows])

    def _only(self, bits: Bits, rows: Ints, but: Ints) -> Bits:
        """Rows without what is set in other rows."""
        if self.compiled:
            from blastradius.engine.packed.kernels import only

            out = np.empty((rows.size, WORDS), np.uint64)
            only(bits.reshape(-1), rows, but, out.reshape(-1))
            return out
        return bits[rows] & ~bits[but]

    def _exposed(self, bits: Bits) -> Bits:
        """A row for each watched component."""
        net = self.net
        node = net.watches[:, 0]
        heads = np.flatnonzero(np.concatenate([[True], node[1:] != node[:-1]]))
        if self.compiled:
            from blastradius.engine.packed.kernels import exposed

            out = np.zeros((heads.size, WORDS), np.uint64)
            exposed(bits.reshape(-1), net.watches, net.down, out.reshape(-1))
            return out
        last, gone, stuck, last_active, gone_active = (bits[net.watches[:, column]] for column in range(1, 6))
        lost = (last & ~gone & ~stuck) | (last_active & ~gone_active & stuck)
        found: Bits = np.bitwise_or.reduceat(lost & ~bits[net.down[node]], heads, axis=0)
        return found

    def ends(self, bits: Bits, nodes: Ints, size: int) -> Array:
        """Severity of some nodes: a row a loss."""
        down = arrays.unpacked(bits[self.net.down[nodes]])[:, :size]
        bad = arrays.unpacked(bits[self.net.bad[nodes]])[:, :size]
        return (down + bad).T

    def rows(self) -> Bits:
        """Space for one pass."""
        return np.empty((self.net.rows, WORDS), np.uint64)


def has_numba() -> bool:
    """Whether kernels can be compiled here."""
    try:
        return find_spec("numba") is not None
    except ValueError:  # somebody keeps it from being imported
        return False


def in_passes(numbers: Ints, workers: int, work: Callable[[], Callable[[Ints], None]]) -> None:
    """Spread losses over threads, 512 at a time.

    Args:
        numbers: of the losses, in the order in which they shall stand beside each other.
        workers: threads; kernels let each other run.
        work: makes what one thread does with each of its passes, with space of its own.
    """
    chunks = [numbers[at : at + PASS] for at in range(0, numbers.size, PASS)]
    count = min(workers, len(chunks))
    if count <= 1:
        one = work()
        for chunk in chunks:
            one(chunk)
        return

    def share(thread: int) -> None:
        one = work()
        for chunk in chunks[thread::count]:
            one(chunk)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(share, range(count)))
