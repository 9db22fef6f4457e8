"""Databases: instances, clusters, tables, and their copies in other zones and regions."""

from __future__ import annotations

from collections import defaultdict

from blastradius.model import Failover
from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.tying import secret

_SERVICES = {"docdb": "documentdb", "neptune": "neptune"}
_REPLICA = "a replica goes on serving what it has when its source is away"
CALLS = (
    Call("rds", "DescribeDBInstances", "DBInstances", ("DBInstanceIdentifier!", "DBInstanceArn!", "Engine", "host: Endpoint.Address", "zone: AvailabilityZone", "second: SecondaryAvailabilityZone", "MultiAZ", "cluster: DBClusterIdentifier", "source: ReadReplicaSourceDBInstanceIdentifier", "subnets: DBSubnetGroup.Subnets[].SubnetAvailabilityZone.Name", "KmsKeyId", "tags: TagList"), kind="database", hides="database instances"),
    Call("rds", "DescribeDBClusters", "DBClusters", ("DBClusterIdentifier!", "DBClusterArn!", "Engine", "Endpoint", "ReaderEndpoint", "CustomEndpoints", "AvailabilityZones", "MultiAZ", "members: DBClusterMembers[].{id: DBInstanceIdentifier, writer: IsClusterWriter}", "source: ReplicationSourceIdentifier", "KmsKeyId", "GlobalWriteForwardingStatus", "tags: TagList"), kind="database", hides="database clusters"),
    Call("rds", "DescribeGlobalClusters", "GlobalClusters", ("GlobalClusterIdentifier!", "GlobalClusterArn", "Engine", "members: GlobalClusterMembers[].{arn: DBClusterArn, writer: IsWriter}"), place="global", kind="database", hides="global databases"),
    Call("rds", "DescribeDBProxies", "DBProxies", ("DBProxyName!", "DBProxyArn!", "Endpoint", "subnets: VpcSubnetIds", "secrets: Auth[].SecretArn"), kind="database", hides="database proxies"),
    Call("rds", "DescribeDBProxyTargets", "Targets", ("RdsResourceId", "Type", "TrackedClusterId"), each="rds:DescribeDBProxies", take={"DBProxyName": "DBProxyName"}, of="DBProxyArn", hides="targets of database proxies", leaves=("AWS::RDS::DBProxy",)),
    Call("dynamodb", "ListTables", "TableNames", ("value!",), kind="database", hides="tables"),
    Call("dynamodb", "DescribeTable", "[Table]", ("TableName!", "TableArn!", "replicas: Replicas[].{region: RegionName, status: ReplicaStatus}", "key: SSEDescription.KMSMasterKeyArn"), each="dynamodb:ListTables", take={"TableName": "value"}, of="value", kind="database", hides="tables", nothing=("ResourceNotFoundException",)),
    Call("redshift", "DescribeClusters", "Clusters", ("ClusterIdentifier!", "ClusterNamespaceArn", "host: Endpoint.Address", "AvailabilityZone", "MultiAZ", "KmsKeyId", "copies: ClusterSnapshotCopyStatus.DestinationRegion", "Tags"), kind="database", hides="warehouses"),
    Call("opensearch", "ListDomainNames", "DomainNames", ("DomainName!",), kind="database", hides="search domains", actions=("es:ListDomainNames",)),
    Call("opensearch", "DescribeDomains", "DomainStatusList", ("DomainName!", "ARN!", "Endpoint", "endpoints: Endpoints", "subnets: VPCOptions.SubnetIds", "aware: ClusterConfig.ZoneAwarenessEnabled", "zones: ClusterConfig.ZoneAwarenessConfig.AvailabilityZoneCount", "count: ClusterConfig.InstanceCount", "key: EncryptionAtRestOptions.KmsKeyId"), each="opensearch:ListDomainNames", take={"DomainNames": "DomainName"}, batch=5, of="DomainName", kind="database", hides="search domains", actions=("es:DescribeDomains",)),
)  # fmt: skip


def index(estate: Estate) -> None:
    """Clusters before instances: those of a cluster are parts of it."""
    _rds_clusters(estate)
    _rds_instances(estate)
    _rds_others(estate)
    _dynamodb(estate)
    _redshift(estate)
    _opensearch(estate)


def _rds_clusters(estate: Estate) -> None:
    for item in estate.items("rds:DescribeDBClusters"):
        data = item.data
        service = _SERVICES.get(data.get("Engine", ""), "aurora" if "aurora" in data.get("Engine", "") else "rds")
        hosts = (data.get("Endpoint"), data.get("ReaderEndpoint"), *data.get("CustomEndpoints", ()))
        estate.add(
            item,
            "database",
            service,
            "AWS::RDS::DBCluster",
            data["DBClusterArn"],
            data["DBClusterIdentifier"],
            hosts=hosts,
            tags=data.get("tags"),
        )
        estate.know(item, "db cluster", data["DBClusterIdentifier"], data["DBClusterArn"])


def _rds_instances(estate: Estate) -> None:
    for item in estate.items("rds:DescribeDBInstances"):
        data = item.data
        cluster = estate.find(item, "db cluster", data.get("cluster"))
        estate.know(item, "db instance", data["DBInstanceIdentifier"], cluster or data["DBInstanceArn"])
        estate.know(item, "db instance zone", data["DBInstanceIdentifier"], estate.zone(item, data.get("zone")) or "")
        if cluster:  # its own endpoint is one way to the cluster
            estate.update(cluster, identities=tuple(one for one in (data.get("host"),) if one))
            estate.hosts[str(data.get("host", "")).lower()].add(cluster)
            continue
        several = bool(data.get("MultiAZ"))
        zone = None if several else estate.zone(item, data.get("zone"))
        estate.add(
            item,
            "database",
            "rds",
            "AWS::RDS::DBInstance",
            data["DBInstanceArn"],
            data["DBInstanceIdentifier"],
            zone=zone,
            hosts=(data.get("host"),),
            attributes={"multi_az": "true"} if several else {},
            tags=data.get("tags"),
        )


def _rds_others(estate: Estate) -> None:
    for item in estate.items("rds:DescribeGlobalClusters"):
        data = item.data
        arn = data.get("GlobalClusterArn") or estate.arn(
            item, "rds", f"global-cluster:{data['GlobalClusterIdentifier']}"
        )
        estate.add(
            item, "database", None, "AWS::RDS::GlobalCluster", arn, data["GlobalClusterIdentifier"], region="global"
        )
    for item in estate.items("rds:DescribeDBProxies"):
        data = item.data
        estate.add(
            item,
            "database",
            "rds-proxy",
            "AWS::RDS::DBProxy",
            data["DBProxyArn"],
            data["DBProxyName"],
            hosts=(data.get("Endpoint"),),
        )


def _dynamodb(estate: Estate) -> None:
    for item in estate.items("dynamodb:DescribeTable"):
        data = item.data
        estate.add(
            item,
            "database",
            "dynamodb",
            "AWS::DynamoDB::Table",
            data["TableArn"],
            data["TableName"],
            aliases=(data["TableName"],),
        )


def _redshift(estate: Estate) -> None:
    for item in estate.items("redshift:DescribeClusters"):
        data = item.data
        id = estate.arn(item, "redshift", f"cluster:{data['ClusterIdentifier']}")
        several = data.get("MultiAZ") in (True, "Enabled", "enabled")
        zone = None if several else estate.zone(item, data.get("AvailabilityZone"))
        estate.add(
            item,
            "database",
            "redshift",
            "AWS::Redshift::Cluster",
            id,
            data["ClusterIdentifier"],
            zone=zone,
            hosts=(data.get("host"),),
            tags=data.get("Tags"),
        )


def _opensearch(estate: Estate) -> None:
    for item in estate.items("opensearch:DescribeDomains"):
        data = item.data
        hosts = (data.get("Endpoint"), *(data.get("endpoints") or {}).values())
        estate.add(
            item,
            "database",
            "opensearch",
            "AWS::OpenSearchService::Domain",
            data["ARN"],
            data["DomainName"],
            hosts=hosts,
        )


def translate(estate: Estate) -> None:
    """Zones, replicas, global databases, keys."""
    for item in estate.items("rds:DescribeDBInstances"):
        _instance(estate, item)
    for item in estate.items("rds:DescribeDBClusters"):
        _cluster(estate, item)
    for item in estate.items("rds:DescribeGlobalClusters"):
        _global(estate, item)
    _proxies(estate)
    for item in estate.items("dynamodb:DescribeTable"):
        estate.need(item.data["TableArn"], estate.key(item, item.data.get("key")), item, "SSEDescription", via="key")
    _tables(estate)
    _warehouses(estate)
    for item in estate.items("opensearch:DescribeDomains"):
        data = item.data
        zones = estate.zones_of(item, data.get("subnets", ()))
        copies = int(data.get("zones") or 2) if data.get("aware") else 1
        estate.spread(data["ARN"], zones, copies, item, "VPCOptions.SubnetIds")
        estate.need(data["ARN"], estate.key(item, data.get("key")), item, "EncryptionAtRestOptions", via="key")


def _proxies(estate: Estate) -> None:
    for item in estate.items("rds:DescribeDBProxies"):
        data = item.data
        for arn in data.get("secrets", ()):
            estate.need(
                data["DBProxyArn"],
                secret(arn),
                item,
                "Auth",
                via="secret",
                phase="startup",
                strength="hard",
                reason="the proxy signs in with it",
            )
        zones = estate.zones_of(item, data.get("subnets", ()))
        estate.spread(data["DBProxyArn"], zones, len(zones), item, "VpcSubnetIds")
    for item in estate.items("rds:DescribeDBProxyTargets"):
        sort = "db cluster" if item.data.get("Type") == "TRACKED_CLUSTER" else "db instance"
        estate.need(
            item.of, estate.find(item, sort, item.data.get("RdsResourceId")), item, "Targets", via="proxy target"
        )


def _warehouses(estate: Estate) -> None:
    for item in estate.items("redshift:DescribeClusters"):
        id = estate.arn(item, "redshift", f"cluster:{item.data['ClusterIdentifier']}")
        estate.need(id, estate.key(item, item.data.get("KmsKeyId")), item, "KmsKeyId", via="key")
        region = item.data.get("copies")
        if region:
            attributes = {"role": "backup", "copy_of": id}
            estate.add(
                item,
                "database",
                "redshift",
                "AWS::Redshift::Cluster",
                f"{id}#{region}-backup",
                f"{item.data['ClusterIdentifier']} backup",
                region=region,
                attributes=attributes,
                field="ClusterSnapshotCopyStatus",
            )


def _instance(estate: Estate, item: Item) -> None:
    data, id = item.data, item.data["DBInstanceArn"]
    if id not in estate.components:
        return
    estate.need(id, estate.key(item, data.get("KmsKeyId")), item, "KmsKeyId", via="key")
    if data.get("MultiAZ"):
        exact = [zone for one in (data.get("zone"), data.get("second")) if (zone := estate.zone(item, one))]
        possible = [zone for one in data.get("subnets", ()) if (zone := estate.zone(item, one))]
        estate.spread(id, exact if len(set(exact)) == 2 else possible or exact, 2, item, "MultiAZ")
    source = data.get("source")
    if source:
        known = source if source.startswith("arn:") else estate.find(item, "db instance", source)
        estate.update(id, attributes={"role": "read-replica", "copy_of": known or source})
        estate.need(
            id, known, item, "ReadReplicaSourceDBInstanceIdentifier", via="replicates", strength="soft", reason=_REPLICA
        )


def _cluster(estate: Estate, item: Item) -> None:
    """An Aurora cluster keeps its data in three zones; it serves from those that its instances are in."""
    data, id = item.data, item.data["DBClusterArn"]
    estate.need(id, estate.key(item, data.get("KmsKeyId")), item, "KmsKeyId", via="key")
    members = [estate.find(item, "db instance zone", one["id"]) for one in data.get("members", ())]
    zones = [one for one in members if one]
    if zones:
        estate.update(id, attributes={"instances": str(len(members))})
        estate.spread(id, zones, len(set(zones)), item, "DBClusterMembers")
    else:
        known = [zone for one in data.get("AvailabilityZones", ()) if (zone := estate.zone(item, one))]
        estate.spread(
            id,
            known,
            len(known) if data.get("MultiAZ") or data.get("Engine", "").startswith("aurora") else None,
            item,
            "AvailabilityZones",
        )
    source = data.get("source")
    if source:
        estate.update(id, attributes={"role": "read-replica", "copy_of": source})
        estate.need(id, source, item, "ReplicationSourceIdentifier", via="replicates", strength="soft", reason=_REPLICA)


def _global(estate: Estate, item: Item) -> None:
    """A global database: any of its clusters, the writer active; promotion is by hand."""
    data = item.data
    id = data.get("GlobalClusterArn") or estate.arn(item, "rds", f"global-cluster:{data['GlobalClusterIdentifier']}")
    members = [one["arn"] for one in data.get("members", ()) if one.get("arn")]
    writers = [one["arn"] for one in data.get("members", ()) if one.get("writer")]
    for one in members:
        if one not in writers:
            estate.update(one, attributes={"role": "read-replica", "copy_of": writers[0] if writers else id})
    failover = Failover(mode="manual") if writers else None
    estate.any_of(
        id,
        members,
        item,
        "GlobalClusterMembers",
        via="members",
        active=writers,
        failover=failover,
        reason="a secondary is promoted by hand",
    )


def _tables(estate: Estate) -> None:
    """Replicas of a table each take reads and writes; the table as a whole is whichever of them is asked."""
    copies: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for item in estate.items("dynamodb:DescribeTable"):
        copies[item.account, item.data["TableName"]][item.region] = item.data["TableArn"]
    for item in estate.items("dynamodb:DescribeTable"):
        replicas = [
            one["region"] for one in item.data.get("replicas", ()) if one.get("region") and one["region"] != item.region
        ]
        for region in replicas:
            known = copies[item.account, item.data["TableName"]]
            arn = estate.arn(item, "dynamodb", f"table/{item.data['TableName']}", region=region)
            if region not in known:  # in a region that was not read
                estate.add(
                    item,
                    "database",
                    "dynamodb",
                    "AWS::DynamoDB::Table",
                    arn,
                    item.data["TableName"],
                    region=region,
                    aliases=(item.data["TableName"],),
                    field="Replicas",
                )
                estate.gap(
                    arn,
                    "this replica is in a region that was not read: what it needs is not known",
                    item,
                    "Replicas",
                    provider="aws",
                    region=region,
                    account=item.account,
                )
        if replicas:
            first = min([item.region, *replicas])
            own = item.data["TableArn"]
            attributes = {"replicas": ", ".join(sorted({item.region, *replicas}))}
            if item.region != first:
                attributes["copy_of"] = estate.arn(item, "dynamodb", f"table/{item.data['TableName']}", region=first)
            estate.update(own, attributes=attributes)
