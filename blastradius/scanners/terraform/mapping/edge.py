"""What stands at the edge of AWS: CloudFront and Global Accelerator."""

from __future__ import annotations

from typing import Any

from blastradius.model import DependencyFact, Failover, Strength
from blastradius.scanners.mapping.origins import GROUP, NEVER, SECOND, WRITES, fails_over, writes
from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.values import at, items, number
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_PER_REQUEST = Failover(mode="automatic", takes=0)


def _distribution(world: World, block: Block, id: str) -> None:
    """The default behaviour's origin is needed; those of single paths are not by the others."""
    world.update(id, attributes={"entry": f"CloudFront {world.components[id].name}"})
    for value in at(block.values, "aliases"):
        for one in value if isinstance(value, list) else [value]:
            if host := world.text(one):
                world.hosts[host.lower()].add(id)
    origins = {_id(world, one.get("origin_id")): one for one in items(block.values, "origin")}
    groups = {_id(world, one.get("origin_id")): one for one in items(block.values, "origin_group")}
    default = [_id(world, one.get("target_origin_id")) for one in items(block.values, "default_cache_behavior")]
    if len(origins) == 1 and not (set(default) & set(groups)):
        default = list(origins)
    start = len(world.rules)
    writing = {
        _id(world, one.get("target_origin_id"))
        for path in ("default_cache_behavior", "ordered_cache_behavior")
        for one in items(block.values, path)
        if writes(_texts(world, one.get("allowed_methods")))
    }
    others = [_id(world, one.get("target_origin_id")) for one in items(block.values, "ordered_cache_behavior")]
    for wanted in dict.fromkeys(default):
        _origin(world, block, id, wanted, origins, groups, soft=False, writing=wanted in writing)
    for wanted in dict.fromkeys(one for one in others if one not in default):
        _origin(world, block, id, wanted, origins, groups, soft=True, writing=wanted in writing)
    for at_, rule in enumerate(world.rules[start:], start):
        if isinstance(rule, DependencyFact):  # that a group stands in for it elsewhere is no help here
            world.rules[at_] = rule.model_copy(update={"apart": True})
    for path in ("default_cache_behavior", "ordered_cache_behavior"):
        for function in world.targets(block.values, f"{path}.lambda_function_association.lambda_arn"):
            # it runs at the edge: its region is where it is kept
            world.update(function, attributes={"role": "edge"})
            strength: Strength = "hard" if path.startswith("default") else "soft"
            reason = "runs on each request" if strength == "hard" else "runs on some requests"
            world.need(id, function, world.evidence(block, path), via="edge function", strength=strength, reason=reason)


def _id(world: World, value: Any) -> str:
    return world.text(value) or repr(value)


def _texts(world: World, value: Any) -> list[str | None]:
    return [world.text(one) for one in (value if isinstance(value, list) else [value])]


def _origin(
    world: World,
    block: Block,
    id: str,
    wanted: str,
    origins: dict[str, Any],
    groups: dict[str, Any],
    *,
    soft: bool,
    writing: bool,
) -> None:
    group = groups.get(wanted)
    reason = "only some paths are served from it" if soft else None
    if group is None:
        _plain(world, block, id, origins.get(wanted), "origin", soft, reason)
        return
    members = [origins[one] for one in (_id(world, one.get("origin_id")) for one in items(group, "member")) if one in origins]  # fmt: skip
    codes = [text for value in at(group, "failover_criteria.status_codes") for text in _texts(world, value)]
    if not fails_over(codes):
        _plain(world, block, id, next(iter(members), None), "origin_group", soft, NEVER)
        for one in members[1:]:
            _plain(world, block, id, one, "origin_group", True, SECOND)
        return
    found = [_targets(world, one) for one in members]
    ids = [one[0] for one in found if one]
    if len(set(ids)) < len(members):
        for one in members:
            _plain(world, block, id, one, "origin_group", soft, reason)
        return
    said = f"{reason}; {GROUP}" if reason else GROUP
    world.any_of(id, ids, world.evidence(block, "origin_group"), via="origin group", active=ids[:1], failover=_PER_REQUEST, reason=said)  # fmt: skip
    if writing and members:
        _plain(world, block, id, members[0], "origin_group", True, WRITES)


def _targets(world: World, origin: dict[str, Any]) -> list[str]:
    """What an origin is: components, else its host."""
    host = (world.text(origin.get("domain_name")) or "").lower().rstrip(".")
    return world.targets(origin, "domain_name") or ([host] if "." in host and "${" not in host else [])


def _plain(
    world: World, block: Block, id: str, origin: dict[str, Any] | None, path: str, soft: bool, reason: str | None
) -> None:
    strength: Strength | None = "soft" if soft else "hard" if reason else None
    need = Need("origin", strength=strength, reason=reason, host=True)
    value = origin.get("domain_name") if origin else None
    references(world, id, value, world.evidence(block, path), via="origin", need=need)


def _endpoints(world: World, block: Block) -> None:
    """Endpoint groups of one listener are collected once, at the first of them."""
    listener = at(block.values, "listener_arn")
    same = [
        one
        for one in world.of_type("aws_globalaccelerator_endpoint_group")
        if repr(at(one.values, "listener_arn")) == repr(listener)
    ]
    if same[0].address != block.address:
        return
    members: list[str] = []
    active: list[str] = []
    for one in same:
        found = world.targets(one.values, "endpoint_configuration.endpoint_id")
        members += found
        if number(one.values.get("traffic_dial_percentage")) != 0:
            active += found
    standby = 0 < len(set(active)) < len(set(members))
    evidence = world.evidence(block, "endpoint_configuration")
    for id in world.targets(block.values, "listener_arn"):
        failover = Failover(mode="manual") if standby else None
        world.any_of(
            id, members, evidence, via="endpoint group", active=active if standby else (), failover=failover,
            reason="unhealthy endpoints are left out",
        )  # fmt: skip


def _accelerator(world: World, block: Block, id: str) -> None:
    world.update(id, attributes={"entry": f"Global Accelerator {world.components[id].name}"})


ROWS = {
    "aws_cloudfront_distribution": Row("cdn", "cloudfront", ("comment", "tags.Name"), hosts=("domain_name",), place="global", more=_distribution),
    "aws_globalaccelerator_accelerator": Row("cdn", "globalaccelerator", hosts=("dns_name",), place="global", more=_accelerator),
    "aws_globalaccelerator_custom_routing_accelerator": Row("cdn", "globalaccelerator", place="global", more=_accelerator),
}  # fmt: skip
JOINS = {"aws_globalaccelerator_endpoint_group": _endpoints}
STANDS = {"aws_globalaccelerator_listener": ("accelerator_arn",)}
QUIET = {"aws_cloudfront_*", "aws_globalaccelerator_*"}
