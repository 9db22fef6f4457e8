"""The steps of a walk, written so that numba can compile them as they stand; nothing here imports it.

`net` and `groups` hold what never changes, `room` one walk: see `walker`. Severities are 0 up, 1 degraded, 2 down.
"""

from __future__ import annotations

from heapq import heappush
from typing import Any


def numbers() -> Any:
    """An empty list of whole numbers, of which numba knows the type at once."""
    found = [0]
    found.clear()
    return found


def passes(code: int, value: int) -> int:
    """What a rule of an action code passes on of its input, as `engine.solve.PASSES` has it."""
    if value == 2 and code & 2:
        return 2
    if code & 1 and (value == 2 or (value == 1 and code & 4)):
        return 1
    return 0


def rank(count: int, bad: int, down: int, required: int, full: int) -> int:
    """The severity of the `required`-th best, at least degraded while the `full`-th best is not up."""
    if count - down < required:
        return 2
    return 1 if count - bad < max(required, full) else 0


def shown(number: int, moved: int, groups: Any, counts: Any) -> int:
    """What a group shows: its active members, or all of them where it has none or has failed over."""
    _, required, full, members, active, active_full, _ = groups
    at = number * 5
    if moved or not active[number]:
        return rank(members[number], counts[at], counts[at + 1], required[number], full[number])
    return rank(active[number], counts[at + 2], counts[at + 3], required[number], active_full[number])


def wants_over(number: int, groups: Any, room: Any) -> bool:
    """Whether a failover would help and may happen: all members are better than the active ones, its needs not down."""
    moved, counts = room[4], room[5]
    if moved[number] or counts[number * 5 + 4]:
        return False
    best = shown(number, 1, groups, counts)
    return best != 2 and shown(number, 0, groups, counts) > best


def given(rule: int, net: Any, groups: Any, room: Any) -> int:
    """The severity of a rule's input."""
    source, group_of = net[7], net[8]
    if group_of[rule] < 0:
        value: int = room[0][source[rule]]
        return value
    return shown(group_of[rule], room[4][group_of[rule]], groups, room[5])


def assign(node: int, value: int, net: Any, groups: Any, room: Any, lists: Any) -> None:
    """Give a node a severity, and count it in its groups."""
    state, _, _, _, _, counts, _, _, _, noted, touched, _ = room
    changed, _, instant, seen = lists
    roles_start, roles = net[2], net[3]
    before = state[node]
    bad = (1 if value else 0) - (1 if before else 0)
    down = (1 if value == 2 else 0) - (1 if before == 2 else 0)
    state[node] = value
    if not noted[node]:
        noted[node] = 1
        changed.append(node)
    if not touched[node]:
        touched[node] = 1
        seen.append(node)
    for at in range(roles_start[node], roles_start[node + 1], 2):
        number, role = roles[at], roles[at + 1]
        place = number * 5
        if role & 1:
            counts[place] += bad
            counts[place + 1] += down
        if role & 2:
            counts[place + 2] += bad
            counts[place + 3] += down
        if role & 4:
            counts[place + 4] += down
        if groups[6][number] == 0:
            instant.append(number)


def spread(work: Any, net: Any, groups: Any, room: Any, lists: Any) -> None:
    """Raise whatever rests on nodes that got worse, until every rule agrees."""
    users_start, users, roles_start, roles, rule_node = net[0], net[1], net[2], net[3], net[4]
    state, code, shut = room[0], room[3], room[11]
    while len(work):
        node = work.pop()
        value = state[node]
        for at in range(users_start[node], users_start[node + 1]):
            rule = users[at]
            target = rule_node[rule]
            if state[target] < value and not shut[target]:
                passed = passes(code[rule], value)
                if passed > state[target]:
                    assign(target, passed, net, groups, room, lists)
                    work.append(target)
        for at in range(roles_start[node], roles_start[node + 1], 2):
            number = roles[at]
            rule = groups[0][number]
            target = rule_node[rule]
            if state[target] < 2 and not shut[target]:
                passed = passes(code[rule], shown(number, room[4][number], groups, room[5]))
                if passed > state[target]:
                    assign(target, passed, net, groups, room, lists)
                    work.append(target)


def hanging(going: Any, net: Any, groups: Any, room: Any, lists: Any) -> Any:
    """What may have got its severity through some groups, directly or through others; marked as such."""
    users_start, users, roles_start, roles, rule_node = net[0], net[1], net[2], net[3], net[4]
    state, fault, code, moved = room[0], room[2], room[3], room[4]
    marked = lists[1]
    found = numbers()
    for number in going:
        node = rule_node[groups[0][number]]
        if state[node] > fault[node] and not marked[node]:
            marked[node] = 1
            found.append(node)
    head = 0
    while head < len(found):
        node = found[head]
        head += 1
        value = state[node]
        for at in range(users_start[node], users_start[node + 1]):
            rule = users[at]
            target = rule_node[rule]
            if not marked[target] and state[target] > fault[target] and passes(code[rule], value) == state[target]:
                marked[target] = 1
                found.append(target)
        for at in range(roles_start[node], roles_start[node + 1], 2):
            number = roles[at]
            rule = groups[0][number]
            target = rule_node[rule]
            if marked[target] or state[target] <= fault[target]:
                continue
            if passes(code[rule], shown(number, moved[number], groups, room[5])) == state[target]:
                marked[target] = 1
                found.append(target)
    return found


def move(going: Any, net: Any, groups: Any, room: Any, lists: Any, slow: Any) -> bool:
    """Let groups fail over, and derive anew what hung on them; false where something would have to recover first."""
    feeds_start, feeds = net[5], net[6]
    state, before, fault, code, moved = room[0], room[1], room[2], room[3], room[4]
    found = hanging(going, net, groups, room, lists)
    for number in going:
        moved[number] = 1
    for node in found:
        assign(node, fault[node], net, groups, room, lists)
    work = [node for node in found if fault[node]]
    for node in found:
        lists[1][node] = 0
        worst = state[node]
        for at in range(feeds_start[node], feeds_start[node + 1]):
            worst = max(worst, passes(code[feeds[at]], given(feeds[at], net, groups, room)))
        if worst > state[node]:
            assign(node, worst, net, groups, room, lists)
            work.append(node)
    spread(work, net, groups, room, lists)
    for node in found:  # noqa: SIM110  # numba knows no generators in all()
        if slow[node] and before[node] == 2 and state[node] != 2:
            return False
    return True


def fire(due: Any, time: int, net: Any, groups: Any, room: Any, lists: Any) -> bool:
    """Let all rules act whose time has run out; whether any did."""
    state, code, since_impaired, since_down = room[0], room[3], room[6], room[7]
    fired = numbers()
    for entry in due:
        rule, plane = entry >> 1, 2 if entry & 1 else 1
        since, after = (since_down, net[10]) if plane == 2 else (since_impaired, net[9])
        if code[rule] & plane or since[rule] < 0 or since[rule] + after[rule] > time:
            continue
        value = given(rule, net, groups, room)
        if value == 2 or (plane == 1 and value == 1 and code[rule] & 4):
            code[rule] |= plane
            fired.append(rule)
    work = numbers()
    for rule in fired:
        passed, target = passes(code[rule], given(rule, net, groups, room)), net[4][rule]
        if passed > state[target] and not room[11][target]:
            assign(target, passed, net, groups, room, lists)
            work.append(target)
    spread(work, net, groups, room, lists)
    return len(fired) > 0


def tick(rule: int, time: int, heap: Any, net: Any, groups: Any, room: Any) -> None:
    """Start and stop the clocks of a rule by its settled input."""
    impaired_after, down_after = net[9], net[10]
    if impaired_after[rule] <= 0 and down_after[rule] <= 0:
        return
    code, since_impaired, since_down = room[3], room[6], room[7]
    value = given(rule, net, groups, room)
    if impaired_after[rule] > 0:
        if value == 2 or (value == 1 and code[rule] & 4):
            if since_impaired[rule] < 0:
                since_impaired[rule] = time
                heappush(heap, (time + impaired_after[rule], rule * 2))
        else:
            since_impaired[rule] = -1
            code[rule] &= ~1
    if down_after[rule] > 0:
        if value == 2:
            if since_down[rule] < 0:
                since_down[rule] = time
                heappush(heap, (time + down_after[rule], rule * 2 + 1))
        else:
            since_down[rule] = -1
            code[rule] &= ~2


def watch(number: int, time: int, heap: Any, net: Any, groups: Any, room: Any) -> None:
    """Start and stop the clock of a failover, and those of the rule that its group feeds."""
    since, takes = room[8], groups[6]
    if takes[number] >= 0:
        if not wants_over(number, groups, room):
            since[number] = -1
        elif since[number] < 0:
            since[number] = time
            if takes[number]:
                heappush(heap, (time + takes[number], -1 - number))
    tick(groups[0][number], time, heap, net, groups, room)


def settle(due: Any, over: Any, time: int, net: Any, groups: Any, room: Any, lists: Any, slow: Any) -> Any:
    """All that happens at one instant: the groups that failed over; a -1 among them where the walk must be left."""
    since, takes, instant = room[8], groups[6], lists[2]
    went = numbers()
    while True:
        going = numbers()
        for number in over:
            if since[number] >= 0 and since[number] + takes[number] <= time and wants_over(number, groups, room):
                going.append(number)
        for number in instant:
            if wants_over(number, groups, room):
                going.append(number)
        if len(going):
            if not move(going, net, groups, room, lists, slow):
                went.append(-1)
                return went
            went.extend(going)
        elif not fire(due, time, net, groups, room, lists):
            return went
