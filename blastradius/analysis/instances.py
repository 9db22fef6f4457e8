"""Services whose instances were seen in several regions at run time, as one component in each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blastradius.model import Component, Dependency, Inventory


def seen_in(component: Component) -> tuple[str, ...]:
    """Regions in which a component without a region of its own was seen at run time, each instance in one."""
    said = component.attributes.get("regions", "") if component.region is None else ""
    return tuple(sorted({region for part in said.split(",") if (region := part.strip())}))


def spread(inventory: Inventory, *, called: bool) -> Inventory:
    """The inventory with each such service in the first of its regions, and a copy of it in each of the others.

    Args:
        inventory: assembled facts.
        called: whether who needs the service needs the copies as well; else only the copies need what it needs.
    """
    several = {one.id: seen_in(one) for one in inventory.components if seen_in(one)}
    if not several:
        return inventory
    components = tuple(part for one in inventory.components for part in _instances(one, several.get(one.id, ())))
    dependencies = tuple(part for one in inventory.dependencies for part in _needs(one, several, called))
    return inventory.model_copy(update={"components": components, "dependencies": dependencies})


def _instances(component: Component, regions: tuple[str, ...]) -> Iterator[Component]:
    yield component.model_copy(update={"region": regions[0]}) if regions else component
    for region in regions[1:]:
        attributes = {**component.attributes, "copy_of": component.id}
        yield component.model_copy(
            update={"id": _copy(component.id, region), "region": region, "attributes": attributes}
        )


def _needs(one: Dependency, several: dict[str, tuple[str, ...]], called: bool) -> Iterator[Dependency]:
    for dependent in _ids(one.dependent, several):
        for dependency in _ids(one.dependency, several) if called else (one.dependency,):
            yield one.model_copy(update={"dependent": dependent, "dependency": dependency})


def _ids(id: str, several: dict[str, tuple[str, ...]]) -> Iterable[str]:
    return (id, *(_copy(id, region) for region in several.get(id, ())[1:]))


def _copy(id: str, region: str) -> str:
    return f"{id}@{region}"
