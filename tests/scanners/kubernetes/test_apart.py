"""What must be kept apart: routes of one path, names that only look like the cluster's, peers that are everybody."""

from __future__ import annotations

from scanning import deployment, scanned, service

PAIR = "".join(deployment(n) + service(n) for n in ("web", "api"))
INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n"


def _rule(path: str, kind: str, name: str) -> str:
    return f"  - http: {{paths: [{{path: {path}, pathType: {kind}, backend: {{service: {{name: {name}}}}}}}]}}\n"


def test_exact_and_prefix_of_one_path_are_two_routes(tmp_path):
    text = INGRESS + "  rules:\n" + _rule("/a", "Exact", "web") + _rule("/a", "Prefix", "api")
    lines = scanned(tmp_path, {"i.yaml": text, "rest.yaml": PAIR}).lines()
    assert "Ingress/i#*/a [Exact] -> Deployment/web" in lines
    assert "Ingress/i#*/a [Prefix] -> Deployment/api" in lines


def test_a_default_backend_that_nothing_reaches_is_no_route(tmp_path):
    text = INGRESS + "  defaultBackend: {service: {name: web}}\n  rules:\n" + _rule("/", "Prefix", "api")
    lines = scanned(tmp_path, {"i.yaml": text, "rest.yaml": PAIR}).lines()
    assert [line for line in lines if "Deployment" in line] == ["Ingress/i#*/ -> Deployment/api"]


def test_a_cluster_name_has_two_labels_before_svc(tmp_path):
    caller = deployment("c", env={"A_URL": "http://web.svc.example.com/"})
    assert scanned(tmp_path, {"c.yaml": caller, "rest.yaml": PAIR}).lines() == ["Deployment/c -> (web.svc.example.com)"]


def test_public_paths_are_compared_by_element(tmp_path):
    text = (
        INGRESS
        + "  rules:\n"
        + _rule("/api", "Prefix", "api").replace("- http", "- host: '*.wild.example.com'\n    http")
    )
    env = {
        "A_URL": "http://a.wild.example.com/apiary",
        "B_URL": "http://b.wild.example.com/api/x",
        "C_URL": "http://b.c.wild.example.com/api",
    }
    lines = scanned(tmp_path, {"i.yaml": text, "c.yaml": deployment("c", env=env), "rest.yaml": PAIR}).lines()
    assert [line for line in lines if line.startswith("Deployment/c")] == [
        "Deployment/c -> (a.wild.example.com)",
        "Deployment/c -> (b.c.wild.example.com)",
        "Deployment/c -> Ingress/i#*.wild.example.com/api",
    ]


def test_missing_config_maps_are_one_gap_each(tmp_path):
    spec = """\
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          containers:
          - {name: c, env: [{name: COLOUR, valueFrom: {configMapKeyRef: {name: gone, key: colour}}}]}
          volumes:
          - {name: a, configMap: {name: gone}}
          - {name: b, configMap: {name: other}}
          - {name: c, configMap: {name: maybe, optional: true}}
          - {name: d, projected: {sources: [{configMap: {name: kube-root-ca.crt}}]}}
    """
    gaps = scanned(tmp_path, {"p.yaml": spec}).gaps
    assert sorted((g.component, g.reference) for g in gaps) == [
        ("k8s:shop/default/Pod/p", "ConfigMap gone"),
        ("k8s:shop/default/Pod/p", "ConfigMap other"),
    ]


def test_everybody_but_some_is_everybody(tmp_path):
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n}\nspec:\n"
        "  podSelector: {matchLabels: {app: web}}\n"
        "  egress: [{to: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [db]}]}}]}]\n"
    )
    assert scanned(tmp_path, {"n.yaml": policy, "rest.yaml": PAIR}).lines() == []
