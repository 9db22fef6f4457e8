"""Evaluating a net with numpy alone: run by run, 512 scenarios a pass. The kernels of `compiled` give the same bits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blastradius.engine.packed.net import EITHER, EVERY, FOUNDED, ONCE, Net
from blastradius.engine.packed.rows import Ints

Bits = NDArray[np.uint64]

WORDS = 8
"""Machine words a row has in one pass."""
PASS = 64 * WORDS
"""Scenarios evaluated at once."""
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_MOST = 1 << 18
"""Inputs gathered at once at most, so that they stay in the cache."""


def settle(net: Net, bits: Bits, first: int = 0) -> None:
    """Raise rows until each gate agrees with its inputs, in place: the least fixpoint above what is set.

    Args:
        net: the gates.
        bits: a row of words for each gate, holding what is set from the start.
        first: no row before this one is set.
    """
    for run, end, how, row, last, founding, founded in net.blocks:
        if last <= first:
            continue
        if how == ONCE:
            for one in net.runs[run:end]:
                if one[1] > first:
                    _raise(net, bits, one)
        elif how == FOUNDED:
            _found(net, bits, net.runs[run:end], slice(row, last), range(founding, founded))
        else:
            _repeat(net, bits, net.runs[run:end], slice(row, last))


def _repeat(net: Net, bits: Bits, runs: Ints, rows: slice) -> None:
    while True:
        before = bits[rows].copy()
        for run in runs:
            _raise(net, bits, run)
        if np.array_equal(before, bits[rows]):
            return


def _found(net: Net, bits: Bits, runs: Ints, rows: slice, foundings: range) -> None:
    """Failovers of a cycle count once their needs stand in the fixpoint with none of them, then with those, and so on."""
    preset = bits[rows].copy()
    closed = net.closed[foundings.start : foundings.stop]
    bits[closed] = _ALL
    while True:
        _repeat(net, bits, runs, rows)
        before = bits[closed]
        for position in foundings:
            needs = net.needs[net.needs_start[position] : net.needs_start[position + 1]]
            bits[net.closed[position]] &= np.bitwise_or.reduce(bits[needs], axis=0)
        if np.array_equal(before, bits[closed]):
            return
        bits[rows] = preset


def _raise(net: Net, bits: Bits, run: Ints) -> None:
    """Evaluate the gates of one run."""
    first, end, kind, degree, threshold, at = (int(value) for value in run)
    step = max(1, _MOST // degree)
    for row in range(first, end, step):
        stop = min(row + step, end)
        begin = at + (row - first) * degree
        read = bits[net.inputs[begin : begin + (stop - row) * degree]].reshape(stop - row, degree, -1)
        if kind == EITHER:
            bits[row:stop] |= np.bitwise_or.reduce(read, axis=1)
        elif kind == EVERY:
            bits[row:stop] |= np.bitwise_and.reduce(read, axis=1)
        else:
            bits[row:stop] |= _counted(read, threshold)


def _counted(read: Bits, threshold: int) -> Bits:
    """Where at least so many inputs are set: a counter in bit slices that begins so that it overflows there."""
    width = (threshold - 1).bit_length()
    begin = (1 << width) - threshold
    shape = read[:, 0].shape
    slices = [np.full(shape, _ALL if begin >> place & 1 else 0, np.uint64) for place in range(width)]
    over = np.zeros(shape, np.uint64)
    for position in range(read.shape[1]):
        carry = read[:, position]
        for slot, held in enumerate(slices):
            slices[slot], carry = held ^ carry, held & carry
        over |= carry
    return over


def counts(bits: Bits) -> Ints:
    """For each scenario how many rows are set."""
    total = np.zeros(bits.shape[1] * 64, np.int64)
    step = max(1, _MOST // 16)
    for row in range(0, len(bits), step):
        total += unpacked(bits[row : row + step]).sum(axis=0, dtype=np.int64)
    return total


def unpacked(bits: Bits) -> NDArray[np.uint8]:
    """A byte for each bit: rows by scenarios."""
    return np.unpackbits(
        np.ascontiguousarray(bits).astype("<u8", copy=False).view(np.uint8), axis=-1, bitorder="little"
    )
