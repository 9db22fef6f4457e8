"""Expansion: what platforms and vendors need themselves, as far as the inventory touches them, out of the catalog.

Containment brings a table's platform service; this brings that one's control plane, what both need, where a vendor is
known to run, and the control plane that a failover by hand calls. Made with containment; a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from blastradius.assemble.citing import brought, cited, is_brought, is_cited
from blastradius.catalog import places
from blastradius.model import Component, Dependency, Inventory, Phase, Redundancy

_PLANES = ("platform", "control-plane")
#: Providers of whose services the catalog knows what they need; `catalog.services` reads their files.
_KNOWN = frozenset({"aws", "gcp", "azure", "cloudflare"})
_Key = tuple[str, str, Phase]


@dataclass
class _Work:
    """An expansion under way.

    Attributes:
        components: by id, those that were there.
        without: incidents that have not been yet.
        wanted: dependencies that the catalog states, by their ends and phase.
        new: components to add, by id.
    """

    components: Mapping[str, Component]
    without: Container[str]
    wanted: dict[_Key, Dependency] = field(default_factory=dict)
    new: dict[str, Component] = field(default_factory=dict)

    def want(self, one: Dependency) -> None:
        """Note a dependency; the first one of its ends and phase stays."""
        self.wanted.setdefault((one.dependent, one.dependency, one.phase), one)

    def bring(self, id: str, file: str) -> bool:
        """Add the component of an id of well-known shape; tells whether it was not there."""
        if id in self.components or id in self.new:
            return False
        made = places.component_for_id(id)
        if made is None:
            raise ValueError(f"{file}: {id!r} is not an id")
        said = (brought(file, made.service or made.name),)
        self.new[id] = _as_vendor(made.model_copy(update={"evidence": said}))
        return True


def expand(inventory: Inventory, *, without: Container[str] = ()) -> Inventory:
    """Make containment, and add what the catalog knows of the platforms, vendors and failovers of an inventory.

    Args:
        inventory: any that is not expanded yet.
        without: ids of incidents: what the catalog knows from none but these is left out, as if they had not been yet.

    Returns:
        The inventory with what was added; the same object where there is nothing to add.
    """
    from blastradius.assemble.finish import finish

    return finish(inventory, without=without)


def expansion(
    components: Mapping[str, Component],
    dependencies: Sequence[Dependency],
    redundancies: Sequence[Redundancy],
    entries: Iterable[str] = (),
    without: Container[str] = (),
) -> tuple[list[Component], Sequence[Dependency], Sequence[Redundancy]]:
    """What the catalog adds to records whose containment is made.

    Args:
        components: by id, places included.
        dependencies: of theirs.
        redundancies: of theirs.
        entries: ids that journeys name.
        without: incidents, see `expand`.

    Returns:
        Components to add, and all dependencies and redundancies that there are then.
    """
    if not _touched(components.values()):
        return [], dependencies, redundancies
    from blastradius.assemble.planes import planes
    from blastradius.assemble.takeover import failovers

    work = _Work(components, without)
    groups = failovers(components, redundancies, dependencies, without)
    # Vendors first: what they need are platforms that are used, like those of the user's own.
    _vendors(work)
    for one in planes(components, without):
        work.want(one)
    _services(work, _used(work, dependencies, groups, entries))
    for _, dependency, _ in work.wanted:
        work.bring(dependency, f"{dependency.partition(':')[0]}.yaml")
    for group in groups if groups is not redundancies else ():
        for id in group.failover.needs if group.failover else ():
            work.bring(id, f"{id.partition(':')[0]}.yaml")
    return [work.new[id] for id in sorted(work.new)], _together(work, dependencies), groups


def _touched(components: Iterable[Component]) -> bool:
    """Whether the catalog can have anything to say: reading it costs more than a small inventory."""
    return any(one.kind == "vendor" or (one.service is not None and one.provider in _KNOWN) for one in components)


def _used(
    work: _Work, dependencies: Sequence[Dependency], groups: Sequence[Redundancy], entries: Iterable[str]
) -> list[Component]:
    """The planes that something uses which is not itself here for expansion's sake, in the order of their ids."""
    there = {id: one for id, one in work.components.items() if one.kind in _PLANES}
    guests = {id for id, one in there.items() if is_brought(one)}
    used = there.keys() - guests
    for one in dependencies if guests else ():
        if one.dependency in guests and one.dependent not in there and not is_cited(one):
            used.add(one.dependency)
    for group in groups:
        used.update(group.members)
        used.update(group.failover.needs if group.failover else ())
    used.update(entries)
    used.update(dependency for _, dependency, _ in work.wanted)
    found = (there.get(id) or places.component_for_id(id) for id in sorted(used))
    return [one for one in found if one is not None]


def _vendors(work: _Work) -> None:
    """What vendors need, and what those vendors need that they need."""
    from blastradius.catalog.services import vendors

    waiting = sorted(id for id, one in work.components.items() if one.kind == "vendor")
    records = vendors() if waiting else {}
    while waiting:
        id = waiting.pop()
        record = records.get(id.removeprefix("vendor:"))
        for need in record.needs if record else ():
            if need.on == id or need.rests_on(work.without) or not _agree(work.components.get(id), need.on):
                continue
            assert record is not None
            if work.bring(need.on, record.file) and need.on in work.new and need.on.startswith("vendor:"):
                waiting.append(need.on)
            work.want(
                Dependency(
                    dependent=id,
                    dependency=need.on,
                    strength=need.strength,
                    phase=need.phase,
                    reason=f"{record.name} is known to need it{f': {need.part}' if need.part else ''}",
                    evidence=(cited(record.file, record.id, need, need.observed_in),),
                )
            )


def _agree(vendor: Component | None, id: str) -> bool:
    """Whether a vendor may need a place or platform: not where a person says that it is elsewhere, and knows better."""
    target = places.component_for_id(id)
    if vendor is None or target is None or target.kind == "vendor":
        return target is not None
    if vendor.provider is not None and target.provider != vendor.provider:
        return False
    return vendor.region is None or target.region in (vendor.region, places.GLOBAL)


def _as_vendor(component: Component) -> Component:
    """A vendor that is brought in, as it would be had it been recognised in a text."""
    if component.kind != "vendor":
        return component
    from blastradius.catalog.services import vendors

    record = vendors().get(component.name)
    if record is None:
        return component
    region = places.GLOBAL if record.complete and not record.needs else None
    attributes = {"category": record.category} | (places.ALL_KNOWN if record.complete else {})
    return component.model_copy(update={"attributes": attributes, "region": region})


def _services(work: _Work, used: list[Component]) -> None:
    """What the planes that are used need of each other."""
    from blastradius.catalog import reach

    roots = [one for one in map(reach.node_of, used) if one is not None]
    beyond, needs = reach.reach(roots, work.without)
    for one in beyond:
        work.bring(one.id, f"{one.service.partition(':')[0]}.yaml")
    for need in needs:
        record = need.record
        work.want(
            Dependency(
                dependent=need.dependent.id,
                dependency=need.dependency.id,
                strength=record.strength,
                tolerance=record.tolerance,
                hardens_after=record.hardens_after,
                reason=record.effect,
                evidence=(cited(record.file, record.id, record, record.observed_in),),
            )
        )


def _together(work: _Work, there: Sequence[Dependency]) -> Sequence[Dependency]:
    """What there is, without what the catalog no longer says, and what it adds."""
    wanted = work.wanted
    stale = set()
    for number, one in enumerate(there):
        key = (one.dependent, one.dependency, one.phase)
        if key in wanted:
            del wanted[key]  # also where somebody else says it: who saw it knows better
        elif is_cited(one) and _is_stale(work.components, one):
            stale.add(number)
    if stale:
        there = [one for number, one in enumerate(there) if number not in stale]
    return [*there, *wanted.values()] if wanted else there


def _is_stale(components: Mapping[str, Component], one: Dependency) -> bool:
    """Whether a dependency was the catalog's word before somebody said that the dependent is elsewhere."""
    dependent, target = components[one.dependent], components.get(one.dependency)
    if dependent.kind == "vendor":
        return not _agree(dependent, one.dependency)
    if target is None or dependent.kind in _PLANES or dependent.region in (None, places.GLOBAL):
        return False
    return target.service == dependent.service and target.region not in (dependent.region, places.GLOBAL)
