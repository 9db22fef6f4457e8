"""Network addresses as configuration writes them: host, port and path out of URLs, connection strings and image names."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

MAX_TEXT = 4096
_SCHEME = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*):/{2,3}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_VARIABLE = re.compile(r"\$\{|\$\(|\{\{|<%|%\(|\$[A-Z_]{2,}")
#: A package of a scope, in which no user and no password stands.
_SCOPED = re.compile(r"npm:@[\w.~-]{1,200}/[\w.~-]{1,200}")
_SPACE = re.compile(r"\s")
_LOCAL_ENDINGS = (".local", ".internal", ".localhost", ".lan", ".home.arpa", ".svc", ".intranet", ".corp", ".private")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a text points to.

    Attributes:
        host: lower case, without a final dot.
        port: None where none is written.
        path: without the leading slash, query and fragment.
        scheme: lower case; empty where none is written.
    """

    host: str
    port: int | None = None
    path: str = ""
    scheme: str = ""

    @property
    def literal(self) -> bool:
        """Whether the host is an IP address."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return True

    @property
    def loopback(self) -> bool:
        """Whether the address is the caller itself: `localhost`, 127.0.0.0/8, `::1`, or the wildcard to listen on."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified

    @property
    def private(self) -> bool:
        """Whether the host means something only where it is used: one label, `*.local`, `*.internal`, any IP address."""
        return "." not in self.host or self.host.endswith(_LOCAL_ENDINGS) or ".svc." in self.host or self.literal


def has_variable(text: str) -> bool:
    """Whether a text still holds a variable that nobody filled in."""
    return _VARIABLE.search(text) is not None


@lru_cache(maxsize=65_536)
def parse_address(text: str) -> Address | None:
    """Read the first address out of a URL, `host:port`, JDBC or DSN text.

    Returns:
        The address; None where the text is none, is too long, or holds an unfilled variable.
    """
    text = text.strip().strip("\"'")
    if not text or len(text) > MAX_TEXT or has_variable(text) or _SPACE.search(text):
        return None
    scheme = ""
    if text.startswith("jdbc:"):
        text = re.sub(r"^jdbc:(?:oracle:thin:@/{0,2}|[a-z0-9]+:(?:[a-z0-9]+:)*(?=//))", "jdbc:", text)
        text = text.replace("jdbc://", "jdbc:", 1).removeprefix("jdbc:")
        scheme = "jdbc"
    elif found := _SCHEME.match(text):
        scheme, text = found["scheme"].lower(), text[found.end() :]
    elif text.startswith("//"):
        text = text[2:]
    authority, path = _split(text)
    host, port = _host_port(authority.rpartition("@")[2].partition(",")[0])
    return Address(host, port, path, scheme) if host is not None else None


def _split(text: str) -> tuple[str, str]:
    """Authority and path; query, fragment and JDBC parameters are dropped: they may hold secrets."""
    text = re.split(r"[?#;]", text, maxsplit=1)[0]
    authority, _, path = text.partition("/")
    return authority, path


def _host_port(authority: str) -> tuple[str | None, int | None]:
    bracketed = re.fullmatch(r"\[([0-9a-fA-F:.]+)\](?::(\d{1,5}))?", authority)
    if bracketed:
        return bracketed[1].lower(), int(bracketed[2]) if bracketed[2] else None
    host, colon, port = authority.partition(":")
    host = host.lower().rstrip(".")
    if (colon and not (port.isdigit() and int(port) < 65_536)) or not is_host(host):
        return None, None
    return host, int(port) if colon else None


def is_host(text: str) -> bool:
    """Whether a lower-case text can be a host name or an IPv4 address."""
    return 0 < len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def redact(text: str) -> str:
    """A text to show: user names, passwords and parameters of an address cut away, never longer than 200 characters."""
    shown = re.sub(r"[?#;](?![^{]*\}).*$", "", text, flags=re.DOTALL)  # not the `?` of ${HOST:?unset}
    shown = re.sub(r"(?<=//)[^/@\s]*@", "", shown)
    if not _SCOPED.fullmatch(shown):
        shown = re.sub(r"^[^/@\s]*:[^/@\s]*@", "", shown)
    return shown if len(shown) <= 200 else shown[:199] + "…"


@dataclass(frozen=True, slots=True)
class Image:
    """A container image's name in its parts.

    Attributes:
        registry: host of the registry, with a port where written; `docker.io` where none is.
        repository: path below the registry.
        base: last part of the repository.
    """

    registry: str
    repository: str
    base: str


@lru_cache(maxsize=65_536)
def parse_image(text: str) -> Image | None:
    """Read an image reference; one without a registry host is on Docker Hub, as every container runtime takes it.

    Returns:
        The image; None where the text is no image reference or holds an unfilled variable.
    """
    text = text.strip().removeprefix("docker://").removeprefix("oci://").partition("@")[0]
    if not text or len(text) > MAX_TEXT or has_variable(text) or _SPACE.search(text):
        return None
    first, slash, rest = text.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, repository = first.lower(), rest
    else:
        registry, repository = "docker.io", text
    repository = re.sub(r":[^/:]*$", "", repository)
    if not re.fullmatch(r"[a-zA-Z0-9._/-]+", repository):
        return None
    return Image(registry, repository, repository.rpartition("/")[2].lower())
