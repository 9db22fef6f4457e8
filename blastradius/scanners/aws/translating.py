"""Answers become facts: what is there first, then what it needs, then what could not be read."""

from __future__ import annotations

import os
from collections.abc import Callable

from blastradius.model import ZONE_NAME, Component, Evidence, Fact, Gap
from blastradius.scanners.aws.answers import Answers, Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.ground import NAME
from blastradius.scanners.aws.spec import Family, families
from blastradius.scanners.aws.texts import place_name
from blastradius.scanners.aws.unread import unread


def translate(answers: Answers) -> list[Fact]:
    """All facts of all accounts; reads nothing but the answers.

    Args:
        answers: as they were recorded.
    """
    estate = Estate(answers)
    _places(estate)
    listed = sorted(families(), key=lambda one: one.name not in _EARLY)
    for family in listed:
        if family.index is not None:
            _careful(estate, family, family.index)
    for family in listed:
        _careful(estate, family, family.translate)
    estate.gaps.extend(unread(estate))
    return estate.facts()


def _careful(estate: Estate, family: Family, step: Callable[[Estate], None]) -> None:
    """Let answers of a shape that no operation has end one family, and say so, rather than the scan."""
    try:
        step(estate)
    except (AttributeError, TypeError, ValueError, KeyError, IndexError) as error:
        if os.environ.get("BLASTRADIUS_DEBUG") == "1":
            raise
        reason = (
            f"answers about {family.name.replace('_', ' ')} have a shape that is not known ({type(error).__name__}): what "
            "they say is not all here; run again with BLASTRADIUS_DEBUG=1 and report it"
        )
        where = tuple(Evidence(scanner=NAME, locator=call.key) for call in family.calls[:1])
        estate.gaps.append(
            Gap(scope=f"aws:{family.name}", reason=reason, hides="dependency", provider="aws", evidence=where)
        )


#: Families on which the names of others rest: node groups before the groups that they are made of, both before balancers.
_EARLY = ("containers",)


def _places(estate: Estate) -> None:
    """Zone ids by zone names, which differ from account to account; zones of subnets."""
    for item in estate.items("ec2:DescribeAvailabilityZones"):
        if _zone_of(item):
            zones = estate.zones.setdefault((item.account, item.region), {})
            zones[item.data["ZoneName"]] = item.data["ZoneId"]
    _accounts(estate)
    for item in estate.items("ec2:DescribeSubnets"):
        zone = place_name(item.data.get("AvailabilityZoneId")) or estate.zone(item, item.data.get("AvailabilityZone"))
        estate.know(item, "subnet-zone", item.data["SubnetId"], zone or "")


def _zone_of(item: Item) -> bool:
    return bool(place_name(item.data.get("ZoneId")) and place_name(item.data["ZoneName"]))


def _accounts(estate: Estate) -> None:
    """The accounts themselves: with them goes what zone names mean in each, by which files name the same zones."""
    told: dict[str, dict[str, Item]] = {}
    for item in estate.items("ec2:DescribeAvailabilityZones"):
        if _zone_of(item):
            told.setdefault(item.account, {})[f"{ZONE_NAME}{item.data['ZoneName']}"] = item
    for account, items in sorted(told.items()):
        name = estate.answers.names.get(account, "")
        id = f"aws:account/{account}"
        estate.components[id] = Component(
            id=id, kind="account", name=account, provider="aws", account=account,
            aliases=(name[:500],) if name else (), attributes={key: items[key].data["ZoneId"] for key in sorted(items)},
            evidence=(estate.evidence(next(iter(items.values()))),),
        )  # fmt: skip
