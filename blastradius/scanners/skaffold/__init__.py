"""Skaffold files: which image is built from which folder. Nobody becomes a component by that.

A manifest of a cluster names an image and no folder; `skaffold.yaml` names both.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from blastradius.documents import Document
from blastradius.model import BuiltFromFact, Evidence, Fact, Reference
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.tree import Tree

_VERSION = re.compile(r"skaffold/v\d\w{0,20}")
#: Builders that name, within the context, the folder of what they build.
_INNER = (("docker", "dockerfile"), ("kaniko", "dockerfile"), ("jib", "project"), ("ko", "dir"))


@dataclass(slots=True)
class Source:
    """Documents of Skaffold."""

    documents: list[Document] = field(default_factory=list)


@SCANNERS.register("skaffold")
class SkaffoldScanner(Scanner):
    """Reads YAML whose `apiVersion` is `skaffold/v…`."""

    name = "skaffold"
    summary = "Skaffold files (`skaffold.yaml`)"
    extracts = "which image is built from which folder, so that settings and packages there are those of who runs it"
    omits = "what it deploys (its manifests are read as such), images that templates name, remote `requires`"

    def fetch(self, tree: Tree) -> Source:
        """All documents that are Skaffold's."""
        found = (one for file in tree.manifests() for one in tree.documents(file))
        return Source([one for one in found if _is_skaffold(one)])

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about images and folders."""
        facts: dict[Fact, None] = {}
        notes: dict[str, int] = {}
        for document in source.documents:
            for artifact, line in _artifacts(document):
                fact = _built(artifact, document.where, line)
                if fact is None:
                    what = "artifacts whose image or folder is not told plainly"
                    notes[what] = notes.get(what, 0) + 1
                else:
                    facts[fact] = None
        return Scanned(tuple(facts), len({one.where for one in source.documents}), 0, notes)


def _is_skaffold(document: Document) -> bool:
    version = document.value.get("apiVersion") if isinstance(document.value, dict) else None
    return isinstance(version, str) and _VERSION.fullmatch(version) is not None


def _artifacts(document: Document) -> Iterator[tuple[object, int]]:
    """What is built, also by profiles, with its line."""
    parts: list[tuple[object, tuple[str | int, ...]]] = [(document.value, ())]
    profiles = document.value.get("profiles")
    if isinstance(profiles, list):
        parts += [(one, ("profiles", number)) for number, one in enumerate(profiles)]
    for part, path in parts:
        build = part.get("build") if isinstance(part, dict) else None
        artifacts = build.get("artifacts") if isinstance(build, dict) else None
        for number, one in enumerate(artifacts if isinstance(artifacts, list) else ()):
            yield one, document.line_of(*path, "build", "artifacts", number)


def _built(artifact: object, where: str, line: int) -> BuiltFromFact | None:
    """The image of an artifact and its folder; None where either is a template, or lies outside of the tree."""
    from blastradius.scanners.building import IMAGE

    if not isinstance(artifact, dict):
        return None
    image, context = artifact.get("image"), artifact.get("context", ".")
    inner = ""
    for builder, key in _INNER:
        settings = artifact.get(builder)
        told = settings.get(key) if isinstance(settings, dict) else None
        if isinstance(told, str):
            inner = posixpath.dirname(told) if key == "dockerfile" else told
    if not (isinstance(image, str) and isinstance(context, str)) or IMAGE.fullmatch(image) is None:
        return None
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(where), context, inner))
    if "{{" in folder or "$" in folder or folder.startswith(("/", "..")):
        return None
    evidence = Evidence(scanner=SkaffoldScanner.name, locator=f"{where}:{line}")
    return BuiltFromFact(image=Reference(texts=(image,), role="image"), folder=folder, evidence=(evidence,))
