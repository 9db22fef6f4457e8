"""Facts of one pipeline, gathered job by job: what a job needs, and who is changed by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from blastradius.model import (
    Basis,
    BuiltFromFact,
    Component,
    DependencyFact,
    Evidence,
    Fact,
    Gap,
    Kind,
    NeededByFact,
    Reference,
    Role,
    Strength,
)
from blastradius.scanners.pipelines.model import SCANNER, Pipeline, Place, Problem

_MOST_PLACES = 5
_OTHER = "the deploying jobs do not wait for this job"


@dataclass(slots=True)
class _Said:
    """One thing that a job says, before it is known whether the job is on the way to deploying."""

    job: str
    reference: Reference
    via: str
    place: Place
    reason: str
    basis: Basis = "declared"
    note: str | None = None
    optional: bool = False


@dataclass(slots=True)
class Telling:
    """Gathers the facts of one pipeline.

    Attributes:
        pipeline: as it was read.
        id: of its component.
    """

    pipeline: Pipeline
    id: str
    _needs: list[_Said] = field(default_factory=list)
    _changes: list[_Said] = field(default_factory=list)
    _built: dict[tuple[str, str], BuiltFromFact] = field(default_factory=dict)
    _gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    _seen: Counter[tuple[object, ...]] = field(default_factory=Counter)
    _publishing: set[str] = field(default_factory=set)
    environments: set[str] = field(default_factory=set)

    def need(
        self, job: str, said: str | tuple[str, ...], role: Role, via: str, place: Place, reason: str, *,
        kind: Kind | None = None, basis: Basis = "declared", note: str | None = None, optional: bool = False,
    ) -> None:  # fmt: skip
        """Write down that a job needs something."""
        reference = Reference(texts=(said,) if isinstance(said, str) else said, role=role, kind=kind)
        if self._is_new("need", reference, optional, job, place):
            self._needs.append(_Said(job, reference, via, place, reason, basis, note, optional))

    def changes(
        self, job: str, said: str | tuple[str, ...], role: Role, via: str, place: Place, reason: str, *,
        kind: Kind | None = None,
    ) -> None:  # fmt: skip
        """Write down that a job changes whatever a text names."""
        self._publishing.add(job)
        reference = Reference(texts=(said,) if isinstance(said, str) else said, role=role, kind=kind)
        if self._is_new("change", reference, False, job, place):
            self._changes.append(_Said(job, reference, via, place, reason))

    def built(self, image: str, folder: str, place: Place) -> None:
        """Write down that an image is built from a folder."""
        evidence = (Evidence(scanner=SCANNER, locator=str(place)),)
        reference = Reference(texts=(image,), role="image")
        self._built.setdefault((image, folder), BuiltFromFact(image=reference, folder=folder, evidence=evidence))

    def publishes(self, job: str) -> None:
        """Note that a job deploys or publishes something, known or not."""
        self._publishing.add(job)

    def problem(self, one: Problem) -> None:
        """Write down what could not be seen; one gap for each reason, however often it is met."""
        self._gaps.setdefault(
            (one.reason, one.provider or ""),
            Gap(
                scope=self.id,
                reason=one.reason,
                hides=one.hides,
                component=self.id,
                reference=one.reference,
                provider=one.provider,
                evidence=(Evidence(scanner=SCANNER, locator=str(one.place)),),
            ),
        )

    def _is_new(self, sort: str, reference: Reference, optional: bool, job: str, place: Place) -> bool:
        key = (sort, reference, optional, job)
        self._seen[key] += 1
        first = (sort, reference, place)
        self._seen[first] += 1
        return self._seen[key] == 1 or (self._seen[first] == 1 and self._seen[key] <= _MOST_PLACES)

    def facts(self) -> Iterator[Fact]:
        """All that was gathered, the component first."""
        yield self._component()
        way = self._way()
        for one in self._needs:
            soft = one.optional or (bool(way) and one.job not in way and bool(one.job))
            strength: Strength = "soft" if soft else "hard"
            reason = (
                f"{one.reason}; the job goes on without"
                if one.optional
                else f"{one.reason}; {_OTHER}"
                if soft
                else one.reason
            )
            yield DependencyFact(
                dependent=self.id,
                reference=one.reference,
                via=one.via,
                strength=strength,
                phase="runtime",
                reason=reason,
                evidence=(_evidence(one),),
            )
        for one in self._changes:
            yield NeededByFact(
                dependents=one.reference,
                dependency=self.id,
                via=one.via,
                strength="hard",
                phase="deploy",
                reason=one.reason,
                evidence=(_evidence(one),),
            )
        yield from self._built.values()
        yield from self._gaps.values()

    def _way(self) -> set[str]:
        """Keys of the jobs that deploy or publish, and of all that they wait for; empty where none does."""
        after = {job.key: job.after for job in self.pipeline.jobs}
        left, way = [key for key in self._publishing if key], set()
        while left:
            key = left.pop()
            if key not in way:
                way.add(key)
                left.extend(after.get(key, ()))
        return way

    def _component(self) -> Component:
        attributes = {
            "triggers": ", ".join(self.pipeline.triggers[:20]),
            "environments": ", ".join(sorted(self.environments)[:20]),
            "deploys": "yes" if self._publishing else "",
        }
        evidence = Evidence(scanner=SCANNER, locator=f"{self.pipeline.path}:{self.pipeline.line}")
        return Component(
            id=self.id,
            kind="pipeline",
            name=self.pipeline.name,
            type=self.pipeline.kind,
            attributes={name: value for name, value in attributes.items() if value},
            evidence=(evidence,),
        )


def _evidence(one: _Said) -> Evidence:
    return Evidence(scanner=SCANNER, locator=str(one.place), basis=one.basis, note=one.note)
