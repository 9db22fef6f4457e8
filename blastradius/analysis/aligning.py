"""Two inventories of one system by different sources, under the same ids: only what differs between them is left.

A file calls a table `tf:live:aws_dynamodb_table.orders`, the account calls it by its ARN. Things are paired by the rules by
which `assemble` merges them; both go on under the ARN. What one source cannot know (a file its account, an account the
address in a file) is not a difference: it is taken from the other. What both say and say differently stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from blastradius.assemble import finish
from blastradius.assemble.matching import SCOPES, best_id, same_things, sources_differ
from blastradius.assemble.zones import Zones, by_id, zone_names
from blastradius.catalog.places import zone_id
from blastradius.model import PLACES, Component, Dependency, Failover, Inventory, Redundancy

#: How a source names a thing; it says nothing of the thing.
_NAMES = ("name", "type", "scope", "identities", "aliases")
#: What a source may leave unsaid.
_UNSAID = (*SCOPES, "service", "tags", "customer_facing", "recovery", "restart")
#: The same of dependencies and redundancies.
_RULES = ("tolerance", "hardens_after", "timeout", "attempts", "backoff", "breaker")
_MADE = PLACES | {"platform", "control-plane"}
R = TypeVar("R", Dependency, Redundancy)


def aligned(a: Inventory, b: Inventory) -> tuple[Inventory, Inventory]:
    """Both with the ids of one where they tell of one thing; as they are where they have no thing of two sources.

    Args:
        a: the one.
        b: the other.
    """
    zones = zone_names((*a.components, *b.components))
    same = same_things(a.components, b.components, zones)
    other = {one.id: one for one in b.components}
    pairs = [(one, other[same.get(one.id, one.id)]) for one in a.components if same.get(one.id, one.id) in other]
    crossed = [(x, y) for x, y in pairs if x.kind not in _MADE and sources_differ(x, y)]
    if not (same or crossed):
        return a, b
    ids_a, ids_b = {}, {}
    for x, y in pairs:
        if x.id != y.id:
            ids_a[x.id] = ids_b[y.id] = best_id((x, y))
    filled_a = {x.id: _filled(x, y, zones) for x, y in crossed}
    filled_b = {y.id: _filled(y, x, zones, own=True) for x, y in crossed}
    return _beside(_renamed(a, ids_a, filled_a, zones), _renamed(b, ids_b, filled_b, zones))


def _filled(one: Component, other: Component, zones: Zones, own: bool = False) -> Component:
    """A component with what the other source knows of it beside."""
    changes = {name: getattr(other, name) for name in _UNSAID if getattr(one, name) in (None, {})}
    if not own:
        changes |= {name: getattr(other, name) for name in _NAMES}
    return by_id(one.model_copy(update=changes), zones, one.account or other.account)


def _renamed(inventory: Inventory, ids: dict[str, str], filled: dict[str, Component], zones: Zones) -> Inventory:
    """An inventory under new ids, its places made anew."""
    owners = {one.id: filled.get(one.id, one) for one in inventory.components}

    def at(dependent: str, id: str) -> str:
        owner = owners.get(dependent)
        told = zones.get((owner.account if owner else None) or "", {})
        name = id.removeprefix("aws:zone/")
        return zone_id("aws", told[name]) if name != id and name in told else ids.get(id, id)

    def rule(one: R, **changes: Any) -> R:
        return one.model_copy(update={"dependent": ids.get(one.dependent, one.dependent), **changes})

    def failover(one: Failover | None) -> Failover | None:
        return one.model_copy(update={"needs": tuple(ids.get(id, id) for id in one.needs)}) if one else None

    changes: dict[str, Any] = {
        "components": tuple(one.model_copy(update={"id": ids.get(id, id)}) for id, one in owners.items()),
        "dependencies": tuple(rule(one, dependency=at(one.dependent, one.dependency)) for one in inventory.dependencies),
        "redundancies": tuple(
            rule(
                one,
                members=tuple(sorted(at(one.dependent, id) for id in one.members)),
                active=tuple(sorted(at(one.dependent, id) for id in one.active)),
                failover=failover(one.failover),
            )
            for one in inventory.redundancies
        ),
        "journeys": tuple(
            one.model_copy(update={"entries": tuple(e.model_copy(update={"component": ids.get(e.component, e.component)}) for e in one.entries)})
            for one in inventory.journeys
        ),
        "gaps": tuple(
            one.model_copy(update={name: ids.get(id, id) for name in ("scope", "component", "same_as", "reference") if (id := getattr(one, name))})
            for one in inventory.gaps
        ),
    }  # fmt: skip
    return _without_empty_places(finish(inventory.model_copy(update=changes)))


def _without_empty_places(inventory: Inventory) -> Inventory:
    """An inventory without places and platforms that nothing is in any more."""
    while True:
        used = {one.dependency for one in inventory.dependencies}
        used |= {
            id for one in inventory.redundancies for id in (*one.members, *(one.failover.needs if one.failover else ()))
        }
        used |= {entry.component for one in inventory.journeys for entry in one.entries}
        gone = {one.id for one in inventory.components if one.kind in _MADE and one.id not in used}
        if not gone:
            return inventory
        kept = tuple(one for one in inventory.components if one.id not in gone)
        rules = tuple(one for one in inventory.dependencies if one.dependent not in gone)
        groups = tuple(one for one in inventory.redundancies if one.dependent not in gone)
        inventory = inventory.model_copy(update={"components": kept, "dependencies": rules, "redundancies": groups})


def _beside(a: Inventory, b: Inventory) -> tuple[Inventory, Inventory]:
    """Rules of two sources about the same ends: what the one leaves unsaid is as the other says."""
    return (
        a.model_copy(update={"dependencies": _said(a.dependencies, b.dependencies), "redundancies": _said(a.redundancies, b.redundancies)}),
        b.model_copy(update={"dependencies": _said(b.dependencies, a.dependencies), "redundancies": _said(b.redundancies, a.redundancies)}),
    )  # fmt: skip


def _said(rules: Sequence[R], others: Iterable[R]) -> tuple[R, ...]:
    known: dict[tuple[object, ...], R] = {_ends(one): one for one in others}
    found = []
    for one in rules:
        twin = known.get(_ends(one))
        if twin is not None and sources_differ(one, twin):
            changes = {name: getattr(twin, name) for name in _RULES if getattr(one, name) is None}
            one = one.model_copy(update=changes)
        found.append(one)
    return tuple(found)


def _ends(one: Dependency | Redundancy) -> tuple[object, ...]:
    needed = (one.dependency,) if isinstance(one, Dependency) else one.members
    return (one.dependent, one.phase, *needed)
