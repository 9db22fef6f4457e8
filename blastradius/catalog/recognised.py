"""What the catalog makes of a text: the components it stands for, built from the record that matched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from blastradius.catalog import data, places
from blastradius.catalog.patterns import Pattern, Row, expand
from blastradius.model import Component, Evidence, Gap, Kind

_KINDS: dict[str, Kind] = {one: one for one in get_args(Kind)}
_GLOBAL_SERVICES = frozenset(
    {
        "iam",
        "organizations",
        "route53",
        "cloudfront",
        "globalaccelerator",
        "route53-recovery-control",
        "budgets",
        "ce",
        "health",
        "support",
    }
    | {"account", "shield", "waf", "savingsplans"}
)
_ARN = re.compile(
    r"arn:(?P<partition>aws(?:-[a-z-]+)?):(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*):(?P<account>\d{12}|aws|):(?P<resource>\S+)"
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a text was recognised as.

    Attributes:
        id: of the component that the text refers to.
        components: to add, that one included.
        record: the record that matched, such as `aws.yaml sqs-queue`.
        confidence: how much the record is worth: `high`, `medium` or `low`.
        note: what the record says beside, if anything.
        gap: where it is not known in which place it lies.
    """

    id: str
    components: tuple[Component, ...]
    record: str
    confidence: str
    note: str | None = None
    gap: Gap | None = None


def from_pattern(pattern: Pattern, captures: dict[str, str], host: str) -> Recognised:
    """Build what a host pattern recognised; `host` is the host as it was written."""
    row = pattern.row
    if not row.provider:
        return from_vendor(row)
    record = row.data
    region = _region(record, captures)
    service = record["service"] or _service_name(captures.get("service", ""))
    if not record.get("kind"):
        return _whole_service(row, region, service)
    key = record.get("key", "{id}").format_map(_Holes(captures))
    id = f"{row.provider}:resource/{region or places.UNKNOWN}/{service}/{key}"
    identities: tuple[str, ...] = () if record.get("path") or record.get("schemes") or not host else (host,)
    if record.get("arn"):
        id = f"arn:{_partition(region)}:" + record["arn"].format_map(_Holes({**captures, "region": region or ""}))
        identities = (id, *identities)
    component = Component(
        id=id,
        kind=_kind(record["kind"]),
        name=captures.get("id", key),
        service=service,
        provider=row.provider,
        region=region,
        account=captures.get("account"),
        identities=identities,
        evidence=_evidence(row),
    )
    return _done(row, component)


def from_vendor(row: Row) -> Recognised:
    """Build the vendor of a record."""
    component = Component(
        id=f"vendor:{row.data['id']}",
        kind="vendor",
        name=row.data["id"],
        aliases=(row.data["name"],) if row.data["name"] != row.data["id"] else (),
        region=places.GLOBAL if row.data.get("complete") and not row.data.get("needs") else None,
        attributes={"category": row.data["category"]} | (places.ALL_KNOWN if row.data.get("complete") else {}),
        evidence=_evidence(row),
    )
    return _done(row, component)


def from_arn(text: str) -> Recognised | None:
    """Build what an ARN names; the service itself where its resource is a wildcard or of no known type."""
    found = _ARN.fullmatch(text)
    if found is None:
        return None
    service, resource = found["service"], found["resource"]
    name = _service_name(service)
    region = found["region"] or (places.GLOBAL if name in _GLOBAL_SERVICES else None)
    region = None if region == "*" else region
    for row, shape in _arn_shapes().get(service, ()):
        match = shape.match(resource)
        if match is None or "*" in match[0]:
            continue
        component = Component(
            id=text[: len(text) - len(resource)] + match[0],
            kind=_kind(row.data["kind"]),
            name=match["name"].rpartition("/")[2],
            service=name,
            provider="aws",
            region=region,
            account=found["account"] if found["account"].isdigit() else None,
            identities=(text[: len(text) - len(resource)] + match[0],),
            evidence=_evidence(row),
        )
        return _done(row, component)
    row = Row("aws.yaml arns", "aws", {"id": "arn", "confidence": "medium", "note": None})
    return _whole_service(row, region, name)


@data.kept
def _arn_shapes() -> dict[str, list[tuple[Row, re.Pattern[str]]]]:
    shapes: dict[str, list[tuple[Row, re.Pattern[str]]]] = {}
    for record in data.read("aws.yaml")["arns"]:
        row = Row(f"aws.yaml arn {record['service']}", "aws", record)
        text = expand(record["resource"], part=r"[^/:\s]+")
        shapes.setdefault(record["service"], []).append((row, re.compile(text)))
    return shapes


def _whole_service(row: Row, region: str | None, service: str) -> Recognised:
    plane = row.data.get("plane", "platform")
    id = places.service_id(row.provider, region, service, plane)
    component = places.component_for_id(id)
    if component is None:  # a service name that no id can hold: a record of ours is wrong
        raise ValueError(f"{row.origin}: {id!r} is not an id")
    if row.data.get("category"):
        component = component.model_copy(update={"attributes": {"category": row.data["category"]}})
    return _done(row, component)


def _done(row: Row, component: Component) -> Recognised:
    return Recognised(
        id=component.id,
        components=(component,),
        record=row.origin,
        confidence=row.data["confidence"],
        note=row.data.get("note"),
        gap=places.location_gap(component),
    )


def _region(record: Mapping[str, Any], captures: Mapping[str, str]) -> str | None:
    if "code" in captures:
        return places.region_of_code(captures["code"])
    region = captures.get("region") or record.get("region")
    return None if region in (None, places.UNKNOWN) else str(region)


def _partition(region: str | None) -> str:
    if region and region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region and region.startswith("us-gov-") else "aws"


def _service_name(text: str) -> str:
    names: dict[str, str] = data.read("aws.yaml")["service_names"][0]["names"]
    return names.get(text) or names.get(text.rpartition(".")[2]) or text.rpartition(".")[2]


def _kind(text: str) -> Kind:
    found = _KINDS.get(text)
    if found is None:
        raise ValueError(f"{text!r} is no kind of component")
    return found


def _evidence(row: Row) -> tuple[Evidence, ...]:
    note = f"recognised by its name; confidence {row.data['confidence']}"
    return (Evidence(scanner="catalog", locator=f"catalog: {row.origin}", basis="inferred", note=note),)


class _Holes(dict[str, str]):
    """Captures in which a name that matched nothing is a mistake in the data, told by the record's test."""

    def __missing__(self, key: str) -> str:
        raise ValueError(f"no text stands for {{{key}}}")
