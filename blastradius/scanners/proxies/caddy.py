"""Caddy: what the directives of a Caddyfile pass requests on to."""

from __future__ import annotations

import re

from blastradius.scanners.proxies.model import Pool, host_of

_PASSES = ("reverse_proxy", "php_fastcgi", "forward_auth", "to")
_IS_CADDY = re.compile(r"^[ \t]{0,99}(?:reverse_proxy|php_fastcgi|forward_auth)[ \t{]", re.M)
#: `{$API_HOST:api}`
_VARIABLE = re.compile(r"\{\$(\w{1,80})(?::([^{}\s]{0,200}))?\}")


def caddy_pools(name: str, text: str) -> list[Pool] | None:
    """What each directive passes to; None where a file is no Caddyfile.

    Args:
        name: of the file; any.
        text: its content.
    """
    if not _IS_CADDY.search(text):
        return None
    found: list[Pool | None] = []
    servers: list[tuple[str, bool]] = []
    depth = start = 0  # of the block of a directive whose servers stand below it
    for number, raw in enumerate(text.splitlines(), 1):
        words = re.sub(r"(?:^|(?<=\s))#.*", "", _VARIABLE.sub(_default, raw)).split()
        if not words:
            continue
        if depth:
            if depth == 1 and words[0] == "to":
                servers += _servers(words[1:])
            depth += (words[-1] == "{") - (words[0] == "}")
        elif words[0] in _PASSES[:3]:
            servers, start = _servers([one for one in words[1:] if one != "{"]), number
            depth = int(words[-1] == "{")
        else:
            continue
        if not depth:
            found.append(Pool.of(servers, start))
    return [one for one in found if one is not None]


def _default(match: re.Match[str]) -> str:
    return match[2] if match[2] else "${" + match[1] + "}"


def _servers(words: list[str]) -> list[tuple[str, bool]]:
    """Hosts among the words of a directive, without its matcher: `/api/*`, `@name`, `*`."""
    hosts = (host_of(one) for one in words if not one.startswith(("/", "@", "*")))
    return [(host, False) for host in hosts if host is not None]
