"""Kustomization files: what each is made of, and whether it may be rendered."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document
from blastradius.scanners.kubernetes.objects import items, mappings
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.tree import SourceFile, Tree

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
#: Fields that change nothing of what plain reading sees.
_TRIVIAL = frozenset({"apiVersion", "kind", "metadata", "resources", "bases", "sortOptions", "buildMetadata"})
#: Fields that run programs or fetch things.
_REFUSED = ("helmCharts", "helmChartInflationGenerator", "helmGlobals", "generators", "transformers", "validators")


@dataclass(slots=True)
class Kustomization:
    """A kustomization file.

    Attributes:
        path: of the file.
        folder: that it stands in.
        body: its content.
        plain: local paths of whole objects that it includes, files and folders.
        patches: local paths of files that are parts of objects, or data.
        refused: why it must not be rendered.
    """

    path: str
    folder: str
    body: dict[str, Any]
    plain: list[str] = field(default_factory=list)
    patches: list[str] = field(default_factory=list)
    refused: str | None = None

    @property
    def trivial(self) -> bool:
        """Whether reading its resources is the same as rendering it."""
        return all(key in _TRIVIAL for key, value in self.body.items() if value)

    @property
    def is_component(self) -> bool:
        """Whether it is a part for others to use."""
        return text(self.body.get("kind")) == "Component"


def tops_of(found: dict[str, Kustomization]) -> list[Kustomization]:
    """Those that no other one uses, by folder."""
    used = {folder for one in found.values() for folder in one.plain if folder in found}
    return [found[folder] for folder in sorted(found) if folder not in used]


def sources_of(one: Kustomization, found: dict[str, Kustomization], files: dict[str, SourceFile]) -> set[str]:
    """Files of whole objects that one is made of."""
    reached: dict[str, Kustomization] = {}
    _reach(one, found, reached)
    return {path for part in reached.values() for path in part.plain if path in files}


def read_one(tree: Tree, file: SourceFile) -> Kustomization | None:
    """The kustomization of a file; None for one that holds none."""
    if not file.path.lower().endswith((".yaml", ".yml")):
        tree.named.add(file.path)
    documents: tuple[Document, ...] = tree.documents(file)
    body = documents[0].value if documents else None
    if not isinstance(body, dict):
        return None
    return Kustomization(file.path, posixpath.dirname(file.path), body)


def gather_paths(one: Kustomization) -> None:
    """Find the local paths that one names, and why it must not be rendered."""
    body = one.body
    refused = [name for name in _REFUSED if body.get(name)]
    if refused:
        one.refused = f"it uses {refused[0]}, which runs programs or fetches things"
    for field_name in ("resources", "bases", "components"):
        for entry in items(body.get(field_name)):
            one.plain.append(_local(one, text(entry)))
    for field_name in ("patches", "patchesJson6902", "replacements"):
        for _, entry in mappings(body.get(field_name)):
            if text(entry.get("path")):
                one.patches.append(_local(one, text(entry.get("path"))))
    for field_name in ("patchesStrategicMerge", "configurations", "crds"):
        for entry in items(body.get(field_name)):
            if "\n" not in text(entry) and ":" not in text(entry):
                one.patches.append(_local(one, text(entry)))
    openapi = text(mapping(body.get("openapi")).get("path"))
    if openapi:
        one.patches.append(_local(one, openapi))
    for field_name in ("configMapGenerator", "secretGenerator"):
        for _, entry in mappings(body.get(field_name)):
            for name in ("files", "envs"):
                one.patches.extend(_local(one, text(part).rpartition("=")[2]) for part in items(entry.get(name)))
            if text(entry.get("env")):
                one.patches.append(_local(one, text(entry.get("env"))))


def _local(one: Kustomization, entry: str) -> str:
    if "://" in entry or entry.startswith(("git@", "git::", "github.com/", "/")) or "?ref=" in entry or not entry:
        one.refused = one.refused or "it refers to something that is not a file of its own repository"
        return entry
    path = posixpath.normpath(posixpath.join(one.folder, entry))
    return "" if path == "." else path


def check_paths(one: Kustomization, files: dict[str, SourceFile], found: dict[str, Kustomization]) -> None:
    """A reference that leads nowhere would be fetched by kustomize: it must not come to that."""
    for path in (*one.plain, *one.patches):
        if path not in files and path not in found and one.refused is None:
            one.refused = f"{path or '.'} is not among the scanned files"


def all_trivial(one: Kustomization, found: dict[str, Kustomization], seen: set[str]) -> bool:
    """Whether reading the files of one is the same as rendering it, and of all that it is made of."""
    if one.folder in seen:
        return True
    seen.add(one.folder)
    if not one.trivial or one.refused:
        return False
    return all(all_trivial(found[path], found, seen) for path in one.plain if path in found)


def reached_from(one: Kustomization, found: dict[str, Kustomization]) -> dict[str, Kustomization]:
    """All kustomizations that one is made of, itself included, by folder."""
    seen: dict[str, Kustomization] = {}
    _reach(one, found, seen)
    return seen


def _reach(one: Kustomization, found: dict[str, Kustomization], seen: dict[str, Kustomization]) -> None:
    if one.folder not in seen:
        seen[one.folder] = one
        for path in one.plain:
            if path in found:
                _reach(found[path], found, seen)


def refused_by(reached: dict[str, Kustomization]) -> str | None:
    """Why one of some must not be rendered; None where all may be."""
    return next((f"{part.path}: {part.refused}" for part in reached.values() if part.refused), None)
