"""The environments of a system, each a system of its own: what runs in development is no copy of production."""

from __future__ import annotations

import re
from collections import defaultdict

from blastradius.analysis.copies import is_place
from blastradius.model import Component, Inventory

#: Words by which people call the environment that their users meet.
_PRODUCTION = frozenset({"prod", "production", "prd", "live"})
#: Words that make another environment of it.
_NOT_YET = frozenset({"pre", "non", "not", "no", "like"})


def stages(inventory: Inventory) -> dict[str, Inventory]:
    """What is in each environment, by its name: its own things and those that belong to none.

    Environments that differ by a place alone, such as `prod-eu` and `prod-us`, are one: the same stage put up twice.

    Args:
        inventory: assembled facts.

    Returns:
        Environments by name; none where there are fewer than two.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for component in inventory.components:
        if component.environment:
            names[_stage(component.environment)].add(component.environment)
    names.pop("", None)
    if len(names) < 2:
        return {}
    shown = {stage: min(found) if len(found) == 1 else stage for stage, found in names.items()}
    return {shown[stage]: _only(inventory, stage) for stage in sorted(names, key=shown.__getitem__)}


def is_production(name: str) -> bool:
    """Whether a name is one by which people call the environment that their users meet."""
    words = set(_words(name))
    return bool(_PRODUCTION & words) and not _NOT_YET & words


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]


def _stage(name: str) -> str:
    """A name without words for places; empty where nothing else is in it."""
    return "-".join(word for word in _words(name) if not is_place(word))


def _only(inventory: Inventory, stage: str) -> Inventory:
    """The inventory without what belongs to other environments."""
    kept = {one.id: one for one in inventory.components if _belongs(one, stage)}
    groups = []
    for group in inventory.redundancies:
        members = tuple(one for one in group.members if one in kept)
        if group.dependent not in kept or len(members) < group.required:
            continue
        if len(members) < len(group.members):
            changes = {"members": members, "full": None, "active": (), "failover": None}
            group = group.model_copy(update=changes)
        groups.append(group)
    return inventory.model_copy(
        update={
            "components": tuple(kept.values()),
            "dependencies": tuple(
                one for one in inventory.dependencies if one.dependent in kept and one.dependency in kept
            ),
            "redundancies": tuple(groups),
        }
    )


def _belongs(component: Component, stage: str) -> bool:
    return component.environment is None or _stage(component.environment) in ("", stage)
