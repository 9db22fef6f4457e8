"""Caches, and databases held in memory."""

from __future__ import annotations

from typing import Any

from blastradius.model import Failover
from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call

CALLS = (
    Call("elasticache", "DescribeReplicationGroups", "ReplicationGroups", ("ReplicationGroupId!", "ARN", "MultiAZ", "AutomaticFailover", "endpoint: ConfigurationEndpoint.Address", "nodes: NodeGroups[].{host: PrimaryEndpoint.Address, reader: ReaderEndpoint.Address, zones: NodeGroupMembers[].PreferredAvailabilityZone, hosts: NodeGroupMembers[].ReadEndpoint.Address}", "MemberClusters", "KmsKeyId"), kind="cache", hides="cache groups"),
    Call("elasticache", "DescribeCacheClusters", "CacheClusters", ("CacheClusterId!", "ARN", "Engine", "group: ReplicationGroupId", "zone: PreferredAvailabilityZone", "endpoint: ConfigurationEndpoint.Address", "nodes: CacheNodes[].{host: Endpoint.Address, zone: CustomerAvailabilityZone}"), given={"ShowCacheNodeInfo": True}, kind="cache", hides="caches"),
    Call("elasticache", "DescribeGlobalReplicationGroups", "GlobalReplicationGroups", ("GlobalReplicationGroupId!", "ARN!", "members: Members[].{id: ReplicationGroupId, region: ReplicationGroupRegion, role: Role}"), given={"ShowMemberInfo": True}, kind="cache", hides="global caches"),
    Call("elasticache", "DescribeServerlessCaches", "ServerlessCaches", ("ServerlessCacheName!", "ARN!", "host: Endpoint.Address", "reader: ReaderEndpoint.Address", "SubnetIds", "KmsKeyId"), kind="cache", hides="serverless caches"),
    Call("memorydb", "DescribeClusters", "Clusters", ("Name!", "ARN!", "host: ClusterEndpoint.Address", "zones: Shards[].Nodes[].AvailabilityZone", "AvailabilityMode", "KmsKeyId"), given={"ShowShardDetails": True}, kind="database", hides="MemoryDB clusters"),
)  # fmt: skip


def index(estate: Estate) -> None:
    """Groups before clusters: those of a group are parts of it."""
    _elasticache_nodes(estate)
    _elasticache_others(estate)
    _memorydb(estate)


def _elasticache_nodes(estate: Estate) -> None:
    for item in estate.items("elasticache:DescribeReplicationGroups"):
        data = item.data
        nodes = data.get("nodes", ())
        hosts = [
            data.get("endpoint"),
            *(one.get(key) for one in nodes for key in ("host", "reader")),
            *(host for one in nodes for host in one.get("hosts") or ()),
        ]
        id = _arn(estate, item, "replicationgroup", data["ReplicationGroupId"])
        estate.add(
            item,
            "cache",
            "elasticache",
            "AWS::ElastiCache::ReplicationGroup",
            id,
            data["ReplicationGroupId"],
            hosts=hosts,
        )
    for item in estate.items("elasticache:DescribeCacheClusters"):
        data = item.data
        if not data.get("group"):
            hosts = [data.get("endpoint"), *(one.get("host") for one in data.get("nodes", ()))]
            estate.add(
                item,
                "cache",
                "elasticache",
                "AWS::ElastiCache::CacheCluster",
                _arn(estate, item, "cluster", data["CacheClusterId"]),
                data["CacheClusterId"],
                hosts=hosts,
            )


def _elasticache_others(estate: Estate) -> None:
    for item in estate.items("elasticache:DescribeServerlessCaches"):
        data = item.data
        estate.add(
            item,
            "cache",
            "elasticache",
            "AWS::ElastiCache::ServerlessCache",
            data["ARN"],
            data["ServerlessCacheName"],
            hosts=(data.get("host"), data.get("reader")),
        )
    for item in estate.items("elasticache:DescribeGlobalReplicationGroups"):
        data = item.data
        estate.add(
            item,
            "cache",
            None,
            "AWS::ElastiCache::GlobalReplicationGroup",
            data["ARN"],
            data["GlobalReplicationGroupId"],
            region="global",
        )


def _memorydb(estate: Estate) -> None:
    for item in estate.items("memorydb:DescribeClusters"):
        data = item.data
        estate.add(
            item, "database", "memorydb", "AWS::MemoryDB::Cluster", data["ARN"], data["Name"], hosts=(data.get("host"),)
        )


def _arn(estate: Estate, item: Item, word: str, name: str) -> str:
    return item.data.get("ARN") or estate.arn(item, "elasticache", f"{word}:{name}")


def _known(estate: Estate, item: Item, names: Any) -> list[str]:
    return [zone for one in names or () if (zone := estate.zone(item, one))]


def translate(estate: Estate) -> None:
    """Zones of caches; global caches."""
    for item in estate.items("elasticache:DescribeReplicationGroups"):
        _group(estate, item)
    for item in estate.items("elasticache:DescribeCacheClusters"):
        data = item.data
        id = _arn(estate, item, "cluster", data["CacheClusterId"])
        if id in estate.components:
            nodes = _known(estate, item, [one.get("zone") for one in data.get("nodes", ())]) or _known(
                estate, item, [data.get("zone")]
            )
            _each(estate, id, nodes, item, "CacheNodes")
    for item in estate.items("elasticache:DescribeServerlessCaches"):
        zones = estate.zones_of(item, item.data.get("SubnetIds", ()))
        estate.spread(item.data["ARN"], zones, len(zones), item, "SubnetIds")
        estate.need(item.data["ARN"], estate.key(item, item.data.get("KmsKeyId")), item, "KmsKeyId", via="key")
    for item in estate.items("elasticache:DescribeGlobalReplicationGroups"):
        _global(estate, item)
    for item in estate.items("memorydb:DescribeClusters"):
        zones = _known(estate, item, item.data.get("zones"))
        copies = len(set(zones)) if item.data.get("AvailabilityMode") != "singleaz" else 1
        estate.spread(item.data["ARN"], zones, copies or None, item, "Shards")
        estate.need(item.data["ARN"], estate.key(item, item.data.get("KmsKeyId")), item, "KmsKeyId", via="key")


def _group(estate: Estate, item: Item) -> None:
    data = item.data
    id = _arn(estate, item, "replicationgroup", data["ReplicationGroupId"])
    zones = list(
        dict.fromkeys(one for node in data.get("nodes", ()) for one in _known(estate, item, node.get("zones")))
    )
    automatic = data.get("AutomaticFailover") in ("enabled", "enabling")
    if automatic and zones:
        fewest = min((len(set(node.get("zones") or ())) for node in data.get("nodes", ())), default=1)
        estate.spread(id, zones, fewest, item, "NodeGroups")
    elif len(zones) == 1:
        estate.update(id, zone=zones[0])
    elif not automatic and zones:  # replicas do not take over: the zones of the primaries are each needed
        reason = "its automatic failover is off: a replica in another zone has to be promoted by hand"
        estate.gap(
            id,
            f"{reason}, and nothing tells which zone holds the primary",
            item,
            "AutomaticFailover",
            hides="location",
            provider="aws",
            region=item.region,
            account=item.account,
        )
    estate.need(id, estate.key(item, data.get("KmsKeyId")), item, "KmsKeyId", via="key")


def _each(estate: Estate, id: str, zones: list[str], item: Item, field: str) -> None:
    """Nodes that hold different keys: the loss of one zone loses its share."""
    if zones:
        estate.spread(id, zones, len(set(zones)), item, field)


def _global(estate: Estate, item: Item) -> None:
    data = item.data
    listed = data.get("members", ())
    ids = {
        one["id"]: estate.arn(item, "elasticache", f"replicationgroup:{one['id']}", region=one["region"])
        for one in listed
        if one.get("id") and one.get("region")
    }
    primary = [
        ids[one["id"]] for one in listed if str(one.get("role", "")).upper() == "PRIMARY" and one.get("id") in ids
    ]
    for one in ids.values():
        if one not in primary:
            estate.update(one, attributes={"role": "read-replica", "copy_of": primary[0] if primary else data["ARN"]})
    failover = Failover(mode="manual") if primary else None
    estate.any_of(
        data["ARN"],
        list(ids.values()),
        item,
        "Members",
        via="members",
        active=primary,
        failover=failover,
        reason="a secondary is promoted by hand",
    )
