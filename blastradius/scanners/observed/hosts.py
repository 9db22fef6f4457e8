"""What a recorded host or URL names: a service of the cluster, a public host, or nothing that others can know."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from blastradius.model import Kind
from blastradius.scanners.addresses import LOCAL, urls, valid_host
from blastradius.scanners.credentials import is_credential
from blastradius.scanners.observed.model import Known, Named
from blastradius.scanners.observed.values import MAX_NAME

_MAX_URL = 4_000


@lru_cache(maxsize=65_536)
def callee(host: str, kind: Kind = "service", type: str = "") -> Named | Known | None:
    """What a host, `host:port` or URL names; None for this machine, for a private address and for what is none.

    An address of a private network is given to whatever starts next: it is no name of anything.

    Args:
        host: as recorded; users, passwords, paths and queries in it are dropped.
        kind: what is behind it, if that is known.
        type: technology of it.
    """
    if "://" in host:
        return _of_url(host, kind, type)
    bare = host.strip().lower()
    if bare.startswith("arn:aws"):
        found = next(urls(bare), None) if len(host) <= MAX_NAME * 2 else None
        return Known(host.strip(), address=False) if found and found.form == "resource" else None
    if "@" in bare or len(bare) > MAX_NAME:
        return None
    # Java writes the name and the address it led to: `db/10.0.0.7:5432`
    bare = bare.partition("/")[0] or bare.partition("/")[2]
    return _of_host(*_without_port(bare), kind, type)


def _of_url(url: str, kind: Kind, type: str) -> Named | Known | None:
    if len(url) > _MAX_URL:
        url = url.partition("?")[0][:_MAX_URL]
    found = [one for one in urls(url.split()[0] if url.split() else "") if not one.unresolved]
    if not found:
        return None
    if found[0].form == "resource":
        return Known(found[0].host, address="://" not in found[0].host and not found[0].host.startswith("arn:"))
    return _of_host(found[0].host, found[0].port, kind, type)


def _without_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, _port(rest.removeprefix(":"))
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, _port(port)
    return text, None


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65_536 else None


def _of_host(host: str, port: int | None, kind: Kind, type: str) -> Named | Known | None:
    host = host.rstrip(".")
    if host in LOCAL or not valid_host(host) or _private(host) or is_credential(host):
        return None
    labels = host.split(".")
    if len(labels) == 1 and ":" not in host:
        return Named(host, kind=kind, type=type, addressed=True)
    if "svc" in labels[2:]:
        cut = labels.index("svc", 2)
        return Named(labels[cut - 2], namespace=labels[cut - 1], kind=kind, type=type, addressed=True)
    shown = f"[{host}]" if ":" in host else host
    return Known(f"{shown}:{port}" if port else shown)


def _private(host: str) -> bool:
    """Whether a host is an address that means something only inside a network."""
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        return False


def region_of(host: str) -> str:
    """The region in the host of an AWS service; empty where it names none."""
    found = re.search(r"\.([a-z]{2}(?:-[a-z]+){1,3}-\d)\.(?:amazonaws\.com|api\.aws)", host)
    return found[1] if found else ""
