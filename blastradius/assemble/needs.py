"""Dependencies and redundancies: facts with their references resolved, merged where they say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from blastradius.assemble.draft import Draft, joined
from blastradius.assemble.listing import few
from blastradius.assemble.own import MAY_BE_OWN, Doors, is_door
from blastradius.assemble.resolve import Target
from blastradius.assemble.setting_going import trigger
from blastradius.catalog import Catalog, redact
from blastradius.model import (
    Component,
    Dependency,
    DependencyFact,
    Evidence,
    Failover,
    Gap,
    Kind,
    Phase,
    Redundancy,
    RedundancyFact,
    Reference,
    Strength,
)

Look = Callable[[Reference], Target]


@dataclass(frozen=True, slots=True)
class _Need:
    """One fact about one dependency, with all that is decided."""

    fact: DependencyFact | RedundancyFact
    strength: Strength
    tolerance: int | None
    hardens_after: int | None
    reason: str | None
    literal: bool


class Needs:
    """Turns facts into dependencies, redundancies and gaps: each fact ends as one of them, or was about itself.

    Args:
        draft: components are complete, no reference is resolved.
        look: what a reference means.
        catalog: strengths where the source states none.
    """

    def __init__(self, draft: Draft, look: Look, catalog: Catalog) -> None:
        self._draft = draft
        self._look = look
        self._catalog = catalog
        self._found: dict[tuple[str, str, Phase], list[_Need]] = defaultdict(list)
        self._groups: dict[tuple[Any, ...], list[tuple[_Need, Redundancy]]] = defaultdict(list)
        self._doors: list[tuple[DependencyFact, Component, Target]] = []

    def collect(self) -> None:
        """Turn all facts into records of the draft."""
        for fact in self._draft.needs:
            self._single(fact)
        for group in self._draft.groups:
            self._several(group)
        self._open_doors()
        redundancies = [
            _merged_group(found) for _, found in sorted(self._groups.items(), key=lambda item: repr(item[0]))
        ]
        self._draft.redundancies = self._absorb(redundancies)
        self._draft.dependencies = [_merged(key, found) for key, found in sorted(self._found.items())]
        for (dependent, dependency, _), needs in self._found.items():
            self._note(dependent, (dependency,), needs)
        for (dependent, _, members, *_), found in self._groups.items():
            self._note(dependent, members, [need for need, _ in found])

    def _note(self, dependent: str, members: tuple[str, ...], needs: Sequence[_Need]) -> None:
        """Note that something sets the dependent going, where that is all that is known of the two."""
        who, what = (self._draft.components.get(one) for one in (dependent, members[0]))
        found = {trigger(need.fact, who, what) for need in needs}
        if None not in found:
            self._draft.set_going[dependent, members] = "event" if "event" in found else "schedule"

    def _single(self, fact: DependencyFact) -> None:
        dependent = self._dependent(fact)
        if dependent is None:
            return
        target = self._certain(dependent, fact.reference, fact)
        if target is None or target.id == dependent.id:
            return
        if fact.perhaps_own and is_door(self._draft.components[target.id]):
            self._doors.append((fact, dependent, target))  # where it leads is known once all needs are
        else:
            self._add(dependent, target, fact, fact.reference)

    def _open_doors(self) -> None:
        """A way in that leads to its reader is that one's own address; of any other nothing tells whether it is."""
        if not self._doors:
            return
        told = [(one, other) for one, other, _ in self._found] + [
            (key[0], one) for key in self._groups for one in key[2]
        ]
        doors = Doors(self._draft.components, told)
        for fact, reader, door in self._doors:
            if not doors.leads(door.id, fact.reference.texts[-1], reader.id):
                shown = self._draft.components[door.id].name
                reason = f"{fact.via}: {shown} {MAY_BE_OWN}: state the dependency or ignore the gap in blastradius.yaml"
                self._gap(reader.id, reason, fact, reader.id, door.id)

    def _dependent(self, fact: DependencyFact | RedundancyFact) -> Component | None:
        dependent = self._draft.components.get(self._draft.current(fact.dependent))
        if dependent is None:
            reason = f"{fact.dependent} is said to need something, and nobody described it"
            self._gap(fact.dependent, reason, fact, None, None)
        return dependent

    def _certain(
        self, dependent: Component, reference: Reference, fact: DependencyFact | RedundancyFact
    ) -> Target | None:
        """What a reference means where that is certain; else the dependent is left uncertain by a gap."""
        target = self._look(reference)
        if target.itself:
            return None
        if target.id:
            return target
        shown = redact(reference.texts[-1])
        if dependent.id in target.several and len(target.several) > 1:
            why = f"{shown} may be itself or any of {_listed(target.several, dependent.id)}: nothing tells which"
        elif target.several:
            why = f"{shown} may be any of {_listed(target.several)}: nothing tells which"
        else:
            why = f"{shown} {target.problem}"
        via = f"{fact.via}: " if fact.via else ""
        self._gap(
            dependent.id,
            f"{via}{why}: state the dependency in blastradius.yaml",
            fact,
            dependent.id,
            shown,
            reference.kind,
        )
        return None

    def _gap(
        self,
        scope: str,
        reason: str,
        fact: DependencyFact | RedundancyFact,
        component: str | None,
        shown: str | None,
        kind: Kind | None = None,
    ) -> None:
        self._draft.gaps.append(
            Gap(
                scope=scope,
                reason=reason,
                hides="dependency",
                component=component,
                reference=shown,
                kind=kind,
                evidence=fact.evidence,
            )
        )

    def _decide(
        self, dependent: Component, target: Target, fact: DependencyFact | RedundancyFact, reference: Reference
    ) -> tuple[Phase, _Need]:
        """Strength and phase of a fact: what its source states, else the catalog's rule with its reason."""
        apart = isinstance(fact, DependencyFact) and fact.apart
        literal = apart or reference.role == "address" or (reference.role == "any" and bool(target.host or target.port))
        dependency = self._draft.components[target.id]
        rule = self._catalog.defaults(
            via=fact.via, role=reference.role, port=target.port, dependent=dependent, dependency=dependency
        )
        if fact.strength is not None:
            reason = fact.reason or "its source states the strength"
            need = _Need(fact, fact.strength, fact.tolerance, fact.hardens_after, reason, literal)
            return fact.phase or rule.phase, need
        phase = fact.phase or rule.phase
        strength, reason = rule.strength, rule.reason
        if phase != rule.phase and phase in ("startup", "deploy"):  # the rule is about another time
            strength, reason = (
                "hard",
                f"assumed needed to {'start' if phase == 'startup' else 'change it'}: nothing says otherwise",
            )
        tolerance = fact.tolerance if fact.tolerance is not None else rule.tolerance
        if fact.reason and isinstance(fact, RedundancyFact):
            reason = f"{fact.reason}; {reason}"
        return phase, _Need(fact, strength, tolerance, fact.hardens_after, reason, literal)

    def _add(
        self, dependent: Component, target: Target, fact: DependencyFact | RedundancyFact, reference: Reference
    ) -> None:
        phase, need = self._decide(dependent, target, fact, reference)
        self._found[dependent.id, target.id, phase].append(need)

    def _several(self, fact: RedundancyFact) -> None:
        dependent = self._dependent(fact)
        if dependent is None:
            return
        targets = [self._certain(dependent, member, fact) for member in fact.members]
        known = [(member, target) for member, target in zip(fact.members, targets, strict=True) if target]
        if any(target.id == dependent.id for _, target in known) and fact.required == 1:
            return  # it is one of those that suffice
        known = [(member, target) for member, target in known if target.id != dependent.id]
        ids = list(dict.fromkeys(target.id for _, target in known))
        active = {target.id for position in fact.active if (target := targets[position])} - {dependent.id}
        too_few = len(ids) <= fact.required or (bool(fact.active) and len(active) < fact.required)
        if too_few:
            wanted = active if len(ids) > fact.required else set(ids)
            for member, target in known:
                if target.id in wanted:
                    self._add(dependent, target, fact, member)
            return
        member, target = known[0]
        phase, need = self._decide(dependent, target, fact, member)
        group = self._group(dependent, fact, ids, active, phase, need)
        key = (dependent.id, phase, group.members, group.required, group.active, group.full, repr(group.failover))
        self._groups[key].append((need, group))

    def _group(
        self, dependent: Component, fact: RedundancyFact, ids: list[str], active: set[str], phase: Phase, need: _Need
    ) -> Redundancy:
        full = min(fact.full, len(ids)) if fact.full is not None else None
        failover = self._failover(dependent, fact) if fact.failover and active else None
        return Redundancy(
            dependent=dependent.id,
            members=tuple(sorted(ids)),
            required=fact.required,
            full=full if full and full > fact.required else None,
            active=tuple(sorted(active)) if failover else (),
            failover=failover,
            strength=need.strength,
            phase=phase,
            tolerance=need.tolerance,
            hardens_after=need.hardens_after,
            reason=need.reason,
            evidence=noted(fact),
        )

    def _failover(self, dependent: Component, fact: RedundancyFact) -> Failover:
        """The failover with the texts of its needs resolved; one that means nothing leaves the dependent uncertain."""
        assert fact.failover is not None
        scope = fact.members[0].scope
        needs = set()
        for text in fact.failover.needs:
            target = self._certain(dependent, Reference(texts=(text,), scope=scope, role="any"), fact)
            if target is not None:
                needs.add(target.id)
        return fact.failover.model_copy(update={"needs": tuple(sorted(needs))})

    def _absorb(self, redundancies: list[Redundancy]) -> list[Redundancy]:
        """Let a redundancy take the plain dependencies on its members, save those on a literal address or stated apart."""
        result = []
        for group in redundancies:
            evidence = list(group.evidence)
            for member in group.members:
                key = (group.dependent, member, group.phase)
                found = self._found.get(key)
                if found and not any(need.literal for need in found):
                    evidence += [piece for need in found for piece in noted(need.fact)]
                    del self._found[key]
            result.append(group.model_copy(update={"evidence": joined(evidence)}))
        return result


def noted(fact: DependencyFact | RedundancyFact) -> tuple[Evidence, ...]:
    """The evidence of a fact; what shows it is noted where no note stands."""
    if not fact.via or all(one.note for one in fact.evidence):
        return fact.evidence
    return tuple(one if one.note else one.model_copy(update={"note": fact.via}) for one in fact.evidence)


def _listed(ids: Iterable[str], but: str = "") -> str:
    return few([id for id in ids if id != but])


def _strictness(need: _Need) -> tuple[bool, float, bool, float, str]:
    """The strongest need first: hard, without tolerance, hardening soon; ties by reason."""
    hardens = need.hardens_after if need.hardens_after is not None else float("inf")
    return need.strength != "hard", need.tolerance or 0, need.tolerance is None, hardens, need.reason or ""


def _merged(key: tuple[str, str, Phase], found: Sequence[_Need]) -> Dependency:
    """One dependency of all facts about it: evidence adds up, the strongest need counts with its reason."""
    dependent, dependency, phase = key
    first = found[0] if len(found) == 1 else min(found, key=_strictness)
    facts = [need.fact for need in found if isinstance(need.fact, DependencyFact)]
    evidence = (
        noted(found[0].fact) if len(found) == 1 else joined(piece for need in found for piece in noted(need.fact))
    )
    return Dependency(
        dependent=dependent,
        dependency=dependency,
        strength=first.strength,
        phase=phase,
        tolerance=first.tolerance,
        hardens_after=first.hardens_after,
        reason=first.reason,
        timeout=max((fact.timeout for fact in facts if fact.timeout is not None), default=None),
        attempts=max((fact.attempts for fact in facts if fact.attempts is not None), default=None),
        backoff=min((fact.backoff for fact in facts if fact.backoff is not None), default=None),
        breaker=min((fact.breaker for fact in facts if fact.breaker is not None), key=repr, default=None),
        evidence=evidence,
    )


def _merged_group(found: Sequence[tuple[_Need, Redundancy]]) -> Redundancy:
    need, group = min(found, key=lambda one: _strictness(one[0]))
    update = {
        "strength": need.strength,
        "tolerance": need.tolerance,
        "hardens_after": need.hardens_after,
        "reason": need.reason,
        "evidence": joined(piece for one, _ in found for piece in noted(one.fact)),
    }
    return group.model_copy(update=update)
