"""Backstage catalogs: components, APIs and resources with what their owners say that they need."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from blastradius.documents import Document
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.tree import Tree

_VERSION = re.compile(r"backstage\.io/v\d\w{0,20}")
#: Folders whose catalogs are yet to be filled in, or show how one is written.
_FOLDERS = frozenset({
    "docs", "doc", "examples", "example", "samples", "sample", "test", "tests", "__tests__", "testdata", "fixtures",
    "__fixtures__", "mocks", "__mocks__", "skeleton", "skeletons", "template", "templates", "node_modules", "vendor",
})  # fmt: skip


@dataclass(slots=True)
class Source:
    """What was found.

    Attributes:
        documents: of entities.
        notes: what was left out on purpose, with how often.
    """

    documents: list[Document] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


@SCANNERS.register("backstage")
class BackstageScanner(Scanner):
    """Reads YAML whose `apiVersion` is `backstage.io/v1…`."""

    name = "backstage"
    summary = "Backstage catalogs (`catalog-info.yaml`)"
    extracts = (
        "components, resources and APIs with owner, system and domain; `dependsOn`, `dependencyOf`, and APIs by who "
        "provides and who consumes them"
    )
    omits = "templates and their skeletons, examples, groups and users, catalogs on other hosts"
    markers: tuple[str, ...] = ("apiVersion",)

    def fetch(self, tree: Tree) -> Source:
        """All documents that are entities."""
        source = Source()
        for file in tree.manifests():
            found = [one for one in tree.documents(file) if _is_entity(one)]
            folders = file.path.lower().split("/")[:-1]
            if found and _FOLDERS & set(folders) and file.path not in tree.named:
                source.notes["entities of templates, tests and examples"] += len(found)
            else:
                source.documents += found
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about the entities."""
        if not source.documents:
            return Scanned((), 0, 0, dict(source.notes))
        from blastradius.scanners.backstage.translating import translate

        return translate(source.documents, source.notes, root)


def _is_entity(document: Document) -> bool:
    version = document.value.get("apiVersion") if isinstance(document.value, dict) else None
    return isinstance(version, str) and _VERSION.fullmatch(version.strip()) is not None
