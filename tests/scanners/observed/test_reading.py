"""Which files are read, and what becomes of those that cannot be."""

from __future__ import annotations

import json

import pytest
from recording import calls, inventory, otlp, work
from scanning import Scan, written

from blastradius.scanners import scan

LINK = '[{"parent": "web", "child": "cart", "callCount": 1}]'
TRACE = json.dumps(otlp(work("1", "", "web", "client"), work("2", "1", "cart")))


def test_files_are_known_by_what_they_hold(tmp_path):
    others = {
        "traces.json": '{"spans": []}',
        "otlp.json": '{"traceId": "a", "id": "b"}',
        "graph.json": '{"elements": {"nodes": []}}',
    }
    found = inventory(tmp_path, {**others, "anything.json": LINK})
    assert calls(found) == {"web -> cart"}
    assert [one.scanner for one in found.coverage.scanners if one.parsed] == ["jaeger"]


def test_nobody_else_reads_them(tmp_path):
    holds_both = json.dumps({"Resources": {}, "schema_version": 1, "components": [], **json.loads(TRACE)})
    found = inventory(tmp_path, {"t.json": holds_both})
    assert {one.scanner for one in found.coverage.scanners} == {"otlp", "files"}
    assert calls(found) == {"web -> cart"}


def test_a_file_that_the_user_names_may_be_called_anything(tmp_path):
    top = written(tmp_path, {"graph.expected": LINK, "t.log": f"{TRACE}\n{TRACE}\n"})
    assert Scan(scan([top / "graph.expected"])).rules
    assert Scan(scan([top / "t.log"])).rules
    assert not Scan(scan([top / "graph.expected", top / "t.log"])).gaps


@pytest.mark.parametrize(("name", "text", "line"), [
    ("t.json", '{"resourceSpans": [\n{"a" 1}]}', 2),
    ("t.jsonl", f"{TRACE}\n{{\n{TRACE}", 2),
    ("t.ndjson", f"{TRACE}\n\nnot json\n", 3),
])  # fmt: skip
def test_what_is_broken_is_one_gap_and_stops_nothing(tmp_path, name, text, line):
    found = inventory(tmp_path, {name: text, "b.json": LINK})
    assert "web -> cart" in calls(found)
    (gap,) = [one for one in found.gaps if one.scope == name]
    assert gap.evidence[0].locator == f"{name}:{line}"
    assert "JSON" in gap.reason


def test_lines_that_can_be_read_beside_a_broken_one_count(tmp_path):
    found = inventory(tmp_path, {"t.jsonl": f"{TRACE}\n{{broken\n"})
    assert calls(found) == {"web -> cart"}


def test_a_byte_order_mark_and_utf16_are_read(tmp_path):
    found = inventory(
        tmp_path, {"a.json": b"\xef\xbb\xbf" + LINK.encode(), "b.json": TRACE.replace("cart", "mail").encode("utf-16")}
    )
    assert calls(found) == {"web -> cart", "web -> mail"}


def test_a_file_that_is_too_large_is_a_gap(tmp_path, monkeypatch):
    monkeypatch.setattr("blastradius.scanners.observed.reading.MAX_BYTES", 100)
    found = inventory(tmp_path, {"t.jsonl": TRACE, "b.json": LINK})
    assert [one.scope for one in found.gaps if "larger than" in one.reason] == ["t.jsonl"]
    assert calls(found) == {"web -> cart"}


def test_the_order_of_files_and_spans_changes_no_call(tmp_path):
    spans = [
        work("1", "", "web", "client"),
        work("2", "1", "cart"),
        work("3", "2", "cart", "client", exact={"peer.service": "db"}),
    ]
    one = inventory(tmp_path / "x", {"a.json": otlp(*spans), "b.json": LINK})
    other = inventory(tmp_path / "y", {"a.json": LINK, "b.json": otlp(*spans[::-1])})
    assert calls(one) == calls(other)


def test_a_file_of_ours_that_names_nothing_is_a_gap(tmp_path):
    summaries = '{"TraceSummaries": [{"Id": "1-a", "Http": {"HttpURL": "http://x.example.com"}}]}'
    found = inventory(
        tmp_path,
        {"s.json": summaries, "z.json": '[{"traceId": "a", "id": "b", "kind": "SERVER", "localEndpoint": {}}]'},
    )
    assert {gap.scope: gap.reason.partition(":")[0] for gap in found.gaps} == {
        "s.json": "names no service of which anything could be told",
        "z.json": "names no service of which anything could be told",
    }
    assert found.components == ()
