"""Which texts are network addresses: URLs, connection strings, host:port, lists of them.

Only hosts leave this file. Users, passwords, paths and query strings of what is parsed never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blastradius.scanners.pairs import keyword_hosts

MAX_TEXT = 200_000
"""Characters of one text that are looked at; longer ones are data, not settings."""

_LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL})(?:\.{_LABEL})*\.?")
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_IPV6 = re.compile(r"[0-9a-f:.]+(?:%[\w.-]+)?")
_URL = re.compile(r"(?:jdbc:)?([a-z][a-z0-9+.:-]{0,40})://([^\s\"'`<>\\,;|]*(?:,[^\s\"'`<>\\,;|=/@:]+(?::\d+)?(?=[,/?\s]|$))*[^\s\"'`<>\\,;|]*)", re.I)  # fmt: skip
_ORACLE = re.compile(r"jdbc:oracle:[a-z0-9]{1,10}:[^@\s]{0,200}@(?://)?(\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::(\d+))?", re.I)
_GO_MYSQL = re.compile(r"@(?:tcp|tcp4|tcp6)\((\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::(\d+))?\)", re.I)
_ARN = re.compile(r"\barn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{0,12}:[A-Za-z0-9_./:*+=@-]{1,400}")
#: Characters around a match that are looked at to see whether it is part of something longer.
_NEAR = 2_000
_MAX_READINGS = 20
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
    {
        "file",
        "unix",
        "classpath",
        "data",
        "mailto",
        "urn",
        "about",
        "blob",
        "vault",
        "docker",
        "oci",
        # transports and stores within a program: Symfony, Django, Celery, SQLAlchemy
        "doctrine",
        "sync",
        "memory",
        "in-memory",
        "null",
        "sqlite",
        "sqlite3",
        "array",
        "dummy",
        "locmem",
        "locmemcache",
        "native",
        "sendmail",
    }
)
_BUCKETS = frozenset({"s3", "s3a", "s3n", "gs", "abfs", "wasb"})
#: What stands where a host cannot be told from a part of a password or query; no text of the value itself.
AMBIGUOUS = "a host"
#: What follows a host and port where a query or settings follow, and no rest of a password.
_QUERY = re.compile(r"(?:/[^?@]{0,500})?[?;,][A-Za-z_][\w. -]{0,60}=")
#: `https://medium.com/@somebody`, `https://unpkg.com/@scope/package`
_PERSON = re.compile(r"(?:/[^?@\s]{0,500})?/@")
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
        unresolved: the placeholder that stands where the host should be, or `AMBIGUOUS`.
    """

    host: str
    port: int | None = None
    path: str = ""
    form: str = "url"
    unresolved: str | None = None


def bare_arn(text: str) -> str:
    """The ARN of a secret without the key, stage and version of it that are read: `…:secret:db-AbCdEf:password::`."""
    parts = text.split(":")
    is_secret = len(parts) > 7 and parts[0] == "arn" and parts[2] == "secretsmanager" and parts[5] == "secret"
    return ":".join(parts[:7]) if is_secret else text


def valid_host(host: str) -> bool:
    """Whether a text can be a host name or address that leads off this machine."""
    bare = host.rstrip(".")
    if not bare or len(bare) > 253 or bare in LOCAL or bare.startswith("127."):
        return False
    if _IPV4.fullmatch(bare):
        return all(int(part) < 256 for part in bare.split("."))
    if ":" in bare:
        return bool(_IPV6.fullmatch(bare)) and 2 <= bare.count(":") <= 8
    if not _HOST.fullmatch(bare):
        return False
    return any(letter.isalpha() for letter in bare.rsplit(".", 1)[-1])


def urls(text: str) -> Iterator[Address]:
    """Addresses that show themselves by their form: URLs, connection strings, ARNs."""
    if len(text) > MAX_TEXT:
        return
    for match in _ARN.finditer(text):
        yield Address(match[0].rstrip(".:"), form="resource")
    yield from _drivers(text)
    for match in _URL.finditer(text):
        yield from _url(match[1].lower().rsplit(":", 1)[-1], match[2], _behind(text, match))


def _drivers(text: str) -> Iterator[Address]:
    """Hosts in the forms of single drivers: behind the only `@` of a word, since one may stand in a password."""
    for pattern in (_ORACLE, _GO_MYSQL):
        for match in pattern.finditer(text):
            before = re.split(r"\s", text[max(0, match.start() - _NEAR) : match.start()])[-1]
            after = re.split(r"\s", text[match.end() : match.end() + _NEAR], maxsplit=1)[0]
            if (before + match[0] + after).count("@") > 1:
                yield Address("", form="dsn", unresolved=AMBIGUOUS)
            else:
                yield from _one(match[1], match[2], "dsn")
    if "=" in text and "://" not in text:
        for host, port in keyword_hosts(text):
            yield from _one(host, port, "dsn")


def _behind(text: str, match: re.Match[str]) -> str:
    """What follows a URL and may still be part of its password: passwords hold any sign, a blank, too."""
    start = match.end()
    opener = text[match.start() - 1 : match.start()]
    if start >= len(text) or (opener and opener in "\"'`" and text[start] == opener):
        return ""
    rest = text[start : start + _NEAR]
    if "@" not in re.split(r"[/?#]", match[2], maxsplit=1)[0]:
        rest = re.split(r"\s", rest, maxsplit=1)[0]
    else:
        rest = rest.split("\n", 1)[0]
    return re.split(r"[A-Za-z][A-Za-z0-9+.:-]{0,40}://", rest, maxsplit=1)[0]


def _url(scheme: str, rest: str, behind: str) -> Iterator[Address]:
    if scheme in _NOT_HOSTS:
        return
    rest = rest.lstrip("/") if scheme == "dns" else rest
    web = scheme in ("http", "https", "ws", "wss", "grpc", "grpcs")
    readings = _readings(rest, behind, web)
    if len(readings) != 1:
        yield Address("", unresolved=AMBIGUOUS)
        return
    rest = readings[0]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if scheme in _BUCKETS:
        if valid_host(authority.lower()):
            yield Address(f"{scheme}://{authority.lower()}", form="resource")
        return
    path = re.split(r"[?#]", rest[len(authority) :].removeprefix("/"), maxsplit=1)[0] if web else ""
    for position, part in enumerate(authority.split(",")):
        host, port = _split(part)
        if web and position and port is None:
            continue  # `http://a,debug` is a list of settings, not of hosts
        if host is None:
            if _UNRESOLVED.search(part):
                yield Address("", form="url", unresolved=placeholder(part))
            continue
        yield from _one(host, port, "url", path)


def _readings(rest: str, behind: str, web: bool) -> list[str]:
    """What a URL may say behind its user and password: from its beginning, or from behind one of its `@`.

    By the standard a password holds none of `/?#@`; by what people write it holds all of them. So there is one
    reading for each `@`, and where several begin with what may be a host, nobody can tell which is right.

    Args:
        rest: what stands behind `://`.
        behind: what follows it and may belong to it.
        web: whether an `@` may begin a part of its path.
    """
    whole = rest + behind
    cuts = [0, *(place + 1 for place in (m.start() for m in re.finditer("@", whole)))]
    if len(cuts) == 1:
        return [rest]
    if len(cuts) > _MAX_READINGS:
        return []
    first = re.split(r"[/?#]", rest, maxsplit=1)[0]
    plain = "." in first and _may_be_authority(first)
    if plain and (_QUERY.match(whole, len(first)) or (web and ":" not in first and _PERSON.match(whole, len(first)))):
        return [rest]
    possible = [cut for cut in cuts if _may_be_authority(re.split(r"[/?#]", whole[cut:], maxsplit=1)[0])]
    return [re.split(r"[\s;|\\\\<>\"'`]", whole[cut:], maxsplit=1)[0] for cut in possible]


def _may_be_authority(text: str) -> bool:
    """Whether a text may be hosts with ports; those of this machine and placeholders count."""
    if not text or "@" in text:
        return False
    return _may_be_host(re.split(r"[,;\\|<>\"'`\s]", text, maxsplit=1)[0])


def _may_be_host(part: str) -> bool:
    host, _ = _split(part)
    if host is None:
        return bool(_UNRESOLVED.search(part))
    lower = host.lower().rstrip(".")
    return valid_host(lower) or lower in LOCAL or lower.startswith("127.")


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
