"""Which findings of the base ended because somebody mended them, and which only went out of sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from blastradius.errors import InputError
from blastradius.files import read_bytes
from blastradius.gate.moving import lines
from blastradius.gate.ruling import Active, Match
from blastradius.gate.system import Record, System
from blastradius.gate.vanished import vanished
from blastradius.model import Dependency

_LARGEST = 2_000_000
_NAMED = 5


@dataclass
class Lost:
    """What head lost from sight with its files while what needed it says so as it did.

    Attributes:
        base: what head is compared with.
        head: what is judged.
        components: ids of components of the base.
        behind: the same, with everything that they need.
        journeys: ids of the judged journeys that needed them.
        deleted: the components by the file that is gone, where it went nowhere.
    """

    base: System
    head: System
    components: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    journeys: frozenset[str] = frozenset()
    deleted: dict[str, list[str]] = field(default_factory=dict)

    def is_mended(self, active: Active, match: Match) -> bool:
        """Whether a finding of the base that head does not have was mended.

        Args:
            active: its rule.
            match: the finding, in the base.
        """
        if match.journey is not None and match.journey not in self.head.graph.journeys:
            return False
        ends = {match.dependent, match.dependency, match.about} - {None}
        if ends & self.components or match.dependent in self.behind:
            return False
        if not ends and match.journey in self.journeys:
            return False
        return active.rule.mended(match, self.base, self.head)

    def notices(self) -> Iterator[str]:
        """The files that are gone, with what journeys needed of them."""
        for path, ids in sorted(self.deleted.items())[:_NAMED]:
            journeys = sorted({self.base.graph.name(one) for id in ids for one in self.base.losses.judged(id)})
            what = _some(self.base.label(one) for one in ids)
            place = f"{self.base.prefix}/{path}" if self.base.prefix else path
            yield (
                f"{place} is gone, and with it {what}, needed by {_some(journeys)}; what needed it says so as before: "
                "what was found about it is not fixed"
            )
        if len(self.deleted) > _NAMED:
            yield f"and {len(self.deleted) - _NAMED:,} more files are gone of which journeys needed something"


def lost(base: System, head: System) -> Lost:
    """What went out of sight with its only files, though nobody took the need for it out.

    Args:
        base: what head is compared with.
        head: what is judged.
    """
    if base.folder is None or head.folder is None:
        return Lost(base, head)
    gone = {one: files for one in base.graph.components if (files := _files(one, base, head))}
    there = {path for files in gone.values() for path in files if (head.folder / path).exists()}
    unread = {one.path for one in vanished(base, head)} if gone else set()
    gone = {one: files for one, files in gone.items() if all(path not in there or path in unread for path in files)}
    found = _still_asked_for(gone.keys(), base, head)
    deleted: dict[str, list[str]] = {}
    for one in sorted(found):
        for path in sorted(gone[one] - unread)[:1]:
            deleted.setdefault(path, []).append(one)
    behind = base.losses.behind(found)
    journeys = frozenset(journey for one in found for journey in base.losses.judged(one))
    return Lost(base, head, frozenset(found), behind, journeys, deleted)


def _files(component: str, base: System, head: System) -> set[str]:
    """The files of a component that a judged journey needed and that head has under no name; none otherwise."""
    if component in head.graph.components or not base.losses.judged(component):
        return set()
    name = base.loose(component)
    if len(head.by_loose_name.get(name, ())) >= len(base.by_loose_name[name]):
        return set()
    return {path for path, _ in lines(base.graph.components[component].evidence)}


def _still_asked_for(gone: Iterable[str], base: System, head: System) -> set[str]:
    """Those of some components that something needed which nobody changed, or that is lost itself."""
    left = set(gone)
    needing: dict[str, list[Record]] = {}
    for record in base.records:
        for needed in (record.dependency,) if isinstance(record, Dependency) else record.members:
            if needed in left:
                needing.setdefault(needed, []).append(record)
    found: set[str] = set()
    grows = True
    while grows:
        grows = False
        for one in sorted(left - found):
            for record in needing.get(one, ()):
                asks = record.dependent in found if record.dependent in left else not _changed(record, base, head)
                if asks:
                    found.add(one)
                    grows = True
                    break
    return found


def _changed(record: Record, base: System, head: System) -> bool:
    """Whether what says a need was changed: the declaration of a journey, or a file that is still there."""
    journey = base.graph.journeys.get(record.dependent)
    if journey is not None:
        said = [side.overlay.journeys.get(journey.name) if side.overlay is not None else None for side in (base, head)]
        return record.dependent not in head.graph.journeys or said[0] != said[1]
    if base.folder is None or head.folder is None:
        return True
    for path, _ in lines(record.evidence):
        try:
            if read_bytes(base.folder / path, _LARGEST) != read_bytes(head.folder / path, _LARGEST):
                return True
        except InputError:
            continue
    return False


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
