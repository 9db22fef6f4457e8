"""Dockerfiles: what building an image needs, told to the one workload that is built from their folder.

There is no component for an image: whoever runs what is built needs the registries to be changed (phase `deploy`), and
what the container fetches before its program starts to be started.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blastradius.errors import InputError
from blastradius.model import Gap
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.tree import Tree, unread

if TYPE_CHECKING:
    from blastradius.scanners.building import Recipe

MAX_TEXT = 1_000_000
_NAME = re.compile(r"(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|.+\.(?:Dockerfile|Containerfile)", re.I)
_NOT = re.compile(r".+\.(?:dockerignore|md|txt|sh|ya?ml|json|bak|orig|j2|tpl|tmpl|erb|template)", re.I)
_SETTINGS = frozenset({
    ".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf", "requirements.txt", "Gemfile", "settings.xml", "nuget.config",
    "NuGet.config", "NuGet.Config",
})  # fmt: skip


@dataclass(slots=True)
class Source:
    """What was read of Dockerfiles.

    Attributes:
        recipes: by path.
        settings: texts of files that name registries, by path.
        gaps: files that could not be read.
    """

    recipes: dict[str, Recipe] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


def is_dockerfile(path: str) -> bool:
    """Whether a file is a Dockerfile by its name."""
    name = posixpath.basename(path)
    return _NAME.fullmatch(name) is not None and _NOT.fullmatch(name) is None


@SCANNERS.register("dockerfile")
class DockerfileScanner(Scanner):
    """Reads Dockerfiles."""

    name = "dockerfile"
    summary = "Dockerfiles (`Dockerfile`, `*.Dockerfile`, `Dockerfile.*`, `Containerfile`)"
    extracts = (
        "base images, registries of package managers and downloads as needs of building, what a container fetches at "
        "its start, addresses in `ENV`; given to the one workload that is built from their folder"
    )
    omits = "stages that the last one does not use, what scripts that are copied in fetch, build arguments from outside"

    def fetch(self, tree: Tree) -> Source:
        """All Dockerfiles, and settings files of package managers."""
        source = Source()
        found = [file for file in tree.files if is_dockerfile(file.path)]
        if not found:
            return source
        from blastradius.scanners.building import read_recipe

        for file in found:
            try:
                recipe = read_recipe(file.text(MAX_TEXT))
            except InputError as error:
                source.gaps.append(unread(file, error, self.name))
                continue
            if recipe.stages:
                source.recipes[file.path] = recipe
        for file in tree.files:
            if posixpath.basename(file.path) in _SETTINGS:
                try:
                    source.settings[file.path] = file.text(MAX_TEXT)
                except InputError:  # another reader's file: one that it cannot read names no registry here
                    continue
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about what building needs."""
        if not source.recipes:
            return Scanned(tuple(source.gaps), 0, len(source.gaps))
        from blastradius.scanners.dockerfile.telling import told

        facts, notes = told(source.recipes, source.settings)
        return Scanned((*facts, *source.gaps), len(source.recipes), len(source.gaps), notes)
