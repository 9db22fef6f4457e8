"""The same formula without cycles, for programs that know none.

A least solution is what is reached from nothing; on the way to it no node of a cycle needs itself. So with the nodes of a cycle
that break it (a feedback vertex set) false at first, the whole cycle is written out as often as there are of them, each time
reading the time before. Founded nodes start true and are written out around that, once for each of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from blastradius.engine.cycles import strongly_connected
from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.formula import VARIABLE, Draft, Formula
from blastradius.engine.diagrams.simplify import simplified


def unrolled(formula: Formula, most: int) -> Formula:
    """An equal formula in which no gate reads itself through others.

    Args:
        formula: a formula, simplified or not.
        most: gates at most that cycles add when they are written out.

    Raises:
        OutgrownError: when they would add more.
    """
    return simplified(_Work(simplified(formula), most).result())


class _Work:
    def __init__(self, formula: Formula, most: int) -> None:
        self.formula, self.most = formula, most
        self.draft = Draft()
        self.never, self.always = self.draft.gate(1, ()), self.draft.gate(0, ())
        self.values = {node: self.draft.variable(label) for node, label in sorted(formula.labels.items())}
        self.made: dict[tuple[int, tuple[int, ...]], int] = {}
        self.of_cycles = 0

    def result(self) -> Formula:
        """All units in turn, what they read first."""
        inputs = self.formula.inputs
        for unit in _settled(strongly_connected(len(inputs), lambda node: inputs[node]), inputs, self.formula.top):
            if len(unit) > 1 or unit[0] in inputs[unit[0]]:
                self._cycle(unit)
            elif self.formula.thresholds[unit[0]] != VARIABLE:
                self.values[unit[0]] = self._gate(unit[0])[0]
        return self.draft.formula(self.values[self.formula.top])

    def _again(self, node: int) -> int:
        """A gate of a cycle, once more."""
        gate, made = self._gate(node)
        self.of_cycles += made
        if self.of_cycles > self.most:
            raise OutgrownError
        return gate

    def _cycle(self, unit: tuple[int, ...]) -> None:
        founded = [node for node in unit if node in self.formula.founded]
        others = [node for node in unit if node not in self.formula.founded]
        breaking, order = _broken(others, self.formula.inputs)
        self.values.update(dict.fromkeys(founded, self.always))
        for time in range(len(founded) + 1):
            self.values.update(dict.fromkeys(breaking, self.never))
            for _ in range(len(breaking) + 1):
                for node in order:
                    self.values[node] = self._again(node)
                self.values.update({node: self._again(node) for node in breaking})
            if time < len(founded):
                self.values.update({node: self._again(node) for node in founded})

    def _gate(self, node: int) -> tuple[int, bool]:
        """A gate over what its inputs are by now, the constants folded; the same one where there is one. And if it is new."""
        inputs = [self.values[one] for one in self.formula.inputs[node]]
        threshold = self.formula.thresholds[node] - inputs.count(self.always)
        left = tuple(sorted(one for one in inputs if one not in (self.never, self.always)))
        if threshold <= 0:
            return self.always, False
        if threshold > len(left):
            return self.never, False
        if len(left) == 1:
            return left[0], False
        key = (threshold, left)
        new = key not in self.made
        if new:
            self.made[key] = self.draft.gate(threshold, left)
        return self.made[key], new


def _settled(units: list[tuple[int, ...]], inputs: list[tuple[int, ...]], top: int) -> Iterable[tuple[int, ...]]:
    """Units that a node needs, each after those that it reads."""
    found: dict[tuple[int, ...], None] = {}
    seen = {units[top]}
    stack = [(units[top], iter([one for node in units[top] for one in inputs[node]]))]
    while stack:
        unit, reads = stack[-1]
        for one in reads:
            if units[one] not in seen:
                seen.add(units[one])
                stack.append((units[one], iter([other for node in units[one] for other in inputs[node]])))
                break
        else:
            stack.pop()
            found[unit] = None
    return found


def _broken(nodes: Collection[int], inputs: list[tuple[int, ...]]) -> tuple[list[int], list[int]]:
    """Nodes without which the others read each other in no circle, few of them; and those others, what they read first."""
    left = set(nodes)
    breaking: list[int] = []
    while True:
        names = sorted(left)
        number = {node: at for at, node in enumerate(names)}
        reads = [[number[one] for one in inputs[node] if one in number] for node in names]
        units = strongly_connected(len(names), reads.__getitem__)
        found = {
            unit for at, unit in enumerate(units) if unit[0] == at and (len(unit) > 1 or unit[0] in reads[unit[0]])
        }
        if not found:
            break
        for unit in sorted(found):
            inside = set(unit)
            into = {at: sum(one in inside for one in reads[at]) for at in unit}
            out = dict.fromkeys(unit, 0)
            for at in unit:
                for one in inside.intersection(reads[at]):
                    out[one] += 1
            worst = max(unit, key=lambda at: (at in reads[at], into[at] * out[at], -at))
            breaking.append(names[worst])
            left.discard(names[worst])
    if not names:
        return breaking, []
    done: dict[int, None] = {}
    for at in range(len(names)):
        for (node,) in _settled(units, [tuple(one) for one in reads], at) if names[at] not in done else ():
            done.setdefault(names[node])
    return breaking, list(done)
