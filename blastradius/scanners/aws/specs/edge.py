"""What stands at the provider's edge: CloudFront and Global Accelerator."""

from __future__ import annotations

from typing import Any

from blastradius.model import Failover, Strength
from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

_PER_REQUEST = Failover(mode="automatic", takes=0)
_ACCELERATOR = "AWS::GlobalAccelerator::Accelerator"
_EDGES = "LambdaFunctionAssociations.Items[].LambdaFunctionARN"
CALLS = (
    Call("cloudfront", "ListDistributions", "DistributionList.Items", ("Id!", "ARN!", "DomainName", "Comment", "Enabled", "aliases: Aliases.Items", "origins: Origins.Items[].{id: Id, host: DomainName}", "groups: OriginGroups.Items[].{id: Id, members: Members.Items[].OriginId}", f"default: DefaultCacheBehavior.{{origin: TargetOriginId, functions: {_EDGES}}}", f"others: CacheBehaviors.Items[].{{origin: TargetOriginId, path: PathPattern, functions: {_EDGES}}}"), place="global", kind="cdn", hides="distributions"),
    Call("globalaccelerator", "ListAccelerators", "Accelerators", ("AcceleratorArn!", "Name!", "DnsName", "Enabled", "dual: DualStackDnsName"), place="global", kind="cdn", hides="accelerators"),
    Call("globalaccelerator", "ListListeners", "Listeners", ("ListenerArn!",), each="globalaccelerator:ListAccelerators", take={"AcceleratorArn": "AcceleratorArn"}, of="AcceleratorArn", place="global", hides="listeners of accelerators", leaves=(_ACCELERATOR,)),
    Call("globalaccelerator", "ListEndpointGroups", "EndpointGroups", ("EndpointGroupArn", "EndpointGroupRegion", "dial: TrafficDialPercentage", "endpoints: EndpointDescriptions[].{id: EndpointId, weight: Weight}"), each="globalaccelerator:ListListeners", take={"ListenerArn": "ListenerArn"}, of="ListenerArn", place="global", hides="endpoints of accelerators", leaves=(_ACCELERATOR,)),
)  # fmt: skip


def index(estate: Estate) -> None:
    """Distributions and accelerators."""
    for item in estate.items("cloudfront:ListDistributions"):
        data = item.data
        if data.get("Enabled") is False:
            continue
        name = data.get("Comment") or next(iter(data.get("aliases", ())), data["Id"])
        attributes = {
            "entry": f"CloudFront {name}",
            **(
                {"host": data["aliases"][0]}
                if len(data.get("aliases", ())) == 1 and "*" not in data["aliases"][0]
                else {}
            ),
        }
        estate.add(
            item,
            "cdn",
            "cloudfront",
            "AWS::CloudFront::Distribution",
            data["ARN"],
            name,
            region="global",
            hosts=(data.get("DomainName"),),
            aliases=data.get("aliases", ()),
            attributes=attributes,
        )
    for item in estate.items("globalaccelerator:ListAccelerators"):
        data = item.data
        if data.get("Enabled") is not False:
            estate.add(
                item,
                "cdn",
                "globalaccelerator",
                _ACCELERATOR,
                data["AcceleratorArn"],
                data["Name"],
                region="global",
                hosts=(data.get("DnsName"), data.get("dual")),
                attributes={"entry": f"Global Accelerator {data['Name']}"},
            )


def translate(estate: Estate) -> None:
    """Where requests go from the edge."""
    for item in estate.items("cloudfront:ListDistributions"):
        if item.data["ARN"] in estate.components:
            _distribution(estate, item)
    _accelerators(estate)


def _distribution(estate: Estate, item: Item) -> None:
    """The default behaviour's origin is needed; those of single paths are not by the others."""
    data, id = item.data, item.data["ARN"]
    default = data.get("default") or {}
    _origin(estate, item, default.get("origin", ""), soft=False)
    others = [one for one in data.get("others", ()) if one.get("origin") != default.get("origin")]
    for wanted in dict.fromkeys(one.get("origin", "") for one in others):
        _origin(estate, item, wanted, soft=True)
    for behaviour in (default, *data.get("others", ())):
        for arn in behaviour.get("functions") or ():
            function = ":".join(str(arn).split(":")[:7])
            # it runs at the edge: its region is where it is kept
            estate.update(function, attributes={"role": "edge"})
            strength: Strength = "hard" if behaviour is default else "soft"
            reason = "runs on each request" if strength == "hard" else "runs on some requests"
            estate.need(
                id, function, item, "LambdaFunctionAssociations", via="edge function", strength=strength, reason=reason
            )


def _origin(estate: Estate, item: Item, wanted: str, *, soft: bool) -> None:
    data, id = item.data, item.data["ARN"]
    hosts = {one["id"]: str(one.get("host", "")).lower() for one in data.get("origins", ()) if one.get("id")}
    groups = {
        one.get("id"): [name for name in one.get("members") or () if name in hosts] for one in data.get("groups", ())
    }
    strength: Strength | None = "soft" if soft else None
    reason = "only some paths are served from it" if soft else None
    if wanted in groups:
        members = [hosts[one] for one in groups[wanted]]
        estate.any_of(
            id,
            members,
            item,
            "OriginGroups",
            via="origin group",
            role="address",
            active=members[:1],
            failover=_PER_REQUEST,
            reason="origin failover",
            strength=strength,
        )
    elif hosts.get(wanted):
        estate.need(id, hosts[wanted], item, "Origins", via="origin", role="address", strength=strength, reason=reason)


def _accelerators(estate: Estate) -> None:
    """Healthy endpoints of all regions serve; a dial or weight of 0 keeps one as a standby that somebody switches on."""
    owner = {one.data["ListenerArn"]: one.of for one in estate.items("globalaccelerator:ListListeners")}
    groups: dict[str, list[Item]] = {}
    for item in estate.items("globalaccelerator:ListEndpointGroups"):
        groups.setdefault(item.of, []).append(item)
    for listener, items in groups.items():
        id = owner.get(listener, "")
        if id not in estate.components:
            continue
        members: list[str] = []
        active: list[str] = []
        for item in items:
            for one in item.data.get("endpoints", ()):
                text = _endpoint(estate, item, one)
                members.append(text)
                if item.data.get("dial") != 0 and one.get("weight") != 0:
                    active.append(text)
        standby = 0 < len(set(active)) < len(set(members))
        estate.any_of(
            id, members, items[0], "EndpointDescriptions", via="endpoint group", active=active if standby else (),
            failover=Failover(mode="manual") if standby else None, reason="unhealthy endpoints are left out",
        )  # fmt: skip


def _endpoint(estate: Estate, item: Item, one: dict[str, Any]) -> str:
    text = str(one.get("id", ""))
    return estate.find(item, "instance", text, region=item.data.get("EndpointGroupRegion")) or text
