"""Where templates are deployed, as settings files of the tools say: `samconfig.toml`, `cdk.out/manifest.json`."""

from __future__ import annotations

import posixpath
import re
import shlex
import tomllib
from collections.abc import Iterator
from typing import Any

from blastradius.documents import Document, load_yaml
from blastradius.errors import InputError
from blastradius.marks import split_lines
from blastradius.model import Evidence
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.staging import staged
from blastradius.scanners.cloudformation.template import NAME, Template

_REGION = re.compile(r"[a-z]{2,4}(?:-(?:gov|iso[bef]?|isoe|de))?-(?:central|north|south|east|west|northeast|northwest|southeast|southwest)-[0-9]")  # fmt: skip
_ENVIRONMENT = re.compile(r"aws://([^/]+)/([^/]+)")
USUAL = ("template.yaml", "template.yml", "template.json")


def region_of(text: Any) -> str | None:
    """A text that is a region; None for any other."""
    return str(text) if isinstance(text, str) and _REGION.fullmatch(text) else None


def region_in(path: str) -> str | None:
    """The region that a path names as a word of its own; None where it names none, or two."""
    found = {one for one in _REGION.findall(path) if re.search(rf"(?<![a-z0-9]){one}(?![a-z0-9])", path)}
    return found.pop() if len(found) == 1 else None


def near(path: str, folder: str, templates: dict[str, Template]) -> str | None:
    """The template that a path means, seen from a folder; else the only one whose path ends so."""
    local = posixpath.normpath(posixpath.join(folder, path))
    if local in templates:
        return local
    clean = posixpath.normpath(path).lstrip("./")
    same = [one for one in templates if one == clean or one.endswith("/" + clean)]
    return same[0] if len(same) == 1 and clean else None


def parameters(value: Any) -> tuple[tuple[str, str], ...]:
    """`Key=Value` pairs as the tools write them: one text, or a list of texts."""
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError:
            return ()
    else:
        words = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    pairs: dict[str, str] = {}
    for word in words:
        match = re.fullmatch(r"ParameterKey=(\w+),ParameterValue=(.*)", word) or re.fullmatch(r"(\w+)=(.*)", word, re.S)
        if match and "$" not in match[2]:
            pairs[match[1]] = match[2].strip("\"'")
    return tuple(sorted(pairs.items()))


def sam_deployments(
    content: bytes, path: str, templates: dict[str, Template], into: dict[str, list[Deployment]]
) -> None:
    """Read a `samconfig` file: each environment of it is a deployment of the template beside it."""
    text = content.decode("utf-8", "replace")
    settings: Any
    try:
        settings = tomllib.loads(text) if path.endswith(".toml") else load_yaml(content, path)[0].value
    except (tomllib.TOMLDecodeError, InputError, IndexError, RecursionError):
        return
    folder = posixpath.dirname(path)
    for name, commands in settings.items() if isinstance(settings, dict) else ():
        found: dict[str, Any] = {}
        for command in ("global", "build", "deploy"):
            part = commands.get(command) if isinstance(commands, dict) else None
            values = part.get("parameters") if isinstance(part, dict) else None
            found.update(values if isinstance(values, dict) else {})
        region = region_of(found.get("region"))
        target = _target(found, folder, templates)
        if target is None or not (region or found.get("parameter_overrides")):
            continue
        line = next((n for n, one in enumerate(split_lines(text), 1) if region and region in one), 1)
        line = next(
            (n for n, one in enumerate(split_lines(text), 1) if region and region in one and _section(text, n) == name),
            line,
        )
        where = Evidence(scanner=NAME, locator=f"{path}:{line}", note=f"region {region}" if region else None)
        stack = found.get("stack_name")
        one = Deployment(
            region=region,
            name=stack if isinstance(stack, str) else None,
            environment=str(name) if name != "default" else None,
            parameters=parameters(found.get("parameter_overrides")),
            evidence=where,
        )
        into.setdefault(target, []).append(staged(one, ()))


def _section(text: str, line: int) -> str:
    for one in reversed(split_lines(text)[:line]):
        match = re.match(r"\s*\[([\w-]+)|^([\w-]+):", one)
        if match:
            return match[1] or match[2]
    return ""


def _target(found: dict[str, Any], folder: str, templates: dict[str, Template]) -> str | None:
    for key in ("template_file", "template"):
        named = found.get(key)
        # what `sam build` writes is made from the template beside the settings
        if isinstance(named, str) and ".aws-sam" not in named:
            return near(named, folder, templates)
    for name in USUAL:
        local = posixpath.normpath(posixpath.join(folder, name))
        if local in templates:
            return local
    return None


def cdk_deployments(manifest: Document, templates: dict[str, Template], into: dict[str, list[Deployment]]) -> None:
    """Read what the CDK writes beside its templates: account and region of each stack."""
    folder = posixpath.dirname(manifest.where)
    for name, artifact in _artifacts(manifest.value):
        properties = artifact.get("properties")
        file = properties.get("templateFile") if isinstance(properties, dict) else None
        path = posixpath.normpath(posixpath.join(folder, file)) if isinstance(file, str) else ""
        match = _ENVIRONMENT.fullmatch(str(artifact.get("environment", "")))
        if path not in templates or match is None:
            continue
        where = Evidence(scanner=NAME, locator=manifest.at("artifacts", name, "environment"), note="environment")
        stack = properties.get("stackName") if isinstance(properties, dict) else None
        into.setdefault(path, []).append(
            Deployment(
                region=region_of(match[2]),
                account=match[1] if re.fullmatch(r"\d{12}", match[1]) else None,
                name=stack if isinstance(stack, str) else name,
                evidence=where,
            )
        )


def _artifacts(value: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, artifact in value["artifacts"].items():
        if isinstance(artifact, dict) and artifact.get("type") == "aws:cloudformation:stack":
            yield name, artifact
