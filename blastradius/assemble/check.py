"""Ids that name nothing: those of well-known shape get their component, any other is an error of whoever wrote it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

from blastradius.catalog.places import component_for_id
from blastradius.errors import UsageError
from blastradius.model import Component, Inventory


def check_unique(inventory: Inventory) -> None:
    """Refuse an inventory in which two records bear one id.

    Raises:
        UsageError: naming the id.
    """
    for what, ids in (
        ("component", [one.id for one in inventory.components]),
        ("journey", [one.id for one in inventory.journeys]),
    ):
        if len(set(ids)) < len(ids):
            id, count = Counter(ids).most_common(1)[0]
            raise UsageError(f"{what} {id}: {count} records bear this id; give each its own")


def missing_places(inventory: Inventory, known: dict[str, Component]) -> dict[str, Component]:
    """Components of well-known ids that records name and nobody described.

    Args:
        inventory: any.
        known: its components by id.

    Raises:
        UsageError: for a record that names an id which is no component, with the nearest that is one.
    """
    journeys = {one.id for one in inventory.journeys}
    found: dict[str, Component] = {}
    for id in _unknown_ids(inventory, known, journeys):
        component = component_for_id(id)
        if component is None:
            raise _dangling(inventory, id, [*known, *journeys])
        found[id] = component
    return found


def _unknown_ids(inventory: Inventory, known: dict[str, Component], journeys: set[str]) -> Iterator[str]:
    """Ids of no component, each once; a dependent may also be a journey."""
    here = known.keys()
    dependents = {one.dependent for one in inventory.dependencies} | {one.dependent for one in inventory.redundancies}
    needed = {one.dependency for one in inventory.dependencies}
    for group in inventory.redundancies:
        needed.update(group.members)
        if group.failover:
            needed.update(group.failover.needs)
    for journey in inventory.journeys:
        needed.update(entry.component for entry in journey.entries)
    for gap in inventory.gaps:
        dependents.update(id for id in (gap.component, gap.same_as, *gap.candidates) if id)
    yield from sorted((dependents - here - journeys) | (needed - here))


def _dangling(inventory: Inventory, id: str, there: Iterable[str]) -> UsageError:
    near = difflib.get_close_matches(id, sorted(there)[:50_000], n=1, cutoff=0.5)
    hint = f"; the nearest is {near[0]}" if near else ""
    return UsageError(f"{_record(inventory, id)}: there is no component {id}{hint}")


def _record(inventory: Inventory, id: str) -> str:
    """The first record that names an id, as a person would call it."""
    for one in inventory.dependencies:
        if id in (one.dependent, one.dependency):
            return f"dependency {one.dependent} -> {one.dependency}"
    for group in inventory.redundancies:
        if id in (group.dependent, *group.members, *(group.failover.needs if group.failover else ())):
            return f"redundancy {group.dependent} -> {' | '.join(group.members)}"
    for journey in inventory.journeys:
        if any(entry.component == id for entry in journey.entries):
            return f"{journey.id}: entries"
    return next((f"gap {gap.scope}" for gap in inventory.gaps if id in (*gap.uncertain, gap.same_as)), "a record")
