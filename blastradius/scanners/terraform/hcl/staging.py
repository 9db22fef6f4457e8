"""Files of values, each given to Terraform for one deployment: by the environment and the place that their paths speak of."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from blastradius.scanners.environments import Stage, stage_of

Staged = dict[str, dict[str, list[tuple[Stage | None, str, Path]]]]
"""By folder and name of the deployment: the files, each with what tells its environment."""

_SIDE = r"(?:north|south|east|west|central)"
_PLACE = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{2}-(?:gov-|iso[a-z]?-)?" + _SIDE + r"{1,2}-\d|(?:us|northamerica|southamerica|europe|asia|australia|me|africa)-"
    + _SIDE + r"{1,2}\d{1,2}|(?:us|eu|ap|ca|sa|me|af)(?:[nsewc]|[ns][ew])\d|"
    + _SIDE + r"{0,2}(?:us|europe|asia|india|uk|japan)\d?|us|eu|uk|ap|apac|emea|asia|europe|america|americas|latam)(?![a-z0-9])"
)  # fmt: skip


def place_of(path: str) -> str:
    """The region or part of the world that the name of a file or else of its folders speaks of; empty for none, or two."""
    for segment in reversed(path.split("/")):
        found = set(_PLACE.findall(re.sub(r"[^a-z0-9]+", "-", segment.lower()[:300])))
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def staged(files: Iterable[tuple[str, str, Path]]) -> Staged:
    """Deployments of folders that have files for some.

    Files of one environment belong together, save that they speak of different places: then each place is a deployment
    of its own, which the files without one are given to as well. Where none speaks of an environment, places alone tell.

    Args:
        files: folder that each is for, its path, and where it lies.
    """
    found: dict[str, dict[str, dict[str, list[tuple[Stage | None, str, Path]]]]] = defaultdict(dict)
    for folder, path, disk in files:
        inside = posixpath.relpath(path, folder or ".")
        stage = stage_of(inside, where=path)
        places = found[folder].setdefault(stage.name if stage else "", {})
        places.setdefault(place_of(inside), []).append((stage, path, disk))
    deployed = {folder: _deployments(stages) for folder, stages in found.items()}
    return {folder: one for folder, one in deployed.items() if one}


def _deployments(
    stages: dict[str, dict[str, list[tuple[Stage | None, str, Path]]]],
) -> dict[str, list[tuple[Stage | None, str, Path]]]:
    found: dict[str, list[tuple[Stage | None, str, Path]]] = {}
    for stage, places in stages.items():
        if not stage and len(stages) > 1:
            continue  # beside files for environments nobody can tell what the others are given to
        common, named = places.get("", []), sorted(place for place in places if place)
        if len(named) > 1 or (named and not stage and not common):
            for place in named:
                found[f"{stage}-{place}".strip("-")] = [*(common if stage else ()), *places[place]]
        elif stage:
            found[stage] = [one for place in sorted(places) for one in places[place]]
    return found
