"""Retries, timeouts and breakers of programs reach the calls that they are about."""

from __future__ import annotations

import pytest
from scanning import written

from blastradius.assemble import assemble
from blastradius.scanners import scan

COMPOSE = """
    services:
      shop:
        build: shop
        environment: {INVENTORY_URL: "http://inventory:8080", PAY: "http://pay:80", Q: "https://sqs.eu-west-1.amazonaws.com/111122223333/q"}
      inventory: {image: acme/inventory}
      pay: {image: acme/pay}
"""


def calls(folder, files):
    result = scan([written(folder, {"compose.yaml": COMPOSE, **files})])
    inventory = assemble(result.facts, result.coverage, result.roots)
    return {
        one.dependency.rpartition("/")[2].rpartition(":")[2]: one
        for one in inventory.dependencies
        if one.dependent.endswith("/shop") and (one.attempts or one.timeout or one.breaker)
    }


YAML = """
    resilience4j:
      retry:
        configs:
          default: {maxAttempts: 5, waitDuration: 500ms}
          short: {max-attempts: 2}
        instances:
          inventoryService: {baseConfig: short}
          pay: {waitDuration: 1s}
          nobodyKnows: {maxAttempts: 9}
      circuitbreaker:
        instances:
          pay: {failureRateThreshold: 50}
      timelimiter:
        instances:
          inventory: {timeoutDuration: 2s}
"""


def test_resilience4j_by_the_name_of_what_is_called(tmp_path):
    found = calls(tmp_path, {"shop/src/main/resources/application.yml": YAML, "shop/pom.xml": "<project/>"})
    assert sorted(found) == ["inventory", "pay"]
    assert (found["inventory"].attempts, found["inventory"].timeout) == (2, 2.0)
    assert (found["pay"].attempts, found["pay"].backoff, found["pay"].breaker.kind) == (5, "1s", "circuit-breaker")
    assert "shop/src/main/resources/application.yml:9" in [one.locator for one in found["pay"].evidence]


@pytest.mark.parametrize(
    ("line", "attempts", "timeout"),
    [
        ("resilience4j.retry.instances.pay.max-attempts=4", 4, None),
        ("resilience4j.retry.instances.pay.waitDuration=1s", 3, None),
        ("resilience4j.retry.instances.pay.max-attempts=${RETRIES}", None, None),
        ("spring.cloud.openfeign.client.config.pay.readTimeout=1500", None, 1.5),
        ("spring.cloud.openfeign.client.config.default.readTimeout=1500", None, None),
        ("resilience4j.time-limiter.instances.pay.timeoutDuration=PT3S", None, 3.0),
    ],
)
def test_properties(tmp_path, line, attempts, timeout):
    found = calls(tmp_path, {"shop/application.properties": line, "shop/pom.xml": "<project/>"})
    expected = {"pay": (attempts, timeout)} if attempts or timeout else {}
    assert {name: (one.attempts, one.timeout) for name, one in found.items()} == expected


def test_variables_of_the_sdk_are_about_calls_to_the_cloud(tmp_path):
    files = {"shop/.env": "AWS_RETRY_MODE=adaptive\nAWS_MAX_ATTEMPTS=10\n", "shop/package.json": "{}"}
    found = calls(tmp_path, files)
    assert {name: one.attempts for name, one in found.items()} == {"q": 10}
    assert calls(tmp_path / "b", {**files, "shop/.env": "AWS_RETRY_MODE=legacy"})["q"].attempts == 5


def test_a_part_for_tests_is_not_what_serves(tmp_path):
    text = """
    resilience4j.retry.instances.pay.maxRetryAttempts: 4
    ---
    spring.config.activate.on-profile: test
    resilience4j.retry.instances.pay.maxAttempts: 99
    ---
    spring: {config: {activate: {on-profile: prod}}}
    resilience4j: {retry: {instances: {inventory: {maxAttempts: 6}}}}
    """
    found = calls(tmp_path, {"shop/application.yml": text, "shop/pom.xml": "<project/>"})
    assert {name: one.attempts for name, one in found.items()} == {"pay": 4, "inventory": 6}


def test_settings_for_something_unknown_are_counted(tmp_path):
    line = "resilience4j.retry.instances.payRetry.maxAttempts=9"
    result = scan(
        [
            written(
                tmp_path, {"compose.yaml": COMPOSE, "shop/application.properties": line, "shop/pom.xml": "<project/>"}
            )
        ]
    )
    inventory = assemble(result.facts, result.coverage, result.roots)
    (plain,) = [one for one in inventory.coverage.scanners if one.scanner == "plain"]
    assert any("not known" in name and count == 1 for name, count in plain.unmapped.items())
