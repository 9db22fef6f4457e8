"""Fault trees of others read, in the Open-PSA Model Exchange Format.

Read are fault trees (with components inside), model data, gates of *and*, *or* and *atleast*, constants, house events and
expressions. S. Epstein, A. Rauzy, *Open-PSA Model Exchange Format*, version 2.0d.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from blastradius.analysis.faulttree.expressions import HOURS, Expressions, truth
from blastradius.analysis.faulttree.scopes import NOTES, Definition, Scopes, name_of, refuse, the_one
from blastradius.complaints import shorten
from blastradius.engine.cycles import strongly_connected
from blastradius.engine.diagrams.formula import Draft, Formula
from blastradius.errors import UsageError
from blastradius.xml import Element, load_xml

_NOT_COHERENT = frozenset({"not", "nand", "nor", "xor", "iff", "imply", "cardinality"})
_REFERENCES = frozenset({"event", "gate", "basic-event", "house-event"})
_EVENTS = frozenset({"define-gate", "define-basic-event", "define-house-event"})
_HOLDERS = frozenset({"define-fault-tree", "define-component", "model-data"})
_MOST_ELEMENTS = 3_000_000
"""Elements of a model, some half a gigabyte of which is held for each million."""


class FaultTrees:
    """The fault trees of one model, which may be written in several files.

    Args:
        files: name of each, for messages, and its content.
        mission_time: hours, where an expression asks for them.

    Raises:
        InputError: `path:line: what`, when it is no such model or holds what is not read.
        UsageError: when the mission time is none.
    """

    def __init__(self, *files: tuple[str, str], mission_time: float = HOURS) -> None:
        if not (math.isfinite(mission_time) and mission_time >= 0):
            raise UsageError(f"--mission-time: {mission_time:g} is no number of hours: write 0 or more")
        self.path = " ".join(path for path, _ in files)
        self.draft = Draft()
        self.chance: dict[str, float] = {}
        self._events, self._parameters = Scopes(), Scopes()
        self._nodes: dict[str, int] = {}
        for path, text in files:
            top = load_xml(path, text, _MOST_ELEMENTS)
            if top.name != "opsa-mef":
                refuse(path, top, f"is no Open-PSA model: it begins with <{shorten(top.name)}>, not <opsa-mef>")
            self._collect(top, path, "", private=False)
        self._gates = {one.label: one for one in self._events if one.kind == "gate"}
        for label in self._gates:
            self._nodes[label] = self.draft.reserve()
        for label, home in self._gates.items():
            self._say(self._nodes[label], the_one(home), home)
        self._no_circles()
        expressions = Expressions(self._parameters, mission_time)
        for home in self._events:
            if home.kind == "basic-event" and any(one.name not in NOTES for one in home.element.children):
                self.chance[home.label] = self._probability(expressions, home)

    @property
    def tops(self) -> tuple[str, ...]:
        """Gates that no gate reads, by name."""
        read = {one for inputs in self.draft.inputs for one in inputs}
        return tuple(sorted(label for label in self._gates if self._nodes[label] not in read))

    def formula(self, top: str) -> Formula:
        """The formula of a gate.

        Args:
            top: its name, or its whole path.

        Raises:
            UsageError: when there is no such gate.
        """
        found = self._events.get(top)
        if found is None or found.kind != "gate":
            raise UsageError(f"{self.path}: no gate {shorten(top)!r}{self._events.near(top, 'gate')}")
        return self.draft.formula(self._nodes[found.label])

    def _collect(self, element: Element, file: str, within: str, *, private: bool) -> None:
        """Enter every definition below an element."""
        for child in element.children:
            hidden = self._private(child, file, private)
            if child.name in _EVENTS:
                self._events.enter(child, file, within, private=hidden)
            elif child.name == "define-parameter":
                self._parameters.enter(child, file, within, private=hidden)
            elif child.name == "model-data":
                self._collect(child, file, "", private=False)
            elif child.name in _HOLDERS:
                name = name_of(child, file)
                self._collect(child, file, f"{within}.{name}" if within else name, private=hidden)
            elif child.name not in NOTES:
                refuse(file, child, f"<{shorten(child.name)}> is not read: write the model out without it")

    def _private(self, element: Element, file: str, otherwise: bool) -> bool:
        """Whether a definition is private: what does not say is what its container is."""
        role = element.attributes.get("role", "").strip()
        if role not in ("", "public", "private"):
            refuse(file, element, f'<{element.name} role="{shorten(role)}">: must be public or private')
        return otherwise if not role else role == "private"

    def _say(self, node: int, formula: Element, home: Definition) -> None:
        """Fill in a node with a formula."""
        kind = formula.name
        if kind in _NOT_COHERENT:
            refuse(
                home.file, formula, f"gate {shorten(home.label)!r} is not coherent (<{kind}>): with it, less failing may "
                "break more; only <and>, <or> and <atleast> are read",
            )  # fmt: skip
        if kind in _REFERENCES:
            self.draft.say(node, 1, [self._reference(formula, home)])
        elif kind == "constant":
            self.draft.say(node, 0 if truth(formula, home.file) else 1, [])
        elif kind in ("and", "or", "atleast"):
            parts = [child for child in formula.children if child.name not in NOTES]
            if not parts:
                refuse(home.file, formula, f"<{kind}> reads nothing")
            threshold = self._threshold(formula, len(parts), home)
            inputs = [self._node(part, home) for part in parts]
            if kind == "atleast" and len(set(inputs)) < len(inputs):
                refuse(home.file, formula, "<atleast> reads the same event twice: which of the two counts is not clear")
            self.draft.say(node, threshold, inputs)
        else:
            refuse(home.file, formula, f"<{shorten(kind)}> is no formula that is read: only and, or, atleast")

    def _threshold(self, formula: Element, count: int, home: Definition) -> int:
        if formula.name != "atleast":
            return 1 if formula.name == "or" else count
        text = formula.attributes.get("min", formula.attributes.get("k", "")).strip()
        digits = text.isascii() and text.isdigit() and len(text.lstrip("0")) <= len(str(count))
        if not digits or not 1 <= int(text[-len(str(count)) :]) <= count:
            refuse(home.file, formula, f'<atleast min="{shorten(text)}"> of {count}: min must be from 1 to {count}')
        return int(text[-len(str(count)) :])

    def _node(self, element: Element, home: Definition) -> int:
        if element.name in _REFERENCES:
            return self._reference(element, home)
        node = self.draft.reserve()
        self._say(node, element, home)
        return node

    def _reference(self, element: Element, home: Definition) -> int:
        kind = element.attributes.get("type", "event") if element.name == "event" else element.name
        if kind not in _REFERENCES:
            refuse(home.file, element, f'<event type="{shorten(kind)}">: must be gate, basic-event or house-event')
        found = self._events.resolve(element, home, kind)
        node = self._nodes.get(found.label)
        if node is None:
            node = self._true_or_not(found) if found.kind == "house-event" else self.draft.variable(found.label)
            self._nodes[found.label] = node
        return node

    def _true_or_not(self, house: Definition) -> int:
        """A house event: false where it does not say."""
        said = any(one.name not in NOTES for one in house.element.children)
        constant = the_one(house) if said else None
        if constant is not None and constant.name != "constant":
            refuse(house.file, constant, f"a house event is a <constant>, no <{shorten(constant.name)}>")
        return self.draft.gate(0 if constant is not None and truth(constant, house.file) else 1, [])

    def _no_circles(self) -> None:
        labels = {node: label for label, node in self._nodes.items()}
        parts = strongly_connected(len(self.draft.inputs), lambda node: self.draft.inputs[node])
        for node, inputs in enumerate(self.draft.inputs):
            if len(parts[node]) > 1 or node in inputs:
                home = self._gates[next(labels[one] for one in parts[node] if one in labels)]
                refuse(home.file, home.element, f"gate {shorten(home.label)!r} reads itself through others")

    def _probability(self, expressions: Expressions, home: Definition) -> float:
        element = the_one(home)
        value = expressions.value(element, home)
        if not 0 <= value <= 1:
            refuse(home.file, element, f"the probability of {shorten(home.label)!r} is {value:g}, not from 0 to 1")
        return value


def read_fault_trees(paths: Path | str | Sequence[Path | str], *, mission_time: float = HOURS) -> FaultTrees:
    """Read a model.

    Args:
        paths: its file, or all of them where it is written in several.
        mission_time: hours, where an expression asks for them.

    Raises:
        InputError: `path:line: what`, when it cannot be read.
    """
    from blastradius.documents import decode
    from blastradius.files import read_bytes, shown

    files = []
    for path in (paths,) if isinstance(paths, (str, Path)) else paths:
        where = shown(path)
        files.append((where, decode(read_bytes(path, _MOST_BYTES), where)))
    return FaultTrees(*files, mission_time=mission_time)


_MOST_BYTES = 300_000_000
