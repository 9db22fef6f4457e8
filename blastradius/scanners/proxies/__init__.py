"""Configuration of proxies: where nginx, HAProxy, Caddy and Traefik pass requests on.

Envoy has a reader of its own (`scanners.envoy`). Servers behind one name are alternatives; those marked as backup stand
by. The name of a group of servers is no host.
"""

from __future__ import annotations

from collections.abc import Sequence

from blastradius.scanners.proxies.caddy import caddy_pools
from blastradius.scanners.proxies.haproxy import haproxy_pools
from blastradius.scanners.proxies.model import Pool
from blastradius.scanners.proxies.nginx import nginx_pools
from blastradius.scanners.proxies.traefik import traefik_pools

__all__ = ["REASON", "Pool", "pools_in"]

REASON = "servers of one group of a proxy: any of them answers; with fewer there is less capacity"
MAX_TEXT = 200_000


def pools_in(files: Sequence[tuple[str, str]]) -> tuple[list[tuple[int, Pool]], frozenset[int]]:
    """Where the files of one proxy pass requests on.

    Args:
        files: name and content of all that the program is given: groups may stand in one file and be used in another.

    Returns:
        Each group with the position of its file, and the positions of files that are read here whole.
    """
    short = [(position, name, text) for position, (name, text) in enumerate(files) if len(text) <= MAX_TEXT]
    found: list[tuple[int, Pool]] = []
    whole: set[int] = set()
    nginx = nginx_pools({position: text for position, _, text in short})
    if nginx is not None:
        found += nginx
        whole |= {position for position, _ in nginx}
    for position, name, text in short:
        if position in whole:
            continue
        for read in (haproxy_pools, caddy_pools):
            pools = read(name, text)
            if pools is not None:
                whole.add(position)
                found += ((position, pool) for pool in pools)
                break
        else:
            found += ((position, pool) for pool in traefik_pools(name, text))
    return sorted(found, key=lambda one: (one[0], one[1].line, one[1].hosts)), frozenset(whole)
