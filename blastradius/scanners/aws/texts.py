"""Hosts of endpoints and labels, as the provider writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from blastradius.scanners.credentials import is_credential
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
    """Tags, however the provider writes them; those that the provider made itself, or that hold a secret, are left out."""
    kept = {key: value[:256] for key, value in _pairs(tags) if not key.startswith("aws:") and not _secret(key, value)}
    return dict(sorted(kept.items())[:_MOST_TAGS])


def open_tags(tags: Any) -> Any:
    """Tags as they came, without those that hold a secret: what is held of an answer."""
    if isinstance(tags, Mapping):
        return {key: value for key, value in _pairs(tags) if not _secret(key, value)}
    if isinstance(tags, list):
        return [one for one in tags if all(not _secret(key, value) for key, value in _pairs([one]))]
    return None


def open_text(text: Any) -> Any:
    """A text that its owners wrote freely, nothing where it holds a secret."""
    return text if isinstance(text, str) and not is_credential(text) else None


def _pairs(tags: Any) -> Iterator[tuple[str, str]]:
    if isinstance(tags, Mapping):
        found = list(tags.items())
    else:
        listed = [one for one in tags if isinstance(one, Mapping)] if isinstance(tags, list) else []
        found = [
            (
                one.get("Key") or one.get("key") or one.get("TagKey"),
                one.get("Value", one.get("value", one.get("TagValue"))),
            )
            for one in listed
        ]
    for key, value in found:
        if key and isinstance(value, str):
            yield str(key), value


def _secret(key: str, value: str) -> bool:
    return is_private(key) or is_credential(value) or is_credential(key)
