"""Routes of one path on several gateways, one of which an entry chooses: together they are one way in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blastradius.model import Component, Dependency, Evidence, Redundancy

_SCANNER = "assemble"
_NOTE = "routes of one path on each of what it chooses among"


@dataclass(frozen=True)
class Chosen:
    """Routes of one path and one environment, either of which will do.

    Attributes:
        entry: id of what chooses among the gateways that they are on.
        path: what they have in common.
        environment: theirs, where it is told.
        routes: their ids.
        active: those that are asked first, where the others stand by.
        by: the choice among the gateways.
    """

    entry: str
    path: str
    environment: str | None
    routes: tuple[str, ...]
    active: tuple[str, ...]
    by: Redundancy

    def group(self, journey: str) -> Redundancy:
        """The choice as one of a journey among routes."""
        fails_over = self.active and len(self.active) < len(self.routes)
        changes = {
            "dependent": journey,
            "members": self.routes,
            "required": 1,
            "full": None if self.by.full is None else min(self.by.full, len(self.routes)),
            "active": self.active if fails_over else (),
            "failover": self.by.failover if fails_over else None,
            "evidence": tuple(
                Evidence(scanner=_SCANNER, locator=locator, basis="inferred", note=_NOTE)
                for locator in [one.locator for one in self.by.evidence] or [self.entry]
            ),
        }
        return self.by.model_copy(update=changes)


def is_made(group: Redundancy) -> bool:
    """Whether a group is one that journeys nobody declared have, which are made anew with them."""
    return group.dependent.startswith("journey:") and any(
        one.scanner == _SCANNER and one.note == _NOTE for one in group.evidence
    )


def among(
    kept: Iterable[str],
    entries: Mapping[str, Component],
    known: Mapping[str, Component],
    dependencies: Iterable[Dependency],
    redundancies: Iterable[Redundancy],
) -> list[Chosen]:
    """The routes that are entries on several gateways of which another entry needs any, by entry and path.

    A path that one gateway alone has is left as it is: nothing takes its users where that gateway is lost.

    Args:
        kept: ids of the entries that may be journeys.
        entries: all entries, by id.
        known: all components, by id.
        dependencies, redundancies: what needs what.
    """
    kept = set(kept)
    groups = [
        one for one in redundancies if one.phase == "runtime" and one.strength == "hard" and one.dependent in known
    ]
    on: dict[str, list[str]] = defaultdict(list)
    for need in dependencies:
        if need.dependent in kept and need.phase == "runtime" and need.strength == "hard":
            on[need.dependent].append(need.dependency)
    routes: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        routes[group.dependent] += [one for one in group.members if one in kept]
    found: list[Chosen] = []
    for group in groups:
        if group.dependent in kept and group.required == 1:
            found += _paths(group, entries, known, on, routes)
    taken: set[str] = set()
    made = []
    for one in found:
        if taken.isdisjoint(one.routes):
            taken.update(one.routes)
            made.append(one)
    return made


def _paths(
    group: Redundancy,
    entries: Mapping[str, Component],
    known: Mapping[str, Component],
    on: Mapping[str, list[str]],
    routes: Mapping[str, list[str]],
) -> Iterator[Chosen]:
    """The paths that several members of a choice have."""
    by_path: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for member in group.members:
        for route in (*routes.get(member, ()), *([member] if member in on else ())):
            if route != group.dependent and route in entries:
                one = entries[route]
                path = _path(one, (known[gate] for gate in on.get(route, ()) if gate in known))
                # what runs for developers is no spare of what runs for users, though one record names both
                by_path[path, one.environment or ""][member] = route
    for path, environment in sorted(by_path):
        held = by_path[path, environment]
        if len(set(held.values())) > 1:
            active = tuple(sorted({held[one] for one in group.active if one in held}))
            routes_held = tuple(sorted(set(held.values())))
            yield Chosen(group.dependent, path, environment or None, routes_held, active, group)


def _path(route: Component, gates: Iterable[Component]) -> str:
    """The name of a route without that of its gateway."""
    for gate in gates:
        if gate.name and route.name.startswith(f"{gate.name} "):
            return route.name[len(gate.name) + 1 :]
    return route.name
