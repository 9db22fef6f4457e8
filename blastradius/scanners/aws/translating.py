"""Answers become facts: what is there first, then what it needs, then what could not be read."""

from __future__ import annotations

from blastradius.model import Fact, Gap
from blastradius.scanners.aws.answers import Answers
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.spec import families
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
            family.index(estate)
    for family in listed:
        family.translate(estate)
    estate.gaps.extend(unread(estate))
    estate.gaps = [one for one in estate.gaps if isinstance(one, Gap)]
    return estate.facts()


#: Families on which the names of others rest: node groups before the groups that they are made of, both before balancers.
_EARLY = ("containers",)


def _places(estate: Estate) -> None:
    """Zone ids by zone names, which differ from account to account; zones of subnets."""
    for item in estate.items("ec2:DescribeAvailabilityZones"):
        if item.data.get("ZoneId"):
            estate.zones[item.account, item.data["ZoneName"]] = item.data["ZoneId"]
    for item in estate.items("ec2:DescribeSubnets"):
        zone = item.data.get("AvailabilityZoneId") or estate.zone(item, item.data.get("AvailabilityZone"))
        estate.know(item, "subnet-zone", item.data["SubnetId"], zone or "")
