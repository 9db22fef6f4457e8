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
from blastradius.analysis.placement import RegionalComponent, placement
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
        description="Whether every journey outlives the loss of any one serving region; null where nobody can say. A "
        "verdict says where things run, this what it is worth.",
    )
    summary: str = Field(default="", description="Verdict and worth in one glance, for people.")
    losses: tuple[Loss, ...] = Field(
        default=(), description="What becomes of the journeys without each serving region."
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
    components: tuple[RegionalComponent, ...] = Field(default=(), description="The user's own, by id.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of where things run.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


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
    losses = losing.losses({region for one in judged for region in one.serving_regions}, journeys)
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
    missing = tuple(id for id in unplaced if id not in _only_started_with(inventory, own))
    found = serving(
        inventory, [c for c in own if c.region is not None and c.region != GLOBAL and c.kind not in AUXILIARY]
    )
    if not own or missing or not found.regions:
        verdict: RegionVerdict = "unknown"
    else:
        verdict = _known(found)
    losses = losing.losses(found.regions, journeys)
    return EnvironmentRegions(
        name=name,
        verdict=verdict,
        holds=holds(verdict, losses),
        summary=summary(verdict, losses, trapped),
        losses=losses,
        reasons=reasons(inventory, own, missing, found, trapped, _known(found)),
        serving_regions=found.regions,
        backup_regions=found.backup,
        unplaced=unplaced,
        pinned=trapped,
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
