"""Settings of containers (variables, flags, lines of files) and the addresses that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.scanners import addresses
from blastradius.scanners.addresses import MAX_TEXT, Address
from blastradius.scanners.naming import is_called, is_list, is_own, sense
from blastradius.scanners.pairs import is_private
from blastradius.scanners.settings.lines import COMMANDS, doubtful, in_prose, in_words
from blastradius.scanners.settings.model import Alternatives, Doubt, Found, Known, Own, Setting
from blastradius.scanners.settings.pages import is_page, may_be_read
from blastradius.scanners.settings.tokens import listed
from blastradius.scanners.siblings import are_siblings

__all__ = ["Alternatives", "Doubt", "Found", "Own", "Setting", "found_in"]

#: Schemes by which a whole value is a URL and no password, whatever its variable is called.
_SCHEME = re.compile(
    r"(?:https?|wss?|grpcs?|amqps?|rediss?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|nats|smtps?|ldaps?)://[a-z0-9]", re.I
)
_WEB = re.compile(r"(?:https?|wss?|grpcs?)://", re.I)
_WORD = re.compile(r"[^\W\d_]{1,40}[.,:;!?]?")


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
        yield from in_prose(value, known, setting.secret)
    else:
        yield from _gathered(setting.name, value, list(_value(setting.name, value, known, setting.secret)))


def _gathered(name: str, value: str, found: list[Address | Doubt | Own]) -> Iterator[Found]:
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


def _value(name: str, value: str, known: Known, secret: bool) -> Iterator[Address | Doubt | Own]:
    if not is_own(name):
        if not is_called(name):
            return
        for one in _called(name, value, known, secret):
            if not (may_be_read(name) and isinstance(one, Address) and one.form == "url") or known(one.host):
                yield one
            elif not is_page(one):
                yield Own(one.host, one.port)
        return
    for one in _called(name, value, known, secret):
        # a scanned one it was given as its base; of any other only what answers it tells whether it is its own
        is_perhaps = isinstance(one, Address) and not known(one.host)
        yield Own(one.host, one.port, one.form == "resource") if is_perhaps and isinstance(one, Address) else one


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
            yield doubtful(address) if address.unresolved else address
        if "://" in value or any(a.form in ("resource", "dsn") for a in clear):
            return
    if meaning == "address" and addresses.placeholder(value) != "a placeholder":
        yield Doubt(addresses.placeholder(value), "is not resolved")
        return
    if "@" in value:
        return  # without a scheme nobody can tell a host from the end of a password
    parts = addresses.tokens(value)
    if " " in value and "," not in value and meaning != "address":
        yield from in_words(parts, known, "")
        return
    yield from listed(name, parts, meaning, known, secret)


def _is_running(value: str, known: Known) -> bool:
    """Whether a text is a sentence that mentions a URL: `see https://… for help`; no command and no list."""
    parts = value.split()
    if (
        len(parts) < 3
        or "://" not in value
        or parts[0] in COMMANDS
        or any(part[0] == "-" or "=" in part for part in parts)
    ):
        return False
    return sum(bool(_WORD.fullmatch(part)) and not known(part.lower()) for part in parts) > 1
