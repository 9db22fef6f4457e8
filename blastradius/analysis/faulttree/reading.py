"""Fault trees of others, in the Open-PSA Model Exchange Format: their minimal cut sets and top probabilities.

Read are fault trees (with components inside), model data, gates of *and*, *or* and *atleast*, constants, house events and the
probability expressions that have a value of their own. S. Epstein, A. Rauzy, *Open-PSA Model Exchange Format*, version 2.0d.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from blastradius.analysis.cuts import LIMIT, Cuts, JourneyCuts, Listing, Sort
from blastradius.analysis.figures import Figure
from blastradius.complaints import near, shorten
from blastradius.engine.cycles import strongly_connected
from blastradius.engine.diagrams.formula import Draft, Formula
from blastradius.engine.diagrams.probability import probability
from blastradius.engine.diagrams.solving import BUDGET, solve
from blastradius.errors import InputError, UsageError
from blastradius.xml import Element, load_xml

_NOT_COHERENT = frozenset({"not", "nand", "nor", "xor", "iff", "imply", "cardinality"})
_REFERENCES = frozenset({"event", "gate", "basic-event", "house-event"})
_NOTES = frozenset({"label", "attributes"})
_NOT_READ = ("define-CCF-group", "include", "define-substitution", "define-event-tree")
HOURS = 8760.0
"""Mission time where an expression asks for it: a year, as SCRAM has it."""


class FaultTrees:
    """The fault trees of one file.

    Args:
        path: name of the file, for messages.
        text: its content.

    Raises:
        InputError: `path:line: what`, when it is no such model or holds what is not read.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.draft = Draft()
        self.chance: dict[str, float] = {}
        self._gates: dict[str, Element] = {}
        self._basic: dict[str, Element] = {}
        self._house: dict[str, Element] = {}
        self._parameters: dict[str, Element] = {}
        self._nodes: dict[str, int] = {}
        top = load_xml(path, text)
        if top.name != "opsa-mef":
            self._refuse(top, f"is no Open-PSA model: it begins with <{shorten(top.name)}>, not <opsa-mef>")
        self._collect(top, ())
        for name in self._gates:
            self._nodes[name] = self.draft.reserve()
        for name, element in self._gates.items():
            self._say(self._nodes[name], self._formula_of(element), element)
        self._no_circles()
        for name, element in self._basic.items():
            value = next((one for one in element.children if one.name not in _NOTES), None)
            if value is not None:
                self.chance[name] = self._probability(value, name)

    @property
    def tops(self) -> tuple[str, ...]:
        """Gates that no gate reads, by name."""
        read = {one for inputs in self.draft.inputs for one in inputs}
        return tuple(sorted(name for name in self._gates if self._nodes[name] not in read))

    def formula(self, top: str) -> Formula:
        """The formula of a gate.

        Raises:
            UsageError: when there is no such gate.
        """
        if top not in self._gates:
            raise UsageError(f"{self.path}: no gate {shorten(top)!r}{near(top, self._gates)}")
        return self.draft.formula(self._nodes[top])

    def _refuse(self, element: Element, what: str) -> NoReturn:
        raise InputError(f"{self.path}:{element.line}: {what}")

    def _collect(self, element: Element, place: tuple[str, ...]) -> None:
        """Enter every definition under its name, and within a component also under its whole path."""
        kinds = {
            "define-gate": self._gates,
            "define-basic-event": self._basic,
            "define-house-event": self._house,
            "define-parameter": self._parameters,
        }
        for child in element.children:
            if child.name in _NOT_READ:
                self._refuse(child, f"<{child.name}> is not read: write the model out without it")
            if child.name in ("define-fault-tree", "define-component"):
                self._collect(child, (*place, self._name(child)))
            elif child.name == "model-data":
                self._collect(child, ())
            elif child.name in kinds:
                self._enter(kinds[child.name], child)

    def _enter(self, kind: dict[str, Element], element: Element) -> None:
        name = self._name(element)
        others = (self._gates, self._basic, self._house) if kind is not self._parameters else (kind,)
        if any(name in other for other in others):
            self._refuse(element, f"{shorten(name)!r} is defined twice: give each its own name")
        kind[name] = element

    def _name(self, element: Element) -> str:
        name = element.attributes.get("name", "").strip()
        if not name:
            self._refuse(element, f"<{element.name}> has no name")
        return name

    def _formula_of(self, element: Element) -> Element:
        parts = [child for child in element.children if child.name not in _NOTES]
        if len(parts) != 1:
            self._refuse(element, f"<{element.name}> must hold one formula, and holds {len(parts)}")
        return parts[0]

    def _say(self, node: int, formula: Element, gate: Element) -> None:
        """Fill in a node with a formula."""
        kind = formula.name
        if kind in _NOT_COHERENT:
            name = shorten(gate.attributes.get("name", ""))
            self._refuse(
                formula, f"gate {name!r} is not coherent (<{kind}>): with it, less failing may break more; only <and>, "
                "<or> and <atleast> are read",
            )  # fmt: skip
        if kind in _REFERENCES:
            self.draft.say(node, 1, [self._reference(formula)])
        elif kind == "constant":
            self.draft.say(node, 0 if self._truth(formula) else 1, [])
        elif kind in ("and", "or", "atleast"):
            parts = [child for child in formula.children if child.name not in _NOTES]
            if not parts:
                self._refuse(formula, f"<{kind}> reads nothing")
            self.draft.say(node, self._threshold(formula, len(parts)), [self._node(part, gate) for part in parts])
        else:
            self._refuse(formula, f"<{shorten(kind)}> is no formula that is read: only and, or, atleast")

    def _threshold(self, formula: Element, count: int) -> int:
        if formula.name != "atleast":
            return 1 if formula.name == "or" else count
        text = formula.attributes.get("min", formula.attributes.get("k", ""))
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= count:
            self._refuse(formula, f'<atleast min="{shorten(text)}"> of {count}: min must be from 1 to {count}')
        return int(text)

    def _node(self, element: Element, gate: Element) -> int:
        if element.name in _REFERENCES:
            return self._reference(element)
        node = self.draft.reserve()
        self._say(node, element, gate)
        return node

    def _reference(self, element: Element) -> int:
        name = self._name(element)
        # within a component a name may be written with its path; a name may also just hold a point
        short = next((one for one in (name, name.rpartition(".")[2]) if self._defined(one)), name)
        found = self._nodes.get(short)
        if found is not None:
            return found
        if short in self._house:
            stated = self._house[short].child("constant")
            found = self.draft.gate(0 if stated is not None and self._truth(stated) else 1, [])
        elif short in self._basic or element.name == "basic-event" or element.attributes.get("type") == "basic-event":
            found = self.draft.variable(short)
        else:
            self._refuse(element, f"{shorten(name)!r} is defined nowhere{near(short, [*self._gates, *self._basic])}")
        self._nodes[short] = found
        return found

    def _defined(self, name: str) -> bool:
        return name in self._gates or name in self._basic or name in self._house

    def _truth(self, element: Element) -> bool:
        value = element.attributes.get("value", "").strip().lower()
        if value not in ("true", "false"):
            self._refuse(element, f'<constant value="{shorten(value)}">: must be true or false')
        return value == "true"

    def _no_circles(self) -> None:
        names = {node: name for name, node in self._nodes.items()}
        parts = strongly_connected(len(self.draft.inputs), lambda node: self.draft.inputs[node])
        for node, inputs in enumerate(self.draft.inputs):
            if len(parts[node]) > 1 or node in inputs:
                name = next(names[one] for one in parts[node] if one in names)
                self._refuse(self._gates[name], f"gate {shorten(name)!r} reads itself through others")

    def _probability(self, element: Element, name: str) -> float:
        value = _Expressions(self, self._parameters).value(element, frozenset())
        if not 0 <= value <= 1:
            self._refuse(element, f"the probability of {shorten(name)!r} is {value:g}, not from 0 to 1")
        return value


class _Expressions:
    """Values of expressions; of a distribution its mean."""

    def __init__(self, trees: FaultTrees, parameters: Mapping[str, Element]) -> None:
        self.trees, self.parameters = trees, parameters

    def value(self, element: Element, inside: frozenset[str]) -> float:
        """The value of an expression."""
        kind = element.name
        if kind in ("float", "int", "bool"):
            return self._number(element)
        if kind == "system-mission-time":
            return HOURS
        if kind == "parameter":
            return self._parameter(element, inside)
        parts = [self.value(child, inside) for child in element.children if child.name not in _NOTES]
        try:
            found = _VALUES[kind](parts)
        except (KeyError, ValueError, IndexError, ZeroDivisionError, OverflowError):
            self.trees._refuse(element, f"<{shorten(kind)}> of {len(parts)} parts has no value that is known here")
        if not math.isfinite(found):
            self.trees._refuse(element, f"<{kind}> has no finite value")
        return found

    def _number(self, element: Element) -> float:
        text = element.attributes.get("value", "").strip()
        try:
            number = float(text == "true") if element.name == "bool" else float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.trees._refuse(element, f'<{element.name} value="{shorten(text)}"> is no number')
        return number

    def _parameter(self, element: Element, inside: frozenset[str]) -> float:
        name = self.trees._name(element)
        defined = self.parameters.get(name)
        if defined is None:
            self.trees._refuse(element, f"parameter {shorten(name)!r} is defined nowhere{near(name, self.parameters)}")
        if name in inside or len(inside) > 50:
            self.trees._refuse(element, f"parameter {shorten(name)!r} is defined by itself")
        return self.value(self.trees._formula_of(defined), inside | {name})


_VALUES: dict[str, Callable[[list[float]], float]] = {
    "neg": lambda parts: -parts[0],
    "add": math.fsum,
    "sub": lambda parts: parts[0] - math.fsum(parts[1:]),
    "mul": math.prod,
    "div": lambda parts: parts[0] / math.prod(parts[1:]),
    "exponential": lambda parts: -math.expm1(-parts[0] * parts[1]),
    "uniform-deviate": lambda parts: (parts[0] + parts[1]) / 2,
    "normal-deviate": lambda parts: parts[0],
    "lognormal-deviate": lambda parts: parts[0],
}


def read_fault_trees(path: Path | str) -> FaultTrees:
    """Read a model.

    Raises:
        InputError: `path:line: what`, when it cannot be read.
    """
    from blastradius.documents import decode
    from blastradius.files import read_bytes, shown

    where = shown(path)
    return FaultTrees(where, decode(read_bytes(path), where))


def fault_tree_cuts(
    trees: FaultTrees,
    tops: Sequence[str] = (),
    *,
    max_order: int | None = None,
    limit: int = LIMIT,
    sort: Sort = "order",
    budget: int = BUDGET,
) -> Cuts:
    """The minimal cut sets of top events, and their probabilities where every basic event has one.

    Args:
        trees: the model.
        tops: gates; those that no gate reads where none.
        max_order: elements of a listed set at most.
        limit: sets to list per top.
        sort: list by order or by probability.
        budget: nodes of a decision diagram at most.

    Raises:
        UsageError: when there is no such gate.
    """
    found = []
    figures = {
        name: Figure(id=name, availability=1.0 - chance, low=1.0 - chance, high=1.0 - chance, basis="given")
        for name, chance in trees.chance.items()
    }
    missing = set[str]()
    for top in tuple(dict.fromkeys(tops)) or trees.tops:
        solution = solve(trees.formula(top), budget)
        formula = solution.formula
        labels = formula.labels.values()
        missing |= set(labels) - figures.keys()
        listing = Listing(solution, dict(zip(labels, labels, strict=True)), figures if sort == "probability" else None)
        chance = None
        if solution.exact and not set(labels) - figures.keys():
            chance = probability(solution, {node: trees.chance[label] for node, label in formula.labels.items()})
        answer: JourneyCuts = listing.answer(limit, max_order)
        found.append(answer.model_copy(update={"id": top, "name": top, "probability": chance}))
    return Cuts(
        by=("basic-event",),
        when="eventually",
        effect="breaks",
        sort=sort,
        journeys=tuple(found),
        without_figure=tuple(sorted(missing)) if sort == "probability" else (),
    )
