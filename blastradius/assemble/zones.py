"""Zones by name and by id: a name means another zone in each account, an id means one everywhere.

A live account tells what its own names mean, as attributes of the account's component. What is known to be in that
account is then placed by zone id, whoever described it, so that what a file calls `us-east-1a` and what the account calls
`use1-az4` meet. Nothing is equated across accounts; what is in no known account keeps the name it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from blastradius.assemble.draft import Draft
from blastradius.model import ZONE_NAME, Component, DependencyFact, RedundancyFact, Reference

Zones = Mapping[str, Mapping[str, str]]
"""Zone ids by zone names, by account."""
_IN = "aws:zone/"
R = TypeVar("R", DependencyFact, RedundancyFact)


def zone_names(components: Iterable[Component]) -> dict[str, dict[str, str]]:
    """What zone names mean in the accounts that tell it."""
    found: dict[str, dict[str, str]] = {}
    for one in components:
        if one.kind == "account" and one.account:
            told = {key.removeprefix(ZONE_NAME): id for key, id in one.attributes.items() if key.startswith(ZONE_NAME)}
            if told:
                found.setdefault(one.account, {}).update(told)
    return found


def by_id(component: Component, zones: Zones, account: str | None = None) -> Component:
    """A component with the id of its zone in place of the name, where its account tells what that means.

    Args:
        component: in an account, or in no known one.
        zones: by account.
        account: that it is in where it does not say so itself.
    """
    id = zones.get(component.account or account or "", {}).get(component.zone or "")
    return component.model_copy(update={"zone": id}) if id else component


def apart(one: Component, other: Component, zones: Zones) -> bool:
    """Whether two descriptions are known to be of different zones: a name and an id alone say nothing of each other."""
    if not (one.zone and other.zone) or one.zone == other.zone:
        return False
    account = one.account or other.account
    mine, theirs = (by_id(each, zones, account).zone or "" for each in (one, other))
    return mine != theirs and _is_id(mine) == _is_id(theirs)


def _is_id(zone: str) -> bool:
    return zone.rpartition("-")[2].startswith("az")


def settle_zones(draft: Draft) -> None:
    """Put zone ids for zone names in rules and gaps; accounts are known once descriptions are merged."""
    zones = draft.zones
    if not zones:
        return

    def meant(dependent: str | None, texts: Iterable[str]) -> tuple[str, ...]:
        owner = draft.components.get(draft.current(dependent)) if dependent else None
        told = zones.get((owner.account if owner else None) or "", {})
        return tuple(
            _IN + told.get(text.removeprefix(_IN), text.removeprefix(_IN)) if text.startswith(_IN) else text
            for text in texts
        )

    def settled(dependent: str, reference: Reference) -> Reference:
        texts = meant(dependent, reference.texts)
        return reference if texts == reference.texts else reference.model_copy(update={"texts": texts})

    draft.components = {id: by_id(one, zones) for id, one in draft.components.items()}
    for at, need in enumerate(draft.needs):
        reference = settled(need.dependent, need.reference)
        if reference is not need.reference:
            draft.needs[at] = need.model_copy(update={"reference": reference})
    for at, group in enumerate(draft.groups):
        members = tuple(settled(group.dependent, one) for one in group.members)
        if members != group.members:
            draft.groups[at] = group.model_copy(update={"members": members})
    spread = {
        draft.current(one.dependent)
        for one in draft.groups
        if all(each.texts[0].startswith(_IN) for each in one.members)
    }
    gaps = []
    for gap in draft.gaps:
        owner = draft.components.get(draft.current(gap.component)) if gap.component else None
        if owner and gap.hides == "location" and gap.region == owner.region and (owner.zone or owner.id in spread):
            continue  # one source could not tell its zone, another does
        if owner and gap.zone:
            zone = zones.get(owner.account or "", {}).get(gap.zone, gap.zone)
            gap = gap if zone == gap.zone else gap.model_copy(update={"zone": zone})
        gaps.append(gap)
    draft.gaps = gaps
