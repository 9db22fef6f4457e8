"""Names of Azure that lead to one of two stores and move to the other: failover groups, virtual endpoints, geo-replicas.

Sources: learn.microsoft.com, "Failover groups overview & best practices - Azure SQL Database", "Virtual endpoints for read
replicas in Azure Database for PostgreSQL", "Configure passive geo-replication for Premium Azure Cache for Redis instances".
"""

from __future__ import annotations

from collections.abc import Callable

from blastradius.model import Failover, Kind
from blastradius.scanners.terraform.mapping.rows import Row
from blastradius.scanners.terraform.mapping.values import at, items, number
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_MANUAL = Failover(mode="manual")
#: The least time that a group waits before it moves by itself, in minutes; it also stands where none is written.
_GRACE = 60
_PRIMARY = ("server_id", "server_name")
_PARTNER = ("partner_server.id", "partner_servers.id")


def _targets(world: World, block: Block, *paths: str) -> list[str]:
    return list(dict.fromkeys(id for path in paths for id in world.targets(block.values, path)))


def _answered(world: World, block: Block, host: str, ids: list[str]) -> None:
    """Let a host name made of the block's name mean some components."""
    if name := world.text(block.values.get("name")):
        world.hosts[host.format(name=name.lower())].update(ids)


def _group_names(world: World, block: Block) -> None:
    """The name that writes go to is the group's, the one that reads go to the partner's."""
    _answered(world, block, "{name}.database.windows.net", [world.id_of(block)])
    _answered(world, block, "{name}.secondary.database.windows.net", _targets(world, block, *_PARTNER))


def _group(world: World, block: Block, id: str) -> None:
    """The partner server takes over: by itself after the time of grace, or by hand."""
    failover = _MANUAL
    for one in items(block.values, "read_write_endpoint_failover_policy"):
        if world.text(one.get("mode")) == "Automatic":
            failover = Failover(mode="automatic", takes=60 * (number(one.get("grace_minutes")) or _GRACE))
    role = "read-replica" if failover.mode == "automatic" else "standby"
    _pair(world, block, id, _targets(world, block, *_PRIMARY), _targets(world, block, *_PARTNER), failover, role)


def _endpoint_names(world: World, block: Block) -> None:
    _answered(world, block, "{name}.writer.postgres.database.azure.com", [world.id_of(block)])
    readers = _targets(world, block, "replica_server_id") or _targets(world, block, "source_server_id")
    _answered(world, block, "{name}.reader.postgres.database.azure.com", readers)


def _endpoint(world: World, block: Block, id: str) -> None:
    """The name moves to the replica when somebody promotes it."""
    primary, replica = _targets(world, block, "source_server_id"), _targets(world, block, "replica_server_id")
    _pair(world, block, id, primary, replica, _MANUAL, "read-replica")


def _link_names(world: World, block: Block) -> None:
    for value in at(block.values, "geo_replicated_primary_host_name"):
        if host := world.text(value):
            world.hosts[host.lower()].add(world.id_of(block))


def _link(world: World, block: Block, id: str) -> None:
    """The linked cache holds a copy that answers reads; the link has to be cut before it takes writes."""
    own, linked = _targets(world, block, "target_redis_cache_name"), _targets(world, block, "linked_redis_cache_id")
    if world.text(block.values.get("server_role")) == "Primary":
        own, linked = linked, own
    _pair(world, block, id, own, linked, _MANUAL, "read-replica")


def _pair(
    world: World, block: Block, id: str, primary: list[str], partners: list[str], failover: Failover, role: str
) -> None:
    """Say that a name leads to a store, and to its partners once they took over.

    Args:
        world: the root.
        block: what makes the name.
        id: of the name's component.
        primary: ids of the store; one where it is known.
        partners: ids of those that take over.
        failover: how.
        role: of the partners until then.
    """
    for partner in partners if primary else ():
        world.update(partner, attributes={"role": role, "copy_of": primary[0]})
    evidence = world.evidence(block, "partner_server" if "partner_server" in block.values else "")
    world.any_of(
        id, [*primary, *partners], evidence, via="failover group", active=primary, failover=failover,
        reason="the name leads to the primary, and to its partner once that took over",
    )  # fmt: skip


def _row(more: Callable[[World, Block, str], None], kind: Kind = "database") -> Row:
    return Row(kind, None, place="global", more=more)


ROWS = {
    "azurerm_mssql_failover_group": _row(_group),
    "azurerm_sql_failover_group": _row(_group),
    "azurerm_postgresql_flexible_server_virtual_endpoint": _row(_endpoint),
    "azurerm_redis_linked_server": _row(_link, "cache"),
}
LATE = {
    "azurerm_mssql_failover_group": _group_names,
    "azurerm_sql_failover_group": _group_names,
    "azurerm_postgresql_flexible_server_virtual_endpoint": _endpoint_names,
    "azurerm_redis_linked_server": _link_names,
}
