"""Networks and load balancers of AWS: what is reached through a balancer needs it and what stands behind it."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Row
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.values import at, flag, items, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_ROUTE = Row("gateway", "elb", ("tags.Name",))
_BALANCERS = ("aws_lb", "aws_alb", "aws_elb")
_MEMBERS = (
    ("aws_ecs_service", "load_balancer.target_group_arn"),
    ("aws_autoscaling_group", "target_group_arns"),
    ("aws_autoscaling_group", "traffic_source.identifier"),
)


def _target_group(world: World, block: Block) -> None:
    """A target group stands for what is registered in it."""
    world.behind[block.address] = registered(world, block)


def registered(world: World, block: Block) -> list[str]:
    """Ids of what registers itself, or is registered, in a target group; or in any that an absent module makes.

    Args:
        world: the root.
        block: the group or the call of the module.
    """
    found: list[str] = []
    for type, path in _MEMBERS:
        for one in world.of_type(type):
            if _names(world, one, path, block):
                found.append(world.id_of(one))
    for one in world.of_type("module"):
        if any(_names(world, one, path, block) for path in _GIVEN if one is not block):
            found.append(world.id_of(one))
    attachments = (
        ("aws_lb_target_group_attachment", "target_group_arn", "target_id"),
        ("aws_alb_target_group_attachment", "target_group_arn", "target_id"),
        ("aws_autoscaling_attachment", "lb_target_group_arn", "autoscaling_group_name"),
        ("aws_autoscaling_attachment", "alb_target_group_arn", "autoscaling_group_name"),
    )
    for type, group, member in attachments:
        for one in world.of_type(type):
            if _names(world, one, group, block):
                found.extend(world.targets(one.values, member))
    return [one for one in dict.fromkeys(found) if one in world.components]


#: Arguments by which modules of a registry are told the target groups that what they make registers in.
_GIVEN = ("load_balancer", "load_balancers", "target_group_arn", "target_group_arns", "traffic_source_attachments")


def _names(world: World, one: Block, path: str, wanted: Block) -> bool:
    return any(wanted in world.found(ref) for value in at(one.values, path) for ref in refs(value))


def _actions(block: Block) -> list[dict[str, object]]:
    return items(block.values, "default_action") + items(block.values, "action")


def _forwards(block: Block) -> bool:
    return any(one.get("target_group_arn") or one.get("forward") for one in _actions(block))


def _listener(world: World, block: Block) -> None:
    """A listener or rule that forwards is a way in: a route of its own."""
    if not _forwards(block):
        return
    id = describe(world, block, _ROUTE, name=f"route {block.name}")
    world.block_of.pop(id)
    asked = [
        host.lower()
        for value in at(block.values, "condition.host_header.values")
        for one in (value if isinstance(value, list) else [value])
        if (host := world.text(one))
    ]
    for balancer in _balancers(world, block):
        world.routes.add(balancer, id, asked)
    for host in asked:
        world.hosts[host].add(id)


def _balancers(world: World, block: Block) -> list[str]:
    if not block.type.endswith("_rule"):
        return world.targets(block.values, "load_balancer_arn")
    found: dict[str, None] = {}
    for value in at(block.values, "listener_arn"):
        for ref in refs(value):
            holder, meant = world.home(ref)  # the listener may be of another root
            for one in holder.found(meant):
                found.update(dict.fromkeys(world.see(holder, holder.targets(one.values, "load_balancer_arn"))))
    return list(found)


def _listener_ties(world: World, block: Block) -> None:
    id = world.id_of(block)
    if id not in world.components:
        return
    key = "action" if block.type.endswith("_rule") else "default_action"
    for balancer in _balancers(world, block):
        world.need(id, balancer, world.evidence(block, "load_balancer_arn"), via="route")
        owner = world.components[balancer]
        port = _label(world, block)
        changes: dict[str, Any] = {"name": f"{owner.name} {port}"}
        if world.types.rows[owner.type or ""].role != "network" and _public(world, balancer):
            changes["attributes"] = {"entry": f"{owner.name} {port}"}
        world.update(id, **changes)
    for action in _actions(block):
        groups = [*at(action, "target_group_arn"), *at(action, "forward.target_group.arn")]
        members = list(dict.fromkeys(one for group in groups for one in world.targets(group, "")))
        world.any_of(id, members, world.evidence(block, key), via="targets", full=len(members) or None)
        for pool in at(action, "authenticate_cognito.user_pool_arn"):
            references(world, id, pool, world.evidence(block, key), via="sign-in")
        for endpoint in at(action, "authenticate_oidc.token_endpoint"):
            settings(world, id, {"token_url": endpoint}, world.evidence(block, key), via="sign-in")


def _label(world: World, block: Block) -> str:
    """What tells a route from the others of its balancer: host, path, port."""
    for path in ("condition.host_header.values", "condition.path_pattern.values", "port"):
        for value in at(block.values, path):
            for one in value if isinstance(value, list) else [value]:
                if text := world.text(one):
                    return text[:200]
    return block.name


def _public(world: World, balancer: str) -> bool:
    block = world.block_of.get(balancer) or world.lent.get(balancer)
    return block is not None and flag(block.values.get("internal")) is not True


def _classic(world: World, block: Block) -> None:
    """A classic balancer has one route: to all its instances."""
    id = world.id_of(block)
    members = world.targets(block.values, "instances")
    for one in world.of_type("aws_autoscaling_group"):
        if _names(world, one, "load_balancers", block):
            members.append(world.id_of(one))
    for one in world.of_type("aws_elb_attachment"):
        if _names(world, one, "elb", block):
            members.extend(world.targets(one.values, "instance"))
    if not members:
        return
    route, owner = f"{id}#route", world.components[id]
    attributes = {} if flag(block.values.get("internal")) else {"entry": owner.name}
    changes = {
        "id": route,
        "kind": "gateway",
        "name": f"{owner.name} route",
        "identities": (),
        "aliases": (),
        "attributes": attributes,
    }
    world.components[route] = owner.model_copy(update=changes)
    world.routes.add(id, route)
    evidence = world.evidence(block, "instances")
    world.need(route, id, evidence, via="route")
    members = list(dict.fromkeys(members))
    world.any_of(route, members, evidence, via="targets", full=len(members))


_ZONES = ("subnets", "subnet_mapping.subnet_id", "availability_zones")
_BALANCER = Row("load-balancer", "elb", hosts=("dns_name",), zones=_ZONES)
_NETWORK = ("tags.Name",)

ROWS = {
    "aws_lb": _BALANCER,
    "aws_alb": _BALANCER,
    "aws_elb": Row("load-balancer", "elb", hosts=("dns_name",), zones=_ZONES),
    "aws_vpc": Row("gateway", "ec2", _NETWORK, role="network"),
    "aws_nat_gateway": Row("gateway", "ec2", _NETWORK, zones=("subnet_id",), role="network"),
    "aws_internet_gateway": Row("gateway", "ec2", _NETWORK, role="network"),
    "aws_vpc_endpoint": Row("gateway", "privatelink", ("tags.Name", "service_name"), role="network"),
    "aws_vpn_gateway": Row("gateway", "ec2", _NETWORK, role="network"),
    "aws_vpn_connection": Row("gateway", "ec2", _NETWORK, role="network"),
    "aws_ec2_transit_gateway": Row("gateway", "ec2", _NETWORK, role="network"),
    "aws_dx_gateway": Row("gateway", "ec2", role="network", place="global"),
    "aws_networkfirewall_firewall": Row("gateway", "ec2", role="network"),
    "aws_vpclattice_service": Row("gateway", "vpc-lattice", hosts=("dns_entry.domain_name",)),
}  # fmt: skip
EARLY = {
    "aws_lb_target_group": _target_group,
    "aws_alb_target_group": _target_group,
    "aws_lb_listener": _listener,
    "aws_alb_listener": _listener,
    "aws_lb_listener_rule": _listener,
    "aws_alb_listener_rule": _listener,
}
LATE = {"aws_elb": _classic}
JOINS = {
    "aws_lb_listener": _listener_ties,
    "aws_alb_listener": _listener_ties,
    "aws_lb_listener_rule": _listener_ties,
    "aws_alb_listener_rule": _listener_ties,
}
STANDS = {
    "aws_lb_listener": ("load_balancer_arn",),
    "aws_alb_listener": ("load_balancer_arn",),
    "aws_lb_target_group": (),
    "aws_alb_target_group": (),
    "aws_vpc_endpoint_service": ("network_load_balancer_arns", "gateway_load_balancer_arns"),
}
QUIET = {
    "aws_lb_*", "aws_alb_*", "aws_elb_attachment", "aws_subnet", "aws_route", "aws_route_table", "aws_route_table_association",
    "aws_main_route_table_association", "aws_security_group", "aws_security_group_rule", "aws_vpc_security_group_*",
    "aws_network_acl", "aws_network_acl_*", "aws_default_*", "aws_flow_log", "aws_egress_only_internet_gateway",
    "aws_vpc_dhcp_options", "aws_vpc_dhcp_options_association", "aws_vpc_peering_*", "aws_vpc_endpoint_*",
    "aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association", "aws_network_interface_*",
    "aws_customer_gateway", "aws_vpn_*", "aws_ec2_transit_gateway_*", "aws_ec2_managed_prefix_list*", "aws_dx_*",
    "aws_networkfirewall_*", "aws_vpc_ipam*", "aws_ram_*", "aws_wafv2_*", "aws_waf_*", "aws_wafregional_*", "aws_shield_*",
    "aws_vpclattice_*", "aws_load_balancer_*", "aws_lb_cookie_stickiness_policy", "aws_app_cookie_stickiness_policy",
    "aws_vpc_block_public_access_*", "aws_internet_gateway_attachment",
}  # fmt: skip
