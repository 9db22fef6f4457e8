"""Serverless Compose: which services one file deploys, after which others, and what it hands from one to the next.

Source: serverless.com/framework/docs/guides/compose.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document, line_of
from blastradius.model import Evidence, Gap
from blastradius.scanners.cloudformation.serverless_variables import OUTPUT
from blastradius.scanners.cloudformation.template import NAME

_NAMES = ("serverless-compose.yml", "serverless-compose.yaml", "serverless-compose.json")
_FILES = ("serverless.yml", "serverless.yaml", "serverless.json")
_TOLD = re.compile(r"\$\{([A-Za-z_][\w-]*)\.([\w-]+)\}")
_MOST = 200


@dataclass(slots=True)
class Listed:
    """A service that a list deploys.

    Attributes:
        name: in the list.
        folder: of the list.
        path: of its Serverless file.
        params: what it is handed, as it is written.
        after: paths of the files that are deployed before it, with the place that says so.
        others: paths by name, of all services of the list.
        line_of: line of each param.
    """

    name: str
    folder: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Evidence] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


def is_list(path: str) -> bool:
    """Whether a file is a list of services by its name."""
    return posixpath.basename(path) in _NAMES


def listed(document: Document, files: Mapping[str, Any]) -> tuple[list[Listed], list[Gap]]:
    """The services of a list, and those whose file was not scanned.

    Args:
        document: the list.
        files: paths of the tree.
    """
    services = document.value.get("services") if isinstance(document.value, dict) else None
    folder = posixpath.dirname(document.where)
    found: dict[str, Listed] = {}
    gaps: list[Gap] = []
    bodies = {name: one for name, one in list(services.items())[:_MOST] if isinstance(one, dict)} if isinstance(services, dict) else {}  # fmt: skip
    for name, body in bodies.items():
        path = _file(folder, body, files)
        if path is not None:
            params = body.get("params")
            found[name] = Listed(name, folder, path, params if isinstance(params, dict) else {})
        elif isinstance(body.get("path"), str):
            where = Evidence(scanner=NAME, locator=f"{document.where}:{line_of(services, name) or 1}")
            reason = f"service {name[:80]} stands in {body['path'][:200]}, where no Serverless file was scanned: scan it as well"
            gaps.append(Gap(scope=document.where, reason=reason, hides="dependency", evidence=(where,)))
    for name, one in found.items():
        one.others = {other: each.path for other, each in found.items()}
        before = bodies[name].get("dependsOn")
        named = [str(each) for each in before] if isinstance(before, list) else [before] if isinstance(before, str) else []  # fmt: skip
        told = {each: line_of(one.params, key) for key, value in one.params.items() for each, _ in _TOLD.findall(str(value))}  # fmt: skip
        lines = {**told, **dict.fromkeys(named, line_of(bodies[name], "dependsOn"))}
        for other, line in lines.items():
            if other in found and other != name:
                where = Evidence(scanner=NAME, locator=f"{document.where}:{line or 1}", note=f"deployed after {other}")
                one.after[found[other].path] = where
    return list(found.values()), gaps


def _file(folder: str, body: dict[str, Any], files: Mapping[str, Any]) -> str | None:
    """The Serverless file of a service."""
    path, config = body.get("path"), body.get("config")
    if not isinstance(path, str):
        return None
    names = (config,) if isinstance(config, str) else _FILES
    paths = (posixpath.normpath(posixpath.join(folder, path, name)) for name in names)
    return next((one for one in paths if one in files), None)


def handed(one: Listed, named: Callable[[str], tuple[str, str]]) -> dict[str, Any]:
    """What a service is handed, outputs of others as texts that a template can hold.

    Args:
        one: the service.
        named: name of the stack and region of the Serverless file of a path; empty where they are not known.
    """

    def told(match: re.Match[str]) -> str:
        path = one.others.get(match[1])
        stack, region = named(path) if path else (match[1], "")
        return f"${{{OUTPUT}{region}:{stack}.{match[2]}}}"

    return {key: _TOLD.sub(told, value) if isinstance(value, str) else value for key, value in one.params.items()}
