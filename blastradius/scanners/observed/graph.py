"""Gathers who was seen and who called what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from blastradius.scanners.observed.model import Known, Named, Place

MOST_PLACES = 3
_NAMELESS = "calls something that its spans do not name: record `peer.service` or `server.address`"


@dataclass(slots=True)
class Call:
    """Where a call was seen and how often."""

    count: int = 0
    places: list[str] = field(default_factory=list)
    waits: bool = False

    def add(self, where: str, count: int, waits: bool) -> None:
        """Count it once more."""
        self.count += count
        self.waits = self.waits or waits
        if len(self.places) < MOST_PLACES and where not in self.places:
            self.places.append(where)

    def join(self, other: Call) -> None:
        """Add what was seen of the same call under another name."""
        for where in other.places:
            self.add(where, 0, other.waits)
        self.count += other.count


@dataclass(slots=True)
class Seen:
    """What is known of one thing from all places where it was seen."""

    places: list[str] = field(default_factory=list)
    resources: dict[Place, None] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    unnamed: dict[str, list[str]] = field(default_factory=dict)

    def join(self, other: Seen) -> None:
        """Add what was seen of the same thing under another name."""
        self.places = list(dict.fromkeys([*self.places, *other.places]))[:MOST_PLACES]
        self.resources.update(other.resources)
        self.aliases |= other.aliases
        for why, places in other.unnamed.items():
            self.unnamed.setdefault(why, []).extend(places)

    def values(self, name: str) -> list[str]:
        """What its resources say, each value once."""
        return sorted({value for place in self.resources if (value := getattr(place, name))})


class Graph:
    """What one scanner saw.

    Args:
        scanner: its name, for evidence.
        root: name of what is scanned, for ids.

    Attributes:
        things: all that was seen.
        calls: who called what.
        groups: who called what by one name behind which several stand.
        on_broker: which queue lies on what.
        hidden_queues: who sends or takes messages by a queue that nothing names.
        people: things that are users.
        platforms: services of providers by id, where they were seen, what this source calls them.
    """

    def __init__(self, scanner: str, root: str) -> None:
        self.scanner = scanner
        self.root = root
        self.things: dict[Named, Seen] = {}
        self.calls: dict[tuple[Named, Named | Known], Call] = {}
        self.groups: dict[tuple[Named, tuple[Named, ...]], Call] = {}
        self.on_broker: dict[tuple[Named, Named | Known], Call] = {}
        self.hidden_queues: dict[Named, Call] = {}
        self.people: set[Named] = set()
        self.platforms: dict[str, tuple[str, set[str]]] = {}

    def seen(self, what: Named, where: str, *, place: Place | None = None, alias: str = "") -> None:
        """Something was there.

        Args:
            what: it.
            where: `path:line`.
            place: its resource.
            alias: another text for it.
        """
        found = self.things.setdefault(what, Seen())
        if len(found.places) < MOST_PLACES and where not in found.places:
            found.places.append(where)
        if place is not None:
            found.resources[place] = None
        if alias:
            found.aliases.add(alias)

    def users(self, what: Named, where: str, alias: str) -> None:
        """Users called something: they are no part of the system, and nothing needs them."""
        self.seen(what, where, alias=alias)
        self.people.add(what)

    def known(self, what: Known, where: str, alias: str) -> None:
        """Something whose id is the same for everybody was there, under a name of this source."""
        self.platforms.setdefault(what.text, (where, set()))[1].update({alias} - {""})

    def call(
        self, *, dependent: Named, dependency: Named | Known, where: str, count: int = 1, waits: bool = True
    ) -> None:
        """Something was called.

        Args:
            dependent: who called.
            dependency: what was called.
            where: `path:line`.
            count: how often.
            waits: whether the caller waits for the answer.
        """
        self.seen(dependent, where)
        if isinstance(dependency, Named):
            self.seen(dependency, where)
        self.calls.setdefault((dependent, dependency), Call()).add(where, count, waits)

    def call_any(self, *, dependent: Named, members: Sequence[Named], where: str) -> None:
        """Something was called by one name behind which several stand."""
        self.seen(dependent, where)
        for one in members:
            self.seen(one, where)
        self.groups.setdefault((dependent, tuple(members)), Call()).add(where, 0, True)

    def lies_on(self, *, queue: Named, broker: Named | Known, where: str) -> None:
        """A queue or topic is on a broker."""
        self.seen(queue, where)
        if isinstance(broker, Named):
            self.seen(broker, where)
        self.on_broker.setdefault((queue, broker), Call()).add(where, 1, True)

    def unnamed(self, dependent: Named, where: str, why: str = _NAMELESS) -> None:
        """Something called what its record does not name.

        Args:
            dependent: who called.
            where: `path:line`.
            why: what is not named, and what to do.
        """
        self.seen(dependent, where)
        self.things[dependent].unnamed.setdefault(why, []).append(where)

    def queued(self, what: Named, where: str) -> None:
        """Something sends or takes messages by a queue that nothing names."""
        self.seen(what, where)
        self.hidden_queues.setdefault(what, Call()).add(where, 1, True)
