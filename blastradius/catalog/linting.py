"""What is wrong with records of the catalog: each by itself, and beside the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blastradius.catalog import data, places
from blastradius.catalog.complaining import Complaint
from blastradius.catalog.records import (
    RECOLLECTION,
    OtherRecord,
    Partition,
    Pattern,
    Record,
    Service,
    ServiceDependency,
    Sla,
    Vendor,
)
from blastradius.catalog.services import ALL, PROVIDERS, whole_id
from blastradius.complaints import complaint
from blastradius.documents import line_of

_MODELS: dict[str, type[Record]] = {
    "services": Service,
    "dependencies": ServiceDependency,
    "vendors": Vendor,
    "registries": Vendor,
    "patterns": Pattern,
    "slas": Sla,
    "partitions": Partition,
}
_SAYS = ("source", "confidence", "as_of")
_INCIDENT = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A record where it stands: as written, and as it counts with what it overrides.

    Attributes:
        file: of the catalog that it belongs to, such as `aws.yaml`.
        where: path of the file that it is written in, as it is shown.
        part: list of the file that it stands in, such as `services`.
        line: on which it begins, from 1.
        written: as it stands there.
        whole: with what it takes over from the shipped record of its id.
    """

    file: str
    where: str
    part: str
    line: int
    written: Mapping[str, Any]
    whole: dict[str, Any]

    def complain(self, text: str, key: str | None = None) -> Complaint:
        """A complaint on the record's line, or on that of one of its keys."""
        line = line_of(self.written, key) if key else None
        name = f"{self.whole['id']}: " if self.whole.get("id") else ""
        return Complaint(self.where, line or self.line, f"{name}{text}")


def record_complaints(entry: Entry, sources: Mapping[str, Any]) -> Iterator[Complaint]:
    """What is wrong with a record by itself."""
    missing = [key for key in _SAYS if not entry.written.get(key)]
    if missing:
        yield entry.complain(f"says no {' and no '.join(missing)}: every record does")
        return
    model = _MODELS.get(entry.part, OtherRecord)
    value = entry.whole if model is not OtherRecord else {key: entry.whole.get(key) for key in (*_SAYS, "check")}
    from pydantic import ValidationError

    try:
        model.model_validate(value)
    except ValidationError as wrong:
        yield Complaint(entry.where, entry.line, _words(complaint(wrong, model, "", lambda path: entry.line)))
        return
    for cited in _cited(entry.written):
        unknown = [key for key in cited["source"] if key not in sources]
        if unknown:
            yield entry.complain(f"source {', '.join(unknown)} is not among the file's sources", "source")
        if set(cited["source"]) == {RECOLLECTION} and cited["confidence"] == "high":
            yield entry.complain("a recollection is never at high confidence: medium or low", "confidence")
    unchecked = model is not OtherRecord and set(entry.written["source"]) == {RECOLLECTION}
    if unchecked and not entry.whole.get("check"):
        yield entry.complain("a recollection names a page to look it up on: check: https://…", "source")


def _words(text: str) -> str:
    """A complaint without the place that `complaint` puts before it."""
    return re.sub(r"^:\d+: ", "", text)


def _cited(value: Any) -> Iterator[Mapping[str, Any]]:
    """A record and what it holds that is cited apart."""
    if isinstance(value, dict):
        if isinstance(value.get("source"), list) and "confidence" in value:
            yield value
        for inner in value.values():
            yield from _cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cited(inner)


def twice(entries: Iterable[Entry]) -> Iterator[Complaint]:
    """Ids that stand twice in one list."""
    seen: dict[tuple[Any, ...], int] = {}
    for entry in entries:
        key = (entry.file, entry.part, *data.identity(dict(entry.written)))
        if "id" in entry.written and key in seen:
            yield entry.complain(f"stands twice, first on line {seen[key]}", "id")
        seen.setdefault(key, entry.line)


def dangling(entries: Iterable[Entry], whole: Mapping[str, dict[str, Any]]) -> Iterator[Complaint]:
    """What names a service, vendor, region or incident that is not there."""
    services = {
        f"{provider}:{one['id']}" for provider in PROVIDERS for one in whole[f"{provider}.yaml"].get("services", ())
    }
    services |= {f"{provider}:{ALL}" for provider in PROVIDERS}
    vendors = {one["id"] for name in ("registries", "vendors") for one in whole[f"{name}.yaml"][name]}
    for entry in entries:
        provider = entry.file.removesuffix(".yaml")
        if entry.part == "services":
            for key in ("part_of", "home"):
                text = entry.whole.get(key)
                if text and not (
                    _is_region(provider, text) if key == "home" else _part(f"{provider}:{text}", services)
                ):
                    yield entry.complain(f"{key}: there is no {text}", key)
        if entry.part == "dependencies":
            for key in ("dependent", "dependency", "when"):
                text = entry.whole.get(key)
                if text and whole_id(text, provider) not in services:
                    yield entry.complain(f"{key}: there is no service {text}", key)
        for need in entry.whole.get("needs", ()) if entry.part in ("vendors", "registries") else ():
            if not _known(need["on"], services, vendors):
                yield entry.complain(f"needs: there is no {need['on']}", "needs")
        if entry.part == "packages" and entry.whole["id"].removeprefix("vendor:") not in vendors:
            yield entry.complain("there is no such vendor", "id")
        for text in _incidents(entry.written):
            if not _INCIDENT.fullmatch(text) and not text.startswith("other:"):
                yield entry.complain(f"{text} is no incident: write its day and a name", "observed_in")


def _part(key: str, services: set[str]) -> bool:
    return key in services or key == "aws:aws"


def _is_region(provider: str, text: str) -> bool:
    return provider not in places.PROVIDERS or places.provider_of_region(text) == provider


def _known(id: str, services: set[str], vendors: set[str]) -> bool:
    """Whether a need of a vendor names something that can be."""
    component = places.component_for_id(id)
    if component is None:
        return False
    if component.kind == "vendor":
        return component.name in vendors
    if component.kind in ("platform", "control-plane") and f"{component.provider}:{component.service}" not in services:
        return False
    region = component.region
    return region in (None, places.GLOBAL) or _is_region(component.provider or "", region or "")


def _incidents(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("incident"), str):
            yield value["incident"]
        yield from (str(one) for one in value.get("observed_in") or ())
        for key in ("needs", "incidents"):
            yield from _incidents(value.get(key))
    elif isinstance(value, list):
        for one in value:
            yield from _incidents(one)


def untrue(entries: Iterable[Entry], whole: Mapping[str, dict[str, Any]]) -> Iterator[Complaint]:
    """Patterns that do not recognise what they say."""
    from blastradius.catalog import Catalog
    from blastradius.catalog.patterns import Row

    catalog = Catalog(lambda name: whole[name])
    for entry in entries:
        if entry.part == "patterns":
            provider = entry.whole.get("provider") or entry.file.removesuffix(".yaml")
            stem = f"{entry.file} {provider} " if entry.whole.get("provider") else f"{entry.file} "
            found = catalog.recognise(entry.whole["example"], "any")
            if found is None or found.record != f"{stem}{entry.whole['id']}":
                said = f"is {found.record}" if found else "nothing"
                yield entry.complain(f"its example {entry.whole['example']} is recognised as {said}", "example")
        if entry.part in ("vendors", "registries"):
            for host in Row("", "", entry.whole).hosts:
                found = catalog.recognise(f"https://{_sample(host)}", "address")
                if found is None or found.id != f"vendor:{entry.whole['id']}":
                    yield entry.complain(
                        f"its host {host} is recognised as {found.id if found else 'nothing'}", "hosts"
                    )


def _sample(host: str) -> str:
    """A host that a template is meant to recognise."""
    return re.sub(r"^\*\.", "some.where.", host).replace("*", "x1")
