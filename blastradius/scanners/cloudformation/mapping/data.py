"""What keeps data: databases, caches, buckets, file systems; their copies in other regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.model import Component, Failover
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.mapping.rows import Need, Row
from blastradius.scanners.cloudformation.mapping.standbys import cluster, flagged, memcached, replication_group, search
from blastradius.scanners.cloudformation.stacks import evidence
from blastradius.scanners.mapping.copies import unfound, unwritten

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts
    from blastradius.scanners.cloudformation.item import Item

_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")
_COPY = "it goes on serving what it has copied; new data does not arrive"


def global_table(facts: Facts, item: Item) -> None:
    """A table with a replica in each of some regions: any of them has the data."""
    members, first = [], facts.components[item.id]
    for replica, sure in v.told(item.get("Replicas")):
        region = v.text(replica.get("Region")) if isinstance(replica, dict) else None
        if not region:
            reason = "a replica of this global table is in a region that is not known here"
            facts.gap(item.id, reason, item.place("Replicas"), component=item.id)
            continue
        id = f"{item.id}@{region}"
        line = getattr(replica, "line", item.resource.line)
        where = evidence(f"{item.resource.path}:{line}", f"replica in {region}")
        name = item.text("TableName")
        account = item.stack.account
        arn = (f"arn:aws:dynamodb:{region}:{account}:table/{name}",) if name and account and sure else ()
        copy = first.model_copy(
            update={
                "id": id,
                "region": region if sure else None,
                "identities": arn,
                "aliases": (),
                "evidence": (where,),
            }
        )
        facts.components[id] = copy
        facts.found.append(copy)
        if sure:
            facts.replicas.setdefault(item.id, {})[region] = id
        else:
            facts.perhaps(id, f"a replica in {region}", where.locator)
        members.append(id)
    if members:
        reason = "each replica takes reads and writes"
        facts.group(item.id, item.stack, members, "Replicas", item.place("Replicas"), reason=reason)


def relational(facts: Facts, item: Item) -> None:
    """Copies of a database: what it is a replica of."""
    source = item.get("SourceDBInstanceIdentifier") or item.get("SourceDBClusterIdentifier")
    source = source or item.get("ReplicationSourceIdentifier")
    if source is not None:
        key = next(k for k in ("SourceDBInstanceIdentifier", "SourceDBClusterIdentifier", "ReplicationSourceIdentifier") if item.get(k) is not None)  # fmt: skip
        facts.need(item.id, item.stack, source, key, item.place(key), strength="soft", phase="runtime", reason=_COPY, service="rds")  # fmt: skip
        for original in facts.targets(source)[:1]:
            if original != item.id:
                facts.update(item.id, role="read-replica", copy_of=original)


def global_cluster(facts: Facts, item: Item) -> None:
    """A cluster of clusters: one takes writes, the others stand by until a person promotes one."""
    named = item.text("GlobalClusterIdentifier") or item.text("GlobalReplicationGroupIdSuffix")
    primary = facts.targets(item.get("SourceDBClusterIdentifier"))
    others: list[str] = []
    for stack, resource in facts.world.all():
        if resource.type not in ("AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"):
            continue
        joined = v.get(stack.properties(resource.name), "GlobalClusterIdentifier")
        if joined is None or not (item.id in facts.targets(joined) or (named and v.text(joined) == named)):
            continue
        id = facts.id(stack, resource.name)
        (primary if _writes(facts, stack.properties(resource.name)) else others).append(id)
    for member in v.dicts(item.get("Members")):
        ids = facts.targets(member.get("ReplicationGroupId"))
        (primary if v.text(member.get("Role")) == "PRIMARY" else others).extend(ids)
    members = list(dict.fromkeys([*primary, *others]))
    if not members:
        return
    known = len(set(primary)) == 1
    if not known and len(members) > 1:
        for each in members:
            facts.update(each, role="replica")
            facts.found.append(unwritten(facts.components[item.id], each, evidence(item.place(), "members")))
    active = (0,) if known and others else ()
    takeover = Failover(mode="manual") if active else None
    reason = "one cluster takes writes; a person promotes another"
    facts.group(
        item.id,
        item.stack,
        members,
        "members",
        item.place(),
        active=active,
        failover=takeover,
        full=None if known else len(members),
        reason=reason,
    )


def _writes(facts: Facts, properties: object) -> bool:
    """The first cluster of a global one is given the master user; the others get theirs from it."""
    return any(
        v.get(properties, key) is not None
        for key in ("MasterUsername", "ManageMasterUserPassword", "SnapshotIdentifier")
    )


def bucket(facts: Facts, item: Item) -> None:
    """What a bucket tells of its objects, and where it copies them."""
    from blastradius.scanners.cloudformation.mapping.events import delivered

    settings = item.get("NotificationConfiguration")
    for key, inner in (
        ("LambdaConfigurations", "Function"),
        ("QueueConfigurations", "Queue"),
        ("TopicConfigurations", "Topic"),
    ):
        for one in v.dicts(v.get(settings, key)):
            place = item.place("NotificationConfiguration", key)
            delivered(facts, item.stack, one.get(inner), item.id, f"S3 notification to {inner.lower()}", place)
    for rule in v.dicts(item.get("ReplicationConfiguration", "Rules")):
        if v.text(rule.get("Status")) != "Disabled":
            _replicated(facts, item, rule)


def _replicated(facts: Facts, item: Item, rule: dict[str, Any]) -> None:
    """A copy of a bucket can be read, save one that is an archive.

    One that is no longer fed keeps what it holds: replication is no need of it.
    """
    place = item.place("ReplicationConfiguration", "Rules")
    prefix = (
        v.text(v.get(rule, "Filter", "Prefix"))
        or v.text(v.get(rule, "Filter", "And", "Prefix"))
        or v.text(rule.get("Prefix"))
    )
    tagged = v.get(rule, "Filter", "TagFilter") is not None or v.get(rule, "Filter", "And", "TagFilters") is not None
    what = f"prefix {prefix}" if prefix else "some tags" if tagged else "everything"
    destination = rule.get("Destination")
    role = {"role": "backup"} if v.text(v.get(destination, "StorageClass")) in _ARCHIVES else {}
    value = v.get(destination, "Bucket")
    known = facts.names.find(v.shown(value), item.stack, "s3") if not v.refs(value) else None
    found = [*facts.targets(value), *([known] if known else [])]
    if not found:
        facts.found.append(unfound(facts.components[item.id], evidence(place, "replication")))
    for id in found:
        if id != item.id:
            facts.update(id, evidence(place, "replication"), copy_of=item.id, replicates=what[:200], **role)


def kept(component: Component) -> bool:
    """Whether a component keeps data."""
    return component.kind in ("database", "cache", "bucket")


_CLUSTER = ("AvailabilityZones", "DBSubnetGroupName")
_KMS = Need("KmsKeyId")
_MULTI = (("MultiAZ", "multi_az"), ("Engine", "engine"), ("BackupRetentionPeriod", "backup_days"))
_LOGIN = Need("MasterUserSecret.KmsKeyId", "soft", "deploy", "encrypts the password that is kept for it")
ROWS: dict[str, Row] = {
    "AWS::DynamoDB::Table": Row(
        "database", "dynamodb", ("TableName",), "dynamodb:{region}:{account}:table/{name}",
        needs=(Need("SSESpecification.KMSMasterKeyId"),),
    ),
    "AWS::DynamoDB::GlobalTable": Row("database", "dynamodb", ("TableName",), copies=global_table, place="global"),
    "AWS::DAX::Cluster": Row("cache", "dax", ("ClusterName",), "dax:{region}:{account}:cache/{name}"),
    "AWS::S3::Bucket": Row(
        "bucket", "s3", ("BucketName",), "s3:::{name}",
        needs=(Need("BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID"),),
        more=bucket,
    ),
    "AWS::S3Express::DirectoryBucket": Row("bucket", "s3-one-zone", ("BucketName",)),
    "AWS::RDS::DBInstance": Row(
        "database", "rds", ("DBInstanceIdentifier",), "rds:{region}:{account}:db:{name}", needs=(_KMS, _LOGIN),
        shows=_MULTI, more=relational, zones=("AvailabilityZone", "DBSubnetGroupName"), spares=flagged("MultiAZ"),
    ),
    "AWS::RDS::DBCluster": Row(
        "database", "aurora", ("DBClusterIdentifier",), "rds:{region}:{account}:cluster:{name}", needs=(_KMS, _LOGIN),
        shows=_MULTI, more=relational, zones=_CLUSTER, spares=cluster,
    ),
    "AWS::RDS::GlobalCluster": Row("database", "aurora", ("GlobalClusterIdentifier",), place="global", more=global_cluster),
    "AWS::RDS::DBProxy": Row(
        "database", "rds-proxy", ("DBProxyName",), needs=(Need("Auth.SecretArn", "hard", "runtime", "it signs in with it"),)
    ),
    "AWS::DocDB::DBCluster": Row("database", "documentdb", ("DBClusterIdentifier",), needs=(_KMS,), shows=_MULTI, more=relational, zones=_CLUSTER, spares=cluster),
    "AWS::DocDB::GlobalCluster": Row("database", "documentdb", ("GlobalClusterIdentifier",), place="global", more=global_cluster),
    "AWS::DocDBElastic::Cluster": Row("database", "documentdb", ("ClusterName",), needs=(_KMS,)),
    "AWS::Neptune::DBCluster": Row("database", "neptune", ("DBClusterIdentifier",), needs=(_KMS,), shows=_MULTI, more=relational, zones=_CLUSTER, spares=cluster),
    "AWS::Neptune::GlobalCluster": Row("database", "neptune", ("GlobalClusterIdentifier",), place="global", more=global_cluster),
    "AWS::ElastiCache::CacheCluster": Row(
        "cache", "elasticache", ("ClusterName",), "elasticache:{region}:{account}:cluster:{name}",
        shows=(("Engine", "engine"), ("NumCacheNodes", "nodes"), ("AZMode", "az_mode")),
        zones=("PreferredAvailabilityZone", "PreferredAvailabilityZones", "CacheSubnetGroupName"), spares=memcached,
    ),
    "AWS::ElastiCache::ReplicationGroup": Row(
        "cache", "elasticache", ("ReplicationGroupId",), "elasticache:{region}:{account}:replicationgroup:{name}",
        needs=(_KMS,), shows=(("Engine", "engine"), ("MultiAZEnabled", "multi_az"), ("AutomaticFailoverEnabled", "automatic_failover")),
        zones=("PreferredCacheClusterAZs", "CacheSubnetGroupName"), spares=replication_group,
    ),
    "AWS::ElastiCache::ServerlessCache": Row("cache", "elasticache", ("ServerlessCacheName",), needs=(_KMS,)),
    "AWS::ElastiCache::GlobalReplicationGroup": Row(
        "cache", "elasticache", ("GlobalReplicationGroupIdSuffix",), place="global", more=global_cluster
    ),
    "AWS::MemoryDB::Cluster": Row("database", "memorydb", ("ClusterName",), needs=(_KMS,)),
    "AWS::OpenSearchService::Domain": Row(
        "database", "opensearch", ("DomainName",), "es:{region}:{account}:domain/{name}", needs=(Need("EncryptionAtRestOptions.KmsKeyId"),),
        zones=("VPCOptions.SubnetIds",), spares=search,
    ),
    "AWS::Elasticsearch::Domain": Row(
        "database", "opensearch", ("DomainName",), "es:{region}:{account}:domain/{name}", needs=(Need("EncryptionAtRestOptions.KmsKeyId"),),
        zones=("VPCOptions.SubnetIds",), spares=search,
    ),
    "AWS::OpenSearchServerless::Collection": Row("database", "opensearch-serverless", ("Name",)),
    "AWS::Redshift::Cluster": Row("database", "redshift", ("ClusterIdentifier",), "redshift:{region}:{account}:cluster:{name}", needs=(_KMS,),
                                 zones=("AvailabilityZone", "ClusterSubnetGroupName"), spares=flagged("MultiAZ")),
    "AWS::RedshiftServerless::Workgroup": Row("database", "redshift", ("WorkgroupName",)),
    "AWS::Timestream::Table": Row("database", "timestream", ("TableName",)),
    "AWS::Cassandra::Table": Row("database", "cassandra", ("TableName",)),
    "AWS::QLDB::Ledger": Row("database", "qldb", ("Name",)),
    "AWS::DSQL::Cluster": Row("database", "dsql", ()),
    "AWS::EFS::FileSystem": Row("bucket", "efs", (), needs=(_KMS,)),
    "AWS::FSx::FileSystem": Row("bucket", "fsx", (), needs=(_KMS,)),
    "AWS::Glue::Database": Row("database", "glue", ("DatabaseInput",)),
    "AWS::SDB::Domain": Row("database", "simpledb", ()),
    "AWS::IoTAnalytics::Datastore": Row("database", "iotanalytics", ("DatastoreName",)),
    "AWS::Athena::WorkGroup": Row("database", "athena", ("Name",)),
}  # fmt: skip
STANDS: dict[str, tuple[str, ...]] = {
    "AWS::S3::AccessPoint": ("Bucket",),
    "AWS::S3::Object": ("Target.Bucket",),
    "AWS::EFS::AccessPoint": ("FileSystemId",),
    "AWS::EFS::MountTarget": ("FileSystemId",),
    "AWS::RDS::DBProxyEndpoint": ("DBProxyName",),
    "AWS::RDS::DBInstance": ("DBClusterIdentifier",),
    "AWS::DocDB::DBInstance": ("DBClusterIdentifier",),
    "AWS::Neptune::DBInstance": ("DBClusterIdentifier",),
    "AWS::SecretsManager::SecretTargetAttachment": ("SecretId",),
}
QUIET = (
    "AWS::S3::*", "AWS::RDS::*", "AWS::ElastiCache::*", "AWS::EFS::*", "AWS::DocDB::*", "AWS::Neptune::*",
    "AWS::DAX::*", "AWS::MemoryDB::*", "AWS::Redshift::*", "AWS::RedshiftServerless::Namespace",
    "AWS::OpenSearchServerless::*", "AWS::Timestream::Database", "AWS::Cassandra::Keyspace", "AWS::Glue::*",
)  # fmt: skip


def proxied(facts: Facts, item: Item) -> None:
    """A proxy needs the database that its target group names."""
    database = [item.get("DBClusterIdentifiers"), item.get("DBInstanceIdentifiers")]
    for proxy in facts.targets(item.get("DBProxyName")):
        for value in database:
            facts.need(proxy, item.stack, value, "target of the proxy", item.place(), service="rds")


JOINS = {"AWS::RDS::DBProxyTargetGroup": proxied}
