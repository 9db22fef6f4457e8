"""Which regions serve, and whether one can stand for another.

The rule. The *front* of a system is what takes its users' requests: of the things that nothing else of the system
needs, the entrances (load balancers, gateways, Kubernetes clusters) where there are any, else the workloads, else
whatever holds data. A region **serves** when it holds a part of the front, or a declared readable copy of something;
a backup, a witness or a standby does not serve, nor does a thing that is only needed from elsewhere: that is pinned.
A system is **multi-region** when at least two regions hold copies of some part of its front. It is not when it is
merely split (web here, its database there: losing either breaks it), and not when only its data have a copy elsewhere:
then nothing there takes the requests, and the copy is worth a backup.

What is in a region that has nothing to do with the rest is *apart*, and counts nowhere: a machine that plays a remote
site, a bucket for somebody else. What a journey needs is never apart, however little it is. Regions have to do with each other where they hold copies, or something of one needs
something of the other, or both stand behind one global entrance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blastradius.analysis.copies import Sets, alike, declared, sort_of
from blastradius.engine.cycles import strongly_connected
from blastradius.model import Component, Inventory
from blastradius.model.records import outlines

GLOBAL = "global"
#: Values of `attributes["role"]`, as scanners set them, that hold no endpoint and no readable copy.
ROLES_NOT_SERVING: frozenset[str] = frozenset({"backup", "witness", "standby"})
#: Networks, and functions that run at a provider's edge: they are where they are for something else.
ROLES_BESIDE: frozenset[str] = frozenset({"network", "edge"})
_KUBERNETES = frozenset({"eks", "gke", "aks"})
_ENTRANCES = frozenset({"load-balancer", "gateway"})
_WORKLOADS = frozenset({"service", "function"})
#: Kinds that carry work from one to another: who feeds them is not behind who empties them.
_CARRIERS = frozenset({"queue", "topic", "stream"})


@dataclass(frozen=True)
class Serving:
    """Which regions serve, and with what.

    Attributes:
        front: what takes users' requests, by region.
        shared: of the front, what has a copy in another region, by region.
        sets: of the front, what are copies of each other, by the regions that they are in.
        readable: declared copies that can be read in regions without a part of the front, by region.
        apart: what has nothing to do with the system, by region.
        lone: databases that are in no other region, by region.
        twins: databases that are alike in several regions, and that nothing says hold the same data, by region.
        backup: regions that hold a backup, a witness or a standby and do not serve.
    """

    front: Mapping[str, list[Component]]
    shared: Mapping[str, list[Component]]
    sets: Mapping[tuple[str, ...], list[Component]]
    readable: Mapping[str, list[Component]]
    apart: Mapping[str, list[Component]]
    lone: Mapping[str, list[Component]]
    twins: Mapping[str, list[Component]]
    backup: tuple[str, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that serve, by name."""
        return tuple(sorted({*self.front, *self.shared, *self.readable}))


def role_of(component: Component) -> str:
    """The part a component plays for another, such as `backup`; empty for a full one."""
    return component.attributes.get("role", "")


def serves(component: Component) -> bool:
    """Whether it can be read or asked: a backup, a witness or a standby cannot."""
    return role_of(component) not in ROLES_NOT_SERVING


def deciding(placed: Iterable[Component]) -> list[Component]:
    """Of some components with a region those that decide where the system is: networks only where nothing else is."""
    found = list(placed)
    strong = [one for one in found if role_of(one) not in ROLES_BESIDE]
    return strong if any(serves(one) for one in strong) else found


def hosted(own: Iterable[Component]) -> tuple[str | None, Component | None]:
    """The region in which Kubernetes workloads without a place run: that of the only managed cluster there is."""
    clusters = [one for one in own if _is_kubernetes(one)]
    if len(clusters) == 1 and clusters[0].region not in (None, GLOBAL):
        return clusters[0].region, clusters[0]
    return None, None


def in_kubernetes(component: Component) -> bool:
    """Whether a component is a workload of a Kubernetes cluster."""
    return component.id.startswith("k8s:")


def serving(inventory: Inventory, placed: Iterable[Component]) -> Serving:
    """Say which regions serve, by the rule above.

    Args:
        inventory: assembled facts.
        placed: the user's own components with a region, those that say nothing of where the system is left out.
    """
    found = {one.id: one for one in deciding(placed)}
    able = {one.id: one for one in found.values() if serves(one)}
    copies = declared(inventory, able)
    same = alike(inventory, copies, able)
    apart = _apart(inventory, able, same)
    able = {one.id: one for one in able.values() if one.region not in apart}
    front = _front(inventory, able, same)
    shared = _elsewhere(able, same, {same.of(one) for one in front})
    readable = _elsewhere(able, copies)
    fronts = by_region(front.values())
    known = {*fronts, *shared, *readable}
    data = {id: one for id, one in able.items() if one.kind == "database"}
    copied, twins = ({one.id for held in part.values() for one in held} for part in (readable, _elsewhere(data, same)))
    lone, twins = data.keys() - copied - twins, twins - copied
    return Serving(
        front=fronts,
        shared=shared,
        sets=_sets((one for held in shared.values() for one in held), same),
        readable={region: held for region, held in readable.items() if region not in fronts and region not in shared},
        apart=apart,
        lone=by_region(one for id, one in data.items() if id in lone),
        twins=by_region(one for id, one in data.items() if id in twins),
        backup=tuple(sorted({str(one.region) for one in found.values() if not serves(one)} - known)),
    )


def by_region(components: Iterable[Component]) -> dict[str, list[Component]]:
    """Components by their region, each list by name."""
    found: dict[str, list[Component]] = defaultdict(list)
    for one in sorted(components, key=lambda one: (one.name, one.id)):
        found[str(one.region)].append(one)
    return dict(sorted(found.items()))


def _is_kubernetes(component: Component) -> bool:
    return component.kind == "cluster" and component.service in _KUBERNETES


def _elsewhere(able: Mapping[str, Component], sets: Sets, wanted: set[str] | None = None) -> dict[str, list[Component]]:
    """Members of sets that are in several regions, of the wanted ones where some are named."""
    members: dict[str, list[Component]] = defaultdict(list)
    for one in able.values():
        stands = sets.of(one.id)
        if wanted is None or stands in wanted:
            members[stands].append(one)
    return by_region(one for held in members.values() if len({one.region for one in held}) > 1 for one in held)


def _sets(shared: Iterable[Component], same: Sets) -> dict[tuple[str, ...], list[Component]]:
    """What has copies, by the regions that it and its copies are in: web in two regions and data in two others."""
    members: dict[str, list[Component]] = defaultdict(list)
    for one in shared:
        members[same.of(one.id)].append(one)
    found: dict[tuple[str, ...], list[Component]] = defaultdict(list)
    for held in members.values():
        found[tuple(sorted({str(one.region) for one in held}))] += held
    return dict(sorted(found.items()))


def _front(inventory: Inventory, able: Mapping[str, Component], same: Sets) -> dict[str, Component]:
    """What takes users' requests: the first of the tiers that something is in that nothing else needs."""
    unneeded = _unneeded(inventory, able, same)
    tiers = (
        {id for id, one in unneeded.items() if one.kind in _ENTRANCES or _is_kubernetes(one)},
        {id for id, one in unneeded.items() if one.kind in _WORKLOADS},
    )
    first = next((tier for tier in tiers if tier), set(unneeded))
    return {id: unneeded[id] for id in sorted(first)}


def _unneeded(inventory: Inventory, able: Mapping[str, Component], same: Sets) -> dict[str, Component]:
    """Components that nothing else needs, but those that need each other in a circle, and copies of each other."""
    numbers = {id: number for number, id in enumerate(sorted(able))}
    wanted: list[set[int]] = [set() for _ in numbers]
    for dependent, dependency in needs(inventory):
        ends = numbers.get(dependent), numbers.get(dependency)
        if None not in ends and able[dependent].kind not in _CARRIERS and same.of(dependent) != same.of(dependency):
            wanted[numbers[dependent]].add(numbers[dependency])
    circles = strongly_connected(len(wanted), lambda number: sorted(wanted[number]))
    needed = {
        circles[other] for number, others in enumerate(wanted) for other in others if circles[other] != circles[number]
    }
    return {id: one for id, one in able.items() if circles[numbers[id]] not in needed}


def needs(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Pairs of who needs whom while serving, hard or soft, also as one of several."""
    for dependency in outlines(inventory):
        if dependency.phase == "runtime":
            yield dependency.dependent, dependency.dependency
    for group in inventory.redundancies:
        if group.phase == "runtime":
            for member in group.members:
                yield group.dependent, member


def _apart(inventory: Inventory, able: Mapping[str, Component], same: Sets) -> dict[str, list[Component]]:
    """Regions that have nothing to do with the weightiest part of the system, with what they hold."""
    regions = by_region(able.values())
    if len(regions) < 2 or all(role_of(one) in ROLES_BESIDE for one in able.values()):
        return {}
    tied = _tied(inventory, able, same)
    groups: dict[str, list[Component]] = defaultdict(list)
    for region, held in regions.items():
        groups[tied.of(region)] += held
    ranked = sorted(groups.values(), key=_weight, reverse=True)
    if len(ranked) < 2 or _weight(ranked[0]) == _weight(ranked[1]):
        return {}
    met = _met(inventory)
    return by_region(one for group in ranked[1:] if met.isdisjoint(one.id for one in group) for one in group)


def _met(inventory: Inventory) -> set[str]:
    """Ids of what journeys need to serve, themselves or through others: where users are, the system is."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for dependent, dependency in needs(inventory):
        wanted[dependent].append(dependency)
    waiting = [entry.component for one in inventory.journeys for entry in one.entries]
    waiting += [other for one in inventory.journeys for other in wanted[one.id]]
    found = set(waiting)
    while waiting:
        new = [one for one in wanted[waiting.pop()] if one not in found]
        found.update(new)
        waiting += new
    return found


def _weight(held: list[Component]) -> tuple[int, int, int]:
    """How much of a system some components are: sorts of managed things, sorts of things, things."""
    sorts = {sort_of(one) for one in held}
    return sum(kind != "service" for kind, _ in sorts), len(sorts), len(held)


def _tied(inventory: Inventory, able: Mapping[str, Component], same: Sets) -> Sets:
    """Regions in sets of what has to do with each other."""
    tied = Sets()
    copies: dict[str, set[str]] = defaultdict(set)
    for one in able.values():
        copies[same.of(one.id)].add(str(one.region))
    for regions in copies.values():
        tied.join(regions)
    wanted: dict[str, set[str]] = defaultdict(set)
    for dependent, dependency in needs(inventory):
        wanted[dependent].add(dependency)
    own = {one.id for one in inventory.components if one.kind not in _FOREIGN}
    for dependent, found in wanted.items():
        if dependent in own:
            tied.join(str(able[one].region) for one in (dependent, *found) if one in able)
    return tied


_FOREIGN = frozenset(
    {"provider", "region", "zone", "account", "platform", "control-plane", "vendor", "external", "identity", "key"}
)
