"""Caches of AWS."""

from __future__ import annotations

from blastradius.model import Failover
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.standbys import counted, memcached, replication_group
from blastradius.scanners.terraform.mapping.values import at, flag, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block


def _replicated(world: World, block: Block, id: str) -> None:
    if flag(block.values.get("multi_az_enabled")) or flag(block.values.get("automatic_failover_enabled")):
        world.update(id, attributes={"multi_az": "true"})


def _global(world: World, block: Block, id: str) -> None:
    """A global datastore: its primary takes writes, the others are promoted by hand."""
    primary = world.targets(block.values, "primary_replication_group_id")
    others = [
        world.id_of(one)
        for one in world.of_type("aws_elasticache_replication_group")
        if any(
            block in world.found(ref) for value in at(one.values, "global_replication_group_id") for ref in refs(value)
        )
    ]
    ids = list(dict.fromkeys((*primary, *others)))
    for one in others:
        if primary and one not in primary:
            world.update(one, attributes={"role": "read-replica", "copy_of": primary[0]})
    failover = Failover(mode="manual") if primary else None
    evidence = world.evidence(block, "primary_replication_group_id")
    world.any_of(id, ids, evidence, via="global datastore", active=primary, failover=failover, full=len(ids) or None)


_ARN = "elasticache:{region}:{account}:replicationgroup:{name}"

ROWS = {
    "aws_elasticache_cluster": Row("cache", "elasticache", ("cluster_id",), arn="elasticache:{region}:{account}:cluster:{name}", hosts=("cluster_address", "configuration_endpoint", "cache_nodes.address"), zones=("availability_zone", "preferred_availability_zones", "subnet_group_name"), copies=memcached),
    "aws_elasticache_replication_group": Row("cache", "elasticache", ("replication_group_id",), arn=_ARN, hosts=("primary_endpoint_address", "reader_endpoint_address", "configuration_endpoint_address"), needs=(Need("kms_key_id"),), zones=("preferred_cache_cluster_azs", "subnet_group_name"), copies=replication_group, more=_replicated),
    "aws_elasticache_serverless_cache": Row("cache", "elasticache", hosts=("endpoint.address",), zones=("subnet_ids",)),
    "aws_elasticache_global_replication_group": Row("cache", None, ("global_replication_group_id_suffix",), place="global", more=_global),
    "aws_dax_cluster": Row("cache", "dax", ("cluster_name",), hosts=("cluster_address", "configuration_endpoint"), zones=("availability_zones", "subnet_group_name"), copies=counted("replication_factor", 0, None)),
}  # fmt: skip
QUIET = {
    "aws_elasticache_subnet_group", "aws_elasticache_parameter_group", "aws_elasticache_user", "aws_elasticache_user_group",
    "aws_elasticache_user_group_association", "aws_elasticache_security_group", "aws_dax_parameter_group", "aws_dax_subnet_group",
}  # fmt: skip
