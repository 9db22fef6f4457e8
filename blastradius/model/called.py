"""What people call components and journeys where that says which one is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

_BY_ID = frozenset({"provider", "region", "zone", "account", "vendor", "platform", "control-plane", "external"})
"""Kinds that say more by their id than by their name."""


def distinct(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Ids with their names, the id itself where another one has the same name.

    Args:
        names: ids, each with its name.
    """
    named = dict(names)
    count = Counter(named.values())
    return {id: name if count[name] == 1 else id for id, name in named.items()}


def called(components: Iterable[tuple[str, str, str]], journeys: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Ids of components and journeys with what to call them; what is missing goes by its id.

    A component goes by its name where no other has it; places, vendors and the like by their ids, which say more. A
    journey goes by its name where no other journey has it.

    Args:
        components: ids, names and kinds.
        journeys: ids and names.
    """
    told = list(components)
    count = Counter(name for _, name, _ in told)
    found = {id: name for id, name, kind in told if kind not in _BY_ID and count[name] == 1}
    return found | distinct(journeys)
