"""Which folders of a tree are Helm charts, and which files only Helm understands."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from blastradius.scanners.environments import Stage, stage_of
from blastradius.scanners.tree import Tree

_VALUES = re.compile(r"values[-_.](?P<after>[\w.-]+)\.ya?ml|(?P<before>[\w.-]+?)[-_.]values\.ya?ml|values\.ya?ml", re.I)
_INSIDE = ("values", "env", "envs", "environments", "stages", "config")


@dataclass(slots=True)
class Chart:
    """A Helm chart of the tree.

    Attributes:
        folder: of the chart.
        files: that only Helm understands.
        stages: files of values for one stage each, what it is called, and the stage.
    """

    folder: str
    files: set[str]
    stages: list[tuple[str, str, Stage]] = field(default_factory=list)


def charts(tree: Tree) -> list[Chart]:
    """All charts that are not part of another chart, with their template files."""
    folders = sorted(posixpath.dirname(f.path) for f in tree.files if posixpath.basename(f.path) == "Chart.yaml")
    found: list[Chart] = []
    for folder in folders:
        if any(_within(folder, chart.folder) for chart in found):
            continue
        parts = tuple(posixpath.join(folder, part) + "/" for part in ("templates", "charts"))
        inside = {f.path for f in tree.files if f.path.startswith(parts) and f.path not in tree.named}
        if inside:
            found.append(Chart(folder, {*inside, posixpath.join(folder, "Chart.yaml")}))
    for chart in found:
        chart.stages = [one for file in tree.files if (one := _staged(file.path, chart, found)) is not None]
        chart.files.update(path for path, _, _ in chart.stages)
    return found


def _staged(path: str, chart: Chart, every: list[Chart]) -> tuple[str, str, Stage] | None:
    """A file of values for one stage, in the folder of a chart or, where the chart is the only one there, in that around it."""
    folder, name = posixpath.split(path)
    around = posixpath.dirname(chart.folder)
    alone = chart.folder and sum(posixpath.dirname(one.folder) == around for one in every) == 1
    top = chart.folder if _within(path, chart.folder) else around if alone and _within(path, around) else None
    if top is None or path in chart.files or not name.lower().endswith((".yaml", ".yml")):
        return None
    inner = [part for part in folder[len(top) :].split("/") if part]
    named = _VALUES.fullmatch(name)
    if len(inner) > 2 or not (named or (inner and inner[-1].lower() in _INSIDE)):
        return None
    if any(part.lower() not in _INSIDE and not stage_of(part) for part in inner):
        return None
    stage = stage_of(posixpath.join(*inner, name), where=path)
    called = (named["after"] or named["before"] or "") if named else posixpath.splitext(name)[0]
    return (path, called or (stage.segment if stage else ""), stage) if stage else None


def _within(path: str, folder: str) -> bool:
    return path == folder or folder == "" or path.startswith(folder + "/")
