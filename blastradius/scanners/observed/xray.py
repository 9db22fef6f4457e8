"""AWS X-Ray: service graphs and traces, as its API and its console give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from blastradius.scanners.base import Scanned
from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.graph import Graph
from blastradius.scanners.observed.linking import link
from blastradius.scanners.observed.model import Known, Named, Spans
from blastradius.scanners.observed.reading import Piece
from blastradius.scanners.observed.segments import spans_of
from blastradius.scanners.observed.telling import told
from blastradius.scanners.observed.traces import Source, TraceFormat
from blastradius.scanners.observed.values import Lines, name, text
from blastradius.scanners.observed.xraytypes import USERS, node


class XrayFormat(TraceFormat):
    """Reads answers of `get-service-graph`, `get-trace-graph` and `batch-get-traces`, and segment documents."""

    name = "xray"

    def take(self, piece: Piece, source: Source, root: str) -> bool:
        """Read a service graph, or segments."""
        value = piece.value if isinstance(piece.value, dict) else {}
        services = [one for one in records(value.get("Services")) if "ReferenceId" in one and "Name" in one]
        if services:
            lines = Lines(piece.content, "Name", fixed=piece.line)
            where = {id(one): lines.of(one["Name"]) for one in services}
            source.graphs.append((piece.path, services, where))
            return True
        if "TraceSummaries" in value:
            count = len(records(value["TraceSummaries"]))
            source.spans.note("summaries of traces, which name no calls: fetch the traces themselves", count)
            return True
        found = False
        for segment, where_of in _segments(piece):
            source.spans.spans.extend(spans_of(segment, where_of))
            found = True
        return found

    def translate(self, source: Source, root: str) -> Scanned:
        """Who was seen, and who called what."""
        graph = Graph(self.name, root)
        spans = Spans(source.spans.spans, dict(source.spans.notes))
        for path, services, where in source.graphs:
            _services(graph, path, services, where, spans)
        link(spans, graph)
        return told(graph, source.files, spans.notes)


def _services(graph: Graph, path: str, services: list[dict[str, Any]], lines: dict[int, int], spans: Spans) -> None:
    """The nodes of a graph, which are told apart by name and type, and its edges."""
    nodes: dict[str, Named | Known | None] = {}
    for one in services:
        where = f"{path}:{lines[id(one)]}"
        found = nodes[text(one["ReferenceId"])] = node(one)
        called = name(one.get("Name"))  # what is no name may hold anything, and is not shown
        alias = f"{called} ({text(one.get('Type')) or 'unknown'})" if called else ""
        if isinstance(found, Named):
            graph.users(found, where, alias) if text(one.get("Type")) == USERS else graph.seen(
                found, where, alias=alias
            )
        elif found is None:
            spans.note("nodes whose name is no name of anything")
        elif not found.address:
            graph.known(found, where, alias)
    for one in services:
        dependent = nodes[text(one["ReferenceId"])]
        for edge in records(one.get("Edges")):
            dependency = nodes.get(text(edge.get("ReferenceId")))
            if not isinstance(dependent, Named) or dependency is None:
                spans.note("edges whose ends are not both in the graph")
                continue
            count = mapping(edge.get("SummaryStatistics")).get("TotalCount")
            where = f"{path}:{lines[id(one)]}"
            graph.call(
                dependent=dependent, dependency=dependency, where=where, count=count if isinstance(count, int) else 1
            )


def _segments(piece: Piece) -> Iterator[tuple[dict[str, Any], str]]:
    """Segment documents, which are JSON within JSON, with where each stands."""
    lines: Lines | None = None
    for trace in records(mapping(piece.value).get("Traces")):
        for segment in records(trace.get("Segments")):
            lines = lines or Lines(piece.content, "Id", fixed=piece.line)
            document = segment.get("Document")
            try:
                found = orjson.loads(document) if isinstance(document, str) else document
            except orjson.JSONDecodeError:
                continue
            if isinstance(found, dict) and _is_segment({**found, "trace_id": found.get("trace_id", trace.get("Id"))}):
                yield (
                    {**found, "trace_id": found.get("trace_id", trace.get("Id"))},
                    f"{piece.path}:{lines.of(segment.get('Id'))}",
                )
    for one in records(piece.value if isinstance(piece.value, list) else [piece.value]):
        if _is_segment(one):
            lines = lines or Lines(piece.content, "id", fixed=piece.line)
            yield one, f"{piece.path}:{lines.of(one['id'])}"


def _is_segment(value: dict[str, Any]) -> bool:
    return bool(text(value.get("trace_id")) and text(value.get("id")) and "start_time" in value and "name" in value)
