"""DNS per journey: which names and zones it needs, who answers for them, and how long answers are kept.

Two findings. `DNS001`: a journey cannot do without a zone for which one provider alone answers. `DNS002`: a journey has
an RTO, and a record that it cannot do without is kept by clients for longer than that, where a change of that record is
how traffic moves: its targets are chosen by health checks or a failover, or it is a name that users themselves ask for.
Whether a journey can do without something is not guessed: it is removed and the journey looked at.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from blastradius.analysis.naming import OWN, Names, link
from blastradius.assemble.ways import is_zone, plain_name
from blastradius.durations import format_duration
from blastradius.graph import DependencyGraph, graph_of
from blastradius.model import SCHEMA_VERSION, ChainLink, Coverage, Evidence, Finding, Gap, Inventory, Journey, Value
from blastradius.simulate import scenario, simulate
from blastradius.simulate.proof import closure

SINGLE = "DNS001"
SLOW = "DNS002"


class DnsZone(Value):
    """A zone that a journey needs, or a name whose zone was not seen."""

    id: str = Field(description="Id.")
    name: str = Field(description="Name of the zone.")
    providers: tuple[str, ...] = Field(default=(), description="Who answers for it; empty where nobody tells.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where that stands.")


class DnsName(Value):
    """A name that a journey needs."""

    id: str = Field(description="Id.")
    name: str = Field(description="The name.")
    zone: str | None = Field(default=None, description="Id of its zone; none where it was not seen.")
    ttl: int | None = Field(default=None, description="Seconds for which answers are kept; none where nothing tells.")
    moves: bool = Field(default=False, description="Its answers change with the health of its targets.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it stands.")


class DnsJourney(Value):
    """What a journey needs of DNS, on its hard paths."""

    id: str = Field(description="Id of the journey.")
    name: str = Field(description="Its name.")
    rto: int | None = Field(default=None, description="Seconds it may be down; TTLs are judged only where it is set.")
    names: tuple[str, ...] = Field(default=(), description="Ids of names.")
    zones: tuple[str, ...] = Field(default=(), description="Ids of zones.")


class DnsUnseen(Value):
    """Something about a journey's names that was not seen, and so is not fine either."""

    journey: str = Field(description="Id of the journey.")
    what: str = Field(description="The name, zone or entry.")
    reason: str = Field(description="What was not seen.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="Where it is named.")


class Dns(Value):
    """The answer: findings, what they are about, and what nobody could see."""

    schema_version: Literal[1] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    findings: tuple[Finding, ...] = Field(default=(), description="By journey, rule and what they are about.")
    journeys: tuple[DnsJourney, ...] = Field(default=(), description="All journeys, by id.")
    zones: tuple[DnsZone, ...] = Field(default=(), description="Zones that journeys need, by id.")
    names: tuple[DnsName, ...] = Field(default=(), description="Names that journeys need, by id.")
    unseen: tuple[DnsUnseen, ...] = Field(default=(), description="What could not be judged, by journey.")
    gaps: tuple[Gap, ...] = Field(default=(), description="What was not seen of DNS: unread zones and names.")
    coverage: Coverage = Field(default_factory=Coverage, description="How much was seen.")


def dns(system: DependencyGraph | Inventory) -> Dns:
    """Say which names, zones and DNS providers each journey rests on.

    Args:
        system: the system, with the overlay applied.
    """
    return _Look(graph_of(system)).answer()


class _Look:
    """One look at a system."""

    def __init__(self, graph: DependencyGraph) -> None:
        self.graph = graph
        self.names = Names(graph.inventory)
        self._chains: dict[str, dict[str, tuple[ChainLink, ...]]] = {}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for one in graph.components.values():
            if is_zone(one):
                self._by_name[plain_name(one)].append(one.id)
        self.reach: dict[str, list[str]] = {}
        for journey in graph.journeys.values():
            nodes = closure(graph.circuit, graph.index[journey.id], hard=True)
            found = {graph.ids[number] for number in nodes if number < len(graph.ids)}
            self.reach[journey.id] = sorted(found & graph.components.keys())

    def answer(self) -> Dns:
        """Everything that can be said."""
        journeys = [self.graph.journeys[id] for id in sorted(self.reach)]
        findings = [one for journey in journeys for one in (*self._single(journey), *self._slow(journey))]
        needed = sorted({id for found in self.reach.values() for id in found})
        zones = [id for id in needed if self._is_zone(id)]
        names = [id for id in needed if self.names.is_name(id)]
        return Dns(
            findings=tuple(findings),
            journeys=tuple(self._journey(one) for one in journeys),
            zones=tuple(self._zone(id) for id in zones),
            names=tuple(self._name(id) for id in names),
            unseen=tuple(one for journey in journeys for one in self._unseen(journey)),
            gaps=tuple(gap for gap in self.graph.inventory.gaps if self._concerns(gap)),
            coverage=self.graph.inventory.coverage,
        )

    def _is_zone(self, id: str) -> bool:
        """Whether somebody answers for it on its own account: a zone, or a name that is kept without one."""
        alone = self.names.is_name(id) and self.names.zone_of(id) is None
        return self.names.is_zone(id) or (alone and bool(self.names.serving(id)))

    def _concerns(self, gap: Gap) -> bool:
        component = self.graph.components.get(gap.component or "")
        if component is not None:
            return component.kind == "dns" and gap.hides == "dependency"
        return any(one.scanner == "zonefile" for one in gap.evidence)

    def _journey(self, journey: Journey) -> DnsJourney:
        found = self.reach[journey.id]
        return DnsJourney(
            id=journey.id,
            name=journey.name,
            rto=journey.rto,
            names=tuple(id for id in found if self.names.is_name(id)),
            zones=tuple(id for id in found if self._is_zone(id)),
        )

    def _zone(self, id: str) -> DnsZone:
        serving = self.names.serving(id)
        return DnsZone(
            id=id,
            name=self.graph.name(id),
            providers=tuple(sorted({name for one in serving for name in one.operators})),
            evidence=tuple(piece for one in serving for piece in one.rule.evidence) or self._where(id),
        )

    def _name(self, id: str) -> DnsName:
        return DnsName(
            id=id,
            name=self.graph.name(id),
            zone=self.names.zone_of(id),
            ttl=self.names.ttl(id),
            moves=self.names.moves(id) is not None,
            evidence=self._where(id),
        )

    def _where(self, id: str) -> tuple[Evidence, ...]:
        return self.graph.components[id].evidence

    def _chain(self, journey: Journey, id: str) -> tuple[ChainLink, ...]:
        """How a journey breaks without something; empty where it does not."""
        if id not in self._chains:
            result = simulate(self.graph, scenario([f"id:{id}"]))
            self._chains[id] = {one.id: one.chain for one in result.journeys if one.verdict == "breaks"}
        return self._chains[id].get(journey.id, ())

    def _single(self, journey: Journey) -> Iterator[Finding]:
        """Zones that a journey cannot do without and that one provider alone answers for."""
        for id in self.reach[journey.id] if journey.phase == "runtime" else ():
            for one in self.names.serving(id) if self._is_zone(id) else ():
                if len(one.operators) != 1:
                    continue
                chain = self._chain(journey, id) if not self._elsewhere(id) else ()
                if not chain:
                    break
                ((operator, members),) = one.operators.items()
                name = self.graph.name(id)
                yield Finding(
                    rule=SINGLE,
                    fingerprint=_fingerprint(SINGLE, journey.id, name, operator),
                    message=f"{journey.name} needs {name}, for which {self._called(operator)} alone answers",
                    level="warn",
                    journey=journey.id,
                    domain=None if operator == OWN else members[0],
                    chain=(*chain, link(one.rule, members[0])),
                    evidence=one.rule.evidence,
                    fix=f"serve {name} from a second DNS provider as well, and name the servers of both in the zone above",
                )
                break

    def _elsewhere(self, id: str) -> list[str]:
        """Who else holds a zone of the same name, such as a second provider that another root declares."""
        if not self.names.is_zone(id):
            return []
        mine = {name for one in self.names.serving(id) for name in one.operators}
        same = [one for one in self._by_name.get(plain_name(self.graph.components[id]), ()) if one != id]
        return sorted({name for one in same for found in self.names.serving(one) for name in found.operators} - mine)

    def _called(self, operator: str) -> str:
        component = self.graph.components.get(operator)
        if component is None:
            return operator if operator == OWN else f"whoever runs the name servers of {operator}"
        of = f" of {component.provider}" if component.provider else ""
        return f"{component.name}{of}"

    def _slow(self, journey: Journey) -> Iterator[Finding]:
        """Records whose answers are kept for longer than the journey may be down, where they move its traffic."""
        if journey.rto is None or journey.phase != "runtime":
            return
        for id in self.reach[journey.id]:
            ttl = self.names.ttl(id) if self.names.is_name(id) else None
            if ttl is None or ttl <= journey.rto:
                continue
            chain = self._chain(journey, id)
            moves = self.names.moves(id)
            if not chain or not (moves or self._is_asked_by_users(chain)):
                continue
            name, kept, rto = self.graph.name(id), format_duration(ttl), format_duration(journey.rto)
            how = (
                "what moves it to another target reaches nobody who holds the old answer"
                if moves
                else "pointing it elsewhere reaches nobody who holds the old answer"
            )
            yield Finding(
                rule=SLOW,
                fingerprint=_fingerprint(SLOW, journey.id, name),
                message=f"{name} is kept for {kept}, longer than the RTO of {journey.name} ({rto}): {how}",
                level="block" if moves else "warn",
                journey=journey.id,
                domain=id,
                chain=chain,
                evidence=moves.evidence if moves else self._where(id),
                fix=f"set the TTL of {name} well below {rto}",
            )

    def _is_asked_by_users(self, chain: Iterable[ChainLink]) -> bool:
        """Whether users themselves ask for the last name of a chain: before it stand only names and ways in by name."""
        before = [self.graph.components.get(one.dependent) for one in chain]
        return all(one is None or one.kind == "dns" or "host" in one.attributes for one in before)

    def _unseen(self, journey: Journey) -> Iterator[DnsUnseen]:
        if journey.phase != "runtime":
            return
        found = self.reach[journey.id]
        entries = {entry.component for entry in journey.entries}
        ways = [id for id in found if "host" in self.graph.components[id].attributes]
        for id in ways:
            if not self.names.answers(id):
                host = self.graph.components[id].attributes["host"]
                yield self._missing(journey, host, "no record and no zone of this name was seen", id)
        if not ways and not any(self.names.is_name(id) or self.names.is_zone(id) for id in found):
            for id in sorted(entries & self.graph.components.keys()):
                reason = "no DNS name was seen among what it needs: who answers for the name users come by is not known"
                yield self._missing(journey, self.graph.name(id), reason, id)
        for id in found:
            yield from self._unseen_of(journey, id)

    def _unseen_of(self, journey: Journey, id: str) -> Iterator[DnsUnseen]:
        """What was not seen of one zone or name."""
        serving = self.names.serving(id)
        name = self.graph.name(id)
        if self.names.is_zone(id):
            if not serving:
                yield self._missing(journey, name, "nothing tells who answers for this zone", id)
            elif all(one.rule.basis != "declared" and len(one.operators) > 1 for one in serving):
                reason = "several providers hold this zone, and which of them the zone above names was not seen"
                yield self._missing(journey, name, reason, id)
            elif others := self._elsewhere(id):
                reason = f"{', '.join(others)} holds a zone of this name as well: who is asked was not seen"
                yield self._missing(journey, name, reason, id)
        elif self.names.is_name(id):
            if self.names.zone_of(id) is None and not serving:
                yield self._missing(journey, name, "its zone was not seen", id)
            proxied = "proxied" in self.graph.components[id].attributes
            if journey.rto is not None and self.names.ttl(id) is None and not proxied:
                yield self._missing(journey, name, "its TTL was not seen", id)

    def _missing(self, journey: Journey, what: str, reason: str, id: str) -> DnsUnseen:
        return DnsUnseen(journey=journey.id, what=what, reason=reason, evidence=self._where(id)[:1])


def _fingerprint(*parts: str) -> str:
    """Identity of a finding: its rule, journey and names, and nothing of where they are written."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
