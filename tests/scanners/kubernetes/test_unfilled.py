"""Settings of programs that hold variables: what nothing fills in is said, in variables and in mounted files alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from scanning import Scan, deployment, scanned, service

_SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings}}
data:
  {key}: {value}
---
"""
_FROM = "envFrom: [{configMapRef: {name: settings}}]"


def _web(tmp_path: Path, key: str, value: str, env: dict[str, str] | None = None) -> Scan:
    """A workload that is told a setting of a ConfigMap, and mounts it as a file."""
    text = deployment("web", env=env, extra="volumes: [{name: all, configMap: {name: settings}}]")
    text = text.replace("registry.example.com/web:1", f"registry.example.com/web:1\n        {_FROM}")
    return scanned(
        tmp_path, {"web.yaml": text + service("pg") + deployment("pg") + _SETTINGS.format(key=key, value=value)}
    )


def _open(found: Scan) -> list[str]:
    return sorted(str(gap.reference) for gap in found.gaps if "is not resolved" in gap.reason)


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("SPRING_DATASOURCE_URL", "jdbc:postgresql://${DB_HOST}:5432/x", ["${DB_HOST}"]),
        ("SPRING_REDIS_HOST", "${REDIS_HOST}", ["${REDIS_HOST}"]),
        ("KAFKA_BROKERS", "${KAFKA_A}:9092,${KAFKA_B}:9092", ["${KAFKA_A}", "${KAFKA_B}"]),
        ("ConnectionStrings__Orders", "Server=${ORDERS};Database=orders;User Id=sa", ["${ORDERS}"]),
        ("APP_NAME", "${TITLE}", []),
        ("PAYMENT_URL", "https://pay.example.com/${TENANT}", []),
        ("application.yml", "|\n    spring: {datasource: {url: 'jdbc:postgresql://${DB_HOST}:5432/x'}}", ["${DB_HOST}"]),
        ("application.yml", "|\n    spring: {rabbitmq: {host: '${RABBIT}'}, application: {name: '${TITLE}'}}", ["${RABBIT}"]),
        ("application.yml", "|\n    db: {host: '${HOST_OF_DB}'}\n    spring: {datasource: {url: 'jdbc:mysql://${db.host}/x'}}",
         ["${HOST_OF_DB}", "${HOST_OF_DB}"]),
        ("application.properties", "|\n    spring.datasource.url=jdbc:mysql://${MYSQL}:3306/x\n    name=${TITLE}", ["${MYSQL}"]),
        ("appsettings.json", '|\n    {"ConnectionStrings": {"Default": "Server=${SQL};Database=a"}}', ["${SQL}"]),
        # a default is what it is told, and broken files are looked through for what shows itself
        ("application.yml", "|\n    search: {url: 'http://${SEARCH:search.example.com}:9200'}", []),
        ("application.yml", "|\n    search: [url: 'http://${SEARCH}", []),
        ("start.sh", "|\n    curl http://${SEARCH}:9200", []),
    ],
)  # fmt: skip
def test_what_nothing_fills_in_is_a_gap(tmp_path: Path, key: str, value: str, wanted: list[str]) -> None:
    found = _web(tmp_path, key, value)
    assert _open(found) == wanted
    for gap in found.gaps:
        if "is not resolved" in gap.reason:
            assert (gap.component, gap.hides) == ("k8s:shop/default/Deployment/web", "dependency")
            assert gap.evidence[0].locator.startswith("web.yaml:")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SPRING_DATASOURCE_URL", "jdbc:postgresql://${DB_HOST}:5432/x"),
        ("ConnectionStrings__Orders", "Server=${DB_HOST};Database=orders"),
        ("application.yml", "|\n    spring: {datasource: {url: 'jdbc:postgresql://${DB_HOST}:5432/x'}}"),
        ("application.properties", "|\n    spring.datasource.url=jdbc:postgresql://${db.host}:5432/x"),
    ],
)
def test_what_another_variable_tells_is_no_gap(tmp_path: Path, key: str, value: str) -> None:
    found = _web(tmp_path, key, value, env={"DB_HOST": "pg"})
    assert _open(found) == []
    assert "Deployment/web -> Deployment/pg" in found.lines()


def test_a_variable_that_holds_itself_ends(tmp_path: Path) -> None:
    found = _web(tmp_path, "A_URL", "http://${B_URL}/", env={"B_URL": "${A_URL}"})
    assert _open(found)


def test_what_a_secret_holds_is_not_shown(tmp_path: Path) -> None:
    secret = """\
apiVersion: v1
kind: Secret
metadata: {name: settings}
stringData:
  application.yml: |
    spring: {datasource: {url: 'jdbc:postgresql://app:hunter2-Tr0ub4dor@${DB_HOST}:5432/x'}}
"""
    text = deployment("web", extra="volumes: [{name: all, secret: {secretName: settings}}]") + secret
    found = scanned(tmp_path, {"web.yaml": text})
    assert _open(found) == ["${DB_HOST}"]
    assert "hunter2" not in found.dump()
