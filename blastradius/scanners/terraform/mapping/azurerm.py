"""Azure: regions, compute, databases, queues, storage, DNS, load balancing."""

from __future__ import annotations

from dataclasses import replace

from blastradius.model import Failover
from blastradius.scanners.terraform.mapping.compute import user_data
from blastradius.scanners.terraform.mapping.dns import keep_ttl
from blastradius.scanners.terraform.mapping.references import image, references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.values import at, flag, items, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block


def _app(world: World, block: Block, id: str) -> None:
    """Settings and connection strings of an app; only hosts leave them."""
    for key in ("app_settings", "connection_string"):
        settings(world, id, block.values.get(key), world.evidence(block, key), via=key)
    if "storage_account_name" in block.values:
        value = block.values["storage_account_name"]
        references(world, id, value, world.evidence(block, "storage_account_name"), via="storage_account_name")
    world.update(id, attributes={"entry": f"{block.type} {world.components[id].name}"})


def _record(world: World, block: Block, id: str) -> None:
    """The record's whole name, and how long its answers are kept."""
    keep_ttl(world, id, number(block.values.get("ttl")))
    zones = [world.text(block.values.get("zone_name"))]
    zones += [
        world.text(one.values.get("name")) for ref in refs(block.values.get("zone_name")) for one in world.found(ref)
    ]
    name, zone = world.text(block.values.get("name")), next((one for one in zones if one), "")
    if name and zone:
        whole = zone if name == "@" else f"{name}.{zone}"
        world.update(id, name=whole.lower(), aliases=(whole.lower(),))


def _containers(world: World, block: Block, id: str) -> None:
    for path in ("template.container", "container"):
        for one in items(block.values, path):
            evidence = world.evidence(block, path)
            settings(world, id, one.get("env") or one.get("environment_variables"), evidence, via="env")
            image(world, id, one.get("image"), evidence)


def _cosmos(world: World, block: Block, id: str) -> None:
    """Each further location holds a copy.

    Several write locations all take writes; with automatic failover the next location takes them over. An account that
    has neither is where it writes, and its other locations only go on answering reads.
    """
    writes = _said(block, "enable_multiple_write_locations", "multiple_write_locations_enabled")
    automatic = _said(block, "enable_automatic_failover", "automatic_failover_enabled")
    evidence = world.evidence(block, "geo_location")
    listed = [one for one in items(block.values, "geo_location") if world.text(one.get("location"))]
    listed.sort(key=lambda one: number(one.get("failover_priority")) or 0)
    regions = list(dict.fromkeys((world.text(one.get("location")) or "").lower().replace(" ", "") for one in listed))
    if len(regions) < 2 or not (writes or automatic):
        for region in regions:
            world.copy(id, region, evidence, role="read-replica", key=region)
        return
    world.update(id, region="global")  # one name for all locations
    copies = [
        copy
        for position, region in enumerate(regions)
        if (
            copy := world.copy(id, region, evidence, role="read-replica" if position and not writes else "", key=region)
        )
    ]
    for one in (id, *copies):
        world.copies.pop(one, None)
    failover = None if writes else Failover(mode="automatic")
    reason = "every location takes writes" if writes else "the next location takes over by itself"
    active = [] if writes else copies[:1]
    world.any_of(id, copies, evidence, via="geo_location", active=active, failover=failover, reason=reason)


def _said(block: Block, *names: str) -> bool:
    return any(flag(block.values.get(one)) for one in names)


def _profile(world: World, block: Block, id: str) -> None:
    world.update(id, attributes={"entry": f"Traffic Manager profile {world.components[id].name}"})


def _account(world: World, block: Block, id: str) -> None:
    kind = world.text(block.values.get("account_replication_type"))
    if kind:
        world.update(id, attributes={"replication": kind})


def _replica(world: World, block: Block, id: str) -> None:
    for key in ("create_source_id", "source_server_id", "creation_source_server_id"):
        for source in world.targets(block.values, key):
            world.update(id, attributes={"role": "read-replica", "copy_of": source})
    modes = [world.text(value) for value in at(block.values, "high_availability.mode")]
    if "ZoneRedundant" in modes or flag(block.values.get("zone_redundant")):
        world.update(id, attributes={"multi_az": "true"})


def _routing(world: World, block: Block) -> None:
    """Endpoints of a profile are collected once, at the first of them."""
    keys = ("profile_id", "profile_name")
    types = (
        "azurerm_traffic_manager_azure_endpoint",
        "azurerm_traffic_manager_external_endpoint",
        "azurerm_traffic_manager_endpoint",
    )
    profiles = [id for key in keys for id in world.targets(block.values, key)]
    same = [
        one
        for one in world.of_type(*types)
        if [id for key in keys for id in world.targets(one.values, key)] == profiles
    ]
    if not same or same[0].address != block.address:
        return
    members = [id for one in same for key in ("target_resource_id", "target") for id in world.targets(one.values, key)]
    for profile in dict.fromkeys(profiles):
        owner = world.block_of.get(profile)
        method = world.text(owner.values.get("traffic_routing_method")) if owner else None
        active = members[:1] if method == "Priority" else []
        failover = Failover(mode="automatic", takes=150) if active else None
        evidence = world.evidence(block, "target_resource_id")
        world.any_of(
            profile, members, evidence, via="endpoint", active=active, failover=failover, reason="probed endpoints"
        )


_PART = Need("namespace_id", strength="hard", reason="it is a part of that and is kept there")
_SERVER = ("server_id", "server_name")
_SITE = Row("service", "app-service", hosts=("default_hostname", "default_site_hostname"), more=_app)
_FUNCTION = Row("function", "app-service", hosts=("default_hostname",), more=_app)
_MACHINE = Row("service", "vm", more=user_data)
_FLEXIBLE = ("fqdn",)

ROWS = {
    "azurerm_linux_virtual_machine": _MACHINE,
    "azurerm_windows_virtual_machine": _MACHINE,
    "azurerm_virtual_machine": _MACHINE,
    "azurerm_linux_virtual_machine_scale_set": _MACHINE,
    "azurerm_windows_virtual_machine_scale_set": _MACHINE,
    "azurerm_virtual_machine_scale_set": _MACHINE,
    "azurerm_kubernetes_cluster": Row("cluster", "aks", hosts=("fqdn",)),
    "azurerm_kubernetes_cluster_node_pool": Row("service", "aks", needs=(Need("kubernetes_cluster_id", phase="startup"),), parents=("kubernetes_cluster_id",)),
    "azurerm_app_service": _SITE,
    "azurerm_linux_web_app": _SITE,
    "azurerm_windows_web_app": _SITE,
    "azurerm_function_app": _FUNCTION,
    "azurerm_linux_function_app": _FUNCTION,
    "azurerm_windows_function_app": _FUNCTION,
    "azurerm_container_app": Row("service", "container-apps", parents=("container_app_environment_id", "resource_group_name"), more=_containers),
    "azurerm_container_group": Row("service", "container-instances", hosts=("fqdn",), more=_containers),
    "azurerm_mssql_server": Row("database", "sql", hosts=("fully_qualified_domain_name",)),
    "azurerm_sql_server": Row("database", "sql", hosts=("fully_qualified_domain_name",)),
    "azurerm_mssql_database": Row("database", "sql", needs=(Need("server_id"),), parents=_SERVER, more=_replica),
    "azurerm_sql_database": Row("database", "sql", needs=(Need("server_name"),), parents=_SERVER),
    "azurerm_postgresql_server": Row("database", "postgres", hosts=_FLEXIBLE, more=_replica),
    "azurerm_postgresql_flexible_server": Row("database", "postgres", hosts=_FLEXIBLE, more=_replica),
    "azurerm_mysql_server": Row("database", "mysql", hosts=_FLEXIBLE, more=_replica),
    "azurerm_mysql_flexible_server": Row("database", "mysql", hosts=_FLEXIBLE, more=_replica),
    "azurerm_cosmosdb_account": Row("database", "cosmos", hosts=("endpoint",), more=_cosmos),
    "azurerm_redis_cache": Row("cache", "redis", hosts=("hostname",)),
    "azurerm_servicebus_namespace": Row("queue", "service-bus"),
    "azurerm_servicebus_queue": Row("queue", "service-bus", needs=(_PART,), parents=("namespace_id",)),
    "azurerm_servicebus_topic": Row("topic", "service-bus", needs=(_PART,), parents=("namespace_id",)),
    "azurerm_eventhub_namespace": Row("stream", "service-bus"),
    "azurerm_eventhub": Row("stream", "service-bus", needs=(_PART, replace(_PART, path="namespace_name")), parents=("namespace_id", "namespace_name", "resource_group_name")),
    "azurerm_eventgrid_topic": Row("topic", "event-grid", hosts=("endpoint",)),
    "azurerm_storage_account": Row("bucket", "storage", hosts=("primary_blob_host", "primary_blob_endpoint", "primary_queue_endpoint", "primary_web_host"), more=_account),
    "azurerm_storage_queue": Row("queue", "storage", needs=(replace(_PART, path="storage_account_name"),), parents=("storage_account_name",)),
    "azurerm_dns_zone": Row("dns", "dns", place="global"),
    "azurerm_private_dns_zone": Row("dns", "dns", place="global"),
    "azurerm_dns_cname_record": Row("dns", "dns", needs=(Need("zone_name"), Need("target_resource_id"), Need("record")), place="global", more=_record),
    "azurerm_dns_a_record": Row("dns", "dns", needs=(Need("zone_name"), Need("target_resource_id"), Need("records")), place="global", more=_record),
    "azurerm_traffic_manager_profile": Row("dns", "traffic-manager", hosts=("fqdn",), place="global", more=_profile),
    "azurerm_application_gateway": Row("load-balancer", "application-gateway", needs=(Need("backend_address_pool.fqdns"), Need("backend_address_pool.ip_addresses"))),
    "azurerm_application_insights": Row("stream", "app-insights"),
    "azurerm_api_management": Row("gateway", "api-management", hosts=("gateway_url",)),
    "azurerm_key_vault": Row("secret", "key-vault", hosts=("vault_uri",)),
    "azurerm_container_registry": Row("registry", "acr", hosts=("login_server",)),
    "azurerm_virtual_network": Row("gateway", "network", role="network"),
    "azurerm_nat_gateway": Row("gateway", "network", role="network"),
    "azurerm_firewall": Row("gateway", "network", role="network"),
    "azurerm_virtual_network_gateway": Row("gateway", "network", role="network"),
    "azurerm_recovery_services_vault": Row("bucket", "backup", role="backup"),
}  # fmt: skip
JOINS = {
    "azurerm_traffic_manager_azure_endpoint": _routing,
    "azurerm_traffic_manager_external_endpoint": _routing,
    "azurerm_traffic_manager_endpoint": _routing,
}
STANDS = {
    "azurerm_storage_container": ("storage_account_name", "storage_account_id"),
    "azurerm_postgresql_flexible_server_database": ("server_id",),
    "azurerm_mysql_flexible_database": ("server_name",),
    "azurerm_cosmosdb_sql_database": ("account_name",),
    "azurerm_cosmosdb_mongo_database": ("account_name",),
    "azurerm_key_vault_secret": ("key_vault_id",),
    "azurerm_key_vault_key": ("key_vault_id",),
}
QUIET = {
    "azurerm_resource_group", "azurerm_subnet*", "azurerm_network_security_*", "azurerm_network_interface*", "azurerm_public_ip*",
    "azurerm_route*", "azurerm_role_*", "azurerm_user_assigned_identity", "azurerm_monitor_*", "azurerm_log_analytics_*",
    "azurerm_application_insights*", "azurerm_managed_disk", "azurerm_virtual_machine_*", "azurerm_service_plan",
    "azurerm_app_service_plan", "azurerm_private_*", "azurerm_key_vault_*", "azurerm_storage_*", "azurerm_mssql_*", "azurerm_sql_*",
    "azurerm_postgresql_*", "azurerm_mysql_*", "azurerm_cosmosdb_*", "azurerm_availability_set", "azurerm_virtual_network_*",
    "azurerm_container_app_environment", "azurerm_dns_*", "azurerm_servicebus_*", "azurerm_eventhub_*",
    "azurerm_express_route_*", "azurerm_firewall_*", "azurerm_policy_*", "azurerm_management_*", "azurerm_ssh_public_key",
}  # fmt: skip
