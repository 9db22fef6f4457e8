"""What stands at the edge of Azure: Front Door, both generations, and load balancers' pools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blastradius.model import Evidence, Failover, Strength
from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.values import at, flag, items, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_PROBED = "origins that fail their probes are left out"
_PARTS = "only some paths are served from it"
_EVERY = ("/*", "/", "")
#: Within which Front Door leaves out an origin where no probe interval is written: three probes, 100 seconds apart
#: (Microsoft, "Front Door health probes": the default interval; `azurerm_cdn_frontdoor_origin_group`).
_PROBES = 3
_INTERVAL = 100


def _profile(world: World, block: Block, id: str) -> None:
    """Users come in by it; its names are those of its endpoints and domains."""
    world.update(id, attributes={"entry": f"Front Door {world.components[id].name}"})


def _route(world: World, block: Block) -> None:
    """A route of a profile: any origin of its group answers; a route of some paths alone is not needed by the others."""
    groups = [one for value in at(block.values, "cdn_frontdoor_origin_group_id") for one in _blocks(world, value)]
    patterns = [world.text(one) for value in at(block.values, "patterns_to_match") for one in _listed(value)]
    whole = not patterns or any(one in _EVERY for one in patterns)
    for group in groups:
        for id in world.targets(group.values, "cdn_frontdoor_profile_id"):
            _group(world, id, group, soft=not whole)


def _group(world: World, id: str, group: Block, *, soft: bool) -> None:
    origins = [
        one
        for one in world.of_type("azurerm_cdn_frontdoor_origin")
        if flag(one.values.get("enabled", True))
        and group in _blocks(world, one.values.get("cdn_frontdoor_origin_group_id"))
    ]
    members = [(one.values.get("host_name"), number(one.values.get("priority")) or 1) for one in origins]
    probe = next(iter(items(group.values, "health_probe")), None)
    every = number(probe.get("interval_in_seconds")) if probe else None
    evidence = world.evidence(origins[0] if origins else group, "host_name")
    _choose(world, id, members, evidence, probed=probe is not None, interval=every or _INTERVAL, soft=soft)


def _choose(
    world: World,
    id: str,
    members: Sequence[tuple[Any, float]],
    evidence: Evidence,
    *,
    probed: bool,
    interval: float,
    soft: bool,
) -> None:
    """Say that any of some origins answers: those of the lowest number first, the others when it fails."""
    strength: Strength | None = "soft" if soft else None
    found: list[tuple[str, float]] = []
    for value, priority in members:
        ids = world.targets([value], "") or _host(world, value)
        found += [(one, priority) for one in ids]
    if len(dict.fromkeys(one for one, _ in found)) < 2 or soft:
        need = Need("host_name", strength=strength, reason=_PARTS if soft else None, host=True)
        for value, _ in members:
            references(world, id, value, evidence, via="origin", need=need)
        return
    first = min(priority for _, priority in found)
    active = [one for one, priority in found if priority == first]
    every = list(dict.fromkeys(one for one, _ in found))
    standby = len(set(active)) < len(every)
    failover = Failover(mode="automatic", takes=int(_PROBES * interval)) if standby and probed else None
    # without probes all are asked, and each that is down fails the requests that it gets
    full = None if probed else len(every)
    world.any_of(
        id, every, evidence, via="origin group", full=full, active=active if failover else (), failover=failover,
        reason=_PROBED if probed else None,
    )  # fmt: skip


def _host(world: World, value: Any) -> list[str]:
    text = (world.text(value) or "").lower().rstrip(".")
    return [text] if "." in text and "${" not in text else []


def _domain(world: World, block: Block) -> None:
    """The user's own names of a profile."""
    name = (world.text(block.values.get("host_name")) or "").lower()
    for id in world.targets(block.values, "cdn_frontdoor_profile_id"):
        if name:
            world.hosts[name].add(id)
            world.update(id, aliases=(name,))


def _classic(world: World, block: Block, id: str) -> None:
    """The first generation: pools of backends within one resource."""
    _profile(world, block, id)
    rules = items(block.values, "routing_rule")
    everywhere = {
        world.text(name)
        for rule in rules
        for name in at(rule, "forwarding_configuration.backend_pool_name")
        if any(world.text(one) in _EVERY for value in at(rule, "patterns_to_match") for one in _listed(value))
    }
    probes = {world.text(one.get("name")): one for one in items(block.values, "backend_pool_health_probe")}
    for pool in items(block.values, "backend_pool"):
        backends = [one for one in items(pool, "backend") if flag(one.get("enabled", True))]
        members = [(one.get("address"), number(one.get("priority")) or 1) for one in backends]
        probe = probes.get(world.text(pool.get("health_probe_name")))
        probed = probe is not None and flag(probe.get("enabled", True)) is not False
        interval = (number(probe.get("interval_in_seconds")) if probe else None) or 120
        soft = bool(everywhere) and world.text(pool.get("name")) not in everywhere
        evidence = world.evidence(block, "backend_pool")
        _choose(world, id, members, evidence, probed=probed, interval=interval, soft=soft)


def _endpoint(world: World, block: Block) -> None:
    """An endpoint of the older content network fetches from its origins."""
    for id in world.targets(block.values, "profile_name"):
        for one in items(block.values, "origin"):
            need = Need("origin", host=True)
            references(world, id, one.get("host_name"), world.evidence(block, "origin"), via="origin", need=need)


def _balanced(world: World, block: Block, id: str) -> None:
    """A load balancer needs any of what is in its pools."""
    members: list[str] = []
    for pool in world.of_type("azurerm_lb_backend_address_pool"):
        if block in _blocks(world, pool.values.get("loadbalancer_id")):
            members += _pooled(world, pool)
    members += _attached(world, block)
    reason = "machines that fail the probe are left out"
    full = len(dict.fromkeys(members)) or None
    world.any_of(id, members, world.evidence(block), via="backend pool", full=full, reason=reason)


def _pooled(world: World, pool: Block) -> list[str]:
    """What is in a pool: machines by their network interface, scale sets by their own word."""
    found: list[str] = []
    for one in world.of_type("azurerm_network_interface_backend_address_pool_association"):
        if pool in _blocks(world, one.values.get("backend_address_pool_id")):
            for interface in _blocks(world, one.values.get("network_interface_id")):
                found += _machines(world, interface)
    found += _attached(world, pool)
    return found


def _attached(world: World, target: Block) -> list[str]:
    paths = ("load_balancer_backend_address_pool_ids", "application_gateway_backend_address_pool_ids")
    return [
        world.id_of(one)
        for one in world.of_type(*_SETS)
        for path in paths
        for value in at(one.values, f"network_interface.ip_configuration.{path}")
        if target in _blocks(world, value)
    ]


def _machines(world: World, interface: Block) -> list[str]:
    return [
        world.id_of(one)
        for one in world.of_type(*_MACHINES)
        if any(interface in _blocks(world, value) for value in at(one.values, "network_interface_ids"))
    ]


def _blocks(world: World, value: Any) -> list[Block]:
    return [one for ref in refs(value) for one in world.found(ref)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_MACHINES = ("azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine")
_SETS = (
    "azurerm_linux_virtual_machine_scale_set", "azurerm_windows_virtual_machine_scale_set",
    "azurerm_virtual_machine_scale_set", "azurerm_orchestrated_virtual_machine_scale_set",
)  # fmt: skip

ROWS = {
    "azurerm_cdn_frontdoor_profile": Row("cdn", "front-door", place="global", more=_profile),
    "azurerm_frontdoor": Row("cdn", "front-door", hosts=("cname",), place="global", more=_classic),
    "azurerm_cdn_profile": Row("cdn", "cdn", place="global", more=_profile),
    "azurerm_lb": Row("load-balancer", "load-balancer", more=_balanced),
}
JOINS = {
    "azurerm_cdn_frontdoor_route": _route,
    "azurerm_cdn_frontdoor_custom_domain": _domain,
    "azurerm_cdn_endpoint": _endpoint,
}
STANDS = {
    "azurerm_cdn_frontdoor_endpoint": ("cdn_frontdoor_profile_id",),
    "azurerm_cdn_frontdoor_custom_domain": ("cdn_frontdoor_profile_id",),
    "azurerm_cdn_endpoint": ("profile_name",),
}
QUIET = {"azurerm_cdn_*", "azurerm_lb_*", "azurerm_frontdoor_*", "azurerm_traffic_manager_*"}
