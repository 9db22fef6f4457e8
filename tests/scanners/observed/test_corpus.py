"""Real records: every dependency is one that the file itself lists, and none is missing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from scanning import corpus

from blastradius.assemble import assemble
from blastradius.model import Inventory
from blastradius.scanners import scan
from blastradius.storage import dumps

pytestmark = pytest.mark.corpus


def scanned(path) -> Inventory:
    result = scan([path])
    return assemble(result.facts, result.coverage, result.roots)


def pairs(found: Inventory) -> set[tuple[str, str]]:
    """Calls by the names of their ends."""
    names = {one.id: one.name for one in found.components}
    own = {
        (one.dependent, one.dependency)
        for one in found.dependencies
        if one.evidence[0].scanner not in ("assemble", "catalog")
    }
    own |= {(group.dependent, member) for group in found.redundancies for member in group.members}
    return {(names[a], names[b]) for a, b in own}


def test_all_links_of_a_jaeger_summary():
    path = corpus("inputs", "jaeger", "packages/jaeger-ui/src/components/DependencyGraph/sample_data/large.json")
    links = {(row["parent"], row["child"]) for row in json.loads(path.read_text())}
    assert len(links) == 4271
    assert pairs(scanned(path)) == links


def linked(spans: list[dict]) -> set[tuple[str, str]]:
    """Links of Zipkin spans by its own rules: a server's half is below its client's, a client's remote end is called where nobody answers."""
    own = {}
    for span in spans:
        own.setdefault(span["id"], []).append(span)

    def name(span):
        found = span.get("localEndpoint", {}).get("serviceName")
        return None if found == "unknown" else found

    def above(span):
        if span.get("kind") == "SERVER":
            for other in own[span["id"]]:
                if other.get("kind") == "CLIENT":
                    return other
        parents = [one for one in own.get(span.get("parentId"), []) if one is not span]
        same = [one for one in parents if name(one) == name(span)]
        servers = [one for one in parents if one.get("kind") == "SERVER"]
        return (same or servers or parents or [None])[0]

    found, answered = set(), set()
    for span in spans:
        parent = above(span)
        if parent is not None and name(parent) and name(span) and name(parent) != name(span):
            found.add((name(parent), name(span)))
            answered.add(id(parent))
        remote = span.get("remoteEndpoint", {}).get("serviceName")
        if parent is None and span.get("kind") == "SERVER" and remote:
            found.add((remote, name(span)))
    for span in spans:
        remote = span.get("remoteEndpoint", {}).get("serviceName")
        if span.get("kind") == "CLIENT" and remote and id(span) not in answered and name(span):
            found.add((name(span), remote))
    return found


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("smartthings-mobile-web-install.json", 1041),
        ("smartthings-oauth-authorization.json", 175),
        ("yelp.json", 16),
        ("ascend.json", 8),
        ("skew.json", 4),
    ],
)
def test_all_links_of_zipkin_traces(file, count):
    path = corpus("inputs", "zipkin", "zipkin-lens/testdata", file)
    spans = json.loads(path.read_text())
    assert len(spans) == count
    found = pairs(scanned(path))
    by_endpoint = {pair for pair in found if "." not in pair[1]}  # the others are hosts, which only tags name
    assert by_endpoint == linked(spans)


def end(node: dict) -> str | None:
    called = node.get("service") if node["nodeType"] == "service" else node.get("workload") or node.get("app")
    return None if called in (None, "unknown") or node["nodeType"] in ("box", "unknown") else called


@pytest.mark.parametrize(
    "file", sorted(f"test_{one}_graph.expected" for one in ("ambient", "app", "app_node", "complex", "rates_none", "rates_received", "rates_sent", "rates_total", "service", "service_node", "versioned_app", "versioned_app_node", "workload", "workload_node")),
)  # fmt: skip
def test_all_edges_of_kiali_graphs(file):
    path = corpus("inputs", "kiali", "api/testdata", file)
    elements = json.loads(path.read_text())["elements"]
    nodes = {one["data"]["id"]: one["data"] for one in elements["nodes"]}
    edges = {(edge["data"]["source"], edge["data"]["target"]) for edge in elements["edges"]}
    ends = {(end(nodes[a]), end(nodes[b])) for a, b in edges if a != b}
    assert pairs(scanned(path)) == {(a, b) for a, b in ends if a and b}


def test_a_kiali_graph_with_services_between_workloads():
    path = corpus("inputs", "kiali", "api/testdata/test_mc_source_graph.expected")
    found = pairs(scanned(path))
    assert {b for a, b in found if a == "productpage-v1"} == {"reviews-v1", "reviews-v2", "reviews-v3", "details-v1"}
    assert ("istio-ingressgateway", "productpage-v1") in found


def test_the_service_graph_of_xray(tmp_path):
    file = tmp_path / "inventory.json"
    file.write_bytes(dumps(scanned(corpus("inputs", "xray", "Services-0.json"))))
    command = [
        sys.executable,
        str(corpus("score.py")),
        "edges",
        str(corpus("expected", "xray-service-graph.yaml")),
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "recall 1.000 (3 of 3 visible), precision 1.000, forbidden 0" in done.stdout


def test_the_trace_of_xray():
    found = scanned(corpus("inputs", "xray", "Traces-2.json"))
    topic = next(one.name for one in found.components if one.kind == "topic")
    assert pairs(found) == {("Scorekeep", "random-name"), ("Scorekeep", "scorekeep-user"), ("random-name", topic)}


def test_everything_together_is_read_without_a_failure():
    for system in ("xray", "zipkin", "jaeger", "kiali"):
        result = scan(
            [corpus("inputs", system)]
            if system != "kiali"
            else sorted(corpus("inputs", "kiali", "api/testdata").iterdir()),
            include_tests=True,
        )
        assert all(one.failed == 0 for one in result.coverage.scanners), system
