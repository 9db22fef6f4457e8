"""What a judged journey needed, that head has no more though its file is still there: unreadable, or passed by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from blastradius.errors import InputError
from blastradius.files import read_bytes
from blastradius.gate.moving import lines, moved
from blastradius.gate.system import Softened, System
from blastradius.model import Dependency, Evidence, Gap

if TYPE_CHECKING:
    from blastradius.scanners.passing import PassedBy

_MOST_ADDED = 5_000
_LARGEST = 2_000_000
_NAMED = 5
#: How a gap says that a program is missing on this machine, which no change of files brings about.
_MISSING = ("helm is not installed", "neither kustomize nor kubectl is installed")


@dataclass
class Vanished:
    """What was read of a file of the base and is not read of head.

    Attributes:
        path: of the file, as the base has it.
        names: what it said, by names that hold no file.
        labels: the same for people.
        reason: why it is not read, in words that go on after the path.
        evidence: where that stands.
    """

    path: str
    names: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def told(self) -> str:
        """What it said, in words."""
        shown = sorted(self.labels)
        more = f" and {len(shown) - _NAMED:,} more" if len(shown) > _NAMED else ""
        return ", ".join(shown[:_NAMED]) + more


def vanished(base: System, head: System) -> Iterator[Vanished]:
    """Files that are still there, with what head does not read of them any more and a judged journey needed.

    Args:
        base: what head is compared with.
        head: what is judged.
    """
    areas = {one.path: one for one in _areas(head)}
    if not areas and head.folder is None:
        return
    from blastradius.scanners.passing import passed_by

    found = gone(base, head)
    there = moved([path for path in found if not (head.folder and (head.folder / path).exists())], base, head)
    for path, one in sorted(found.items()):
        area = _area(path, areas)
        if area is not None:
            if not is_missing(area.gap):
                one.reason, one.evidence = area.gap.reason, area.gap.evidence
                yield one
            continue
        by = passed_by(head.folder, path) if head.folder is not None else None
        if by is not None:
            one.reason = by.reason
        elif path in there:
            inside, by = there[path]
            one.reason = f"is now {inside}, which {by.reason}"
        if by is not None:
            one.evidence = (Evidence(scanner="files", locator=f"{by.path}:{by.line}"),)
            yield one


def is_missing(gap: Gap) -> bool:
    """Whether a gap is there because this machine lacks a program."""
    return any(text in gap.reason for text in _MISSING)


def excused(base: System, head: System) -> frozenset[str]:
    """Components that needed what only a program shows that this machine lacks and that of the base had.

    Args:
        base: what head is compared with.
        head: what is judged.
    """
    had = {one.path for one in _areas(base)}
    paths = {one.path for one in _areas(head) if is_missing(one.gap)} - had
    if not paths:
        return frozenset()
    shown = {
        one.id
        for one in base.graph.components.values()
        if not paths.isdisjoint(path for path, _ in lines(one.evidence))
    }
    return frozenset(
        record.dependent
        for record in base.records
        if not shown.isdisjoint((record.dependency,) if isinstance(record, Dependency) else record.members)
    )


def notices(base: System, head: System) -> Iterator[str]:
    """What only one of two sides could read, where that is nobody's change.

    Args:
        base: what head is compared with.
        head: what is judged.
    """
    before, now = ({one.path: one.gap for one in _areas(side)} for side in (base, head))
    there = {path for one in head.graph.components.values() for path, _ in lines(one.evidence)}
    had = {path for one in base.graph.components.values() for path, _ in lines(one.evidence)}
    news = there - had
    said = [
        f"{base.name}: {path} {before[path].reason}: what is in it counts as new"
        for path in sorted(before.keys() - now.keys())
        if path in news or any(file.startswith(f"{path}/") for file in news)
    ]
    said += [
        f"{path}: {now[path].reason}, and it was read where {base.name} was: what is in it is not compared; read both on "
        "one machine"
        for path in sorted(now.keys() - before.keys())
        if is_missing(now[path]) and path in had
    ]
    yield from said[:_NAMED]
    if len(said) > _NAMED:
        yield f"and {len(said) - _NAMED:,} more files that only one of both sides could read"


def left_out(base: System, head: System) -> Iterator[Softened]:
    """Lines of ignore files that a change adds, with the files of the same change that they leave out.

    Args:
        base: what head is compared with.
        head: what is judged.
    """
    if base.folder is None or head.folder is None:
        return
    from blastradius.gate import gitindex
    from blastradius.scanners.passing import passed_by

    added = [path for path in gitindex.listed(head.folder) if not (base.folder / path).exists()]
    found: dict[tuple[str, int], list[str]] = {}
    for path in added[:_MOST_ADDED]:
        by = passed_by(head.folder, path)
        if by is not None and by.by is not None and _is_new_line(by, base.folder, head.folder):
            found.setdefault((by.path, by.line), []).append(path)
    for (path, line), files in sorted(found.items()):
        more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
        evidence = (Evidence(scanner="files", locator=f"{path}:{line}"),)
        place = head.location(evidence)
        where = f"{place.path}:{place.line}" if place is not None else ""
        text = f"this line is new and leaves out {', '.join(files[:_NAMED])}{more}"
        yield Softened(("left out", *sorted(one.rpartition("/")[2] for one in files)), where, text, evidence)


def _is_new_line(by: PassedBy, before: Path, now: Path) -> bool:
    try:
        rows = read_bytes(now / by.path, _LARGEST).splitlines()
        text = rows[by.line - 1] if by.line <= len(rows) else b""
        return text not in read_bytes(before / by.path, _LARGEST).splitlines()
    except InputError:
        return True


@dataclass(frozen=True, slots=True)
class _Area:
    path: str
    gap: Gap


def _areas(system: System) -> Iterator[_Area]:
    for gap in system.graph.inventory.gaps:
        if gap.component is None:
            for path, _ in list(lines(gap.evidence))[:1]:
                yield _Area(path, gap)


def _area(path: str, areas: dict[str, _Area]) -> _Area | None:
    """The area that a file is, or lies in."""
    parts = path.split("/")
    return next((areas[one] for n in range(len(parts), 0, -1) if (one := "/".join(parts[:n])) in areas), None)


def gone(base: System, head: System) -> dict[str, Vanished]:
    """What judged journeys needed and head does not have, by the first file that said it.

    Args:
        base: what head is compared with.
        head: what is judged.
    """
    found: dict[str, Vanished] = {}
    here = head.graph.components
    left = {name: len(ids) for name, ids in head.by_loose_name.items()}
    for component in base.graph.components.values():
        name = base.loose(component.id)
        if component.id in here or left.get(name, 0) >= len(base.by_loose_name[name]):
            continue
        if base.losses.judged(component.id):
            _put(found, component.evidence, name, base.label(component.id))
    pairs = Counter(_pairs(head))
    ours = Counter(_pairs(base))
    for record in base.records:
        for needed in (record.dependency,) if isinstance(record, Dependency) else record.members:
            pair = base.loose(record.dependent), base.loose(needed)
            if pairs[pair] < ours[pair] and record.dependent in here and base.losses.judged(record.dependent):
                label = f"that {base.label(record.dependent)} needs {base.label(needed)}"
                _put(found, record.evidence, "\x1f".join(pair), label)
    return found


def _pairs(system: System) -> Iterator[tuple[str, str]]:
    for record in system.records:
        for needed in (record.dependency,) if isinstance(record, Dependency) else record.members:
            yield system.loose(record.dependent), system.loose(needed)


def _put(found: dict[str, Vanished], evidence: Iterable[Evidence], name: str, label: str) -> None:
    for path, _ in lines(evidence):
        one = found.setdefault(path, Vanished(path))
        one.names.add(name)
        one.labels.add(label)
        return
