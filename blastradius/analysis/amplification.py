"""Retry amplification: how many calls one call becomes on its way to a failing component, where everybody tries again.

Each call is made as often as its caller's settings say, and each of these attempts becomes as many of the next: attempts
multiply along a walk. On 20 October 2025 such a storm kept services down long after what had failed was back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from blastradius.analysis.multiplying import LIMIT, Edge, Products, cycles_of, products
from blastradius.graph import DependencyGraph, inventory_of
from blastradius.model import (
    PLACES,
    SCHEMA_VERSION,
    Breaker,
    Coverage,
    Dependency,
    Evidence,
    Inventory,
    Kind,
    Redundancy,
    Value,
)

MOST_ATTEMPTS = 10_000
"""More attempts than these are written as these."""
MOST_CALLS = 200
"""Longer walks are shown by their end."""
_BUDGET = "retry-budget"


class Call(Value):
    """One call on a walk."""

    dependent: str = Field(description="Id of who calls.")
    dependency: str = Field(description="Id of who is called.")
    attempts: int | None = Field(default=None, description="Attempts in all; unset where nothing states them: one.")
    breaker: Breaker | None = Field(default=None, description="What stops calls where it fails.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where the call and its settings stand.")


class Worst(Value):
    """The worst that walks to a component multiply to."""

    factor: int | None = Field(description="Product of the attempts; unset where a cycle makes it unbounded.")
    at_least: bool = Field(default=False, description="True where the product is that or more.")
    walk: tuple[Call, ...] = Field(default=(), description="The walk, from its first caller.")
    omitted: int = Field(default=0, description="Calls at the beginning of the walk that are left out here.")


class Amplified(Value):
    """What a failing component gets for one call at the beginning of a walk."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    kind: Kind = Field(description="Kind.")
    worst: Worst = Field(description="Over all walks.")
    stopped: bool = Field(description="Whether every walk that multiplies has a breaker, shedding or budget on it.")
    unprotected: Worst = Field(
        description="Over the walks without a breaker or shedding; budgets count as one attempt."
    )


class Amplification(Value):
    """The answer: what is amplified most, and by which walk."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    components: tuple[Amplified, ...] = Field(
        default=(), description="Those that any walk multiplies, the worst first."
    )
    cycles: tuple[tuple[Call, ...], ...] = Field(default=(), description="Cycles that multiply, a shortest of each.")
    calls: int = Field(default=0, description="Calls between components at run time.")
    stated: int = Field(default=0, description="Those whose attempts a setting states; the others count as one.")
    gaps: int = Field(default=0, description="Gaps that may hide a call.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def amplification(system: Inventory | DependencyGraph) -> Amplification:
    """The worst product of attempts over walks to each component.

    Containment (a table runs in its region) is no call, a need of another time than run time is none either. Any member of
    several may get all attempts.

    Args:
        system: the system, with the overlay applied.
    """
    inventory = inventory_of(system)
    graph = _Graph(inventory)
    everything = products(len(graph.ids), graph.edges)
    kept = [position for position, call in enumerate(graph.calls) if not _stops(call)]
    bare = products(len(graph.ids), [_budgeted(graph.edges[one], graph.calls[one]) for one in kept])
    open_calls = [graph.calls[one] for one in kept]
    found = []
    rounds, open_rounds = _by_start(everything), _by_start(bare)
    for node, id in enumerate(graph.ids):
        worst = _worst(everything, node, graph.calls, rounds)
        if worst.factor == 1:
            continue
        unprotected = _worst(bare, node, open_calls, open_rounds)
        component = graph.components[id]
        found.append(
            Amplified(
                id=id,
                name=component.name,
                kind=component.kind,
                worst=worst,
                stopped=unprotected.factor == 1,
                unprotected=unprotected,
            )
        )
    return Amplification(
        components=tuple(sorted(found, key=_order)),
        cycles=tuple(tuple(graph.calls[one] for one in cycle) for cycle in rounds.values()),
        calls=len(graph.calls),
        stated=sum(call.attempts is not None for call in graph.calls),
        gaps=sum(gap.hides == "dependency" for gap in inventory.gaps),
        coverage=inventory.coverage,
    )


def _order(one: Amplified) -> tuple[bool, float, float, str]:
    return (
        one.stopped,
        -(one.worst.factor or float("inf")),
        -(one.unprotected.factor or float("inf")),
        one.id,
    )


class _Graph:
    """Calls between components as numbered edges."""

    def __init__(self, inventory: Inventory) -> None:
        self.components = {one.id: one for one in inventory.components if one.kind not in PLACES}
        self.ids = sorted(self.components)
        index = {id: number for number, id in enumerate(self.ids)}
        self.calls = [
            call
            for call in _calls(inventory.dependencies, inventory.redundancies)
            if call.dependent in index and call.dependency in index
        ]
        self.edges = [Edge(index[one.dependent], index[one.dependency], one.attempts or 1) for one in self.calls]


def _calls(dependencies: Iterable[Dependency], redundancies: Iterable[Redundancy]) -> Iterable[Call]:
    rules: tuple[Dependency | Redundancy, ...] = (*dependencies, *redundancies)
    for one in rules:
        for dependency in (one.dependency,) if isinstance(one, Dependency) else one.members:
            # what the catalog knows that platforms and vendors need is no call of anybody's own
            if one.phase == "runtime" and not (one.evidence and one.evidence[0].scanner == "catalog"):
                yield Call(
                    dependent=one.dependent,
                    dependency=dependency,
                    attempts=one.attempts,
                    breaker=one.breaker,
                    evidence=one.evidence,
                )


def _stops(call: Call) -> bool:
    """Whether a breaker keeps calls from a failing component; a budget only keeps them from being made again."""
    return call.breaker is not None and call.breaker.kind != _BUDGET


def _budgeted(edge: Edge, call: Call) -> Edge:
    return Edge(edge.tail, edge.head, 1) if call.breaker is not None else edge


def _by_start(result: Products) -> dict[int, list[int]]:
    """Cycles that multiply, by the node at which walks are said to begin on them."""
    return {result.edges[cycle[0]].tail: cycle for cycle in cycles_of(result)}


def _worst(result: Products, node: int, calls: Sequence[Call], rounds: dict[int, list[int]]) -> Worst:
    factor = None if result.unbounded[node] else result.worst[node]
    if factor == 1:
        return Worst(factor=1)
    walk, length = result.walk(node, MOST_CALLS), result.length[node]
    if factor is None:
        cycle = rounds[result.origin[node]]
        walk, length = [*cycle, *walk] if length <= MOST_CALLS else walk, length + len(cycle)
    shown = walk[-MOST_CALLS:]
    at_least = factor == LIMIT or any(calls[one].attempts == MOST_ATTEMPTS for one in walk)
    return Worst(
        factor=factor,
        at_least=factor is not None and at_least,
        walk=tuple(calls[one] for one in shown),
        omitted=length - len(shown),
    )
