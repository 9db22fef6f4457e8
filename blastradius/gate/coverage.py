"""How much of a system was seen, in three figures."""

from __future__ import annotations

from blastradius.gate.result import Seen
from blastradius.gate.system import System
from blastradius.model import PLACES

#: Places and platforms follow from what is in them: nobody has to see them.
_MADE = PLACES | {"platform", "control-plane"}


def seen(system: System) -> Seen:
    """Which part of the components was seen whole, and which gaps are on critical journeys.

    Args:
        system: the system.
    """
    gaps = system.graph.inventory.gaps
    own = {one.id for one in system.graph.components.values() if one.kind not in _MADE}
    scopes = {one.scope for one in gaps if one.component is None and one.hides == "location"}
    open_ones = {one.component for one in gaps if one.component is not None} & own
    open_ones |= {one.id for one in system.graph.roaming if one.scope in scopes}
    areas = [one for one in gaps if one.component is None and one.scope not in scopes]
    total = len(own) + len(areas)
    critical = 0
    for gap in gaps:
        if gap.component is not None:
            critical += any(system.losses.needs(one) for one in (gap.component, gap.same_as) if one is not None)
        elif gap.scope in scopes:
            critical += any(system.losses.needs(one.id) for one in system.graph.roaming if one.scope == gap.scope)
        else:
            critical += 1
    # rounded down: 1 is said only where nothing is missing
    share = 1.0 if not total or not (open_ones or areas) else int((len(own) - len(open_ones)) / total * 1000) / 1000
    return Seen(share=share, gaps=len(gaps), critical=critical)
