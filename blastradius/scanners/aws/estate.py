"""All that accounts answered, being turned into facts: what is there, how it is found, what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from blastradius.model import (
    Component,
    DependencyFact,
    Fact,
    Failover,
    Gap,
    Kind,
    Phase,
    RedundancyFact,
    Reference,
    Role,
    Strength,
    Trigger,
)
from blastradius.model.base import Basis
from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.ground import Ground
from blastradius.scanners.mapping.zones import somewhere, spread

#: What keeps what it is sent.
_HOLDS = frozenset({"queue", "topic", "stream", "bucket", "database"})


@dataclass(slots=True)
class Estate(Ground):
    """Facts about all accounts; families note what is there first, then write down what it needs.

    Attributes:
        rules: dependencies, redundancies, settings of calls.
        gaps: what could not be seen.
    """

    rules: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    _seen: set[Any] = field(default_factory=set)

    def need(
        self,
        dependent: str,
        text: object,
        item: Item,
        field: str,
        *,
        via: str = "",
        role: Role = "resource",
        kind: Kind | None = None,
        strength: Strength | None = None,
        phase: Phase | None = None,
        reason: str | None = None,
        tolerance: int | None = None,
        basis: Basis = "declared",
        host: str = "",
        sets_going: Trigger | None = None,
    ) -> None:
        """Write down that something needs what a text names, and what stands behind it where that is a gateway.

        Args:
            dependent: id.
            text: an id, an ARN, a host name; nothing where it is empty or no text.
            item: that tells it.
            field: of the answer.
            via: what shows it; the field where empty.
            role, kind: of what the text names.
            strength, phase, reason, tolerance: where the answer states them.
            basis: on what ground.
            host: by which name it is called: a balancer tells its routes apart by it.
            sets_going: how the dependent is set going from there, where it is.
        """
        if not isinstance(text, str) or not text or text == dependent:
            return
        known = self.at(text)
        if known == dependent:
            return
        for one in filter(
            None, (self.beyond(known, dependent, host or (text if role == "address" else "")) if known else "", text)
        ):
            key = (dependent, one, via or field, phase, field)
            if key in self._seen:
                continue
            self._seen.add(key)
            local = one in self.components
            self.rules.append(
                DependencyFact(
                    dependent=dependent,
                    reference=self.reference(one, dependent, "resource" if local else role, None if local else kind),
                    via=(via or field)[:200],
                    strength=strength,
                    phase=phase or ("runtime" if strength else None),
                    reason=reason,
                    tolerance=tolerance,
                    sets_going=sets_going,
                    evidence=(self.evidence(item, field, via, basis),),
                )
            )

    def going(self, id: str, by: Trigger = "event") -> Trigger | None:
        """How something is set going that is sent to; what keeps what it is sent is only fed."""
        return None if id in self.components and self.components[id].kind in _HOLDS else by

    def reference(self, text: str, dependent: str, role: Role, kind: Kind | None = None) -> Reference:
        """A text as a component reads it."""
        owner = self.components.get(dependent)
        return Reference(texts=(text[:2000],), scope=(owner.scope if owner else "") or "", role=role, kind=kind)

    def beyond(self, id: str, dependent: str, host: str = "") -> str:
        """What stands behind a gateway: its route, or its routes as one thing; empty where none is known."""
        gateway = self.components.get(id)
        if gateway is None or dependent not in self.components:
            return ""
        own = {text.lower() for text in gateway.identities}
        beyond, facts = self.routes.behind(gateway, dependent, "" if host.lower().rstrip(".") in own else host)
        for fact in facts:
            if isinstance(fact, Component):
                self.components[fact.id] = fact
            elif isinstance(fact, Gap):
                self.gaps.append(fact)
            else:
                self.rules.append(fact)
        return beyond

    def any_of(
        self,
        dependent: str,
        texts: Sequence[str],
        item: Item,
        field: str,
        *,
        via: str = "",
        role: Role = "resource",
        full: int | None = None,
        active: Sequence[str] = (),
        failover: Failover | None = None,
        reason: str | None = None,
        strength: Strength | None = None,
        host: str = "",
        sets_going: Trigger | None = None,
    ) -> None:
        """Write down that any of some things will do; one alone is a plain need."""
        members = list(dict.fromkeys(one for one in texts if one and one != dependent))
        if len(members) == 1:
            self.need(
                dependent,
                members[0],
                item,
                field,
                via=via,
                role=role,
                host=host,
                strength=strength,
                reason=reason,
                sets_going=sets_going,
            )
        if len(members) < 2:
            return

        def served(text: str) -> str:
            # a balancer serves with what stands behind it: the route, which needs the balancer, too
            known = self.at(text)
            return (self.beyond(known, dependent, host) if known else "") or known or text

        chosen = {served(one) for one in active}
        members = list(dict.fromkeys(served(one) for one in members))
        if len(members) < 2:
            self.need(dependent, members[0], item, field, via=via, role=role, sets_going=sets_going)
            return
        positions = tuple(at for at, one in enumerate(members) if one in chosen) if failover else ()
        self.rules.append(
            RedundancyFact(
                dependent=dependent,
                members=tuple(
                    self.reference(one, dependent, "resource" if one in self.components else role) for one in members
                ),
                full=min(full, len(members)) if full and not positions else None,
                active=positions,
                failover=failover if positions else None,
                via=(via or field)[:200],
                strength=strength,
                phase="runtime" if strength else None,
                reason=reason,
                sets_going=sets_going,
                evidence=(self.evidence(item, field, via),),
            )
        )

    def spread(self, id: str, zones: Sequence[str], copies: int | None, item: Item, field: str) -> None:
        """Write down in which zones something keeps copies of itself; one copy in one known zone is placed there."""
        component = self.components[id]
        names = list(dict.fromkeys(zones))
        if len(names) == 1 and component.zone is None:
            self.update(id, zone=names[0])
            return
        if (copies if copies is not None else len(names)) < 2:
            found = somewhere(component, names, copies, self.evidence(item, field))
            self.gaps.extend(one for one in found if isinstance(one, Gap))
            return
        self.rules.extend(spread(component, names, copies or len(names), self.evidence(item, field), field))

    def gap(self, component: str, reason: str, item: Item, field: str = "", **bounds: Any) -> None:
        """Write down that something about a component could not be seen, once."""
        key = ("gap", component, reason)
        if key in self._seen:
            return
        self._seen.add(key)
        bounds.setdefault("hides", "dependency")
        self.gaps.append(
            Gap(scope=component, reason=reason, component=component, evidence=(self.evidence(item, field),), **bounds)
        )

    def facts(self) -> list[Fact]:
        """All of it."""
        return [*self.components.values(), *self.rules, *self.gaps]
