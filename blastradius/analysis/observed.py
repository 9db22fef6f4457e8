"""Calls that were seen at run time beside those that configuration shows: what either side does not know.

Nothing here changes a verdict: a call that was seen counts like any other dependency, and one that was not seen was
perhaps not sampled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from blastradius.graph import DependencyGraph, inventory_of
from blastradius.model import (
    PLACES,
    SCHEMA_VERSION,
    Component,
    Coverage,
    Dependency,
    Evidence,
    Inventory,
    Phase,
    Redundancy,
    Strength,
    Value,
)

#: Scanners whose `observed` facts describe things and are no calls.
_DESCRIBING = frozenset({"awsconfig", "aws"})
#: What `assemble` and the catalog conclude stands on what others saw.
_CONCLUDING = frozenset({"assemble", "catalog"})
_FOREIGN = PLACES | {"control-plane"}
#: What is not the user's own, so that nobody describes it.
_OTHERS = _FOREIGN | {"platform", "vendor", "external"}
_SERVING: tuple[Phase, ...] = ("runtime", "operate")
_MOST_STEPS = 6


class Call(Value):
    """A call that one side knows and the other does not."""

    dependent: str = Field(description="Id of who calls.")
    dependency: str = Field(description="Id of what is called.")
    strength: Strength = Field(description="How much it counts.")
    phase: Phase = Field(description="When it counts.")
    note: str | None = Field(default=None, description="What makes it less certain.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it was seen, or is shown.")


class Observed(Value):
    """The answer: what was seen and is not shown, and what is shown and was not seen."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    sources: tuple[str, ...] = Field(default=(), description="Scanners that recorded calls.")
    recorded: int = Field(default=0, description="Pairs of caller and called that were seen at run time.")
    shown: int = Field(default=0, description="How many of those configuration shows as well.")
    only_seen: tuple[Call, ...] = Field(default=(), description="Seen at run time; configuration does not show it.")
    never_seen: tuple[Call, ...] = Field(
        default=(), description="Configuration shows it between two that were seen; it was never seen itself."
    )
    undescribed: tuple[str, ...] = Field(
        default=(), description="Ids of what was seen at run time and no configuration describes."
    )
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def is_comparable(inventory: Inventory) -> bool:
    """Whether comparing tells anything: calls were seen, and configuration shows a need between some that were seen.

    Costs two passes and no walk.

    Args:
        inventory: assembled facts.
    """
    records: list[Dependency | Redundancy] = [*inventory.dependencies, *inventory.redundancies]
    present = {id for one in records if _recorded(one.evidence) for pair in _pairs(one) for id in pair}
    if not present:
        return False
    return any(
        not present.isdisjoint(pair[:1]) and not present.isdisjoint(pair[1:])
        for one in records
        if one.phase in _SERVING and _stated(one.evidence)
        for pair in _pairs(one)
    )


def observed(system: Inventory | DependencyGraph) -> Observed:
    """Compare what was seen at run time with what configuration shows.

    Args:
        system: the system, with the overlay applied.
    """
    inventory = inventory_of(system)
    components = {one.id: one for one in inventory.components}
    records: list[Dependency | Redundancy] = [*inventory.dependencies, *inventory.redundancies]
    seen = {pair: one for one in records for pair in _pairs(one) if _recorded(one.evidence)}
    shown = [one for one in records if _stated(one.evidence) and one.phase in _SERVING]
    ways: dict[str, set[str]] = defaultdict(set)
    for one in shown:
        for dependent, dependency in _pairs(one):
            ways[dependent].add(dependency)
    present = {id for pair in seen for id in pair}
    present |= {one.id for one in inventory.components if _recorded(one.evidence)}
    only = [(pair, one) for pair, one in seen.items() if not _leads(ways, pair, present)]
    earlier = {pair for one in records if _stated(one.evidence) for pair in _pairs(one)}
    callers = {dependent for dependent, _ in seen}
    return Observed(
        sources=tuple(sorted({e.scanner for one in seen.values() for e in one.evidence if _is_call(e)})),
        recorded=len(seen),
        shown=len(seen) - len(only),
        only_seen=tuple(sorted((_only(pair, one, earlier) for pair, one in only), key=_ends)),
        never_seen=tuple(sorted(_never(shown, seen.keys(), present, callers, components), key=_ends)),
        undescribed=tuple(sorted(id for id in present if id in components and _unknown(components[id]))),
        coverage=inventory.coverage,
    )


def _pairs(one: Dependency | Redundancy) -> Iterator[tuple[str, str]]:
    """Who needs what; containment is no call."""
    for dependency in (one.dependency,) if isinstance(one, Dependency) else one.members:
        yield one.dependent, dependency


def _is_call(evidence: Evidence) -> bool:
    return evidence.basis == "observed" and evidence.scanner not in _DESCRIBING | _CONCLUDING


def _recorded(evidence: Iterable[Evidence]) -> bool:
    return any(_is_call(one) for one in evidence)


def _stated(evidence: Iterable[Evidence]) -> bool:
    """Whether anything but a record of calls says so."""
    return any(not _is_call(one) and one.scanner not in _CONCLUDING for one in evidence)


def _leads(ways: dict[str, set[str]], pair: tuple[str, str], present: set[str]) -> bool:
    """Whether configuration leads from one to the other: directly, or through what records nothing, such as a balancer."""
    start, goal = pair
    found, layer = {start}, {start}
    for _ in range(_MOST_STEPS):
        layer = {after for one in layer for after in ways.get(one, ())} - found
        if goal in layer:
            return True
        layer -= present
        found |= layer
    return False


def _only(pair: tuple[str, str], one: Dependency | Redundancy, earlier: set[tuple[str, str]]) -> Call:
    note = "configuration shows it for starting or changing only" if pair in earlier else None
    evidence = tuple(piece for piece in one.evidence if _is_call(piece))
    return _call(pair, one, note, evidence)


def _never(
    shown: Iterable[Dependency | Redundancy],
    seen: Iterable[tuple[str, str]],
    present: set[str],
    callers: set[str],
    components: dict[str, Component],
) -> Iterator[Call]:
    """What configuration shows and nobody saw; of alternatives none at all was called."""
    known = set(seen)
    told: set[tuple[str, str]] = set()
    for one in shown:
        pairs = list(_pairs(one))
        if one.dependent not in present or any(pair in known for pair in pairs) or one.phase != "runtime":
            continue
        for pair in pairs:
            called = components.get(pair[1])
            if pair in told or pair[1] not in present or called is None or called.kind in _FOREIGN:
                continue
            told.add(pair)
            note = None if one.dependent in callers else "no call of its own was recorded at all"
            yield _call(pair, one, note, tuple(piece for piece in one.evidence if not _is_call(piece)))


def _call(
    pair: tuple[str, str], one: Dependency | Redundancy, note: str | None, evidence: tuple[Evidence, ...]
) -> Call:
    return Call(
        dependent=pair[0], dependency=pair[1], strength=one.strength, phase=one.phase, note=note, evidence=evidence
    )


def _unknown(component: Component) -> bool:
    return component.kind not in _OTHERS and component.customer_facing is not False and not _stated(component.evidence)


def _ends(call: Call) -> tuple[str, str]:
    return call.dependent, call.dependency
