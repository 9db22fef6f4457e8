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

from blastradius.errors import InputError
from blastradius.files import read_bytes
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
_SETTING = re.compile(r"[A-Za-z_][\w-]{2,}")
_LARGEST = 2_000_000
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
    _texts: dict[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False, compare=False)

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

    def location(self, evidence: Iterable[Evidence], since: System | None = None) -> Location | None:
        """The first of some evidence that is a line of a file, as a path from the top of the repository.

        Args:
            evidence: what stands somewhere.
            since: what this is compared with: of several lines that tell of one need, as in a module and in the call of
                it, the one that is new since then is the one.
        """
        lines = [(one, found) for one in evidence if (found := self._line(one)) is not None]
        if since is not None and self.folder is not None and since.folder is not None:
            written = self._written([one for one, _ in lines if one.scanner != "overlay"], since)
            if written is not None:
                return self._line(written)
        return lines[0][1] if lines else None

    def _written(self, evidence: list[Evidence], since: System) -> Evidence | None:
        """What a change wrote of some evidence: a line of it, else one about the same setting, else the only one, else its file."""
        places = [(one, path, int(line)) for one in evidence for path, _, line in [one.locator.rpartition(":")]]
        new = {path: self._new(path, since) for _, path, _ in places if not path.startswith("..")}
        for one, path, line in places:
            if line in new.get(path, ()):
                return one
        # the argument of a call may be a map, or the name of one, that the change wrote into further down
        setting = next((words[-1] for one in evidence if (words := _SETTING.findall(one.note or ""))), None)
        about = re.compile(rf"\b{re.escape(setting)}\b".encode()) if setting else None
        for one, path, _ in places:
            for line in new.get(path, ()) if about else ():
                if about is not None and about.search(self._text(path)[line - 1]):
                    return one.model_copy(update={"locator": f"{path}:{line}"})
        only = [(one, path, line) for one, path, _ in places for line in new.get(path, ())]
        if len({(path, line) for _, path, line in only}) == 1:  # nothing else was written: that made it so
            one, path, line = only[0]
            return one.model_copy(update={"locator": f"{path}:{line}"})
        return next((one for one, path, _ in places if new.get(path)), None)

    def _new(self, path: str, since: System) -> list[int]:
        """Numbers of the lines of a file that it did not have before."""
        before = set(since._text(path))
        return [number for number, line in enumerate(self._text(path), 1) if line and line not in before]

    def _text(self, path: str) -> tuple[bytes, ...]:
        """The lines of a file without the blanks around them; none of one that is not there or cannot be read."""
        if path not in self._texts and self.folder is not None:
            try:
                read = read_bytes(self.folder / path, _LARGEST)
            except InputError:
                read = b""
            self._texts[path] = tuple(line.strip() for line in read.splitlines())
        return self._texts.get(path, ())

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
