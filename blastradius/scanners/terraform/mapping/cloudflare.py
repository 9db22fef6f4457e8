"""Cloudflare: zones, and the names in them that point somewhere."""

from __future__ import annotations

from blastradius.model import DependencyFact, Reference
from blastradius.scanners.terraform.mapping.components import describe
from blastradius.scanners.terraform.mapping.dns import keep_ttl
from blastradius.scanners.terraform.mapping.references import references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.values import flag, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_VENDOR = "vendor:cloudflare"
_RECORD = Row("dns", None, ("hostname", "name"), place="global")
_POINTING = {"A", "AAAA", "CNAME"}
_AUTOMATIC = 300
"""Seconds that a TTL of 1 stands for."""


def _zone(world: World, block: Block, id: str) -> None:
    """A vendor's, and in no place of its own; so is a name whose zone is not declared here."""
    world.update(id, provider=None)
    world.rules.append(
        DependencyFact(
            dependent=id,
            reference=Reference(texts=(_VENDOR,), scope=world.scope, role="resource"),
            via="zone",
            strength="hard",
            phase="runtime",
            reason="its name servers answer for the zone",
            evidence=(world.evidence(block),),
        )
    )


def _record(world: World, block: Block) -> None:
    """A name with its whole spelling; mail and texts point nowhere."""
    if world.text(block.values.get("type")) not in _POINTING:
        return
    id = describe(world, block, _RECORD)
    world.block_of.pop(id)
    world.update(id, provider=None)
    found = [one for ref in refs(block.values.get("zone_id")) for one in world.found(ref)]
    zone = next((name for one in found for key in ("zone", "name") if (name := world.text(one.values.get(key)))), "")
    name = world.text(block.values.get("name")) or ""
    if zone and name and name != zone and not name.endswith("." + zone):
        name = zone if name == "@" else f"{name}.{zone}"
    if "." in name:
        world.update(id, name=name.lower(), aliases=(name.lower(),))


def _ties(world: World, block: Block) -> None:
    """Its zone, its target and the time for which answers are kept."""
    id = world.id_of(block)
    if id not in world.components:
        return
    if world.targets(block.values, "zone_id"):
        references(world, id, block.values.get("zone_id"), world.evidence(block, "zone_id"), via="zone")
    else:
        _zone(world, block, id)
    for key in ("value", "content"):
        if key in block.values:
            need = Need(key, host=True)
            references(world, id, block.values[key], world.evidence(block, key), via="target", need=need)
            if world.targets(block.values, key):
                world.update(id, attributes={"entry": f"DNS {world.components[id].name}"})
    if flag(block.values.get("proxied")):
        # what clients keep is the edge's address, which stays when the target moves
        world.update(id, attributes={"proxied": "true"})
        return
    ttl = number(block.values.get("ttl"))
    keep_ttl(world, id, _AUTOMATIC if ttl in (None, 1) else ttl)


ROWS = {"cloudflare_zone": Row("dns", None, ("zone", "name"), place="global", more=_zone)}
EARLY = {"cloudflare_record": _record, "cloudflare_dns_record": _record}
JOINS = {"cloudflare_record": _ties, "cloudflare_dns_record": _ties}
QUIET = {"cloudflare_zone_settings_override", "cloudflare_zone_setting", "cloudflare_zone_dnssec"}
