"""What an Envoy is told of its calls reaches the calls of whoever runs it."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanning import written

from blastradius.assemble import assemble
from blastradius.scanners import scan
from blastradius.scanners.envoy import envoy_calls

ENVOY = dedent("""
    static_resources:
      listeners:
      - filter_chains:
        - filters:
          - typed_config:
              route_config:
                virtual_hosts:
                - name: all
                  retry_policy: {retry_on: 5xx, num_retries: 1}
                  routes:
                  - match: {prefix: /pay}
                    route:
                      cluster: pay
                      timeout: 3s
                      retry_policy: {retry_on: 5xx, num_retries: 4, per_try_timeout: 0.5s, retry_back_off: {base_interval: 25ms}}
                  - match: {prefix: /}
                    route: {weighted_clusters: {clusters: [{name: web, weight: 90}, {name: next, weight: 10}]}}
      clusters:
      - name: pay
        outlier_detection: {consecutive_5xx: 5}
        load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: pay, port_value: 80}}}}]}]}
      - name: web
        circuit_breakers: {thresholds: [{max_pending_requests: 1}]}
        load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: web, port_value: 80}}}}]}]}
      - name: next
        hosts: [{socket_address: {address: next, port_value: 80}}]
""")
COMPOSE = """
    services:
      edge:
        image: envoyproxy/envoy:v1.30
        volumes: ["./envoy.yaml:/etc/envoy/envoy.yaml"]
        ports: ["80:8080"]
      pay: {image: acme/pay}
      web: {image: acme/web}
      next: {image: acme/next}
"""
EXPECTED = {
    "pay": (5, 0.5, "outlier-detection", "25ms"),
    "web": (2, None, "circuit-breaker", None),
    "next": (2, None, None, None),
}


def calls(folder, files):
    result = scan([written(folder, files)])
    inventory = assemble(result.facts, result.coverage, result.roots)
    return inventory, {
        one.dependency.rpartition("/")[2]: (
            one.attempts, one.timeout, one.breaker.kind if one.breaker else None, one.backoff,
        )
        for one in inventory.dependencies
        if one.dependent.endswith("/edge") and (one.attempts or one.breaker)
    }  # fmt: skip


def test_a_proxy_of_compose(tmp_path):
    inventory, found = calls(tmp_path, {"compose.yaml": COMPOSE, "envoy.yaml": ENVOY})
    assert found == EXPECTED
    (pay,) = [one for one in inventory.dependencies if one.dependency.endswith("/pay") and one.phase == "runtime"]
    assert "envoy.yaml:16" in [one.locator for one in pay.evidence]


def test_a_proxy_of_kubernetes(tmp_path):
    config = "".join(f"    {line}\n" for line in ENVOY.splitlines())
    manifest = f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: envoy}}
data:
  envoy.yaml: |
{config}---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: edge}}
spec:
  template:
    metadata: {{labels: {{app: edge}}}}
    spec:
      containers: [{{name: envoy, image: envoyproxy/envoy}}]
      volumes: [{{name: config, configMap: {{name: envoy}}}}]
"""
    workloads = "".join(
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\n"
        f"spec: {{template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: a, image: acme/{name}}}]}}}}}}\n"
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}}}\n"
        for name in EXPECTED
    )
    assert calls(tmp_path, {"envoy.yaml": manifest + workloads})[1] == EXPECTED


@pytest.mark.parametrize("retries", ["{num_retries: 5}", "[]", "{retry_on: 5xx, num_retries: many}", "7"])
def test_what_is_no_policy_says_nothing(retries):
    text = (
        "static_resources: {clusters: [{name: a, hosts: [{socket_address: {address: a, port_value: 1}}]}]}\n"
        f"virtual_hosts: [{{routes: [{{route: {{cluster: a, retry_policy: {retries}}}}}]}}]\n"
    )
    assert envoy_calls("x", text, "e.yaml", "", "test") == []


@given(st.text(max_size=400), st.sampled_from(ENVOY.splitlines()))
def test_any_text_is_read_or_left(text, line):
    envoy_calls("x", f"clusters: retry_policy\n{text}", "e.yaml", "", "test")
    envoy_calls("x", ENVOY.replace(line.strip(), text), "e.yaml", "", "test")


def test_nothing_of_a_name_or_a_pause_that_is_none_is_kept():
    text = (
        ENVOY.replace("name: pay", "name: PLANTED")
        .replace("cluster: pay", "cluster: PLANTED")
        .replace("25ms", "PLANTED")
    )
    found = envoy_calls("x", text, "e.yaml", "", "test")
    assert any(one.attempts == 5 for one in found)
    assert "PLANTED" not in repr(found)
