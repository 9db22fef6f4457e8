"""Service graphs: X-Ray, Kiali, OpenTelemetry's metrics."""

from __future__ import annotations

import json

import pytest
from recording import calls, inventory, notes, uncertain
from scanning import deployment, service


def xray(*nodes, **edges):
    """Nodes as `(name, type)`; edges by position: `n0=[1, 2]`."""
    return {
        "Services": [
            {"ReferenceId": n, "Name": name, "Type": kind, "AccountId": "111122223333", "Edges": [{"ReferenceId": to, "SummaryStatistics": {"TotalCount": 4}} for to in edges.get(f"n{n}", ())]}
            for n, (name, kind) in enumerate(nodes)
        ]
    }  # fmt: skip


def test_nodes_of_one_name_and_two_types_are_two(tmp_path):
    found = inventory(
        tmp_path,
        {
            "x.json": xray(
                ("shop", "client"), ("shop", "AWS::EC2::Instance"), ("carts", "AWS::DynamoDB::Table"), n0=[1], n1=[2]
            )
        },
    )
    assert calls(found) == {"shop (client) -> shop", "shop -> carts"}
    users = next(one for one in found.components if one.name == "shop (client)")
    assert users.customer_facing is False
    assert "shop (AWS::EC2::Instance)" in next(one for one in found.components if one.name == "shop").aliases


def test_both_nodes_of_a_function_are_one_function(tmp_path):
    found = inventory(
        tmp_path,
        {
            "x.json": xray(
                ("web", "AWS::ECS::Container"), ("pay", "AWS::Lambda"), ("pay", "AWS::Lambda::Function"), n0=[1], n1=[2]
            )
        },
    )
    assert calls(found) == {"web -> pay"}
    assert {one.kind for one in found.components if one.name == "pay"} == {"function"}


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("api.stripe.com", "remote", "stripe"),
        ("ebdb@aaa.bbb.us-west-2.rds.amazonaws.com", "Database::SQL", "aaa"),
        ("SNS", "AWS::SNS", "sns"),
        ("S3", "AWS::S3", "s3"),
        ("pictures", "AWS::S3::Bucket", "pictures"),
        ("https://sqs.us-east-1.amazonaws.com/111122223333/mail", "AWS::SQS::Queue", "mail"),
        ("arn:aws:sns:us-east-1:111122223333:news", "AWS::SNS::Topic", "news"),
        ("Secrets Manager", "AWS::SecretsManager", "secretsmanager"),
        ("mailer", "", "mailer"),
    ],
)
def test_types_say_what_a_name_is(tmp_path, name, kind, expected):
    found = inventory(tmp_path, {"x.json": xray(("web", "AWS::EC2::Instance"), (name, kind), n0=[1])})
    assert calls(found) == {f"web -> {expected}"}


def document(id, name, parent="", **fields):
    return {
        "Id": id,
        "Document": json.dumps(
            {"id": id, "name": name, "start_time": 1.0, "parent_id": parent, "trace_id": "1-a", **fields}
        ),
    }


def test_segments_call_what_their_subsegments_name_or_what_answers(tmp_path):
    arn = "arn:aws:lambda:us-west-2:111122223333:function:pay"
    subsegments = [
        {"id": "a1", "name": "Lambda", "namespace": "aws", "aws": {"function_name": "pay", "operation": "Invoke"}},
        {"id": "a2", "name": "## own work", "subsegments": [{"id": "a3", "name": "DynamoDB", "namespace": "aws", "aws": {"table_name": "carts", "region": "us-west-2"}}]},
        {"id": "a4", "name": "ebdb@db.example.com", "namespace": "remote", "sql": {"sanitized_query": "select s3cr3t", "user": "s3cr3t", "url": "jdbc:x:s3cr3t"}},
        {"id": "a5", "name": "api.stripe.com", "namespace": "remote", "http": {"request": {"url": "https://api.stripe.com/?k=s3cr3t"}}},
    ]  # fmt: skip
    segments = [
        document(
            "1",
            "web",
            subsegments=subsegments,
            origin="AWS::ECS::Container",
            user="s3cr3t",
            annotations={"k": "s3cr3t"},
        ),
        document("2", "pay", "a1", origin="AWS::Lambda", resource_arn=arn),
        document("3", "pay", "2", origin="AWS::Lambda::Function", aws={"function_arn": arn}),
        document("4", "DynamoDB", "a3", inferred=True, origin="AWS::DynamoDB::Table"),
    ]
    found = inventory(tmp_path, {"x.json": {"Traces": [{"Id": "1-a", "Segments": segments}]}})
    assert calls(found) == {"web -> pay", "web -> carts", "web -> db.example.com", "web -> stripe"}
    assert arn in {one.id for one in found.components} | {text for one in found.components for text in one.identities}
    assert next(one.region for one in found.components if one.name == "carts") == "us-west-2"
    assert "s3cr3t" not in found.model_dump_json()


def test_a_subsegment_that_was_sent_alone_is_its_parents(tmp_path):
    alone = {
        "id": "5",
        "name": "mail.example.com",
        "namespace": "remote",
        "type": "subsegment",
        "parent_id": "1",
        "trace_id": "1-a",
        "start_time": 1.0,
    }
    found = inventory(tmp_path, {"x.json": [json.loads(document("1", "web")["Document"]), alone]})
    assert calls(found) == {"web -> mail.example.com"}


def node(id, kind, /, **said):
    return {"data": {"id": id, "nodeType": kind, "namespace": "shop", "cluster": "east", **said}}


def workload(id, app, version, **said):
    return node(id, "app", workload=f"{app}-{version}", app=app, version=version, **said)


def kiali(*nodes, edges, type="versionedApp"):
    drawn = [{"data": {"id": f"e{n}", "source": a, "target": b}} for n, (a, b) in enumerate(edges)]
    return {"graphType": type, "elements": {"nodes": list(nodes), "edges": drawn}}


UNKNOWN = node("u", "unknown", workload="unknown", app="unknown")


def test_boxes_and_unknown_sources_are_no_components(tmp_path):
    graph = kiali(
        node("b", "box", isBox="app", app="web"), workload("1", "web", "v1"), UNKNOWN, edges=[("u", "1"), ("1", "1")]
    )
    found = inventory(tmp_path, {"k.json": graph})
    assert [one.name for one in found.components] == ["web-v1"]
    assert calls(found) == set()
    assert sum(notes(found, "kiali").values()) == 1


@pytest.mark.parametrize("services", [[], [{"cluster": "east", "namespace": "shop", "name": "ads"}]])
def test_versions_behind_one_service_are_alternatives(tmp_path, services):
    nodes = [
        workload("1", "web", "v1"),
        *(workload(str(n), "ads", f"v{n}", destServices=services) for n in (2, 3)),
        workload("4", "pay", "v1"),
    ]
    found = inventory(tmp_path, {"k.json": kiali(*nodes, edges=[("1", "2"), ("1", "3"), ("1", "4")])})
    assert calls(found) == {"web-v1 -> ads-v2 | ads-v3", "web-v1 -> pay-v1"}
    (group,) = found.redundancies
    assert (group.required, group.full, group.basis) == (1, 2, "observed")


def test_a_service_between_workloads_is_what_stands_behind_it_in_all_clusters(tmp_path):
    nodes = [
        workload("1", "web", "v1"), node("s", "service", service="ads", app="ads"), node("t", "service", service="ads", cluster="west"),
        workload("2", "ads", "v1"), workload("3", "ads", "v1", cluster="west"), node("r", "service", service="pay"), workload("4", "pay", "v1"),
    ]  # fmt: skip
    edges = [("1", "s"), ("1", "t"), ("s", "2"), ("t", "3"), ("1", "r"), ("r", "4")]
    found = inventory(tmp_path, {"k.json": kiali(*nodes, edges=edges)})
    assert calls(found) == {"web-v1 -> ads-v1 | ads-v1", "web-v1 -> pay-v1"}
    assert found.redundancies[0].members == ("observed:shop/east/shop/ads-v1", "observed:shop/west/shop/ads-v1")


def test_a_graph_of_services_is_of_services(tmp_path):
    nodes = [node(str(n), "service", service=name) for n, name in enumerate(("web", "cart", "db"))]
    found = inventory(tmp_path, {"k.json": kiali(*nodes, edges=[("0", "1"), ("1", "2")], type="service")})
    assert calls(found) == {"web -> cart", "cart -> db"}


def test_hosts_outside_the_mesh_and_what_it_does_not_know(tmp_path):
    entry = {"location": "MESH_EXTERNAL", "hosts": ["api.stripe.com"]}
    nodes = [workload("1", "web", "v1"), node("2", "service", service="stripe", isServiceEntry=entry), node("3", "service", service="www.example.com", namespace="unknown"), node("4", "service", service="PassthroughCluster"), node("5", "service", service="BlackHoleCluster")]  # fmt: skip
    found = inventory(tmp_path, {"k.json": kiali(*nodes, edges=[("1", str(n)) for n in range(2, 6)])})
    assert calls(found) == {"web-v1 -> stripe", "web-v1 -> www.example.com"}
    assert uncertain(found) == {"web-v1": "calls something that the mesh does not know: describe it by a ServiceEntry"}


def test_workloads_of_manifests_are_those_of_the_mesh(tmp_path):
    manifests = "".join(
        deployment(f"{one}-v1", namespace=space) for one in ("web", "ads") for space in ("shop", "other")
    )
    graph = kiali(workload("1", "web", "v1"), workload("2", "ads", "v1"), edges=[("1", "2")])
    found = inventory(tmp_path, {"m.yaml": manifests, "k.json": graph})
    assert [(one.dependent, one.dependency) for one in found.dependencies if one.basis == "observed"] == [
        ("k8s:shop/shop/Deployment/web-v1", "k8s:shop/shop/Deployment/ads-v1")
    ]


def test_an_app_of_the_mesh_is_the_service_of_its_name(tmp_path):
    manifests = (
        deployment("web-v1", namespace="shop")
        + service("web", "web-v1", namespace="shop")
        + deployment("ads", namespace="shop")
    )
    graph = kiali(node("1", "app", app="web"), node("2", "app", app="ads"), edges=[("1", "2")], type="app")
    found = inventory(tmp_path, {"m.yaml": manifests, "k.json": graph})
    assert [(one.dependent, one.dependency) for one in found.dependencies if one.basis == "observed"] == [
        ("k8s:shop/shop/Deployment/web-v1", "k8s:shop/shop/Deployment/ads")
    ]


SERIES = (
    ("web", "cart", "", "12"),
    ("web", "web", "", "1"),
    ("cart", "orders", "database", "3"),
    ("cart", "redis.shop.svc", "database", "3"),
    ("user", "web", "virtual_node", "9"),
    ("cart", "api.stripe.com", "virtual_node", "2"),
    ("web", "mailer", "messaging_system", "2"),
    ("web", "old", "", "0"),
)


def as_text() -> str:
    labels = (f'client="{a}",server="{b}",connection_type="{sort}"' for a, b, sort, _ in SERIES)
    rows = [
        f"traces_service_graph_request_total{{{said}}} {row[3]} 1700000000"
        for said, row in zip(labels, SERIES, strict=True)
    ]
    return "\n".join(["# TYPE traces_service_graph_request_total counter", *rows, 'up{job="x"} 1', ""])


def as_answer(kind: str = "vector") -> dict:
    value = (lambda v: {"value": [1, v]}) if kind == "vector" else (lambda v: {"values": [[0, "0"], [1, v]]})
    rows = [
        {
            "metric": {
                "__name__": "traces_service_graph_request_total",
                "client": a,
                "server": b,
                "connection_type": sort,
            },
            **value(v),
        }
        for a, b, sort, v in SERIES
    ]
    return {"status": "success", "data": {"resultType": kind, "result": rows}}


@pytest.mark.parametrize(
    "files",
    [{"m.prom": as_text()}, {"metrics.txt": as_text()}, {"a.json": as_answer()}, {"a.json": as_answer("matrix")}],
)
def test_metrics_of_the_service_graph(tmp_path, files):
    found = inventory(tmp_path, files)
    assert calls(found) == {"web -> cart", "cart -> orders", "cart -> redis", "cart -> stripe"}
    assert set(uncertain(found)) == {"web", "mailer"}, "sender and taker of messages: the queue is not named"
    assert {one.kind for one in found.components if one.name in ("orders", "redis")} == {"database"}
    assert notes(found, "servicegraph")["pairs that were counted zero times"] == 1
    assert "old" not in {one.name for one in found.components}


def test_other_answers_of_prometheus_are_none_of_ours(tmp_path):
    other = {
        "status": "success",
        "data": {
            "resultType": "vector",
            "result": [{"metric": {"__name__": "up", "client": "a", "server": "b"}, "value": [1, "1"]}],
        },
    }
    found = inventory(tmp_path, {"o.json": other, "m.prom": as_text()})
    assert "a -> b" not in calls(found)


def test_dimensions_place_both_sides(tmp_path):
    text = 'traces_service_graph_request_total{client="web",server="cart",client_cloud_region="us-east-1",server_cloud_region="eu-west-1"} 1\n'
    found = inventory(tmp_path, {"m.prom": text})
    assert {one.name: one.region for one in found.components if one.kind == "service"} == {
        "web": "us-east-1",
        "cart": "eu-west-1",
    }


S = "s3cr3tw0rd"
SPILLING = (f"https://u:{S}@h.example.com/{S}?k={S}", f"u:{S}@h", f"k={S}", f"u:{S}@h.example.com:80")


@pytest.mark.parametrize("name", SPILLING)
def test_names_that_hold_secrets_are_no_names(tmp_path, name):
    types = ("remote", "AWS::EC2::Instance", "AWS::SQS::Queue", "Database::SQL", "client", "AWS::SNS")
    metrics = "".join(
        f'traces_service_graph_request_total{{client="a",server="{name}",connection_type="{sort}"}} 1\n'
        for sort in ("", "database", "virtual_node")
    )
    files = {
        "x.json": xray(("web", "AWS::EC2::Instance"), *((name, kind) for kind in types), n0=list(range(1, 7)), n5=[0]),
        "k.json": kiali(
            workload("1", "web", "v1"),
            node("2", "service", service=name),
            node("3", "workload", workload=name),
            edges=[("1", "2"), ("1", "3")],
        ),
        "m.prom": metrics,
        "c.json": {
            "configurationItems": [
                {
                    "resourceType": "AWS::SQS::Queue",
                    "resourceId": "q",
                    "resourceName": name,
                    "configuration": {"endpoint": name},
                }
            ]
        },
    }
    assert S not in inventory(tmp_path, files).model_dump_json()


TOKENS = (
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s3cr3tw0rd", "ghp_s3cr3tw0rd0123456789abcd", "xoxb-123456-s3cr3tw0rd",
    "svc AKIAS3CR3TW0RD012345", "https://u:s3cr3tw0rd@x", "password: s3cr3tw0rd", "k=s3cr3tw0rd",
)  # fmt: skip


@pytest.mark.parametrize("token", TOKENS)
def test_what_is_no_name_is_not_shown_and_calls_through_it_are_not_lost(tmp_path, token):
    rows = [
        {"parent": "checkout", "child": token, "callCount": 9},
        {"parent": token, "child": "ledger", "callCount": 9},
    ]
    found = inventory(tmp_path, {"deps.json": {"data": rows}})
    assert calls(found) == {"checkout -> unnamed service", "unnamed service -> ledger"}
    assert "s3cr3tw0rd" not in found.model_dump_json().lower()
    assert any("is no name" in gap.reason for gap in found.gaps if gap.component == "observed:shop/unnamed service")


@pytest.mark.parametrize("odd", ["R&D pricing", "@acme/pricing", "pricing@eu", "a|b", "bob's", "100% off"])
def test_a_name_with_odd_signs_is_a_name(tmp_path, odd):
    rows = [
        {"parent": "checkout", "child": odd, "callCount": 9},
        {"parent": odd, "child": "ledger", "callCount": 9},
    ]
    found = inventory(tmp_path, {"deps.json": {"data": rows}})
    assert calls(found) == {f"checkout -> {odd}", f"{odd} -> ledger"}


def test_a_call_of_something_without_a_name_is_a_gap_at_who_calls(tmp_path):
    found = inventory(tmp_path, {"deps.json": {"data": [{"parent": "checkout", "child": "", "callCount": 9}]}})
    assert [gap.component for gap in found.gaps if gap.hides == "dependency"] == ["observed:shop/checkout"]
