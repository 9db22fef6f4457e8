"""Which files may be zone files by their name, which are by their content, and what zone a name tells."""

from __future__ import annotations

import posixpath
import re

from blastradius.scanners.zonefile.names import is_name

_NAMED = re.compile(
    r"(?:[\w.-]+\.(?:zone|zon|db|hosts|master)|(?:db|zone|pri|master)\.[\w.-]+)(?:\.(?:signed|j2|tmpl|erb))?", re.I
)
_FOLDERS = frozenset({"zones", "zone", "zonefiles", "zone-files", "zone_files", "dns", "bind", "named", "masters"})
_CONFIGURATION = re.compile(r"(?:[\w-]+\.)?named[\w.-]*|[\w.-]+\.named", re.I)
_SUFFIX = re.compile(r"\.(?:zone|zon|db|hosts|master|signed|txt|j2|tmpl|erb)$", re.I)
_PREFIX = re.compile(r"^(?:db|zone|pri|master)\.", re.I)
#: Other files of such folders and names, which a look into them would only waste time on.
_OTHERS = re.compile(
    r"\.(?:ya?ml|json|md|rst|py|js|ts|go|java|rb|php|sh|sql|tf|tofu|tfvars|html?|css|png|jpe?g|gz|zip|lock|toml)$", re.I
)
_SOA = re.compile(r"^[^;\n]{0,300}[\s)]SOA\s", re.M | re.I)
_ORIGIN = re.compile(r"^\$ORIGIN\s", re.M | re.I)
_ZONE = re.compile(r'(?:^|[{;])\s*zone\s+"?[\w.-]+"?\s', re.M)


def may_be_zone(path: str) -> bool:
    """Whether a file's name or folder is one under which zone files lie."""
    folder, name = posixpath.split(path)
    if _OTHERS.search(name):
        return False
    return _NAMED.fullmatch(name) is not None or any(part.lower() in _FOLDERS for part in folder.split("/"))


def may_be_configuration(path: str) -> bool:
    """Whether a file's name is one of a name server's configuration: `named.conf.local`, `named.rfc1912.zones`."""
    name = posixpath.basename(path)
    return _CONFIGURATION.fullmatch(name) is not None and not _OTHERS.search(name)


def looks_like_zone(text: str) -> bool:
    """Whether a file may hold an SOA record or an origin; a closer look is for the reader."""
    return bool(_ORIGIN.search(text) or _SOA.search(text))


def looks_like_configuration(text: str) -> bool:
    """Whether a text names a zone as a name server's configuration does."""
    return _ZONE.search(text) is not None and "{" in text


def zone_of_path(path: str) -> str:
    """The zone that a file's name tells: `db.example.com`, `example.com.zone`; empty for none."""
    name = posixpath.basename(path)
    while shorter := _SUFFIX.sub("", name):
        if shorter == name:
            break
        name = shorter
    name = _PREFIX.sub("", name).lower().rstrip(".")
    last = name.rpartition(".")[2]
    return name if "." in name and is_name(name) and not last.isdigit() else ""
