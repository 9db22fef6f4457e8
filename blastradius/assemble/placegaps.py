"""Gaps of what has no known place: one for each vendor, host or half-placed thing, one for each scope of unplaced ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from blastradius.catalog.places import ALL_KNOWN, FOREIGN, PLACE_NOTE, component_for_id, location_gap
from blastradius.model import Component, Dependency, Evidence, Gap


def place_gaps(components: Iterable[Component], dependencies: Iterable[Dependency] = ()) -> list[Gap]:
    """All gaps that hide a location, each at the first place that refers to what is hidden.

    Args:
        components: all there are.
        dependencies: tell who refers to vendors and hosts, and where.
    """
    unplaced: Counter[str] = Counter()
    gaps: list[Gap] = []
    for component in components:
        if component.region or component.zone:
            continue
        if component.kind == "pipeline" and component.provider is None:
            continue  # what it runs on is what it needs
        if component.provider is None and component.kind not in FOREIGN:
            unplaced[component.scope or "inventory"] += 1
        elif gap := location_gap(component):
            known = _where_known(component)
            if known is None:
                gaps.append(gap)
            elif known:
                gaps.append(gap.model_copy(update={"reason": known}))
    return _at_their_readers(gaps, dependencies) + [_together(scope, count) for scope, count in unplaced.items()]


def _where_known(component: Component) -> str | None:
    """What the catalog knows of where a vendor runs: nothing, a part of it in words, or all (an empty text)."""
    if component.kind != "vendor":
        return None
    if ALL_KNOWN.items() <= component.attributes.items():
        return ""
    from blastradius.catalog.services import vendors

    record = vendors().get(component.id.removeprefix("vendor:"))
    seen = [place for one in record.needs if (place := component_for_id(one.on)) and place.region] if record else []
    if record is None or not (seen or record.complete):
        return None
    if record.complete:
        return ""
    regions = ", ".join(sorted({f"{one.provider} {one.region}" for one in seen}))
    return f"{component.name} needs {regions}, by the catalog; where else it runs is not known: state it with `place:` in blastradius.yaml"


def _at_their_readers(gaps: list[Gap], dependencies: Iterable[Dependency]) -> list[Gap]:
    """Gaps with the line that refers to what they are about, which a user can open, in place of a record's name."""
    wanted = {gap.component for gap in gaps}
    readers: dict[str, str] = {}
    for one in dependencies if wanted else ():
        if one.dependency in wanted and one.evidence and one.evidence[0].scanner != "assemble":
            locator = one.evidence[0].locator
            readers[one.dependency] = min(locator, readers.get(one.dependency, locator))
    return [
        gap.model_copy(update={"evidence": (gap.evidence[0].model_copy(update={"locator": readers[gap.component]}),)})
        if gap.component in readers
        else gap
        for gap in gaps
    ]


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
