"""Which image a service pulls to start."""

from __future__ import annotations

import re
from dataclasses import dataclass

from blastradius.model import Evidence
from blastradius.scanners.compose.model import Service

_IMAGE = re.compile(r"[a-z0-9](?:[a-z0-9._:/-]{0,250}[a-z0-9])?(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?", re.I)


@dataclass(frozen=True, slots=True)
class Pulled:
    """An image that is pulled.

    Attributes:
        image: its name.
        built: whether it is built here as well, so that it need not be pulled.
        evidence: where it is named.
    """

    image: str
    built: bool
    evidence: Evidence


def pulled(service: Service) -> Pulled | str | None:
    """The image that a service pulls; why that is not known; None where it pulls none."""
    part = service.single.get("image")
    image = service.text("image").strip()[:500]
    if part is None or not image or service.text("pull_policy") in ("never", "build"):
        return None
    built = "build" in service.single
    if built and "/" not in image:  # a name for what is built here
        return None
    if "${" in image or not _IMAGE.fullmatch(image):
        open_ones = ", ".join(dict.fromkeys(re.findall(r"\$\{\w{1,100}\}", image)))
        what = f"{open_ones} is not resolved" if open_ones else "it is no name of an image"
        return f"image: {what}, so where it is pulled from is not known"
    return Pulled(image, built, part.evidence)
