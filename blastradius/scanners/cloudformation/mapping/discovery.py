"""Names by which containers find each other: Service Connect and Cloud Map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.values import Ref

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item


def names_of(facts: Facts, item: Item) -> list[str]:
    """Host names by which a service of containers is called, as far as they are known."""
    found: list[str] = []
    settings = item.get("ServiceConnectConfiguration")
    space = _namespace(facts, v.get(settings, "Namespace"))
    for one in v.dicts(v.get(settings, "Services")):
        discovery = v.text(one.get("DiscoveryName")) or v.text(one.get("PortName"))
        aliases = [v.text(alias.get("DnsName")) for alias in v.dicts(one.get("ClientAliases"))]
        found += [alias for alias in aliases if alias]
        if discovery and space and not any(aliases):
            found.append(f"{discovery}.{space}")
    for registry in v.dicts(item.get("ServiceRegistries")):
        for ref in v.refs(registry.get("RegistryArn")):
            host = _registered(facts, ref)
            if host:
                found.append(host)
    return list(dict.fromkeys(one.lower() for one in found))


def _registered(facts: Facts, ref: Ref) -> str | None:
    declared = facts.of(ref)
    if declared is None or declared.resource.type != "AWS::ServiceDiscovery::Service":
        return None
    name = declared.text("Name")
    space = _namespace(facts, declared.get("NamespaceId") or declared.get("DnsConfig", "NamespaceId"))
    return f"{name}.{space}" if name and space else None


def _namespace(facts: Facts, value: object) -> str | None:
    """Name of a namespace: a text, that of the resource that is referred to, or that of a cluster's default."""
    for ref in v.refs(value):
        declared = facts.of(ref)
        if declared is None:
            continue
        name = declared.text("Name") or declared.text("ServiceConnectDefaults", "Namespace")
        if name:
            return name
    text = v.text(value)
    return text if text and not text.startswith("arn:") else None


QUIET = ("AWS::ServiceDiscovery::*",)
