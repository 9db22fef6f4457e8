"""Answers of a provider, written down in tests and checked against the SDK's own model of them."""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore.validate import ParamValidator
from clouds import MAIN

from blastradius.model import Component, DependencyFact, Fact, Gap, RedundancyFact
from blastradius.scanners.aws.answers import GLOBAL, Answers, Area, Item
from blastradius.scanners.aws.calling import kept
from blastradius.scanners.aws.spec import calls
from blastradius.scanners.aws.translating import translate

REGION = "us-east-1"
_SESSION = botocore.session.get_session()


class Recorded:
    """Answers of some accounts and regions."""

    def __init__(self) -> None:
        self.answers = Answers(partition={MAIN: "aws"})

    def told(
        self, key: str, answer: dict[str, Any], *, of: str = "", region: str = REGION, account: str = MAIN
    ) -> Recorded:
        """An answer to an operation; it must be one that the operation can give.

        Args:
            key: `service:Operation`.
            answer: as the SDK hands it on.
            of: what it belongs to, where it is asked for each item of another call.
            region, account: where it was asked for.
        """
        call = next(one for one in calls() if one.key == key)
        shape = _SESSION.get_service_model(call.service).operation_model(call.operation).output_shape
        report = ParamValidator().validate(answer, shape)
        assert not report.has_errors(), report.generate_report()
        area = Area(account, GLOBAL if call.place == "global" else region, key)
        items, whole = kept(call, answer)
        assert whole, f"{key}: an item without what every item has"
        self.answers.items.setdefault(area, []).extend(Item(area.account, area.region, key, of, data) for data in items)
        self.answers.note(area, "ok")
        return self

    def zones(self, region: str = REGION) -> Recorded:
        """Three zones with a subnet in each: `subnet-a` in the zone whose name ends so."""
        code = {"us-east-1": "use1", "eu-west-1": "euw1"}[region]
        names = {f"{region}{letter}": f"{code}-az{number}" for letter, number in (("a", 4), ("b", 6), ("c", 1))}
        listed = [{"ZoneName": name, "ZoneId": id} for name, id in names.items()]
        subnets = [
            {"SubnetId": f"subnet-{name[-1]}", "AvailabilityZone": name, "AvailabilityZoneId": id}
            for name, id in names.items()
        ]
        self.told("ec2:DescribeAvailabilityZones", {"AvailabilityZones": listed}, region=region)
        return self.told("ec2:DescribeSubnets", {"Subnets": subnets}, region=region)

    def facts(self) -> Facts:
        """What the answers mean."""
        return Facts(translate(self.answers))


class Facts:
    """Facts by what they are."""

    def __init__(self, facts: list[Fact]) -> None:
        self.components = {one.id: one for one in facts if isinstance(one, Component)}
        self.groups = [one for one in facts if isinstance(one, RedundancyFact)]
        self.gaps = [one for one in facts if isinstance(one, Gap)]
        self.rest = facts
        self.needs = {(one.dependent, one.reference.texts[0]): one for one in facts if isinstance(one, DependencyFact)}

    def group(self, dependent: str) -> RedundancyFact:
        """The only redundancy of a component."""
        (found,) = [one for one in self.groups if one.dependent == dependent]
        return found

    def members(self, dependent: str) -> list[str]:
        """Texts of the members of a component's only redundancy."""
        return [one.texts[0] for one in self.group(dependent).members]

    def active(self, dependent: str) -> list[str]:
        """Texts of its active members."""
        group = self.group(dependent)
        return [group.members[at].texts[0] for at in group.active]
