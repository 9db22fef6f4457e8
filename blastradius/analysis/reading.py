"""What a journey is left with when the place of its writes is lost: a copy that can be read alone.

Who needs a copy to read of a database stands by what the graph says: the copy is there. Whether it writes nobody says;
where the same journey needs the original as well, it does as a rule, and its writes stop until somebody promotes the
copy. Alternatives that name both the original and the copy say what happens, and are believed.
"""

from __future__ import annotations

from collections import defaultdict

from blastradius.model import Inventory
from blastradius.model.records import outlines

#: Values of `attributes["role"]` of copies that can be read and not written.
ROLES_READING: frozenset[str] = frozenset({"read-replica", "replica", "reader"})


class Reading:
    """The originals and the copies to read that journeys need.

    Args:
        inventory: assembled facts.
    """

    def __init__(self, inventory: Inventory) -> None:
        components = {one.id: one for one in inventory.components}
        self._regions = {id: one.region for id, one in components.items()}
        self._originals = {
            id: one.attributes["copy_of"]
            for id, one in components.items()
            if one.attributes.get("role") in ROLES_READING and one.attributes.get("copy_of") in components
        }
        for group in inventory.redundancies if self._originals else ():
            for id in group.members:
                if self._originals.get(id) in group.members:
                    del self._originals[id]
        self._journeys = {one.id for one in inventory.journeys}
        self._needed_by: dict[str, list[str]] = defaultdict(list)
        if self._originals:
            for need in outlines(inventory):
                if need.phase == "runtime" and need.strength == "hard":
                    self._needed_by[need.dependency].append(need.dependent)
            for group in inventory.redundancies:
                if group.phase == "runtime" and group.strength == "hard":
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
            for copy, original in self._originals.items()
            if self._regions[original] == region != self._regions[copy]
            and journey in self._journeys_to(copy)
            and journey in self._journeys_to(original)
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
