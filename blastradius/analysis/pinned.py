"""What several regions need and one region holds: the trap in a design that looks multi-region."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

from pydantic import Field

from blastradius.model import PLACES, Component, Evidence, Inventory, Redundancy, Value
from blastradius.model.records import Outline, outlines

_GLOBAL = "global"
_PLATFORMS = frozenset({"platform", "control-plane"})
Rule = Outline | Redundancy
#: A thing that a hundred copies need is shown by a few of them.
MOST_EVIDENCE = 12


class Pinned(Value):
    """Something that lives in one region and is needed from others."""

    component: str = Field(description="Id of it.")
    region: str = Field(description="Region it lives in.")
    needed_from: tuple[str, ...] = Field(description="Regions of what cannot serve without it, its own included.")
    needed_by: tuple[str, ...] = Field(
        default=(), description="Ids of what needs it directly from another region or from none; else what leads there."
    )
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where the need stands that crosses regions.")


def pinned(inventory: Inventory) -> tuple[Pinned, ...]:
    """Everything of one region that other regions need to serve: hard, at run time, also through others.

    A member of a redundancy counts as needed where the members of other regions are too few.

    Args:
        inventory: assembled facts.
    """
    components = {component.id: component for component in inventory.components}
    needs: dict[str, list[tuple[str, Rule]]] = defaultdict(list)
    for dependent, dependency, rule in _needs(inventory, components):
        needs[dependent].append((dependency, rule))
    needed_from, crossing = _spread(components, needs)
    reached = _reached_from_elsewhere(components, needs)
    found = []
    for identifier, sources in needed_from.items():
        component = components[identifier]
        region = _region(component)
        if region is None or component.kind in PLACES or not sources - {region}:
            continue
        if component.kind in _PLATFORMS and identifier not in reached:
            continue  # it is needed by what is pinned beside it, which says more
        rules = reached.get(identifier) or [crossing[identifier]]
        found.append(
            Pinned(
                component=identifier,
                region=region,
                needed_from=tuple(sorted(sources)),
                needed_by=tuple(sorted({rule.dependent for rule in rules})),
                evidence=tuple(dict.fromkeys(piece for rule in rules for piece in _evidence(rule, inventory)))[
                    :MOST_EVIDENCE
                ],
            )
        )
    return tuple(sorted(found, key=lambda one: (-len(one.needed_from), one.component)))


def _reached_from_elsewhere(
    components: dict[str, Component], needs: dict[str, list[tuple[str, Rule]]]
) -> dict[str, list[Rule]]:
    """For each component the rules by which something of another region, or of none, needs it directly."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for dependent in sorted(needs.keys() & components.keys()):
        for dependency, rule in needs[dependent]:
            if dependency in components and _region(components[dependent]) != _region(components[dependency]):
                found[dependency].append(rule)
    return found


def _evidence(rule: Rule, inventory: Inventory) -> tuple[Evidence, ...]:
    return rule.evidence if isinstance(rule, Redundancy) else inventory.dependencies[rule.place].evidence


def _region(component: Component) -> str | None:
    return None if component.region == _GLOBAL else component.region


def _needs(inventory: Inventory, components: dict[str, Component]) -> Iterator[tuple[str, str, Rule]]:
    """Pairs of what cannot serve without what."""
    for dependency in outlines(inventory):
        if dependency.strength == "hard" and dependency.phase == "runtime":
            yield dependency.dependent, dependency.dependency, dependency
    for group in inventory.redundancies:
        if group.strength == "hard" and group.phase == "runtime":
            places = {one: _region(components[one]) for one in group.members if one in components}
            for member, region in places.items():
                elsewhere = sum(1 for one in group.members if one != member and places.get(one) != region)
                if elsewhere < group.required:
                    yield group.dependent, member, group


def _spread(
    components: dict[str, Component], needs: dict[str, list[tuple[str, Rule]]]
) -> tuple[dict[str, set[str]], dict[str, Rule]]:
    """For each component the regions that need it, and the rule by which a foreign one first did."""
    needed_from: dict[str, set[str]] = defaultdict(set)
    crossing: dict[str, Rule] = {}
    waiting = deque(sorted(one for one in needs if one in components))
    queued = set(waiting)
    while waiting:
        dependent = waiting.popleft()
        queued.discard(dependent)
        # a platform is there for what runs on it: that counts, and not where the catalog says that platforms need each other
        region = _region(components[dependent]) if components[dependent].kind not in _PLATFORMS else None
        sources = needed_from[dependent] | ({region} if region else set())
        for dependency, rule in sorted(needs[dependent], key=lambda pair: pair[0]):
            if dependency not in components or components[dependency].kind in PLACES:
                continue
            new = sources - needed_from[dependency]
            if not new:
                continue
            if new - {_region(components[dependency])}:
                crossing.setdefault(dependency, rule)
            needed_from[dependency] |= new
            if dependency in needs and dependency not in queued:
                waiting.append(dependency)
                queued.add(dependency)
    return needed_from, crossing
