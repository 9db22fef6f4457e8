"""BR002: a critical journey newly falls with one zone."""

from __future__ import annotations

from blastradius.gate.pinning import Pinning
from blastradius.gate.ruling import RULES


class SingleZone(Pinning):
    """A hard need that falls with one zone."""

    id = "BR002"
    name = "single-zone-dependency"
    summary = "A critical journey needs something that falls with one zone."
    docs = (
        "It fires as BR001 does, for zones: a volume, an instance or a node group that is in one zone only, where a "
        "critical journey breaks when that zone is lost.\n\n"
        "It does not fire for what is spread over zones, nor where nothing tells the zone.\n\n"
        "Spread it over zones of the region, or make the dependency soft."
    )
    kind = "zone"
    elsewhere = "zone"


RULES.register("BR002")(SingleZone)
