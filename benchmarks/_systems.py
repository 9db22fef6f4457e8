"""Systems for benchmarks: layers of components, each of which needs some of the layers below."""

from __future__ import annotations

import numpy as np

from blastradius.model import Component, Dependency, Failover, Gap, Inventory, Journey, JourneyEntry, Meta, Redundancy

LAYERS = 50
#: Shares of components that need all of their dependencies, any one, and more than half.
SMALL, LARGE = (0.2, 0.5, 0.3), (1.0, 0.0, 0.0)


def layered(count: int, mix: tuple[float, float, float], seed: int = 1) -> Inventory:
    """A system of some components with five dependencies each, in one of the three layers below.

    Args:
        count: components.
        mix: shares of the kinds of needs; with redundancy (`SMALL`) blasts stay small, without (`LARGE`) they do not.
        seed: another one makes another system.
    """
    chance = np.random.default_rng(seed)
    wide = count // LAYERS
    names = [f"c{number:07}" for number in range(count)]
    layer = np.arange(count) // wide
    needs = np.where(layer == 0, 0, chance.integers(3, 8, count))
    kinds = chance.choice(3, count, p=mix)
    first, end = np.maximum(layer - 3, 0) * wide, layer * wide
    dependencies: list[Dependency] = []
    redundancies: list[Redundancy] = []
    for number in np.flatnonzero(needs).tolist():
        name = names[number]
        chosen = np.unique(chance.integers(first[number], end[number], needs[number])).tolist()
        members = tuple(names[one] for one in chosen)
        if kinds[number] == 0:
            dependencies += [Dependency(dependent=name, dependency=one) for one in members]
        else:
            required = 1 if kinds[number] == 1 else max(1, len(members) - max(len(members) // 2, 2) + 1)
            redundancies.append(Redundancy(dependent=name, members=members, required=required))
    return Inventory(
        meta=Meta(assembled=True),
        components=tuple(
            Component(id=name, kind="service", name=name, provider="own", region="here") for name in names
        ),
        dependencies=tuple(dependencies),
        redundancies=tuple(redundancies),
        journeys=tuple(
            Journey(id=f"journey:{n}", name=str(n), entries=(JourneyEntry(component=names[-1 - n]),)) for n in range(20)
        ),
    )


def timed(
    count: int, *, failovers: float, tolerances: float, gaps: int, objectives: bool = False, seed: int = 2
) -> Inventory:
    """A system of small blasts in which time plays a part.

    Args:
        count: components.
        failovers: share of components with a standby in one of the three layers below.
        tolerances: share of dependencies with a tolerance, up to an hour.
        gaps: components of which something is not seen.
        objectives: whether journeys have an RTO, of 15 to 60 minutes.
        seed: another one makes another system.
    """
    inventory = layered(count, SMALL)
    chance = np.random.default_rng(seed)
    names = [component.id for component in inventory.components]
    wide = count // LAYERS
    dependencies = tuple(
        one.model_copy(update={"tolerance": int(chance.integers(1, 3600))}) if chance.random() < tolerances else one
        for one in inventory.dependencies
    )
    groups = list(inventory.redundancies)
    for number in chance.choice(np.arange(wide, count), int(count * failovers), replace=False).tolist():
        layer = number // wide
        below = chance.choice(np.arange(max(layer - 3, 0) * wide, layer * wide), 3, replace=False).tolist()
        active, standby, tool = (names[one] for one in below)
        failover = Failover(
            mode="manual" if chance.random() < 0.3 else "automatic",
            takes=int(chance.integers(0, 1800)),
            needs=(tool,) if chance.random() < 0.3 else (),
        )
        groups.append(
            Redundancy(dependent=names[number], members=(active, standby), active=(active,), failover=failover)
        )
    unseen = tuple(
        Gap(scope="area", reason="not seen", hides="dependency", component=names[one], reference="text")
        for one in chance.choice(count, gaps, replace=False).tolist()
    )
    journeys = inventory.journeys
    if objectives:
        journeys = tuple(one.model_copy(update={"rto": 900 * (1 + at % 4)}) for at, one in enumerate(journeys))
    told = {"dependencies": dependencies, "redundancies": tuple(groups), "gaps": unseen, "journeys": journeys}
    return inventory.model_copy(update=told)
