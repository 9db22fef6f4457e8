"""A program that is told a region calls there by name, wherever it runs itself: all its copies, if all are told the same.

Source: AWS SDKs and Tools Reference Guide, "AWS Region": `AWS_REGION` and `AWS_DEFAULT_REGION` decide where clients call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from blastradius.model import DependencyFact, Evidence, Gap
from blastradius.scanners.settings import Setting
from blastradius.scanners.terraform.mapping.world import World

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,2}-\d")
_NAME = re.compile(
    r"(?:(?:AWS|DEFAULT|SDK|(?P<service>DYNAMODB|DYNAMO|DDB|KINESIS|FIREHOSE|EVENTBRIDGE))_)*REGION(?:_NAME)?"
)
_SERVICES = {
    "DYNAMODB": "dynamodb", "DYNAMO": "dynamodb", "DDB": "dynamodb", "KINESIS": "kinesis", "FIREHOSE": "firehose",
    "EVENTBRIDGE": "eventbridge",
}  # fmt: skip


def tell_regions(world: World, dependent: str, settings: Iterable[Setting]) -> None:
    """Note in which region a program is told to call what it calls by name.

    Args:
        world: the root.
        dependent: id of the program.
        settings: all of it, with their texts.
    """
    for one in settings:
        said = _NAME.fullmatch(one.name.upper())
        if said and _REGION.fullmatch(one.value):
            services = (_SERVICES[said["service"]],) if said["service"] else tuple(dict.fromkeys(_SERVICES.values()))
            for service in services:
                if said["service"] or service not in world.told_regions[dependent]:
                    world.told_regions[dependent][service] = (one.value, one.evidence[0])


def move_calls(world: World) -> None:
    """Let calls by name go to the region that the program is told; what is not seen there is a gap.

    Args:
        world: the root, all its needs found.
    """
    for at, rule in enumerate(world.rules):
        told = world.told_regions.get(rule.dependent)
        if not told or not isinstance(rule, DependencyFact) or rule.phase in ("deploy", "startup"):
            continue
        target = world.components.get(rule.reference.texts[0])
        if target is None or target.service not in told or not rule.via.startswith("env"):
            continue
        region, evidence = told[target.service]
        if target.region in (None, region, "global"):
            continue
        found = _twin(world, target.id, region)
        if found is None:
            world.gaps.append(_missing(rule, target.name, region, evidence))
            continue
        where = (*(one.model_copy(update={"basis": "inferred"}) for one in rule.evidence), evidence)
        reference = rule.reference.model_copy(update={"texts": (found,)})
        world.rules[at] = rule.model_copy(update={"reference": reference, "evidence": tuple(dict.fromkeys(where))})


def _twin(world: World, id: str, region: str) -> str | None:
    """What bears the name of a component in another region: its copy there, else the one of its type."""
    if id in world.copies and region in world.copies[id]:
        return world.copies[id][region]
    own = world.components[id]
    alike = [
        one.id
        for one in world.components.values()
        if (one.type, one.name, one.region) == (own.type, own.name, region) and "#" not in one.id
    ]
    return alike[0] if len(alike) == 1 else None


def _missing(rule: DependencyFact, name: str, region: str, evidence: Evidence) -> Gap:
    return Gap(
        scope=rule.dependent,
        component=rule.dependent,
        hides="dependency",
        provider="aws",
        region=region,
        reason=f"it is told to call {region}, and no {name} was seen there: state the dependency in blastradius.yaml",
        evidence=(evidence,),
    )
