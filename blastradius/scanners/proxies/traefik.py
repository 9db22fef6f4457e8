"""Traefik: the servers of each service in a file of its routing."""

from __future__ import annotations

from typing import Any

from blastradius.documents import load_yaml
from blastradius.errors import InputError
from blastradius.marks import line_of
from blastradius.scanners.flatten import form_of
from blastradius.scanners.loose import mapping
from blastradius.scanners.proxies.model import Pool, host_of

_MOST = 2_000
#: What stands in the keys of its servers, which are told here.
SERVERS = (".loadBalancer.servers.url", ".loadBalancer.servers.address")


def traefik_pools(name: str, text: str) -> list[Pool]:
    """Servers of each service of HTTP, TCP and UDP; none where a file is no routing of Traefik.

    Args:
        name: of the file, which tells its format.
        text: its content.
    """
    if "loadBalancer" not in text or "servers" not in text:
        return []
    found: list[Pool | None] = []
    for value in _documents(name, text):
        for protocol in ("http", "tcp", "udp"):
            services = mapping(mapping(value.get(protocol)).get("services"))
            for service in list(services.values())[:_MOST]:
                balancer = mapping(mapping(service).get("loadBalancer"))
                listed = balancer.get("servers")
                servers = [mapping(one) for one in listed] if isinstance(listed, list) else []
                hosts = [host_of(str(one.get("url") or one.get("address") or "")) for one in servers]
                line = (line_of(balancer, "servers") or 1) if servers else 1
                found.append(Pool.of([(host, False) for host in hosts if host], line))
    return [one for one in found if one is not None]


def _documents(name: str, text: str) -> list[dict[str, Any]]:
    try:
        if form_of(name) == "toml":
            import tomllib

            return [tomllib.loads(text)]
        if form_of(name) in ("yaml", "json"):
            return [mapping(one.value) for one in load_yaml(text.encode("utf-8", "replace"), name)]
    except (InputError, ValueError, RecursionError):
        return []  # whoever reads the file says that it cannot be read
    return []
