"""Reads the catalog's own YAML files, each at most once and only when it is asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

FILES = (
    "aws.yaml",
    "clouds.yaml",
    "gcp.yaml",
    "azure.yaml",
    "cloudflare.yaml",
    "registries.yaml",
    "vendors.yaml",
    "slas.yaml",
    "packages.yaml",
    "images.yaml",
    "defaults.yaml",
)


@cache
def read(name: str) -> dict[str, Any]:
    """One data file as plain values.

    Args:
        name: one of `FILES`, in the catalog's folder.
    """
    from blastradius.documents import load_yaml  # costs 20 ms, and simulating never comes here

    content: dict[str, Any] = load_yaml((Path(__file__).parent / name).read_bytes(), name, strict=True)[0].value
    return content
