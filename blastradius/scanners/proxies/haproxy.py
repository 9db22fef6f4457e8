"""HAProxy: sections with the servers of each."""

from __future__ import annotations

import re

from blastradius.scanners.proxies.model import Pool, host_of

_SECTION = re.compile(
    r"(backend|listen|frontend|defaults|global|resolvers|peers|userlist|cache|mailers|program|ring)\b"
)
_IS_HAPROXY = re.compile(r"^(?:backend|listen)[ \t]{1,99}\S", re.M)
_SERVER = re.compile(r"^[ \t]{0,99}server(?:-template)?[ \t]{1,99}\S{1,200}[ \t]{1,99}\S", re.M)


def haproxy_pools(name: str, text: str) -> list[Pool] | None:
    """Servers of each section that has some; None where a file is none of HAProxy.

    Args:
        name: of the file; any.
        text: its content.
    """
    if not (_IS_HAPROXY.search(text) and _SERVER.search(text)):
        return None
    found: list[Pool | None] = []
    section, servers, start = "", list[tuple[str, bool]](), 1
    for number, raw in enumerate(text.splitlines(), 1):
        words = raw.partition("#")[0].split()
        if words and not raw[:1].isspace() and _SECTION.fullmatch(words[0]):
            found.append(Pool.of(servers, start))
            section, servers, start = words[0], [], number
        elif section in ("backend", "listen") and len(words) > 2:
            place = {"server": 2, "server-template": 3}.get(words[0], 0)
            host = host_of(words[place]) if place and place < len(words) else None
            if host is not None and "disabled" not in words:
                servers.append((host, "backup" in words))
    found.append(Pool.of(servers, start))
    return [one for one in found if one is not None]
