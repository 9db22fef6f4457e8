"""Segment documents of X-Ray as spans: a segment is a server's, its subsegments are its calls.

Source: X-Ray segment documents, AWS X-Ray developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.aws import calls
from blastradius.scanners.observed.hosts import callee
from blastradius.scanners.observed.model import Named, Peer, Place, Side, Span
from blastradius.scanners.observed.values import name, service, text
from blastradius.scanners.observed.xraytypes import thing

_DEPTH = 200


def spans_of(segment: dict[str, Any], where: str) -> Iterator[Span]:
    """The spans of a segment; none of one that X-Ray made up for a service that sends none itself.

    Args:
        segment: the document.
        where: `path:line`.
        root: name of what is scanned.
    """
    if segment.get("inferred") is True:
        return
    trace = text(segment.get("trace_id"))
    if segment.get("type") != "subsegment":  # one that is sent alone belongs to its parent
        parent = text(segment.get("parent_id"))
        yield Span(trace, text(segment.get("id")), parent, _place(segment), "server", where)
        waiting = [(one, text(segment.get("id")), 0) for one in records(segment.get("subsegments"))]
    else:
        waiting = [(segment, text(segment.get("parent_id")), 0)]
    while waiting:
        one, above, level = waiting.pop()
        id = text(one.get("id"))
        if not id or level > _DEPTH:
            continue
        side: Side = "client" if one.get("namespace") in ("aws", "remote") else "internal"
        yield Span(trace, id, above, None, side, where, _peers(one), part=True)
        waiting.extend((below, id, level + 1) for below in records(one.get("subsegments")))


def _place(segment: Mapping[str, Any]) -> Place | None:
    called = service(segment.get("name"))
    aws = mapping(segment.get("aws"))
    account = text(aws.get("account_id")) or text(mapping(aws.get("ecs")).get("account_id"))
    found = thing(called, text(segment.get("origin")), account)
    if not isinstance(found, Named):
        return Place(Named(called)) if called else None
    zone = text(mapping(aws.get("ec2")).get("availability_zone"))
    arn = text(segment.get("resource_arn"), 400) or text(aws.get("function_arn"), 400)
    parts = arn.split(":")
    is_function = len(parts) >= 7 and parts[2] == "lambda" and parts[5] == "function"
    identities = (":".join(parts[:7]),) if is_function else ()
    region = parts[3] if is_function else zone[:-1] if zone[-1:].isalpha() and zone[-2:-1].isdigit() else ""
    named = Named(found.name, kind=found.kind, service=found.service, provider="", addressed=found.addressed)
    return Place(named, identities=identities, region=region, provider="aws" if region else "", account=account)


def _peers(part: Mapping[str, Any]) -> tuple[Peer, ...]:
    """What a subsegment calls."""
    kind = part.get("namespace")
    if kind == "aws":
        said = mapping(part.get("aws"))
        region = text(said.get("region"))
        return calls(text(part.get("name")), said, region)
    if kind != "remote":
        return ()
    sql = mapping(part.get("sql"))
    if sql:
        host = callee(text(part.get("name")).rpartition("@")[2], "database", _software(sql))
        return (Peer(host),) if host else ()
    for called in (text(part.get("name")), text(mapping(mapping(part.get("http")).get("request")).get("url"), 4_000)):
        found = callee(called) if called else None
        if found:
            return (Peer(found),)
    return ()


def _software(sql: Mapping[str, Any]) -> str:
    return name(sql.get("database_type")).lower()
