"""Finishing: places, journeys and place gaps follow from the rest, and are made anew whenever the rest has changed."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any, TypeVar

from blastradius.assemble import choosing, contain, journeys, placegaps
from blastradius.assemble.check import check_unique, missing_places
from blastradius.assemble.expand import expansion
from blastradius.assemble.pause import no_collecting
from blastradius.assemble.zones import by_id, zone_names
from blastradius.model import Component, Dependency, Gap, Inventory, Value

R = TypeVar("R", bound=Value)
_by_id = attrgetter("id")
_by_ends = attrgetter("dependent", "dependency", "phase")
_by_members = attrgetter("dependent", "phase", "members", "required")


def finish(inventory: Inventory, *, without: Container[str] = ()) -> Inventory:
    """Make what follows from the other records: containment, what the catalog knows, inferred journeys, gaps of the unplaced.

    Finishing twice changes nothing; an inventory to which nothing is to be done comes back as the same object.

    Args:
        inventory: assembled, changed by an overlay, or written by hand.
        without: ids of incidents: what the catalog knows from none but these is left out.

    Raises:
        UsageError: when two records bear one id, or a record names an id that is neither a component nor well known.
    """
    with no_collecting():
        changes = _changes(inventory, without)
    return inventory.model_copy(update=changes) if changes else inventory


def _changes(inventory: Inventory, without: Container[str]) -> dict[str, Any]:
    """The parts that change, by field of the inventory."""
    check_unique(inventory)
    changes: dict[str, Any] = {}
    # Without the inferred journeys: one that a declared journey replaces must not keep a record alive.
    declared = [one for one in inventory.journeys if not one.inferred]
    # What an overlay places by a zone's name is in the zone that its account calls so.
    zones = zone_names(inventory.components)
    components = {one.id: by_id(one, zones) if zones and one.zone else one for one in inventory.components}
    # Named places first: containment starts from all components there are.
    stated = _stated(inventory)
    components.update(missing_places(stated, components))
    # Containment before journeys and gaps, because it adds the last components.
    dependencies = _contained(inventory.dependencies, components)
    # What the catalog knows comes after containment, which names the platforms; what it brings is then contained, too.
    entries = [entry.component for one in declared for entry in one.entries]
    new, dependencies, redundancies = expansion(components, dependencies, stated.redundancies, entries, without)
    if new:
        components.update((one.id, one) for one in new)
        dependencies = _contained(dependencies, components)
    _put(changes, inventory, "components", list(components.values()), _by_id)
    _put(changes, inventory, "dependencies", dependencies, _by_ends)
    made, chosen = (declared, []) if declared else journeys.inferred(components.values(), dependencies, redundancies)
    _put(changes, inventory, "redundancies", [*redundancies, *chosen] if chosen else redundancies, _by_members)
    _put(changes, inventory, "journeys", made, _by_id)
    # Gaps last: a place that was just found out closes one.
    _put(changes, inventory, "gaps", _gaps(inventory.gaps, components, dependencies), gap_key)
    if not inventory.meta.assembled:
        changes["meta"] = inventory.meta.model_copy(update={"assembled": True})
    return changes


def _stated(inventory: Inventory) -> Inventory:
    """The inventory without the alternatives of journeys that nobody declared: they are made anew with these."""
    groups = tuple(one for one in inventory.redundancies if not choosing.is_made(one))
    return (
        inventory
        if len(groups) == len(inventory.redundancies)
        else inventory.model_copy(update={"redundancies": groups})
    )


def _contained(there: Sequence[Dependency], components: dict[str, Component]) -> Sequence[Dependency]:
    """The dependencies with containment as it follows from the components now; new places join the components."""
    wanted, places = contain.contain(components)
    components.update((one.id, one) for one in places)
    stale = False
    for one in there:
        if one.phase == "runtime" and (one.dependent, one.dependency) in wanted:
            del wanted[one.dependent, one.dependency]
        elif contain.is_derived(one):
            stale = True
    if not (wanted or stale):
        return there
    kept: Sequence[Dependency] = there
    if stale:
        current, _ = contain.contain(components)
        kept = [one for one in there if not contain.is_derived(one) or (one.dependent, one.dependency) in current]
    return [*kept, *contain.rules(wanted, components)]


def _gaps(there: Sequence[Gap], components: dict[str, Component], dependencies: Sequence[Dependency]) -> Sequence[Gap]:
    known = {gap_key(one): one for one in there if not placegaps.is_derived(one)}
    before = {gap_key(one): one for one in there if placegaps.is_derived(one)}
    now = {gap_key(one): one for one in placegaps.place_gaps(components.values(), dependencies)}
    if before.keys() == now.keys() and len(known) + len(before) == len(there):
        return there
    return [*known.values(), *now.values()]


def _put(
    changes: dict[str, Any], inventory: Inventory, name: str, records: Sequence[R], key: Callable[[Any], Any]
) -> None:
    """Note the records of one part, sorted, if they differ from what is there."""
    there: tuple[R, ...] = getattr(inventory, name)
    if records is there and inventory.meta.assembled:  # sorted when it was assembled
        return
    keys = [key(one) for one in records]
    if any(one > other for one, other in pairwise(keys)):
        records = [record for _, _, record in sorted(zip(keys, range(len(keys)), records, strict=True))]
    elif len(records) == len(there) and all(map(_is, records, there)):
        return
    if len(records) != len(there) or tuple(records) != there:
        changes[name] = tuple(records)


def _is(one: object, other: object) -> bool:
    return one is other


def gap_key(one: Gap) -> tuple[str, ...]:
    """What gaps are sorted by; two of one key are one."""
    bounds = (one.provider, one.region, one.zone, one.account, one.kind)
    evidence = tuple(f"{piece.scanner} {piece.locator} {piece.note}" for piece in one.evidence)
    parts = (one.scope, one.hides, one.component, one.same_as, one.reference, one.reason, *bounds)
    return (*(part or "" for part in parts), *evidence, *one.candidates)
