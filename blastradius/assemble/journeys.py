"""Journeys that nobody declared: each entry point of the users stands for one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from blastradius.assemble.choosing import Chosen, among
from blastradius.catalog.places import FOREIGN
from blastradius.model import Component, Dependency, Evidence, Journey, JourneyEntry, Redundancy

_Way = tuple[Component, str, Chosen | None]
_GATES = ("gateway", "load-balancer", "cdn", "dns")


def inferred(
    components: Iterable[Component], dependencies: Iterable[Dependency], redundancies: Iterable[Redundancy]
) -> tuple[list[Journey], list[Redundancy]]:
    """A journey for each component with an entry; a gateway whose routes are entries stands back for them.

    A service or function behind an entry that is a gateway, balancer, network of caches or DNS name is none of its own:
    users come by that. Routes of one path on several gateways among which an entry chooses are alternatives of one
    journey, which comes by that entry.

    A DNS name is one only where it leads to something of the user's own, or chooses among targets by their health: a
    zone holds many names, and an address that nobody knows says nothing of what is behind it.

    Args:
        components: those with `attributes["entry"]` count, synthetic clients do not.
        dependencies, redundancies: tell which gateway a route is on.

    Returns:
        The journeys, and the alternatives that they themselves have.
    """
    known = {one.id: one for one in components}
    entries = {
        one.id: one for one in known.values() if one.attributes.get("entry") and one.customer_facing is not False
    }
    if not entries:
        return [], []
    dependencies, redundancies = tuple(dependencies), tuple(one for one in redundancies if one.dependent in known)
    for id in _leading_nowhere([id for id in entries if entries[id].kind == "dns"], known, dependencies, redundancies):
        del entries[id]
    covered: set[str] = set()
    fronted: set[str] = set()
    needs: list[tuple[str, tuple[str, ...]]]
    needs = [
        (one.dependent, (one.dependency,)) for one in dependencies if one.phase == "runtime" and one.strength == "hard"
    ]
    needs += [(one.dependent, one.members) for one in redundancies if one.phase == "runtime" and one.strength == "hard"]
    reached = _reached(needs, {id for id in entries if entries[id].kind in _GATES}, known)
    for dependent, members in needs:
        if dependent in entries or (dependent in reached and len(members) == 1):
            covered.update(members)
        if dependent in reached:
            fronted.update(members)
    kept = [id for id in sorted(entries) if id not in (covered if entries[id].kind in _GATES else fronted)]
    chosen = among(kept, entries, known, dependencies, redundancies)
    routed = {route for one in chosen for route in one.routes}
    ways: list[_Way] = [(entries[id], entries[id].name, None) for id in kept if id not in routed]
    ways += [(entries[one.entry], f"{entries[one.entry].name} {one.path}", one) for one in chosen]
    made, groups = [], []
    for component, id, way in _named(ways):
        made.append(_journey(component, id))
        if way is not None:
            groups.append(way.group(id))
    return sorted(made, key=lambda one: one.id), sorted(groups, key=lambda one: (one.dependent, one.members))


def _reached(needs: Iterable[tuple[str, tuple[str, ...]]], gates: set[str], known: dict[str, Component]) -> set[str]:
    """Gates that are entries, and those that they lead to: who comes by one comes to what stands behind it."""
    behind: dict[str, list[str]] = defaultdict(list)
    for dependent, members in needs:
        if known[dependent].kind in _GATES:
            behind[dependent].extend(members)
    found, waiting = set(gates), sorted(gates)
    while waiting:
        new = [id for id in behind[waiting.pop()] if known[id].kind in _GATES and id not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _leading_nowhere(
    names: list[str],
    known: dict[str, Component],
    dependencies: Iterable[Dependency],
    redundancies: Iterable[Redundancy],
) -> list[str]:
    """DNS names behind which, through other names, nothing of the user's own is seen."""
    if not names:
        return []
    needs: dict[str, list[str]] = defaultdict(list)
    chosen = set()
    for one in dependencies:
        if one.phase == "runtime" and known[one.dependent].kind == "dns":
            needs[one.dependent].append(one.dependency)
    for group in redundancies:
        if group.phase == "runtime" and known[group.dependent].kind == "dns":
            needs[group.dependent].extend(group.members)
            if group.failover is not None:
                chosen.add(group.dependent)
    # from what is one's own back along the names that lead there: a zone may hold one long chain of names
    leading: dict[str, list[str]] = defaultdict(list)
    waiting = sorted(id for id in {*names, *needs} if id in chosen)
    for name in sorted(needs):
        for target in needs[name]:
            leading[target].append(name)
    waiting += sorted(id for id in leading if known[id].kind not in (*FOREIGN, "dns"))
    somewhere = set(waiting)
    while waiting:
        new = [name for name in leading[waiting.pop()] if name not in somewhere]
        somewhere.update(new)
        waiting.extend(new)
    return [name for name in names if name not in somewhere]


def _named(ways: Iterable[_Way]) -> list[tuple[Component, str, Chosen | None]]:
    """Each way in with an id of its own: its name, with its environment or scope where two share one, with a number where that is not enough."""
    by_slug: dict[str, list[_Way]] = defaultdict(list)
    for way in ways:
        by_slug[_slug(way[1]) or "entry"].append(way)
    named, taken = [], {slug for slug, same in by_slug.items() if len(same) == 1}
    for slug in sorted(by_slug):
        same = by_slug[slug]
        if len(same) == 1:
            component, _, chosen = same[0]
            named.append((component, f"journey:{slug}", chosen))
            continue
        around = [_around(one, chosen) for one, _, chosen in same]
        for (one, _, chosen), words in zip(same, around, strict=True):
            # where scopes do not tell two of a name apart a region does, rather than a number
            told = words if around.count(words) == 1 else f"{words}-{one.region or ''}"
            full = f"{slug}-{_slug(told)}".rstrip("-")
            choice, number = full, 2
            while choice in taken:
                choice, number = f"{full}-{number}", number + 1
            taken.add(choice)
            named.append((one, f"journey:{choice}", chosen))
    return named


def _around(entry: Component, chosen: Chosen | None) -> str:
    """The environment that an entry is in, else its scope."""
    staged = entry.environment or (chosen.environment if chosen is not None else None)
    return staged or (entry.scope or "").rpartition("/")[2]


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
