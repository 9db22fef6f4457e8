"""Modules: parts of a formula that the rest reads through one node only.

A part of its own can be solved on its own and stands in the rest as one variable. Found in one walk by dates of first and
last visit: Y. Dutuit, A. Rauzy, *A linear-time algorithm to find modules of fault trees*, IEEE Transactions on Reliability
45(3), 1996. Cycles are handled as one unit, which is a part of its own if one of its nodes alone is read from outside.
"""

from __future__ import annotations

from dataclasses import dataclass

from blastradius.engine.cycles import strongly_connected
from blastradius.engine.diagrams.formula import VARIABLE, Formula


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a formula.

    Attributes:
        root: the node through which it is read.
        leaves: variables and roots of inner modules, in the order of a walk from the left.
        gates: its gates, what they read first; those of one cycle together.
    """

    root: int
    leaves: tuple[int, ...]
    gates: tuple[tuple[int, ...], ...]


def modules(formula: Formula) -> list[Module]:
    """The modules of a formula, inner ones first; the last is the whole.

    Args:
        formula: a simplified formula; its top may be a variable, which has no gates.
    """
    units = strongly_connected(len(formula.inputs), lambda node: formula.inputs[node])
    roots = _Dates(formula, units).roots()
    known = frozenset(roots)
    return [_module(formula, units, root, known) for root in roots]


class _Dates:
    """One walk over units: first visit, end of the first visit, last visit."""

    def __init__(self, formula: Formula, units: list[tuple[int, ...]]) -> None:
        self.formula, self.units = formula, units
        count = len(formula.inputs)
        self.first, self.end, self.last = [0] * count, [0] * count, [0] * count
        self.low, self.high = [0] * count, [0] * count
        self.entries: list[set[int]] = [set() for _ in range(count)]
        self.entries[self._unit(formula.top)].add(formula.top)
        self.ended: list[int] = []
        self._walk()

    def _unit(self, node: int) -> int:
        return self.units[node][0]

    def _reads(self, unit: int) -> list[int]:
        """Units that a unit reads, and note through which of their nodes."""
        found = []
        for node in self.units[unit]:
            for one in self.formula.inputs[node]:
                other = self._unit(one)
                if other != unit:
                    self.entries[other].add(one)
                    found.append(other)
        return found

    def _walk(self) -> None:
        clock = 1
        top = self._unit(self.formula.top)
        self.first[top] = self.last[top] = clock
        stack = [(top, iter(self._reads(top)), list[int]())]
        while stack:
            unit, reads, met = stack[-1]
            for other in reads:
                clock += 1
                met.append(other)
                self.last[other] = clock
                if not self.first[other]:
                    self.first[other] = clock
                    stack.append((other, iter(self._reads(other)), []))
                    break
            else:
                stack.pop()
                clock += 1
                self.end[unit] = self.last[unit] = clock
                self.ended.append(unit)

    def roots(self) -> list[int]:
        """Roots of modules in the order in which the walk left them, so inner ones first."""
        found = []
        for unit in self.ended:
            read = list(dict.fromkeys(self._reads(unit)))
            self.low[unit] = min((min(self.low[o], self.first[o]) for o in read), default=self.first[unit] + 1)
            self.high[unit] = max((max(self.high[o], self.last[o]) for o in read), default=0)
            closed = self.low[unit] > self.first[unit] and self.high[unit] < self.end[unit]
            gate = len(self.units[unit]) > 1 or self.formula.thresholds[unit] != VARIABLE
            if closed and gate and len(self.entries[unit]) == 1:
                found.append(next(iter(self.entries[unit])))
        if self.formula.top not in found:
            found.append(self.formula.top)
        return found


def _module(formula: Formula, units: list[tuple[int, ...]], root: int, roots: frozenset[int]) -> Module:
    leaves: dict[int, None] = {}
    gates: dict[tuple[int, ...], None] = {}
    stack = [(root, iter(_inputs(formula, units[root])))]
    seen = {units[root]}
    if formula.thresholds[root] == VARIABLE:
        return Module(root, (root,), ())
    while stack:
        node, reads = stack[-1]
        for one in reads:
            if formula.thresholds[one] == VARIABLE or (one in roots and one != root):
                leaves[one] = None
            elif units[one] not in seen:
                seen.add(units[one])
                stack.append((one, iter(_inputs(formula, units[one]))))
                break
        else:
            stack.pop()
            gates[units[node]] = None
    return Module(root, tuple(leaves), tuple(gates))


def _inputs(formula: Formula, unit: tuple[int, ...]) -> list[int]:
    return [one for node in unit for one in formula.inputs[node]]
