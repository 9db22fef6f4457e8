"""The graph as integer arrays: nodes, rules and groups, the one circuit that every analysis evaluates.

Nodes are the components by id, then the journeys by id, then the *phase nodes*: `(X, deploy)` carries the deploy
rules of X, one step over the runtime states, so that "can it be changed" needs no rule of its own.
A rule feeds one node from one input: another node, or a group (a redundancy). A group belongs to one rule.
Arrays are `array.array`, which numpy views without a copy, so that small work never pays for importing numpy.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from blastradius.model import Dependency, Inventory, Journey, Redundancy

R = TypeVar("R", Dependency, Redundancy)

NEVER = -1
"""Delay of a plane on which a rule never acts."""

MEMBER, ACTIVE, NEED = 1, 2, 4
"""How a node takes part in a group."""

HARD = 4
"""Bit of `Rule.hard` in an action code; the bits 1 and 2 say whether the impaired and the down plane act."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One need: `node` is affected through `source` (a node) or `group`."""

    node: int
    source: int
    group: int
    hard: bool
    impaired_after: int
    down_after: int
    record: Dependency | Redundancy


@dataclass(frozen=True, slots=True)
class Group:
    """One redundancy in node numbers."""

    rule: int
    members: tuple[int, ...]
    required: int
    full: int
    active: tuple[int, ...]
    active_full: int
    needs: tuple[int, ...]
    takes: int
    manual: bool
    record: Redundancy

    @property
    def fails_over(self) -> bool:
        """Whether it can move at all: a manual failover without `takes` does not happen."""
        return self.takes >= 0


def delays(record: Dependency | Redundancy) -> tuple[int, int]:
    """Seconds after which a rule acts on the impaired and on the down plane (`NEVER` for not at all)."""
    tolerance = record.tolerance or 0
    if record.strength == "hard":
        return tolerance, tolerance
    if record.hardens_after is None:
        return tolerance, NEVER
    return tolerance, max(tolerance, record.hardens_after)


class Circuit:
    """Rules and groups over numbered nodes.

    Args:
        inventory: assembled facts; every id that a record names must be a component or journey of it.

    Raises:
        KeyError: when a record names an id that is not there.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.ids: list[str] = sorted(c.id for c in inventory.components)
        self.component_count = len(self.ids)
        self.ids += sorted(j.id for j in inventory.journeys)
        self.named_count = len(self.ids)
        self.index: dict[str, int] = {node_id: number for number, node_id in enumerate(self.ids)}
        self.phase_nodes: dict[tuple[int, str], int] = {}
        self.rules: list[Rule] = []
        self.groups: list[Group] = []
        self._journeys = {self.index[j.id]: j for j in inventory.journeys}
        # Numbers follow ids and never the order of the records, so that ties in a proof are broken by id alone.
        self._number_phases(inventory)
        for journey in sorted(inventory.journeys, key=lambda journey: journey.id):
            self._add_entries(journey)
        for dependency in _in_order(inventory.dependencies, _dependency_key):
            self._add_dependency(dependency)
        for redundancy in _in_order(inventory.redundancies, _redundancy_key):
            self._add_redundancy(redundancy)
        self.node_count = len(self.ids)
        self._link()

    def node_of(self, number: int) -> int:
        """The component a phase node speaks of; any other node itself."""
        return self._owners.get(number, number)

    def phase_node(self, component: int, phase: str) -> int | None:
        """The node for a component in a phase other than runtime, if it has rules there."""
        return self.phase_nodes.get((component, phase))

    def _number_phases(self, inventory: Inventory) -> None:
        """Give a node to each component in each phase that a rule feeds or a journey reads."""
        wanted: set[tuple[int, str]] = set()
        phases = {journey.id: journey.phase for journey in inventory.journeys}
        for journey in inventory.journeys:
            wanted.update((self.index[entry.component], journey.phase) for entry in journey.entries)
        records: tuple[Dependency | Redundancy, ...] = (*inventory.dependencies, *inventory.redundancies)
        for rule in records:
            if rule.dependent in phases:
                needs = rule.members if isinstance(rule, Redundancy) else (rule.dependency,)
                wanted.update((self.index[need], phases[rule.dependent]) for need in needs)
            elif rule.phase != "runtime":
                wanted.add((self.index[rule.dependent], rule.phase))
        for component, phase in sorted(key for key in wanted if key[1] != "runtime"):
            self.phase_nodes[component, phase] = len(self.ids)
            self.ids.append(f"{self.ids[component]}#{phase}")

    def _at_phase(self, component: int, phase: str) -> int:
        """The node that carries a component's state in a phase."""
        return component if phase == "runtime" else self.phase_nodes[component, phase]

    def _sides(self, dependent: str, phase: str) -> tuple[int, str]:
        """The node that a rule feeds, and the phase in which its inputs are read."""
        number = self.index[dependent]
        journey = self._journeys.get(number)
        if journey is not None:
            return number, journey.phase
        return self._at_phase(number, phase), "runtime"

    def _add_entries(self, journey: Journey) -> None:
        number = self.index[journey.id]
        for entry in journey.entries:
            record = Dependency(
                dependent=journey.id,
                dependency=entry.component,
                tolerance=entry.tolerance,
                phase=journey.phase,
                evidence=journey.evidence,
            )
            after = entry.tolerance or 0
            source = self._at_phase(self.index[entry.component], journey.phase)
            self.rules.append(Rule(number, source, -1, True, after, after, record))

    def _add_dependency(self, record: Dependency) -> None:
        node, reads = self._sides(record.dependent, record.phase)
        source = self._at_phase(self.index[record.dependency], reads)
        impaired, down = delays(record)
        self.rules.append(Rule(node, source, -1, record.strength == "hard", impaired, down, record))

    def _add_redundancy(self, record: Redundancy) -> None:
        node, reads = self._sides(record.dependent, record.phase)
        at = {member: self._at_phase(self.index[member], reads) for member in record.members}
        impaired, down = delays(record)
        full = record.full or record.required
        failover = record.failover
        takes = NEVER
        if failover is not None and not (failover.mode == "manual" and failover.takes is None):
            takes = failover.takes or 0
        group = Group(
            rule=len(self.rules),
            members=tuple(at[m] for m in record.members),
            required=record.required,
            full=full,
            active=tuple(at[m] for m in record.active),
            active_full=min(full, len(record.active)),
            needs=tuple(self.index[need] for need in dict.fromkeys(failover.needs)) if failover else (),
            takes=takes,
            manual=failover is not None and failover.mode == "manual",
            record=record,
        )
        self.rules.append(Rule(node, -1, len(self.groups), record.strength == "hard", impaired, down, record))
        self.groups.append(group)

    def _link(self) -> None:
        """Turn the rules round: who uses a node, by plain rules and by groups, and which rules feed a node."""
        self._owners = {node: component for (component, _), node in self.phase_nodes.items()}
        users: list[list[int]] = [[] for _ in self.ids]
        self.feeds: list[list[int]] = [[] for _ in self.ids]
        for number, rule in enumerate(self.rules):
            self.feeds[rule.node].append(number)
            if rule.group < 0:
                users[rule.source].append(number)
        roles: list[list[int]] = [[] for _ in self.ids]
        for number, group in enumerate(self.groups):
            active = set(group.active)
            for member in group.members:
                roles[member] += (number, MEMBER | (ACTIVE if member in active else 0))
            for need in group.needs:
                roles[need] += (number, NEED)
        self.users_start, self.users = _flat(users)
        self.roles_start, self.roles = _flat(roles)
        self.rule_node = array("i", (rule.node for rule in self.rules))

    def runtime_inputs(self, node: int) -> Iterable[int]:
        """Every node that the rules feeding a node read, needs of failovers included."""
        for number in self.feeds[node]:
            rule = self.rules[number]
            if rule.group < 0:
                yield rule.source
            else:
                group = self.groups[rule.group]
                yield from group.members
                yield from group.needs


def _dependency_key(record: Dependency) -> tuple[str, str, str, str]:
    return record.dependent, record.dependency, record.phase, record.strength


def _redundancy_key(record: Redundancy) -> tuple[str, str, tuple[str, ...], int, str]:
    return record.dependent, record.phase, record.members, record.required, record.strength


def _in_order(records: Sequence[R], key: Callable[[R], tuple[Any, ...]]) -> Sequence[R]:
    """Records by their ends; those that share all of that by their whole content."""
    keys = [key(record) for record in records]
    if all(one < other for one, other in pairwise(keys)):
        return records
    if len(set(keys)) == len(keys):
        return sorted(records, key=key)
    return sorted(records, key=lambda record: (key(record), record.model_dump_json()))


def _flat(lists: Sequence[Sequence[int]]) -> tuple[array[int], array[int]]:
    """Lists of numbers as one array with the start of each (compressed sparse rows)."""
    start = array("i", [0])
    values = array("i")
    for row in lists:
        values.extend(row)
        start.append(len(values))
    return start, values
