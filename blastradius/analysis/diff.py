"""What changed between two designs, and which of them survives what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Literal, TypeVar

from pydantic import Field

from blastradius.analysis.aligning import aligned
from blastradius.assemble.citing import is_brought, is_cited
from blastradius.model import (
    SCHEMA_VERSION,
    BlastRadius,
    Component,
    Coverage,
    Dependency,
    Evidence,
    Gap,
    Inventory,
    Journey,
    JourneyResult,
    Policy,
    Redundancy,
    Scenario,
    Value,
    Verdict,
)
from blastradius.model.records import Records, unlike

Subject = Literal["component", "dependency", "redundancy", "journey", "gap"]
What = Literal["added", "removed", "changed"]
Trend = Literal["better", "worse", "same", "unclear", "added", "removed"]
SUBJECTS: tuple[Subject, ...] = ("journey", "component", "dependency", "redundancy", "gap")
#: From good to bad: not knowing is worse than a known degradation.
_VERDICTS: tuple[Verdict, ...] = ("survives", "degrades", "unknown", "breaks")
#: Fields that say where something stands in files, not what it is.
_BESIDE: frozenset[str] = frozenset({"evidence", "attributes", "reason"})
R = TypeVar("R", Component, Dependency, Redundancy, Journey, Gap)


class FieldChange(Value):
    """One field of a record before and after."""

    field: str = Field(description="Name of the field.")
    before: str | None = Field(default=None, description="Value before, as text; null where it had none.")
    after: str | None = Field(default=None, description="Value after, as text; null where it has none.")


class Change(Value):
    """One record that was added, removed or changed."""

    subject: Subject = Field(description="What sort of record it is.")
    what: What = Field(description="What became of it.")
    id: str = Field(description="Id, or `dependent -> dependency`, `dependent -> a | b`.")
    name: str = Field(description="What people call it.")
    fields: tuple[FieldChange, ...] = Field(default=(), description="What differs, for a changed one.")
    placement: bool = Field(
        default=False,
        description="Only follows from where something is placed, or from what the catalog says that such things need.",
    )
    evidence: tuple[Evidence, ...] = Field(
        default=(), description="Where it stands; where it stood, for a removed one."
    )


class JourneyComparison(Value):
    """One journey under the same loss in both designs."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name.")
    tier: int | None = Field(default=None, description="1 is the most critical.")
    before: JourneyResult | None = Field(default=None, description="Answer of the one design; null if not in it.")
    after: JourneyResult | None = Field(default=None, description="Answer of the other; null if not in it.")
    trend: Trend = Field(description="Whether the second design does better.")


class Comparison(Value):
    """Which design survives what, for one scenario."""

    scenario: Scenario = Field(description="What was asked of both.")
    removed_before: tuple[str, ...] = Field(default=(), description="Ids removed from the one design.")
    removed_after: tuple[str, ...] = Field(default=(), description="Ids removed from the other.")
    journeys: tuple[JourneyComparison, ...] = Field(default=(), description="By tier, then id.")


class Diff(Value):
    """The answer: changes, and verdicts side by side where a scenario was given."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    changes: tuple[Change, ...] = Field(default=(), description="By subject, then what, then id.")
    counts: dict[str, int] = Field(default_factory=dict, description="How many, by `subject what`.")
    comparison: Comparison | None = Field(default=None, description="Both verdicts per journey, with a scenario.")
    coverage_before: Coverage = Field(default_factory=Coverage, description="How much was seen of the one.")
    coverage_after: Coverage = Field(default_factory=Coverage, description="How much was seen of the other.")


def diff(
    a: Inventory,
    b: Inventory,
    scenario: Scenario | None = None,
    today: date | None = None,
    policy: Policy | None = None,
) -> Diff:
    """Compare two designs of a system.

    Args:
        a: the one, as it was.
        b: the other, as it shall be.
        scenario: a loss to try on both; what is there in one only is removed from that one.
        today: day on which rehearsals are judged old.
        policy: how old a rehearsal may be.

    Raises:
        UsageError: when a selector of the scenario matches nothing in either.
    """
    asked, a, b = (a, b), *aligned(a, b)
    names = {one.id: one.name for design in (a, b) for one in design.components}
    names |= {one.id: one.name for design in (a, b) for one in design.journeys}
    changes = [
        *_changes("component", a.components, b.components, lambda c: (c.id,), names),
        *_changes("dependency", a.dependencies, b.dependencies, _pair, names),
        *_changes("redundancy", a.redundancies, b.redundancies, lambda r: (r.dependent, *sorted(r.members)), names),
        *_changes("journey", a.journeys, b.journeys, lambda j: (j.id,), names),
        *_changes(
            "gap", a.gaps, b.gaps, lambda g: (g.scope, g.hides, g.reference or "", g.same_as or "", g.reason), names
        ),
    ]
    changes.sort(key=lambda one: (SUBJECTS.index(one.subject), one.what, one.id))
    return Diff(
        changes=tuple(changes),
        counts=dict(sorted(Counter(f"{one.subject} {one.what}" for one in changes).items())),
        comparison=_comparison(*asked, scenario, today, policy) if scenario else None,
        coverage_before=a.coverage,
        coverage_after=b.coverage,
    )


def _pair(dependency: Dependency) -> tuple[str, ...]:
    return (dependency.dependent, dependency.dependency)


def _changes(
    subject: Subject,
    before: Sequence[R],
    after: Sequence[R],
    key: Callable[[R], tuple[str, ...]],
    names: dict[str, str],
) -> Iterable[Change]:
    """Added, removed and changed records; those of one key are paired, alike ones first."""
    if isinstance(before, Records) and isinstance(after, Records):
        before, after = unlike(before, after)
    old: dict[tuple[str, ...], list[R]] = defaultdict(list)
    new: dict[tuple[str, ...], list[R]] = defaultdict(list)
    for record in before:
        old[key(record)].append(record)
    for record in after:
        new[key(record)].append(record)
    for one in sorted(old.keys() | new.keys()):
        gone, come = _unlike(old[one], new[one])
        for was, now in zip(gone, come, strict=False):
            yield _change(subject, "changed", now, names, _fields(was, now))
        for was in gone[len(come) :]:
            yield _change(subject, "removed", was, names)
        for now in come[len(gone) :]:
            yield _change(subject, "added", now, names)


def _facts(record: Value) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _BESIDE}


def _unlike(before: list[R], after: list[R]) -> tuple[list[R], list[R]]:
    """Those of two lists without a twin in the other; those of one phase stand at the same place where they can."""
    rest = list(after)
    gone = []
    others = []
    for record in before:  # what is the same in every respect is nobody else's twin
        if record in rest:
            rest.remove(record)
        else:
            others.append(record)
    for record in others:
        twin = next((one for one in rest if _facts(one) == _facts(record)), None)
        if twin is None:
            gone.append(record)
        else:
            rest.remove(twin)
    gone.sort(key=_phase_and_text)
    rest.sort(key=_phase_and_text)
    phases = {getattr(one, "phase", "") for one in gone} & {getattr(one, "phase", "") for one in rest}
    gone.sort(key=lambda one: getattr(one, "phase", "") not in phases)
    rest.sort(key=lambda one: getattr(one, "phase", "") not in phases)
    return gone, rest


def _phase_and_text(record: Value) -> tuple[str, str]:
    return getattr(record, "phase", ""), repr(_facts(record))


def _fields(was: Value, now: Value) -> tuple[FieldChange, ...]:
    old, new = _facts(was), _facts(now)
    return tuple(
        FieldChange(field=name, before=_text(old[name]), after=_text(new[name]))
        for name in sorted(old)
        if old[name] != new[name]
    )


def _text(value: Any) -> str | None:
    """A value for people: lists with commas, records as their fields."""
    if value is None or value in ((), {}):
        return None
    if isinstance(value, Value):
        facts = {name: inner for name, inner in _facts(value).items() if inner not in (None, (), {})}
        return next(iter(facts.values())) if list(facts) == ["component"] else _text(facts)
    if isinstance(value, dict):
        return ", ".join(f"{name}={_text(inner)}" for name, inner in sorted(value.items()))
    if isinstance(value, tuple):
        return ", ".join(str(_text(inner)) for inner in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _change(
    subject: Subject, what: What, record: Any, names: dict[str, str], fields: tuple[FieldChange, ...] = ()
) -> Change:
    """A change of a record, under an id and a name that can be read."""
    placement = False
    if isinstance(record, Dependency):
        needed: tuple[str, ...] = (record.dependency,)
        placed = bool(record.evidence) and all((e.note or "").startswith("placed in") for e in record.evidence)
        placement = placed or is_cited(record)
    elif isinstance(record, Redundancy):
        needed = record.members
    elif isinstance(record, Gap):
        text = f"{record.scope}: {record.reference}" if record.reference else record.scope
        return Change(subject=subject, what=what, id=text, name=record.reason, fields=fields, evidence=record.evidence)
    else:
        placement = isinstance(record, Component) and is_brought(record)
        values = {"subject": subject, "what": what, "placement": placement}
        return Change(**values, id=record.id, name=record.name, fields=fields, evidence=record.evidence)
    identifier = f"{record.dependent} -> {' | '.join(needed)}"
    name = f"{names.get(record.dependent, record.dependent)} -> {' | '.join(names.get(one, one) for one in needed)}"
    return Change(
        subject=subject,
        what=what,
        id=identifier,
        name=name,
        fields=fields,
        placement=placement,
        evidence=record.evidence,
    )


def _comparison(
    a: Inventory, b: Inventory, scenario: Scenario, today: date | None, policy: Policy | None
) -> Comparison:
    from blastradius.graph import DependencyGraph
    from blastradius.selectors import ComponentIndex, require
    from blastradius.simulate import simulate

    either = ComponentIndex((*a.components, *b.components))
    for phase in scenario.phases:
        for text in (*phase.remove, *phase.degrade):
            require(text, either)
    before = simulate(DependencyGraph(a), scenario, typed=False, today=today, policy=policy)
    after = simulate(DependencyGraph(b), scenario, typed=False, today=today, policy=policy)
    return Comparison(
        scenario=scenario,
        removed_before=before.removed,
        removed_after=after.removed,
        journeys=_side_by_side(before, after),
    )


def _side_by_side(before: BlastRadius, after: BlastRadius) -> tuple[JourneyComparison, ...]:
    old, new = ({one.id: one for one in answer.journeys} for answer in (before, after))
    found = []
    for identifier in old.keys() | new.keys():
        was, now = old.get(identifier), new.get(identifier)
        shown = now or was
        assert shown is not None
        found.append(
            JourneyComparison(
                id=identifier, name=shown.name, tier=shown.tier, before=was, after=now, trend=_trend(was, now)
            )
        )
    return tuple(sorted(found, key=lambda one: (one.tier if one.tier is not None else 10, one.id)))


def _trend(was: JourneyResult | None, now: JourneyResult | None) -> Trend:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if (was.verdict == "unknown") != (now.verdict == "unknown") and was.at_worst == now.at_worst:
        return "unclear"  # only less was seen, or more: neither is better
    before, after = _badness(was), _badness(now)
    return "same" if before == after else "better" if after < before else "worse"


def _badness(result: JourneyResult) -> tuple[float, ...]:
    """Worst first: the verdict, then the time down, then what it could be at worst, then the need of a hand."""
    down = float("inf") if result.downtime is None else float(result.downtime)
    worst = _VERDICTS.index(result.at_worst)
    return (_VERDICTS.index(result.verdict), down, worst, result.by_hand, len(result.exposed) > 0)
