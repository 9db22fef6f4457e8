"""Settings of containers (variables, flags, lines of files) and the addresses that they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from blastradius.model import Evidence
from blastradius.scanners.kubernetes import addresses
from blastradius.scanners.kubernetes.addresses import MAX_TEXT, Address
from blastradius.scanners.kubernetes.naming import TECHNOLOGY, is_called, is_list, sense, words

Known = Callable[[str], bool]

#: Ports that say of an unknown `word:number` that it is an address and no image tag or ratio.
_PORTS = frozenset({21, 22, 25, 53, 80, 88, 110, 123, 143, 389, 443, 465, 514, 587, 636, 873, 993, 995})
#: Last labels of dotted names that are hosts even where nothing says so; Java packages begin with them instead.
_TOP = frozenset({
    "com", "net", "org", "io", "dev", "cloud", "app", "ai", "co", "internal", "svc", "local", "gov", "edu", "eu",
    "us", "uk", "de", "fr",
})  # fmt: skip
_FILE = re.compile(r"\.(?:ya?ml|json|xml|properties|conf|cfg|ini|toml|txt|log|pem|crt|key|sh|py|js|jar|war|so|db|sock|pid|html?|css|go|rb|php|sql|env|cnf)$")  # fmt: skip
_COMMANDS = frozenset({"-h", "--host", "--hostname", "-H", "nslookup", "-z", "-zv", "-vz", "-zw1", "ping", "curl", "wget", "host", "dig", "wait-for", "wait-for-it.sh", "-s"})  # fmt: skip
_LINE = re.compile(r"^\s*(?:-\s+)?[\"']?([A-Za-z_][\w.\-\[\]]{0,120})[\"']?(\s*(?:=|:(?=\s))|\s)\s*(.+?)\s*,?\s*$")
_COMMENT = re.compile(r"^\s*(?:#|//|;|--|\*|<!--)")
_NOISE = re.compile(r"xmlns|schemaLocation|\$schema|\$id\b|DOCTYPE")


@dataclass(frozen=True, slots=True)
class Setting:
    """A named text.

    Attributes:
        name: of the variable, flag or key; empty where it has none.
        value: its text; never written anywhere.
        via: what shows it, such as `env REDIS_ADDR`.
        evidence: where it stands.
        prose: whether it is a script or file of which any part may be an address.
        secret: whether it comes out of a Secret.
    """

    name: str
    value: str
    via: str
    evidence: tuple[Evidence, ...]
    prose: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that may be an address and cannot be told: a placeholder, a word that also names software."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Hosts of one list that can stand in for each other: brokers, members of a replica set."""

    hosts: tuple[str, ...]


Found = Address | Doubt | Alternatives


def found_in(setting: Setting, known: Known) -> Iterator[Found]:
    """Addresses in a setting.

    Args:
        setting: what to look at.
        known: whether a host is a Service of the scan, seen from where the setting stands.
    """
    value = setting.value.strip()
    if not value or len(value) > MAX_TEXT:
        return
    if setting.prose or "\n" in value:
        yield from _prose(value, known, setting.secret)
    else:
        yield from _gathered(setting.name, value, list(_value(setting.name, value, known, setting.secret)))


def _gathered(name: str, value: str, found: list[Address | Doubt]) -> Iterator[Found]:
    """Hosts of one connection string, or of one list of a plural name with one port, are alternatives."""
    hosts = [one for one in found if isinstance(one, Address) and one.form != "resource"]
    several = len({one.host for one in hosts}) > 1 and len(hosts) == len(found)
    if several and (value.count("://") == 1 or (len({one.port for one in hosts}) == 1 and is_list(name))):
        yield Alternatives(tuple(dict.fromkeys(one.host for one in hosts)))
    else:
        yield from found


def _value(name: str, value: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
    meaning = sense(name)
    if meaning == "secret" or not is_called(name):
        return
    clear = list(addresses.urls(value))
    if clear:
        for address in clear:
            yield Doubt(address.unresolved, "is not resolved") if address.unresolved else address
        if "://" in value or any(a.form in ("resource", "dsn") for a in clear):
            return
    if meaning == "address" and addresses.placeholder(value) != "a placeholder":
        yield Doubt(addresses.placeholder(value), "is not resolved")
        return
    parts = addresses.tokens(value)
    if " " in value and "," not in value and meaning != "address":
        yield from _words(parts, known, "")
        return
    for part in parts:
        found = _token(name, part, meaning, known, secret)
        if found is not None:
            yield found


def _token(name: str, part: str, meaning: str, known: Known, secret: bool) -> Address | Doubt | None:
    part = part.rsplit("=", 1)[-1] if meaning == "address" and "=" in part else part
    full = addresses.host_port(part)
    if full is not None:
        return full if _means_port(full, name, meaning, known, secret) else None
    if "/" in part or (":" in part.strip("[]") and not part.startswith("[")):
        return None
    bare = addresses.name(part)
    if bare is None or _FILE.search(bare.host):
        return None
    is_known = known(bare.host)
    if meaning == "address":
        if is_known:
            return bare
        return bare if "." in bare.host or (bare.host not in TECHNOLOGY and not secret) else None
    if meaning == "other" or secret:
        return bare if is_known and "." in bare.host and meaning != "other" else None
    if "." in bare.host:
        return bare if is_known or _is_domain(part) else None
    if is_known:
        if bare.host in TECHNOLOGY:
            return Doubt(bare.host, "may name a Service or a sort of software")
        return bare
    return None


def _means_port(address: Address, name: str, meaning: str, known: Known, secret: bool) -> bool:
    if meaning == "other" and {"image", "images", "tag"} & set(words(name)):
        return False  # `redis:7` is a version there, also beside a Service of that name
    if meaning == "address" or known(address.host):
        return True
    if secret or meaning == "other" or _FILE.search(address.host):
        return False
    if "." in address.host:
        return _is_domain(address.host) or address.host.replace(".", "").isdigit()
    return address.port is not None and (address.port >= 1024 or address.port in _PORTS)


def _is_domain(host: str) -> bool:
    if host != host.lower():
        return False
    labels = host.rstrip(".").split(".")
    if "svc" in labels[1:]:
        return True
    # a package name turns a domain round: com.example.shop
    return len(labels) > 2 and labels[-1] in _TOP and labels[0] not in _TOP


def _words(parts: list[str], known: Known, before: str) -> Iterator[Address | Doubt]:
    """Addresses among the words of a command: known Services, or what stands behind `-h` and the like."""
    for part in parts:
        flag, _, rest = part.rpartition("=")
        token = rest if flag else part
        full = addresses.host_port(token)
        bare = None if full else addresses.name(token)
        if full is not None and (known(full.host) or (flag and sense(flag) == "address")):
            yield full
        elif bare is not None and known(bare.host):
            if "." in bare.host or before in _COMMANDS or (flag and sense(flag) == "address"):
                yield bare
        elif bare is not None and "." in token and "svc" in token.split(".")[1:]:
            yield bare
        before = part


def _prose(text: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
    for line in text[:MAX_TEXT].splitlines():
        if _COMMENT.match(line) or _NOISE.search(line):
            continue
        match = _LINE.match(line)
        # `proxy_pass http://…` of a web server passes requests on
        passes = match is not None and match[2].isspace() and match[1].endswith("_pass")
        meaning = "address" if passes else sense(match[1]) if match else "unclear"
        if match and (meaning == "secret" or not is_called(match[1])):
            continue
        clear = [address for address in addresses.urls(line) if not address.unresolved]
        yield from clear
        if clear:
            continue
        found_here: set[str] = set()
        if match and not secret:
            value = match[3].strip("\"'; ")
            parts = addresses.tokens(value)
            running = match[2].isspace() or len(parts) > 1  # words of a sentence rather than a value
            for part in parts:
                found = _token(match[1], part, meaning, known, running)
                # a file is full of words: only what is plainly a host counts
                if isinstance(found, Address) and (found.form == "port" or known(found.host) or _is_domain(found.host)):
                    found_here.add(found.host)
                    yield found
        for one in _words(addresses.tokens(line), known, ""):
            if not (isinstance(one, Address) and one.host in found_here):
                yield one
