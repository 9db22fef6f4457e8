"""What the scanners of traces share: they read documents into spans, link them, and say what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from blastradius.scanners.base import Scanned
from blastradius.scanners.loose import records
from blastradius.scanners.observed.graph import Graph
from blastradius.scanners.observed.linking import link
from blastradius.scanners.observed.model import Named, Spans
from blastradius.scanners.observed.reading import Piece, Read
from blastradius.scanners.observed.recorded import RecordedFormat
from blastradius.scanners.observed.telling import told
from blastradius.scanners.observed.values import Lines, service


@dataclass(slots=True)
class Source:
    """What was read.

    Attributes:
        spans: of traces.
        links: who called whom how often, where: of a summary.
        nameless: who called something without a name, where: of a summary.
        graphs: nodes of service graphs, with the path of the file and the lines of the nodes by identity.
        files: what became of the files.
    """

    spans: Spans = field(default_factory=Spans)
    links: list[tuple[str, str, int, str]] = field(default_factory=list)
    nameless: list[tuple[str, str]] = field(default_factory=list)
    graphs: list[tuple[str, list[dict[str, Any]], dict[int, int]]] = field(default_factory=list)
    files: Read = field(default_factory=Read)


class TraceFormat(RecordedFormat[Source]):
    """Reads one format of traces; a format says how a document becomes spans."""

    def empty(self) -> Source:
        """Nothing."""
        return Source()

    def translate(self, source: Source, root: str) -> Scanned:
        """Who was seen, and who called what."""
        graph = Graph(self.name, root)
        spans = Spans(source.spans.spans, dict(source.spans.notes))
        for caller, called, count, where in source.links:
            graph.call(dependent=Named(caller), dependency=Named(called), where=where, count=count)
        for caller, where in source.nameless:
            graph.unnamed(Named(caller), where)
        link(spans, graph)
        return told(graph, source.files, spans.notes)


def links(value: Any) -> list[dict[str, Any]]:
    """The rows of a summary of calls: a list of `parent`, `child`, `callCount`, bare or within an answer."""
    rows = value
    for key in ("data", "dependencies"):
        if isinstance(rows, dict):
            rows = rows.get(key, rows)
    found = records(rows)
    return found if found and all("parent" in one and "child" in one and "callCount" in one for one in found) else []


def take_links(rows: list[dict[str, Any]], piece: Piece, source: Source) -> None:
    """Keep the calls of a summary."""
    lines = Lines(piece.content, "parent", fixed=piece.line)
    for row in rows:
        where = f"{piece.path}:{lines.of(row['parent'])}"
        caller, called, count = service(row["parent"]), service(row["child"]), row["callCount"]
        if not caller or not called:
            source.spans.note("calls between services without a name")
            if caller:
                source.nameless.append((caller, where))
        elif isinstance(count, int | float) and count > 0:
            source.links.append((caller, called, int(min(count, 1e15)), where))
