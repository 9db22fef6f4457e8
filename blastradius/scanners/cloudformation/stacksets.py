"""StackSets: one template deployed in several regions, written in the template itself or beside it."""

from __future__ import annotations

from typing import Any

from blastradius.documents import line_of, load_yaml
from blastradius.errors import InputError
from blastradius.model import Evidence
from blastradius.scanners.cloudformation.deployments import near, region_of
from blastradius.scanners.cloudformation.functions import function, sub_of
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.template import NAME, Resource, Template, is_template, template


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
                found.setdefault(region, Deployment(region=region, evidence=where))
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
