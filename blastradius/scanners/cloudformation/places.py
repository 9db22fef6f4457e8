"""Where a template is deployed, and which names of exports can be one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from blastradius.model import Evidence
from blastradius.scanners.cloudformation.template import NAME
from blastradius.scanners.environments import stage_of

_UNKNOWN = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a template is deployed.

    Attributes:
        region, account, name, environment: None where not known.
        parameters: what it is given.
        evidence: where that stands.
        staged: where the environment stands, if that is in a path.
        above: path of the template whose StackSet deploys it, and that resource's name.
    """

    region: str | None = None
    account: str | None = None
    name: str | None = None
    environment: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    evidence: Evidence | None = None
    staged: Evidence | None = None
    above: tuple[str, str] | None = None


def by_place(deployments: Iterable[Deployment]) -> list[Deployment]:
    """One deployment for each environment and region; what several of one say differently is not known."""
    groups: dict[tuple[str, str], list[Deployment]] = {}
    for one in deployments:
        groups.setdefault((one.environment or "", one.region or ""), []).append(one)
    somewhere = {environment for environment, region in groups if region}
    nowhere = [(environment, region) for environment, region in groups if not region]
    for environment, _ in nowhere:
        # what is said elsewhere of the same deployment tells its region
        if environment in somewhere or (not environment and len(groups) > 1):
            del groups[environment, ""]
    found = []
    for environment, region in sorted(groups):
        same = groups[environment, region]
        told = {name: {getattr(one, name) for one in same} for name in ("account", "name", "above")}
        agreed = {name: seen.pop() if len(seen) == 1 else None for name, seen in told.items()}
        shared = set(same[0].parameters).intersection(*(one.parameters for one in same))
        found.append(
            Deployment(
                region or None, **agreed, environment=environment or None, parameters=tuple(sorted(shared)),
                evidence=same[0].evidence, staged=same[0].staged,
            )
        )  # fmt: skip
    return found


def keys_of(path: str, deployments: list[Deployment]) -> list[str]:
    """What tells the deployments of a template apart: regions, and environments where there are several of them."""
    if len(deployments) == 1:
        return [path]
    several = len({one.environment for one in deployments}) > 1
    stages = [f"{one.environment or 'unnamed'}/" if several else "" for one in deployments]
    return [f"{path}@{stage}{one.region or 'elsewhere'}" for stage, one in zip(stages, deployments, strict=True)]


def in_stage(deployment: Deployment, path: str) -> Deployment:
    """A deployment in the environment that the path of its template speaks of, where nothing else tells one."""
    stage = stage_of(path) if deployment.environment is None else None
    return replace(deployment, environment=stage.name, staged=stage.evidence(NAME)) if stage else deployment


def alike(first: str, second: str) -> bool:
    """Whether two names as they are shown, with unknown parts, can be one: their known text is more than a few letters."""
    return _covers(first, second) or _covers(second, first)


def _covers(pattern: str, name: str) -> bool:
    form = _form(pattern)
    return form is not None and len(name) <= 500 and form.fullmatch(_UNKNOWN.sub("\0", name)) is not None


@lru_cache(maxsize=10_000)
def _form(pattern: str) -> re.Pattern[str] | None:
    """What a name can be of which some parts are not known; None where too little is known."""
    first, *others = _UNKNOWN.split(pattern)
    if not 1 <= len(others) <= 7 or len(first) + sum(len(one) for one in others) < 3:
        return None
    # what fitted is not tried elsewhere: the next unknown part can take the difference
    middle = "".join(f"(?>.+?{re.escape(one)})" for one in others[:-1])
    return re.compile(f"{re.escape(first)}{middle}.+{re.escape(others[-1])}")
