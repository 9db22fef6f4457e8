"""What a package of a program shows: the vendor it is a client of, or a cloud's service without a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blastradius.catalog import data
from blastradius.model import Kind


@dataclass(frozen=True, slots=True)
class Library:
    """A package that is somebody's client.

    Attributes:
        vendor: id of the vendor; empty for a cloud's library.
        provider: the cloud; empty for a vendor's library.
        service: catalog id of the cloud's service; empty where it may call any.
        kind: of what is used there; None for any.
        elsewhere: settings that lead the same library to a compatible host instead.
    """

    vendor: str = ""
    provider: str = ""
    service: str = ""
    kind: Kind | None = None
    elsewhere: tuple[str, ...] = ()


def library(text: str) -> Library | None:
    """What a package is a client of; None for one that is nobody's, or anybody's.

    Args:
        text: ecosystem and name, such as `npm:stripe`; pip, nuget, composer and cargo names in lower case.
    """
    return _libraries().get(text)


@data.kept
def _libraries() -> dict[str, Library]:
    read = data.read("packages.yaml")
    found = {
        name: Library(vendor=row["id"], elsewhere=tuple(row.get("elsewhere", ())))
        for row in read["packages"]
        for name in row["packages"]
    }
    for cloud in read["clouds"]:
        provider = cloud["id"]
        found |= {name: Library(provider=provider) for name in cloud["libraries"]}
        for row in cloud["services"]:
            one = Library(provider=provider, service=row["service"], kind=row["kind"])
            found |= dict.fromkeys(_clients(cloud["clients"], row["names"]), one)
    return found


def _clients(shapes: list[str], names: list[str]) -> Iterator[str]:
    for name in names:
        if ":" in name:
            yield name
        else:
            yield from (shape.replace("{service}", name) for shape in shapes)
