"""Ids of well-known shape and the places they stand for; reads no data file, so that simulating never loads the catalog."""

from __future__ import annotations

import re
from collections.abc import Callable

from blastradius.model import BASIS_ORDER, Component, Evidence, Gap, Kind

UNKNOWN = "unknown"
GLOBAL = "global"
PROVIDERS = ("aws", "gcp", "azure")
PLACE_NOTE = "no place is stated"
SAID = "placed"
"""How the note of evidence begins that states a place; what follows is the reason."""

#: Kinds that are not the user's own: nobody places them by `place:` in bulk.
FOREIGN: frozenset[str] = frozenset(
    {"provider", "region", "zone", "account", "vendor", "external", "platform", "control-plane"}
)

_AWS_REGION = re.compile(
    r"[a-z]{2,4}(?:-(?:gov|iso[bef]?|isoe|de))?-(?:central|north|south|east|west|northeast|northwest|southeast|southwest)-\d"
)
_GCP_REGION = re.compile(r"(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d{1,2}")
_AZURE_REGION = re.compile(
    r"(?:(?:east|west|central|north|south|northcentral|southcentral|westcentral)us[23]?|(?:north|west)europe|uk(?:south|west)"
    r"|(?:east|southeast)asia|(?:france|germany|switzerland|norway|sweden|poland|italy|spain|korea|japan|india|canada|brazil|"
    r"australia|uae|qatar|israel|mexico)[a-z]+\d?|(?:south|central|west)india)"
)
_ZONE_CODE = re.compile(r"(?P<area>[a-z]{2})(?P<side>[a-z]{1,2})(?P<number>\d)-az\d+")
_SIDES = {
    "n": "north", "s": "south", "e": "east", "w": "west", "c": "central",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip


def provider_of_region(region: str) -> str | None:
    """The provider whose regions are named like this one, None where the name tells nothing."""
    for provider, shape in zip(PROVIDERS, (_AWS_REGION, _GCP_REGION, _AZURE_REGION), strict=True):
        if shape.fullmatch(region):
            return provider
    return None


def region_of_zone(zone: str) -> str | None:
    """The region that a zone's name or id contains: `us-east-1a`, `use1-az4`, `us-central1-a`; None where it tells nothing."""
    for shape in (r"(.+-\d)[a-z]", r"(.+-[a-z]+\d{1,2})-[a-z]"):
        found = re.fullmatch(shape, zone)
        if found and provider_of_region(found[1]):
            return found[1]
    return region_of_code(zone.partition("-")[0]) if _ZONE_CODE.fullmatch(zone) else None


def region_of_code(code: str) -> str | None:
    """The AWS region of a short code as in zone ids and cache host names: `use1`, `apne3`; None where it is none."""
    found = re.fullmatch(r"(?P<area>[a-z]{2})(?P<gov>g)?(?P<side>[nsewc][ew]?)(?P<number>\d)", code)
    if found is None or found["side"] not in _SIDES:
        return None
    region = f"{found['area']}{'-gov' if found['gov'] else ''}-{_SIDES[found['side']]}-{found['number']}"
    return region if _AWS_REGION.fullmatch(region) else None


def provider_id(provider: str) -> str:
    """Id of a provider's root."""
    return f"provider:{provider}"


def region_id(provider: str | None, region: str) -> str:
    """Id of a region; without a provider where nobody knows whose it is."""
    return f"{provider}:region/{region}" if provider else f"region:{region}"


def zone_id(provider: str | None, zone: str, region: str | None = None) -> str:
    """Id of a zone; with its region where the zone's own name does not tell it: every Azure region has a zone 1."""
    name = zone if region is None or region_of_zone(zone) else f"{region}/{zone}"
    return f"{provider}:zone/{name}" if provider else f"zone:{name}"


def account_id(provider: str | None, account: str) -> str:
    """Id of an account, project or subscription."""
    return f"{provider}:account/{account}" if provider else f"account:{account}"


def service_id(provider: str, region: str | None, service: str, plane: str = "platform") -> str:
    """Id of a provider's service in a region: `platform` is its data plane, `control-plane` what changes it."""
    return f"{provider}:{plane}/{region or UNKNOWN}/{service}"


def component_for_id(id: str) -> Component | None:
    """Make the component that an id of well-known shape stands for.

    Args:
        id: such as `aws:region/us-east-1`, `aws:platform/us-east-1/dynamodb`, `vendor:stripe`, `external:host`, `provider:aws`.

    Returns:
        The component; None for an id of any other shape.
    """
    owner, colon, rest = id.partition(":")
    if not (colon and owner and rest) or any(c.isspace() for c in id):
        return None
    make = _ROOTS.get(owner)
    if make is not None:
        return make(id, rest)
    shape, slash, tail = rest.partition("/")
    inside = _INSIDE.get(shape)
    return inside(id, owner, tail) if inside and slash and tail and re.fullmatch(r"[a-z][a-z0-9-]*", owner) else None


def place_named(kind: str, name: str) -> Component | None:
    """The region or provider that a person names, None where it is none that a cloud has.

    Args:
        kind: `region` or `provider`.
        name: such as `us-east-1` or `aws`, or its id.
    """
    if kind == "region":
        name = name.rpartition("/")[2]
        provider = provider_of_region(name)
        return component_for_id(region_id(provider, name)) if provider else None
    name = name.removeprefix("provider:")
    return component_for_id(provider_id(name)) if kind == "provider" and name in PROVIDERS else None


def _make(id: str, kind: Kind, name: str, **places: str | None) -> Component:
    named = "region" if places.get("region") and kind != "region" else "provider"
    said = Evidence(scanner="catalog", locator=f"its id names the {named}", basis="declared", note="what its id says")
    return Component(id=id, kind=kind, name=name, evidence=(said,), **places)


def _region(id: str, provider: str | None, region: str) -> Component | None:
    if "/" in region:
        return None
    return _make(id, "region", region, provider=provider or provider_of_region(region), region=region)


def _zone(id: str, provider: str | None, tail: str) -> Component | None:
    within, slash, zone = tail.rpartition("/")
    if "/" in within or not zone or (slash and not within):
        return None
    region = within or region_of_zone(zone)
    owner = provider or (provider_of_region(region) if region else None)
    return _make(id, "zone", zone, provider=owner, region=region, zone=zone)


def _account(id: str, provider: str | None, account: str) -> Component | None:
    return None if "/" in account else _make(id, "account", account, provider=provider, account=account)


def _service(kind: Kind) -> Callable[[str, str, str], Component | None]:
    def make(id: str, provider: str, tail: str) -> Component | None:
        region, slash, service = tail.partition("/")
        if not (region and slash and service) or "/" in service:
            return None
        place = None if region == UNKNOWN else region
        return _make(id, kind, service, provider=provider, region=place, service=service)

    return make


_ROOTS: dict[str, Callable[[str, str], Component | None]] = {
    "provider": lambda id, name: _make(id, "provider", name, provider=name),
    "vendor": lambda id, name: _make(id, "vendor", name),
    "external": lambda id, name: _make(id, "external", name.rpartition("/")[2]),
    "region": lambda id, name: _region(id, None, name),
    "zone": lambda id, name: _zone(id, None, name),
    "account": lambda id, name: _account(id, None, name),
}
_INSIDE: dict[str, Callable[[str, str, str], Component | None]] = {
    "region": _region,
    "zone": _zone,
    "account": _account,
    "platform": _service("platform"),
    "control-plane": _service("control-plane"),
}

ALL_KNOWN = {"places": "all known"}
"""Attribute of a vendor whose needs name every place it runs in; kept, so that who reads it needs no catalog that says so."""
_NO_PLACE: frozenset[str] = frozenset({"provider", "region", "zone", "account"})


def location_gap(component: Component) -> Gap | None:
    """The gap of a component of whom it is not known where it runs, None for a placed one and for the user's unplaced own.

    The user's own components without any place are told together, one gap for each scope, by `assemble`.
    """
    if component.region or component.zone or component.kind in _NO_PLACE:
        return None
    if component.provider is None and component.kind not in FOREIGN:
        return None
    if component.kind == "vendor":
        reason = f"where {component.name} runs is not known: state it with `place:` in blastradius.yaml"
    elif component.kind == "external":
        reason = f"{component.name} is referred to and was not found in what was scanned; what it is and where it runs is not known"
    else:
        reason = f"{component.name} is with {component.provider}, and nothing says in which region"
    return Gap(
        scope=component.id,
        reason=reason,
        hides="location",
        component=component.id,
        provider=component.provider,
        account=component.account,
        evidence=(place_evidence(component),),
    )


def place_evidence(component: Component, note: str = PLACE_NOTE) -> Evidence:
    """Evidence of what `assemble` concludes from a component's place.

    It stands where the place is stated, else where the component is, on the ground on which that stands.

    Args:
        component: what has the place.
        note: what is concluded.
    """
    if not component.evidence:
        return Evidence(scanner="assemble", locator=component.id, basis="assumed", note=note)
    said = [one for one in component.evidence if one.note and one.note.startswith(SAID)]
    if said and note != PLACE_NOTE:
        reason = (said[-1].note or "").removeprefix(SAID)
        return Evidence(scanner="assemble", locator=said[-1].locator, basis=said[-1].basis, note=note + reason)
    basis = min((one.basis for one in component.evidence), key=BASIS_ORDER.index)
    return Evidence(scanner="assemble", locator=component.evidence[0].locator, basis=basis, note=note)
