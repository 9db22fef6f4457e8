"""The least fixpoint of failure over a circuit.

Start from nothing failed and raise until nothing changes. Everything is monotone, so the order of work does not
matter; groups keep counts of their failed members, so each change of a node costs constant time per use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from blastradius.circuit import ACTIVE, HARD, MEMBER, NEED, NEVER, Circuit, Group

UP, DEGRADED, DOWN = 0, 1, 2

ACTS_IMPAIRED, ACTS_DOWN = 1, 2

SAVES_UP, SAVES_DOWN, HEEDLESS = 1, 2, 4
"""How a failover counts: on the plane bad, on the plane down, and whether that is so whatever becomes of its needs."""


def _contribution(code: int, value: int) -> int:
    """What a rule passes on: code bits say which planes act and whether it is hard."""
    if value == DOWN and code & ACTS_DOWN:
        return DOWN
    bad = value >= DEGRADED if code & HARD else value == DOWN
    return DEGRADED if bad and code & ACTS_IMPAIRED else UP


#: What a rule passes on, by its action code and the severity of its input.
PASSES = tuple(tuple(_contribution(code, value) for value in (UP, DEGRADED, DOWN)) for code in range(8))


MANY = 50_000
"""Rules from which on importing numpy pays."""


@dataclass(slots=True)
class Solution:
    """A fixpoint.

    Attributes:
        state: severity of each node.
        groups: severity of each group.
    """

    state: bytearray
    groups: bytearray


def settings(circuit: Circuit, when: Literal["at_once", "eventually", "start"]) -> bytearray:
    """Action code of each rule: which planes act, and whether it is hard.

    `at_once` and `start` of a timed walk: only what has no delay. `eventually`: everything that ever acts.
    """
    if len(circuit.rules) >= MANY:
        return _settings_of_many(circuit, when)
    codes = bytearray(len(circuit.rules))
    late = when == "eventually"
    each = zip(circuit.rule_hard, circuit.rule_impaired, circuit.rule_down, strict=True)
    for number, (hard, impaired, down) in enumerate(each):
        code = HARD if hard else 0
        if late or impaired == 0:
            code |= ACTS_IMPAIRED
        if down != NEVER and (late or (down == 0 and (hard or when == "start"))):
            code |= ACTS_DOWN
        codes[number] = code
    return codes


def _settings_of_many(circuit: Circuit, when: Literal["at_once", "eventually", "start"]) -> bytearray:
    """The same by array operations."""
    import numpy as np

    hard = np.frombuffer(circuit.rule_hard, np.uint8).astype(np.bool_)
    impaired, down = (np.frombuffer(one, np.int32) for one in (circuit.rule_impaired, circuit.rule_down))
    late = when == "eventually"
    impairs = (impaired == 0) | late
    falls = (down != NEVER) & (late | ((down == 0) & (hard | (when == "start"))))
    return bytearray((hard * HARD + impairs * ACTS_IMPAIRED + falls * ACTS_DOWN).astype(np.uint8).tobytes())


def group_value(group: Group, state: bytearray, *, moved: bool, standby: bool) -> int:
    """Severity of a group from the severities of its nodes, by the formula of the design.

    Args:
        group: the group.
        state: severities of nodes.
        moved: it has failed over and shows all its members.
        standby: its failover counts at once, as it does where time does not (an untimed answer).
    """
    best = _best(group.members, state, group.required, group.full)
    if not group.active or moved:
        return best
    active = _best(group.active, state, group.required, group.active_full)
    if not standby or any(state[need] == DOWN for need in group.needs):
        return active
    return min(active, best)


def _best(nodes: tuple[int, ...], state: bytearray, required: int, full: int) -> int:
    bad = sum(1 for node in nodes if state[node])
    down = sum(1 for node in nodes if state[node] == DOWN)
    return _rank(len(nodes), bad, down, required, full)


def _rank(count: int, bad: int, down: int, required: int, full: int) -> int:
    """The severity of the `required`-th best, at least degraded while the `full`-th best is not up."""
    if count - down < required:
        return DOWN
    return DEGRADED if count - bad < max(required, full) else UP


def solve(
    circuit: Circuit,
    faults: Mapping[int, int],
    codes: bytearray,
    moved: bytearray | None = None,
    enabled: bytearray | None = None,
    bound: Mapping[int, Sequence[int]] | None = None,
) -> Solution:
    """The least fixpoint under some faults.

    Args:
        circuit: the system.
        faults: severity that each faulty node has of itself.
        codes: action code of each rule.
        moved: per group, 1 where it has failed over and shows all its members.
        enabled: per group, how its failover counts at once.
        bound: nodes that go down with a node beside all rules, by number: what nobody saw may tie them.

    Returns:
        Severities of nodes and groups.
    """
    groups = circuit.groups
    none = bytes(len(groups))
    shifted, standing = moved or none, enabled or none
    state, seen = bytearray(len(circuit.ids)), bytearray(len(circuit.ids))
    values = bytearray(len(groups))
    counts: dict[int, list[int]] = {}
    work: list[int] = []
    for node, severity in faults.items():
        if severity > state[node]:
            state[node] = severity
            work.append(node)
    users, users_start = circuit.users, circuit.users_start
    roles, roles_start = circuit.roles, circuit.roles_start
    rule_node = circuit.rule_node
    while work:
        node = work.pop()
        value, before = state[node], seen[node]
        if value == before:
            continue
        seen[node] = value
        if bound and value == DOWN:
            for target in bound.get(node, ()):
                if state[target] != DOWN:
                    state[target] = DOWN
                    work.append(target)
        for rule in users[users_start[node] : users_start[node + 1]]:
            passed = PASSES[codes[rule]][value]
            target = rule_node[rule]
            if passed > state[target]:
                state[target] = passed
                work.append(target)
        for at in range(roles_start[node], roles_start[node + 1], 2):
            number = roles[at]
            group = groups[number]
            count = counts.get(number)
            if count is None:
                count = counts[number] = [0, 0, 0, 0, 0]
            _count(count, roles[at + 1], before, value)
            worth = _value(group, count, shifted[number], standing[number])
            if worth > values[number]:
                values[number] = worth
                passed = PASSES[codes[group.rule]][worth]
                target = rule_node[group.rule]
                if passed > state[target]:
                    state[target] = passed
                    work.append(target)
    return Solution(state, values)


def _count(count: list[int], role: int, before: int, value: int) -> None:
    """Count a node that got worse: bad and down members, bad and down active ones, needs that are down."""
    bad = 1 if before == UP else 0
    down = 1 if value == DOWN else 0
    if role & MEMBER:
        count[0] += bad
        count[1] += down
    if role & ACTIVE:
        count[2] += bad
        count[3] += down
    if role & NEED:
        count[4] += down


def _value(group: Group, count: list[int], moved: int, enabled: int) -> int:
    best = _rank(len(group.members), count[0], count[1], group.required, group.full)
    if not group.active or moved:
        return best
    active = _rank(len(group.active), count[2], count[3], group.required, group.active_full)
    if not enabled or (count[4] and not enabled & HEEDLESS):
        return active
    if active == DOWN and (best == DOWN or not enabled & SAVES_DOWN):
        return DOWN
    return DEGRADED if active and (best or not enabled & SAVES_UP) else UP


def found(
    circuit: Circuit,
    faults: Mapping[int, int],
    codes: bytearray,
    bound: Mapping[int, Sequence[int]] | None = None,
) -> Solution:
    """The fixpoint in which a failover counts only once founded.

    None is enabled at first; on each plane each one is enabled whose needs are not down in the fixpoint and whose
    members suffice there, until none is added: a tool that needs the very service it fails over is no way out, and no
    more is a standby that needs it.
    """
    enabled = bytearray(len(circuit.groups))
    candidates = [number for number, group in enumerate(circuit.groups) if group.active and group.fails_over]
    while True:
        solution = solve(circuit, faults, codes, enabled=enabled, bound=bound)
        # failovers only ever make things better, so one that nothing calls for is never called for
        candidates = [number for number in candidates if solution.groups[number]]
        added = False
        for number in candidates:
            saves = _founded(circuit.groups[number], solution.state)
            added |= saves != enabled[number]
            enabled[number] = saves
        if not added:
            return solution


def _founded(group: Group, state: bytearray) -> int:
    """On which planes a failover would be a way out."""
    if any(state[need] == DOWN for need in group.needs):
        return 0
    best = _best(group.members, state, group.required, group.full)
    return 0 if best == DOWN else SAVES_DOWN | (SAVES_UP if best == UP else 0)
