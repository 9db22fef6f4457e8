"""Where everything runs, what has a copy elsewhere, and what pins the whole to one region.

Which regions serve, and when a system is multi-region, is the rule written in `blastradius.analysis.serving`. Each
environment is a system of its own: production in one region and development in another are two single-region systems.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from blastradius.analysis.instances import spread
from blastradius.analysis.losing import Losing, Loss, holds, summary
from blastradius.analysis.pinned import Pinned, pinned
from blastradius.analysis.placement import RegionalComponent, Replicated, placement
from blastradius.analysis.serving import GLOBAL, Serving, hosted, in_kubernetes, serving
from blastradius.analysis.stages import is_production, stages
from blastradius.analysis.why import reasons
from blastradius.graph import DependencyGraph, inventory_of
from blastradius.model import FOREIGN, SCHEMA_VERSION, Component, Coverage, Gap, Inventory, Value

RegionVerdict = Literal["single-region", "multi-region", "single-region-with-backup", "unknown"]

#: Kinds that help but hold no copy of the system: a key or a registry in a second region serves nobody.
AUXILIARY: frozenset[str] = frozenset({"secret", "key", "identity", "registry", "pipeline", "dns", "cdn"})


class _Answer(Value):
    """What is said of a system, and of each of its environments."""

    verdict: RegionVerdict = Field(
        description="Where it runs; for the whole that of production, where environments are told."
    )
    holds: bool | None = Field(
        default=None,
        description="Whether every journey outlives the loss of any one region that serves or that it needs; null where "
        "nobody can say. A verdict says where things run, this what it is worth.",
    )
    summary: str = Field(default="", description="Verdict and worth in one glance, for people.")
    losses: tuple[Loss, ...] = Field(
        default=(),
        description="What becomes of the journeys without each serving region, and each other whose loss breaks one.",
    )
    reasons: tuple[str, ...] = Field(default=(), description="Why, a sentence each.")
    serving_regions: tuple[str, ...] = Field(default=(), description="Regions with an endpoint or a readable copy.")
    backup_regions: tuple[str, ...] = Field(default=(), description="Regions with a backup or a witness only.")
    unplaced: tuple[str, ...] = Field(default=(), description="Ids of which nobody knows the region.")
    pinned: tuple[Pinned, ...] = Field(default=(), description="What other regions need that lives in one.")


class EnvironmentRegions(_Answer):
    """The answer for one of several environments."""

    name: str = Field(description="Name of the environment.")


class Regions(_Answer):
    """The answer: single-region, multi-region, or not known."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    environments: tuple[EnvironmentRegions, ...] = Field(
        default=(), description="The answer for each environment, where there is more than one."
    )
    components: tuple[RegionalComponent, ...] = Field(
        default=(), description="The user's own, by id; of many those with the least copies."
    )
    omitted: int = Field(default=0, description="Components left out here, those with the best copies.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of where things run.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")

    def least(self, most: int) -> Regions:
        """The same with so many components alone, those of unknown place and those with the least copies first.

        Args:
            most: how many; `omitted` counts the rest.
        """
        if len(self.components) <= most:
            return self
        copies: tuple[Replicated, ...] = ("none", "backup", "read", "full")
        order = sorted(self.components, key=lambda one: (bool(one.regions), copies.index(one.replicated), one.id))
        kept = tuple(sorted(order[:most], key=lambda one: one.id))
        return self.model_copy(update={"components": kept, "omitted": self.omitted + len(order) - most})


#: From the best answer to the worst.
_BEST_FIRST: tuple[RegionVerdict, ...] = ("multi-region", "single-region-with-backup", "single-region", "unknown")


def regions(system: Inventory | DependencyGraph) -> Regions:
    """Say where a system runs, as far as placement, alternatives and needs tell.

    With several environments the answer for the whole is that of production where one is called so; else that of all
    of them where they agree, else the worst.

    Args:
        system: the system, with the overlay applied.
    """
    inventory = inventory_of(system)
    losing = Losing(inventory)
    parts = stages(inventory)
    apart = tuple(_answer(name, found, losing) for name, found in parts.items())
    whole = _overall(apart, parts, losing) if apart else _answer("", inventory, losing)
    return Regions(
        **{name: getattr(whole, name) for name in _Answer.model_fields},
        environments=apart,
        components=placement(inventory, _own(inventory), _homes(inventory)),
        gaps=tuple(gap for gap in inventory.gaps if gap.hides == "location"),
        coverage=inventory.coverage,
    )


def _overall(
    apart: tuple[EnvironmentRegions, ...], parts: Mapping[str, Inventory], losing: Losing
) -> EnvironmentRegions:
    """The answer for the whole of several environments."""
    live = [one for one in apart if is_production(one.name)]
    chosen = max(live or apart, key=lambda one: _BEST_FIRST.index(one.verdict))
    if len(live) == 1:
        return chosen.model_copy(
            update={
                "reasons": (
                    f"the answer is that of {chosen.name}, by its name the one that users meet",
                    *chosen.reasons,
                )
            }
        )
    judged = live or apart
    if any(one.verdict != chosen.verdict for one in judged):
        why = f"environments differ, and none is known to be the one that users meet: the worst is {chosen.name}"
        if live:
            why = f"{', '.join(one.name for one in live)} differ: the worst is {chosen.name}"
        return chosen.model_copy(update={"reasons": (why, *chosen.reasons)})
    trapped = tuple({pin.component: pin for one in judged for pin in one.pinned}.values())
    journeys = sorted({id for one in judged for id in losing.journeys(parts[one.name].components)})
    losses = losing.losses(
        {region for one in judged for region in one.serving_regions},
        journeys,
        beside={loss.region for one in judged for loss in one.losses},
    )
    return EnvironmentRegions(
        name="",
        verdict=chosen.verdict,
        holds=holds(chosen.verdict, losses),
        summary=summary(chosen.verdict, losses, trapped),
        losses=losses,
        reasons=tuple(f"{one.name}: {reason}" for one in judged for reason in one.reasons),
        serving_regions=tuple(sorted({region for one in judged for region in one.serving_regions})),
        backup_regions=tuple(sorted({region for one in judged for region in one.backup_regions})),
        unplaced=tuple(sorted({id for one in judged for id in one.unplaced})),
        pinned=trapped,
    )


def _own(inventory: Inventory) -> list[Component]:
    # a pipeline serves nobody, and where it runs is a question of what it needs
    return [
        c
        for c in inventory.components
        if c.kind not in FOREIGN and c.customer_facing is not False and (c.kind != "pipeline" or c.region is not None)
    ]


def _answer(name: str, inventory: Inventory, losing: Losing) -> EnvironmentRegions:
    """The answer for one system."""
    journeys = losing.journeys(inventory.components)
    inventory = _hosted(inventory)
    trapped = pinned(spread(inventory, called=False))
    inventory = spread(inventory, called=True)
    own = _own(inventory)
    unplaced = tuple(sorted(c.id for c in own if c.region is None))
    beside = _only_started_with(inventory, own)
    missing = tuple(id for id in unplaced if id not in beside)
    found = serving(
        inventory, [c for c in own if c.region is not None and c.region != GLOBAL and c.kind not in AUXILIARY]
    )
    perhaps = tuple(sorted(c.id for c in own if c.attributes.get("present") == "undecided"))
    verdict: RegionVerdict = "unknown"
    if own and not missing and found.regions and not (perhaps and _differs(inventory, own, found)):
        verdict = _known(found)
        perhaps = ()
    held = {one.region for one in own} | {pin.region for pin in trapped}
    losses = losing.losses(found.regions, journeys, beside={one for one in held if one and one != GLOBAL})
    return EnvironmentRegions(
        name=name,
        verdict=verdict,
        holds=holds(verdict, losses),
        summary=summary(verdict, losses, trapped),
        losses=losses,
        reasons=(*_undecided(perhaps, found), *reasons(inventory, own, missing, found, trapped, _known(found))),
        serving_regions=found.regions,
        backup_regions=found.backup,
        unplaced=unplaced,
        pinned=trapped,
    )


def _differs(inventory: Inventory, own: list[Component], found: Serving) -> bool:
    """Whether the answer is another one without the components of which nothing tells whether they are there."""
    sure = [
        c for c in own if c.attributes.get("present") != "undecided" and c.region != GLOBAL and c.kind not in AUXILIARY
    ]
    without = serving(inventory, sure)
    return _known(without) != _known(found) or without.regions != found.regions


def _undecided(perhaps: tuple[str, ...], found: Serving) -> tuple[str, ...]:
    if not perhaps or not found.regions:
        return ()
    return (
        f"nothing tells whether {len(perhaps)} of the components are there, such as {perhaps[0]}: give the variables that "
        f"decide it a value; with all of them it would be {_known(found)}",
    )


def _only_started_with(inventory: Inventory, own: list[Component]) -> frozenset[str]:
    """Ids of what starts or changes others and is needed by none that runs: where it lies, requests do not notice.

    What is a way in itself, a name or a network of caches, serves without anybody that needs it.
    """
    running = {one.dependency for one in inventory.dependencies if one.phase == "runtime"}
    running |= {id for one in inventory.redundancies if one.phase == "runtime" for id in one.members}
    used = {one.dependency for one in inventory.dependencies} | {id for r in inventory.redundancies for id in r.members}
    beside = AUXILIARY - {"dns", "cdn"}
    return frozenset(one.id for one in own if one.kind in beside and one.id in used and one.id not in running)


def _known(found: Serving) -> RegionVerdict:
    """The answer where every place is known."""
    if len(found.shared) > 1:
        return "multi-region"
    return "single-region-with-backup" if found.readable or found.backup else "single-region"


def _hosted(inventory: Inventory) -> Inventory:
    """The inventory with Kubernetes workloads put into the region of the only managed cluster there is."""
    homes = _homes(inventory)
    placed = (
        one.model_copy(update={"region": homes[one.id].region}) if one.id in homes else one
        for one in inventory.components
    )
    return inventory.model_copy(update={"components": tuple(placed)}) if homes else inventory


def _homes(inventory: Inventory) -> dict[str, Component]:
    """The only managed cluster of an environment, by ids of the Kubernetes workloads in it that have no place."""
    found: dict[str, Component] = {}
    for part in (stages(inventory) or {"": inventory}).values():
        home, cluster = hosted(_own(part))
        if home and cluster:
            found |= {one.id: cluster for one in part.components if one.region is None and in_kubernetes(one)}
    return found
