"""Databases of AWS: instances, clusters, tables, and their copies in other regions."""

from __future__ import annotations

from typing import Any

from blastradius.model import Failover
from blastradius.scanners.mapping.copies import unwritten
from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.standbys import cluster, counted, multi_az, search
from blastradius.scanners.terraform.mapping.values import at, flag, items, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_WRITES = ("master_username", "master_password", "manage_master_user_password", "database_name", "snapshot_identifier")
_MANUAL = Failover(mode="manual")
_INSTANCES = ("aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance")
_NO_INSTANCE = "one without instances keeps the data and serves nobody until somebody adds some"
_KEY = Need("kms_key_id")
_STORAGE_KEY = Need("kms_key_arn")


def _instance(world: World, block: Block, id: str) -> None:
    """An instance: standby in another zone, primary of a replica."""
    if flag(block.values.get("multi_az")):
        world.update(id, zone=None, attributes={"multi_az": "true"})
    for key in ("replicate_source_db", "replication_source_identifier"):
        if not block.values.get(key):
            continue
        _replica(world, id, world.targets(block.values, key), world.evidence(block, key), key)
        if "role" not in world.components[id].attributes:
            world.update(id, attributes={"role": "read-replica"})


def _replica(world: World, id: str, sources: list[str], evidence: Any, via: str) -> None:
    for source in sources:
        if source != id:
            world.update(id, attributes={"role": "read-replica", "copy_of": source})
            reason = "a replica goes on serving what it has when its source is away"
            world.need(id, source, evidence, via=via, strength="soft", reason=reason)


def _proxy_target(world: World, block: Block) -> None:
    for proxy in world.targets(block.values, "db_proxy_name"):
        for key in ("db_instance_identifier", "db_cluster_identifier"):
            for id in world.targets(block.values, key):
                world.need(proxy, id, world.evidence(block, key), via="proxy target")


def _global(world: World, block: Block, id: str) -> None:
    """A global cluster: any of its members, the writer active; promotion is by hand."""
    member_types = ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
    members = [
        one
        for one in world.of_type(*member_types)
        if any(
            block in world.found(ref) for value in at(one.values, "global_cluster_identifier") for ref in refs(value)
        )
    ]
    ids = [world.id_of(one) for one in members]
    for source in world.targets(block.values, "source_db_cluster_identifier"):
        ids = [source, *(one for one in ids if one != source)]
    writers = world.targets(block.values, "source_db_cluster_identifier") or _writers(world, members)
    writer = writers[0] if len(writers) == 1 else ""
    evidence = world.evidence(members[0] if members else block, "global_cluster_identifier")
    idle = _headless(world, members)
    serving = [one for one in ids if one not in idle]
    writer = writer or (serving[0] if idle and len(serving) == 1 else "")
    for one in ids:
        if writer and one != writer:
            role = "backup" if one in idle else "read-replica"
            world.update(one, attributes={"role": role, "copy_of": writer})
        elif one in idle:
            world.update(one, attributes={"role": "backup"})
        elif not writer and len(ids) > 1:
            world.update(one, attributes={"role": "replica"})
            world.gaps.append(unwritten(world.components[id], one, evidence))
    world.any_of(
        id, ids, evidence, via="global cluster", active=[writer] if writer else [],
        failover=_MANUAL if writer else None, full=None if writer else len(ids),
        reason="members of a global cluster" + (f"; {_NO_INSTANCE}" if idle else ""),
    )  # fmt: skip
    known = {world.components[one].region for one in ids}
    if len(known) == 1 and None not in known:
        world.update(id, region=next(iter(known)))


def _headless(world: World, members: list[Block]) -> set[str]:
    """Members that keep a copy and have no instance to serve it with, where others of the root have some.

    Source: Amazon Aurora User Guide, "Creating a headless Aurora DB cluster in a secondary Region".
    """
    instances = world.of_type(*_INSTANCES)
    fed = {id for one in instances for id in world.targets(one.values, "cluster_identifier")}
    named = {world.text(one.values.get("cluster_identifier")) for one in instances} - {None}
    serves = [world.id_of(one) in fed or world.text(one.values.get("cluster_identifier")) in named for one in members]
    if not any(serves):
        return set()
    return {
        world.id_of(one)
        for one, has in zip(members, serves, strict=True)
        if not has
        and not one.values.get("db_cluster_instance_class")
        and world.text(one.values.get("engine_mode")) != "serverless"
    }


def _writers(world: World, members: list[Block]) -> list[str]:
    """Members that are made with users of their own; the others take theirs from the writer."""
    sources = {id for one in members for id in world.targets(one.values, "replication_source_identifier")}
    if len(sources) == 1:
        return sorted(sources)
    return [world.id_of(one) for one in members if any(one.values.get(key) for key in _WRITES)]


def _table(world: World, block: Block) -> None:
    """A table: its replicas serve, its witness does not."""
    id = world.id_of(block)
    for one in items(block.values, "replica"):
        _table_copy(world, block, id, world.text(one.get("region_name")), world.evidence(block, "replica"))
    for one in items(block.values, "global_table_witness"):
        region = world.text(one.get("region_name"))
        world.copy(id, region, world.evidence(block, "global_table_witness"), role="witness", key=f"{region}-witness")


def _table_copy(world: World, block: Block, id: str, region: str | None, evidence: Any) -> None:
    if region is None:
        world.gaps.append(_where(id, evidence))
        return
    world.copy(id, region, evidence, role="", key=region)


def _where(id: str, evidence: Any) -> Any:
    from blastradius.model import Gap

    reason = "has a replica, and nothing says in which region"
    return Gap(scope=id, reason=reason, hides="location", component=id, evidence=(evidence,))


def _group(world: World, block: Block, id: str) -> None:
    """The table as a whole: any of its copies."""
    members = sorted(set(world.copies[id].values()) | {id}) if id in world.copies else []
    group = f"{id}#global"
    if len(members) < 2:
        return
    table = world.components[id]
    changes = {
        "id": group,
        "name": f"{table.name} (global)",
        "region": "global",
        "service": None,
        "identities": (),
        "aliases": (),
        "zone": None,
    }
    world.components[group] = table.model_copy(update={**changes, "attributes": {"copies": str(len(members))}})
    evidence = world.components[members[-1]].evidence[0]
    world.any_of(group, members, evidence, via="replica", full=len(members), reason="each copy takes reads and writes")


def _table_replica(world: World, block: Block) -> None:
    """A replica that is a resource of its own, in the region of its provider."""
    for table in world.targets(block.values, "global_table_arn"):
        id = world.id_of(block)
        original = world.components[table]
        describe(world, block, Row("database", "dynamodb"), name=original.name)
        world.block_of.pop(id)
        world.update(id, name=original.name, attributes={"copy_of": table})
        world.names[original.name].add(id)
        if world.components[id].region != original.region:
            world.copied(table, id)


def _old_global_table(world: World, block: Block, id: str) -> None:
    for one in items(block.values, "replica"):
        region = world.text(one.get("region_name"))
        if region and region != world.components[id].region:
            world.copy(id, region, world.evidence(block, "replica"), role="", key=region)
    _group(world, block, id)


def _dsql(world: World, block: Block, id: str) -> None:
    for one in items(block.values, "multi_region_properties"):
        region = world.text(one.get("witness_region"))
        evidence = world.evidence(block, "multi_region_properties")
        if region:
            world.copy(id, region, evidence, role="witness", key=f"{region}-witness")


def _dsql_peering(world: World, block: Block) -> None:
    own = world.targets(block.values, "identifier")
    others = world.targets(block.values, "clusters")
    for id in own:
        for other in others:
            if world.components[id].region != world.components[other].region:
                world.update(id, attributes={"copy_of": other})


def _backup(world: World, block: Block) -> None:
    """Backups that are kept in the region of this resource's provider: no copy that serves."""
    keys = (
        "source_db_instance_arn",
        "source_db_snapshot_identifier",
        "source_snapshot_id",
        "source_ami_id",
        "source_db_cluster_snapshot_identifier",
    )
    sources = [id for key in keys for id in world.targets(block.values, key)]
    row = Row("database" if "db" in block.type else "bucket", "rds" if "db" in block.type else "ec2", role="backup")
    name = world.components[sources[0]].name if sources else ""
    id = describe(world, block, row, name=f"{name} backup" if name else "")
    world.block_of.pop(id)
    if sources:
        world.update(id, attributes={"copy_of": sources[0]})


def _elsewhere(world: World, block: Block) -> None:
    """A destination region that is named by an attribute: backups of a warehouse, of a vault."""
    for key in ("destination_region",):
        region = world.text(block.values.get(key))
        for id in world.targets(block.values, "cluster_identifier"):
            world.copy(id, region, world.evidence(block, key), role="backup", key=f"{region}-backup")


_CLUSTER_ZONES = ("availability_zones", "db_subnet_group_name", "neptune_subnet_group_name")
_CLUSTER_HOSTS = ("endpoint", "reader_endpoint")

ROWS = {
    "aws_db_instance": Row("database", "rds", ("identifier", "identifier_prefix"), arn="rds:{region}:{account}:db:{name}", hosts=("address", "endpoint"), needs=(_KEY,), zones=("availability_zone", "db_subnet_group_name"), copies=multi_az, more=_instance),
    "aws_rds_cluster": Row("database", "aurora", ("cluster_identifier", "cluster_identifier_prefix"), arn="rds:{region}:{account}:cluster:{name}", hosts=_CLUSTER_HOSTS, needs=(_KEY,), zones=_CLUSTER_ZONES, copies=cluster, more=_instance),
    "aws_rds_global_cluster": Row("database", None, ("global_cluster_identifier",), place="global", more=_global),
    "aws_docdb_global_cluster": Row("database", None, ("global_cluster_identifier",), place="global", more=_global),
    "aws_neptune_global_cluster": Row("database", None, ("global_cluster_identifier",), place="global", more=_global),
    "aws_db_proxy": Row("database", "rds-proxy", hosts=("endpoint",), needs=(Need("auth.secret_arn", phase="startup"),), zones=("vpc_subnet_ids",)),
    "aws_docdb_cluster": Row("database", "documentdb", ("cluster_identifier",), hosts=_CLUSTER_HOSTS, needs=(_KEY,), zones=_CLUSTER_ZONES, copies=cluster),
    "aws_neptune_cluster": Row("database", "neptune", ("cluster_identifier",), hosts=_CLUSTER_HOSTS, needs=(_STORAGE_KEY,), zones=_CLUSTER_ZONES, copies=cluster, more=_instance),
    "aws_redshift_cluster": Row("database", "redshift", ("cluster_identifier",), hosts=("endpoint", "dns_name"), needs=(_KEY,), zones=("availability_zone", "cluster_subnet_group_name"), copies=multi_az),
    "aws_redshiftserverless_workgroup": Row("database", "redshift", ("workgroup_name",), zones=("subnet_ids",)),
    "aws_dynamodb_table": Row("database", "dynamodb", arn="dynamodb:{region}:{account}:table/{name}", needs=(Need("server_side_encryption.kms_key_arn"),), more=_group),
    "aws_dynamodb_global_table": Row("database", "dynamodb", more=_old_global_table),
    "aws_dsql_cluster": Row("database", "dsql", ("tags.Name",), needs=(Need("kms_encryption_key"),), more=_dsql),
    "aws_timestreamwrite_database": Row("database", "timestream", ("database_name",)),
    "aws_keyspaces_table": Row("database", "cassandra", ("table_name",)),
    "aws_opensearch_domain": Row("database", "opensearch", ("domain_name",), hosts=("endpoint",), zones=("vpc_options.subnet_ids",), copies=search),
    "aws_elasticsearch_domain": Row("database", "opensearch", ("domain_name",), hosts=("endpoint",), zones=("vpc_options.subnet_ids",), copies=search),
    "aws_opensearchserverless_collection": Row("database", "opensearch-serverless", hosts=("collection_endpoint",)),
    "aws_memorydb_cluster": Row("database", "memorydb", hosts=("cluster_endpoint.address",), zones=("subnet_group_name",), copies=counted("num_replicas_per_shard", 1, 1)),
    "aws_qldb_ledger": Row("database", "qldb"),
    "aws_dms_replication_instance": Row("service", "dms", ("replication_instance_id",)),
}  # fmt: skip
EARLY = {"aws_dynamodb_table_replica": _table_replica, "aws_dynamodb_table": _table}
JOINS = {
    "aws_db_proxy_target": _proxy_target,
    "aws_db_instance_automated_backups_replication": _backup,
    "aws_db_snapshot_copy": _backup,
    "aws_rds_cluster_snapshot_copy": _backup,
    "aws_ebs_snapshot_copy": _backup,
    "aws_ami_copy": _backup,
    "aws_dsql_cluster_peering": _dsql_peering,
    "aws_redshift_snapshot_copy": _elsewhere,
}
STANDS = {
    "aws_rds_cluster_instance": ("cluster_identifier",),
    "aws_rds_cluster_endpoint": ("cluster_identifier",),
    "aws_docdb_cluster_instance": ("cluster_identifier",),
    "aws_neptune_cluster_instance": ("cluster_identifier",),
    "aws_db_proxy_endpoint": ("db_proxy_name",),
    "aws_db_proxy_default_target_group": ("db_proxy_name",),
    "aws_db_snapshot": ("db_instance_identifier",),
    "aws_db_cluster_snapshot": ("db_cluster_identifier",),
    "aws_ebs_snapshot": ("volume_id",),
    "aws_dynamodb_kinesis_streaming_destination": ("table_name",),
}
QUIET = {
    "aws_db_subnet_group", "aws_db_parameter_group", "aws_db_option_group", "aws_rds_cluster_parameter_group",
    "aws_docdb_subnet_group", "aws_docdb_cluster_parameter_group", "aws_neptune_subnet_group", "aws_neptune_*parameter_group",
    "aws_neptune_cluster_parameter_group", "aws_neptune_parameter_group", "aws_redshift_*", "aws_redshiftserverless_namespace",
    "aws_dynamodb_table_item", "aws_dynamodb_resource_policy", "aws_dynamodb_contributor_insights", "aws_dynamodb_tag",
    "aws_db_instance_role_association", "aws_rds_cluster_role_association", "aws_rds_cluster_activity_stream",
    "aws_db_event_subscription", "aws_keyspaces_keyspace", "aws_timestreamwrite_table", "aws_opensearch_domain_*",
    "aws_opensearchserverless_*", "aws_elasticsearch_domain_policy", "aws_memorydb_*", "aws_db_security_group",
    "aws_rds_shard_group", "aws_rds_certificate", "aws_db_proxy_default_target_group", "aws_rds_reserved_instance",
    "aws_rds_cluster_snapshot_copy",
}  # fmt: skip
