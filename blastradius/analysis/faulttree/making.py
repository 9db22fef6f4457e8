"""The failure of a journey as a fault tree, for other programs to work on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Literal

from pydantic import Field

from blastradius.analysis.cuts import chosen, losable
from blastradius.analysis.figures import Figure, Figures, figures_of
from blastradius.engine.diagrams.building import OutgrownError
from blastradius.engine.diagrams.failing import When, failure
from blastradius.engine.diagrams.formula import VARIABLE, Formula
from blastradius.engine.diagrams.unrolling import unrolled
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Gap, Value

_MOST_GATES = 20_000
_TOP = "top"


class BasicEvent(Value):
    """Something that may be lost."""

    name: str = Field(description="What the file calls it: letters, digits and hyphens, unique in the file.")
    id: str = Field(description="Its id.")
    probability: float | None = Field(default=None, description="That it is down, where there is a figure.")


class Gate(Value):
    """True once so many of what it reads are."""

    name: str = Field(description="Unique in the file.")
    threshold: int = Field(description="1 is or, all of them and; 0 is always true.")
    reads: tuple[str, ...] = Field(description="Names of gates and basic events; none: never true, or always.")


class FaultTree(Value):
    """What breaks a journey as gates over what may be lost, none of which reads itself through others."""

    journey: str = Field(description="Id of the journey.")
    name: str = Field(description="Name of the journey.")
    effect: Literal["breaks", "degrades"] = Field(description="What the top says; `degrades` includes what breaks.")
    when: When = Field(description="`at_once`: what has a tolerance holds; `eventually`: tolerances have run out.")
    assumed: bool = Field(default=False, description="Whether a probability rests on an assumed figure.")
    gates: tuple[Gate, ...] = Field(description="The first is the top.")
    events: tuple[BasicEvent, ...] = Field(description="By name.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of the whole.")


def fault_trees_of(
    graph: DependencyGraph,
    journeys: Sequence[str] = (),
    *,
    by: Sequence[str] = ("component",),
    when: When = "eventually",
    degrades: bool = False,
    figures: Figures | None = None,
) -> tuple[FaultTree, ...]:
    """The fault trees of journeys; what needs itself through others is written out until that adds nothing.

    Args:
        graph: the system, with the overlay applied.
        journeys: names or ids; all where none.
        by: kinds of what is lost; `component` is everything that there is.
        when: which untimed rules: `at_once` or `eventually`.
        degrades: whether to ask for what degrades or breaks, not for what breaks.
        figures: how available things are, for probabilities.

    Raises:
        UsageError: when there is no such journey or kind, or cycles make one too large to be written out.
    """
    free = losable(graph, by)
    known = figures_of(graph, figures) if figures is not None else {}
    plane: Literal["down", "impaired"] = "impaired" if degrades else "down"
    made = []
    for id in chosen(graph, journeys):
        try:
            formula = unrolled(failure(graph.circuit, graph.index[id], free, plane=plane, when=when), _MOST_GATES)
        except OutgrownError:
            raise UsageError(
                f"{id}: its cycles, which a fault tree cannot have, would be more than {_MOST_GATES:,} gates written out: "
                "ask for fewer kinds of loss by --by"
            ) from None
        gates, events = _parts(formula, known)
        made.append(
            FaultTree(
                journey=id,
                name=graph.name(id),
                effect="degrades" if degrades else "breaks",
                when=when,
                assumed=any(known[one.id].basis == "assumed" for one in events if one.id in known),
                gates=gates,
                events=events,
                gaps=graph.inventory.gaps,
            )
        )
    return tuple(made)


def _parts(formula: Formula, known: Mapping[str, Figure]) -> tuple[tuple[Gate, ...], tuple[BasicEvent, ...]]:
    events = _names(formula.labels)
    gates = [node for node, threshold in enumerate(formula.thresholds) if threshold != VARIABLE]
    names = events | {node: f"gate-{at}" if at else _TOP for at, node in enumerate(gates)}
    rows = [
        Gate(
            name=names[node],
            threshold=max(formula.thresholds[node], 0),
            reads=tuple(names[one] for one in formula.inputs[node]),
        )
        for node in gates
    ]
    if not gates:  # the top is a loss itself
        rows.append(Gate(name=_TOP, threshold=1, reads=(names[formula.top],)))
    told = {
        name: BasicEvent(name=name, id=id, probability=known[id].unavailability if id in known else None)
        for id, name in ((formula.labels[node], name) for node, name in events.items())
    }
    return tuple(rows), tuple(told[name] for name in sorted(told))


def _names(labels: Mapping[int, str]) -> dict[int, str]:
    """Names that every reader of the format takes: it allows letters, digits, underscores and single hyphens within."""
    taken = set[str]()
    found = {}
    for node, id in sorted(labels.items(), key=lambda item: item[1]):
        slug = re.sub(r"[^A-Za-z0-9_]+", "-", id).strip("-")
        # no name of a gate, nor one that begins with a digit
        stem = slug if re.match(r"(?!gate-|top$)[A-Za-z]", slug) else f"event-{slug}".strip("-")
        name = next(one for at in count(1) if (one := stem if at == 1 else f"{stem}-{at}").lower() not in taken)
        taken.add(name.lower())
        found[node] = name
    return found
