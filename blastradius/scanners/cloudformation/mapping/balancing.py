"""Load balancers: what is reached through a listener needs the balancer and what is registered behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.model import Component
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.rows import Need, Row
from blastradius.scanners.cloudformation.settings import variable
from blastradius.scanners.cloudformation.stacks import evidence
from blastradius.scanners.cloudformation.values import Ref

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

_ANY = "any of them answers; with fewer there is less capacity"


def routed(facts: Facts, item: Item) -> None:
    """Note a route of a balancer before anything is tied: who calls the balancer needs what its routes come to."""
    balancer = _balancer(facts, item)
    if balancer is None or not _groups(item):
        return
    hosts = [text for one in v.dicts(item.get("Conditions")) for text in _hosts(one)]
    facts.routes.add(balancer.id, item.id, hosts)


def _hosts(condition: dict[str, Any]) -> list[str]:
    values = v.items(v.get(condition, "HostHeaderConfig", "Values"))
    if v.text(condition.get("Field")) == "host-header":
        values += v.items(condition.get("Values"))
    return [text for one in values if (text := v.text(one))]


def classic_route(facts: Facts, item: Item) -> None:
    """A balancer of the old sort has one route."""
    facts.routes.add(item.id, f"{item.id}/listeners")


def listener_label(facts: Facts, item: Item) -> str:
    """What a listener is called; nothing for one that only sends elsewhere or is answered by the balancer."""
    if not _groups(item):
        return ""
    balancer = _balancer(facts, item)
    name = (balancer.text("Name") or balancer.resource.name) if balancer else item.resource.name
    if item.resource.type.endswith("ListenerRule"):
        asked = [text for one in v.dicts(item.get("Conditions")) for text in _asked(one)]
        return f"{name} {' '.join(asked) or item.resource.name}"[:200]
    return f"{name}:{item.text('Port') or '?'}"


def _asked(condition: dict[str, Any]) -> list[str]:
    values = v.items(condition.get("Values"))
    for key in ("PathPatternConfig", "HostHeaderConfig", "HttpRequestMethodConfig"):
        values += v.items(v.get(condition, key, "Values"))
    return [text for one in values if (text := v.text(one))]


def _balancer(facts: Facts, item: Item) -> Item | None:
    for ref in v.refs([item.get("LoadBalancerArn"), item.get("ListenerArn")]):
        found = facts.of(ref)
        if found is not None and found.resource.type.endswith("::LoadBalancer"):
            return found
        if found is not None and found.id != item.id and found.resource.type.endswith("::Listener"):
            return _balancer(facts, found)
    return None


def listener_entry(facts: Facts, item: Item) -> str | None:
    """Users come in by a listener whose balancer is not internal."""
    balancer = _balancer(facts, item)
    if balancer is None or balancer.text("Scheme") == "internal":
        return None
    return f"listener {listener_label(facts, item)}"


def _groups(item: Item) -> list[Any]:
    """Target groups that a listener passes requests to; those of weight zero get none."""
    found: list[Any] = []
    for action in v.dicts(item.get("DefaultActions")) + v.dicts(item.get("Actions")):
        if action.get("TargetGroupArn") is not None:
            found.append(action["TargetGroupArn"])
        for one in v.dicts(v.get(action, "ForwardConfig", "TargetGroups")):
            if v.text(one.get("Weight")) != "0" and one.get("TargetGroupArn") is not None:
                found.append(one["TargetGroupArn"])
    return found


def listener(facts: Facts, item: Item) -> None:
    """What a listener passes requests to."""
    key = "DefaultActions" if item.get("DefaultActions") is not None else "Actions"
    place = item.place(key)
    balancer = _balancer(facts, item)
    if balancer is not None:
        here = Ref(balancer.stack.key, balancer.resource.name, "", place)
        facts.need(item.id, item.stack, here, "listener of", item.place("LoadBalancerArn"))
    else:
        for name in ("LoadBalancerArn", "ListenerArn"):
            if not v.refs(item.get(name)):
                facts.need(item.id, item.stack, item.get(name), "listener of", item.place(name))
    for action in v.dicts(item.get(key)):
        for path in (("AuthenticateCognitoConfig", "UserPoolArn"), ("AuthenticateOidcConfig", "TokenEndpoint")):
            value = v.get(action, *path)
            if value is not None:
                variable(facts, item.id, item.stack, "sign-in url", value, place, "sign-in")
    for group in _groups(item):
        members: list[str] = []
        for ref in v.refs(group):
            members += registered(facts, ref)
        if members:
            facts.group(item.id, item.stack, members, "forward", place, full=len(set(members)), reason=_ANY)
        elif v.refs(group):
            name = v.refs(group)[0].name
            reason = f"nothing scanned is registered in target group {name}: state what answers behind it"
            facts.gap(item.id, reason, place, component=item.id)
        else:
            reason = "the target group that it passes requests to is not known here"
            facts.gap(item.id, reason, place, component=item.id)


def registered(facts: Facts, ref: Ref) -> list[str]:
    """Ids of what is registered in a target group: by itself, or by the group."""
    found = facts.of(ref)
    if found is None:
        return []
    members = [one.id for one in facts.users.get(found.id, [])]
    for one in v.dicts(found.get("Targets")):
        members += facts.targets(one.get("Id"))
    return list(dict.fromkeys(one for one in members if one in facts.components))


def classic(facts: Facts, item: Item) -> None:
    """A balancer of the old sort holds its listeners itself: one route for all of them."""
    members = [id for one in v.items(item.get("Instances")) for id in facts.targets(one)]
    members += [one.id for one in facts.users.get(item.id, [])]
    members = list(dict.fromkeys(one for one in members if one in facts.components))
    balancer = facts.components[item.id]
    place = item.place("Listeners")
    entry = {} if item.text("Scheme") == "internal" else {"entry": f"load balancer {balancer.name}"}
    route = Component(
        id=f"{item.id}/listeners", kind="gateway", name=f"{balancer.name} listeners", type="AWS::ElasticLoadBalancing::Listener",
        service="elb", provider="aws", region=balancer.region, account=balancer.account, environment=balancer.environment,
        scope=balancer.scope, attributes=entry, evidence=(evidence(place, "listeners"),),
    )  # fmt: skip
    facts.add(route, item.stack, f"{item.resource.name}/listeners")
    facts.need(route.id, item.stack, Ref(item.stack.key, item.resource.name, "", place), "listener of", place)
    facts.group(route.id, item.stack, members, "instances", place, full=len(members), reason=_ANY)
    if not members:
        facts.gap(
            route.id,
            "nothing scanned is registered behind this balancer: state what answers",
            place,
            component=route.id,
        )


_SCHEME = (("Scheme", "scheme"), ("Type", "sort"))
ROWS: dict[str, Row] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Row("load-balancer", "elb", ("Name",), shows=_SCHEME, zones=("Subnets", "SubnetMappings.SubnetId")),
    "AWS::ElasticLoadBalancing::LoadBalancer": Row("load-balancer", "elb", ("LoadBalancerName",), shows=_SCHEME, zones=("Subnets", "AvailabilityZones"), first=classic_route, more=classic),
    "AWS::ElasticLoadBalancingV2::Listener": Row("gateway", "elb", (), first=routed, more=listener, label=listener_label, entry=listener_entry),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Row("gateway", "elb", (), first=routed, more=listener, label=listener_label, entry=listener_entry),
    "AWS::GlobalAccelerator::Accelerator": Row("load-balancer", "globalaccelerator", ("Name",), place="global"),
    "AWS::VpcLattice::Service": Row("gateway", "vpc-lattice", ("Name",)),
    "AWS::EC2::VPCEndpointService": Row("gateway", "privatelink", (), needs=(
        Need("NetworkLoadBalancerArns"), Need("GatewayLoadBalancerArns"))),
}  # fmt: skip
STANDS: dict[str, tuple[str, ...]] = {"AWS::ElasticLoadBalancingV2::TargetGroup": ()}
QUIET = ("AWS::ElasticLoadBalancingV2::*", "AWS::GlobalAccelerator::*", "AWS::VpcLattice::*")


def accelerated(facts: Facts) -> None:
    """What is reached through an accelerator needs it and any of the endpoints in its regions."""
    groups: dict[str, list[Item]] = {}
    for stack, resource in facts.world.all():
        if resource.type == "AWS::GlobalAccelerator::EndpointGroup":
            item = facts.item(stack, resource)
            for ref in v.refs(item.get("ListenerArn")):
                found = facts.of(ref)
                for id in facts.targets(found.get("AcceleratorArn")) if found else ():
                    groups.setdefault(id, []).append(item)
    for id in sorted(groups):
        accelerator, first = facts.components[id], groups[id][0]
        place = first.place("EndpointConfigurations")
        route = accelerator.model_copy(update={
            "id": f"{id}/endpoints", "kind": "gateway", "name": f"{accelerator.name} endpoints", "identities": (), "aliases": (),
            "attributes": {"entry": f"accelerator {accelerator.name}"}, "evidence": (evidence(place, "endpoints"),),
        })  # fmt: skip
        facts.add(route, first.stack, f"{first.resource.name}/endpoints")
        facts.need(route.id, first.stack, first.get("ListenerArn"), "listener", place)
        reach = Ref(facts.places[id].key, id.rpartition(":")[2], "", place)
        facts.need(route.id, first.stack, reach, "endpoints of", place)
        reached = [
            (target, sure and item.stack.condition(item.resource) is True)
            for item in groups[id]
            for one, sure in v.told(item.get("EndpointConfigurations"))
            for target in facts.targets(v.get(one, "EndpointId"))
        ]
        members, perhaps = [one for one, _ in reached], frozenset(one for one, sure in reached if not sure)
        facts.group(route.id, first.stack, members, "endpoints", place, reason="unhealthy endpoints get no traffic", perhaps=perhaps)  # fmt: skip


LAST = (accelerated,)
