"""Zipkin: spans of its second and first format, and its summary of calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blastradius.model import Kind
from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.attributes import peers_of, side_of
from blastradius.scanners.observed.hosts import callee
from blastradius.scanners.observed.model import Named, Peer, Place, Side, Span
from blastradius.scanners.observed.reading import Piece
from blastradius.scanners.observed.stores import destination
from blastradius.scanners.observed.traces import Source, TraceFormat, links, take_links
from blastradius.scanners.observed.values import Lines, service, text

#: First words of tags that only clients of a store write.
_STORES: dict[str, Kind] = {
    "sql": "database", "cassandra": "database", "mongodb": "database", "elasticsearch": "database", "redis": "cache",
    "memcached": "cache", "jdbc": "database",
}  # fmt: skip
_OLD: dict[str, tuple[Side, str]] = {
    "cs": ("client", "sa"), "cr": ("client", "sa"), "sr": ("server", "ca"), "ss": ("server", "ca"), "ms": ("producer", "ma"),
    "mr": ("consumer", "ma"),
}  # fmt: skip


class ZipkinFormat(TraceFormat):
    """Reads lists of Zipkin spans, lists of such lists, and spans one a line."""

    name = "zipkin"

    def take(self, piece: Piece, source: Source, root: str) -> bool:
        """Read spans, or a summary of calls."""
        rows = links(piece.value)
        if rows and any("errorCount" in row for row in rows):
            take_links(rows, piece, source)
            return True
        found = False
        lines: Lines | None = None
        for span in _spans(piece.value):
            lines = lines or Lines(piece.content, "id", fixed=piece.line)
            where = f"{piece.path}:{lines.of(span['id'])}"
            old = any(key in span for key in ("annotations", "binaryAnnotations")) and "localEndpoint" not in span
            source.spans.spans.extend(_halves(span, where) if old and _has_endpoints(span) else [_span(span, where)])
            found = True
        return found


def _spans(value: Any) -> Iterator[dict[str, Any]]:
    """Spans of a list, of lists in a list, or one alone."""
    for one in value if isinstance(value, list) else [value]:
        for span in records(one if isinstance(one, list) else [one]):
            if text(span.get("traceId")) and text(span.get("id")) and _looks_like_a_span(span):
                yield span


def _looks_like_a_span(span: dict[str, Any]) -> bool:
    return any(
        key in span for key in ("localEndpoint", "remoteEndpoint", "annotations", "binaryAnnotations", "parentId")
    ) or ("timestamp" in span and "name" in span)


def _span(span: dict[str, Any], where: str) -> Span:
    side = side_of(span.get("kind"))
    tags = mapping(span.get("tags"))
    own = service(mapping(span.get("localEndpoint")).get("serviceName"))
    peers = _peers(side, mapping(span.get("remoteEndpoint")), tags)
    return _made(span, own, side, where, peers)


def _made(span: dict[str, Any], own: str, side: Side, where: str, peers: tuple[Peer, ...]) -> Span:
    parent = _id(span.get("parentId"))
    place = Place(Named(own)) if own and own != "unknown" else None
    return Span(_id(span["traceId"])[-16:], _id(span["id"]), parent, place, side, where, peers)


def _peers(side: Side, remote: dict[str, Any], tags: dict[str, Any]) -> tuple[Peer, ...]:
    """The other side: by the name of its endpoint, else by tags."""
    called = service(remote.get("serviceName"))
    other = Named(called) if called and called != "unknown" else None
    if side in ("producer", "consumer"):
        queue = destination(tags, other)
        return (queue,) if queue else ()
    if other is not None:
        if side == "server":
            return (Peer(other),)
        kind = next((_STORES[first] for key in tags if (first := key.partition(".")[0]) in _STORES), None)
        return (Peer(replace(other, kind=kind, addressed=True) if kind else other),)
    found = peers_of(tags, side)
    if found or side != "client":
        return found
    host = text(remote.get("ipv4")) or text(remote.get("ipv6"))
    known = callee(host) if host else None
    return (Peer(known),) if known else ()


def _has_endpoints(span: dict[str, Any]) -> bool:
    return any("endpoint" in one for key in ("annotations", "binaryAnnotations") for one in records(span.get(key)))


def _halves(span: dict[str, Any], where: str) -> Iterator[Span]:
    """The sides of a span of the first format, which holds both: each annotation names who wrote it."""
    tags = {text(one.get("key")): one.get("value") for one in records(span.get("binaryAnnotations"))}
    ends = {text(one.get("key")): mapping(one.get("endpoint")) for one in records(span.get("binaryAnnotations"))}
    sides: dict[Side, str] = {}
    for one in records(span.get("annotations")):
        said = text(one.get("value"))
        if said in _OLD:
            sides.setdefault(_OLD[said][0], service(mapping(one.get("endpoint")).get("serviceName")))
    for side, own in sides.items():
        remote = ends.get(next(end for known, end in _OLD.values() if known == side), {})
        yield _made(span, own, side, where, _peers(side, remote, tags))
    if not sides:
        own = next((found for end in ends.values() if (found := service(end.get("serviceName")))), "")
        yield _made(span, own, "", where, ())


def _id(value: object) -> str:
    return text(value).lower().lstrip("0")
