"""Where stores of Google and Azure lie: by their own words, whatever region their provider is set to."""

from __future__ import annotations

import pytest
from rooted import Shop

GOOGLE = """
provider "google" {
  project = "acme"
  region  = "europe-west1"
}
"""
RUN = """
resource "google_cloud_run_v2_service" "api" {
  name     = "api"
  location = "us-central1"
  template {
    containers {
      image = "us-central1-docker.pkg.dev/acme/r/a"
      env {
        name  = "PLAIN"
        value = "x"
      }
      env {
        name  = "STORE"
        value = %s
      }
    }
  }
}
"""


def google(tmp_path, text: str) -> Shop:
    return Shop(tmp_path, {"main.tf": GOOGLE + text})


def spanner(config: str) -> str:
    return f'resource "google_spanner_instance" "db" {{\n  name = "db"\n  config = {config}\n}}\n'


def secret(*regions: str) -> str:
    replicas = "".join(f'replicas {{ location = "{one}" }}\n' for one in regions)
    return f'resource "google_secret_manager_secret" "s" {{\n secret_id = "pw"\n replication {{\n user_managed {{\n{replicas}}}\n}}\n}}\n'


@pytest.mark.parametrize("config", ["regional-us-east1", "projects/acme/instanceConfigs/regional-us-east1"])
def test_a_spanner_instance_lies_where_its_configuration_says(tmp_path, config):
    shop = google(tmp_path, spanner(f'"{config}"'))
    assert shop["google_spanner_instance.db"].region == "us-east1"
    assert [one.locator for one in shop["google_spanner_instance.db"].evidence] == ["main.tf:6", "main.tf:8"]


@pytest.mark.parametrize("config", ["nam3", "nam-eur-asia1", "projects/acme/instanceConfigs/eur5"])
def test_a_configuration_of_many_regions_is_in_no_one_of_them(tmp_path, config):
    database = (
        'resource "google_spanner_database" "d" {\n  name = "d"\n  instance = google_spanner_instance.db.name\n}\n'
    )
    shop = google(tmp_path, spanner(f'"{config}"') + database + RUN % "google_spanner_database.d.id")
    assert shop["google_spanner_instance.db"].region == "global"
    assert not [gap for gap in shop.inventory.gaps if gap.component == "tf:shop:google_spanner_instance.db"]
    assert "google_cloud_run_v2_service.api -> google_spanner_instance.db" in shop.needs
    assert not shop.inventory.coverage.scanners[0].unmapped


@pytest.mark.parametrize("config", ['"dual-region-japan1"', '"custom-nam3"', "var.config"])
def test_another_configuration_is_no_place_and_a_gap(tmp_path, config):
    shop = google(tmp_path, 'variable "config" {}\n' + spanner(config))
    assert shop["google_spanner_instance.db"].region is None
    reasons = [gap.reason for gap in shop.inventory.gaps if gap.component == "tf:shop:google_spanner_instance.db"]
    assert any(config.strip('"') in reason or "configuration that is not known" in reason for reason in reasons)


def test_a_secret_with_one_replica_is_there(tmp_path):
    shop = google(tmp_path, secret("asia-east1") + RUN % "google_secret_manager_secret.s.secret_id")
    assert shop["google_secret_manager_secret.s"].region == "asia-east1"
    assert "google_cloud_run_v2_service.api -> google_secret_manager_secret.s" in shop.needs


def test_a_secret_with_several_replicas_needs_any_of_them(tmp_path):
    shop = google(tmp_path, secret("asia-east1", "us-central1") + RUN % "google_secret_manager_secret.s.secret_id")
    assert shop.groups["google_secret_manager_secret.s"] == (
        "google_secret_manager_secret.s#asia-east1",
        "google_secret_manager_secret.s#us-central1",
    )
    assert "google_cloud_run_v2_service.api -> google_secret_manager_secret.s" in shop.needs


AZURE = """
provider "azurerm" {
  features {}
}
resource "azurerm_cosmosdb_account" "db" {
  name     = "acmedb"
  location = "westeurope"
  %s
  geo_location {
    location          = "northeurope"
    failover_priority = 1
  }
  geo_location {
    location          = "West Europe"
    failover_priority = 0
  }
}
resource "azurerm_traffic_manager_profile" "tm" {
  name                   = "shop"
  traffic_routing_method = "Priority"
}
"""


@pytest.mark.parametrize(
    ("said", "active"),
    [("automatic_failover_enabled = true", ("westeurope",)), ("enable_multiple_write_locations = true", ())],
)
def test_locations_of_an_account_that_take_over_are_alternatives(tmp_path, said, active):
    shop = Shop(tmp_path, {"main.tf": AZURE % said})
    (group,) = [one for one in shop.inventory.redundancies if one.dependent.endswith("cosmosdb_account.db")]
    assert sorted(one.rpartition("#")[2] for one in group.members) == ["northeurope", "westeurope"]
    assert tuple(one.rpartition("#")[2] for one in group.active) == active
    assert (group.failover.mode if group.failover else None) == ("automatic" if active else None)


def test_locations_that_take_no_writes_are_copies_to_read(tmp_path):
    shop = Shop(tmp_path, {"main.tf": AZURE % ""})
    assert shop["azurerm_cosmosdb_account.db"].region == "westeurope"
    assert shop["azurerm_cosmosdb_account.db#northeurope"].attributes["role"] == "read-replica"
    assert not shop.inventory.redundancies


def test_a_profile_of_the_traffic_manager_is_where_users_come_in(tmp_path):
    shop = Shop(tmp_path, {"main.tf": AZURE % ""})
    assert shop["azurerm_traffic_manager_profile.tm"].attributes["entry"] == "Traffic Manager profile shop"


def test_a_variable_is_shown_by_its_own_line(tmp_path):
    kept = "value_source {\n        secret_key_ref {\n          secret = google_secret_manager_secret.s.secret_id\n        }\n      }"
    plain = RUN % "google_spanner_instance.db.name" + spanner('"regional-us-east1"')
    secrets = (RUN % "KEPT").replace("value = KEPT", kept) + secret("asia-east1")
    for name, text, target, shown in (
        ("a", plain, "google_spanner_instance.db", "value = google_spanner"),
        ("b", secrets, "google_secret_manager_secret.s", '= "STORE"'),
    ):
        shop = google(tmp_path / name, text)
        lines = (tmp_path / name / "shop" / "main.tf").read_text().splitlines()
        line = next(at for at, one in enumerate(lines, 1) if shown in one)
        (need,) = [one for one in shop.inventory.dependencies if one.dependency == f"tf:shop:{target}"]
        assert [one.locator for one in need.evidence] == [f"main.tf:{line}"]
        assert need.evidence[0].note == "env STORE"


BUCKETS = """
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "far"
  region = "us-east-1"
}
resource "aws_s3_bucket" "home" {
  bucket = "home"
}
resource "aws_s3_bucket" "far" {
  provider = aws.far
  bucket   = "far"
}
resource "aws_s3_bucket_replication_configuration" "r" {
  bucket = aws_s3_bucket.home.id
  role   = "x"
  rule {
    status = "Enabled"
    %s
    destination {
      bucket = aws_s3_bucket.far.arn
    }
  }
}
"""


@pytest.mark.parametrize(
    ("filtered", "grade", "how"),
    [("", "full", ""), ('filter {\n prefix = "logs/"\n }', "backup", " of prefix logs/ only")],
)
def test_a_bucket_of_which_a_part_is_replicated_has_no_full_copy(tmp_path, filtered, grade, how):
    shop = Shop(tmp_path, {"main.tf": BUCKETS % filtered})
    told = {one.id: one for one in shop.regions.components}
    home = told["tf:shop:aws_s3_bucket.home"]
    assert home.replicated == grade
    assert home.how == f"tf:shop:aws_s3_bucket.far is a copy{how}"


SCHEDULED = """
resource "google_cloud_scheduler_job" "j" {
  name     = "j"
  schedule = "0 * * * *"
  %s
}
resource "google_pubsub_topic" "t" { name = "t" }
"""


@pytest.mark.parametrize(
    ("target", "need"),
    [
        ('http_target { uri = "${google_cloud_run_v2_service.api.uri}/run" }',
         "google_cloud_run_v2_service.api -> google_cloud_scheduler_job.j"),
        ("pubsub_target { topic_name = google_pubsub_topic.t.id }", "google_pubsub_topic.t ~> google_cloud_scheduler_job.j"),
        ('http_target { uri = "https://api.stripe.com/v1" }', "google_cloud_scheduler_job.j ~> vendor:stripe"),
    ],
)  # fmt: skip
def test_what_a_schedule_calls_is_set_going_by_it(tmp_path, target, need):
    shop = google(tmp_path, RUN % '"x"' + SCHEDULED % target)
    assert [one for one in shop.needs if "scheduler_job.j" in one and "gcp:" not in one] == [need]


INSIGHTS = """
provider "azurerm" {
  features {}
}
resource "azurerm_application_insights" "x" {
  name             = "x"
  location         = "northeurope"
  application_type = "web"
}
resource "azurerm_linux_web_app" "w" {
  name         = "w"
  location     = "westeurope"
  app_settings = { APPLICATIONINSIGHTS_CONNECTION_STRING = %s }
}
"""
KEY = "InstrumentationKey=00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("value", "dependency", "region"),
    [
        ("azurerm_application_insights.x.connection_string", "azurerm_application_insights.x", "northeurope"),
        (
            f'"{KEY};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;'
            'LiveEndpoint=https://westeurope.livediagnostics.monitor.azure.com/"',
            "azure:platform/westeurope/app-insights",
            "westeurope",
        ),
    ],
)
def test_telemetry_of_azure_is_seen_to_without_being_served_by(tmp_path, value, dependency, region):
    shop = Shop(tmp_path, {"main.tf": INSIGHTS % value})
    assert [one for one in shop.needs if "web_app" in one] == [f"azurerm_linux_web_app.w ~> {dependency} [operate]"]
    assert shop[dependency].region == region
