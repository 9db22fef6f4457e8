"""What runs in a container, by the name of its image, and which workloads only make traffic."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass

from blastradius.catalog import data
from blastradius.catalog.addresses import parse_image
from blastradius.model import Kind


@dataclass(frozen=True, slots=True)
class ImageKind:
    """What an image's name tells.

    Attributes:
        id: the record that matched.
        kind: of the component that runs it; None where it stays a service.
        purpose: `telemetry`, `synthetic`, `sidecar`, `tool`; empty for the user's own work.
    """

    id: str
    kind: Kind | None
    purpose: str


def matcher(globs: Iterable[str]) -> re.Pattern[str]:
    """One expression for several shell patterns; matches whole texts."""
    return re.compile("|".join(f"(?:{fnmatch.translate(glob)})" for glob in globs))


@data.kept
def _records() -> list[tuple[re.Pattern[str], ImageKind]]:
    rows = data.read("images.yaml")["images"]
    return [(matcher(row["images"]), ImageKind(row["id"], row.get("kind"), row.get("purpose", ""))) for row in rows]


@data.kept
def _synthetic() -> re.Pattern[str]:
    return matcher(name for row in data.read("images.yaml")["synthetic_names"] for name in row["names"])


@data.kept
def kind_of_image(text: str) -> ImageKind | None:
    """What an image reference such as `quay.io/team/redis:7` says of the container that runs it; None where it says nothing."""
    image = parse_image(text)
    if image is None:
        return None
    return next((kind for shape, kind in _records() if shape.match(image.base)), None)


def is_synthetic_name(name: str) -> bool:
    """Whether a workload is named like one that only makes traffic, such as `loadgenerator`."""
    return _synthetic().match(name.lower()) is not None
