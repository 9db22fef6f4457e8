"""Gaps of what has no known place: one for each vendor, host or half-placed thing, one for each scope of unplaced ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from blastradius.catalog.places import FOREIGN, PLACE_NOTE, location_gap
from blastradius.model import Component, Evidence, Gap


def place_gaps(components: Iterable[Component]) -> list[Gap]:
    """All gaps that hide a location, told from the components alone."""
    unplaced: Counter[str] = Counter()
    gaps = []
    for component in components:
        if component.region or component.zone:
            continue
        if component.provider is None and component.kind not in FOREIGN:
            unplaced[component.scope or "inventory"] += 1
        elif gap := location_gap(component):
            gaps.append(gap)
    return gaps + [_together(scope, count) for scope, count in unplaced.items()]


def _together(scope: str, count: int) -> Gap:
    what = "1 component carries" if count == 1 else f"{count:,} components carry"
    return Gap(
        scope=scope,
        reason=f"{what} no place: state it with `place:` in blastradius.yaml",
        hides="location",
        evidence=(Evidence(scanner="assemble", locator=scope, basis="declared", note=PLACE_NOTE),),
    )


def is_derived(gap: Gap) -> bool:
    """Whether a gap was made here, so that it can be made anew."""
    evidence = gap.evidence
    return len(evidence) == 1 and evidence[0].scanner == "assemble" and evidence[0].note == PLACE_NOTE
