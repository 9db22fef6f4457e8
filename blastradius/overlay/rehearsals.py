"""`rehearsals`: failovers that were tried."""

from __future__ import annotations

from blastradius.errors import UsageError
from blastradius.model import Redundancy
from blastradius.overlay.draft import Draft
from blastradius.overlay.models import Rehearsal


def rehearsals(draft: Draft) -> None:
    """Note when failovers were tried; of several trials of one the latest counts.

    Raises:
        UsageError: when an entry matches nothing that fails over.
    """
    for number, entry in enumerate(draft.overlay.rehearsals):
        found = _groups(draft, entry, number)
        if not found:
            where = draft.overlay.at("rehearsals", number)
            raise UsageError(f"{where}: {entry.dependent} has no failover{' to that' if entry.to else ''}: remove it")
        said = f"tried on {entry.day}" + (f": {entry.reason}" if entry.reason else "")
        note = draft.overlay.evidence(said, "rehearsals", number, basis="observed")
        for position in found:
            draft.redundancies[position] = _tried(draft.redundancies[position], entry, (note,))


def _groups(draft: Draft, entry: Rehearsal, number: int) -> list[int]:
    if entry.dependent.startswith("journey:"):
        dependents = {entry.dependent} & draft.journeys.keys()
    else:
        dependents = set(draft.find(entry.dependent, "rehearsals", number, "dependent"))
    standing = set(draft.find(entry.to, "rehearsals", number, "to")) if entry.to else None
    return [
        position
        for position, group in enumerate(draft.redundancies)
        if group.dependent in dependents
        and group.failover is not None
        and (standing is None or standing & (set(group.members) - set(group.active)))
    ]


def _tried(group: Redundancy, entry: Rehearsal, note: tuple[object, ...]) -> Redundancy:
    assert group.failover is not None
    latest = max(filter(None, (group.failover.rehearsed, entry.day)))
    failover = group.failover.model_copy(update={"rehearsed": latest})
    return group.model_copy(update={"failover": failover, "evidence": (*group.evidence, *note)})
