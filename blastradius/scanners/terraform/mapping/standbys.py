"""In how many zones databases and caches keep a copy of themselves, as their own attributes say it."""

from __future__ import annotations

from typing import Any

from blastradius.scanners.terraform.mapping.values import at, flag, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block


def said(values: dict[str, Any], path: str, default: bool = False) -> bool | None:
    """A flag at a path; its default where nothing is written there, None where that is not known."""
    found = at(values, path)
    return flag(found[0]) if found else default


def multi_az(world: World, block: Block) -> int | None:
    """An instance with a standby, or without."""
    on = said(block.values, "multi_az")
    return None if on is None else 2 if on else 1


def cluster(world: World, block: Block) -> int | None:
    """A cluster serves by its instances; one without any of its own is made of three, or has none that is known."""
    if world.text(block.values.get("engine_mode")) == "serverless" or block.values.get("db_cluster_instance_class"):
        return 3
    kind = f"{block.type}_instance"
    count = sum(
        any(block in world.found(ref) for value in at(one.values, "cluster_identifier") for ref in refs(value))
        for one in world.of_type(kind)
    )
    return count or None


def replication_group(world: World, block: Block) -> int | None:
    """A cache moves to a replica only where that is switched on."""
    on = said(block.values, "automatic_failover_enabled")
    if not on:
        return None if on is None else 1
    for path, own in (("num_cache_clusters", 0), ("number_cache_clusters", 0), ("replicas_per_node_group", 1),
                      ("cluster_mode.replicas_per_node_group", 1)):  # fmt: skip
        for value in at(block.values, path):
            count = number(value)
            return None if count is None else count + own
    return None


def memcached(world: World, block: Block) -> int | None:
    """Nodes of a cache: in one zone unless it says otherwise."""
    if world.text(block.values.get("az_mode")) == "cross-az":
        return number(block.values.get("num_cache_nodes"))
    return 1 if "az_mode" not in block.values else None if world.text(block.values["az_mode"]) is None else 1


def search(world: World, block: Block) -> int | None:
    """A search domain that is aware of zones keeps copies in two or three."""
    on = said(block.values, "cluster_config.zone_awareness_enabled")
    if not on:
        return None if on is None else 1
    counts = [number(one) for one in at(block.values, "cluster_config.zone_awareness_config.availability_zone_count")]
    return counts[0] if counts else 2


def counted(path: str, own: int, default: int | None) -> Any:
    """A number of copies that stands at a path, beside some of its own."""

    def count(world: World, block: Block) -> int | None:
        found = at(block.values, path)
        value = number(found[0]) if found else default
        return None if value is None else value + own

    return count


def broker(world: World, block: Block) -> int | None:
    """A broker with a standby, a cluster of three, or a single one."""
    mode = block.values.get("deployment_mode", "SINGLE_INSTANCE")
    return {"SINGLE_INSTANCE": 1, "ACTIVE_STANDBY_MULTI_AZ": 2, "CLUSTER_MULTI_AZ": 3}.get(world.text(mode) or "")


def regional(path: str, several: str) -> Any:
    """A text at a path that says that a standby is kept in another zone."""

    def copies(world: World, block: Block) -> int | None:
        found = at(block.values, path)
        text = world.text(found[0]) if found else ""
        return None if text is None else 2 if text == several else 1

    return copies
