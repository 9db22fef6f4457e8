"""Timeouts, retries and breakers of meshes reach the calls that they are about."""

from __future__ import annotations

import pytest
from scanning import deployment, scanned, service, written

from blastradius.assemble import assemble
from blastradius.scanners import scan

WEB = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
          - name: web
            image: acme/web
            env: [{name: CART_URL, value: "http://cart:80"}]
    ---
"""
BASE = {"web.yaml": WEB, "cart.yaml": deployment("cart") + service("cart")}


def calls(folder, mesh, base=None):
    """What the mesh makes of the calls: (caller, callee) to attempts, timeout, breaker; and where that stands."""
    result = scan([written(folder, {**(base or BASE), "mesh.yaml": mesh})])
    inventory = assemble(result.facts, result.coverage, result.roots)
    found = {}
    for one in (*inventory.dependencies, *inventory.redundancies):
        needed = (one.dependency,) if hasattr(one, "dependency") else one.members
        if one.attempts or one.timeout or one.breaker:
            for id in needed:
                key = one.dependent.rpartition("/")[2], id.rpartition("/")[2]
                places = [piece.locator for piece in one.evidence if piece.locator.startswith("mesh.yaml")]
                found[key] = (one.attempts, one.timeout, one.breaker.kind if one.breaker else None, places)
    return found


def virtual_service(rule, **more):
    gateways = f"\n  gateways: {more['gateways']}" if "gateways" in more else ""
    hosts = more.get("hosts", "[cart]")
    return (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: cart}\n"
        f"spec:\n  hosts: {hosts}{gateways}\n  http:\n  - route: [{{destination: {{host: cart}}}}]\n    {rule}\n"
    )


def test_retries_count_after_the_first_attempt(tmp_path):
    found = calls(tmp_path, virtual_service("retries: {attempts: 3, perTryTimeout: 2s}"))
    assert found == {("web", "cart"): (4, 2.0, None, ["mesh.yaml:8"])}


@pytest.mark.parametrize(
    ("rule", "attempts", "timeout"),
    [
        ("timeout: 500ms", None, 0.5),
        ("retries: {attempts: 0}", 1, None),
        ("retries: {attempts: 2}", 3, None),
        ("retries: {attempts: many}", None, None),
        ("retries: {attempts: -1}", None, None),
        ("retries: []", None, None),
        ("timeout: 1m30s", None, 90.0),
    ],
)
def test_what_a_rule_says(tmp_path, rule, attempts, timeout):
    found = calls(tmp_path, virtual_service(rule))
    assert [value[:2] for value in found.values()] == ([(attempts, timeout)] if attempts or timeout else [])


def test_a_rule_of_a_gateway_is_about_its_route_alone(tmp_path):
    gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: front}\nspec: {selector: {app: none}}\n---\n"
    rule = virtual_service("retries: {attempts: 2}", gateways="[front]", hosts="[shop.example.com]")
    assert calls(tmp_path, gateway + rule) == {("", "cart"): (3, None, None, ["mesh.yaml:13", "mesh.yaml:14"])}


def test_a_rule_of_mesh_and_gateway_is_about_both(tmp_path):
    found = calls(tmp_path, virtual_service("retries: {attempts: 2}", gateways="[front, mesh]"))
    assert found["web", "cart"][0] == 3
    assert len(found) == 2


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        ("outlierDetection: {consecutive5xxErrors: 5}", "outlier-detection"),
        ("outlierDetection: {consecutive5xxErrors: 0}", None),
        ("connectionPool: {http: {http1MaxPendingRequests: 1}}", "circuit-breaker"),
        ("connectionPool: {http: {maxRetries: 1}}", None),
        ("loadBalancer: {simple: RANDOM}", None),
        ("portLevelSettings: [{port: {number: 80}, outlierDetection: {interval: 5s}}]", "outlier-detection"),
    ],
)
def test_destination_rules(tmp_path, policy, kind):
    rule = (
        "apiVersion: networking.istio.io/v1beta1\nkind: DestinationRule\nmetadata: {name: cart}\n"
        f"spec:\n  host: cart.default.svc.cluster.local\n  trafficPolicy:\n    {policy}\n"
    )
    found = calls(tmp_path, rule)
    assert found == ({("web", "cart"): (None, None, kind, ["mesh.yaml:7"])} if kind else {})


def test_settings_reach_all_workloads_behind_one_service(tmp_path):
    two = (
        (deployment("cart-v1") + deployment("cart-v2"))
        .replace("app: cart-v1", "app: cart")
        .replace("app: cart-v2", "app: cart")
    )
    found = calls(
        tmp_path, virtual_service("retries: {attempts: 2}"), {"web.yaml": WEB, "cart.yaml": two + service("cart")}
    )
    assert {key: value[0] for key, value in found.items()} == {("web", "cart-v1"): 3, ("web", "cart-v2"): 3}


def test_linkerd_profiles_and_annotations(tmp_path):
    profile = (
        "apiVersion: linkerd.io/v1alpha2\nkind: ServiceProfile\nmetadata: {name: cart.default.svc.cluster.local}\n"
        "spec:\n  routes:\n  - {name: GET, isRetryable: true, timeout: 300ms}\n  - {name: POST}\n  retryBudget: {retryRatio: 0.2}\n"
    )
    assert calls(tmp_path, profile) == {("web", "cart"): (2, 0.3, "retry-budget", ["mesh.yaml:6"])}
    annotated = (
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: cart\n  annotations:\n    retry.linkerd.io/http: 5xx\n"
        '    retry.linkerd.io/limit: "2"\n    balancer.linkerd.io/failure-accrual: consecutive\n'
        "spec: {selector: {app: cart}}\n"
    )
    base = {"web.yaml": WEB, "cart.yaml": deployment("cart")}
    assert calls(tmp_path / "two", annotated, base)["web", "cart"][:3] == (3, None, "circuit-breaker")


def test_the_gateway_api_for_calls_to_a_service(tmp_path):
    route = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: cart}\nspec:\n"
        '  parentRefs: [{kind: Service, name: cart, group: ""}]\n  rules:\n  - backendRefs: [{name: cart, port: 80}]\n'
        "    timeouts: {request: 10s, backendRequest: 2s}\n    retry: {attempts: 1, backoff: 100ms}\n"
    )
    assert calls(tmp_path, route) == {("web", "cart"): (2, 2.0, None, ["mesh.yaml:9"])}


def test_retries_of_an_sdk_are_those_of_calls_to_its_services(tmp_path):
    web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          template:
            spec:
              containers:
              - name: web
                image: acme/web
                env:
                - {name: QUEUE, value: "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}
                - {name: CART_URL, value: "http://cart:80"}
                - {name: AWS_RETRY_MODE, value: standard}
                - {name: AWS_MAX_ATTEMPTS, value: "MANY"}
    """
    maximum = web.replace("MANY", "6")
    found = calls(tmp_path, "", {**BASE, "web.yaml": maximum})
    queue = "arn:aws:sqs:eu-west-1:111122223333:orders"
    assert {key: value[0] for key, value in found.items()} == {("web", queue): 6}
    assert {key: value[0] for key, value in calls(tmp_path / "b", "", {**BASE, "web.yaml": web}).items()} == {
        ("web", queue): 3
    }


def reached(folder, mesh, base):
    result = scan([written(folder, {**base, "mesh.yaml": mesh})])
    inventory = assemble(result.facts, result.coverage, result.roots)
    web = next(one.id for one in inventory.components if one.name == "web")
    single = {one.dependency for one in inventory.dependencies if one.dependent == web and one.phase == "runtime"}
    several = [one.members for one in inventory.redundancies if one.dependent == web]
    return {id.rpartition("/")[2] for id in single}, [{id.rpartition("/")[2] for id in one} for one in several]


NEXT = {**BASE, "next.yaml": deployment("next") + service("next")}


def test_a_mesh_that_sends_calls_elsewhere_is_followed(tmp_path):
    rule = virtual_service("timeout: 1s").replace("{host: cart}", "{host: next}")
    assert reached(tmp_path, rule, NEXT) == ({"next"}, [])
    both = rule.replace(
        "route: [{destination: {host: next}}]",
        "route: [{destination: {host: cart}, weight: 90}, {destination: {host: next}, weight: 10}]",
    )
    assert reached(tmp_path / "b", both, NEXT) == (set(), [{"cart", "next"}])
    none = both.replace("weight: 10", "weight: 0")
    assert reached(tmp_path / "c", none, NEXT) == ({"cart"}, [])
    outside = rule.replace("hosts: [cart]", "hosts: [cart]\n  gateways: [front]")
    assert reached(tmp_path / "d", outside, NEXT)[0] >= {"cart"}


def test_a_limit_that_limits_nothing_is_no_breaker(tmp_path):
    rule = (
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: cart}\nspec:\n  host: cart\n"
        "  trafficPolicy:\n    connectionPool: {tcp: {maxConnections: 2147483647}, http: {http2MaxRequests: 1000000}}\n"
    )
    assert calls(tmp_path, rule) == {}
    assert calls(tmp_path / "b", rule.replace("1000000", "100"))["web", "cart"][2] == "circuit-breaker"


def test_only_the_setting_that_decides_is_shown(tmp_path):
    many = virtual_service("retries: {attempts: 8}")
    few = virtual_service("retries: {attempts: 1}").replace("{name: cart}", "{name: other}")
    assert calls(tmp_path, f"{many}---\n{few}")["web", "cart"] == (9, None, None, ["mesh.yaml:8"])


def test_retries_of_a_sidecar_are_not_those_of_the_program(tmp_path):
    web = WEB.replace(
        'env: [{name: CART_URL, value: "http://cart:80"}]',
        'env: [{name: Q, value: "https://sqs.eu-west-1.amazonaws.com/111122223333/q"}, {name: AWS_MAX_ATTEMPTS, value: "4"}]\n'
        '          - {name: side, image: acme/side, env: [{name: AWS_MAX_ATTEMPTS, value: "99"}]}',
    )
    found = calls(tmp_path, "", {"web.yaml": web})
    assert [value[0] for value in found.values()] == [4]


ENTRY = """\
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: pay, namespace: default}
spec:
  hosts: [pay.internal]
  SPEC
---
"""


@pytest.mark.parametrize(
    ("spec", "leads"),
    [
        ("endpoints: [{address: eu.pay.example}, {address: us.pay.example}]", "(eu.pay.example) | (us.pay.example)"),
        ("endpoints: [{address: eu.pay.example}]", "(eu.pay.example)"),
        ("resolution: DNS", "(pay.internal)"),
        ("workloadSelector: {labels: {app: db}}", "Deployment/db"),
    ],
)
def test_a_host_of_a_service_entry_is_its_endpoints(tmp_path, spec, leads):
    files = {"web.yaml": deployment("web", env={"PAY_URL": "https://pay.internal"}) + deployment("db")}
    found = scanned(tmp_path, {**files, "entry.yaml": ENTRY.replace("SPEC", spec)})
    assert f"Deployment/web -> {leads}" in found.lines()
