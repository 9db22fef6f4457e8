"""The same formula with less in it: constants gone, nodes that are one made one, gates of a sort flattened and gathered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from blastradius.engine.cycles import strongly_connected
from blastradius.engine.diagrams.formula import VARIABLE, Formula, evaluate, users


def simplified(formula: Formula) -> Formula:
    """An equal formula of what can matter for its top.

    Constants are folded. *Or* gates that read each other in a circle are one gate: each is at least as true as the
    next. A gate with one input is that input. An *or* that only one *or* reads is part of it, and so with *and*. What several
    of a sort read together is then a gate of its own: one variable for the rest.
    """
    return _Work(formula).result()


class _Work:
    def __init__(self, formula: Formula) -> None:
        used = users(formula)
        self.possible = evaluate(formula, formula.labels.keys(), used)
        self.certain = evaluate(formula, (), used)
        self.thresholds = list(formula.thresholds)
        self.inputs = list(formula.inputs)
        self.labels, self.top = formula.labels, formula.top
        self.same: dict[int, int] = {}
        self._fold()
        self.founded = self._truly_founded(formula.founded)

    def result(self) -> Formula:
        """All steps in turn."""
        if self.certain[self.top] or not self.possible[self.top]:
            return Formula([0 if self.certain[self.top] else 1], [()], {}, frozenset(), 0)
        self._circles()
        self._settle()
        self._flatten()
        self._gather()
        return self._numbered()

    def _fold(self) -> None:
        """Leave out what is always false and count what is always true."""
        for node, inputs in enumerate(self.inputs):
            if self.thresholds[node] == VARIABLE:
                continue
            if not self.possible[node] or self.certain[node]:
                self.inputs[node] = ()
                continue
            sure = sum(self.certain[one] for one in inputs)
            self.thresholds[node] -= sure
            self.inputs[node] = tuple(one for one in inputs if self.possible[one] and not self.certain[one])

    def _truly_founded(self, founded: Iterable[int]) -> set[int]:
        """Founded nodes that read themselves; for any other the start makes no difference."""
        own = strongly_connected(len(self.inputs), lambda node: self.inputs[node])
        return {node for node in founded if len(own[node]) > 1 or node in self.inputs[node]}

    def _circles(self) -> None:
        """Make *or* gates that read each other in a circle one."""

        def following(node: int) -> Iterable[int]:
            return filter(self._plain_or, self.inputs[node]) if self._plain_or(node) else ()

        for node, members in enumerate(strongly_connected(len(self.inputs), following)):
            if len(members) > 1:
                if node == members[0]:
                    self.inputs[node] = tuple(dict.fromkeys(one for m in members for one in self.inputs[m]))
                else:
                    self.same[node] = members[0]

    def _plain_or(self, node: int) -> bool:
        return self.thresholds[node] == 1 and node not in self.founded

    def _one(self, node: int) -> int:
        while (other := self.same.get(node)) is not None:
            node = other
        return node

    def _settle(self) -> None:
        """Read the one of each circle, read nothing twice where that says nothing, and skip gates with one input."""
        for node in range(len(self.inputs)):
            if node not in self.same:
                self.inputs[node] = self._tidy(node, [self._one(one) for one in self.inputs[node]])
        for node, inputs in enumerate(self.inputs):
            alone = len(inputs) == 1 and self.thresholds[node] == 1
            if alone and node not in self.same and node not in self.founded and self._one(inputs[0]) != node:
                self.same[node] = inputs[0]
        for node in range(len(self.inputs)):
            if node not in self.same:
                self.inputs[node] = self._tidy(node, [self._one(one) for one in self.inputs[node]])
        self.top = self._one(self.top)

    def _tidy(self, node: int, inputs: list[int]) -> tuple[int, ...]:
        threshold = self.thresholds[node]
        if threshold == 1:
            return tuple(dict.fromkeys(one for one in inputs if one != node or node in self.founded))
        if threshold == len(inputs):
            distinct = tuple(dict.fromkeys(inputs))
            self.thresholds[node] = len(distinct)
            return distinct
        return tuple(inputs)

    def _flatten(self) -> None:
        """Put gates that one gate of their sort reads into it."""
        reached = self._reached()
        readers = Counter(one for node in reached for one in self.inputs[node])
        readers[self.top] += 1
        for node in reversed(reached):
            if self.thresholds[node] == VARIABLE or node in self.founded:
                continue
            sort = self._sort(node)
            if sort is None:
                continue
            parts: list[int] = []
            for one in self.inputs[node]:
                single = readers[one] == 1 and one not in self.founded and one != node
                if single and self.thresholds[one] != VARIABLE and self._sort(one) == sort:
                    parts += self.inputs[one]
                else:
                    parts.append(one)
            distinct = tuple(dict.fromkeys(parts))
            for lost, times in Counter(parts).items():
                readers[lost] -= times - 1
            self.inputs[node] = distinct
            self.thresholds[node] = 1 if sort == "or" else len(distinct)

    def _gather(self) -> None:
        """Put what the same gates of one sort read, and nobody else, into a gate of its own: the rest has one to read."""
        readers: dict[int, list[int]] = {}
        for node in self._reached():
            for one in self.inputs[node]:
                readers.setdefault(one, []).append(node)
        groups: dict[tuple[int, ...], list[int]] = {}
        for node, gates in sorted(readers.items()):
            if node != self.top:
                groups.setdefault(tuple(gates), []).append(node)
        for by, group in groups.items():
            sorts = {self._sort(gate) if gate not in self.founded else None for gate in by}
            alone = len(by) == 1 and len(group) == len(self.inputs[by[0]])
            if len(group) < 2 or alone or None in sorts or len(sorts) > 1 or not set(by).isdisjoint(group):
                continue
            made = len(self.inputs)
            either = sorts == {"or"}
            self.inputs.append(tuple(group))
            self.thresholds.append(1 if either else len(group))
            gone = set(group)
            for gate in by:
                at = min(self.inputs[gate].index(one) for one in group)
                kept = [
                    made if place == at else one
                    for place, one in enumerate(self.inputs[gate])
                    if place == at or one not in gone
                ]
                self.inputs[gate] = tuple(kept)
                self.thresholds[gate] = 1 if either else len(kept)

    def _sort(self, node: int) -> str | None:
        if self.thresholds[node] == 1:
            return "or"
        return "and" if self.thresholds[node] == len(self.inputs[node]) else None

    def _reached(self) -> list[int]:
        """Nodes from the top down, each after one that reads it."""
        order = {self.top: None}
        stack = [self.top]
        while stack:
            for one in self.inputs[stack.pop()]:
                if one not in order:
                    order[one] = None
                    stack.append(one)
        return list(order)

    def _numbered(self) -> Formula:
        kept = self._reached()
        number = {node: at for at, node in enumerate(kept)}
        return Formula(
            [self.thresholds[node] for node in kept],
            [tuple(number[one] for one in self.inputs[node]) for node in kept],
            {number[node]: label for node, label in self.labels.items() if node in number},
            frozenset(number[node] for node in self.founded if node in number),
            0,
        )
