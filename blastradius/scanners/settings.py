"""Settings of containers (variables, flags, lines of files) and the addresses that they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from blastradius.model import Evidence, Phase
from blastradius.scanners import addresses
from blastradius.scanners.addresses import MAX_TEXT, Address
from blastradius.scanners.naming import (
    TECHNOLOGY,
    doubt_about,
    hints,
    hints_store,
    is_called,
    is_identity,
    is_list,
    is_own,
    sense,
    words,
)
from blastradius.scanners.pairs import is_private, lookable, mentions_private
from blastradius.scanners.siblings import are_siblings

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
#: Of a stripped line: its name, what divides, and where its value begins.
_LINE = re.compile(r"(?:-\s{1,20})?[\"']?([A-Za-z_][\w.\-\[\]]{0,120})[\"']?(\s{0,200}(?:=|:(?=\s))|\s)")
_COMMENT = re.compile(r"^\s*(?:#|//|;|--|\*|<!--)")
#: Schemes by which a whole value is a URL and no password, whatever its variable is called.
_SCHEME = re.compile(
    r"(?:https?|wss?|grpcs?|amqps?|rediss?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|nats|smtps?|ldaps?)://[a-z0-9]", re.I
)
_WEB = re.compile(r"(?:https?|wss?|grpcs?)://", re.I)
_IMAGES = frozenset({"image", "images", "tag", "version"})
_WORD = re.compile(r"[^\W\d_]{1,40}[.,:;!?]?")
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
        phase: when what it names is needed, where its own text tells: a script fetches things before it serves.
    """

    name: str
    value: str
    via: str
    evidence: tuple[Evidence, ...]
    prose: bool = False
    secret: bool = False
    phase: Phase | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that may be an address and cannot be told: a placeholder, a word that also names software."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Hosts of one list that are taken to stand in for each other: brokers, members of a replica set.

    Attributes:
        hosts: all of them.
        reason: why they are; it is an assumption, so the basis of what is concluded is `inferred`.
    """

    hosts: tuple[str, ...]
    reason: str = "assumed: a list of hosts for one connection, of which any will do; with fewer there is less capacity"


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
    """Hosts of one connection string are alternatives, and so are siblings that a name calls members of a cluster."""
    hosts = [one for one in found if isinstance(one, Address) and one.form != "resource"]
    names = tuple(dict.fromkeys(one.host for one in hosts))
    if len(names) < 2 or len(hosts) != len(found):
        yield from found
    elif value.count("://") == 1 and not _WEB.search(value):
        yield Alternatives(names)
    elif is_list(name) and are_siblings(names):
        yield Alternatives(names, "assumed: hosts of one name in a list of members; with fewer there is less capacity")
    else:
        yield from found


def _value(name: str, value: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
    if is_own(name):  # its own address, or a scanned one that it was given as its base
        yield from (one for one in _called(name, value, known, secret) if isinstance(one, Address) and known(one.host))
    elif is_called(name):
        yield from _called(name, value, known, secret)


def _called(name: str, value: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
    meaning = sense(name)
    private = is_private(name)
    if (meaning == "secret" or private) and not _SCHEME.match(value):
        full = addresses.host_port(value) if private and not secret and meaning != "secret" else None
        if full is not None and known(full.host):
            yield full
        return
    if meaning != "address" and _is_running(value, known):
        return
    clear = list(addresses.urls(value))
    if clear:
        for address in clear:
            yield _doubtful(address) if address.unresolved else address
        if "://" in value or any(a.form in ("resource", "dsn") for a in clear):
            return
    if meaning == "address" and addresses.placeholder(value) != "a placeholder":
        yield Doubt(addresses.placeholder(value), "is not resolved")
        return
    if "@" in value:
        return  # without a scheme nobody can tell a host from the end of a password
    parts = addresses.tokens(value)
    if " " in value and "," not in value and meaning != "address":
        yield from _words(parts, known, "")
        return
    yield from _listed(name, parts, meaning, known, secret)


def _doubtful(address: Address) -> Doubt:
    if address.unresolved == addresses.AMBIGUOUS:
        return Doubt(address.unresolved, "cannot be told from a part of the password or query beside it")
    return Doubt(address.unresolved or "", "is not resolved")


def _is_running(value: str, known: Known) -> bool:
    """Whether a text is a sentence that mentions a URL: `see https://… for help`; no command and no list."""
    parts = value.split()
    if (
        len(parts) < 3
        or "://" not in value
        or parts[0] in _COMMANDS
        or any(part[0] == "-" or "=" in part for part in parts)
    ):
        return False
    return sum(bool(_WORD.fullmatch(part)) and not known(part.lower()) for part in parts) > 1


def _listed(name: str, parts: list[str], meaning: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
    """Addresses of a list, up to the first `key=value` whose key is no address: what follows may be a secret's rest."""
    for part in parts:
        inner = lookable(part)
        if inner is None:
            return
        found = _token(name, inner, meaning, known, secret)
        if found is not None:
            yield found


def _token(name: str, part: str, meaning: str, known: Known, secret: bool) -> Address | Doubt | None:
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
    if secret:
        return bare if is_known and "." in bare.host and meaning != "other" else None
    if "." in bare.host:
        return bare if _means_dotted(name, part, meaning, is_known) else None
    return _plain(name, bare, meaning, is_known)


def _means_dotted(name: str, part: str, meaning: str, is_known: bool) -> bool:
    if is_identity(name):
        return True
    if meaning == "other" and not hints(name):
        return False
    first, _, rest = part.partition(".")
    if is_known or _is_domain(part):
        return True
    return hints_store(name) and part == part.lower() and bool(rest) and first not in _TOP


def _plain(name: str, bare: Address, meaning: str, is_known: bool) -> Address | Doubt | None:
    """A word without dots: a scanned Service where the name hints at one or chance is unlikely, else a doubt."""
    if meaning == "other" and not hints(name):
        return None
    doubt = doubt_about(name, bare.host, is_known)
    return Doubt(bare.host, doubt) if doubt else bare if doubt is not None else None


def _means_port(address: Address, name: str, meaning: str, known: Known, secret: bool) -> bool:
    if meaning == "other" and _IMAGES & set(words(name)):
        return False  # `redis:7` is a version there, also beside a Service of that name
    if meaning == "address" or known(address.host):
        return True
    if meaning == "secret" or _FILE.search(address.host):
        return False
    if "." in address.host and (_is_domain(address.host) or address.host.replace(".", "").isdigit()):
        return not secret or _is_domain(address.host)
    if secret:
        return False
    return address.port is not None and (address.port >= 1024 or address.port in _PORTS)


def _is_domain(host: str) -> bool:
    if host != host.lower():
        return False
    labels = host.rstrip(".").split(".")
    if "svc" in labels[2:]:
        return True
    # a package name turns a domain round: com.example.shop
    return len(labels) > 2 and labels[-1] in _TOP and labels[0] not in _TOP


def _words(parts: list[str], known: Known, before: str) -> Iterator[Address | Doubt]:
    """Addresses among the words of a command: known Services, or what stands behind `-h` and the like."""
    for part in parts:
        flag, _, rest = part.partition("=")
        if mentions_private(flag if rest else part if part[:1] == "-" else ""):
            return  # what follows may be a secret
        token = rest or part
        flag = flag if rest else ""
        full = addresses.host_port(token)
        bare = None if full else addresses.name(token)
        if full is not None and (known(full.host) or (flag and sense(flag) == "address")):
            yield full
        elif bare is not None and known(bare.host):
            if "." in bare.host or before in _COMMANDS or (flag and sense(flag) == "address"):
                yield bare
        elif bare is not None and "." in token and "svc" in token.split(".")[2:]:
            yield bare
        before = part


def _prose(text: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
    for line in map(str.strip, text[:MAX_TEXT].splitlines()):
        if _COMMENT.match(line) or _NOISE.search(line):
            continue
        match = _LINE.match(line)
        # `proxy_pass http://…` of a web server passes requests on
        passes = match is not None and match[2].isspace() and match[1].endswith("_pass")
        meaning = "address" if passes else sense(match[1]) if match else "unclear"
        if match and (meaning == "secret" or (is_private(match[1]) and not passes) or not is_called(match[1])):
            continue
        clear = list(addresses.urls(line))
        yield from (address for address in clear if not address.unresolved)
        yield from (_doubtful(address) for address in clear if address.unresolved == addresses.AMBIGUOUS)
        if any(not address.unresolved or address.unresolved == addresses.AMBIGUOUS for address in clear):
            continue
        found_here: set[str] = set()
        if match and not secret:
            value = line[match.end() :].strip().removesuffix(",").strip("\"'; ")
            parts = addresses.tokens(value)
            running = match[2].isspace() or len(parts) > 1  # words of a sentence rather than a value
            for found in _listed(match[1], parts, meaning, known, running):
                # a file is full of words: only what is plainly a host counts
                if isinstance(found, Address) and (found.form == "port" or known(found.host) or _is_domain(found.host)):
                    found_here.add(found.host)
                    yield found
        for one in _words(addresses.tokens(line), known, ""):
            if not (isinstance(one, Address) and one.host in found_here):
                yield one
