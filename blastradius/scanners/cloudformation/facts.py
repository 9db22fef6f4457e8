"""Writes down what templates say: components, what they need, and what could not be seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import (
    Basis,
    Component,
    DependencyFact,
    Evidence,
    Fact,
    Failover,
    Gap,
    Phase,
    RedundancyFact,
    Reference,
    Role,
    Strength,
    Trigger,
)
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.directory import Directory
from blastradius.scanners.cloudformation.stacks import Stack, evidence
from blastradius.scanners.cloudformation.stored import fetched
from blastradius.scanners.cloudformation.template import NAME
from blastradius.scanners.cloudformation.values import Missing
from blastradius.scanners.mapping.routes import Routes


@dataclass(slots=True)
class Facts(Directory):
    """Facts of all stacks.

    Attributes:
        found: facts, in the order of writing.
        unmapped: types met that nobody maps.
        recorded: host names that a record of the stacks answers.
        routes: of balancers and gateways, with the host names that they ask for.
        unmade: settings with what they take of a resource that only the deployment makes known, and their places: by
            component, stack, name of the resource and why.
    """

    found: list[Fact] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    recorded: frozenset[str] = frozenset()
    routes: Routes = field(default_factory=Routes)
    unmade: dict[tuple[str, str, str, str], list[tuple[str, str, str]]] = field(default_factory=dict)
    _seen: set[Any] = field(default_factory=set)

    def add(self, component: Component, stack: Stack, name: str) -> None:
        """Write down a component."""
        if component.id in self.components:
            return
        self.components[component.id] = component
        self.found.append(component)
        self.ids[stack.key, name] = component.id
        self.places[component.id] = stack

    def need(
        self,
        dependent: str,
        stack: Stack,
        value: Any,
        via: str,
        place: str,
        *,
        strength: Strength | None = None,
        phase: Phase | None = None,
        reason: str | None = None,
        service: str = "",
        host: str = "",
        sets_going: Trigger | None = None,
    ) -> bool:
        """Write down that a component needs what a value names; whether it names anything.

        Args:
            dependent: id of a component.
            stack: the reader's.
            value: resolved.
            via: what shows it.
            place: `path:line`.
            strength, phase, reason: where the source states them.
            service: of what a bare name names; without it only ARNs and references count.
            host: by which name it is called, where that is known: a balancer tells its routes apart by it.
            sets_going: how the dependent is set going from there, where it is.
        """
        if isinstance(value, v.Exclusive) and (named := self.named(value, stack, service)):
            self.undecided(dependent, [one.texts[-1] for one in named], via, place)
            return True
        references = self._meant(dependent, stack, value, service, host)
        sure = {one.texts for one in self._meant(dependent, stack, v.certain(value), service, host)}
        for reference in references:
            if reference.texts in sure or strength == "soft" or phase not in (None, "runtime"):
                self.reference(dependent, reference, via, place, strength=strength, phase=phase, reason=reason, sets_going=sets_going)  # fmt: skip
            else:
                self._perhaps(dependent, reference, via, place)
        fetched(self, dependent, stack, value, via)
        if not references:
            self.imports(dependent, value, via, place)
        return bool(references)

    def _meant(self, dependent: str, stack: Stack, value: Any, service: str, host: str) -> list[Reference]:
        """What a value names: its references and what stands behind them, else ARNs and names."""
        if not v.refs(value):
            return self.named(value, stack, service)
        ids = self.targets(value, stack.region)
        ids += [beyond for one in ids if (beyond := self.beyond(one, dependent, host))]
        return [Reference(texts=(id,), scope=self.scope(stack), role="resource") for id in ids]

    def _perhaps(self, dependent: str, reference: Reference, via: str, place: str) -> None:
        """Write down that something is needed only where a condition goes one way, and that nothing tells which."""
        one = reference.texts[0]
        known = self.components.get(one)
        reason = f"{via}: {known.name if known else one} is needed only as a condition goes that nothing scanned decides: scan what gives its parameter"
        self.gap(dependent, reason[:500], place, component=dependent, reference=one)

    def perhaps(self, id: str, what: str, place: str) -> None:
        """Write down that a component may not be there: whatever region is lost, nothing tells that it takes over."""
        reason = f"{what} is made only as a condition goes that nothing scanned decides: scan what gives its parameter"
        where = Evidence(scanner=NAME, locator=place)
        self.found.append(Gap(scope=id, reason=reason[:500], hides="location", component=id, provider="aws", evidence=(where,)))  # fmt: skip

    def _if_made(self, dependent: str, stack: Stack, members: list[str], open_: set[str], via: str, place: str) -> list[str]:  # fmt: skip
        """Members of a group; for one that may not be made, or not stand in the group, something that needs it."""
        found = []
        for at, one in enumerate(members):
            known, own = self.components.get(one), self.components[dependent]
            if one not in open_ or all(each in open_ for each in members):
                found.append(one)
                continue
            id = f"{dependent}/if-made/{at + 1}"
            name = f"{(known.name if known else one)[:400]} (if made)"
            copy = Component(
                id=id, kind=known.kind if known else own.kind, name=name, provider="aws", service=known.service if known else own.service,
                account=own.account, environment=own.environment, scope=own.scope, evidence=(evidence(place, via),),
            )  # fmt: skip
            self.components[id] = copy
            self.found.append(copy)
            self.places[id] = stack
            role: Role = "resource" if known else "any"
            self.reference(id, Reference(texts=(one,), scope=self.scope(stack), role=role), via, place, strength="hard")
            self.perhaps(id, known.name if known else one, place)
            found.append(id)
        return found

    def _open(self, dependent: str, members: list[str]) -> set[str]:
        """Members that only an undecided condition makes, other than the one that makes what needs them."""
        found = set()
        own = self.components[dependent].attributes.get("condition") if dependent in self.components else None
        for one in members:
            known = self.components.get(one)
            condition = known.attributes.get("condition") if known else None
            stack = self.places.get(one)
            if condition and stack and condition != own and stack.resolver.conditions.named(condition) is None:
                found.add(one)
        return found

    def beyond(self, id: str, dependent: str, host: str = "") -> str:
        """What stands behind a load balancer: its route, or its routes as one thing; empty where none is known."""
        balancer = self.components.get(id)
        if balancer is None:
            return ""
        beyond, facts = self.routes.behind(balancer, dependent, host)
        for fact in facts:
            self.found.append(fact)
            if isinstance(fact, Component):
                self.components[fact.id] = fact
        return beyond

    def update(self, id: str, *evidence: Evidence, **attributes: str) -> None:
        """Add attributes and evidence to a component that is written down."""
        old = self.components.get(id)
        if old is None:
            return
        update = {
            "attributes": {**old.attributes, **attributes},
            "evidence": tuple(dict.fromkeys((*old.evidence, *evidence))),
        }
        self.components[id] = old.model_copy(update=update)
        self.found[self.found.index(old)] = self.components[id]

    def imports(self, dependent: str, value: Any, via: str, place: str) -> None:
        """Write down that a component takes a value that no scanned stack exports."""
        for one in dict.fromkeys(part for part in v.parts(value) if isinstance(part, Missing)):
            reason = f"{via}: import {one.export} {one.why}"
            self.gap(dependent, reason, place, component=dependent, reference=one.export[:200])

    def undecided(self, dependent: str, names: list[str], via: str, place: str) -> None:
        """Write down that a component needs one of some things, and that nothing tells which."""
        shown = " or ".join(list(dict.fromkeys(names))[:4])
        reason = f"{via}: {shown}, which nothing scanned decides: scan what gives the parameter or region"
        self.gap(dependent, reason[:500], place, component=dependent)

    def reference(
        self,
        dependent: str,
        reference: Reference,
        via: str,
        place: str,
        *,
        strength: Strength | None = None,
        phase: Phase | None = None,
        reason: str | None = None,
        more: tuple[Evidence, ...] = (),
        sets_going: Trigger | None = None,
    ) -> None:
        """Write down one dependency, once."""
        key = (dependent, reference.texts, via, place, phase)
        if reference.texts[0] == dependent or key in self._seen:
            return
        self._seen.add(key)
        where = (evidence(place, via[:200]), *more)
        self.found.append(
            DependencyFact(
                dependent=dependent,
                reference=reference,
                via=via[:200],
                strength=strength,
                phase=phase or "runtime" if strength or phase else None,
                reason=reason,
                sets_going=sets_going,
                evidence=where,
            )
        )

    def group(
        self,
        dependent: str,
        stack: Stack,
        members: list[str],
        via: str,
        place: str,
        *,
        role: Role = "resource",
        full: int | None = None,
        active: tuple[int, ...] = (),
        failover: Failover | None = None,
        reason: str | None = None,
        host: str = "",
        basis: Basis = "declared",
        sets_going: Trigger | None = None,
        perhaps: frozenset[str] = frozenset(),
    ) -> None:
        """Write down that any of some things will do; a single one is a plain need.

        Those of `perhaps`, and those that an undecided condition makes, may not be there.
        """
        # what sets something going is needed by it as far as it has no other way in: that is not told here
        stated: Strength | None = None if sets_going else "hard"
        if dependent in self.components and len(set(members)) > 1:
            members = self._if_made(dependent, stack, members, {*perhaps, *self._open(dependent, members)}, via, place)
        stood = list(dict.fromkeys(members))
        behind = {one: self.beyond(one, dependent, host) or one for one in stood}
        # A balancer serves with what stands behind it: a failover to one with a broken backend is no way out.
        distinct = (
            list(dict.fromkeys(behind.values())) if len(stood) > 1 else list(dict.fromkeys([*stood, *behind.values()]))
        )
        references = tuple(Reference(texts=(one,), scope=self.scope(stack), role=role) for one in distinct)
        if len(stood) < 2 or len(references) < 2:
            for one in references:
                self.reference(dependent, one, via, place, strength=stated, phase="runtime", reason=reason, sets_going=sets_going)  # fmt: skip
            return
        active = tuple(dict.fromkeys(distinct.index(behind[members[at]]) for at in active))
        self.found.append(
            RedundancyFact(
                dependent=dependent,
                members=references,
                full=min(full, len(references)) if full else None,
                active=active,
                failover=failover,
                via=via,
                strength=stated,
                phase="runtime",
                reason=reason,
                sets_going=sets_going,
                evidence=(evidence(place, via).model_copy(update={"basis": basis}),),
            )
        )

    def gap(self, scope: str, reason: str, place: str, *, component: str | None, reference: str | None = None) -> None:
        """Write down that something could not be seen, once."""
        key = ("gap", scope, reason, reference)
        if key in self._seen:
            return
        self._seen.add(key)
        where = (Evidence(scanner=NAME, locator=place),)
        self.found.append(
            Gap(
                scope=scope, reason=reason, hides="dependency", component=component, reference=reference, evidence=where
            )
        )
