"""Jaeger: traces as its interface and its stores give them, and its summary of calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.attributes import peers_of, place_of, side_of
from blastradius.scanners.observed.model import Place, Span
from blastradius.scanners.observed.reading import Piece
from blastradius.scanners.observed.traces import Source, TraceFormat, links, take_links
from blastradius.scanners.observed.values import Lines, text


class JaegerFormat(TraceFormat):
    """Reads JSON of Jaeger's interface, its API and its spans in Elasticsearch."""

    name = "jaeger"

    def take(self, piece: Piece, source: Source, root: str) -> bool:
        """Read traces, or a summary of calls."""
        rows = links(piece.value)
        if rows and not any("errorCount" in row for row in rows):
            take_links(rows, piece, source)
            return True
        found = False
        lines: Lines | None = None
        for processes, span in _spans(piece.value):
            lines = lines or Lines(piece.content, "spanID", fixed=piece.line)
            read = _span(span, processes, f"{piece.path}:{lines.of(span['spanID'])}", root)
            source.spans.spans.append(read)
            found = True
        return found


def _spans(value: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Spans with the processes of their trace."""
    if isinstance(value, dict):
        value = value.get("data", mapping(value.get("hits")).get("hits", value))
    for one in records(value if isinstance(value, list) else [value]):
        one = mapping(one.get("_source")) or one
        if "spans" in one and "processes" in one:
            for span in records(one["spans"]):
                if _is_span(span):
                    yield mapping(one["processes"]), span
        elif _is_span(one):
            yield {}, one


def _is_span(value: dict[str, Any]) -> bool:
    return bool(text(value.get("traceID")) and text(value.get("spanID"))) and "operationName" in value


def _span(span: dict[str, Any], processes: dict[str, Any], where: str, root: str) -> Span:
    process = mapping(span.get("process")) or mapping(processes.get(text(span.get("processID"))))
    said = _tags(span)
    side = side_of(said.get("span.kind"))
    parent, follows = _parent(span)
    place: Place | None = place_of(_tags(process), root, process.get("serviceName"))
    return Span(_id(span["traceID"]), _id(span["spanID"]), parent, place, side, where, peers_of(said, side), follows)


def _tags(holder: dict[str, Any]) -> dict[str, Any]:
    """Tags by key; Elasticsearch keeps some as fields whose dots are `@`."""
    found = {key.replace("@", "."): value for key, value in mapping(holder.get("tag")).items()}
    found.update({text(tag.get("key")): tag.get("value") for tag in records(holder.get("tags"))})
    return found


def _parent(span: dict[str, Any]) -> tuple[str, bool]:
    """The id of the parent, and whether the span only follows it."""
    own = [one for one in records(span.get("references")) if _id(one.get("traceID")) in ("", _id(span["traceID"]))]
    for kind in ("CHILD_OF", "FOLLOWS_FROM"):
        for one in own:
            if one.get("refType") == kind and _id(one.get("spanID")):
                return _id(one.get("spanID")), kind == "FOLLOWS_FROM"
    parent = _id(span.get("parentSpanID"))
    return ("" if parent == _id(span["spanID"]) else parent), False


def _id(value: object) -> str:
    return text(value).lower().lstrip("0")
