"""StackSets: one template deployed in several regions, written in the template itself or beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.documents import line_of, load_yaml
from blastradius.errors import InputError
from blastradius.model import Evidence
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.deployments import near, region_of
from blastradius.scanners.cloudformation.functions import function, sub_of
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.template import NAME, Resource, Template, is_template, template

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.stacks import Stack


def given_by_set(stack: Stack, name: str) -> Any:
    """What the StackSet that deploys a stack gives for a parameter there; None where it gives nothing that is known.

    Args:
        stack: one that a StackSet deploys.
        name: of the parameter.
    """
    path, resource = stack.deployment.above or ("", "")
    holders = [one for _, one in sorted(stack.world.stacks.items()) if one.template.path == path]
    if not holders:
        return None
    same = [one for one in holders if one.deployment.environment == stack.deployment.environment]
    properties = (same or holders)[0].properties(resource)
    groups = v.dicts(v.get(properties, "StackInstancesGroup"))
    here = [one for one in groups if stack.region in [v.text(each) for each in v.items(v.get(one, "Regions"))]]
    overrides = [v.get(one, "ParameterOverrides") for one in here]
    for given in (*overrides, v.get(properties, "Parameters")):
        for one in v.dicts(given):
            if v.text(v.get(one, "ParameterKey")) == name:
                return v.get(one, "ParameterValue")
    return None


def stack_sets(inside: Template, templates: dict[str, Template], deployments: dict[str, list[Deployment]]) -> None:
    """Write down where the StackSets of a template deploy what they hold.

    Args:
        inside: looked into.
        templates: takes templates that stand within.
        deployments: takes the regions.
    """
    for resource in list(inside.resources.values()):
        if resource.type != "AWS::CloudFormation::StackSet":
            continue
        found = _regions(resource, inside)
        path = _body(resource, inside, templates)
        if path is not None and found:
            deployments.setdefault(path, []).extend(found)
        elif path is None:
            inside.gap(
                resource.line, f"StackSet {resource.name} deploys a template that was not scanned: scan it as well"
            )


def _regions(resource: Resource, inside: Template) -> list[Deployment]:
    found: dict[str, Deployment] = {}
    groups = resource.properties.get("StackInstancesGroup")
    for group in groups if isinstance(groups, list) else ():
        regions = group.get("Regions") if isinstance(group, dict) else None
        for text, line in _texts(regions, inside, line_of(group, "Regions") or resource.line):
            region = region_of(text)
            if region:
                where = Evidence(scanner=NAME, locator=f"{resource.path}:{line}", note=f"StackSet {resource.name}")
                above = (inside.path, resource.name)
                found.setdefault(region, Deployment(region=region, evidence=where, above=above))
    return list(found.values())


def _texts(value: Any, inside: Template, line: int) -> list[tuple[str, int]]:
    """Texts of a list, also of one that is the default of a parameter; nothing of what is not known."""
    called = function(value)
    if called and called[0] == "Ref" and isinstance(called[1], str):
        declared = inside.parameters.get(called[1])
        default = declared.get("Default") if isinstance(declared, dict) else None
        texts = default.split(",") if isinstance(default, str) else []
        return [(text.strip(), line_of(declared, "Default") or line) for text in texts]
    if not isinstance(value, list):
        return [(value, line)] if isinstance(value, str) else []
    return [pair for n, one in enumerate(value) for pair in _texts(one, inside, line_of(value, n) or line)]


def _body(resource: Resource, inside: Template, templates: dict[str, Template]) -> str | None:
    """Path of the template that a StackSet deploys; one written into it is entered under a path of its own."""
    url = resource.properties.get("TemplateURL")
    if isinstance(url, str):
        return near(url.rpartition("/")[2] if "://" in url else url, inside.path.rpartition("/")[0], templates)
    raw = resource.properties.get("TemplateBody")
    called = function(raw)
    parts = sub_of(called[1]) if called and called[0] == "Sub" else None
    text = parts[0] if parts else raw
    if not isinstance(text, str):
        return None
    line = line_of(resource.properties, "TemplateBody") or resource.line
    try:
        documents = load_yaml(b"\n" * line + text.encode(), resource.path)
    except InputError:
        return None
    if not documents or not is_template(documents[0].value):
        return None
    path = f"{inside.path}#{resource.name}"
    made = template(documents[0], resource.path)
    made.path = path
    templates[path] = made
    return path
