"""Where a template is deployed, and which names of exports can be one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from blastradius.model import Evidence
from blastradius.scanners.cloudformation import values as v


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a template is deployed.

    Attributes:
        region, account, name, environment: None where not known.
        parameters: what it is given.
        evidence: where that stands.
    """

    region: str | None = None
    account: str | None = None
    name: str | None = None
    environment: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    evidence: Evidence | None = None


def by_region(deployments: Iterable[Deployment]) -> list[Deployment]:
    """One deployment for each region; what several of one region say differently is not known."""
    groups: dict[str | None, list[Deployment]] = {}
    for one in deployments:
        groups.setdefault(one.region, []).append(one)
    if len(groups) > 1:
        groups.pop(None, None)
    found = []
    for region in sorted(groups, key=lambda one: one or ""):
        same = groups[region]
        told = {name: {getattr(one, name) for one in same} for name in ("account", "name", "environment")}
        agreed = {name: seen.pop() if len(seen) == 1 else None for name, seen in told.items()}
        shared = set(same[0].parameters).intersection(*(one.parameters for one in same))
        found.append(Deployment(region, **agreed, parameters=tuple(sorted(shared)), evidence=same[0].evidence))
    return found


def alike(exported: Any, wanted: Any) -> bool:
    """Whether two names with unknown parts can be one: their known text must be more than a few letters."""
    first, second = v.shown(exported), v.shown(wanted)
    return _covers(first, second) or _covers(second, first)


def _covers(pattern: str, name: str) -> bool:
    pieces = re.split(r"\$\{[^}]*\}", pattern)
    if not 2 <= len(pieces) <= 8 or len(name) > 500 or sum(len(one) for one in pieces) < 3:
        return False
    bare = re.sub(r"\$\{[^}]*\}", "\0", name)
    return re.fullmatch(".+".join(re.escape(one) for one in pieces), bare) is not None
