"""What runs in a container, by the name of its image, and which workloads only make traffic."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass

from blastradius.catalog import data
from blastradius.catalog.addresses import parse_image
from blastradius.model import Kind

_WILD = re.compile(r"[*?\[]")


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


@dataclass(frozen=True, slots=True)
class Shapes:
    """Several shell patterns that match whole texts.

    Attributes:
        whole: those without a wildcard.
        open: the others, each after the longest text that whatever it matches holds: an expression is compiled only
            where that is there.
    """

    whole: frozenset[str]
    open: tuple[tuple[str, str], ...]

    def match(self, text: str) -> bool:
        """Whether one of them matches."""
        if text in self.whole:
            return True
        return any(held in text and fnmatch.fnmatchcase(text, glob) for held, glob in self.open)


def matcher(globs: Iterable[str]) -> Shapes:
    """Several shell patterns, ready to be asked."""
    written = tuple(globs)
    whole = frozenset(glob for glob in written if not _WILD.search(glob))
    return Shapes(whole, tuple((_held(glob), glob) for glob in written if glob not in whole))


def _held(glob: str) -> str:
    """The longest text without a wildcard; none where there are classes, whose letters are alternatives."""
    return "" if "[" in glob else max(_WILD.split(glob), key=len)


@data.kept
def _records() -> list[tuple[Shapes, ImageKind]]:
    rows = data.read("images.yaml")["images"]
    return [(matcher(row["images"]), ImageKind(row["id"], row.get("kind"), row.get("purpose", ""))) for row in rows]


@data.kept
def _synthetic() -> Shapes:
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
    return _synthetic().match(name.lower())
