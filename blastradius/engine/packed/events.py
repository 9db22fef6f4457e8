"""The event-driven walk, compiled: from a loss along who uses it, for losses that touch little. Needs numba.

Without numba `engine.solve` does the same on the circuit itself.
"""

from __future__ import annotations

from typing import Any

from blastradius.engine.packed.words import kernel

TOO_LARGE = -1


@kernel
def walk(
    users_start: Any,
    users: Any,
    threshold: Any,
    faults: Any,
    limit: int,
    counted: Any,
    set_: Any,
    found: Any,
    touched: Any,
    sizes: Any,
) -> int:
    """Raise the gates above some rows that are set.

    Args:
        users_start: where the users of each row begin.
        users: rows that read a row.
        threshold: inputs that set a row.
        faults: rows set from the start.
        limit: connections followed at most.
        counted: for each row how many of its inputs are set; zeros before, those of `touched` after.
        set_: for each row whether it is set; zeros before, those of `found` after.
        found: the rows that are set, as they are found.
        touched: the rows of which any input is set.
        sizes: how many were found and touched; and how many walks this space has seen.

    Returns:
        Connections followed, or `TOO_LARGE`.
    """
    rows = reads = work = head = 0
    for row in faults:
        if set_[row] == 0:
            set_[row] = 1
            found[rows] = row
            rows += 1
    while head < rows:
        row = found[head]
        head += 1
        begin, end = users_start[row], users_start[row + 1]
        work += end - begin
        if work > limit:
            work = -1
            break
        for at in range(begin, end):
            user = users[at]
            reached = counted[user] + 1
            counted[user] = reached
            if reached == 1:
                touched[reads] = user
                reads += 1
            if reached == threshold[user] and set_[user] == 0:
                set_[user] = 1
                found[rows] = user
                rows += 1
    sizes[0] = rows
    sizes[1] = reads
    return work


@kernel
def clear(counted: Any, set_: Any, found: Any, touched: Any, sizes: Any) -> None:
    """Leave zeros for the next walk."""
    for at in range(sizes[0]):
        set_[found[at]] = 0
    for at in range(sizes[1]):
        counted[touched[at]] = 0


@kernel
def exposures(
    found: Any, size: int, set_: Any, watched_start: Any, watched: Any, watches: Any, down: Any, stamp: Any, mark: int
) -> int:
    """How many components have lost their spare, of those that any row found tells of."""
    count = 0
    for at in range(size):
        row = found[at]
        for place in range(watched_start[row], watched_start[row + 1]):
            watch = watches[watched[place]]
            node = watch[0]
            if stamp[node] == mark or set_[down[node]]:
                continue
            last, gone = (watch[4], watch[5]) if set_[watch[3]] else (watch[1], watch[2])
            if set_[last] and not set_[gone]:
                stamp[node] = mark
                count += 1
    return count


@kernel
def batch(
    net: Any,
    losses: Any,
    limit: int,
    room: Any,
    out: Any,
) -> None:
    """Walk losses one after the other and write down what is asked of each.

    Args:
        net: who uses what, and what rows mean, as `Uses` has it.
        losses: start of each loss's rows, the rows, and the numbers of the losses to walk.
        limit: connections followed at most.
        room: zeroed space for one walk.
        out: work, components down, degraded and exposed, alarms, and severities of journeys, by number of the loss.
    """
    (
        users_start,
        users,
        threshold,
        falls,
        hurts,
        journey,
        severity,
        alarm,
        watched_start,
        watched,
        watches,
        down,
        one,
    ) = net
    start, rows, numbers = losses
    counted, set_, found, touched, sizes, stamp = room
    work, fallen, degraded, exposed, alarmed, ends = out
    set_[one] = 1
    for position in range(numbers.size):
        loss = numbers[position]
        done = walk(
            users_start, users, threshold, rows[start[loss] : start[loss + 1]], limit,
            counted, set_, found, touched, sizes,
        )  # fmt: skip
        work[loss] = done
        if done >= 0:
            low = bad = sounded = 0
            sizes[2] += 1
            for at in range(sizes[0]):
                row = found[at]
                low += falls[row]
                bad += hurts[row]
                sounded |= alarm[row]
                number = journey[row]
                if number >= 0 and severity[row] > ends[loss, number]:
                    ends[loss, number] = severity[row]
            fallen[loss], degraded[loss], alarmed[loss] = low, bad, sounded
            exposed[loss] = exposures(found, sizes[0], set_, watched_start, watched, watches, down, stamp, sizes[2])
        clear(counted, set_, found, touched, sizes)
