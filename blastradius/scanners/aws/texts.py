"""Hosts of endpoints and labels, as the provider writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blastradius.scanners.pairs import is_private

_MOST_TAGS = 50
_LONGEST_PLACE = 100


def plain_host(text: object) -> str:
    """The host of an endpoint: lower case, without scheme, port or path."""
    if not isinstance(text, str):
        return ""
    host = text.rpartition("://")[2].partition("/")[0].partition(":")[0].lower().rstrip(".")
    return host if "." in host and len(host) < 254 and "*" not in host else ""


def place_name(text: object) -> str | None:
    """The name of a region or zone; None for what can be none."""
    return text if isinstance(text, str) and 0 < len(text) <= _LONGEST_PLACE else None


def plain_tags(tags: Any) -> dict[str, str]:
    """Tags, however the provider writes them; those that the provider made itself are left out."""
    if isinstance(tags, Mapping):
        pairs = list(tags.items())
    elif isinstance(tags, list):
        pairs = [
            (
                one.get("Key") or one.get("key") or one.get("TagKey"),
                one.get("Value", one.get("value", one.get("TagValue"))),
            )
            for one in tags
            if isinstance(one, Mapping)
        ]
    else:
        return {}
    kept = {
        str(key): str(value)[:256]
        for key, value in pairs
        if key and isinstance(value, str) and not str(key).startswith("aws:") and not is_private(str(key))
    }
    return dict(sorted(kept.items())[:_MOST_TAGS])
