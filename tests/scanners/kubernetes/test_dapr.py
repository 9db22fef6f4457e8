"""Components of Dapr, calls by the id of an application, and stores that operators run."""

from __future__ import annotations

from scanning import deployment, scanned, service, written

from blastradius.assemble import assemble
from blastradius.scanners import scan

COMPONENT = """\
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {{name: {name}}}
spec:
  type: {type}
  metadata:
{entries}
{scopes}
---
"""


def component(name, *entries, scopes=(), type="state.redis"):
    lines = "\n".join(f"  - {entry}" for entry in entries)
    return COMPONENT.format(name=name, type=type, entries=lines, scopes=f"scopes: {list(scopes)}" if scopes else "")


def app(name, app_id="", env=None):
    marks = f"dapr.io/enabled: 'true', dapr.io/app-id: {app_id or name}"
    plain = deployment(name, env=env)
    return plain.replace(f"labels: {{app: {name}}}}}", f"labels: {{app: {name}}}, annotations: {{{marks}}}}}")


def inventory(tmp_path, text):
    result = scan([written(tmp_path, {"all.yaml": text})])
    return assemble(result.facts, result.coverage, result.roots)


def needs(found, name):
    here = f"k8s:shop/default/Deployment/{name}"
    return sorted(
        d.dependency.rpartition("/")[2] for d in found.dependencies if d.dependent == here and d.phase == "runtime"
    )


REDIS = deployment("redis") + service("redis")


def test_a_component_is_of_the_applications_in_its_scopes_or_of_all(tmp_path):
    text = (
        app("a") + app("b", "bee") + deployment("c") + REDIS + deployment("mail") + service("mail")
        + component("cache", "{name: redisHost, value: \'redis:6379\'}", "{name: redisPassword, secretKeyRef: {name: s, key: p}}")
        + component("post", "{name: host, value: mail}", scopes=["bee"], type="bindings.smtp")
    )  # fmt: skip
    found = inventory(tmp_path, text)
    assert (needs(found, "a"), needs(found, "b"), needs(found, "c")) == (["redis"], ["mail", "redis"], [])
    (one,) = [
        d
        for d in found.dependencies
        if d.dependent.endswith("/a") and d.dependency.endswith("redis") and d.phase == "runtime"
    ]
    assert one.evidence[0].note == "Dapr component cache.redisHost"


def test_a_connection_in_a_secret_that_is_not_there_is_a_gap(tmp_path):
    text = app("a") + component(
        "bus", "{name: connectionString, secretKeyRef: {name: s, key: k}}", type="pubsub.rabbitmq"
    )
    (gap,) = [gap for gap in inventory(tmp_path, text).gaps if gap.reference == "bus"]
    assert (gap.component, gap.hides) == ("k8s:shop/default/Deployment/a", "dependency")


def test_a_call_by_the_id_of_an_application(tmp_path):
    url = "http://localhost:3500/v1.0/invoke/{}/method/x"
    text = (
        app("a", env={"B_URL": url.format("bee"), "X_URL": url.format("far"), "CAT_APP_ID": "cat"})
        + app("c", "cat")
        + app("b", "bee")
    )
    found = inventory(tmp_path, text)
    assert needs(found, "a") == ["b", "c"]
    assert [gap.reference for gap in found.gaps if gap.component == "k8s:shop/default/Deployment/a"] == ["far"]


def test_components_of_other_groups_are_told_as_not_read(tmp_path):
    text = "apiVersion: other.example.com/v1\nkind: Component\nmetadata: {name: x}\n---\n" + component(
        "c", "{name: a, value: b}"
    )
    text += app("a")
    written(tmp_path, {"all.yaml": text})
    (coverage,) = [one for one in scan([tmp_path / "shop"]).coverage.scanners if one.scanner == "kubernetes"]
    assert coverage.unmapped == {"other.example.com/Component": 1}


def test_services_that_operators_make_are_those_of_their_stores(tmp_path):
    text = (
        "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg}\nspec: {instances: 3}\n---\n"
        "apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata: {name: ev}\nspec: {kafka: {replicas: 3}}\n---\n"
        + deployment(
            "a",
            env={"DB_HOST": "pg-rw", "RO_URL": "postgres://pg-ro.default.svc/x", "BROKER": "ev-kafka-bootstrap:9092"},
        )
    )
    found = inventory(tmp_path, text)
    assert needs(found, "a") == ["ev", "pg"]
    kinds = {one.name: (one.kind, one.attributes["instances"]) for one in found.components if one.name in ("pg", "ev")}
    assert kinds == {"pg": ("database", "3"), "ev": ("stream", "3")}
    assert not [one for one in found.components if one.kind == "external" and "pg" in one.id]


def test_what_a_collector_collects_from_is_soft(tmp_path):
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  otel.yaml: |\n"
        "    receivers:\n      redis: {endpoint: 'redis:6379'}\n    exporters:\n      otlp: {endpoint: 'store:4317'}\n---\n"
    )
    collector = deployment("col", extra="volumes:\n- {name: c, configMap: {name: c}}")
    collector = collector.replace("registry.example.com/col:1", "otel/opentelemetry-collector-contrib:0.9")
    found = inventory(tmp_path, collector + config + REDIS + deployment("store") + service("store"))
    strengths = {
        d.dependency.rpartition("/")[2]: d.strength
        for d in found.dependencies
        if d.dependent.endswith("/col") and d.phase == "runtime"
    }
    assert strengths == {"redis": "soft", "store": "hard"}


def test_secrets_of_components_stay_where_they_are(tmp_path):
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {k: 'redis://:hunter2-planted@redis:6379'}\n---\n"
    text = (
        app("a")
        + REDIS
        + secret
        + component("c", "{name: redisUrl, secretKeyRef: {name: s, key: k}}", "{name: p, value: hunter2-planted}")
    )
    found = scanned(tmp_path, {"all.yaml": text})
    assert "hunter2" not in repr(found.result.facts)
    assert needs(inventory(tmp_path, text), "a") == ["redis"]
