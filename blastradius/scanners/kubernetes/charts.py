"""Which folders of a tree are Helm charts, and which files only Helm understands."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from blastradius.scanners.tree import Tree


@dataclass(slots=True)
class Chart:
    """A Helm chart of the tree: its folder, and the files that only Helm understands."""

    folder: str
    files: set[str]


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
    return found


def _within(path: str, folder: str) -> bool:
    return path == folder or folder == "" or path.startswith(folder + "/")
