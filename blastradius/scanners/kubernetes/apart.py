"""Environments and overlays of one scan: where two of them declare one workload, each is a system of its own.

An overlay per stage is another environment, not a second region and not the same thing. Plain files that speak of no
stage belong to all of them: what an environment does not declare itself is looked up there.
"""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Sequence

from blastradius.scanners.kubernetes.cluster import is_workload
from blastradius.scanners.kubernetes.objects import Object, content

Unit = tuple[str, str]
"""Environment (empty for none) and overlay (empty for plain files)."""


def apart(objects: Sequence[Object], root: str) -> list[tuple[str, list[Object]]]:
    """Objects by the system that they belong to, with its name; what belongs to all comes first, under the root's.

    Args:
        objects: all of them, by path and line.
        root: name of what is scanned.
    """
    parts: dict[Unit, list[Object]] = defaultdict(list)
    for one in objects:
        parts[one.environment or "", one.unit].append(one)
    alone = _contradicting(parts)
    stages = {unit[0] for unit in parts if unit[0]} if _several_stages(parts) else set()
    merged: dict[Unit, list[Object]] = defaultdict(list)
    for unit, declared in parts.items():
        merged[unit if unit in alone else (unit[0] if unit[0] in stages else "", "")].extend(declared)
    names = _names([unit for unit in merged if any(unit)])
    found = [(f"{root}-{names[unit]}" if any(unit) else root, merged[unit]) for unit in sorted(merged)]
    return [(name, sorted(declared, key=_order)) for name, declared in found]


def _order(one: Object) -> tuple[str, int, str, str, str]:
    return (one.path, one.line, one.kind, one.namespace, one.name)


def _contradicting(parts: dict[Unit, list[Object]]) -> set[Unit]:
    """Overlays of one environment that declare one workload differently: they cannot be in one cluster."""
    declared: dict[tuple[str, tuple[str, str, str]], dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
    for (stage, unit), objects in parts.items():
        for one in objects:
            if is_workload(one):
                declared[stage, one.key][unit].append(one)
    found: set[Unit] = set()
    for (stage, _), units in declared.items():
        said = [content(one) for objects in units.values() for one in objects]
        if len(units) > 1 and any(one != said[0] for one in said):
            found.update((stage, unit) for unit in units if unit)
    return found


def _several_stages(parts: dict[Unit, list[Object]]) -> bool:
    """Whether two environments declare one workload."""
    seen: dict[tuple[str, str, str], str] = {}
    return any(
        seen.setdefault(one.key, stage) != stage
        for (stage, _), objects in parts.items()
        if stage
        for one in objects
        if is_workload(one)
    )


def _names(units: list[Unit]) -> dict[Unit, str]:
    """A short name for each: the environment, else the last name of the overlay, else all of its path."""
    short = {unit: posixpath.basename(unit[1]) or unit[0] for unit in units}
    counts = Counter(short.values())
    return {unit: name if counts[name] == 1 else "-".join(filter(None, (unit[1].replace("/", "-"), unit[0])))
            for unit, name in short.items()}  # fmt: skip
