"""Names, times and numbers as zone files write them."""

from __future__ import annotations

import ipaddress
import re

from blastradius.scanners.zonefile.model import MAX_TTL

_LABEL = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?|\*)")
_TTL = re.compile(r"(?:\d{1,20}[smhdw]?)(?:\d{1,20}[smhdw])*", re.I)
_PART = re.compile(r"(\d+)([smhdw]?)", re.I)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def absolute(text: str, origin: str) -> str | None:
    """A name made absolute: lower case, without the final dot, the root as an empty text; None where it is none.

    Args:
        text: as it is written: `www`, `@`, `www.example.com.`.
        origin: what relative names are below, without the final dot.
    """
    text = text.lower()
    if text == "@":
        return origin
    if text == ".":
        return ""
    name = text[:-1] if text.endswith(".") else f"{text}.{origin}" if origin else text
    return name if is_name(name) else None


def is_name(name: str) -> bool:
    """Whether a lower-case text without the final dot is a domain name of plain characters."""
    return 0 < len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))


def is_internal(name: str) -> bool:
    """Whether a name is for machines: a validation, a key, a service, all of which begin a label with `_` (RFC 8552)."""
    return any(label.startswith("_") for label in name.split("."))


def is_time(text: str) -> bool:
    """Whether a word is a TTL: `3600`, `1h30m`."""
    return _TTL.fullmatch(text) is not None


def seconds(text: str) -> int | None:
    """A TTL in seconds; None where it is none or needs more than 31 bits (RFC 2181, section 8)."""
    if not is_time(text):
        return None
    total = sum(int(count) * _UNITS[unit.lower()] for count, unit in _PART.findall(text))
    return total if total <= MAX_TTL else None


def address(text: str, type: str) -> str | None:
    """An IP address in its usual spelling; None where it is none of that record type."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return str(found) if (found.version == 4) == (type == "A") else None


def is_private(text: str) -> bool:
    """Whether a value is an address that means something only inside a network."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    # documentation addresses are not global either, and stand for public ones
    inside = found.is_loopback or found.is_link_local or found.is_unspecified
    return inside or any(found in network for network in _INSIDE if network.version == found.version)


_INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
