"""DNS of AWS: records with one name are one way in; routing policies over several targets are redundancies."""

from __future__ import annotations

from typing import Any

from blastradius.model import Failover
from blastradius.scanners.addresses import valid_host
from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.uniting import Answer
from blastradius.scanners.terraform.mapping.values import at, flag, items, leaves, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block, Expr

_RECORD = Row("dns", "route53", ("fqdn", "name"), place="global")
_TYPES = {None, "A", "AAAA", "CNAME"}
_POLICIES = (
    "failover_routing_policy", "latency_routing_policy", "weighted_routing_policy", "geolocation_routing_policy",
    "geoproximity_routing_policy", "multivalue_answer_routing_policy", "cidr_routing_policy",
)  # fmt: skip
_ALIAS_TTL = 60
_CHECKED = 90
UNHEALTHY = "weight 0: answered with once all others are unhealthy (Route 53 Developer Guide, how records are chosen with health checks)"


def _record(world: World, block: Block) -> None:
    """The first record of a name becomes the component; others of the same name stand for it."""
    if world.text(block.values.get("type")) not in _TYPES or _is_validation(block):
        return
    first = _same(world, block)[0]
    if first.address != block.address:
        world.behind[block.address] = [world.id_of(first)]
        return
    id = describe(world, block, _RECORD)
    world.block_of.pop(id)
    name = world.components[id].name.lower()
    zone = _zone_name(world, block)
    if zone and name != zone and not name.endswith("." + zone):
        name = f"{name}.{zone}" if name else zone
        world.update(id, name=name, aliases=(name,))
    if "." in name:
        world.hosts[name].add(id)
    keep_ttl(world, id, max((_kept(one) for one in _same(world, block)), default=None, key=lambda ttl: ttl or 0))


def keep_ttl(world: World, id: str, ttl: float | None) -> None:
    """Note the seconds for which clients keep the answers of a record, where they are stated."""
    if ttl is not None and 0 <= ttl < 2**31:
        world.update(id, attributes={"ttl": str(int(ttl))})


def _kept(block: Block) -> float | None:
    return _ALIAS_TTL if items(block.values, "alias") else number(block.values.get("ttl"))


def _is_validation(block: Block) -> bool:
    """A record that only proves to a certificate authority whose a domain is."""
    found = [ref for key in ("name", "records") for ref in refs(block.values.get(key))]
    text = " ".join(value.text for key in ("name", "records") if isinstance(value := block.values.get(key), Expr))
    return (
        any("domain_validation_options" in ref.path for ref in found)
        or "domain_validation_options" in text
        or (any("acm_certificate" in ref.address for ref in found))
    )


def _same(world: World, block: Block) -> list[Block]:
    """All records of one name, type and zone that share a routing policy; the record alone where it has none."""
    if not block.values.get("set_identifier"):
        return [block]
    key = _key(world, block)
    return [
        one
        for one in world.of_type("aws_route53_record")
        if one.values.get("set_identifier") and _key(world, one) == key
    ]


def _key(world: World, block: Block) -> tuple[Any, ...]:
    name, zone = block.values.get("name"), block.values.get("zone_id")
    return (
        world.text(name) or repr(name),
        world.text(zone) or repr(sorted(map(repr, refs(zone)))),
        world.text(block.values.get("type")),
    )


def _zone_name(world: World, block: Block) -> str:
    for ref in refs(block.values.get("zone_id")):
        for one in world.found(ref):
            if name := world.text(one.values.get("name")):
                return name.rstrip(".").lower()
    return ""


def _record_ties(world: World, block: Block) -> None:
    if world.text(block.values.get("type")) == "NS":
        _delegation(world, block)
        return
    id = world.id_of(block)
    if id not in world.components:
        return
    references(world, id, block.values.get("zone_id"), world.evidence(block, "zone_id"), via="zone")
    same = _same(world, block)
    targets = [(one, _targets(world, one)) for one in same]
    if any(found for _, found in targets) and not _private(world, block):
        world.update(id, attributes={"entry": f"DNS {world.components[id].name}"})
    if block.values.get("set_identifier") and "." in world.components[id].name:
        _answers(world, id, targets)
    if len(same) == 1:
        evidence = world.evidence(block, "alias" if block.values.get("alias") else "records")
        if not targets[0][1]:
            for value in (*at(block.values, "alias.name"), block.values.get("records")):
                references(world, id, value, evidence, via="target", need=Need("records", host=True))
        known = targets[0][1]
        world.any_of(id, known, evidence, via="target", full=len(known) or None, host=world.components[id].name)
        return
    _routed(world, id, targets)


def _answers(world: World, id: str, targets: list[tuple[Block, list[str]]]) -> None:
    """Note the records of a name that may have others in another root."""
    name = world.components[id].name
    for one, found in targets:
        policy = next((key for key in _POLICIES if one.values.get(key)), "set_identifier")
        type = world.text(one.values.get("type")) or ""
        for target in (found or _outside(world, one))[:1]:
            world.answers.append(
                Answer(
                    (name.lower(), type, _private(world, one)), id, world.reference(world.route_of(target, id, name)),
                    policy, _active(world, one, policy), _checked(world, one), _takes(world, [one]),
                    world.evidence(one, policy), _told(world, one, found, policy),
                )
            )  # fmt: skip


def _private(world: World, block: Block) -> bool:
    """Whether its zone is one of a network, which no user of the public reaches."""
    zones = [one for ref in refs(block.values.get("zone_id")) for one in world.found(ref)]
    return any(one.values.get("vpc") or flag(one.values.get("private_zone")) for one in zones)


def _targets(world: World, block: Block) -> list[str]:
    found = world.targets(block.values, "alias.name") + world.targets(block.values, "records")
    return [one for one in dict.fromkeys(found) if world.components[one].kind != "key"]


def _routed(world: World, id: str, targets: list[tuple[Block, list[str]]]) -> None:
    """Several records of one name: who answers depends on the policy and on health checks."""
    policy = next((key for key in _POLICIES for one, _ in targets if one.values.get(key)), "")
    targets = [(one, found or _outside(world, one)) for one, found in targets]
    members = [found[0] for _, found in targets if found]
    first, name = targets[0][0], world.components[id].name
    if len(set(members)) == 1 and members[0] not in world.components:
        values = first.values.get("records")
        references(world, id, values, world.evidence(first, "records"), via="target", need=Need("records", host=True))
        return
    evidence = world.evidence(first, policy or "set_identifier")
    checked = all(_checked(world, one) for one, _ in targets)
    active = [found[0] for one, found in targets if found and _active(world, one, policy)]
    standby = policy in ("failover_routing_policy", "weighted_routing_policy") and 0 < len(set(active)) < len(
        set(members)
    )
    if standby:
        left = [(one, found) for one, found in targets if found and found[0] in active]
        automatic = all(_told(world, one, found, policy) for one, found in left)
        takes = _takes(world, [one for one, _ in left]) if automatic else None
        failover = Failover(mode="automatic" if automatic else "manual", takes=takes)
        by_hand = "weight 0 without health checks of the others: somebody has to change the weights"
        reason = "failover routing" if policy.startswith("failover") else UNHEALTHY if automatic else by_hand
        world.any_of(id, members, evidence, via=policy, active=active, failover=failover, reason=reason, host=name)
        return
    reason = "health-checked routing" if checked else "no health checks: who is sent to a lost target fails"
    full = None if checked else len(set(members)) or None
    world.any_of(id, members, evidence, via=policy or "set_identifier", full=full, reason=reason, host=name)


def _outside(world: World, block: Block) -> list[str]:
    """The host that a record points to where nothing scanned bears it."""
    values = [*at(block.values, "alias.name"), *at(block.values, "records")]
    texts = [world.text(leaf) for value in values for _, leaf in leaves(value)]
    hosts = [text.lower().rstrip(".") for text in texts if text]
    return [host for host in hosts if "." in host and valid_host(host)][:1]


def _active(world: World, block: Block, policy: str) -> bool:
    for one in items(block.values, policy) if policy else []:
        if policy == "failover_routing_policy":
            return (world.text(one.get("type")) or "PRIMARY").upper() == "PRIMARY"
        if policy == "weighted_routing_policy":
            return number(one.get("weight")) != 0
    return True


def _checked(world: World, block: Block) -> bool:
    """Whether something tells that the target of a record is lost."""
    if any(flag(one.get("evaluate_target_health")) for one in items(block.values, "alias")):
        return True
    stated = block.values.get("health_check_id") is not None
    return stated and not any(_is_blind(one) for one in _checks(world, block))


def _told(world: World, block: Block, targets: list[str], policy: str) -> bool:
    """Whether Route 53 goes on to what stands by once the target of a record is lost.

    A weight of 0 is somebody's switch; it is passed over only where a check of the target fails. What an alias
    evaluates is one for a load balancer; a gateway has no health of its own that tells of what is behind it.
    Source: Route 53 Developer Guide, "How Amazon Route 53 chooses records when health checking is configured".
    """
    if policy != "weighted_routing_policy":
        return _checked(world, block)
    if block.values.get("health_check_id") is not None:
        return not any(_is_blind(one) for one in _checks(world, block))
    kinds = {world.components[one].kind for one in targets if one in world.components}
    return kinds == {"load-balancer"} and _checked(world, block)


def _checks(world: World, block: Block) -> list[Block]:
    return [one for ref in refs(block.values.get("health_check_id")) for one in world.found(ref)]


def _is_blind(check: Block) -> bool:
    """Whether a health check never fails when its target does: one switched off passes always, an inverted one then."""
    return bool(flag(check.values.get("disabled")) or flag(check.values.get("invert_healthcheck")))


def _takes(world: World, blocks: list[Block]) -> int:
    """Seconds until clients are sent elsewhere: the checks of what is left must fail, then answers must expire."""
    longest = 0
    for block in blocks:
        ttl = number(block.values.get("ttl"))
        check = _CHECKED
        for one in _checks(world, block):
            if not _is_blind(one):
                interval = number(one.values.get("request_interval")) or 30
                check = interval * (number(one.values.get("failure_threshold")) or 3)
        longest = max(longest, check + (ttl if ttl is not None else _ALIAS_TTL))
    return min(longest, 86_400 * 7)


def _delegation(world: World, block: Block) -> None:
    """A zone whose name servers another zone names cannot be found without that one."""
    parents = world.targets(block.values, "zone_id")
    for child in world.targets(block.values, "records"):
        for parent in parents:
            if world.components[child].kind == "dns":
                reason = "names of the zone are found through the zone above it"
                world.need(
                    child, parent, world.evidence(block, "records"), via="delegation", strength="hard", reason=reason
                )


ROWS = {
    "aws_route53_zone": Row("dns", "route53", place="global"),
    "aws_route53domains_registered_domain": Row("dns", "route53", ("domain_name",), place="global"),
    "aws_route53_resolver_endpoint": Row("dns", "route53", zones=("ip_address.subnet_id",)),
}
EARLY = {"aws_route53_record": _record}
JOINS = {"aws_route53_record": _record_ties}
STANDS = {"aws_route53_delegation_set": ()}
QUIET = {"aws_route53_*", "aws_route53domains_*", "aws_route53recovery*", "aws_route53profiles_*"}
