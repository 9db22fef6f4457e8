"""What a schema cannot say: ids stand once, and what a record names is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from blastradius.model import Inventory

Path = tuple[str | int, ...]
_MOST_COMPARED = 5000


def first_wrong_id(
    inventory: Inventory, known: Callable[[str], bool] | None, components: Mapping[str, int] | None = None
) -> tuple[Path, str] | None:
    """The first id that stands twice or names nothing.

    Args:
        inventory: what was read.
        known: whether an id of no component may stand because the catalog knows what it means; none allows none.
        components: places of components that are read apart from it.

    Returns:
        Path of the record or key, and what to do; None when all is well.
    """
    taken: dict[str, int] = dict(components or {})
    ids = {"components": [c.id for c in inventory.components], "journeys": [j.id for j in inventory.journeys]}
    for name, own in ids.items():
        for number, identifier in enumerate(own):
            if identifier in taken:
                return (name, number), twice(identifier)
            taken[identifier] = number
    there = components or {component.id for component in inventory.components}
    for path, identifier, journey_too in _references(inventory):
        if identifier in there or (journey_too and identifier in taken):
            continue
        if known is None or not known(identifier):
            return path, nothing_there(identifier, taken)
    return None


def twice(identifier: str) -> str:
    """What to do about an id that stands twice."""
    return f"id {identifier[:200]!r} is used twice: rename or remove one"


def nothing_there(identifier: str, ids: Mapping[str, int]) -> str:
    """What to do about an id that names nothing.

    Args:
        identifier: the id.
        ids: all that there are.
    """
    return f"{identifier[:200]!r} is no component here{_hint(identifier, ids)}"


def _references(inventory: Inventory) -> Iterator[tuple[Path, str, bool]]:
    for number, dependency in enumerate(inventory.dependencies):
        yield ("dependencies", number, "dependent"), dependency.dependent, True
        yield ("dependencies", number, "dependency"), dependency.dependency, False
    for number, group in enumerate(inventory.redundancies):
        yield ("redundancies", number, "dependent"), group.dependent, True
        for place, member in enumerate(group.members):
            yield ("redundancies", number, "members", place), member, False
        for place, need in enumerate(group.failover.needs if group.failover else ()):
            yield ("redundancies", number, "failover", "needs", place), need, False
    for number, journey in enumerate(inventory.journeys):
        for place, entry in enumerate(journey.entries):
            yield ("journeys", number, "entries", place, "component"), entry.component, False
    for number, gap in enumerate(inventory.gaps):
        if gap.component is not None:
            yield ("gaps", number, "component"), gap.component, True
        for place, candidate in enumerate(gap.candidates):
            yield ("gaps", number, "candidates", place), candidate, False
        if gap.same_as is not None:
            yield ("gaps", number, "same_as"), gap.same_as, False


def _hint(identifier: str, ids: Mapping[str, int]) -> str:
    options = [one for one in ids if abs(len(one) - len(identifier)) <= 8][:_MOST_COMPARED]
    match = get_close_matches(identifier[:200], options, n=1, cutoff=0.6)
    return f": the nearest is {match[0]!r}" if match else ": add it or mend the name"
