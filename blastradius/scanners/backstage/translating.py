"""What the entities of Backstage catalogs are, and what is wrong with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from blastradius.documents import Document
from blastradius.model import Fact, Gap
from blastradius.scanners.backstage.entities import DEFAULT_NAMESPACE, Entity, Key, mapping, plain, seen, text
from blastradius.scanners.backstage.facts import Catalog
from blastradius.scanners.base import Scanned
from blastradius.scanners.credentials import is_credential
from blastradius.scanners.tree import unreadable

_KINDS = frozenset({"component", "api", "resource", "system", "domain", "group", "user", "location"})
_NAME = re.compile(r"[\w.-]{1,63}")


def translate(documents: Sequence[Document], noted: Mapping[str, int], root: str) -> Scanned:
    """Facts about entities.

    Args:
        documents: of entities.
        noted: what was left out before, with how often.
        root: name of what is scanned.
    """
    facts: list[Fact] = []
    entities: dict[Key, Entity] = {}
    notes = Counter(noted)
    failed = 0
    for document in documents:
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
                unreadable(f"{at}: the entity has no name that can be referred to", document.where, "backstage")
            )
        else:
            _add(entities, Key(kind.lower(), namespace.lower(), name.lower()), name, document, notes)
    catalog = Catalog(entities, root)
    facts += catalog.facts()
    facts += [gap for key in sorted(entities) if key.kind == "location" for gap in _elsewhere(entities[key])]
    parsed = len({one.where for one in documents})
    return Scanned(tuple(facts), parsed, failed, dict(notes + catalog.unmapped))


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
