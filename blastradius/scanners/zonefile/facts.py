"""Zones become facts: a zone needs one of its DNS providers, a name needs its zone and what it points to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from blastradius.model import (
    Basis,
    Component,
    DependencyFact,
    Evidence,
    Fact,
    Failover,
    Gap,
    RedundancyFact,
    Reference,
    Strength,
)
from blastradius.scanners.zonefile.model import ADDRESSES, NAMES, Record, Zone
from blastradius.scanners.zonefile.names import is_internal, is_private

MAX_NAMES = 5_000
"""Names of one zone that become components; a zone of more names machines, not ways in."""
MAX_TAKES = 604_800
_NOWHERE = "global"
"""A name is in no place of its own: it is where its servers are, and those it needs."""
_BY_ZONE = "a name is found only through its zone"
_UNCHECKED = "no health checks: who is sent to a lost target fails"


def facts(zones: Iterable[Zone], root: str) -> Iterator[Fact]:
    """Everything that zones say.

    Args:
        zones: at most one of each name and view; several of one name keep their files in their ids.
        root: name of what is scanned.
    """
    same: dict[str, list[Zone]] = defaultdict(list)
    for zone in zones:
        same[zone.name].append(zone)
    ids: dict[str, list[str]] = {}
    for name, found in same.items():
        id = f"dns:{root}/{name}"
        ids[name] = [id] if len(found) == 1 else [f"{id}@{zone.path}:{zone.line}" for zone in found]
    for name, found in same.items():
        for zone, id in zip(found, ids[name], strict=True):
            yield from _Facts(zone, root, id, ids).all()


class _Facts:
    """The facts of one zone."""

    def __init__(self, zone: Zone, root: str, id: str, known: dict[str, list[str]]) -> None:
        self.zone = zone
        self.scope = f"dns:{root}"
        self.id = id
        self.known = known
        self.names: dict[str, list[Record]] = defaultdict(list)
        self.below: dict[str, list[Record]] = defaultdict(list)
        for record in zone.records:
            inside = record.name == zone.name or record.name.endswith(f".{zone.name}")
            if not inside:
                continue  # a server does not answer with what is not its own
            if record.type == "NS" and record.name != zone.name:
                self.below[record.name].append(record)
            elif record.type in ADDRESSES or record.type in NAMES:
                self.names[record.name].append(record)
        self.apex = [one for one in zone.records if one.type == "NS" and one.name == zone.name]
        below = [one for found in self.below.values() for one in found]
        self.servers = {value for one in (*self.apex, *below) for value in one.values}

    def all(self) -> Iterator[Fact]:
        """The zone, its names, and the zones that it hands on."""
        yield from self.zone.gaps
        yield self._zone()
        yield from self._provided()
        served = [name for name in self.names if not is_internal(name) and not self._handed_on(name)]
        for name in served[:MAX_NAMES]:
            yield from self._name(name, self.names[name])
        if len(served) > MAX_NAMES:
            reason = f"the zone has {len(served):,} names, of which {MAX_NAMES:,} were taken"
            yield self._gap(reason)
        for name, records in self.below.items():
            yield from self._delegation(name, records)

    def _handed_on(self, name: str) -> bool:
        """Whether a name lies in a zone of its own; its address here only says where that zone's server is."""
        labels = name.split(".")
        above = (".".join(labels[at:]) for at in range(len(labels)))
        return name not in self.servers and any(one in self.below for one in above if one != self.zone.name)

    def _evidence(self, path: str, line: int, note: str, basis: Basis = "declared") -> tuple[Evidence, ...]:
        return (Evidence(scanner="zonefile", locator=f"{path}:{line}", basis=basis, note=note),)

    def _where(self, records: Iterable[Record], note: str) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(scanner="zonefile", locator=locator, note=note)
            for locator in dict.fromkeys(f"{one.path}:{one.line}" for one in records)
        )

    def _gap(self, reason: str) -> Gap:
        return Gap(
            scope=self.id,
            component=self.id,
            reason=reason,
            hides="dependency",
            evidence=self._evidence(self.zone.path, self.zone.line, f"zone {self.zone.name}", self.zone.basis),
        )

    def _zone(self) -> Component:
        attributes = {"zone": self.zone.name}
        ttls = [one.ttl for one in self.apex if one.ttl is not None]
        if ttls:
            attributes["ttl"] = str(max(ttls))
        if self.zone.view:
            attributes["view"] = self.zone.view
        note = f"zone {self.zone.name}"
        if self.zone.basis == "inferred":
            note += ", by the name of its file"
        return Component(
            id=self.id,
            kind="dns",
            name=self.zone.name,
            type="dns/zone",
            region=_NOWHERE,
            attributes=attributes,
            evidence=self._evidence(self.zone.path, self.zone.line, note, self.zone.basis),
        )

    def _provided(self) -> Iterator[Fact]:
        """What answers for the zone: any one of its name servers."""
        if self.zone.unread:
            yield self._gap(self.zone.unread)
        if self.apex:
            yield self._served(self.id, self.apex)
        elif self.zone.targets:
            reason = "octoDNS keeps the zone there; which of them the zone above names was not seen"
            evidence = self._evidence(self.zone.path, self.zone.line, "targets", "inferred")
            members = tuple(Reference(texts=(one,), scope=self.scope, role="resource") for one in self.zone.targets)
            yield RedundancyFact(
                dependent=self.id, members=members, full=len(members), via="octoDNS targets", strength="hard",
                phase="runtime", reason=reason, evidence=evidence,
            )  # fmt: skip
        if not self.apex and self.zone.unknown:
            yield self._gap(f"octoDNS keeps it with {', '.join(self.zone.unknown)}, which nobody here knows")
        elif not (self.apex or self.zone.targets or self.zone.unread):
            yield self._gap("nothing tells which name servers answer for it: no NS record of the zone itself was seen")

    def _served(self, id: str, records: list[Record]) -> RedundancyFact:
        hosts = tuple(dict.fromkeys(value for one in records for value in one.values))
        return RedundancyFact(
            dependent=id,
            members=tuple(self._reference(host) for host in hosts),
            via="name servers",
            strength="hard",
            phase="runtime",
            reason="any of its name servers answers for a zone",
            evidence=self._where(records, "name server"),
        )

    def _reference(self, text: str) -> Reference:
        shown = f"[{text}]" if ":" in text else text
        return Reference(texts=(shown,), scope=self.scope, role="address")

    def _delegation(self, name: str, records: list[Record]) -> Iterator[Fact]:
        """A zone that this one hands on; what its own file says of its servers goes before what stands here."""
        id = f"{self.scope}/{name}"
        if name not in self.known:
            yield Component(
                id=id,
                kind="dns",
                name=name,
                type="dns/zone",
                region=_NOWHERE,
                attributes={"zone": name},
                evidence=self._where(records, f"zone {name}, handed on by {self.zone.name}"),
            )
            yield self._served(id, records)
        for one in self.known.get(name, [id]):
            yield DependencyFact(
                dependent=one,
                reference=Reference(texts=(self.id,), scope=self.scope, role="resource"),
                via="delegation",
                strength="hard",
                phase="runtime",
                reason="names of the zone are found through the zone above it",
                evidence=self._where(records, "delegation"),
            )

    def _name(self, name: str, records: list[Record]) -> Iterator[Fact]:
        id = f"{self.id}/{name}"
        server = name in self.servers
        attributes = {"types": _types(records)}
        ttls = [one.ttl for one in records if one.ttl is not None]
        if ttls:
            attributes["ttl"] = str(max(ttls))
        values = [value for one in records for value in one.values]
        if not server and not self.zone.view and not name.startswith("*.") and not all(map(is_private, values)):
            attributes["entry"] = f"DNS {name}"
        yield Component(
            id=id,
            kind="dns",
            name=name,
            type="dns/server" if server else "dns/record",
            region=_NOWHERE,
            aliases=(name,),
            attributes=attributes,
            evidence=self._where(records, attributes["types"])[:20],
        )
        if not server:  # the address of a server stands in the zone above as well
            yield DependencyFact(
                dependent=id,
                reference=Reference(texts=(self.id,), scope=self.scope, role="resource"),
                via="zone",
                strength="hard",
                phase="runtime",
                reason=_BY_ZONE,
                evidence=self._where(records[:1], "zone"),
            )
        longest = max(ttls, default=0)
        sixth = [one for one in records if one.type == "AAAA"]
        rest = [one for one in records if one.type != "AAAA"]
        yield self._pointing(id, rest or sixth, longest)
        if rest and sixth:  # clients without an answer by IPv6 go on by IPv4, and most have nothing else
            yield self._pointing(id, sixth, longest, "soft", "clients of IPv6 go on by IPv4")

    def _pointing(
        self, id: str, records: list[Record], ttl: int, strength: Strength = "hard", reason: str = ""
    ) -> Fact:
        """What a name needs of what it points to."""
        evidence = self._where(records, _types(records))
        values = list(dict.fromkeys(value for one in records for value in one.values))
        members = tuple(self._reference(value) for value in values)
        if len(values) == 1:
            return DependencyFact(
                dependent=id,
                reference=members[0],
                via="target",
                strength=strength,
                phase="runtime",
                reason=reason or "a name is of no use without what it points to",
                evidence=evidence,
            )
        pools = [one.pools for one in records if one.pools is not None]
        active = {value for one in records for value in (one.pools.active if one.pools else one.values)}
        automatic = bool(pools) and all(one.automatic for one in pools)
        failover = None
        if len(active) < len(values):
            takes = min(max(one.checks for one in pools) + ttl, MAX_TAKES) if automatic else None
            failover = Failover(mode="automatic" if automatic else "manual", takes=takes)
        return RedundancyFact(
            dependent=id,
            members=members,
            full=None if automatic else len(members),
            active=tuple(at for at, value in enumerate(values) if value in active) if failover else (),
            failover=failover,
            via="pools" if pools else "targets",
            strength=strength,
            phase="runtime",
            reason=reason or (pools[0].reason if pools else _UNCHECKED),
            evidence=evidence,
        )


def _types(records: Iterable[Record]) -> str:
    """The types of some records, for a note."""
    return " ".join(sorted({one.type for one in records}))
