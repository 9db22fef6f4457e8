"""Where a template is deployed, and which names of exports can be one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from blastradius.model import Evidence

_UNKNOWN = re.compile(r"\$\{[^}]*\}")


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
