"""Commands and lines of files: words that run something, of which a few are addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.scanners import addresses
from blastradius.scanners.addresses import MAX_TEXT, Address
from blastradius.scanners.naming import is_called, sense
from blastradius.scanners.pairs import is_private, mentions_private
from blastradius.scanners.settings.model import Doubt, Known
from blastradius.scanners.settings.tokens import is_domain, listed

COMMANDS = frozenset({"-h", "--host", "--hostname", "-H", "nslookup", "-z", "-zv", "-vz", "-zw1", "ping", "curl", "wget", "host", "dig", "wait-for", "wait-for-it.sh", "-s"})  # fmt: skip
#: Of a stripped line: its name, what divides, and where its value begins.
_LINE = re.compile(r"(?:-\s{1,20}|export\s{1,20})?[\"']?([A-Za-z_][\w.\-\[\]]{0,120})[\"']?(\s{0,200}(?:=|:(?=\s))|\s)")
_COMMENT = re.compile(r"^\s*(?:#|//|;|--|\*|<!--)")
_NOISE = re.compile(r"xmlns|schemaLocation|\$schema|\$id\b|DOCTYPE")


def in_words(parts: list[str], known: Known, before: str) -> Iterator[Address | Doubt]:
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
            if "." in bare.host or before in COMMANDS or (flag and sense(flag) == "address"):
                yield bare
        elif bare is not None and "." in token and "svc" in token.split(".")[2:]:
            yield bare
        before = part


def in_prose(text: str, known: Known, secret: bool) -> Iterator[Address | Doubt]:
    """Addresses in the lines of a script or file, comments left out."""
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
        yield from (doubtful(address) for address in clear if address.unresolved == addresses.AMBIGUOUS)
        if any(not address.unresolved or address.unresolved == addresses.AMBIGUOUS for address in clear):
            continue
        found_here: set[str] = set()
        if match and not secret:
            value = line[match.end() :].strip().removesuffix(",").strip("\"'; ")
            parts = addresses.tokens(value)
            running = match[2].isspace() or len(parts) > 1  # words of a sentence rather than a value
            for found in listed(match[1], parts, meaning, known, running):
                # a file is full of words: only what is plainly a host counts
                if isinstance(found, Address) and (found.form == "port" or known(found.host) or is_domain(found.host)):
                    found_here.add(found.host)
                    yield found
        for one in in_words(addresses.tokens(line), known, ""):
            if not (isinstance(one, Address) and one.host in found_here):
                yield one


def doubtful(address: Address) -> Doubt:
    """The doubt that an address with an open part leaves."""
    if address.unresolved == addresses.AMBIGUOUS:
        return Doubt(address.unresolved, "cannot be told from a part of the password or query beside it")
    return Doubt(address.unresolved or "", "is not resolved")
