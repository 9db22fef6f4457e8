"""The lint of incident files: every record says whose word it is, names sources that are there, and stands once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from blastradius.catalog.complaining import Complaint
from blastradius.catalog.incidents.model import Affected, Incident, IncidentPhase
from blastradius.catalog.incidents.reading import FOLDER, files_of, read_file
from blastradius.catalog.records import RECOLLECTION
from blastradius.errors import InputError

_PARTS = ("affected_services", "unaffected_services", "affected_vendors", "unaffected_vendors")
_PLACED = re.compile(r"^(?P<file>.+?):(?P<line>\d+): (?P<text>.*)$", re.S)


class _Found(NamedTuple):
    """Something wrong with a record: the keys on the way to it, and what."""

    path: tuple[str | int, ...]
    text: str


def problems(incident: Incident) -> list[str]:
    """What is wrong with an incident by the rules for shipped facts: sources and confidence everywhere, no recollection at high.

    Args:
        incident: the incident.
    """
    return [f"{incident.id}: {one.text}" for one in _problems(incident)]


def check(folder: Path | None = None) -> list[Complaint]:
    """Everything that is wrong with the incident files of a folder, each with its line; the shipped ones where none is named.

    Args:
        folder: of incident files.

    Raises:
        InputError: when it is no folder, or holds no incident file or too many.
    """
    found: list[Complaint] = []
    seen: dict[str, Path] = {}
    for path in files_of(folder or FOLDER):
        try:
            made, unknown, document = read_file(path)
        except InputError as error:
            found.append(_placed(path, str(error)))
            continue
        if made.id in seen:
            found.append(Complaint(str(path), document.line_of("id"), f"{made.id}: stands in {seen[made.id]}, too"))
        seen.setdefault(made.id, path)
        found += [
            Complaint(str(path), document.line_of(*one.path), f"{made.id}: {one.text}") for one in _problems(made)
        ]
        found += [Complaint(str(path), 1, f"{made.id}: {key}: not known and passed over") for key in unknown]
    return sorted(set(found))


def _placed(path: Path, text: str) -> Complaint:
    """What reading says, by its file and line."""
    told = _PLACED.match(text)
    if told:
        return Complaint(told["file"], int(told["line"]), told["text"])
    return Complaint(str(path), 1, text.removeprefix(f"{path}: "))


def _problems(incident: Incident) -> Iterator[_Found]:
    for part in _PARTS:
        rows: tuple[Affected, ...] = getattr(incident, part)
        first: set[str] = set()
        for number, row in enumerate(rows):
            yield from _cited(incident, row, (part, number), f"{part} {row.id}")
            if row.id in first:
                yield _Found((part, number), f"{part}: {row.id} twice: leave one, or give it `windows`")
            first.add(row.id)
    for number, phase in enumerate(incident.phases):
        yield from _cited(incident, phase, ("phases", number), f"phase {phase.name}")
    for key, source in incident.sources.items():
        if not source.url:
            yield _Found(
                ("sources", key), f"source {key}: no url: name the page, for a recollection that to check it on"
            )


def _cited(
    incident: Incident, one: Affected | IncidentPhase, path: tuple[str | int, ...], where: str
) -> Iterator[_Found]:
    if not one.source:
        yield _Found(path, f"{where}: no source: name keys of the file's `sources`")
    if one.confidence is None:
        yield _Found(path, f"{where}: no confidence: write high, medium or low")
    for key in one.source:
        if key not in incident.sources:
            yield _Found(path, f"{where}: unknown source {key}: it is not among the file's `sources`")
    if set(one.source) == {RECOLLECTION} and one.confidence == "high":
        yield _Found(path, f"{where}: a recollection at high confidence: it is never surer than medium")


def count(folder: Path | None = None) -> int:
    """How many records the incident files of a folder hold; those of the shipped ones where none is named."""
    total = 0
    for path in files_of(folder or FOLDER):
        try:
            made, _, _ = read_file(path)
        except InputError:
            continue
        total += sum(len(getattr(made, part)) for part in (*_PARTS, "phases", "sources"))
    return total


def check_both(folder: Path | None, named: Path | None) -> tuple[list[Complaint], int]:
    """What is wrong with the shipped incident files and with those of one's own, and how many records that were.

    Args:
        folder: of the user's own catalog; its folder `incidents` is read where there is one.
        named: a folder of incident files.
    """
    own = [one for one in ((folder / "incidents") if folder else None, named) if one is not None]
    own = [one for one in dict.fromkeys(own) if one == named or one.is_dir()]
    found = [*check(), *(wrong for one in own for wrong in check(one))]
    return found, count() + sum(map(count, own))
