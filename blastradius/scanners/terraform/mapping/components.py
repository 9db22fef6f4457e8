"""A block becomes a component: its name, its place, its identities."""

from __future__ import annotations

import re
from typing import Any

from blastradius.model import Component, Evidence
from blastradius.scanners.terraform.mapping.rows import Row
from blastradius.scanners.terraform.mapping.values import at, refs
from blastradius.scanners.terraform.mapping.world import World, base
from blastradius.scanners.terraform.model import Block, Expr

PROVIDERS = {
    "aws": "aws", "awscc": "aws", "google": "gcp", "google-beta": "gcp", "azurerm": "azure", "azuread": "azure",
}  # fmt: skip
_ZONE = re.compile(r"[a-z]{2}(?:-[a-z]+)+-?\d[a-z]|[a-z]+-[a-z]+\d{1,2}-[a-z]")
_REGION = re.compile(r"[a-z][a-z0-9-]{2,40}")
_GOOGLE = re.compile(r"[a-z]+-[a-z]+\d{1,2}")
_WIDE = frozenset({"us", "eu", "asia", "nam3", "nam4", "nam5", "nam6", "eur3", "eur4", "eur5", "asia1"})
_AZURE = re.compile(r"[a-z]{4,30}\d?")
_HOST = re.compile(r"[a-z0-9*_](?:[a-z0-9_.-]{0,250}[a-z0-9])?")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12})?:\S{1,500}")


def describe(world: World, block: Block, row: Row | None = None, name: str = "") -> str:
    """Add the component of a block, and index the texts by which others may refer to it; gives its id.

    Args:
        world: where it is added.
        block: what it is made of.
        row: what it becomes, where its type does not decide alone.
        name: its name, where the row's attributes do not hold it.
    """
    row = row or world.types.rows[block.type]
    id = world.id_of(block)
    name, known = (name, False) if name else _name(world, block, row)
    zone = _zone(world, block, row)
    region = _region(world, block, row) or _region_of_zone(zone)
    provider = PROVIDERS.get(block.provider, block.provider)
    account = block.account or (_project(world, block) if provider == "gcp" else None)
    identities = _identities(world, block, row, name if known else None, region, account)
    attributes = ({"role": row.role} if row.role else {}) | ({"declared": "elsewhere"} if block.mode == "data" else {})
    world.components[id] = Component(
        id=id,
        kind=row.kind,
        name=name,
        type=block.type,
        service=row.service,
        provider=provider,
        region=region,
        zone=zone,
        account=account,
        scope=world.scope,
        identities=identities,
        aliases=_aliases(block),
        attributes=attributes,
        evidence=_evidence(world, block),
    )
    world.block_of[id], world.row_of[id] = block, row
    for text in identities:
        world.hosts[text.lower()].add(id)
    if known:
        world.names[name].add(id)
    return id


def _evidence(world: World, block: Block) -> tuple[Evidence, ...]:
    """Where it is declared, and where its region is stated."""
    data = "data " if block.mode == "data" else ""
    found = [world.evidence(block, "", f"{data}{block.type}.{block.name}")]
    if block.region_evidence is not None and isinstance(block.region, str):
        found.append(block.region_evidence)
    return tuple(found)


def _aliases(block: Block) -> tuple[str, ...]:
    bare = base(block.address)
    return tuple(sorted({block.address, bare}))


def _name(world: World, block: Block, row: Row) -> tuple[str, bool]:
    """Physical name and whether it is that; else its known pieces, else the name in the source."""
    pieces = ""
    for path in row.names:
        for value in at(block.values, path):
            text = world.text(value)
            if text and len(text) < 512:
                return text.strip().rstrip(".") or text, True
            if not pieces and isinstance(value, Expr):
                pieces = _known_pieces(world, value)
    if len(pieces) > 3:
        return pieces, False
    bare, bracket, key = block.address.rpartition("[") if block.address.endswith("]") else (block.address, "", "")
    key = bracket + key
    if key == "[0]" and f"{bare}[1]" not in world.blocks:
        key = ""  # made or not made: one of one
    if block.name in ("this", "main", "default") and block.module:
        return block.module.rpartition("module.")[2] + key, False
    return (f"{block.type}.this" if block.name == "this" else block.name) + key, False


def _known_pieces(world: World, value: Expr) -> str:
    """What is known of a name before its first unknown part, else all that is known."""
    known = [part if isinstance(part, str) else world.of(part) for part in value.parts]
    first = next((at for at, one in enumerate(known) if one is None), len(known))
    head = "".join(one for one in known[:first] if one).strip("-_./ ")
    if len(head) > 2:
        return head[:200]
    return re.sub(r"[-_./]{2,}", "-", "".join(one for one in known if one)).strip("-_./ ")[:200]


def _region(world: World, block: Block, row: Row, depth: int = 0) -> str | None:
    if row.place == "global":
        return "global"
    if block.provider in ("google", "google-beta", "azurerm"):
        stated = _stated(world, block)
        if stated:
            return stated
    if isinstance(block.region, str):
        return block.region if _shape(block).fullmatch(block.region) else None
    for path in (*row.parents, "zone"):
        for value in at(block.values, path):
            for ref in refs(value):
                for one in world.found(ref):
                    parent = world.types.rows.get(one.type)
                    found = _stated(world, one)
                    if not found and one.type.endswith("_zones") and isinstance(one.region, str):
                        found = one.region
                    if not found and parent and depth < 4:
                        found = _region(world, one, parent, depth + 1)
                    if found:
                        return found
    return None


def _stated(world: World, block: Block) -> str | None:
    """The region that `location`, `region` or `zone` say, in the provider's own spelling."""
    for key in ("location", "region", "zone"):
        text = world.text(block.values.get(key))
        if not text or len(text) > 60:
            continue
        text = text.rpartition("/")[2].lower().replace(" ", "")
        if _ZONE.fullmatch(text) and block.provider.startswith("google"):
            text = text.rpartition("-")[0]
        if text == "global" or (text in _WIDE and block.provider.startswith("google")):
            return "global"  # copies in several regions, which the provider chooses
        if _shape(block).fullmatch(text):
            return text
    return None


def _shape(block: Block) -> re.Pattern[str]:
    """How the provider of a block spells its regions."""
    if block.provider.startswith("google"):
        return _GOOGLE
    return _AZURE if block.provider == "azurerm" else _REGION


def _project(world: World, block: Block) -> str | None:
    text = world.text(block.values.get("project"))
    return text if text and len(text) < 64 else None


def zones(world: World, value: Any, depth: int = 0) -> list[str]:
    """Zones that subnets or zone names in a value mean; one whose name is not known is `#<n>`, alike for alike."""
    found: dict[str, None] = {}
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, list):
            found.update(dict.fromkeys(zones(world, one, depth + 1)))
            continue
        text = world.text(one)
        if text and _ZONE.fullmatch(text):
            found[text] = None
            continue
        near = world.blocks_of_value(text) if text else []
        if near and depth < 4:
            found.update(dict.fromkeys(zones(world, _places(near), depth + 1)))
            continue
        for ref in refs(one):
            if "availability_zones" in ref.address or "google_compute_zones" in ref.address:
                found[f"#{ref.address}{'.'.join(map(str, ref.path))}{ref.index}"] = None
                continue
            if depth < 4:
                found.update(dict.fromkeys(zones(world, _places(world.found(ref)), depth + 1)))
    return list(found)


def _places(blocks: list[Block]) -> list[Any]:
    """What subnets and groups of them say of zones."""
    paths = ("availability_zone", "zone", "subnet_ids", "vpc_zone_identifier")
    return [block.values[path] for block in blocks for path in paths if path in block.values]


def _zone(world: World, block: Block, row: Row) -> str | None:
    """The one zone it is in, where it is in one and that is known."""
    values = [value for path in row.zones for value in at(block.values, path)]
    if block.provider.startswith("google"):
        values.append(block.values.get("zone"))
    found = zones(world, values) if values else []
    return found[0] if len(found) == 1 and not found[0].startswith("#") else None


def _region_of_zone(zone: str | None) -> str | None:
    """The region that the name of a zone holds: `eu-west-1b`, `europe-west1-b`."""
    if zone is None:
        return None
    return zone.rpartition("-")[0] if re.fullmatch(r"[a-z]+-[a-z]+\d{1,2}-[a-z]", zone) else zone[:-1]


def _identities(
    world: World, block: Block, row: Row, name: str | None, region: str | None, account: str | None
) -> tuple[str, ...]:
    found = set()
    arn = world.text(block.values.get("arn"))
    if arn and _ARN.fullmatch(arn):
        found.add(arn)
    elif row.arn and name and block.provider == "aws":
        made = _arn(row.arn, name, region, account)
        if made:
            found.add(made)
    for path in row.hosts:
        for value in at(block.values, path):
            for one in value if isinstance(value, list) else [value]:
                text = (world.text(one) or "").lower()
                host = re.sub(r"^[a-z]+://", "", text).partition("/")[0].rpartition("@")[2].partition(":")[0]
                if "." in host and _HOST.fullmatch(host):
                    found.add(host)
    return tuple(sorted(found))


def _arn(template: str, name: str, region: str | None, account: str | None) -> str | None:
    if ("{account}" in template and not account) or ("{region}" in template and not region):
        return None
    partition = "aws-cn" if (region or "").startswith("cn-") else "aws"
    if (region or "").startswith("us-gov-"):
        partition = "aws-us-gov"
    return f"arn:{partition}:" + template.format(name=name, region=region, account=account)
