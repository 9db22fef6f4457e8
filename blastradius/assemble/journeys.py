"""Journeys that nobody declared: each entry point of the users stands for one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from blastradius.model import Component, Dependency, Evidence, Journey, JourneyEntry, Redundancy

_GATES = ("gateway", "load-balancer", "cdn", "dns")


def inferred(
    components: Iterable[Component], dependencies: Iterable[Dependency], redundancies: Iterable[Redundancy]
) -> list[Journey]:
    """A journey for each component with an entry; a gateway whose routes are entries stands back for them.

    Args:
        components: those with `attributes["entry"]` count, synthetic clients do not.
        dependencies, redundancies: tell which gateway a route is on.
    """
    entries = {one.id: one for one in components if one.attributes.get("entry") and one.customer_facing is not False}
    if not entries:
        return []
    covered = {
        one.dependency
        for one in dependencies
        if one.dependency in entries and one.dependent in entries and one.phase == "runtime"
    }
    for group in redundancies:
        if group.dependent in entries and group.phase == "runtime":
            covered.update(group.members)
    kept = [entries[id] for id in sorted(entries) if not (id in covered and entries[id].kind in _GATES)]
    return sorted((_journey(one, id) for one, id in _named(kept)), key=lambda one: one.id)


def _named(entries: list[Component]) -> list[tuple[Component, str]]:
    """Each entry with an id of its own: its name, with its environment or scope where two share one, with a number where that is not enough."""
    by_slug: dict[str, list[Component]] = defaultdict(list)
    for one in entries:
        by_slug[_slug(one.name) or "entry"].append(one)
    named, taken = [], {slug for slug, same in by_slug.items() if len(same) == 1}
    for slug in sorted(by_slug):
        same = by_slug[slug]
        if len(same) == 1:
            named.append((same[0], f"journey:{slug}"))
            continue
        for one in same:
            around = one.environment or (one.scope or "").rpartition("/")[2]
            full = f"{slug}-{_slug(around)}".rstrip("-")
            choice, number = full, 2
            while choice in taken:
                choice, number = f"{full}-{number}", number + 1
            taken.add(choice)
            named.append((one, f"journey:{choice}"))
    return named


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _journey(component: Component, id: str) -> Journey:
    locator = component.evidence[0].locator if component.evidence else component.id
    note = f"nobody declared a journey; users come in by {component.attributes['entry']}"
    return Journey(
        id=id,
        name=id.removeprefix("journey:"),
        entries=(JourneyEntry(component=component.id),),
        inferred=True,
        evidence=(Evidence(scanner="assemble", locator=locator, basis="inferred", note=note),),
    )
