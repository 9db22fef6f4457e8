"""Templates that an action of CodePipeline deploys: as one stack, or as a StackSet in several regions.

Source: docs.aws.amazon.com/codepipeline, "AWS CloudFormation deploy action reference" and "AWS CloudFormation StackSets
deploy action reference".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from blastradius.documents import line_of
from blastradius.model import Evidence
from blastradius.scanners.cloudformation.deployments import near, parameters, region_of
from blastradius.scanners.cloudformation.functions import function
from blastradius.scanners.cloudformation.given import in_file
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.staging import staged
from blastradius.scanners.cloudformation.template import NAME, Resource, Template

_STACK, _SETS = "CloudFormation", ("CloudFormationStackSet", "CloudFormationStackInstances")
Pairs = tuple[tuple[str, str], ...]


def delivered_by(
    inside: Template, templates: dict[str, Template], into: dict[str, list[Deployment]], other: Callable[[str], Any],
    made: Mapping[str, str],
) -> None:  # fmt: skip
    """Write down where the pipelines of a template deploy others.

    Args:
        inside: looked into.
        templates: that can be deployed.
        into: deployments by template, which are added to.
        other: what a JSON file of the tree holds, by its path; None where there is none.
        made: templates by the paths of what commands package from them.
    """
    for resource in inside.resources.values():
        if resource.type == "AWS::CodePipeline::Pipeline":
            sets: dict[str, str] = {}
            for action in _actions(resource):
                _action(action, resource, inside, templates, into, other, made, sets)


def _actions(resource: Resource) -> Iterator[dict[str, Any]]:
    stages = resource.properties.get("Stages")
    for stage in stages if isinstance(stages, list) else ():
        actions = stage.get("Actions") if isinstance(stage, dict) else None
        yield from (one for one in (actions if isinstance(actions, list) else ()) if isinstance(one, dict))


def _action(
    action: dict[str, Any], resource: Resource, inside: Template, templates: dict[str, Template],
    into: dict[str, list[Deployment]], other: Callable[[str], Any], made: Mapping[str, str], sets: dict[str, str],
) -> None:  # fmt: skip
    sort = action.get("ActionTypeId")
    provider = sort.get("Provider") if isinstance(sort, dict) else None
    said = action.get("Configuration")
    if not isinstance(said, dict) or provider not in (_STACK, *_SETS):
        return
    named = _text(said.get("TemplatePath")).rpartition("::")[2]
    name = _text(said.get("StackName")) or _text(said.get("StackSetName"))
    packaged = {source for path, source in made.items() if path.rpartition("/")[2] == named.rpartition("/")[2]}
    target = near(named, "", templates) if named else sets.get(name)
    target = packaged.pop() if target is None and len(packaged) == 1 else target
    if target is None or target == inside.path:
        return
    sets.setdefault(name, target)
    key = "Regions" if provider in _SETS else "TemplatePath"
    line = line_of(said, key) or line_of(action, "Region") or line_of(action) or resource.line
    where = Evidence(scanner=NAME, locator=f"{resource.path}:{line}", note=f"pipeline {resource.name}")
    for region in _regions(said.get("Regions")) if provider in _SETS else _own(action, inside, into):
        one = Deployment(
            region=region,
            name=name or None if provider == _STACK else None,
            parameters=_given(said, other),
            evidence=where,
        )
        into.setdefault(target, []).append(staged(one, [name] if name else []))


def _text(value: Any) -> str:
    """A plain text; empty for a function, which nothing here follows."""
    return str(value) if isinstance(value, str) and function(value) is None else ""


def _regions(value: Any) -> list[str]:
    texts = [_text(one) for one in value] if isinstance(value, list) else _text(value).split(",")
    return list(dict.fromkeys(region for one in texts if (region := region_of(one.strip()))))


def _own(action: dict[str, Any], inside: Template, into: dict[str, list[Deployment]]) -> list[str | None]:
    """The region of an action: its own, else that of its pipeline where that is known."""
    stated = region_of(action.get("Region"))
    if stated or action.get("Region") is not None:
        return [stated]
    around = {one.region for one in into.get(inside.path, [])}
    return [around.pop()] if len(around) == 1 else [None]


def _given(said: dict[str, Any], other: Callable[[str], Any]) -> Pairs:
    """Parameters: of a file, over which those that the action itself says win."""
    file = _text(said.get("TemplateConfiguration")).rpartition("::")[2]
    found = dict(in_file(other(file))) if file else {}
    for key in ("Parameters", "ParameterOverrides"):
        text = _text(said.get(key))
        if "::" in text and text.endswith(".json"):
            found |= dict(in_file(other(text.rpartition("::")[2])))
            continue
        try:
            found |= dict(in_file(json.loads(text)))
        except (ValueError, RecursionError):
            found |= dict(parameters(text))
    return tuple(sorted(found.items()))
