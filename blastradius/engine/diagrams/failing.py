"""The failure of one node of the circuit as a formula over what may be lost: the untimed rules, plane by plane."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from blastradius.circuit import HARD, Circuit
from blastradius.engine.diagrams.formula import Draft, Formula
from blastradius.engine.solve import ACTS_DOWN, ACTS_IMPAIRED, settings

Plane = Literal["down", "impaired"]
When = Literal["at_once", "eventually"]


def failure(
    circuit: Circuit, node: int, free: Collection[int], *, plane: Plane = "down", when: When = "eventually"
) -> Formula:
    """When a node is down, or impaired (degraded or down), as a formula over losses.

    Args:
        circuit: the system.
        node: number of a journey or component.
        free: numbers of the components that may be lost; each is a variable called by its id.
        plane: `down`, or `impaired` for degraded or down.
        when: `at_once`: rules with a tolerance do not act; `eventually`: tolerances have run out.
    """
    work = _Work(circuit, frozenset(free), settings(circuit, when))
    return work.draft.formula(work.formula_of(plane, node))


class _Work:
    """Nodes of both planes, made as they are met; a failover's *block* (it is no way out on that plane) is a founded node."""

    def __init__(self, circuit: Circuit, free: frozenset[int], codes: bytearray) -> None:
        self.circuit, self.free, self.codes = circuit, free, codes
        self.draft = Draft()
        self.made: dict[tuple[str, int], int] = {}
        self.blocks: dict[tuple[str, int], int] = {}
        self.open: list[tuple[str, int]] = []

    def formula_of(self, plane: Plane, node: int) -> int:
        top = self._node(plane, node)
        while self.open:
            which, number = key = self.open.pop()
            self.draft.say(self.made[key], 1, self._causes(which, number))
        return top

    def _node(self, plane: str, number: int) -> int:
        made = self.made.get((plane, number))
        if made is None:
            made = self.made[plane, number] = self.draft.reserve()
            self.open.append((plane, number))
        return made

    def _causes(self, plane: str, node: int) -> list[int]:
        """Everything that alone brings a node down, or impairs it."""
        causes = []
        if plane == "impaired":
            causes.append(self._node("down", node))
        elif node in self.free:
            causes.append(self.draft.variable(self.circuit.ids[node]))
        acts = ACTS_DOWN if plane == "down" else ACTS_IMPAIRED
        for number in self.circuit.feeds[node]:
            code = self.codes[number]
            if code & acts:
                rule = self.circuit.rules[number]
                reads = plane if code & HARD else "down"
                causes.append(self._node(reads, rule.source) if rule.group < 0 else self._group(reads, rule.group))
        return causes

    def _group(self, plane: str, number: int) -> int:
        group = self.circuit.groups[number]
        best = self._too_few(plane, group.members, group.required, group.full)
        if not group.active:
            return best
        active = self._too_few(plane, group.active, group.required, group.active_full)
        if not group.fails_over:
            return active
        return self.draft.gate(2, [active, self._block(plane, number, best)])

    def _too_few(self, plane: str, nodes: tuple[int, ...], required: int, full: int) -> int:
        enough = required if plane == "down" else max(required, full)
        return self.draft.gate(len(nodes) - enough + 1, [self._node(plane, node) for node in nodes])

    def _block(self, plane: str, number: int, best: int) -> int:
        made = self.blocks.get((plane, number))
        if made is None:
            made = self.blocks[plane, number] = self.draft.reserve()
            self.draft.founded.add(made)
            self.draft.say(made, 1, [best, *(self._node("down", need) for need in self.circuit.groups[number].needs)])
        return made
