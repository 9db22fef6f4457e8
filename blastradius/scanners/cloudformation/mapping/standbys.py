"""In how many zones databases and caches keep a copy of themselves, as their own properties say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.values import Ref

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

_FLAGS = {"true": True, "false": False}


def _said(item: Item, *path: str) -> bool | None:
    """A flag at a path: false where nothing is written there, None where that is not known."""
    return False if item.get(*path) is None else _FLAGS.get((item.text(*path) or "").lower())


def _count(item: Item, *path: str) -> int | None:
    text = item.text(*path)
    return int(text) if text and text.isdecimal() and len(text) < 6 else None


def flagged(*path: str) -> Callable[[Facts, Item], int | None]:
    """A flag that says that a standby is kept in another zone."""

    def copies(facts: Facts, item: Item) -> int | None:
        on = _said(item, *path)
        return None if on is None else 2 if on else 1

    return copies


def cluster(facts: Facts, item: Item) -> int | None:
    """A cluster serves by its instances; one without any of its own is made of three, or has none that is known."""
    if item.text("EngineMode") == "serverless" or item.get("DBClusterInstanceClass") is not None:
        return 3
    own = [
        one
        for stack, resource in facts.world.all()
        if resource.type == item.resource.type.replace("DBCluster", "DBInstance")
        for one in v.refs(v.get(stack.properties(resource.name), "DBClusterIdentifier"))
        if (one.stack, one.name) == (item.stack.key, item.resource.name)
    ]
    return len(own) or None


def replication_group(facts: Facts, item: Item) -> int | None:
    """A cache moves to a replica only where that is switched on."""
    on = _said(item, "AutomaticFailoverEnabled")
    if not on:
        return None if on is None else 1
    if item.get("NumCacheClusters") is not None:
        return _count(item, "NumCacheClusters")
    replicas = _count(item, "ReplicasPerNodeGroup")
    return None if replicas is None else replicas + 1


def memcached(facts: Facts, item: Item) -> int | None:
    """Nodes of a cache: in one zone unless it says otherwise."""
    if item.get("AZMode") is None:
        return 1
    mode = item.text("AZMode")
    return _count(item, "NumCacheNodes") if mode == "cross-az" else 1 if mode else None


def search(facts: Facts, item: Item) -> int | None:
    """A search domain that is aware of zones keeps copies in two or three."""
    for key in ("ClusterConfig", "ElasticsearchClusterConfig"):
        if item.get(key) is not None:
            on = _said(item, key, "ZoneAwarenessEnabled")
            if not on:
                return None if on is None else 1
            counted = item.get(key, "ZoneAwarenessConfig", "AvailabilityZoneCount") is not None
            return _count(item, key, "ZoneAwarenessConfig", "AvailabilityZoneCount") if counted else 2
    return 1


#: Types by which zones are named, and the property that names them.
_PLACES = {
    "AWS::EC2::Subnet": "AvailabilityZone",
    "AWS::RDS::DBSubnetGroup": "SubnetIds",
    "AWS::DocDB::DBSubnetGroup": "SubnetIds",
    "AWS::Neptune::DBSubnetGroup": "SubnetIds",
    "AWS::ElastiCache::SubnetGroup": "SubnetIds",
    "AWS::MemoryDB::SubnetGroup": "SubnetIds",
    "AWS::DAX::SubnetGroup": "SubnetIds",
    "AWS::Redshift::ClusterSubnetGroup": "SubnetIds",
}


def zones(facts: Facts, value: Any) -> list[str]:
    """Zones that subnets, groups of them or names in a value mean; one whose name is not known is `#<subnet>`."""
    found: dict[str, None] = {}
    todo = [*v.items(value)]
    seen: set[Ref] = set()
    while todo:
        one = todo.pop(0)
        text = v.text(one)
        if text and text[-1:].isalpha() and text[-2:-1].isdigit() and text.count("-") >= 2:
            found[text] = None
        for ref in v.refs(one):
            if ref in seen or len(seen) > 200:
                continue
            seen.add(ref)
            inner = _within(facts, ref)
            if inner is None:
                found[f"#{ref.stack}:{ref.name}"] = None
            else:
                todo.extend(inner)
    return list(found)


def _within(facts: Facts, ref: Ref) -> list[Any] | None:
    """What a subnet or a group of them names; None for a subnet whose zone is not known."""
    item = facts.of(ref)
    key = _PLACES.get(item.resource.type) if item else None
    if item is None or key is None:
        return []
    named = v.items(item.get(key))
    return None if key == "AvailabilityZone" and not any(v.text(one) for one in named) else named
