"""Ways in: gateways do not need their backends, routes need both."""

from __future__ import annotations

import pytest
from scanning import deployment, scanned, service

SERVICES = "".join(deployment(name) + service(name) for name in ("web", "api", "old"))


def test_an_ingress_and_its_routes(tmp_path):
    text = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front}
        spec:
          ingressClassName: nginx
          defaultBackend: {service: {name: old, port: {number: 80}}}
          rules:
          - host: shop.example.com
            http:
              paths:
              - {path: /api, backend: {service: {name: api}}}
              - {path: /, backend: {service: {name: web}}}
    """
    found = scanned(tmp_path, {"i.yaml": text, "s.yaml": SERVICES})
    assert found.lines() == [
        "Ingress/front#*/ -> Deployment/old",
        "Ingress/front#*/ -> Ingress/front",
        "Ingress/front#shop.example.com/ -> Deployment/web",
        "Ingress/front#shop.example.com/ -> Ingress/front",
        "Ingress/front#shop.example.com/api -> Deployment/api",
        "Ingress/front#shop.example.com/api -> Ingress/front",
    ]
    assert found.component("Ingress/front").kind == "gateway"
    assert found.component("Ingress/front").attributes["class"] == "nginx"
    route = found.component("Ingress/front#shop.example.com/api")
    assert route.kind == "gateway"
    assert route.attributes["entry"] == "Ingress/front shop.example.com/api"
    assert found.evidence("Ingress/front#shop.example.com/api -> Deployment/api") == ["i.yaml:12"]


def test_an_old_ingress(tmp_path):
    text = """
        apiVersion: extensions/v1beta1
        kind: Ingress
        metadata: {name: front}
        spec: {rules: [{http: {paths: [{backend: {serviceName: web, servicePort: 80}}]}}]}
    """
    found = scanned(tmp_path, {"i.yaml": text, "s.yaml": SERVICES})
    assert found.lines() == ["Ingress/front#*/ -> Deployment/web", "Ingress/front#*/ -> Ingress/front"]


def test_a_route_to_a_service_that_is_not_there_is_kept(tmp_path):
    text = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front}
        spec: {defaultBackend: {service: {name: gone}}}
    """
    assert "Ingress/front#*/ -> (gone)" in scanned(tmp_path, {"i.yaml": text}).lines()


def test_gateway_api(tmp_path):
    text = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: infra}
        spec: {gatewayClassName: istio}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop}
        spec:
          parentRefs: [{name: edge, namespace: infra}]
          hostnames: [shop.example.com]
          rules:
          - matches: [{path: {type: PathPrefix, value: /api}}]
            backendRefs: [{name: api, weight: 9}, {name: web, weight: 1}, {name: old, weight: 0}]
          - filters: [{type: RequestRedirect}]
    """
    found = scanned(tmp_path, {"g.yaml": text, "s.yaml": SERVICES})
    assert found.lines() == [
        "HTTPRoute/shop#shop.example.com/api -> Deployment/api | Deployment/web",
        "HTTPRoute/shop#shop.example.com/api -> infra/Gateway/edge",
    ]


def test_istio(tmp_path):
    gateway = deployment("ingressgateway", namespace="istio-system")
    text = """
        apiVersion: networking.istio.io/v1beta1
        kind: Gateway
        metadata: {name: edge}
        spec: {selector: {app: ingressgateway}}
        ---
        apiVersion: networking.istio.io/v1beta1
        kind: VirtualService
        metadata: {name: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [edge, mesh]
          http:
          - match: [{uri: {prefix: /api}}]
            route: [{destination: {host: api.default.svc.cluster.local}}]
          - route: [{destination: {host: web}}]
        ---
        apiVersion: networking.istio.io/v1beta1
        kind: VirtualService
        metadata: {name: inner}
        spec: {hosts: [web], http: [{route: [{destination: {host: web}}]}]}
    """
    found = scanned(tmp_path, {"g.yaml": text, "s.yaml": SERVICES + gateway})
    assert found.lines() == [
        "Gateway/edge -> istio-system/Deployment/ingressgateway",
        "VirtualService/shop#shop.example.com/?1 -> Deployment/web",
        "VirtualService/shop#shop.example.com/?1 -> Gateway/edge",
        "VirtualService/shop#shop.example.com/api -> Deployment/api",
        "VirtualService/shop#shop.example.com/api -> Gateway/edge",
    ]


def test_openshift_route(tmp_path):
    text = "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r}\nspec: {host: shop.example.com, to: {kind: Service, name: web}}\n"
    assert scanned(tmp_path, {"r.yaml": text, "s.yaml": SERVICES}).lines() == [
        "Route/r#shop.example.com/ -> Deployment/web"
    ]


@pytest.mark.parametrize("copies", [1, 2])
def test_copies_of_an_ingress_are_one(tmp_path, copies):
    text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: f}\nspec: {defaultBackend: {service: {name: web}}}\n"
    found = scanned(tmp_path, {f"{n}.yaml": text for n in range(copies)} | {"s.yaml": SERVICES})
    ids = [f.id for f in found.result.facts if getattr(f, "kind", "") == "gateway"]
    assert len(ids) == len(set(ids)) == 2


def test_a_call_by_a_public_name_leads_to_the_route(tmp_path):
    text = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front}
        spec:
          rules:
          - host: shop.example.com
            http: {paths: [{path: /api, backend: {service: {name: api}}}, {path: /, backend: {service: {name: web}}}]}
    """
    caller = deployment(
        "caller", env={"API_URL": "https://shop.example.com/api/v1", "SITE_URL": "https://shop.example.com"}
    )
    own = deployment("web", env={"PUBLIC_URL": "https://shop.example.com/"}) + service("web")
    rest = deployment("api") + service("api")
    lines = scanned(tmp_path, {"i.yaml": text, "s.yaml": caller + own + rest}).lines()
    assert [line for line in lines if line.startswith("Deployment")] == [
        "Deployment/caller -> Ingress/front#shop.example.com/",
        "Deployment/caller -> Ingress/front#shop.example.com/api",
    ]
