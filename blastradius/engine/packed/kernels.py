"""The kernels of a pass, compiled: they give the same bits as `arrays`, some fifteen times faster. Needs numba.

The gather of the inputs is what costs: a row is 64 bytes, so each input is one cache line. Rows of equal shape follow
each other, so that the loops below have no branch inside, and the line of an input is asked for some inputs ahead.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from blastradius.engine.packed.net import EITHER, EVERY, FOUNDED, ONCE
from blastradius.engine.packed.words import (
    added,
    both,
    differ,
    either,
    every,
    kernel,
    load,
    none,
    prefetch,
    same,
    store,
    without,
)  # fmt: skip

AHEAD = 24
"""Inputs between asking for a row and reading it; the list of inputs is as much longer than it says."""
_AHEAD, _WORDS, _NEXT = np.uint64(AHEAD), np.uint64(8), np.uint64(1)
_NOTHING, _FULL = np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF)


@kernel
def _input(bits: Any, inputs: Any, at: Any) -> Any:
    prefetch(bits, np.uint64(inputs[at + _AHEAD]) * _WORDS)  # type: ignore[call-arg]
    return load(bits, np.uint64(inputs[at]) * _WORDS)


@kernel
def _either(bits: Any, inputs: Any, first: int, end: int, degree: int, at: Any) -> None:
    for row in range(first, end):
        place = np.uint64(row) * _WORDS
        found = load(bits, place)
        for _ in range(degree):
            found = either(found, _input(bits, inputs, at))
            at += _NEXT
        store(bits, place, found)


@kernel
def _every(bits: Any, inputs: Any, first: int, end: int, degree: int, at: Any) -> None:
    for row in range(first, end):
        place = np.uint64(row) * _WORDS
        found = every()
        for _ in range(degree):
            found = both(found, _input(bits, inputs, at))
            at += _NEXT
        store(bits, place, either(load(bits, place), found))


@kernel
def _begun(set_: bool) -> Any:
    return every() if set_ else none()


@kernel
def _two(bits: Any, inputs: Any, first: int, end: int, degree: int, at: Any) -> None:
    """At least two inputs."""
    for row in range(first, end):
        place = np.uint64(row) * _WORDS
        one, over = none(), load(bits, place)
        for _ in range(degree):
            read = _input(bits, inputs, at)
            at += _NEXT
            over = either(over, both(one, read))
            one = either(one, read)
        store(bits, place, over)


@kernel
def _four(bits: Any, inputs: Any, first: int, end: int, degree: int, threshold: int, at: Any) -> None:
    """At least three or four: a counter of two bit slices, begun so that it overflows there."""
    begin = 4 - threshold
    for row in range(first, end):
        place = np.uint64(row) * _WORDS
        low, high, over = _begun(begin & 1 != 0), none(), load(bits, place)
        for _ in range(degree):
            read = _input(bits, inputs, at)
            at += _NEXT
            carry = both(low, read)
            low = differ(low, read)
            over = either(over, both(high, carry))
            high = differ(high, carry)
        store(bits, place, over)


@kernel
def _eight(bits: Any, inputs: Any, first: int, end: int, degree: int, threshold: int, at: Any) -> None:
    """At least five to eight: a counter of three."""
    begin = 8 - threshold
    for row in range(first, end):
        place = np.uint64(row) * _WORDS
        low, middle, high = _begun(begin & 1 != 0), _begun(begin & 2 != 0), none()
        over = load(bits, place)
        for _ in range(degree):
            read = _input(bits, inputs, at)
            at += _NEXT
            carry = both(low, read)
            low = differ(low, read)
            further = both(middle, carry)
            middle = differ(middle, carry)
            over = either(over, both(high, further))
            high = differ(high, further)
        store(bits, place, over)


@kernel
def _many(bits: Any, inputs: Any, first: int, end: int, degree: int, threshold: int, at: Any) -> None:
    """At least any number: a counter of as many slices as it takes."""
    width = 0
    while (1 << width) < threshold:
        width += 1
    begin = (1 << width) - threshold
    slices = np.empty((width, 8), np.uint64)
    for row in range(first, end):
        place = np.uint64(row) * _WORDS
        for slot in range(width):
            slices[slot, :] = _FULL if begin >> slot & 1 else _NOTHING
        for _ in range(degree):
            source = np.uint64(inputs[at]) * _WORDS
            at += _NEXT
            for word in range(8):
                carry = bits[source + np.uint64(word)]
                for slot in range(width):
                    if carry == _NOTHING:
                        break
                    held = slices[slot, word]
                    slices[slot, word] = held ^ carry
                    carry &= held
                bits[place + np.uint64(word)] |= carry


@kernel
def _raise(bits: Any, inputs: Any, run: Any) -> None:
    first, end, kind, degree, threshold, at = run[0], run[1], run[2], run[3], run[4], np.uint64(run[5])
    if kind == EITHER:
        _either(bits, inputs, first, end, degree, at)
    elif kind == EVERY:
        _every(bits, inputs, first, end, degree, at)
    elif threshold == 2:
        _two(bits, inputs, first, end, degree, at)
    elif threshold <= 4:
        _four(bits, inputs, first, end, degree, threshold, at)
    elif threshold <= 8:
        _eight(bits, inputs, first, end, degree, threshold, at)
    else:
        _many(bits, inputs, first, end, degree, threshold, at)


@kernel
def _repeat(bits: Any, inputs: Any, runs: Any, run: int, end: int) -> None:
    """Evaluate the gates of a cycle until none changes."""
    changed = True
    while changed:
        changed = False
        for number in range(run, end):
            one = runs[number].copy()
            first, last, degree = one[0], one[1], one[3]
            for row in range(first, last):
                # one gate at a time, for its own value before is what tells of a change
                one[0], one[1] = row, row + 1
                one[5] = runs[number, 5] + (row - first) * degree
                place = np.uint64(row) * _WORDS
                before = load(bits, place)
                _raise(bits, inputs, one)
                changed |= not same(before, load(bits, place))


@kernel
def settle(
    bits: Any, inputs: Any, runs: Any, blocks: Any, first: int, closed: Any, needs_start: Any, needs: Any
) -> None:
    """Raise rows until each gate agrees with its inputs; see `arrays.settle`."""
    for number in range(blocks.shape[0]):
        run, end, how, row, last = (
            blocks[number, 0], blocks[number, 1], blocks[number, 2], blocks[number, 3], blocks[number, 4],
        )  # fmt: skip
        if last <= first:
            continue
        if how == ONCE:
            for one in range(run, end):
                if runs[one, 1] > first:
                    _raise(bits, inputs, runs[one])
        elif how == FOUNDED:
            preset = bits[row * 8 : last * 8].copy()
            founding, founded = blocks[number, 5], blocks[number, 6]
            for position in range(founding, founded):
                store(bits, np.uint64(closed[position]) * _WORDS, every())
            while True:
                _repeat(bits, inputs, runs, run, end)
                if not _open(bits, founding, founded, closed, needs_start, needs):
                    break
                bits[row * 8 : last * 8] = preset
        else:
            _repeat(bits, inputs, runs, run, end)


@kernel
def _open(bits: Any, founding: int, founded: int, closed: Any, needs_start: Any, needs: Any) -> bool:
    """Let failovers count whose needs stand; whether any was added."""
    changed = False
    for position in range(founding, founded):
        place = np.uint64(closed[position]) * _WORDS
        before = load(bits, place)
        lacking = none()
        for need in range(needs_start[position], needs_start[position + 1]):
            lacking = either(lacking, load(bits, np.uint64(needs[need]) * _WORDS))
        after = both(before, lacking)
        store(bits, place, after)
        changed |= not same(before, after)
    return changed


@kernel
def exposed(bits: Any, watches: Any, down: Any, out: Any) -> int:
    """Where each component has lost its spare, a row for each; how many rows there are."""
    rows = -1
    last = -1
    for number in range(watches.shape[0]):
        node = watches[number, 0]
        left, gone = (
            load(bits, np.uint64(watches[number, 1]) * _WORDS),
            load(bits, np.uint64(watches[number, 2]) * _WORDS),
        )
        stuck = load(bits, np.uint64(watches[number, 3]) * _WORDS)
        left_active = load(bits, np.uint64(watches[number, 4]) * _WORDS)
        gone_active = load(bits, np.uint64(watches[number, 5]) * _WORDS)
        free = without(without(left, gone), stuck)
        found = without(
            either(free, both(without(left_active, gone_active), stuck)), load(bits, np.uint64(down[node]) * _WORDS)
        )
        if node != last:
            rows += 1
            last = node
        else:
            found = either(found, load(out, np.uint64(rows) * _WORDS))
        store(out, np.uint64(rows) * _WORDS, found)
    return rows + 1


@kernel
def count(bits: Any, rows: Any, total: Any) -> None:
    """For each scenario how many rows are set: eight rows at a time, by carry-save adders."""
    ones, twos, fours = none(), none(), none()
    high = np.zeros((28, 8), np.uint64)
    size = rows.size
    for first in range(0, size - size % 8, 8):
        ones, a = added(ones, _row(bits, rows, first), _row(bits, rows, first + 1))
        ones, b = added(ones, _row(bits, rows, first + 2), _row(bits, rows, first + 3))
        twos, c = added(twos, a, b)
        ones, a = added(ones, _row(bits, rows, first + 4), _row(bits, rows, first + 5))
        ones, b = added(ones, _row(bits, rows, first + 6), _row(bits, rows, first + 7))
        twos, d = added(twos, a, b)
        fours, eights = added(fours, c, d)
        _ripple(high, eights)
    _spread(total, ones, 1)
    _spread(total, twos, 2)
    _spread(total, fours, 4)
    for slot in range(high.shape[0]):
        one = high[slot]
        _spread(total, (one[0], one[1], one[2], one[3], one[4], one[5], one[6], one[7]), 8 << slot)
    for last in range(size - size % 8, size):
        _spread(total, _row(bits, rows, last), 1)


@kernel
def only(bits: Any, rows: Any, but: Any, out: Any) -> None:
    """Rows without what is set in other rows."""
    for at in range(rows.size):
        found = without(load(bits, np.uint64(rows[at]) * _WORDS), load(bits, np.uint64(but[at]) * _WORDS))
        store(out, np.uint64(at) * _WORDS, found)


@kernel
def _row(bits: Any, rows: Any, at: int) -> Any:
    return load(bits, np.uint64(rows[at]) * _WORDS)


@kernel
def _ripple(slices: Any, row: Any) -> None:
    carry = row
    for slot in range(slices.shape[0]):
        if same(carry, none()):
            return
        held = slices[slot]
        before = (held[0], held[1], held[2], held[3], held[4], held[5], held[6], held[7])
        after = differ(before, carry)
        carry = both(before, carry)
        for word in range(8):
            held[word] = after[word]


@kernel
def _spread(total: Any, row: Any, weight: int) -> None:
    """Add a weight to each scenario that is set."""
    for word in range(8):
        rest = row[word]
        if rest == _NOTHING:
            continue
        for bit in range(64):
            total[word * 64 + bit] += weight * np.int64(rest >> np.uint64(bit) & _NEXT)
