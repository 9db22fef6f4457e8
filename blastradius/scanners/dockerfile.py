"""Dockerfiles: what building an image needs, told to the one workload that is built from their folder.

There is no component for an image: whoever runs what is built needs the registries to be changed (phase `deploy`), and
what the container fetches before its program starts to be started.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from blastradius.documents import decode
from blastradius.errors import InputError
from blastradius.files import read_bytes
from blastradius.model import DependencyFact, Evidence, Fact, Gap, Phase, RedundancyFact, Reference
from blastradius.scanners.base import SCANNERS, Scanned
from blastradius.scanners.building import (
    MAX_TEXT,
    Needed,
    Recipe,
    build_needs,
    read_recipe,
    settings_of,
    start_needs,
)
from blastradius.scanners.folders import folder_alias
from blastradius.scanners.registries import VARIABLES
from blastradius.scanners.settings import Alternatives, Doubt, Setting, found_in
from blastradius.scanners.tree import SourceFile, Tree, unread

_NAME = re.compile(r"(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|.+\.(?:Dockerfile|Containerfile)", re.I)
_NOT = re.compile(r".+\.(?:dockerignore|md|txt|sh|ya?ml|json|bak|orig|j2|tpl|tmpl|erb|template)", re.I)
_FETCHED = "it is fetched when the image is built"


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
class DockerfileScanner:
    """Reads Dockerfiles."""

    name = "dockerfile"
    summary = "Dockerfiles (`Dockerfile`, `*.Dockerfile`, `Dockerfile.*`, `Containerfile`)"
    extracts = (
        "base images, registries of package managers and downloads as needs of building, what a container fetches at "
        "its start, addresses in `ENV`; given to the one workload that is built from their folder"
    )
    omits = "stages that the last one does not use, what scripts that are copied in fetch, build arguments from outside"
    claims = "content"
    markers: tuple[str, ...] = ()

    def claim(self, tree: Tree) -> Iterable[str]:
        """Nothing."""
        return ()

    def fetch(self, tree: Tree) -> Source:
        """All Dockerfiles, and settings files of package managers."""
        source = Source()
        for file in tree.files:
            if is_dockerfile(file.path):
                try:
                    recipe = read_recipe(_text(file))
                except InputError as error:
                    source.gaps.append(unread(file, error, self.name))
                    continue
                if recipe.stages:
                    source.recipes[file.path] = recipe
            elif posixpath.basename(file.path) in _SETTINGS:
                try:
                    source.settings[file.path] = _text(file)
                except InputError:  # another reader's file: one that it cannot read names no registry here
                    continue
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about what building needs."""
        facts: list[Fact] = []
        notes: Counter[str] = Counter()
        beside = Counter(posixpath.dirname(path) for path in source.recipes)
        for path, recipe in source.recipes.items():
            folder = posixpath.dirname(path)
            alone = beside[folder] == 1
            if not alone and _is_default(path, source.recipes):
                notes["Dockerfiles beside the one that is built where none is named"] += 1
                continue
            notes["stages that the last one does not use"] += len(recipe.stages) - len(recipe.used())
            facts.extend(_Telling(path, folder, recipe, alone).facts(source.settings))
        counted = {name: count for name, count in notes.items() if count}
        return Scanned((*facts, *source.gaps), len(source.recipes), len(source.gaps), counted)


_SETTINGS = frozenset({
    ".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf", "requirements.txt", "Gemfile", "settings.xml", "nuget.config",
    "NuGet.config", "NuGet.Config",
})  # fmt: skip


def _text(file: SourceFile) -> str:
    return decode(read_bytes(file.disk, MAX_TEXT), file.path)


def _is_default(path: str, recipes: dict[str, Recipe]) -> bool:
    """Whether another file of the folder is the one that a build takes which names none."""
    folder, name = posixpath.split(path)
    usual = ("Dockerfile", "Containerfile")
    return name not in usual and any(posixpath.join(folder, other) in recipes for other in usual)


@dataclass(slots=True)
class _Telling:
    """Writes down what one Dockerfile says.

    Attributes:
        alone: whether it is the only one of its folder; of several nobody knows which is built.
    """

    path: str
    folder: str
    recipe: Recipe
    alone: bool

    def facts(self, settings: dict[str, str]) -> Iterator[Fact]:
        for one in build_needs(self.recipe, folder=self.folder, read=settings.get):
            yield from self._needed(one, "deploy", _FETCHED)
        for one in start_needs(self.recipe):
            yield from self._needed(one, "startup", "it is fetched before the program starts")
        for name, (value, line) in settings_of(self.recipe, self.recipe.stages[-1]).items():
            yield from self._setting(name, value, line)

    def _evidence(self, line: int, inferred: bool, note: str | None = None) -> tuple[Evidence, ...]:
        basis = "inferred" if inferred or not self.alone else "declared"
        return (Evidence(scanner="dockerfile", locator=f"{self.path}:{line}", basis=basis, note=note),)

    def _needed(self, one: Needed, phase: Phase, reason: str) -> Iterator[Fact]:
        if not one.text:
            why = f"{one.via}: {one.problem}: state the dependency in blastradius.yaml"
            yield Gap(scope=self.path, reason=why, hides="dependency", evidence=self._evidence(one.line, False))
            return
        yield DependencyFact(
            dependent=folder_alias(self.folder),
            reference=Reference(texts=(one.text,), role="image" if one.is_image else "address"),
            via=one.via,
            strength="hard",
            phase=phase,
            reason=reason,
            evidence=self._evidence(one.line, one.inferred, f"what {one.via} asks unless told otherwise" if one.inferred else None),
        )  # fmt: skip

    def _setting(self, name: str, value: str, line: int) -> Iterator[Fact]:
        if name in VARIABLES:
            return
        where = self._evidence(line, True, "may be set anew where it runs")
        via = f"env {name}"
        for found in found_in(Setting(name, value, via, where), lambda _: False):
            if isinstance(found, Doubt):
                continue
            if isinstance(found, Alternatives):
                members = tuple(Reference(texts=(host,), role="address") for host in found.hosts)
                yield RedundancyFact(
                    dependent=folder_alias(self.folder), members=members, full=len(members), via=via,
                    reason=found.reason, evidence=where,
                )  # fmt: skip
                continue
            yield DependencyFact(
                dependent=folder_alias(self.folder),
                reference=Reference(texts=(found.host,), role="resource" if found.form == "resource" else "address"),
                via=via,
                evidence=where,
            )
