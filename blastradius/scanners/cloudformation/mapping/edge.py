"""The edge: distributions and their origins, DNS zones and records, with how records choose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blastradius.documents import line_of
from blastradius.model import Component, DependencyFact, Failover
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.rows import Row
from blastradius.scanners.cloudformation.stacks import evidence
from blastradius.scanners.mapping.origins import GROUP, NEVER, SECOND, WRITES, fails_over, writes

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

_ADDRESSES = frozenset({"A", "AAAA", "CNAME"})
_ALIAS_TTL = 60
_PARTS = "only some paths are served from it"


def distribution(facts: Facts, item: Item) -> None:
    """Origins of a distribution; those of a group stand in for each other where a behaviour asks the group."""
    settings = item.get("DistributionConfig")
    origins = {v.text(one.get("Id")) or str(n): one for n, one in enumerate(v.dicts(v.get(settings, "Origins")))}
    default = v.text(v.get(settings, "DefaultCacheBehavior", "TargetOriginId"))
    behaviours = [*v.dicts(v.get(settings, "DefaultCacheBehavior")), *v.dicts(v.get(settings, "CacheBehaviors"))]
    asked = {v.text(one.get("TargetOriginId")) for one in behaviours}
    writing = {v.text(one.get("TargetOriginId")) for one in behaviours if writes(map(v.text, v.items(one.get("AllowedMethods"))))}  # fmt: skip
    grouped: set[str] = set()
    ids = {v.text(one.get("Id")) for one in v.dicts(v.get(settings, "OriginGroups", "Items"))}
    sure = not isinstance(settings, v.Either) and not isinstance(v.get(settings, "OriginGroups"), v.Either)
    for group, made in v.told(v.get(settings, "OriginGroups", "Items")):
        if isinstance(group, dict):
            grouped |= _group(facts, item, group, origins, v.text(group.get("Id")) in writing, sure and made)
    for name, one in origins.items():
        if name not in grouped or name in asked:
            some = default in (origins.keys() | ids) and name != default
            _origin(facts, item, one, apart=name in grouped, soft=some, reason=_PARTS if some else None)
    for behaviour in behaviours:
        for one in v.dicts(behaviour.get("LambdaFunctionAssociations")):
            place = f"{item.resource.path}:{line_of(one) or item.resource.line}"
            facts.need(item.id, item.stack, one.get("LambdaFunctionARN"), "function at the edge", place)


def _group(facts: Facts, item: Item, group: dict[str, Any], origins: dict[str, Any], writing: bool, sure: bool) -> set[str]:  # fmt: skip
    """An origin group; the names of the origins that it alone speaks for. Where it may not be made, the first serves alone."""
    names = [v.text(one.get("OriginId")) or "" for one in v.dicts(v.get(group, "Members", "Items"))]
    members = [id for name in names if name in origins for id in _origin_ids(facts, item, origins[name])]
    if len(set(members)) < 2:
        return set()
    if not fails_over(map(v.text, v.items(v.get(group, "FailoverCriteria", "StatusCodes", "Items")))):
        _origin(facts, item, origins[names[0]], reason=NEVER)
        for name in names[1:]:
            _origin(facts, item, origins[name], soft=True, reason=SECOND)
        return set(names)
    place = item.place("DistributionConfig", "OriginGroups")
    move = Failover(mode="automatic", takes=0)
    facts.group(item.id, item.stack, members, "origin group", place, role="any", active=(0,), failover=move, reason=GROUP, perhaps=frozenset(() if sure else members[1:]))  # fmt: skip
    if writing:
        _origin(facts, item, origins[names[0]], apart=True, soft=True, reason=WRITES)
    return set(names)


def _origin_ids(facts: Facts, item: Item, origin: dict[str, Any]) -> list[str]:
    """What an origin is: components, else its host."""
    domain = origin.get("DomainName")
    ids = facts.targets(domain, item.stack.region)
    host = v.text(domain)
    return ids or ([host] if host else [])


def _origin(
    facts: Facts,
    item: Item,
    origin: dict[str, Any],
    *,
    apart: bool = False,
    soft: bool = False,
    reason: str | None = None,
) -> None:
    from blastradius.scanners.cloudformation.settings import variable

    place = f"{item.resource.path}:{line_of(origin, 'DomainName') or line_of(origin) or item.resource.line}"
    before = len(facts.found)
    variable(facts, item.id, item.stack, "origin_host", origin.get("DomainName"), place, "origin")
    changes: dict[str, Any] = {"apart": apart}
    if reason:
        changes |= {"strength": "soft" if soft else "hard", "phase": "runtime", "reason": reason}
    for at, fact in enumerate(facts.found[before:], before):
        if isinstance(fact, DependencyFact):
            facts.found[at] = fact.model_copy(update=changes)


@dataclass(frozen=True, slots=True)
class _Record:
    """One record of a name."""

    item: Item
    body: dict[str, Any]
    name: str
    place: str
    sure: bool = True

    def text(self, key: str) -> str | None:
        """A setting that is a known text."""
        return v.text(self.body.get(key))

    @property
    def checked(self) -> bool:
        """Whether it is left out of answers while it is not healthy."""
        evaluated = v.text(v.get(self.body, "AliasTarget", "EvaluateTargetHealth"))
        return self.body.get("HealthCheckId") is not None or evaluated == "true"


def records(facts: Facts) -> None:
    """Records of all stacks by name: those of one name are one thing with several answers."""
    groups: dict[str, list[_Record]] = {}
    for record in _records(facts):
        groups.setdefault(record.name, []).append(record)
    for name in sorted(groups):
        _record_group(facts, name, groups[name])


def recorded(facts: Facts) -> frozenset[str]:
    """Names for which a scanned record answers: who calls one comes to that, and by it to what it leads to."""
    return frozenset(record.name for record in _records(facts) if "${" not in record.name and _values(record))


def _records(facts: Facts) -> list[_Record]:
    found = []
    for stack, resource in facts.world.all():
        if resource.type not in ("AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup"):
            continue
        item = facts.item(stack, resource)
        alone, made = resource.type.endswith("RecordSet"), stack.condition(resource) is True
        for body, sure in [(item.properties, True)] if alone else v.told(item.get("RecordSets")):
            if not isinstance(body, dict):
                continue
            name = v.shown(body.get("Name")).rstrip(".").lower()
            if v.text(body.get("Type")) in _ADDRESSES and name:
                if "${" in name:  # an unknown part is the same only within one stack
                    name = f"{name} of {stack.key}"
                line = line_of(body, "Name") or resource.line
                found.append(_Record(item, body, name, f"{resource.path}:{line}", sure and made))
    return found


def _record_group(facts: Facts, name: str, group: list[_Record]) -> None:
    first = group[0]
    known = "${" not in name
    id = first.item.id if first.item.id not in facts.components else f"{first.item.id}/{name}"
    component = Component(
        id=id, kind="dns", name=name if known else first.item.resource.name, type="AWS::Route53::RecordSet",
        service="route53", provider="aws", region="global", account=first.item.stack.account, scope=facts.scope(first.item.stack),
        identities=(name,) if known and "*" not in name else (),
        attributes={"ttl": str(ttl)} if (ttl := max(map(_kept, group))) >= 0 else {},
        evidence=tuple(dict.fromkeys(evidence(one.place, "record") for one in group)),
    )  # fmt: skip
    facts.add(component, first.item.stack, first.item.resource.name)
    for one in group:
        facts.ids.setdefault((one.item.stack.key, one.item.resource.name), id)
        for key in ("HostedZoneId", "HostedZoneName"):
            zone = one.item.get(key) if one.body.get(key) is None else one.body.get(key)
            facts.need(id, one.item.stack, zone, "zone", one.place, service="route53")
    if any(_targets(facts, one) for one in group) and not all(_private(facts, one) for one in group):
        facts.update(id, entry=f"DNS {component.name}")
    several = [one for one in group if one.body.get("SetIdentifier") is not None]
    if len(several) < 2:
        for one in group:
            _answer(facts, id, one)
        return
    _choice(facts, id, several)


def _kept(record: _Record) -> int:
    """Seconds for which clients keep an answer; -1 where nothing states them."""
    text = v.text(record.body.get("TTL")) or ""
    if record.body.get("AliasTarget") is not None:
        return _ALIAS_TTL
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def _values(record: _Record) -> list[Any]:
    alias = v.get(record.body, "AliasTarget", "DNSName")
    return [alias] if alias is not None else v.items(record.body.get("ResourceRecords"))


def _targets(facts: Facts, record: _Record) -> list[str]:
    return [id for value in _values(record) for id in facts.targets(value, record.item.stack.region)]


def _private(facts: Facts, record: _Record) -> bool:
    """Whether its zone is one of a network, which no user of the public reaches."""
    zone = (
        record.body.get("HostedZoneId")
        if record.body.get("HostedZoneId") is not None
        else record.item.get("HostedZoneId")
    )
    return any(found is not None and v.items(found.get("VPCs")) for found in map(facts.of, v.refs(zone)))


def _answer(facts: Facts, id: str, record: _Record) -> None:
    from blastradius.scanners.cloudformation.settings import variable

    via = f"record {record.name}"[:100]
    for value in _values(record):
        if facts.need(id, record.item.stack, value, via, record.place, host=_host(record.name)):
            continue
        variable(facts, id, record.item.stack, "record_host", value, record.place, via)


def _host(name: str) -> str:
    """A record's name where it is known, to find the routes that ask for it."""
    return "" if "${" in name else name


def _choice(facts: Facts, id: str, several: list[_Record]) -> None:
    """Several answers of which one is given."""
    members: list[str] = []
    who: list[_Record] = []
    for one in several:
        ids = [
            x for value in _values(one) for x in (facts.targets(value, one.item.stack.region) or [v.text(value) or ""])
        ]
        ids = [one_id for one_id in ids if one_id and one_id not in members][:1]
        if not ids:
            reason = "a target of this record is not known here: state it"
            facts.gap(id, reason, one.place, component=id)
            continue
        members += ids
        who += [one]
    if not members:
        return
    active, move = _failover(facts, who)
    checked = all(one.checked for one in who)
    reason = "the answer is chosen among them" + (
        "; what is not healthy is left out" if checked else ", healthy or not"
    )
    place, stack = who[0].place, who[0].item.stack
    full = None if checked or active else len(members)
    facts.group(
        id,
        stack,
        members,
        "record",
        place,
        role="any",
        full=full,
        active=active,
        failover=move,
        reason=reason,
        host=_host(who[0].name),
        perhaps=frozenset(one for one, record in zip(members, who, strict=True) if not record.sure),
    )


def _failover(facts: Facts, who: list[_Record]) -> tuple[tuple[int, ...], Failover | None]:
    """Which answers are given now, and how the others take over."""
    primary = tuple(n for n, one in enumerate(who) if one.text("Failover") == "PRIMARY")
    if primary and len(primary) < len(who):
        lead = who[primary[0]]
        if not lead.checked:
            return primary, Failover(mode="manual")
        return primary, Failover(mode="automatic", takes=_takes(facts, lead))
    weighted = tuple(n for n, one in enumerate(who) if one.text("Weight") not in (None, "0"))
    if weighted and len(weighted) < len(who):
        if not all(_told(facts, who[n]) for n in weighted):
            return weighted, Failover(mode="manual")
        # Route 53 answers with records of weight 0 once all others are unhealthy
        return weighted, Failover(mode="automatic", takes=max(_takes(facts, who[n]) for n in weighted))
    return (), None


def _told(facts: Facts, record: _Record) -> bool:
    """Whether a check tells that the target of a weighted record is lost; a gateway has no health that tells of it."""
    if record.body.get("HealthCheckId") is not None:
        return True
    kinds = {facts.components[id].kind for id in _targets(facts, record) if id in facts.components}
    return record.checked and kinds == {"load-balancer"}


def _takes(facts: Facts, lead: _Record) -> int:
    """Seconds until clients are sent elsewhere: what the check takes to tell, and what resolvers remember."""
    interval, times = 30, 3
    for ref in v.refs(lead.body.get("HealthCheckId")):
        check = facts.of(ref)
        if check is not None:
            interval = _number(check.text("HealthCheckConfig", "RequestInterval"), interval)
            times = _number(check.text("HealthCheckConfig", "FailureThreshold"), times)
    ttl = _ALIAS_TTL if lead.body.get("AliasTarget") is not None else _number(lead.text("TTL"), 300)
    return interval * times + ttl


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and int(text) < 86_400 else otherwise


ROWS: dict[str, Row] = {
    "AWS::CloudFront::Distribution": Row(
        "cdn", "cloudfront", (), hosts=("DistributionConfig.Aliases",), place="global", more=distribution,
        entry=lambda facts, item: f"distribution {item.resource.name}",
    ),
    "AWS::Route53::HostedZone": Row("dns", "route53", ("Name",), place="global"),
}  # fmt: skip
QUIET = ("AWS::CloudFront::*", "AWS::Route53::*", "AWS::Route53Resolver::*", "AWS::Route53RecoveryControl::*")
LAST = (records,)
