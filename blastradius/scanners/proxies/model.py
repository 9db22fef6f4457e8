"""What a proxy passes requests on to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from blastradius.scanners.addresses import host_port
from blastradius.scanners.addresses import name as host_name

#: Variables of nginx that hold the path, right behind a host or port.
_PATH = re.compile(r"(?<=[\w}])\$(?:\{)?(?:request_uri|uri|is_args|args|query_string|document_uri)\b.*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,20}://", re.I)


@dataclass(frozen=True, slots=True)
class Pool:
    """Servers of which any answers.

    Attributes:
        hosts: in use; one that begins with `$` or `{` is a variable.
        standby: used where none of the others answers.
        line: in the file, from 1.
    """

    hosts: tuple[str, ...]
    standby: tuple[str, ...]
    line: int

    @classmethod
    def of(cls, servers: list[tuple[str, bool]], line: int) -> Pool | None:
        """A group of servers, each with whether it is a backup; None where it has none off this machine."""
        hosts = dict.fromkeys(host for host, backup in servers if not backup)
        standby = dict.fromkeys(host for host, backup in servers if backup and host not in hosts)
        if not hosts:
            hosts, standby = standby, {}
        return cls(tuple(hosts), tuple(standby), line) if hosts else None


def is_open(host: str) -> bool:
    """Whether a host is a variable."""
    return host[:1] in ("$", "{")


def host_of(text: str) -> str | None:
    """The host of `http://api:80/x`, `api:80` or `api`; a variable as it is; None for this machine and sockets."""
    bare = text.strip("\"'")
    if bare.startswith(("unix:", "unix/", "/", "unix@", "fd@")):
        return None
    authority = re.split(r"[/?#\s]", _SCHEME.sub("", bare, count=1), maxsplit=1)[0].rpartition("@")[2]
    authority = _PATH.sub("", authority)
    if found := re.match(r"\$\w{1,80}|\$?\{[^{}\s]{1,80}\}", authority):
        return found[0]
    if "$" in authority:
        return "$" + re.split(r"\W", authority.split("$", 1)[1], maxsplit=1)[0]
    found_host = host_port(authority) or (host_name(authority) if ":" not in authority or "[" in authority else None)
    return found_host.host if found_host else None
