"""Names of Azure that lead to one of two stores: who uses the name survives the loss of the one where the other takes over."""

from __future__ import annotations

import pytest
from rooted import Shop

PAIR = """
provider "azurerm" { features {} }
resource "azurerm_mssql_server" "a" {
  name     = "sa"
  location = "westeurope"
}
resource "azurerm_mssql_server" "b" {
  name     = "sb"
  location = "northeurope"
}
resource "azurerm_mssql_failover_group" "g" {
  name      = "orders"
  server_id = azurerm_mssql_server.a.id
  partner_server { id = azurerm_mssql_server.b.id }
  read_write_endpoint_failover_policy { %s }
}
resource "azurerm_postgresql_flexible_server" "a" {
  name     = "pa"
  location = "westeurope"
}
resource "azurerm_postgresql_flexible_server" "b" {
  name             = "pb"
  location         = "northeurope"
  create_mode      = "Replica"
  source_server_id = azurerm_postgresql_flexible_server.a.id
}
resource "azurerm_postgresql_flexible_server_virtual_endpoint" "v" {
  name              = "users"
  source_server_id  = azurerm_postgresql_flexible_server.a.id
  replica_server_id = azurerm_postgresql_flexible_server.b.id
  type              = "ReadWrite"
}
resource "azurerm_redis_cache" "a" {
  name     = "ra"
  location = "westeurope"
}
resource "azurerm_redis_cache" "b" {
  name     = "rb"
  location = "northeurope"
}
resource "azurerm_redis_linked_server" "l" {
  target_redis_cache_name     = azurerm_redis_cache.a.name
  linked_redis_cache_id       = azurerm_redis_cache.b.id
  linked_redis_cache_location = "northeurope"
  server_role                 = "Secondary"
}
resource "azurerm_linux_web_app" "w" {
  name         = "w"
  location     = "westeurope"
  app_settings = { DB_HOST = %s }
}
"""
AUTOMATIC = '\n mode = "Automatic"\n grace_minutes = 90\n'
MANUAL = '\n mode = "Manual"\n'
GROUP = "azurerm_mssql_failover_group.g"
POINT = "azurerm_postgresql_flexible_server_virtual_endpoint.v"
LINK = "azurerm_redis_linked_server.l"


@pytest.mark.parametrize(
    ("value", "dependency"),
    [
        (f'"${{{GROUP}.name}}.database.windows.net"', GROUP),
        ('"orders.database.windows.net"', GROUP),
        ('"Server=tcp:orders.database.windows.net,1433;Database=shop;"', GROUP),
        ('"orders.secondary.database.windows.net"', "azurerm_mssql_server.b"),
        (f"{GROUP}.id", GROUP),
        ('"users.writer.postgres.database.azure.com"', POINT),
        ('"users.reader.postgres.database.azure.com"', "azurerm_postgresql_flexible_server.b"),
        (f"{LINK}.geo_replicated_primary_host_name", LINK),
    ],
)
def test_a_name_is_found_by_its_host(tmp_path, value, dependency):
    shop = Shop(tmp_path, {"main.tf": PAIR % (AUTOMATIC, value)})
    mine = {one for one in shop.needs if one.startswith("azurerm_linux_web_app")}
    assert mine == {f"azurerm_linux_web_app.w -> {dependency}"}


@pytest.mark.parametrize(
    ("policy", "dependent", "active", "mode", "takes"),
    [
        (AUTOMATIC, GROUP, "azurerm_mssql_server.a", "automatic", 5400),
        ('\n mode = "Automatic"\n', GROUP, "azurerm_mssql_server.a", "automatic", 3600),
        (MANUAL, GROUP, "azurerm_mssql_server.a", "manual", None),
        (MANUAL, POINT, "azurerm_postgresql_flexible_server.a", "manual", None),
        (MANUAL, LINK, "azurerm_redis_cache.a", "manual", None),
    ],
)
def test_the_partner_takes_over_as_the_policy_says(tmp_path, policy, dependent, active, mode, takes):
    shop = Shop(tmp_path, {"main.tf": PAIR % (policy, '"x"')})
    (group,) = [one for one in shop.inventory.redundancies if one.dependent == f"tf:shop:{dependent}"]
    assert group.active == (f"tf:shop:{active}",)
    assert len(group.members) == 2
    assert (group.failover.mode, group.failover.takes) == (mode, takes)
