"""Load balancers with their routes and targets; networks, and what leads out of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

_ACTIONS = "[].{type: Type, group: TargetGroupArn, groups: ForwardConfig.TargetGroups[].{arn: TargetGroupArn, weight: Weight}, pool: AuthenticateCognitoConfig.UserPoolArn}"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"
CALLS = (
    Call("ec2", "DescribeAvailabilityZones", "AvailabilityZones", ("ZoneName!", "ZoneId", "ZoneType"), hides="zone ids"),
    Call("ec2", "DescribeSubnets", "Subnets", ("SubnetId!", "AvailabilityZone", "AvailabilityZoneId", "VpcId"), hides="zones of subnets"),
    Call("ec2", "DescribeVpcs", "Vpcs", ("VpcId!", "Tags", "IsDefault"), hides="networks"),
    Call("ec2", "DescribeNatGateways", "NatGateways", ("NatGatewayId!", "SubnetId", "VpcId", "State", "Tags"), kind="gateway", hides="NAT gateways"),
    Call("ec2", "DescribeVpcEndpoints", "VpcEndpoints", ("VpcEndpointId!", "VpcEndpointType", "ServiceName", "VpcId", "State", "SubnetIds", "Hosts: DnsEntries[].DnsName", "Tags"), kind="gateway", hides="endpoints of networks"),
    Call("ec2", "DescribeTransitGateways", "TransitGateways", ("TransitGatewayId!", "TransitGatewayArn", "State", "Tags"), kind="gateway", hides="transit gateways"),
    Call("ec2", "DescribeTransitGatewayPeeringAttachments", "TransitGatewayPeeringAttachments", ("TransitGatewayAttachmentId!", "RequesterTgwInfo", "AccepterTgwInfo", "State"), hides="peerings of transit gateways"),
    Call("ec2", "DescribeVpcPeeringConnections", "VpcPeeringConnections", ("VpcPeeringConnectionId!", "State: Status.Code", "Requester: RequesterVpcInfo.{vpc: VpcId, region: Region, account: OwnerId}", "Accepter: AccepterVpcInfo.{vpc: VpcId, region: Region, account: OwnerId}"), hides="peerings of networks"),
    Call("elbv2", "DescribeLoadBalancers", "LoadBalancers", ("LoadBalancerArn!", "LoadBalancerName!", "DNSName", "Scheme", "Type", "AvailabilityZones: AvailabilityZones[].ZoneName"), kind="load-balancer", hides="load balancers", actions=("elasticloadbalancing:DescribeLoadBalancers",)),
    Call("elbv2", "DescribeListeners", "Listeners", ("ListenerArn!", "LoadBalancerArn!", "Port", "Protocol", f"Actions: DefaultActions{_ACTIONS}"), each="elbv2:DescribeLoadBalancers", take={"LoadBalancerArn": "LoadBalancerArn"}, of="LoadBalancerArn", hides="listeners", leaves=(_BALANCER,), nothing=("LoadBalancerNotFound",), actions=("elasticloadbalancing:DescribeListeners",)),
    Call("elbv2", "DescribeRules", "Rules[?!IsDefault]", ("RuleArn!", "Priority", f"Actions: Actions{_ACTIONS}", "Hosts: Conditions[?Field=='host-header'].[Values, HostHeaderConfig.Values][][]", "Paths: Conditions[?Field=='path-pattern'].[Values, PathPatternConfig.Values][][]"), each="elbv2:DescribeListeners", take={"ListenerArn": "ListenerArn"}, of="ListenerArn", when="starts_with(Protocol || '', 'HTTP')", hides="rules of listeners", leaves=(_BALANCER,), nothing=("ListenerNotFound",), actions=("elasticloadbalancing:DescribeRules",)),
    Call("elbv2", "DescribeTargetGroups", "TargetGroups", ("TargetGroupArn!", "TargetGroupName", "TargetType", "LoadBalancerArns"), hides="target groups", leaves=(_BALANCER,), actions=("elasticloadbalancing:DescribeTargetGroups",)),
    Call("elbv2", "DescribeTargetHealth", "TargetHealthDescriptions", ("Id: Target.Id",), each="elbv2:DescribeTargetGroups", take={"TargetGroupArn": "TargetGroupArn"}, of="TargetGroupArn", when="LoadBalancerArns", hides="targets", leaves=(_BALANCER,), nothing=("TargetGroupNotFound",), actions=("elasticloadbalancing:DescribeTargetHealth",)),
    Call("elb", "DescribeLoadBalancers", "LoadBalancerDescriptions", ("LoadBalancerName!", "DNSName", "Scheme", "AvailabilityZones", "Instances: Instances[].InstanceId"), kind="load-balancer", hides="classic load balancers", actions=("elasticloadbalancing:DescribeLoadBalancers",)),
)  # fmt: skip


def index(estate: Estate) -> None:
    """Balancers with their routes; networks."""
    for item in estate.items("elbv2:DescribeLoadBalancers"):
        data = item.data
        estate.add(
            item, "load-balancer", "elb", _BALANCER, data["LoadBalancerArn"], data["LoadBalancerName"], hosts=(data.get("DNSName"),),
            attributes={"scheme": data.get("Scheme", ""), "sort": data.get("Type", "")},
        )  # fmt: skip
    for item in estate.items("elbv2:DescribeListeners"):
        if any(_groups(one) for one in item.data.get("Actions", ())):
            _route(estate, item, item.data["LoadBalancerArn"], item.data["ListenerArn"], str(item.data.get("Port", "")))
    balancers = {
        one.data["ListenerArn"]: one.data["LoadBalancerArn"] for one in estate.items("elbv2:DescribeListeners")
    }
    for item in estate.items("elbv2:DescribeRules"):
        balancer = balancers.get(item.of)
        if balancer and any(_groups(one) for one in item.data.get("Actions", ())):
            hosts = [one for one in item.data.get("Hosts", ()) if one]
            label = next((one for one in (*hosts, *item.data.get("Paths", ())) if one), item.data.get("Priority", ""))
            _route(estate, item, balancer, item.data["RuleArn"], str(label), hosts)
    for item in estate.items("elb:DescribeLoadBalancers"):
        _classic(estate, item)
    _networks(estate)


def _route(estate: Estate, item: Item, balancer: str, id: str, label: str, hosts: Iterable[str] = ()) -> None:
    owner = estate.components.get(balancer)
    if owner is not None:
        public = owner.attributes.get("scheme") != "internal"
        estate.route(item, balancer, id, f"{owner.name} {label}", hosts=hosts, entry=public)


def _classic(estate: Estate, item: Item) -> None:
    data = item.data
    name = data["LoadBalancerName"]
    id = estate.arn(item, "elasticloadbalancing", f"loadbalancer/{name}")
    estate.add(
        item,
        "load-balancer",
        "elb",
        _CLASSIC,
        id,
        name,
        hosts=(data.get("DNSName"),),
        attributes={"scheme": data.get("Scheme", "")},
    )
    estate.know(item, "classic", name, id)
    estate.route(item, id, f"{id}#route", f"{name} route", entry=data.get("Scheme") != "internal")


_NETWORKS = (
    ("ec2:DescribeVpcs", "AWS::EC2::VPC", "vpc", "VpcId"),
    ("ec2:DescribeNatGateways", "AWS::EC2::NatGateway", "natgateway", "NatGatewayId"),
    ("ec2:DescribeVpcEndpoints", "AWS::EC2::VPCEndpoint", "vpc-endpoint", "VpcEndpointId"),
    ("ec2:DescribeTransitGateways", "AWS::EC2::TransitGateway", "transit-gateway", "TransitGatewayId"),
)  # fmt: skip


def _networks(estate: Estate) -> None:
    """Networks are where they are for something else: their role says so."""
    for call, type, word, key in _NETWORKS:
        for item in estate.items(call):
            data = item.data
            if data.get("State") in ("deleted", "deleting", "failed", "rejected", "expired") or data.get("IsDefault"):
                continue
            named = next((one.get("Value") for one in data.get("Tags", ()) if one.get("Key") == "Name"), None)
            id = data.get("TransitGatewayArn") or estate.arn(item, "ec2", f"{word}/{data[key]}")
            service = "privatelink" if word == "vpc-endpoint" else "ec2"
            name = named or data.get("ServiceName") or data[key]
            hosts = data.get("Hosts", ()) if word == "vpc-endpoint" else ()
            # the same private name leads to the endpoint of each network: only the endpoint's own names are its identity
            own = [one for one in hosts if str(one).startswith("vpce-")]
            estate.add(
                item,
                "gateway",
                service,
                type,
                id,
                name,
                hosts=own,
                aliases=(data[key],),
                attributes={"role": "network"},
                tags=data.get("Tags"),
            )
            estate.know(item, word, data[key], id)
    for item in estate.items("ec2:DescribeVpcPeeringConnections"):
        if item.data.get("State") == "active":
            id = estate.arn(item, "ec2", f"vpc-peering-connection/{item.data['VpcPeeringConnectionId']}")
            estate.add(
                item,
                "gateway",
                "ec2",
                "AWS::EC2::VPCPeeringConnection",
                id,
                item.data["VpcPeeringConnectionId"],
                attributes={"role": "network"},
            )
    for item in estate.items("ec2:DescribeTransitGatewayPeeringAttachments"):
        if item.data.get("State") == "available":
            id = estate.arn(item, "ec2", f"transit-gateway-attachment/{item.data['TransitGatewayAttachmentId']}")
            estate.add(
                item,
                "gateway",
                "ec2",
                "AWS::EC2::TransitGatewayPeeringAttachment",
                id,
                item.data["TransitGatewayAttachmentId"],
                attributes={"role": "network"},
            )


def translate(estate: Estate) -> None:
    """Zones of balancers, and what their routes lead to."""
    for item in estate.items("elbv2:DescribeTargetHealth"):
        _target(estate, item)
    for item in estate.items("elbv2:DescribeLoadBalancers"):
        zones = [zone for one in item.data.get("AvailabilityZones", ()) if (zone := estate.zone(item, one))]
        estate.spread(item.data["LoadBalancerArn"], zones, len(zones), item, "AvailabilityZones")
    for item in estate.items("elbv2:DescribeListeners"):
        _leads(estate, item, item.data["ListenerArn"], item.data["LoadBalancerArn"], "DefaultActions")
    balancers = {
        one.data["ListenerArn"]: one.data["LoadBalancerArn"] for one in estate.items("elbv2:DescribeListeners")
    }
    for item in estate.items("elbv2:DescribeRules"):
        _leads(estate, item, item.data["RuleArn"], balancers.get(item.of, ""), "Actions")
    for item in estate.items("elb:DescribeLoadBalancers"):
        _leads_classic(estate, item)
    for item in estate.items("ec2:DescribeNatGateways"):
        id = estate.find(item, "natgateway", item.data["NatGatewayId"])
        if id:
            estate.spread(id, estate.zones_of(item, [item.data.get("SubnetId")]), 1, item, "SubnetId")
    for item in estate.items("ec2:DescribeVpcEndpoints"):
        id = estate.find(item, "vpc-endpoint", item.data["VpcEndpointId"])
        zones = estate.zones_of(item, item.data.get("SubnetIds", ()))
        if id and zones:
            estate.spread(id, zones, len(zones), item, "SubnetIds")


def _target(estate: Estate, item: Item) -> None:
    """What is registered in a target group, where no service or group registers it by itself."""
    id = item.data.get("Id", "")
    member = estate.find(item, "instance", id) or (id if id.startswith("arn:") else None)
    group = estate.groups[item.of]
    if member:
        group[member] = None
    elif not group:
        member = estate.find(item, "address", id)
        group[member or f"?{id}"] = None


def _groups(action: dict[str, Any]) -> list[str]:
    """Target groups that an action forwards to; those of weight 0 get nothing."""
    listed = [one["arn"] for one in action.get("groups") or () if one.get("arn") and one.get("weight") != 0]
    return listed or ([action["group"]] if action.get("group") else [])


def _leads(estate: Estate, item: Item, route: str, balancer: str, field: str) -> None:
    if route not in estate.components:
        return
    estate.need(route, balancer, item, "LoadBalancerArn", via="route", strength="hard")
    for action in item.data.get("Actions", ()):
        if action.get("pool"):
            estate.need(route, action["pool"], item, field, via="sign-in")
        groups = _groups(action)
        members = [one for group in groups for one in estate.groups.get(group, ())]
        known = [one for one in members if not one.startswith("?")]
        estate.any_of(route, known, item, field, via="targets", full=len(known) or None)
        if groups and (not known or len(known) < len(members)):
            what = (
                "its targets are addresses of nothing that was read"
                if members
                else "nothing is registered in its target groups"
            )
            region = estate.components[route].region
            estate.gap(
                route,
                f"{what}: state what it leads to in blastradius.yaml",
                item,
                field,
                provider="aws",
                region=region,
                account=item.account,
            )


def _leads_classic(estate: Estate, item: Item) -> None:
    id = estate.find(item, "classic", item.data["LoadBalancerName"]) or ""
    route = f"{id}#route"
    zones = [zone for one in item.data.get("AvailabilityZones", ()) if (zone := estate.zone(item, one))]
    estate.spread(id, zones, len(zones), item, "AvailabilityZones")
    estate.need(route, id, item, "LoadBalancerName", via="route", strength="hard")
    members = [found for one in item.data.get("Instances", ()) if (found := estate.find(item, "instance", one))]
    members = list(dict.fromkeys(members))
    estate.any_of(route, members, item, "Instances", via="targets", full=len(members) or None)
