"""The graph as integer arrays: nodes, rules and groups, the one circuit that every analysis evaluates.

Nodes are the components by id, then the journeys by id, then the *phase nodes*: `(X, deploy)` carries the deploy
rules of X, one step over the runtime states, so that "can it be changed" needs no rule of its own.
A rule feeds one node from one input: another node, or a group (a redundancy). A group belongs to one rule.
Arrays are `array.array`, which numpy views without a copy, so that small work never pays for importing numpy.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from blastradius.model import Dependency, Inventory, Journey, Redundancy

R = TypeVar("R", Dependency, Redundancy)

NEVER = -1
"""Delay of a plane on which a rule never acts."""

MEMBER, ACTIVE, NEED = 1, 2, 4
"""How a node takes part in a group."""

HARD = 4
"""Bit of `Rule.hard` in an action code; the bits 1 and 2 say whether the impaired and the down plane act."""


class Rule(NamedTuple):
    """One need: `node` is affected through `source` (a node) or `group`; `records[place]` states it."""

    node: int
    source: int
    group: int
    hard: bool
    impaired_after: int
    down_after: int
    records: Sequence[Dependency | Redundancy]
    place: int

    @property
    def record(self) -> Dependency | Redundancy:
        """What states it."""
        return self.records[self.place]


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
    """Rules and groups over numbered nodes; of each rule also node, source, strength and delays as arrays.

    Args:
        inventory: assembled facts; every id that a record names must be a component or journey of it.

    Raises:
        KeyError: when a record names an id that is not there.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.ids: list[str] = sorted(self._component_ids(inventory))
        self.component_count = len(self.ids)
        self.ids += sorted(j.id for j in inventory.journeys)
        self.named_count = len(self.ids)
        self.index: dict[str, int] = {node_id: number for number, node_id in enumerate(self.ids)}
        self.phase_nodes: dict[tuple[int, str], int] = {}
        self.rules: Sequence[Rule] = []
        self.groups: list[Group] = []
        self._journeys = {self.index[j.id]: j for j in inventory.journeys}
        # Numbers follow ids and never the order of the records, so that ties in a proof are broken by id alone.
        self._number_phases(inventory)
        before = self._entries(sorted(inventory.journeys, key=lambda journey: journey.id))
        needs = self._needs(inventory, len(before))
        behind = self._redundancies(inventory, len(before) + len(needs))
        self._owners = {node: component for (component, _), node in self.phase_nodes.items()}
        self._link(before, needs, behind)

    @staticmethod
    def _component_ids(inventory: Inventory) -> Iterable[str]:
        return (c.id for c in inventory.components)

    def node_of(self, number: int) -> int:
        """The component a phase node speaks of; any other node itself."""
        return self._owners.get(number, number)

    def phase_node(self, component: int, phase: str) -> int | None:
        """The node for a component in a phase other than runtime, if it has rules there."""
        return self.phase_nodes.get((component, phase))

    def _number_phases(self, inventory: Inventory) -> None:
        """Give a node to each component in each phase that a rule feeds or a journey reads."""
        wanted: set[tuple[int, str]] = set()
        for journey in inventory.journeys:
            wanted.update((self.index[entry.component], journey.phase) for entry in journey.entries)
        wanted.update(self._phases_of_needs(inventory))
        for rule in inventory.redundancies:
            wanted.update(self._phases_of(rule.dependent, rule.members, rule.phase))
        for component, phase in sorted(key for key in wanted if key[1] != "runtime"):
            self.phase_nodes[component, phase] = len(self.ids)
            self.ids.append(f"{self.ids[component]}#{phase}")

    def _phases_of_needs(self, inventory: Inventory) -> Iterator[tuple[int, str]]:
        for rule in inventory.dependencies:
            if rule.phase != "runtime" or self.index[rule.dependent] in self._journeys:
                yield from self._phases_of(rule.dependent, (rule.dependency,), rule.phase)

    def _phases_of(self, dependent: str, needs: Iterable[str], phase: str) -> Iterator[tuple[int, str]]:
        number = self.index[dependent]
        if number in self._journeys:
            phase = self._journeys[number].phase
            return ((self.index[need], phase) for need in needs)
        return iter(((number, phase),))

    def input_of(self, number: int) -> tuple[int, int]:
        """The node that a rule reads, or the group; the other is -1. No rule is made for it."""
        source = self.rule_source[number]
        return (source, -1) if source >= 0 else (-1, self.rules[number].group)

    def at_phase(self, component: int, phase: str) -> int:
        """The node that carries a component's state in a phase."""
        return component if phase == "runtime" else self.phase_nodes[component, phase]

    def phase_of(self, journey: int) -> str:
        """What is asked of the entries of a journey."""
        return self._journeys[journey].phase

    def sides(self, dependent: int, phase: str) -> tuple[int, str]:
        """The node that a rule feeds, and the phase in which its inputs are read."""
        journey = self._journeys.get(dependent)
        if journey is not None:
            return dependent, journey.phase
        return self.at_phase(dependent, phase), "runtime"

    def _entries(self, journeys: Iterable[Journey]) -> list[Rule]:
        records: list[Dependency] = []
        rules: list[Rule] = []
        for journey in journeys:
            number = self.index[journey.id]
            for entry in journey.entries:
                after = entry.tolerance or 0
                source = self.at_phase(self.index[entry.component], journey.phase)
                rules.append(Rule(number, source, -1, True, after, after, records, len(records)))
                records.append(
                    Dependency(
                        dependent=journey.id,
                        dependency=entry.component,
                        tolerance=entry.tolerance,
                        phase=journey.phase,
                        evidence=journey.evidence,
                    )
                )
        return rules

    def _needs(self, inventory: Inventory, first: int) -> Sequence[Rule]:
        """The rules of the plain dependencies; `first` is the number of the first."""
        records = _in_order(inventory.dependencies, _dependency_key)
        rules = []
        for place, record in enumerate(records):
            node, reads = self.sides(self.index[record.dependent], record.phase)
            source = self.at_phase(self.index[record.dependency], reads)
            impaired, down = delays(record)
            rules.append(Rule(node, source, -1, record.strength == "hard", impaired, down, records, place))
        return rules

    def _redundancies(self, inventory: Inventory, first: int) -> list[Rule]:
        """The rules of the redundancies and their groups; `first` is the number of the first."""
        records = _in_order(inventory.redundancies, _redundancy_key)
        rules = []
        for place, record in enumerate(records):
            node, reads = self.sides(self.index[record.dependent], record.phase)
            impaired, down = delays(record)
            rules.append(Rule(node, -1, place, record.strength == "hard", impaired, down, records, place))
            self.groups.append(self._group(record, reads, first + place))
        return rules

    def _group(self, record: Redundancy, reads: str, rule: int) -> Group:
        at = {member: self.at_phase(self.index[member], reads) for member in record.members}
        full = record.full or record.required
        failover = record.failover
        takes = NEVER
        if failover is not None and not (failover.mode == "manual" and failover.takes is None):
            takes = failover.takes or 0
        return Group(
            rule=rule,
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

    def _link(self, before: Sequence[Rule], needs: Sequence[Rule], behind: Sequence[Rule]) -> None:
        """Turn the rules round: who uses a node, by plain rules and by groups, and which rules feed a node."""
        self.rules = rules = [*before, *needs, *behind]
        users: list[list[int]] = [[] for _ in self.ids]
        feeds: list[list[int]] = [[] for _ in self.ids]
        for number, rule in enumerate(rules):
            feeds[rule.node].append(number)
            if rule.source >= 0:
                users[rule.source].append(number)
        self.feeds: Sequence[Sequence[int]] = feeds
        roles: list[list[int]] = [[] for _ in self.ids]
        for node, number, role in self._roles():
            roles[node] += (number, role)
        self.users_start, self.users = _flat(users)
        self.roles_start, self.roles = _flat(roles)
        self.rule_node = array("i", (rule.node for rule in rules))
        self.rule_source = array("i", (rule.source for rule in rules))
        self.rule_hard = bytearray(rule.hard for rule in rules)
        self.rule_impaired = array("i", (rule.impaired_after for rule in rules))
        self.rule_down = array("i", (rule.down_after for rule in rules))

    def _roles(self) -> Iterator[tuple[int, int, int]]:
        """Node, group and role of everything that takes part in a group."""
        for number, group in enumerate(self.groups):
            active = set(group.active)
            for member in group.members:
                yield member, number, MEMBER | (ACTIVE if member in active else 0)
            for need in group.needs:
                yield need, number, NEED

    def runtime_inputs(self, node: int) -> Iterable[int]:
        """Every node that the rules feeding a node read, needs of failovers included."""
        for number in self.feeds[node]:
            source, place = self.input_of(number)
            if place < 0:
                yield source
            else:
                yield from self.groups[place].members
                yield from self.groups[place].needs


def _dependency_key(record: Dependency) -> tuple[str, str, str, str]:
    return record.dependent, record.dependency, record.phase, record.strength


def _redundancy_key(record: Redundancy) -> tuple[str, str, tuple[str, ...], int, str]:
    return record.dependent, record.phase, record.members, record.required, record.strength


def _in_order(records: Sequence[R], key: Callable[[R], tuple[Any, ...]]) -> tuple[R, ...]:
    """Records by their ends; those that share all of that by their whole content."""
    keys = [key(record) for record in records]
    if all(one < other for one, other in pairwise(keys)):
        return tuple(records)
    if len(set(keys)) == len(keys):
        return tuple(sorted(records, key=key))
    return tuple(sorted(records, key=lambda record: (key(record), record.model_dump_json())))


def _flat(lists: Sequence[Sequence[int]]) -> tuple[array[int], array[int]]:
    """Lists of numbers as one array with the start of each (compressed sparse rows)."""
    start = array("i", [0])
    values = array("i")
    for row in lists:
        values.extend(row)
        start.append(len(values))
    return start, values
