"""Files of parameters, one for each stage or region: `params-prod.json` beside a template, `parameters/eu-west-1.json`.

They are what a deployment is given, whoever makes it: each is a reading of the template of its own. Which template a file
is for is told by its name, else by its keys; where two could be meant, or a file holds what no template asks for, it says
nothing. The stage, and the region, are those that its name speaks of, so their basis is `inferred`.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from blastradius.model import Evidence
from blastradius.scanners.cloudformation.deployments import parameters, region_in
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.template import NAME, Template
from blastradius.scanners.environments import stage_of

_FOLDERS = frozenset({
    "param", "params", "parameter", "parameters", "config", "configs", "conf", "env", "envs", "environment", "environments",
    "stage", "stages", "vars", "values", "regions",
})  # fmt: skip
_MARKS = (b"ParameterKey", b'"Parameters"')
_WORD = re.compile(r"[a-z0-9]+")


def in_file(held: Any) -> tuple[tuple[str, str], ...]:
    """Parameters of a file: `Key=Value` texts, pairs of `ParameterKey` and `ParameterValue`, or one object."""
    if isinstance(held, dict):
        inner = held.get("Parameters")
        pairs = list((inner if isinstance(inner, dict) else held).items())
    elif isinstance(held, list):
        texts = parameters([one for one in held if isinstance(one, str)])
        objects = [one for one in held if isinstance(one, dict)]
        pairs = [*texts, *((one.get("ParameterKey"), one.get("ParameterValue")) for one in objects)]
    else:
        return ()
    known = {str(key): str(value) for key, value in pairs if isinstance(key, str) and isinstance(value, str | int)}
    return tuple(sorted(known.items()))


def given(
    files: Iterable[tuple[str, Callable[[], bytes]]],
    read: Callable[[str], Any],
    templates: dict[str, Template],
    into: dict[str, list[Deployment]],
) -> None:
    """Make a deployment of each file of parameters whose stage or region its name tells.

    What scripts say of a template stands: a place that they tell without stage and parameters is that of all files.

    Args:
        files: paths with what gives their bytes.
        read: what a JSON file holds.
        templates: that can be deployed.
        into: deployments by template, which are added to.
    """
    found: dict[str, list[Deployment]] = defaultdict(list)
    for path, content in files:
        if not path.lower().endswith(".json") or not any(_around(path, one) for one in templates):
            continue
        if not any(mark in content() for mark in _MARKS):
            continue
        values = in_file(read(path))
        target = _target(path, {key for key, _ in values}, templates)
        one = _deployment(path, values, target)
        if target is not None and one is not None:
            found[target].append(one)
    for target, stages in found.items():
        before = into.get(target, [])
        if not before:
            into[target] = stages
        elif all(one.environment is None and not one.parameters for one in before):
            into[target] = [_joined(place, one) for place in before for one in stages if _agree(place, one)] or before


def _agree(place: Deployment, one: Deployment) -> bool:
    return None in (place.region, one.region) or place.region == one.region


def _joined(place: Deployment, one: Deployment) -> Deployment:
    """A place that a script tells, with what a file gives for a stage."""
    if place.region is None:
        place = replace(place, region=one.region, evidence=one.evidence)
    return replace(place, environment=one.environment, staged=one.staged, parameters=one.parameters)


def _deployment(path: str, values: tuple[tuple[str, str], ...], target: str | None) -> Deployment | None:
    """What a file stands for; None where neither its name nor its folders below the template's tell stage or region."""
    if target is None:
        return None
    own = posixpath.relpath(path, posixpath.dirname(target) or ".")
    stage, region = stage_of(own, where=path), region_in(own)
    if stage is None and region is None:
        return None
    note = f"parameters of {stage.name if stage else region}: by the name of the file"
    where = Evidence(scanner=NAME, locator=f"{path}:1", basis="inferred", note=note)
    staged = stage.evidence(NAME) if stage else None
    return Deployment(
        region=region, environment=stage.name if stage else None, parameters=values, evidence=where, staged=staged
    )


def _around(path: str, template: str) -> bool:
    """Whether a file lies beside a template, or below it in folders of settings, of stages or of regions."""
    folder, top = posixpath.dirname(path), posixpath.dirname(template)
    if path == template or not f"{folder}/".startswith(f"{top}/" if top else ""):
        return False
    between = [part for part in folder[len(top) :].split("/") if part]
    return len(between) <= 3 and all(part.lower() in _FOLDERS or stage_of(part) or region_in(part) for part in between)


def _target(path: str, keys: set[str], templates: dict[str, Template]) -> str | None:
    """The template that a file is for: one that asks for all its keys, of several the one whose name it bears."""
    able = [
        one for one, template in templates.items() if _around(path, one) and keys and keys <= template.parameters.keys()
    ]
    if len(able) < 2:
        return able[0] if able else None
    words = set(_WORD.findall(posixpath.basename(path).lower()))
    named = [one for one in able if set(_WORD.findall(posixpath.splitext(posixpath.basename(one))[0].lower())) <= words]
    return named[0] if len(named) == 1 else None
