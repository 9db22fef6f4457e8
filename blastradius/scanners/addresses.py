"""Which texts are network addresses: URLs, connection strings, host:port, lists of them.

Only hosts leave this file. Users, passwords, paths and query strings of what is parsed never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TEXT = 200_000
"""Characters of one text that are looked at; longer ones are data, not settings."""

_LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL})(?:\.{_LABEL})*\.?")
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_IPV6 = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*(?:%[\w.-]+)?")
_URL = re.compile(r"(?:jdbc:)?([a-z][a-z0-9+.:-]{0,40})://([^\s\"'`<>\\,;|]*(?:,[^\s\"'`<>\\,;|=/@:]+(?::\d+)?(?=[,/?\s]|$))*[^\s\"'`<>\\,;|]*)", re.I)  # fmt: skip
_ORACLE = re.compile(r"jdbc:oracle:[a-z]+:[^@\s]*@(?://)?(\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::(\d+))?", re.I)
_GO_MYSQL = re.compile(r"@(?:tcp|tcp4|tcp6)\((\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::(\d+))?\)", re.I)
_KEYWORD = re.compile(
    r"(?:^|[;\s])(?:host|hostaddr|server|data source|addr|address|datasource)\s*=\s*(?:tcp:)?"
    r"(\[[0-9a-f:]+\]|[a-z0-9._-]+)(?:[:,](\d+))?(?=$|[;\s])",
    re.I,
)
_ARN = re.compile(r"\barn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{0,12}:[A-Za-z0-9_./:*+=@-]{1,400}")
_UNRESOLVED = re.compile(r"\$[({]|\{\{|^<|^\{|%[sdv]")
_HOST_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:\[\]/@=,]+):(\d{1,5})(?:/\S*)?", re.I)

#: Hosts whose path names a resource and no secret: a queue of an account, a bucket.
_RESOURCE = re.compile(
    r"(?:sqs\.[a-z0-9-]+|(?:[a-z0-9-]+\.)?queue)\.amazonaws\.com(?:\.cn)?/\d{12}/[a-z0-9_.-]{1,80}"
    r"|s3[a-z0-9.-]*\.amazonaws\.com(?:\.cn)?/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
    r"|storage\.googleapis\.com/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]",
    re.I,
)
#: Schemes whose authority is not a network host.
_NOT_HOSTS = frozenset(
    {"file", "unix", "classpath", "data", "mailto", "urn", "about", "blob", "vault", "docker", "oci"}
)
_BUCKETS = frozenset({"s3", "s3a", "s3n", "gs", "abfs", "wasb"})
LOCAL = frozenset({
    "localhost", "localhost.localdomain", "ip6-localhost", "host.docker.internal", "::", "::1", "*",
    "0.0.0.0",  # noqa: S104 - compared with, not bound to
    "metadata.google.internal", "169.254.169.254", "cluster.local",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """A host that a text names.

    Attributes:
        host: lower case, without port, user or password; for a bucket its URL, for an ARN the ARN.
        port: where one is written.
        path: path of an http URL, to tell routes apart.
        form: `url`, `dsn`, `port` (host:port), `name` (a dotted or bare name), `resource` (ARN, bucket).
        unresolved: the placeholder that stands where the host should be.
    """

    host: str
    port: int | None = None
    path: str = ""
    form: str = "url"
    unresolved: str | None = None


def valid_host(host: str) -> bool:
    """Whether a text can be a host name or address that leads off this machine."""
    bare = host.rstrip(".")
    if not bare or len(bare) > 253 or bare in LOCAL or bare.startswith("127."):
        return False
    if _IPV4.fullmatch(bare):
        return all(int(part) < 256 for part in bare.split("."))
    if ":" in bare:
        return bool(_IPV6.fullmatch(bare)) and bare.count(":") <= 8
    if not _HOST.fullmatch(bare):
        return False
    return any(letter.isalpha() for letter in bare.rsplit(".", 1)[-1])


def urls(text: str) -> Iterator[Address]:
    """Addresses that show themselves by their form: URLs, connection strings, ARNs."""
    if len(text) > MAX_TEXT:
        return
    for match in _ARN.finditer(text):
        yield Address(match[0].rstrip(".:"), form="resource")
    for pattern in (_ORACLE, _GO_MYSQL):
        for match in pattern.finditer(text):
            yield from _one(match[1], match[2], "dsn")
    if "=" in text and "://" not in text:
        for match in _KEYWORD.finditer(text):
            yield from _one(match[1], match[2], "dsn")
    for match in _URL.finditer(text):
        yield from _url(match[1].lower().rsplit(":", 1)[-1], match[2])


def _url(scheme: str, rest: str) -> Iterator[Address]:
    if scheme in _NOT_HOSTS:
        return
    web = scheme in ("http", "https", "ws", "wss", "grpc", "grpcs")
    if scheme in _BUCKETS:
        bucket = re.split(r"[/?#]", rest.rsplit("@", 1)[-1], maxsplit=1)[0].lower()
        if valid_host(bucket):
            yield Address(f"{scheme}://{bucket}", form="resource")
        return
    if not web:
        rest = rest.rsplit("@", 1)[-1]  # a password may hold a slash
    authority, _, path = (rest.lstrip("/") if scheme == "dns" else rest).partition("/")
    authority = re.split(r"[?#]", authority, maxsplit=1)[0].rsplit("@", 1)[-1]
    for position, part in enumerate(authority.split(",")):
        host, port = _split(part)
        if web and position and port is None:
            continue  # `http://a,debug` is a list of settings, not of hosts
        if host is None:
            if _UNRESOLVED.search(part):
                yield Address("", form="url", unresolved=placeholder(part))
            continue
        yield from _one(host, port, "url", re.split(r"[?#]", path, maxsplit=1)[0] if web else "")


def placeholder(text: str) -> str:
    """The variable that stands for a host, such as `${DB_HOST}`; never what stands around it."""
    found = re.search(r"\$\([A-Za-z_][\w.-]{0,80}\)|\$\{[A-Za-z_][\w.-]{0,80}", text)
    if not found:
        return "a placeholder"
    return found[0] + "}" if found[0].startswith("${") else found[0]


def _split(part: str) -> tuple[str | None, str | None]:
    if part.startswith("["):
        host, closed, rest = part[1:].partition("]")
        return (host, rest.removeprefix(":") or None) if closed and (not rest or rest[0] == ":") else (None, None)
    host, colon, port = part.partition(":")
    if colon and port and not port.isdigit():
        return None, None
    if not _HOST.fullmatch(host.lower()):
        return None, None
    return host, port or None


def _one(host: str, port: str | None, form: str, path: str = "") -> Iterator[Address]:
    host = host.strip("[]").lower().rstrip(".")
    if path and (resource := _RESOURCE.match(f"{host}/{path}")):
        yield Address(resource[0], form="resource")
    elif valid_host(host):
        yield Address(host, int(port) if port else None, "/" + path if path else "", form)


def host_port(token: str) -> Address | None:
    """The address that a whole token `host:port` is, if it is one."""
    match = _HOST_PORT.fullmatch(token)
    if not match or not 0 < int(match[2]) < 65_536:
        return None
    host = match[1].strip("[]").lower()
    return Address(host, int(match[2]), form="port") if valid_host(host) else None


def name(token: str) -> Address | None:
    """The address that a whole token is if it is taken for a host name."""
    host = token.strip("[]").lower().rstrip(".")
    return Address(host, form="name") if valid_host(host) else None


def tokens(text: str) -> list[str]:
    """Parts of a list of addresses."""
    return [
        part.strip("\"'()[]{}") if not part.startswith("[") else part for part in re.split(r"[\s,;|]+", text) if part
    ]
