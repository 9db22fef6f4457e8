"""Many losses at once: 512 of them are the bits of a row, and each gate of the circuit is evaluated once for all.

The way of VLSI fault simulators. `evaluate` answers for any losses; `tally` counts what sweeps ask, with the walk
from each loss along its users where losses touch little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from blastradius.circuit import Circuit
from blastradius.engine.cores import cores
from blastradius.engine.packed.arrays import PASS, Bits, unpacked
from blastradius.engine.packed.choosing import WORTH, Counter, Engine, tally
from blastradius.engine.packed.losses import Losses, Tally
from blastradius.engine.packed.net import Net, compiled
from blastradius.engine.packed.passes import Passes, in_passes
from blastradius.engine.packed.rows import Ints

__all__ = [
    "PASS",
    "WORTH",
    "Compared",
    "Counter",
    "Engine",
    "Losses",
    "Net",
    "Passes",
    "Planes",
    "Tally",
    "between",
    "compiled",
    "evaluate",
    "tally",
]


@dataclass(frozen=True)
class Planes:
    """States of every node under every loss: a row of bits a node, a bit a loss.

    Attributes:
        down: set where a node is down.
        bad: set where it is degraded or down.
        losses: how many losses there are; bits beyond are of no meaning.
    """

    down: Bits
    bad: Bits
    losses: int

    def state(self, node: int, loss: int) -> int:
        """Severity of one node under one loss."""
        word, bit = loss >> 6, np.uint64(loss & 63)
        return int(self.down[node, word] >> bit & np.uint64(1)) + int(self.bad[node, word] >> bit & np.uint64(1))

    def states(self) -> NDArray[np.uint8]:
        """Severity of every node under every loss: a row a loss, a byte each."""
        found: NDArray[np.uint8] = (unpacked(self.down) + unpacked(self.bad))[:, : self.losses].T
        return found


def evaluate(
    circuit: Circuit,
    losses: Sequence[Mapping[int, int]] | Losses,
    when: Literal["at_once", "eventually"],
    *,
    failovers: bool = True,
    ties: Mapping[int, Sequence[int]] | None = None,
    compile_kernels: bool | None = None,
) -> Planes:
    """The untimed states of everything under many losses: what `found` says of each, or `solve` without failovers.

    Args:
        circuit: the system.
        losses: severity that each lost node has of itself, by number.
        when: whether tolerances hold (`at_once`) or have run out (`eventually`).
        failovers: whether failovers count, once founded.
        ties: nodes that go down with a node beside all rules.
        compile_kernels: whether to use numba; by default where it is installed and the work is worth it.
    """
    asked = losses if isinstance(losses, Losses) else Losses.of(losses)
    net = compiled(circuit, when, failovers=failovers, ties=ties, apart=asked.degrades)
    worth = net.inputs.size * len(asked) > WORTH
    passes = Passes(net, compiled=compile_kernels if compile_kernels is not None or worth else False)
    count = len(circuit.ids)
    words = -(-len(asked) // PASS) * (PASS // 64)
    planes = Planes(np.zeros((count, words), np.uint64), np.zeros((count, words), np.uint64), len(asked))
    bits = passes.rows()
    for first in range(0, len(asked), PASS):
        chosen = np.arange(first, min(first + PASS, len(asked)))
        passes.settled(asked, chosen, bits)
        span = slice(first // 64, (first + PASS) // 64)
        planes.down[:, span], planes.bad[:, span] = bits[net.down], bits[net.bad]
    return planes


class Compared:
    """Two nets of one circuit beside each other.

    Args:
        one: a net.
        other: the other.
        nodes: how many nodes are compared, the first ones.
        compile_kernels: whether to use numba; where it is installed by default.
        workers: threads; as many as this process may use cores by default.
    """

    def __init__(
        self, one: Net, other: Net, nodes: int, *, compile_kernels: bool | None = None, workers: int | None = None
    ) -> None:
        self._one, self._other = (Passes(net, compiled=compile_kernels) for net in (one, other))
        self._nodes, self._workers = nodes, workers or cores()

    def alike(self, losses: Losses) -> NDArray[np.bool_]:
        """Under which losses both give these nodes the same states.

        Args:
            losses: the losses.

        Returns:
            For each loss whether they do, and no failover that counts in the other one would show anything but its active
            members.
        """
        same = np.zeros(len(losses), np.bool_)
        one, other, nodes = self._one.net, self._other.net, self._nodes

        def passing() -> Callable[[Ints], None]:
            left, right = self._one.rows(), self._other.rows()

            def compare(chosen: Ints) -> None:
                self._one.settled(losses, chosen, left)
                self._other.settled(losses, chosen, right)
                different = np.bitwise_or.reduce(left[one.down[:nodes]] ^ right[other.down[:nodes]], axis=0)
                different |= np.bitwise_or.reduce(left[one.bad[:nodes]] ^ right[other.bad[:nodes]], axis=0)
                fallen, beyond, hurt, worse = (right[rows] for rows in other.moving.T)
                different |= np.bitwise_or.reduce((fallen & ~beyond) | (hurt & ~worse), axis=0)
                same[chosen] = unpacked(different)[: chosen.size] == 0

            return compare

        in_passes(np.arange(len(losses)), self._workers, passing)
        return same


def between(
    best: Net, worst: Net, losses: Losses, wanted: Callable[[int, int, bytes], Sequence[int]], apart: int
) -> Iterator[tuple[Ints, NDArray[np.uint8]]]:
    """Severities of some nodes on which two nets agree, 512 losses a piece.

    Args:
        best: a net.
        worst: another of the same circuit.
        losses: the losses.
        wanted: says which nodes to tell of, from the first loss of a piece, its end, and for each node whether the nets
            differ there under any of these losses.
        apart: what stands where they differ.

    Yields:
        The nodes, and a row a loss.
    """
    worth = None if best.inputs.size * len(losses) > WORTH else False
    one, other = Passes(best, compiled=worth), Passes(worst, compiled=worth)
    left, right = one.rows(), other.rows()
    for first in range(0, len(losses), PASS):
        chosen = np.arange(first, min(first + PASS, len(losses)))
        one.settled(losses, chosen, left)
        other.settled(losses, chosen, right)
        moves = (left[best.down] != right[worst.down]).any(axis=1) | (left[best.bad] != right[worst.bad]).any(axis=1)
        nodes = np.array(wanted(first, first + chosen.size, moves.tobytes()), np.int64)
        low, high = one.ends(left, nodes, chosen.size), other.ends(right, nodes, chosen.size)
        yield nodes, np.where(low == high, low, np.uint8(apart))
