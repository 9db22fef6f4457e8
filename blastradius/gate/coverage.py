"""How much of a system was seen, in three figures, and what a change leaves unseen that was not there before."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from blastradius.gate.result import Seen
from blastradius.gate.system import System
from blastradius.model import PLACES, Gap

#: Places and platforms follow from what is in them: nobody has to see them.
_MADE = PLACES | {"platform", "control-plane"}
_NAMED = 3


def seen(system: System) -> Seen:
    """Which part of the components was seen whole, and which gaps are on critical journeys.

    Args:
        system: the system.
    """
    gaps = system.graph.inventory.gaps
    own = {one.id for one in system.graph.components.values() if one.kind not in _MADE}
    scopes = _scopes(system)
    open_ones = {one for gap in gaps for one in gap.uncertain} & own
    open_ones |= {one.id for one in system.graph.roaming if one.scope in scopes}
    areas = [one for one in gaps if not one.uncertain and one.scope not in scopes]
    total = len(own) + len(areas)
    # rounded down: 1 is said only where nothing is missing
    share = 1.0 if not total or not (open_ones or areas) else int((len(own) - len(open_ones)) / total * 1000) / 1000
    return Seen(share=share, gaps=len(gaps), critical=sum(_is_critical(gap, system) for gap in gaps))


def _scopes(system: System) -> set[str]:
    return {one.scope for one in system.graph.inventory.gaps if not one.uncertain and one.hides == "location"}


def _is_critical(gap: Gap, system: System) -> bool:
    """Whether a gap leaves open whether a judged journey survives some loss, as a simulation has it.

    It is about what the journey needs, or of an area in which what that refers to may be.
    """
    if gap.uncertain:
        return any(system.losses.needs(one) for one in (*gap.uncertain, gap.same_as) if one is not None)
    if gap.hides == "location":
        return any(system.losses.needs(one.id) for one in system.graph.roaming if one.scope == gap.scope)
    from blastradius.simulate.grounds import bounds_agree

    return any(
        other.component is not None
        and other.reference is not None
        and bounds_agree(gap, other)
        and system.losses.needs(other.component)
        for other in system.graph.inventory.gaps
    )


def called(gap: Gap, system: System) -> tuple[str, ...]:
    """What tells a gap from others, by names that hold no line.

    Args:
        gap: the gap.
        system: where it is.
    """
    about = system.loose(gap.component) if gap.component is not None else gap.scope
    return about, gap.hides, gap.reference or "", system.loose(gap.same_as) if gap.same_as else ""


def notices(base: System, head: System, told: Collection[str]) -> Iterator[str]:
    """The gaps that head has and the base has not, those on judged journeys first.

    Args:
        base: what head is compared with.
        head: what is judged.
        told: messages of findings, which name some of them already.
    """
    had = {called(one, base) for one in base.graph.inventory.gaps}
    new = [one for one in head.graph.inventory.gaps if called(one, head) not in had]
    new = [one for one in new if not any(one.reason in text for text in told)]
    found = sorted((not _is_critical(one, head), _where(one, head), _said(one, head)) for one in new)
    for is_beside, where, text in found[:_NAMED]:
        yield f"{f'{where}: ' if where else ''}not seen, and new{'' if is_beside else ', on a critical journey'}: {text}"
    if len(found) > _NAMED:
        yield f"and {len(found) - _NAMED:,} more that is new and not seen: `--format json` lists each under `gaps`"


def _where(gap: Gap, head: System) -> str:
    component = head.graph.components.get(gap.component or "")
    place = head.location((*gap.evidence, *(component.evidence if component is not None else ())))
    return f"{place.path}:{place.line}" if place is not None else ""


def _said(gap: Gap, head: System) -> str:
    known = gap.component if gap.component in head.graph.components else None
    named = head.label(known) if known is not None else gap.scope
    return gap.reason if named in gap.reason else f"{named}: {gap.reason}"
