"""Pairs of losses over a net, compiled: which set a gate together that neither sets alone, and what that brings. Needs numba.

A loss is walked once, and leaves behind the rows that it sets and those that it comes near to: some of their inputs are
set, and not enough. Two losses can do more than both apart only if some row is near to both and the two counts suffice;
only then the second is walked on top of the first, and taken back.
"""

from __future__ import annotations

from typing import Any

from blastradius.engine.packed.events import clear, walk
from blastradius.engine.packed.words import kernel

_ENDLESS = 1 << 62


@kernel
def sizes(net: Any, losses: Any, room: Any, out: Any) -> None:
    """How many rows each loss sets and comes near to, and whether it sets one that gives alarm."""
    users_start, users, threshold, alarm = net
    start, rows, begin, end = losses
    counted, set_, found, touched, told = room
    set_size, near_size, alarms = out
    for loss in range(begin, end):
        walk(
            users_start,
            users,
            threshold,
            rows[start[loss] : start[loss + 1]],
            _ENDLESS,
            counted,
            set_,
            found,
            touched,
            told,
        )
        for at in range(told[0]):
            alarms[loss] |= alarm[found[at]]
        for at in range(told[1]):
            near_size[loss] += set_[touched[at]] == 0
        set_size[loss] = told[0]
        clear(counted, set_, found, touched, told)


@kernel
def blasts(net: Any, losses: Any, room: Any, starts: Any, out: Any) -> None:
    """Write down these rows; those that are set only of losses that come near to any."""
    users_start, users, threshold, _ = net
    start, rows, begin, end = losses
    counted, set_, found, touched, told = room
    set_start, near_start = starts
    set_rows, near_rows, near_counts = out
    for loss in range(begin, end):
        if set_start[loss] == set_start[loss + 1]:
            continue
        walk(
            users_start,
            users,
            threshold,
            rows[start[loss] : start[loss + 1]],
            _ENDLESS,
            counted,
            set_,
            found,
            touched,
            told,
        )
        at = set_start[loss]
        for place in range(told[0]):
            set_rows[at] = found[place]
            at += 1
        at = near_start[loss]
        for place in range(told[1]):
            row = touched[place]
            if set_[row] == 0:
                near_rows[at], near_counts[at] = row, counted[row]
                at += 1
        clear(counted, set_, found, touched, told)


@kernel
def meet(begin: int, end: int, net: Any, singles: Any, room: Any, out: Any, told: Any) -> int:
    """Walk every pair that may do more, and write down what it does; the first losses are those from `begin` on.

    Args:
        begin: number of a loss.
        end: number behind the last one.
        net: who uses what and when, what rows mean.
        singles: rows of each loss, and losses near each row.
        room: zeroed space.
        out: first and second loss, components more down and degraded, whether any row gives alarm; and of journeys that
            are worse the pair, the journey and its severity.
        told: pairs and journeys written, pairs walked.

    Returns:
        The first loss that is left because there was no more space; `end` where none is.
    """
    users_start, users, threshold, alarm, falls, beside, journey, severity = net
    set_start, set_rows, near_start, near_rows, near_counts, row_start, row_losses, row_counts, alarms = singles
    counted, set_, mark, seen, new, chosen = room
    firsts, seconds, downs, degradeds, alarmed, end_pairs, end_journeys, end_severities = out
    stamp = mark[-1]
    for first in range(begin, end):
        size = 0
        for at in range(near_start[first], near_start[first + 1]):
            needed = threshold[near_rows[at]] - near_counts[at]
            for place in range(row_start[near_rows[at] + 1] - 1, row_start[near_rows[at]] - 1, -1):
                second = row_losses[place]
                if second <= first:
                    break
                if row_counts[place] >= needed and seen[second] != first + 1:
                    seen[second] = first + 1
                    chosen[size] = second
                    size += 1
        if told[0] + size > firsts.size:
            for at in range(size):
                seen[chosen[at]] = 0
            mark[-1] = stamp
            return first
        if size == 0:
            continue
        before_pairs, before_ends, full = told[0], told[1], False
        for at in range(set_start[first], set_start[first + 1]):
            set_[set_rows[at]] = 1
        for at in range(near_start[first], near_start[first + 1]):
            counted[near_rows[at]] = near_counts[at]
        for position in range(size):
            second = chosen[position]
            stamp += 1
            rows = head = 0
            for at in range(set_start[second], set_start[second + 1]):
                row = set_rows[at]
                mark[row] = stamp
                if set_[row] == 0:
                    set_[row] = 1
                    new[rows] = row
                    rows += 1
            while head < rows:
                row = new[head]
                head += 1
                for at in range(users_start[row], users_start[row + 1]):
                    user = users[at]
                    counted[user] += 1
                    if set_[user] == 0 and counted[user] == threshold[user]:
                        set_[user] = 1
                        new[rows] = user
                        rows += 1
            down = degraded = 0
            sounded = alarms[first] | alarms[second]
            ends = told[1]
            for at in range(rows):
                row = new[at]
                if mark[row] == stamp:
                    continue
                sounded |= alarm[row]
                down += falls[row]
                if falls[row] == 0 and beside[row] >= 0 and set_[beside[row]] == 0 and journey[row] < 0:
                    degraded += 1
                if journey[row] >= 0 and (severity[row] == 2 or set_[beside[row]] == 0):
                    if ends == end_pairs.size:
                        full = True
                    else:
                        end_pairs[ends], end_journeys[ends], end_severities[ends] = told[0], journey[row], severity[row]
                        ends += 1
            if down or degraded or sounded or ends > told[1]:
                at = told[0]
                firsts[at], seconds[at], downs[at], degradeds[at], alarmed[at] = first, second, down, degraded, sounded
                told[0] += 1
                told[1] = ends
            for at in range(rows):
                row = new[at]
                set_[row] = 0
                for place in range(users_start[row], users_start[row + 1]):
                    counted[users[place]] -= 1
        for at in range(set_start[first], set_start[first + 1]):
            set_[set_rows[at]] = 0
        for at in range(near_start[first], near_start[first + 1]):
            counted[near_rows[at]] = 0
        for position in range(size):
            seen[chosen[position]] = 0
        if full:
            told[0], told[1] = before_pairs, before_ends
            mark[-1] = stamp
            return first
        told[2] += size
    mark[-1] = stamp
    return end
