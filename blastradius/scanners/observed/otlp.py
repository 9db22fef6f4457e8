"""OpenTelemetry: traces as OTLP JSON, one document or one a line, and as Tempo gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.attributes import peers_of, place_of, side_of
from blastradius.scanners.observed.model import Place, Span
from blastradius.scanners.observed.reading import Piece
from blastradius.scanners.observed.traces import Source, TraceFormat
from blastradius.scanners.observed.values import Lines, text

_SPANS = ("scopeSpans", "instrumentationLibrarySpans", "ilSpans")


class OtlpFormat(TraceFormat):
    """Reads OTLP JSON: a request, the lines of a file exporter, a trace of Tempo."""

    name = "otlp"

    def take(self, piece: Piece, source: Source, root: str) -> bool:
        """Read the spans of all resources."""
        found = False
        lines: Lines | None = None
        for resource in _resources(piece.value):
            if not any(key in resource for key in _SPANS):
                continue
            found = True
            lines = lines or Lines(piece.content, "spanId", fixed=piece.line)
            place = place_of(_said(mapping(resource.get("resource"))), root)
            for key in _SPANS:
                for scope in records(resource.get(key)):
                    for span in records(scope.get("spans")):
                        where = f"{piece.path}:{lines.of(span.get('spanId'))}"
                        if text(span.get("traceId")) and text(span.get("spanId")):
                            source.spans.spans.append(_span(span, place, where))
        return found


def _resources(value: Any) -> Iterator[dict[str, Any]]:
    for request in records(value if isinstance(value, list) else [value]):
        request = mapping(request.get("trace")) or request
        for key in ("resourceSpans", "batches"):
            yield from records(request.get(key))


def _span(span: dict[str, Any], place: Place | None, where: str) -> Span:
    said = _said(span)
    side = side_of(span.get("kind"))
    parent = _id(span.get("parentSpanId"))
    return Span(_id(span["traceId"]), _id(span["spanId"]), parent, place, side, where, peers_of(said, side))


def _said(holder: dict[str, Any]) -> dict[str, Any]:
    """Attributes by key."""
    return {text(one.get("key")): _value(mapping(one.get("value"))) for one in records(holder.get("attributes"))}


def _value(value: dict[str, Any]) -> Any:
    for key in ("stringValue", "intValue", "boolValue"):
        if key in value:
            return value[key]
    return [_value(one) for one in records(mapping(value.get("arrayValue")).get("values"))]


def _id(value: object) -> str:
    # hexadecimal, or base64 in which letters differ by their case
    found = text(value)
    return found if found.endswith("=") else found.lower().lstrip("0")
