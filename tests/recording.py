"""What was recorded at run time, written down by a test in any format, and the calls that a scan makes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blastradius.assemble import assemble
from blastradius.model import Inventory
from blastradius.scanners import scan

NUMBERS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}


@dataclass(frozen=True)
class Work:
    """One span: `service` did it, caused by the span with the id `parent`."""

    id: str
    parent: str
    service: str
    side: str = "server"
    said: tuple[tuple[str, Any], ...] = ()
    resource: tuple[tuple[str, str], ...] = ()
    trace: str = "aa"


def work(id: str, parent: str, service: str, side: str = "server", /, **fields: Any) -> Work:
    """A span; fields are attributes with `_` for `.`, those of `resource` as a dictionary."""
    resource = tuple(fields.pop("resource", {}).items())
    said = tuple((key.replace("_", "."), value) for key, value in fields.pop("said", {}).items())
    said += tuple(fields.pop("exact", {}).items())
    return Work(id, parent, service, side, said, resource, **fields)


def otlp(*spans: Work) -> Any:
    """The spans as an OTLP request, a resource each."""
    return {"resourceSpans": [_resource(one) for one in spans]}


def _resource(one: Work) -> dict[str, Any]:
    attributes = {"service.name": one.service, **dict(one.resource)} if one.service else dict(one.resource)
    span = {
        "traceId": one.trace,
        "spanId": one.id,
        "parentSpanId": one.parent,
        "name": "n",
        "attributes": _otlp(dict(one.said)),
    }
    span["kind"] = NUMBERS[one.side]
    return {"resource": {"attributes": _otlp(attributes)}, "scopeSpans": [{"spans": [span]}]}


def _otlp(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in said.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    return {"boolValue": value} if isinstance(value, bool) else {"stringValue": value}


def jaeger(*spans: Work) -> Any:
    """The spans as Jaeger's API gives them."""
    found: dict[str, list[dict[str, Any]]] = {}
    processes = {}
    for number, one in enumerate(spans):
        processes[f"p{number}"] = {
            "serviceName": one.service,
            "tags": [{"key": k, "value": v} for k, v in one.resource],
        }
        tags = [{"key": "span.kind", "value": one.side}, *({"key": k, "value": v} for k, v in one.said)]
        references = [{"refType": "CHILD_OF", "traceID": one.trace, "spanID": one.parent}] if one.parent else []
        found.setdefault(one.trace, []).append(
            {
                "traceID": one.trace,
                "spanID": one.id,
                "operationName": "n",
                "references": references,
                "tags": tags,
                "processID": f"p{number}",
            }
        )
    return {"data": [{"traceID": trace, "spans": rows, "processes": processes} for trace, rows in found.items()]}


def zipkin(*spans: Work) -> Any:
    """The spans in Zipkin's second format."""
    return [
        {"traceId": one.trace, "id": one.id, "name": "n", "timestamp": 1, "tags": dict(one.said)}
        | ({"kind": one.side.upper()} if one.side != "internal" else {})
        | ({"parentId": one.parent} if one.parent else {})
        | {"localEndpoint": {"serviceName": one.service}}
        for one in spans
    ]


def inventory(folder: Path, files: dict[str, Any]) -> Inventory:
    """Write files (JSON where they are no text) below `folder/shop`, scan and assemble them."""
    top = folder / "shop"
    for name, content in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    result = scan([top])
    return assemble(result.facts, result.coverage, result.roots)


def calls(found: Inventory) -> set[str]:
    """Calls as `cart -> redis`, `[soft]` where they are; alternatives as `web -> a | b`; places are left out."""
    names = {one.id: one.name for one in found.components}
    drawn = set()
    for one in found.dependencies:
        if one.evidence[0].scanner not in ("assemble", "catalog"):
            soft = " [soft]" if one.strength == "soft" else ""
            drawn.add(f"{names[one.dependent]} -> {names[one.dependency]}{soft}")
    for group in found.redundancies:
        drawn.add(f"{names[group.dependent]} -> {' | '.join(sorted(names[id] for id in group.members))}")
    return drawn


def uncertain(found: Inventory) -> dict[str, str]:
    """Why the dependencies of components are uncertain, by name."""
    names = {one.id: one.name for one in found.components}
    return {names[g.component]: g.reason for g in found.gaps if g.hides == "dependency" and g.component}


def notes(found: Inventory, scanner: str) -> dict[str, int]:
    """What a scanner left out."""
    return next((dict(one.unmapped) for one in found.coverage.scanners if one.scanner == scanner), {})
