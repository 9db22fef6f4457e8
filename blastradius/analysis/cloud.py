"""The catalog as a graph of its own: providers' services in some regions, and vendors, with what the catalog says they need.

`assemble` adds to an inventory what it touches; here all of it stands, so that an outage can be replayed without one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from blastradius.assemble.contain import contain, rules
from blastradius.catalog.places import GLOBAL, component_for_id, service_id
from blastradius.catalog.records import Plane, Service, ServiceDependency, VendorNeed
from blastradius.catalog.services import ALL, service_dependencies, services, vendors
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Dependency, Evidence, Inventory, Meta

KINDS = {"data": "platform", "control": "control-plane"}
_SOME = "holds only for some of its users, so it is soft for the service as a whole"


def node_id(service: Service, plane: Plane, region: str) -> str:
    """Id of a plane of a service, as somebody in a region uses it.

    Args:
        service: the service.
        plane: its data plane or its control plane.
        region: where the user is; `global` for nowhere in particular.
    """
    place = region
    if service.scope == "single-region" or (plane == "control" and service.home):
        place = service.home or GLOBAL
    elif service.scope == "global":
        place = GLOBAL
    return service_id(service.provider, place, service.id, KINDS[plane])


def cloud(regions: Collection[str], without: Iterable[str] = (), *, provider: str | None = None) -> DependencyGraph:
    """All that the catalog knows of, as a graph.

    Args:
        regions: regions in which services stand that are in each.
        without: ids of incidents; what nothing but these showed is left out.
        provider: only this provider's services, and what these and the vendors need of others'; all where unset.
    """
    return _Cloud(frozenset(without)).graph(sorted(regions), provider)


class _Cloud:
    def __init__(self, without: frozenset[str]) -> None:
        self.services = services()
        self.needs: dict[str, list[ServiceDependency]] = {}
        self.common: dict[str, list[ServiceDependency]] = {}
        for one in service_dependencies():
            if not one.without(without):
                provider, _, name = one.dependent.partition(":")
                (self.common if name == ALL else self.needs).setdefault(provider if name == ALL else one.dependent, []).append(one)
        self.without = without
        self.components: dict[str, Component] = {}
        self.dependencies: dict[tuple[str, str, str], Dependency] = {}
        self.waiting: list[tuple[Service, str]] = []
        self.done: set[tuple[str, str]] = set()

    def graph(self, regions: list[str], provider: str | None) -> DependencyGraph:
        self.waiting = [
            (one, region)
            for one in self.services.values()
            for region in regions
            if provider is None or one.provider == provider
        ]
        for vendor, known in vendors().items():
            needs = [one for one in known.needs if not one.without(self.without)]
            self._put(f"vendor:{vendor}", known.name, None)
            for need in needs:
                self._vendor(f"vendor:{vendor}", need, known.file)
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
        if (service.key, region) in self.done:
            return
        self.done.add((service.key, region))
        data, control = (self._plane(service, plane, region) for plane in ("data", "control"))
        launching = "startup" if service.launches else "deploy"
        said = Evidence(scanner="catalog", locator=f"{service.provider}.yaml {service.id}", basis="declared")
        self._add(Dependency(dependent=data, dependency=control, phase=launching, evidence=(said,)))
        for need in (*self.needs.get(service.key, ()), *self.common.get(service.provider, ())):
            self._need(service, need, region)

    def _need(self, service: Service, need: ServiceDependency, region: str) -> None:
        needed = self.services.get(need.dependency)
        if needed is None or needed.key == service.key and need.dependent_plane == need.dependency_plane:
            return
        dependent = node_id(service, need.dependent_plane, region)
        place = dependent.split("/")[1]
        at = place if place != GLOBAL else (service.home or region)
        dependency = self._plane(needed, need.dependency_plane, at)
        self.waiting.append((needed, at))
        conditional = need.when is not None
        self._add(
            Dependency(
                dependent=dependent,
                dependency=dependency,
                strength="soft" if conditional else need.strength,
                phase=need.phase,
                tolerance=need.tolerance,
                hardens_after=need.hardens_after if need.strength == "soft" else None,
                reason=_SOME if conditional else need.effect,
                evidence=(_said(need.file, need.id, need.source, need.recollection),),
            )
        )

    def _vendor(self, id: str, need: VendorNeed, file: str) -> None:
        made = component_for_id(need.on)
        if made is None:
            return
        service = self.services.get(f"{made.provider}:{made.service}") if made.service else None
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
                evidence=(_said(file, id, need.source, need.recollection),),
            )
        )

    def _plane(self, service: Service, plane: Plane, region: str) -> str:
        id = node_id(service, plane, region)
        self._put(id, service.name if plane == "data" else f"{service.name} (control plane)", service)
        return id

    def _put(self, id: str, name: str, service: Service | None) -> None:
        made = self.components.get(id) or component_for_id(id)
        if made is None:
            raise ValueError(f"{id}: no id of well-known shape")
        self.components[id] = made.model_copy(update={"name": name} if service is None else {"name": name, "service": service.id})

    def _add(self, record: Dependency) -> None:
        """Keep one need for each pair and phase, the harder one."""
        key = (record.dependent, record.dependency, record.phase)
        other = self.dependencies.get(key)
        if record.dependent != record.dependency and (other is None or (other.strength, record.strength) == ("soft", "hard")):
            self.dependencies[key] = record


def _said(file: str, id: str, source: Collection[str], recollection: bool) -> Evidence:
    basis = "assumed" if recollection else "declared"
    return Evidence(scanner="catalog", locator=f"{file} {id}", basis=basis, note=", ".join(source))
