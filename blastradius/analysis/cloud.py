"""The catalog as a graph of its own: providers' services in some regions, and vendors, with what the catalog says they need.

`assemble` adds to an inventory what it touches; here all of it stands, so that an outage can be replayed without one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from blastradius.assemble.citing import cited
from blastradius.assemble.contain import contain, rules
from blastradius.catalog import reach
from blastradius.catalog.places import GLOBAL, component_for_id
from blastradius.catalog.reach import Node
from blastradius.catalog.records import Plane, Service, ServiceDependency, Vendor
from blastradius.catalog.services import services, vendors
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Inventory, Meta

_PLANES: tuple[Plane, Plane] = ("data", "control")
_SOME = "holds only for some of its users, so it is soft for the service as a whole"


def node_of(service: Service, plane: Plane, region: str) -> Node:
    """A plane of a service, as somebody in a region uses it.

    Args:
        service: the service.
        plane: its data plane or its control plane.
        region: where the user is; `global` where no region is told, as in an outage of all of them.
    """
    return reach.node(service.key, plane, region) or Node(service.key, plane, GLOBAL)


def cloud(regions: Collection[str], without: Collection[str] = (), *, provider: str | None = None) -> DependencyGraph:
    """All that the catalog knows of, as a graph.

    Args:
        regions: regions in which services stand that are in each.
        without: ids of incidents; what nothing but these showed is left out.
        provider: only this provider's services, and what these and the vendors need of others'; all where unset.
    """
    return _Cloud(frozenset(without)).graph(sorted(regions), provider)


class _Cloud:
    def __init__(self, without: frozenset[str]) -> None:
        self.without = without
        self.components: dict[str, Component] = {}
        self.dependencies: dict[tuple[str, str, str], Dependency] = {}
        self.waiting: list[tuple[Service, str]] = []
        self.done: set[tuple[str, str]] = set()

    def graph(self, regions: Iterable[str], provider: str | None) -> DependencyGraph:
        known = [one for one in services().values() if provider in (None, one.provider)]
        self.waiting = [(one, region) for region in regions for one in known]
        for vendor in vendors().values():
            self._vendor(vendor)
        while self.waiting:
            self._service(*self.waiting.pop())
        pairs, places = contain(self.components)
        self.components.update({one.id: one for one in places})
        inventory = Inventory(
            meta=Meta(assembled=True, title="the catalog"),
            components=tuple(self.components[id] for id in sorted(self.components)),
            dependencies=(
                *(self.dependencies[key] for key in sorted(self.dependencies)),
                *rules(sorted(pairs), self.components),
            ),
        )
        return DependencyGraph(inventory)

    def _service(self, service: Service, region: str) -> None:
        """Both planes of a service as a region uses them, what starts and changes it, and what it needs."""
        if (service.key, region) in self.done:
            return
        self.done.add((service.key, region))
        data, control = (node_of(service, plane, region) for plane in _PLANES)
        self._put(data.id, service.name)
        self._put(control.id, f"{service.name} (control plane)")
        said = (cited(f"{service.provider}.yaml", service.id, service),)
        for phase in ("startup", "deploy") if service.launches else ("deploy",):
            self._add(
                Dependency.model_validate(
                    {"dependent": data.id, "dependency": control.id, "phase": phase, "evidence": said}
                )
            )
        for node in (data, control):
            for record in reach.records_of(service.key, node.plane):
                if not record.rests_on(self.without):
                    self._need(node, record)

    def _need(self, node: Node, record: ServiceDependency) -> None:
        needed = services().get(record.dependency)
        if needed is None:
            return
        own = services()[node.service]
        region = own.home or GLOBAL if node.region == GLOBAL else node.region
        target = node_of(needed, record.dependency_plane, region)
        self.waiting.append((needed, region))
        soft = record.strength == "soft" or record.when is not None
        self._add(
            Dependency(
                dependent=node.id,
                dependency=target.id,
                strength="soft" if soft else "hard",
                phase=record.phase,
                tolerance=record.tolerance,
                hardens_after=record.hardens_after,
                reason=_SOME if record.when is not None else record.effect,
                evidence=(cited(record.file, record.id, record, record.observed_in),),
            )
        )

    def _vendor(self, vendor: Vendor) -> None:
        id = f"vendor:{vendor.id}"
        self._put(id, vendor.name)
        for need in vendor.needs:
            made = component_for_id(need.on)
            if made is None or need.rests_on(self.without):
                continue
            service = services().get(f"{made.provider}:{made.service}")
            if service is not None and made.region is not None:
                self.waiting.append((service, made.region))
            self.components.setdefault(made.id, made)
            self._add(
                Dependency(
                    dependent=id,
                    dependency=made.id,
                    strength=need.strength,
                    phase=need.phase,
                    reason=need.part,
                    evidence=(cited(vendor.file, vendor.id, need, need.observed_in),),
                )
            )

    def _put(self, id: str, name: str) -> None:
        made = self.components.get(id) or component_for_id(id)
        if made is None:
            raise ValueError(f"{id}: no id of well-known shape")
        self.components[id] = made.model_copy(update={"name": name})

    def _add(self, record: Dependency) -> None:
        """Keep one need for each pair and phase, the harder one."""
        key = (record.dependent, record.dependency, record.phase)
        other = self.dependencies.get(key)
        if record.dependent == record.dependency:
            return
        if other is None or (other.strength, record.strength) == ("soft", "hard"):
            self.dependencies[key] = record
