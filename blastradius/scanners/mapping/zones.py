"""Zones: what is spread over several, and what lies in one that nobody names.

The rules: what keeps a copy of itself in each zone that it names needs any of them, and is degraded while one is away.
What keeps fewer copies than it names zones (a database with one standby, in a group of three subnets) stands the loss of
as many zones as it has spare copies, whichever they are. What keeps one copy lies in one zone; where nothing names that
one, a location gap says so, bounded by the zones that it may lie in, else by its region.
"""

from __future__ import annotations

from collections.abc import Sequence

from blastradius.model import Component, Evidence, Fact, Gap, RedundancyFact, Reference

UNNAMED = "#"
"""How the text of a zone begins whose name is not known; alike for alike."""

_ADVICE = "state it with `place:` in blastradius.yaml"


def spread(component: Component, zones: Sequence[str], copies: int, evidence: Evidence, via: str) -> list[Fact]:
    """Say that something needs some of its zones; nothing where not all of them are known by name.

    Args:
        component: with its provider and region.
        zones: that it names.
        copies: in how many of them it keeps a copy of itself.
        evidence: where they are named.
        via: what shows it.
    """
    names = _named(zones)
    if len(names) < 2 or len(names) < len(zones) or not component.provider or copies < 2:
        return []
    count = min(copies, len(names))
    reason = "spread over zones"
    if count < len(names):
        reason = f"{count} copies in {len(names)} zones, and nothing tells in which: the loss of {count} may take all"
    members = [one if "-" in one or not component.region else f"{component.region}/{one}" for one in names]
    return [
        RedundancyFact(
            dependent=component.id,
            # every region of some clouds has a zone 1
            members=tuple(Reference(texts=(f"{component.provider}:zone/{one}",), role="resource") for one in members),
            required=len(names) - count + 1,
            full=len(names),
            via=via,
            reason=reason,
            evidence=(evidence,),
        )
    ]


def somewhere(component: Component, zones: Sequence[str], copies: int | None, evidence: Evidence) -> list[Fact]:
    """Say that something lies in one zone that nobody names; nothing where its zone or not even its region is known.

    Args:
        component: as far as its place is known.
        zones: that it may lie in.
        copies: 1, or None where nothing tells how many copies it keeps.
        evidence: where it is declared.
    """
    if component.zone or not component.region or component.region == "global":
        return []
    names = _named(zones)
    possible: list[str | None] = [*names] if names and len(names) == len(zones) else [None]
    what = "it lies in one zone" if copies == 1 else "it may lie in one zone, nothing tells whether it has a standby"
    where = f" (one of {', '.join(names)})" if possible != [None] else ""
    reason = f"{what}, and nothing says in which{where}: {_ADVICE}"
    return [
        Gap(
            scope=component.id, reason=reason, hides="location", component=component.id, provider=component.provider,
            region=component.region, zone=one, account=component.account, evidence=(evidence,),
        )
        for one in possible
    ]  # fmt: skip


def _named(zones: Sequence[str]) -> list[str]:
    return [one for one in zones if not one.startswith(UNNAMED)]
