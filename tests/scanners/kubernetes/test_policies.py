"""Network policies: the allowed peer depends on the selected pods."""

from __future__ import annotations

import pytest
from scanning import deployment, scanned

PODS = deployment("web") + deployment("api") + deployment("db") + deployment("agent", namespace="watch")


def policy(spec: str) -> str:
    return f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {spec}\n---\n"


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}", ["Deployment/api -> Deployment/db"]),
        ("{podSelector: {matchLabels: {app: api}}, egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}", ["Deployment/api -> Deployment/db"]),
        ("{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [db, api]}]}, egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}", ["Deployment/web -> Deployment/db"]),
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: agent}}, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: watch}}}]}]}", ["watch/Deployment/agent -> Deployment/db"]),
        ("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}", []),
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]}", []),
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{}]}", []),
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}, {namespaceSelector: {}}]}]}", []),
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]}", []),
    ],
)  # fmt: skip
def test_edges_of_a_policy(tmp_path, spec, lines):
    found = scanned(tmp_path, {"p.yaml": policy(spec), "pods.yaml": PODS})
    assert found.lines() == lines
    assert found.gaps == []


def test_a_policy_infers_and_says_where(tmp_path):
    spec = (
        "\n  podSelector: {matchLabels: {app: db}}\n  ingress:\n  - from:\n    - podSelector: {matchLabels: {app: api}}"
    )
    found = scanned(tmp_path, {"p.yaml": policy(spec), "pods.yaml": PODS})
    (rule,) = [r for r in found.rules if r.via != "image"]
    assert rule.via == "network policy p"
    assert [(e.locator, e.basis) for e in rule.evidence] == [("p.yaml:8", "inferred")]


@pytest.mark.parametrize(
    ("spec", "reference", "component"),
    [
        ("{podSelector: {matchLabels: {app: dbx}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}", "app=dbx", "k8s:shop/default/Deployment/api"),
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: apx}}}]}]}", "app=apx", None),
        ("{podSelector: {matchExpressions: [{key: tier, operator: Exists}]}}", "tier exists", None),
    ],
)  # fmt: skip
def test_a_selector_that_matches_nothing_is_a_gap(tmp_path, spec, reference, component):
    found = scanned(tmp_path, {"p.yaml": policy(spec), "pods.yaml": PODS})
    assert found.lines() == []
    assert [(g.scope, g.reference, g.component) for g in found.gaps] == [
        ("k8s:shop/default/NetworkPolicy/p", reference, component)
    ]


def test_each_caller_that_a_policy_names_is_in_doubt(tmp_path):
    peers = "[{podSelector: {matchLabels: {app: web}}}, {podSelector: {matchLabels: {app: api}}}]"
    spec = f"{{podSelector: {{matchLabels: {{app: dbx}}}}, ingress: [{{from: {peers}}}]}}"
    found = scanned(tmp_path, {"p.yaml": policy(spec), "pods.yaml": PODS})
    assert [(g.component, g.reference) for g in found.gaps] == [
        ("k8s:shop/default/Deployment/api", "app=dbx"),
        ("k8s:shop/default/Deployment/web", "app=dbx"),
    ]
    assert "what api may need" in found.gaps[0].reason


def test_each_caller_into_a_namespace_that_nobody_scanned_is_in_doubt(tmp_path):
    both = "{podSelector: {matchExpressions: [{key: app, operator: In, values: [web, api]}]}"
    spec = both + ", egress: [{to: [{namespaceSelector: {matchLabels: {team: x}}}]}]}"
    found = scanned(tmp_path, {"p.yaml": policy(spec), "pods.yaml": PODS})
    assert [g.component for g in found.gaps] == ["k8s:shop/default/Deployment/api", "k8s:shop/default/Deployment/web"]


def test_letting_pods_reach_dns_is_no_gap(tmp_path):
    rule = "{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}"
    found = scanned(
        tmp_path, {"p.yaml": policy(f"{{podSelector: {{matchLabels: {{app: db}}}}, egress: [{rule}]}}"), "d.yaml": PODS}
    )
    assert found.gaps == []


@pytest.mark.parametrize(
    ("spec", "component"),
    [
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]}", None),
        ("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}, namespaceSelector: {matchLabels: {team: x}}}]}]}", None),
        ("{podSelector: {matchLabels: {app: db}}, egress: [{to: [{namespaceSelector: {matchLabels: {team: x}}}]}]}", "k8s:shop/default/Deployment/db"),
        ("{podSelector: {}, egress: [{to: [{namespaceSelector: {matchLabels: {team: x}}}]}]}", None),
        ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}, {namespaceSelector: {matchLabels: {team: x}}, podSelector: {}}]}]}", None),
    ],
)  # fmt: skip
def test_a_namespace_that_nobody_scanned_is_a_gap(tmp_path, spec, component):
    found = scanned(tmp_path, {"p.yaml": policy(spec), "pods.yaml": PODS})
    assert found.lines() == []
    assert [(g.reference, g.component) for g in found.gaps] == [("team=x", component)]


def run_to_an_end(kind: str) -> str:
    template = (
        "{metadata: {labels: {app: export}}, spec: {containers: [{name: main, image: registry.example.com/x:1}]}}"
    )
    spec = f"{{template: {template}}}"
    if kind == "CronJob":
        spec = f"{{schedule: '0 1 * * *', jobTemplate: {{spec: {spec}}}}}"
    return f"apiVersion: batch/v1\nkind: {kind}\nmetadata: {{name: export}}\nspec: {spec}\n---\n"


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_what_runs_to_an_end_is_called_by_nobody_and_calls(tmp_path, kind):
    peers = "[{podSelector: {matchLabels: {app: api}}}]"
    both = policy(
        f"{{podSelector: {{matchLabels: {{app: export}}}}, ingress: [{{from: {peers}}}], egress: [{{to: {peers}}}]}}"
    )
    found = scanned(tmp_path, {"p.yaml": both, "pods.yaml": PODS + run_to_an_end(kind)})
    assert found.lines() == [f"{kind}/export -> Deployment/api"]
    assert found.gaps == []
