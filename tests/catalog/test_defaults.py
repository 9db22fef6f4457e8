import subprocess
import sys

import pytest
from telling import thing

from blastradius.catalog import data, is_synthetic_name, kind_of_image, load

CATALOG = load()


def _default(via="env DB_ADDR", role="address", port=None, dependent=None, name="db", **fields):
    dependency = thing(f"x/{name}", **{"kind": "external", **fields})
    return CATALOG.defaults(via=via, role=role, port=port, dependent=dependent, dependency=dependency)


@pytest.mark.parametrize(
    ("given", "strength", "phase"),
    [
        ({}, "hard", "runtime"),
        ({"role": "image", "via": "image"}, "hard", "startup"),
        ({"kind": "database"}, "hard", "runtime"),
        ({"via": "env SENTRY_REDIS_HOST"}, "hard", "runtime"),
        ({"via": "env JAEGER_ES_URL", "kind": "service"}, "hard", "runtime"),
        ({"via": "env LOGSTASH_OUT", "kind": "stream"}, "hard", "runtime"),
        ({"via": "env JAEGER_AGENT_HOST", "kind": "service"}, "soft", "operate"),
        ({"via": "setting management.otlp.tracing.endpoint"}, "soft", "operate"),
        ({"via": "setting Serilog.WriteTo.Args.serverUrl"}, "soft", "operate"),
        ({"via": "env Serilog__SeqServerUrl"}, "soft", "operate"),
        ({"name": "seq"}, "soft", "operate"),
        ({"via": "upstream", "kind": "service", "attributes": {"purpose": "telemetry"}}, "soft", "runtime"),
        ({"kind": "queue"}, "hard", "runtime"),
        ({"kind": "vendor", "attributes": {"category": "payments"}}, "hard", "runtime"),
        ({"kind": "vendor", "attributes": {"category": "observability"}}, "soft", "operate"),
        ({"kind": "vendor", "attributes": {"category": "incident-management"}}, "soft", "operate"),
        ({"kind": "vendor", "attributes": {"category": "feature-flags"}}, "soft", "runtime"),
        ({"kind": "vendor", "attributes": {"category": "analytics"}}, "soft", "runtime"),
        ({"kind": "vendor", "attributes": {"category": "email"}}, "soft", "runtime"),
        ({"kind": "vendor", "attributes": {"category": "ci"}}, "hard", "deploy"),
        ({"via": "env OTEL_EXPORTER_OTLP_ENDPOINT"}, "soft", "operate"),
        ({"via": "arg --otel-endpoint"}, "soft", "operate"),
        ({"via": "env ZIPKIN"}, "soft", "operate"),
        ({"via": "env GRAFANA_URL"}, "soft", "operate"),
        ({"via": "env SHOP_KIBANA_HOST", "kind": "service"}, "soft", "operate"),
        ({"via": "setting links.grafana.base-url"}, "soft", "operate"),
        ({"via": "env OPENSEARCH_DASHBOARDS_URL"}, "soft", "operate"),
        ({"via": "env GRAFANA_DB_HOST"}, "hard", "runtime"),
        ({"via": "env KIBANA_ELASTICSEARCH_HOSTS"}, "hard", "runtime"),
        ({"via": "env GRAFANA_HOST", "kind": "database"}, "hard", "runtime"),
        ({"via": "env OPENSEARCH_URL"}, "hard", "runtime"),
        ({"via": "env PROMETHEUS_URL"}, "hard", "runtime"),
        ({"via": "env SENTRY_DSN"}, "soft", "operate"),
        ({"via": "env TRACE_COLLECTOR_ADDR"}, "soft", "operate"),
        ({"port": 4317}, "soft", "operate"),
        ({"name": "jaeger"}, "soft", "operate"),
        ({"kind": "service", "attributes": {"purpose": "telemetry"}}, "soft", "operate"),
        ({"dependent": thing("q", kind="queue")}, "soft", "runtime"),
        ({"dependent": thing("q", kind="queue"), "kind": "database"}, "hard", "runtime"),
        ({"dependent": thing("g", attributes={"purpose": "telemetry"}), "name": "prometheus"}, "hard", "runtime"),
    ],
)
def test_defaults(given, strength, phase):
    found = _default(**given)
    assert (found.strength, found.phase) == (strength, phase)
    assert found.reason


@pytest.mark.parametrize(
    ("via", "strength", "phase"),
    [
        ("volume ./prometheus.yml: scrape_configs.static_configs.targets", "soft", "runtime"),
        ("volume ./otel.yaml: receivers.prometheus.config.scrape_configs.http_sd_configs.url", "soft", "runtime"),
        ("volume ./otel.yaml: receivers.redis.endpoint", "soft", "runtime"),
        ("volume ./prometheus.yml: alerting.alertmanagers.static_configs.targets", "soft", "operate"),
        ("arg --alertmanagers.url", "soft", "operate"),
        ("volume ./alertmanager.yml: global.smtp_smarthost", "soft", "operate"),
        ("volume ./alertmanager.yml: receivers.webhook_configs.url", "soft", "operate"),
        ("env GF_SMTP_HOST", "soft", "operate"),
        ("volume ./prometheus.yml: remote_read.url", "hard", "runtime"),
        ("volume ./alertmanager_url/a_smtp_b.yml: remote_read.url", "hard", "runtime"),
        ("volume ./ds.yaml: datasources.url", "hard", "runtime"),
        ("env ES_SERVER_URLS", "hard", "runtime"),
        ("env GF_DATABASE_HOST", "hard", "runtime"),
        ("env GRAFANA_URL", "hard", "runtime"),
    ],
)
def test_a_telemetry_tool_needs_what_it_reads_and_not_what_it_collects_from_or_alerts(via, strength, phase):
    found = _default(via=via, dependent=thing("p", attributes={"purpose": "telemetry"}))
    assert (found.strength, found.phase) == (strength, phase)


def test_metrics_are_collected_by_whatever_has_a_scrape_config():
    assert _default(via="volume ./p.yml: scrape_configs.static_configs.targets").strength == "soft"
    assert _default(via="env ALERTMANAGER_URL").strength == "hard"


@pytest.mark.parametrize("given", [{"via": "env ZIPKIN"}, {"port": 9411}, {"name": "zipkin"}])
def test_a_strength_that_rests_on_a_name_alone_says_so(given):
    assert "assumed from the" in _default(**given).reason


def test_rules_with_a_pattern_of_names_say_that_they_assume():
    for rule in data.read("defaults.yaml")["rules"]:
        if {"variable", "name", "port"} & set(rule["when"]):
            assert "assumed from the" in rule["reason"], rule["id"]


@pytest.mark.parametrize(
    ("image", "kind", "purpose"),
    [
        ("postgres:16", "database", ""), ("bitnami/postgresql:16", "database", ""), ("mysql", "database", ""),
        ("mongo:7", "database", ""), ("redis:alpine", "cache", ""), ("memcached", "cache", ""), ("rabbitmq:3", "queue", ""),
        ("confluentinc/cp-kafka", "stream", ""), ("traefik:v3", "gateway", ""), ("envoyproxy/envoy:v1", "gateway", ""),
        ("jaegertracing/all-in-one", None, "telemetry"), ("locustio/locust", None, "synthetic"),
        ("oliver006/redis_exporter", None, "sidecar"), ("busybox", None, "tool"),
    ],
)  # fmt: skip
def test_kinds_of_images(image, kind, purpose):
    found = kind_of_image(image)
    assert (found.kind, found.purpose) == (kind, purpose)


@pytest.mark.parametrize("image", ["nginx", "shop/frontend:1", "team/redisplay", "${IMAGE}", ""])
def test_images_that_say_nothing(image):
    assert kind_of_image(image) is None


def test_names_of_load_makers():
    assert is_synthetic_name("loadgenerator")
    assert is_synthetic_name("user-sim")
    assert not is_synthetic_name("loader")
    assert not is_synthetic_name("uploadgenerators")


def test_asking_for_places_reads_no_data():
    code = (
        "import sys; from blastradius.catalog import load; load().component_for_id('aws:region/us-east-1');"
        "assert 'yaml' not in sys.modules and 'tldextract' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
