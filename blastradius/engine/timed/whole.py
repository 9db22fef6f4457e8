"""Whole walks made of the steps: instant after instant, and what is told of each; numba compiles these as well."""

from __future__ import annotations

from heapq import heappop
from typing import Any

from blastradius.engine.timed.steps import assign, numbers, settle, shown, spread, tick, watch


def note(time: int, first: int, rto: Any, room: Any, lists: Any, journeys: Any) -> None:
    """What journeys saw of one instant, and everybody's last severity."""
    state, before, ever, noted = room[0], room[1], journeys[0], room[9]
    _, since, hurt, broke = journeys
    for node in lists[0]:
        value, last = state[node], before[node]
        noted[node] = 0
        before[node] = value
        if value == 2:
            ever[node] = 1
        if node < first or node >= first + len(rto):
            continue
        one = node - first
        if value == 1:
            hurt[one] = 1
        if value == 2 and last != 2:
            since[one] = time
        # within a loss for ever nothing but a failover ends a time down
        if last == 2 and value != 2 and rto[one] >= 0 and time - since[one] > rto[one]:
            broke[one] = 1


def run(
    faults: Any, first: int, net: Any, groups: Any, room: Any, lists: Any, slow: Any, rto: Any, journeys: Any
) -> bool:
    """Walk a loss for ever; false where something would have to recover, which these steps do not know."""
    users_start, users, roles_start, roles = net[0], net[1], net[2], net[3]
    changed, _, instant, _ = lists
    heap = [(0, 0)]
    heap.clear()
    due, over = numbers(), numbers()
    time = 0
    work = numbers()
    for entry in faults:
        node, value = entry >> 1, 2 if entry & 1 else 1
        room[2][node] = value
        assign(node, value, net, groups, room, lists)
        work.append(node)
    spread(work, net, groups, room, lists)
    while True:
        went = settle(due, over, time, net, groups, room, lists, slow)
        if len(went) and went[-1] < 0:
            return False
        for node in changed:
            for at in range(users_start[node], users_start[node + 1]):
                tick(users[at], time, heap, net, groups, room)
            for at in range(roles_start[node], roles_start[node + 1], 2):
                watch(roles[at], time, heap, net, groups, room)
        for number in went:
            watch(number, time, heap, net, groups, room)
        note(time, first, rto, room, lists, journeys)
        changed.clear()
        instant.clear()
        due.clear()
        over.clear()
        while len(heap) and (heap[0][0] == time or (not len(due) and not len(over))):
            time, entry = heappop(heap)
            if entry < 0:
                if room[8][-1 - entry] >= 0 and room[8][-1 - entry] + groups[6][-1 - entry] == time:
                    over.append(-1 - entry)
            else:
                began = room[7][entry >> 1] if entry & 1 else room[6][entry >> 1]
                after = net[10][entry >> 1] if entry & 1 else net[9][entry >> 1]
                if began >= 0 and began + after == time:
                    due.append(entry)
        if not len(due) and not len(over):
            return True


def clear(net: Any, groups: Any, room: Any, lists: Any, starting: Any, journeys: Any, first: int) -> None:
    """Leave the room as it was before the walk."""
    users_start, users, roles_start, roles = net[0], net[1], net[2], net[3]
    state, before, fault, code, moved, counts, since_impaired, since_down, since, noted, touched, _ = room
    ever, down_since, hurt, broke = journeys
    for node in lists[3]:
        state[node] = before[node] = fault[node] = noted[node] = touched[node] = ever[node] = 0
        if first <= node < first + len(hurt):
            down_since[node - first] = hurt[node - first] = broke[node - first] = 0
        for at in range(users_start[node], users_start[node + 1]):
            rule = users[at]
            code[rule] = starting[rule]
            since_impaired[rule] = since_down[rule] = -1
        for at in range(roles_start[node], roles_start[node + 1], 2):
            number = roles[at]
            rule = groups[0][number]
            moved[number] = 0
            since[number] = since_impaired[rule] = since_down[rule] = -1
            code[rule] = starting[rule]
            for place in range(number * 5, number * 5 + 5):
                counts[place] = 0
    for rows in (lists[0], lists[2], lists[3]):
        rows.clear()


def spares(first: int, net: Any, groups: Any, room: Any, lists: Any) -> int:
    """How many components lost a spare that a group gave them, as `simulate.spares.lost_spare` has it."""
    roles_start, roles, rule_node = net[2], net[3], net[4]
    rule_of, required, _, members, active, _, takes = groups
    state, moved, counts, noted = room[0], room[4], room[5], room[9]
    found = numbers()
    for seen in lists[3]:
        for at in range(roles_start[seen], roles_start[seen + 1], 2):
            number = roles[at]
            node = rule_node[rule_of[number]]
            if node >= first or noted[node] or state[node] == 2:
                continue
            if shown(number, moved[number], groups, counts) == 2:
                continue
            stands = takes[number] >= 0 and not counts[number * 5 + 4]
            had = members[number] if takes[number] >= 0 or not active[number] else active[number]
            if active[number] and not moved[number] and not stands:
                left = active[number] - counts[number * 5 + 3]
            else:
                left = members[number] - counts[number * 5 + 1]
            if had > required[number] >= left:
                noted[node] = 1
                found.append(node)
    for node in found:
        noted[node] = 0
    return len(found)


def batch(asked: Any, first: int, named: int, net: Any, groups: Any, room: Any, fixed: Any, out: Any) -> None:
    """Walk losses one after the other, and write down what is asked of each.

    Args:
        asked: where the nodes of each loss begin, the nodes, doubled and odd where they are down rather than degraded;
            where the nodes that alone may change begin, these nodes; and the numbers of the losses to walk.
        first: number of the first journey.
        named: how many components and journeys there are.
        net: rules.
        groups: redundancies.
        room: zeroed space for one walk, marks, and what journeys saw.
        fixed: nodes that take time to come back, the objective of each journey, the code of each rule at the start.
        out: whether a walk was left; components down, degraded, exposed; the end of each journey; the state of each node
            and whether it was ever down, where there is room for that.
    """
    start, nodes, open_start, opened, chosen = asked
    slow, rto, starting = fixed
    left, down, degraded, exposed, ends, states, ever = out
    space, marked, journeys = room
    lists = (numbers(), marked, numbers(), numbers())
    count = len(rto)
    for loss in chosen:
        faults = nodes[start[loss] : start[loss + 1]]
        for at in range(open_start[loss], open_start[loss + 1]):
            space[11][opened[at]] = 0
        if not run(faults, first, net, groups, space, lists, slow, rto, journeys):
            left[loss] = 1
        else:
            low = bad = 0
            for node in lists[3]:
                value = space[0][node]
                if node < first:
                    low += value == 2
                    bad += value == 1
                elif node < named and (value == 2 or journeys[3][node - first]):
                    ends[loss * count + node - first] = 2
                elif node < named and journeys[2][node - first]:
                    ends[loss * count + node - first] = 1
                if len(states) and node < named:
                    states[loss * named + node] = value
                if len(ever) and node < named:
                    ever[loss * named + node] = journeys[0][node]
            down[loss], degraded[loss] = low, bad
            exposed[loss] = spares(first, net, groups, space, lists)
        clear(net, groups, space, lists, starting, journeys, first)
        for at in range(open_start[loss], open_start[loss + 1]):
            space[11][opened[at]] = 1
