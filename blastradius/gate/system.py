"""One of the two systems that are compared: its graph, what its people said of it, and where its files lie."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from blastradius.gate.ends import called, loosely
from blastradius.gate.losing import Losses
from blastradius.gate.result import Location
from blastradius.graph import DependencyGraph
from blastradius.model import ChainLink, Dependency, Evidence, Inventory, Journey, Policy, Redundancy

if TYPE_CHECKING:
    from blastradius.overlay import Overlay

Record = Dependency | Redundancy
Pair = tuple[str, str]

_LINE = re.compile(r"([^\0]+?):(\d{1,9})")
#: Who writes locators that are no lines of a file.
_ELSEWHERE = frozenset({"catalog", "aws"})


@dataclass(frozen=True, slots=True)
class Softened:
    """A statement or setting of a change that makes the gate see or say less.

    Attributes:
        what: the statement, in words that hold no file and no line: its identity.
        where: `path:line` of it; empty where it stands nowhere.
        text: what it does.
        evidence: the same line, where it is one of head.
    """

    what: tuple[str, ...]
    where: str
    text: str
    evidence: tuple[Evidence, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


@dataclass
class System:
    """A system that a rule looks at.

    Attributes:
        graph: its graph, the overlay applied.
        name: what it is called in messages.
        policy: what it is held to; the same for both sides.
        overlay: the user's file, where there is one.
        commit: id of the commit that it was taken from.
        folder: folder that was scanned, where it still lies there.
        prefix: path of that folder from the top of its repository; empty for the top.
        overlay_path: path of the user's file from there.
        overlay_file: where that lies.
        today: day by which rehearsals are judged old; none judges only their absence.
        read: the inventory as it was read, without the overlay, where there is one.
        before: ids of journeys that the base judged by its own policy: this change is held to them, whatever it says.
        own_policy: what the base was held to before, for a head; `policy` is that of the head on both sides.
        softened: what this change softens, in words.
    """

    graph: DependencyGraph
    name: str
    policy: Policy = field(default_factory=Policy)
    overlay: Overlay | None = None
    commit: str | None = None
    folder: Path | None = None
    prefix: str = ""
    overlay_path: str = "blastradius.yaml"
    overlay_file: Path = Path("blastradius.yaml")
    today: date | None = None
    read: Inventory | None = None
    before: frozenset[str] = frozenset()
    own_policy: Policy | None = None
    softened: tuple[Softened, ...] = ()

    def asks_for(self, journey: Journey) -> bool:
        """Whether policy has a journey judged: all, or those up to a tier; one without a tier is not left out."""
        limit = self.policy.critical_tier
        return limit is None or journey.tier is None or journey.tier <= limit

    @cached_property
    def critical(self) -> tuple[Journey, ...]:
        """The journeys that are judged, by id: those that policy asks for, and those that the base's own asked for."""
        kept = (one for one in self.graph.journeys.values() if self.asks_for(one) or one.id in self.before)
        return tuple(sorted(kept, key=lambda one: one.id))

    def softens(self, what: tuple[str, ...], text: str, *path: str | int) -> Softened:
        """Something that softens, at an entry of the user's file of this side."""
        evidence = (self.overlay.evidence(None, *path),) if self.overlay is not None else ()
        return Softened(what, self.stands(*path), text, evidence)

    def stands(self, *path: str | int) -> str:
        """`path:line` of an entry of the user's file, from the top of the repository; empty where there is none."""
        if self.overlay is None:
            return ""
        return f"{self.overlay_path}:{self.overlay.at(*path).rpartition(':')[2]}"

    @cached_property
    def losses(self) -> Losses:
        """What falls with what, for the journeys that are judged."""
        return Losses(self.graph, [one.id for one in self.critical])

    def of_kind(self, *kinds: str) -> list[str]:
        """Ids of the components of some kinds that a judged journey needs, sorted."""
        found = (one.id for one in self.graph.components.values() if one.kind in kinds)
        return sorted(one for one in found if self.losses.needs(one))

    @cached_property
    def _ends(self) -> dict[str, str]:
        return {}

    def end(self, identifier: str) -> str:
        """What a component or journey is called in a fingerprint."""
        known = self._ends.get(identifier)
        if known is None:
            component = self.graph.components.get(identifier)
            known = self._ends[identifier] = called(component) if component is not None else identifier
        return known

    @property
    def records(self) -> Iterator[Record]:
        """Every dependency and redundancy, and the entries of journeys as dependencies."""
        return (rule.record for rule in self.graph.circuit.rules)

    @cached_property
    def needs(self) -> dict[Pair, list[Record]]:
        """What stands between two ends, by what the ends are called; a redundancy stands at each of its members."""
        found: dict[Pair, list[Record]] = {}
        for record in self.records:
            for one in (record.dependency,) if isinstance(record, Dependency) else record.members:
                found.setdefault((self.end(record.dependent), self.end(one)), []).append(record)
        return found

    @cached_property
    def by_loose_name(self) -> dict[str, list[str]]:
        """Ids by what components are called wherever they are."""
        found: dict[str, list[str]] = {}
        for component in self.graph.components.values():
            found.setdefault(self.loose(component.id), []).append(component.id)
        return found

    @cached_property
    def needs_anywhere(self) -> dict[Pair, list[Record]]:
        """The same by what ends are called wherever they are."""
        found: dict[Pair, list[Record]] = {}
        for record in self.records:
            for one in (record.dependency,) if isinstance(record, Dependency) else record.members:
                found.setdefault((self.loose(record.dependent), self.loose(one)), []).append(record)
        return found

    def loose(self, identifier: str) -> str:
        """What a component or journey is called wherever it is."""
        known = self._loose.get(identifier)
        if known is None:
            component = self.graph.components.get(identifier)
            known = self._loose[identifier] = loosely(component) if component is not None else identifier
        return known

    @cached_property
    def _loose(self) -> dict[str, str]:
        return {}

    def has_alone(self, system: System, link: ChainLink) -> bool:
        """Whether a need of another system is there as it is there: hard where that is, alone where that is alone.

        A thing that moved is the same thing here: what it is in is another link.
        """
        there = self.needs_anywhere.get((system.loose(link.dependent), system.loose(link.dependency)), ())
        return any(
            one.phase == link.phase
            and (one.strength == "hard" or link.strength == "soft")
            and (len(link.group) > 1 or isinstance(one, Dependency) or len(one.members) == 1)
            for one in there
        )

    def label(self, identifier: str) -> str:
        """What people call a component: `database:prices`, `aws:region/us-east-1`; a journey by its name."""
        component = self.graph.components.get(identifier)
        if component is None:
            return self.graph.name(identifier)
        if component.kind in (
            "region",
            "zone",
            "provider",
            "account",
            "platform",
            "control-plane",
            "vendor",
            "external",
        ):
            return identifier
        return f"{component.kind}:{component.name}"

    def location(self, evidence: Iterable[Evidence]) -> Location | None:
        """The first of some evidence that is a line of a file, as a path from the top of the repository."""
        return next((found for one in evidence if (found := self._line(one)) is not None), None)

    def _line(self, evidence: Evidence) -> Location | None:
        match = _LINE.fullmatch(evidence.locator)
        if match is None or evidence.scanner in _ELSEWHERE or int(match[2]) < 1:
            return None
        if evidence.scanner == "overlay":
            return Location(path=self.overlay_path, line=int(match[2]))
        # a module may stand beside the folder that was scanned
        return Location(path=posixpath.normpath(posixpath.join(self.prefix, match[1])), line=int(match[2]))


def places_only(link: ChainLink) -> bool:
    """Whether a link only says where something is."""
    return bool(link.evidence) and all((one.note or "").startswith("placed in") for one in link.evidence)
