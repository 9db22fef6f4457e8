"""What stands before the services of Azure and Google Cloud: who needs which, and by what users come in."""

from __future__ import annotations

import pytest
from rooted import Shop

AZURE = """
    provider "azurerm" {
      features {}
    }
    resource "azurerm_linux_web_app" "a" {
      name     = "a"
      location = "westeurope"
    }
    resource "azurerm_linux_web_app" "b" {
      name     = "b"
      location = "northeurope"
    }
"""
PROFILE = (
    AZURE
    + """
    resource "azurerm_cdn_frontdoor_profile" "fd" { name = "fd" }
    resource "azurerm_cdn_frontdoor_endpoint" "e" { cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.fd.id }
    resource "azurerm_cdn_frontdoor_origin_group" "g" {
      cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.fd.id
      PROBE
    }
    resource "azurerm_cdn_frontdoor_origin" "a" {
      cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.g.id
      host_name                     = azurerm_linux_web_app.a.default_hostname
      priority                      = 1
    }
    resource "azurerm_cdn_frontdoor_origin" "b" {
      cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.g.id
      host_name                     = azurerm_linux_web_app.b.default_hostname
      priority                      = SECOND
      enabled                       = ENABLED
    }
    resource "azurerm_cdn_frontdoor_route" "r" {
      cdn_frontdoor_endpoint_id     = azurerm_cdn_frontdoor_endpoint.e.id
      cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.g.id
      patterns_to_match             = ["PATTERN"]
    }
"""
)
APPS = "azurerm_linux_web_app.a", "azurerm_linux_web_app.b"


def profile(tmp_path, probe="health_probe { interval_in_seconds = 30 }", second="1", enabled="true", pattern="/*"):
    text = PROFILE.replace("PROBE", probe).replace("SECOND", second).replace("ENABLED", enabled)
    return Shop(tmp_path, {"main.tf": text.replace("PATTERN", pattern)})


def group(shop):
    (found,) = shop.inventory.redundancies
    return found


def test_probed_origins_stand_in_for_each_other_and_none_is_a_way_in_of_its_own(tmp_path):
    shop = profile(tmp_path)
    found = group(shop)
    assert [one.removeprefix("tf:shop:") for one in found.members] == [*APPS]
    assert (found.required, found.full, found.failover) == (1, None, None)
    assert [one.name for one in shop.inventory.journeys] == ["fd"]


def test_origins_that_nobody_probes_are_all_needed_to_serve_all(tmp_path):
    assert group(profile(tmp_path, probe="")).full == 2


def test_a_second_priority_stands_by_until_probes_fail(tmp_path):
    found = group(profile(tmp_path, second="2"))
    assert [one.removeprefix("tf:shop:") for one in found.active] == ["azurerm_linux_web_app.a"]
    assert (found.failover.mode, found.failover.takes) == ("automatic", 90)


def test_an_origin_that_is_switched_off_answers_nobody(tmp_path):
    shop = profile(tmp_path, enabled="false")
    assert not shop.inventory.redundancies
    assert "azurerm_cdn_frontdoor_profile.fd -> azurerm_linux_web_app.a" in shop.needs


def test_a_route_of_some_paths_is_not_needed_by_the_others(tmp_path):
    shop = profile(tmp_path, pattern="/api/*")
    assert {f"azurerm_cdn_frontdoor_profile.fd ~> {one}" for one in APPS} <= shop.needs
    assert {one.name for one in shop.inventory.journeys} == {"a", "b", "fd"}


def test_the_first_front_door_chooses_among_its_pool(tmp_path):
    shop = Shop(tmp_path, {"main.tf": AZURE + """
    resource "azurerm_frontdoor" "fd" {
      name = "fd"
      backend_pool_health_probe { name = "p" }
      backend_pool {
        name              = "web"
        health_probe_name = "p"
        backend { address = azurerm_linux_web_app.a.default_hostname }
        backend { address = azurerm_linux_web_app.b.default_hostname }
      }
      routing_rule {
        patterns_to_match = ["/*"]
        forwarding_configuration { backend_pool_name = "web" }
      }
    }
    """})  # fmt: skip
    assert [one.removeprefix("tf:shop:") for one in group(shop).members] == [*APPS]
    assert group(shop).full is None


def test_a_balancer_of_azure_needs_the_machines_of_its_pool_and_a_name_leads_to_it_by_its_address(tmp_path):
    shop = Shop(tmp_path, {"main.tf": """
    provider "azurerm" {
      features {}
    }
    resource "azurerm_public_ip" "p" { location = "westeurope" }
    resource "azurerm_lb" "lb" {
      name     = "lb"
      location = "westeurope"
      frontend_ip_configuration { public_ip_address_id = azurerm_public_ip.p.id }
    }
    resource "azurerm_lb_backend_address_pool" "pool" { loadbalancer_id = azurerm_lb.lb.id }
    resource "azurerm_network_interface" "n" {
      for_each = toset(["1", "2"])
    }
    resource "azurerm_network_interface_backend_address_pool_association" "n" {
      for_each                = toset(["1", "2"])
      network_interface_id    = azurerm_network_interface.n[each.key].id
      backend_address_pool_id = azurerm_lb_backend_address_pool.pool.id
    }
    resource "azurerm_linux_virtual_machine" "m" {
      for_each              = toset(["1", "2"])
      name                  = "m${each.key}"
      location              = "westeurope"
      network_interface_ids = [azurerm_network_interface.n[each.key].id]
    }
    resource "azurerm_dns_zone" "z" { name = "shop.example" }
    resource "azurerm_dns_a_record" "www" {
      name               = "www"
      zone_name          = azurerm_dns_zone.z.name
      target_resource_id = azurerm_public_ip.p.id
    }
    """})  # fmt: skip
    assert len(group(shop).members) == 2
    assert "azurerm_dns_a_record.www -> azurerm_lb.lb" in shop.needs


def test_a_queue_is_down_with_its_namespace(tmp_path):
    shop = Shop(tmp_path, {"main.tf": """
    provider "azurerm" {
      features {}
    }
    resource "azurerm_servicebus_namespace" "n" { location = "westeurope" }
    resource "azurerm_servicebus_queue" "q" { namespace_id = azurerm_servicebus_namespace.n.id }
    """})  # fmt: skip
    assert shop.needs == {"azurerm_servicebus_queue.q -> azurerm_servicebus_namespace.n"}


GOOGLE = """
    provider "google" { region = "europe-west1" }
    resource "google_cloud_run_v2_service" "web" {
      name     = "web"
      location = "europe-west1"
      INGRESS
    }
    resource "google_cloud_run_v2_service" "api" {
      name     = "api"
      location = "europe-west1"
    }
    resource "google_compute_region_network_endpoint_group" "web" {
      cloud_run { service = google_cloud_run_v2_service.web.name }
    }
    resource "google_compute_region_network_endpoint_group" "api" {
      cloud_run { service = google_cloud_run_v2_service.api.name }
    }
    resource "google_compute_backend_service" "web" {
      backend { group = google_compute_region_network_endpoint_group.web.id }
    }
    resource "google_compute_backend_service" "api" {
      backend { group = google_compute_region_network_endpoint_group.api.id }
    }
    resource "google_compute_url_map" "m" {
      default_service = google_compute_backend_service.web.id
      path_matcher {
        name            = "all"
        default_service = google_compute_backend_service.web.id
        path_rule {
          paths   = ["/api/*"]
          service = google_compute_backend_service.api.id
        }
      }
    }
    resource "google_compute_target_https_proxy" "p" { url_map = google_compute_url_map.m.id }
    resource "google_compute_global_address" "a" {}
    resource "google_compute_global_forwarding_rule" "r" {
      name       = "front"
      target     = google_compute_target_https_proxy.p.id
      ip_address = google_compute_global_address.a.address
      SCHEME
    }
    resource "google_cloud_run_v2_service_iam_member" "web" {
      name   = google_cloud_run_v2_service.web.name
      role   = "roles/run.invoker"
      member = "allUsers"
    }
"""


def test_users_come_by_the_balancer_and_some_paths_go_elsewhere(tmp_path):
    record = """
    resource "google_dns_record_set" "www" {
      name         = "www.shop.example."
      managed_zone = "shop"
      type         = "A"
      rrdatas      = [google_compute_global_address.a.address]
    }
    """
    shop = Shop(tmp_path, {"main.tf": GOOGLE.replace("INGRESS", "").replace("SCHEME", "") + record})
    assert {
        "google_compute_global_forwarding_rule.r -> google_compute_backend_service.web",
        "google_compute_global_forwarding_rule.r ~> google_compute_backend_service.api",
        "google_dns_record_set.www -> google_compute_global_forwarding_rule.r",
    } <= shop.needs
    assert [one.name for one in shop.inventory.journeys] == ["www-shop-example"]


@pytest.mark.parametrize(("ingress", "journeys"), [("", ["web"]), ('ingress = "INGRESS_TRAFFIC_INTERNAL_ONLY"', [])])
def test_what_everybody_may_call_is_a_way_in_unless_it_takes_no_calls_from_outside(tmp_path, ingress, journeys):
    alone = GOOGLE.replace("INGRESS", ingress).replace("SCHEME", "")
    alone = (
        alone.partition('resource "google_compute_region')[0]
        + alone[alone.index('resource "google_cloud_run_v2_service_iam') :]
    )
    assert [one.name for one in Shop(tmp_path, {"main.tf": alone}).inventory.journeys] == journeys


def test_an_internal_balancer_is_no_way_in(tmp_path):
    inside = GOOGLE.replace("INGRESS", "").replace("SCHEME", 'load_balancing_scheme = "INTERNAL_MANAGED"')
    assert not Shop(tmp_path, {"main.tf": inside}).inventory.journeys
