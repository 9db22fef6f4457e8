"""A fault tree in the Open-PSA Model Exchange Format, version 2.0d (https://open-psa.github.io/mef/), one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.reports import escape

if TYPE_CHECKING:
    from blastradius.analysis.faulttree import FaultTree
    from blastradius.analysis.faulttree.making import BasicEvent, Gate


def write(tree: FaultTree) -> str:
    """The model as XML; an event without a figure has no probability, and its id stands beside it as a label.

    Args:
        tree: the fault tree.
    """
    said = "is degraded or broken" if tree.effect == "degrades" else "is broken"
    moment = "at once" if tree.when == "at_once" else "once tolerances have run out"
    about = f"{tree.name} {said}, {moment}"
    if tree.assumed:
        about += "; some probabilities are assumed"
    if tree.gaps:
        about += f"; {len(tree.gaps)} gaps: what nobody could see is not in it"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<opsa-mef>", '<define-fault-tree name="journey">']
    lines.append(f"<label>{escape.html(escape.terminal(about))}</label>")
    gates = {gate.name for gate in tree.gates}
    lines += [_gate(gate, gates) for gate in tree.gates]
    lines += ["</define-fault-tree>", "<model-data>", *map(_event, tree.events), "</model-data>", "</opsa-mef>"]
    return "\n".join(lines) + "\n"


def _gate(gate: Gate, gates: set[str]) -> str:
    parts = "".join(f'<{"gate" if one in gates else "basic-event"} name="{one}"/>' for one in gate.reads)
    return f'<define-gate name="{gate.name}">{_formula(gate, parts)}</define-gate>'


def _formula(gate: Gate, parts: str) -> str:
    """And, or, at least; others refuse an at-least of one or of all, and an and of one."""
    count = len(gate.reads)
    if gate.threshold < 1 or count < gate.threshold:
        return f'<constant value="{"true" if gate.threshold < 1 else "false"}"/>'
    if count == 1:
        return parts
    if gate.threshold == 1:
        return f"<or>{parts}</or>"
    return f"<and>{parts}</and>" if gate.threshold == count else f'<atleast min="{gate.threshold}">{parts}</atleast>'


def _event(event: BasicEvent) -> str:
    value = "" if event.probability is None else f'<float value="{event.probability:.15g}"/>'
    label = f"<label>{escape.html(escape.terminal(event.id))}</label>"
    return f'<define-basic-event name="{event.name}">{label}{value}</define-basic-event>'
