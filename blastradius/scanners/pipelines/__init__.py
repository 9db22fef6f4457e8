"""Pipelines that build and deploy: what each needs to run, and who is changed by it.

A pipeline is one component; the tools that it runs on, what it fetches and the clouds it calls are what it needs at run
time, and whatever it deploys needs it to be changed (phase `deploy`). One that only tests changes nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blastradius.errors import InputError
from blastradius.model import Gap
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.which import dialect_of
from blastradius.scanners.tree import Tree, unreadable

if TYPE_CHECKING:
    from blastradius.scanners.pipelines.model import Pipeline


@dataclass(slots=True)
class Source:
    """What was read of pipelines.

    Attributes:
        files: of the tree.
        pipelines: all of them.
        gaps: files that could not be read.
    """

    files: Files
    pipelines: list[Pipeline] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@SCANNERS.register("pipelines")
class PipelinesScanner(Scanner):
    """Reads the files by which pipelines are declared."""

    name = "pipelines"
    summary = "Pipelines (GitHub Actions, GitLab CI, CircleCI, Bitbucket, Azure Pipelines, CodeBuild, Cloud Build, Jenkinsfile)"
    extracts = (
        "the service that runs it, actions and orbs, images of jobs, registries of packages and images, downloads, clouds "
        "and clusters that are called, with their regions; what is deployed, by image, folder, name; reusable workflows, "
        "actions, includes and scripts of the same tree; variables that the files state"
    )
    omits = (
        "what Makefiles and programs of the user's own do, actions that are not known (counted), conditions of jobs, "
        "values of secrets, scripted Jenkinsfiles"
    )

    def fetch(self, tree: Tree) -> Source:
        """All files that declare pipelines by their name, and those of the tree that they use."""
        source = Source(Files.of(tree))
        paths = [(path, dialect) for path in source.files.by_path if (dialect := dialect_of(path, source.files))]
        if not paths:
            return source
        from blastradius.scanners.pipelines.dialects import prepare, read

        prepare(paths, source.files)
        for path, dialect in paths:
            try:
                found = read(path, dialect, source.files)
            except InputError as error:
                source.gaps.append(unreadable(str(error), path, self.name))
                continue
            if found is not None:
                source.pipelines.append(found)
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about all pipelines."""
        if not source.pipelines:
            return Scanned(tuple(source.gaps), 0, len(source.gaps))
        from blastradius.scanners.pipelines.translating import translate

        return translate(source.pipelines, source.gaps, source.files, root)
