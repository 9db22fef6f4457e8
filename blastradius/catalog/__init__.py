"""The catalog: cited data on what texts in configuration stand for, and how much such things are usually needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from blastradius.catalog import data
from blastradius.catalog.addresses import Address, Image, has_variable, parse_address, parse_image, redact
from blastradius.catalog.defaults import Default, default_for
from blastradius.catalog.images import ImageKind, is_synthetic_name, kind_of_image
from blastradius.catalog.packages import Library, library
from blastradius.catalog.patterns import Hosts, Row
from blastradius.catalog.places import component_for_id, location_gap, place_named
from blastradius.catalog.recognised import Recognised, from_arn, from_pattern, from_vendor
from blastradius.model import Component, Role

__all__ = [
    "Address",
    "Catalog",
    "Default",
    "Image",
    "ImageKind",
    "Library",
    "Recognised",
    "component_for_id",
    "has_variable",
    "is_synthetic_name",
    "kind_of_image",
    "load",
    "location_gap",
    "parse_address",
    "parse_image",
    "redact",
]


class Catalog:
    """Answers what a text stands for; reads a data file when it first needs it.

    Args:
        read: gives the content of a data file by its name.
    """

    def __init__(self, read: Callable[[str], dict[str, Any]] = data.read) -> None:
        self._read = read
        self._seen: dict[tuple[str, Role], Recognised | None] = {}

    def rows(self) -> Iterator[Row]:
        """All records that recognise hosts, in the order in which they are tried."""
        aws, clouds = self._read("aws.yaml"), self._read("clouds.yaml")
        for record in self._read("registries.yaml")["registries"]:
            yield Row(f"registries.yaml {record['id']}", "", record)
        for record in aws["patterns"]:
            yield Row(f"aws.yaml {record['id']}", "aws", record, aws["region_format"])
        for record in clouds["patterns"]:
            origin = f"clouds.yaml {record['provider']} {record['id']}"
            yield Row(origin, record["provider"], record, clouds["region_formats"][record["provider"]])
        for record in self._read("vendors.yaml")["vendors"]:
            yield Row(f"vendors.yaml {record['id']}", "", record)

    @cached_property
    def _hosts(self) -> Hosts:
        return Hosts(self.rows())

    def recognise(self, text: str, role: Role) -> Recognised | None:
        """What a text stands for, None where no record knows it.

        Args:
            text: an ARN, a URL or host, an image reference, a package as `npm:stripe`.
            role: what sort of text it is; an image without a registry is on Docker Hub only where the role says image.
        """
        key = (text, role)
        if key not in self._seen:
            self._seen[key] = self._recognise(text, role)
        return self._seen[key]

    def _recognise(self, text: str, role: Role) -> Recognised | None:
        if role == "package":
            return self._package(text)
        if role == "image":
            return self._image(text)
        if text.startswith("arn:"):
            return from_arn(text)
        address = parse_address(text)
        if address is not None and not address.scheme.startswith(("s3", "gs")) and address.private:
            return self._text(text)
        found = self._hosts.find(address) if address is not None else None
        if found is None:
            return self._text(text)
        return from_pattern(*found, host=address.host if address else "")

    def _text(self, text: str) -> Recognised | None:
        """What is no address: a user pool's id, a Cloud SQL connection name."""
        if len(text) > 200 or "/" in text or ("_" not in text and text.count(":") != 2):
            return None
        for pattern in self._hosts.texts:
            found = re.fullmatch(pattern.regex.pattern, text, re.IGNORECASE)
            if found is not None:
                return from_pattern(pattern, found.groupdict(), host="")
        return None

    def _image(self, text: str) -> Recognised | None:
        image = parse_image(text)
        if image is None:
            return None
        address = parse_address(image.registry)
        if address is None or address.private:
            return None
        found = self._hosts.find(Address(address.host, address.port, image.repository))
        return from_pattern(*found, host="") if found else None

    def library(self, text: str) -> Library | None:
        """What a package is a client of, see `catalog.packages.library`; None for one that is nobody's, or anybody's."""
        return library(text)

    def _package(self, text: str) -> Recognised | None:
        found = library(text)
        row = self._vendors.get(found.vendor) if found else None  # a cloud's library tells neither place nor resource
        return from_vendor(row) if row else None

    @cached_property
    def _vendors(self) -> dict[str, Row]:
        return {f"vendor:{row.data['id']}": row for row in self.rows() if not row.provider}

    def component_for_id(self, id: str) -> Component | None:
        """The component that an id of well-known shape stands for, such as `aws:region/us-east-1`; None for other ids."""
        return component_for_id(id)

    def place(self, kind: str, name: str) -> Component | None:
        """The region or provider of that name, None where no known provider names its regions so."""
        return place_named(kind, name)

    def defaults(
        self,
        *,
        via: str = "",
        role: Role = "any",
        port: int | None = None,
        dependent: Component | None = None,
        dependency: Component | None = None,
    ) -> Default:
        """Strength, phase, tolerance and reason of a dependency whose source does not state them; see `default_for`."""
        return default_for(via=via, role=role, port=port, dependent=dependent, dependency=dependency)


@data.kept
def load() -> Catalog:
    """The catalog, the same one at every call; costs nothing until it is asked."""
    return Catalog()
