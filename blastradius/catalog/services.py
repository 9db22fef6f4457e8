"""What providers' services and vendors need themselves: the records by id, read when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from blastradius.catalog import data
from blastradius.catalog.records import Cited, Partition, Service, ServiceDependency, Sla, Vendor

PROVIDERS = ("aws", "gcp", "azure", "cloudflare")
ALL = "all-services"
R = TypeVar("R", bound=Cited)


def services() -> Mapping[str, Service]:
    """All services by `provider:id`, such as `aws:dynamodb`."""
    return MappingProxyType({key: one for provider in PROVIDERS for key, one in services_of(provider).items()})


def service_dependencies() -> Sequence[ServiceDependency]:
    """What services need of each other, by provider, in the order of the files; both ends are `provider:id`."""
    return tuple(one for provider in PROVIDERS for one in dependencies_of(provider))


@data.kept
def services_of(provider: str) -> Mapping[str, Service]:
    """The services of one provider by `provider:id`; none for one without a file."""
    if provider not in PROVIDERS:
        return {}
    rows = data.read(f"{provider}.yaml").get("services", ())
    made = (Service.model_validate({**row, "provider": provider}) for row in rows)
    return MappingProxyType({one.key: one for one in made})


@data.kept
def dependencies_of(provider: str) -> Sequence[ServiceDependency]:
    """What the services of one provider need; none for one without a file."""
    if provider not in PROVIDERS:
        return ()
    file = f"{provider}.yaml"
    return tuple(_dependency(row, provider, file) for row in data.read(file).get("dependencies", ()))


def _dependency(row: Mapping[str, Any], provider: str, file: str) -> ServiceDependency:
    ends = {end: whole_id(row[end], provider) for end in ("dependent", "dependency")}
    when = {"when": whole_id(row["when"], provider)} if row.get("when") else {}
    return ServiceDependency.model_validate({**row, **ends, **when, "file": file})


def whole_id(text: str, provider: str) -> str:
    """A service as `provider:id`, where a file may leave out its own provider."""
    return text if ":" in text else f"{provider}:{text}"


@data.kept
def vendors() -> Mapping[str, Vendor]:
    """All vendors by id, such as `docker-hub`; registries of images and packages are vendors, too."""
    rows: dict[str, dict[str, Any]] = {}
    for file, part in (("registries.yaml", "registries"), ("vendors.yaml", "vendors")):
        for row in data.read(file)[part]:
            rows[row["id"]] = {**row, **rows.get(row["id"], {}), **_stronger(row, rows.get(row["id"])), "file": file}
    return _Vendors(dict(sorted(rows.items())))


class _Vendors(Mapping[str, Vendor]):
    """Vendors by id, each made of its row when it is first asked for: a system has a few of hundreds.

    Args:
        rows: by id.
    """

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        self._rows = rows
        self._made: dict[str, Vendor] = {}

    def __getitem__(self, id: str) -> Vendor:
        if id not in self._made:
            self._made[id] = Vendor.model_validate(self._rows[id])
        return self._made[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _stronger(row: Mapping[str, Any], other: Mapping[str, Any] | None) -> dict[str, Any]:
    """Of a vendor in two files, recognised by one and described by the other: sources of both, confidence of the description."""
    if other is None:
        return {}
    sources = list(dict.fromkeys([*row["source"], *other["source"]]))
    return {"source": sources, "confidence": row["confidence"]}


@data.kept
def partitions() -> Mapping[str, Partition]:
    """Partitions of AWS by id."""
    made = (Partition.model_validate(row) for row in data.read("aws.yaml")["partitions"])
    return MappingProxyType({one.id: one for one in made})


@data.kept
def slas() -> Mapping[tuple[str, str], Sla]:
    """Published service levels by provider and id."""
    made = (Sla.model_validate(row) for row in data.read("slas.yaml")["slas"])
    return MappingProxyType({(one.provider, one.id): one for one in made})
