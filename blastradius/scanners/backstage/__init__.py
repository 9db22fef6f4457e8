"""Backstage catalogs: components, APIs and resources with what their owners say that they need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from blastradius.documents import Document
from blastradius.model import Fact, Gap
from blastradius.scanners.backstage.entities import DEFAULT_NAMESPACE, Entity, Key, mapping, plain, seen, text
from blastradius.scanners.backstage.facts import Catalog
from blastradius.scanners.base import SCANNERS, Scanned
from blastradius.scanners.credentials import is_credential
from blastradius.scanners.tree import Tree, unreadable

_VERSION = re.compile(r"backstage\.io/v\d\w{0,20}")
_KINDS = frozenset({"component", "api", "resource", "system", "domain", "group", "user", "location"})
#: Folders whose catalogs are yet to be filled in, or show how one is written.
_FOLDERS = frozenset({
    "docs", "doc", "examples", "example", "samples", "sample", "test", "tests", "__tests__", "testdata", "fixtures",
    "__fixtures__", "mocks", "__mocks__", "skeleton", "skeletons", "template", "templates", "node_modules", "vendor",
})  # fmt: skip
_NAME = re.compile(r"[\w.-]{1,63}")


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
class BackstageScanner:
    """Reads YAML whose `apiVersion` is `backstage.io/v1…`."""

    name = "backstage"
    summary = "Backstage catalogs (`catalog-info.yaml`)"
    extracts = (
        "components, resources and APIs with owner, system and domain; `dependsOn`, `dependencyOf`, and APIs by who "
        "provides and who consumes them"
    )
    omits = "templates and their skeletons, examples, groups and users, catalogs on other hosts"
    claims = "content"
    markers: tuple[str, ...] = ("apiVersion",)

    def claim(self, tree: Tree) -> Iterable[str]:
        """Nothing: its files are plain YAML."""
        return ()

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
        facts: list[Fact] = []
        entities: dict[Key, Entity] = {}
        notes = Counter(source.notes)
        failed = 0
        for document in source.documents:
            metadata = mapping(document.value.get("metadata"))
            name, namespace = text(metadata.get("name")), text(metadata.get("namespace")) or DEFAULT_NAMESPACE
            kind = text(document.value.get("kind"))
            if "{" in name + namespace:
                notes["entities of templates, tests and examples"] += 1
            elif kind.lower() not in _KINDS:
                notes[f"kind {plain(kind)[:60] or '(no name)'}"] += 1
            elif not all(_NAME.fullmatch(one) and not is_credential(one) for one in (name, namespace)):
                failed += 1
                at = document.at("metadata", "name")
                facts.append(
                    unreadable(f"{at}: the entity has no name that can be referred to", document.where, self.name)
                )
            else:
                _add(entities, Key(kind.lower(), namespace.lower(), name.lower()), name, document, notes)
        catalog = Catalog(entities, root)
        facts += catalog.facts()
        facts += [gap for key in sorted(entities) if key.kind == "location" for gap in _elsewhere(entities[key])]
        parsed = len({one.where for one in source.documents})
        return Scanned(tuple(facts), parsed, failed, dict(notes + catalog.unmapped))


def _is_entity(document: Document) -> bool:
    value = document.value
    return isinstance(value, dict) and _VERSION.fullmatch(text(value.get("apiVersion"))) is not None


def _add(entities: dict[Key, Entity], key: Key, name: str, document: Document, notes: Counter[str]) -> None:
    """Add an entity; one that is written again is the same, and what it was first counts."""
    first = entities.setdefault(key, Entity(key, name, document))
    first.evidence.append(seen(document, "metadata", "name"))
    if first.document is not document and first.document.value != document.value:
        notes["entity that is written again, and differs: the first by path counts"] += 1


def _elsewhere(location: Entity) -> Iterable[Gap]:
    """A gap for catalogs that lie on other hosts: who refers to one of their entities refers to nothing seen."""
    named = [*location.refs("target"), *location.refs("targets")]
    away = [(target, evidence) for target, evidence in named if "://" in target]
    if away:
        yield Gap(
            scope=f"{location.document.where}",
            reason=f"location {location.name} names {len(away)} catalog{'s' * (len(away) > 1)} on other hosts: "
            "scan their repositories as well",
            hides="dependency",
            evidence=tuple(dict.fromkeys(evidence for _, evidence in away)),
        )
