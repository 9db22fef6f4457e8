"""Traces: who called whom, and what spans name."""

from __future__ import annotations

import json

import pytest
from recording import calls, inventory, jaeger, notes, otlp, uncertain, work, zipkin
from scanning import deployment, service

from blastradius.model import Gap


def traced(tmp_path, *spans):
    return inventory(tmp_path, {"t.json": otlp(*spans)})


def test_a_span_of_another_service_below_a_span_is_a_call(tmp_path):
    found = traced(
        tmp_path,
        work("1", "", "web"),
        work("2", "1", "web", "client"),
        work("3", "2", "cart"),
        work("4", "3", "cart", "internal"),
    )
    assert calls(found) == {"web -> cart"}
    (one,) = found.dependencies
    path, line = one.evidence[0].locator.split(":")
    assert (one.basis, path) == ("observed", "t.json")
    assert '"spanId": "3"' in (tmp_path / "shop" / "t.json").read_text().splitlines()[int(line) - 1]


def test_what_a_client_names_counts_only_where_no_span_answers(tmp_path):
    answered = (work("1", "", "web", "client", exact={"server.address": "edge-proxy"}), work("2", "1", "cart"))
    assert calls(traced(tmp_path, *answered)) == {"web -> cart"}
    assert calls(traced(tmp_path, answered[0])) == {"web -> edge-proxy"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"server.address": "db.example.com", "server.port": "5432", "db.system": "postgresql"}, "db.example.com"),
        ({"db.system": "postgresql", "db.name": "orders"}, "orders"),
        ({"db.system.name": "microsoft.sql_server", "db.namespace": "orders"}, "orders"),
        ({"db.type": "sql", "db.instance": "orders"}, "orders"),
        ({"db.system": "redis", "db.name": "0"}, "redis"),
        ({"db.system": "mysql", "net.peer.name": "orders-db"}, "orders-db"),
        ({"db.system": "mysql", "peer.service": "orders-mysql"}, "orders-mysql"),
        ({"peer.service": "payments"}, "payments"),
        ({"url.full": "https://api.stripe.com/v1/charges?key=x"}, "stripe"),
        ({"http.url": "http://cart.shop.svc.cluster.local:7070/x"}, "cart"),
        ({"http.host": "cart:7070"}, "cart"),
        ({"peer.address": "db/10.0.0.7:5432"}, "db"),
        ({"rpc.system": "aws-api", "rpc.service": "DynamoDB", "aws.dynamodb.table_names": ["carts"]}, "carts"),
        ({"rpc.system": "aws-api", "rpc.service": "S3", "aws.s3.bucket": "pictures"}, "pictures"),
        ({"rpc.system": "aws-api", "rpc.service": "Secrets Manager", "cloud.region": "us-east-1"}, "secretsmanager"),
        ({"rpc.system": "aws-api", "rpc.service": "SFN"}, "stepfunctions"),
        ({"rpc.system": "aws-api", "aws.sqs.queue.url": "https://sqs.us-east-1.amazonaws.com/111122223333/mail"}, "mail"),
        ({"messaging.system": "aws_sns", "messaging.destination.name": "arn:aws:sns:us-east-1:111122223333:news"}, "news"),
        ({"server.address": "8.8.8.8"}, "8.8.8.8"),
    ],
)  # fmt: skip
def test_attributes_old_and_new_name_what_is_called(tmp_path, said, expected):
    assert calls(traced(tmp_path, work("1", "", "web", "client", exact=said))) == {f"web -> {expected}"}


def test_kinds_technology_and_regions_are_kept(tmp_path):
    found = traced(
        tmp_path,
        work("1", "", "web", "client", exact={"db.system": "redis", "server.address": "sessions"}),
        work("2", "", "web", "client", exact={"rpc.system": "aws-api", "rpc.service": "DynamoDB", "aws.dynamodb.table_names": ["carts"], "cloud.region": "eu-west-1"}),
    )  # fmt: skip
    by_name = {one.name: one for one in found.components}
    assert (by_name["sessions"].kind, by_name["sessions"].type) == ("cache", "redis")
    assert (by_name["carts"].kind, by_name["carts"].service, by_name["carts"].region) == (
        "database",
        "dynamodb",
        "eu-west-1",
    )


@pytest.mark.parametrize(
    "said", [{"server.address": "10.1.2.3"}, {"net.peer.ip": "127.0.0.1"}, {"http.url": "http://localhost/x"}, {}]
)
def test_addresses_that_name_nothing_to_others_leave_the_caller_uncertain(tmp_path, said):
    found = traced(tmp_path, work("1", "", "web", "client", exact=said))
    assert calls(found) == set()
    assert uncertain(found)["web"].startswith("calls something that its spans do not name")


def test_a_client_whose_own_parts_say_more_is_not_uncertain(tmp_path):
    spans = work("1", "", "web", "client"), work("2", "1", "web", "client", exact={"peer.service": "cart"})
    found = traced(tmp_path, *spans)
    assert (calls(found), uncertain(found)) == ({"web -> cart"}, {})


def test_an_embedded_database_is_no_dependency(tmp_path):
    found = traced(tmp_path, work("1", "", "web", "internal", exact={"db.system": "sqlite", "db.name": "main"}))
    assert calls(found) == set()


def test_producer_and_consumer_need_the_queue_and_neither_the_other(tmp_path):
    said = {"messaging.system": "kafka", "messaging.destination.name": "orders", "server.address": "kafka"}
    found = traced(
        tmp_path, work("1", "", "web", "producer", exact=said), work("2", "1", "mailer", "consumer", exact=said)
    )
    assert calls(found) == {"web -> orders", "mailer -> orders", "orders -> kafka"}
    assert {one.kind for one in found.components if one.name == "orders"} == {"topic"}


def test_one_side_that_names_the_queue_speaks_for_both(tmp_path):
    said = {"messaging.system": "rabbitmq", "messaging.destination.name": "mail"}
    found = traced(tmp_path, work("1", "", "web", "producer", exact=said), work("2", "1", "mailer", "consumer"))
    assert calls(found) == {"web -> mail", "mailer -> mail"}
    assert uncertain(found) == {}


def test_a_queue_that_nobody_names_leaves_both_uncertain(tmp_path):
    found = traced(tmp_path, work("1", "", "web", "producer"), work("2", "1", "mailer", "consumer"))
    assert calls(found) == set()
    assert set(uncertain(found)) == {"web", "mailer"}


def test_a_missing_parent_is_counted_and_a_server_may_name_its_caller(tmp_path):
    found = traced(tmp_path, work("2", "1", "cart"), work("3", "9", "ads", "server", exact={"peer.service": "web"}))
    assert calls(found) == {"web -> ads"}
    assert notes(found, "otlp") == {"spans whose parent is missing: who called them is not known": 2}


def test_the_name_that_an_sdk_makes_up_is_no_name(tmp_path):
    found = traced(
        tmp_path,
        work("1", "", "unknown_service:java"),
        work("2", "1", "unknown_service:java", resource={"k8s.deployment.name": "cart"}),
    )
    assert {one.name for one in found.components} == {"cart"}
    assert notes(found, "otlp") == {"spans of no named service": 1}


def test_spans_that_were_exported_twice_count_once(tmp_path):
    spans = otlp(work("1", "", "web"), work("2", "1", "cart"))
    found = inventory(tmp_path, {"a.json": spans, "b.json": spans})
    assert [one.evidence[0].note for one in found.dependencies] == ["a call"]


def test_a_trace_over_several_files_is_one(tmp_path):
    found = inventory(
        tmp_path, {"a.json": otlp(work("1", "", "web", "client")), "b.json": otlp(work("2", "1", "cart"))}
    )
    assert calls(found) == {"web -> cart"}


def test_the_resource_places_a_service(tmp_path):
    resource = {
        "cloud.provider": "aws", "cloud.region": "us-east-1", "cloud.account.id": "111122223333", "deployment.environment": "prod",
        "cloud.availability_zone": "us-east-1a",
    }  # fmt: skip
    found = traced(tmp_path, work("1", "", "web", resource=resource))
    (web,) = [one for one in found.components if one.name == "web"]
    assert (web.provider, web.region, web.account, web.environment) == ("aws", "us-east-1", "111122223333", "prod")
    assert web.zone is None, "the zone of one instance is not that of the service"


def test_a_service_in_two_regions_has_none_of_them_for_its_own(tmp_path):
    found = traced(
        tmp_path,
        *(
            work(str(n), "", "web", resource={"cloud.region": region})
            for n, region in enumerate(("us-east-1", "eu-west-1"), 1)
        ),
    )
    (web,) = [one for one in found.components if one.name == "web"]
    assert (web.region, web.attributes["regions"]) == (None, "eu-west-1, us-east-1")
    assert any(gap.component == web.id and gap.hides == "location" for gap in found.gaps)


def test_one_name_in_two_stages_is_two_services(tmp_path):
    spans = []
    for n, stage in enumerate(("prod", "test"), 1):
        resource = {"deployment.environment": stage}
        spans += [
            work(f"{n}1", "", "web", "client", resource=resource),
            work(f"{n}2", f"{n}1", "db", resource=resource),
        ]
    found = traced(tmp_path, *spans)
    ends = {(one.dependent, one.dependency) for one in found.dependencies}
    assert ends == {(f"observed:shop/{stage}/web", f"observed:shop/{stage}/db") for stage in ("prod", "test")}


def test_a_function_is_known_by_its_arn(tmp_path):
    arn = "arn:aws:lambda:us-east-1:111122223333:function:pay"
    found = traced(
        tmp_path,
        work("1", "", "pay", resource={"cloud.resource_id": f"{arn}:7", "faas.name": "pay", "cloud.provider": "aws"}),
    )
    (pay,) = [one for one in found.components if one.name == "pay"]
    assert (pay.kind, pay.identities) == ("function", (arn,))


def test_workloads_that_manifests_describe_are_the_services_of_traces(tmp_path):
    manifests = (
        deployment("web", namespace="shop")
        + deployment("cart-v1", namespace="shop")
        + service("cart", "cart-v1", namespace="shop")
    )
    resource = {"k8s.namespace.name": "shop"}
    spans = (
        work("1", "", "web", "client", resource=resource),
        work("2", "1", "basket", resource={**resource, "k8s.deployment.name": "cart-v1"}),
        work("3", "", "web", "client", resource=resource, exact={"server.address": "cart.shop.svc"}),
    )
    found = inventory(tmp_path, {"m.yaml": manifests, "t.json": otlp(*spans)})
    observed = {(one.dependent, one.dependency) for one in found.dependencies if one.basis == "observed"}
    assert observed == {("k8s:shop/shop/Deployment/web", "k8s:shop/shop/Deployment/cart-v1")}


def test_a_host_is_any_workload_and_the_name_of_a_database_is_none(tmp_path):
    manifests = deployment("orders") + deployment("redis-cart")
    spans = (
        work("1", "", "orders", "client", exact={"db.system": "mysql", "db.name": "orders"}),
        work("2", "", "orders", "client", exact={"db.system": "redis", "server.address": "redis-cart"}),
    )
    found = inventory(tmp_path, {"m.yaml": manifests, "t.json": otlp(*spans)})
    ends = {(one.dependent.rpartition("/")[2], one.dependency) for one in found.dependencies if one.basis == "observed"}
    assert ends == {("orders", "k8s:shop/default/Deployment/redis-cart"), ("orders", "observed:shop/database/orders")}


def test_sides_of_zipkin_that_share_an_id_are_two(tmp_path):
    client, server = work("2", "1", "web", "client"), work("2", "1", "cart")
    below = work("3", "2", "cart", "client", exact={"http.url": "http://ads/x"})
    for order in ((client, server, below), (server, below, client)):
        found = inventory(tmp_path, {"z.json": zipkin(work("1", "", "web"), *order)})
        assert calls(found) == {"web -> cart", "cart -> ads"}
        assert uncertain(found) == {}


def test_zipkin_names_remote_endpoints_and_a_store_named_like_its_service_is_another_thing(tmp_path):
    spans = zipkin(work("1", "", "orders"), work("2", "1", "orders", "client"), work("3", "1", "orders", "client"))
    spans[1] |= {"remoteEndpoint": {"serviceName": "orders"}, "tags": {"sql.query": "select 1"}}
    spans[2] |= {"remoteEndpoint": {"serviceName": "mail", "ipv4": "10.0.0.1"}}
    found = inventory(tmp_path, {"z.json": spans})
    assert {one.dependency for one in found.dependencies} == {"observed:shop/database/orders", "observed:shop/mail"}


def test_zipkins_first_format_holds_both_sides_in_one_span(tmp_path):
    end = {name: {"serviceName": name} for name in ("web", "cart", "mysql")}
    spans = [
        {"traceId": "a", "id": "2", "name": "n", "annotations": [{"value": "cs", "endpoint": end["web"]}, {"value": "sr", "endpoint": end["cart"]}]},
        {"traceId": "a", "id": "3", "parentId": "2", "name": "n", "annotations": [{"value": "cs", "endpoint": end["cart"]}], "binaryAnnotations": [{"key": "sa", "value": True, "endpoint": end["mysql"]}]},
    ]  # fmt: skip
    found = inventory(tmp_path, {"z.json": spans})
    assert calls(found) == {"web -> cart", "cart -> mysql"}


def test_a_caller_that_does_not_wait_needs_it_softly(tmp_path):
    trace = jaeger(work("1", "", "web"), work("2", "1", "audit"))
    trace["data"][0]["spans"][1]["references"][0]["refType"] = "FOLLOWS_FROM"
    assert calls(inventory(tmp_path, {"j.json": trace})) == {"web -> audit [soft]"}


def test_spans_of_elasticsearch_one_a_line(tmp_path):
    trace = jaeger(work("1", "", "web", "client"), work("2", "1", "cart"))["data"][0]
    lines = [
        {**span, "process": trace["processes"][span["processID"]], "tag": {"span@kind": "server"}}
        for span in trace["spans"]
    ]
    text = "\n".join(json.dumps({"_source": line}) for line in lines)
    found = inventory(tmp_path, {"j.ndjson": text})
    assert calls(found) == {"web -> cart"}
    assert found.dependencies[0].evidence[0].locator == "j.ndjson:2"


def test_summaries_of_calls_bare_and_in_an_answer(tmp_path):
    rows = [{"parent": "web", "child": "cart", "callCount": 3}, {"parent": "web", "child": "web", "callCount": 9}]
    found = inventory(
        tmp_path, {"a.json": rows, "b.json": {"data": [{"parent": "cart", "child": "db", "callCount": 1}]}}
    )
    assert calls(found) == {"web -> cart", "cart -> db"}
    assert {one.evidence[0].note for one in found.dependencies} == {"3 calls", "a call"}
    of_zipkin = [{"parent": "web", "child": "cart", "callCount": 3, "errorCount": 1}]
    (one,) = inventory(tmp_path / "z", {"a.json": of_zipkin}).dependencies
    assert one.evidence[0].scanner == "zipkin"


def test_one_service_in_several_formats_is_one(tmp_path):
    spans = work("1", "", "web"), work("2", "1", "cart")
    found = inventory(tmp_path, {"a.json": otlp(*spans), "b.json": jaeger(*spans), "c.json": zipkin(*spans)})
    assert calls(found) == {"web -> cart"}
    assert {piece.scanner for piece in found.dependencies[0].evidence} == {"otlp", "jaeger", "zipkin"}
    assert not [one for one in found.gaps if isinstance(one, Gap) and one.same_as]


def test_a_span_of_nobody_leaves_its_caller_uncertain_and_calls_nothing(tmp_path):
    found = traced(tmp_path, work("1", "", "web", "client"), work("2", "1", ""), work("3", "2", "cart"))
    assert calls(found) == set()
    assert uncertain(found) == {"web": "calls something whose spans name no service: set `service.name` there"}
