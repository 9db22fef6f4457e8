"""Records made to keep a scanner busy: time grows with their length alone."""

from __future__ import annotations

import subprocess
import sys

import pytest
from running import environment

PROGRAM = """
import json, sys, tempfile
from pathlib import Path
from blastradius.scanners import scan
def at(**said): return [{"key": k.replace("_", "."), "value": {"stringValue": v}} for k, v in said.items()]
def span(n, parent, name, id=None, **more):
    one = {"traceId": "a", "spanId": id or str(n), "parentSpanId": parent, "kind": 3}
    return {"resource": {"attributes": at(service_name=name, **more)}, "scopeSpans": [{"spans": [one]}]}
N = 20_000
FILES = {
    "same-id": ("t.json", {"resourceSpans": [span(n, "x", f"s{n}", id="x") for n in range(N)]}),
    "chain": ("t.json", {"resourceSpans": [span(n, str(n - 1), f"s{n % 7}") for n in range(N)]}),
    "one-name": ("t.json", {"resourceSpans": [span(n, "", "web", service_namespace=f"n{n}") for n in range(2_000)]}),
    "open-braces": ("m.prom", "traces_service_graph_request_total{" * 100_000),
    "open-quotes": ("m.prom", 'traces_service_graph_request_total{client="a' * 50_000 + '"} 1'),
    "subsegments": ("x.json", '{"id": "1", "trace_id": "1-a", "name": "n", "start_time": 1, "subsegments": [' * 400 + "]}" * 400),
    "deep": ("t.json", '{"resourceSpans":' + "[" * 100_000),
    "lines": ("t.jsonl", '{"resourceSpans": []}\\n' * 100_000),
    "versions": ("k.json", {"elements": {"nodes": [{"data": {"id": str(n), "nodeType": "app", "app": "a", "workload": f"a{n}", "version": f"v{n}", "namespace": "n"}} for n in range(3_000)], "edges": [{"data": {"source": "0", "target": str(n)}} for n in range(3_000)]}}),
}
name, content = FILES[sys.argv[1]]
with tempfile.TemporaryDirectory() as folder:
    Path(folder, name).write_text(content if isinstance(content, str) else json.dumps(content))
    Path(folder, "keep.json").write_text('[{"parent": "a", "child": "b", "callCount": 1}]')
    scan([Path(folder)])
"""


@pytest.mark.parametrize(
    "what", ["same-id", "chain", "one-name", "open-braces", "open-quotes", "subsegments", "deep", "lines", "versions"]
)
def test_repeated_records_do_not_hang(what):
    subprocess.run(
        [sys.executable, "-c", PROGRAM, what], check=True, timeout=30, env=environment()
    )  # a guard against hanging
