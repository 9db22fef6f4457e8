"""Single words of a value: which of them are addresses, by their form and by what their name means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.scanners import addresses
from blastradius.scanners.addresses import Address
from blastradius.scanners.naming import TECHNOLOGY, doubt_about, hints, hints_store, is_identity, words
from blastradius.scanners.pairs import lookable
from blastradius.scanners.settings.model import Doubt, Known

#: Ports that say of an unknown `word:number` that it is an address and no image tag or ratio.
_PORTS = frozenset({21, 22, 25, 53, 80, 88, 110, 123, 143, 389, 443, 465, 514, 587, 636, 873, 993, 995})
#: Last labels of dotted names that are hosts even where nothing says so; Java packages begin with them instead.
_TOP = frozenset({
    "com", "net", "org", "io", "dev", "cloud", "app", "ai", "co", "internal", "svc", "local", "gov", "edu", "eu",
    "us", "uk", "de", "fr",
})  # fmt: skip
_FILE = re.compile(r"\.(?:ya?ml|json|xml|properties|conf|cfg|ini|toml|txt|log|pem|crt|key|sh|py|js|jar|war|so|db|sock|pid|html?|css|go|rb|php|sql|env|cnf)$")  # fmt: skip
_IMAGES = frozenset({"image", "images", "tag", "version"})


def listed(name: str, parts: list[str], meaning: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
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
    if is_known or is_domain(part):
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
    if "." in address.host and (is_domain(address.host) or address.host.replace(".", "").isdigit()):
        return not secret or is_domain(address.host)
    if secret:
        return False
    return address.port is not None and (address.port >= 1024 or address.port in _PORTS)


def is_domain(host: str) -> bool:
    """Whether a dotted name can be nothing but a host: a package name turns one round."""
    if host != host.lower():
        return False
    labels = host.rstrip(".").split(".")
    if "svc" in labels[2:]:
        return True
    # a package name turns a domain round: com.example.shop
    return len(labels) > 2 and labels[-1] in _TOP and labels[0] not in _TOP
