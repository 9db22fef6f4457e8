"""Losing regions of a large system: what sweeps say of journeys is what a walk says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import inventories

from blastradius.analysis import losing
from blastradius.analysis.losing import Losing
from blastradius.model import Inventory


@st.composite
def placed(draw: st.DrawFn) -> Inventory:
    """A random inventory with regions, one of which is nobody's component."""
    inventory = draw(inventories())
    kinds = st.sampled_from(["service", "database", "region"])
    components = tuple(
        one.model_copy(update={"kind": draw(kinds), "region": draw(st.sampled_from(["here", "there", None]))})
        for one in inventory.components
    )
    return inventory.model_copy(update={"components": components})


@settings(max_examples=60)
@given(placed())
def test_sweeps_and_walks_agree_on_lost_regions(inventory: Inventory) -> None:
    regions = [one.name for one in inventory.components if one.kind == "region"]
    regions += sorted({one.region for one in inventory.components if one.region})
    journeys = sorted(one.id for one in inventory.journeys)
    walked = Losing(inventory).losses(regions, journeys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(losing, "MANY", 0)
        swept = Losing(inventory).losses(regions, journeys)
    assert swept == walked
