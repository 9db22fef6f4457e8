"""Laws over all formats of traces: the format changes nothing, no bytes crash, no secret comes through."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recording import Work, calls, inventory, jaeger, otlp, uncertain, work, zipkin

SERVICES = ("web", "cart", "pay", "mail", "ads")
STORES = (
    (("db.system", "redis"), ("server.address", "sessions")),
    (("db.system", "postgresql"), ("db.name", "rows")),
    (("messaging.system", "kafka"), ("messaging.destination.name", "news")),
    (("peer.service", "legacy"),),
    (("http.url", "https://api.stripe.com/v1/x"),),
    (),
)


@st.composite
def trees(draw: st.DrawFn) -> list[Work]:
    """Random trees of calls: each span is caused by an earlier one, and some client's spans name a store."""
    spans = [work("a1", "", draw(st.sampled_from(SERVICES)))]
    for number in range(2, draw(st.integers(2, 14))):
        parent = draw(st.sampled_from(spans))
        if draw(st.booleans()):
            name = draw(st.sampled_from(SERVICES))
            spans.append(work(f"a{number:x}", parent.id, name, draw(st.sampled_from(("server", "internal")))))
        else:
            said = draw(st.sampled_from(STORES))
            side = "producer" if said and said[0][0].startswith("messaging") else "client"
            spans.append(Work(f"a{number:x}", parent.id, parent.service, side, said))
    return draw(st.permutations(spans))


@settings(max_examples=60, deadline=None)
@given(trees())
def test_all_formats_tell_the_same(spans: list[Work]) -> None:
    drawn = []
    for form in (otlp, jaeger, zipkin):
        with tempfile.TemporaryDirectory() as folder:
            found = inventory(Path(folder), {"t.json": form(*spans)})
            drawn.append((calls(found), set(uncertain(found)), {(c.kind, c.name, c.type) for c in found.components}))
    assert drawn[0] == drawn[1] == drawn[2]
    by_id = {one.id: one for one in spans}
    below = {(by_id[one.parent].service, one.service) for one in spans if one.parent}
    assert {f"{a} -> {b}" for a, b in below if a != b} <= drawn[0][0]


SEEDS = (
    '{"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": [{"traceId": "a", "spanId": "1"}]}]}]}',
    '[{"traceId": "a", "id": "1", "localEndpoint": {"serviceName": "x"}, "kind": "CLIENT"}]',
    '{"data": [{"traceID": "a", "spans": [{"traceID": "a", "spanID": "1", "operationName": "n"}], "processes": {}}]}',
    '[{"parent": "a", "child": "b", "callCount": 1}]',
    '{"Services": [{"ReferenceId": 0, "Name": "a", "Type": "remote", "Edges": [{"ReferenceId": 0}]}]}',
    '{"Traces": [{"Segments": [{"Id": "1", "Document": "{}"}]}]}',
    '[{"id": "1", "trace_id": "1-a", "name": "n", "start_time": 1, "aws": {"ec2": {}}, "subsegments": [{"id": "2", "sql": {}}]}]',
    '[{"traceId": "a", "id": "1", "annotations": [{"value": "cs", "endpoint": {}}], "binaryAnnotations": [{"key": "sa"}]}]',
    '{"elements": {"nodes": [{"data": {"id": "1", "nodeType": "service", "service": "x", "isServiceEntry": {"hosts": ["x.example.com"]}, "destServices": [{}]}}], "edges": [{"data": {"id": "2"}}]}}',
    '{"configurationItems": [{"resourceType": "AWS::EC2::Instance", "resourceId": "i", "relationships": [{}]}]}',
    '{"data": {"resultType": "vector", "result": [{"metric": {"client": "a", "server": "b"}, "value": [1, "2"]}]}}',
    'traces_service_graph_request_total{client="a",server="b"} 1',
)
NOISE = (
    b'"',
    b"{",
    b"[",
    b"]",
    b"}",
    b"null",
    b"1e999",
    b"-1",
    b'""',
    b"\xff",
    b"\n",
    b":",
    b"[[]]",
    b'{"a": 1}',
    b"true",
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 12), st.sampled_from(NOISE)), max_size=4),
)
def test_no_bytes_crash(seed: str, changes: list[tuple[int, int, bytes]]) -> None:
    content = seed.encode()
    for at, length, noise in changes:
        content = content[:at] + noise + content[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        files = {"t.json": content, "t.jsonl": content, "t.prom": content, "keep.json": SEEDS[3]}
        assert {"a", "b"} <= {one.name for one in inventory(Path(folder), files).components}


JUNK: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([seed for seed in SEEDS if seed[0] in "[{"]), st.data())
def test_values_of_any_type_anywhere_do_not_crash(seed: str, data: st.DataObject) -> None:
    value = json.loads(seed)

    def spoilt(part: object) -> object:
        if data.draw(st.integers(0, 9)) == 0:
            return data.draw(JUNK)
        if isinstance(part, dict):
            return {key: spoilt(inner) for key, inner in part.items()}
        return [spoilt(inner) for inner in part] if isinstance(part, list) else part

    with tempfile.TemporaryDirectory() as folder:
        inventory(Path(folder), {"t.json": spoilt(value), "keep.json": SEEDS[3]})


SECRET = "s3cr3tw0rd"
SPILLS = {
    "db.statement": f"select '{SECRET}'",
    "db.user": SECRET,
    "db.connection_string": f"Server=db.example.com;Password={SECRET}",
    "http.url": f"https://user:{SECRET}@api.example.com/{SECRET}?key={SECRET}#{SECRET}",
    "url.full": f"https://api.example.com/?token={SECRET}",
    "server.address": f"https://u:{SECRET}@h.example.com",
    "peer.address": f"u:{SECRET}@h.example.com:80",
    "http.request.header.authorization": SECRET,
    "peer.service": f"postgres://u:{SECRET}@h/x",
    "db.name": f"password={SECRET}",
    "messaging.destination.name": f"amqp://u:{SECRET}@h/q",
    "aws.sqs.queue.url": f"https://u:{SECRET}@sqs.us-east-1.amazonaws.com/111122223333/q?x={SECRET}",
    "aws.dynamodb.table_names": [f"a?b={SECRET}"],
    "sql.query": SECRET,
    "user.email": f"{SECRET}@example.com",
}


@pytest.mark.parametrize("form", [otlp, jaeger, zipkin])
@pytest.mark.parametrize("side", ["client", "server", "producer", "internal"])
@pytest.mark.parametrize("base", [{}, {"db.system": "mysql"}, {"messaging.system": "kafka"}, {"rpc.system": "aws-api"}])
def test_no_value_that_may_be_a_secret_is_kept(tmp_path, form, side, base):
    spans = [
        work(f"a{n}", "", "web", side, exact={**base, key: value}) for n, (key, value) in enumerate(SPILLS.items(), 1)
    ]
    found = inventory(tmp_path, {"t.json": form(*spans)})
    assert {"web"} <= {one.name for one in found.components}
    assert SECRET not in found.model_dump_json()
