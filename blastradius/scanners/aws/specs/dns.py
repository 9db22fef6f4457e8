"""DNS: zones, records with their routing policies and health checks, registered domains, names of services."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from blastradius.model import Failover
from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

_ZONE = "AWS::Route53::HostedZone"
_TYPES = ("A", "AAAA", "CNAME")
_ALIAS_TTL = 60
_POLICIES = (
    "Failover",
    "Region",
    "Weight",
    "GeoLocation",
    "GeoProximityLocation",
    "MultiValueAnswer",
    "CidrRoutingConfig",
)
CALLS = (
    Call("route53", "ListHostedZones", "HostedZones", ("Id!", "Name!", "private: Config.PrivateZone"), place="global", kind="dns", hides="DNS zones"),
    Call("route53", "ListResourceRecordSets", "ResourceRecordSets", ("Name!", "Type!", "SetIdentifier", *_POLICIES, "TTL", "HealthCheckId", "values: ResourceRecords[].Value", "alias: AliasTarget.DNSName", "evaluate: AliasTarget.EvaluateTargetHealth"), each="route53:ListHostedZones", take={"HostedZoneId": "Id"}, of="Id", place="global", kind="dns", hides="records of DNS zones", leaves=(_ZONE,), nothing=("NoSuchHostedZone",), reduce=lambda item: _spoken(item)),
    Call("route53", "ListHealthChecks", "HealthChecks", ("Id!", "kind: HealthCheckConfig.Type", "interval: HealthCheckConfig.RequestInterval", "threshold: HealthCheckConfig.FailureThreshold", "disabled: HealthCheckConfig.Disabled", "control: HealthCheckConfig.RoutingControlArn"), place="global", hides="health checks", leaves=()),
    Call("route53domains", "ListDomains", "Domains", ("DomainName!",), place="global", kind="dns", hides="registered domains"),
    Call("servicediscovery", "ListNamespaces", "Namespaces", ("Id!", "Arn!", "Name!", "Type"), kind="dns", hides="namespaces of services"),
    Call("servicediscovery", "ListServices", "Services", ("Id!", "Arn!", "Name!", "records: DnsConfig.DnsRecords[].Type", "namespace: DnsConfig.NamespaceId"), kind="dns", hides="names of services"),
)  # fmt: skip


def _spoken(item: dict[str, Any]) -> dict[str, Any]:
    """A record without texts that say nothing of where a name leads: they may be tokens."""
    return item if item.get("Type") in (*_TYPES, "NS") else {**item, "ResourceRecords": []}


def _name(text: str) -> str:
    """A name without its final dot; the service writes `*` as an octal number."""
    return text.replace("\\052", "*").rstrip(".").lower()


def _zone(estate: Estate, item: Item, id: str) -> str:
    return f"arn:{estate.partition(item.account)}:route53:::hostedzone/{id.rpartition('/')[2]}"


def _grouped(estate: Estate) -> dict[str, list[Item]]:
    """Records by what they become: all of one name and zone are one way in."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in estate.items("route53:ListResourceRecordSets"):
        if item.data.get("Type") in _TYPES and not _proves(item):
            found[f"{_zone(estate, item, item.of)}#{_name(item.data['Name'])}"].append(item)
    return found


def _proves(item: Item) -> bool:
    """A record that only proves to a certificate authority or mail service whose a domain is."""
    values = [str(one) for one in item.data.get("values", ())]
    return (
        item.data["Type"] == "CNAME"
        and _name(item.data["Name"]).startswith("_")
        and any("acm-validations" in one for one in values)
    )


#: Routing controls are on/off switches that calls set. Source, read 2026-11-21:
#: https://docs.aws.amazon.com/AWSJavaSDK/latest/javadoc/com/amazonaws/services/route53recoverycluster/package-summary.html
_BY_SWITCH = (
    "routing controls: a lost target is answered until somebody, or a program that is not seen here, switches it off"
)


def index(estate: Estate) -> None:
    """Zones and names."""
    private = {
        (one.account, one.data["Id"]): bool(one.data.get("private")) for one in estate.items("route53:ListHostedZones")
    }
    for item in estate.items("route53:ListHostedZones"):
        sort = "AWS::Route53::PrivateHostedZone" if item.data.get("private") else _ZONE
        estate.add(
            item,
            "dns",
            "route53",
            sort,
            _zone(estate, item, item.data["Id"]),
            _name(item.data["Name"]),
            region="global",
        )
    for id, records in _grouped(estate).items():
        item = records[0]
        name, inside = _name(item.data["Name"]), private.get((item.account, item.of), False)
        keep = [one.data.get("TTL", _ALIAS_TTL) for one in records]
        sort = "AWS::Route53::PrivateRecordSet" if inside else "AWS::Route53::RecordSet"
        estate.add(
            item,
            "dns",
            "route53",
            sort,
            id,
            name,
            region="global",
            hosts=() if inside else (name,),
            aliases=(name,) if inside else (),
            attributes={"ttl": str(max(keep))},
        )
    for item in estate.items("route53domains:ListDomains"):
        id = f"arn:{estate.partition(item.account)}:route53domains:::{item.data['DomainName']}"
        estate.add(
            item, "dns", "route53", "AWS::Route53Domains::Domain", id, _name(item.data["DomainName"]), region="global"
        )
    spaces = {
        (one.account, one.region, one.data["Id"]): one.data for one in estate.items("servicediscovery:ListNamespaces")
    }
    for item in estate.items("servicediscovery:ListServices"):
        space = spaces.get((item.account, item.region, item.data.get("namespace", "")), {})
        if space.get("Name"):
            host = f"{item.data['Name']}.{space['Name']}".lower()
            for id in estate.groups.get(item.data["Arn"], ()):
                estate.update(id, aliases=(host,))
                estate.hosts[host].add(id)


def translate(estate: Estate) -> None:
    """Where names lead, and how one answer takes over from another."""
    checks = {(one.account, one.data["Id"]): one.data for one in estate.items("route53:ListHealthChecks")}
    for id, records in _grouped(estate).items():
        item = records[0]
        estate.need(id, _zone(estate, item, item.of), item, "HostedZoneId", via="zone", strength="hard")
        for sort in _TYPES:
            same = [one for one in records if one.data["Type"] == sort]
            if same and not (sort == "AAAA" and any(one.data["Type"] == "A" for one in records)):
                _leads(estate, id, same, checks)
        if "Private" not in (estate.components[id].type or ""):
            estate.update(id, attributes={"entry": f"DNS {estate.components[id].name}"})
    _delegations(estate)


def _targets(item: Item) -> list[str]:
    alias = item.data.get("alias")
    if alias:
        return [_name(alias).removeprefix("dualstack.")]
    return [_name(str(one)) for one in item.data.get("values", ())]


def _leads(estate: Estate, id: str, records: list[Item], checks: dict[tuple[str, str], dict[str, Any]]) -> None:
    name = estate.components[id].name
    if len(records) == 1 and not records[0].data.get("SetIdentifier"):
        found = _targets(records[0])
        field = "AliasTarget" if records[0].data.get("alias") else "ResourceRecords"
        estate.any_of(id, found, records[0], field, via="target", role="address", full=len(found), host=name)
        return
    policy = next((one for one in _POLICIES if any(one in record.data for record in records)), "SetIdentifier")
    answers = [(record, found[0]) for record in records if (found := _targets(record))]
    members = list(dict.fromkeys(text for _, text in answers))
    active = list(dict.fromkeys(text for record, text in answers if _active(record, policy)))
    checked = all(_checked(record, checks) for record, _ in answers)
    first = records[0]
    if policy in ("Failover", "Weight") and 0 < len(active) < len(members):
        automatic = policy == "Failover" and all(_checked(record, checks) for record, text in answers if text in active)
        takes = _takes([one for one, text in answers if text in active], checks) if automatic else None
        needs = _controls(records, checks)
        failover = Failover(mode="automatic" if automatic else "manual", takes=takes, needs=needs)
        reason = "weight 0: somebody has to change the weights"
        if policy == "Failover":
            reason = "failover routing" if automatic or not needs else _BY_SWITCH
        estate.any_of(
            id,
            members,
            first,
            policy,
            via=policy,
            role="address",
            active=active,
            failover=failover,
            reason=reason,
            host=name,
        )
        return
    reason = "health-checked routing" if checked else "no health checks: who is sent to a lost target fails"
    if not checked and _controls(records, checks):
        reason = _BY_SWITCH
    estate.any_of(
        id,
        members,
        first,
        policy,
        via=policy,
        role="address",
        full=None if checked else len(members),
        reason=reason,
        host=name,
    )


def _active(item: Item, policy: str) -> bool:
    if policy == "Failover":
        return str(item.data.get("Failover", "PRIMARY")).upper() == "PRIMARY"
    return policy != "Weight" or item.data.get("Weight") != 0


def _checked(item: Item, checks: dict[tuple[str, str], dict[str, Any]]) -> bool:
    if item.data.get("evaluate"):
        return True
    known = item.data.get("HealthCheckId")
    check = checks.get((item.account, str(known))) or {}
    return bool(known) and not check.get("disabled") and not _switched(check)


def _switched(check: dict[str, Any]) -> bool:
    """Whether a check looks at nothing and follows a switch: it fails when somebody turns that off, and not before."""
    return check.get("kind") == "RECOVERY_CONTROL" or bool(check.get("control"))


def _controls(records: list[Item], checks: dict[tuple[str, str], dict[str, Any]]) -> tuple[str, ...]:
    """Routing controls that a failover waits for."""
    found = (checks.get((one.account, str(one.data.get("HealthCheckId")))) or {} for one in records)
    return tuple(sorted({one["control"] for one in found if one.get("control")}))


def _takes(records: list[Item], checks: dict[tuple[str, str], dict[str, Any]]) -> int:
    """Seconds until clients of some records are sent elsewhere: the check must fail, then answers must expire."""
    longest = 0
    for item in records:
        check = checks.get((item.account, str(item.data.get("HealthCheckId")))) or {}
        failing = int(check.get("interval") or 30) * int(check.get("threshold") or 3)
        ttl = item.data.get("TTL")
        longest = max(longest, failing + (int(ttl) if ttl is not None else _ALIAS_TTL))
    return min(longest, 86_400 * 7)


def _delegations(estate: Estate) -> None:
    """A zone whose name servers another zone names cannot be found without that one."""
    zones = {one.name: one.id for one in estate.components.values() if one.type == _ZONE}
    for item in estate.items("route53:ListResourceRecordSets"):
        if item.data.get("Type") != "NS":
            continue
        child, parent = zones.get(_name(item.data["Name"])), _zone(estate, item, item.of)
        if child and child != parent and parent in estate.components:
            estate.need(
                child,
                parent,
                item,
                "ResourceRecords",
                via="delegation",
                strength="hard",
                reason="names of the zone are found through the zone above it",
            )
