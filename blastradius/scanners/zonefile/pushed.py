"""octoDNS: zones as YAML (a file per zone), and the providers that its configuration pushes them to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document, line_of
from blastradius.scanners.zonefile import names
from blastradius.scanners.zonefile.model import ADDRESSES, MAX_TTL, NAMES, Pools, Record, Zone

DEFAULT_TTL = 3600
"""Seconds, where neither record nor provider states any (octoDNS, `YamlProvider.default_ttl`)."""
CHECKS = 90
"""Seconds until a health check has failed, where nobody states how often it is made: three checks, 30 seconds apart."""
MAX_RECORDS = 100_000

#: What serves a zone that octoDNS pushes to a provider of that class; its last word without `Provider`.
_PROVIDERS = {
    "route53": "aws:platform/global/route53", "cloudflare": "vendor:cloudflare", "ns1": "vendor:ns1",
    "dyn": "vendor:oracle-dyn", "ultra": "vendor:ultradns", "googlecloud": "gcp:platform/global/cloud-dns",
    "azure": "azure:platform/global/dns", "edgedns": "vendor:akamai", "digitalocean": "vendor:digitalocean",
    "dnsimple": "vendor:dnsimple", "dnsmadeeasy": "vendor:dnsmadeeasy", "constellix": "vendor:constellix",
    "gandi": "vendor:gandi", "ovh": "vendor:ovh", "hetzner": "vendor:hetzner", "easydns": "vendor:easydns",
    "bunny": "vendor:bunny", "scaleway": "vendor:scaleway", "cloudns": "vendor:cloudns", "linode": "vendor:linode",
}  # fmt: skip
_TYPE = re.compile(r"(?:[A-Z][A-Z0-9]{0,10})|(?:[A-Za-z0-9]+/[A-Z]+)")
_ROUTE53_ALIAS = "Route53Provider/ALIAS"


@dataclass(frozen=True, slots=True)
class Pushes:
    """What an octoDNS configuration says of one zone.

    Attributes:
        targets: texts for what serves it.
        unknown: classes of providers that nobody here knows, or that it does not tell.
        where: file and line.
    """

    targets: tuple[str, ...]
    unknown: tuple[str, ...]
    where: tuple[str, int]


@dataclass(slots=True)
class Configuration:
    """What an octoDNS configuration says.

    Attributes:
        zones: by name; `*` for all others.
        ttl: seconds of records that state none.
    """

    zones: dict[str, Pushes] = field(default_factory=dict)
    ttl: int = DEFAULT_TTL


def is_configuration(document: Document) -> bool:
    """Whether a document configures octoDNS: providers with classes, and zones with sources and targets."""
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("zones"), dict):
        return False
    providers = value.get("providers")
    classes = (
        [one.get("class") for one in providers.values() if isinstance(one, dict)] if isinstance(providers, dict) else []
    )
    return any(isinstance(one, str) and "octodns" in one.lower() for one in classes)


def configuration(document: Document) -> Configuration:
    """Which providers each zone is pushed to."""
    providers = document.value["providers"]
    found = Configuration()
    for one in providers.values():
        if isinstance(one, dict) and str(one.get("class", "")).endswith("YamlProvider"):
            found.ttl = _ttl(one.get("default_ttl"), found.ttl) or found.ttl
    for key, body in document.value["zones"].items():
        targets, unknown = [], []
        listed = body.get("targets") if isinstance(body, dict) else None
        for target in listed if isinstance(listed, list) else ():
            provider = providers.get(target) if isinstance(target, str) else None
            word = str(provider.get("class", "")).rpartition(".")[2] if isinstance(provider, dict) else ""
            known = _PROVIDERS.get(word.removesuffix("Provider").lower())
            if known:
                targets.append(known)
            elif not word.startswith("Yaml"):  # a copy on disk serves nobody
                unknown.append(word if re.fullmatch(r"\w{1,60}", word) else "a provider")
        line = document.line_of("zones", key)
        pushes = Pushes(tuple(dict.fromkeys(targets)), tuple(dict.fromkeys(unknown)), (document.where, line))
        found.zones[str(key).lower().rstrip(".")] = pushes
    return found


def zone_named(path: str) -> str:
    """The zone that a YAML file is about by its name: `example.com.yaml`; empty for none."""
    name = re.sub(r"\.+ya?ml$", "", posixpath.basename(path).lower())
    return name if "." in name and names.is_name(name) and not names.is_internal(name) else ""


def is_zone(document: Document) -> bool:
    """Whether a document is a zone: every entry is one or several records, each with a type and what it holds."""
    value = document.value
    if not isinstance(value, dict) or not value:
        return False
    return all(_bodies(body) and all(map(_is_record, _bodies(body))) for body in value.values())


def zone(document: Document, name: str, ttl: int = DEFAULT_TTL) -> Zone:
    """The records of a zone.

    Args:
        document: for which `is_zone` holds.
        name: of the zone.
        ttl: seconds of records that state none.
    """
    found = Zone(name, document.where, document.line)
    for key, body in document.value.items():
        owner = names.absolute(key, name) if key else name
        for one in _bodies(body):
            type = str(one["type"]).upper() if one["type"] != _ROUTE53_ALIAS else "ALIAS"
            values, pools = _values(one, type, name)
            if owner is None or not values or len(found.records) >= MAX_RECORDS:
                found.other[type] = found.other.get(type, 0) + 1
                continue
            line = line_of(one) or document.line_of(key)
            found.records.append(Record(owner, type, values, _ttl(one.get("ttl"), ttl), document.where, line, pools))
    return found


def _bodies(body: Any) -> list[Any]:
    return body if isinstance(body, list) else [body]


def _is_record(body: Any) -> bool:
    held = isinstance(body, dict) and any(key in body for key in ("value", "values", "dynamic", "geo"))
    return held and isinstance(body.get("type"), str) and _TYPE.fullmatch(body["type"]) is not None


def _ttl(value: Any, default: int) -> int | None:
    """A TTL in seconds; None for one that is none."""
    if value is None:
        return default
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_TTL else None


def _values(body: dict[str, Any], type: str, zone: str) -> tuple[tuple[str, ...], Pools | None]:
    if type not in ADDRESSES and type not in NAMES and type != "NS":
        return (), None
    plain = tuple(_read(_listed(body), type, zone))
    if isinstance(body.get("dynamic"), dict):
        pools = _pools(body, type, zone, plain)
        if pools is not None:
            return tuple(dict.fromkeys((*pools.active, *pools.standby))), pools
    geo = body.get("geo")
    if isinstance(geo, dict):
        near = [value for values in geo.values() if isinstance(values, list) for value in values]
        every = tuple(dict.fromkeys((*plain, *_read(near, type, zone))))
        return every, Pools(every, (), True, _checks(body), "health-checked routing by place")
    return plain, None


def _listed(body: dict[str, Any]) -> list[Any]:
    values = body.get("values")
    return [*(values if isinstance(values, list) else []), body.get("value")]


def _read(values: list[Any], type: str, zone: str) -> Iterator[str]:
    """Those values that are what the type holds; an alias of Route 53 is a mapping with a name."""
    for value in values:
        text = value.get("name", value.get("value")) if isinstance(value, dict) else value
        if not isinstance(text, str):
            continue
        alias = isinstance(value, dict) and "name" in value
        found = names.address(text, type) if type in ADDRESSES else names.absolute(text, zone if alias else "")
        if found:
            yield found


def _pools(body: dict[str, Any], type: str, zone: str, plain: tuple[str, ...]) -> Pools | None:
    """Pools that rules choose among: those that a rule names are in use, their fallbacks and the plain values wait."""
    dynamic = body["dynamic"]
    pools, rules = dynamic.get("pools"), dynamic.get("rules")
    if not isinstance(pools, dict) or not isinstance(rules, list):
        return None
    used = [str(rule["pool"]) for rule in rules if isinstance(rule, dict) and "pool" in rule]
    held: dict[str, tuple[str, ...]] = {}
    forced = False
    for key, pool in pools.items():
        values = pool.get("values") if isinstance(pool, dict) else None
        serving = [one for one in values if not _has_status(one, "down")] if isinstance(values, list) else []
        forced = forced or (key in used and any(_has_status(one, "up") for one in serving))
        held[key] = tuple(_read(serving, type, zone))
    active = tuple(dict.fromkeys(value for key in used for value in held.get(key, ())))
    waiting = (*(value for values in held.values() for value in values), *plain)
    if not active:
        return None
    standby = tuple(dict.fromkeys(value for value in waiting if value not in active))
    reason = "a value is forced to be served whatever its health" if forced else "pools chosen by health checks"
    return Pools(active, standby, not forced, _checks(body), reason)


def _has_status(value: Any, status: str) -> bool:
    return isinstance(value, dict) and value.get("status") == status


def _checks(body: dict[str, Any]) -> int:
    """Seconds until a check has found a target lost, by the slowest provider that says how it checks."""
    said = body.get("octodns")
    longest = 0
    for provider in said.values() if isinstance(said, dict) else ():
        check = provider.get("healthcheck") if isinstance(provider, dict) else None
        if not isinstance(check, dict):
            continue
        interval = next((check[key] for key in ("request_interval", "frequency", "interval") if key in check), None)
        times = next((check[key] for key in ("failure_threshold", "retries", "threshold") if key in check), 3)
        if type(interval) is int and type(times) is int and 0 < interval <= 86_400 and 0 < times <= 100:
            longest = max(longest, interval * times)
    return longest or CHECKS
