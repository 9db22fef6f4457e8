"""AWS Config: snapshots, histories and single items, as its channel and its API give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from blastradius.model import Component, DependencyFact, Evidence, Fact, RedundancyFact, Reference
from blastradius.scanners.addresses import valid_host
from blastradius.scanners.base import Scanned
from blastradius.scanners.loose import mapping, records
from blastradius.scanners.observed.configtypes import BESIDE, NEEDS, TYPES, Need
from blastradius.scanners.observed.reading import Piece, Read
from blastradius.scanners.observed.recorded import RecordedFormat
from blastradius.scanners.observed.values import Lines, name, text

_GONE = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"})
_ITEMS = ("configurationItems", "baseConfigurationItems", "ConfigurationItems", "BaseConfigurationItems")
_HOSTS = ("dNSName", "dnsName", "DNSName", "domainName", "endpoint", "configurationEndpoint", "readerEndpoint")


@dataclass(frozen=True, slots=True)
class Item:
    """A resource as AWS Config recorded it.

    Attributes:
        said: the item.
        type: such as `AWS::EC2::Instance`.
        id: of the resource, unique within its type, region and account.
        where: `path:line`.
        taken: when it was recorded.
    """

    said: dict[str, Any]
    type: str
    id: str
    where: str
    taken: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells resources apart."""
        return self.account, self.region, self.type, self.id

    @property
    def account(self) -> str:
        """Account id; empty where it is not recorded."""
        return text(self.said.get("awsAccountId")) or text(self.said.get("accountId"))

    @property
    def region(self) -> str:
        """Region, or `global`; empty where it is not recorded."""
        return text(self.said.get("awsRegion"))

    @property
    def arn(self) -> str:
        """ARN, spelled in either way."""
        found = text(self.said.get("ARN"), 2_000) or text(self.said.get("arn"), 2_000)
        return found if found.startswith("arn:aws") and found.count(":") >= 5 else ""


@dataclass(slots=True)
class Source:
    """What was read."""

    items: dict[tuple[str, str, str, str], Item] = field(default_factory=dict)
    files: Read = field(default_factory=Read)


class ConfigFormat(RecordedFormat[Source]):
    """Reads what AWS Config recorded of resources and their relationships."""

    name = "awsconfig"

    def empty(self) -> Source:
        """Nothing."""
        return Source()

    def take(self, piece: Piece, source: Source, root: str) -> bool:
        """Keep what a document says; False where it is of another format."""
        return _take(piece, source)

    def translate(self, source: Source, root: str) -> Scanned:
        """Resources, where they are, and what they need of each other."""
        there = {
            key: one for key, one in source.items.items() if text(one.said.get("configurationItemStatus")) not in _GONE
        }
        known = [one for one in there.values() if one.type in TYPES]
        ids = {one.key: one.arn or f"awsconfig:{root}/{'/'.join(part for part in one.key if part)}" for one in known}
        notes: dict[str, int] = {}
        for one in there.values():
            if one.type not in TYPES and one.type not in BESIDE:
                notes[one.type] = notes.get(one.type, 0) + 1
        facts: list[Fact] = [_component(one, ids[one.key]) for one in known]
        facts += _needs(known, ids)
        return Scanned((*facts, *source.files.gaps), len(source.files.paths), len(source.files.gaps), notes)


def _take(piece: Piece, source: Source) -> bool:
    found = False
    arns: Lines | None = None
    ids: Lines | None = None
    for said in _items(piece.value):
        type, id = text(said.get("resourceType")), text(said.get("resourceId"), 400)
        if not type or not id:
            continue
        found = True
        # type and id stand in relationships of others, too
        arns, ids = (
            arns or Lines(piece.content, "ARN", "arn", fixed=piece.line),
            ids or Lines(piece.content, "resourceId", fixed=piece.line),
        )
        arn = said.get("ARN") or said.get("arn")
        line = arns.of(arn) if arn else ids.of(id)
        item = Item(said, type, id, f"{piece.path}:{line}", text(said.get("configurationItemCaptureTime")))
        before = source.items.get(item.key)
        if before is None or before.taken < item.taken:
            source.items[item.key] = item
    return found


def _items(value: Any) -> Iterator[dict[str, Any]]:
    for document in records(value if isinstance(value, list) else [value]):
        for key in _ITEMS:
            yield from records(document.get(key))
        yield from records([document.get("configurationItem")])
        if "configurationItemStatus" in document:
            yield document


def _settings(item: Item) -> dict[str, Any]:
    """The configuration of a resource; the API gives it as JSON within JSON."""
    found = item.said.get("configuration")
    if isinstance(found, str) and len(found) < 1_000_000:
        try:
            found = orjson.loads(found)
        except orjson.JSONDecodeError:
            return {}
    return mapping(found)


def _component(item: Item, id: str) -> Component:
    row = TYPES[item.type]
    settings = _settings(item)
    zone = text(item.said.get("availabilityZone"))
    called = name(item.said.get("resourceName")) or name(item.id)
    region = item.region if item.region not in ("", "global") else "global" if item.region else None
    hosts = {host for key in _HOSTS if (host := _host(settings.get(key)))}
    return Component(
        id=id,
        kind=row.kind,
        name=called or item.id,
        type=item.type,
        service=row.service,
        provider="aws",
        region=region,
        zone=zone if row.zonal and region and zone.startswith(region) and zone[len(region) :].isalpha() else None,
        account=item.account or None,
        identities=tuple(sorted({*hosts, *([item.arn] if item.arn else [])})),
        aliases=(item.id,) if item.id != called else (),
        evidence=(
            Evidence(
                scanner="awsconfig", locator=item.where, basis="observed", note=f"recorded {item.taken[:10]}".strip()
            ),
        ),
    )


def _host(value: Any) -> str:
    found = text(mapping(value).get("address")) if isinstance(value, dict) else text(value)
    found = found.lower().rstrip(".")
    return found if "." in found and valid_host(found) else ""


def _needs(known: list[Item], ids: dict[tuple[str, str, str, str], str]) -> Iterator[Fact]:
    """Relationships that are needs, each once, whichever side lists it."""
    names: dict[tuple[str, str, str], list[Item]] = {}
    for one in known:
        for called in {one.id, text(one.said.get("resourceName"))} - {""}:
            names.setdefault((one.account, one.type, called), []).append(one)
    pairs: dict[tuple[str, str], tuple[Item, Item, Need, str]] = {}
    for one in known:
        for said in records(one.said.get("relationships")):
            type = text(said.get("resourceType"))
            called = text(said.get("resourceId"), 400) or text(said.get("resourceName"), 400)
            how = (text(said.get("name")) or text(said.get("relationshipName"))).lower()
            others = [
                other for other in names.get((one.account, type, called), ()) if other.region in (one.region, "global")
            ]
            for other in others:
                for dependent, dependency in ((one, other), (other, one)):
                    need = NEEDS.get((dependent.type, dependency.type))
                    if need is not None:
                        pairs.setdefault((ids[dependent.key], ids[dependency.key]), (dependent, dependency, need, how))
    yield from _facts(pairs)


def _facts(pairs: dict[tuple[str, str], tuple[Item, Item, Need, str]]) -> Iterator[Fact]:
    groups: dict[tuple[str, str], list[tuple[str, Evidence]]] = {}
    for (dependent, dependency), (one, other, need, how) in pairs.items():
        evidence = Evidence(scanner="awsconfig", locator=one.where, basis="observed", note=how or None)
        if need.any_of:
            groups.setdefault((dependent, other.type), []).append((dependency, evidence))
            continue
        yield DependencyFact(
            dependent=dependent,
            reference=Reference(texts=(dependency,), role="resource"),
            via="relationship",
            evidence=(evidence,),
        )
    for (dependent, _), members in groups.items():
        yield RedundancyFact(
            dependent=dependent,
            members=tuple(Reference(texts=(id,), role="resource") for id, _ in sorted(members)),
            full=len(members),
            via="relationship",
            reason="each of them does the same",
            evidence=tuple(dict.fromkeys(piece for _, piece in members)),
        )
