"""What a journey is left with when the place of its writes is lost: a copy that can be read alone.

Who needs a copy to read of a database stands by what the graph says: the copy is there. Whether it writes nobody says;
where the same journey needs the original as well, it does as a rule, and its writes stop until somebody promotes the
copy. Alternatives that name both the original and the copy say what happens, and are believed. Of a database of which
every place holds a copy to read, one takes the writes: which one nothing says, and whoever asks a copy by its own address
is not moved with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping

from blastradius.model import Component, Inventory, Redundancy
from blastradius.model.records import outlines

#: Values of `attributes["role"]` of copies that can be read and not written.
ROLES_READING: frozenset[str] = frozenset({"read-replica", "replica", "reader"})
_DATA = frozenset({"database", "cache"})


def _one_writes(group: Redundancy, reading: Container[str], components: Mapping[str, Component]) -> bool:
    """Whether a group is a database of copies to read in several places, one of which takes the writes."""
    return (
        group.failover is None
        and group.dependent in components
        and components[group.dependent].kind in _DATA
        and all(id in reading for id in group.members)
        and len({components[id].region for id in group.members}) > 1
    )


class Reading:
    """The originals and the copies to read that journeys need.

    Args:
        inventory: assembled facts.
    """

    def __init__(self, inventory: Inventory) -> None:
        components = {one.id: one for one in inventory.components}
        self._regions = {id: one.region for id, one in components.items()}
        reading = {id for id, one in components.items() if one.attributes.get("role") in ROLES_READING}
        originals: dict[str, set[str]] = {
            id: {components[id].attributes["copy_of"]}
            for id in sorted(reading)
            if components[id].attributes.get("copy_of") in components
        }
        spread = [one for one in inventory.redundancies if _one_writes(one, reading, components)] if reading else []
        for group in inventory.redundancies if originals else ():
            for id in group.members:
                originals[id] = originals.get(id, set()) - set(group.members)
        for group in spread:
            for id in group.members:
                originals.setdefault(id, set()).update(set(group.members) - {id})
        whole = {one.dependent for one in spread}
        self._originals = {id: found for id, found in sorted(originals.items()) if found}
        self._journeys = {one.id for one in inventory.journeys}
        self._needed_by: dict[str, list[str]] = defaultdict(list)
        if self._originals:
            for need in outlines(inventory):
                if need.phase == "runtime" and need.strength == "hard":
                    self._needed_by[need.dependency].append(need.dependent)
            for group in inventory.redundancies:
                if group.phase == "runtime" and group.strength == "hard" and group.dependent not in whole:
                    for member in group.members:
                        self._needed_by[member].append(group.dependent)
            for journey in inventory.journeys:
                for entry in journey.entries:
                    self._needed_by[entry.component].append(journey.id)
        self._reaching: dict[str, frozenset[str]] = {}

    def without(self, region: str, journey: str) -> list[str]:
        """Copies elsewhere that a journey is left with, of originals in a lost region that it needs, by id.

        Args:
            region: name of the lost region.
            journey: id of the journey.
        """
        return sorted(
            copy
            for copy, originals in self._originals.items()
            if self._regions[copy] != region
            and any(self._regions[one] == region and journey in self._journeys_to(one) for one in originals)
            and journey in self._journeys_to(copy)
        )

    def _journeys_to(self, id: str) -> frozenset[str]:
        """Ids of the journeys that need a component, themselves or through others."""
        if id not in self._reaching:
            found, waiting = {id}, [id]
            while waiting:
                new = [one for one in self._needed_by.get(waiting.pop(), ()) if one not in found]
                found.update(new)
                waiting += new
            self._reaching[id] = frozenset(found & self._journeys)
        return self._reaching[id]
