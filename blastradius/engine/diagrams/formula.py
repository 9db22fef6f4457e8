"""Monotone formulas as systems of threshold gates, cycles allowed.

A node is a variable (something fails of itself) or a gate that is true once `threshold` of its inputs are: 1 is *or*, all of
them *and*. A system with cycles means its least solution: nothing is true without a cause. The *founded* nodes are the
exception: they start true and become false only when the solution says so, which is how "no failover until its needs are
known to stand" reads as a formula. Lowering them shrinks the solution, so this ends, and has one result whatever the order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

VARIABLE = -1
"""Threshold that marks a variable."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A system of threshold gates.

    Attributes:
        thresholds: per node how many inputs make it true; `VARIABLE` for a variable.
        inputs: per node what it reads; a node that stands there twice counts twice.
        labels: what each variable is called.
        founded: nodes that start true.
        top: the node that is asked for.
    """

    thresholds: list[int]
    inputs: list[tuple[int, ...]]
    labels: dict[int, str]
    founded: frozenset[int]
    top: int


@dataclass
class Draft:
    """A formula under construction."""

    thresholds: list[int] = field(default_factory=list)
    inputs: list[tuple[int, ...]] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    founded: set[int] = field(default_factory=set)

    def reserve(self) -> int:
        """A node that is said later; until then it is false."""
        self.thresholds.append(1)
        self.inputs.append(())
        return len(self.thresholds) - 1

    def say(self, node: int, threshold: int, inputs: Sequence[int]) -> None:
        """What a reserved node reads; a threshold below 1 is always true."""
        self.thresholds[node] = max(threshold, 0)
        self.inputs[node] = tuple(inputs)

    def gate(self, threshold: int, inputs: Sequence[int]) -> int:
        """A new gate."""
        node = self.reserve()
        self.say(node, threshold, inputs)
        return node

    def variable(self, label: str) -> int:
        """A new variable."""
        node = self.reserve()
        self.thresholds[node] = VARIABLE
        self.labels[node] = label
        return node

    def formula(self, top: int) -> Formula:
        """The formula of a node."""
        return Formula(self.thresholds, self.inputs, self.labels, frozenset(self.founded), top)


def users(formula: Formula) -> list[list[int]]:
    """For each node the gates that read it, as often as they do."""
    found: list[list[int]] = [[] for _ in formula.inputs]
    for node, inputs in enumerate(formula.inputs):
        for one in inputs:
            found[one].append(node)
    return found


def evaluate(formula: Formula, true: Collection[int], used: list[list[int]] | None = None) -> bytearray:
    """The truth of every node when exactly some variables are true.

    Args:
        formula: the system.
        true: variables that are true.
        used: `users(formula)`, where many evaluations share it.
    """
    used = used if used is not None else users(formula)
    standing = set(formula.founded)
    while True:
        values = _least(formula, true, standing, used)
        fallen = [node for node in standing if not _holds(formula, node, values)]
        if not fallen:
            return values
        standing.difference_update(fallen)


def _least(formula: Formula, true: Collection[int], standing: set[int], used: list[list[int]]) -> bytearray:
    values = bytearray(len(formula.inputs))
    counts: dict[int, int] = {}
    work = [node for node, threshold in enumerate(formula.thresholds) if threshold == 0]
    work = list(dict.fromkeys([*work, *true, *standing]))
    for node in work:
        values[node] = 1
    founded = formula.founded
    while work:
        for gate in used[work.pop()]:
            if values[gate] or gate in founded:
                continue
            count = counts.get(gate, 0) + 1
            counts[gate] = count
            if count >= formula.thresholds[gate]:
                values[gate] = 1
                work.append(gate)
    return values


def _holds(formula: Formula, node: int, values: bytearray) -> bool:
    return sum(values[one] for one in formula.inputs[node]) >= formula.thresholds[node]
