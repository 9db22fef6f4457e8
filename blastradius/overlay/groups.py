"""`journeys` and `redundancies`: what is critical, and what has alternatives."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from blastradius.errors import UsageError
from blastradius.model import Dependency, Evidence, Failover, Journey, JourneyEntry, Phase, Redundancy
from blastradius.overlay.draft import Draft, Step
from blastradius.overlay.models import Alternatives, AnyEntry, ComponentEntry, OverlayJourney
from blastradius.overlay.settings import rank
from blastradius.selectors import parse

_STATED = ("phase", "tier", "owner", "slo", "rto", "rpo", "revenue_per_hour", "purpose", "probe")


def journeys(draft: Draft) -> None:
    """Put the declared journeys in the place of inferred ones and of those of the same name.

    Raises:
        UsageError: when an entry matches nothing, or its numbers do not fit its members.
    """
    if not draft.overlay.journeys:
        return
    declared = {f"journey:{name}" for name in draft.overlay.journeys}
    gone = {one.id for one in draft.journeys.values() if one.inferred} | declared
    draft.journeys = {one: journey for one, journey in draft.journeys.items() if one not in gone}
    draft.redundancies = [group for group in draft.redundancies if group.dependent not in gone]
    draft.dependencies = [d for d in draft.dependencies if d.dependent not in gone]
    for name, stated in draft.overlay.journeys.items():
        _journey(draft, name, stated)


def _journey(draft: Draft, name: str, stated: OverlayJourney) -> None:
    if not name.strip():
        raise UsageError(f"{draft.overlay.at('journeys', name)}: a journey without a name: write one before the colon")
    evidence = draft.overlay.evidence(None, "journeys", name)
    entries: dict[str, tuple[int, JourneyEntry]] = {}
    for number, entry in enumerate(stated.entries):
        path: tuple[Step, ...] = ("journeys", name, "entries", number)
        if isinstance(entry, AnyEntry):
            members = draft.find_each(entry.any, *path, "any")
            add_group(draft, f"journey:{name}", members, entry, stated.phase, evidence, path)
            continue
        for one, exactness in _plain_entry(draft, entry, path):
            entries[one.component] = _stricter(entries.get(one.component), (exactness, one))
    values = {key: getattr(stated, key) for key in _STATED}
    needed = tuple(entries[one][1] for one in sorted(entries))
    journey = Journey(id=f"journey:{name}", name=name, entries=needed, evidence=(evidence,), **values)
    draft.journeys[journey.id] = journey


def _plain_entry(draft: Draft, entry: str | ComponentEntry, path: tuple[Step, ...]) -> list[tuple[JourneyEntry, int]]:
    if isinstance(entry, str):
        text, tolerance = entry, None
    else:
        text, tolerance, path = entry.component, entry.tolerance, (*path, "component")
    found = draft.find(text, *path)
    return [(JourneyEntry(component=one, tolerance=tolerance), rank(parse(text))) for one in found]


def _stricter(a: tuple[int, JourneyEntry] | None, b: tuple[int, JourneyEntry]) -> tuple[int, JourneyEntry]:
    """Of two entries for one component that of the more exact selector, else that of the shorter tolerance."""
    return b if a is None else min(a, b, key=lambda pair: (-pair[0], pair[1].tolerance or 0))


def redundancies(draft: Draft) -> None:
    """Put alternatives in the place of plain needs of their members.

    Raises:
        UsageError: when something matches nothing, or numbers do not fit the members.
    """
    # where groups overlap the first absorbs a plain need, so their order must not be that of the file
    ordered = sorted(enumerate(draft.overlay.redundancies), key=lambda pair: (pair[1].dependent, pair[1].members))
    for number, stated in ordered:
        path: tuple[Step, ...] = ("redundancies", number)
        dependents = _dependents(draft, stated.dependent, path)
        members = draft.resolve_each(stated.members, *path, "members")
        evidence = draft.overlay.evidence(stated.reason, *path)
        for dependent in dependents:
            own = [one for one in members if one != dependent]
            if not own:
                raise UsageError(f"{draft.overlay.at(*path)}: {dependent} is its own only alternative: name others")
            add_group(draft, dependent, own, stated, stated.phase, evidence, path, stated.hardens_after, stated.reason)


def _dependents(draft: Draft, text: str, path: tuple[Step, ...]) -> list[str]:
    if not text.startswith("journey:"):
        return draft.find(text, *path, "dependent")
    if text not in draft.journeys:
        known = ", ".join(sorted(draft.journeys)[:5]) or "none"
        raise UsageError(f"{draft.overlay.at(*path, 'dependent')}: {text} is no journey; known are {known}")
    return [text]


def add_group(
    draft: Draft,
    dependent: str,
    members: list[str],
    stated: Alternatives,
    phase: Phase,
    evidence: Evidence,
    path: tuple[Step, ...],
    hardens_after: int | None = None,
    reason: str | None = None,
) -> None:
    """Add one redundancy, absorbing the dependent's plain needs of its members in that phase.

    Args:
        draft: takes it.
        dependent: id of who needs any of them.
        members: their ids.
        stated: how many are required, which are active, and how they fail over.
        phase: of the need; that of the journey where the dependent is one.
        evidence: where it is stated.
        path: keys and positions of that place in the overlay.
        hardens_after: seconds after which a soft need is hard.
        reason: why, in the user's words.

    Raises:
        UsageError: when its numbers do not fit its members.
    """
    journey = draft.journeys.get(dependent)
    phase = journey.phase if journey else phase
    where = draft.overlay.at(*path)
    before = draft.groups_stated.setdefault((dependent, phase, frozenset(members)), where)
    if before != where:
        line = before.rpartition(":")[2]
        raise UsageError(f"{where}: the same alternatives of {dependent} stand on line {line}: remove one")
    absorbed = _absorbed(draft, dependent, set(members), phase)
    failover = _failover(draft, stated, path)
    try:
        group = Redundancy(
            dependent=dependent, members=tuple(members), required=stated.required, full=stated.full,
            active=tuple(draft.find_each(stated.active, *path, "active")), failover=failover,
            phase=phase, strength=stated.strength, tolerance=stated.tolerance, hardens_after=hardens_after,
            reason=reason, evidence=tuple(dict.fromkeys((evidence, *absorbed))),
        )  # fmt: skip
    except ValidationError as wrong:
        what = wrong.errors()[0]
        error = what.get("ctx", {}).get("error", what["msg"])
        raise UsageError(f"{where}: {error}") from None
    draft.redundancies.append(group)


def _failover(draft: Draft, stated: Alternatives, path: tuple[Step, ...]) -> Failover | None:
    if stated.failover is None:
        return None
    values = {key: getattr(stated.failover, key) for key in ("mode", "takes", "runbook", "rehearsed", "lag")}
    needs = draft.resolve_each(stated.failover.needs, *path, "failover", "needs")
    return Failover(needs=tuple(needs), **values)


def _absorbed(draft: Draft, dependent: str, members: set[str], phase: Phase) -> Iterable[Evidence]:
    """Remove what a group stands for, and give the evidence of it: plain needs, and a group of the same members."""
    gone: list[Dependency | Redundancy] = []
    kept: list[Dependency] = []
    for plain in draft.dependencies:
        covered = plain.dependent == dependent and plain.phase == phase and plain.dependency in members
        (gone if covered else kept).append(plain)
    draft.dependencies = kept
    groups: list[Redundancy] = []
    for group in draft.redundancies:
        covered = group.dependent == dependent and group.phase == phase and set(group.members) == members
        (gone if covered else groups).append(group)
    draft.redundancies = groups
    journey = draft.journeys.get(dependent)
    if journey:
        entries = tuple(entry for entry in journey.entries if entry.component not in members)
        draft.journeys[dependent] = journey.model_copy(update={"entries": entries})
    return [evidence for rule in gone for evidence in rule.evidence]
